"""Small scenarios of parties that want opposite things, from a random state: cheap, and close to having no zone.

Where `strategies` covers every feature of the format, these lie where red lines, leverage and later dates decide, so
that a few hundred of them answer every question both ways.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import twin
from hypothesis import strategies as st

Data = dict[str, Any]
Rng = np.random.Generator
NAMES = ("alpha", "beta", "gamma")
rngs = st.integers(0, 2**32 - 1).map(np.random.default_rng)


def pick(rng: Rng, options: Any) -> Any:
    """One of some options, as plain data."""
    return options[int(rng.integers(len(options)))]


def rivals(rng: Rng, *, parties: int = 2, issues: int = 3, lines: int = 0, no_deal: Any = (0.2, 0.3, 0.4, 0.5)) -> Data:
    """Parties that want mostly the opposite of each other on some issues of a few levels."""
    table = {f"i{k}": issue(rng) for k in range(issues)}
    people = {name: party(rng, table, k) for k, name in enumerate(NAMES[:parties])}
    for one in people.values():
        one["no_deal"] = pick(rng, no_deal)
        if lines:
            count = int(rng.integers(0, lines + 1))
            one["red_lines"] = {f"line {n}": red_line(rng, table) for n in range(count)}
    return {"format": 1, "name": "Rivals", "issues": table, "parties": people}


def issue(rng: Rng) -> Data:
    if rng.random() < 0.3:
        return {"levels": ["low", "mid", "high"][: int(rng.integers(2, 4))]}
    return {"range": [0, int(rng.integers(2, 6))], "step": 1}


def party(rng: Rng, table: dict[str, Data], number: int) -> Data:
    values = {}
    for name, spec in table.items():
        levels = twin.levels_of(spec)
        up = (number % 2 == 0) == (rng.random() < 0.85)
        own: Data = {"importance": pick(rng, [1, 2, 3, 5])}
        if "levels" in spec:
            numbers = sorted([0.0, 1.0, float(rng.random())][: len(levels)], reverse=not up)
            own["table"] = dict(zip(levels, numbers, strict=True))
        else:
            own |= {"best": levels[-1 if up else 0], "worst": levels[0 if up else -1]}
            own |= {"shape": {"power": pick(rng, [0.5, 0.8, 2])}} if rng.random() < 0.6 else {}
        values[name] = own
    return {"values": values}


def red_line(rng: Rng, table: dict[str, Data]) -> Data:
    name = pick(rng, list(table))
    levels = twin.levels_of(table[name])
    if "range" in table[name]:
        line: Data = {pick(rng, ["min", "max"]): pick(rng, levels)}
    else:
        line = {pick(rng, ["forbid", "allow"]): [pick(rng, levels)]}
    others = [other for other in table if other != name]
    if others and rng.random() < 0.25:
        other = pick(rng, others)
        line["when"] = {other: [pick(rng, twin.levels_of(table[other]))]}
    return {"issue": name, **line}


def with_leverage(rng: Rng, data: Data) -> Data:
    """One or two variables that move the values of no deal, up or down."""
    variables = {}
    for k in range(int(rng.integers(1, 3))):
        paths = [f"parties.{name}.no_deal" for name in data["parties"] if rng.random() < 0.7]
        shifts = {path: {"by": pick(rng, [-0.3, -0.15, 0.1, 0.25])} for path in paths or ["parties.alpha.no_deal"]}
        if rng.random() < 0.3:
            shifts[next(iter(shifts))] = {"factor": pick(rng, [0.4, 3])}
        variables[f"v{k}"] = {"range": [-1, 1], "default": pick(rng, [0, 0, 0.25]), "shifts": shifts}
    return data | {"leverage": variables}
