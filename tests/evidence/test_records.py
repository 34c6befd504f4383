"""Evidence records as they are shipped, and the rule that every number of a shipped scenario has an owner."""

from __future__ import annotations

import argparse
import itertools
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from scenario_texts import SMALL, edited

from sim.__main__ import main
from sim.cli import parser
from sim.cli.options import studied
from sim.errors import RequestError, ScenarioError
from sim.evidence.coverage import claims_report, scenario_report
from sim.evidence.provenance import provenance
from sim.evidence.records import find_seeds, read_seeds
from sim.evidence.support import unsupported
from sim.model.load import read_tree
from sim.model.paths import Keys, dotted, numbers, split
from sim.model.scenario import Scenario, load
from sim.studies.robust.answers import robustness
from sim.studies.study import study

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
RECORDS = sorted(SEEDS.glob("*.yaml"))
SHIPPED = sorted((ROOT / "scenarios").glob("**/*.yaml"))

FILE_FIELDS = {"format", "id", "document", "sha256", "publisher", "reported_by", "date", "note", "claims"}
CLAIM_FIELDS = {"text", "party", "issue", "value", "unit", "kind", "as_of", "at", "standing", "word_of"}
OPTIONAL_FIELDS = {"bound", "reported_by", "confidence", "same_report", "disagrees_with"}
LINKS = ("same_report", "disagrees_with")


def record(path: Path) -> dict[str, Any]:
    return read_tree(path.read_text(encoding="utf-8"), path.name).data


@pytest.fixture(scope="module")
def entries() -> dict[str, dict[str, Any]]:
    found = [record(path) for path in RECORDS]
    return {f"{r['id']}/{name}": claim for r in found for name, claim in r["claims"].items()}


def kinds() -> set[str]:
    """Return the kinds that the format's own description lists."""
    section = (SEEDS / "README.md").read_text(encoding="utf-8").split("## Kinds")[1].split("##")[0]
    return set(re.findall(r"^- `(\w+)`:", section, flags=re.MULTILINE))


def test_all_records_load(entries: dict[str, dict[str, Any]]) -> None:
    assert len(RECORDS) >= 5
    claims = read_seeds(SEEDS)
    assert set(claims) == set(entries)
    assert {claim.document for claim in claims.values()} == {record(path)["id"] for path in RECORDS}


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_record_has_the_fields_of_its_format(path: Path) -> None:
    found = record(path)
    assert set(found) == FILE_FIELDS
    assert found["format"] == 1
    assert re.fullmatch(r"doc-\d{3}", found["id"])
    assert re.fullmatch(r"[0-9a-f]{64}", found["sha256"])
    assert found["claims"]
    if found["date"] is not None:
        assert set(found["date"]) == {"value", "inferred"}


def test_claims_have_the_fields_of_their_format(entries: dict[str, dict[str, Any]]) -> None:
    assert len(kinds()) == 7
    for name, claim in entries.items():
        assert set(claim) >= CLAIM_FIELDS, name
        assert set(claim) <= CLAIM_FIELDS | OPTIONAL_FIELDS, name
        assert claim["kind"] in kinds(), name
        assert len(claim["text"].split()) >= 3, name
        assert claim["unit"] is None or claim["value"] is not None, name
        for field in ("party", "issue", "unit", "as_of"):
            assert claim[field] is None or isinstance(claim[field], str), f"{name}: {field}"


def test_links_lead_to_claims_and_back(entries: dict[str, dict[str, Any]]) -> None:
    links = [
        (field, name, other) for name, claim in entries.items() for field in LINKS for other in claim.get(field, ())
    ]
    assert len(links) > 20
    for field, name, other in links:
        assert other in entries, f"{name} {field} {other}"
        assert name != other
        assert name in entries[other].get(field, ()), f"{other} lacks {field} {name}"


def test_same_reports_are_not_of_one_document(entries: dict[str, dict[str, Any]]) -> None:
    for name, claim in entries.items():
        for other in claim.get("same_report", ()):
            assert name.split("/")[0] != other.split("/")[0], f"{name} and {other}"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_number_of_a_shipped_scenario_has_an_owner(path: Path) -> None:
    scenario = load(path)
    assert list(unsupported(scenario, read_seeds(SEEDS))) == []
    found = provenance(scenario)
    assert [item.path for item in found.inputs if item.kind == "none"] == []
    assert found.count("evidence") + found.count("assumption") == len(found.inputs)
    assert all(len(item.text.split()) >= 4 for item in found.inputs if item.kind == "assumption")
    assert scenario_report(str(path)).trouble == ()


def test_the_istanbul_figures_are_those_of_the_document() -> None:
    spec = load(ROOT / "scenarios" / "istanbul-2022.yaml").spec
    assert [spec.issues[name].range for name in ("army_cap", "tanks", "missile_range")] == [
        (85000, 250000),
        (342, 800),
        (40, 280),
    ]


STAGES = ["istanbul-2022", "trial-balloon-2023", "january-2025", "may-2025"]
LIBRARY = [path for path in SHIPPED if path.parent.name == "scenarios"]
PAGES = ROOT / "docs" / "scenarios"
CLAIM_ID = re.compile(r"\bdoc-\d{3}/[\w-]+")


def covered(scenario: Scenario, path: str) -> bool:
    """Say whether a source names a path or something above it."""
    return any(path == source or path.startswith(f"{source}.") for source in scenario.spec.sources)


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_every_level_list_and_red_line_has_an_owner(path: Path) -> None:
    scenario = load(path)
    issues, parties = scenario.spec.issues, scenario.spec.parties
    worded = [f"issues.{name}.levels" for name, issue in issues.items() if issue.levels is not None]
    lines = [f"parties.{name}.red_lines.{line}" for name, party in parties.items() for line in party.red_lines]
    assert [place for place in worded + lines if not covered(scenario, place)] == []


def nearest(keys: Keys, sources: set[Keys]) -> Keys | None:
    """Return the source that holds for a path, the nearest at or above it."""
    return next((keys[:n] for n in range(len(keys), 0, -1) if keys[:n] in sources), None)


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_a_file_vouches_for_the_numbers_that_it_states(path: Path) -> None:
    """A number that an extending file sets anew is not left to the words of the file it extends."""
    scenario, raw = load(path), record(path)
    sources = {split(scenario.tree.data, place) for place in scenario.spec.sources}
    own = {split(scenario.tree.data, place) for place, source in raw["sources"].items() if source is not None}
    assert [dotted(keys) for keys, _ in numbers(raw) if nearest(keys, sources) not in own] == []


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_levels_that_no_claim_names_are_called_ours(path: Path, entries: dict[str, dict[str, Any]]) -> None:
    for item in provenance(load(path)).terms:
        if item.path.endswith(".levels") and item.kind == "evidence" and not item.text:
            told = " ".join(f"{entries[name]['text']} {entries[name]['value']}" for name in item.claims).lower()
            assert [level for level in item.value if level.lower() not in told] == [], item.path


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_a_red_line_that_rests_on_claims_has_one_that_is_a_red_line(
    path: Path, entries: dict[str, dict[str, Any]]
) -> None:
    """A position alone does not say that a party would sign nothing else; such a line is an assumption."""
    for item in provenance(load(path)).terms:
        if ".red_lines." in item.path and item.kind == "evidence":
            assert "red_line" in {entries[name]["kind"] for name in item.claims}, item.path


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_no_claim_says_how_the_war_ends(path: Path) -> None:
    """What a party demands, or what holds today, is no evidence of an outcome."""
    ends = [item for item in provenance(load(path)).inputs if item.path.startswith("war.outcomes.")]
    assert [item.path for item in ends if item.kind == "evidence" and not item.text] == []


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_claims_named_in_words_exist(path: Path, entries: dict[str, dict[str, Any]]) -> None:
    named = {i for s in load(path).spec.sources.values() for i in CLAIM_ID.findall(f"{s.assumption} {s.differs}")}
    assert named <= set(entries)


PAGED = [path for path in LIBRARY if (PAGES / f"{path.stem}.md").exists()]


@pytest.mark.parametrize("path", PAGED, ids=lambda path: path.stem)
def test_a_page_names_claims_that_exist_and_counts_the_inputs(path: Path, entries: dict[str, dict[str, Any]]) -> None:
    text = " ".join((PAGES / f"{path.stem}.md").read_text(encoding="utf-8").split())
    assert set(CLAIM_ID.findall(text)) <= set(entries)
    found = provenance(load(path))
    assert f"{len(found.inputs)} inputs, {found.count('evidence') or 'none'} from documents" in text


LINES = sorted({line for page in PAGES.glob("*.md") for line in page.read_text(encoding="utf-8").splitlines()})
QUOTED = re.compile(r"^(sim run .*?) +# (margin|robust) (-?[\d.]+)")


def commands() -> list[str]:
    """Return the commands of the scenario pages that compute one point and quote nothing that they find."""
    return [line.split(" #")[0].strip() for line in LINES if line.startswith("sim run ") and not QUOTED.match(line)]


@pytest.mark.parametrize("line", commands())
def test_the_commands_of_a_page_run(
    line: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main([*shlex.split(line)[1:], "--samples", "100"]) == 0
    assert "IS A DEAL POSSIBLE?" in capsys.readouterr().out


def quoted(what: str) -> list[tuple[str, float]]:
    """Return the commands of the pages that state a number they find, with it."""
    found = [match.groups() for match in map(QUOTED.match, LINES) if match]
    return [(line, float(number)) for line, kind, number in found if kind == what]


def asked(line: str) -> argparse.Namespace:
    return parser().parse_args([*shlex.split(line)[1:], "--samples", "100"])


def test_pages_quote_the_margins_that_their_commands_find(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert len(quoted("margin")) >= 6
    for line, margin in quoted("margin"):
        found = studied(asked(line)).zone.margin
        assert found is not None
        assert round(found, 3) == margin, line


@pytest.mark.parametrize(("line", "margin"), quoted("robust"))
def test_pages_quote_what_holds_for_every_truth(line: str, margin: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    given = asked(line)
    found = robustness(studied(given), doubt=given.doubt, full=False)
    assert found is not None
    assert found.exact
    assert found.margin is not None
    assert found.each_low is not None
    assert found.each_high is not None
    assert found.possible is not None
    assert round(found.margin, 3) == margin
    assert found.each_low >= found.margin
    assert found.possible >= found.each_high >= found.each_low


@pytest.mark.parametrize("path", PAGED, ids=lambda path: path.stem)
def test_what_is_stated_of_priorities_has_an_owner_and_is_obeyed(path: Path) -> None:
    scenario = load(path)
    orders = [item for item in provenance(scenario).terms if item.path.startswith("uncertain.")]
    assert {item.kind for item in orders} <= {"evidence"}
    assert all(item.text for item in orders), "what of an order is a reading of ours is said"
    assert [note for note in scenario.notes if note.startswith("uncertain")] == []
    assert scenario.spec.uncertain


def test_later_stages_extend_earlier_ones() -> None:
    found = [record(ROOT / "scenarios" / f"{name}.yaml").get("extends") for name in STAGES]
    assert found == [None, *(f"{name}.yaml" for name in STAGES[:-1])]


def test_one_stage_has_no_zone_and_opens_as_leverage_shifts() -> None:
    path = str(ROOT / "scenarios" / "may-2025.yaml")
    closed, opened = (study(path, levels, samples=100) for levels in ({}, {"sanctions_pressure": 0.7}))
    assert not closed.zone.exists
    assert opened.zone.exists


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("doc-000/russian-casualties", 700000),
        ("doc-000/territory-share", 20),
        ("doc-000/kursk-incursion", 5),
        ("doc-001/territory-share", 20),
        ("doc-001/war-length", 3),
        ("doc-002/two-weeks", 2),
        ("doc-002/four-regions", ["Donetsk", "Luhansk", "Zaporizhzhia", "Kherson"]),
        ("doc-003/borders-1991", 1991),
        ("doc-004/four-regions", 4),
    ],
)
def test_figures_are_carried_as_reported(claim: str, value: Any, entries: dict[str, dict[str, Any]]) -> None:
    assert entries[claim]["value"] == value


SUBJECTS = """
army_cap tanks missile_range territory crimea land_exchange kursk recognition withdrawal neutrality nato enlargement
eu_membership military_ties foreign_troops foreign_bases joint_exercises foreign_weapons weapons_use sanctions
oil_sanctions frozen_assets language_rights guarantees accountability reparations prisoners children nuclear_safety
mediation ratification trust terms_over_time casualties aid mobilisation strength refit endurance deadline ceasefire
framework battlefield humanitarian
"""


def test_every_subject_of_the_documents_has_claims(entries: dict[str, dict[str, Any]]) -> None:
    wanted = set(SUBJECTS.split())
    assert wanted <= {claim["issue"] for claim in entries.values()}


CLAIMS = """\
format: 1
id: doc-7
document: x.txt
claims:
  low: {text: The low figure., party: a, issue: cake, value: 0, kind: position}
  pair: {text: Two figures., value: [0, 1], kind: fact}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "x.yaml").write_text(CLAIMS)
    (tmp_path / "cases" / "deep").mkdir(parents=True)
    return tmp_path


def trouble(folder: Path, sources: str) -> list[tuple[str, str]]:
    file = folder / "cases" / "deep" / "case.yaml"
    file.write_text(SMALL + f"sources: {sources}\n")
    return list(scenario_report(str(file)).trouble)


def test_numbers_must_equal_a_claim(folder: Path) -> None:
    assert trouble(folder, "{issues.cake.range: {claims: [doc-7/pair]}}") == []
    assert trouble(folder, "{issues.cake.range: {claims: [doc-7/low]}}") == [
        ("issues.cake.range", "[0, 1] is in none of doc-7/low (expected `differs` with the reason)")
    ]
    assert trouble(folder, "{issues.cake.range: {claims: [doc-7/low], differs: Rounded up.}}") == []
    assert trouble(folder, "{parties.a.values.cake.worst: {claims: [doc-7/low]}}") == []
    assert trouble(folder, "{parties.a.no_deal: {claims: [doc-7/low, doc-7/pair]}}") == [
        ("parties.a.no_deal", "0.2 is in none of doc-7/low, doc-7/pair (expected `differs` with the reason)")
    ]


def test_claims_must_exist(folder: Path) -> None:
    assert trouble(folder, "{issues.cake.range: {claims: [doc-7/pair, doc-7/pear]}}") == [
        ("issues.cake.range", "no claim 'doc-7/pear' (did you mean doc-7/pair?)")
    ]


def test_the_nearest_source_wins(folder: Path) -> None:
    file = folder / "cases" / "case.yaml"
    file.write_text(
        SMALL + "sources:\n  parties: {assumption: All.}\n  parties.a.values.cake: {assumption: Near.}\n"
        "  parties.a.values.cake.worst: {claims: [doc-7/low]}\n"
    )
    found = {item.path: (item.kind, item.text or item.claims) for item in provenance(load(file)).inputs}
    assert found == {
        "issues.cake.range": ("none", ()),
        "issues.cake.step": ("none", ()),
        "parties.a.values.cake.importance": ("assumption", "Near."),
        "parties.a.values.cake.best": ("assumption", "Near."),
        "parties.a.values.cake.worst": ("evidence", ("doc-7/low",)),
        "parties.a.no_deal": ("assumption", "All."),
        "parties.b.values.cake.importance": ("assumption", "All."),
        "parties.b.values.cake.best": ("assumption", "All."),
        "parties.b.values.cake.worst": ("assumption", "All."),
        "parties.b.no_deal": ("assumption", "All."),
    }


def test_seeds_are_found_beside_and_above(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    for place in (folder, folder / "cases", folder / "cases" / "deep"):
        assert find_seeds(str(place / "case.yaml")) == folder / "seeds"
    away = tmp_path_factory.mktemp("away") / "case.yaml"
    away.write_text(SMALL)
    assert find_seeds(str(away)) is None
    assert scenario_report(str(away)).trouble == (("sources", "no folder seeds beside or above"),)


def test_filters(folder: Path) -> None:
    seeds = folder / "seeds"
    assert [c.id for c in claims_report({}, seeds).claims] == ["doc-7/low", "doc-7/pair"]
    assert [c.id for c in claims_report({"party": "a", "kind": None}, seeds).claims] == ["doc-7/low"]
    assert [c.id for c in claims_report({"party": "a", "kind": "fact"}, seeds).claims] == []
    with pytest.raises(RequestError, match=r"^--party: no claim of 'aa' \(did you mean a\?\)$"):
        claims_report({"party": "aa"}, seeds)


def test_records_that_are_malformed(folder: Path) -> None:
    seeds = folder / "seeds"
    (seeds / "y.yaml").write_text("format: 1\nid: doc-8\ndocument: y\nclaims:\n  c: {text: No kind.}\n")
    (seeds / "z.yaml").write_text("claims: {}\n")
    with pytest.raises(ScenarioError) as caught:
        read_seeds(seeds)
    assert [str(fault).replace(f"{seeds}/", "") for fault in caught.value.faults] == [
        "y.yaml:5:6: claims.c: kind is missing (expected: what sort of statement it is)",
        "z.yaml:1:1: document is missing (expected: file name of the text)",
        "z.yaml:1:1: format is missing (expected: version of the file format)",
        "z.yaml:1:1: id is missing (expected: the document's id, as doc-001)",
    ]
    with pytest.raises(RequestError, match="no evidence records"):
        read_seeds(folder / "cases")


def told(seeds: Path) -> list[str]:
    """Return the faults of a folder of records, by file name."""
    with pytest.raises(ScenarioError) as caught:
        read_seeds(seeds)
    return [str(fault).replace(f"{seeds}/", "") for fault in caught.value.faults]


def test_two_records_with_one_id_are_a_fault(folder: Path) -> None:
    (folder / "seeds" / "y.yaml").write_text(CLAIMS)
    assert told(folder / "seeds") == ["y.yaml:2:5: id: 'doc-7' is the id of x.yaml too (expected each document's own)"]


def test_fields_of_a_record_are_text(folder: Path) -> None:
    head = "format: 1\nid: doc-8\ndocument: y\n"
    (folder / "seeds" / "y.yaml").write_text(
        f"{head}claims:\n"
        "  one: {text: t, kind: fact, party: 7, issue: [a]}\n"
        "  two: {text: 1, kind: null, as_of: 2022, unit: {a: 1}}\n"
        "  three: 3\n"
    )
    (folder / "seeds" / "z.yaml").write_text("format: 1\nid: 8\ndocument: z\nclaims: {}\n")
    assert [line.split(" (")[0] for line in told(folder / "seeds")] == [
        "y.yaml:5:37: claims.one.party: 7 is a number",
        "y.yaml:5:47: claims.one.issue: a list",
        "y.yaml:6:15: claims.two.text: 1 is a number",
        "y.yaml:6:24: claims.two.kind: nothing",
        "y.yaml:6:37: claims.two.as_of: 2022 is a number",
        "y.yaml:6:49: claims.two.unit: a map",
        "y.yaml:7:10: claims.three: 3",
        "z.yaml:2:5: id: 8 is a number",
    ]


ODD = ("7", "-1e99", "[a, 2]", "{a: 1}", "null", "true", "''", '"\\e[2J"', "~", "[[1], {}]", "x" * 300)
PLACES = ("doc-7", "x.txt", "low", "The low figure.", "a", "cake", "0,", "position", "[0, 1]", "fact", "party", "kind")


def test_mutated_records_end_in_claims_or_faults(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever stands in a record, `sim evidence` lists claims or says where the fault is."""
    scenario, record = folder / "cases" / "case.yaml", folder / "seeds" / "x.yaml"
    scenario.write_text(SMALL + "sources: {issues.cake.range: {claims: [doc-7/pair]}}\n")
    for place, odd in itertools.product(PLACES, ODD):
        record.write_text(CLAIMS.replace(place, odd + "," * place.endswith(","), 1))
        code = main(["evidence", str(scenario), "--json"])
        said = capsys.readouterr()
        assert (code, bool(said.out)) in ((0, True), (3, False)), (place, odd)
        assert code == 0 or re.match(rf"{re.escape(str(record))}:\d+:\d+: ", said.err), said.err
        assert "\x1b" not in said.out + said.err


def test_a_run_does_not_need_the_records(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(edited(SMALL, ("name: One cake\n", "name: One cake\nsources: {issues: {claims: [doc-9/none]}}\n")))
    assert provenance(load(file)).count("evidence") == 2


def test_a_scenario_is_filtered_by_the_claims_it_rests_on() -> None:
    report = scenario_report(str(ROOT / "scenarios/istanbul-2022.yaml"), {"issue": "tanks"})
    assert report.provenance.inputs
    assert {claim for item in report.provenance.inputs for claim in item.claims} == {
        "doc-001/tanks-russia",
        "doc-001/tanks-ukraine",
    }
    with pytest.raises(RequestError, match="no claim of 'nobody'"):
        scenario_report(str(ROOT / "scenarios/istanbul-2022.yaml"), {"party": "nobody"})
