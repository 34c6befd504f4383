"""How talks go: offers in turn, last offers, demands, and what one side believes of the other."""
