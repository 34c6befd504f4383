"""Make the pictures of README.md and docs/figures.md anew: python docs/make_figures.py [NAME...]."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from matplotlib.axes import Axes

from sim.comparisons.comparison import compare
from sim.plots import FIGURES, Request, Style, comparison, draw, save

ROOT = Path(__file__).parent.parent
PICTURES = Path("docs/figures")
DPI = 90

# What each picture shows; Istanbul, all issues and the default size unless told.
WHAT: dict[str, dict[str, object]] = {
    "agreement_ranges": {"issues": ["army_cap", "nato", "guarantees", "territory", "sanctions"]},
    "robust": {"issues": ["army_cap", "nato", "guarantees", "territory", "sanctions"]},
    "doubt_terms": {
        "scenario": "trial-balloon-2023",
        "doubt": 0.3,
        "issues": ["army_cap", "nato", "guarantees", "territory", "sanctions"],
    },
    "convergence": {"scenario": "trial-balloon-2023", "doubt": 0.3},
    "tornado": {"scenario": "trial-balloon-2023", "doubt": 0.3},
    "discovery_box": {"scenario": "trial-balloon-2023", "doubt": 0.3},
    "share_map": {"scenario": "trial-balloon-2023", "doubt": 0.3},
    "issue_profile": {"issues": ["army_cap"]},
    "zone_map": {"issues": ["army_cap", "guarantees"]},
    "party_triangle": {"scenario": "four-party-2025"},
    "leverage_path": {"scenario": "trial-balloon-2023", "levers": ["need_for_a_deal"]},
    "equilibrium_path": {"scenario": "may-2025"},
    "lever_terms": {"scenario": "trial-balloon-2023"},
    "durability": {"scenario": "may-2025", "leverage": {"battlefield": 0.8}, "issues": ["army_cap", "frozen_assets"]},
    "stability_table": {"scenario": "may-2025"},
    "coalition_table": {"scenario": "four-party-2025"},
    "fan_chart": {"scenario": "may-2025"},
    "event_study": {"scenario": "january-2025"},
    "survival_curve": {"scenario": "may-2025"},
    "trace": {"issues": ["army_cap", "missile_range", "nato", "foreign_troops"]},
}


def scenario(name: str) -> str:
    """Return the path of a shipped scenario."""
    return f"scenarios/{name}.yaml"


def drawn(name: str) -> Axes:
    """Draw a picture that is not made by the README."""
    if name == "comparison":
        return comparison(compare(scenario("istanbul-2022"), scenario("january-2025")))
    told = dict(WHAT.get(name, {}))
    request = Request(scenario=scenario(str(told.pop("scenario", "istanbul-2022"))), **told)  # type: ignore[arg-type]
    return draw(name, request, **Style())


def readme_lines() -> str:
    """Return the lines of the README that make a leverage map."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    return next(block for block in blocks if "leverage_map" in block)


def main(names: list[str]) -> None:
    """Write some pictures, or all."""
    os.chdir(ROOT)
    for name in names or [*FIGURES, "comparison"]:
        target = f"{PICTURES}/{name}.png"
        if name == "leverage_map":
            exec(readme_lines().replace("map.png", target), {})
        else:
            save(drawn(name), target, dpi=DPI)
        print(target)


if __name__ == "__main__":
    main(sys.argv[1:])
