"""Where numbers come from, labels of levels and budgets, as a reader of the page finds them in Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_scenes import built, changed
from report_views import Open, settled, written

pytestmark = pytest.mark.browser

LABELLED = changed(
    issues__pact={
        "label": "Pact",
        "levels": ["none", "loose", "firm"],
        "labels": {"none": "No pact at all", "loose": "Talks of staffs", "firm": "Common defence"},
    },
    constraints={"purse": {"label": "the purse", "sum": {"land": 1, "trade": 2}, "max": 24}},
)


def test_sources_are_searched_and_reached_from_the_table(opened: Open) -> None:
    one = opened("istanbul")
    page = one.page
    groups, open_ones = "#provenance .group", "#provenance .group[open]"
    assert page.locator(open_ones).count() == 0
    total = page.locator(groups).count()
    page.locator("[data-issue=territory] .backing").click()
    assert page.locator(open_ones).count() == 1
    assert page.locator(open_ones).inner_text().startswith("Territory")
    assert "on the word of" in page.locator(open_ones).inner_text()
    assert "#" not in page.url, "a link does not touch the address"
    page.fill("#source-words", "missile 280")
    shown = page.locator(".sources > li:visible")
    assert 0 < shown.count() < 10
    assert all("280" in text for text in shown.all_inner_texts())
    assert f"{shown.count()} source" in page.locator("#find-sources .found").inner_text()
    page.fill("#source-words", "no such word anywhere")
    assert page.locator(f"{groups}:visible").count() == 0
    page.fill("#source-words", "")
    assert page.locator(f"{groups}:visible").count() == total
    assert page.locator(open_ones).count() == 0
    one.quiet()


def test_labels_and_budgets_are_shown_wherever_levels_are(opened: Open, tmp_path: Path) -> None:
    one = opened("", address=written(tmp_path, built(LABELLED)), viewport={"width": 1440, "height": 900})
    page = one.page
    level = page.evaluate("report.page.result.deals.nash.levels[1]")
    name = ["No pact at all", "Talks of staffs", "Common defence"][level]
    assert page.locator("[data-issue=pact] .deal b").inner_text() == name
    assert name in page.locator("#deal-table").inner_text()
    assert "Talks of staffs" in page.locator("[data-issue=pact] svg").text_content()
    assert level != 1, "else the ring stands in the place of its word"
    assert "not No pact at all" in page.locator("#controls").inner_text()
    land, trade = page.evaluate(
        "[0, 2].map((k) => report.page.model.issues[k].levels[report.page.result.deals.nash.levels[k]])"
    )
    words = page.locator("#budgets").inner_text()
    assert "the purse" in words
    assert f"the deal has {land + 2 * trade:g} (at most 24)" in words
    page.locator("[data-issue=land] [role=slider]").press("Home")
    settled(page)
    assert f"your proposal has {2 * trade:g} (at most 24)" in page.locator("#budgets").inner_text()
    one.quiet()
