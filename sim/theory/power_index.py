r"""A priori voting power: the Shapley-Shubik and the Banzhaf index of weighted voting games, exact.

n voters; a *chamber* gives voter i a whole number s_i of seats and asks for a quota q: a coalition S carries it if
sum_{i in S} s_i >= q. A *composed* game has several chambers, and S wins where it carries all of them (or, if so
asked, any of them). Voter i is *pivotal* for S, i not in S, where S loses and S with i wins. With s = \|S\|,

.. math::
    \text{Shapley-Shubik: } \phi_i = \sum_{S \text{ pivotal}} \frac{s! \, (n - s - 1)!}{n!} , \qquad
    \text{Banzhaf: } \beta_i = \frac{\#\{S \text{ pivotal}\}}{2^{n-1}} ,

phi_i the share of orders of all voters in which i turns a losing into a winning coalition (it sums to 1); beta_i the
chance that i's vote decides if all others vote by tossing a coin; *normalised*, beta_i is divided by its sum. phi is
the only index that is efficient, symmetric, gives null voters 0 and obeys transfer (Dubey 1975).

Conditions: voters are alike but for their seats; who is close to whom does not count. Method: the numbers of coalitions
by size and seats, in whole numbers, by dynamic programming (Mann and Shapley 1962, after Cantor); those without one
voter follow by taking it out again.

Sources: Shapley and Shubik (1954), A Method for Evaluating the Distribution of Power in a Committee System; Penrose
(1946), The Elementary Statistics of Majority Voting; Banzhaf (1965), Weighted Voting Doesn't Work; Dubey (1975), On the
Uniqueness of the Shapley Value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Literal

from sim.errors import SizeError
from sim.theory.checks import whole

__all__ = ["LIMIT", "Chamber", "banzhaf", "shapley_shubik", "swings"]

LIMIT = 2_000_000
"""Most pairs of a size and seats in all chambers that are kept at once."""

Rule = Literal["all", "any"]
Seats = tuple[int, ...]
Coalitions = dict[tuple[int, Seats], int]


@dataclass(frozen=True)
class Chamber:
    """One chamber: how many seats each voter has there, 0 for those who do not sit in it, and how many carry it.

    Attributes
    ----------
    quota : int
        At least 1, at most all seats.
    seats : tuple of int
        One a voter, at least 0.

    Raises
    ------
    ValueError
        If a number is not whole or not allowed.

    Examples
    --------
    >>> Chamber(51, (50, 49, 1)).quota
    51
    """

    quota: int
    seats: tuple[int, ...]

    def __post_init__(self) -> None:
        seats = tuple(whole("seats", own) for own in self.seats)
        quota = whole("quota", self.quota)
        if min(seats, default=0) < 0:
            raise ValueError(f"seats: {list(seats)} (expected whole numbers of at least 0)")
        if not 1 <= quota <= sum(seats):
            raise ValueError(f"quota: {quota} (expected 1 to {sum(seats)}, all seats)")
        object.__setattr__(self, "seats", seats)
        object.__setattr__(self, "quota", quota)


def shapley_shubik(chambers: Chamber | Sequence[Chamber], *, rule: Rule = "all") -> tuple[Fraction, ...]:
    """Shapley-Shubik index of each voter.

    Parameters
    ----------
    chambers : Chamber or sequence of Chamber
        Of the same voters in the same order.
    rule : {"all", "any"}
        Whether a coalition has to carry every chamber, or one of them.

    Returns
    -------
    tuple of Fraction
        One a voter; they sum to 1.

    Raises
    ------
    ValueError
        If there is no chamber, voters differ in number, or a rule does not exist.
    SizeError
        If there are too many combinations of seats, `LIMIT`.

    Examples
    --------
    >>> [str(share) for share in shapley_shubik(Chamber(51, (50, 49, 1)))]
    ['2/3', '1/6', '1/6']
    """
    counts = swings(chambers, rule=rule)
    voters = len(counts)
    ways = [factorial(size) * factorial(voters - size - 1) for size in range(voters)]
    return tuple(
        Fraction(sum(way * count for way, count in zip(ways, own, strict=True)), factorial(voters)) for own in counts
    )


def banzhaf(
    chambers: Chamber | Sequence[Chamber], *, rule: Rule = "all", normalised: bool = False
) -> tuple[Fraction, ...]:
    """Banzhaf index of each voter: the chance to decide, or its share in all voters' chances.

    Parameters
    ----------
    chambers, rule
        As for `shapley_shubik`.
    normalised : bool
        Whether to divide by the sum.

    Returns
    -------
    tuple of Fraction

    Raises
    ------
    ValueError, SizeError
        As `shapley_shubik`.

    Examples
    --------
    >>> [str(share) for share in banzhaf(Chamber(51, (50, 49, 1)), normalised=True)]
    ['3/5', '1/5', '1/5']
    """
    totals = [sum(own) for own in swings(chambers, rule=rule)]
    whole_sum = sum(totals) if normalised else 2 ** (len(totals) - 1)
    return tuple(Fraction(total, whole_sum) for total in totals)


def swings(chambers: Chamber | Sequence[Chamber], *, rule: Rule = "all") -> tuple[tuple[int, ...], ...]:
    """For each voter, in how many coalitions of each size (0 to n - 1, without it) it is pivotal.

    Parameters
    ----------
    chambers, rule
        As for `shapley_shubik`.

    Raises
    ------
    ValueError, SizeError
        As `shapley_shubik`.

    Examples
    --------
    >>> swings(Chamber(2, (1, 1, 1)))
    ((0, 2, 0), (0, 2, 0), (0, 2, 0))
    """
    houses = _checked(chambers, rule)
    quotas = tuple(house.quota for house in houses)
    voters = list(zip(*(house.seats for house in houses), strict=True))
    together = _coalitions(voters)
    by_kind = {kind: _swings(kind, _without(together, kind), quotas, rule) for kind in set(voters)}
    return tuple(by_kind[kind] for kind in voters)


def _checked(chambers: Chamber | Sequence[Chamber], rule: Rule) -> tuple[Chamber, ...]:
    houses = (chambers,) if isinstance(chambers, Chamber) else tuple(chambers)
    if not houses:
        raise ValueError("chambers: none (expected at least one)")
    sizes = [len(house.seats) for house in houses]
    if len(set(sizes)) > 1:
        raise ValueError(f"chambers: {sizes} voters (expected the same voters in each)")
    if rule not in ("all", "any"):
        raise ValueError(f"rule: {rule!r} (expected 'all' or 'any')")
    return houses


def _swings(kind: Seats, others: Coalitions, quotas: Seats, rule: Rule) -> tuple[int, ...]:
    """In how many coalitions of the others, by size, a voter of one kind is pivotal."""
    counts = [0] * (1 + max(size for size, _ in others))
    for (size, held), ways in others.items():
        if not _wins(held, quotas, rule) and _wins(_joined(held, kind), quotas, rule):
            counts[size] += ways
    return tuple(counts)


def _coalitions(voters: list[Seats]) -> Coalitions:
    """How many coalitions there are of each size and seats in each chamber."""
    found: Coalitions = {(0, (0,) * len(voters[0])): 1}
    for own in voters:
        for (size, held), ways in list(found.items()):
            more = size + 1, _joined(held, own)
            found[more] = found.get(more, 0) + ways
        if len(found) > LIMIT:
            raise SizeError(
                f"power indices: more than {LIMIT:,} combinations of sizes and seats (divide seats and quotas by a "
                "common factor, or take fewer chambers)"
            )
    return found


def _without(together: Coalitions, own: Seats) -> Coalitions:
    """The coalitions that one voter does not belong to: all, less those without it that it joined."""
    found: Coalitions = {}
    for size, held in sorted(together):
        fewer = size - 1, tuple(a - b for a, b in zip(held, own, strict=True))
        ways = together[size, held] - found.get(fewer, 0)
        if ways:
            found[size, held] = ways
    return found


def _joined(held: Seats, own: Seats) -> Seats:
    return tuple(map(int.__add__, held, own))


def _wins(held: Seats, quotas: Seats, rule: Rule) -> bool:
    carried = map(int.__ge__, held, quotas)
    return all(carried) if rule == "all" else any(carried)
