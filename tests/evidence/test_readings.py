"""What the pages say of disputed claims: which readings a scenario uses, and what changes under the others."""

from __future__ import annotations

import math
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.evidence.coverage import scenario_report
from sim.evidence.provenance import provenance
from sim.model.load import read_tree

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"
FOUND = {path.stem: ROOT / "docs" / "scenarios" / f"{path.stem}.md" for path in sorted(SCENARIOS.glob("*.yaml"))}
PAGES = {stem: page for stem, page in FOUND.items() if page.exists()}
READINGS = sorted((SCENARIOS / "readings").glob("*.yaml"))
HEAD = "## Which readings it uses\n"


def test_the_shipped_scenarios_have_pages() -> None:
    assert len(PAGES) >= 8


def section(stem: str) -> str:
    """Return what a page says of the readings that its scenario uses."""
    text = PAGES[stem].read_text(encoding="utf-8")
    assert text.count(HEAD) == 1, stem
    return text.split(HEAD)[1].split("\n## ")[0]


def rows(stem: str) -> list[tuple[str, str]]:
    """Return the changes and the margins of a page's table."""
    found = re.findall(r"^\|.*\| ([^|]*) \| ([^|]*) \|$", section(stem), flags=re.MULTILINE)
    return [(change, margin) for change, margin in found if "`" in change]


def margin(stem: str, change: str) -> str:
    """Return the margin of a scenario under a change, as the tables write it."""
    file, given = SCENARIOS / f"{stem}.yaml", {"--set": [], "--lift": [], "--sign": [], "--at": []}
    words = iter(shlex.split(" ".join(re.findall(r"`([^`]*)`", change))))
    for word in words:
        if word in given:
            given[word].append(next(words))
        else:
            file = SCENARIOS / word
    scenario = sim.load(str(file))
    levels, numbers = (
        {key: float(value) for key, value in (one.split("=") for one in given[name])} for name in ("--at", "--set")
    )
    axis = next(iter(levels or scenario.spec.leverage))
    over = {axis: [levels.get(axis, scenario.spec.leverage[axis].default)]}
    found = sim.sweep(scenario, over, ["margin"], set=numbers, lift_lines=given["--lift"], sign=given["--sign"])
    value = float(found["margin"].values[0])
    return f"{value:.3f}" if math.isfinite(value) else "no outcome"


@pytest.mark.parametrize("stem", PAGES)
def test_pages_say_what_changes_under_the_other_reading(stem: str) -> None:
    assert rows(stem)
    assert [(change, margin(stem, change)) for change, _ in rows(stem)] == rows(stem)


@pytest.mark.parametrize("stem", PAGES)
def test_every_disputed_claim_behind_a_scenario_is_met_on_its_page(stem: str) -> None:
    said = set(re.findall(r"doc-\d+/[\w-]+", section(stem)))
    report = scenario_report(str(SCENARIOS / f"{stem}.yaml"))
    assert report.disputed()
    assert said <= set(report.claims)
    assert [claim.id for claim in report.disputed() if not said & {claim.id, *claim.disagrees_with}] == []


@pytest.mark.parametrize("path", READINGS, ids=lambda path: path.stem)
def test_a_reading_rests_on_a_claim_and_is_on_its_page(path: Path) -> None:
    raw: dict[str, Any] = read_tree(path.read_text(encoding="utf-8"), path.name).data
    stem = Path(raw["extends"]).stem
    assert path.name in PAGES[stem].read_text(encoding="utf-8")
    assert any(source.get("claims") for source in raw["sources"].values())
    changed = {name for party in raw["parties"].values() for name in party.get("red_lines", {})}
    assert changed <= {place.split(".")[-1] for place in raw["sources"]}
    assert [item.path for item in provenance(sim.load(str(path))).inputs if item.kind == "none"] == []


def test_both_kinds_of_sender_would_rather_be_believed() -> None:
    """A message that both kinds would send tells nothing of which has sent it."""
    meant, other = (
        sim.study(str(SCENARIOS / name), samples=100)
        for name in ("trial-balloon-2023.yaml", "readings/trial-balloon-2023-not-meant.yaml")
    )
    deals = [study.solutions["nash"].outcome for study in (meant, other)]
    worth = [[round(sim.judged(study, deal).utilities["russia"], 3) for deal in deals] for study in (meant, other)]
    assert worth == [[0.506, 0.502], [0.527, 0.524]]
