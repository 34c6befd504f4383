"""Many leverage points of one compiled space solved together, as arrays."""
