"""A scenario as a caller in Python may give it: a file's path, YAML text, an open file, or plain data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sim.errors import RequestError, shown
from sim.model.arguments import source_in, value_in
from sim.model.frozen import frozen
from sim.model.merge import read_merged, with_bases
from sim.model.tree import Place, Tree

__all__ = ["tree_in"]

_LINE = "\n"


def tree_in(given: Any) -> tuple[Tree, str]:
    """Return the tree of a scenario with everything it extends, and the name to show for it.

    Text of more than one line is YAML, other text a path; bases that text or data extend are looked for from the
    working folder.

    Raises
    ------
    ScenarioError, RequestError
        It cannot be read, or is none of these.
    """
    if isinstance(given, Mapping):
        data = value_in("source", given)
        return with_bases(Tree(frozen(data), {(): Place("<data>")}), "-"), "<data>"
    if callable(reader := getattr(given, "read", None)) and not isinstance(given, type):
        return _from_text(_read(reader), str(getattr(given, "name", "<text>")))
    if isinstance(given, str) and _LINE in given:
        return _from_text(given, "<text>")
    path = source_in("source", given)
    return read_merged(path), "<stdin>" if path == "-" else path


def _read(reader: Any) -> str:
    try:
        text = reader()
        return text.decode("utf-8-sig") if isinstance(text, bytes) else _checked(text)
    except (OSError, ValueError, TypeError) as error:
        raise RequestError(f"source: cannot be read ({error})") from None


def _checked(text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError(f"{shown(text)} is no text")
    return text


def _from_text(text: str, name: str) -> tuple[Tree, str]:
    from sim.model.load import read_tree

    tree = with_bases(read_tree(text, name, lenient=True), "-")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Tree(tree.data, tree.values, tree.keys, tree.faults, digest), name
