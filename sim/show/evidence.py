"""Evidence records and the coverage of a scenario, for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from sim.evidence.coverage import ClaimsReport, Report, ScenarioReport
from sim.evidence.provenance import Input, Provenance
from sim.evidence.records import Claim
from sim.show.text import Text

__all__ = ["print_report"]


_ABOUT = {"word_of": "on the word of", "confidence": "confidence", "as_of": "as of"}
_LINKS = {"same_report": "same report as", "disagrees_with": "disagrees with"}


def print_report(console: Console, report: Report) -> None:
    """Print a report on evidence."""
    if isinstance(report, ClaimsReport):
        _claims(console, report.claims)
    else:
        _coverage(console, report)


def _claims(console: Console, claims: Iterable[Claim]) -> None:
    """Print claims, one a block: id, kind, whose, on what; the claim; who reported it and what it is tied to."""
    listed = list(claims)
    for claim in listed:
        about = " · ".join(filter(None, (claim.kind, claim.party, claim.issue)))
        head = Text(claim.id, "bold").append("  ", "not bold").append(about, "not bold")
        console.print(head, soft_wrap=True)
        for text in (claim.text, *_about(claim)):
            console.print(Padding(Text(text), (0, 0, 0, 4)))
    console.print(f"{len(listed)} claim{'' if len(listed) == 1 else 's'}")


def _about(claim: Claim) -> Iterator[str]:
    known = claim.data()
    said = [f"{words} {_value(known[key])}" for key, words in _ABOUT.items() if known.get(key)]
    if claim.value is not None:
        said.insert(0, f"value {_value(claim.value)}{f' {claim.unit}' if claim.unit else ''}")
    text = "; ".join(said)
    if text:
        yield f"{text[0].upper()}{text[1:]}."
    for key, words in _LINKS.items():
        if known.get(key):
            yield f"{words[0].upper()}{words[1:]} {_value(known[key])}."


def _coverage(console: Console, report: ScenarioReport) -> None:
    """Print the inputs with their claim or assumption, what does not hold, and the coverage of all."""
    shown, whole = report.provenance, report.whole or report.provenance
    if shown.inputs:
        _inputs(console, "input", shown.inputs)
        console.print()
    if shown.terms:
        _inputs(console, "levels, red lines, orders", shown.terms)
        console.print()
    for path, fault in report.trouble:
        console.print(Text(f"{path}: {fault}", style="bold"))
    if report.whole is not None:
        terms = f"{len(shown.terms)} lists, orders or red lines"
        console.print(f"{len(shown.inputs)} inputs and {terms} rest on such a claim, of:")
    covered = 100 * (1 - whole.count("none") / max(1, len(whole.inputs)))
    console.print(f"{len(whole.inputs)} inputs: {_counts(whole)} ({covered:.0f} % covered)")
    if whole.terms:
        console.print(f"{len(whole.terms)} lists of levels, red lines and orders: {_counts(Provenance(whole.terms))}")


def _counts(found: Provenance) -> str:
    known = found.count("evidence")
    share = 100 * known / max(1, len(found.inputs))
    return (
        f"{known} from documents ({share:.0f} %), {found.count('assumption')} assumptions, "
        f"{found.count('none')} without a source"
    )


def _inputs(console: Console, title: str, items: Iterable[Input]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in (title, "value", "source"):
        table.add_column(name, header_style="bold", overflow="fold")
    for item in items:
        source = ", ".join(item.claims) or {"none": "no source"}.get(item.kind, "assumption")
        text = f"{source}: {item.text}" if item.text else source
        table.add_row(Text(item.path), Text(_value(item.value)), Text(text))
    console.print(table)


def _value(value: Any) -> str:
    """Return a value as the file writes it, without brackets around a list of names or a red line."""
    if isinstance(value, dict):
        return "; ".join(f"{key} {_value(part)}" for key, part in value.items())
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ", ".join(value)
    return str(value)
