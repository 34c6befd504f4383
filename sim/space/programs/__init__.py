"""Programs over a compiled space: one best outcome exactly, lotteries, prices and brackets; arrays only, no names."""
