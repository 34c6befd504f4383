"""Tracks of talks: agreement on some issues first, the rest later, and the worth of linking them.

The issues are split into tracks T_1, ..., T_m, talked about one after another. Let s be where each issue stands until
it is agreed, A the issues agreed so far with their levels x_A, and W_i(A) what party i has when talks go no further:

- before the deal that ends the fighting (the *truce*, by default the deal of the last track) W_i(A) is i's value of no
  deal with the issues of A as agreed: in the status quo of war, in every end of the war, in the package that stays.
  What is agreed is kept whatever comes; the war's odds, costs and length are unmoved. Where no deal is a number r_i,
  W_i(A) = r_i + U_i(x_A, s) - U_i(s);
- after it W_i(A) = U_i(x_A, s): an interim peace, the other issues as they stood. So the interim deal is the status quo
  of the rest.

W_i of nothing is r_i, and of everything U_i(x). A deal x_k on track k is worth W_i(A and T_k) - W_i(A), its *gain*. The
track's Nash deal maximises the product of gains (Nash 1950; on the track of the truce over impasse, where d differs
from r) over the deals by which no signer loses. Without one its issues stay at s, and the next track is talked about.
Gains add up to what the parties end with over r, linked issues or not, since W is worked out for what is agreed at the
time. Red lines and budgets bind on the track on which the last of their issues comes to the table, and on that of the
truce where nobody here can settle their issues. Where utilities are sums, what a track gains does not depend on the
others' deals, so the sides need not foresee them.

What follows, and is tested: if every track has a deal, the deals together lie in the zone of the whole, so no sum of
parts has a larger Nash product than the whole's Nash deal. If a track has none, either may be better: parts can be
agreed though the whole cannot, as humanitarian tracks beside wars are. *The worth of linking* is the gain from the
whole's Nash deal less the sum of the parts; it may be negative for one side, since of all solutions only proportional
ones are the same in stages as at once (Kalai 1977). Where utilities are sums and no line joins tracks, only the place
of the truce matters in their order. That agendas matter where issues weigh differently: Fershtman (1990), for offers in
turns; here each track is settled by its Nash deal. Interim deals, and better ones later: Raiffa (1982).

References
----------
Nash (1950), The Bargaining Problem. Kalai (1977), Proportional Solutions to Bargaining Situations. Raiffa (1982), The
Art and Science of Negotiation. Fershtman (1990), The Importance of the Agenda in Bargaining.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.errors import RequestError
from sim.game.compiled import Game, compile
from sim.game.terms import leverage_levels, terms
from sim.model.arguments import levels_in, outcome_in
from sim.model.names import names_in
from sim.model.parties import PackageNoDeal, WarNoDeal
from sim.model.scenario import Scenario, prepared
from sim.studies.agendas.plan import Plan, plan_of
from sim.studies.agendas.steps import State, nash_deal, standing, taken

__all__ = ["MOST_ORDERED", "Order", "Step", "Tracks", "tracks", "tracks_of"]

MOST_ORDERED = 4
Outcome = Mapping[str, float | str]


@dataclass(frozen=True, eq=False)
class Step:
    """What comes of one track.

    Attributes
    ----------
    issues : tuple of str
    truce : bool
        Whether its deal ends the fighting.
    exists : bool or None
        Whether a deal is possible; None: not decided.
    margin : float or None
        The most that a deal gains the side that gains least; None where red lines leave no outcome.
    deal : dict or None
        The Nash deal: a level for each issue of the track.
    gains : dict of str to float
        By signer, over talks that stop before this track.
    resolution : float
        How exactly margin and deal are known; 0: exactly.
    """

    issues: tuple[str, ...]
    truce: bool
    exists: bool | None
    margin: float | None
    deal: Outcome | None
    gains: Mapping[str, float]
    resolution: float


@dataclass(frozen=True, eq=False)
class Order:
    """The tracks in one order.

    Attributes
    ----------
    tracks : tuple of int
        Their numbers as given, from 0.
    steps : tuple of Step
    gains : dict of str to float
        What each signer ends with over no deal.
    """

    tracks: tuple[int, ...]
    steps: tuple[Step, ...]
    gains: Mapping[str, float]

    @property
    def complete(self) -> bool:
        """Whether every track has a deal."""
        return all(step.deal is not None for step in self.steps)


@dataclass(frozen=True, eq=False)
class Tracks:
    """Tracks of talks at one leverage point.

    Attributes
    ----------
    game : Game
    leverage : dict of str to float
    base : dict of str to level
        Where each issue stands until it is agreed.
    given : Order
        The tracks in the order given; issues that none names come last.
    whole : Step
        All issues at once; its gains are 0 without a deal.
    linking : dict of str to float
        By signer, what the whole gains more than the tracks together.
    orders : tuple of Order
        All orders, the one given first; only that where tracks are more than `MOST_ORDERED`.
    notes : tuple of str
        What is taken for granted.
    """

    game: Game
    leverage: Mapping[str, float]
    base: Outcome
    given: Order
    whole: Step
    linking: Mapping[str, float]
    orders: tuple[Order, ...]
    notes: tuple[str, ...]


def tracks(
    scenario: Scenario | str,
    tracks: Iterable[Iterable[str]],
    leverage: Mapping[str, float] | None = None,
    *,
    truce: int | None = None,
    status_quo: Mapping[str, Any] | None = None,
    set: Mapping[str, Any] | None = None,
    lift_lines: Iterable[str] = (),
    sign: Iterable[str] = (),
) -> Tracks:
    """Settle some issues first and the others later, and compare with all at once.

    Parameters
    ----------
    scenario : Scenario or str
        Or the path of its file.
    tracks : list of list of str
        The issues of each track, in order; those that none names make a last one.
    leverage : mapping, optional
        Levels by variable; the others stay at their defaults.
    truce : int, optional
        The number of the track whose deal ends the fighting, counted from 1; the last one by default.
    status_quo : mapping, optional
        Where issues stand until agreed. By default where `war.status_quo` or the package that stays has them, or their
        reversion.
    set, lift_lines, sign
        As for `sim.study`.

    Returns
    -------
    Tracks

    Raises
    ------
    ScenarioError, RequestError, SizeError
        Something named does not exist or is not allowed, or nothing says where an issue stands.

    Examples
    --------
    >>> found = tracks("scenarios/istanbul-2022.yaml", [["territory", "sanctions"]])
    >>> [step.deal is not None for step in found.given.steps], found.whole.exists
    ([True, True], True)
    """
    signing, levels = names_in("sign", sign), levels_in("leverage", leverage)
    game = compile(prepared(scenario, set, lift_lines), signers=signing)
    point = {name: float(level) for name, level in leverage_levels(game, levels).items()}
    return tracks_of(game, point, tracks, truce=truce, status_quo=outcome_in("status_quo", status_quo))


def tracks_of(
    game: Game,
    leverage: Mapping[str, float],
    given: Any,
    *,
    truce: int | None = None,
    status_quo: Mapping[str, Any] | None = None,
) -> Tracks:
    """Return the tracks of a compiled scenario at one leverage point; raises as `tracks`."""
    if illegal := terms(game, leverage).illegal:
        raise RequestError("\n".join(illegal))
    plan = plan_of(game, leverage, given, truce=truce, status_quo=status_quo or {})
    numbers = range(len(plan.tracks))
    ways = itertools.permutations(numbers) if len(numbers) <= MOST_ORDERED else [tuple(numbers)]
    orders = tuple(_ordered(plan, way, moves=truce is None) for way in ways)
    whole = _whole(plan)
    linking = {name: whole.gains[name] - gain for name, gain in orders[0].gains.items()}
    return Tracks(game, leverage, plan.base, orders[0], whole, linking, orders, tuple(_notes(plan)))


def _ordered(plan: Plan, way: tuple[int, ...], *, moves: bool) -> Order:
    """Return what comes of the tracks in one order; `moves`: whatever is last ends the fighting."""
    state, steps = State({}, frozenset()), []
    start = standing(plan, state).reservation
    for k in way:
        closing = k == (way[-1] if moves else plan.closing)
        before = standing(plan, state).reservation
        answer, state = taken(plan, state, plan.tracks[k], closing=closing)
        deal = None if answer.levels is None else {name: state.settled[name] for name in plan.tracks[k]}
        gains = _named(plan, standing(plan, state).reservation - before)
        steps.append(Step(plan.tracks[k], closing, answer.exists, answer.margin, deal, gains, answer.resolution))
    return Order(way, tuple(steps), _named(plan, standing(plan, state).reservation - start))


def _whole(plan: Plan) -> Step:
    game, point = plan.game, standing(plan, State({}, frozenset()))
    found = nash_deal(game.space, point)
    gains, deal = np.zeros(len(game.signers)), None
    if found.levels is not None:
        deal = game.outcome(found.levels)
        gains = game.space.factors.utilities(found.levels[None, :])[0] - point.reservation
    return Step(game.issues, True, found.exists, found.margin, deal, _named(plan, gains), found.resolution)


def _named(plan: Plan, values: Any) -> dict[str, float]:
    return dict(zip(plan.game.signers, np.asarray(values).tolist(), strict=True))


def _notes(plan: Plan) -> Iterator[str]:
    game, spec = plan.game, plan.game.scenario.spec
    yield "what is agreed on a track is kept whatever comes, and leaves odds and costs of no deal as they are"
    forms = {name: spec.parties[name].no_deal for name in game.signers}
    plain = [game.label(n) for n, form in forms.items() if not isinstance(form, (WarNoDeal, PackageNoDeal))]
    if plain:
        yield f"no deal is a number for {', '.join(plain)}: an interim deal adds what it is worth over the status quo"
    home = {name: k for k, track in enumerate(plan.tracks) for name in track}
    scopes = [
        ((line.issue, *line.when), f"{game.label(party)}'s line {name}")
        for party in game.signers
        for name, line in spec.parties[party].red_lines.items()
    ]
    scopes += [(tuple(each.sum), f"the budget {name}") for name, each in spec.constraints.items()]
    joining = [label for scope, label in scopes if len({home[name] for name in scope if name in home}) > 1]
    if joining:
        yield f"on the later of the tracks that they join bind: {', '.join(joining)}"
    yield "whether interim deals last, and whether bodies ratify them, is not asked"
