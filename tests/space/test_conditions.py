"""Parts of a space with one level fixed, against brute force over a node's combinations."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_spaces import Factors, efficient, factors

from sim.space.blocks import Node, compile_space
from sim.space.conditions import Choices, Part, collected, no_choices, own_part, promising, raised
from sim.space.folds import Frontier, fold
from sim.space.trees import nothing


def joint(space: Factors) -> tuple[list[Node], np.ndarray]:
    """The nodes of a space whose blocks are all joint, and the places of its first levels."""
    compiled = compile_space(space)
    assert not any(block.children for block in compiled.blocks)
    return [block for block in compiled.blocks if len(block.levels)], np.cumsum([0, *space.sizes[:-1]])


def best(utilities: np.ndarray) -> list[list[float]]:
    """A frontier's utilities, in an order of their own."""
    return sorted(utilities[efficient(utilities)].round(9).tolist())


@settings(max_examples=80)
@given(factors(parties=(2, 3), most=100, pairs=4), st.integers(0, 2**32 - 1))
def test_choices_of_a_node_are_the_frontiers_of_its_levels(space: Factors, seed: int) -> None:
    nodes, firsts = joint(space)
    for node in nodes:
        rng = np.random.default_rng(seed)
        rows = np.flatnonzero(rng.random(len(node.levels)) < 0.7)
        rows = rows if len(rows) else np.arange(len(node.levels))
        part = own_part(node, rows, firsts)
        assert sorted(part.frontier.points.utilities.round(9).tolist()) == best(node.points.utilities[rows])
        placed = node.levels[rows] + firsts[list(node.own)]
        every = {place: node.points.utilities[rows[(placed == place).any(axis=1)]] for place in set(placed.ravel())}
        everything = collected([part.choices], np.ones(sum(space.sizes), dtype=bool), 1000)
        assert everything.places.ravel().tolist() == sorted(every)
        for number, points in everything.each():
            assert sorted(points.utilities.round(9).tolist()) == best(every[int(everything.places[number, 0])])


@settings(max_examples=60)
@given(factors(parties=(2, 3), issues=(2, 4), most=60, pairs=0), st.integers(0, 2**32 - 1))
def test_raised_choices_are_those_of_the_sum_and_hopeless_points_do_not_matter(space: Factors, seed: int) -> None:
    nodes, firsts = joint(space)
    assume(len(nodes) == len(space.sizes))  # no red line leaves an issue without levels
    zero, everywhere = nothing(compile_space(space)), np.ones(sum(space.sizes), dtype=bool)
    parts = [own_part(node, np.arange(len(node.levels)), firsts) for node in nodes]
    sums = collected(raised(parts, 1000), everywhere, 1000)
    whole = fold([part.frontier for part in parts]).points.utilities
    floor = whole[np.random.default_rng(seed).integers(len(whole))]
    fewer = promising(parts, zero, floor)
    left = collected(raised(fewer, 1000), everywhere, 1000)
    assert all(len(part.frontier.points) <= len(old.frontier.points) for part, old in zip(fewer, parts, strict=True))
    assert reaching_by_place(left, floor) == reaching_by_place(sums, floor) != {}


def reaching_by_place(choices: Choices, floor: np.ndarray) -> dict[int, list[list[float]]]:
    """The points that reach a floor, by the level they mean."""
    found = {
        int(choices.places[number, 0]): points.utilities[(points.utilities >= floor - 1e-9).all(axis=1)]
        for number, points in choices.each()
    }
    return {place: sorted(u.round(9).tolist()) for place, u in found.items() if len(u)}


def test_nothing_is_promising_beside_a_part_out_of_reach() -> None:
    table = np.array([[0.0, 0.5], [0.5, 0.0]])
    space = Factors((table, table))
    nodes, firsts = joint(space)
    parts = [own_part(node, np.arange(2), firsts) for node in nodes]
    zero = nothing(compile_space(space))
    assert promising(parts, zero, np.array([1.1, 0.0])) == []
    assert len(promising(parts, zero, np.array([1.0, 0.0]))) == 2


def test_no_choices_have_no_points() -> None:
    part = nothing(compile_space(Factors((np.zeros((2, 2)),))))
    none = no_choices(part.points)
    assert list(none.each()) == []
    raised_none, _ = raised([Part(Frontier(part.points), none), Part(part, none)], 10)
    assert len(raised_none.points) == 0
    assert len(collected([none], np.ones(2, dtype=bool), 10).points) == 0
