"""What a scenario file says: frozen records and every check; nothing solves, and `load` alone knows YAML."""
