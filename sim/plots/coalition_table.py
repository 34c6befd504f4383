"""Coalition table: who could sign together, what they could share, and which deals they would block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Unpack

from matplotlib.axes import Axes

from sim.errors import RequestError
from sim.plots.data import no_zone_words, source_line, words_list
from sim.plots.labels import short
from sim.plots.style import FAINT, INK, NO_DEAL, QUIET, ZONE, Look, Page, Style, page
from sim.studies.games.coalitions import Coalitions, SigningCoalition
from sim.studies.games.setting import Absent
from sim.studies.study import Study

__all__ = ["coalition_table"]

_MARGIN_AT, _SPAN, _SURPLUS, _BLOCKS = 0.36, 0.2, 0.6, 1.0


@dataclass(frozen=True)
class _Line:
    """One coalition in words: who signs, its record, and how many efficient deals it blocks."""

    name: str
    record: SigningCoalition
    blocks: int


def coalition_table(study: Study, ax: Axes | None = None, **style: Unpack[Style]) -> Axes:
    """Draw a table of the signing coalitions with bars for their margins.

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
        There is only one coalition that could sign.
    """
    found = study.coalitions
    if isinstance(found, Absent):
        raise RequestError(f"coalition_table: {found.reason} ({_instead(study)})")
    if len(found.coalitions) < 2:
        names = words_list([study.game.label(name) for name in study.game.signers])
        raise RequestError(f"coalition_table: only one coalition could sign, {names} ({_instead(study)})")
    rows = _lines(study, found)
    height = max(3, max(len(line.record.signers) for line in rows)) * 0.17 + 0.15
    with page(ax, style, size=(7.6, 1.7 + height * len(rows)), full=True) as here:
        _head(here.ax)
        for place, line in enumerate(rows):
            _row(here.ax, study, line, y=-place - 1.0, widest=_widest(rows), efficient=found.efficient)
        here.ax.set(xlim=(-0.01, 1.01), ylim=(-len(rows) - 0.6, 0.2), xticks=[], yticks=[])
        here.ax.spines[:].set_visible(False)
        _words(here, study, found)
    return here.ax


def _instead(study: Study) -> str:
    return f"expected several; plot {'party_triangle' if len(study.game.signers) > 2 else 'utility_plane'} instead"


def _lines(study: Study, found: Coalitions) -> list[_Line]:
    base = set(found.coalitions[0].signers)
    result = []
    for record, blocks in zip(found.coalitions, found.blockers.values(), strict=True):
        added = [study.game.label(name) for name in record.signers if name not in base]
        names = [f"+ {short(name, 20)}" for name in added] or [short(study.game.label(n), 20) for n in record.signers]
        result.append(_Line("\n".join(names[:4]), record, blocks))
    return result


def _widest(rows: list[_Line]) -> float:
    return max([abs(line.record.margin) for line in rows if line.record.margin is not None] + [0.01])


def _head(ax: Axes) -> None:
    style: Look = {"va": "center", "color": QUIET, "fontsize": 8.5}
    ax.text(0, -0.15, "Signing", **style)
    ax.text(_MARGIN_AT, -0.15, "Margin", ha="center", **style)
    ax.text(_SURPLUS, -0.15, "Most each could gain", **style)
    ax.text(_BLOCKS, -0.15, "Deals blocked", ha="right", **style)
    ax.plot([0, 1], [-0.42, -0.42], color=QUIET, linewidth=0.8)


def _row(ax: Axes, study: Study, line: _Line, *, y: float, widest: float, efficient: int) -> None:
    record = line.record
    ax.text(0, y, line.name, va="center", fontweight="bold" if y == -1.0 else "normal")
    if record.margin is None:
        ax.text(_MARGIN_AT, y, "red lines leave\nno outcome", va="center", ha="center", color=QUIET)
    else:
        width = record.margin / widest * _SPAN / 2
        style: Look = (
            {"facecolor": ZONE} if record.exists else {"facecolor": NO_DEAL, "hatch": "///", "edgecolor": QUIET}
        )
        ax.barh(y, width, 0.36, _MARGIN_AT, linewidth=0, gid="margin", **style)
        ax.plot([_MARGIN_AT, _MARGIN_AT], [y - 0.3, y + 0.3], color=INK, linewidth=0.8)
        text = f"{record.margin:+.3f}".replace("-", "−") + ("" if record.exists is not None else " ?")
        ax.text(_MARGIN_AT + (-0.01 if width > 0 else 0.01), y, text, va="center", ha="right" if width > 0 else "left")
    ax.text(_SURPLUS, y, _gains(study, record), va="center", fontsize=8.5)
    ax.text(_BLOCKS, y, f"{line.blocks:,} of {efficient:,}" if efficient else "none to block", va="center", ha="right")
    ax.plot([0, 1], [y - 0.5, y - 0.5], color=FAINT, linewidth=0.6)


def _gains(study: Study, record: SigningCoalition) -> str:
    if not record.surplus:
        return "no zone" if record.exists is False else "undecided"
    return "\n".join(f"{short(study.game.label(name), 20)} {gain:.2f}" for name, gain in record.surplus.items())


def _words(here: Page, study: Study, found: Coalitions) -> None:
    how = "Margin: the least that the best outcome leaves any signer above no deal. A coalition blocks a deal\n"
    how += "where all its members strictly prefer another outcome that they can reach together"
    title = _finding(found) if study.zone.exists else no_zone_words(study)
    here.words(title, how=how, source=source_line(study))


def _finding(found: Coalitions) -> str:
    if not found.stable:
        return "Every efficient deal is blocked: some coalition could reach what all its members prefer"
    nash = "the Nash deal is one of them" if found.nash_in_core else "the Nash deal is not among them"
    if found.stable == found.efficient:
        return "No coalition blocks any efficient deal"
    return f"{found.stable:,} of {found.efficient:,} efficient deals are blocked by no coalition; {nash}"
