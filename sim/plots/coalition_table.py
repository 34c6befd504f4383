"""Coalition table: who could sign together, what they could share, and how many of their deals nobody would block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from matplotlib.axes import Axes

from sim.errors import RequestError
from sim.plots.data import no_zone_words, source_line, words_list
from sim.plots.labels import short
from sim.plots.style import FAINT, INK, NO_DEAL, QUIET, ZONE, Look, Page, Style, page
from sim.studies.exactness import known
from sim.studies.games.coalitions import Coalitions, SigningCoalition
from sim.studies.games.setting import Absent
from sim.studies.study import Study

__all__ = ["coalition_table"]

_MARGIN_AT, _SPAN, _SURPLUS, _STAND = 0.36, 0.2, 0.6, 1.0


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
    rows = found.coalitions
    height = max(3, max(len(record.signers) for record in rows)) * 0.17 + 0.15
    with page(ax, style, size=(7.6, 1.7 + height * len(rows)), full=True) as here:
        _head(here.ax)
        for place, record in enumerate(rows):
            _row(here.ax, study, record, y=-place - 1.0, widest=_widest(rows))
        here.ax.set(xlim=(-0.01, 1.01), ylim=(-len(rows) - 0.6, 0.2), xticks=[], yticks=[])
        here.ax.spines[:].set_visible(False)
        _words(here, study, found)
    return here.ax


def _instead(study: Study) -> str:
    return f"expected several; plot {'party_triangle' if len(study.game.signers) > 2 else 'utility_plane'} instead"


def _name(study: Study, record: SigningCoalition) -> str:
    """Return who signs, or who signs besides those who must."""
    label = study.game.label
    added = [f"+ {short(label(name), 20)}" for name in record.signers if name not in study.game.signers]
    return "\n".join((added or [short(label(name), 20) for name in record.signers])[:4])


def _widest(rows: Sequence[SigningCoalition]) -> float:
    return max([abs(record.margin) for record in rows if record.margin is not None] + [0.01])


def _head(ax: Axes) -> None:
    style: Look = {"va": "center", "color": QUIET, "fontsize": 8.5}
    ax.text(0, -0.15, "Signing", **style)
    ax.text(_MARGIN_AT, -0.15, "Margin", ha="center", **style)
    ax.text(_SURPLUS, -0.15, "Most each could gain", **style)
    ax.text(_STAND, -0.15, "Its deals that stand", ha="right", **style)
    ax.plot([0, 1], [-0.42, -0.42], color=QUIET, linewidth=0.8)


def _row(ax: Axes, study: Study, record: SigningCoalition, *, y: float, widest: float) -> None:
    ax.text(0, y, _name(study, record), va="center", fontweight="bold" if y == -1.0 else "normal")
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
    ax.text(_STAND, y, _standing(record), va="center", ha="right")
    ax.plot([0, 1], [y - 0.5, y - 0.5], color=FAINT, linewidth=0.6)


def _gains(study: Study, record: SigningCoalition) -> str:
    if not record.surplus:
        return "no zone" if record.exists is False else "undecided"
    return "\n".join(f"{short(study.game.label(name), 20)} {gain:.2f}" for name, gain in record.surplus.items())


def _standing(record: SigningCoalition) -> str:
    if not record.efficient:
        return "no deal" if record.exists is False else "not known"
    if record.stable is None:
        # More deals than were found may stand: the count is of these alone.
        found = f"at most {record.efficient - record.blocked:,}\nof {record.efficient:,} found"
        return "\n".join([found, *filter(None, [known(record.resolution)])])
    return f"{record.stable:,} of {record.efficient:,}"


def _words(here: Page, study: Study, found: Coalitions) -> None:
    how = "Margin: the least that the best outcome leaves any signer above no deal. An efficient deal stands where\n"
    how += "no coalition that could sign has another deal that all its members strictly prefer"
    here.words(_finding(study, found), how=how, source=source_line(study))


def _finding(study: Study, found: Coalitions) -> str:
    if not any(each.efficient for each in found.coalitions):
        return no_zone_words(study) if study.zone.exists is None else "No coalition that could sign has a zone"
    if any(each.stable is None for each in found.coalitions):
        return "Not every block could be looked for: which deals stand is known in part only"
    if study.zone.exists and not found.coalitions[0].stable:
        return "All deals of those who must sign are blocked: with further signatures all who sign can have more"
    counted = [each for each in found.coalitions if each.efficient]
    if all(each.stable == each.efficient for each in counted):
        return "No coalition blocks any efficient deal of another"
    if not study.zone.exists:
        return "Only with further signatures is there a deal, and some of these stand"
    return f"Some deals stand, others are blocked; the Nash deal of those who must sign {_NASH[found.nash_in_core]}"


_NASH = {True: "stands", False: "is blocked", None: "may be blocked"}
