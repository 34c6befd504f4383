"""Learning in a repeated round: games whose course is known, the same processes written out, and the random state."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory.strategic.bimatrix import solve
from sim.theory.strategic.dominance import undominated
from sim.theory.strategic.index import index
from sim.theory.strategic.learning import Leads, fictitious_play, replicator_dynamics

Array = np.ndarray
Game = tuple[Array, Array]
states = st.integers(0, 2**32 - 1)

PENNIES = np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([[-1.0, 1.0], [1.0, -1.0]])
DILEMMA = np.array([[3.0, 0.0], [5.0, 1.0]]), np.array([[3.0, 5.0], [0.0, 1.0]])
# Shapley (1964), Some Topics in Two-Person Games: fictitious play may go round for ever.
SHAPLEY = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]]), np.array([[0.0, 1, 0], [0, 0, 1], [1, 0, 0]])


def equilibria(game: Game) -> tuple[Array, Array]:
    found = solve(*game)
    return found.row, found.column


def rng(state: int = 0) -> np.random.Generator:
    return np.random.default_rng(state)


def check(found: Leads, known: tuple[Array, Array], tolerance: float) -> None:
    """Shares count the starts; a start that approaches an equilibrium ends near it."""
    assert found.share == pytest.approx([(found.reached == k).mean() for k in range(len(known[0]))])
    assert found.row.sum(axis=1) == pytest.approx(np.ones(len(found.row)))
    assert found.column.sum(axis=1) == pytest.approx(np.ones(len(found.row)))
    for start, k in enumerate(found.reached.tolist()):
        if k >= 0:
            assert np.abs(found.row[start] - known[0][k]).max() <= tolerance
            assert np.abs(found.column[start] - known[1][k]).max() <= tolerance


# Games whose course is known.


def test_a_dilemma_leads_to_its_equilibrium() -> None:
    known = equilibria(DILEMMA)
    assert fictitious_play(DILEMMA, known, rng=rng(), starts=5, rounds=200).share.tolist() == [1.0]
    assert replicator_dynamics(DILEMMA, known, rng=rng(), starts=5).share.tolist() == [1.0]


def test_matching_pennies_is_learned_by_fictitious_play_and_circled_by_replicators() -> None:
    known = equilibria(PENNIES)
    assert fictitious_play(PENNIES, known, rng=rng(), starts=4, rounds=2000).share.tolist() == [1.0]
    assert replicator_dynamics(PENNIES, known, rng=rng(), starts=10, time=60).share[0] <= 0.1


def test_shapleys_game_need_not_be_learned() -> None:
    known = equilibria(SHAPLEY)
    assert len(known[0]) == 1
    found = fictitious_play(SHAPLEY, known, rng=rng(), starts=6, rounds=1500, tolerance=0.02)
    assert found.share[0] < 1
    assert (np.abs(found.row[found.reached < 0] - 1 / 3).max(axis=1) > 0.1).all()


def test_meeting_at_one_of_two_places_is_a_toss_of_the_starts() -> None:
    met = np.eye(2)
    known = equilibria((met, met))
    found = replicator_dynamics((met, met), known, rng=rng(), starts=200)
    mixed = int(np.flatnonzero((known[0] < 1).all(axis=1))[0])
    assert found.share[mixed] == 0
    assert found.share.sum() == pytest.approx(1)
    # Shares x and y of the first place: x + y > 1 leads there, and a path keeps its side.
    assert found.share[np.flatnonzero(known[0][:, 0] == 1)[0]] == pytest.approx(0.5, abs=0.11)


# The same processes written out.


@settings(max_examples=8, deadline=None)
@given(states)
def test_fictitious_play_step_by_step(state: int) -> None:
    a, b = rng(state).normal(size=(2, 3, 3))
    known = equilibria((a, b))
    found = fictitious_play((a, b), known, rng=rng(state), starts=2, rounds=150)
    check(found, known, 0.05)
    draw = rng(state)
    for start in range(2):
        row, column = draw.dirichlet(np.ones(3)), draw.dirichlet(np.ones(3))
        draw.integers(2**32)
        for _ in range(150):
            mine, theirs = int((a @ column).argmax()), int((row @ b).argmax())
            row, column = row + np.eye(3)[mine], column + np.eye(3)[theirs]
        assert found.row[start] == pytest.approx(row / row.sum())
        assert found.column[start] == pytest.approx(column / column.sum())


@settings(max_examples=4, deadline=None)
@given(states)
def test_replicators_in_small_steps(state: int) -> None:
    a, b = rng(state).normal(size=(2, 2, 3))
    known = equilibria((a, b))
    found = replicator_dynamics((a, b), known, rng=rng(state), starts=2, time=10)
    check(found, known, 0.01)
    own, other = ((side - side.min()) / np.ptp(side) for side in (a, b))
    draw = rng(state)
    for start in range(2):
        # In logarithms, where the equations are d log x_i = (A y)_i up to what is common to all i.
        row, column = np.log(draw.dirichlet(np.ones(2))), np.log(draw.dirichlet(np.ones(3)))
        for _ in range(4_000):
            x, y = (np.exp(side) / np.exp(side).sum() for side in (row, column))
            row, column = row + 2.5e-3 * (own @ y), column + 2.5e-3 * (x @ other)
        assert found.row[start] == pytest.approx(np.exp(row) / np.exp(row).sum(), abs=5e-3)
        assert found.column[start] == pytest.approx(np.exp(column) / np.exp(column).sum(), abs=5e-3)


# Theorems.


@settings(max_examples=15, deadline=None)
@given(states)
def test_nothing_approaches_an_equilibrium_of_index_minus_one(state: int) -> None:
    """Demichelis and Ritzberger (2003)."""
    a, b = rng(state).normal(size=(2, 2, 2))
    found = solve(a, b)
    signs = index(a[None], b[None], found.game, found.row, found.column)
    share = replicator_dynamics((a, b), (found.row, found.column), rng=rng(state), starts=8).share
    assert not share[signs < 0].any()


def test_dominance_leads_to_what_it_leaves() -> None:
    """Samuelson and Zhang (1992)."""
    seen = 0
    for state in range(60):
        a, b = rng(state).normal(size=(2, 3, 2))
        left = undominated([a, b])
        if all(mask.sum() == 1 for mask in left):
            seen += 1
            known = left[0][None].astype(float), left[1][None].astype(float)
            assert replicator_dynamics((a, b), known, rng=rng(state), starts=3, time=3000).share.tolist() == [1.0]
            assert fictitious_play((a, b), known, rng=rng(state), starts=2, rounds=800).share.tolist() == [1.0]
        if seen == 5:
            return
    raise AssertionError("too few games that dominance solves")


@settings(max_examples=8, deadline=None)
@given(states, st.sampled_from([0.125, 8.0]), st.sampled_from([-2.0, 4.0]))
def test_units_of_utility_make_no_difference(state: int, scale: float, origin: float) -> None:
    a, b = rng(state).integers(0, 9, (2, 2, 2)).astype(float)
    known = equilibria((a, b))
    one = replicator_dynamics((a, b), known, rng=rng(1), starts=3)
    other = replicator_dynamics((a * scale + origin, b), known, rng=rng(1), starts=3)
    assert one.reached.tolist() == other.reached.tolist()


# The random state.


def test_the_same_generator_gives_the_same_and_leaves_the_global_state_alone() -> None:
    tied = np.ones((2, 2)), np.ones((2, 2))
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    runs = [fictitious_play(tied, ([[1, 0]], [[1, 0]]), rng=rng(3), starts=3, rounds=50) for _ in range(2)]
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002
    assert runs[0].row.tolist() == runs[1].row.tolist()
    assert (
        runs[0].row.tolist()
        != fictitious_play(tied, ([[1, 0]], [[1, 0]]), rng=rng(4), starts=3, rounds=50).row.tolist()
    )


def test_no_equilibrium_given_none_approached() -> None:
    found = replicator_dynamics(DILEMMA, (np.zeros((0, 2)), np.zeros((0, 2))), rng=rng(), starts=2)
    assert found.reached.tolist() == [-1, -1]
    assert found.share.shape == (0,)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"starts": 0}, "starts"),
        ({"rounds": 0}, "rounds"),
        ({"tolerance": 0.0}, "tolerance"),
        ({"payoffs": (np.zeros((2, 2, 2)), np.zeros((2, 2, 2)))}, "payoffs"),
        ({"equilibria": ([[1, 0]], [[1, 0, 0]])}, "equilibria"),
        ({"equilibria": ([[1, 0]], [[1, 0], [0, 1]])}, "equilibria"),
    ],
)
def test_bad_input_names_the_argument(change: dict[str, object], named: str) -> None:
    good: dict[str, object] = {"payoffs": DILEMMA, "equilibria": ([[0, 1]], [[0, 1]]), "starts": 1, "rounds": 10}
    asked = good | change
    with pytest.raises(ValueError, match=named):
        fictitious_play(asked.pop("payoffs"), asked.pop("equilibria"), rng=rng(), **asked)


def test_time_runs_forward() -> None:
    with pytest.raises(ValueError, match="time"):
        replicator_dynamics(DILEMMA, equilibria(DILEMMA), rng=rng(), time=-1.0)
