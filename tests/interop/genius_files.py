"""Small GENIUS files made by hand, and what a scenario makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from sim.interop.genius import Imported, read_genius


def attributes(**values: object) -> str:
    return "".join(f" {name}={quoteattr(str(value))}" for name, value in values.items())


def discrete(index: int, name: str, levels: Sequence[str], evaluations: Sequence[object] | None = None) -> str:
    values = [{} if evaluations is None else {"evaluation": evaluations[k]} for k in range(len(levels))]
    items = (f"<item{attributes(index=k + 1, value=v, **values[k])}/>" for k, v in enumerate(levels))
    kind = attributes(index=index, name=name, type="discrete", etype="discrete", vtype="discrete")
    return f"<issue{kind}>{''.join(items)}</issue>"


def integer(index: int, name: str, low: object, high: object, inside: str = "") -> str:
    kind = attributes(index=index, name=name, type="integer", vtype="integer", lowerbound=low, upperbound=high)
    return f"<issue{kind}>{inside}</issue>"


def real(index: int, name: str, low: object, high: object, inside: str = "") -> str:
    span = f"<range{attributes(lowerbound=low, upperbound=high)}/>"
    return f"<issue{attributes(index=index, name=name, type='real')}>{span}{inside}</issue>"


def domain(*issues: str, name: str = "any") -> str:
    tree = f'<objective index="0" name={quoteattr(name)}>{"".join(issues)}</objective>'
    return f"<negotiation_template><utility_space>{tree}</utility_space></negotiation_template>"


def profile(*issues: str, weights: Sequence[object] = (), rest: str = '<reservation value="0.25"/>') -> str:
    lines = "".join(f"<weight{attributes(index=k, value=w)}/>" for k, w in enumerate(weights, start=1))
    return f'<utility_space><objective index="0" name="any">{"".join(issues)}{lines}</objective>{rest}</utility_space>'


HARBOUR = ["open", "shared 50/50", "no"]
DOMAIN = domain(discrete(1, "Harbour (east)", HARBOUR), integer(2, "Patrols", 0, 10), name="Strait")
RISING = '<evaluator ftype="linear" slope="0.1" offset="0"/>'
FALLING = '<evaluator ftype="linear" slope="-0.05" offset="0.9"/>'
NORTH = profile(
    discrete(1, "Harbour (east)", HARBOUR, (4, 3, 0)), integer(2, "Patrols", 0, 10, RISING), weights=(0.6, 0.4)
)
SOUTH = profile(
    discrete(1, "Harbour (east)", HARBOUR, (0, 5, 10)), integer(2, "Patrols", 0, 10, FALLING), weights=(3, 1)
)


BOMB = (
    '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>\n<utility_space>&b;</utility_space>'
)


def files(folder: Path, **changed: str) -> list[str]:
    for name, text in changed.items():
        (folder / f"{name}.xml").write_text(text, encoding="utf-8")
    return [str(folder / f"{name}.xml") for name in ("strait", "north", "south")]


def imported(folder: Path, **changed: str) -> Imported:
    first, *rest = files(folder, **changed)
    return read_genius(first, rest)


def values_of(folder: Path, issue: str, inside: str) -> Any:
    """Return what a scenario makes of one numeric issue with an evaluator, at every level."""
    own = profile(issue.format(inside), weights=(1,))
    spec = imported(folder, strait=domain(issue.format("")), north=own, south=own).scenario.spec
    (name,) = spec.issues
    return spec.parties["north"].values[name].at(spec.issues[name].all_levels())
