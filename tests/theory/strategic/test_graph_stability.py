"""Graph-model stabilities: the textbook two by two conflicts, answers listed one by one, and what implies what."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import SizeError
from sim.theory.strategic import graph_stability
from sim.theory.strategic.graph_stability import Stability, of_game, of_graph
from sim.theory.strategic.normal_form import pure_equilibria

Array = np.ndarray
KINDS = ("nash", "gmr", "smr", "seq")

# Ordinal payoffs, 4 the best; the first move is co-operation (not arming, swerving).
DILEMMA = [[[3, 1], [4, 2]], [[3, 4], [1, 2]]]
CHICKEN = [[[3, 2], [4, 1]], [[3, 4], [2, 1]]]


def stable(found: Stability, *state: int) -> list[list[bool]]:
    """For each player the kinds under which a state is stable, in the order of KINDS."""
    return [[bool(getattr(found, kind)[(player, *state)]) for kind in KINDS] for player in range(len(found.nash))]


# Textbook (Fang, Hipel and Kilgour 1993; Fraser and Hipel 1984).


def test_prisoners_dilemma() -> None:
    found = of_game(DILEMMA)
    foresight, never, always = [False, True, True, True], [False] * 4, [True] * 4
    assert stable(found, 0, 0) == [foresight, foresight]
    assert stable(found, 1, 1) == [always, always]
    # Who co-operates alone would leave, and nothing the other can do is worse; who defects alone stays.
    assert stable(found, 0, 1) == [never, always]
    assert stable(found, 1, 0) == [always, never]


def test_chicken() -> None:
    found = of_game(CHICKEN)
    always, never = [True] * 4, [False] * 4
    # From the compromise each is deterred by a crash, which the other would not choose: not sequentially stable.
    assert stable(found, 0, 0) == [[False, True, True, False]] * 2
    assert stable(found, 0, 1) == stable(found, 1, 0) == [always, always]
    assert stable(found, 1, 1) == [never, never]


# By listing answers one by one.


def answers(steps: Array, state: int) -> set[int]:
    """States at the end of legal sequences by some players, by a search over (state, who moved last)."""
    seen, todo = set(), [(state, -1)]
    while todo:
        here, last = todo.pop()
        for player, own in enumerate(steps):
            if player == last:
                continue
            for there in np.flatnonzero(own[here]).tolist():
                if (there, player) not in seen:
                    seen.add((there, player))
                    todo.append((there, player))
    return {here for here, _ in seen}


def by_listing(moves: Array, ranks: Array) -> dict[str, Array]:
    players, states = ranks.shape
    found = {kind: np.zeros((players, states), dtype=bool) for kind in KINDS}
    improving = moves & (ranks[:, None, :] > ranks[:, :, None])
    for i, s in itertools.product(range(players), range(states)):
        u = ranks[i]
        others = [k for k in range(players) if k != i]
        better = np.flatnonzero(improving[i, s]).tolist()
        can = {s1: [s2 for s2 in answers(moves[others], s1) if u[s2] <= u[s]] for s1 in better}
        will = {s1: [s2 for s2 in answers(improving[others], s1) if u[s2] <= u[s]] for s1 in better}
        found["nash"][i, s] = not better
        found["gmr"][i, s] = all(can.values())
        found["smr"][i, s] = all(
            any(all(u[s3] <= u[s] for s3 in np.flatnonzero(moves[i, s2])) for s2 in held) for held in can.values()
        )
        found["seq"][i, s] = all(will.values())
    return found


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Array, Array]:
    players, states = draw(st.integers(1, 4)), draw(st.integers(1, 7))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    moves = rng.random((players, states, states)) < draw(st.sampled_from([0.1, 0.3, 0.6]))
    moves[:, np.arange(states), np.arange(states)] = False
    return moves, rng.integers(0, draw(st.integers(1, 9)), (players, states)).astype(float)


def test_against_listing_and_what_implies_what() -> None:
    seen = Counter[str]()

    @settings(max_examples=200, deadline=None)
    @given(graphs())
    def run(graph: tuple[Array, Array]) -> None:
        found, expected = of_graph(*graph), by_listing(*graph)
        for kind in KINDS:
            assert getattr(found, kind).tolist() == expected[kind].tolist()
        for strong, weak in [("nash", "gmr"), ("nash", "smr"), ("nash", "seq"), ("smr", "gmr"), ("seq", "gmr")]:
            assert not (getattr(found, strong) & ~getattr(found, weak)).any()
            seen[f"{weak} without {strong}"] += int((getattr(found, weak) & ~getattr(found, strong)).sum())

    run()
    assert len(seen) == 5
    assert min(seen.values()) > 0


@st.composite
def games(draw: st.DrawFn) -> Array:
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.integers(0, 6, (len(shape), *shape)).astype(float)


@settings(max_examples=60, deadline=None)
@given(games())
def test_nash_stable_profiles_are_pure_equilibria(payoffs: Array) -> None:
    found = of_game(payoffs).equilibria()
    assert set(found) == set(KINDS)
    assert found["nash"].tolist() == pure_equilibria(list(payoffs)).tolist()


@settings(max_examples=40, deadline=None)
@given(games(), st.integers(1, 50))
def test_only_the_order_of_states_counts(payoffs: Array, scale: int) -> None:
    one, other = of_game(payoffs), of_game(np.exp(payoffs / scale))
    for kind in KINDS:
        assert getattr(one, kind).tolist() == getattr(other, kind).tolist()


def test_some_state_is_always_generally_metarational() -> None:
    """Where each plays a maximin move nobody gets less than what it can make sure of by moving."""
    rng = np.random.default_rng(0)
    for _ in range(200):
        shape = tuple(rng.integers(2, 4, int(rng.integers(2, 4))).tolist())
        assert of_game(rng.integers(0, 9, (len(shape), *shape))).equilibria()["gmr"].any()


def test_three_players_answer_in_turn() -> None:
    # Player 1 moves 0 -> 1; player 2 moves 1 -> 2, player 3 moves 2 -> 3, which is bad for player 1.
    moves = np.zeros((3, 4, 4), dtype=bool)
    moves[0, 0, 1] = moves[1, 1, 2] = moves[2, 2, 3] = True
    found = of_graph(moves, [[1, 3, 2, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    assert stable(found, 0)[0] == [False, True, True, True]
    # By one player alone two moves in a row are no legal sequence.
    moves[1, 2, 3], moves[2, 2, 3] = True, False
    found = of_graph(moves, [[1, 3, 2, 0], [0, 0, 1, 2], [0, 0, 0, 0]])
    assert stable(found, 0)[0] == [False, False, False, False]


def test_staying_is_no_move() -> None:
    assert of_graph(np.ones((1, 1, 1)), [[0.0]]).nash.all()


@pytest.mark.parametrize(
    ("moves", "preference", "named"),
    [
        (np.zeros((2, 3, 3)), np.zeros((2, 2)), "moves"),
        (np.zeros((2, 3, 3)), np.zeros(3), "preference"),
        (np.zeros((1, 1, 1)), [[np.nan]], "preference"),
    ],
)
def test_bad_input_names_the_argument(moves: Array, preference: Array, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        of_graph(moves, preference)


def test_several_games_and_too_many_states_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="several games"):
        of_game(np.zeros((2, 4, 2, 2)))
    monkeypatch.setattr(graph_stability, "MOST_STATES", 3)
    with pytest.raises(SizeError, match="4 profiles"):
        of_game(DILEMMA)
    with pytest.raises(SizeError, match="4 states"):
        of_graph(np.zeros((1, 4, 4)), np.zeros((1, 4)))
