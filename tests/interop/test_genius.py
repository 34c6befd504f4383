"""GENIUS files: what is read equals what the format means, what is written reads back, what is broken is named."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
import pygambit
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import Wish, built, scenarios

from sim.__main__ import main
from sim.errors import RequestError, SimError
from sim.evidence import provenance
from sim.game import compile, value_at
from sim.interop.genius import Imported, read_genius
from sim.interop.genius_names import distinct
from sim.interop.genius_write import Exported, write_genius
from sim.model.load import read_tree, write_text
from sim.model.scenario import load
from sim.terms import leverage_levels, terms

ISTANBUL = Path(__file__).parents[2] / "scenarios" / "istanbul-2022.yaml"
Run = Callable[..., tuple[int, str, str]]


# Files made here --------------------------------------------------------------------------------------------------


def attributes(**values: object) -> str:
    return "".join(f" {name}={quoteattr(str(value))}" for name, value in values.items())


def discrete(index: int, name: str, levels: Sequence[str], evaluations: Sequence[object] | None = None) -> str:
    values = [{} if evaluations is None else {"evaluation": evaluations[k]} for k in range(len(levels))]
    items = (f"<item{attributes(index=k + 1, value=v, **values[k])}/>" for k, v in enumerate(levels))
    kind = attributes(index=index, name=name, type="discrete", etype="discrete", vtype="discrete")
    return f"<issue{kind}>{''.join(items)}</issue>"


def integer(index: int, name: str, low: object, high: object, inside: str = "") -> str:
    kind = attributes(index=index, name=name, type="integer", vtype="integer", lowerbound=low, upperbound=high)
    return f"<issue{kind}>{inside}</issue>"


def real(index: int, name: str, low: object, high: object, inside: str = "") -> str:
    span = f"<range{attributes(lowerbound=low, upperbound=high)}/>"
    return f"<issue{attributes(index=index, name=name, type='real')}>{span}{inside}</issue>"


def domain(*issues: str, name: str = "any") -> str:
    tree = f'<objective index="0" name={quoteattr(name)}>{"".join(issues)}</objective>'
    return f"<negotiation_template><utility_space>{tree}</utility_space></negotiation_template>"


def profile(*issues: str, weights: Sequence[object] = (), rest: str = '<reservation value="0.25"/>') -> str:
    lines = "".join(f"<weight{attributes(index=k, value=w)}/>" for k, w in enumerate(weights, start=1))
    return f'<utility_space><objective index="0" name="any">{"".join(issues)}{lines}</objective>{rest}</utility_space>'


HARBOUR = ["open", "shared 50/50", "no"]
DOMAIN = domain(discrete(1, "Harbour (east)", HARBOUR), integer(2, "Patrols", 0, 10), name="Strait")
RISING = '<evaluator ftype="linear" slope="0.1" offset="0"/>'
FALLING = '<evaluator ftype="linear" slope="-0.05" offset="0.9"/>'
NORTH = profile(
    discrete(1, "Harbour (east)", HARBOUR, (4, 3, 0)), integer(2, "Patrols", 0, 10, RISING), weights=(0.6, 0.4)
)
SOUTH = profile(
    discrete(1, "Harbour (east)", HARBOUR, (0, 5, 10)), integer(2, "Patrols", 0, 10, FALLING), weights=(3, 1)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("strait.xml", DOMAIN), ("north.xml", NORTH), ("south.xml", SOUTH)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def files(folder: Path, **changed: str) -> list[str]:
    for name, text in changed.items():
        (folder / f"{name}.xml").write_text(text, encoding="utf-8")
    return [str(folder / f"{name}.xml") for name in ("strait", "north", "south")]


def imported(folder: Path, **changed: str) -> Imported:
    first, *rest = files(folder, **changed)
    return read_genius(first, rest)


def values_of(folder: Path, issue: str, inside: str) -> Any:
    """Return what a scenario makes of one numeric issue with an evaluator, at every level."""
    own = profile(issue.format(inside), weights=(1,))
    spec = imported(folder, strait=domain(issue.format("")), north=own, south=own).scenario.spec
    (name,) = spec.issues
    return spec.parties["north"].values[name].at(spec.issues[name].all_levels())


# Reading ------------------------------------------------------------------------------------------------------------


def test_a_domain_becomes_a_scenario(folder: Path) -> None:
    found = imported(folder)
    spec = found.scenario.spec
    assert spec.name == "Strait"
    assert spec.issues["Harbour east"].levels == ("open", "shared 50_50", "no")
    assert spec.issues["Harbour east"].label == "Harbour (east)"
    assert "'shared 50/50'" in str(spec.issues["Harbour east"].meaning)
    assert (spec.issues["Patrols"].range, spec.issues["Patrols"].step) == ((0, 10), 1)
    assert list(spec.parties) == ["north", "south"]
    assert spec.parties["north"].no_deal == 0.25
    deal = {"Harbour east": "shared 50_50", "Patrols": 4}
    assert value_at(spec.parties["north"], deal)[0] == pytest.approx(0.6 * 3 / 4 + 0.4 * 0.4, abs=1e-15)
    assert value_at(spec.parties["south"], deal)[0] == pytest.approx(0.75 * 0.5 + 0.25 * (0.9 - 0.05 * 4), abs=1e-15)


def test_every_number_is_an_assumption_that_names_its_file(folder: Path) -> None:
    inputs = provenance(imported(folder).scenario).inputs
    assert {item.kind for item in inputs} == {"assumption"}
    wanted = {"issues": "strait.xml", "parties.north": "north.xml", "parties.south": "south.xml"}
    for item in inputs:
        (file,) = (name for path, name in wanted.items() if item.path.startswith(path))
        assert file in item.text


def test_what_is_changed_or_lost_is_noted(folder: Path) -> None:
    text = SOUTH.replace("<reservation", '<similarity/><discount_factor value="0.9"/><nothing').replace(
        '<weight index="2"', '<weight index="0" value="1"/><weight index="2"'
    )
    found = imported(folder, south=text)
    notes = "\n".join(found.notes)
    for words in (
        "strait.xml: the issue 'Harbour (east)' is called 'Harbour east'",
        "levels of 'Harbour east' were renamed",
        "south.xml: the discount over time (discount_factor 0.9) is not carried",
        "south.xml: no reservation value, so it is 0",
        "south.xml: weights of objectives are not used",
        "<similarity> is not carried",
        "the weights sum to 4 and were normalised",
    ):
        assert words in notes
    assert found.scenario.spec.parties["south"].no_deal == 0
    assert all(note in str(found.data["summary"]) for note in found.notes)


@pytest.mark.parametrize("factor", ["1.0", "0", "1"])
def test_no_discount_is_no_news(folder: Path, factor: str) -> None:
    text = NORTH.replace("<reservation", f'<discount_factor value="{factor}"/><reservation')
    assert not any("discount" in note for note in imported(folder, north=text).notes)


def test_nested_objectives_are_flat(folder: Path) -> None:
    inner = '<objective index="7" name="inner">{}</objective>'
    first, second = discrete(1, "a", ["x", "y"]), discrete(2, "b", ["x", "y"])
    tree = domain(first, inner.format(second))
    own = profile(
        discrete(1, "a", ["x", "y"], (1, 2)),
        inner.format(discrete(2, "b", ["x", "y"], (3, 1)) + '<weight index="2" value="0.75"/>'),
        weights=(0.25,),
    )
    spec = imported(folder, strait=tree, north=own, south=own).scenario.spec
    assert value_at(spec.parties["north"], {"a": "x", "b": "x"})[0] == pytest.approx(0.25 * 0.5 + 0.75)


INTEGER = integer(1, "n", -2, 6, "{}")
REAL = real(1, "x", 1, 3, "{}")


@pytest.mark.parametrize(
    ("issue", "evaluator", "value"),
    [
        (INTEGER, '<evaluator slope="0.125" offset="0"/>', lambda x: (x + 2) / 8),
        (INTEGER, '<evaluator ftype="linear" slope="-0.1" offset="0.95"/>', lambda x: 0.95 - 0.1 * (x + 2)),
        (
            INTEGER,
            '<evaluator ftype="linear" slope="0.3" offset="-0.4"/>',
            lambda x: min(1, max(0, 0.3 * (x + 2) - 0.4)),
        ),
        (INTEGER, '<evaluator ftype="linear" slope="0" offset="0.4"/>', lambda x: 0.4),
        (
            INTEGER,
            '<evaluator ftype="triangular" parameter0="-1" parameter1="5" parameter2="1"/>',
            lambda x: max(0, min((x + 1) / 2, (5 - x) / 4)),
        ),
        (
            INTEGER,
            '<evaluator ftype="triangular" parameter0="-2" parameter1="6" parameter2="-2"/>',
            lambda x: 1 - (x + 2) / 8,
        ),
        (
            INTEGER,
            '<evaluator ftype="triangular" parameter0="0" parameter1="4" parameter2="4"/>',
            lambda x: x / 4 if 0 <= x < 4 else 0,
        ),
        (REAL, '<evaluator ftype="linear" parameter0="-0.5" parameter1="0.5"/>', lambda x: 0.5 * x - 0.5),
        (REAL, '<evaluator ftype="linear" parameter0="2" parameter1="-0.8"/>', lambda x: min(1, max(0, 2 - 0.8 * x))),
        (REAL, '<evaluator ftype="constant" parameter0="0.7"/>', lambda x: 0.7),
        (
            REAL,
            '<evaluator ftype="triangular" parameter0="1.5" parameter1="3" parameter2="2"/>',
            lambda x: max(0, min((x - 1.5) / 0.5, 3 - x)),
        ),
    ],
)
def test_evaluators_mean_what_genius_computes(
    folder: Path, issue: str, evaluator: str, value: Callable[[float], float]
) -> None:
    levels = range(-2, 7) if issue is INTEGER else np.linspace(1, 3, 21)
    assert values_of(folder, issue, evaluator) == pytest.approx([value(float(x)) for x in levels], abs=1e-12)


def test_integer_levels_can_be_evaluated_one_by_one(folder: Path) -> None:
    items = "".join(
        f'<item value="{n}" evaluation="{e}"/>' for n, e in zip(range(-2, 7), [0, 1, 5, 2, 0, 0, 0, 0, 4], strict=True)
    )
    assert values_of(folder, INTEGER, items) == pytest.approx([0, 0.2, 1, 0.4, 0, 0, 0, 0, 0.8])


def test_a_real_issue_gets_a_stated_step(folder: Path) -> None:
    own = profile(REAL.format('<evaluator ftype="linear" parameter0="0" parameter1="0.3"/>'), weights=(1,))
    paths = files(folder, strait=domain(REAL.format("")), north=own, south=own)
    for levels, step in ((21, 0.1), (3, 1), (4, 0.666666666667)):
        found = read_genius(paths[0], paths[1:], real_levels=levels)
        issue = found.scenario.spec.issues["x"]
        assert issue.step == step
        assert len(issue.all_levels()) == levels
        assert issue.all_levels()[-1] == 3
        assert any(f"'x' has {levels} levels in steps of" in note for note in found.notes)
        assert "range without a step" in found.data["sources"]["issues.x.step"]["assumption"]


names = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=6).filter(str.strip)
amounts = st.sampled_from([0, 1, 2, 3, 10, 0.1, 0.75, 1 / 3, 250])


@st.composite
def discrete_domains(draw: st.DrawFn) -> tuple[list[tuple[str, list[str]]], list[Any]]:
    """Issues with odd names, and for each party a weight and evaluations of every issue."""
    plain = st.lists(names, min_size=1, max_size=4, unique_by=lambda name: " ".join(name.split()))
    issues = [(name, draw(plain)) for name in draw(st.lists(names, min_size=1, max_size=3))]
    parties = []
    for _ in range(2):
        tables = [draw(st.lists(amounts, min_size=len(v), max_size=len(v))) for _, v in issues]
        weights = draw(st.lists(amounts, min_size=len(issues), max_size=len(issues)).filter(any))
        parties.append((weights, tables))
    return issues, parties


@settings(max_examples=40)
@given(discrete_domains())
def test_utilities_are_weighted_shares_of_the_best(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[list[tuple[str, list[str]]], list[Any]]
) -> None:
    issues, parties = drawn
    folder = tmp_path_factory.mktemp("random")
    texts = [
        profile(*(discrete(k + 1, n, v, own[1][k]) for k, (n, v) in enumerate(issues)), weights=own[0])
        for own in parties
    ]
    tree = domain(*(discrete(k + 1, n, v) for k, (n, v) in enumerate(issues)))
    game = compile(imported(folder, strait=tree, north=texts[0], south=texts[1]).scenario)
    assert [len(levels) for levels in game.levels] == [len(v) for _, v in issues]
    for outcome in itertools.product(*(range(len(v)) for _, v in issues)):
        wanted = []
        for weights, tables in parties:
            shares = [t[k] / max(t) if max(t) else 0 for t, k in zip(tables, outcome, strict=True)]
            wanted.append(sum(w * s for w, s in zip(weights, shares, strict=True)) / sum(weights))
        assert game.factors.utilities(np.array([outcome]))[0] == pytest.approx(wanted, abs=1e-12)


@given(st.lists(names, max_size=6))
def test_names_are_made_safe_and_stay_apart(given_names: list[str]) -> None:
    found = distinct(given_names)
    assert len(set(found)) == len(given_names)
    text = write_text({"levels": found, "table": dict.fromkeys(found, 0.5)})
    assert read_tree(text, "case").data == {"levels": found, "table": dict.fromkeys(found, 0.5)}


@given(
    st.recursive(
        st.text(max_size=8) | st.integers(-(10**6), 10**6) | st.floats(-1e9, 1e9),
        lambda x: st.lists(x, max_size=3),
        max_leaves=8,
    )
)
def test_what_is_written_as_yaml_reads_back(value: Any) -> None:
    data = {"value": value, "again": {"value": value}}
    assert read_tree(write_text(data), "case").data == data


# Bad files ----------------------------------------------------------------------------------------------------------

BOMB = (
    '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>\n<utility_space>&b;</utility_space>'
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n<utility_space>&a;</utility_space>'
FAR = '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><utility_space/>'


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("north", NORTH.replace("</utility_space>", ""), r"north.xml:1:\d+: not well-formed XML"),
        ("north", "", "north.xml:1:1: not well-formed XML: no element found"),
        ("north", BOMB, "north.xml:2:.*document type"),
        ("strait", OUTSIDE, "strait.xml:1:.*document type.*external references are not read"),
        ("strait", FAR, "document type"),
        ("north", "<html/>", r"north.xml:1:1: the root is <html> \(expected a GENIUS file"),
        ("strait", "<negotiation_template/>", "holds no utility_space"),
        ("strait", domain(), "no issues"),
        ("strait", domain(discrete(1, "a", [])), "'a' has no values"),
        ("strait", domain(discrete(1, "a", ["x", "x"])), "a value twice"),
        ("strait", domain(discrete(1, "a", ["x"]), discrete(1, "b", ["x"])), "index 1 is taken by 'a'"),
        ("strait", domain(integer(1, "n", 0.5, 3)), "whole numbers"),
        ("strait", domain(integer(1, "n", 5, 5)), "empty range"),
        ("strait", domain(integer(1, "n", 0, 10**7)), "over 100,000 levels"),
        ("strait", domain(integer(1, "n", "nan", 3)), "lowerbound is 'nan'"),
        ("strait", domain('<issue index="1" name="p" type="price"/>'), "an issue of type 'price' cannot be carried"),
        ("strait", "<utility_space>" * 70 + "</utility_space>" * 70, "nested deeper than 64"),
        ("north", NORTH.replace('"Patrols"', '"Patrol"'), r"no issue 'Patrol' with index 2.*did you mean Patrols\?"),
        ("north", NORTH.replace('index="2" name', 'index="9" name'), "no issue 'Patrols' with index 9"),
        ("north", NORTH.replace('value="no"', 'value="nope"'), "no value 'nope' in the domain"),
        ("north", NORTH.replace(' evaluation="0"', ""), "evaluation is missing on <item>"),
        ("north", NORTH.replace('evaluation="3"', 'evaluation="-3"'), "evaluation -3 of 'shared 50/50' is negative"),
        ("north", NORTH.replace('evaluation="3"', 'evaluation="3,5"'), "evaluation is '3,5' on <item>"),
        ("north", NORTH.replace('<item index="3" value="no" evaluation="0"/>', ""), "no evaluation of 'no'"),
        ("north", NORTH.replace(RISING, ""), "'Patrols' has no evaluator"),
        ("north", NORTH.replace("linear", "faratin").replace("slope", "bend"), "a faratin evaluator cannot be carried"),
        ("north", NORTH.replace("slope", "bend"), "parameter1 is missing"),
        ("north", NORTH.replace('value="0.6"', 'value="0"').replace('value="0.4"', 'value="0"'), "sum to zero"),
        ("north", NORTH.replace('value="0.6"', 'value="-0.6"'), "weight -0.6 of 'Harbour .east.' is negative"),
        ("north", NORTH.replace('<weight index="2" value="0.4"/>', ""), "no weight for 'Patrols'"),
        ("north", NORTH.replace('<weight index="2"', '<weight index="1"'), "a second weight"),
        ("north", profile(discrete(1, "Harbour (east)", HARBOUR, (1, 1, 1)), weights=(1,)), "no issue 'Patrols'"),
        ("north", NORTH.replace('"0.25"', '"much"'), "value is 'much' on <reservation>"),
        (
            "north",
            '<utility_space><objective><utility maxutility="1"><ufun/></utility></objective></utility_space>',
            "a nonlinear utility space .<utility>. cannot be carried",
        ),
        ("north", NORTH.replace("<utility_space>", '<utility_space type="nonlinear">'), "nonlinear"),
        ("north", "<utility_space><objective><rules/></objective></utility_space>", "a constraint-based utility space"),
    ],
)
def test_broken_files_are_named_with_their_place(folder: Path, name: str, text: str, words: str) -> None:
    with pytest.raises(SimError, match=words) as caught:
        imported(folder, **{name: text})
    assert len(str(caught.value).splitlines()) == 1
    assert str(caught.value).startswith(str(folder / name))


def test_the_line_and_column_are_those_of_the_element(folder: Path) -> None:
    text = NORTH.replace("<item", "\n  <item").replace('evaluation="3"', 'evaluation="-3"')
    with pytest.raises(SimError, match=r"north.xml:3:3: evaluation -3"):
        imported(folder, north=text)


def test_any_bytes_are_refused_in_one_line(folder: Path) -> None:
    rng = np.random.default_rng(7)
    raw = NORTH.encode()
    lines = []
    for _ in range(150):
        broken = bytearray(raw)
        for place in rng.integers(0, len(raw), 3):
            broken[place] = rng.integers(0, 256)
        (folder / "north.xml").write_bytes(bytes(broken))
        try:
            read_genius(str(folder / "strait.xml"), [str(folder / "north.xml"), str(folder / "south.xml")])
        except SimError as error:
            lines.append(len(str(error).splitlines()))
    assert len(lines) > 100
    assert set(lines) == {1}


def test_missing_and_large_files(folder: Path) -> None:
    first, north, south = files(folder)
    with pytest.raises(RequestError, match=r"gone\.xml: no such file"):
        read_genius(first, [north, str(folder / "gone.xml")])
    with pytest.raises(RequestError, match="cannot be read"):
        read_genius(str(folder), [north, south])
    with pytest.raises(RequestError, match=r"1 profile \(expected two or more"):
        read_genius(first, [north])
    with pytest.raises(RequestError, match="1 levels for a real issue"):
        read_genius(first, [north, south], real_levels=1)
    (folder / "large.xml").write_bytes(b" " * (4 * 1024 * 1024 + 1))
    with pytest.raises(RequestError, match="larger than 4 MiB"):
        read_genius(str(folder / "large.xml"), [north, south])


# Writing ------------------------------------------------------------------------------------------------------------


def read_back(folder: Path, found: Exported) -> Imported:
    for name, text in found.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    first, *rest = (str(folder / name) for name in found.files)
    return read_genius(first, rest)


@settings(max_examples=120)
@given(scenarios(Wish(linkages=False, outcomes=60)))
def test_a_round_trip_keeps_every_utility(tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]) -> None:
    scenario = built(data)
    game = compile(scenario)
    before = terms(game, leverage_levels(game))
    assume(not before.illegal)
    written = write_genius(scenario)
    again = compile(read_back(tmp_path_factory.mktemp("trip"), written).scenario)
    assert again.parties == game.signers
    assert [len(levels) for levels in again.levels[: len(game.levels)]] == [len(levels) for levels in game.levels]
    assert all(len(levels) == 1 for levels in again.levels[len(game.levels) :])
    outcomes = np.array(list(itertools.product(*(range(len(levels)) for levels in game.levels))))
    extra = np.zeros((len(outcomes), len(again.levels) - len(game.levels)), dtype=np.int64)
    found = again.factors.utilities(np.hstack([outcomes, extra]))
    wanted = game.factors.utilities(outcomes)[:, game.columns]
    assert np.abs(found - wanted).max() <= 1e-12
    kept = terms(again, {}).reservation[0]
    assert np.abs(kept - before.reservation[0, game.columns]).max() <= 1e-12


@settings(max_examples=40)
@given(scenarios(Wish(linkages=False, outcomes=60, watcher=False)))
def test_numbers_and_names_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]
) -> None:
    scenario = built(data)
    game = compile(scenario)
    assume(not terms(game, leverage_levels(game)).illegal)
    again = read_back(tmp_path_factory.mktemp("trip"), write_genius(scenario)).scenario.spec
    for name, levels in zip(game.issues, game.levels, strict=True):
        if len(levels) > 1:
            assert again.issues[name].all_levels() == levels


def test_weights_sum_to_one_as_genius_takes_them(tmp_path: Path) -> None:
    data = {
        "format": 1,
        "name": "Half hearted",
        "issues": {"a": {"levels": ["x", "y"]}, "b": {"range": [0, 4], "step": 1}},
        "parties": {
            "domain": {"values": {"a": {"importance": 1, "table": {"x": 0.2, "y": 0.5}}}, "no_deal": -0.1},
            "Domain": {"values": {"b": {"importance": 3, "best": 0, "worst": 8}}, "no_deal": 0.1},
        },
    }
    found = write_genius(built(data))
    assert list(found.files) == ["domain.xml", "domain 2.xml", "Domain 3.xml"]
    assert '<weight index="1" value="0.5" />' in found.files["domain 2.xml"]
    assert '<weight index="3" value="0.5" />' in found.files["domain 2.xml"]
    assert any("'unused weight' with one value was added" in note for note in found.notes)
    again = read_back(tmp_path, found).scenario.spec
    assert value_at(again.parties["domain 2"], {"a": "x", "b": 0, "unused weight": "none"})[0] == pytest.approx(0.2)


def test_what_the_format_cannot_hold_is_refused_or_named() -> None:
    scenario = load(ISTANBUL)
    with pytest.raises(RequestError, match=r"parties\.ukraine\.linkages\.\w+.*cannot hold linkages"):
        write_genius(scenario)
    tree = dict(scenario.tree.data)
    tree["parties"] = {name: dict(party, linkages={}) for name, party in tree["parties"].items()}
    plain = built(tree)
    found = write_genius(plain, {"battlefield": 0.5})
    notes = "\n".join(found.notes)
    for words in (
        "parties.russia.no_deal: the war lottery is carried as the reservation value",
        "at battlefield=0.5",
        "parties.russia.red_lines.no_membership",
        "issues.army_cap: written as a discrete issue of 34 numbers",
        "sections not carried: leverage, war, future",
    ):
        assert words in notes
    with pytest.raises(RequestError, match="no leverage variable"):
        write_genius(plain, {"battlefeild": 0})


# The command line ---------------------------------------------------------------------------------------------------


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_import_and_export_from_the_command_line(folder: Path, say: Run) -> None:
    scenario = folder / "scenario.yaml"
    code, out, err = say("import", *files(folder), "-o", scenario)
    assert (code, out) == (0, "")
    assert "note: strait.xml: the issue 'Harbour (east)'" in err
    assert "read: 2 issues, 2 parties" in err
    first = load(scenario)
    assert say("import", *files(folder), "-o", "-")[1] == scenario.read_text(encoding="utf-8")
    code, out, err = say("export", scenario, "--format", "genius", "-o", folder / "out" / "deep")
    assert (code, out) == (0, "")
    assert sorted(path.name for path in (folder / "out" / "deep").iterdir()) == ["domain.xml", "north.xml", "south.xml"]
    paths = [folder / "out" / "deep" / name for name in ("domain.xml", "north.xml", "south.xml")]
    assert say("import", *paths, "-o", folder / "again.yaml")[0] == 0
    again = load(folder / "again.yaml")
    assert again.spec.issues["Harbour east"].all_levels() == first.spec.issues["Harbour east"].all_levels()
    assert again.spec.issues["Harbour east"].label == "Harbour (east)"


def test_the_leverage_game_goes_to_gambit(folder: Path, say: Run) -> None:
    assert say("export", ISTANBUL, "--format", "nfg", "-o", folder / "game.nfg", "--at", "battlefield=0.2")[0] == 0
    game = pygambit.read_nfg(str(folder / "game.nfg"))
    assert [player.label for player in game.players] == ["Russia", "Ukraine"]
    assert "battlefield=0.2" in (folder / "game.nfg").read_text()
    assert say("export", ISTANBUL, "--format", "nfg", "-o", "-")[1].startswith('NFG 1 R "Istanbul')
    scenario = folder / "scenario.yaml"
    say("import", *files(folder), "-o", scenario)
    code, _, err = say("export", scenario, "--format", "nfg", "-o", "-")
    assert (code, "no leverage game: fewer than two signers have moves" in err) == (3, True)


def test_bad_input_ends_with_one_line_and_code_three(folder: Path, say: Run) -> None:
    paths = files(folder, north=BOMB)
    for arguments in (
        ("import", *paths),
        ("import", folder / "gone.xml", *paths[1:]),
        ("import", *paths[:2]),
        ("import", paths[0], paths[2], paths[2], "-o", folder / "no" / "such" / "folder.yaml"),
        ("export", ISTANBUL, "--format", "genius", "-o", folder / "out"),
        ("export", folder / "gone.yaml", "--format", "nfg", "-o", "-"),
        ("export", ISTANBUL, "--format", "nfg", "-o", folder),
        ("export", ISTANBUL, "--format", "nfg", "-o", "-", "--at", "nothing=1"),
    ):
        code, out, err = say(*arguments)
        assert (code, out) == (3, "")
        assert len(err.splitlines()) == 1, err
    say("import", *files(folder, north=NORTH), "-o", folder / "scenario.yaml")
    for place in (folder / "north.xml", "-"):
        assert say("export", folder / "scenario.yaml", "--format", "genius", "-o", place)[0] == 3


def test_an_entity_bomb_ends_at_once_in_a_process_of_its_own(folder: Path) -> None:
    names_ = "abcdefghij"
    lines = [f'<!ENTITY {new} "{"&" + old + ";"}{"&" + old + ";" * 1}">' for old, new in itertools.pairwise(names_)]
    files(folder, north=f'<!DOCTYPE x [<!ENTITY a "{"x" * 1000}">{"".join(lines)}]><utility_space>&j;</utility_space>')
    done = subprocess.run(
        [sys.executable, "-m", "sim", "import", *files(folder)], capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
