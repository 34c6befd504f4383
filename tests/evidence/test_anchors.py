"""From claims to the sentences that make them, on made-up texts; on the documents' own where they are at hand."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.__main__ import main
from sim.errors import RequestError
from sim.evidence.anchors import anchor_faults, coverage, passages, read_document
from sim.evidence.records import read_records
from sim.evidence.sentences import sentences

ROOT = Path(__file__).parents[2]
TEXT = """\
The two towns talk

North wants the mill, said Mr. Low of the U.S. office. South refuses! “We keep it,” its mayor said.
North might pay. A judge is to decide in May.
"""
SPLIT = [
    ("1.1", "The two towns talk"),
    ("3.1", "North wants the mill, said Mr. Low of the U.S. office."),
    ("3.2", "South refuses!"),
    ("3.3", "“We keep it,” its mayor said."),
    ("4.1", "North might pay."),
    ("4.2", "A judge is to decide in May."),
]
RECORD = f"""\
format: 1
id: doc-1
document: towns.txt
sha256: {hashlib.sha256(TEXT.encode()).hexdigest()}
claims:
  mill: {{text: North asks for the mill., party: north, kind: position, at: "1.1, 3.1"}}
  offer: {{text: North may offer money., party: north, value: money, kind: offer, at: "4.1", standing: document}}
"""
CASE = """\
format: 1
name: Towns
issues: {mill: {levels: [north, south]}, pay: {levels: [money, none]}}
parties:
  north: {values: {mill: {importance: 1, table: {north: 1, south: 0}}}, no_deal: 0.1}
  south: {values: {mill: {importance: 1, table: {north: 0, south: 1}}}, no_deal: 0.1}
sources:
  issues.pay.levels: {claims: [doc-1/offer], differs: None is ours.}
  issues.mill.levels: {assumption: Made up after doc-1/mill and doc-9/none.}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in (("seeds/towns.yaml", RECORD), ("texts/towns.txt", TEXT), ("case.yaml", CASE)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_sentences_and_their_places() -> None:
    assert [(one.at, one.text) for one in sentences(TEXT)] == SPLIT


@given(st.text())
def test_splitting_loses_nothing_and_numbers_in_order(text: str) -> None:
    found = sentences(text)
    kept = ["".join(one.text for one in found if one.line == k) for k in range(1, text.count("\n") + 2)]
    assert [re.sub(r"\s", "", part) for part in kept] == [re.sub(r"\s", "", line) for line in text.split("\n")]
    assert [one.number for one in found if one.line == 1] == list(range(1, sum(one.line == 1 for one in found) + 1))
    assert sorted(found, key=lambda one: (one.line, one.number)) == list(found)


def test_a_claim_shows_its_sentence_between_its_neighbours(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "doc-1/offer", "--text", "texts", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    expected = {"at": "4.1", "text": SPLIT[4][1], "before": SPLIT[3][1], "after": SPLIT[5][1]}
    assert data["passages"] == [expected]
    assert main(["evidence", "doc-1/mill", "--text", "texts"]) == 0
    said = capsys.readouterr().out
    assert all(f"{at}  {text}" in said for at, text in SPLIT[:3])
    assert SPLIT[4][1] not in said
    assert main(["evidence", "doc-1/mil"]) == 3
    assert "no claim 'doc-1/mil' (did you mean doc-1/mill?)" in capsys.readouterr().err


def test_coverage(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "coverage", "doc-1", "--text", "texts", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["unused"] == ["3.2", "3.3", "4.2"]
    assert {row["at"]: row["claims"] for row in data["sentences"] if row["claims"]} == {
        "1.1": ["doc-1/mill"],
        "3.1": ["doc-1/mill"],
        "4.1": ["doc-1/offer"],
    }
    assert (data["scenarios"], data["idle"], data["named"]) == (1, ["doc-1/mill"], ["doc-1/mill"])
    assert main(["evidence", "coverage", "doc-1", "--text", "texts"]) == 0
    said = capsys.readouterr().out
    assert "3 of 6 sentences are used by a claim" in said
    assert "In none of 1 scenario: 1 claim: mill (in the words of a source: mill)" in said
    assert main(["evidence", "coverage", "doc-1"]) == 3
    assert main(["evidence", "coverage", "doc-2", "--text", "texts"]) == 3
    assert "no document 'doc-2'" in capsys.readouterr().err


def test_another_text_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records = read_records(folder / "seeds")
    assert anchor_faults(records, folder / "texts") == []
    (folder / "texts" / "towns.txt").write_text(TEXT + "More.\n", encoding="utf-8")
    with pytest.raises(RequestError, match="not the text that doc-1 was made from"):
        read_document(records.documents["doc-1"], folder / "texts")
    assert main(["evidence", "check", "--text", "texts"]) == 3
    assert re.search(r"towns\.yaml:4:9: document: .*not the text", capsys.readouterr().err)
    (folder / "texts" / "towns.txt").unlink()
    assert main(["evidence", "doc-1/mill", "--text", "texts"]) == 3
    assert "cannot be read: No such file" in capsys.readouterr().err


def test_records_of_texts_elsewhere_are_passed_over(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An analyst who adds a text to the records of others need not have theirs."""
    other = RECORD.replace("doc-1", "doc-2").replace("towns.txt", "elsewhere.txt")
    (folder / "seeds" / "elsewhere.yaml").write_text(other)
    assert anchor_faults(read_records(folder / "seeds"), folder / "texts") == []
    assert main(["evidence", "check", "--text", "texts"]) == 0
    assert "places held against 1 text)" in capsys.readouterr().out
    (folder / "texts" / "towns.txt").unlink()
    assert len(anchor_faults(read_records(folder / "seeds"), folder / "texts")) == 2


def test_places_that_the_text_lacks(folder: Path) -> None:
    moved = RECORD.replace('at: "4.1"', 'at: "4.7"').replace(', at: "1.1, 3.1"', "")
    (folder / "seeds" / "towns.yaml").write_text(moved)
    records = read_records(folder / "seeds")
    found = [f"{one.line}:{one.column}: {one.path}: {one.message}" for one in anchor_faults(records, folder / "texts")]
    assert [one.split(" (")[0] for one in found] == [
        "6:9: claims.mill.at: missing",
        "7:86: claims.offer.at: no sentence 4.7",
    ]
    with pytest.raises(RequestError, match=r"doc-1/offer: no sentence 4\.7 in doc-1"):
        passages(records.claims["doc-1/offer"], sentences(TEXT))


def test_a_skeleton_is_filled_in_and_then_sound(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The way of an analyst with a text of their own: record, check, coverage."""
    (folder / "texts" / "new.txt").write_text("A third town asks for toll.\nIt has 9 carts.\n", encoding="utf-8")
    assert main(["evidence", "new", "texts/new.txt"]) == 0
    made = capsys.readouterr().out
    assert "carts" not in made, "no sentence is copied"
    file = folder / "seeds" / "new.yaml"
    file.write_text(made)
    assert main(["evidence", "check"]) == 3
    said = [line.split(": ")[1] for line in capsys.readouterr().err.splitlines()]
    assert said == ["note", *(f"claims.at-{line}-1.{key}" for line in (1, 2) for key in ("text", "kind", "standing"))]
    filled, words = made, {"note": "A notice.", "text": "It wants toll.", "kind": "position", "standing": "document"}
    for key, value in words.items():
        filled = filled.replace(f'{key}: ""', f"{key}: {value}")
    file.write_text(filled)
    assert main(["evidence", "check", "--text", "texts"]) == 0
    found = coverage(read_records(folder / "seeds"), "doc-000", folder / "texts", ["case.yaml"])
    assert found.unused == ()
    assert found.idle == ("doc-000/at-1-1", "doc-000/at-2-1")


def test_filters_by_standing_and_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for options, ids in ((["--standing", "document"], ["offer"]), (["--find", "MILL"], ["mill"]), (["--disputed"], [])):
        assert main(["evidence", *options, "--json"]) == 0
        assert [one["id"].split("/")[1] for one in json.loads(capsys.readouterr().out)["claims"]] == ids


def test_a_scenarios_own_issue_keys_are_understood(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "case.yaml", "--issue", "pay", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [item["path"] for item in data["terms"]] == ["issues.pay.levels"]
    assert data["inputs"] == []


def test_every_shipped_claim_has_a_place_and_a_standing() -> None:
    records = read_records(ROOT / "seeds")
    assert [name for name, claim in records.claims.items() if not claim.at or claim.standing is None] == []
    assert all(document.sha256 for document in records.documents.values())


@pytest.mark.skipif("SIM_TEXTS" not in os.environ, reason="needs the documents' texts: SIM_TEXTS names their folder")
def test_the_shipped_places_are_in_the_documents() -> None:
    records = read_records(ROOT / "seeds")
    texts = Path(os.environ["SIM_TEXTS"])
    assert anchor_faults(records, texts) == []
    counts = {name: len(read_document(document, texts)) for name, document in records.documents.items()}
    shipped = {"doc-000": 17, "doc-001": 41, "doc-002": 32, "doc-003": 64, "doc-004": 27}
    assert counts | shipped == counts
