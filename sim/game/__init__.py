"""The one bridge from names to arrays: the compiled space, and the short vectors that leverage moves."""
