from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory.strategic.bimatrix import solve
from sim.theory.strategic.dominance import dominated, undominated
from sim.theory.strategic.normal_form import advantage, commitment, payoff_dominant, pure_equilibria

CHICKEN = [[3, 2], [4, 1]], [[3, 4], [2, 1]]


@st.composite
def tables(draw: st.DrawFn) -> np.ndarray:
    """Whole payoffs (P, N, n_1, ..., n_P) of a few games."""
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.integers(0, 4, (len(shape), 3, *shape)).astype(float)


# Pure equilibria.


@settings(max_examples=50, deadline=None)
@given(tables())
def test_pure_equilibria_are_those_without_a_gainful_change(payoffs: np.ndarray) -> None:
    marked = pure_equilibria(payoffs)
    players, games, *shape = payoffs.shape
    for game, profile in product(range(games), product(*map(range, shape))):
        stable = all(
            payoffs[(p, game, *profile[:p], change, *profile[p + 1 :])] <= payoffs[(p, game, *profile)]
            for p in range(players)
            for change in range(shape[p])
        )
        assert marked[(game, *profile)] == stable
        assert pure_equilibria(payoffs[:, game])[profile] == stable


def test_two_players_pure_equilibria_are_those_of_the_bimatrix_game() -> None:
    a, b = np.random.default_rng(0).normal(size=(2, 200, 3, 4))
    found = solve(a, b)
    pure = (found.row == 1).any(axis=1) & (found.column == 1).any(axis=1)
    listed = np.stack([found.game[pure], found.row[pure].argmax(axis=1), found.column[pure].argmax(axis=1)], axis=1)
    assert listed.size
    assert sorted(listed.tolist()) == np.argwhere(pure_equilibria([a, b])).tolist()


def test_three_player_majority_vote() -> None:
    votes = np.indices((2, 2, 2)).sum(axis=0) >= 2
    marked = pure_equilibria([votes.astype(float)] * 3)
    assert sorted(np.argwhere(marked).tolist()) == [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0], [1, 1, 1]]


def test_tolerance_forgives_small_gains() -> None:
    payoffs = [[[1.0], [1.0 + 1e-12]], [[0.0], [0.0]]]
    assert pure_equilibria(payoffs).tolist() == [[False], [True]]
    assert pure_equilibria(payoffs, tolerance=1e-9).all()


# Dominance.


def test_prisoners_dilemma_has_a_dominant_strategy() -> None:
    payoffs = [[[3, 0], [4, 1]], [[3, 4], [0, 1]]]
    for player, kind in product((0, 1), ("strict", "weak", "mixed")):
        assert dominated(payoffs, player=player, by=kind).tolist() == [True, False]


def test_weak_dominance_needs_one_strict_gain() -> None:
    assert dominated([[[1, 0], [1, 1]], [[0, 0], [0, 0]]], player=0).tolist() == [False, False]
    assert dominated([[[1, 0], [1, 1]], [[0, 0], [0, 0]]], player=0, by="weak").tolist() == [True, False]
    assert dominated([[[1, 1], [1, 1]], [[0, 0], [0, 0]]], player=0, by="weak").tolist() == [False, False]


def test_mixtures_dominate_where_no_pure_strategy_does() -> None:
    rows = np.array([[4.0, 0, 9], [0, 4, 9], [1, 1, 8]])
    batch = np.stack([rows, rows[::-1]])
    assert dominated([batch, batch], player=0, by="mixed").tolist() == [[False, False, True], [True, False, False]]
    assert not dominated([rows, rows], player=0).any()
    columns = [np.zeros((3, 3)), rows.T]
    assert dominated(columns, player=1, by="mixed").tolist() == [False, False, True]


def test_an_exact_match_by_a_mixture_is_no_strict_dominance() -> None:
    rows = np.array([[4.0, 0], [0, 4], [2, 2]])
    assert not dominated([rows, rows], player=0, by="mixed").any()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_equilibria_use_only_strategies_that_survive(rng: int) -> None:
    a, b = np.random.default_rng(rng).integers(0, 8, (2, 3, 4)).astype(float)
    found = solve(a, b)
    pure, mixed = undominated([a, b]), undominated([a, b], by="mixed")
    for used, by_pure, by_mixed in zip((found.row > 0, found.column > 0), pure, mixed, strict=True):
        assert not used[:, ~by_mixed].any()
        assert (by_mixed <= by_pure).all()


def test_iterated_elimination_ends_at_the_textbook_cell() -> None:
    """Up-middle is left when right, then down, then left go (Gibbons 1992)."""
    left = undominated([[[1, 1, 0], [0, 0, 2]], [[0, 2, 1], [3, 1, 0]]])
    assert [mask.tolist() for mask in left] == [[True, False], [False, True, False]]


# Selection.


def test_payoff_dominance_in_the_stag_hunt() -> None:
    found = solve([[9, 0], [8, 7]], [[9, 8], [0, 7]])
    marked = payoff_dominant(found.game, found.payoffs)
    assert found.payoffs[marked].tolist() == [[9, 9]]


def test_no_equilibrium_of_chicken_dominates_and_equal_ones_all_do() -> None:
    found = solve(*CHICKEN)
    assert not payoff_dominant(found.game, found.payoffs).any()
    assert payoff_dominant([0, 0, 2], [[1, 2], [1, 2], [0, 0]]).all()
    assert payoff_dominant([], np.zeros((0, 2))).shape == (0,)


def test_payoffs_a_rounding_apart_are_equal() -> None:
    assert payoff_dominant([0, 0], [[0, 1], [1e-17, 1]]).tolist() == [True, True]
    assert payoff_dominant([0, 0], [[0, 1], [1e-17, 1]], scale=[1, 1]).tolist() == [True, True]
    assert payoff_dominant([0, 0], [[1e9 + 1e-7, 1], [1e9, 1]]).tolist() == [True, True]


@pytest.mark.parametrize("origin", [0.0, -1.0, 1e3, 1e9, -1e9])
def test_an_origin_does_not_matter(origin: float) -> None:
    payoffs = np.array([[1.0, 1.0], [2.0, 2.0], [2.0, 1.0]])
    for scale in (None, [1.0, 1.0]):
        assert payoff_dominant([0, 0, 0], payoffs + origin, scale=scale).tolist() == [False, True, False]


def test_a_payoff_of_nothing_but_rounding_is_no_loss() -> None:
    payoffs = [[0.0, 0.0], [-5.6e-17, 0.067]]
    assert payoff_dominant([0, 0], payoffs).tolist() == [False, True]
    assert payoff_dominant([0, 0], payoffs, scale=[0.3, 0.4]).tolist() == [False, True]
    found = solve([[0, -0.3], [0.1, 0], [-0.2, 0]], [[0.2, 0.1], [-0.2, 0], [0.2, 0.1]])
    marked = payoff_dominant(found.game, found.payoffs)
    assert marked.any()
    assert found.payoffs[marked] == pytest.approx(np.tile([0, found.payoffs[:, 1].max()], (marked.sum(), 1)), abs=1e-12)


def test_the_scale_says_what_is_a_tie() -> None:
    games, payoffs = [0, 0, 1, 1], [[0, 1], [1e-12, 1], [0, 1], [1e-12, 1]]
    assert payoff_dominant(games, payoffs).all()
    assert payoff_dominant(games, payoffs, scale=[1e-12, 1]).tolist() == [False, True, False, True]
    assert payoff_dominant(games, payoffs, scale=[[1, 1], [1e-12, 1]]).tolist() == [True, True, False, True]
    for bad in ([1, 2, 3], [[1, 1]] * 3, -1, np.nan, "wide"):
        with pytest.raises(ValueError, match="scale"):
            payoff_dominant(games, payoffs, scale=bad)


# Moving first.


def test_commitment_wins_in_chicken_for_either_side() -> None:
    found = solve(*CHICKEN)
    for side, leader in enumerate(("row", "column")):
        first = commitment(*CHICKEN, leader=leader)
        assert (first.strategy[0], first.reply[0], first.leader[0], first.follower[0]) == (1, 0, 4, 2)
        assert advantage(first.leader, found.game, found.payoffs[:, side]).tolist() == [[0, 2]]


def test_ties_go_for_or_against_the_leader() -> None:
    a, b = [[5, 0], [2, 2]], [[1, 1], [0, 0]]
    assert commitment(a, b).leader.tolist() == [5]
    cautious = commitment(a, b, ties="against")
    assert (cautious.strategy.tolist(), cautious.leader.tolist()) == ([1], [2])


def test_committing_is_never_worse_than_a_pure_equilibrium() -> None:
    a, b = np.random.default_rng(2).normal(size=(2, 100, 3, 3))
    first = commitment(a, b)
    stable = pure_equilibria([a, b])
    best = np.where(stable, a, -np.inf).max(axis=(1, 2))
    assert (first.leader >= best).all()
    assert (first.leader > best).any()
    for game in range(100):
        alone = commitment(a[game], b[game])
        assert alone.leader[0] == first.leader[game] == a[game, first.strategy[game], first.reply[game]]


# Bad input.


def test_bad_input_is_named() -> None:
    square = np.zeros((2, 2))
    with pytest.raises(ValueError, match=r"payoffs\[1\]: shape"):
        pure_equilibria([square, np.zeros((2, 3))])
    with pytest.raises(ValueError, match=r"payoffs\[0\]: holds nan"):
        pure_equilibria([square * np.nan, square])
    with pytest.raises(ValueError, match="4 axes"):
        pure_equilibria([np.zeros((1, 1, 2, 2))] * 2)
    with pytest.raises(ValueError, match="no player"):
        pure_equilibria([])
    for nothing in (None, 3.0, np.float64(1)):
        with pytest.raises(ValueError, match=r"payoffs: .*an array for each player"):
            pure_equilibria(nothing)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"payoffs\[1\]: not an array of numbers"):
        pure_equilibria([square, [["a", "b"], ["c", "d"]]])
    with pytest.raises(ValueError, match="a strategy for each player"):
        pure_equilibria([np.zeros((2, 0))] * 2)
    with pytest.raises(ValueError, match="player: 2"):
        dominated([square, square], player=2)
    with pytest.raises(ValueError, match="by: 'often'"):
        dominated([square, square], player=0, by="often")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="by: 'weak'"):
        undominated([square, square], by="weak")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="several games"):
        undominated([np.zeros((2, 2, 2))] * 2)
    with pytest.raises(ValueError, match="payoffs: shape"):
        payoff_dominant([0], [[1, 2], [3, 4]])
    with pytest.raises(ValueError, match="leader, ties"):
        commitment(square, square, ties="maybe")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="B: shape"):
        commitment(square, np.zeros((2, 3)))
    with pytest.raises(ValueError, match="equilibria of 2 games"):
        advantage([1.0, 2.0], [0], [1.0])
