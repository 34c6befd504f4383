"""`extends`: one scenario as a change of another.

Maps merge deeply, the extending file wins, lists are replaced, null removes. Where the file gives one of two
alternatives (a range, say, where the base had levels), the base's other is dropped. So are the base's sources for what
is no longer there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError
from sim.model.files import read_source, read_text
from sim.model.load import read_tree
from sim.model.tree import Place, Tree

__all__ = ["merged", "read_merged", "with_bases"]

Keys = tuple[str, ...]
_DISTRIBUTIONS = ({"uniform"}, {"triangular"}, {"normal"}, {"beta"}, {"discrete"})
_VALUES = ({"best", "worst", "shape"}, {"ideal", "tolerance"}, {"points"}, {"table"}, {"at_least"}, {"at_most"})
_SHAPES = ({"power"}, {"exponential"}, {"sigmoid"})
_ALTERNATIVES: dict[Keys, tuple[set[str], ...]] = {
    ("issues", "*"): ({"range", "step", "unit"}, {"levels"}),
    ("parties", "*", "values", "*"): _VALUES,
    ("parties", "*", "values", "*", "shape"): _SHAPES,
    ("ratification", "*"): ({"blocs"}, {"parties"}),
    ("ratification", "*", "blocs", "*", "values", "*"): _VALUES,
    ("ratification", "*", "blocs", "*", "values", "*", "shape"): _SHAPES,
    ("parties", "*", "no_deal"): ({"outside", "impasse"}, {"war"}, {"package", "cost"}),
    ("leverage", "*", "shifts", "*"): ({"by"}, {"factor"}),
    ("private", "*", "distribution"): _DISTRIBUTIONS,
    ("uncertain", "*", "distribution"): _DISTRIBUTIONS,
    ("sources", "*"): ({"claims", "differs"}, {"assumption"}),
}


# A file without any of these is no scenario, and what stands in it is not for messages to tell.
_ANY_SECTION = re.compile(r"""^(?:[ \t{]*|.*,[ \t]*)["']?(?:format|issues|parties|extends)["']?[ \t]*:""", re.MULTILINE)


def read_merged(source: str) -> Tree:
    """Return a scenario file's tree with everything it extends merged in, positions kept.

    Raises
    ------
    ScenarioError
        Any file cannot be read, or the files extend each other in a circle.
    """
    text, name, digest = read_source(source)
    return replace(with_bases(read_tree(text, name, lenient=True), source), sha256=digest)


def with_bases(tree: Tree, source: str) -> Tree:
    """Return a tree with everything it extends merged in; ``-`` as its source: looked for from the working folder.

    Raises
    ------
    ScenarioError
        A base cannot be read, or the files extend each other in a circle.
    """
    chain = [_identity(source)]
    layers = [tree]
    while isinstance(base := tree.data.get("extends"), str):
        place = tree.place(("extends",))
        source = str(Path(source).parent / base) if source != "-" else base
        if _identity(source) in chain:
            raise ScenarioError([place.fault("extends", f"{base} extends this file in a circle (expected a base)")])
        try:
            text, name = read_text(source)
            if not _ANY_SECTION.search(text):
                raise ScenarioError([Place(name).fault("", "not a scenario file (expected format, issues or parties)")])
            tree = read_tree(text, name)
            _check_base(tree)
        except ScenarioError as error:
            trouble = [place.fault("extends", f"cannot use {base}: {f.message}") for f in error.faults if not f.line]
            raise ScenarioError(trouble or error.faults) from None
        chain.append(_identity(source))
        layers.append(tree)
    result = layers.pop()
    while layers:
        result = merged(result, layers.pop())
    return result


def _check_base(tree: Tree) -> None:
    """Refuse a base whose own `extends` is not text; the extending file's would hide it."""
    if not isinstance(tree.data.get("extends"), (str, type(None))):
        raise ScenarioError([tree.place(("extends",)).fault("extends", "not text (expected a file name)")])


def _identity(source: str) -> str:
    return source if source == "-" or "\0" in source else os.path.realpath(source)


def merged(base: Tree, top: Tree) -> Tree:
    """Return `top` laid over `base`."""
    data = _merge({k: v for k, v in base.data.items() if k != "extends"}, top.data, ())
    data.pop("extends", None)
    data = _without_stale_labels(_without_stale(data, base.data, top.data), base.data, top.data)
    faults = base.faults + top.faults
    return Tree(data, {**base.values, **top.values}, {**base.keys, **top.keys}, faults)


def _merge(base: Mapping[str, Any], top: Mapping[str, Any], path: Keys) -> dict[str, Any]:
    kept = {key: value for key, value in base.items() if key not in _dropped(path, base, top)}
    for key, value in top.items():
        if value is None:
            kept.pop(key, None)
        elif isinstance(value, Mapping):
            below = kept.get(key)
            kept[key] = _merge(below if isinstance(below, Mapping) else {}, value, (*path, key))
        else:
            kept[key] = value
    return kept


def _without_stale(data: dict[str, Any], base: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the sources that only the base gives, for what only the base has."""
    sources, own = data.get("sources"), top.get("sources")
    if not isinstance(sources, Mapping):
        return data
    given = set(own) if isinstance(own, Mapping) else set()
    kept = {p: s for p, s in sources.items() if p in given or _holds(data, p) or not _holds(base, p)}
    return data | {"sources": kept}


def _without_stale_labels(data: dict[str, Any], base: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the labels that only the base gives, of issues whose levels the top file gives anew."""
    for name, issue in _sections(top.get("issues")):
        kept = dict(_sections(data.get("issues"))).get(name, {})
        if {"levels", "range", "step"} & set(issue) and "labels" in dict(_sections(base.get("issues"))).get(name, {}):
            own = issue.get("labels")
            rest = {key: value for key, value in kept.items() if key != "labels"}
            rest |= {"labels": own} if own is not None else {}
            data = data | {"issues": data["issues"] | {name: rest}}
    return data


def _sections(data: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the parts of a map that are maps themselves, by name."""
    if isinstance(data, Mapping):
        yield from ((name, part) for name, part in data.items() if isinstance(part, Mapping))


def _holds(data: Any, path: str) -> bool:
    """Say whether data has a path; keys of `uncertain` and `shifts` hold dots themselves."""
    if not isinstance(data, Mapping):
        return False
    return any(path == key or (path.startswith(f"{key}.") and _holds(data[key], path[len(key) + 1 :])) for key in data)


def _dropped(path: Keys, base: Mapping[str, Any], top: Mapping[str, Any]) -> set[str]:
    groups = next((g for pattern, g in _ALTERNATIVES.items() if _matches(pattern, path)), ())
    given = {key for key, value in top.items() if value is not None}
    chosen = [group for group in groups if group & given]
    return set().union(*(g for g in groups if g not in chosen)) & set(base) if chosen else set()


def _matches(pattern: Keys, path: Keys) -> bool:
    return len(pattern) == len(path) and all(p in ("*", k) for p, k in zip(pattern, path, strict=True))
