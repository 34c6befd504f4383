"""GENIUS files: what is read equals what the format means."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from genius_files import (
    DOMAIN,
    NORTH,
    SOUTH,
    discrete,
    domain,
    files,
    imported,
    integer,
    profile,
    real,
    values_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.evidence.provenance import provenance
from sim.game.compiled import compile, value_at
from sim.interop.genius import read_genius
from sim.interop.genius_names import distinct
from sim.model.load import read_tree, write_text


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
        "south.xml: <similarity>, <nothing> are not carried",
        "the weights sum to 4 and were normalised",
    ):
        assert words in notes
    assert found.scenario.spec.parties["south"].no_deal == 0
    assert (
        "south.xml: <similarity> is not carried"
        in imported(folder, south=SOUTH.replace("<res", "<similarity/><res")).notes
    )
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


def test_a_reservation_value_follows_weights_that_are_normalised(folder: Path) -> None:
    spec = imported(folder).scenario.spec
    assert (spec.parties["north"].no_deal, spec.parties["south"].no_deal) == (0.25, 0.25 / 4)
    near = SOUTH.replace('"3"', '"0.75"').replace('value="1"', 'value="0.2500000001"')
    assert imported(folder, south=near).scenario.spec.parties["south"].no_deal == 0.25


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


@pytest.mark.parametrize("factor", ["s", "", "0.9"])
def test_a_discount_that_is_not_carried_need_be_no_number(folder: Path, factor: str) -> None:
    text = NORTH.replace("<reservation", f'<discount_factor value="{factor}"/><reservation')
    found = imported(folder, north=text)
    assert f"(discount_factor {factor or 'without a value'}) is not carried" in "\n".join(found.notes)
    assert found.data["parties"] == imported(folder, north=NORTH).data["parties"]


@pytest.mark.parametrize("ahead", ["<!-- made by hand -->", "\n\n", " <!-- a --> <!-- b\n?> -->\n", "\ufeff<!-- a -->"])
def test_a_declaration_may_come_late(folder: Path, ahead: str) -> None:
    plain = imported(folder, north=NORTH).data
    for declaration in ('<?xml version="1.0"?>', "<?xml version='1.0' encoding='UTF-8'?>"):
        assert imported(folder, north=ahead + declaration + NORTH).data == plain


def test_the_encoding_of_a_late_declaration_counts(folder: Path) -> None:
    paths = files(folder)
    text = '<!-- a --><?xml version="1.0" encoding="iso-8859-2"?>' + domain(discrete(1, "Łódź", ["x", "y"]))
    (folder / "strait.xml").write_bytes(text.encode("iso-8859-2"))
    for path in paths[1:]:
        Path(path).write_text(profile(discrete(1, "Łódź", ["x", "y"], (0, 1)), weights=(1,)), encoding="utf-8")
    assert list(read_genius(paths[0], paths[1:]).data["issues"]) == ["Łódź"]


def test_a_level_listed_twice_is_one_level(folder: Path) -> None:
    """In a profile the last counts."""
    strait = DOMAIN.replace(
        '<item index="3" value="no"/>', '<item index="3" value="no"/><item index="4" value="open"/>'
    )
    assert strait != DOMAIN
    north = NORTH.replace('value="open" evaluation="4"', 'value="open" evaluation="9"')
    twice = north.replace(
        'value="no" evaluation="0"/>', 'value="no" evaluation="0"/><item value="open" evaluation="4"/>'
    )
    found = imported(folder, strait=strait, north=twice)
    assert "strait.xml: 'Harbour (east)' lists 'open' twice; once is enough" in found.notes
    plain = imported(folder, strait=DOMAIN, north=NORTH)
    assert found.data["parties"] == plain.data["parties"]
    assert found.data["issues"] == plain.data["issues"]


@pytest.mark.parametrize(
    ("issue", "inside", "worth", "level"),
    [
        (integer, '<evaluator ftype="linear" slope="0.1" offset="0.3"/>', 0.3, 5),
        (integer, '<item value="5" evaluation="2"/>', 1.0, 5),
        (real, '<evaluator ftype="linear" parameter0="0.1" parameter1="0.1"/>', 0.6, 5),
        (real, '<evaluator ftype="triangular" parameter0="4" parameter1="8" parameter2="6"/>', 0.5, 5),
        (real, '<evaluator ftype="triangular" parameter0="5" parameter1="8" parameter2="5"/>', 1.0, 5),
        (real, '<evaluator ftype="linear" parameter0="0" parameter1="1"/>', 0.5, 0.5),
        (integer, '<evaluator ftype="linear" slope="0.1" offset="0.3"/>', 0.3, -5),
    ],
)
def test_a_range_of_one_number_is_one_level(folder: Path, issue: Any, inside: str, worth: float, level: float) -> None:
    other = discrete(2, "x", ["a", "b"], (0, 1))
    text = profile(issue(1, "n", level, level, inside), other, weights=(0.25, 0.75))
    strait = domain(issue(1, "n", level, level), discrete(2, "x", ["a", "b"]))
    game = compile(imported(folder, strait=strait, north=text, south=text).scenario)
    assert [len(levels) for levels in game.levels] == [1, 2]
    assert game.factors.utilities(np.array([[0, 0], [0, 1]])).tolist() == pytest.approx(
        np.array([[0.25 * worth] * 2, [0.25 * worth + 0.75] * 2])
    )


def test_evaluations_below_0_keep_what_is_acceptable(folder: Path) -> None:
    """By hand: U = 0.6 e/4 + 0.4 n/10 with e of (4, -2, 1) is 1.3 U' - 0.3."""
    text = NORTH.replace('evaluation="3"', 'evaluation="-2"').replace('evaluation="0"', 'evaluation="1"')
    found = imported(folder, north=text)
    party = found.data["parties"]["north"]
    assert party["no_deal"] == pytest.approx((0.25 + 0.3) / 1.3)
    assert party["values"]["Harbour east"]["importance"] == pytest.approx(0.9)
    assert party["values"]["Harbour east"]["table"] == pytest.approx({"open": 1, "shared 50_50": 0, "no": 0.5})
    assert "north.xml: 'Harbour (east)': evaluations below 0 were raised to 0" in "\n".join(found.notes)


names = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=6).filter(str.strip)
amounts = st.sampled_from([0, 1, 2, 3, 10, 0.1, 0.75, 1 / 3, 250])
evaluations = st.sampled_from([0, 1, 2, 3, 10, 0.1, 0.75, 1 / 3, 250, -1, -0.2, -40])


@st.composite
def discrete_domains(draw: st.DrawFn) -> tuple[list[tuple[str, list[str]]], list[Any]]:
    """Issues with odd names, and for each party a weight and evaluations of every issue."""
    plain = st.lists(names, min_size=1, max_size=4, unique_by=lambda name: " ".join(name.split()))
    issues = [(name, draw(plain)) for name in draw(st.lists(names, min_size=1, max_size=3))]
    parties = []
    for _ in range(2):
        tables = [draw(st.lists(evaluations, min_size=len(v), max_size=len(v))) for _, v in issues]
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
    reservation = [game.scenario.spec.parties[name].no_deal for name in ("north", "south")]
    for outcome in itertools.product(*(range(len(v)) for _, v in issues)):
        wanted, gains = [], []
        for weights, tables in parties:
            shares = [[x / max(t) if max(t) > 0 else 0 for x in t] for t in tables]
            worth = sum(w * s[k] for w, s, k in zip(weights, shares, outcome, strict=True))
            least = sum(w * min(0, *s) for w, s in zip(weights, shares, strict=True))
            wanted.append((worth - least) / (sum(weights) - least))
            gains.append((worth - 0.25) / (sum(weights) - least))
        found = game.factors.utilities(np.array([outcome]))[0]
        assert found == pytest.approx(wanted, abs=1e-12)
        assert found - reservation == pytest.approx(gains, abs=1e-12), "what is acceptable is so there too"


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
