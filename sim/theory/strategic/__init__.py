"""Games of moves: normal form, equilibria of bimatrix games and how they are found, their index and repetition."""
