"""HTML from plain data: everything a scenario says is text, never markup."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.errors import counted
from sim.show.words import number_text

__all__ = ["embedded", "escaped", "isolated", "paragraph", "rendered", "section", "table"]

_MOST_ROWS = 8
_MOST_ITEMS = 24
_SHORT = 3
_LINE = 6
_LEFTWARD = {"R", "AL"}
_UNSAFE = re.compile("[<>&\x7f-\x9f\u2028-\u202e]")
_STEERING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def escaped(text: object) -> str:
    """Return text with everything escaped that HTML would take for markup.

    Examples
    --------
    >>> escaped("<b> & 'c'")
    '&lt;b&gt; &amp; &#x27;c&#x27;'
    """
    return html.escape(str(text), quote=True)


def isolated(label: str) -> str:
    r"""Return a label that keeps the direction it is written in to itself, and cannot turn that of other words.

    Examples
    --------
    >>> isolated("East"), isolated("\u05d0\u202e")
    ('East', '\u2068\u05d0\u2069')
    """
    kept = "".join(c for c in label if unicodedata.bidirectional(c) not in _STEERING)
    leftward = any(unicodedata.bidirectional(c) in _LEFTWARD for c in kept)
    return f"\u2068{kept}\u2069" if leftward else kept


def embedded(data: Mapping[str, Any]) -> str:
    r"""Return JSON that may stand inside a script element: no character in it can end one or open a comment.

    Examples
    --------
    >>> embedded({"a": "</script>"})
    '{"a":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def paragraph(text: str, kind: str = "") -> str:
    """Return a paragraph."""
    return f'<p class="{kind}">{escaped(text)}</p>' if kind else f"<p>{escaped(text)}</p>"


def section(name: str, title: str, *parts: str) -> str:
    """Return a section with a heading."""
    return "\n".join((f'<section id="{escaped(name)}"><h2>{escaped(title)}</h2>', *parts, "</section>"))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> str:
    """Return a table of cells that are HTML already; on a phone each row is a block with the heads as labels."""
    titles = "".join(f'<th scope="col">{escaped(title)}</th>' if title else "<td></td>" for title in head)
    body = "\n".join(_row(head, row) for row in rows)
    words = f"<caption>{escaped(caption)}</caption>" if caption else ""
    return f'<table class="stack">{words}<thead><tr>{titles}</tr></thead><tbody>\n{body}\n</tbody></table>'


def _row(head: Sequence[str], cells: Sequence[str]) -> str:
    first, *others = cells
    rest = "".join(
        f'<td data-label="{escaped(title)}">{cell}</td>' for title, cell in zip(head[1:], others, strict=True)
    )
    return f'<tr><th scope="row">{first}</th>{rest}</tr>'


def rendered(value: Any, names: Mapping[str, str]) -> str:
    """Return any plain data as HTML: maps as lists of terms, lists of alike maps as tables.

    Parameters
    ----------
    value : plain data
        As JSON holds it.
    names : mapping
        What a reader calls a key: parties, issues, leverage variables.

    Examples
    --------
    >>> rendered({"first_mover": "ru", "gain": 0.25}, {"ru": "Russia"})
    '<dl><dt>first mover</dt><dd>Russia</dd><dt>gain</dt><dd>0.25</dd></dl>'
    """
    if isinstance(value, Mapping):
        return _map(value, names)
    if isinstance(value, (list, tuple)):
        return _list(value, names)
    return escaped(_scalar(value, names))


def _name(key: str, names: Mapping[str, str]) -> str:
    return names.get(key) or key.replace("_", " ")


def _scalar(value: Any, names: Mapping[str, str]) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number_text(float(f"{value:.4g}")) if abs(value) < 1e4 else number_text(value)
    return number_text(value) if isinstance(value, int) else names.get(str(value), str(value))


def _plain(value: Any) -> bool:
    return not isinstance(value, (Mapping, list, tuple))


def _alike(values: Sequence[Any]) -> bool:
    """Say whether some values are maps with the same keys and short entries, so that a table holds them."""
    if len(values) < 2 or not all(isinstance(value, Mapping) and value for value in values):
        return False
    same = all(list(value) == list(values[0]) for value in values) and len(values[0]) <= _LINE
    return same and all(_short(entry) for value in values for entry in value.values())


def _short(value: Any) -> bool:
    entries = list(value.values()) if isinstance(value, Mapping) else value
    return _plain(value) or (len(entries) <= _SHORT and all(map(_plain, entries)))


def _map(value: Mapping[str, Any], names: Mapping[str, str]) -> str:
    if not value:
        return "none"
    if _alike(list(value.values())):
        return _records([{"": _name(key, names), **row} for key, row in value.items()], names)
    if len(value) > _LINE and all(map(_plain, value.values())):
        return escaped("; ".join(f"{_name(key, names)} {_scalar(entry, names)}" for key, entry in value.items()))
    terms = "".join(
        f"<dt>{escaped(_name(key, names))}</dt><dd>{rendered(entry, names)}</dd>" for key, entry in value.items()
    )
    return f"<dl>{terms}</dl>"


def _list(value: Sequence[Any], names: Mapping[str, str]) -> str:
    if not value:
        return "none"
    if _alike(value):
        return _records(value, names)
    if len(value) > _LINE and all(isinstance(item, (int, float)) for item in value):
        return escaped(
            f"{counted(len(value), 'number')} from {_scalar(min(value), names)} to {_scalar(max(value), names)}"
        )
    if all(map(_plain, value)):
        return _items([escaped(_scalar(item, names)) for item in value])
    if len(value) > _MOST_ROWS and all(isinstance(item, (list, tuple)) for item in value):
        return escaped(f"{counted(len(value), 'row')} (sim run --json shows them)")
    shown = "".join(f"<li>{rendered(item, names)}</li>" for item in value[:_MOST_ROWS])
    return f"<ul>{shown}</ul>{_more(len(value) - _MOST_ROWS, 'p')}"


def _items(texts: Sequence[str]) -> str:
    return ", ".join(texts[:_MOST_ITEMS]) + _more(len(texts) - _MOST_ITEMS)


def _records(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    head = [_name(key, names) for key in rows[0]]
    cells = [[rendered(entry, names) for entry in row.values()] for row in rows[:_MOST_ROWS]]
    return table(head, cells) + _more(len(rows) - _MOST_ROWS, "p")


def _more(count: int, tag: str = "span") -> str:
    return f' <{tag} class="quiet">and {count:,} more (sim run --json shows all)</{tag}>' if count > 0 else ""
