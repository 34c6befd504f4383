"""The page as text: what it carries, what it refuses, and that nothing of a scenario can become markup."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from report_scenes import EVERYTHING, HOSTILE, ROOT, built, changed, hostile, no_outcome
from scenario_texts import read

import sim
from sim.errors import RequestError
from sim.evidence.provenance import Input
from sim.evidence.records import find_seeds, read_seeds
from sim.output.study_json import study_data
from sim.report import data as report_data
from sim.report.assets import SEVERAL, SINGLE, static
from sim.report.markup import embedded, rendered
from sim.report.page import page, write_page
from sim.report.sources import input_lines

ISTANBUL = ROOT / "scenarios" / "istanbul-2022.yaml"


@pytest.fixture(scope="module")
def istanbul() -> str:
    return page(sim.study(str(ISTANBUL)))


@pytest.fixture(scope="module")
def everything() -> str:
    return page(sim.study(built(EVERYTHING)))


def carried(text: str) -> dict[str, Any]:
    """Return the data that a page carries."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    result: dict[str, Any] = json.loads(found.group(1))
    return result


class Reader(HTMLParser):
    """Collects elements, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_is_small_and_names_no_address(istanbul: str) -> None:
    assert len(istanbul.encode()) < 400_000
    assert set(re.findall(r"https?://[^\s\"'<]*", istanbul)) == {"http://www.w3.org/2000/svg"}
    for _, attributes in Reader(istanbul).tags:
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith(("#", "data:,"))
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]


@pytest.mark.parametrize("scripts", [SINGLE, SEVERAL])
def test_no_name_is_defined_twice_in_the_script(scripts: tuple[str, ...]) -> None:
    source = "\n".join(static(f"{name}.js") for name in scripts)
    names = re.findall(r"^(?:function\*? |class |const |let )(\w+)", source, re.MULTILINE)
    assert len(names) > 100
    assert sorted(names) == sorted(set(names))


def test_the_policy_allows_this_script_and_style_alone(istanbul: str) -> None:
    tags = [a for tag, a in Reader(istanbul).tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"]
    assert len(tags) == 1
    policy = tags[0]["content"] or ""
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for kind, tag in (("script-src", "script"), ("style-src", "style")):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", istanbul, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy


def test_the_page_says_what_it_is(istanbul: str) -> None:
    words = " ".join("".join(Reader(istanbul).words).split())
    assert "A thinking aid, not a forecast. It takes no side" in words
    assert "Istanbul talks, spring 2022" in words
    assert "parties.russia.no_deal.war.cost" in words
    study = sim.study(str(ISTANBUL))
    assert {
        item.text for item in study.provenance.inputs if item.text and " ".join(item.text.split()) not in words
    } == set()
    folder = find_seeds(str(ISTANBUL))
    assert folder is not None
    claims = read_seeds(folder)
    named = {name for item in study.provenance.inputs for name in item.claims}
    assert named
    assert {name for name in named if " ".join(claims[name].text.split()) not in words} == set(), "not only its name"


def test_every_section_of_a_study_is_there(istanbul: str) -> None:
    headings = re.findall(r'<section id="([\w-]+)"', istanbul)
    live = ["table", "levermap", "zone", "pins", "summary", "deals", "held", "map"]
    assert headings == [*live, "why", "truths", "equilibria", "durability", "provenance", "notes"]


INPUTS = r'<ul class="inputs">.*?</ul>(?=</li>\n|</li></ul></details>|</li></ul>\n)'


def listed_in(part: ElementTree.Element, above: str) -> Iterator[tuple[str, str]]:
    """Yield the paths of a list of inputs, each with what is said of it."""
    for item in part.findall("li"):
        path = above + "".join(item.find("code").itertext())
        spans, deeper = item.findall("span"), item.findall("ul")
        for span in spans:
            yield f"{path}.{span.attrib['data-path']}", "".join(span.itertext())
        for each in deeper:
            yield from listed_in(each, f"{path}.")
        if not spans and not deeper:
            yield path, "".join(item.itertext())


def test_every_input_is_listed_once_with_its_value(istanbul: str) -> None:
    study = sim.study(str(ISTANBUL))
    section = istanbul[istanbul.index('<section id="provenance">') : istanbul.index('<section id="notes">')]
    listed = [
        found
        for part in re.findall(INPUTS, section.replace("<wbr>", ""))
        for found in listed_in(ElementTree.fromstring(part), "")
    ]
    everything = (*study.provenance.inputs, *study.provenance.terms)
    assert sorted(path for path, _ in listed) == sorted(item.path for item in everything)
    said = {path: re.sub("<.*?>", "", words) for path, words in listed}
    assert said["issues.nato.levels"].endswith("nato.levels [membership, open door, neutrality]")
    assert "no_membership (issue nato; forbid [membership])" in said["parties.russia.red_lines.no_membership"]
    for item in study.provenance.inputs:
        last = item.path.rsplit(".", 1)[1]
        assert last in said[item.path]
        if isinstance(item.value, float):
            assert said[item.path].endswith(f"{item.value:g}") or item.value >= 1000


def lines(*paths: str, **data: Any) -> list[str]:
    return list(input_lines([Input(path, 1, "none") for path in paths], data))


def test_paths_say_once_what_they_have_in_common() -> None:
    data = {"a": {"b": {"c": 1, "d": {"e": 1, "f": 1}}, "g": {"h": {"i": {"j": 1, "k": 1}, "l": 1}}}}
    (short,) = lines("a.b.c", "a.b.d.e", "a.b.d.f", **data)
    assert re.sub("<.*?>", "", short) == "a.b c 1, d (e 1, f 1)"
    (long,) = lines("a.b.c", "a.b.d.e", "a.g.h.i.j", "a.g.h.i.k", "a.g.h.l", **data)
    marked = long.replace("<li>", "[").replace("</li>", "]")
    assert re.sub("<.*?>", "", marked) == "[a[b c 1, d.e 1][g.h i (j 1, k 1), l 1]]"


def test_evidence_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text(json.dumps(changed(sources={"issues": {"claims": ["doc/land"]}})), encoding="utf-8")
    text = html.unescape(page(sim.study(str(scenario))))
    assert "No folder of evidence records (seeds)" in text
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "doc.yaml").write_text(
        "format: 1\nid: doc\ndocument: d\nclaims: {land: {text: <b>Land</b>}}\n", encoding="utf-8"
    )
    text = html.unescape(page(sim.study(str(scenario))))
    assert "Evidence records could not be read: seeds/doc.yaml:4:" in text
    assert "kind is missing" in text
    assert str(tmp_path) not in text, "a page is mailed to others"
    (folder / "doc.yaml").write_text(
        "format: 1\nid: doc\ndocument: d\nclaims: {sea: {text: <b>Sea</b>, kind: fact}}\n", encoding="utf-8"
    )
    assert "No evidence record holds these claims: doc/land." in page(sim.study(str(scenario)))
    (folder / "doc.yaml").write_text(
        "format: 1\nid: doc\ndocument: d\nclaims: {land: {text: <b>Land</b>, kind: fact}}\n", encoding="utf-8"
    )
    (folder / "other.yaml").write_text(
        "format: 1\nid: more\ndocument: m\nclaims: {sea: {text: No land., kind: fact, disagrees_with: [doc/land]}}\n"
    )
    (folder / "doc.yaml").write_text(
        (folder / "doc.yaml").read_text().replace("kind: fact", "kind: fact, disagrees_with: [more/sea]")
    )
    text = page(sim.study(str(scenario)))
    chips = "<i>fact · no date</i><i class=doubted>disputed by 1</i>"
    assert f"doc/land: &lt;b&gt;Land&lt;/b&gt; {chips}<br>but more/sea: No land." in text
    assert "evidence record" not in text.lower()


def test_a_level_with_a_point_in_its_name_is_one_key() -> None:
    (line,) = lines("v.table.0", "v.table.0.5", v={"table": {"0": 1, "0.5": 1}})
    assert re.sub("<.*?>", "", line) == "v.table 0 1, 0.5 1"


def test_notes_stand_once_each(istanbul: str) -> None:
    notes = study_data(sim.study(str(ISTANBUL)), maps=True)["notes"]
    section = istanbul[istanbul.index('<section id="notes">') :]
    shown = [html.unescape(text) for text in re.findall("<dt>(.*?)</dt>", section)]
    assert len(shown) == len(set(shown))
    assert set(shown) == {text for path, text in notes.items() if path != "solutions"}


def test_a_section_without_sentences_says_why() -> None:
    values = "{cake: {importance: 1, best: 1, worst: 0}}"
    sides = "".join(f"  {name}: {{values: {values}, no_deal: 0.2}}\n" for name in ("a", "b", "c"))
    study = sim.study(read(f"format: 1\nname: x\nissues: {{cake: {{range: [0, 1], step: 0.5}}}}\nparties:\n{sides}"))
    text = page(study)
    section = text[text.index('<section id="equilibria">') : text.index('<section id="coalitions">')]
    reasons = study_data(study)["notes"]
    assert f"Nothing to report: {reasons['equilibria.offers']}; " in html.unescape(section)


def test_words_for_a_terminal_stay_there(istanbul: str) -> None:
    why = istanbul[istanbul.index('<section id="why">') : istanbul.index('<section id="equilibria">')]
    assert "Ranges in brackets" not in why
    assert "(--show" not in why


def test_values_set_by_hand_are_said(tmp_path: Path) -> None:
    assert "Set for this page" not in page(sim.study(str(ISTANBUL)))
    text = page(sim.study(str(ISTANBUL), set={"parties.russia.power": 2, "issues.tanks.range": [400, 800]}))
    assert "Set for this page, other than in the file: parties.russia.power = 2" in text
    model = carried(text)["scenario"]
    assert dict(map(tuple, model["set"])) == {"parties.russia.power": "2", "issues.tanks.range": "[400, 800]"}
    assert model["file"] == "istanbul-2022.yaml"


def test_the_tables_are_those_of_the_game(everything: str) -> None:
    model = carried(everything)
    scenario = built(EVERYTHING)
    assert [party["key"] for party in model["parties"]] == list(scenario.spec.parties)
    assert model["signers"] == [0, 1, 2]
    for party, record in zip(model["parties"], scenario.spec.parties.values(), strict=True):
        for value in party["values"]:
            issue = model["issues"][value["issue"]]
            own = record.values[issue["key"]]
            assert value["v"] == own.at(issue["levels"]).tolist()
            assert value["importance"] == own.importance
    (line,) = model["lines"]
    assert line["key"] == "west.pact_for_land"
    assert line["says"] == "Pact not none, if Land is at least 12.5 %"
    assert line["issues"] == [1, 0]
    assert line["allowed"].count("0") == 4


def test_a_number_carries_its_shifts_only_where_it_has_any(everything: str) -> None:
    east, west = (party["noDeal"] for party in carried(everything)["parties"][:2])
    assert east["optimism"][0]["at"] == 1.5, "a reader may set it"
    assert east["optimism"][1] == 1.0, "it is not in the file"
    assert east["cost"]["by"] == [[1, 0.2]]
    assert west["cost"]["factor"] == [[1, 1.5]]
    assert east["statusQuo"][0]["level"]["at"] == 10
    assert east["statusQuo"][0]["value"]["shape"]["power"] == 0.7
    assert east["statusQuo"][1] == 1


def test_least_importances_keep_utilities_monotone(everything: str) -> None:
    land, pact, trade = carried(everything)["parties"][0]["values"]
    assert (land["least"], pact["least"], trade["least"]) == (1.5, 1.5, 0)


def test_hostile_text_stays_text() -> None:
    text = page(sim.study(built(hostile())))
    reader = Reader(text)
    assert [a for tag, a in reader.tags if tag == "script"] == [{"type": "application/json", "id": "data"}, {}]
    assert not [tag for tag, _ in reader.tags if tag == "img"]
    assert carried(text)["scenario"]["name"] == HOSTILE
    assert HOSTILE in "".join(reader.words)


def test_embedded_data_cannot_end_its_element() -> None:
    nasty = {"a": "<!-- </script> ]]> & \u2028"}
    text = embedded(nasty)
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == nasty


def test_plain_data_is_rendered_as_tables_and_terms() -> None:
    names = {"ru": "Russia"}
    table = rendered({"a": {"x": 1, "y": True}, "b": {"x": 2.5, "y": None}}, names)
    assert '<td data-label="x">2.5</td><td data-label="y">none</td>' in table
    assert rendered({"ru": {"<b>": 0.1234567}}, names) == (
        "<dl><dt>Russia</dt><dd><dl><dt>&lt;b&gt;</dt><dd>0.1235</dd></dl></dd></dl>"
    )
    assert rendered(list(range(9)), names) == "9 numbers from 0 to 8"
    assert rendered([[1, 2]] * 20, names).startswith("20 rows")
    assert "and 2 more" in rendered([{"a": k, "b": "ru"} for k in range(10)], names)
    assert rendered([], names) == rendered({}, names) == "none"


def test_a_large_scenario_is_shown_but_not_recomputed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_data, "MOST_POINTS", 5)
    study = sim.study(built(EVERYTHING))
    text = page(study)
    model = carried(text)
    assert model["live"] is False
    assert "too large to recompute in a page" in text
    start = model["start"]
    assert start["margin"] == study.zone.margin
    assert len(start["frontier"]) == len(study.folded.frontier.points)
    assert start["maps"] == study_data(study, maps=True)["zone"]["maps"]
    assert start["deals"]["nash"]["utilities"] == list(study.solutions["nash"].utilities.values())


def test_blocks_that_form_trees_are_not_recomputed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.space.blocks.MAX_JOINT", 20)
    study = sim.study(built(EVERYTHING))
    assert any(block.children for block in study.game.space.blocks)
    assert "tree" in (report_data.obstacle(study) or "")


def test_too_much_work_a_step_is_not_recomputed(monkeypatch: pytest.MonkeyPatch) -> None:
    study = sim.study(built(EVERYTHING))
    assert report_data.obstacle(study) is None
    monkeypatch.setattr(report_data, "MOST_WORK", 10)
    assert "comparisons" in (report_data.obstacle(study) or "")


def test_no_outcome_at_all_says_why() -> None:
    text = page(sim.study(built(no_outcome())))
    assert carried(text)["start"]["margin"] is None
    assert "Why there is no zone" in text
    assert "together leave no outcome" in text


def test_an_issue_that_is_not_on_the_table_has_its_reversion() -> None:
    watch = {"levels": ["nobody", "neighbours", "all"], "control": ["east", "far"], "reversion": "neighbours"}
    model = carried(page(sim.study(built(changed(issues__watch=watch)))))
    assert model["issues"][3]["levels"] == ["nobody", "neighbours", "all"], "a signature puts them on the table"
    assert (model["issues"][3]["control"], model["issues"][3]["reversion"]) == ([0, 3], 1)
    assert 3 not in model["signers"]
    assert model["parties"][2]["values"][1]["v"] == [0.2, 1.0, 0.0]


def test_one_issue_needs_no_map() -> None:
    model = carried(page(sim.study(str(ROOT / "scenarios" / "teaching" / "empty-zone.yaml"))))
    assert model["firstMap"] == [0, 0]
    assert model["start"]["nearest"]["short"] == [0, 1]


def test_the_first_map_shows_issues_that_constrain_each_other(istanbul: str) -> None:
    found = study_data(sim.study(str(ISTANBUL)), maps=True)["zone"]["maps"]
    maps = {tuple(m["issues"]): np.array(m["possible"]) for m in found}
    model = carried(istanbul)
    first, second = (model["issues"][k]["key"] for k in model["firstMap"])
    grid = maps[first, second]
    assert grid[np.ix_(grid.any(axis=1), grid.any(axis=0))].mean() < 1


# The command ----------------------------------------------------------------------------------------------------------


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "sim", "report", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
    )


def test_the_command_writes_a_page(tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    done = command(ISTANBUL, "-o", target, "--at", "battlefield=0.5", "--lift", "russia.no_membership")
    assert (done.returncode, done.stdout) == (0, "")
    assert "wrote" in done.stderr
    model = carried(target.read_text(encoding="utf-8"))
    assert model["leverage"][0]["level"] == 0.5
    assert model["scenario"]["lifted"] == ["russia.no_membership"]


def test_set_values_reach_the_page(tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    assert command(ISTANBUL, "-o", target, "--set", "parties.russia.no_deal.war.cost=0.2").returncode == 0
    assert carried(target.read_text(encoding="utf-8"))["parties"][0]["noDeal"]["cost"]["at"] == 0.2


def test_options_are_those_of_a_run() -> None:
    """What describes a leverage point is written alike; a run adds what a page has no use for."""
    known = [options_of(command) for command in ("run", "report")]
    told_only = {"--at-outcome", "--all", "--doubt", "--json", "--maps", "--show", "--status-quo", "--track", "--truce"}
    assert known[0] - told_only == known[1] - {"-o", "--output"}


def options_of(name: str) -> set[str]:
    done = subprocess.run([sys.executable, "-m", "sim", name, "--help"], capture_output=True, text=True, check=True)
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", done.stdout.split("\n\n", 1)[1]))


def test_a_party_that_signs_as_well_reaches_the_page(tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    scenario = ROOT / "scenarios" / "four-party-2025.yaml"
    done = command(scenario, "-o", target, "--sign", "european_allies", "--sign", "russia", "--samples", 1000)
    assert done.returncode == 0, done.stderr
    text = target.read_text(encoding="utf-8")
    model = carried(text)
    assert model["scenario"]["sign"] == ["european_allies"], "only who would not sign otherwise"
    assert model["signers"] == [0, 1, 2, 3]
    controllers = {p for issue in model["issues"] for p in issue["control"]}
    assert 3 in controllers, "what they control is on the table"
    assert "Signing as well for this page, though the file does not ask for it: European allies." in text
    without = carried(page(sim.study(str(scenario))))
    assert without["scenario"]["sign"] == []
    assert [3] in [[p for p in issue["control"] if p not in without["signers"]] for issue in without["issues"]]


def test_a_point_said_twice_is_refused(tmp_path: Path) -> None:
    done = command(ISTANBUL, "-o", tmp_path / "page.html", "--at", "battlefield=0", "--at", "battlefield=1")
    assert done.returncode == 3
    assert "--at: battlefield twice" in done.stderr


@pytest.mark.parametrize(
    ("target", "words"),
    [("missing/page.html", "make it first"), (".", "is a folder"), ("file/page.html", "no folder")],
)
def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path, target: str, words: str) -> None:
    (tmp_path / "file").write_text("")
    done = command(ISTANBUL, "-o", tmp_path / target)
    assert done.returncode == 3
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_disk_that_refuses_is_a_fault_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(RequestError, match=r"No space left.*choose another place"):
        write_page(sim.study(built(EVERYTHING)), str(tmp_path / "page.html"))


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        (("--at", "batlefield=0"), "did you mean battlefield"),
        (("--at", "battlefield=7"), "out of range"),
        (("--lift", "russia.no_menbership"), "did you mean"),
        (("--sign", "ukrain"), "did you mean ukraine"),
        (("--samples", "0"), "at least 1"),
        (("--set", "parties.rusia.power=1"), "did you mean russia"),
    ],
)
def test_wrong_names_are_refused(tmp_path: Path, extra: tuple[str, ...], words: str) -> None:
    target = tmp_path / "page.html"
    done = command(ISTANBUL, "-o", target, *extra)
    assert done.returncode == 3
    assert words in done.stderr
    assert not target.exists()


def test_the_output_must_be_named() -> None:
    assert command(ISTANBUL).returncode == 2


def test_positions_on_record_stand_at_their_levels(istanbul: str) -> None:
    model = carried(istanbul)
    flags = {issue["key"]: issue["flags"] for issue in model["issues"]}
    army = [(flag["level"], flag["party"], flag["claim"]) for flag in flags["army_cap"]]
    assert army == [(0, 0, "doc-001/army-russia"), (33, 1, "doc-001/army-ukraine")]
    folder = find_seeds(str(ISTANBUL))
    assert folder is not None
    claims = read_seeds(folder)
    for flag in (flag for own in flags.values() for flag in own):
        claim = claims[flag["claim"]]
        assert flag["text"] == claim.text
        assert flag["disputed"] == bool(claim.disagrees_with)
        assert claim.party == model["parties"][flag["party"]]["key"]
        assert claim.kind in ("position", "red_line", "offer")
    assert not [flag for flag in flags["sanctions"] if flag["party"] == 1], "no document says so"


def test_what_holds_always_is_that_of_the_study(istanbul: str) -> None:
    study = sim.study(str(ISTANBUL))
    radii = sim.stability(study)["nash"]
    shown = carried(istanbul)["robust"]
    known = [radius.within for radius in radii if radius.within is not None]
    assert [one["within"] for one in shown["radii"]["nash"]] == known
    assert [len(flags) for flags in shown["levels"]] == [len(issue["levels"]) for issue in carried(istanbul)["issues"]]
    assert shown["levels"][3] == [False, False, True], "neutrality alone"


def test_comments_stay_in_the_source(istanbul: str) -> None:
    script = istanbul[istanbul.rindex("<script>") :]
    assert "@param" not in script
    assert "/**" not in script
    assert not re.search(r"^\s*//", script, re.MULTILINE)
