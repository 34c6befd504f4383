"""GENIUS domains and profiles: the exchange format of automated negotiation, read here and written next door.

A domain lists issues, a profile one party's additive utility: a weight for every issue and an evaluation for every
level, which GENIUS divides by the issue's maximum. What a scenario can say and GENIUS cannot, and the reverse, is
refused or noted by name.

Source: Lin, Kraus, Baarslag, Tykhonov, Hindriks and Jonker (2014), Genius: an integrated environment for supporting
the design of generic automated negotiators, Computational Intelligence 30.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.errors import RequestError, counted
from sim.interop.genius_domain import issues_of, kind_of, space_of, strangers
from sim.interop.genius_names import distinct
from sim.interop.genius_values import GeniusIssue, floor_of, plain_number, value_of
from sim.interop.genius_xml import Element
from sim.model.issues import MAX_LEVELS
from sim.model.load import read_tree, write_text
from sim.model.names import listed, suggest
from sim.model.scenario import Scenario, build

__all__ = ["REAL_LEVELS", "Imported", "read_genius"]

REAL_LEVELS = 21
_UNNAMED = {"", "any", "root"}
_SLACK = 1e-6


@dataclass(frozen=True, eq=False)
class Imported:
    """A scenario made of GENIUS files.

    Attributes
    ----------
    data : dict
        Plain data in scenario format 1.
    notes : tuple of str
        What was changed or could not be carried, each with its file.
    """

    data: dict[str, Any]
    notes: tuple[str, ...]

    @cached_property
    def text(self) -> str:
        """The scenario as YAML."""
        return write_text(self.data)

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario, read back from its own text and checked."""
        return build(read_tree(self.text, "<import>"))


def read_genius(domain: str, profiles: Sequence[str], *, real_levels: int = REAL_LEVELS) -> Imported:
    """Read a GENIUS domain and the profiles of its parties.

    Parameters
    ----------
    domain : str
        Path of the domain's XML file.
    profiles : sequence of str
        Paths of two utility spaces or more; a party is called after its file.
    real_levels : int
        Levels that stand for the continuum of a real issue, both ends included.

    Raises
    ------
    RequestError
        A file cannot be read, fewer than two profiles, or fewer than two levels.
    ScenarioError
        A file is malformed, does not fit the domain, or holds what cannot be carried; says where.
    """
    if len(profiles) < 2:
        raise RequestError(f"{len(profiles)} profile (expected two or more: one for each party)")
    if not 2 <= real_levels <= MAX_LEVELS:
        raise RequestError(f"{real_levels} levels for a real issue (expected 2 to {MAX_LEVELS:,})")
    space = space_of(domain)
    issues = issues_of(space, real_levels)
    notes = [*_domain_notes(domain, space, issues), *_unread(domain, space)]
    stems = [Path(path).stem for path in profiles]
    parties: dict[str, Any] = {}
    keys = distinct((stem.lstrip("- ") for stem in stems), otherwise="party")
    for path, stem, key in zip(profiles, stems, keys, strict=True):
        own = space_of(path)
        label = {"label": stem} if stem != key else {}
        parties[key] = label | _party(own, issues, domain)
        notes += [*_profile_notes(path, own), *_unread(path, own)]
    data = _head(domain, profiles, space, notes)
    data |= {"issues": {issue.key: issue.data for issue in issues.values()}, "parties": parties}
    data["sources"] = _sources(domain, dict(zip(parties, profiles, strict=True)), issues)
    return Imported(data, tuple(notes))


def _head(domain: str, profiles: Sequence[str], space: Element, notes: Sequence[str]) -> dict[str, Any]:
    titles = (element.attributes.get("name", "").strip() for element in space.all("objective"))
    title = next((title for title in titles if title.lower() not in _UNNAMED), Path(domain).stem)
    files = listed([Path(path).name for path in (domain, *profiles)])
    summary = " ".join([f"Made from the GENIUS files {files}.", *(f"Note: {note}." for note in notes)])
    return {"format": 1, "name": title, "summary": summary}


def _party(space: Element, issues: dict[str, GeniusIssue], domain: str) -> dict[str, Any]:
    found = _elements(space, issues, domain)
    missing = next((index for index in issues if index not in found), None)
    if missing is not None:
        name = issues[missing].name
        space.refuse(f"no issue {name!r} (index {missing}; expected every issue of {Path(domain).name})")
    weights = _weights(space, issues)
    if not any(weights.values()):
        space.refuse("the weights of the issues sum to zero (expected at least one above zero)")
    floors = {index: floor_of(issue, found[index]) for index, issue in issues.items()}
    values = {
        issue.key: {
            "importance": plain_number(weights[index] * (1 - floors[index])),
            **value_of(issue, found[index]),
        }
        for index, issue in issues.items()
    }
    return {"values": values, "no_deal": _reservation(space, {k: weights[k] * floors[k] for k in issues})}


def _elements(space: Element, issues: dict[str, GeniusIssue], domain: str) -> dict[str, Element]:
    """Return a profile's issues by index; like GENIUS, names are for the reader, but they have to agree."""
    found: dict[str, Element] = {}
    for element in (element for element in space.walk() if element.tag == "issue"):
        index, name = element.text("index").strip(), element.text("name")
        known = issues.get(index)
        if known is None or _plain(known.name) != _plain(name):
            names = [issue.name for issue in issues.values()]
            other = "" if known is None else f", where index {index} is {known.name!r}"
            hint = suggest(name, names) if name not in names else "(expected the same index)"
            element.refuse(f"no issue {name!r} with index {index} in {Path(domain).name}{other} {hint}")
        if index in found:
            element.refuse(f"index {index} occurs twice (expected each issue once)")
        if kind_of(element) != known.kind and element.attributes.get("type"):
            element.refuse(f"{name!r} is {kind_of(element)} here and {known.kind} in {Path(domain).name}")
        found[index] = element
    return found


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _weights(space: Element, issues: dict[str, GeniusIssue]) -> dict[str, float]:
    found: dict[str, float] = {}
    for element in (element for element in space.walk() if element.tag == "weight"):
        index, value = element.text("index").strip(), element.number("value")
        if index not in issues:
            continue
        name = issues[index].name
        if index in found:
            element.refuse(f"a second weight for {name!r} (index {index}; expected one)")
        if value < 0:
            element.refuse(f"weight {value:g} of {name!r} is negative (expected 0 or more)")
        found[index] = value
    without = next((index for index in issues if index not in found), None)
    if without is not None:
        space.refuse(f"no weight for {issues[without].name!r} (index {without}; expected one for every issue)")
    return found


def _first(space: Element, tag: str) -> Element | None:
    return next((element for element in space.walk() if element.tag == tag), None)


def _reservation(space: Element, raised: dict[str, float]) -> int | float:
    """Return the reservation value on the scale of weights that sum to 1, so that it cuts off the same outcomes.

    Parameters
    ----------
    space : Element
    raised : dict of str to float
        By issue, how far below 0 it could pull the utility before its evaluations were raised.
    """
    element = _first(space, "reservation")
    value = 0.0 if element is None else element.number("value")
    below = sum(raised.values())
    return plain_number((value - below) / (_total(space) - below))


def _total(space: Element) -> float:
    """Return what the weights of a profile's issues sum to; 1 where that is near enough."""
    indices = {element.text("index").strip() for element in space.walk() if element.tag == "issue"}
    weights = (element for element in space.walk() if element.tag == "weight")
    total = sum(element.number("value") for element in weights if element.text("index").strip() in indices)
    return total if abs(total - 1) > _SLACK else 1.0


def _domain_notes(path: str, space: Element, issues: dict[str, GeniusIssue]) -> list[str]:
    name = Path(path).name
    notes = _twice(name, [element for element in space.walk() if element.tag == "issue"])
    for issue in issues.values():
        if issue.name.strip() != issue.key:
            notes.append(f"{name}: the issue {issue.name!r} is called {issue.key!r}")
        if "meaning" in issue.data:
            notes.append(f"{name}: levels of {issue.key!r} were renamed, see its meaning")
        if issue.kind == "real" and "step" in issue.data:
            count, step = len(issue.levels), issue.data["step"]
            notes.append(f"{name}: the real issue {issue.key!r} has {counted(count, 'level')} in steps of {step:g}")
    return notes


def _profile_notes(path: str, space: Element) -> list[str]:
    name, notes = Path(path).name, []
    discount = _first(space, "discount_factor")
    if discount is not None and not _idle(factor := discount.attributes.get("value", "").strip()):
        notes.append(
            f"{name}: the discount over time (discount_factor {factor[:40] or 'without a value'}) is not carried"
        )
    if _first(space, "reservation") is None:
        notes.append(f"{name}: no reservation value, so it is 0 as in GENIUS")
    if (total := _total(space)) != 1:
        text = "normalised, the reservation value with them (GENIUS takes both as they are and caps utilities at 1)"
        notes.append(f"{name}: the weights sum to {total:.6g} and were {text}")
    issues = [element for element in space.walk() if element.tag == "issue"]
    if {e.text("index").strip() for e in space.walk() if e.tag == "weight"} - {e.text("index").strip() for e in issues}:
        notes.append(f"{name}: weights of objectives are not used, as in GENIUS")
    for issue in issues:
        levels = Counter(item.attributes.get("value", "") for item in issue.all("item"))
        twice = [level for level, count in levels.items() if count > 1]
        notes += [f"{name}: {issue.text('name')!r} values {x!r} twice; the last counts, as in GENIUS" for x in twice]
    return notes + _raised_notes(name, issues)


def _raised_notes(name: str, issues: Sequence[Element]) -> list[str]:
    below = []
    for issue in issues:
        counted = [item.number("evaluation") for item in issue.all("item") if "evaluation" in item.attributes]
        # Where none is above 0 GENIUS takes all of them for 0, and there is nothing to raise.
        below += [issue.text("name")] if counted and min(counted) < 0 < max(counted) else []
    text = "evaluations below 0 were raised to 0, and its weight and the reservation value moved with them"
    return [f"{name}: {issue!r}: {text}, so that the same outcomes are acceptable" for issue in below]


def _idle(factor: str) -> bool:
    """Say whether a discount does nothing: GENIUS takes 0, like 1, for none."""
    try:
        return float(factor) in (0, 1)
    except ValueError:
        return False


def _twice(name: str, issues: Sequence[Element]) -> list[str]:
    notes = []
    for issue in issues:
        levels = Counter(item.attributes.get("value", "") for item in issue.all("item"))
        twice = [level for level, count in levels.items() if count > 1]
        notes += [f"{name}: {issue.text('name')!r} lists {x!r} twice; once is enough" for x in twice]
    return notes


def _unread(path: str, space: Element) -> list[str]:
    tags = [f"<{tag}>" for tag in strangers(space)]
    verb = "is" if len(tags) == 1 else "are"
    return [f"{Path(path).name}: {', '.join(tags)} {verb} not carried"] if tags else []


def _sources(domain: str, profiles: dict[str, str], issues: dict[str, GeniusIssue]) -> dict[str, Any]:
    sources = {"issues": f"Issues and levels of the GENIUS domain {Path(domain).name}."}
    for issue in issues.values():
        if issue.kind == "real" and "step" in issue.data:
            text = f"Chosen on import: {Path(domain).name} gives a range without a step."
            sources[f"issues.{issue.key}.step"] = text
    for party, path in profiles.items():
        sources[f"parties.{party}"] = (
            f"GENIUS profile {Path(path).name}: its weights, its evaluations divided by each issue's largest, "
            "its reservation value."
        )
    return {path: {"assumption": text} for path, text in sources.items()}
