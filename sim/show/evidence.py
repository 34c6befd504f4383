"""Evidence records and the coverage of a scenario, for a person."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.evidence import Claim, ClaimsReport, Provenance, Report

__all__ = ["print_report"]


def print_report(console: Console, report: Report) -> None:
    """Print a report on evidence."""
    if isinstance(report, ClaimsReport):
        _claims(console, report.claims)
    else:
        _coverage(console, report.provenance, report.trouble)


def _claims(console: Console, claims: Iterable[Claim]) -> None:
    """Print claims, one a block: id, kind, whose, on what, and the claim."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("claim", "kind", "party", "issue", "what is reported"):
        table.add_column(name, header_style="bold", overflow="fold")
    count = 0
    for claim in claims:
        cells = (claim.id, claim.kind, claim.party or "", claim.issue or "", claim.text)
        table.add_row(*(Text(cell) for cell in cells))
        count += 1
    console.print(table)
    console.print(f"{count} claims")


def _coverage(console: Console, found: Provenance, trouble: Iterable[tuple[str, str]]) -> None:
    """Print every input with its claim or assumption, what does not hold, and the coverage."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("input", "value", "source"):
        table.add_column(name, header_style="bold", overflow="fold")
    for item in found.inputs:
        source = ", ".join(item.claims) or {"none": "no source"}.get(item.kind, "assumption")
        text = f"{source}: {item.text}" if item.text else source
        table.add_row(Text(item.path), Text(str(item.value)), Text(text))
    console.print(table)
    for path, fault in trouble:
        console.print(Text(f"{path}: {fault}", style="bold"))
    total = max(1, len(found.inputs))
    share = 100 * (1 - found.count("none") / total)
    console.print(
        f"{len(found.inputs)} inputs: {found.count('evidence')} from documents, {found.count('assumption')} "
        f"assumptions, {found.count('none')} without a source ({share:.0f} % covered)"
    )
