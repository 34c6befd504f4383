"""What a scenario file says: frozen dataclasses, checks and the loader; no solving."""
