"""Margin, ideal points and acceptance against their definitions, for many leverage points at once."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_spaces import KINDS, Floats, numbers

from sim.space import zone
from sim.space.pareto import nondominated
from sim.space.zone import acceptable, exists, ideal, margins, some_acceptable

PIECES = st.sampled_from([1, 50, 1 << 18])


def problem(seed: int, parties: int, kind: str) -> tuple[Floats, Floats, Floats]:
    """All outcomes, their frontier by rising first utility, and reservation points: random, met exactly, beyond."""
    rng = np.random.default_rng(seed)
    everything = numbers(rng, kind, (int(rng.integers(1, 40)), parties))
    frontier = everything[nondominated(everything, np.arange(len(everything))[:, None])]
    low, high = everything.min() - 0.5, everything.max() + 0.5
    reservation = [rng.uniform(low, high, (12, parties)), rng.uniform(low, everything.mean(), (12, parties))]
    reservation += [everything, everything + rng.choice([0.9e-9, 1.1e-9, -0.2], everything.shape)]
    return everything, frontier, np.concatenate(reservation)


@settings(max_examples=100)
@given(st.integers(0, 2**32 - 1), st.integers(2, 5), st.sampled_from(KINDS), PIECES)
def test_definitions(seed: int, parties: int, kind: str, piece: int) -> None:
    everything, frontier, reservation = problem(seed, parties, kind)
    with mock.patch.object(zone, "_PIECE", piece):
        found, ideals = margins(frontier, reservation), ideal(frontier, reservation)
    assert found.shape == (len(reservation),)
    assert ideals.shape == reservation.shape
    for g, r in enumerate(reservation):
        inside = (everything >= r - 1e-9).all(axis=1)
        assert abs(found[g] - (everything - r).min(axis=1).max()) <= 1e-12
        assert bool(exists(found)[g]) is bool(inside.any())
        assert acceptable(everything, r).tolist() == inside.tolist()
        if inside.any():
            assert np.allclose(ideals[g], everything[inside].max(axis=0), rtol=0, atol=1e-12)
        else:
            assert np.isnan(ideals[g]).all()


@pytest.mark.parametrize("parties", [2, 3])
def test_no_points(parties: int) -> None:
    nothing, r = np.empty((0, parties)), np.zeros((3, parties))
    assert margins(nothing, r).tolist() == [-np.inf] * 3
    assert not exists(margins(nothing, r)).any()
    assert np.isnan(ideal(nothing, r)).all()
    assert acceptable(nothing, r[0]).tolist() == []


@given(st.integers(0, 2**32 - 1), st.integers(2, 4))
def test_reservation_values_up_never_widen_the_margin(seed: int, parties: int) -> None:
    _, frontier, reservation = problem(seed, parties, "tenths")
    rise = np.random.default_rng(seed + 1).choice([0, 0.1, 0.3], reservation.shape)
    assert (margins(frontier, reservation + rise) <= margins(frontier, reservation) + 1e-12).all()
    everyone = np.full((1, parties), 0.25)
    assert np.allclose(
        margins(frontier, reservation + everyone), margins(frontier, reservation) - 0.25, rtol=0, atol=1e-12
    )


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(3, 5), st.sampled_from(KINDS), st.sampled_from([0, 1, 64]))
def test_one_point_settles_others_as_they_are(seed: int, parties: int, kind: str, probes: int) -> None:
    _, frontier, reservation = problem(seed, parties, kind)
    ends = np.random.default_rng(seed).uniform(reservation.min(), reservation.max(), (2, parties))
    reservation = np.concatenate([reservation, np.linspace(*ends, 41)])
    with mock.patch.object(zone, "_MANY", 0), mock.patch.object(zone, "_PROBES", probes):
        found = some_acceptable(frontier, reservation)
    assert found.tolist() == exists(margins(frontier, reservation)).tolist()
