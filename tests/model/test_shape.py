"""Faults of shape: unknown and missing keys, wrong types, numbers out of bounds; worded for a person."""

# ruff: noqa: E501  (a case a line reads better than a case a screen)

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario_texts import FULL, SMALL, assert_one_fault, edited, faults, read

from sim.model.load import read_tree

Edit = tuple[str, str]


def test_the_full_scenario_uses_every_section_and_is_sound() -> None:
    spec = read(FULL).spec
    assert spec.war is not None
    assert spec.dynamics is not None
    for name in ("issues", "parties", "leverage", "future", "enforcement", "moves", "private", "uncertain", "sources"):
        assert getattr(spec, name), name
    assert set(spec.dynamics.drifts) == {"storm"}


UNKNOWN: list[tuple[Edit, str, str]] = [
    (("summary: A", "^sumary: A"), "sumary", "unknown key (did you mean summary?)"),
    (("label: Port tax", "^lable: Port tax"), "issues.tax.lable", "unknown key (did you mean label?)"),
    (("power: 1.5", "^pwoer: 1.5"), "parties.north.pwoer", "unknown key (did you mean power?)"),
    (("allow: [shared, south]}", "allow: [shared], ^min_: 2}"), "parties.south.red_lines.colours.min_", "mean min?"),
    (
        ("{tax: {max: 30}, fleet", "{tax: {max: 30, ^mix: 1}, fleet"),
        "parties.north.red_lines.banner.when.tax.mix",
        "?)",
    ),
    (("importance: -1}", "importance: -1, ^wieght: 2}"), "parties.north.linkages.sea.wieght", "unknown key"),
    (("shape: {power: 0.5}", "shape: {power: 0.5, ^rate: 1}"), "parties.north.values.tax.shape.rate", "one of: power"),
    (("at_most: 20}", "at_most: 20, ^best: 2}"), "parties.guild.values.tax.at_most", "unknown key"),
    (("discount_rate: 0.05,", "discount_rate: 0.05, ^costs: 1,"), "parties.north.no_deal.war.costs", "mean cost?"),
    (("{outside: 0.2,", "{outside: 0.2, ^inside: 1,"), "parties.south.no_deal.inside", "did you mean outside?"),
    (("  end_rate: 0.5", "  ^end_rates: 0.5"), "war.end_rates", "did you mean end_rate?"),
    (("{odds: 1, levels", "{odds: 1, ^level: 2, levels"), "war.outcomes.south_wins.level", "did you mean levels?"),
    (("    default: 0\n", "    default: 0\n    ^shift: {}\n"), "leverage.storm.shift", "did you mean shifts?"),
    (("{by: 0.02}", "{by: 0.02, ^bye: 1}"), "leverage.storm.shifts.parties.north.no_deal.war.cost.bye", "mean by?"),
    (("after_years: 1,", "after_years: 1, ^after_year: 2,"), "future.spring.after_year", "did you mean after_years?"),
    (("{label: Sail,", "{label: Sail, ^price: 1,"), "moves.north.sail.price", "one of: label, leverage, cost"),
    (("{known_to: north,", "{known_to: north, ^kind: x,"), "private.parties.north.no_deal.war.cost.kind", "unknown"),
    (("{uniform: [0.05, 0.2]}", "{uniform: [0.05, 0.2], ^uniforn: [0, 1]}"), "", "did you mean uniform?"),
    (("reversion: 0.2}", "reversion: 0.2, ^drfit: 0}"), "dynamics.storm.drfit", "did you mean drift?"),
    (("{at: 2,", "{at: 2, ^when: 3,"), "dynamics.events.0.when", "unknown key (expected one of: at, label, leverage)"),
    (
        ("{assumption: Round", "{^assumed: x, assumption: Round"),
        "sources.issues.assumed",
        "one of: claims, differs, assumption",
    ),
]


@pytest.mark.parametrize(("edit", "path", "words"), UNKNOWN)
def test_unknown_keys(edit: Edit, path: str, words: str) -> None:
    if edit[0] == "  end_rate: 0.5":
        text = edited(FULL, edit, ("  war.end_rate: {distribution: {normal: [0.5, 0.1]}}\n", ""))
    elif "at_most" in edit[0]:
        # A value function is named by the first key that only it has.
        text = edited(FULL, ("at_most: 20}", "^at_most: 20, best: 2, worst: 1}"))
    else:
        text = edited(FULL, edit)
    path = path or "private.parties.north.no_deal.war.cost.distribution.uniforn"
    assert_one_fault(text, path, "unknown key", words)


MISSING: list[tuple[list[Edit], str, str]] = [
    (
        [("format: 1\n", ""), ("name: Two", "^name: Two")],
        "",
        "format is missing (expected: version of the file format)",
    ),
    ([("name: Two ports\n", ""), ("format: 1", "^format: 1")], "", "name is missing (expected: title of"),
    ([("{importance: 3, ideal", "^{ideal")], "parties.north.values.fleet", "importance is missing (expected: worth"),
    (
        [("{importance: 3, ideal: 6, tolerance: 5}", "^{importance: 3, ideal: 6}")],
        "parties.north.values.fleet",
        "tolerance",
    ),
    (
        [("best: 40, worst: 0", "best: 40"), ("tax: {importance: 4", "tax: ^{importance: 4")],
        "parties.north.values.tax",
        "worst",
    ),
    (
        [("{issues: [fleet, flag], importance: -1}", "^{importance: -1}")],
        "parties.north.linkages.sea",
        "issues is missing",
    ),
    ([("ceiling: {issue: tax, max", "ceiling: ^{max")], "parties.south.red_lines.ceiling", "issue is missing"),
    ([("{outside: 0.2, impasse: 0.1}", "^{outside: 0.2}")], "parties.south.no_deal", "impasse is missing"),
    ([("{odds: 1, levels", "^{levels")], "war.outcomes.south_wins", "odds is missing (expected: shared odds"),
    ([("    range: [-1, 1]\n", ""), ("label: Storms", "^label: Storms")], "leverage.storm", "range is missing"),
    ([("    default: 0\n", ""), ("label: Storms", "^label: Storms")], "leverage.storm", "default is missing"),
    ([("{after_years: 1, leverage", "^{leverage")], "future.spring", "after_years is missing"),
    ([("{known_to: north, ", "^{")], "private.parties.north.no_deal.war.cost", "known_to is missing"),
    ([("{at: 2, label", "^{label")], "dynamics.events.0", "at is missing (expected: step at which it happens)"),
]


@pytest.mark.parametrize(("edits", "path", "words"), MISSING)
def test_something_missing_points_at_its_parent(edits: list[Edit], path: str, words: str) -> None:
    assert_one_fault(edited(FULL, *edits), path, words)


def test_missing_sections_point_at_the_whole_file() -> None:
    assert [str(fault) for fault in faults("name: x")] == [
        "case.yaml:1:1: format is missing (expected: version of the file format)",
        "case.yaml:1:1: issues is missing (expected: what is on the table)",
        "case.yaml:1:1: parties is missing (expected: who negotiates)",
    ]


WRONG: list[tuple[Edit, str, str]] = [
    (("format: 1", "format: ^2"), "format", "2 (expected 1)"),
    (("format: 1", "format: ^'1'"), "format", "'1' (expected 1)"),
    (("format: 1", "format: ^true"), "format", "'true' (expected 1)"),
    (("name: Two ports", "name: ^7"), "name", "7 is a number (expected text: put it in quotes, '7')"),
    (("name: Two ports", "name: ^''"), "name", "'' (expected text that is not empty)"),
    (("name: Two ports", "name:^"), "name", "nothing (expected text)"),
    (('as_of: "1950"', "as_of: ^1950"), "as_of", "1950 is a number (expected text"),
    (("range: [0, 40]", "range: ^5"), "issues.tax.range", "5 (expected a list)"),
    (("range: [0, 40]", "range: ^[0]"), "issues.tax.range", "1 entry (expected: lowest and highest level"),
    (("range: [0, 40]", "range: ^[]"), "issues.tax.range", "0 entries (expected: lowest and highest level"),
    (("range: [0, 40]", "range: ^[0, 40, 50]"), "issues.tax.range", "3 entries (expected at most 2)"),
    (("range: [0, 40]", "range: [0, ^forty]"), "issues.tax.range.1", "'forty' (expected a number)"),
    (("range: [0, 40]", "range: [0, ^true]"), "issues.tax.range.1", "true is a truth value (expected a number)"),
    (("range: [0, 40]\n    step: 10", "range: [0, 40]\n    step: ^0"), "issues.tax.step", "0 (expected more than 0)"),
    (("range: [0, 40]\n    step: 10", "range: [0, 40]\n    step: ^-5"), "issues.tax.step", "-5 (expected more than 0)"),
    (("levels: [north, shared", "levels: [north, ^true, shared"), "issues.flag.levels.1", "true"),
    (("flag: {levels: [north, shared, south]}", "flag: {levels: ^[]}"), "issues.flag.levels", "0 entries (expected at least 1)"),
    (("reversion: open}", "reversion: ^[open]}"), "issues.canal.reversion", "a list (expected a number or a name)"),
    (("reversion: open}", "reversion: ^true}"), "issues.canal.reversion", "true (expected a number or a name)"),
    (("  fleet: {unit: ships, range: [2, 8], step: 2}", "  fleet: ^7"), "issues.fleet", "7 (expected a map of keys)"),
    (("consent: true", "consent: ^yes"), "parties.south.consent", "'yes' (expected true or false)"),
    (("consent: true", "consent: ^1"), "parties.south.consent", "1 (expected true or false)"),
    (("power: 1.5", "power: ^0"), "parties.north.power", "0 (expected more than 0)"),
    (("power: 1.5", "power: ^true"), "parties.north.power", "true is a truth value (expected a number)"),
    (("power: 1.5", "power:^"), "parties.north.power", "nothing (expected a number)"),
    (("patience: 0.9", "patience: ^1"), "parties.north.patience", "1 (expected less than 1)"),
    (("patience: 0.9", "patience: ^0"), "parties.north.patience", "0 (expected more than 0)"),
    (("{importance: 4, best", "{importance: ^-4, best"), "parties.north.values.tax.importance", "-4 (expected at least 0)"),
    (("{importance: 3, ideal", "{importance: ^'3', ideal"), "parties.north.values.fleet.importance", "'3' (expected a number)"),
    (("tolerance: 5", "tolerance: ^0"), "parties.north.values.fleet.tolerance", "0 (expected more than 0)"),
    (("{power: 0.5}", "{power: ^-1}"), "parties.north.values.tax.shape.power", "-1 (expected more than 0)"),
    (("{power: 0.5}", "{exponential: ^-101}"), "parties.north.values.tax.shape.exponential", "-101 (expected at least -100)"),
    (("{power: 0.5}", "{sigmoid: {middle: ^1, steepness: 2}}"), "parties.north.values.tax.shape.sigmoid.middle", "less than 1"),
    (("{power: 0.5}", "{sigmoid: {middle: 0.5, steepness: ^0}}"), "parties.north.values.tax.shape.sigmoid.steepness", "at least 0.001"),
    (("shape: {power: 0.5}", "shape: ^power"), "parties.north.values.tax.shape", "'power' (expected a map of keys)"),
    (("table: {north: 1, sh", "table: {north: ^1.5, sh"), "parties.north.values.flag.table.north", "1.5 (expected at most 1)"),
    (("table: {north: 1, sh", "table: {north: ^-0.1, sh"), "parties.north.values.flag.table.north", "-0.1 (expected at least 0)"),
    (("table: {open: 1, shut: 0}", "table: ^[1, 0]"), "parties.north.values.canal.table", "a list (expected a map of names)"),
    (("[[0, 1], [20", "[[0, ^1.1], [20"), "parties.south.values.tax.points.0.1", "1.1 (expected at most 1)"),
    (("[[0, 1], [20", "[^[0], [20"), "parties.south.values.tax.points.0", "1 entry (expected: [level, value] pairs"),
    (("[[0, 1], [20, 0.4], [40, 0]]", "^[[0, 1]]"), "parties.south.values.tax.points", "1 entry (expected at least 2)"),
    (("{importance: 1, at_most: 20}", "^{importance: 1, at_mst: 20}"), "parties.guild.values.tax", "no value function (did you mean at_most?)"),
    (("{importance: 1, at_most: 20}", "^{importance: 1}"), "parties.guild.values.tax", "no value function (expected one of: best and worst, ideal"),
    (("{importance: 1, at_most: 20}", "^20"), "parties.guild.values.tax", "20 (expected importance and a value function)"),
    (("issues: [fleet, flag]", "issues: ^[fleet]"), "parties.north.linkages.sea.issues", "1 entry (expected: the two issues"),
    (("issues: [fleet, flag]", "issues: ^[fleet, flag, tax]"), "parties.north.linkages.sea.issues", "3 entries (expected at most 2)"),
    (("forbid: [south]", "forbid: [^[south]]"), "parties.north.red_lines.banner.forbid.0", "a list (expected a number or a name)"),
    (("forbid: [south]", "forbid: ^south"), "parties.north.red_lines.banner.forbid", "'south' (expected a list)"),
    (("forbid: [south]", "forbid: ^[]"), "parties.north.red_lines.banner.forbid", "0 entries (expected at least 1)"),
    (("fleet: [2, 4]}", "fleet: ^4}"), "parties.north.red_lines.banner.when.fleet", "4 (expected a list)"),
    (("no_deal: {outside: 0.2, impasse: 0.1}", "no_deal: {outside: 0.2, impasse: ^[1]}"), "parties.south.no_deal.impasse", "a list (expected a number)"),
    (("discount_rate: 0.05", "discount_rate: ^-1"), "parties.north.no_deal.war.discount_rate", "-1 (expected at least 0)"),
    (("north_wins: 1.2}", "north_wins: ^0}"), "parties.north.no_deal.war.optimism.north_wins", "0 (expected more than 0)"),
    (("end_rate: 0.5", "end_rate: ^0"), "war.end_rate", "0 (expected more than 0)"),
    (("round: 0.25", "round: ^-1"), "war.round", "-1 (expected more than 0)"),
    (("odds: 1,", "odds: ^-1,"), "war.outcomes.south_wins.odds", "-1 (expected at least 0)"),
    (("{south: 0.4}", "{south: ^much}"), "war.outcomes.north_wins.worse_by.south", "'much' (expected a number)"),
    (("fleet: 4, flag", "fleet: ^[4], flag"), "war.status_quo.fleet", "a list (expected a number or a name)"),
    (("{factor: 2}", "{factor: ^0}"), "leverage.storm.shifts.war.outcomes.north_wins.odds.factor", "0 (expected more than 0)"),
    (("{by: 0.02}", "{by: ^x}"), "leverage.storm.shifts.parties.north.no_deal.war.cost.by", "'x' (expected a number)"),
    (("{by: 0.02}", "^0.02"), "leverage.storm.shifts.parties.north.no_deal.war.cost", "0.02 (expected a map of keys)"),
    (("after_years: 1", "after_years: ^0"), "future.spring.after_years", "0 (expected more than 0)"),
    (("{10: 0.02,", "{10: ^-0.02,"), "enforcement.north.tax.10", "-0.02 (expected at least 0)"),
    (("cost: 0.01}", "cost: ^low}"), "moves.north.sail.cost", "'low' (expected a number)"),
    (("[0.5, 0.1]", "[0.5, ^0]"), "uncertain.war.end_rate.distribution.normal.1", "0 (expected more than 0)"),
    (("[0.4, 0.5]]", "[0.4, ^1.5]]"), "uncertain.parties.guild.no_deal.distribution.discrete.1.1", "1.5 (expected at most 1)"),
    (("step_months: 3", "step_months: ^0"), "dynamics.step_months", "0 (expected more than 0)"),
    (("storm: {drift: 0.01, volatility: 0.1, reversion: 0.2}", "storm: ^5"), "dynamics.storm", "5 (expected a map of keys)"),
    (("volatility: 0.1", "volatility: ^-1"), "dynamics.storm.volatility", "-1 (expected at least 0)"),
    (("reversion: 0.2}", "reversion: ^2}"), "dynamics.storm.reversion", "2 (expected at most 1)"),
    (("{at: 2,", "{at: ^-2,"), "dynamics.events.0.at", "-2 (expected at least 0)"),
    (("claims: [doc-900/tax]", "claims: ^doc-900/tax"), "sources.issues.tax.range.claims", "(expected a list)"),
    (("claims: [doc-900/tax]", "claims: ^[]"), "sources.issues.tax.range.claims", "0 entries (expected at least 1)"),
    (("{assumption: Round figures.}", "{assumption: ^''}"), "sources.issues.assumption", "not empty"),
    (("  floor: {", "  ^fl.oor: {"), "parties.north.red_lines.fl.oor", "not a name (names hold letters, digits, spaces, _ and -, with no space at an end"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "path", "words"), WRONG)
def test_wrong_values(edit: Edit, path: str, words: str) -> None:
    assert_one_fault(edited(FULL, edit), path, words)


def test_several_faults_are_told_at_once_in_file_order() -> None:
    text = edited(
        FULL,
        ("label: Port tax", "lable: Port tax"),
        ("range: [2, 8]", "range: [8, 2]"),
        ("power: 1.5", "power: -1"),
        ("[20, 0.4]", "[20, x]"),
        ("ceiling: {issue: tax", "ceiling: {issue: tex"),
        ("storm: 0.5}}\nenf", "strom: 0.5}}\nenf"),
        ("doc-900/tax", "doc-900"),
    )
    found = faults(text)
    assert [fault.path for fault in found] == [
        "issues.tax.lable",
        "issues.fleet.range",
        "parties.north.power",
        "parties.south.values.tax.points.1.1",
        "parties.south.red_lines.ceiling.issue",
        "future.spring.leverage.strom",
        "sources.issues.tax.range.claims.0",
    ]
    assert [(fault.line, fault.column) for fault in found] == sorted((fault.line, fault.column) for fault in found)
    assert len({fault.line for fault in found}) == 7


def test_names_from_the_file_cannot_break_a_line() -> None:
    (fault,) = faults(SMALL + '"two\\nlines\\e[31m": 1\n')
    assert str(fault).startswith("case.yaml:8:1: two\\nlines\\x1b[31m: unknown key")
    assert str(fault).isprintable()


def test_long_values_are_cut() -> None:
    (fault,) = faults(edited(SMALL, ("no_deal: 0.2", f"no_deal: {'x' * 5000}")))
    assert fault.message.startswith(f"'{'x' * 37}...' (expected a number")


JUNK = (
    st.none()
    | st.booleans()
    | st.integers(-3, 100)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "x", "tax", "north", "shared", "a.b", "nan", "1e999", "value", [], {}, [1, 2], [[1], [2]]])
    | st.sampled_from(
        [{"x": 1}, {"war": {}}, {"by": 1}, {"importance": 1}, {"table": {}}, {"min": 5, "max": 1}, {"": 1}]
    )
    | st.sampled_from([{"nan": 1}, {"10": 0.3, "10.0": 0.4}, [None], ["open"], [[0, 1], [1, 0]], 10**400, 1e16, 1e-300])
)


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(found for key, value in inner for found in places(value, (*path, key)))]


def at(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


WHOLE = read_tree(FULL, "full").data
NAMES = sorted({key for path in places(WHOLE) for key in path if isinstance(key, str)} | {"", "x", "inf", "."})


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A full scenario with one to three nodes deleted, replaced, copied elsewhere, duplicated or renamed."""
    data = copy.deepcopy(WHOLE)
    for _ in range(draw(st.integers(1, 3))):
        paths = [path for path in places(data) if path]
        path = draw(st.sampled_from(paths))
        parent, key = at(data, path[:-1]), path[-1]
        kind = draw(st.sampled_from(["delete", "junk", "copy", "double", "rename"]))
        if kind == "delete":
            del parent[key]
        elif kind == "junk":
            parent[key] = draw(JUNK)
        elif kind == "copy":
            parent[key] = copy.deepcopy(at(data, draw(st.sampled_from(paths))))
        elif isinstance(parent, list):
            parent.append(copy.deepcopy(parent[key]))
        else:
            value = parent.pop(key) if kind == "rename" else copy.deepcopy(parent[key])
            parent[draw(st.sampled_from(NAMES))] = value
        if not data:
            break
    return data


@given(mutated())
def test_any_mutation_is_read_or_refused(data: dict[str, Any]) -> None:
    text = json.dumps(data)
    found = faults(text)
    for fault in found:
        assert fault.message
        assert fault.line >= 1
        assert 1 <= fault.column <= len(text) + 1
        assert "\n" not in str(fault)
    if not found:
        assert sum(party.consent for party in read(text).spec.parties.values()) >= 2
