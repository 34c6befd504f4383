"""A simulation for a person: one screen of sentences."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.errors import counted
from sim.model.parties import WarNoDeal
from sim.show.words import joined, number_text
from sim.simulations.answers import Survival, event_study, survival, waiting, windows
from sim.simulations.records import Simulation

__all__ = ["RULES", "simulation_lines"]

RULES = {
    "zone": "as soon as there is a zone",
    "durable": "as soon as there is a deal that would last",
    "waiting": "as soon as no side would rather fight one more step and see",
    "offers": "when demands that fall month by month can be met at once",
}


def simulation_lines(found: Simulation) -> Iterator[str]:
    """Yield what a simulation answers in sentences."""
    n, last = len(found.margin), len(found.months) - 1
    paths = f"{counted(n, 'path')} of {_months(found.months[-1])}"
    yield f"{found.game.scenario.name}: {paths}. A thinking aid, not a forecast."
    fought = any(isinstance(found.game.scenario.spec.parties[p].no_deal, WarNoDeal) for p in found.game.signers)
    what = "what war is worth" if fought else "what it is worth"
    yield f"No deal at a step is worth {what} at that step's leverage, were it to stay."
    if found.no_outcome:
        yield f"MARGIN   none: the {found.game.rules} together leave no outcome."
        return
    low, middle, high = np.quantile(found.margin, [0.05, 0.5, 0.95], axis=0)
    marks = sorted({round(last * share) for share in (0, 0.25, 0.5, 0.75, 1)})
    rows = (f"{number_text(found.months[s])}: {middle[s]:z.3f} ({low[s]:z.3f} to {high[s]:z.3f})" for s in marks)
    yield f"MARGIN   by month, the middle path (90 % of paths): {'; '.join(rows)}."
    yield from _windows(found)
    yield from _deals(found, survival(found))
    yield from _events(found)
    yield from _waiting(found)


def _windows(found: Simulation) -> Iterator[str]:
    here = windows(found)
    with_one = float((here.count > 0).mean())
    text = f"WINDOWS  a zone opens on {_percent(with_one)} of the paths before the war ends by itself"
    if len(here.opens):
        text += f", first after {_months(float(np.median(_first(found))))} (median of these)"
    yield f"{text}."
    if len(here.lengths):
        closed, half = _percent(len(here.lengths) / len(here.opens)), _months(float(np.median(here.lengths)))
        yield f"         {closed} of the windows close again, half of these within {half}."


def _first(found: Simulation) -> np.ndarray:
    some = found.open.any(axis=1)
    return np.asarray(found.months[found.open[some].argmax(axis=1)])


def _deals(found: Simulation, curve: Survival) -> Iterator[str]:
    yield (
        f"DEALS    made {RULES[found.rule]} (rule {found.rule}): on {_percent(curve.deals)} of the paths; on "
        f"{_percent(curve.wars)} the war ends by itself first."
    )
    share, low, high = (float(part[-1]) for part in (curve.share, curve.low, curve.high))
    yield (
        f"         Were no war to end by itself, {_percent(share)} ({_percent(low)} to {_percent(high)}) would have no "
        f"deal after {_months(found.months[-1])}."
    )


def _events(found: Simulation) -> Iterator[str]:
    for effect in event_study(found):
        s = int(np.searchsorted(found.months, effect.month))
        yield (
            f"EVENT    {effect.label}, month {number_text(effect.month)}: margin {effect.margin[s]:+z.3f} then and "
            f"{effect.margin[-1]:+z.3f} at the end, deals {100 * effect.deals:+z.1f} points, on the same paths with "
            "and without it."
        )


def _waiting(found: Simulation) -> Iterator[str]:
    cost = waiting(found)
    if cost is None:
        return
    names = [found.game.label(name) for name in found.game.signers]
    for s in sorted({len(found.months) // 3, len(found.months) - 1} - {0}):
        parts = [f"{name} {x:+z.3f}" for name, x in zip(names, cost.cost[s].tolist(), strict=True)]
        yield f"WAITING  {_months(found.months[s])} for a deal costs {joined(parts)} (below 0: it gains)."


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _months(months: float) -> str:
    return f"{number_text(float(months))} {'month' if months == 1 else 'months'}"
