"""Results as text for a terminal: readable at 80 columns, in a pipe, and without colour."""
