"""Grim trigger: the textbook threshold, the sum it stands for, and bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.theory.strategic.normal_form import pure_equilibria
from sim.theory.strategic.repeated import grim_trigger, truce

payoff = st.floats(-5, 5)


def test_prisoners_dilemma() -> None:
    # Friedman (1971), (T - R) / (T - P); payoffs 5, 3, 1 are our own.
    assert grim_trigger(5, 3, 1) == pytest.approx(0.5, abs=1e-12)


@given(t=payoff, r=payoff, p=payoff, delta=st.floats(0.01, 0.99))
@settings(deadline=None)
def test_threshold_is_where_the_sums_cross(t: float, r: float, p: float, delta: float) -> None:
    r, p = max(r, p), min(r, p)
    stay, deviate = r / (1 - delta), t + delta * p / (1 - delta)
    assume(abs(stay - deviate) > 1e-6)
    assert (delta >= grim_trigger(t, r, p)) == (stay > deviate)


def test_edges() -> None:
    assert grim_trigger([2, 1, 3], [1, 1, 1], [1, 0, 1]).tolist() == [np.inf, 0.0, np.inf]


@pytest.mark.parametrize(
    ("payoffs", "named"),
    [
        ((5, 1, 3), "punishment"),
        ((np.nan, 3, 1), "temptation"),
        (([5, 5], [3, 3, 3], 1), "reward: axes"),
        ((5, "much", 1), "reward: not an array of numbers"),
    ],
)
def test_bad_input_names_the_argument(payoffs: tuple[object, object, object], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        grim_trigger(*payoffs)


# A truce in any game.

# The leverage game of scenarios/istanbul-2022.yaml: hold, offensive; hold, counterattack.
ISTANBUL = np.array(
    [
        [[0.598954304037, 0.514587566212], [0.652382271563, 0.568954304037]],
        [[0.628368338198, 0.655679972448], [0.547915530372, 0.588368338198]],
    ]
)


def test_truce_of_the_istanbul_scenario() -> None:
    found = truce(ISTANBUL, [0, 0], punishment=ISTANBUL[:, 1, 1])
    assert found.temptation.tolist() == [ISTANBUL[0, 1, 0], ISTANBUL[1, 0, 1]]
    assert found.patience == pytest.approx([0.64, 0.41], abs=5e-3)
    assert found.patience.max() == pytest.approx(0.64, abs=5e-3)


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 0.99))
@settings(deadline=None, max_examples=100)
def test_a_truce_holds_where_no_single_breach_pays(state: int, delta: float) -> None:
    """Every breach by every player, summed over many periods."""
    rng = np.random.default_rng(state)
    shape = tuple(rng.integers(1, 4, int(rng.integers(2, 4))).tolist())
    payoffs = rng.integers(0, 6, (len(shape), *shape)).astype(float)
    ends = np.argwhere(pure_equilibria(list(payoffs)))
    assume(len(ends) > 0)
    end, kept = tuple(ends[0]), tuple(int(rng.integers(0, n)) for n in shape)
    found = truce(payoffs, kept, punishment=[table[end] for table in payoffs])
    for player, table in enumerate(payoffs):
        breaches = [
            (*kept[:player], move, *kept[player + 1 :]) for move in range(shape[player]) if move != kept[player]
        ]
        gains = [
            (1 - delta) * (table[breach] - table[kept]) + delta * (table[end] - table[kept]) for breach in breaches
        ]
        assume(all(abs(gain) > 1e-9 for gain in gains))
        if table[end] <= table[kept]:
            assert (delta >= found.patience[player]) == all(gain < 0 for gain in gains)
        else:
            assert found.patience[player] == (np.inf if breaches else 0.0)


def test_an_equilibrium_needs_no_patience() -> None:
    assert truce(ISTANBUL, [1, 1], punishment=ISTANBUL[:, 1, 1]).patience.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("moves", "punishment", "named"),
    [
        ([0], [0, 0], "moves"),
        ([0, 2], [0, 0], "moves"),
        ([0, -1], [0, 0], "moves"),
        ([0, 0.5], [0, 0], "moves"),
        ([0, 0], [0], "punishment"),
        ([0, 0], [0, np.nan], "punishment"),
    ],
)
def test_a_truce_names_what_is_wrong(moves: list[int], punishment: list[float], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        truce(ISTANBUL, moves, punishment=punishment)


def test_one_game_at_a_time() -> None:
    with pytest.raises(ValueError, match="several games"):
        truce(np.zeros((2, 3, 2, 2)), [0, 0], punishment=[0, 0])
