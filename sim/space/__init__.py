"""The outcome space as arrays: blocks, folds, counts, zone queries and programs; no names, no files."""
