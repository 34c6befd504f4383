"""The page of counts is that of the records and scenarios as they are."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from sim.evidence.provenance import provenance
from sim.evidence.records import read_records
from sim.evidence.support import sort_of
from sim.model.scenario import load

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/audit.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def maker() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs/make_audit.py"))


def test_the_counts_are_current(maker: dict[str, Any]) -> None:
    """Documents and scenarios that are added to the shipped ones have rows once the page is made anew."""
    now = maker["page"]()
    found, added = rows(now), set(rows(now)) - set(rows())
    changed = [name for name, counts in rows().items() if found.get(name) != counts and not (added and name == "all")]
    assert changed == [], "records or scenarios have changed: python docs/make_audit.py"
    assert added or now == PAGE


def rows(page: str = PAGE) -> dict[str, list[int]]:
    found = re.findall(r"^\| `?([\w-]+)`? \| ([\d |]+) \|$", page, flags=re.MULTILINE)
    return {name: [int(cell) for cell in cells.split("|")] for name, cells in found}


def test_parts_add_up() -> None:
    assert {"all", "doc-000", "istanbul-2022"} < set(rows())
    for name, counts in rows().items():
        if name.startswith("doc-") or name == "all":
            assert counts[0] == sum(counts[1:4]) == sum(counts[5:]), name
        else:
            assert counts[0] == sum(counts[1:5]), name
            assert counts[6] <= counts[5], name


def test_a_figure_of_another_year_is_not_exact() -> None:
    """The demands of 2022 are exact in the scenario of 2022 and adapted in those of 2025."""
    claims = read_records(ROOT / "seeds").claims
    for stem, sort in (("istanbul-2022", "exact"), ("may-2025", "adapted")):
        scenario = load(ROOT / f"scenarios/{stem}.yaml")
        (item,) = (one for one in provenance(scenario).inputs if one.path == "issues.army_cap.range")
        assert sort_of(item, claims, scenario.spec.as_of) == sort
