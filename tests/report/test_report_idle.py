"""Inputs of the page that move nothing say why, in Chromium."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from report_scenes import EVERYTHING, built, changed, no_outcome
from report_views import Open, until, written

pytestmark = pytest.mark.browser

LEVERS = {
    **EVERYTHING["leverage"],
    "watchers": {
        "label": "Watchers",
        "range": [0, 1],
        "default": 0,
        "shifts": {"enforcement.east.pact.firm": {"by": 0.2}},
    },
    "talk": {"label": "Talk", "range": [0, 1], "default": 0, "shifts": {}},
}


def reason(page: Any, label: str) -> str:
    row = page.locator(".lever").filter(has=page.get_by_role("slider", name=label, exact=True))
    words: str = row.locator(".idle").text_content()
    return words


def test_idle_levers_and_numbers_say_why(opened: Open, tmp_path: Path) -> None:
    scene = changed(leverage=LEVERS, enforcement={"east": {"pact": {"firm": 0.1}}})
    one = opened("", address=written(tmp_path, built(scene)))
    page = one.page
    page.evaluate("document.querySelectorAll('#controls details').forEach((one) => { one.open = true; })")
    page.evaluate("report.page.reasons.forEach((reason) => reason())")
    assert reason(page, "Front") == ""
    assert "only whether a deal would last" in reason(page, "Watchers")
    assert "shifts no number at all" in reason(page, "Talk")
    assert "Far away does not sign" in reason(page, "No deal, to Far away")
    assert reason(page, "Odds: east wins") == ""
    page.evaluate("report.compute({ numbers: { 'war.outcomes.west_wins.odds': 0 } })")
    assert "Odds count only against those of other ways" in reason(page, "Odds: east wins")
    one.quiet()


def test_where_red_lines_leave_nothing_no_number_moves_anything(opened: Open, tmp_path: Path) -> None:
    page = opened("", address=written(tmp_path, built(no_outcome()))).page
    page.locator(".numbers-behind summary").click()
    until(page, "[...document.querySelectorAll('.numbers-behind .idle')].every((one) => one.textContent)")
    assert "the red lines leave no outcome" in reason(page, "Odds: east wins")
