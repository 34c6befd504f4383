"""How many of something there are: nowhere "1 paths"."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import sim

PACKAGE = Path(sim.__file__).parent
ROOMS = ("cli", "plots", "report", "show", "sweeps", "ensembles", "simulations", "interop")
# Words that a count may stand before in the plural alone: it is of several, or a limit, wherever they are written.
SEVERAL = {
    ("cli", "inches"),
    ("interop", "levels"),
    ("cli", "parties"),
    ("cli", "scenarios"),
    ("interop", "names"),
    ("plots", "axes"),
    ("plots", "choices"),
    ("plots", "levels"),
    ("plots", "levers"),
    ("plots", "terms"),
    ("report", "comparisons"),
    ("report", "points"),
    ("show", "choices"),
    ("show", "deals"),
    ("show", "outcomes"),
    ("simulations", "levels"),
    ("simulations", "numbers"),
    ("simulations", "paths"),
    ("simulations", "points"),
    ("simulations", "sessions"),
    ("simulations", "steps"),
    ("sweeps", "points"),
    ("ensembles", "points"),
}
VERBS = {"is", "has", "was", "as", "does", "its", "less", "this", "leaves", "chooses", "gives", "accepts"}
A_COUNT = re.compile(r"len\(|count|size|total|truths|\.points|^n$")


def counts_before_plurals(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and noun of every count in an f-string that a plural follows, whatever the count."""
    for node in ast.walk(ast.parse(source)):
        parts = node.values if isinstance(node, ast.JoinedStr) else []
        for value, after in itertools.pairwise(parts):
            if not (isinstance(value, ast.FormattedValue) and isinstance(after, ast.Constant)):
                continue
            found = re.match(r" ([a-z]+s)\b", str(after.value))
            if found and found[1] not in VERBS and A_COUNT.search(ast.unparse(value.value)):
                yield node.lineno, found[1]


def test_the_search_finds_what_it_is_for() -> None:
    assert list(counts_before_plurals('f"{len(paths):,} paths"')) == [(1, "paths")]
    assert list(counts_before_plurals("f\"{counted(len(paths), 'path')} here\"")) == []


def test_whatever_is_counted_for_a_reader_can_be_one() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{line}: a count of {noun} (expected counted(..., one) of sim.errors)"
        for name in ROOMS
        for path in sorted((PACKAGE / name).rglob("*.py"))
        for line, noun in counts_before_plurals(path.read_text(encoding="utf-8"))
        if (name, noun) not in SEVERAL
    ]
    assert found == []
