"""Trace of a session of talks: its offers in the plane of utilities, and term by term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
from matplotlib.axes import Axes

from sim.errors import RequestError
from sim.plots.data import Scale, known, scale_of, source_of, thinned, words_list
from sim.plots.labels import cut, label_points, short
from sim.plots.lanes import LINE, SMALL, frame, heading, middle
from sim.plots.scales import number_axis
from sim.plots.style import FAINT, INK, QUIET, ZONE, Look, Page, Style, colour_of, page
from sim.show.words import joined
from sim.simulations.session_records import Sessions, Trace

__all__ = ["trace"]

_PLANE, _GAP, _LANE = 19.0, 3.4, 3.7
_MOST = 6
_SHAPES = ("o", "s", "^", "D", "v", "P")


@dataclass(frozen=True, eq=False)
class _Drawn:
    """One session: which two sides the plane shows, which issues the lanes, and what was said."""

    found: Sessions
    session: int
    told: Trace
    pair: tuple[int, int]
    scales: tuple[Scale, ...]

    @property
    def nash(self) -> dict[str, float | str] | None:
        row = self.found.nash_row[self.session : self.session + 1]
        return self.found.game.outcome(self.found.level_numbers(row)[0]) if row[0] >= 0 else None

    @property
    def rounds(self) -> int:
        return int(self.found.rounds[self.session])

    def look(self, signer: int) -> Look:
        """Return colour and marker of a signer."""
        game = self.found.game
        colour = colour_of(game.parties.index(game.signers[signer]))
        return {"color": colour, "marker": _SHAPES[signer % len(_SHAPES)], "markeredgecolor": "white"}

    def made_by(self, signer: int) -> list[int]:
        """Return the offers of a signer that hold a deal."""
        name = self.found.game.signers[signer]
        return [s for s, by in enumerate(self.told.proposer) if by == name and self.told.outcomes[s] is not None]


def trace(
    found: Sessions,
    ax: Axes | None = None,
    *,
    session: int = 0,
    parties: Sequence[str] = (),
    issues: Sequence[str] = (),
    **style: Unpack[Style],
) -> Axes:
    """Draw one session of talks: what each offer is worth to two sides, and its terms, offer by offer.

    Parameters
    ----------
    found : Sessions
        What `sim.sessions` returned.
    ax : Axes, optional
        Where to draw; a new figure unless given.
    session : int
        By number from 0.
    parties : sequence of str, optional
        Two signers for the plane; the first two unless told.
    issues : sequence of str, optional
        Terms to show; unless told up to six of those on which offers differ.
    **style
        See `sim.plots.style.Style`.

    Returns
    -------
    Axes

    Raises
    ------
    RequestError
        The red lines leave no outcome to offer, or a session, party or issue does not exist.
    """
    here = _drawn(found, session, parties, issues)
    lines = _PLANE + _GAP + _LANE * len(here.scales) + 1.6
    with page(ax, style, size=(7.4, 1.3 + LINE * lines), full=True) as sheet:
        frame(sheet.ax, -lines)
        plane = sheet.ax.inset_axes((0.0, -_PLANE, 0.6, _PLANE), transform=sheet.ax.transData)
        _plane(plane, here)
        _legend(sheet.ax, here)
        for k, scale in enumerate(here.scales):
            _lane(sheet.ax, here, scale, -_PLANE - _GAP - _LANE * k)
        _offers_axis(sheet.ax, here, -lines + 1.4)
        _words(sheet, here)
        _numbers(plane, here)
    return sheet.ax


def _drawn(found: Sessions, session: int, parties: Sequence[str], issues: Sequence[str]) -> _Drawn:
    game = found.game
    if not len(found.points):
        raise RequestError("trace: the red lines leave no outcome to offer (lift some with --lift)")
    if not 0 <= session < len(found):
        raise RequestError(f"trace: no session {session} (expected from 0 to {len(found) - 1})")
    named = [game.signers.index(known("party that must agree", name, game.signers)) for name in parties]
    if len(set(named)) < len(named) or len(named) > 2:
        raise RequestError(f"parties: {', '.join(parties)} (expected two different ones)")
    pair = [*named, *(i for i in range(len(game.signers)) if i not in named)]
    told = found.trace(session)
    moved = [name for name in game.issues if len({deal[name] for deal in told.outcomes if deal}) > 1]
    shown = [known("issue", name, game.issues) for name in issues] or (moved or list(game.issues))[:_MOST]
    return _Drawn(found, session, told, (pair[0], pair[1]), tuple(scale_of(game, name) for name in shown))


def _plane(ax: Axes, here: _Drawn) -> None:
    """Draw what can be had together, what each side has without a deal, and the offers."""
    found, columns = here.found, list(here.pair)
    u = found.points.utilities[:, columns]
    r = found.reservation[here.session, columns]
    corners = np.vstack([u, r])
    low, high = corners.min(axis=0), corners.max(axis=0)
    pad = np.maximum(0.06 * (high - low), 0.02)
    ax.set(xlim=(low[0] - pad[0], high[0] + pad[0]), ylim=(low[1] - pad[1], high[1] + pad[1]))
    ordered = thinned(u[np.argsort(u[:, 0], kind="stable")])
    if len(found.game.signers) == 2:
        ax.step(*ordered.T, where="pre", color=INK, linewidth=1.0, zorder=2, gid="frontier")
    else:
        ax.scatter(
            ordered[:, 0], ordered[:, 1], s=7, color=FAINT, edgecolors=QUIET, linewidths=0.3, zorder=1, gid="frontier"
        )
    inside = ordered[(ordered >= r - 1e-9).all(axis=1)]
    if len(found.game.signers) == 2 and len(inside):
        across, up = np.append(r[0], inside[:, 0]), np.append(inside[0, 1], inside[:, 1])
        ax.fill_between(across, r[1], up, step="pre", facecolor=ZONE, alpha=0.35, linewidth=0, zorder=0, gid="zone")
    ax.axvline(r[0], color=here.look(columns[0])["color"], linestyle="--", linewidth=1.0, zorder=1)
    ax.axhline(r[1], color=here.look(columns[1])["color"], linestyle="-.", linewidth=1.0, zorder=1)
    _offers(ax, here)
    number_axis(ax.xaxis)
    number_axis(ax.yaxis)
    names = [short(found.game.label(found.game.signers[i]), 26) for i in columns]
    ax.set_xlabel(f"Worth to {names[0]}")
    ax.set_ylabel(f"Worth to {names[1]}")


def _offers(ax: Axes, here: _Drawn) -> None:
    columns, found = list(here.pair), here.found
    for i, name in enumerate(found.game.signers):
        worth = here.told.utilities[here.made_by(i)][:, columns]
        dots: Look = {"linestyle": (0, (1, 2)), "linewidth": 0.8, "markersize": 5.5, "zorder": 4}
        ax.plot(*worth.T, **here.look(i), **dots, gid=f"offers {name}")
    if here.nash is not None:
        spot = found.nash[here.session, columns]
        ax.plot(*spot, "*", color=INK, markersize=13, markeredgecolor="white", zorder=5, gid="nash")
    if here.told.agreed:
        spot = here.told.utilities[-1, columns]
        ax.plot(
            *spot, "o", color="none", markeredgecolor=INK, markersize=14, markeredgewidth=1.6, zorder=6, gid="agreed"
        )


def _numbers(ax: Axes, here: _Drawn) -> None:
    """Number the first offer of each side and the last of all."""
    told, columns = here.told, list(here.pair)
    firsts = [own[0] for i in range(len(here.found.game.signers)) if (own := here.made_by(i))]
    last = [len(told.proposer) - 1] if told.proposer and told.outcomes[-1] is not None else []
    some = sorted({*firsts, *last})
    spots = [(float(x), float(y)) for x, y in told.utilities[some][:, columns]]
    label_points(ax, spots, [str(s + 1) for s in some], mark=9.0, size=8)


def _legend(ax: Axes, here: _Drawn) -> None:
    """Say right of the plane what its marks are."""
    found, columns = here.found, list(here.pair)
    labels = [found.game.label(name) for name in found.game.signers]
    rows: list[tuple[Look, str]] = []
    for i, label in enumerate(labels):
        tactic = found.choices[found.tactics[here.session, i]].text.replace("_", " ")
        rows.append(({**here.look(i), "markersize": 6}, f"{short(label, 14)}'s offers ({tactic})"))
    if here.nash is not None:
        worth = " · ".join(f"{x:z.2f}" for x in found.nash[here.session, columns])
        rows.append(({"marker": "*", "color": INK, "markersize": 11}, f"Nash deal: {worth}"))
    if here.told.agreed:
        worth = " · ".join(f"{x:z.2f}" for x in here.told.utilities[-1, columns])
        ring: Look = {"marker": "o", "color": "none", "markeredgecolor": INK, "markersize": 10, "markeredgewidth": 1.4}
        rows.append((ring, f"agreed: {worth}"))
    two = len(labels) == 2
    line: Look = {"marker": "_", "color": INK, "markersize": 12} if two else {"marker": "o", "color": FAINT}
    rows.append((line, "nothing lies beyond this line" if two else "deals that waste nothing"))
    if two and here.nash is not None:
        rows.append(({"marker": "s", "color": ZONE, "alpha": 0.35, "markersize": 10}, "both better off than without"))
    rows.append(({"marker": "|", "color": here.look(columns[0])["color"], "markersize": 12}, _without(here, 0)))
    rows.append(({"marker": "_", "color": here.look(columns[1])["color"], "markersize": 12}, _without(here, 1)))
    width = ax.get_window_extent().width * 72 / (ax.get_figure(root=True) or ax.figure).dpi
    for k, (look, text) in enumerate(rows):
        ax.plot(0.645, -1.2 - 1.55 * k, linestyle="none", **look)
        ax.text(0.67, -1.2 - 1.55 * k, cut(text, 0.33 * width, size=SMALL), va="center", fontsize=SMALL)


def _without(here: _Drawn, place: int) -> str:
    signer = here.pair[place]
    label = short(here.found.game.label(here.found.game.signers[signer]), 14)
    return f"{label} without a deal: {here.found.reservation[here.session, signer]:z.2f}"


def _lane(ax: Axes, here: _Drawn, scale: Scale, top: float) -> None:
    """Draw one term, offer by offer: a name above, the levels from bottom to top."""
    bottom, high = top - _LANE + 0.6, top - 1.0
    heading(ax, top - 0.45, scale, _note(here, scale))
    for y in (bottom, high):
        ax.plot([0, 1], [y, y], color=FAINT, linewidth=0.7, zorder=0)

    def height(level: Any) -> float:
        return bottom + (high - bottom) * (0.08 + 0.84 * _share(scale, level))

    if here.nash is not None:
        y = height(here.nash[scale.name])
        ax.plot([0, 1], [y, y], color=INK, linestyle=":", linewidth=1.2, zorder=1, gid=f"{scale.name} nash")
    for i, name in enumerate(here.found.game.signers):
        made = here.made_by(i)
        deals = [(s, deal[scale.name]) for s in made if (deal := here.told.outcomes[s]) is not None]
        places = [_across(here, s) for s, _ in deals]
        look: Look = {**here.look(i), "linewidth": 0.8, "markersize": 4.5, "gid": f"{scale.name} {name}"}
        ax.plot(places, [height(level) for _, level in deals], **look)
    if here.told.agreed and (deal := here.told.outcomes[-1]) is not None:
        spot = (_across(here, len(here.told.proposer) - 1), height(deal[scale.name]))
        ax.plot(*spot, "o", color="none", markeredgecolor=INK, markersize=9, markeredgewidth=1.3, zorder=5)
    for level, va in ((scale.levels[0], "bottom"), (scale.levels[-1], "top")) if len(scale.levels) > 1 else ():
        y = bottom if va == "bottom" else high
        ax.text(-0.012, y, short(scale.bare(level), 18), ha="right", va=va, fontsize=7, color=QUIET)


def _share(scale: Scale, level: Any) -> float:
    """Return where a level stands between the first, at 0, and the last, at 1."""
    ends = [middle(scale, scale.levels[0]), middle(scale, scale.levels[-1])]
    return (middle(scale, level) - ends[0]) / (ends[1] - ends[0]) if ends[1] > ends[0] else 0.5


def _across(here: _Drawn, offer: int) -> float:
    return (offer + 0.5) / here.rounds


def _note(here: _Drawn, scale: Scale) -> str:
    parts = []
    if here.told.agreed and (deal := here.told.outcomes[-1]) is not None:
        parts.append(f"agreed: {scale.text(deal[scale.name])}")
    if here.nash is not None:
        parts.append(f"Nash deal: {scale.text(here.nash[scale.name])}")
    return "; ".join(parts)


def _offers_axis(ax: Axes, here: _Drawn, y: float) -> None:
    """Write the numbers of the offers below the lanes, up to the deadline."""
    last = here.rounds
    some = sorted({1, last, *(round(last * share) for share in (0.25, 0.5, 0.75) if last >= 8)})
    for n in some:
        text = f"offer {n}" if n == 1 else f"{n} (the last)" if n == last else str(n)
        side = "left" if n == 1 else "right" if n == last else "center"
        x = {"left": 0.0, "right": 1.0}.get(side, _across(here, n - 1))
        ax.text(x, y, text, ha=side, va="top", fontsize=SMALL, color=QUIET)


def _words(sheet: Page, here: _Drawn) -> None:
    found, game = here.found, here.found.game
    names = [short(game.label(name), 24) for name in game.signers]
    left = len(game.issues) - len(here.scales)
    how = "Each mark is an offer; the first ones and the last are numbered. Above: what they are worth to two sides.\n"
    how += f"Below: their terms, offer by offer{f' ({left} more terms not shown)' if left else ''}. "
    how += "Dotted: the Nash deal. A thinking aid, not a forecast"
    levels = {name: float(x[here.session]) for name, x in found.levels.items()}
    sheet.words(_finding(here, names), how=how, source=source_of(game, levels))


def _finding(here: _Drawn, names: Sequence[str]) -> str:
    k = here.session
    if here.told.agreed:
        far = float(here.found.to_nash[k])
        where = "on the Nash deal" if far < 0.005 else f"{far:.2f} from the Nash deal"
        return f"{joined(names)} agree at offer {here.found.round[k]} of {here.rounds}, {where}"
    why = "though there is a deal that all prefer to no deal" if here.found.zone[k] else "there is no zone to meet in"
    return f"No deal between {words_list(names)} after {here.rounds} offers: {why}"
