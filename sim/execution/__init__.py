"""Where work runs and how it is kept: worker processes, clusters, the store; nothing of what the work is about."""
