"""Two scenarios side by side, for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from sim.comparisons.comparison import MOVED, Comparison
from sim.comparisons.inputs import Change, Inputs
from sim.comparisons.leverage import Shift
from sim.game.compiled import Game
from sim.show.text import Text
from sim.show.words import joined, level_name, level_text, range_text, signed, unit_text
from sim.studies.exactness import known
from sim.studies.records import LevelRange, Study

__all__ = ["print_comparison"]

_AID = "A thinking aid, not a forecast: it shows what follows from these inputs, for no side."
_NONE = "–"
Row = tuple[str, str, str]
_WORDS = {
    "issues": "Issues",
    "parties": "Parties",
    "red_lines": "Red lines",
    "leverage": "Leverage",
    "war_outcomes": "War outcomes",
}


def print_comparison(console: Console, found: Comparison) -> None:
    """Print what differs between two scenarios: inputs, results, and who gained leverage."""
    for side, study in (("OLD", found.old), ("NEW", found.new)):
        scenario = study.game.scenario
        told = study.changes
        _section(console, side, "; ".join([f"{scenario.name} ({scenario.path})", *told.words(), told.digests()]))
    _section(console, "AT", "\n".join(_leverage(found)) or "no leverage declared")
    console.print(Text(_AID, style="italic"))
    console.print()
    _table(console, "RESULTS", [("", _results(found))])
    _section(console, "LEVERAGE", " ".join(_movers(found)))
    console.print()
    _inputs(console, found.inputs)
    for path, note in found.notes.items():
        if not path.startswith("results.reservation."):
            _section(console, "NOTE", f"{_place(found, path)}: {note}")


def _place(found: Comparison, path: str) -> str:
    """Return where a reader finds what a note is about."""
    first, *rest = path.split(".")
    if first == "leverage":
        return found.new.game.scenario.spec.leverage[".".join(rest[1:])].label or ".".join(rest[1:])
    side = {"old": "the old one", "new": "the new one"}.get(rest[-1])
    return side or {"share": "Share of outcomes"}.get(rest[-1], path)


def _section(console: Console, name: str, text: str) -> None:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=8, style="bold")
    grid.add_column(overflow="fold")
    grid.add_row(name, Text(text))
    console.print(grid)


def _table(console: Console, name: str, groups: Iterable[tuple[str, Iterable[Row]]]) -> None:
    """Print rows of a name, an old and a new value, each group below its title."""
    lines = [line for group, rows in groups for line in _lines(group, rows)]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    first = min(max(len(line[0]) for line in lines), max(16, console.width // 2 + 2))
    table.add_column(name, header_style="bold", overflow="fold", width=max(first, len(name)))
    for side in ("old", "new"):
        table.add_column(side, header_style="bold", overflow="fold", max_width=max(6, (console.width - first - 6) // 2))
    for line in lines:
        table.add_row(*map(Text, line))
    console.print(table)
    console.print()


def _lines(group: str, rows: Iterable[Row]) -> Iterator[Row]:
    if group:
        yield group, "", ""
    for title, old, new in rows:
        yield f"  {title}" if group else title, old, new


def _leverage(found: Comparison) -> Iterator[str]:
    old, new = found.old.leverage, found.new.leverage
    for name in dict.fromkeys((*old, *new)):
        label = " / ".join(dict.fromkeys(_labels(found, name)))
        if name in old and name in new:
            same = old[name] == new[name]
            yield f"{label} {signed(old[name])}" + ("" if same else f" in the old, {signed(new[name])} in the new")
        else:
            side, level = ("old", old[name]) if name in old else ("new", new[name])
            yield f"{label} {signed(level)} (in the {side} only)"


def _labels(found: Comparison, name: str) -> Iterator[str]:
    for study in (found.old, found.new):
        if name in study.leverage:
            yield study.game.scenario.spec.leverage[name].label or name


def _inputs(console: Console, inputs: Inputs) -> None:
    counts = {"changed": inputs.changed, "added": inputs.added, "removed": inputs.removed}
    texts = [f"{len(changes)} {word}" for word, changes in counts.items()]
    _section(console, "INPUTS", ", ".join(texts) if any(counts.values()) else "no difference")
    for kind, members in inputs.members.items():
        for side, names in (("new", members.added), ("old", members.removed)):
            if names:
                _section(console, "", f"{_WORDS[kind]} in the {side} only: {', '.join(names)}")
    shown = [c for changes in counts.values() for c in changes if not _within(c, inputs)]
    hidden = sum(map(len, counts.values())) - len(shown)
    if hidden:
        _section(console, "", f"{hidden} of the values belong to what only one side has (--json lists them)")
    console.print()
    if shown:
        _table(console, "INPUT", _grouped(shown).items())


def _grouped(changes: Iterable[Change]) -> dict[str, list[Row]]:
    """Return rows by section, each party's and each issue's apart."""
    groups: dict[str, list[Row]] = {}
    for change in changes:
        first, *rest = change.path.split(".")
        size = 2 if len(rest) > 1 and first in ("issues", "parties", "leverage") else 1
        group, name = ([first, *rest][:size], [first, *rest][size:])
        row = (".".join(name) or first, _value_text(change.old), _value_text(change.new))
        groups.setdefault(".".join(group), []).append(row)
    return groups


def _within(change: Change, inputs: Inputs) -> bool:
    """Say whether a value that one side lacks is part of an issue, a party or the like that it lacks altogether."""
    if change.old is not None and change.new is not None:
        return False
    named = (name for members in inputs.members.values() for name in (*members.added, *members.removed))
    return not {name.split(".")[-1] for name in named}.isdisjoint(change.path.split(".")[1:])


def _value_text(value: Any) -> str:
    if value is None:
        return _NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_value_text(part)}" for key, part in value.items()) or "none"
    if isinstance(value, list):
        return "; ".join(map(_value_text, value)) if any(isinstance(v, dict) for v in value) else _list_text(value)
    return level_text(value)


def _list_text(value: list[Any]) -> str:
    return ", ".join(f"[{_value_text(v)}]" if isinstance(v, list) else _value_text(v) for v in value) or "none"


def _results(found: Comparison) -> Iterator[Row]:
    yield "Zone exists", _zone(found.old), _zone(found.new)
    yield _row("Margin", Change("margin", found.old.zone.margin, found.new.zone.margin), "+.3f")
    if found.old.resolution or found.new.resolution:
        yield "Results are", known(found.old.resolution) or "exact", known(found.new.resolution) or "exact"
    share = found.shares()
    if share.old is not None:
        yield "Share of outcomes", f"{100 * share.old:.3g} %", f"{100 * share.new:.3g} %"
    game = found.old.game
    yield from _of_parties(game, "no deal is worth", found.reservation)
    yield from _of_parties(game, "surplus", found.surplus())
    yield from _of_parties(game, "Nash deal is worth", found.utilities())
    ranges = found.ranges()
    for issue, change in found.terms().items():
        unit = unit_text(game, issue)
        label = game.label(issue) + (f",{unit}" if unit else "")
        if found.old.zone.exists or found.new.zone.exists:
            older, newer = found.old.game, found.new.game
            yield f"{label}: zone", _range(older, issue, ranges[issue].old), _range(newer, issue, ranges[issue].new)
            yield f"{label}: Nash deal", _term(older, issue, change.old), _term(newer, issue, change.new)


def _zone(study: Study) -> str:
    return {True: "yes", False: "no", None: "undecided"}[study.zone.exists]


def _of_parties(game: Game, what: str, changes: Mapping[str, Change]) -> Iterator[Row]:
    for party, change in changes.items():
        if (change.old, change.new) != (None, None):
            yield _row(f"{game.label(party)}: {what}", change, ".3f")


def _row(name: str, change: Change, form: str) -> Row:
    old, new = (_NONE if x is None else format(x, form) for x in (change.old, change.new))
    return name, old, new


def _range(game: Game, issue: str, levels: LevelRange | None) -> str:
    return _NONE if levels is None else range_text(levels, game.scenario.spec.issues[issue].labelled)


def _term(game: Game, issue: str, level: Any) -> str:
    return _NONE if level is None else level_name(game, issue, level)


def _movers(found: Comparison) -> Iterator[str]:
    label = found.old.game.label
    for names, words in ((found.gained, "gained leverage"), (found.lost, "lost leverage")):
        if names:
            yield f"{', '.join(f'{label(p)} ({_shift(found.shifts[p])})' for p in names)} {words}."
    if found.gained or found.lost:
        yield "In brackets: how much more no deal is worth through the change of the situation."
        if scaled := [party for party in found.rescaled if party in (*found.gained, *found.lost)]:
            yield f"The values of {joined(map(label, scaled))} differ; the brackets are on the scale of the new ones."
    elif found.shifts:
        yield "No change of the situation moves what no deal is worth."
    for party, reason in found.untold.items():
        yield f"{label(party)} cannot be compared: {reason}."


def _shift(shift: Shift) -> str:
    total = f"{shift.total:+z.3f}"
    return f"{total}, {shift.hopes:+z.3f} of it by its own view of the odds" if abs(shift.hopes) >= MOVED else total
