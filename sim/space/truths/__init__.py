"""Deals judged for every truth: polytopes of weights, and programs over all that numbers may be; arrays only."""
