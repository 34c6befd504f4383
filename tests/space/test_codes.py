"""Codes of outcomes, also of spaces beyond what 62 bits can number."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from random_spaces import all_levels

from sim.space.codes import decode, first_rows, strides, words

SIZES = st.lists(st.integers(1, 60) | st.integers(1, 100_000), min_size=1, max_size=40)


def exact_code(levels: list[int], sizes: list[int]) -> int:
    """The position of an outcome in file order, in Python integers."""
    code = 0
    for level, size in zip(levels, sizes, strict=True):
        code = code * size + level
    return code


@given(SIZES)
@example([2**31, 2**31, 2, 2**31, 2**31])
def test_words_hold_the_issues_in_order_and_fit_in_62_bits(sizes: list[int]) -> None:
    groups = words(sizes)
    assert [k for group in groups for k in group] == list(range(len(sizes)))
    assert all(math.prod(sizes[k] for k in group) <= 2**62 for group in groups)
    assert len(groups) <= 1 + sum(math.log2(n) for n in sizes) / 44  # a word is left only when the next would not fit


@settings(max_examples=150)
@given(st.data(), SIZES)
@example(None, [100_000] * 20)
@example(None, [2**31, 2**31, 2, 2**31])
def test_decoding_a_sum_of_strides_gives_the_levels_back(data: st.DataObject | None, sizes: list[int]) -> None:
    rng = np.random.default_rng(0 if data is None else data.draw(st.integers(0, 2**32 - 1)))
    levels = np.stack([rng.integers(n, size=7) for n in sizes], axis=1)
    levels = np.concatenate([levels, np.zeros_like(levels[:1]), np.array([sizes]) - 1])
    codes = levels @ strides(sizes)
    assert codes.shape == (9, len(words(sizes)))
    assert (codes >= 0).all()
    assert decode(codes, sizes).tolist() == levels.tolist()
    # Comparing codes, most significant word first, compares positions in file order.
    exact = [exact_code(row, sizes) for row in levels.tolist()]
    order = np.lexsort(codes.T[::-1]).tolist()
    assert [exact[k] for k in order] == sorted(exact)


def test_a_space_of_10_to_the_100_takes_several_words() -> None:
    assert len(words([100_000] * 20)) == 7


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_codes_of_a_small_space_number_its_outcomes_in_file_order(sizes: list[int]) -> None:
    levels = all_levels(tuple(sizes))
    assert (levels @ strides(sizes)).ravel().tolist() == list(range(len(levels)))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=30))
def test_first_rows_are_the_least_codes_of_their_groups(table: list[tuple[int, int, int]]) -> None:
    names = sorted({group for group, _, _ in table})
    groups = np.array([names.index(group) for group, _, _ in table])
    codes = np.array([code for _, *code in table])
    found = first_rows(groups, codes)
    assert groups[found].tolist() == list(range(len(names)))
    for row, name in zip(found, names, strict=True):
        assert codes[row].tolist() == min(list(code) for group, *code in table if group == name)
