"""A deal issue by issue: its term, what is about as good, and what red lines rule out, on a scale where there is one.

Red lines are those that bind with the other terms of the deal at hand: one that depends on other terms is shown where
it holds there.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from sim.show.blocks import indented
from sim.show.budgets import budget_sentences
from sim.show.text import Text
from sim.show.words import level_name, level_text, number_text, range_text, step_text, unit_text
from sim.studies.study import LevelRange, Study

__all__ = ["LEGEND", "Scale", "print_terms", "ruled_out"]

Outcome = Mapping[str, float | str]
_Mask = NDArray[np.bool_]
_Names = Mapping[float | str, str]
LEGEND = "● deal  ━ about as good  ─ in some deal  · in none  × red line"
_MARKS = "·×─━"
_NONE, _RULED, _POSSIBLE, _NEAR = range(4)
_MOST_BAR, _LEAST_BAR, _MOST_LABEL, _MOST_NAMED = 96, 5, 26, 4


@dataclass(frozen=True, eq=False)
class Scale:
    """The levels of a numeric issue from end to end.

    Attributes
    ----------
    levels : tuple of float
        Rising.
    ranks : tuple of int
        What each level is: in no deal, ruled out, in some deal, about as good.
    deal : float
    """

    levels: tuple[float, ...]
    ranks: tuple[int, ...]
    deal: float

    def drawn(self, width: int) -> str:
        """Return the scale as text; between two levels it shows the lesser of both.

        Examples
        --------
        >>> Scale((0.0, 1.0, 2.0, 3.0, 4.0), (1, 2, 3, 3, 0), 2.0).drawn(9)
        '××──●━━··'
        """
        places = [self._place(level, width) for level in self.levels]
        cells = np.full(width, -1)
        np.maximum.at(cells, places, self.ranks)
        for (a, x), (b, y) in itertools.pairwise(zip(places, self.ranks, strict=True)):
            cells[a + 1 : b] = min(x, y)
        text = [_MARKS[rank] for rank in cells]
        text[self._place(self.deal, width)] = "●"
        return "".join(text)

    def _place(self, level: float, width: int) -> int:
        low, high = self.levels[0], self.levels[-1]
        return round((level - low) / (high - low) * (width - 1))


@dataclass(frozen=True, eq=False)
class _Row:
    label: str
    term: str
    near: str
    ruled: str
    scale: Scale | None


def print_terms(console: Console, study: Study, outcome: Outcome, within: Mapping[str, LevelRange]) -> None:
    """Print an outcome issue by issue; `within` holds what is about as good, empty where the outcome is no deal."""
    out = ruled_out(study, outcome)
    rows = [_row(study, issue, outcome, within.get(issue), out[issue]) for issue in study.game.issues]
    label = min(_MOST_LABEL, max(cell_len(row.label) for row in rows))
    width = console.width - 2 - label - 2
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=label)
    grid.add_column()
    scaled = [row for row in rows if row.scale is not None]
    for row in rows:
        grid.add_row(Text(row.label), _body(row, scaled, width))
    indented(console, grid)
    for sentence in budget_sentences(study.game, outcome):
        indented(console, sentence)


def _row(study: Study, issue: str, outcome: Outcome, near: LevelRange | None, out: Mapping[str, _Mask]) -> _Row:
    game = study.game
    k, unit = game.issues.index(issue), unit_text(game, issue)
    levels = game.levels[k]
    label = game.label(issue) + (f",{unit}" if unit else "")
    names = game.scenario.spec.issues[issue].labelled
    parts = [f"{_excluded(levels, mask, names)} ({game.label(party)})" for party, mask in out.items()]
    ruled = f"not {', '.join(parts)}" if parts else ""
    scale = None
    if len(levels) > 1 and not isinstance(levels[0], str):
        scale = _scale(study, issue, outcome, near, out)
    return _Row(
        label, level_name(game, issue, outcome[issue]), _near(levels, outcome[issue], near, names), ruled, scale
    )


def _near(levels: Sequence[Any], term: float | str, near: LevelRange | None, names: _Names) -> str:
    if len(levels) == 1:
        return " (fixed)"
    if near is None:
        return ""
    if near.numeric:
        # A coarse step hides a range.
        one = len(near.levels) < 2
        return f" ({step_text(levels)})" if one else f" ({range_text(near)})"
    others = [names.get(level, level) for level in near.levels if level != term]
    return f", or {', '.join(others)}" if others else ""


def _scale(study: Study, issue: str, outcome: Outcome, near: LevelRange | None, out: Mapping[str, _Mask]) -> Scale:
    levels = [float(level) for level in study.game.levels[study.game.issues.index(issue)]]
    found = study.zone.issues.get(issue)
    ranks = np.full(len(levels), _NONE if found is not None else _POSSIBLE)
    for mask in out.values():
        ranks[mask] = _RULED
    for rank, some in ((_POSSIBLE, found), (_NEAR, near)):
        if some is not None:
            ranks[np.isin(levels, some.levels)] = rank
    return Scale(tuple(levels), tuple(ranks.tolist()), float(outcome[issue]))


def ruled_out(study: Study, outcome: Outcome) -> dict[str, dict[str, _Mask]]:
    """Return by issue and party the levels that its red lines rule out with the other terms of an outcome.

    Returns
    -------
    dict of str to dict of str to ndarray of bool, shape (levels,)
    """
    game = study.game
    at = game.level_numbers(outcome)[0]
    found: dict[str, dict[str, _Mask]] = {issue: {} for issue in game.issues}
    for (party, _), mask in zip(game.lines, game.line_masks, strict=True):
        first, *others = mask.issues
        crossed = ~mask.allowed[(slice(None), *(at[k] for k in others))]
        if crossed.any():
            own = found[game.issues[first]]
            own[party] = own.get(party, False) | crossed
    return found


def _excluded(levels: Sequence[Any], mask: _Mask, labels: _Names) -> str:
    """Return levels that are ruled out: below or above a number, or by name."""
    crossed = np.flatnonzero(mask)
    if not isinstance(levels[0], str) and not mask.all():
        kept = np.flatnonzero(~mask)
        ends = [f"below {number_text(levels[kept[0]])}"] if crossed[0] < kept[0] else []
        ends += [f"above {number_text(levels[kept[-1]])}"] if crossed[-1] > kept[-1] else []
        if len(kept) == kept[-1] - kept[0] + 1:
            return " or ".join(ends)
    names = [labels.get(levels[k]) or level_text(levels[k]) for k in crossed[:_MOST_NAMED]]
    more = len(crossed) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _body(row: _Row, scaled: Sequence[_Row], width: int) -> Text:
    text = Text().append(row.term, "bold").append(row.near)
    if row.scale is None:
        return text.append(f"; {row.ruled}", "dim") if row.ruled else text
    words = max(cell_len(each.term + each.near) for each in scaled)
    lows, highs = zip(*(_ends(each) for each in scaled), strict=True)
    low_width, high_width = max(map(cell_len, lows)), max(map(cell_len, highs))
    room = min(_MOST_BAR, width - words - low_width - high_width - 6)
    if room >= _LEAST_BAR:
        low, high = _ends(row)
        text.append(" " * (words - cell_len(row.term + row.near) + 2))
        text.append(f"{low:>{low_width}} ├{row.scale.drawn(room)}┤ {high}")
    return text.append(f"\n{row.ruled}", "dim") if row.ruled else text


def _ends(row: _Row) -> tuple[str, str]:
    assert row.scale is not None
    return number_text(row.scale.levels[0]), number_text(row.scale.levels[-1])
