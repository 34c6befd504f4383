"""Evidence records and the coverage of a scenario, for a person."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.padding import Padding

from sim.errors import counted
from sim.evidence.anchors import Coverage, Passage
from sim.evidence.coverage import ClaimsReport, Report, ScenarioReport
from sim.evidence.dates import apart
from sim.evidence.provenance import Input, Provenance
from sim.evidence.records import Claim, Document
from sim.show.text import Text

__all__ = ["print_claim", "print_coverage", "print_document", "print_passages", "print_report"]


_ABOUT = {"word_of": "on the word of", "reported_by": "reported by", "confidence": "confidence", "as_of": "as of"}
_LINKS = {"same_report": "same report as", "disagrees_with": "disagrees with"}


def print_report(console: Console, report: Report) -> None:
    """Print a report on evidence."""
    if isinstance(report, ClaimsReport):
        _claims(console, report)
    else:
        _coverage(console, report)


def _claims(console: Console, report: ClaimsReport) -> None:
    """Print claims by document, one a block: id, kind, whose, on what; the claim; who says it; what it is tied to."""
    heard = None
    for claim in report.claims:
        if claim.document != heard and claim.document in report.documents:
            heard = claim.document
            print_document(console, report.documents[heard])
        print_claim(console, claim)
    console.print(f"{len(report.claims)} claim{'' if len(report.claims) == 1 else 's'}")


def print_document(console: Console, document: Document) -> None:
    """Print what a document is: its text, its outlet, its date and what that rests on."""
    retold = f"retells {document.reported_by}" if document.reported_by else None
    head = " · ".join(filter(None, (document.id, document.name, document.publisher, retold, document.date)))
    console.print(Text(head, "bold underline"), soft_wrap=True)
    inferred = f"The date is inferred. {document.inferred}" if document.inferred else None
    for text in filter(None, (document.note, inferred)):
        console.print(Text(text))


def print_claim(console: Console, claim: Claim) -> None:
    """Print one claim with all that is known of it."""
    about = " · ".join(filter(None, (claim.kind, claim.party, claim.issue, claim.standing)))
    head = Text(claim.id, "bold").append("  ", "not bold").append(about, "not bold")
    console.print(head, soft_wrap=True)
    for text in (claim.text, *_about(claim)):
        console.print(Padding(Text(text), (0, 0, 0, 4)))


def print_passages(console: Console, found: Iterable[Passage]) -> None:
    """Print the sentences behind a claim, each between its neighbours."""
    for passage in found:
        for sentence in (passage.before, passage.sentence, passage.after):
            if sentence is not None:
                style = "bold" if sentence is passage.sentence else ""
                console.print(Text(f"{sentence.at:>6}  ").append(sentence.text, style), soft_wrap=True)
        console.print()


def print_coverage(console: Console, found: Coverage) -> None:
    """Print which sentences no claim uses, how many claims each other has, and which claims no scenario cites."""
    print_document(console, found.document)
    for sentence, claims in found.sentences:
        names = ", ".join(name.split("/")[1] for name in claims) or "no claim"
        text = f"  {sentence.text}" if not claims else ""
        console.print(Text(f"{sentence.at:>6}  ").append(names, "" if claims else "bold").append(text), soft_wrap=True)
    used = len(found.sentences) - len(found.unused)
    console.print(f"{used} of {counted(len(found.sentences), 'sentence')} are used by a claim")
    if found.scenarios:
        names = ", ".join(name.split("/")[1] for name in found.idle) or "none"
        words = f"In none of {counted(found.scenarios, 'scenario')}: {counted(len(found.idle), 'claim')}: {names}"
        told = ", ".join(name.split("/")[1] for name in found.named)
        console.print(Text(f"{words}{f' (in the words of a source: {told})' if told else ''}"), soft_wrap=True)


def _about(claim: Claim) -> Iterator[str]:
    known = claim.data()
    if claim.reported_by and claim.reported_by in (claim.word_of or ""):
        del known["reported_by"]
    said = [f"{words} {_value(known[key])}" for key, words in _ABOUT.items() if known.get(key)]
    if claim.value is not None:
        bound = f"{claim.bound} " if claim.bound else ""
        said.insert(0, f"value {bound}{_value(claim.value)}{f' {claim.unit}' if claim.unit else ''}")
    text = "; ".join([*said, *([f"at {', '.join(claim.at)}"] if claim.at else [])])
    if text:
        yield f"{text[0].upper()}{text[1:]}."
    for key, words in _LINKS.items():
        if known.get(key):
            yield f"{words[0].upper()}{words[1:]} {_value(known[key])}."


def _coverage(console: Console, report: ScenarioReport) -> None:
    """Print the inputs with their claim or assumption, what does not hold, and the coverage of all."""
    shown, whole = report.provenance, report.whole or report.provenance
    if shown.inputs:
        _inputs(console, "input", shown.inputs, report)
        console.print()
    if shown.terms:
        _inputs(console, "levels, red lines, orders", shown.terms, report)
        console.print()
    _disputed(console, report)
    for path, fault in report.trouble:
        console.print(Text(f"{path}: {fault}", style="bold"))
    if report.whole is not None:
        terms = f"{counted(len(shown.terms), 'list, order or red line', 'lists, orders or red lines')}"
        console.print(f"{counted(len(shown.inputs), 'input')} and {terms} rest on such a claim, of:")
    covered = 100 * (1 - whole.count("none") / max(1, len(whole.inputs)))
    console.print(f"{counted(len(whole.inputs), 'input')}: {_counts(whole)} ({covered:.0f} % covered)")
    if whole.count("evidence"):
        told = report.sorts()
        console.print(f"from documents: {', '.join(f'{told[sort]} {words}' for sort, words in _SORTS.items())}")
    if whole.terms:
        lists = counted(len(whole.terms), "list of levels, red line or order", "lists of levels, red lines and orders")
        console.print(f"{lists}: {_counts(Provenance(whole.terms))}")


_DEPTHS = {"issues": 2, "parties": 4, "leverage": 2, "war.outcomes": 3, "future": 2, "moves": 3, "constraints": 2}
_SORTS = {
    "exact": "exact",
    "adapted": "a claim's value of another time or scope",
    "stand-in": "made from claims that give another value or none",
}


def _disputed(console: Console, report: ScenarioReport) -> None:
    """Print the claims shown that others contradict, with what those say."""
    disputed = report.disputed()
    if disputed:
        console.print(Text("claims that others contradict", "bold"))
    for claim in disputed:
        console.print(Text(f"{claim.id}: {claim.text}"))
        for other in claim.disagrees_with:
            said = report.claims[other].text if other in report.claims else "no such claim"
            console.print(Padding(Text(f"but {other}: {said}"), (0, 0, 0, 4)))
    if disputed:
        console.print()


def _named(name: str, report: ScenarioReport) -> str:
    """Return a claim's id, with the time it is about where that is not the scenario's."""
    claim = report.claims.get(name)
    return f"{name} (of {claim.as_of})" if claim and apart(claim.as_of, report.as_of) else name


def _counts(found: Provenance) -> str:
    known = found.count("evidence")
    share = 100 * known / max(1, len(found.inputs))
    return (
        f"{known} from documents ({share:.0f} %), {counted(found.count('assumption'), 'assumption')}, "
        f"{found.count('none')} without a source"
    )


def _inputs(console: Console, title: str, items: Iterable[Input], report: ScenarioReport) -> None:
    """Print inputs by source: each source once, and below it what rests on it, a section of the file a line."""
    groups: dict[str, list[Input]] = {}
    for item in items:
        groups.setdefault(_source(item, report), []).append(item)
    console.print(Text(title, "bold"))
    for source, own in groups.items():
        console.print(Text(source))
        for section, rows in itertools.groupby(own, key=lambda item: _section(item.path)):
            told = ", ".join(f"{_rest(item.path, section)}{_value(item.value)}" for item in rows)
            line = Text().append(section, "bold").append(f"  {told}")
            console.print(Padding(line, (0, 0, 0, 4), expand=False))


def _source(item: Input, report: ScenarioReport) -> str:
    named = ", ".join(_named(name, report) for name in item.claims)
    source = named or {"none": "no source"}.get(item.kind, "assumption")
    return f"{source}: {item.text}" if item.text else source


def _section(path: str) -> str:
    """Return the part of a path that stands for what its number belongs to.

    Examples
    --------
    >>> _section("parties.russia.values.nato.importance"), _section("war.end_rate")
    ('parties.russia.values.nato', 'war.end_rate')
    """
    keys = path.split(".")
    depth = _DEPTHS.get(".".join(keys[:2]), _DEPTHS.get(keys[0], len(keys)))
    return ".".join(keys[:depth])


def _rest(path: str, section: str) -> str:
    rest = path[len(section) + 1 :]
    return f"{rest} " if rest else ""


def _value(value: Any) -> str:
    """Return a value as the file writes it, without brackets around a list of names or a red line."""
    if isinstance(value, dict):
        return "; ".join(f"{key} {_value(part)}" for key, part in value.items())
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ", ".join(value)
    return str(value)
