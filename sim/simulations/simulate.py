"""`sim.simulate`: many paths of leverage in time, and what a deal could be at each step of each."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import RequestError, SizeError, shown
from sim.game.compiled import Game, compile
from sim.game.numbers import Numbers
from sim.game.terms import leverage_levels, terms
from sim.model.arguments import count_in, flag_in, level_in, levels_in, map_in
from sim.model.names import names_in, suggest
from sim.model.parties import WarNoDeal
from sim.model.scenario import Scenario, prepared
from sim.simulations.measuring import Measured, measured
from sim.simulations.paths import Noise, drawn, levels_of
from sim.simulations.records import Simulation
from sim.simulations.rules import RULES, Reached, signed_at
from sim.simulations.tactics import TIMED, Choice, chosen
from sim.studies.games.breaking import too_many
from sim.studies.games.lasting import discount_rates
from sim.sweeps.batch.batch import Batch, Compiled
from sim.sweeps.measures import MEASURES

__all__ = ["again", "generator_in", "simulate"]

Floats = NDArray[np.float64]
MOST_PATHS = 1_000_000
MOST_POINTS = 20_000_000
MOST_STEPS = 1200


def simulate(
    scenario: Scenario | str,
    n: int = 1000,
    *,
    rng: int | np.random.Generator = 1,
    months: float | None = None,
    rule: str = "zone",
    durable: bool = False,
    learning: float = 0.0,
    tactics: Mapping[str, str] | None = None,
    leverage: Mapping[str, float] | None = None,
    set: Mapping[str, Any] | None = None,
    lift_lines: Iterable[str] = (),
    sign: Iterable[str] = (),
) -> Simulation:
    """Let leverage wander as the scenario's `dynamics` say, and find margin and Nash deal at every step.

    At each step no deal is worth what war is worth at the leverage of that step, were it to stay.

    Parameters
    ----------
    scenario : Scenario or str
        Or the path of its file.
    n : int
        Paths.
    rng : int or numpy Generator
        What all draws follow from.
    months : float, optional
        How far ahead; by default what the file says (36).
    rule : str
        When a deal is made: one of `sim.simulations.rules.RULES`.
    durable : bool
        Whether the durable margin is found too; slower. The rule ``durable`` needs it and turns it on.
    learning : float
        Rate a year at which beliefs about the odds converge: optimism becomes optimism^exp(-rate x years).
    tactics : mapping, optional
        By signer how its demands fall under the rule ``offers``: ``boulware``, ``linear`` (default) or ``conceder``, or
        with an exponent, ``boulware:0.1``.
    leverage, set, lift_lines, sign
        As for `sim.study`.

    Returns
    -------
    Simulation

    Raises
    ------
    ScenarioError, RequestError, SizeError
        Something named does not exist, is not allowed or cannot be simulated.

    Examples
    --------
    >>> import sim
    >>> found = sim.simulate("scenarios/teaching/fearon-crisis.yaml", 4, months=2)
    Traceback (most recent call last):
        ...
    sim.errors.RequestError: dynamics: this scenario has none (expected how leverage moves over time)
    """
    signing, count = names_in("sign", sign), count_in("n", n, most=MOST_PATHS)
    game = compile(prepared(scenario, set, lift_lines), signers=signing)
    levels = {name: float(x) for name, x in leverage_levels(game, levels_in("leverage", leverage)).items()}
    steps = _steps(game, months)
    generator = generator_in(rng)
    how = (rule, flag_in("durable", durable), level_in("learning", learning))
    _check(game, count, steps, how)
    ways = _tactics(game, map_in("tactics", tactics), rule)
    state = json.dumps(generator.bit_generator.state, default=lambda x: x.tolist())
    noise = drawn(game.scenario.spec, count, steps, generator)
    return _run(game, levels, noise, state, (*how, ways), without=())


def again(found: Simulation, without: Iterable[int]) -> Simulation:
    """Return a simulation on the same draws without some of its events, by number."""
    how = (found.rule, found.durable is not None, found.learning, found.tactics)
    return _run(found.game, found.today, found.noise, found.rng, how, without=tuple(without))


def _run(
    game: Game, today: Mapping[str, float], noise: Noise, state: str, how: tuple[Any, ...], *, without: Any
) -> Simulation:
    (rule, durable, learning, tactics), spec = how, game.scenario.spec
    assert spec.dynamics is not None
    levels = levels_of(spec, today, noise, without=without)
    shape = next(iter(levels.values())).shape
    years = np.arange(shape[1]) * spec.dynamics.step_months / 12
    numbers = {path: np.tile(values, shape[0]) for path, values in _beliefs(game, learning, years).items()}
    compiled = Compiled(game)
    if compiled.folded.frontier.resolution > 0:
        raise SizeError(
            "simulate: the frontier does not fit, and what is left out might be the only deal at some step (expected "
            "fewer issues, wider steps or fewer signers)"
        )
    flat = {name: x.ravel() for name, x in levels.items()}
    found = measured(compiled, flat, numbers, "nash")
    lasting = _durable(compiled, flat, numbers, found).reshape(shape) if durable or rule == "durable" else None
    reservation, deal = found.reservation.reshape(*shape, -1), found.deal.reshape(*shape, -1)
    keep, ends = _keep(game, today, spec.dynamics.step_months / 12), _ends(game, today, noise, years)
    margin = found.margin.reshape(shape)
    exponents = np.array([choice.exponent for choice in tactics])
    reached = Reached(levels, compiled.utilities, reservation, deal, margin, lasting, keep, exponents)
    settled = signed_at(RULES[rule](reached), ends)
    row = found.row.reshape(shape)
    return Simulation(
        game,
        years * 12,
        levels,
        reservation,
        deal,
        row,
        margin,
        lasting,
        ends,
        settled,
        today,
        rule,
        tactics,
        learning,
        keep,
        noise,
        state,
    )


def _steps(game: Game, months: Any) -> int:
    dynamics = game.scenario.spec.dynamics
    if dynamics is None or not dynamics.drifts:
        raise RequestError("dynamics: this scenario has none (expected how leverage moves over time)")
    asked = dynamics.months if months is None else level_in("months", months)
    if not (math.isfinite(asked) and asked >= dynamics.step_months):
        raise RequestError(f"months: {asked:g} (expected at least one step, {dynamics.step_months:g})")
    steps = round(min(asked / dynamics.step_months, MOST_POINTS))
    if steps > MOST_STEPS:
        raise RequestError(f"months: {asked:g} are too many steps (expected at most {MOST_STEPS:,})")
    if abs(steps * dynamics.step_months - asked) > 1e-9 * asked:
        raise RequestError(f"months: {asked:g} (expected a whole number of steps, of {dynamics.step_months:g} each)")
    late = [(k, event) for k, event in enumerate(dynamics.events) if event.at > steps]
    if late:
        faults = [f"dynamics.events.{k}.at: step {e.at:g} is past the last (expected at most {steps})" for k, e in late]
        raise RequestError("\n".join(faults))
    return steps


def generator_in(rng: Any) -> np.random.Generator:
    """Return the generator that is given, or the one that a whole number starts."""
    if isinstance(rng, np.random.Generator):
        return rng
    return np.random.default_rng(count_in("rng", rng, least=0, most=2**63))


def _check(game: Game, count: int, steps: int, how: tuple[Any, bool, float]) -> None:
    given, durable, learning = how
    rule = given if isinstance(given, str) else ""
    faults = []
    if rule not in RULES:
        faults.append(f"rule: no rule {shown(given)} {suggest(rule, RULES)}")
    if not 0 <= learning < math.inf:
        faults.append(f"learning: {learning:g} (expected at least 0)")
    if count * (steps + 1) > MOST_POINTS:
        faults.append(f"n: {count:,} paths of {steps:,} steps are too many (at most {MOST_POINTS:,} points)")
    if (durable or rule == "durable") and (reason := _no_dates(game)) is not None:
        faults.append(f"durable: {reason}")
    faults += _moving_rates(game)
    if rule == "waiting" and _keep(game, leverage_levels(game), 1.0) is None:
        faults.append("rule: waiting needs war.end_rate and a discount rate for every signer")
    if faults:
        raise RequestError("\n".join(faults))


def _moving_rates(game: Game) -> list[str]:
    """Return a fault for each rate that would change on the way: how long war lasts is drawn at today's."""
    spec = game.scenario.spec
    assert spec.dynamics is not None
    moving = {*spec.dynamics.drifts, *(name for event in spec.dynamics.events for name in event.leverage)}
    return [
        f"dynamics: {name} moves {path}, and rates stay as they are today (expected variables that move no rate)"
        for name in spec.leverage
        if name in moving
        for path in spec.leverage[name].shifts
        if path == "war.end_rate" or path.endswith(".war.discount_rate")
    ]


def _tactics(game: Game, given: Mapping[str, Any], rule: Any) -> tuple[Choice, ...]:
    """Return the tactic of each signer."""
    faults = [
        f"tactics: no signer {name!r} {suggest(name, game.signers)}" for name in given if name not in game.signers
    ]
    if given and rule != "offers":
        faults.append(f"tactics: the rule {rule} uses none (expected the rule offers)")
    found = {name: chosen(given.get(name, "linear"), TIMED) for name in (*game.signers, *given)}
    faults += [f"tactics {name}: {fault}" for name, fault in found.items() if isinstance(fault, str)]
    if faults:
        raise RequestError("\n".join(faults))
    return tuple(choice for choice in (found[name] for name in game.signers) if isinstance(choice, Choice))


def _no_dates(game: Game) -> str | None:
    if not game.scenario.spec.peace_dates:
        return "no later dates of peace are given (expected a section future)"
    return too_many(game)


def _beliefs(game: Game, learning: float, years: Floats) -> dict[str, Floats]:
    """Return optimism at each step by path, (S + 1,); nothing where beliefs do not converge."""
    if not learning:
        return {}
    left = np.exp(-learning * years)
    return {
        f"parties.{name}.no_deal.war.optimism.{outcome}": factor**left
        for name, party in game.scenario.spec.parties.items()
        if isinstance(party.no_deal, WarNoDeal)
        for outcome, factor in party.no_deal.war.optimism.items()
    }


def _keep(game: Game, levels: Mapping[str, Any], years: float) -> Floats | None:
    war, rates = game.scenario.spec.war, discount_rates(game, levels)
    if war is None or war.end_rate is None or rates is None or np.isnan(rates).any():
        return None
    return np.asarray(np.exp(-(rates[0] + _end_rate(game, levels)) * years))


def _end_rate(game: Game, levels: Mapping[str, Any]) -> float:
    """Return the rate at which war ends at today's levels; no variable that moves may move it."""
    return float(Numbers(game, levels, {}, {})("war", "end_rate", above=0.0)[0])


def _ends(game: Game, levels: Mapping[str, Any], noise: Noise, years: Floats) -> NDArray[np.int64]:
    """Return the first step by which the war has ended by itself, (n,)."""
    war = game.scenario.spec.war
    if war is None or war.end_rate is None:
        return np.full(len(noise.ends), len(years), dtype=np.int64)
    return np.searchsorted(years, noise.ends / _end_rate(game, levels)).astype(np.int64)


def _durable(
    compiled: Compiled, levels: Mapping[str, Floats], numbers: Mapping[str, Floats], found: Measured
) -> Floats:
    """Return the durable margin at each point, nan where there is no zone to be lasting."""
    result = np.full(len(found.margin), np.nan)
    rows = np.flatnonzero(found.row >= 0)
    at_once = MEASURES["durability"].at_once or len(rows)
    for low in range(0, len(rows), at_once):
        some = rows[low : low + at_once]
        here, own = ({name: x[some] for name, x in table.items()} for table in (levels, numbers))
        found_here = terms(compiled.game, here, numbers=own, course=False)
        batch = Batch(compiled, here, own, found_here, ("durability",), (), 1)
        result[some] = np.asarray(MEASURES["durability"].compute(batch)["durable_margin"])
    return result
