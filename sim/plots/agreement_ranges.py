"""Agreement ranges: for every issue what each side accepts, where that overlaps, and what the solutions propose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.errors import RequestError, counted
from sim.model.base import label_of
from sim.plots.data import Scale, known, no_zone_words, scale_of, solution_label, source_line, words_list
from sim.plots.labels import fitted, short
from sim.plots.lanes import LINE, bars, frame, heading, lane, level_row, middle, spans
from sim.plots.style import INK, ZONE, Look, Page, Style, colour_of, marker_of, page
from sim.studies.acceptance import accepted_levels, reference_deal
from sim.studies.study import Study

__all__ = ["agreement_ranges"]

_SHOWN = ("nash", "kalai_smorodinsky")
_LIFTS = 12
_A_PAGE = 12


@dataclass(frozen=True, eq=False)
class _Row:
    """One issue: which levels each signer accepts, all accept, and some agreement has."""

    scale: Scale
    accepted: dict[str, NDArray[np.bool_]]
    shared: NDArray[np.bool_]
    possible: NDArray[np.bool_]


def agreement_ranges(
    study: Study,
    ax: Axes | None = None,
    *,
    issues: Sequence[str] = (),
    solutions: Sequence[str] = _SHOWN,
    page_number: int = 1,
    **style: Unpack[Style],
) -> Axes:
    """Draw, for every issue, what each side accepts while the other terms stay as in the Nash deal.

    Parameters
    ----------
    study : Study
    ax : Axes, optional
        Where to draw; a new figure unless given.
    issues, solutions : sequence of str, optional
        All issues, and Nash and Kalai-Smorodinsky, unless told.
    page_number : int
        Which twelve of more issues than that, from 1.
    **style
        See `sim.plots.style.Style`.

    Returns
    -------
    Axes

    Raises
    ------
    RequestError
        An issue, solution or page that does not exist.
    """
    every = [known("issue", name, study.game.issues) for name in issues] or list(study.game.issues)
    names = _on_page(every, page_number)
    deals = [name for name in solutions if name in study.solutions]
    rows = _rows(study, names)
    lines = 2 + len(study.game.signers) + len(deals or "x")
    if reference_deal(study) is None:
        return _no_outcome(study, ax, **style)
    with page(ax, style, size=(7.4, 1.25 + LINE * lines * len(rows)), full=True) as here:
        for place, row in enumerate(rows):
            _issue(here.ax, study, row, deals=deals, top=-place * (lines + 0.6))
        frame(here.ax, -len(rows) * (lines + 0.6))
        _words(here, study, rows, _place(every, page_number))
    return here.ax


def _on_page(names: Sequence[str], number: int) -> Sequence[str]:
    """Return the issues of one page."""
    pages = -(-len(names) // _A_PAGE)
    if not 1 <= number <= pages:
        count = "one page" if pages == 1 else f"pages 1 to {pages}"
        raise RequestError(f"page {number}: there is no such page of {counted(len(names), 'issue')} (expected {count})")
    return names[_A_PAGE * (number - 1) : _A_PAGE * number]


def _place(names: Sequence[str], number: int) -> str:
    """Return which of many issues a page shows, in words; nothing where it shows all."""
    if len(names) <= _A_PAGE:
        return ""
    first, pages = _A_PAGE * (number - 1) + 1, -(-len(names) // _A_PAGE)
    last = min(len(names), _A_PAGE * number)
    return f"\nIssues {first} to {last} of {len(names)}: page {number} of {pages}"


def _no_outcome(study: Study, ax: Axes | None, **style: Unpack[Style]) -> Axes:
    """Say that there is no outcome to compare levels with, and which red lines would have to go."""
    lifts = [_lines_words(study, lines) for lines in study.why.lifts[:_LIFTS]]
    head = "An agreement would be possible without any one of these sets of red lines:"
    if not lifts:
        head = "No one, two or three red lines fewer would make an agreement possible."
    texts = [head, *(fitted(f"• {text}", 480, size=9) for text in lifts)]
    if len(study.why.lifts) > len(lifts):
        texts.append(f"and {counted(len(study.why.lifts) - len(lifts), 'set')} more")
    lines = [text.count("\n") + 1.4 for text in texts]
    with page(ax, style, size=(7.4, 1.6 + 0.17 * sum(lines)), full=True) as here:
        for top, text in zip(np.cumsum([0.0, *lines[:-1]]), texts, strict=True):
            here.ax.text(0, -float(top), text, va="top")
        frame(here.ax, -sum(lines))
        how = "With no outcome left there is none whose terms could be varied one by one"
        here.words(no_zone_words(study), how=how, source=source_line(study))
    return here.ax


def _lines_words(study: Study, lines: Sequence[tuple[str, str]]) -> str:
    """Return red lines in words, those of a party together."""
    written = study.game.scenario.spec.parties
    sides = {
        party: [short(label_of(n, written[p].red_lines[n]), 60) for p, n in lines if p == party] for party, _ in lines
    }
    return "; ".join(f"{short(study.game.label(party), 24)}: {words_list(words)}" for party, words in sides.items())


def _rows(study: Study, names: Sequence[str]) -> list[_Row]:
    deal = reference_deal(study)
    accepted = {} if deal is None else accepted_levels(study, deal)
    result = []
    for name in names:
        scale = scale_of(study.game, name)
        nothing = np.zeros(len(scale.levels), dtype=bool)
        by_party = accepted.get(name) or dict.fromkeys(study.game.signers, nothing)
        in_some = study.zone.issues[name].levels if study.zone.exists else ()
        possible = np.array([level in in_some for level in scale.levels])
        result.append(_Row(scale, by_party, np.logical_and.reduce([*by_party.values()]), possible))
    return result


def _issue(ax: Axes, study: Study, row: _Row, *, deals: Sequence[str], top: float) -> None:
    """Draw one issue below `top`: its name, a lane for each party and each deal, and its levels."""
    scale, parties = row.scale, study.game.signers
    heading(ax, top - 0.5, scale, _shared_words(row))
    bottom = top - 1.0 - len(parties)
    for left, right in spans(scale, row.shared):
        ax.fill_between([left, right], top - 1, bottom, color=ZONE, alpha=0.35, linewidth=0, gid=f"{scale.name} shared")
    for place, party in enumerate(parties):
        y, colour = top - 1.5 - place, colour_of(study.game.parties.index(party))
        lane(ax, y, study.game.label(party), colour)
        bars(ax, y, scale, row.accepted[party], color=colour, gid=f"{scale.name} {party}")
    for place, name in enumerate(deals):
        _deal(ax, study, scale, name=name, y=bottom - 0.5 - place)
    if not deals:
        _nearest(ax, study, scale, bottom - 0.5)
    base = bottom - len(deals or "x")
    for left, right in spans(scale, row.possible):
        ax.plot([left, right], [base, base], color=INK, linewidth=1.8, solid_capstyle="butt", gid=f"{scale.name} zone")
    level_row(ax, base, scale)


def _deal(ax: Axes, study: Study, scale: Scale, *, name: str, y: float) -> None:
    lane(ax, y, solution_label(name))
    deal = study.solutions[name]
    near = np.array([level in deal.within[scale.name].levels for level in scale.levels])
    bars(ax, y, scale, near, height=0.3, color="#9a9a9a", gid=f"{scale.name} {name} within")
    shape: Look = {"marker": marker_of(name), "markersize": 10 if name == "nash" else 6, "gid": f"{scale.name} {name}"}
    place = middle(scale, deal.outcome[scale.name])
    ax.plot(place, y, color=INK, markeredgecolor="white", markeredgewidth=0.7, **shape)


def _nearest(ax: Axes, study: Study, scale: Scale, y: float) -> None:
    deal = reference_deal(study)
    lane(ax, y, "nearest")
    if deal is not None:
        ax.plot(middle(scale, deal[scale.name]), y, "X", color=INK, markersize=7, gid=f"{scale.name} nearest")


def _shared_words(row: _Row) -> str:
    levels = [level for level, both in zip(row.scale.levels, row.shared, strict=True) if both]
    who = "both" if len(row.accepted) == 2 else "all"
    return f"{who} accept {row.scale.range_text(levels)}" if levels else f"no level suits {who}"


def _words(here: Page, study: Study, rows: Sequence[_Row], place: str) -> None:
    if study.zone.exists:
        how = "Coloured bars: what a side accepts, all other terms as in the Nash deal. Shaded: all accept.\n"
        how += "Grey bars: deals about as good (short by at most 1 % or 0.005 of the stakes). "
        how += f"Thick base line: some agreement{place}"
        here.words(_finding(rows, "terms shown" if place else "terms"), how=how, source=source_line(study))
        return
    how = f"Bars: what a side would accept if all other terms were as in the nearest outcome{place}"
    here.words(no_zone_words(study), how=how, source=source_line(study))


def _finding(rows: Sequence[_Row], terms: str) -> str:
    if len(rows) == 1 and rows[0].shared.any():
        return f"{short(rows[0].scale.label, 40)}: {_shared_words(rows[0])}"
    free = [(float(row.shared.mean()), row.scale.label) for row in rows if row.shared.sum() > 1]
    if not free:
        return "No term of the Nash deal can move by itself"
    if len(free) == 1:
        return f"Of {len(rows)} {terms} of the Nash deal only {short(free[0][1], 40)} can move by itself"
    widest = max(free)[0]
    most = [short(label, 30) for share, label in free if share == widest]
    tail = f", {words_list(most)} the furthest" if len(most) < 3 else f", {len(most)} of them the furthest, equally"
    if widest == 1:
        tail = f", {len(most) if len(most) < len(free) else 'all'} of them anywhere"
    elif len(most) == len(free):
        tail = ""
    return f"{len(free)} of {len(rows)} {terms} of the Nash deal can move by themselves{tail}"
