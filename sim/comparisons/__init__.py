"""Two scenarios, or two sweeps, side by side: what differs in inputs, in leverage and in results."""
