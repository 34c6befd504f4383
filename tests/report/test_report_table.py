"""The negotiation table, its switches and proposals, the maps that answer, and what a reader takes away."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from report_axe import AXE, violations
from report_scenes import EVERYTHING, ROOT, built, changed
from report_twin import SAME, assert_same, solved
from report_views import SCENES, Open, settled, until, written

import sim
from sim.game.compiled import Game, compile, without_lines
from sim.game.terms import terms
from sim.model.scenario import Scenario, with_values
from sim.space.trees import fold_space
from sim.studies.solve import Point
from sim.studies.trades import judge

pytestmark = pytest.mark.browser

LINES = {
    "parties__east__red_lines": {
        "some_land": {"label": "some land", "issue": "land", "min": 5},
        "no_pact": {"issue": "pact", "forbid": ["firm"], "when": {"watch": ["all"]}},
    },
    "parties__far__red_lines": {"little_land": {"issue": "land", "max": 10}},
    "issues__watch": {
        "label": "Watch",
        "levels": ["nobody", "neighbours", "all"],
        "control": ["north", "far"],
        "reversion": "neighbours",
    },
}


def switched() -> Scenario:
    return built(changed(**LINES))


def all_outcomes(game: Game) -> np.ndarray[Any, Any]:
    levels = np.array(list(itertools.product(*(range(len(own)) for own in game.levels))))
    return levels[game.factors.allowed(levels)]


def margins_by_level(game: Game, reservation: np.ndarray[Any, Any]) -> list[list[float]]:
    """Return by enumeration the best margin of any deal with a level."""
    levels = all_outcomes(game)
    least = (game.factors.utilities(levels)[:, game.columns] - reservation[game.columns]).min(axis=1)
    return [
        [max(least[levels[:, k] == n], default=-np.inf) for n in range(len(own))] for k, own in enumerate(game.levels)
    ]


@pytest.mark.parametrize("name", ["everything", "ties", "narrow", "fearon"])
def test_every_level_has_the_best_margin_of_any_deal_with_it(opened: Open, name: str) -> None:
    game = compile(SCENES[name]())
    page = opened(name).page
    rng = np.random.default_rng(3)
    for _ in range(4):
        levels = {n: float(rng.uniform(*v.range)) for n, v in game.scenario.spec.leverage.items()}
        page.evaluate("(levels) => report.compute({ levels })", list(levels.values()))
        theirs = page.evaluate("report.page.margins")
        ours = margins_by_level(game, terms(game, levels).reservation[0])
        assert [len(own) for own in theirs] == [len(own) for own in ours]
        assert np.allclose(np.concatenate(theirs), np.concatenate(ours), rtol=0, atol=SAME)


def test_the_leverage_map_is_the_margin_of_every_point(opened: Open) -> None:
    game = compile(built(EVERYTHING))
    page = opened("everything").page
    field = page.evaluate("(({ side, margins }) => ({ side, margins: [...margins] }))(report.field())")
    side = field["side"]
    frontier = fold_space(game.space).frontier.points.utilities
    rng = np.random.default_rng(4)
    for i, j in rng.integers(side, size=(12, 2)):
        levels = {"front": -1 + 2 * i / (side - 1), "strain": j / (side - 1)}
        reservation = terms(game, levels).reservation[0][game.columns]
        assert abs(field["margins"][j * side + i] - (frontier - reservation).min(axis=1).max()) <= SAME


def test_switches_give_what_python_gives(opened: Open, tmp_path: Path) -> None:
    """Any red lines lifted, any who may sign: zone, deals, maps and the levels on the table."""
    scenario = switched()
    page = opened("", address=written(tmp_path, scenario)).page
    keys = page.evaluate("report.page.base.lines.map(({ key }) => key)")
    assert keys == ["east.some_land", "east.no_pact", "west.pact_for_land", "far.little_land"]
    rng = np.random.default_rng(5)
    signings = [[0, 1, 2], [0, 1, 2, 3], [0, 1], [1, 2, 3]]
    for number in range(8):
        signers, lifted = signings[number % 4], [key for key in keys if rng.random() < 0.5]
        levels = {"front": float(rng.uniform(-1, 1)), "strain": float(rng.uniform(0, 1))}
        whole = compile(scenario, only=[list(scenario.spec.parties)[p] for p in signers])
        game = without_lines(whole, [tuple(key.split(".")) for key in lifted])  # type: ignore[misc]
        ours = solved(game, fold_space(game.space), levels, maps=False)
        some = {"signers": signers, "lifted": lifted, "levels": list(levels.values())}
        theirs = page.evaluate(
            """(some) => { const result = { ...report.compute(some) };
            result.frontier = Array.from(result.frontier[0], (_, n) => result.frontier.map((column) => column[n]));
            result.maps = {}; return result; }""",
            some,
        )
        assert_same(theirs, ours, str(some))
        assert page.evaluate("report.page.model.issues.map((i) => i.levels)") == [list(own) for own in game.levels]


def test_numbers_behind_no_deal_give_what_python_gives(opened: Open) -> None:
    page = opened("everything").page
    numbers = page.evaluate("report.page.base.numbers")
    assert [one["path"] for one in numbers] == [
        "war.outcomes.east_wins.odds",
        "war.outcomes.west_wins.odds",
        "parties.east.no_deal.war.cost",
        "parties.east.no_deal.war.optimism.east_wins",
        "parties.west.no_deal.war.cost",
        "parties.north.no_deal.outside",
        "parties.north.no_deal.impasse",
        "parties.far.no_deal",
    ]
    rng = np.random.default_rng(6)
    for _ in range(4):
        chosen = {one["path"]: round(float(one["at"] * rng.uniform(0.4, 1.6)), 3) for one in numbers}
        game = compile(with_values(built(EVERYTHING), chosen))
        ours = solved(game, fold_space(game.space), {"front": 0.4, "strain": 0.1}, maps=False)
        theirs = page.evaluate("(numbers) => report.compute({ levels: [0.4, 0.1], numbers })", chosen)
        for key in ("exists", "margin", "reservation", "disagreement", "ranges", "deals"):
            assert_same(theirs[key], ours[key], key)


@pytest.mark.parametrize("name", ["everything", "istanbul"])
def test_a_proposal_is_judged_as_python_judges_it(opened: Open, name: str) -> None:
    scenario = SCENES[name]()
    game = compile(scenario)
    whole = fold_space(game.space).frontier
    page = opened(name).page
    levels = {n: v.default for n, v in scenario.spec.leverage.items()}
    found = terms(game, levels)
    point = Point(*(x[0, game.columns] for x in (found.reservation, found.disagreement, found.power)))
    rng = np.random.default_rng(7)
    for _ in range(8):
        proposal = [int(rng.integers(len(own))) for own in game.levels]
        ours = judge(game, whole, point, game.outcome(proposal))
        page.evaluate("(proposal) => report.compute({ proposal })", proposal)
        theirs = page.evaluate("report.page.judgement")
        assert_same(theirs["gains"], list(ours.gains.values()))
        assert_same(theirs["utilities"], list(ours.utilities.values()))
        lines = page.evaluate("report.page.base.lines.map(({ key }) => key)")
        assert [lines[n] for n in theirs["crossed"]] == [f"{p}.{line}" for p, line in ours.crossed]
        assert sorted(game.parties[p] for p in theirs["away"]) == sorted(set(ours.walk_away))
        assert abs(theirs["distance"] - ours.distance) <= SAME
        assert (theirs["better"] is None) == (ours.better is None)
        if ours.better_utilities is not None:
            worth = game.factors.utilities(np.array([theirs["better"]]))[0][game.columns]
            assert_same(worth.tolist(), [ours.better_utilities[p] for p in game.signers])
        swaps = [[min(swap["gains"]), len(swap["changes"])] for swap in theirs["swaps"]]
        assert len(swaps) == len(ours.swaps)
        assert_same([x for x, _ in swaps], [min(swap.utility_change.values()) for swap in ours.swaps])


# What a reader does --------------------------------------------------------------------------------------------------


def test_a_click_on_a_level_proposes_it(opened: Open) -> None:
    view = opened("istanbul")
    page = view.page
    box = page.locator("[data-issue=territory] .bar-place").bounding_box()
    page.mouse.click(box["x"] + 4, box["y"] + 20)
    settled(page)
    deal = page.evaluate("report.page.result.deals.nash.levels")
    proposal = page.evaluate("report.page.state.proposal")
    assert proposal == [*deal[:7], 0, deal[8]], "the rest is the deal shown"
    assert "Your proposal" in page.inner_text("#verdict")
    assert page.locator(".proposed").count() == 9
    assert "deal%3A=" in page.url
    page.click("text=Take it")
    settled(page)
    assert "on the Pareto frontier" in page.inner_text("#verdict")
    page.click("#verdict >> text=Clear")
    settled(page)
    assert page.evaluate("report.page.state.proposal") is None
    page.focus("[data-issue=nato] [role=slider]")
    page.keyboard.press("Home")
    settled(page)
    assert "Crosses a red line of Russia: “no NATO membership”" in page.inner_text("#verdict")
    assert "refuses (red line)" in page.inner_text("#verdict")
    assert page.evaluate("document.activeElement.getAttribute('aria-valuetext')").startswith("membership")
    page.keyboard.press("ArrowRight")
    settled(page)
    assert page.evaluate("document.activeElement.getAttribute('aria-valuenow')") == "1"
    view.quiet()


def test_the_leverage_map_shows_the_deal_there_and_goes_there(opened: Open) -> None:
    view = opened("istanbul")
    page = view.page
    until(page, "document.querySelector('#levermap image')")
    box = page.locator("#levermap .pointed").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.5)
    assert "margin" in page.inner_text("#tip")
    assert "NATO or neutrality: " in page.inner_text("#tip")
    assert page.evaluate("document.querySelectorAll('.ghost[display=inline]').length") == 9, "and on the table"
    page.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.5)
    settled(page)
    first, second, third = page.evaluate("report.page.state.levels")
    assert first > 0.4
    assert 0.2 < second < 0.8
    assert third == 0
    page.mouse.move(0, 0)
    page.focus("#levermap .pointed")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    assert page.is_visible("#tip")
    page.keyboard.press("Enter")
    settled(page)
    assert page.evaluate("report.page.state.levels[0]") < first - 0.2
    assert page.evaluate("document.activeElement.className") == "pointed", "the map keeps the focus"
    view.quiet()


def test_the_frontier_shows_deals_and_proposes_one(opened: Open) -> None:
    view = opened("istanbul")
    page = view.page
    page.focus("#plane .pointed")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert "Gains over no deal: Russia" in page.inner_text("#tip")
    page.keyboard.press("Enter")
    settled(page)
    assert page.evaluate("report.page.judgement.better") is None
    assert "on the Pareto frontier" in page.inner_text("#verdict")
    view.quiet()


def test_one_lever_has_a_line_and_none_has_no_map(opened: Open, tmp_path: Path) -> None:
    page = opened("ties").page
    until(page, "document.querySelector('#levermap .curve')")
    assert page.locator("#levermap image").count() == 0
    none = changed(leverage={}, future={})
    bare = opened("", address=written(tmp_path, built(none))).page
    assert not bare.is_visible("#levermap")
    assert bare.is_visible("#table")


def test_what_was_done_can_be_undone(opened: Open) -> None:
    view = opened("istanbul")
    page = view.page
    assert page.is_disabled("text=Undo")
    page.fill("#control-1 + input", "0.5")
    settled(page)
    page.fill("#control-1 + input", "-0.25")
    settled(page)
    page.click("text=Undo")
    settled(page)
    assert page.evaluate("report.page.state.levels[0]") == 0.5
    page.click("text=Undo")
    settled(page)
    assert page.evaluate("report.page.state.levels[0]") == 0
    page.click("text=Redo")
    settled(page)
    assert page.evaluate("report.page.state.levels[0]") == 0.5
    assert "+0." in page.inner_text("#parties") or "−0." in page.inner_text("#parties"), "what moved is said"
    page.go_back()
    until(page, "report.page.state.levels[0] === 0.5 || report.page.state.levels[0] === 0")
    view.quiet()


def test_two_views_stand_side_by_side(opened: Open) -> None:
    page = opened("istanbul").page
    page.click("text=Pin as A")
    page.uncheck("text=no guarantors bound to act without its assent")
    settled(page)
    page.click("text=Pin as B")
    rows = page.locator("#pin-table tr.differs").all_inner_texts()
    assert any(row.startswith("Set") and "lifted" in row for row in rows)
    assert page.locator("#pin-table tbody tr").count() == 3 + 2 + 9
    page.click("text=Go to A")
    settled(page)
    assert page.evaluate("report.page.state.lifted") == []


def test_minimal_sets_of_red_lines_open_the_zone(opened: Open, tmp_path: Path) -> None:
    scenario = sim.load(ROOT / "scenarios" / "core-demands.yaml")
    page = opened("", address=written(tmp_path, scenario)).page
    assert "no outcome" in page.inner_text("#headline")
    page.evaluate("document.querySelectorAll('#controls details').forEach((one) => { one.open = true; })")
    until(page, "[...document.querySelectorAll('#controls .idle')].every((one) => one.textContent)")
    sets = page.evaluate("report.page.base.lifts")
    assert len(sets) >= 3
    for number in range(2):
        page.click(f".lift >> nth={number}")
        settled(page)
        assert page.evaluate("report.page.result.exists") is True
        assert page.evaluate("report.page.state.lifted.length") == 3
        page.click("text=Back to the start")
        settled(page)
    assert page.evaluate("report.page.result.exists") is False


def test_what_was_changed_is_saved_as_a_scenario(opened: Open, tmp_path: Path) -> None:
    source = ROOT / "scenarios" / "four-party-2025.yaml"
    page = opened("", address=written(tmp_path, sim.load(source))).page
    lever = page.evaluate("report.page.base.leverage[0].key")
    number = page.evaluate("report.page.base.numbers[0]")
    page.evaluate(
        """([path, x]) => { const { page } = report; const { importances } = page.state; importances[0][0] += 3;
        report.compute({ levels: page.state.levels.map((x, n) => (n ? x : page.base.leverage[0].range[1])), importances,
          lifted: [page.base.lines[0].key], signers: [0, 1, 2, 3], numbers: { [path]: x } }); }""",
        [number["path"], number["at"] + 0.5],
    )
    margin = page.evaluate("report.page.result.margin")
    with page.expect_download() as waiting:
        page.click("text=Save as scenario (YAML)")
    assert waiting.value.suggested_filename == "four-party-2025-changed.yaml"
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    for name in ("four-party-2025.yaml",):
        (tmp_path / name).write_text((source.parent / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "changed.yaml").write_text(text, encoding="utf-8")
    saved = sim.load(tmp_path / "changed.yaml")
    study = sim.study(saved)
    assert study.zone.margin is not None
    assert abs(study.zone.margin - margin) <= SAME
    assert study.game.signers == study.game.parties
    said = {item.path: item for item in study.provenance.inputs}
    for path in (f"leverage.{lever}.default", number["path"]):
        assert said[path].kind == "assumption"
        assert "Set on the report page" in said[path].text


@pytest.mark.parametrize("section", ["table", "levermap", "zone"])
def test_figures_are_handed_over(opened: Open, section: str) -> None:
    page = opened("istanbul").page
    until(page, "document.querySelector('#levermap image')")
    with page.expect_download() as waiting:
        page.click(f"#{section} >> text=SVG")
    root = ElementTree.fromstring(Path(waiting.value.path()).read_text(encoding="utf-8"))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    shapes = list(root.iter())
    assert len(shapes) > 15
    assert not [e for e in shapes if e.get("class") or "color(" in (e.get("fill") or "")], "it stands alone"
    assert {"fill", "stroke"} <= set(shapes[-1].attrib)
    with page.expect_download() as waiting:
        page.click(f"#{section} >> text=PNG")
    data = Path(waiting.value.path()).read_bytes()
    assert data.startswith(b"\x89PNG")
    assert int.from_bytes(data[16:20], "big") >= 500, "two pixels for one"


def test_the_table_is_copied_as_text(opened: Open) -> None:
    page = opened("istanbul").page
    page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', { value: { writeText: (t) => { window.copied = t; } } })"
    )
    page.click("text=Copy table")
    until(page, "window.copied")
    rows = [line.split("\t") for line in page.evaluate("copied").splitlines()]
    assert {len(row) for row in rows} == {3}
    assert rows[0] == ["Issue", "Nash deal", "In some agreement"]
    assert len(rows) == 10


# What a reader sees --------------------------------------------------------------------------------------------------


def test_table_map_and_frontier_stand_on_the_first_screen(opened: Open) -> None:
    page = opened("istanbul", viewport={"width": 1440, "height": 900}).page
    until(page, "document.querySelector('#levermap image')")
    bottoms = "['#table', '#levermap', '#plane figure > .pointed'].map((id) => %s)"
    box = "document.querySelector(id).getBoundingClientRect().bottom"
    assert max(page.evaluate(bottoms % box)) < 900
    assert page.evaluate("document.querySelector('#table').getBoundingClientRect().top") < 250


def test_everything_is_reached_with_a_thumb(opened: Open) -> None:
    view = opened("istanbul", viewport={"width": 390, "height": 844}, has_touch=True)
    page = view.page
    assert page.evaluate("document.querySelector('#table-rows').getBoundingClientRect().top") < 500
    for name, target in (("Map", "levermap"), ("Frontier", "zone"), ("Table", "table")):
        page.tap(f".thumbs >> text={name}")
        top = page.evaluate(f"document.querySelector('#{target}').getBoundingClientRect().top")
        assert 0 <= top < 400, name
    assert not page.is_visible("#controls")
    page.tap("#sheet")
    until(page, "getComputedStyle(document.getElementById('controls')).visibility === 'visible'")
    sheet = page.evaluate("document.querySelector('#controls').getBoundingClientRect().top")
    assert sheet > 300, "the table stays in sight while a slider moves"
    assert page.evaluate("location.hash") == ""
    view.quiet()


def test_colours_say_on_which_side_of_zero_a_level_lies(opened: Open, tmp_path: Path) -> None:
    page = opened("", address=written(tmp_path, sim.load(ROOT / "scenarios" / "may-2025.yaml"))).page
    sides = (
        "['below', 'above', 'barred'].map((s) => document.querySelectorAll(`#table-rows .cell[class*=${s}]`).length)"
    )
    below, above, barred = page.evaluate(sides)
    assert below > 20
    assert above == 0
    assert barred > 3
    page.evaluate("report.compute({ levels: [0.9, 0, 0, 0] })")
    assert page.evaluate(sides)[1] > 10
    ranges, margins = page.evaluate("[report.page.result.ranges, report.page.margins]")
    assert ranges == [[x >= -SAME for x in own] for own in margins], "a level is in some agreement, or it is not"


@pytest.mark.skipif(not AXE, reason="AXE names no copy of axe-core")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(opened: Open, scheme: str) -> None:
    page = opened("istanbul", color_scheme=scheme, bypass_csp=True).page
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.click("text=Pin as A")
    page.focus("[data-issue=nato] [role=slider]")
    page.keyboard.press("Home")
    settled(page)
    assert list(violations(page)) == []
