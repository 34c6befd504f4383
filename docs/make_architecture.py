"""Draw the rooms of the package and what imports what, from the imports: python docs/make_architecture.py.

A room stands one floor above the highest that it imports. An arrow is left out where a way round by other rooms says
the same: who imports `studies` may also import what `studies` imports. `errors` and `version` lie below all.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from html import escape
from itertools import pairwise
from pathlib import Path
from textwrap import wrap

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "sim"
TARGET = ROOT / "docs" / "architecture.svg"
WIDTH, BOX, HIGH, BETWEEN, LANE, MARGIN = 920, 270, 76, 34, 26, 14
LETTERS, LINES = 44, 3
Graph = dict[str, set[str]]
Rows = list[list[str]]


def sentences() -> dict[str, str]:
    """Return what each room says of itself: the first line of its docstring, up to a semicolon."""
    found = {}
    for path in sorted(PACKAGE.glob("*/__init__.py")):
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        found[path.parent.name] = re.split(r";|\.$", text.splitlines()[0])[0]
    return found


def room_imports() -> Graph:
    """Return which rooms each room imports, late imports included."""
    rooms = set(sentences())
    found: Graph = {room: set() for room in rooms}
    for room in rooms:
        for path in (PACKAGE / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                found[room] |= {name for name in _named(node) if name in rooms and name != room}
    return found


def _named(node: ast.AST) -> list[str]:
    """Return the rooms that an import statement names."""
    if isinstance(node, ast.ImportFrom) and node.module == "sim":
        return [alias.name for alias in node.names]
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    return [name.split(".")[1] for name in names if name.startswith("sim.")]


def _below(graph: Graph, room: str) -> set[str]:
    return graph[room].union(*(_below(graph, other) for other in graph[room]))


def reduced(graph: Graph) -> Graph:
    """Return the arrows that no way round replaces."""
    return {
        room: {name for name in others if not any(name in _below(graph, other) for other in others)}
        for room, others in graph.items()
    }


def floors(graph: Graph) -> dict[str, int]:
    """Return the floor of each room, 0 at the bottom."""
    found: dict[str, int] = {}

    def floor(room: str) -> int:
        if room not in found:
            found[room] = 1 + max((floor(other) for other in graph[room]), default=-1)
        return found[room]

    return {room: floor(room) for room in sorted(graph)}


def routed(arrows: Graph, floor: Mapping[str, int]) -> tuple[Rows, list[list[str]]]:
    """Return the rows from the top, with a lane where an arrow passes, and each arrow as its stops."""
    top = max(floor.values())
    rows: Rows = [[] for _ in range(top + 1)]
    for room in sorted(floor):
        rows[top - floor[room]].append(room)
    ways = []
    for room, others in sorted(arrows.items()):
        for other in sorted(others):
            lanes = [f"{room}>{other}@{level}" for level in range(floor[room] - 1, floor[other], -1)]
            for level, lane in zip(range(floor[room] - 1, floor[other], -1), lanes, strict=True):
                rows[top - level].append(lane)
            ways.append([room, *lanes, other])
    return rows, ways


def ordered(rows: Rows, ways: list[list[str]]) -> Rows:
    """Return the rows with each entry near the middle of those that it is joined to."""
    joined: dict[str, set[str]] = {name: set() for row in rows for name in row}
    for way in ways:
        for one, other in pairwise(way):
            joined[one].add(other)
            joined[other].add(one)
    for _ in range(8):
        for row in (*rows[1:], *rows[-2::-1]):
            place = {name: x for each in rows for name, (x, _) in centres(each).items()}
            row.sort(key=lambda name: (sum(place[other] for other in joined[name]) / max(1, len(joined[name])), name))
    return rows


def centres(row: list[str]) -> dict[str, tuple[float, float]]:
    """Return the middle and the width of each entry of a row."""
    widths = [LANE if "@" in name else BOX for name in row]
    left = (WIDTH - sum(widths) - MARGIN * (len(row) - 1)) / 2
    found = {}
    for name, width in zip(row, widths, strict=True):
        found[name] = (left + width / 2, float(width))
        left += width + MARGIN
    return found


def drawing() -> str:
    """Return the drawing as SVG."""
    graph, words = room_imports(), sentences()
    rows, ways = routed(reduced(graph), floors(graph))
    rows = ordered(rows, ways)
    at = {
        name: (x, MARGIN + k * (HIGH + BETWEEN)) for k, row in enumerate(rows) for name, (x, _) in centres(row).items()
    }
    high = 2 * MARGIN + len(rows) * (HIGH + BETWEEN) - BETWEEN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {high}" font-family="sans-serif" role="img">',
        "<title>The rooms of the package; an arrow points to what a room imports</title>",
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#567"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{high}" fill="#fff"/>',
        *(_arrow(way, at) for way in ways),
        *(_box(name, at[name], words[name]) for row in rows for name in row if "@" not in name),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _arrow(way: list[str], at: Mapping[str, tuple[float, float]]) -> str:
    start, end = at[way[0]], at[way[-1]]
    lanes = [step for name in way[1:-1] for step in (at[name], (at[name][0], at[name][1] + HIGH))]
    points = [(start[0] + _lean(start, lanes or [end]), start[1] + HIGH), *lanes]
    points.append((end[0] + _lean(end, lanes[::-1] or [start]), end[1]))
    line = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
    return f'<polyline points="{line}" fill="none" stroke="#567" stroke-width="1.5" marker-end="url(#head)"/>'


def _lean(box: tuple[float, float], towards: list[tuple[float, float]]) -> float:
    """Return how far from the middle of a box an arrow starts or ends."""
    return max(-0.4 * BOX, min(0.4 * BOX, 0.35 * (towards[0][0] - box[0])))


def _box(name: str, at: tuple[float, float], words: str) -> str:
    x, y = at
    lines = wrap(words, LETTERS, max_lines=LINES, placeholder=" …")
    text = "".join(
        f'<text x="{x:.0f}" y="{y + 35 + 14 * k:.0f}" font-size="11" fill="#345">{escape(line)}</text>'
        for k, line in enumerate(lines)
    )
    return (
        f'<g text-anchor="middle"><rect x="{x - BOX / 2:.0f}" y="{y:.0f}" width="{BOX}" height="{HIGH}" rx="5" '
        f'fill="#eef3f8" stroke="#789"/><text x="{x:.0f}" y="{y + 18:.0f}" font-size="14" font-weight="bold" '
        f'fill="#123">{name}/</text>{text}</g>'
    )


if __name__ == "__main__":
    TARGET.write_text(drawing(), encoding="utf-8")
    print(TARGET.relative_to(ROOT))
