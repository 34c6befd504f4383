"""Game theory as pure functions of arrays, one concept a file, its source named."""
