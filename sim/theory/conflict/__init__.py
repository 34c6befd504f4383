"""War and its shadow: the war lottery, deals that last, preventive war."""
