"""The page in Chromium: agreement with Python, no requests, keyboard, hostile text, print, phone, contrast."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from report_scenes import EVERYTHING, ROOT, built, changed, hostile, no_outcome
from strategies import built as random_built
from strategies import scenarios

import sim
from sim.game import Game, compile
from sim.model.scenario import Scenario, with_values
from sim.report import data as report_data
from sim.report.page import write_page
from sim.solve import Point, levels_within, solve
from sim.space.maps import pair_maps
from sim.space.trees import fold_space
from sim.terms import terms

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
SAME = 1e-9
STARTING = ("gap", "reservation", "disagreement", "surplus", "ideal", "ranges", "deals", "nearest")
DEALS = ("nash", "kalai_smorodinsky", "egalitarian")
SCENES: dict[str, Callable[[], Scenario]] = {
    "istanbul": lambda: sim.load(ROOT / "scenarios" / "istanbul-2022.yaml"),
    "logroll": lambda: sim.load(ROOT / "scenarios" / "teaching" / "logroll.yaml"),
    "fearon": lambda: sim.load(ROOT / "scenarios" / "teaching" / "fearon-crisis.yaml"),
    "everything": lambda: built(EVERYTHING),
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    folder = tmp_path_factory.mktemp("pages")

    def address(name: str) -> str:
        target = folder / f"{name}.html"
        if not target.exists():
            write_page(sim.study(SCENES[name]()), str(target))
        return target.as_uri()

    return address


@pytest.fixture
def opened(browser: Any, pages: Callable[[str], str]) -> Iterator[Open]:
    contexts = []

    def start(name: str, *, hash: str = "", address: str = "", **options: Any) -> Opened:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        where = address or pages(name)
        result = Opened(page, where)
        page.on("console", lambda message: result.troubles.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: result.troubles.append(f"error: {error}"))
        page.on("dialog", lambda dialog: result.troubles.append(f"dialog: {dialog.message}"))
        page.on(
            "request", lambda request: None if request.url.startswith(where) else result.troubles.append(request.url)
        )
        page.goto(where + hash)
        return result

    yield start
    for context in contexts:
        context.close()


def written(tmp_path: Path, scenario: Scenario) -> str:
    target = tmp_path / "page.html"
    write_page(sim.study(scenario), str(target))
    return target.as_uri()


# Agreement with Python -----------------------------------------------------------------------------------------------


def random_levels(scenario: Scenario, count: int, rng: np.random.Generator) -> list[dict[str, float]]:
    ranges = {name: variable.range for name, variable in scenario.spec.leverage.items()}
    return [{name: float(rng.uniform(*ends)) for name, ends in ranges.items()} for _ in range(count)]


def random_importances(scenario: Scenario, rng: np.random.Generator) -> dict[str, float]:
    """Return importances by path, none below what linkages take away."""
    result = {}
    for name, party in scenario.spec.parties.items():
        for issue, value in party.values.items():
            taken = sum(max(0.0, -k.importance) for k in party.linkages.values() if issue in k.issues)
            drawn = rng.uniform(0.3, 2.0) * value.importance
            result[f"parties.{name}.values.{issue}.importance"] = round(float(max(taken, drawn)), 3)
    return result


def solved(game: Game, folded: Any, levels: dict[str, float], *, maps: bool) -> dict[str, Any]:
    """Return what Python says, in the page's form."""
    found = terms(game, levels)
    assert not found.illegal
    columns = game.columns
    point = Point(found.reservation[0, columns], found.disagreement[0, columns], found.power[0, columns])
    result = solve(folded, point)
    exists = bool(result.exists)
    grids = pair_maps(folded, point.reservation[None, :]) if maps else {}
    return {
        "exists": exists,
        "gap": None if result.gap == -np.inf else result.gap,
        "reservation": found.reservation[0].tolist(),
        "disagreement": found.disagreement[0].tolist(),
        "surplus": (result.ideal - point.reservation).tolist() if exists else None,
        "ranges": [mask.tolist() for mask in result.levels],
        "deals": {name: deal(game, result, name, found) for name in DEALS} if exists else None,
        "frontier": folded.frontier.points.utilities.tolist(),
        "maps": {f"{k} {m}": grid[0].tolist() for (k, m), grid in grids.items()},
    }


def deal(game: Game, result: Any, name: str, found: Any) -> dict[str, Any]:
    choice = result.choices[name]
    levels = game.space.levels(result.frontier.codes[choice.row][None, :])
    utilities = game.factors.utilities(levels)[0]
    return {
        "levels": levels[0].tolist(),
        "utilities": utilities.tolist(),
        "gains": (utilities - found.disagreement[0]).tolist(),
        "within": [levels_within(choice, k).tolist() for k in range(len(game.issues))],
        "ties": choice.ties,
    }


def assert_same(theirs: Any, ours: Any, path: str = "") -> None:
    """Compare nested data: numbers to 1e-9, the rest exactly, nothing missing."""
    if isinstance(ours, dict):
        for key, value in ours.items():
            assert_same(theirs[key], value, f"{path}.{key}")
    elif isinstance(ours, list):
        assert len(theirs) == len(ours), path
        for n, (one, other) in enumerate(zip(theirs, ours, strict=True)):
            assert_same(one, other, f"{path}.{n}")
    elif isinstance(ours, float):
        assert abs(theirs - ours) <= SAME, (path, theirs, ours)
    else:
        assert theirs == ours, (path, theirs, ours)


COMPUTE = """([levels, importances, maps]) => {
  const model = report.page.model;
  const own = model.parties.map((party) => party.values.map((value) => {
    const path = `parties.${party.key}.values.${model.issues[value.issue].key}.importance`;
    return path in importances ? importances[path] : value.importance;
  }));
  const result = { ...report.compute({ levels, importances: own }) };
  result.maps = {};
  if (maps) model.issues.forEach((_, k) => model.issues.forEach((_, m) => {
    if (k >= m) return;
    report.compute({ map: [k, m] });
    result.maps[`${k} ${m}`] = report.page.grid.map((row) => row.map((state) => state === 2));
  }));
  return result;
}"""


@pytest.mark.parametrize("name", SCENES)
def test_leverage_gives_what_python_gives(opened: Open, name: str) -> None:
    scenario = SCENES[name]()
    game = compile(scenario)
    folded = fold_space(game.space)
    view = opened(name)
    points = random_levels(scenario, 50, np.random.default_rng(7))
    seen = set()
    for number, levels in enumerate(points):
        ours = solved(game, folded, levels, maps=number < 3)
        seen.add(ours["exists"])
        theirs = view.page.evaluate(COMPUTE, [list(levels.values()), {}, number < 3])
        assert_same(theirs, ours, name)
    assert True in seen
    view.quiet()


@pytest.mark.parametrize("name", SCENES)
def test_importances_give_what_python_gives(opened: Open, name: str) -> None:
    rng = np.random.default_rng(8)
    scenario = SCENES[name]()
    view = opened(name)
    for number, levels in enumerate(random_levels(scenario, 8, rng)):
        chosen = random_importances(scenario, rng)
        game = compile(with_values(scenario, chosen))
        ours = solved(game, fold_space(game.space), levels, maps=number < 2)
        theirs = view.page.evaluate(COMPUTE, [list(levels.values()), chosen, number < 2])
        assert_same(theirs, ours, name)
    view.quiet()


def test_random_scenarios_give_what_python_gives(opened: Open, tmp_path: Path) -> None:
    """Ties, equal weights, constant utilities and reservation values met exactly: where solvers go wrong."""
    view = opened("logroll")

    @settings(max_examples=60)
    @given(scenarios())
    def check(data: dict[str, Any]) -> None:
        study = sim.study(random_built(data))
        view.page.goto(written(tmp_path, random_built(data)))
        start, result = view.page.evaluate("[report.page.model.start, report.page.result]")
        for key in STARTING:
            assert_same(result[key], start[key], key)
        assert result["exists"] == study.zone.exists

    check()


def test_the_starting_point_is_the_study(opened: Open) -> None:
    view = opened("istanbul")
    start, result = view.page.evaluate("[report.page.model.start, report.page.result]")
    for key in STARTING:
        assert_same(result[key], start[key], key)


def test_a_number_that_leverage_makes_illegal_is_said(opened: Open, tmp_path: Path) -> None:
    data = changed(leverage__strain__shifts={"parties.west.power": {"by": -5}})
    data["leverage"]["strain"]["default"] = 0
    view = opened("", address=written(tmp_path, built(data)))
    assert view.page.evaluate("report.compute({ levels: [0, 0.2] }).exists") is not None
    trouble = view.page.evaluate("report.compute({ levels: [0, 1] }).trouble")
    assert trouble == "parties.west.power: -3 at these levels (expected more than 0)"
    assert "No result: parties.west.power" in view.page.inner_text("#headline")
    assert not view.page.is_visible("#zone")
    view.page.evaluate("report.compute({ levels: [0, 0] })")
    assert view.page.is_visible("#zone")
    view.quiet()


def test_importances_that_sum_to_zero_are_said(opened: Open) -> None:
    view = opened("logroll")
    trouble = view.page.evaluate("report.compute({ importances: [[0, 0], [30, 70]] }).trouble")
    assert trouble.startswith("the importances of North sum to zero")
    view.quiet()


# What a reader does --------------------------------------------------------------------------------------------------


def settled(page: Any) -> None:
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_the_keyboard_moves_sliders_and_the_address_keeps_them(opened: Open) -> None:
    view = opened("istanbul")
    page = view.page
    page.focus("#control-1")
    before = page.inner_text("#headline")
    page.keyboard.press("ArrowRight")
    settled(page)
    assert page.evaluate("report.page.state.levels[0]") == 0.02
    page.keyboard.press("PageUp")
    page.keyboard.press("PageUp")
    settled(page)
    assert page.evaluate("report.page.state.levels[0]") == 0.42
    assert page.inner_text("#headline") != before
    assert page.get_attribute("#control-1", "aria-valuetext") == "0.42"
    assert page.url.endswith("#battlefield=0.42")
    page.keyboard.press("Home")
    settled(page)
    assert page.evaluate("report.page.state.levels[0]") == -1
    page.keyboard.press("Tab")
    page.keyboard.type("0.123456")
    settled(page)
    gap = page.evaluate("report.page.result.gap")
    assert page.url.endswith("#battlefield=0.123456")
    again = opened("istanbul", hash="#battlefield=0.123456")
    assert again.page.evaluate("report.page.result.gap") == gap
    view.quiet()
    again.quiet()


def test_every_control_is_reached_by_the_keyboard(opened: Open) -> None:
    page = opened("everything").page
    page.evaluate("document.querySelectorAll('#controls details').forEach((one) => { one.open = true; })")
    wanted = page.evaluate("document.querySelectorAll('input, select, button, summary').length")
    reached = set()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
    controls = page.evaluate(
        "[...document.querySelectorAll('*')].flatMap((e, n) => e.matches('input, select, button, summary') ? [n] : [])"
    )
    assert set(controls) <= reached


def test_a_shared_address_restores_importances_and_choices(opened: Open) -> None:
    address = "#front=-0.5&east.land=7.5&map:=trade,watch&plane:=north,west"
    view = opened("everything", hash=address)
    state = view.page.evaluate("report.page.state")
    assert state["levels"] == [-0.5, 0.3]
    assert state["importances"][0][0] == 7.5
    assert (state["map"], state["plane"]) == ([2, 3], [2, 1])
    view.page.select_option("#map-choice label:first-child select", "0")
    settled(view.page)
    assert view.page.evaluate("report.page.state.map") == [0, 3]
    assert view.page.evaluate("document.querySelector('#map-choice select').value") == "0"
    view.page.click("text=Back to the start")
    settled(view.page)
    assert "#" not in view.page.url
    assert view.page.evaluate("report.page.state.importances[0][0]") == 5
    view.quiet()


@pytest.mark.parametrize(
    "address", ["#front=lots", "#front=99&east.land=-3", "#map:=trade,trade&plane:=,", "#%E0%A4%A&=&&x", "#front="]
)
def test_a_broken_address_does_no_harm(opened: Open, address: str) -> None:
    view = opened("everything", hash=address)
    levels, importances = view.page.evaluate("[report.page.state.levels, report.page.state.importances]")
    assert -1 <= levels[0] <= 1
    assert importances[0][0] >= 1.5
    assert view.page.evaluate("report.page.result.gap") is not None
    view.quiet()


def test_the_numbers_can_be_downloaded(opened: Open) -> None:
    page = opened("everything", hash="#front=-0.5").page
    with page.expect_download() as waiting:
        page.click("text=Download numbers (CSV)")
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    rows = {(what, of, detail): value for what, of, detail, value in csv.reader(io.StringIO(text))}
    result = page.evaluate("report.page.result")
    assert rows["leverage", "front", ""] == "-0.5"
    assert float(rows["zone", "", "gap"]) == result["gap"]
    assert float(rows["nash", "utility", "east"]) == result["deals"]["nash"]["utilities"][0]
    assert rows["nash", "level", "watch"] in ("nobody", "neighbours", "all")
    assert float(rows["frontier", "1", "north"]) == result["frontier"][0][2]


def test_text_in_the_numbers_is_no_formula(opened: Open, tmp_path: Path) -> None:
    page = opened("", address=written(tmp_path, built(changed(name='=HYPERLINK("x")')))).page
    with page.expect_download() as waiting:
        page.click("text=Download numbers (CSV)")
    rows = list(csv.reader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8"))))
    assert rows[1][1] == '\'=HYPERLINK("x")'


# What a reader sees --------------------------------------------------------------------------------------------------


def test_hostile_text_does_not_run(opened: Open, tmp_path: Path) -> None:
    view = opened("", address=written(tmp_path, built(hostile())), viewport={"width": 360, "height": 700})
    assert view.page.evaluate("window.hacked") is None
    assert view.page.locator("img").count() == 0
    assert "<img src=x onerror=window.hacked=1>" in view.page.inner_text("h1")
    assert "onerror" in view.page.inner_text("#deal-table")
    assert view.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    view.quiet()


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize("width", [320, 375, 1280])
def test_nothing_scrolls_sideways(opened: Open, name: str, width: int) -> None:
    view = opened(name, viewport={"width": width, "height": 700})
    view.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert view.page.evaluate("document.documentElement.scrollWidth") <= width
    beyond = """(width) => [...document.querySelectorAll('main *, form *')].filter((e) => {
      const { left, right } = e.getBoundingClientRect();
      return e.getClientRects().length && !e.closest('.unseen, thead') && (right > width + 1 || left < -1);
    }).map((e) => e.outerHTML.slice(0, 80))"""
    assert view.page.evaluate(beyond, width) == []
    view.quiet()


CONTRAST = """() => {
  const paint = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = (color) => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = color;
    paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  };
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const behind = (node) => {
    for (let e = node; e; e = e.parentElement) {
      const color = rgb(getComputedStyle(e).backgroundColor);
      if (color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.getClientRects().length || node.closest('script, style, noscript, title')) continue;
    const style = getComputedStyle(node);
    const ink = light(rgb(node instanceof SVGElement ? style.fill : style.color)), paper = light(behind(node));
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    if (ratio < 4.5) poor.push(`${node.tagName} ${node.textContent.slice(0, 30)} ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(opened: Open, scheme: str) -> None:
    view = opened("istanbul", color_scheme=scheme)
    view.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert view.page.evaluate(CONTRAST) == []


def test_everything_has_a_name_for_a_screen_reader(opened: Open) -> None:
    page = opened("everything").page
    nameless = """() => [...document.querySelectorAll('input, select, svg[role=img], button')].filter((e) => {
      const labels = e.labels ? [...e.labels].map((label) => label.textContent).join('') : '';
      return !(e.getAttribute('aria-label') || labels || e.textContent).trim();
    }).map((e) => e.outerHTML.slice(0, 80))"""
    assert page.evaluate(nameless) == []
    assert page.get_attribute("#headline", "aria-live") == "polite"
    assert page.evaluate("document.documentElement.lang") == "en"
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids))
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map((e) => Number(e.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1


def test_the_print_view_is_whole(opened: Open) -> None:
    view = opened("istanbul", hash="#battlefield=0.3")
    page = view.page
    assert len(page.pdf(format="A4")) > 20_000
    page.emulate_media(media="print")
    assert page.evaluate("[...document.querySelectorAll('details')].every((one) => one.open)")
    clipped = """() => [...document.querySelectorAll('section, form, table, figure')].filter((e) => {
      const style = getComputedStyle(e);
      return !e.getClientRects().length || e.scrollHeight > e.clientHeight + 2 && style.overflowY !== 'visible';
    }).map((e) => e.id || e.tagName)"""
    assert page.evaluate(clipped) == []
    assert page.input_value("#controls input[type=number]") == "0.3"
    assert page.is_visible("#controls input[type=number]")
    assert not page.is_visible("#controls input[type=range]")
    view.quiet()


def test_an_empty_zone_is_drawn_empty(opened: Open, tmp_path: Path) -> None:
    scenario = sim.load(ROOT / "scenarios" / "teaching" / "empty-zone.yaml")
    view = opened("", address=written(tmp_path, scenario))
    page = view.page
    assert "No zone of possible agreement: the gap is −0.150" in page.inner_text("#headline")
    assert page.locator("#plane .zone").count() == 0
    assert page.locator("#range-rows .zone").count() == 0
    assert page.locator("#plane .nearest").count() == 1
    assert "would fall short of what no deal gives" in page.inner_text("#sentences")
    assert "there would be a zone" in page.inner_text("#why")
    assert "A zone from 0.5 to 1" in page.inner_text("#controls")
    page.evaluate("report.compute({ levels: [1] })")
    assert page.locator("#plane .zone").count() == 1
    view.quiet()


def test_no_outcome_at_all_is_drawn(opened: Open, tmp_path: Path) -> None:
    view = opened("", address=written(tmp_path, built(no_outcome())))
    assert "the red lines leave no outcome" in view.page.inner_text("#headline")
    assert "together leave no outcome" in view.page.inner_text("#sentences")
    assert view.page.locator("#plane svg").count() == 1
    view.quiet()


def test_a_large_scenario_shows_what_was_computed(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_data, "MOST_POINTS", 5)
    scenario = built(EVERYTHING)
    view = opened("", address=written(tmp_path, scenario))
    page = view.page
    study = sim.study(scenario)
    assert not page.is_visible("#controls")
    assert "too large to recompute in a page" in page.inner_text("header")
    assert f"{study.zone.gap:.3f}" in page.inner_text("#headline")
    assert page.locator("#map-figure svg .zone").count() == 1
    page.select_option("#map-choice select >> nth=0", "3")
    settled(page)
    assert "Watch" in page.text_content("#map-figure svg")
    view.quiet()


def test_without_scripts_the_study_is_there_in_words(opened: Open) -> None:
    view = opened("istanbul", java_script_enabled=False)
    words = view.page.inner_text("main")
    assert "The study in words" in words
    assert "DEALS" in words
    view.quiet()
