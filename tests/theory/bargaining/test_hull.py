"""The hull against what defines it, its cut against dense lotteries, and the law of reservation values."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.theory.bargaining.hull import Hull, as_frontier, cut, margin, upper_hull
from sim.theory.bargaining.lotteries import bargain, lottery
from sim.theory.bargaining.solutions import SOLUTIONS

ON_HULL = [solution for solution in SOLUTIONS.values() if solution.on_hull is not None]
Array = NDArray[np.float64]

clouds = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=12).map(
    lambda rows: np.array(rows, dtype=float) / 8
)
levels = st.tuples(st.integers(-2, 9), st.integers(-2, 9)).map(lambda pair: np.array(pair) / 8.0)


def height(frontier: Array, first: Array) -> Array:
    """What party 2 can get while party 1 gets at least `first`; -inf where that is more than it can get."""
    reached = np.interp(first, frontier[:, 0], frontier[:, 1])
    return np.where(first <= frontier[-1, 0] + 1e-12, reached, -np.inf)


@settings(deadline=None)
@given(clouds)
def test_hull_is_the_least_concave_frontier_above_the_points(points: Array) -> None:
    hull = upper_hull(points)
    assert (as_frontier(hull.utilities) == points[hull.source]).all()
    assert (height(hull.utilities, points[:, 0]) >= points[:, 1] - 1e-12).all()
    slope = np.diff(hull.utilities[:, 1]) / np.diff(hull.utilities[:, 0])
    assert (np.diff(slope) < 0).all()
    equal = (points[:, None] == hull.utilities[None]).all(axis=2).argmax(axis=0)
    assert hull.source.tolist() == equal.tolist()


@pytest.mark.parametrize("slope", [1.0, 0.37])
def test_a_long_straight_frontier_has_two_vertices(slope: float) -> None:
    first = np.linspace(0, 1, 20_001)
    assert upper_hull(np.column_stack([first, slope * (1 - first)])).source.tolist() == [0, 20_000]


def test_a_smooth_frontier_keeps_every_vertex() -> None:
    angle = np.linspace(0, np.pi / 2, 20_001)
    points = np.column_stack([np.sin(angle), np.cos(angle)])
    rng = np.random.default_rng(1)
    inner = points * rng.random((len(points), 1)) * 0.99
    assert upper_hull(np.vstack([inner, points])).source.tolist() == list(range(20_001, 40_002))


def test_an_end_better_by_float_noise_is_no_end() -> None:
    points = np.array([[0.0, 0.5], [1e-17, 0.0], [0.2, 0.4], [0.2 + 1e-16, 0.1]])
    assert upper_hull(points).source.tolist() == [0, 2]


@settings(deadline=None)
@given(clouds, levels)
def test_a_zone_exists_iff_some_lottery_suits_both(points: Array, reservation: Array) -> None:
    frontier = upper_hull(points).utilities
    accepted = cut(frontier, reservation)
    possible = height(frontier, reservation[0]) >= reservation[1] - 1e-9
    assert bool(len(accepted)) == bool(possible)
    assert (margin(frontier, reservation) >= -1e-9) == bool(possible)
    if len(accepted):
        as_frontier(accepted)
        assert (accepted >= reservation - 1e-9).all()
        assert height(frontier, accepted[:, 0]) == pytest.approx(accepted[:, 1], abs=1e-9)
        ends = [max(reservation[0], frontier[0, 0]), max(reservation[1], frontier[-1, 1])]
        assert [accepted[0, 0], accepted[-1, 1]] == pytest.approx(ends, abs=1e-9)


@pytest.mark.parametrize(("below", "found"), [(0.5e-9, 1), (2e-9, 0)])
def test_the_tolerance_decides_at_the_edge(below: float, found: int) -> None:
    reservation = np.array([0.5, 0.5]) + below
    assert len(cut(np.array([[0.0, 1.0], [1.0, 0.0]]), reservation)) == found


@settings(deadline=None)
@given(clouds, st.integers(0, 10**6), st.floats(0, 1))
def test_a_lottery_gives_its_point(points: Array, edge: int, share: float) -> None:
    hull = upper_hull(points)
    low = edge % len(hull.source)
    high = min(low + 1, len(hull.source) - 1)
    point = (1 - share) * hull.utilities[low] + share * hull.utilities[high]
    found = lottery(hull, point)
    assert 0 < found.probability <= 1
    mean = found.probability * points[found.first] + (1 - found.probability) * points[found.second]
    assert mean == pytest.approx(point, abs=1e-9)


def test_a_point_off_the_hull_has_no_lottery() -> None:
    with pytest.raises(ValueError, match="point"):
        lottery(upper_hull(np.array([[0.0, 1.0], [1.0, 0.0]])), np.array([0.4, 0.4]))


@settings(deadline=None)
@given(clouds, levels)
def test_every_solution_lies_on_the_accepted_frontier(points: Array, reservation: Array) -> None:
    hull = upper_hull(points)
    for solution in ON_HULL:
        answer = bargain(hull, solution.on_hull, reservation=reservation, disagreement=reservation - [0.25, 0.0])
        assert (answer is None) == (margin(hull.utilities, reservation) < -1e-9)
        if answer is not None:
            assert (answer.utilities >= reservation - 1e-9).all()


NEVER_REVERSED = ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian", "equal_loss")


@settings(deadline=None, max_examples=60)
@given(clouds, levels, st.integers(1, 4), st.integers(0, 1))
def test_a_higher_reservation_value_never_hurts_its_party(points: Array, low: Array, rise: int, party: int) -> None:
    hull, high = upper_hull(points), low.copy()
    high[party] += rise / 8
    for name in NEVER_REVERSED:
        before, after = (
            bargain(hull, SOLUTIONS[name].on_hull, reservation=r, disagreement=r, power=np.array([2.0, 1.0]))
            for r in (low, high)
        )
        if after is not None:
            assert after.utilities[party] >= before.utilities[party] - 1e-8
            assert after.utilities[1 - party] <= before.utilities[1 - party] + 1e-8


@pytest.mark.parametrize("name", ["nash", "kalai_smorodinsky", "raiffa", "raiffa_continuous", "perles_maschler"])
@settings(deadline=None, max_examples=25)
@given(points=clouds, low=levels)
def test_rescaling_one_party_leaves_the_lottery(name: str, points: Array, low: Array) -> None:
    unit, origin, rule = np.array([4.0, 1.0]), np.array([-0.5, 0.0]), SOLUTIONS[name].on_hull
    plain = bargain(upper_hull(points), rule, reservation=low, disagreement=low)
    scaled = bargain(
        upper_hull(points * unit + origin),
        rule,
        reservation=low * unit + origin,
        disagreement=low * unit + origin,
    )
    assert (plain is None) == (scaled is None)
    if plain is not None:
        assert scaled.utilities == pytest.approx(plain.utilities * unit + origin, abs=1e-8)


@pytest.mark.parametrize("points", [np.empty((0, 2)), np.ones(3), np.ones((2, 3)), np.array([[0.0, np.nan]])])
def test_what_is_no_set_of_points(points: Array) -> None:
    with pytest.raises(ValueError, match="points"):
        upper_hull(points)


@pytest.mark.parametrize(
    "frontier", [[[0, 1], [1, 1]], [[1, 0], [0, 1]], [[0, 1], [0.1, 0.1], [1, 0]], [[0, np.inf]], [], [1, 2]]
)
def test_what_is_no_frontier(frontier: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="frontier"):
        as_frontier(frontier)


@pytest.mark.parametrize("points", [[[4.5, 1000.0]], [[0.0, 0.0]], [[-1e300, 1e300]], [[7.0, 7.0], [6.0, 6.5]]])
def test_one_outcome_is_a_sure_lottery(points: list[list[float]]) -> None:
    hull = upper_hull(np.array(points))
    low = hull.utilities[0] - 1.0
    for solution in ON_HULL:
        found = bargain(hull, solution.on_hull, reservation=low, disagreement=low).lottery
        assert (found.first, found.second, found.probability) == (0, 0, 1.0)
    assert lottery(hull, hull.utilities[0]).probability == 1.0


LINE, ZERO, ONE = np.array([[0.0, 1.0], [1.0, 0.0]]), np.zeros(2), np.ones(2)
NAN, INF = np.array([np.nan, 0.0]), np.array([-np.inf, 0.0])


@pytest.mark.parametrize(
    ("name", "change"),
    [
        *(("reservation", {"reservation": bad, "disagreement": INF}) for bad in (NAN, -INF, np.zeros(3), np.zeros(()))),
        *(("disagreement", {"disagreement": bad}) for bad in (NAN, INF, np.zeros((1, 2)))),
        *(("power", {"power": np.array(bad)}) for bad in ([-1, 2], [0, 0], [1, np.nan], [np.inf, 1], [1], [1, 1, 1])),
        *(("hull", {"hull": Hull(bad, np.arange(2))}) for bad in (LINE[::-1], LINE * np.nan, LINE[:, :1], LINE[:0])),
    ],
)
def test_what_is_no_problem_is_named(name: str, change: dict[str, object]) -> None:
    given = {"hull": upper_hull(LINE), "reservation": ZERO, "disagreement": ZERO} | change
    with pytest.raises(ValueError, match=f"^{name}:"):
        bargain(given.pop("hull"), SOLUTIONS["utilitarian"].on_hull, **given)


@pytest.mark.parametrize("solution", ON_HULL, ids=lambda solution: solution.name)
def test_rules_refuse_what_is_no_frontier(solution) -> None:
    endless = np.array([[0.0, 1.0], [np.inf, -np.inf]])
    for bad in (LINE[::-1], LINE * [1, np.nan], endless, LINE[[0, 0]], LINE[:, :1], LINE[:0], LINE[0]):
        with pytest.raises(ValueError, match=r"^frontier:"):
            solution.on_hull(bad, disagreement=ZERO, ideal=ONE, power=ONE)


@pytest.mark.parametrize(
    ("rules", "name", "bad"),
    [
        (
            ("nash", "kalai_smorodinsky", "egalitarian", "raiffa", "raiffa_continuous", "utilitarian"),
            "disagreement",
            NAN,
        ),
        (("kalai_smorodinsky", "equal_loss", "utilitarian"), "ideal", NAN),
        (("nash",), "power", np.array([-1.0, 2.0])),
        (("nash",), "power", ZERO),
        (("nash",), "power", NAN),
    ],
)
def test_rules_refuse_what_they_cannot_use(rules: tuple[str, ...], name: str, bad: Array) -> None:
    for rule in rules:
        with pytest.raises(ValueError, match=f"^{name}:"):
            SOLUTIONS[rule].on_hull(LINE, **({"disagreement": ZERO, "ideal": ONE, "power": ONE} | {name: bad}))


def test_a_point_that_is_no_number_has_no_lottery() -> None:
    with pytest.raises(ValueError, match="point"):
        lottery(upper_hull(LINE), NAN)


def test_disagreement_above_the_reservation_values() -> None:
    hull = upper_hull(np.array([[0.0, 1.0], [1.0, 0.0]]))
    with pytest.raises(ValueError, match="disagreement"):
        bargain(hull, SOLUTIONS["nash"].on_hull, reservation=np.zeros(2), disagreement=np.array([0.1, 0.0]))


RULES = [solution.name for solution in ON_HULL]


@pytest.mark.parametrize("name", RULES)
def test_every_rule_looks_at_the_part_above_the_disagreement_point(name: str) -> None:
    """A frontier that is not cut yet gives the same as its part above d."""
    rule = SOLUTIONS[name].on_hull
    assert rule is not None
    whole, d = np.array([[0.0, 1.0], [0.6, 0.7], [1.0, 0.0]]), np.array([0.3, 0.2])
    part = cut(whole, d)
    ideal = np.array([part[-1, 0], part[0, 1]])
    found = rule(whole, disagreement=d, ideal=ideal, power=np.ones(2))
    assert found == pytest.approx(rule(part, disagreement=d, ideal=ideal, power=np.ones(2)), abs=1e-12)
    assert (found >= d).all()
    lists: dict[str, Any] = {"disagreement": d.tolist(), "ideal": ideal.tolist(), "power": [1, 1]}
    assert rule(whole.tolist(), **lists) == pytest.approx(found, abs=1e-12)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize(
    ("frontier", "d", "words"),
    [
        ([[0, 1], [1, 0]], [2, 2], "disagreement: above the frontier"),
        ([[0, 1], [0.3, 0.3], [1, 0]], [0, 0], "frontier: not concave"),
        ([[0, 1], [1, 0]], [0, 0, 0], "disagreement: .*expected two finite numbers"),
        ([[0, 1], [1, 0]], ["x", 0], "disagreement: not an array of numbers"),
    ],
)
def test_every_rule_refuses_what_is_no_bargaining_problem(name: str, frontier: Any, d: Any, words: str) -> None:
    rule = SOLUTIONS[name].on_hull
    assert rule is not None
    with pytest.raises(ValueError, match=words):
        rule(frontier, disagreement=d, ideal=np.ones(2), power=np.ones(2))


@settings(deadline=None)
@given(
    power=st.sampled_from([0.5, 0.9, 0.99, 0.9999]),
    size=st.sampled_from([3, 101, 1001]),
    place=st.floats(0.05, 0.9),
    away=st.sampled_from([0.0, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9]),
)
def test_what_a_cut_leaves_is_a_frontier(power: float, size: int, place: float, away: float) -> None:
    """Next to a vertex a cut leaves an edge so short that its slope is float noise."""
    x = np.linspace(0, 1, size)
    hull = upper_hull(np.stack([x, 1 - x ** (1 / power)], axis=1)).utilities
    vertex = hull[int(place * (len(hull) - 1))]
    for reservation in (np.array([vertex[0] - away, -1.0]), np.array([-1.0, vertex[1] - away])):
        part = cut(hull, reservation)
        assert as_frontier(part).tolist() == part.tolist()
        for solution in ON_HULL:
            if solution.on_hull is not None:
                d = np.maximum(reservation, -0.5)
                solution.on_hull(part, disagreement=d, ideal=part.max(axis=0), power=np.ones(2))


# Extreme but legal numbers ------------------------------------------------------------------------------------------

STAKES = [1.0, 1e-3, 1e-6, 1e-8, 1e-10, 1e-12, 1e-14]
FAR = [0.0, 1.0, 1e3, 1e9, 1e15, 1e100]


@settings(deadline=None, max_examples=150)
@given(
    clouds,
    st.tuples(st.sampled_from(STAKES), st.sampled_from(STAKES)),
    st.tuples(st.sampled_from([-1.0, 0.0, 0.3]), st.sampled_from([-1.0, 0.0, 0.3])),
    st.tuples(st.sampled_from(FAR), st.sampled_from(FAR)),
    st.tuples(st.sampled_from(FAR), st.sampled_from(FAR)),
)
@pytest.mark.parametrize("name", [name for name, solution in SOLUTIONS.items() if solution.on_hull is not None])
def test_a_party_that_is_nearly_indifferent_or_has_everything_to_lose(
    name: str, cloud: Array, stakes: Any, base: Any, worse: Any, worst: Any
) -> None:
    """Whatever the scales, the answer is a lottery of outcomes that gives both at least their reservation values."""
    points = np.array(base) + np.array(stakes) * cloud
    hull, rule = upper_hull(points), SOLUTIONS[name].on_hull
    reservation = points.min(axis=0) - np.array(worse)
    disagreement = reservation - np.array(worst)
    found = bargain(hull, rule, reservation=reservation, disagreement=disagreement)
    assert rule is not None
    assert found is not None
    mixed = found.lottery
    reached = mixed.probability * points[mixed.first] + (1 - mixed.probability) * points[mixed.second]
    assert (reached >= reservation - 1e-9).all()
    assert np.abs(reached - found.utilities).max() <= 1e-9 + 1e-13 * max(stakes) / min(stakes)


def test_far_disagreement_is_the_side_with_all_to_lose_giving_way() -> None:
    """As one party's disagreement point falls without bound, each rule that knows d leaves the other its best."""
    hull = upper_hull(np.array([[0.0, 1.0], [0.7, 0.7], [1.0, 0.0]]))
    for name in ("nash", "kalai_smorodinsky", "egalitarian"):
        far = np.array([-1e100, 0.0])
        found = bargain(hull, SOLUTIONS[name].on_hull, reservation=far, disagreement=far)
        assert found is not None
        assert found.utilities == pytest.approx([0.0, 1.0], abs=1e-9)


def test_a_point_off_the_hull_is_still_refused() -> None:
    hull = upper_hull(np.array([[0.0, 1.0], [1.0, 1.0 - 1e-6]]))
    with pytest.raises(ValueError, match="not on the hull"):
        lottery(hull, np.array([0.5, 1.0 - 4e-7]))
