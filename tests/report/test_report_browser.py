"""The page in Chromium as its reader has it: sliders, keyboard, address, numbers, sight, paper, phone, no requests."""

from __future__ import annotations

import csv
import io
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from report_scenes import EVERYTHING, ROOT, built, changed, hostile, no_outcome
from report_views import SCENES, Open, drawn, settled, until, written

import sim
from sim.report import data as report_data
from sim.report.page import write_page

pytestmark = pytest.mark.browser


# What a reader does --------------------------------------------------------------------------------------------------


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
    margin = page.evaluate("report.page.result.margin")
    assert page.url.endswith("#battlefield=0.123456")
    again = opened("istanbul", hash="#battlefield=0.123456")
    assert again.page.evaluate("report.page.result.margin") == margin
    view.quiet()
    again.quiet()


def test_every_control_is_reached_by_the_keyboard(opened: Open) -> None:
    page = opened("everything").page
    page.evaluate("document.querySelectorAll('#controls details').forEach((one) => { one.open = true; })")
    some = "[...document.querySelectorAll('*')]"
    live = "e.matches('input, select, button, summary, [role=slider], .pointed') && !e.disabled && e.checkVisibility()"
    wanted = page.evaluate(f"{some}.filter((e) => {live}).length")
    reached = set()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(wanted + 12):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
    controls = page.evaluate(f"{some}.flatMap((e, n) => {live} ? [n] : [])")
    assert len(controls) > 40
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
    assert view.page.evaluate("report.page.result.margin") is not None
    view.quiet()


def test_the_numbers_can_be_downloaded(opened: Open) -> None:
    page = opened("everything", hash="#front=-0.5").page
    with page.expect_download() as waiting:
        page.click("text=Download numbers (CSV)")
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    rows = {(what, of, detail): value for what, of, detail, value in csv.reader(io.StringIO(text))}
    result = page.evaluate("report.page.result")
    assert rows["leverage", "front", ""] == "-0.5"
    assert float(rows["zone", "", "margin"]) == result["margin"]
    assert float(rows["nash", "utility", "east"]) == result["deals"]["nash"]["utilities"][0]
    assert rows["nash", "level", "watch"] in ("nobody", "neighbours", "all")
    north = page.evaluate("report.page.result.frontier[2][0]")
    assert float(rows["frontier", "1", "north"]) == north
    grid, (k, m) = page.evaluate("[report.page.grid, report.page.view.map]")
    keys, levels = page.evaluate(
        "[report.page.model.issues.map((i) => i.key), report.page.model.issues.map((i) => i.levels)]"
    )
    words = ("a red line", "no agreement", "some agreement")
    for i, column in enumerate(grid):
        for j, state in enumerate(column):
            assert rows[f"{keys[k]} with {keys[m]}", str(levels[k][i]), str(levels[m][j])] == words[state]


def test_the_numbers_say_who_signs_and_what_was_changed(opened: Open, tmp_path: Path) -> None:
    set_by_hand = {"parties.east.no_deal.war.cost": 0.2}
    study = sim.study(built(EVERYTHING), set=set_by_hand, lift_lines=["west.pact_for_land"], sign=["far"])
    target = tmp_path / "page.html"
    write_page(study, str(target))
    page = opened("", address=target.as_uri()).page
    with page.expect_download() as waiting:
        page.click("text=Download numbers (CSV)")
    content = Path(waiting.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf"), "a spreadsheet must know that it is UTF-8"
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert {len(row) for row in rows} == {4}
    assert [of for what, of, _, _ in rows if what == "signs"] == ["east", "west", "north", "far"]
    assert ["red line left out", "west.pact_for_land", "", ""] in rows
    assert ["set", "parties.east.no_deal.war.cost", "", "0.2"] in rows


def test_text_in_the_numbers_is_no_formula(opened: Open, tmp_path: Path) -> None:
    page = opened("", address=written(tmp_path, built(changed(name='=HYPERLINK("x")')))).page
    with page.expect_download() as waiting:
        page.click("text=Download numbers (CSV)")
    rows = list(csv.reader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8-sig"))))
    assert rows[1][1] == '\'=HYPERLINK("x")'


def test_the_address_waits_until_a_slider_rests(opened: Open) -> None:
    """Browsers refuse an address that changes at every step of a slider."""
    page = opened("istanbul").page
    page.evaluate(
        """() => {
          window.changes = [];
          const own = history.pushState.bind(history);
          history.pushState = (...all) => { changes.push(all[2]); own(...all); };
        }"""
    )
    page.focus("#control-1")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    settled(page)
    changes = page.evaluate("changes")
    assert changes[-1].endswith("#battlefield=0.2")
    assert len(changes) < 10


SLOW = "let clock = 0; performance.now = () => (clock += 50);"
WATCH = """() => {
  window.seen = [];
  const look = () => seen.push([document.body.classList.contains('updating'), report.page.result.margin]);
  new MutationObserver(look).observe(document.body, { attributes: true, attributeFilter: ['class'] });
}"""


def test_what_takes_long_is_computed_in_slices_and_marked(opened: Open) -> None:
    """On a clock that leaps a slice has one step: the old result stays in sight, marked, until the new one is whole."""
    view = opened("istanbul", script=SLOW)
    page = view.page
    before = page.evaluate("report.page.result.margin")
    page.evaluate(WATCH)
    page.evaluate("document.querySelector('#controls details[aria-label]').open = true")
    box = page.locator("#controls details[aria-label] input[type=number]").first
    box.fill("30")
    box.fill("3")
    settled(page)
    seen = page.evaluate("seen")
    assert seen[0] == [True, before]
    assert seen[-1][0] is False
    assert not page.evaluate("document.body.classList.contains('updating')")
    assert page.get_attribute("#table", "aria-busy") is None
    assert page.evaluate("report.page.view.importances[0][0]") == 3
    after = page.evaluate("report.page.result.margin")
    again = opened("istanbul", hash="#russia.army_cap=3")
    assert abs(after - again.page.evaluate("report.page.result.margin")) <= 1e-12
    assert page.inner_text("#headline") == again.page.inner_text("#headline")
    view.quiet()


def test_a_frontier_that_outgrows_the_page_is_said_until_it_fits_again(opened: Open, tmp_path: Path) -> None:
    """Equal and opposed weights make every outcome efficient."""
    names, mine, yours = ("one", "two", "three", "four"), (8.13, 4.07, 2.01, 1.0), (1.0, 2.01, 4.07, 8.13)
    data = {
        "format": 1,
        "name": "Opposed",
        "issues": {name: {"range": [0, 30], "step": 1} for name in names},
        "parties": {
            side: {
                "values": {
                    n: {"importance": w, "best": best, "worst": 30 - best} for n, w in zip(names, own, strict=True)
                },
                "no_deal": 0.3,
            }
            for side, best, own in (("up", 30, mine), ("down", 0, yours))
        },
    }
    view = opened("", address=written(tmp_path, built(data)))
    page = view.page
    before = page.inner_text("#headline")
    trouble = page.evaluate(f"report.compute({{ importances: [{list(mine)}, {list(mine)}] }}).trouble")
    assert "the frontier is too large for a page" in trouble
    assert "No result: with these importances the frontier is too large" in page.inner_text("#headline")
    assert not page.is_visible("#zone")
    page.evaluate(f"report.compute({{ importances: [{list(mine)}, {list(yours)}] }})")
    assert page.inner_text("#headline") == before
    assert page.is_visible("#zone")
    view.quiet()


def test_sliders_moved_by_hand_end_where_a_fresh_page_starts(opened: Open) -> None:
    view = opened("istanbul", hash="#battlefield=0.1")
    page = view.page
    page.evaluate("document.querySelectorAll('#controls details').forEach((one) => { one.open = true; })")
    boxes = page.locator("#controls input[type=number]")
    for box, value in ((3, "30"), (3, "3"), (8, "12.5"), (0, "0.3"), (8, "1"), (3, "20"), (3, "4"), (14, "0")):
        boxes.nth(box).fill(value)
        settled(page)
    again = opened("istanbul", hash=page.url[page.url.index("#") :])
    names = "margin, surplus, ranges, deals, nearest"
    keys = f"(({{ {names} }}) => ({{ {names} }}))(report.page.result)"
    ours, theirs = again.page.evaluate(keys), page.evaluate(keys)
    assert ours["ranges"] == theirs["ranges"]
    assert abs(ours["margin"] - theirs["margin"]) <= 1e-9
    for name, deal in ours["deals"].items():
        assert deal["levels"] == theirs["deals"][name]["levels"]
        assert deal["within"] == theirs["deals"][name]["within"]
    for part in (
        "#sentences",
        "#parties",
        "#table-rows",
        "#verdict",
        "#deal-table",
        "#map-figure",
        "#controls",
        "#why",
    ):
        assert page.text_content(part) == again.page.text_content(part), "only what changed is drawn, and all of it"
    assert page.inner_html("#plane") == again.page.inner_html("#plane")
    page.set_viewport_size({"width": 420, "height": 700})
    drawn(page)
    narrow = opened("istanbul", hash=page.url[page.url.index("#") :], viewport={"width": 420, "height": 700}).page
    assert page.inner_html("#plane") == narrow.inner_html("#plane")
    view.quiet()


def test_sections_that_do_not_move_say_so(opened: Open) -> None:
    view = opened("istanbul")
    page = view.page
    fixed = ["why", "equilibria", "durability"]
    for name in fixed:
        assert "At the starting point (Battlefield momentum 0" in page.inner_text(f"#{name}")
        assert not page.is_visible(f"#{name} .stale")
    assert not page.is_visible("#moved")
    page.evaluate("report.compute({ levels: [0.42, 0, 0] })")
    for name in fixed:
        words = page.inner_text(f"#{name} .stale")
        assert "has not moved with the sliders" in words
        assert "Battlefield momentum 0.42 (start 0)" in words
    assert "Away from the starting point: Battlefield momentum 0.42 (start 0)" in page.inner_text("#moved")
    assert "was 0" in page.inner_text("label[for=control-1]")
    page.click("text=Back to the start")
    settled(page)
    assert not page.is_visible("#why .stale")
    assert not page.is_visible("#moved")
    view.quiet()


def test_many_moves_are_counted_not_listed(opened: Open) -> None:
    page = opened("istanbul").page
    page.evaluate("report.compute({ importances: report.page.state.importances.map((own) => own.map((x) => x + 1)) })")
    words = page.inner_text("#why .stale p:first-child")
    assert "importance of Army cap to Russia 17 (start 16)" in words
    assert "and 12 more" in words


def test_the_command_shown_makes_the_page_of_where_the_sliders_stand(opened: Open, tmp_path: Path) -> None:
    scenario = ROOT / "scenarios" / "istanbul-2022.yaml"
    study = sim.study(
        str(scenario),
        {"battlefield": 0.2},
        set={"parties.russia.values.nato.table.open door": 0.25},
        lift_lines=["russia.no_membership"],
    )
    target = tmp_path / "first.html"
    write_page(study, str(target))
    page = opened("", address=target.as_uri(), hash="#aid=-0.5&ukraine.territory=30").page
    words = shlex.split(page.inner_text("#why .stale code"))
    assert words[:3] == ["sim", "report", "istanbul-2022.yaml"]
    made = subprocess.run(
        [sys.executable, "-m", "sim", *words[1:-1], str(tmp_path / "second.html")],
        cwd=scenario.parent,
        capture_output=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    again = opened("", address=(tmp_path / "second.html").as_uri()).page
    margins = [one.evaluate("report.page.result.margin") for one in (page, again)]
    assert abs(margins[0] - margins[1]) <= 1e-9
    assert again.evaluate("report.page.model.scenario") == page.evaluate("report.page.model.scenario") | {
        "sha256": again.evaluate("report.page.model.scenario.sha256"),
        "set": again.evaluate("report.page.model.scenario.set"),
        "setKeys": again.evaluate("report.page.model.scenario.setKeys"),
    }
    assert ["parties.ukraine.values.territory.importance", "30"] in again.evaluate("report.page.model.scenario.set")
    assert not again.is_visible("#why .stale")


def test_the_command_shown_names_who_signs_as_well(opened: Open, tmp_path: Path) -> None:
    """Where a signature unlocks issues, the page of the command has the same issues, margin and signers."""
    scenario = ROOT / "scenarios" / "four-party-2025.yaml"
    target = tmp_path / "first.html"
    write_page(sim.study(str(scenario), sign=["european_allies"]), str(target))
    page = opened("", address=target.as_uri(), hash="#us_pressure=0.5").page
    words = shlex.split(page.inner_text("#why .stale code"))
    assert words[words.index("--sign") + 1] == "european_allies"
    second = tmp_path / "second.html"
    command = [sys.executable, "-m", "sim", *words[1:-1], str(second)]
    made = subprocess.run(command, cwd=scenario.parent, capture_output=True, check=False)
    assert made.returncode == 0, made.stderr
    again = opened("", address=second.as_uri()).page
    assert again.evaluate("report.page.model.signers") == [0, 1, 2, 3]
    levels = "report.page.model.issues.map((issue) => issue.levels)"
    assert again.evaluate(levels) == page.evaluate(levels)
    margins = [one.evaluate("report.page.result.margin") for one in (page, again)]
    assert abs(margins[0] - margins[1]) <= 1e-9
    assert "Signing as well for this page" in again.inner_text("header")


def test_the_skip_link_leaves_the_sliders_as_they_are(opened: Open) -> None:
    page = opened("istanbul", hash="#battlefield=0.42").page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    settled(page)
    assert page.evaluate("document.activeElement.id") == "results"
    assert page.evaluate("report.page.state.levels[0]") == 0.42
    assert page.url.endswith("#battlefield=0.42")


def test_the_page_follows_its_address_back_and_forward(opened: Open) -> None:
    page = opened("istanbul", hash="#battlefield=0.42").page
    first = page.inner_text("#headline")
    page.evaluate("location.hash = '#battlefield=-0.5'")
    until(page, "report.page.state.levels[0] === -0.5")
    second = page.inner_text("#headline")
    assert second != first
    page.go_back()
    until(page, "report.page.state.levels[0] === 0.42")
    assert page.inner_text("#headline") == first
    page.go_forward()
    until(page, "report.page.state.levels[0] === -0.5")
    assert page.inner_text("#headline") == second


def test_the_headline_is_spoken_once_a_slider_rests(opened: Open) -> None:
    page = opened("istanbul").page
    page.evaluate(
        """() => {
          window.spoken = [];
          const node = document.getElementById('spoken');
          new MutationObserver(() => node.textContent && spoken.push(node.textContent)).observe(
            node, { childList: true });
        }"""
    )
    assert page.text_content("#spoken") == "", "what is read with the page is not spoken besides"
    page.focus("#control-1")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    settled(page)
    until(page, "spoken.length > 0")
    assert page.evaluate("spoken") == [page.inner_text("#headline")]


# What a reader sees --------------------------------------------------------------------------------------------------


def test_hostile_text_does_not_run(opened: Open, tmp_path: Path) -> None:
    view = opened("", address=written(tmp_path, built(hostile())), viewport={"width": 360, "height": 700})
    assert view.page.evaluate("window.hacked") is None
    assert view.page.locator("img").count() == 0
    assert "<img src=x onerror=window.hacked=1>" in view.page.inner_text("h1")
    assert "onerror" in view.page.inner_text("#deal-table")
    assert view.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    view.quiet()


def test_labels_keep_their_direction_to_themselves(opened: Open, tmp_path: Path) -> None:
    data = changed(issues__land__label="\u05d0\u05e8\u05e5", issues__trade__label="Trade \u202eedart")
    data["parties"]["west"]["label"] = "\u0627\u0644\u063a\u0631\u0628"
    view = opened("", address=written(tmp_path, built(data)))
    words = view.page.inner_text("main")
    assert "\u2068\u05d0\u05e8\u05e5\u2069" in words
    assert "\u2068\u0627\u0644\u063a\u0631\u0628\u2069 0." in view.page.inner_text("#headline")
    assert "Trade edart" in words, "what would turn the words around it is left out"
    view.quiet()


OVERLAP = """(selector) => {
  const level = [...document.querySelectorAll(selector)].filter((e) => !e.hasAttribute('transform'));
  const boxes = level.map((e) => [e.textContent, e.getBoundingClientRect()]);
  const { left, right } = document.querySelector(selector).closest('svg').getBoundingClientRect();
  const out = boxes.filter(([, b]) => b.left < left - 1 || b.right > right + 1).map(([text]) => text);
  const met = boxes.flatMap(([one, a], n) => boxes.slice(n + 1).filter(([, b]) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3
  ).map(([two]) => [one, two]));
  return [out, met];
}"""


@pytest.mark.parametrize("name", ["istanbul", "everything", "ties", "divide", "long"])
def test_words_in_figures_stand_clear_of_each_other(opened: Open, tmp_path: Path, name: str) -> None:
    files = {"divide": "teaching/divide-the-dollar.yaml"}
    address = ""
    if name in files:
        address = written(tmp_path, sim.load(ROOT / "scenarios" / files[name]))
    if name == "long":
        wide = {"label": "Land", "unit": "hectares", "range": [0, 10_000_000], "step": 1_250_000}
        data = changed(issues__land=wide)
        data["parties"]["east"]["label"] = "A coalition of eastern provinces and islands"
        data["parties"]["east"]["values"]["land"] |= {"best": 10_000_000}
        address = written(tmp_path, built(data))
    view = opened("" if address else name, address=address)
    for width in (320, 390, 1280):
        view.page.set_viewport_size({"width": width, "height": 800})
        drawn(view.page)
        for figure in ("#plane figure > .pointed > svg > text", "#map-figure figure > svg > text"):
            if view.page.locator(figure).count():
                assert view.page.evaluate(OVERLAP, figure) == [[], []], (figure, width)


def test_an_issue_that_others_must_sign_says_so(opened: Open, tmp_path: Path) -> None:
    watch = {"levels": ["nobody", "neighbours", "all"], "control": ["east", "far"], "reversion": "neighbours"}
    page = opened("", address=written(tmp_path, built(changed(issues__watch=watch)))).page
    assert "not on the table unless signed by Far away" in page.inner_text("#table-rows")
    assert page.inner_text("#table-rows").count("not on the table") == 1


@pytest.mark.parametrize("name", SCENES)
def test_nothing_scrolls_sideways(opened: Open, name: str) -> None:
    view = opened(name)
    view.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    beyond = """(width) => [...document.querySelectorAll('main *, form *')].filter((e) => {
      const { left, right } = e.getBoundingClientRect();
      return e.getClientRects().length && !e.closest('.unseen, thead') && (right > width + 1 || left < -1);
    }).map((e) => e.outerHTML.slice(0, 80))"""
    for width in (320, 375, 768, 1024, 1280):
        view.page.set_viewport_size({"width": width, "height": 700})
        drawn(view.page)
        assert view.page.evaluate("document.documentElement.scrollWidth") <= width
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
    names = page.evaluate(
        "[...document.querySelectorAll('select')].map((e) => e.labels[0].firstChild.textContent + "
        "e.labels[0].querySelector('.unseen').textContent)"
    )
    assert len(names) == len(set(names)) == 4, "two figures with an axis each way"
    groups = page.evaluate("[...document.querySelectorAll('#controls details[aria-label]')].map((e) => e.ariaLabel)")
    assert groups == [f"Importance to {name}" for name in ("East", "West", "North", "Far away")]
    assert page.get_attribute("#spoken", "aria-live") == "polite"
    assert page.locator("[aria-live], [role=status], [role=alert]").count() == 1
    assert page.evaluate("document.documentElement.lang") == "en"
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids))
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map((e) => Number(e.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1


def test_the_print_view_is_whole(opened: Open) -> None:
    view = opened("istanbul", hash="#battlefield=0.3&russia.army_cap=20")
    page = view.page
    assert len(page.pdf(format="A4")) > 20_000
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for name in ("table", "levermap", "zone", "deals", "held", "why"):
        assert page.is_visible(f"#{name}")
    for name in ("provenance", "notes", "equilibria", "controls", "map"):
        assert not page.is_visible(f"#{name}"), "the annex is printed on demand"
    clipped = """() => [...document.querySelectorAll('section, table, figure')].filter((e) => {
      const style = getComputedStyle(e);
      return e.getClientRects().length && e.scrollHeight > e.clientHeight + 2 && style.overflowY !== 'visible';
    }).map((e) => e.id || e.tagName)"""
    assert page.evaluate(clipped) == []
    settings = page.inner_text("#settings")
    assert "Battlefield momentum 0.3." in settings
    assert "Importances to Russia (only ratios matter) Army cap 20;" in settings
    page.evaluate("document.body.classList.add('annex')")
    assert page.evaluate("[...document.querySelectorAll('main details')].every((one) => one.open)")
    for name in ("provenance", "notes", "equilibria", "map"):
        assert page.is_visible(f"#{name}")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not page.evaluate("[...document.querySelectorAll('main details')].some((one) => one.open)")
    view.quiet()


def test_paper_is_not_wasted(opened: Open) -> None:
    """Figures are drawn for half a page's width; the brief is two sheets, and with its annex a few."""
    page = opened("istanbul").page
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 2
    page.emulate_media(media="print")
    drawn(page)
    widths = "['#levermap-figure', '#plane'].map((id) => document.querySelector(`${id} svg`).viewBox.baseVal.width)"
    assert page.evaluate(widths) == [260, 290]
    page.evaluate("document.body.classList.add('annex')")
    assert 3 <= page.pdf(format="A4").count(b"/Type /Page\n") <= 10


def test_an_empty_zone_is_drawn_empty(opened: Open, tmp_path: Path) -> None:
    scenario = sim.load(ROOT / "scenarios" / "teaching" / "empty-zone.yaml")
    view = opened("", address=written(tmp_path, scenario))
    page = view.page
    assert "No zone of possible agreement: the margin is −0.150" in page.inner_text("#headline")
    assert page.locator("#plane .zone").count() == 0
    assert page.locator("#table-rows .zone-edge").count() == 0
    assert page.locator("#plane .nearest").count() == 1
    assert page.locator("#table-rows .nearest").count() == 1
    assert "would fall short of what no deal gives" in page.inner_text("#sentences")
    assert "there would be a zone" in page.inner_text("#why")
    assert "A zone from 0.5 to 1" in page.inner_text("#controls")
    page.evaluate("report.compute({ levels: [1] })")
    assert page.locator("#plane .zone").count() == 1
    view.quiet()


def test_levels_that_a_red_line_forbids_are_told_from_those_out_of_reach(opened: Open, tmp_path: Path) -> None:
    lines = {"some_land": {"issue": "land", "min": 5}, "a_pact": {"issue": "pact", "forbid": ["firm"]}}
    view = opened("", address=written(tmp_path, built(changed(parties__east__red_lines=lines))))
    page = view.page
    assert page.evaluate("report.page.model.barred") == [
        [True, True, *[False] * 7],
        [False, False, True],
        [False] * 6,
        [False] * 3,
    ]
    assert page.locator("[data-issue=land] .cell.barred").count() == 1, "two neighbours as one"
    assert page.get_attribute("[data-issue=land] .cell >> nth=0", "class") == "cell barred"
    assert "hatched: ruled out by East" in page.inner_text("[data-issue=pact]")
    words = page.get_attribute("[data-issue=pact] [role=slider]", "aria-valuetext")
    assert "Best margin of any deal with it" in (words or "")
    box = page.locator("[data-issue=pact] .bar-place").bounding_box()
    page.mouse.move(box["x"] + box["width"] - 8, box["y"] + 20)
    assert "Ruled out: East, “a pact”" in page.inner_text("#tip")
    assert page.locator("#hatch").count() == 1
    view.quiet()


def test_no_outcome_at_all_is_drawn(opened: Open, tmp_path: Path) -> None:
    view = opened("", address=written(tmp_path, built(no_outcome())))
    assert "the red lines leave no outcome" in view.page.inner_text("#headline")
    assert "together leave no outcome" in view.page.inner_text("#sentences")
    assert view.page.locator("#plane svg").count() == 1
    assert "No dots: the red lines leave no outcome" in view.page.inner_text("#plane")
    ticks = view.page.locator("#plane svg text.quiet").all_text_contents()
    assert 4 <= len(ticks) <= 16
    assert all(len(tick) <= 5 for tick in ticks)
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
    assert f"{study.zone.margin:.3f}" in page.inner_text("#headline")
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
    assert not view.page.is_visible("#zone"), "no heading without its figure"
    view.quiet()
