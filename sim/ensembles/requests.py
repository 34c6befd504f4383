"""A request for an ensemble, checked and made into a plan: every fault is found before any work is done."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from sim.ensembles.acceptance import most_accepted, outcome_of
from sim.ensembles.draws import Truths
from sim.ensembles.judging import no_deal_values, tables_of
from sim.ensembles.plans import BLOCK, Plan
from sim.ensembles.settling import pick
from sim.errors import RequestError, SizeError, shown
from sim.game.compiled import compile
from sim.game.terms import leverage_levels, terms
from sim.model.arguments import count_in, level_in, map_in, outcome_in
from sim.model.names import names_in, suggest
from sim.model.scenario import Scenario, prepared
from sim.model.statements import file_weights
from sim.space.blocks import LISTED
from sim.studies.games.setting import signers_terms
from sim.sweeps.axes import Axis, Levels, axes_in, find_axes
from sim.sweeps.measures import GRID_SOLUTIONS
from sim.sweeps.requests import check_set, checked_points, fixed_levels

__all__ = ["MOST_ACCEPTED", "MOST_TRUTHS", "plan_of"]

MOST_TRUTHS = 2_000_000
MOST_ACCEPTED = "most accepted"
_MOST_POINTS = 100_000
_RESERVED = (
    *("truth", "party", "issue", "input", "deal", "quantile", "exists", "undecided", "margin", "margin_high"),
    *("reservation", "price", "value", "deal_gain", "solved", "term", "gain", "surplus", "share", "share_low"),
    *("share_high", "margin_quantile", "party_label", "issue_label", "issue_unit", "scenario", "progress"),
)


def plan_of(
    scenario: Scenario | str,
    n: int,
    *,
    rng: int | np.random.Generator = 1,
    doubt: float | None = None,
    correlation: float = 0.0,
    leverage: Mapping[str, float] | None = None,
    over: Mapping[str, Levels] | None = None,
    deals: Mapping[str, Mapping[str, Any]] | None = None,
    solution: str = "nash",
    solved: int = 500,
    set: Mapping[str, Any] | None = None,
    lift_lines: Iterable[str] = (),
    sign: Iterable[str] = (),
    block: int | None = None,
) -> Plan:
    """Return the plan of an ensemble; see `ensemble` for the parameters and what is raised."""
    signing, count = names_in("sign", sign), count_in("n", n, most=MOST_TRUTHS)
    ready = prepared(scenario, set, lift_lines)
    axes = () if over is None else _axes(ready, over, set)
    if axes and map_in("deals", deals):
        raise RequestError("deals: a map over levers counts zones alone (expected deals without `over`)")
    share = level_in("correlation", correlation)
    if not -1 <= share <= 1:
        raise RequestError(f"correlation: {share:g} (expected a number from -1 to 1)")
    plan = Plan(
        scenario=ready,
        n=count,
        rng=_state(rng),
        doubt=None if doubt is None else level_in("doubt", doubt),
        correlation=share,
        leverage=fixed_levels(leverage, [axis.name for axis in axes]),
        axes=axes,
        deals=_deals(deals),
        solution=_solution(solution),
        solved=0 if axes else count_in("solved", solved, least=0, most=MOST_TRUTHS),
        block=BLOCK if block is None else count_in("block", block),
        sign=signing,
    )
    _check(plan)
    return plan if axes else dataclasses.replace(plan, deals=_offered(plan) | dict(plan.deals))


def _axes(scenario: Scenario, over: Mapping[str, Levels], set: Mapping[str, Any] | None) -> tuple[Axis, ...]:
    given = axes_in(over)
    points = checked_points(given)
    if points > _MOST_POINTS:
        raise RequestError(f"over: {points:,} points (expected at most {_MOST_POINTS:,}; use fewer levels)")
    paths = [name for name in given if name not in scenario.spec.leverage]
    if paths:
        raise RequestError(
            "\n".join(f"no leverage variable {name!r} {suggest(name, scenario.spec.leverage)}" for name in paths)
        )
    check_set(scenario, set, given)
    return find_axes(scenario, given, taken=_RESERVED)


def _state(rng: Any) -> int:
    """Return the whole number that everything follows from."""
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(2**62))
    return count_in("rng", rng, least=0, most=2**63)


def _deals(deals: Any) -> dict[str, dict[str, Any]]:
    return {name: dict(outcome_in(f"deals {name}", deal)) for name, deal in map_in("deals", deals).items()}


def _solution(name: Any) -> str:
    if isinstance(name, str) and name in GRID_SOLUTIONS:
        return name
    text = name if isinstance(name, str) else ""
    raise RequestError(f"no solution {shown(name)} {suggest(text, GRID_SOLUTIONS)}")


def _offered(plan: Plan) -> dict[str, dict[str, Any]]:
    """Return the deal that the solution picks at the file's numbers, and the one found to be accepted most often."""
    game, found = plan.game, {}
    point = signers_terms(game, terms(game, plan.levels))
    file = [np.stack([each[b][0] for each in _at_file(plan)], axis=1) for b in range(len(plan.table.among.levels))]
    chosen = pick(
        file, plan.solution, reservation=point.reservation, disagreement=point.disagreement, power=point.power
    )
    if chosen is not None:
        found[plan.solution] = outcome_of(plan.table, chosen.chosen)
    known = () if chosen is None else (chosen.chosen,)
    best = most_accepted(plan.table, plan.truths, plan.levels, known)
    return found if best is None else found | {MOST_ACCEPTED: outcome_of(plan.table, best)}


def _at_file(plan: Plan) -> list[list[Any]]:
    """Return for each signer its utilities of each block's combinations at the file's weights."""
    parties = plan.scenario.spec.parties
    own = {name: file_weights(parties[name])[None, :] for name in plan.game.signers}
    return tables_of(plan.table, Truths(own, {}, {}))


def _check(plan: Plan) -> None:
    """Draw the truths and look at every no-deal value, so that nothing illegal turns up later."""
    leverage_levels(compile(plan.scenario, signers=plan.sign), plan.leverage)
    if plan.game.space.rows:
        raise SizeError(
            "constraints: an ensemble settles truths one by one on lists, and a budget joins too many combinations of "
            f"levels (the limit is {LISTED:,}); use wider steps on its issues"
        )
    _ = plan.combinations
    corners: list[dict[str, float]] = [{}]
    for axis in plan.axes:
        corners = [at | {axis.name: float(axis.levels[k])} for at in corners for k in {0, len(axis) - 1}]
    for at in corners:
        no_deal_values(plan.table, plan.truths, plan.levels | at)
