"""One leverage point of a scenario, everything about it; many points are for `sim.sweeps`."""
