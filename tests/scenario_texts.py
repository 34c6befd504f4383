"""Scenario texts for tests: one that uses every section, small ones, and edits that mark where a fault must point."""

from __future__ import annotations

from pathlib import Path

from sim.errors import Fault, ScenarioError
from sim.model.load import read_tree
from sim.model.scenario import Scenario, build

FULL = (Path(__file__).parent / "model" / "full.yaml").read_text(encoding="utf-8")

SMALL = """\
format: 1
name: One cake
issues:
  cake: {range: [0, 1], step: 0.1}
parties:
  a: {values: {cake: {importance: 1, best: 1, worst: 0}}, no_deal: 0.2}
  b: {values: {cake: {importance: 1, best: 0, worst: 1}}, no_deal: 0.3}
"""


def read(text: str) -> Scenario:
    """Return the scenario of a text."""
    return build(read_tree(text, "case.yaml"))


def faults(text: str) -> list[Fault]:
    """Return the faults of a text, none where it is sound."""
    try:
        read(text)
    except ScenarioError as error:
        return list(error.faults)
    return []


def edited(text: str, *edits: tuple[str, str]) -> str:
    """Return a text with edits made; each old part occurs exactly once."""
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
        text = text.replace(old, new)
    return text


def marked(text: str) -> tuple[str, int, int]:
    """Return a text without its one mark ^, and the mark's line and column."""
    assert text.count("^") == 1
    before = text.split("^")[0]
    return text.replace("^", ""), before.count("\n") + 1, len(before) - before.rfind("\n")


def assert_one_fault(text: str, path: str, *words: str) -> None:
    """Assert that a text with one mark ^ has one fault, at the mark, with this path and these words."""
    plain, line, column = marked(text)
    found = faults(plain)
    assert [(fault.line, fault.column, fault.path) for fault in found] == [(line, column, path)], found
    for word in words:
        assert word in found[0].message


LEVERED = edited(
    SMALL,
    ("range: [0, 1], step: 0.1", "range: [0, 1], step: 0.01"),
    (
        "no_deal: 0.3}",
        "no_deal: 0.3}\n"
        "leverage:\n"
        "  push: {range: [-1, 2], default: 0, shifts: {parties.a.no_deal: {by: 0.4}}}\n"
        "  pull: {range: [0, 1], default: 0, shifts: {parties.b.no_deal: {by: 0.4}}}\n"
        "  idle: {range: [0, 1], default: 0, shifts: {parties.a.power: {factor: 1}}}",
    ),
)


def lines_of(first: str, second: str) -> list[str]:
    """Two scenarios: `a` needs at least so much of the cake, and at most `most`; `b` gives half of it at most."""
    line = "no_deal: 0.2, red_lines: {least: {issue: cake, min: 0.2, max: MOST}}}"
    most = edited(
        SMALL, ("no_deal: 0.2}", line), ("no_deal: 0.3}", "no_deal: 0.3, red_lines: {half: {issue: cake, max: 0.5}}}")
    )
    return [most.replace("MOST", given) for given in (first, second)]
