"""Distances of whole distributions against scipy, closed forms and an input whose variance misleads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp

import sim
from sim.__main__ import main
from sim.ensembles.distances import _by_chance, distance, distances, pawn

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def truths(values: np.ndarray, margin: np.ndarray) -> xr.Dataset:
    """Return what an ensemble would hold of some truths."""
    exists, names = margin >= 0, [f"x{k}" for k in range(values.shape[1])]
    variables = {
        "value": (("truth", "input"), values),
        "margin": ("truth", margin),
        "margin_high": ("truth", margin),
        "exists": ("truth", exists),
        "undecided": ("truth", np.zeros(len(margin), dtype=bool)),
    }
    return xr.Dataset(variables, {"truth": np.arange(len(margin)), "input": names})


@settings(max_examples=25, deadline=None)
@given(rng=st.integers(0, 2**32), sizes=st.tuples(st.integers(1, 40), st.integers(1, 40)), grain=st.integers(1, 30))
def test_the_distance_is_that_of_kolmogorov_and_smirnov(rng: int, sizes: tuple[int, int], grain: int) -> None:
    generator = np.random.default_rng(rng)
    first, second = (generator.integers(0, grain, n).astype(float) for n in sizes)
    assert distance(first, second) == pytest.approx(ks_2samp(first, second).statistic, abs=1e-12)
    assert distance(first, second) == distance(np.exp(second), np.exp(first)), "of ranks alone"


def test_an_input_that_is_the_output_has_the_distance_of_its_slices() -> None:
    x = np.random.default_rng(1).random(3200)
    # A slice from k/16 to (k+1)/16 of a uniform number is max(k, 15 - k)/16 from the whole.
    assert pawn(x, x) == pytest.approx(np.median([max(k, 15 - k) / 16 for k in range(16)]), abs=0.01)
    assert pawn(np.random.default_rng(2).random(3200), x) < _by_chance(x) * 1.2


def test_where_variance_misleads_the_bulk_is_told_from_the_tail() -> None:
    x = np.random.default_rng(3).random((4000, 3))
    # Variance is all but that of the tail, in one truth of two hundred; the bulk moves with the first input alone.
    margin = x[:, 0] - 0.5 - 60 * (x[:, 1] > 0.995)
    among = np.var(margin - (x[:, 0] - 0.5)) / np.var(margin)
    assert among > 0.9, "nearly the whole variance goes with the second input"
    found = distances(truths(x, margin))
    assert found.tailed
    assert not found.lopsided
    assert found.inputs[0].input == "x0"
    pawns = {each.input: each.pawn for each in found.inputs}
    assert pawns["x0"] > 5 * found.pawn_chance > pawns["x1"]
    assert abs(found.inputs[0].pawn - found.inputs[0].pawn_half) < 0.02


def test_few_truths_without_a_zone_are_told_from_the_rest() -> None:
    x = np.random.default_rng(4).random((4000, 2))
    found = distances(truths(x, 0.98 - x[:, 1] + 0.0 * x[:, 0]))
    assert found.lopsided
    split = {each.input: each.split for each in found.inputs}
    assert split["x1"] == pytest.approx(1.0)
    assert found.split_chance is not None
    assert split["x0"] is not None
    assert split["x0"] < 1.5 * found.split_chance < 0.5
    assert found.with_zone + found.without == found.truths


def test_a_margin_that_never_varies_moves_with_nothing() -> None:
    found = distances(truths(np.random.default_rng(5).random((100, 2)), np.full(100, 0.1)))
    assert found.inputs == ()
    assert found.split_chance is None


def test_undecided_truths_are_left_out_of_what_tells_zones_apart() -> None:
    x = np.random.default_rng(6).random((200, 1))
    given = truths(x, x[:, 0] - 0.5)
    unsure = given.assign(undecided=("truth", (x[:, 0] < 0.2)))
    assert distances(unsure).without < distances(given).without
    assert distances(unsure).with_zone == distances(given).with_zone


def test_a_long_tail_is_told_with_what_decides(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(SCENARIOS / "may-2025.yaml")
    assert main(["ensemble", path, "-n", "400", "--solved", "0", "--decides", "8"]) == 0
    told = capsys.readouterr().out
    assert "SHAPE    The margin has a long tail" in told
    assert "chance gives up to" in told
    assert sim.distances is not None
