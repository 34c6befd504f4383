"""The issues of a GENIUS domain, and what any GENIUS file may not hold.

A domain is ``<negotiation_template><utility_space><objective>`` with issues below, a profile ``<utility_space>``.
Objectives may be nested; GENIUS sums over the issues alone, so the tree above them says nothing.
"""

from __future__ import annotations

import itertools
from decimal import ROUND_CEILING, Context, Decimal
from typing import Any

from sim.interop.genius_names import distinct
from sim.interop.genius_values import UNEVEN, GeniusIssue, number_text, plain_number
from sim.interop.genius_xml import Element, read_xml
from sim.model.issues import MAX_LEVELS, grid, grid_size

__all__ = ["issues_of", "kind_of", "space_of", "strangers"]

_KINDS = ("discrete", "integer", "real")
_KNOWN = {"negotiation_template", "utility_space", "objective", "issue", "item", "range", "evaluator", "weight"}
_KNOWN |= {"discount_factor", "reservation"}
_NONLINEAR = {"utility", "ufun", "hyperRectangle"}
_CONSTRAINED = {"rules", "ranks", "constraints", "constraint"}


def space_of(path: str) -> Element:
    """Return the utility space of a domain or profile file.

    Raises
    ------
    RequestError, ScenarioError
        The file cannot be read, is no GENIUS file, or holds a nonlinear or a constraint-based utility space.
    """
    root = read_xml(path)
    space = next(iter(root.all("utility_space")), None) if root.tag == "negotiation_template" else root
    if space is None or space.tag != "utility_space":
        place = "holds no utility_space" if space is None else f"the root is <{root.tag}>"
        root.refuse(f"{place} (expected a GENIUS file: negotiation_template or utility_space)")
    for element in space.walk():
        kind = element.attributes.get("type", "") if element is space else ""
        if element.tag in _NONLINEAR or "nonlinear" in kind.lower():
            element.refuse(f"a nonlinear utility space (<{element.tag}>) cannot be carried (expected weighted issues)")
        if element.tag in _CONSTRAINED:
            element.refuse(f"a constraint-based utility space (<{element.tag}>) cannot be carried")
    return space


def strangers(space: Element) -> list[str]:
    """Return the tags that nothing here reads, in order."""
    return list(dict.fromkeys(element.tag for element in space.walk() if element.tag not in _KNOWN))


def kind_of(element: Element) -> str:
    """Return the kind of an issue: discrete, integer or real."""
    stated = (element.attributes.get(name, "").lower() for name in ("type", "vtype", "etype"))
    kind = next((text for text in stated if text), "discrete")
    if kind not in _KINDS:
        element.refuse(f"an issue of type {kind!r} cannot be carried (expected discrete, integer or real)")
    return kind


def issues_of(space: Element, real_levels: int) -> dict[str, GeniusIssue]:
    """Return the issues of a domain by index; a real issue gets so many levels.

    Raises
    ------
    ScenarioError
        There are none, an index occurs twice, or an issue has no levels to list.
    """
    elements = [element for element in space.walk() if element.tag == "issue"]
    if not elements:
        space.refuse("no issues (expected at least one)")
    found: dict[str, GeniusIssue] = {}
    keys = distinct((element.text("name").lstrip("- ") for element in elements), otherwise="issue")
    for element, key in zip(elements, keys, strict=True):
        index = element.text("index").strip()
        if index in found:
            element.refuse(f"index {index} is taken by {found[index].name!r} (expected each once)")
        found[index] = _issue(element, key, real_levels)
    return found


def _issue(element: Element, key: str, real_levels: int) -> GeniusIssue:
    kind, name = kind_of(element), element.text("name")
    label = element.attributes.get("description", "").strip() or (name.strip() if name.strip() != key else "")
    about = {"label": label} if label else {}
    if kind == "real":
        low, high = _bounds(element)
        if low == high:
            return _single(low, name, key, (kind, about))
        step = _step(low, high, real_levels)
        if step == 0 or grid_size(low, high, step) > MAX_LEVELS:
            element.refuse(f"{name!r} runs from {low:g} to {high:g}, too near for {real_levels:,} levels apart")
        return GeniusIssue(name, key, kind, (), grid(low, high, step), about | _ranged(low, high, step))
    if kind == "integer":
        return _integer(element, name, key, about)
    originals = tuple(dict.fromkeys(item.text("value") for item in element.all("item")))
    if not originals:
        element.refuse(f"{name!r} has no values (expected at least one)")
    if "step" in element.attributes:
        return _numbered(element, name, key, about | {"originals": originals})
    return _named(originals, name, key, (kind, about))


def _named(originals: tuple[str, ...], name: str, key: str, rest: tuple[str, dict[str, str]]) -> GeniusIssue:
    """Return an issue of levels with names, made safe; the kind is that of the domain."""
    kind, about = rest
    levels = tuple(distinct(originals, otherwise="level"))
    renamed = [f"{new} is {old!r}" for old, new in zip(originals, levels, strict=True) if old != new]
    meaning = {"meaning": f"Levels as the domain writes them: {', '.join(renamed)}."} if renamed else {}
    return GeniusIssue(name, key, kind, originals, levels, about | meaning | {"levels": list(levels)})


def _single(level: float, name: str, key: str, rest: tuple[str, dict[str, str]]) -> GeniusIssue:
    """Return an issue whose range is one number: a level with a name, since a range has two ends."""
    return _named((number_text(level),), name, key, rest)


def _bounds(element: Element) -> tuple[float, float]:
    """Return the bounds of a numeric issue, which GENIUS writes on the issue (integer) or on its range (real)."""
    holder = element if "lowerbound" in element.attributes else next(iter(element.all("range")), element)
    low, high = holder.number("lowerbound"), holder.number("upperbound")
    if low > high:
        holder.refuse(f"an empty range {low:g} to {high:g} (expected lowerbound at most upperbound)")
    return low, high


def _integer(element: Element, name: str, key: str, about: dict[str, Any]) -> GeniusIssue:
    low, high = _bounds(element)
    if not (low.is_integer() and high.is_integer()):
        element.refuse(f"bounds {low:g} to {high:g} of an integer issue (expected whole numbers)")
    if low == high:
        return _single(low, name, key, ("integer", about))
    if high - low >= MAX_LEVELS:
        element.refuse(f"{name!r} has over {MAX_LEVELS:,} levels (expected a narrower range)")
    originals = tuple(str(n) for n in range(int(low), int(high) + 1))
    return GeniusIssue(name, key, "integer", originals, grid(low, high, 1), about | _ranged(low, high, 1))


def _numbered(element: Element, name: str, key: str, about: dict[str, Any]) -> GeniusIssue:
    """Return a numeric issue that was written as a discrete one: `step` says how its values follow each other."""
    originals = about.pop("originals")
    numbers = tuple(dict.fromkeys(item.number("value") for item in element.all("item")))
    low, high = numbers[0], numbers[-1]
    unit = {"unit": element.attributes["unit"]} if element.attributes.get("unit") else {}
    if element.attributes["step"] == UNEVEN:
        if any(second <= first for first, second in itertools.pairwise(numbers)):
            element.refuse(f"the values of {name!r} do not rise")
        listed = {"levels": [plain_number(number) for number in numbers]}
        return GeniusIssue(name, key, "discrete", originals, numbers, about | unit | listed)
    step = element.number("step")
    sound = low < high and step > 0 and grid_size(low, high, step) == len(numbers)
    if not sound or grid(low, high, step) != numbers:
        element.refuse(f"the values of {name!r} do not run from {low:g} to {high:g} in steps of {step:g}")
    levels = grid(low, high, step)
    return GeniusIssue(name, key, "discrete", originals, levels, about | unit | _ranged(low, high, step))


def _ranged(low: float, high: float, step: float) -> dict[str, Any]:
    return {"range": [plain_number(low), plain_number(high)], "step": plain_number(step)}


def _step(low: float, high: float, levels: int) -> float:
    """Return the step that makes so many levels, in decimal; where it cannot be exact the last step is shorter."""
    span = Decimal(number_text(high)) - Decimal(number_text(low))
    return float(Context(prec=12, rounding=ROUND_CEILING).divide(span, Decimal(levels - 1)))
