"""Whether the claims that a scenario names say what it rests on them: numbers, party, issue and unit.

A number equals the value of a claim about the same issue, in the same unit, and, where it stands under a party, of the
same party. The level that a party likes least is often the other side's demand, so there any party's claim will do. A
source that gives `differs` says itself how the number was made from the claims, and is left to its reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.errors import Fault
from sim.evidence.dates import apart
from sim.evidence.provenance import Input, provenance
from sim.evidence.records import Claim
from sim.model.names import suggest
from sim.model.paths import Keys, is_number, split
from sim.model.scenario import Scenario

__all__ = ["SORTS", "issue_at", "numbers_in", "sort_of", "source_faults", "unsupported"]

SORTS = ("exact", "adapted", "stand-in")


def unsupported(scenario: Scenario, claims: Mapping[str, Claim]) -> Iterator[tuple[str, str]]:
    """Yield (path, what is wrong) for every source that does not hold.

    A claim must exist; each number below its path must equal a claim's value, and the claim be about what the number
    is, unless the source says why it differs. Claims behind a party's red line must be that party's.
    """
    for path, source in scenario.spec.sources.items():
        for claim in source.claims or ():
            if claim not in claims:
                yield path, f"no claim {claim!r} {suggest(claim, claims)}"
    found = provenance(scenario)
    for item in found.inputs:
        if item.kind == "evidence" and not item.text:
            yield from _number_faults(scenario, claims, item)
    for item in found.terms:
        if item.kind == "evidence" and not item.text:
            yield from _line_faults(scenario, claims, item)


def source_faults(scenario: Scenario, claims: Mapping[str, Claim]) -> Iterator[Fault]:
    """Yield what `unsupported` finds, each at its place under `sources`."""
    for path, message in unsupported(scenario, claims):
        parts = path.split(".")
        names = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
        source = next((name for name in names if name in scenario.spec.sources), path)
        yield scenario.tree.place(("sources", source), key=True).fault(path, message)


def _number_faults(scenario: Scenario, claims: Mapping[str, Claim], item: Input) -> Iterator[tuple[str, str]]:
    known = [claims[name] for name in item.claims if name in claims]
    for number in numbers_in(item.value):
        equal = [claim for claim in known if number in numbers_in(claim.value)]
        if not equal:
            named = ", ".join(item.claims)
            yield item.path, f"{item.value} is in none of {named} (expected `differs` with the reason)"
            return
        reasons = [_mismatch(scenario, item.path, claim) for claim in equal]
        if all(reasons):
            yield item.path, f"{reasons[0]} (expected a claim about it, or `differs` with the reason)"
            return


def _line_faults(scenario: Scenario, claims: Mapping[str, Claim], item: Input) -> Iterator[tuple[str, str]]:
    keys = split(scenario.tree.data, item.path)
    for name in item.claims:
        party = claims[name].party if name in claims else None
        if keys[0] == "parties" and party not in (None, keys[1]):
            yield item.path, f"{name} is about {party} (expected a claim of {keys[1]}, or `differs` with the reason)"


def _mismatch(scenario: Scenario, path: str, claim: Claim) -> str | None:
    """Return in what a claim speaks of something else than a number does."""
    keys = split(scenario.tree.data, path)
    issue = issue_at(scenario, keys)
    if keys[0] == "parties" and keys[-1] != "worst" and claim.party not in (None, keys[1]):
        return f"{claim.id} is about {claim.party}, not {keys[1]}"
    if issue is None:
        return None
    if claim.issue not in (None, issue):
        return f"{claim.id} is about {claim.issue}, not {issue}"
    unit = scenario.spec.issues[issue].unit
    if unit is not None and claim.unit is not None and not _same_unit(unit, claim.unit):
        return f"{claim.id} counts {claim.unit}, not {unit}"
    return None


def _same_unit(unit: str, claimed: str) -> bool:
    """Say whether a claim's unit is the issue's, or says more exactly what it is a part of."""
    return claimed == unit or claimed.startswith(f"{unit} of ")


def issue_at(scenario: Scenario, keys: Keys) -> str | None:
    """Return the issue that a number is about, None where it is about none."""
    match keys:
        case ("issues", issue, *_) | ("parties", _, "values", issue, *_) | ("enforcement", _, issue, *_):
            return issue
        case ("parties", party, "red_lines", line, *_):
            return scenario.spec.parties[party].red_lines[line].issue
        case ("war", *_, issue) if issue in scenario.spec.issues:
            return issue
    return None


def numbers_in(value: Any) -> list[float]:
    """Return the numbers of a value, lists in it at any depth included.

    Examples
    --------
    >>> numbers_in([[0, 1], "open", 2])
    [0, 1, 2]
    """
    if isinstance(value, (list, tuple)):
        return [number for part in value for number in numbers_in(part)]
    if isinstance(value, Mapping):
        return [number for part in value.values() for number in numbers_in(part)]
    return [value] if is_number(value) else []


def sort_of(item: Input, claims: Mapping[str, Claim], as_of: str | None = None) -> str | None:
    """Return how an input follows from its claims, None where it rests on none.

    *exact*: it equals a claim about the scenario's time, and nothing more is said. *adapted*: it equals a claim, but
    one about another time, or the source says what else is different. *stand-in*: it equals no claim, and the source
    says what it is made from.
    """
    if item.kind != "evidence":
        return None
    known = [claims[name] for name in item.claims if name in claims]
    equal = [[claim for claim in known if number in numbers_in(claim.value)] for number in numbers_in(item.value)]
    if item.text and not all(equal):
        return "stand-in"
    here = all(any(not apart(claim.as_of, as_of) for claim in found) for found in equal if found)
    return "exact" if here and not item.text else "adapted"
