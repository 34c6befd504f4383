"""Make the figures of docs/figures.md anew: python docs/make_figures.py [FIGURE...]."""

from __future__ import annotations

import sys
from pathlib import Path

from sim.plots import FIGURES, Request, Style, draw, save

HERE = Path(__file__).parent
SCENARIOS = HERE.parent / "scenarios"
DPI = 90

# What each picture shows; Istanbul, all issues and the default size unless told.
WHAT: dict[str, dict[str, object]] = {
    "agreement_ranges": {"issues": ["army_cap", "nato", "guarantees", "territory", "sanctions"]},
    "issue_profile": {"issues": ["army_cap"]},
    "zone_map": {"issues": ["army_cap", "guarantees"]},
    "party_triangle": {"scenario": "four-party-2025"},
    "leverage_map": {"scenario": "trial-balloon-2023", "levers": ["battlefield", "aid"]},
    "leverage_path": {"scenario": "trial-balloon-2023", "levers": ["need_for_a_deal"]},
    "equilibrium_path": {"scenario": "may-2025"},
    "lever_terms": {"scenario": "trial-balloon-2023"},
    "durability": {"scenario": "may-2025", "leverage": {"battlefield": 0.9}, "issues": ["army_cap", "frozen_assets"]},
    "coalition_table": {"scenario": "four-party-2025"},
}


def main(names: list[str]) -> None:
    """Write the pictures of some figures, or of all."""
    for name in names or FIGURES:
        told = dict(WHAT.get(name, {}))
        path = SCENARIOS / f"{told.pop('scenario', 'istanbul-2022')}.yaml"
        request = Request(scenario=str(path), **told)  # type: ignore[arg-type]
        save(draw(name, request, **Style()), HERE / "figures" / f"{name}.png", dpi=DPI)
        print(f"docs/figures/{name}.png")


if __name__ == "__main__":
    main(sys.argv[1:])
