"""Agreement on some issues first and the rest later: tracks of talks, in order, and the worth of linking them."""
