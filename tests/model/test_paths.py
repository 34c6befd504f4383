"""Paths: one notation for every number, and what each number reaches."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario_texts import FULL

from sim.model.load import read_tree
from sim.model.names import listed, suggest
from sim.model.paths import dotted, is_number, lookup, numbers, replace, split
from sim.model.reach import channel, reaches_no_deal_only, reaches_terms_only

DATA = read_tree(FULL, "full").data


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("format", ("format",)),
        ("parties.north.power", ("parties", "north", "power")),
        ("parties.south.power", ("parties", "south", "power")),
        ("war.outcomes.north_wins.levels.tax", ("war", "outcomes", "north_wins", "levels", "tax")),
        ("private.parties.north.no_deal.war.cost.known_to", ("private", "parties.north.no_deal.war.cost", "known_to")),
        ("uncertain.war.end_rate.distribution", ("uncertain", "war.end_rate", "distribution")),
        ("parties.south.values.fleet.table.8", ("parties", "south", "values", "fleet", "table", "8")),
    ],
)
def test_paths_split_against_the_data(path: str, keys: tuple[str, ...]) -> None:
    assert split(DATA, path) == keys
    assert dotted(keys) == path


def test_the_longest_key_wins() -> None:
    assert split({"a": {"b": 1}, "a.b": 2}, "a.b") == ("a.b",)
    assert split({"a": {"0.5": {"x": 1}}}, "a.0.5.x") == ("a", "0.5", "x")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("parties.nort.power", "no parties.nort (did you mean north?)"),
        ("partys.north.power", "no partys (did you mean parties?)"),
        ("war.outcomes.draw.odds", "no war.outcomes.draw (expected one of: north_wins, south_wins)"),
        ("issues.tax.range.0", "issues.tax.range holds no further keys (lists are set whole)"),
        ("format.x", "format holds no further keys (lists are set whole)"),
    ],
)
def test_a_wrong_path_says_where_it_fails(path: str, message: str) -> None:
    with pytest.raises(KeyError) as caught:
        split(DATA, path)
    assert caught.value.args[0] == message


def test_lookup_and_replace() -> None:
    data = {"a": {"b": 1, "c": [1, 2]}, "d": 3}
    assert lookup(data, ("a", "b")) == 1
    assert lookup(data, ("a", "x")) is None
    assert lookup(data, ("a", "c", "0")) is None
    assert lookup(data, ()) is data
    changed = replace(data, ("a", "e"), 9)
    assert changed == {"a": {"b": 1, "c": [1, 2], "e": 9}, "d": 3}
    assert data == {"a": {"b": 1, "c": [1, 2]}, "d": 3}


def test_numbers_are_every_input_once() -> None:
    data = {
        "format": 1,
        "name": "x",
        "issues": {"i": {"range": [0, 1], "levels": ["a", "b"], "step": 0.5, "on": True}},
        "points": [[0, 1], [2, 3]],
        "sources": {"i": {"n": 5}},
    }
    assert list(numbers(data)) == [
        (("issues", "i", "range"), [0, 1]),
        (("issues", "i", "step"), 0.5),
        (("points",), [[0, 1], [2, 3]]),
    ]
    assert is_number(0)
    assert not is_number(True)
    assert not is_number("1")


def test_every_number_of_the_full_scenario_has_a_path_that_leads_back() -> None:
    found = list(numbers(DATA))
    assert len(found) > 70
    for keys, value in found:
        assert split(DATA, dotted(keys)) == keys
        assert lookup(DATA, keys) == value


@given(st.dictionaries(st.sampled_from("abc"), st.integers() | st.dictionaries(st.sampled_from("xyz"), st.integers())))
def test_replacing_changes_one_number_only(data: dict[str, Any]) -> None:
    for keys, value in numbers(data):
        changed = replace(data, keys, "new")
        assert lookup(changed, keys) == "new"
        assert [k for k, v in numbers(data) if lookup(changed, k) != v] == [keys]
        assert lookup(data, keys) == value


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("war.outcomes.north_wins.odds", "odds"),
        ("war.outcomes.north_wins.levels.tax", "level"),
        ("war.outcomes.north_wins.worse_by.south", "level"),
        ("war.status_quo.tax", "level"),
        ("war.end_rate", "rate"),
        ("war.round", "rate"),
        ("parties.north.no_deal.war.cost", "cost"),
        ("parties.north.no_deal.war.discount_rate", "rate"),
        ("parties.north.no_deal.war.optimism.north_wins", "optimism"),
        ("parties.south.no_deal.outside", "no_deal"),
        ("parties.guild.no_deal", "no_deal"),
        ("parties.north.power", "power"),
        ("parties.north.patience", "patience"),
        ("enforcement.north.tax.10", "enforcement"),
        ("issues.tax.step", None),
        ("parties.north.values.tax.importance", None),
        ("parties.north.linkages.sea.importance", None),
        ("parties.north.red_lines.floor.min", None),
        ("leverage.storm.default", None),
    ],
)
def test_what_a_number_reaches(path: str, expected: str | None) -> None:
    keys = split(DATA, path)
    assert channel(keys) == expected
    assert reaches_terms_only(keys) == (expected is not None)
    assert reaches_no_deal_only(keys) == (expected not in (None, "power", "patience", "enforcement"))


def test_suggestions() -> None:
    assert suggest("nto", ["nato", "army_cap"]) == "(did you mean nato?)"
    assert suggest("xyz", ["nato", "army_cap"]) == "(expected one of: nato, army_cap)"
    assert suggest("xyz", []) == "(there are none to name)"
    assert listed(range(20)) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 8 more"
    assert listed([0.5, 2000000.0, "a"]) == "0.5, 2000000, a"
