"""Game theory as pure functions of arrays, one concept a file, each with its source; no names, no files."""
