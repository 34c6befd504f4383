"""JSON Schema (2020-12) of the scenario format, for editors and other tools.

A file that `extends` another may leave anything out and may use null to remove; it is described by the same schema
without its required keys.
"""

from __future__ import annotations

import copy
from typing import Any

from sim.model.spec import adapter

__all__ = ["scenario_schema"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def scenario_schema() -> dict[str, Any]:
    """Return the schema as plain data."""
    schema = adapter().json_schema(ref_template="#/$defs/{model}")
    definitions = schema.pop("$defs")
    _open_dynamics(definitions)
    partial = {f"{name}Change": _loosened(copy.deepcopy(part)) for name, part in definitions.items()}
    return {
        "$schema": _DIALECT,
        "title": "Negotiation scenario, format 1",
        "if": {"required": ["extends"]},
        "then": {"$ref": "#/$defs/SpecChange"},
        "else": {"$ref": "#/$defs/Spec"},
        "$defs": definitions | partial | {"Spec": schema, "SpecChange": _loosened(copy.deepcopy(schema))},
    }


def _open_dynamics(definitions: dict[str, Any]) -> None:
    """Describe `dynamics` as written: its other keys name leverage variables."""
    dynamics = definitions["_DynamicsFields"]
    drifts = dynamics["properties"].pop("drifts")
    dynamics["additionalProperties"] = next(iter(drifts["patternProperties"].values()))


def _loosened(part: Any) -> Any:
    if isinstance(part, list):
        return [_loosened(item) for item in part]
    if not isinstance(part, dict):
        return part
    loose = {key: _loosened(value) for key, value in part.items() if key not in ("required", "minProperties")}
    if "$ref" in loose:
        loose["$ref"] += "Change"
    if "oneOf" in loose:
        loose["anyOf"] = loose.pop("oneOf")
    for holder in ("properties", "patternProperties"):
        if isinstance(loose.get(holder), dict):
            loose[holder] = {key: _or_null(value) for key, value in loose[holder].items()}
    if isinstance(loose.get("additionalProperties"), dict):
        loose["additionalProperties"] = _or_null(loose["additionalProperties"])
    return loose


def _or_null(part: dict[str, Any]) -> dict[str, Any]:
    kept = {key: part.pop(key) for key in ("description", "title", "default") if key in part}
    return {"anyOf": [part, {"type": "null"}]} | kept
