"""The Nash demand game: published cases, the smoothing theorem, slow twins and bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from sim.theory.talks.demand_game import demand_game, shortfall, stances
from sim.theory.talks.smoothed_demands import smoothed_split, vanishing_doubt

unit = st.integers(0, 20).map(lambda k: k / 20)
frontiers = st.lists(st.tuples(unit, unit), min_size=1, max_size=12).map(np.array)


def pure_equilibria(row: np.ndarray, column: np.ndarray) -> set[tuple[int, int]]:
    best = (row >= row.max(axis=0) - 1e-12) & (column >= column.max(axis=1, keepdims=True) - 1e-12)
    return {(int(i), int(j)) for i, j in np.argwhere(best)}


def test_every_efficient_split_is_an_equilibrium() -> None:
    # Nash (1953): with eleven stances on a pie, all eleven efficient pairs; the count is our own.
    kept = np.arange(11) / 10
    game = demand_game(np.stack([kept, 1 - kept], axis=1), [0.0, 0.0], rows=np.arange(11), columns=np.arange(11))
    efficient = {(k, k) for k in range(11)}
    assert pure_equilibria(game.A, game.B) & efficient == efficient
    assert game.selected.tolist() == [5, 5]


@pytest.mark.parametrize("eps", [0.2, 0.05, 0.01, 0.001])
def test_smoothed_split_keeps_the_ratio_of_the_powers(eps: float) -> None:
    # Nash (1953) for the smoothing; the logistic form, u = x and y^0.5, and the answer are our own.
    x, y = smoothed_split([1.0, 0.5], eps)
    assert x / y == pytest.approx(2, abs=1e-9)
    met = 1 / (1 + np.exp((x + y - 1) / eps))
    assert [1 / x, 0.5 / y] == pytest.approx([(1 - met) / eps] * 2, rel=1e-9)


def test_smoothed_split_tends_to_the_nash_solution() -> None:
    assert smoothed_split([1.0, 0.5], 1e-7) == pytest.approx([2 / 3, 1 / 3], abs=1e-5)


def test_smoothed_split_is_what_search_finds() -> None:
    grid = np.linspace(1e-3, 1, 1000)
    x, y = smoothed_split([1.0, 0.5], 0.05)
    met = 1 / (1 + np.exp((grid[:, None] + grid - 1) / 0.05))
    i, j = np.unravel_index((grid[:, None] * np.sqrt(grid) * met).argmax(), met.shape)
    assert [grid[i], grid[j]] == pytest.approx([x, y], abs=1e-3)


@given(deals=frontiers, a=unit, b=unit)
@settings(deadline=None)
def test_shortfall_against_a_loop(deals: np.ndarray, a: float, b: float) -> None:
    slow = [[min(max(p - u, q - v) for u, v in deals) for q in (b, 0.33)] for p in (a, 0.77)]
    assert shortfall(deals, [a, 0.77], [b, 0.33]) == pytest.approx(np.array(slow), abs=1e-12)


@given(deals=frontiers, nothing=st.tuples(unit, unit))
@settings(deadline=None)
def test_unsmoothed_payoffs_against_a_loop(deals: np.ndarray, nothing: tuple[float, float]) -> None:
    everything = np.arange(len(deals))
    game = demand_game(deals, nothing, rows=everything, columns=everything)
    for i, a in enumerate(deals[:, 0]):
        for j, b in enumerate(deals[:, 1]):
            met = any(u >= a - 1e-9 and v >= b - 1e-9 for u, v in deals)
            assert (game.A[i, j], game.B[i, j]) == pytest.approx((a, b) if met else nothing, abs=1e-12)


@given(deals=frontiers, nothing=st.tuples(unit, unit), eps=st.sampled_from([0.0, 0.01, 0.1, 0.5]))
@settings(deadline=None)
def test_selected_pair_is_an_equilibrium(deals: np.ndarray, nothing: tuple[float, float], eps: float) -> None:
    everything = np.arange(len(deals))
    game = demand_game(deals, nothing, rows=everything, columns=everything, smoothing=eps)
    i, j = game.selected
    if i < 0:
        assert j < 0
        gains = np.minimum(game.A - nothing[0], game.B - nothing[1])
        assert gains.max() <= 1e-12
    else:
        assert game.A[i, j] >= game.A[:, j].max() - 1e-12
        assert game.B[i, j] >= game.B[i, :].max() - 1e-12


@pytest.mark.parametrize("nothing", [(0.0, 0.0), (0.3, 0.1)])
def test_selection_tends_to_the_nash_bargaining_solution(nothing: tuple[float, float]) -> None:
    x = np.linspace(0, 1, 4001)
    frontier = np.stack([x, np.sqrt(1 - x)], axis=1)
    everything = np.arange(0, 4001, 5)
    nash = frontier[np.prod(np.maximum(frontier - nothing, 0), axis=1).argmax()]
    errors = []
    for eps in (0.3, 0.03, 0.003):
        game = demand_game(frontier, nothing, rows=everything, columns=everything, smoothing=eps)
        i, j = game.selected
        errors.append(np.abs([game.row[i] - nash[0], game.column[j] - nash[1]]).max())
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.03


def test_vanishing_doubt_is_the_limit_on_few_outcomes_too() -> None:
    """Any utility may be demanded, here from a fine grid; of outcomes that are about as good either may be picked."""
    rng, grid, clear = np.random.default_rng(5), np.linspace(0.0, 1.0, 501), 0
    for _ in range(40):
        outcomes, nothing = rng.random((rng.integers(2, 7), 2)), rng.random(2) * 0.3
        gains = np.maximum(outcomes - nothing, 0).prod(axis=1)
        picked = vanishing_doubt(outcomes, nothing)
        if gains.max() == 0:
            assert picked is None
            continue
        assert picked == gains.argmax()
        met = expit(-shortfall(outcomes, grid, grid) / 0.002)
        own = np.maximum(grid[:, None] - nothing[0], 0) * np.maximum(grid - nothing[1], 0) * met
        asked = grid[np.array(np.unravel_index(own.argmax(), own.shape))]
        assert own.max() == pytest.approx(gains.max(), abs=0.03)
        if np.partition(gains, -2)[-2] < gains.max() - 0.04:
            clear += 1
            assert np.abs(asked - outcomes[picked]).max() < 0.04
    assert clear > 20


def test_batched_over_disagreement_points() -> None:
    x = np.linspace(0, 1, 21)
    frontier, picked = np.stack([x, 1 - x**2], axis=1), np.arange(0, 21, 2)
    points = np.random.default_rng(2).random((6, 2)) * 0.5
    together = demand_game(frontier, points, rows=picked, columns=picked, smoothing=0.05)
    assert together.A.shape == (6, 11, 11)
    for g, nothing in enumerate(points):
        alone = demand_game(frontier, nothing, rows=picked, columns=picked, smoothing=0.05)
        assert np.array_equal(together.A[g], alone.A)
        assert np.array_equal(together.B[g], alone.B)
        assert np.array_equal(together.selected[g], alone.selected)


@given(deals=st.lists(unit, min_size=1, max_size=20, unique=True), count=st.integers(2, 8))
@settings(deadline=None)
def test_stances_are_distinct_spread_and_hold_both_ends(deals: list[float], count: int) -> None:
    frontier = np.array([(u, 1 - u**2) for u in deals])
    chosen = stances(frontier, count)
    assert len(chosen) == len(set(chosen.tolist())) <= count
    assert {int(frontier[:, 0].argmin()), int(frontier[:, 0].argmax())} <= set(chosen.tolist())
    assert np.all(np.diff(frontier[chosen, 0]) > 0)
    if len(deals) <= count:
        assert set(chosen.tolist()) == set(range(len(deals)))


def test_stances_ignore_units() -> None:
    x = np.linspace(0, 1, 101)
    frontier = np.stack([x, 1 - x**3], axis=1)
    assert np.array_equal(stances(frontier, 5), stances(frontier * [100.0, 0.01] + [3.0, -1.0], 5))


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: stances([[0.0, 1.0]], 1), "count"),
        (lambda: stances([[0.0, 1.0]], 2.5), "count"),
        (lambda: stances([0.0, 1.0], 3), "utilities"),
        (lambda: stances(["a"], 3), "utilities"),
        (lambda: shortfall([[0.0, 1.0]], 0.1, [0.1]), "row"),
        (lambda: shortfall([[0.0, 1.0]], [0.1], [[0.1]]), "column"),
        *(
            (lambda rows=rows: demand_game([[0, 1], [1, 0]], [0, 0], rows=rows, columns=[0]), "rows")
            for rows in ([5], [-1], [0.0], [], 0, None, ["a"])
        ),
        (lambda: demand_game([[0, 1], [1, 0]], [0, 0], rows=[0], columns=[2]), "columns"),
        (lambda: demand_game([[0, 1]], [0, 0], rows=[0], columns=[0], smoothing="some"), "smoothing"),
        (lambda: demand_game([[0, 1]], [0, 0], rows=[0], columns=[0], smoothing=[0.1, 0.2]), "smoothing"),
        (lambda: smoothed_split([1.0, 0.5, 0.5], 0.1), "powers"),
        (lambda: smoothed_split(np.ones((2, 2)), [0.1] * 3), "smoothing"),
        (lambda: shortfall([[0.0, np.nan]], [0.1], [0.1]), "utilities"),
        (lambda: demand_game([[0, 1]], [0.0], rows=np.array([0]), columns=np.array([0])), "disagreement"),
        (lambda: demand_game([[0, 1]], [0, 0], rows=np.array([0]), columns=np.array([0]), smoothing=-1), "smoothing"),
        (lambda: smoothed_split([1.0, 0.0], 0.1), "powers"),
        (lambda: smoothed_split([1.0, 1.0], 0.0), "smoothing"),
    ],
)
def test_bad_input_names_the_argument(call: object, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        call()  # type: ignore[operator]
