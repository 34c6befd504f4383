"""Many leverage points at once, as a labelled dataset: axes, plans, blocks of work, measures, findings."""
