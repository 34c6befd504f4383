"""Loading, setting numbers by path, lifting red lines, and the digest that tells two scenarios apart."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scenario_texts import FULL, SMALL, edited, read

import sim
from sim.errors import RequestError, ScenarioError
from sim.game.compiled import compile
from sim.game.terms import leverage_levels, terms
from sim.model.scenario import Scenario, lift, load, with_values


@pytest.fixture
def full() -> Scenario:
    return read(FULL)


def refused(scenario: Scenario, **values: Any) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        with_values(scenario, {path.replace("__", "."): value for path, value in values.items()})
    return [str(fault) for fault in caught.value.faults]


def test_load_from_a_path_or_text(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(SMALL)
    for source in (file, str(file)):
        scenario = load(source)
        assert (scenario.name, scenario.path) == ("One cake", str(file))
    assert sim.load(str(file), set={"parties.a.power": 2}).spec.parties["a"].power == 2


def test_defaults() -> None:
    party = read(SMALL).spec.parties["a"]
    assert (party.consent, party.power, party.patience, party.label) == (True, 1.0, None, None)
    assert (dict(party.linkages), dict(party.red_lines)) == ({}, {})


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("parties.north.power", 2, 2),
        ("parties.north.power", "2.5", 2.5),
        ("parties.south.power", "3", 3),
        ("issues.tax.range", [0, 50], [0, 50]),
        ("issues.tax.range", "[0, 50]", [0, 50]),
        ("issues.tax.range", (0, 50), [0, 50]),
        ("issues.tax.range", np.array([0, 50]), [0, 50]),
        ("parties.guild.no_deal", np.float64(0.4), 0.4),
        ("parties.south.consent", "true", True),
        ("issues.canal.reversion", "shut", "shut"),
        ("parties.south.values.fleet.table.8", 0.9, 0.9),
        ("private.parties.north.no_deal.war.cost.distribution.uniform", "[0, 1]", [0, 1]),
        ("name", "Other name", "Other name"),
    ],
)
def test_values_set_by_path(full: Scenario, path: str, value: Any, expected: Any) -> None:
    changed = with_values(full, {path: value})
    found: Any = changed.tree.data
    rest = path
    while rest:
        key = next(k for k in sorted(found, key=len, reverse=True) if rest == k or rest.startswith(k + "."))
        found, rest = found[key], rest[len(key) + 1 :]
    assert found == expected
    assert isinstance(found, type(expected))


def test_setting_nothing_is_the_same_scenario(full: Scenario) -> None:
    assert with_values(full, {}) is full
    assert with_values(full, {"parties.north.power": 1.5}).sha256 == full.sha256


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("parties.nort.power", 1, "no parties.nort (did you mean north?)"),
        ("partis.north.power", 1, "no partis (did you mean parties?)"),
        ("parties.north.pwer", 1, "parties.north.pwer: unknown key (did you mean power?)"),
        ("parties.north.power", "strong", "parties.north.power: 'strong' (expected a number)"),
        ("parties.north.power", -1, "parties.north.power: -1 (expected more than 0)"),
        ("parties.north.power", float("nan"), "parties.north.power: nan (input should be a finite number)"),
        ("parties.north.power", float("inf"), "parties.north.power: inf (input should be a finite number)"),
        ("parties.north.power", True, "parties.north.power: true is a truth value (expected a number)"),
        ("parties.north.power", "1_0", "'1_0': 1_0 reads as text (write 10, or quote it if text is meant)"),
        ("parties.north.power", "[1", "'[1': not valid YAML: did not find expected ',' or ']'"),
        ("parties.north.power", "\udcff", "'\\udcff': not valid YAML: the character U+DCFF may not stand in a file"),
        (
            "parties.north",
            1,
            "names a section, not a value (it holds label, power, patience, values, linkages, red_lines, no_deal)",
        ),
        ("parties.north.power", {"a": 1}, "cannot be set to a map (expected a number, a name or a list)"),
        ("issues.tax.range.0", 1, "issues.tax.range holds no further keys (lists are set whole)"),
        ("sources.issues.assumption", "x", "sources cannot be set (expected a path to a number)"),
        ("format", 1, "format cannot be set (expected a path to a number)"),
        ("extends", "x.yaml", "extends cannot be set (expected a path to a number)"),
        ("issues.tax.step", 50, "issues.tax.step: 50 is wider than the range (expected at most 40)"),
    ],
)
def test_values_that_cannot_be_set(full: Scenario, path: str, value: Any, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        with_values(full, {path: value})
    assert f"--set {path}: {message}" in str(caught.value).splitlines()


def test_faults_inside_a_list_that_was_set_point_at_the_option(full: Scenario) -> None:
    assert refused(full, issues__tax__range="[0, forty]") == [
        "--set issues.tax.range: issues.tax.range.1: 'forty' (expected a number)"
    ]


def test_all_values_are_checked_at_once(full: Scenario) -> None:
    assert len(refused(full, parties__north__power=-1, parties__south__power=0, nothing__here=3)) == 3


def test_set_acts_before_shifts() -> None:
    text = edited(
        FULL, ("{by: 0.02}", "{by: 0.02}, parties.guild.no_deal: {by: 0.1}, parties.north.power: {factor: 3}")
    )
    scenario = with_values(read(text), {"parties.guild.no_deal": 0.5, "parties.north.power": 2})
    game = compile(scenario)
    for level in (-1.0, 0.0, 0.25, 1.0):
        found = terms(game, leverage_levels(game, {"storm": level}))
        assert found.reservation[0, 2] == pytest.approx(0.5 + 0.1 * level)
        assert found.power[0, 0] == pytest.approx(2 * 3**level)


def test_digest_tells_scenarios_apart(full: Scenario) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", full.sha256)
    assert read(FULL).sha256 == full.sha256
    changed = with_values(full, {"parties.north.power": 1.6})
    assert changed.sha256 != full.sha256
    assert with_values(changed, {"parties.north.power": 1.5}).sha256 == full.sha256
    assert read(FULL.replace("power: 1.5", "power: 1.6")).sha256 == changed.sha256


def test_digest_is_of_what_the_file_says_not_of_its_layout(full: Scenario, tmp_path: Path) -> None:
    assert read("# remark\n" + FULL.replace("power: 1.5", "power:   1.5")).sha256 == full.sha256
    (tmp_path / "base.yaml").write_text(FULL)
    (tmp_path / "top.yaml").write_text("extends: base.yaml\n")
    assert load(tmp_path / "top.yaml").sha256 == full.sha256


def test_digest_stays_what_it_was() -> None:
    """Guards results already published under a digest; computed once with an independent tool (sha256sum)."""
    assert read(SMALL).sha256 == "98cb08f7d1494318656902d151f71c5052c56bd0c914407c0e515c4783dc6dbf"


def test_lifting_red_lines(full: Scenario) -> None:
    lifted = lift(full, ["north.banner", "south.ceiling", "north.banner"])
    assert lifted.lifted == ("north.banner", "south.ceiling")
    assert list(lifted.spec.parties["north"].red_lines) == ["floor"]
    assert list(lifted.spec.parties["south"].red_lines) == ["colours"]
    assert list(full.spec.parties["north"].red_lines) == ["floor", "banner"]
    assert lift(full, []) is full
    assert lift(lifted, ["south.colours"]).lifted == ("north.banner", "south.ceiling", "south.colours")


def test_setting_keeps_lines_lifted(full: Scenario) -> None:
    changed = with_values(lift(full, ["north.banner"]), {"parties.north.power": 3})
    assert changed.lifted == ("north.banner",)
    assert list(changed.spec.parties["north"].red_lines) == ["floor"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("north.baner", "no red line 'north.baner' (did you mean north.banner?)"),
        ("zzz", "no red line 'zzz' (expected one of: north.floor, north.banner, south.ceiling, south.colours)"),
        ("guild.x", "no red line 'guild.x'"),
    ],
)
def test_red_lines_that_do_not_exist(full: Scenario, name: str, words: str) -> None:
    with pytest.raises(RequestError) as caught:
        lift(full, [name])
    assert words in str(caught.value)


def test_a_scenario_is_frozen(full: Scenario) -> None:
    with pytest.raises(AttributeError):
        full.path = "x"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        full.spec.parties["north"].power = 3.0  # type: ignore[misc]


def maps_of(value: Any) -> list[Any]:
    """Return every map and list that a record, or plain data, holds at any depth."""
    if dataclasses.is_dataclass(value):
        return [found for part in vars(value).values() for found in maps_of(part)]
    if isinstance(value, (dict, list, tuple)):
        inner = value.values() if isinstance(value, dict) else value
        own = [] if isinstance(value, tuple) else [value]
        return own + [found for part in inner for found in maps_of(part)]
    return []


CHANGES: list[Callable[[Any], Any]] = [
    lambda held: held.clear(),
    lambda held: held.pop(),
    lambda held: held.__delitem__(0),
    lambda held: held.__setitem__(0, 1),
    lambda held: held.__iadd__([1]) if isinstance(held, list) else held.__ior__({"x": 1}),
    lambda held: held.append(1) if isinstance(held, list) else held.update(x=1),
    lambda held: held.sort() if isinstance(held, list) else held.setdefault("x", 1),
    lambda held: held.reverse() if isinstance(held, list) else held.popitem(),
    lambda held: held.insert(0, 1) if isinstance(held, list) else held.pop("x"),
    lambda held: held.extend([1]) if isinstance(held, list) else held.clear(),
]


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_that_a_scenario_holds_can_be_changed(full: Scenario, change: Callable[[Any], Any]) -> None:
    """A changed map would change results under the same fingerprint."""
    scenario = lift(with_values(full, {"parties.north.power": 2}), ["north.floor"])
    held = [*maps_of(scenario.spec), *maps_of(scenario.tree.data), scenario.notes, scenario.set]
    assert len(held) > 60
    for part in held:
        with pytest.raises(TypeError, match="cannot be changed"):
            change(part)


def test_what_cannot_be_changed_travels(full: Scenario) -> None:
    """Workers get scenarios as bytes, and callers copy them."""
    for twin in (pickle.loads(pickle.dumps(full)), copy.deepcopy(full)):
        assert (twin.spec, twin.tree.data, twin.sha256) == (full.spec, full.tree.data, full.sha256)
        assert all(type(held) is type(mine) for held, mine in zip(maps_of(twin.spec), maps_of(full.spec), strict=True))
        with pytest.raises(TypeError, match="cannot be changed"):
            twin.tree.data["issues"].clear()
