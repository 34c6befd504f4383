"""What a lifted constraint adds, against brute force."""

from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_spaces import Factors, factors, feasible

from sim.space.blocks import Mask, compile_space
from sim.space.programs.best import best
from sim.space.programs.gained import gained
from sim.space.programs.goals import least_goal, no_less
from sim.space.programs.unknowns import program


@settings(max_examples=25, deadline=None)
@given(factors(most=80, masks=1), st.integers(0, 2**32 - 1))
def test_the_best_of_what_was_not_allowed_before(space: Factors, seed: int) -> None:
    rng = np.random.default_rng(seed)
    issue = int(rng.integers(len(space.sizes)))
    barred = rng.random(space.sizes[issue]) < 0.4
    assume(barred.any())
    bound = dataclasses.replace(space, masks=(*space.masks, Mask((issue,), ~barred)))
    more = gained(program(compile_space(bound)), program(compile_space(space)))
    levels, utilities = feasible(space)
    for node, new in [] if more is None else more.blocks:
        assert issue not in node.own or barred[compile_space(space).levels(new.codes)[:, issue]].all()
    fresh = utilities[barred[levels[:, issue]]] if len(levels) else utilities
    assume(more is not None or len(fresh) > 0)
    if more is None:
        assert any(block.children for block in compile_space(space).blocks) or len(compile_space(bound).blocks) == 0
        return
    width = space.parties
    found = best(more, least_goal(np.zeros(width), np.ones(width), no_less(np.full(width, -np.inf))))
    assert found.exact
    expected = fresh.min(axis=1).max() if len(fresh) else -np.inf
    # A deal near those that were added may be allowed already; it is a deal of the new space all the same.
    assert found.value >= expected - 1e-9 or found.value == expected
    assert found.bound <= max(utilities.min(axis=1).max(initial=-np.inf), expected) + 1e-9


def test_nothing_is_said_of_several_blocks() -> None:
    table = np.array([[0.0, 0.5], [0.5, 0.0]])
    free = Factors((table, table))
    both = dataclasses.replace(free, masks=(Mask((0,), np.array([True, False])), Mask((1,), np.array([True, False]))))
    assert gained(program(compile_space(both)), program(compile_space(free))) is None
