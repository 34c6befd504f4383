"""Value functions as a file writes them, and the levels they are taken at."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario_texts import SMALL, edited, read

from sim.model.issues import Issue, grid, grid_size, level_index
from sim.model.values import FAMILIES, key_level

LEVELS = (0.0, 10.0, 20.0, 30.0, 40.0)


def values(text: str, levels: tuple[float, ...] = LEVELS) -> list[float]:
    scenario = read(
        edited(
            SMALL,
            ("{range: [0, 1], step: 0.1}", "{range: [0, 40], step: 10}"),
            ("{importance: 1, best: 1, worst: 0}", f"{{importance: 1, {text}}}"),
        )
    )
    found: list[float] = scenario.spec.parties["a"].values["cake"].at(levels).tolist()
    return found


CASES = [
    ("best: 40, worst: 0", [0, 0.25, 0.5, 0.75, 1]),
    ("best: 0, worst: 40", [1, 0.75, 0.5, 0.25, 0]),
    ("best: 30, worst: 10", [0, 0, 0.5, 1, 1]),
    ("best: 40, worst: 0, shape: {power: 0.5}", [0, 0.5, math.sqrt(0.5), math.sqrt(0.75), 1]),
    (
        "best: 40, worst: 0, shape: {exponential: 2}",
        [(1 - math.exp(-2 * t / 4)) / (1 - math.exp(-2)) for t in range(5)],
    ),
    ("best: 40, worst: 0, shape: {exponential: -2}", [(1 - math.exp(2 * t / 4)) / (1 - math.exp(2)) for t in range(5)]),
    ("ideal: 20, tolerance: 40", [0.5, 0.75, 1, 0.75, 0.5]),
    ("ideal: 20, tolerance: 10", [0, 0, 1, 0, 0]),
    ("points: [[0, 0.2], [20, 1], [40, 0]]", [0.2, 0.6, 1, 0.5, 0]),
    ("points: [[10, 0.2], [30, 1]]", [0.2, 0.2, 0.6, 1, 1]),
    ("table: {0: 0.1, 10: 0.9, 20: 0.3, 30: 0, 40: 1}", [0.1, 0.9, 0.3, 0, 1]),
    ("at_least: 20", [0, 0, 1, 1, 1]),
    ("at_most: 20", [1, 1, 1, 0, 0]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_families_by_their_formulas(text: str, expected: list[float]) -> None:
    assert values(text) == pytest.approx(expected, abs=1e-12)


def test_every_family_has_a_case() -> None:
    assert {key for key in FAMILIES if any(key in text for text, _ in CASES)} == set(FAMILIES)


def test_sigmoid_is_rescaled_and_steepest_in_the_middle() -> None:
    found = values("best: 40, worst: 0, shape: {sigmoid: {middle: 0.5, steepness: 6}}")

    def logistic(t: float) -> float:
        return 1 / (1 + math.exp(-6 * (t - 0.5)))

    expected = [(logistic(t / 4) - logistic(0)) / (logistic(1) - logistic(0)) for t in range(5)]
    assert found == pytest.approx(expected, abs=1e-12)
    assert found[0] == 0
    assert found[4] == 1
    assert max(np.diff(found)) == pytest.approx(found[2] - found[1])


@pytest.mark.parametrize(
    "shape",
    [
        *[f"{{power: {a}}}" for a in ("1e-9", "0.5", "7", "1e9")],
        *[f"{{exponential: {a}}}" for a in ("-100", "-1e-9", "1e-300", "100")],
        *[f"{{sigmoid: {{middle: {m}, steepness: {s}}}}}" for m in ("1e-9", "0.999") for s in ("0.001", "1000")],
    ],
)
def test_every_allowed_shape_rises_from_0_to_1(shape: str) -> None:
    found = values(f"best: 40, worst: 0, shape: {shape}")
    assert (found[0], found[-1]) == pytest.approx((0, 1), abs=1e-9)
    assert np.all(np.isfinite(found))
    assert np.all(np.diff(found) >= 0)


def test_named_levels() -> None:
    text = edited(SMALL, ("{range: [0, 1], step: 0.1}", "{levels: [no, yes, 12]}"))
    text = text.replace("best: 1, worst: 0", "table: {yes: 1, no: 0, 12: 0.5}")
    text = text.replace("best: 0, worst: 1", "table: {no: 1, yes: 0.2, 12: 0}")
    spec = read(text.replace("yes, 12]", "yes, '12']")).spec
    assert spec.parties["a"].values["cake"].at(("no", "yes", "12")).tolist() == [0, 1, 0.5]


@pytest.mark.parametrize(
    ("key", "expected"),
    [("85000", 85000.0), ("-0.5", -0.5), ("1e3", 1000.0), ("open door", "open door"), ("1_000", "1_000"), ("", "")],
)
def test_keys_as_levels(key: str, expected: float | str) -> None:
    assert key_level(key) == expected


@pytest.mark.parametrize(
    ("low", "high", "step", "expected"),
    [
        (0, 1, 0.3, [0, 0.3, 0.6, 0.9, 1]),
        (0, 0.3, 0.1, [0, 0.1, 0.2, 0.3]),
        (342, 400, 20, [342, 362, 382, 400]),
        (-1, 1, 1, [-1, 0, 1]),
        (0.1, 0.7, 0.2, [0.1, 0.3, 0.5, 0.7]),
        (0, 5, 5, [0, 5]),
    ],
)
def test_grids_are_decimal_and_hold_both_ends(low: float, high: float, step: float, expected: list[float]) -> None:
    assert grid(low, high, step) == tuple(float(level) for level in expected)


@given(st.integers(-1000, 1000), st.integers(1, 300), st.integers(1, 50), st.sampled_from([1, 10, 100, 1000]))
def test_grids_against_whole_numbers(low: int, width: int, step: int, scale: int) -> None:
    whole = sorted({*range(low, low + width, step), low + width})
    found = grid(low / scale, (low + width) / scale, step / scale)
    assert [Fraction(repr(level)) for level in found] == [Fraction(level, scale) for level in whole]
    assert grid_size(low / scale, (low + width) / scale, step / scale) == len(whole)
    issue = Issue(range=(low / scale, (low + width) / scale), step=step / scale)
    assert [level_index(issue, level) for level in found] == list(range(len(whole)))
    assert level_index(issue, (low - 1) / scale) is None
    assert level_index(issue, (low + width + 1) / scale) is None


def test_grid_size_of_extremes() -> None:
    assert grid_size(0, 1e100, 1e-300) == 10**400 + 1
    assert grid_size(-1e100, 1e100, 1e100) == 3


def test_level_index() -> None:
    numeric, named = Issue(range=(0, 100000), step=1), Issue(levels=("a", "1"))
    assert level_index(numeric, 99999) == 99999
    assert level_index(numeric, 99999.0000001) == 99999
    assert level_index(numeric, 99999.5) is None
    assert level_index(numeric, "5") is None
    assert level_index(numeric, True) is None
    assert level_index(numeric, math.nan) is None
    assert level_index(named, "1") == 1
    assert level_index(named, 1) is None
    assert level_index(named, "b") is None
    assert level_index(numeric, math.inf) is None


@given(st.integers(-(10**10), 10**10), st.integers(1, 8), st.sampled_from([1, 10, 100, 10_000]), st.data())
def test_levels_of_large_numbers_stay_apart(low: int, steps: int, scale: int, data: st.DataObject) -> None:
    issue = Issue(range=(low / scale, (low + steps) / scale), step=1 / scale)
    place = data.draw(st.integers(0, steps))
    assert level_index(issue, (low + place) / scale) == place
    assert level_index(issue, float(Fraction(2 * (low + place) + 1, 2 * scale))) is None
