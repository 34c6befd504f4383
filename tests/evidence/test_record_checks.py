"""`sim evidence check`: every way a folder of records can be broken is told with its place."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from scenario_texts import SMALL

from sim.__main__ import main
from sim.evidence.checks import check_folder, scenarios_beside
from sim.evidence.dates import span
from sim.evidence.format import KINDS, record_schema
from sim.evidence.records import read_records

ROOT = Path(__file__).parents[2]

ONE = """\
format: 1
id: doc-1
document: one.txt
date: {value: 2025-01}
claims:
  army: {text: A wants fifty., party: a, issue: cake, value: 50, unit: soldiers, kind: position, as_of: 2024-11}
  ready: {text: A is ready., party: a, kind: offer, same_report: [doc-2/ready], disagrees_with: [doc-2/army]}
"""
TWO = """\
format: 1
id: doc-2
document: two.txt
claims:
  army: {text: B wants ten., party: b, issue: cake, value: 10, kind: position, disagrees_with: [doc-1/ready]}
  ready: {text: A will talk., party: a, kind: offer, same_report: [doc-1/ready]}
"""

LINK, REPORT = "claims.ready.disagrees_with.0", "claims.ready.same_report.0"

# What to change, into what, where the fault must point, at what path, and how its words begin.
BROKEN: dict[str, tuple[str, str, str, str, str]] = {
    "an unknown key": (
        "party: a, kind: offer",
        "partie: a, kind: offer",
        "partie",
        "claims.ready.partie",
        "unknown key (did you mean party?)",
    ),
    "an unknown kind": ("kind: offer", "kind: offr", "offr", "claims.ready.kind", "'offr' (expected 'position', "),
    "no kind": (", kind: offer", "", "{text: A is", "claims.ready", "kind is missing (expected: what sort of "),
    "a party that is a list": (
        "party: a, kind: o",
        "party: [a, b], kind: o",
        "[a, b]",
        "claims.ready.party",
        "a list (expected text)",
    ),
    "empty text": (
        "text: A is ready.",
        "text: ' '",
        "' '",
        "claims.ready.text",
        "empty (expected the claim, one sentence)",
    ),
    "another format": ("format: 1", "format: 2", "2", "format", "2 (expected 1)"),
    "a link to nothing": (
        "[doc-2/army]",
        "[doc-2/arms]",
        "doc-2/arms",
        LINK,
        "no claim 'doc-2/arms' (did you mean doc-2/army?)",
    ),
    "a link of one side": (
        "[doc-2/army]",
        "[doc-2/ready]",
        "doc-2/ready]}",
        LINK,
        "'doc-2/ready' does not name this claim back",
    ),
    "a link to itself": ("[doc-2/army]", "[doc-1/ready]", "doc-1/ready", LINK, "a link to itself"),
    "a link twice": ("[doc-2/army]", "[doc-2/army, doc-2/army]", "doc-2/army]", f"{LINK[:-1]}1", "'doc-2/army' twice"),
    "one report within one document": (
        "[doc-2/ready]",
        "[doc-1/army]",
        "doc-1/army",
        REPORT,
        "'doc-1/army' is of the same document",
    ),
    "a time after the document's": (
        "2024-11",
        "2025-02",
        "2025-02",
        "claims.army.as_of",
        "2025-02 is after the document's own date 2025-01",
    ),
    "a time that is none": ("2024-11", "soon", "soon", "claims.army.as_of", "'soon' is no date"),
    "a date that is none": ("2025-01", "2025-13", "2025-13", "date.value", "'2025-13' is no date"),
    "a unit of nothing": ("value: 50, ", "", "soldiers", "claims.army.unit", "a unit 'soldiers' without a value"),
    "a bound of no number": (
        "value: 50, unit: soldiers",
        "value: many, bound: almost",
        "almost",
        "claims.army.bound",
        "'almost' of what is no number",
    ),
    "an unknown bound": (
        "unit: soldiers",
        "bound: about",
        "about",
        "claims.army.bound",
        "'about' (expected 'at least', 'almost' or 'more than')",
    ),
    "an unknown standing": (
        "unit: soldiers",
        "standing: rumour",
        "rumour",
        "claims.army.standing",
        "'rumour' (expected 'official', ",
    ),
    "a place that is none": (
        "unit: soldiers",
        "at: '12'",
        "'12'",
        "claims.army.at",
        "'12' (expected line and sentence of the text, as \"12.3\")",
    ),
    "a hash that is none": (
        "document: one.txt",
        "document: one.txt\nsha256: abc",
        "abc",
        "sha256",
        "'abc' (expected 64 digits of 0-9 and a-f)",
    ),
    "a value that is a map": (
        "value: 50",
        "value: {b: 1}",
        "{b: 1}",
        "claims.army.value",
        "a map (expected a number, text, or a list of them)",
    ),
    "a name with a blank": (
        "army: {text",
        "my army: {text",
        "my army",
        "claims.my army",
        "'my army' (expected a name of letters",
    ),
    "a claim twice": (
        "ready: {text",
        "army: {text",
        "army: {text: A is",
        "claims.army",
        "duplicate key (first at line 6)",
    ),
    "no document": (
        "id: doc-1\ndocument: one.txt\n",
        "id: doc-1\n",
        "format",
        "",
        "document is missing (expected: file name of the text)",
    ),
    "no YAML": ("claims:", "claims: [", "ready: {text", "", "not valid YAML: "),
}


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "one.yaml").write_text(ONE)
    (folder / "two.yaml").write_text(TWO)
    return folder


def told(seeds: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return what `check` says, by file name; it refuses with exit 3 and never a traceback."""
    code = main(["evidence", "check", str(seeds)])
    said = capsys.readouterr()
    assert (code, said.out) == (3, "")
    assert "Traceback" not in said.err
    return said.err.replace(f"{seeds.parent}/", "").replace("seeds/", "").splitlines()


def test_a_sound_folder(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "check", str(seeds)]) == 0
    assert capsys.readouterr().out == f"{seeds}: sound (2 documents, 4 claims, 0 scenarios)\n"


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_record_is_told_with_its_place(fault: str, seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after, pointed, path, words = BROKEN[fault]
    assert ONE.count(before) == 1, "the change must hit one place"
    text = ONE.replace(before, after)
    (seeds / "one.yaml").write_text(text)
    above = text[: text.index(pointed)]
    place = f"one.yaml:{above.count(chr(10)) + 1}:{len(above) - above.rfind(chr(10))}: "
    expected = f"{place}{path}: {words}" if path else f"{place}{words}"
    lines = told(seeds, capsys)
    assert [line for line in lines if line.startswith(expected)], (expected, lines)


def test_one_id_twice(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (seeds / "two.yaml").write_text(TWO.replace("doc-2", "doc-1", 1))
    expected = "two.yaml:2:5: id: 'doc-1' is the id of one.yaml too (expected each document's own)"
    assert expected in told(seeds, capsys)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("three.yml", "three.yml: a record that is not read (expected a name that ends in .yaml)"),
        ("more/three.yaml", "more/three.yaml: a record in a folder below (expected it in "),
    ],
)
def test_records_that_would_be_passed_over(
    name: str, expected: str, seeds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (seeds / name).parent.mkdir(exist_ok=True)
    (seeds / name).write_text(ONE.replace("doc-1", "doc-3"))
    assert [line for line in told(seeds, capsys) if line.startswith(expected)]


def test_every_fault_at_once(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (seeds / "one.yaml").write_text(ONE.replace("kind: position", "kind: wish"))
    (seeds / "two.yaml").write_text(TWO.replace("value: 10", "unit: soldiers"))
    lines = told(seeds, capsys)
    assert [line.split(": ")[1] for line in lines] == ["claims.army.kind", "claims.army.unit"]
    assert all(re.match(r"\w+\.yaml:\d+:\d+: ", line) for line in lines)


def scenario(seeds: Path, sources: str) -> Path:
    file = seeds.parent / "case.yaml"
    text = SMALL.replace("range: [0, 1]", "unit: soldiers, range: [0, 50]").replace("step: 0.1", "step: 10")
    assert "unit: soldiers" in text
    file.write_text(text.replace("best: 1", "best: 50").replace("worst: 1", "worst: 50") + f"sources: {sources}\n")
    return file


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("party: a", "party: b"), "doc-1/army is about b, not a"),
        (("issue: cake", "issue: tanks"), "doc-1/army is about tanks, not cake"),
        (("unit: soldiers", "unit: tanks"), "doc-1/army counts tanks, not soldiers"),
        (("value: 50", "value: 60"), "50 is in none of doc-1/army"),
    ],
)
def test_a_claim_is_about_the_number_it_vouches_for(
    change: tuple[str, str], expected: str, seeds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = scenario(seeds, "{parties.a.values.cake.best: {claims: [doc-1/army]}}")
    assert scenarios_beside(seeds) == [str(file)]
    assert check_folder(seeds, [str(file)])[1] == []
    (seeds / "one.yaml").write_text(ONE.replace(*change, 1))
    (line,) = told(seeds, capsys)
    row = file.read_text().splitlines().index("sources: {parties.a.values.cake.best: {claims: [doc-1/army]}}") + 1
    assert line.startswith(f"case.yaml:{row}:11: parties.a.values.cake.best: {expected}")
    file.write_text(file.read_text().replace("[doc-1/army]", "[doc-1/army], differs: Taken from the other."))
    assert check_folder(seeds, [str(file)])[1] == []


def test_the_end_a_side_likes_least_may_be_the_others_demand(seeds: Path) -> None:
    file = scenario(seeds, "{parties.b.values.cake.worst: {claims: [doc-1/army]}}")
    assert check_folder(seeds, [str(file)])[1] == []


def test_a_claim_that_is_missing_is_told_where_it_is_named(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario(seeds, "{parties.b.no_deal: {claims: [doc-1/arm]}}")
    assert any(
        "parties.b.no_deal: no claim 'doc-1/arm' (did you mean doc-1/army?)" in one for one in told(seeds, capsys)
    )


def test_the_shipped_records_and_scenarios_hold_together() -> None:
    records, faults = check_folder(ROOT / "seeds", scenarios_beside(ROOT / "seeds"))
    assert faults == []
    assert len(records.claims) > 200


def test_check_without_a_folder_and_as_data(
    seeds: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(seeds.parent)
    (seeds / "one.yaml").write_text(ONE.replace("kind: offer", "kind: wish"))
    assert main(["evidence", "check", "--json"]) == 3
    data = json.loads(capsys.readouterr().out)
    assert [re.sub(r"^.*/", "", fault)[:11] for fault in data["faults"]] == ["one.yaml:7:"]
    assert main(["evidence", "check", "nowhere"]) == 3
    assert "nowhere: no such folder" in capsys.readouterr().err
    assert main(["evidence", "case.yaml", "more"]) == 3
    assert "'more' after 'case.yaml'" in capsys.readouterr().err


def test_records_elsewhere_are_named(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "--seeds", str(seeds), "--party", "b", "--json"]) == 0
    assert [claim["id"] for claim in json.loads(capsys.readouterr().out)["claims"]] == ["doc-2/army"]


def test_the_schema_is_the_shipped_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "schema"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == record_schema() == json.loads((ROOT / "seeds" / "schema.json").read_text())
    assert printed["$defs"]["ClaimEntry"]["properties"]["kind"]["enum"] == list(KINDS)


def test_records_keep_their_places(seeds: Path) -> None:
    place = read_records(seeds).place("doc-2/army", "value")
    assert (Path(place.file).name, place.line) == ("two.yaml", 5)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", (2025, 1, 1), (2025, 12, 31)),
        ("2025-05", (2025, 5, 1), (2025, 5, 31)),
        ("2025-05-07", (2025, 5, 7), (2025, 5, 7)),
        ("spring 2022", (2022, 3, 1), (2022, 5, 31)),
    ],
)
def test_dates(text: str, first: tuple[int, ...], last: tuple[int, ...]) -> None:
    found = span(text)
    assert found is not None
    assert (found.first, found.last) == (first, last)
    assert span(f"{text}-00") is None
