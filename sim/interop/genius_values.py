"""How a GENIUS profile values the levels of an issue, as value functions of a scenario.

GENIUS (10.4) divides the evaluations of a discrete issue by their maximum, and takes them all for 0 where that is
below 0.00001; of two evaluations of one level the last counts. Evaluations below 0, which no value function of a
scenario may have, are raised by what the least of them lacks: the issue's weight grows and the reservation value
falls into place, so that utilities are those of GENIUS on another scale. A linear evaluator is held between 0 and 1;
that of an integer issue counts from the lower bound that the profile states, that of a real one from zero. A
triangular evaluator rises from `parameter0` to 1 at `parameter2` and falls to 0 at `parameter1`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.interop.genius_xml import Element
from sim.model.names import suggest

__all__ = ["UNEVEN", "GeniusIssue", "floor_of", "number_text", "plain_number", "value_of"]

UNEVEN = "uneven"  # stands for the step of a numeric issue whose levels are written one by one
_NOTHING = 1e-5
_SLACK = 1e-12


@dataclass(frozen=True, eq=False)
class GeniusIssue:
    """One issue of a domain as both sides name it.

    Attributes
    ----------
    name, key : str
        In the domain and in the scenario.
    kind : str
        ``discrete``, ``integer`` or ``real``.
    originals : tuple of str
        The levels as the domain writes them; empty for a real issue.
    levels : tuple of str or of float
        The levels of the scenario.
    data : dict
        What the scenario's issue says.
    """

    name: str
    key: str
    kind: str
    originals: tuple[str, ...]
    levels: tuple[str, ...] | tuple[float, ...]
    data: dict[str, Any]


def plain_number(value: float) -> int | float:
    """Return whole numbers as integers."""
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else float(value)


def number_text(value: float) -> str:
    """Return the shortest text that reads back as the same number.

    Examples
    --------
    >>> number_text(85000.0), number_text(0.1)
    ('85000', '0.1')
    """
    return repr(plain_number(value))


def value_of(issue: GeniusIssue, element: Element) -> dict[str, Any]:
    """Return the value function that a profile's issue element states.

    Raises
    ------
    ScenarioError
        It gives a level no evaluation, names a level that the domain lacks, or is of a kind that cannot be carried.
    """
    if _listed(issue, element):
        floor = floor_of(issue, element)
        values = [plain_number((value - floor) / (1 - floor)) for value in _evaluations(issue, element)]
        return {"table": dict(zip(_level_keys(issue), values, strict=True))}
    evaluators = element.all("evaluator")
    if not evaluators:
        element.refuse(f"{issue.name!r} has no evaluator")
    return _numeric(issue, element, evaluators[0])


def floor_of(issue: GeniusIssue, element: Element) -> float:
    """Return the least value of any level, 0 where none is below it."""
    return min(0.0, *_evaluations(issue, element)) if _listed(issue, element) else 0.0


def _listed(issue: GeniusIssue, element: Element) -> bool:
    return issue.kind == "discrete" or bool(element.all("item"))


def _level_keys(issue: GeniusIssue) -> list[str]:
    return [level if isinstance(level, str) else number_text(level) for level in issue.levels]


def _evaluations(issue: GeniusIssue, element: Element) -> list[float]:
    """Return the evaluation of each level as a share of the greatest."""
    found: dict[str, float] = {}
    known = set(issue.originals)
    for item in element.all("item"):
        level = item.text("value")
        if level not in known:
            item.refuse(f"{issue.name!r} has no value {level!r} in the domain {suggest(level, issue.originals)}")
        found[level] = item.number("evaluation")
    missing = [level for level in issue.originals if level not in found]
    if missing:
        element.refuse(f"{issue.name!r}: no evaluation of {missing[0]!r} (expected every value of the domain)")
    top = max(found.values())
    return [found[level] / top if top >= _NOTHING else 0.0 for level in issue.originals]


def _numeric(issue: GeniusIssue, element: Element, evaluator: Element) -> dict[str, Any]:
    if len(issue.levels) == 1:
        # A range of one number: the evaluator read a little further says what it is worth.
        only = float(issue.originals[0])
        wider = replace(issue, levels=(only, only + 1), originals=())
        return {"table": {issue.levels[0]: _at(_numeric(wider, element, evaluator), only)}}
    low, high = (float(level) for level in (issue.levels[0], issue.levels[-1]))
    if issue.kind == "integer" and "slope" in evaluator.attributes:
        slope, start = evaluator.number("slope"), evaluator.number("offset")
        counted = element.number("lowerbound") if "lowerbound" in element.attributes else low
        return _line(low, high, start + slope * (low - counted), slope)
    kind = evaluator.text("ftype").lower()
    if kind == "linear":
        slope = evaluator.number("parameter1")
        return _line(low, high, evaluator.number("parameter0") + slope * low, slope)
    if kind == "constant":
        value = evaluator.number("parameter0")
        if not 0 <= value <= 1:
            evaluator.refuse(f"the constant {value:g} is outside 0 to 1 (expected a value between them)")
        return _line(low, high, value, 0.0)
    if kind != "triangular":
        evaluator.refuse(f"a {kind} evaluator cannot be carried (expected linear, constant or triangular)")
    return _triangle(issue, *(evaluator.number(f"parameter{k}") for k in range(3)))


def _at(value: dict[str, Any], x: float) -> int | float:
    """Return what a numeric value function says of one number."""
    if "table" in value:
        return plain_number(value["table"][number_text(x)])
    knots = value.get("points") or sorted([(value["best"], 1), (value["worst"], 0)])
    places, heights = zip(*knots, strict=True)
    return plain_number(float(np.interp(x, places, heights)))


def _line(low: float, high: float, start: float, slope: float) -> dict[str, Any]:
    """Return the value start + slope (x - low), held between 0 and 1, over a range."""
    ends = start, start + slope * (high - low)
    if {round(end, 14) for end in ends} == {0.0, 1.0}:
        best, worst = (high, low) if slope > 0 else (low, high)
        return {"best": plain_number(best), "worst": plain_number(worst)}
    knots = {low: ends[0], high: ends[1]}
    if min(ends) < -_SLACK or max(ends) > 1 + _SLACK:
        crossings = {low + (bound - start) / slope: bound for bound in (0.0, 1.0)}
        knots |= {x: bound for x, bound in crossings.items() if low < x < high}
    return {"points": [[plain_number(x), plain_number(min(1.0, max(0.0, knots[x])))] for x in sorted(knots)]}


def _triangle(issue: GeniusIssue, left: float, right: float, top: float) -> dict[str, Any]:
    if left < top < right:
        return {"points": [[plain_number(left), 0], [plain_number(top), 1], [plain_number(right), 0]]}
    value = _triangular(left, right, top)
    return {"table": {number_text(x): plain_number(value(x)) for x in map(float, issue.levels)}}


def _triangular(left: float, right: float, top: float) -> Callable[[float], float]:
    """Return the triangle with its jumps where the top lies at an end."""

    def value(x: float) -> float:
        if x < left or (x >= top and x >= right):
            return 0.0
        return (x - left) / (top - left) if x < top else 1 - (x - top) / (right - top)

    return value
