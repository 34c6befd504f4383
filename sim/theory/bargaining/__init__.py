"""Which deal to pick: the bargaining solutions, the hull of all lotteries over deals, and what lotteries add."""
