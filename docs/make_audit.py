"""Count what scenarios rest on and what becomes of claims, for docs/audit.md: python docs/make_audit.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from sim.evidence.coverage import ScenarioReport
from sim.evidence.provenance import provenance, uses
from sim.evidence.records import Claim, Records, read_records
from sim.evidence.support import SORTS
from sim.model.scenario import load

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs" / "audit.md"
INTRO = """\
# What the scenarios rest on

Made by `python docs/make_audit.py` from the records and the scenarios as they are; a test keeps it current. How to read
an input's source, and what *exact*, *adapted* and *stand-in* mean, is told in [evidence.md](evidence.md).

## Inputs

Of each scenario all numbers, by what vouches for them: a claim that they equal and that is about the scenario's time
(*exact*), a claim that they equal but that is about another time or scope (*adapted*), claims that give another value
or none (*stand-in*), or an assumption. Then its lists of levels, red lines and orders, and the claims behind them that
others contradict.

"""
SECOND = """
Files under `readings` change single lines and numbers and stand in none of these counts.

## Claims

Of each document all claims: those that some scenario rests on, readings included, those that are only named in the
words of a source, and those that no scenario uses; those that others contradict; and who speaks.

"""


def scenarios() -> list[Path]:
    """Return the scenarios, without their readings."""
    return sorted((ROOT / "scenarios").glob("*.yaml"))


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table, numbers set right."""
    rules = ["---", *["---:"] * (len(head) - 1)]
    return "".join(f"| {' | '.join(str(cell) for cell in row)} |\n" for row in (head, rules, *rows))


def inputs(records: Records) -> str:
    """Return the table of inputs."""
    head = ("scenario", "inputs", *SORTS, "assumptions", "lists, lines, orders", "from claims", "disputed claims")
    rows = []
    for path in scenarios():
        scenario = load(path)
        report = ScenarioReport(path.stem, provenance(scenario), (), None, records.claims, scenario.spec.as_of)
        rows.append((f"`{path.stem}`", *_row(report)))
    return table(head, rows)


def _row(report: ScenarioReport) -> list[int]:
    found, sorts = report.provenance, report.sorts()
    terms = [term.kind for term in found.terms]
    told = [sorts[sort] for sort in SORTS]
    last = [len(terms), terms.count("evidence"), len(report.disputed())]
    return [len(found.inputs), *told, found.count("assumption"), *last]


def claims(records: Records) -> str:
    """Return the table of claims."""
    used, named = uses(provenance(load(path)) for path in sorted((ROOT / "scenarios").rglob("*.yaml")))
    ranks = sorted({str(claim.standing) for claim in records.claims.values()})
    counts: dict[str, list[int]] = {}
    for name in records.documents:
        own = [claim for claim in records.claims.values() if claim.document == name]
        counts[f"`{name}`"] = [*_fates(own, used, named), *_standings(own, ranks)]
    counts["all"] = [sum(column) for column in zip(*counts.values(), strict=True)]
    head = ("document", "claims", "rested on", "only named", "unused", "disputed", *ranks)
    return table(head, [(name, *row) for name, row in counts.items()])


def _fates(own: list[Claim], used: set[str], named: set[str]) -> list[int]:
    ids = {claim.id for claim in own}
    told = [len(ids), len(ids & used), len(ids & named), len(ids - used - named)]
    return [*told, sum(bool(claim.disagrees_with) for claim in own)]


def _standings(own: list[Claim], ranks: Sequence[str]) -> list[int]:
    found = Counter(str(claim.standing) for claim in own)
    return [found[rank] for rank in ranks]


def page() -> str:
    """Return the page."""
    records = read_records(ROOT / "seeds")
    return INTRO + inputs(records) + SECOND + claims(records)


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
