"""Deals near a deal against brute force: which ones are found, and that they are what they say."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_spaces import Factors, factors, feasible

from sim.space.blocks import Node, compile_space
from sim.space.codes import strides
from sim.space.points import Points
from sim.space.programs.goals import Goal, least_goal, nash_goal, no_less
from sim.space.programs.swaps import swapped
from sim.space.programs.unknowns import program


def goal_of(name: str, width: int) -> Goal:
    low, hard = np.zeros(width), no_less(np.full(width, 0.1))
    return least_goal(low, np.ones(width), hard) if name == "least" else nash_goal(low, np.ones(width), hard)


@settings(max_examples=30, deadline=None)
@given(factors(most=100), st.sampled_from(["least", "nash"]), st.integers(0, 2**32 - 1))
def test_the_best_that_differs_in_two_blocks(space: Factors, name: str, seed: int) -> None:
    levels, utilities = feasible(space)
    assume(len(levels) > 0)
    goal = goal_of(name, space.parties)
    compiled = compile_space(space)
    assume(not any(block.children for block in compiled.blocks))
    at = int(np.random.default_rng(seed).integers(len(levels)))
    base = Points(utilities[[at]], levels[[at]] @ strides(space.sizes))
    values = np.where(goal.hard.met(utilities), goal.values(utilities), -np.inf)
    floor = float(np.quantile(values[np.isfinite(values)], 0.3)) if np.isfinite(values).any() else 0.0
    found = swapped(program(compiled), goal, base, floor)
    met = compiled.levels(found.codes)
    assert space.allowed(met).all()
    assert np.allclose(space.utilities(met), found.utilities, rtol=0, atol=1e-12)
    assert (goal.values(found.utilities) >= floor).all()

    def best_with(block: Node, combination: list[int]) -> float:
        """Of outcomes with this combination that differ from the base in at most one other block."""
        own = list(block.own)
        others = [list(other.own) for other in compiled.blocks if other is not block]
        changed = sum(((levels[:, o] != levels[at, o]).any(axis=1).astype(int) for o in others), np.zeros(len(levels)))
        return float(values[(levels[:, own] == combination).all(axis=1) & (changed <= 1)].max(initial=-np.inf))

    reached = goal.values(found.utilities)
    for block in compiled.blocks:
        for combination in np.unique(levels[:, list(block.own)], axis=0).tolist():
            least = best_with(block, combination)
            if least >= floor + 1e-9:  # a row missed by rounding alone may be left out
                mine = (met[:, list(block.own)] == combination).all(axis=1)
                assert reached[mine].max(initial=-np.inf) >= least - 1e-9
