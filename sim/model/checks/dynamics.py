"""Checks of the dynamics section: how leverage wanders over time, and what happens when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import Fault
from sim.model.checks.context import Context
from sim.model.checks.situation import leverage_set
from sim.model.situation import Drift, Leverage

__all__ = ["check_dynamics", "correlation_matrix"]

_LEAST = 1e-10


def check_dynamics(c: Context) -> Iterator[Fault]:
    """Yield every fault of the dynamics section."""
    dynamics = c.spec.dynamics
    if dynamics is None:
        return
    for name, drift in dynamics.drifts.items():
        yield from c.unknown(("dynamics", name), name, "leverage variable", "leverage")
        lever = c.spec.leverage.get(name)
        if lever is not None and lever.range[0] < lever.range[1] and lever.holds(lever.default):
            yield from _drift(c, name, drift, lever)
    if dynamics.steps < 1:
        message = f"{dynamics.months:g} months hold no step of {dynamics.step_months:g} (expected one at least)"
        yield c.fault(("dynamics", "months"), message)
    for k, event in enumerate(dynamics.events):
        keys = ("dynamics", "events", str(k))
        yield from leverage_set(c, (*keys, "leverage"), event.leverage, added=True)
        if event.at > dynamics.steps:
            yield c.fault((*keys, "at"), f"step {event.at:g} is past the last (expected at most {dynamics.steps})")
        elif not float(event.at).is_integer():
            yield c.fault((*keys, "at"), f"{event.at:g} is between steps (expected a whole number)")
    yield from _correlations(c)


def _drift(c: Context, name: str, drift: Drift, lever: Leverage) -> Iterator[Fault]:
    """Yield a fault where the mean of a variable would leave its range wherever it began.

    One that begins near an end is held there, as simulated levels are: any level of the range may be a default.
    """
    assert c.spec.dynamics is not None
    level = start = lever.range[0] if drift.drift > 0 else lever.range[1]
    for step in range(1, min(c.spec.dynamics.steps, 10_000) + 1):
        level = level + drift.drift + drift.reversion * (start - level)
        if not lever.holds(level):
            low, high = lever.range
            message = (
                f"takes the mean of {name} from {start:.12g} to {level:.12g} by step {step} "
                f"(expected {low:.12g} to {high:.12g})"
            )
            yield c.fault(("dynamics", name, "drift"), message)
            return


def _correlations(c: Context) -> Iterator[Fault]:
    assert c.spec.dynamics is not None
    sound, seen = True, dict[frozenset[str], str]()
    for pair in c.spec.dynamics.correlations:
        keys, names = ("dynamics", "correlations", pair), pair.split("/")
        known = c.spec.dynamics.drifts
        if len(names) != 2 or names[0] == names[1]:
            sound = False
            yield c.fault(keys, f"{pair!r} names no two variables (expected VARIABLE/VARIABLE)", key=True)
        elif missing := [name for name in names if name not in known]:
            sound = False
            hint = c.hint(missing[0], list(known))
            yield c.fault(keys, f"{missing[0]!r} does not wander in this section {hint}", key=True)
        elif (other := seen.setdefault(frozenset(names), pair)) != pair:
            sound = False
            yield c.fault(keys, f"is also given as {other} (expected each pair once)", key=True)
    matrix = correlation_matrix(c.spec.dynamics, list(c.spec.dynamics.drifts)) if sound else np.eye(1)
    if len(matrix) and np.linalg.eigvalsh(matrix).min() < _LEAST:
        yield c.fault(
            ("dynamics", "correlations"), "not positive definite (no variables can wander together like this)"
        )


def correlation_matrix(dynamics: Any, names: Sequence[str]) -> NDArray[np.float64]:
    """Return the correlations of the steps of some variables, (L, L); 0 where none is given."""
    found = np.eye(len(names))
    for pair, value in dynamics.correlations.items():
        a, b = pair.split("/")
        if a in names and b in names:
            found[names.index(a), names.index(b)] = found[names.index(b), names.index(a)] = value
    return found
