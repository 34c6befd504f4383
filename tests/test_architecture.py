"""The page on architecture: its drawing is that of the imports, and all that it names is there."""

from __future__ import annotations

import ast
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from test_imports import FACADE, IMPORTS, INNER, LOOSE, room

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def maker() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs/make_architecture.py"))


def test_the_drawing_is_that_of_the_imports(maker: dict[str, Any]) -> None:
    drawn = (ROOT / "docs/architecture.svg").read_text(encoding="utf-8")
    assert drawn == maker["drawing"](), "the rooms have changed: python docs/make_architecture.py"


def test_it_is_drawn_from_all_imports(maker: dict[str, Any]) -> None:
    found: dict[str, set[str]] = {}
    for module in INNER:
        others = {room(name) for name in IMPORTS[module] - {FACADE}}
        found[room(module)] = found.get(room(module), set()) | others
    expected = {name: others - LOOSE - {name} for name, others in found.items() if name not in LOOSE}
    assert maker["room_imports"]() == expected


def test_arrows_left_out_have_a_way_round(maker: dict[str, Any]) -> None:
    def reach(arrows: dict[str, set[str]], start: str) -> set[str]:
        return arrows[start].union(*(reach(arrows, other) for other in arrows[start]))

    whole = maker["room_imports"]()
    few = maker["reduced"](whole)
    assert {name: reach(few, name) for name in few} == {name: reach(whole, name) for name in whole}
    assert sum(map(len, few.values())) < sum(map(len, whole.values()))


def defined(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def test_every_function_named_is_there() -> None:
    named = re.findall(r"`(\w+)` \(`(sim/[\w/]+\.py)`\)", PAGE)
    assert len(named) > 40
    assert {(name, path) for name, path in named if name not in defined(ROOT / path)} == set()


def test_every_path_named_is_there() -> None:
    paths = re.findall(r"`((?:sim|docs|tests)/[\w/.]+)`", PAGE)
    assert len(set(paths)) > 30
    assert {path for path in paths if not (ROOT / path).exists()} == set()
