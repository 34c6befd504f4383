from fractions import Fraction
from itertools import combinations, product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.errors import SizeError
from sim.theory.strategic.bimatrix import Equilibria, solve
from sim.theory.strategic.bimatrix_exact import integers, solve_exactly
from sim.theory.strategic.bimatrix_minors import minors, pairs, rows

Profiles = NDArray[np.float64]


def profiles(found: Equilibria, game: int = 0) -> Profiles:
    chosen = found.of(game)
    return np.concatenate([found.row[chosen], found.column[chosen]], axis=1)


def assert_same_sets(left: Profiles, right: Profiles, *, within: float = 1e-9) -> None:
    """Each profile of either side is near one of the other."""
    assert len(left)
    assert len(right)
    distance = np.abs(left[:, None] - right[None]).max(axis=2)
    assert distance.min(axis=1).max() <= within
    assert distance.min(axis=0).max() <= within


def assert_distinct(found: Profiles) -> None:
    assert len(np.unique(found.round(9), axis=0)) == len(found)


def by_gambit(a: Profiles, b: Profiles) -> Profiles:
    pygambit = pytest.importorskip("pygambit")
    exact = [np.vectorize(lambda payoff: Fraction(float(payoff)), otypes=[object])(payoffs) for payoffs in (a, b)]
    game = pygambit.Game.from_arrays(*exact)
    found = pygambit.nash.enummixed_solve(game, rational=True).equilibria
    return np.array([[float(e[s]) for player in game.players for s in player.strategies] for e in found])


def by_nashpy(a: Profiles, b: Profiles) -> Profiles:
    import nashpy

    return np.array([np.concatenate(pair) for pair in nashpy.Game(a, b).vertex_enumeration()])


@st.composite
def games(draw: st.DrawFn, *, most: int = 4, few_values: bool = False) -> tuple[Profiles, Profiles]:
    """A batch of two to four games: generic, or of few distinct whole payoffs and so mostly degenerate."""
    shape = draw(st.integers(2, 4)), draw(st.integers(1, most)), draw(st.integers(1, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if few_values:
        return tuple(rng.integers(0, draw(st.integers(2, 6)), (2, *shape)).astype(float))
    return tuple(rng.normal(size=(2, *shape)))


# Fixed games, each with where it is known from.

PENNIES = [[1, -1], [-1, 1]], [[-1, 1], [1, -1]]
KNOWN = {
    "matching pennies (von Neumann 1928)": (*PENNIES, [[0.5, 0.5, 0.5, 0.5]], False),
    "hawk and dove, prize 2, fight 4 (Maynard Smith and Price 1973)": (
        [[-1, 2], [0, 1]],
        [[-1, 0], [2, 1]],
        [[1, 0, 0, 1], [0, 1, 1, 0], [0.5, 0.5, 0.5, 0.5]],
        False,
    ),
    "stag hunt (Rousseau 1755; payoffs after Harsanyi and Selten 1988)": (
        [[9, 0], [8, 7]],
        [[9, 8], [0, 7]],
        [[1, 0, 1, 0], [0, 1, 0, 1], [7 / 8, 1 / 8, 7 / 8, 1 / 8]],
        False,
    ),
    "battle of the sexes (Luce and Raiffa 1957)": (
        [[2, -1], [-1, 1]],
        [[1, -1], [-1, 2]],
        [[1, 0, 1, 0], [0, 1, 0, 1], [0.6, 0.4, 0.4, 0.6]],
        False,
    ),
    "prisoner's dilemma, a dominated game (Luce and Raiffa 1957)": (
        [[3, 0], [4, 1]],
        [[3, 4], [0, 1]],
        [[0, 1, 0, 1]],
        False,
    ),
    "rock, paper, scissors": (
        [[0, -1, 1], [1, 0, -1], [-1, 1, 0]],
        [[0, 1, -1], [-1, 0, 1], [1, -1, 0]],
        [[1 / 3] * 6],
        False,
    ),
    "3 x 2 with three equilibria (von Stengel 2002)": (
        [[3, 3], [2, 5], [0, 6]],
        [[3, 2], [2, 6], [3, 1]],
        [[1, 0, 0, 1, 0], [0.8, 0.2, 0, 2 / 3, 1 / 3], [0, 1 / 3, 2 / 3, 1 / 3, 2 / 3]],
        False,
    ),
    "3 x 2, degenerate (Avis, Rosenberg, Savani and von Stengel 2010)": (
        [[3, 3], [2, 5], [0, 6]],
        [[3, 3], [2, 6], [3, 1]],
        [[1, 0, 0, 1, 0], [1, 0, 0, 2 / 3, 1 / 3], [0, 1 / 3, 2 / 3, 1 / 3, 2 / 3]],
        True,
    ),
    "all payoffs equal": (
        [[1, 1], [1, 1]],
        [[2, 2], [2, 2]],
        [[1, 0, 1, 0], [1, 0, 0, 1], [0, 1, 1, 0], [0, 1, 0, 1]],
        True,
    ),
    "entry deterrence, the threat as a weakly dominated strategy (Selten 1978)": (
        [[0, 0], [-1, 1]],
        [[2, 2], [-1, 1]],
        [[0, 1, 0, 1], [1, 0, 1, 0], [1, 0, 0.5, 0.5]],
        True,
    ),
    "one row": ([[5, 5, 5]], [[1, 3, 2]], [[1, 0, 1, 0]], False),
    "one column, a tie": ([[2], [2], [1]], [[0], [4], [4]], [[1, 0, 0, 1], [0, 1, 0, 1]], True),
    "one strategy each": ([[7]], [[-7]], [[1, 1]], False),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_games(name: str) -> None:
    a, b, expected, degenerate = KNOWN[name]
    found = solve(a, b)
    assert found.degenerate.tolist() == [degenerate]
    assert len(found.game) == len(expected)
    assert_same_sets(profiles(found), np.array(expected, dtype=float))
    assert found.regret.max() <= 1e-12


@pytest.mark.parametrize(("prize", "cost"), [(2, 4), (1, 3), (3, 10)])
def test_hawks_are_as_frequent_as_the_prize_over_the_cost(prize: int, cost: int) -> None:
    a = np.array([[(prize - cost) / 2, prize], [0, prize / 2]])
    found = solve(a, a.T)
    mixed = (found.row > 0).all(axis=1)
    assert found.row[mixed, 0] == pytest.approx([prize / cost], abs=1e-12)
    assert found.column[mixed, 0] == pytest.approx([prize / cost], abs=1e-12)


def test_payoffs_are_expected_payoffs() -> None:
    found = solve([[2, -1], [-1, 1]], [[1, -1], [-1, 2]])
    assert_same_sets(found.payoffs, np.array([[2, 1], [1, 2], [0.2, 0.2]]))


def test_demand_game_has_an_equilibrium_at_every_compatible_pair() -> None:
    demands = np.array([0.2, 0.5, 0.8])
    met = demands[:, None] + demands <= 1
    found = solve(np.where(met, demands[:, None], 0), np.where(met, demands, 0))
    pure = profiles(found)[(found.row.max(axis=1) == 1) & (found.column.max(axis=1) == 1)]
    for own in range(3):
        expected = np.concatenate([np.eye(3)[own], np.eye(3)[2 - own]])
        assert (pure == expected).all(axis=1).any()


# Against other programs, sets both ways.


@pytest.mark.parametrize(("size", "count"), [(2, 100), (3, 100), (4, 25)])
def test_generic_games_against_vertex_enumeration(size: int, count: int) -> None:
    a, b = np.random.default_rng(size).normal(size=(2, count, size, size))
    found = solve(a, b)
    assert not found.degenerate.any()
    for game in range(count):
        mine, theirs = profiles(found, game), by_nashpy(a[game], b[game])
        assert len(mine) == len(theirs)
        assert_same_sets(mine, theirs, within=1e-7)


@pytest.mark.parametrize(("m", "n", "count"), [(3, 3, 300), (4, 4, 150), (2, 5, 60), (5, 3, 40), (5, 5, 15)])
def test_generic_games_against_gambit(m: int, n: int, count: int) -> None:
    a, b = np.random.default_rng(10 * m + n).random((2, count, m, n))
    found = solve(a, b)
    assert not found.degenerate.any()
    for game in range(count):
        mine, theirs = profiles(found, game), by_gambit(a[game], b[game])
        assert len(mine) == len(theirs)
        assert_same_sets(mine, theirs)


@pytest.mark.parametrize(
    ("m", "n", "values", "count"),
    [
        (2, 2, 2, 60),
        (3, 3, 2, 100),
        (3, 3, 5, 100),
        (2, 4, 3, 60),
        (4, 3, 3, 60),
        (4, 4, 2, 20),
        (1, 4, 2, 20),
        (5, 5, 3, 5),
    ],
)
def test_extreme_equilibria_against_gambit(m: int, n: int, values: int, count: int) -> None:
    a, b = np.random.default_rng(values).integers(0, values, (2, count, m, n)).astype(float)
    found = solve(a, b)
    assert found.degenerate.any()
    for game in range(count):
        mine = profiles(found, game)
        assert_distinct(mine)
        assert_same_sets(mine, by_gambit(a[game], b[game]))


# Theorems.


@settings(max_examples=60, deadline=None)
@given(games(most=5))
def test_non_degenerate_games_have_an_odd_number(batch: tuple[Profiles, Profiles]) -> None:
    found = solve(*batch)
    count = np.bincount(found.game, minlength=len(batch[0]))
    assert (count[~found.degenerate] % 2 == 1).all()
    assert ((found.row > 0).sum(axis=1) == (found.column > 0).sum(axis=1))[~found.degenerate[found.game]].all()


@settings(max_examples=60, deadline=None)
@given(
    st.booleans().flatmap(lambda few: games(few_values=few)),
    st.sampled_from([1e-9, 1.0, 1e9]),
    st.sampled_from([0.0, 1e4]),
)
def test_no_regret(batch: tuple[Profiles, Profiles], scale: float, offset: float) -> None:
    a, b = ((payoffs + offset) * scale for payoffs in batch)
    found = solve(a, b)
    assert set(found.game.tolist()) == set(range(len(a)))
    for game, x, y in zip(found.game, found.row, found.column, strict=True):
        assert x.sum() == pytest.approx(1, abs=1e-12)
        assert y.sum() == pytest.approx(1, abs=1e-12)
        for payoffs, replies in ((a[game], a[game] @ y), (b[game], x @ b[game])):
            reached = x @ payoffs @ y
            assert replies.max() - reached <= 1e-9 * max(np.ptp(payoffs), np.abs(payoffs).max() * 1e-5, 1e-300)
    assert found.regret.max() <= 1e-9 * scale * 10


@settings(max_examples=60, deadline=None)
@given(st.booleans().flatmap(lambda few: games(few_values=few)), st.randoms(use_true_random=False))
def test_relabelling_permutes_equilibria(batch: tuple[Profiles, Profiles], random: object) -> None:
    a, b = batch
    m, n = a.shape[1:]
    i, j = random.sample(range(m), m), random.sample(range(n), n)  # type: ignore[attr-defined]
    plain, moved = solve(a, b), solve(a[:, i][:, :, j], b[:, i][:, :, j])
    assert (plain.degenerate == moved.degenerate).all()
    for game in range(len(a)):
        assert_same_sets(profiles(plain, game)[:, [*i, *(m + c for c in j)]], profiles(moved, game))


@settings(max_examples=40, deadline=None)
@given(st.booleans().flatmap(lambda few: games(few_values=few)))
def test_players_can_change_places(batch: tuple[Profiles, Profiles]) -> None:
    a, b = batch
    m = a.shape[1]
    plain, swapped = solve(a, b), solve(b.swapaxes(1, 2), a.swapaxes(1, 2))
    assert (plain.degenerate == swapped.degenerate).all()
    for game in range(len(a)):
        profile = profiles(plain, game)
        assert_same_sets(np.concatenate([profile[:, m:], profile[:, :m]], axis=1), profiles(swapped, game))


@settings(max_examples=60, deadline=None)
@given(
    st.booleans().flatmap(lambda few: games(few_values=few)),
    st.tuples(st.floats(0.01, 100), st.floats(0.01, 100)),
    st.tuples(st.floats(-100, 100), st.floats(-100, 100)),
)
def test_offset_and_positive_scale_change_nothing(
    batch: tuple[Profiles, Profiles], scale: tuple[float, float], offset: tuple[float, float]
) -> None:
    a, b = batch
    plain, other = solve(a, b), solve(a * scale[0] + offset[0], b * scale[1] + offset[1])
    assert (plain.degenerate == other.degenerate).all()
    for game in range(len(a)):
        assert len(profiles(plain, game)) == len(profiles(other, game))
        assert_same_sets(profiles(plain, game), profiles(other, game), within=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.booleans().flatmap(lambda few: games(few_values=few)))
def test_batched_equals_one_by_one(batch: tuple[Profiles, Profiles]) -> None:
    found = solve(*batch)
    for game, (a, b) in enumerate(zip(*batch, strict=True)):
        alone = solve(a, b)
        assert alone.degenerate[0] == found.degenerate[game]
        assert (profiles(alone) == profiles(found, game)).all()
        assert (alone.payoffs == found.payoffs[found.of(game)]).all()
        assert (alone.regret == found.regret[found.of(game)]).all()


def test_a_batch_of_several_pieces_equals_its_parts() -> None:
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=(2, 9000, 3, 3))
    a[::500] = rng.integers(0, 2, (18, 3, 3))
    whole, parts = solve(a, b), [solve(a[start : start + 3000], b[start : start + 3000]) for start in (0, 3000, 6000)]
    assert (np.concatenate([part.game + 3000 * k for k, part in enumerate(parts)]) == whole.game).all()
    assert (np.concatenate([part.row for part in parts]) == whole.row).all()
    assert (np.concatenate([part.degenerate for part in parts]) == whole.degenerate).all()
    assert whole.degenerate.any()


# Payoffs of very different size.


@pytest.mark.parametrize("loss", [1.0, 1e3, 1e11, 1e13, 1e15, np.pi * 1e15, 1e18, 1e299])
def test_a_ruinous_row_costs_no_digits(loss: float) -> None:
    """Rows one and two leave y = 1.6 / 2.71 whatever the third one loses; closed form derived here."""
    a, b = [[1.31, 0.1], [0.2, 1.7], [-loss, -0.93 * loss]], [[0.31, 1.1], [1.2, 0.4], [0.05, 0.013]]
    for tables in ((a, b), (np.array(b).T, np.array(a).T)):
        found = solve(*tables)
        assert not found.degenerate[0]
        assert len(found.game) == 1
        assert sorted(np.concatenate([found.row[0], found.column[0]])) == pytest.approx(
            sorted([1.6 / 2.71, 1.11 / 2.71, 0.8 / 1.59, 0.79 / 1.59, 0.0]), abs=1e-14
        )
        assert found.payoffs.max() == pytest.approx(1.31 * 1.6 / 2.71 + 0.1 * 1.11 / 2.71, abs=1e-14)
        assert found.regret.max() <= 1e-15


@settings(max_examples=80, deadline=None)
@given(games(most=3), st.integers(0, 17), st.integers(0, 3))
def test_a_strictly_dominated_row_changes_no_equilibrium(
    batch: tuple[Profiles, Profiles], size: int, place: int
) -> None:
    a, b = (payoffs.round(2) for payoffs in batch)
    loss, other = -(a.max() + 10.0**size) * np.linspace(1, 1.5, a.shape[2]), np.linspace(-0.37, 0.41, a.shape[2])
    place = min(place, a.shape[1])
    more = solve(np.insert(a, place, loss.round(2), axis=1), np.insert(b, place, other.round(2), axis=1))
    fewer = solve(a, b)
    assert (more.row[:, place] == 0).all()
    for game in range(len(a)):
        left = profiles(more, game)
        assert len(left) == len(profiles(fewer, game))
        assert_same_sets(np.delete(left, place, axis=1), profiles(fewer, game), within=1e-12)
        assert_same_sets(more.payoffs[more.of(game)], fewer.payoffs[fewer.of(game)], within=1e-12)


def test_whole_payoffs_stay_apart_beside_a_huge_one() -> None:
    found = solve([[1, 3], [2, 0], [-1e15, -1e15]], [[2, 1], [1, 2], [0, 3]])
    assert not found.degenerate[0]
    assert_same_sets(profiles(found), np.array([[0.5, 0.5, 0, 0.75, 0.25]]))


def test_payoffs_of_pure_equilibria_are_entries_of_the_tables() -> None:
    a, b = np.random.default_rng(6).random((2, 200, 3, 3)).round(3) - 0.3
    found = solve(a, b)
    pure = (found.row == 1).any(axis=1) & (found.column == 1).any(axis=1)
    cell = found.game[pure], found.row[pure].argmax(axis=1), found.column[pure].argmax(axis=1)
    assert pure.any()
    assert (found.payoffs[pure] == np.stack([a[cell], b[cell]], axis=1)).all()


@pytest.mark.parametrize("offset", [2.0**20, -(2.0**20)])
def test_an_offset_costs_no_digits(offset: float) -> None:
    a, b = np.round(np.random.default_rng(7).random((2, 300, 3, 3)) * 2**20) / 2**20
    plain, moved = solve(a, b), solve(a + offset, b + offset)
    assert (plain.game == moved.game).all()
    assert (plain.row == moved.row).all()
    assert (plain.column == moved.column).all()
    assert moved.regret.max() <= 1e-14
    assert moved.payoffs - offset == pytest.approx(plain.payoffs, abs=1e-6)


# The exact path by itself.


def has_too_many_best_replies(payoffs: Profiles) -> bool:
    """The definition, by linear programmes: some mixture with support J has more than |J| best replies."""
    from scipy.optimize import linprog

    m, n = payoffs.shape
    for k in range(1, min(m - 1, n) + 1):
        for used, replies in product(combinations(range(n), k), combinations(range(m), k + 1)):
            weak = np.column_stack([payoffs[:, used], -np.ones(m), np.zeros(m)])
            positive = np.column_stack([-np.eye(k), np.zeros(k), np.ones(k)])
            solved = linprog(
                [0] * (k + 1) + [-1],
                A_ub=np.vstack([weak, positive]),
                b_ub=np.zeros(m + k),
                A_eq=np.vstack([weak[list(replies)], [1] * k + [0, 0]]),
                b_eq=[0] * (k + 1) + [1],
                bounds=[(None, None)] * (k + 2),
            )
            if solved.status == 0 and -solved.fun > 1e-9:
                return True
    return False


@pytest.mark.parametrize(("m", "n", "values"), [(3, 3, 6), (2, 4, 5), (4, 2, 7)])
def test_degenerate_is_what_the_definition_says(m: int, n: int, values: int) -> None:
    a, b = np.random.default_rng(m).integers(0, values, (2, 25, m, n)).astype(float)
    expected = [has_too_many_best_replies(a[g]) or has_too_many_best_replies(b[g].T) for g in range(len(a))]
    assert 0 < sum(expected) < len(a)
    assert solve(a, b).degenerate.tolist() == expected


@settings(max_examples=30, deadline=None)
@given(games())
def test_signs_and_whole_numbers_agree(batch: tuple[Profiles, Profiles]) -> None:
    found, exact = solve(*batch), solve_exactly(*batch)
    assert not exact.degenerate.any()
    for game in range(len(batch[0])):
        chosen = exact.game == game
        assert_same_sets(profiles(found, game), np.concatenate([exact.row[chosen], exact.column[chosen]], axis=1))


@pytest.mark.parametrize("margin", [1e-6, 1e-9, 1e-12])
def test_nearly_equal_payoffs_are_told_apart(margin: float) -> None:
    found = solve(
        [[1, 0, 0.3], [1 + margin, 0.2, 0], [0.5, 0.9, 0.7]], [[1, 1 + margin, 0.2], [0.3, 0.2, 0.1], [0.4, 0.5, 0.7]]
    )
    assert not found.degenerate[0]
    assert len(found.game) % 2 == 1
    assert found.regret.max() <= 1e-15


def test_payoffs_equal_but_for_rounding_are_a_tie() -> None:
    found = solve([[0.1 + 0.2, 0.0], [0.3, 0.0]], [[1, 0], [0, 1]])
    assert found.degenerate[0]
    assert len(found.game) == 4


def test_whole_numbers_keep_the_proportions() -> None:
    whole = integers(np.array([[[0.1, 0.2], [0.4, 0.7]]]) * 3.7 + 0.9)[:, :, 0]
    assert whole.tolist() == [[0, 1], [3, 6]]
    generic = np.random.default_rng(0).normal(size=(1, 2, 2))
    exact = integers(generic)[:, :, 0].astype(float)
    assert exact / exact.max() == pytest.approx((generic[0] - generic.min()) / np.ptp(generic))
    assert exact.max() > 1e9


def test_decimals_are_read_as_written() -> None:
    """Rows two and three mixed evenly leave all columns equal, which no double of these payoffs shows."""
    b = [[1, 1 + 1e-9, 0.2], [0.3, 0.2, 0.1], [0.4, 0.5, 0.6]]
    assert solve(np.eye(3), b).degenerate[0]


@pytest.mark.parametrize(("m", "n"), [(1, 1), (1, 4), (4, 1), (3, 3), (5, 2), (2, 5), (4, 4), (5, 5)])
def test_minors_give_the_weights_that_make_indifferent(m: int, n: int) -> None:
    payoffs = np.random.default_rng(m + n).normal(size=(m, n))
    table = minors(payoffs[:, :, None])[:, 0]
    assert len(table) == rows(m, n)
    side = pairs(m, n).row
    assert len(side.weight) == comb(m + n, m) - 1
    for weight, slack in zip(side.weight, side.slack, strict=True):
        own, other = np.flatnonzero(slack == 1), np.flatnonzero(weight != 1)
        system = np.block([[payoffs[np.ix_(own, other)], -np.ones((len(own), 1))], [np.ones(len(other)), 0.0]])
        solution = np.linalg.solve(system, np.append(np.zeros(len(own)), 1.0))
        minor = np.abs(table[weight[other]])
        assert minor / minor.sum() == pytest.approx(np.abs(solution[:-1]) / np.abs(solution[:-1]).sum())


# Bad input and limits.


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (np.zeros((2, 2, 2)), np.zeros((2, 2, 3)), r"B: shape \(2, 2, 3\) does not match A's \(2, 2, 2\)"),
        (np.zeros((1, 2, 2)), np.zeros((2, 2)), "B: shape"),
        (np.zeros(3), np.zeros(3), r"A: shape \(3,\)"),
        (np.zeros((2, 2)), np.zeros((1, 1, 2, 2)), "B: shape"),
        (np.zeros((2, 0)), np.zeros((2, 0)), "A: .*at least one strategy"),
        ([[1, np.nan]], [[1, 2]], "A: holds nan"),
        ([[1, 2]], [[1, np.inf]], "B: holds nan, infinite"),
        ([[1, 2]], [[1, 1e301]], "B: holds"),
        ([["x"]], [[1]], "A: not an array of numbers"),
        ({}, [[1]], "A: not an array of numbers"),
        ([[1, 2], [3]], [[1]], "A: not an array of numbers"),
    ],
)
def test_bad_payoffs_are_named(a: object, b: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        solve(a, b)  # type: ignore[arg-type]


def test_games_too_large_are_refused_with_the_limit_and_a_way_out() -> None:
    with pytest.raises(SizeError, match=r"11 x 11 .* limit is 200,000 \(10 x 10.*remove dominated strategies"):
        solve(np.zeros((11, 11)), np.zeros((11, 11)))


def test_ten_by_ten_is_within_the_limit() -> None:
    a, b = np.random.default_rng(3).normal(size=(2, 10, 10))
    found = solve(a, b)
    assert len(found.game) % 2 == 1
    assert found.regret.max() <= 1e-10


def test_no_games_give_no_equilibria() -> None:
    found = solve(np.zeros((0, 2, 3)), np.zeros((0, 2, 3)))
    assert (found.row.shape, found.column.shape, found.payoffs.shape) == ((0, 2), (0, 3), (0, 2))


def test_results_are_read_only_and_arguments_untouched() -> None:
    a, b = np.random.default_rng(4).normal(size=(2, 5, 3, 3))
    before = a.copy(), b.copy()
    found = solve(a, b)
    assert (a == before[0]).all()
    assert (b == before[1]).all()
    with pytest.raises(ValueError, match="read-only"):
        found.row[0, 0] = 1
    assert (np.diff(found.game) >= 0).all()
