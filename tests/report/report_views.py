"""Pages in Chromium: which scenarios, where they are written, what they complained about, what they still compute."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from report_scenes import EVERYTHING, NARROW, ROOT, TIES, built

import sim
from sim.model.scenario import Scenario
from sim.report.page import write_page

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
SCENES: dict[str, Callable[[], Scenario]] = {
    "istanbul": lambda: sim.load(ROOT / "scenarios" / "istanbul-2022.yaml"),
    "logroll": lambda: sim.load(ROOT / "scenarios" / "teaching" / "logroll.yaml"),
    "fearon": lambda: sim.load(ROOT / "scenarios" / "teaching" / "fearon-crisis.yaml"),
    "everything": lambda: built(EVERYTHING),
    "ties": lambda: built(TIES),
    "narrow": lambda: built(NARROW),
}


@dataclass
class Opened:
    """A page in the browser and what it complained about or asked for."""

    page: Any
    address: str
    troubles: list[str] = field(default_factory=list)

    def quiet(self) -> None:
        assert self.troubles == []


Open = Callable[..., Opened]


def written(tmp_path: Path, scenario: Scenario) -> str:
    target = tmp_path / "page.html"
    write_page(sim.study(scenario), str(target))
    return target.as_uri()


def settled(page: Any) -> None:
    """Wait until nothing is computed and the address has followed."""
    page.evaluate(
        """() => new Promise((done) => {
          const { page } = report;
          const look = () => (page.frame || page.job || page.address ? setTimeout(look, 5) : done());
          look();
        })"""
    )


def drawn(page: Any) -> None:
    """Wait until the browser has told the page of a change of its window, and drawn it."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def until(page: Any, condition: str) -> None:
    """Wait until an expression holds; the page's own policy forbids Playwright's way of waiting."""
    late = "performance.now() > end ? fail(new Error('waited in vain')) : setTimeout(look, 5)"
    look = f"const look = () => ({condition} ? done() : {late});"
    page.evaluate(f"() => new Promise((done, fail) => {{ const end = performance.now() + 20000; {look} look(); }})")
