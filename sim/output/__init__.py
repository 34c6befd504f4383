"""Studies and datasets as plain data and files, written whole or not at all; text for people is in `sim.show`."""
