"""Text for a terminal: results in, lines out; nothing is computed here."""
