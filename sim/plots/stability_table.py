"""Stability table: which moves hold once replies are foreseen, by how far ahead those who might leave them look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Unpack

from matplotlib.axes import Axes

from sim.errors import RequestError, counted
from sim.model.base import label_of
from sim.plots.data import source_line
from sim.plots.labels import short
from sim.plots.style import FAINT, INK, QUIET, Look, Page, Style, page
from sim.studies.games.moves import LeverageGame
from sim.studies.games.setting import Absent
from sim.studies.replay import played_again
from sim.studies.study import Study

__all__ = ["stability_table"]

_KINDS = {"nash": "Nash", "smr": "SMR", "seq": "SEQ", "gmr": "GMR"}
_MOST = 12
_MOVES_END, _WORTH_END = 0.44, 0.68


@dataclass(frozen=True)
class _Row:
    """A choice of moves, what it is worth to those who move, and the kinds of stability that it has."""

    moves: Mapping[str, str]
    worth: Mapping[str, float]
    kinds: frozenset[str]


def stability_table(study: Study, ax: Axes | None = None, **style: Unpack[Style]) -> Axes:
    """Draw a table of the moves that hold in the leverage game when replies are foreseen.

    Parameters
    ----------
    study : Study
    ax : Axes, optional
        Where to draw; a new figure unless given.
    **style
        See `sim.plots.style.Style`.

    Returns
    -------
    Axes

    Raises
    ------
    RequestError
        The scenario has no moves of two sides, or too many moves to compare.
    """
    game = study.games.leverage
    if isinstance(game, Absent):
        raise RequestError(f"stability_table: {game.reason}")
    played = played_again(study)
    if played is None or played.stable is None:
        raise RequestError("stability_table: there are too many moves to compare (expected fewer moves a side)")
    rows = _rows(game, played.stable)
    shown, height = rows[:_MOST], 0.16 * len(game.moves) + 0.12
    with page(ax, style, size=(7.6, 1.9 + height * max(len(shown), 1)), full=True) as here:
        _head(here.ax)
        for place, row in enumerate(shown):
            _draw(here.ax, study, row, y=-place - 1.0)
        here.ax.set(xlim=(-0.01, 1.01), ylim=(-len(shown) - 0.6, 0.3), xticks=[], yticks=[])
        here.ax.spines[:].set_visible(False)
        _words(here, study, rows, game.unsettled)
    return here.ax


def _rows(game: LeverageGame, stable: Mapping[str, tuple[Mapping[str, str], ...]]) -> list[_Row]:
    """Return every choice of moves that holds in some way: those that hold in more ways first."""
    kinds: dict[tuple[tuple[str, str], ...], set[str]] = {}
    for kind in _KINDS:
        for profile in stable[kind]:
            kinds.setdefault(tuple(profile.items()), set()).add(kind)
    rows = []
    for moves, own in kinds.items():
        at = tuple(game.moves[party].index(move) for party, move in moves)
        worth = {party: float(table[at]) for party, table in game.payoffs.items()}
        rows.append(_Row(dict(moves), worth, frozenset(own)))
    return sorted(rows, key=lambda row: ("nash" not in row.kinds, -len(row.kinds)))


def _places() -> dict[str, float]:
    step = (1 - _WORTH_END) / len(_KINDS)
    return {kind: _WORTH_END + (k + 0.6) * step for k, kind in enumerate(_KINDS)}


def _head(ax: Axes) -> None:
    style: Look = {"va": "center", "color": QUIET, "fontsize": 8.5}
    ax.text(0, -0.15, "Moves", **style)
    ax.text(_WORTH_END, -0.15, "What follows, utility", ha="right", **style)
    for kind, x in _places().items():
        ax.text(x, -0.15, _KINDS[kind], ha="center", **style)
    ax.plot([0, 1], [-0.42, -0.42], color=QUIET, linewidth=0.8)


def _draw(ax: Axes, study: Study, row: _Row, *, y: float) -> None:
    names = [f"{short(study.game.label(p), 16)}: {short(_move(study, p, m), 24)}" for p, m in row.moves.items()]
    ax.text(0, y, "\n".join(names), va="center", fontsize=8.5, fontweight="bold" if "nash" in row.kinds else "normal")
    ax.text(_WORTH_END, y, "\n".join(f"{x:.2f}" for x in row.worth.values()), va="center", ha="right", fontsize=8.5)
    for kind, x in _places().items():
        holds = kind in row.kinds
        mark: Look = {"marker": "o", "color": INK} if holds else {"marker": ".", "color": FAINT}
        ax.plot(x, y, markersize=7 if holds else 4, linestyle="none", gid=f"{kind} {holds}", **mark)
    ax.plot([0, 1], [y - 0.5, y - 0.5], color=FAINT, linewidth=0.6)


def _move(study: Study, party: str, move: str) -> str:
    return label_of(move, study.game.scenario.spec.moves[party][move])


def _words(here: Page, study: Study, rows: list[_Row], unsettled: int) -> None:
    how = (
        "Disc: no side would leave these moves. Nash: nobody gains by it. Else whoever would gain fears a reply:\n"
        "GMR any that leaves it no gain, SMR one that it could not undo, SEQ one that pays those who give it"
    )
    if len(rows) > _MOST:
        how += f".\n{len(rows) - _MOST} more choices of moves are left out"
    if unsettled:
        how += f".\nAfter {counted(unsettled, 'combination')} of moves it was not settled where talks end"
    here.words(_finding(rows), how=how, source=source_line(study))


def _finding(rows: list[_Row]) -> str:
    if not rows:
        return "No choice of moves holds, whatever replies are feared"
    sure = sum("nash" in row.kinds for row in rows)
    feared = len(rows) - sure
    gains = "Each choice of moves tempts some side"
    if sure:
        gains = f"In {counted(sure, 'choice')} of moves nobody gains by leaving"
    return f"{gains}; {feared or 'no'} more {'holds' if feared == 1 else 'hold'} by fear of the reply"
