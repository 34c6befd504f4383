"""Voting power: published committees, all orders and coalitions by enumeration, axioms."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from math import factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import SizeError
from sim.theory import power_index
from sim.theory.power_index import Chamber, Rule, banzhaf, shapley_shubik, swings

Chambers = list[Chamber]


@st.composite
def committees(draw: st.DrawFn, most: int = 5, chambers: int = 2) -> Chambers:
    voters = draw(st.integers(1, most))
    found = []
    for _ in range(draw(st.integers(1, chambers))):
        seats = draw(st.lists(st.integers(0, 5), min_size=voters, max_size=voters).filter(any))
        found.append(Chamber(draw(st.integers(1, sum(seats))), tuple(seats)))
    return found


rules = st.sampled_from(["all", "any"])


def wins(chambers: Chambers, rule: Rule) -> Callable[[frozenset[int]], bool]:
    def of(coalition: frozenset[int]) -> bool:
        carried = [sum(house.seats[i] for i in coalition) >= house.quota for house in chambers]
        return all(carried) if rule == "all" else any(carried)

    return of


def by_orders(voters: int, winning: Callable[[frozenset[int]], bool]) -> tuple[Fraction, ...]:
    """Who turns a losing into a winning coalition, over all orders."""
    pivots = [0] * voters
    for order in itertools.permutations(range(voters)):
        for k, voter in enumerate(order):
            if winning(frozenset(order[: k + 1])):
                pivots[voter] += 1
                break
    return tuple(Fraction(own, factorial(voters)) for own in pivots)


def by_coalitions(voters: int, winning: Callable[[frozenset[int]], bool]) -> tuple[Fraction, ...]:
    """The share of coalitions of the others in which each decides."""
    found = []
    for voter in range(voters):
        others = [i for i in range(voters) if i != voter]
        sets = [frozenset(c) for k in range(voters) for c in itertools.combinations(others, k)]
        found.append(Fraction(sum(not winning(s) and winning(s | {voter}) for s in sets), len(sets)))
    return tuple(found)


# Published committees.


def test_one_seat_may_be_worth_as_much_as_forty_nine() -> None:
    assert shapley_shubik(Chamber(51, (50, 49, 1))) == (Fraction(2, 3), Fraction(1, 6), Fraction(1, 6))
    assert banzhaf(Chamber(51, (50, 49, 1)), normalised=True) == (Fraction(3, 5), Fraction(1, 5), Fraction(1, 5))
    assert banzhaf(Chamber(51, (50, 49, 1))) == (Fraction(3, 4), Fraction(1, 4), Fraction(1, 4))


COUNCIL = {
    # Nine of fifteen, and all five permanent members: as one weighted game, and as two chambers.
    "weighted": [Chamber(39, (7,) * 5 + (1,) * 10)],
    "chambers": [Chamber(9, (1,) * 15), Chamber(5, (1,) * 5 + (0,) * 10)],
}


@pytest.mark.parametrize("council", COUNCIL.values(), ids=COUNCIL)
def test_security_council(council: Chambers) -> None:
    shapley, share = shapley_shubik(council), banzhaf(council, normalised=True)
    assert shapley == (Fraction(421, 2145),) * 5 + (Fraction(4, 2145),) * 10
    assert float(shapley[0]) == pytest.approx(0.1963, abs=5e-5)
    assert float(shapley[5]) == pytest.approx(0.001865, abs=5e-7)
    # 848 and 84 coalitions in which a member decides.
    assert [sum(own) for own in swings(council)] == [848] * 5 + [84] * 10
    assert share[0] == Fraction(848, 5080)


def test_council_of_the_six_in_1958() -> None:
    """Germany, France and Italy 4, Belgium and the Netherlands 2, Luxembourg 1, quota 12: Luxembourg decides none."""
    council = Chamber(12, (4, 4, 4, 2, 2, 1))
    assert shapley_shubik(council) == tuple(Fraction(k, 60) for k in (14, 14, 14, 9, 9, 0))
    assert banzhaf(council, normalised=True) == tuple(Fraction(k, 21) for k in (5, 5, 5, 3, 3, 0))


def test_many_voters_alike() -> None:
    assert shapley_shubik(Chamber(51, (1,) * 101)) == (Fraction(1, 101),) * 101


# By enumeration.


@settings(max_examples=80, deadline=None)
@given(committees(), rules)
def test_against_all_orders_and_coalitions(chambers: Chambers, rule: Rule) -> None:
    voters, winning = len(chambers[0].seats), wins(chambers, rule)
    assert shapley_shubik(chambers, rule=rule) == by_orders(voters, winning)
    assert banzhaf(chambers, rule=rule) == by_coalitions(voters, winning)


# Axioms.


@settings(max_examples=80, deadline=None)
@given(committees(most=8, chambers=3), rules)
def test_efficiency_symmetry_and_null_voters(chambers: Chambers, rule: Rule) -> None:
    shapley, share = shapley_shubik(chambers, rule=rule), banzhaf(chambers, rule=rule, normalised=True)
    assert sum(shapley) == sum(share) == 1
    kinds = list(zip(*(house.seats for house in chambers), strict=True))
    for first, second in itertools.combinations(range(len(kinds)), 2):
        if kinds[first] == kinds[second]:
            assert (shapley[first], share[first]) == (shapley[second], share[second])
    for kind, own in zip(kinds, shapley, strict=True):
        if not any(kind):
            assert own == 0


@settings(max_examples=60, deadline=None)
@given(committees(most=6, chambers=1), committees(most=6, chambers=1))
def test_transfer(first: Chambers, second: Chambers) -> None:
    """Dubey (1975): the indices of "both" and "either" add up to those of the two games."""
    voters = min(len(first[0].seats), len(second[0].seats))
    pair = []
    for house in (*first, *second):
        seats = house.seats[:voters]
        if not any(seats):
            return
        pair.append(Chamber(min(house.quota, sum(seats)), seats))
    for power in (shapley_shubik, banzhaf):
        both, either = power(pair, rule="all"), power(pair, rule="any")
        alone = [power(house) for house in pair]
        assert [x + y for x, y in zip(both, either, strict=True)] == [x + y for x, y in zip(*alone, strict=True)]


@settings(max_examples=60, deadline=None)
@given(committees(most=7, chambers=1))
def test_more_seats_never_decide_less(chambers: Chambers) -> None:
    (house,) = chambers
    shapley, chance = shapley_shubik(house), banzhaf(house)
    for first, second in itertools.permutations(range(len(house.seats)), 2):
        if house.seats[first] >= house.seats[second]:
            assert shapley[first] >= shapley[second]
            assert chance[first] >= chance[second]


def test_a_voter_whom_all_need_beside_one_quota() -> None:
    # Two chambers that share nobody: unanimity of all, one chamber of two and one of one.
    chambers = [Chamber(2, (1, 1, 0)), Chamber(1, (0, 0, 1))]
    assert shapley_shubik(chambers) == (Fraction(1, 3),) * 3
    assert shapley_shubik(chambers, rule="any") == (Fraction(1, 6), Fraction(1, 6), Fraction(2, 3))


# Bad input.


@pytest.mark.parametrize(
    ("quota", "seats", "named"),
    [(0, (1,), "quota"), (3, (1, 1), "quota"), (1, (), "quota"), (1, (2, -1), "seats"), (1, (1.5,), "seats")],
)
def test_chambers_that_are_none(quota: int, seats: tuple[int, ...], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Chamber(quota, seats)


def test_requests_that_make_no_sense() -> None:
    with pytest.raises(ValueError, match="chambers: none"):
        shapley_shubik([])
    with pytest.raises(ValueError, match="same voters"):
        banzhaf([Chamber(1, (1,)), Chamber(1, (1, 1))])
    with pytest.raises(ValueError, match="rule"):
        swings(Chamber(1, (1,)), rule="most")  # type: ignore[arg-type]


def test_too_many_combinations_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(power_index, "LIMIT", 10)
    with pytest.raises(SizeError, match="more than 10"):
        shapley_shubik(Chamber(100, tuple(range(1, 20))))
