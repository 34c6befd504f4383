"""Blocks and their trees: together they hold every allowed outcome once, and every term once."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_spaces import factors, feasible, rows

from sim.errors import SizeError
from sim.space import blocks
from sim.space.blocks import Factors, Mask, Node, Pair, compile_space, components
from sim.space.codes import strides


def nodes(root: Node) -> Iterator[Node]:
    yield root
    for child in root.children:
        yield from nodes(child)


def joined_outcomes(root: Node) -> list[tuple[dict[int, int], np.ndarray, np.ndarray]]:
    """Every (levels by issue, utilities, codes) that the combinations of a tree's nodes make up."""
    found = []
    below = [joined_outcomes(child) for child in root.children]
    for row, levels in enumerate(root.levels.tolist()):
        here = dict(zip(root.own + root.shared, levels, strict=True))
        for parts in itertools.product(*below):
            if all(part.get(k, level) == level for part, _, _ in parts for k, level in here.items()):
                u = sum((u for _, u, _ in parts), root.points.utilities[row])
                codes = sum((c for _, _, c in parts), root.points.codes[row])
                found.append(({k: v for part, _, _ in parts for k, v in part.items()} | here, u, codes))
    return found


@settings(max_examples=120)
@given(factors(most=120, parties=(2, 3), pairs=5, masks=3), st.sampled_from([1, 6, 100_000]), st.sampled_from([3, 999]))
def test_trees_hold_every_allowed_outcome_once(space: Factors, joint: int, piece: int) -> None:
    with mock.patch.object(blocks, "MAX_JOINT", joint), mock.patch.object(blocks, "_PIECE", piece):
        compiled = compile_space(space)
    assert sorted(k for block in compiled.blocks for k in block.issues) == list(range(len(space.sizes)))
    found = []
    for parts in itertools.product(*(joined_outcomes(block) for block in compiled.blocks)):
        whole = {k: level for part, _, _ in parts for k, level in part.items()}
        levels = [whole[k] for k in range(len(space.sizes))]
        found.append((levels, sum(u for _, u, _ in parts), sum(c for _, _, c in parts)))
    found.sort(key=lambda item: item[0])
    levels, utilities = feasible(space)
    assert [item[0] for item in found] == levels.tolist()
    assert np.allclose([item[1] for item in found] or np.empty(utilities.shape), utilities, rtol=0, atol=1e-13)
    assert [item[2].tolist() for item in found] == (levels @ strides(space.sizes)).tolist()
    assert np.allclose(space.utilities(levels), utilities, rtol=0, atol=1e-13)


@settings(max_examples=80)
@given(factors(most=120, pairs=5, masks=3))
def test_components_are_the_connected_components(space: Factors) -> None:
    found = components(space)
    assert sorted(k for part in found for k in part) == list(range(len(space.sizes)))
    edges = {frozenset(pair.issues) for pair in space.pairs} | {
        frozenset(edge) for mask in space.masks for edge in itertools.combinations(mask.issues, 2)
    }
    reach = {k: {k} for k in range(len(space.sizes))}
    for _ in space.sizes:
        for edge in edges:
            for k in edge:
                reach[k] = reach[k].union(*(reach[j] for j in edge))
    assert {frozenset(part) for part in found} == {frozenset(part) for part in reach.values()}


@settings(max_examples=80)
@given(factors(most=120, masks=3))
def test_allowed_is_what_every_mask_allows(space: Factors) -> None:
    everything = np.stack(np.unravel_index(np.arange(int(np.prod(space.sizes))), space.sizes), axis=1)
    assert rows(everything[space.allowed(everything)]) == rows(feasible(space)[0])
    assert compile_space(space).outcomes == len(everything)


@settings(max_examples=30)
@given(factors(most=60), st.data())
def test_columns_are_the_space_as_some_parties_see_it(space: Factors, data: st.DataObject) -> None:
    some = data.draw(st.lists(st.integers(0, space.parties - 1), min_size=1, unique=True))
    seen = space.columns(some)
    assert feasible(seen)[0].tolist() == feasible(space)[0].tolist()
    assert feasible(seen)[1].tolist() == feasible(space)[1][:, some].tolist()


def test_arrays_of_a_compiled_space_are_read_only() -> None:
    block = compile_space(Factors((np.zeros((2, 2)),))).blocks[0]
    with pytest.raises(ValueError, match="read-only"):
        block.points.utilities[0, 0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        block.points.codes[0, 0] = 1


def test_a_block_too_wide_is_refused_with_its_size() -> None:
    """Ten issues, each linked with all others, of ten levels each: 10^10 combinations at once."""
    every = [Pair(edge, np.ones((10, 10, 2))) for edge in itertools.combinations(range(10), 2)]
    with pytest.raises(SizeError, match="10,000,000,000"):
        compile_space(Factors((np.zeros((10, 2)),) * 10, tuple(every)))


def test_stars_chains_and_cycles_stay_small() -> None:
    """Sixteen issues of eight levels, 2.8e14 outcomes."""
    table = np.ones((8, 8, 2))
    single = (np.zeros((8, 2)),) * 16
    chain = [(k, k + 1) for k in range(15)]
    for edges in (chain, [(0, k) for k in range(1, 16)], [*chain, (0, 15)]):
        space = compile_space(Factors(single, tuple(Pair(edge, table) for edge in edges)))
        assert space.outcomes == 8**16
        assert sum(len(node.points) for block in space.blocks for node in nodes(block)) < 200_000
    joint = Mask(tuple(range(4)), np.ones((8,) * 4, dtype=bool))
    assert len(compile_space(Factors(single, (), (joint,))).blocks) == 13
