"""A vector of weights as variables of a program."""

from __future__ import annotations

import numpy as np

from sim.space.codes import Ints
from sim.space.truths.mixed import Program
from sim.space.truths.polytopes import Polytope

__all__ = ["weights_in"]


def weights_in(program: Program, known: Polytope) -> Ints:
    """Add a vector of weights that obeys every statement; return its variables."""
    weights, scale = program.variables(known.size, known.low, known.high), program.variables(1, 0.0, np.inf)
    program.row([(weights, np.ones(known.size))], low=known.total, high=known.total)
    for row in known.rows:
        program.row([(weights, row[:-1]), (scale, row[-1:])], high=0.0)
    return weights
