"""Equilibria of three sides and more: published games, Gambit, a search by supports, and what is not covered."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import SizeError
from sim.theory.strategic import bimatrix
from sim.theory.strategic.many_sides import ManySided, equilibria, equilibria_of_games
from sim.theory.strategic.mixed_payoffs import replies
from sim.theory.strategic.normal_form import pure_equilibria
from sim.theory.strategic.three_mixing import fully_mixed

Array = np.ndarray
SHAPES = [(2, 2, 2), (2, 2, 3), (3, 2, 2), (2, 3, 3), (3, 3, 2), (2, 4, 3), (1, 2, 3)]

# McKelvey and McLennan (1997): the most regular equilibria that a game of this size can have.
NINE = np.zeros((3, 2, 2, 2))
NINE[:, 0, 0, 0], NINE[:, 1, 1, 0], NINE[:, 1, 0, 1], NINE[:, 0, 1, 1] = (9, 8, 12), (9, 8, 2), (3, 4, 6), (3, 4, 6)

# Nau, Canovas and Hansen (2004), On the Geometry of Nash Equilibria and Correlated Equilibria: one equilibrium, with
# irrational probabilities; and a game with a continuum of completely mixed ones.
ONE = np.moveaxis(
    np.array(
        [
            [[(3.0, 0, 2), (1, 0, 0)], [(0, 2, 0), (0, 1, 0)]],
            [[(0, 1, 0), (0, 3, 0)], [(1, 0, 0), (2, 0, 3)]],
        ]
    ),
    -1,
    0,
)
CONTINUUM = np.zeros((3, 2, 2, 2))
CONTINUUM[:, 0, 0, 0], CONTINUUM[:, 1, 0, 0], CONTINUUM[:, 0, 1, 0] = (0, 0, 2), (3, 0, 0), (0, 3, 0)
CONTINUUM[:, 0, 0, 1], CONTINUUM[:, 1, 1, 1] = (1, 1, 0), (0, 0, 3)

# The leverage game of three sides in scenarios/may-2025.yaml: hold, offensive, mobilise; hold, counterattack; wait,
# sanction.
MAY = np.array(
    [
        [
            [[0.614397675986, 0.523849241498], [0.543841155734, 0.422102025299]],
            [[0.651366062144, 0.575756595357], [0.584397675986, 0.493849241498]],
            [[0.643609216373, 0.584487924274], [0.576297135897, 0.498908345729]],
        ],
        [
            [[0.585542103776, 0.609090981749], [0.659024918743, 0.659024918743]],
            [[0.480496389986, 0.531692641896], [0.545542103776, 0.569090981749]],
            [[0.434323844526, 0.513858951954], [0.483241937671, 0.530102531769]],
        ],
        [
            [[0.664215314814, 0.663673469388], [0.712128279883, 0.692128279883]],
            [[0.659183673469, 0.663673469388], [0.664215314814, 0.663673469388]],
            [[0.659183673469, 0.639183673469], [0.659183673469, 0.663673469388]],
        ],
    ]
)


def rows(found: ManySided) -> Array:
    return np.hstack(found.strategies)


def assert_same_sets(mine: Array, theirs: Array, tolerance: float = 1e-7) -> None:
    assert len(mine) == len(theirs)
    apart = np.abs(mine[:, None] - theirs[None]).max(axis=2)
    assert (apart.min(axis=0) < tolerance).all()
    assert (apart.min(axis=1) < tolerance).all()


def expected(payoff: Array, profile: list[Array]) -> float:
    """The obvious sum over all outcomes of chance times payoff."""
    return sum(
        math.prod(x[k] for x, k in zip(profile, cell, strict=True)) * payoff[cell]
        for cell in itertools.product(*map(range, payoff.shape))
    )


def regret(payoffs: Array, profile: list[Array]) -> float:
    worst = 0.0
    for player, payoff in enumerate(payoffs):
        now = expected(payoff, profile)
        for strategy in np.eye(payoff.shape[player]):
            changed = [strategy if k == player else x for k, x in enumerate(profile)]
            worst = max(worst, expected(payoff, changed) - now)
    return worst


def check(payoffs: Array, found: ManySided) -> None:
    """What is reported is in equilibrium, distinct, worth what is said, and holds all pure equilibria."""
    for number in range(len(found.payoffs)):
        profile = [x[number] for x in found.strategies]
        assert all(x.min() >= 0 and x.sum() == pytest.approx(1, abs=1e-12) for x in profile)
        assert regret(payoffs, profile) < 1e-8 * np.abs(payoffs).max()
        for player, payoff in enumerate(payoffs):
            assert found.payoffs[number, player] == pytest.approx(expected(payoff, profile), abs=1e-9)
    points = rows(found)
    apart = np.abs(points[:, None] - points[None]).max(axis=2) + np.eye(len(points))
    assert apart.size == 0 or apart.min() > 1e-8
    pure = {tuple(int(x[k].argmax()) for x in found.strategies) for k, p in enumerate(points) if set(p) <= {0.0, 1.0}}
    assert pure == set(map(tuple, np.argwhere(pure_equilibria(list(payoffs))).tolist()))


# Published games.


def test_nine_equilibria_of_mckelvey_and_mclennan() -> None:
    found = equilibria(NINE)
    used = np.array([[(x[k] > 0).sum() for x in found.strategies] for k in range(9)])
    assert len(found.payoffs) == 9
    assert Counter(map(tuple, used.tolist())) == {
        (1, 1, 1): 4,
        (2, 2, 1): 1,
        (2, 1, 2): 1,
        (1, 2, 2): 1,
        (2, 2, 2): 2,
    }
    # Side 1 at its second move leaves sides 2 and 3 a two by two game: 2 (1 - q) = 6 q and 4 (1 - r) = 8 r.
    known = next(k for k in range(9) if used[k].tolist() == [1, 2, 2])
    assert np.concatenate([x[known] for x in found.strategies]) == pytest.approx([0, 1, 1 / 4, 3 / 4, 1 / 3, 2 / 3])
    assert found.complete
    check(NINE, found)


def test_irrational_equilibrium_of_nau_canovas_and_hansen() -> None:
    found = equilibria(ONE)
    q = (-13 + math.sqrt(601)) / 24
    p, r = (9 * q - 1) / (7 * q + 2), (-3 * q + 2) / (q + 1)
    assert_same_sets(rows(found), np.array([[p, 1 - p, q, 1 - q, r, 1 - r]]), 1e-12)
    assert found.complete


def test_a_continuum_of_mixed_equilibria_is_not_called_complete() -> None:
    found = equilibria(CONTINUUM)
    assert (rows(found) % 1 == 0).all(axis=1).sum() == 3
    assert found.degenerate
    assert not found.complete
    check(CONTINUUM, found)


def test_leverage_game_of_may_2025() -> None:
    found = equilibria(MAY)
    assert found.complete
    assert_same_sets(
        found.payoffs,
        np.array([[0.5844, 0.5455, 0.6642], [0.4989, 0.5301, 0.6637], [0.5287, 0.5549, 0.6637]]),
        1e-4,
    )
    mixed = next(k for k, p in enumerate(found.payoffs) if abs(p[0] - 0.5287) < 1e-4)
    assert (found.strategies[0][mixed] > 0).tolist() == [False, True, True]
    assert found.strategies[1][mixed].tolist() == [0.0, 1.0]
    check(MAY, found)


# Against others.


@pytest.mark.parametrize("shape", [(2, 2, 2), (2, 2, 3), (2, 3, 3)])
def test_holds_what_gambit_finds(shape: tuple[int, ...]) -> None:
    pygambit = pytest.importorskip("pygambit")
    rng = np.random.default_rng(sum(shape))
    seen = 0
    for _ in range(12):
        payoffs = rng.integers(-(10**6), 10**6, (3, *shape)).astype(float)
        game = pygambit.Game.from_arrays(*payoffs.astype(int))
        theirs = [
            [float(e[strategy]) for player in game.players for strategy in player.strategies]
            for e in pygambit.nash.enumpoly_solve(game).equilibria
        ]
        found = equilibria(payoffs)
        assert found.complete
        check(payoffs, found)
        # It leaves some out now and then, so that an even number is left; ours are checked by themselves.
        for point in theirs:
            assert np.abs(rows(found) - point).max(axis=1).min() < 1e-6
        seen += len(theirs)
    assert seen > 12


def by_search(payoffs: Array, rng: np.random.Generator) -> Array:
    """Every support in turn, its equations solved from many random starts."""
    from scipy.optimize import root

    shape = payoffs.shape[1:]
    found: list[Array] = []
    for used in itertools.product(*(_subsets(n) for n in shape)):
        for _ in range(6):
            start = np.concatenate([rng.dirichlet(np.ones(len(own))) for own in used])
            solved = root(_equations, start, args=(payoffs, used), tol=1e-13)
            profile = _profile(solved.x, used, shape)
            inside = all((x[list(own)] > 1e-6).all() for x, own in zip(profile, used, strict=True))
            if solved.success and inside and regret(payoffs, profile) < 1e-9:
                point = np.concatenate(profile)
                if all(np.abs(point - other).max() > 1e-6 for other in found):
                    found.append(point)
            if sum(map(len, used)) == 3:
                break
    return np.array(found)


def _subsets(count: int) -> list[tuple[int, ...]]:
    return [own for k in range(1, count + 1) for own in itertools.combinations(range(count), k)]


def _profile(values: Array, used: tuple[tuple[int, ...], ...], shape: tuple[int, ...]) -> list[Array]:
    parts = np.split(values, np.cumsum([len(own) for own in used])[:-1])
    profile = [np.zeros(n) for n in shape]
    for strategy, own, part in zip(profile, used, parts, strict=True):
        strategy[list(own)] = part
    return profile


def _equations(values: Array, payoffs: Array, used: tuple[tuple[int, ...], ...]) -> Array:
    profile = _profile(values, used, payoffs.shape[1:])
    parts = []
    for player, own in enumerate(used):
        earned = replies(payoffs[player][None], [x[None] for x in profile], player)[0][list(own)]
        parts.append(np.append(earned[1:] - earned[0], profile[player].sum() - 1))
    return np.concatenate(parts)


@pytest.mark.parametrize(("shape", "count"), [((2, 2, 2), 3), ((2, 2, 3), 1)])
def test_generic_games_against_a_search_of_every_support(shape: tuple[int, ...], count: int) -> None:
    rng = np.random.default_rng(7)
    for _ in range(count):
        payoffs = rng.normal(size=(3, *shape))
        found = equilibria(payoffs)
        assert found.complete
        assert_same_sets(rows(found), by_search(payoffs, rng), 1e-6)


def test_two_sides_are_a_bimatrix_game() -> None:
    a, b = np.random.default_rng(3).normal(size=(2, 30, 3, 3))
    for game in range(30):
        found, theirs = equilibria([a[game], b[game]]), bimatrix.solve(a[game], b[game])
        assert found.complete
        assert_same_sets(rows(found), np.hstack([theirs.row, theirs.column]))


def test_three_who_mix_over_two_moves_beside_one_who_does_not_care_to() -> None:
    payoffs = np.zeros((4, 2, 2, 2, 2))
    payoffs[:3] = NINE[..., None]
    payoffs[3, ..., 0] = 1.0
    found = equilibria(payoffs)
    assert found.complete
    assert_same_sets(np.hstack(found.strategies[:3]), rows(equilibria(NINE)))
    assert found.strategies[3].tolist() == [[1.0, 0.0]] * 9


def test_what_one_side_does_need_not_matter_to_another() -> None:
    # Sides 1 and 2 match pennies whatever side 3 does, which bets on one of the four outcomes at unlike odds.
    pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])
    bet = np.zeros((2, 2, 2))
    bet[0, 0, 0], bet[1, 1, 1] = 2.0, 1.0
    found = equilibria([np.repeat(pennies[..., None], 2, 2), np.repeat(-pennies[..., None], 2, 2), bet])
    assert_same_sets(rows(found), np.array([[0.5, 0.5, 0.5, 0.5, 1.0, 0.0]]))
    assert found.complete
    # Side 2 cares for side 1's move alone, side 1 for side 3's, side 3 for side 2's: a circle of matching pennies.
    circle = [
        np.repeat(pennies[:, None, :], 2, 1),
        np.repeat(pennies[..., None], 2, 2),
        np.repeat(-pennies[None], 2, 0),
    ]
    found = equilibria(circle)
    assert_same_sets(rows(found), np.full((1, 6), 0.5))
    assert found.complete


# Many games at once.


@pytest.mark.parametrize("shape", [(2, 2, 2), (3, 2, 2), (2, 2, 2, 2), (2, 3)])
def test_many_games_are_each_as_alone(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(5)
    payoffs = np.concatenate(
        [rng.normal(size=(len(shape), 15, *shape)), rng.integers(0, 3, (len(shape), 15, *shape)).astype(float)], axis=1
    )
    found = equilibria_of_games(payoffs)
    assert (np.diff(found.game) >= 0).all()
    for game in range(30):
        alone, here = equilibria(payoffs[:, game]), found.game == game
        assert np.hstack(found.strategies)[here] == pytest.approx(rows(alone), abs=1e-9)
        assert found.payoffs[here] == pytest.approx(alone.payoffs, abs=1e-9)


# Theorems.


@st.composite
def games(draw: st.DrawFn) -> Array:
    shape = draw(st.sampled_from(SHAPES))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if draw(st.booleans()):
        return rng.integers(0, draw(st.integers(2, 9)), (len(shape), *shape)).astype(float)
    return rng.normal(size=(len(shape), *shape))


def test_some_equilibrium_an_odd_number_of_them_and_none_that_is_not_one() -> None:
    seen = Counter[str]()

    @settings(max_examples=60, deadline=None)
    @given(games())
    def run(payoffs: Array) -> None:
        found = equilibria(payoffs)
        check(payoffs, found)
        assert found.missing is None or found.degenerate is False
        if found.complete:
            assert len(found.payoffs) % 2 == 1
        seen["complete" if found.complete else "not"] += 1
        seen["mixed"] += int((rows(found) % 1 != 0).any())

    run()
    assert min(seen["complete"], seen["not"], seen["mixed"]) >= 5


@settings(max_examples=25, deadline=None)
@given(games(), st.permutations(range(3)), st.integers(0, 2**32 - 1))
def test_names_and_scales_make_no_difference(payoffs: Array, order: list[int], state: int) -> None:
    rng = np.random.default_rng(state)
    perms = [rng.permutation(n) for n in payoffs.shape[1:]]
    mixed = payoffs[(slice(None), *np.ix_(*perms))] * rng.choice([0.5, 2.0, 64.0], 3)[:, None, None, None]
    turned = np.stack([np.transpose(mixed[k], order) for k in order])
    one, other = equilibria(payoffs), equilibria(turned)
    assert one.degenerate == other.degenerate
    if one.complete:
        back = [other.strategies[order.index(k)] for k in range(3)]
        assert_same_sets(
            np.hstack([x[:, perm] for x, perm in zip(one.strategies, perms, strict=True)]), np.hstack(back)
        )


# What is not covered is said.


def test_three_moves_on_every_side_may_leave_some_out() -> None:
    found = equilibria(np.random.default_rng(0).normal(size=(3, 3, 3, 3)))
    assert "three sides mix over three moves" in str(found.missing)
    assert not found.complete


def test_dominance_may_settle_it() -> None:
    payoffs = np.random.default_rng(0).normal(size=(3, 3, 3, 3))
    payoffs[0, 2] = payoffs[0].min() - 1
    assert equilibria(payoffs).complete


def test_four_sides_may_leave_some_out() -> None:
    found = equilibria(np.random.default_rng(1).normal(size=(4, 2, 2, 2, 2)))
    assert "four sides" in str(found.missing)


def test_ties_are_called_degenerate() -> None:
    found = equilibria(np.zeros((3, 2, 2, 2)))
    assert found.degenerate
    assert not found.complete


def test_too_many_moves_are_refused() -> None:
    with pytest.raises(SizeError, match="6 x 6 x 6"):
        equilibria(np.zeros((3, 6, 6, 6)))


def test_several_games_are_expected_of_many() -> None:
    with pytest.raises(ValueError, match="expected several"):
        equilibria_of_games(np.zeros((3, 2, 2, 2)))


@pytest.mark.parametrize("payoffs", [np.zeros((1, 2)), np.zeros((3, 4, 2, 2, 2))])
def test_one_game_of_two_players_or_more_is_expected(payoffs: Array) -> None:
    with pytest.raises(ValueError, match="payoffs"):
        equilibria(payoffs)


@pytest.mark.parametrize("shape", [(1, 2, 2), (3, 3, 3), (2, 2)])
def test_everybody_mixing_needs_one_with_two_strategies(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected three players"):
        fully_mixed([np.zeros(shape)] * 3)
