"""Where every number comes from, and notes on what is missing, as HTML."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from sim.errors import SimError, counted
from sim.evidence.provenance import Input, Provenance
from sim.evidence.records import Claim, find_seeds, read_seeds
from sim.model.base import label_of
from sim.model.paths import split
from sim.report.chips import assumption_chips, claim_chips
from sim.report.markup import escaped, isolated, paragraph, section
from sim.report.topics import Topic, topics
from sim.show.words import number_text
from sim.studies.study import Study

__all__ = ["input_lines", "notes", "provenance", "read_claims"]

_KINDS = {"evidence": "document", "assumption": "assumption", "none": "no source"}
_COUNTED = (("evidence", "from documents"), ("assumption", "assumptions"), ("none", "without a source"))
_QUIET = {"solutions"}
_MOST_PATHS = 8
_MOST_FAULTS = 3
# A longer text that many inputs rest on is told once in full.
_LONG = 100

_Tree: TypeAlias = dict[str, "_Tree | Input"]


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of the claims that a scenario names.

    Attributes
    ----------
    claims : mapping
        By id.
    labels : mapping
        Of parties, by key.
    said : dict
        Where on the page a text stands in full; grows as the page is written.
    """

    claims: Mapping[str, Claim]
    labels: Mapping[str, str]
    said: dict[str, str] = field(default_factory=dict)


def provenance(study: Study) -> str:
    """Return the section that lists every input, number or words, by what it is about, with claims or assumption."""
    found = study.provenance
    claims, trouble = read_claims(study)
    counts = f"{counted(len(found.inputs), 'input')}: {_counts(found)}."
    parts = [paragraph(counts)]
    if found.terms:
        head = f"{counted(len(found.terms), 'list')} of named levels, red lines and orders of importance"
        parts.append(paragraph(f"{head}: {_counts(Provenance(found.terms))}."))
    labels = {name: label_of(name, party) for name, party in study.game.scenario.spec.parties.items()}
    known, data = Known(claims, labels), study.game.scenario.tree.data
    groups = [_group(topic, known, data) for topic in topics(study.game, (*found.inputs, *found.terms))]
    find = '<div id="find-sources" class="find"></div>'
    return section("provenance", "Where every number comes from", *parts, *map(paragraph, trouble), find, *groups)


def _group(topic: Topic, known: Known, data: Mapping[str, Any]) -> str:
    counts = f'<span class="quiet">{escaped(_counts(Provenance(topic.items), some=True))}</span>'
    summary = f"<summary>{escaped(isolated(topic.title))} {counts}</summary>"
    sources = _sources(topic.items, known, data)
    return f'<details class="group" id="{topic.key}">{summary}{sources}</details>'


def _counts(found: Provenance, *, some: bool = False) -> str:
    """Return how many inputs are of each kind; `some`: of those kinds alone that there are."""
    numbers = [(found.count(kind), text) for kind, text in _COUNTED]
    return ", ".join(f"{count} {text}" for count, text in numbers if count or not some)


def _sources(inputs: Sequence[Input], known: Known, data: Mapping[str, Any]) -> str:
    groups: dict[tuple[Any, ...], list[Input]] = {}
    for item in inputs:
        # A red line and a number in it are told apart: one path is the beginning of the other.
        groups.setdefault((item.kind, item.claims, item.text, item.doubt, isinstance(item.value, Mapping)), []).append(
            item
        )
    told: set[str] = set()
    sources = "\n".join(_source(items, known, told, data) for items in groups.values())
    return f'<ul class="sources">\n{sources}\n</ul>'


def read_claims(study: Study) -> tuple[Mapping[str, Claim], list[str]]:
    """Return the evidence records beside or above the scenario, and what a reader must know where they fall short."""
    named = {name for item in (*study.provenance.inputs, *study.provenance.terms) for name in item.claims}
    folder = find_seeds(study.game.scenario.path)
    if folder is None:
        lost = "No folder of evidence records (seeds) stands beside or above the scenario: claims are only named."
        return {}, [lost] if named else []
    try:
        claims = read_seeds(folder)
    except (SimError, OSError) as error:
        return {}, [_unread(error, folder)]
    missing = ", ".join(sorted(named - claims.keys()))
    return claims, [f"No evidence record holds these claims: {missing}."] if missing else []


def _unread(error: Exception, folder: Path) -> str:
    """Return why records could not be read, without the folders above theirs: a page is mailed to others."""
    faults = str(error).replace(f"{folder.parent}{os.sep}", "").splitlines()
    more = f"; and {len(faults) - _MOST_FAULTS} more" if len(faults) > _MOST_FAULTS else ""
    return f"Evidence records could not be read: {'; '.join(faults[:_MOST_FAULTS])}{more}. Claims are only named."


def _source(items: Sequence[Input], known: Known, told: set[str], data: Mapping[str, Any]) -> str:
    """Return one source and its inputs; `told`: claims that its group has told already, which it joins."""
    first = items[0]
    lines = [line for name in first.claims for line in _claim_lines(name, known, told)]
    if first.text:
        lines.append(f"{_said(first.text, known.said)} {assumption_chips(first)}")
    says = "<br>".join(lines)
    kind = f'<span class="kind">{_KINDS[first.kind]}</span>'
    inputs = "".join(input_lines(items, data))
    return f'<li><p>{kind} {says}</p><ul class="inputs">{inputs}</ul></li>'


def _said(text: str, said: dict[str, str]) -> str:
    """Return a text in full the first time that it is said; a long one after that by its beginning, with a link."""
    if text in said and len(text) > _LONG:
        return f'{escaped(text[:_LONG])}… <a class="more" href="#{said[text]}">in full</a>'
    place = said.setdefault(text, f"said-{len(said)}")
    return f'<span id="{place}">{escaped(text)}</span>' if len(text) > _LONG else escaped(text)


def _claim_lines(name: str, known: Known, told: set[str]) -> Iterator[str]:
    """Yield a claim, and after it what other documents or sentences say against it; its name alone if told above."""
    if name in told:
        yield f"{escaped(name)} (above)"
        return
    told.add(name)
    yield _claim_text(name, known)
    claim = known.claims.get(name)
    for other in claim.disagrees_with if claim else ():
        yield f"but {_claim_text(other, known)}" if other not in told else f"but {escaped(other)} (above)"
        told.add(other)


def _claim_text(name: str, known: Known) -> str:
    claim = known.claims.get(name)
    if claim is None:
        return escaped(name)
    return f"{escaped(name)}: {escaped(claim.text)} {claim_chips(claim, known.labels)}"


def input_lines(items: Sequence[Input], data: Mapping[str, Any]) -> Iterator[str]:
    """Yield inputs as list items; what their paths have in common is said once.

    Parameters
    ----------
    items : sequence of Input
    data : mapping
        The scenario file's data, in which the paths lead.
    """
    tree: _Tree = {}
    for item in items:
        *above, last = split(data, item.path)
        here = tree
        for key in above:
            here = _below(here, key)
        here[last] = item
    for key, node in tree.items():
        yield _item(key, node)


def _below(tree: _Tree, key: str) -> _Tree:
    node = tree.setdefault(key, {})
    assert isinstance(node, dict)
    return node


def _item(name: str, node: _Tree | Input) -> str:
    """Return one list item: a line where it is short, else what its parts have in common and a list of them."""
    name, node = _joined(name, node)
    if isinstance(node, Input):
        return f"<li>{_code(name)} {escaped(_value_text(node.value))}</li>"
    if _depth(node) <= 2:
        return f"<li>{_code(name)} {', '.join(_part(key, child) for key, child in node.items())}</li>"
    parts = "".join(_item(key, child) for key, child in node.items())
    return f"<li>{_code(name)}<ul>{parts}</ul></li>"


def _part(name: str, node: _Tree | Input, above: str = "") -> str:
    """Return a number, or several with what they share said once; each says how its path goes on after the item's."""
    name, node = _joined(name, node)
    path = f"{above}{name}"
    if isinstance(node, Input):
        return f'<span data-path="{escaped(path)}">{escaped(name)} {escaped(_value_text(node.value))}</span>'
    return f"{escaped(name)} ({', '.join(_part(key, child, f'{path}.') for key, child in node.items())})"


def _joined(name: str, node: _Tree | Input) -> tuple[str, _Tree | Input]:
    """Follow a path as long as it does not fork."""
    while isinstance(node, dict) and len(node) == 1:
        ((key, node),) = node.items()
        name = f"{name}.{key}"
    return name, node


def _depth(node: _Tree | Input) -> int:
    if isinstance(node, Input):
        return 0
    _, end = _joined("", node)
    return 0 if isinstance(end, Input) else 1 + max(map(_depth, end.values()))


def _code(name: str) -> str:
    # Where a long path may break on a narrow screen.
    return f"<code>{escaped(name).replace('.', '.<wbr>')}</code>"


def _value_text(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"({'; '.join(f'{key} {_value_text(part)}' for key, part in value.items())})"
    if isinstance(value, list):
        return f"[{', '.join(map(_value_text, value))}]"
    return number_text(value) if isinstance(value, (int, float)) else str(value)


def notes(found: Mapping[str, str]) -> Iterator[str]:
    """Yield the section with reasons for what is missing, each with the results it is about; nothing without any."""
    groups: dict[str, list[str]] = {}
    for path, text in found.items():
        if path not in _QUIET:
            groups.setdefault(text, []).append(path)
    if groups:
        items = "".join(f"<dt>{escaped(text)}</dt><dd>{escaped(_paths(paths))}</dd>" for text, paths in groups.items())
        details = f'<details><summary>Notes, by result</summary><dl class="notes">{items}</dl></details>'
        yield section("notes", "Notes", paragraph("Why some results are missing or limited."), details)


def _paths(paths: Sequence[str]) -> str:
    more = len(paths) - _MOST_PATHS
    return ", ".join(paths[:_MOST_PATHS]) + (f" and {more:,} more (sim run --json lists them)" if more > 0 else "")
