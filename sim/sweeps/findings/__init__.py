"""What is derived from finished sweeps: crossings, branches of equilibria, steady deals, summaries."""
