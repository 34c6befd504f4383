"""The outcome space as arrays: blocks, folds, counts and zone queries."""
