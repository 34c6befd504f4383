"""The file's shape: every key known, every value of its type. Faults are worded for a person.

`conform` returns what could be read even when something is wrong, so that later checks report their faults in the
same run: it removes what is broken and tries again.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from sim.errors import Fault
from sim.model.names import suggest
from sim.model.paths import is_number
from sim.model.spec import Spec, adapter
from sim.model.tree import Tree
from sim.model.values import FAMILIES

__all__ = ["conform", "faults_of_shape", "shown"]

Keys = tuple[str, ...]
_ENTITIES: tuple[Keys, ...] = (
    ("parties", "*", "values", "*"),
    ("parties", "*", "linkages", "*"),
    ("parties", "*", "red_lines", "*"),
    ("leverage", "*", "shifts", "*"),
    ("ratification", "*", "blocs", "*", "values", "*"),
    ("ratification", "*", "blocs", "*", "linkages", "*"),
    ("ratification", "*", "blocs", "*"),
    ("ratification", "*"),
    ("moves", "*", "*"),
    ("enforcement", "*", "*"),
    *(
        (section, "*")
        for section in ("issues", "parties", "constraints", "leverage", "future", "private", "uncertain", "sources")
    ),
    ("war",),
    ("talks",),
    ("dynamics",),
)
_PLACEHOLDERS: dict[str, Any] = {"format": 1, "name": "?"}
_NO_DEAL_KEYS = ("outside", "impasse", "war", "package")
_NO_DEAL_FORMS = (
    "a number, {outside: NUMBER, impasse: NUMBER}, {war: {cost: NUMBER}} or {package: {ISSUE: LEVEL}, cost: NUMBER}"
)
_EXPECTED = {
    "string_type": "expected text",
    "float_type": "expected a number",
    "int_type": "expected a whole number",
    "level_type": "expected a number or a name",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "dict_type": "expected a map of names",
    "tuple_type": "expected a list",
    "dataclass_type": "expected a map of keys",
    "string_too_short": "expected text that is not empty",
    "string_pattern_mismatch": "names hold letters, digits, spaces, _ and -, with no space at an end and no - in front",
}


def conform(tree: Tree) -> tuple[Spec | None, list[Fault]]:
    """Return the record of a tree and the faults of its shape.

    The record lacks what was at fault; it is None where too little is left to look further.
    """
    faults: list[Fault] = []
    data = dict(tree.data)
    for attempt in range(8):
        try:
            return adapter().validate_python(data), faults
        except ValidationError as error:
            errors = _told_once(error.errors(include_url=False))
        if attempt == 0:
            faults = [_fault(tree, e, Spec) for e in errors]
        data = _without(data, errors)
    return None, faults


def faults_of_shape(tree: Tree, error: ValidationError, kind: type) -> list[Fault]:
    """Return what a validator of a record type refused in a tree, each fault with its place."""
    return [_fault(tree, found, kind) for found in _told_once(error.errors(include_url=False))]


def _told_once(errors: list[Any]) -> list[Any]:
    """Leave out what only repeats another fault: a list short for its broken entries, a level of neither kind."""
    inner = {error["loc"][:n] for error in errors for n in range(len(error["loc"]))}
    kept = []
    for error in errors:
        kind, loc = error["type"], error["loc"]
        if loc[-1:] == ("constrained-str",):
            kept.append(error | {"type": "level_type" if kind == "string_type" else kind, "loc": loc[:-1]})
        elif kind == "missing" and isinstance(loc[-1], int):
            if loc[-1] == len(error["input"]):
                kept.append(error | {"type": "too_few", "loc": loc[:-1]})
        elif loc[-1:] != ("float",) and not (kind == "too_short" and loc in inner):
            kept.append(error)
    return kept


def _without(data: dict[str, Any], errors: list[Any]) -> dict[str, Any]:
    kept = data
    for error in errors:
        keys = _keys(data, error["loc"])
        top = str(error["loc"][0]) if error["loc"] else ""
        if top in _PLACEHOLDERS:
            kept = kept | {top: _PLACEHOLDERS[top]}
        else:
            incomplete = error["type"] in ("missing", "union_tag_not_found")
            kept = _removed(kept, _entity(keys) if incomplete else keys)
    return kept


def _entity(keys: Keys) -> Keys:
    for pattern in _ENTITIES:
        if len(keys) >= len(pattern) and all(p in ("*", k) for p, k in zip(pattern, keys, strict=False)):
            return keys[: len(pattern)]
    return keys


def _removed(data: Any, keys: Keys) -> Any:
    if isinstance(data, list):
        return []
    if not keys or not isinstance(data, Mapping) or keys[0] not in data:
        return data
    if len(keys) == 1:
        return {key: value for key, value in data.items() if key != keys[0]}
    inner = data[keys[0]]
    return {**data, keys[0]: _removed(inner, keys[1:])}


def _keys(data: Any, loc: tuple[Any, ...]) -> Keys:
    """Follow a validator's location through the data, leaving out parts that the file does not have."""
    keys: list[str] = []
    for part in loc:
        if (isinstance(data, Mapping) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        ):
            data = data[part]
        else:
            continue
        keys.append(str(part))
    return tuple(keys)


def _fault(tree: Tree, error: Any, root: type) -> Fault:
    kind, loc = error["type"], error["loc"]
    keys = _keys(tree.data, loc)
    if kind == "missing":
        return tree.place(keys).fault(keys, f"{loc[-1]} is missing ({_description(root, loc)})")
    if kind == "too_few":
        return tree.place(keys).fault(keys, f"{_entries(error['input'])} ({_description(root, loc)})")
    if kind == "unexpected_keyword_argument":
        return tree.place(keys, key=True).fault(keys, f"unknown key {suggest(str(loc[-1]), _known(root, loc[:-1]))}")
    if kind == "union_tag_not_found":
        return tree.place(keys).fault(keys, _no_kind(keys, error["input"]))
    if loc and loc[-1] == "[key]":
        return tree.place(keys, key=True).fault(keys, f"not a name ({_EXPECTED['string_pattern_mismatch']})")
    worded = _worded(error)
    if loc[-1] == "<number>":
        worded = f"{shown(error['input'])} (expected {_NO_DEAL_FORMS})"
    return tree.place(keys).fault(keys, worded)


def _no_kind(keys: Keys, given: Any) -> str:
    """Say that a map is of none of the kinds that may stand at a place."""
    if keys[-1:] != ("no_deal",):
        return _no_family(given)
    hints = [suggest(str(key), _NO_DEAL_KEYS) for key in given]
    near = next((hint for hint in hints if "did you mean" in hint), None)
    return f"no form of no deal {near or f'(expected {_NO_DEAL_FORMS})'}"


def _no_family(given: Any) -> str:
    if not isinstance(given, Mapping):
        return f"{shown(given)} (expected importance and a value function)"
    near = [suggest(str(key), FAMILIES) for key in given if key != "importance"]
    hint = next((text for text in near if "did you mean" in text), None)
    return "no value function " + (hint or f"(expected one of: best and worst, {', '.join(list(FAMILIES)[2:])})")


def _worded(error: Any) -> str:
    kind, context, given = error["type"], error.get("ctx") or {}, shown(error["input"])
    if kind == "float_type" and isinstance(error["input"], bool):
        return f"{given} is a truth value (expected a number)"
    limits = {"greater_than": ("gt", "more than"), "greater_than_equal": ("ge", "at least")}
    limits |= {"less_than": ("lt", "less than"), "less_than_equal": ("le", "at most")}
    if kind in limits:
        name, words = limits[kind]
        return f"{given} (expected {words} {context[name]:g})"
    if kind in ("too_short", "too_long"):
        least, most = context.get("min_length"), context.get("max_length")
        expected = f"at least {least}" if kind == "too_short" else f"at most {most}"
        return f"{_entries(error['input'])} (expected {expected})"
    if kind == "literal_error":
        return f"{given} (expected {context.get('expected')})"
    if kind == "string_type" and is_number(error["input"]):
        return f"{given} is a number (expected text: put it in quotes, '{given}')"
    return f"{given} ({_EXPECTED.get(kind, error['msg'][:1].lower() + error['msg'][1:])})"


def _entries(items: Any) -> str:
    return f"{len(items)} {'entry' if len(items) == 1 else 'entries'}"


def shown(value: Any) -> str:
    """Return a value of a file as a fault names it: text in quotes and cut, maps and lists by kind."""
    if isinstance(value, Mapping):
        return "a map"
    if isinstance(value, (list, tuple)):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return repr(text if len(text) <= 40 else text[:37] + "...") if isinstance(value, str) else text[:40]


def _description(root: type, loc: tuple[Any, ...]) -> str:
    while isinstance(loc[-1], int):
        loc = loc[:-1]
    for kind in _types_at(root, loc[:-1]):
        hint = typing.get_type_hints(kind, include_extras=True).get(str(loc[-1]))
        for note in getattr(hint, "__metadata__", ()):
            if getattr(note, "description", None):
                return f"expected: {note.description[:1].lower()}{note.description[1:].rstrip('.')}"
    return "it is required"


def _known(root: type, loc: tuple[Any, ...]) -> list[str]:
    return [_written(kind, f.name) for kind in _types_at(root, loc) for f in dataclasses.fields(kind) if f.init]


def _written(kind: Any, field: str) -> str:
    """Return the key of a field in a file: its own name, or another where that is a word of Python."""
    hint = typing.get_type_hints(kind, include_extras=True)[field]
    names = (getattr(note, "alias", None) for note in getattr(hint, "__metadata__", ()))
    return next((name for name in names if name), field)


def _types_at(root: type, loc: tuple[Any, ...]) -> list[Any]:
    """Return the record types that may stand at a location."""
    here: list[Any] = [root]
    for part in loc:
        here = [inner for kind in here for inner in _inside(kind, part)]
    return [kind for kind in here if dataclasses.is_dataclass(kind)]


def _inside(kind: Any, part: Any) -> list[Any]:
    if isinstance(part, str) and part.startswith("<"):
        return [kind] if getattr(kind, "__name__", "") == part[1:-1] or not dataclasses.is_dataclass(kind) else []
    if dataclasses.is_dataclass(kind):
        hint = typing.get_type_hints(kind, include_extras=True).get(part)
        return _members(hint) if hint is not None else [kind]
    arguments = [argument for argument in typing.get_args(kind) if argument is not Ellipsis]
    return [m for argument in arguments[-1:] for m in _members(argument)]


def _members(hint: Any) -> list[Any]:
    if typing.get_origin(hint) is typing.Annotated:
        return _members(typing.get_args(hint)[0])
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return [m for argument in typing.get_args(hint) for m in _members(argument)]
    return [hint]
