"""The JSON Schema: valid, complete, in step with the shipped file, and accepting what the loader accepts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from scenario_texts import FULL, SMALL, edited, read

from sim.model.load import read_tree
from sim.model.schema import scenario_schema

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = sorted(SCENARIOS.glob("**/*.yaml"))
PAGED = {page.stem for page in (SCENARIOS.parent / "docs" / "scenarios").glob("*.md")}
SCHEMA = scenario_schema()


def accepts(text: str) -> bool:
    return bool(Draft202012Validator(SCHEMA).is_valid(read_tree(text, "case.yaml").data))


def properties(part: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every property that a part of the schema describes, with where it stands."""
    if isinstance(part, list):
        for item in part:
            yield from properties(item, path)
    elif isinstance(part, dict):
        for name, inner in part.get("properties", {}).items():
            yield f"{path}/{name}", inner
        for name, inner in part.items():
            yield from properties(inner, f"{path}/{name}")


def test_the_schema_is_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def bare(part: Any) -> Any:
    """Return a schema without what versions of pydantic say or leave out alike."""
    if not isinstance(part, dict):
        return [bare(item) for item in part] if isinstance(part, list) else part
    kept = {key: bare(value) for key, value in part.items() if key != "propertyNames"}
    return {key: value for key, value in kept.items() if not (key == "enum" and "const" in kept)}


def test_the_shipped_schema_is_this_one() -> None:
    shipped = json.loads((SCENARIOS / "schema.json").read_text(encoding="utf-8"))
    parts = shipped["$defs"]
    assert all(part["description"] for part in parts.values())
    found = json.loads(json.dumps(SCHEMA))
    if not any("description" in part for part in found["$defs"].values()):
        # Older versions also leave out what a record says of itself.
        shipped["$defs"] = {name: {k: v for k, v in part.items() if k != "description"} for name, part in parts.items()}
        shipped, found = bare(shipped), bare(found)
    assert shipped == found


def test_every_property_is_described() -> None:
    found = list(properties(SCHEMA))
    assert len(found) > 100
    assert [path for path, part in found if not part.get("description")] == []


def test_there_are_shipped_scenarios() -> None:
    assert "istanbul-2022.yaml" in [path.name for path in SHIPPED]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_shipped_scenario_is_accepted_and_names_the_schema(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    errors = [error.message for error in Draft202012Validator(SCHEMA).iter_errors(read_tree(text, path.name).data)]
    assert errors == []
    first = text.splitlines()[0]
    if path.parent == SCENARIOS and path.stem not in PAGED:
        return
    assert first.startswith("# yaml-language-server: $schema=")
    assert (path.parent / first.split("=", 1)[1]).resolve() == (SCENARIOS / "schema.json").resolve()


def test_full_and_small_scenarios_are_accepted() -> None:
    assert accepts(FULL)
    assert accepts(SMALL)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("summary: A", "sumary: A"),
        ("label: Port tax", "lable: Port tax"),
        ("power: 1.5", "pwoer: 1.5"),
        ("at_most: 20", "at_mst: 20"),
        ("{power: 0.5}", "{powr: 0.5}"),
        ("issue: tax, max", "isue: tax, max"),
        ("{tax: {max: 30},", "{tax: {mx: 30},"),
        ("impasse: 0.1", "impase: 0.1"),
        ("discount_rate: 0.05", "discount_rat: 0.05"),
        ("round: 0.25", "rounds: 0.25"),
        ("{by: 0.02}", "{bye: 0.02}"),
        ("after_years: 1", "after_year: 1"),
        ("known_to: north", "known: north"),
        ("volatility: 0.1", "volatilty: 0.1"),
        ("label: Gale", "lable: Gale"),
        ("differs: The", "difers: The"),
    ],
)
def test_misspelled_keys_are_rejected(old: str, new: str) -> None:
    assert not accepts(edited(FULL, (old, new)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("format: 1", "format: 2"),
        ("name: Two ports\n", ""),
        ("power: 1.5", "power: 0"),
        ("power: 1.5", "power: strong"),
        ("power: 1.5", "power: true"),
        ("consent: true", "consent: yes"),
        ("range: [0, 40]", "range: [0]"),
        ("tolerance: 5", "tolerance: 0"),
        ("{north: 1, shared", "{north: 2, shared"),
        ("no_deal: 0.3", "no_deal: [1]"),
        ("patience: 0.9", "patience: 1"),
        ("{power: 0.5}", "{exponential: 101}"),
    ],
)
def test_wrong_values_are_rejected(old: str, new: str) -> None:
    assert not accepts(edited(FULL, (old, new)))


@pytest.mark.parametrize(
    "text",
    [
        "extends: base.yaml\nformat: 1\n",
        "extends: base.yaml\nname: Changed\nissues: {a: null, b: {step: 2}}\n",
        "extends: base.yaml\nparties: {a: {power: 2, red_lines: {x: null}, values: {i: {importance: 2}}}}\n",
        "extends: base.yaml\nparties: {a: {power: null, no_deal: {war: {cost: 1}}}}\nwar: null\n",
    ],
)
def test_an_extending_file_may_leave_out_and_remove(text: str) -> None:
    assert accepts(text)
    assert not accepts(text.replace("extends: base.yaml\n", ""))


def test_an_extending_file_may_not_misspell() -> None:
    assert not accepts("extends: base.yaml\nparties: {a: {pwer: 2}}\n")
    assert not accepts("extends: base.yaml\nisues: {}\n")


def test_the_loader_agrees_on_the_texts_used_here() -> None:
    assert read(FULL).name == "Two ports"
    assert read(SMALL).name == "One cake"
