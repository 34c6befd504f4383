"""Several scenarios in one page, in Chromium: tabs by keyboard and address, live engines, what can be compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from report_axe import AXE, violations
from report_scenes import timeline_scenes
from report_views import Open, Opened, settled, until

import sim
from sim.report.talks import write_talks

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    target = tmp_path_factory.mktemp("talks") / "talks.html"
    write_talks([sim.study(one) for one in timeline_scenes()], str(target))
    return target.as_uri()


@pytest.fixture
def view(opened: Open, address: str) -> Callable[..., Opened]:
    return lambda **options: opened("", address=address, **options)


def cells(page: Any, title: str) -> list[str]:
    card = page.locator(".slope").filter(has=page.get_by_role("heading", name=title, exact=True))
    return [" ".join(text.split()) for text in card.locator("td").all_inner_texts()]


def notes(page: Any, title: str) -> str:
    card = page.locator(".slope").filter(has=page.get_by_role("heading", name=title, exact=True))
    return " ".join(card.locator(".differs-note").all_inner_texts())


def test_only_what_is_in_sight_computes(view: Callable[..., Opened]) -> None:
    one = view()
    page = one.page
    assert page.get_by_role("tab").all_inner_texts()[0] == "Comparison"
    assert page.evaluate("report.page") is None
    page.locator("#tab-0").click()
    assert page.locator("#stage h1").inner_text() == "Early talks"
    study = sim.study(timeline_scenes()[2])
    assert abs(page.evaluate("report.page.result.margin") - study.zone.margin) < 1e-9
    page.locator("#tab-1").click()
    assert page.locator("#stage h1").inner_text() == "Late talks"
    assert page.locator("#table-rows .issue").count() == 4
    one.quiet()


def test_tabs_are_worked_by_keys_and_keep_what_was_set(view: Callable[..., Opened]) -> None:
    one = view()
    page = one.page
    page.locator("#tab-compare").focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "tab-0"
    assert page.locator("#tab-0").get_attribute("aria-selected") == "false"
    page.keyboard.press("Enter")
    assert page.locator("#tab-0").get_attribute("aria-selected") == "true"
    lever = page.locator("#controls input[type=range]").first
    lever.focus()
    lever.press("End")
    # Left before it has settled: the tab keeps it, and nothing of it is drawn elsewhere.
    page.locator("#tab-1").click()
    assert page.locator("#stage h1").inner_text() == "Late talks"
    settled(page)
    page.locator("#tab-0").click()
    assert page.evaluate("report.page.view.levels[0]") == 1
    assert page.locator("#controls input[type=number]").first.input_value() == "1"
    page.get_by_role("button", name="Undo").click()
    settled(page)
    assert page.evaluate("report.page.state.levels[0]") == 0.25
    one.quiet()


def test_the_address_holds_the_tab_and_the_browser_goes_back(view: Callable[..., Opened]) -> None:
    one = view()
    page = one.page
    page.locator("#tab-0").click()
    box = page.locator("#controls input[type=number]").first
    box.fill("0.5")
    settled(page)
    assert page.url.endswith("front=0.5")
    assert "tab" in page.url
    page.locator("#tab-1").click()
    page.go_back()
    until(page, "document.querySelector('#stage h1').textContent === 'Early talks'")
    assert page.evaluate("report.page.state.levels[0]") == 0.5
    page.go_back()
    until(page, "report.page && report.page.state.levels[0] === 0.25")
    page.go_back()
    until(page, "!report.page")
    one.quiet()


def test_an_address_opens_its_tab(view: Callable[..., Opened]) -> None:
    one = view()
    one.page.locator("#tab-0").click()
    key = one.page.evaluate("report.page.tab")
    other = view(hash=f"#tab:={key}&front=0.75")
    assert other.page.locator("#tab-0").get_attribute("aria-selected") == "true"
    assert other.page.evaluate("report.page.view.levels[0]") == 0.75
    wrong = view(hash="#tab:=nothing&front=0.75")
    assert wrong.page.locator("#tab-compare").get_attribute("aria-selected") == "true"
    for page in (other, wrong):
        page.quiet()


def test_what_can_be_compared_is_joined_and_the_rest_says_why(view: Callable[..., Opened]) -> None:
    page = view().page
    studies = [sim.study(timeline_scenes()[n]) for n in (2, 0, 1)]
    pact = cells(page, "Pact")
    deal = studies[0].solutions["nash"].outcome["pact"]
    assert pact[0] == pact[2] == deal
    assert "“close” only in B" in notes(page, "Pact")
    assert "Ranges differ: A 0 to 5; B 0 to 10; C 0 to 5" in notes(page, "Trade")
    assert "A percent; B hectares; C percent. Not joined." in notes(page, "Land")
    drawn = page.locator(".slope").filter(has=page.get_by_role("heading", name="Land", exact=True))
    assert drawn.locator(".curve").count() == 0
    assert drawn.locator(".mark").count() == 3
    assert cells(page, "Watch")[1] == "not in this file"
    assert "Only in B: Railway." in page.locator("#terms").inner_text()


def test_worth_is_that_of_each_file_with_its_caveat(view: Callable[..., Opened]) -> None:
    page = view().page
    early, late = sim.study(timeline_scenes()[2]), sim.study(timeline_scenes()[0])
    margins = cells(page, "Margin")
    assert [float(text.replace("−", "-")) for text in margins[:2]] == pytest.approx(
        [early.zone.margin, late.zone.margin], abs=6e-4
    )
    assert late.zone.exists is False
    assert margins[1].startswith("−")
    assert cells(page, "Gain of North")[1] == "not in this file"
    assert "not one scale" in page.locator("#worth").inner_text()
    assert "no zone" in page.locator(".slope th").nth(1).inner_text()
    # What a tab has been set to is compared, and said.
    page.locator("#tab-0").click()
    page.evaluate("report.compute({ levels: [1, 1] })")
    margin = page.evaluate("report.page.result.margin")
    page.locator("#tab-compare").click()
    assert float(cells(page, "Margin")[0].replace("−", "-")) == pytest.approx(margin, abs=6e-4)
    assert "moved" in page.locator(".slope th").first.inner_text()


@pytest.mark.parametrize("width", [1440, 390, 320])
def test_tabs_and_comparison_fit_a_width(view: Callable[..., Opened], width: int) -> None:
    one = view(viewport={"width": width, "height": 844})
    for tab in ("#tab-compare", "#tab-1", "#tab-2"):
        one.page.locator(tab).click()
        assert one.page.evaluate("document.documentElement.scrollWidth") <= width
    one.quiet()


def test_paper_has_what_is_in_sight(view: Callable[..., Opened]) -> None:
    page = view().page
    page.emulate_media(media="print")
    assert not page.locator(".tabs").is_visible()
    assert page.locator("#terms").is_visible()
    page.emulate_media(media="screen")
    page.locator("#tab-1").click()
    page.emulate_media(media="print")
    assert page.locator("#table").is_visible()
    assert page.locator("#terms").count() == 0


@pytest.mark.skipif(not AXE, reason="AXE names no copy of axe-core")
def test_axe_finds_nothing_in_several(view: Callable[..., Opened]) -> None:
    page = view(bypass_csp=True).page
    assert list(violations(page)) == []
    page.locator("#tab-1").click()
    assert list(violations(page)) == []
