"""Risk and return of a last offer: the more the proposer asks for, the likelier it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

import numpy as np
from matplotlib.axes import Axes

from sim.errors import RequestError
from sim.plots.data import Floats, source_line, words_list
from sim.plots.labels import label_points, short
from sim.plots.style import INK, Page, Style, colour_of, page
from sim.studies.games.setting import Absent
from sim.studies.games.ultimatum import Offer, TakeOrLeave
from sim.studies.study import Study

__all__ = ["risk_return"]

_LINES = ("-", "--", "-.", ":")
_HOPELESS = 0.999
_PRICE = 0.0005


def risk_return(study: Study, ax: Axes | None = None, **style: Unpack[Style]) -> Axes:
    """Draw, for each number that one side keeps private, what the other's last offers risk and bring.

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
        The scenario has no private number, or no offer can be studied.
    """
    games = offers_of(study)
    with page(ax, style, size=(7.2, 4.8)) as here:
        here.ax.set(xlabel="Risk that the offer is refused (%)", ylabel="The proposer's utility if it is accepted")
        dots = [spot for k, game in enumerate(games) for spot in _curve(here.ax, study, game, _LINES[k % len(_LINES)])]
        here.ax.margins(x=0.04, y=0.12)
        _words(here, study, games)
        _offers(here.ax, study, games, dots)
    return here.ax


def offers_of(study: Study) -> list[TakeOrLeave]:
    """Return the last-offer games of a study; raises RequestError with the reason where there are none."""
    games = study.games.ultimatum
    found = [game for game in games if not isinstance(game, Absent)]
    if not found:
        reasons = "; ".join(game.reason for game in games if isinstance(game, Absent))
        raise RequestError(reasons or "no number is private in this scenario (expected a section private)")
    return found


def _curve(ax: Axes, study: Study, game: TakeOrLeave, line: str) -> Floats:
    """Draw the offers of one game, and return where they stand."""
    colour = colour_of(study.game.parties.index(game.proposer))
    some = game.curve[game.curve[:, 0] < _HOPELESS][:, :2] * (100, 1)
    ax.plot(*some.T, line, color=colour, linewidth=1.6, gid=f"curve {game.path}")
    return np.asarray(some)


def _offers(ax: Axes, study: Study, games: list[TakeOrLeave], dots: list[Floats]) -> None:
    points, texts = [], []
    for game in games:
        colour, name = colour_of(study.game.parties.index(game.proposer)), short(study.game.label(game.proposer), 18)
        for offer, marker, word in _shown(game):
            point = (100 * offer.risk, offer.utilities[game.proposer])
            ax.plot(*point, marker, color=colour, markersize=13 if marker == "*" else 7, markeredgecolor=INK)
            points.append(point)
            texts.append(f"{name}: {word}")
    label_points(ax, points, texts, dots=dots)


def _shown(game: TakeOrLeave) -> Iterator[tuple[Offer, str, str]]:
    """Yield the best offer and the safe one, as one mark where they hardly differ."""
    near = game.price is not None and game.price < _PRICE
    if game.best is not None:
        yield game.best, "*", "best offer, next to safe" if near else "best offer"
    if game.safe is not None and not near:
        yield game.safe, "s", "best safe offer"


def _words(here: Page, study: Study, games: list[TakeOrLeave]) -> None:
    parts = []
    for game in games:
        name = short(study.game.label(game.proposer), 24)
        risk = None if game.best is None else 100 * game.best.risk
        parts.append(f"{name} would make none" if risk is None else f"{name}'s best runs {_risk(risk)}")
    how = "Each line: offers not beaten in both. The responder alone knows what it can bear; refusal means no deal"
    here.words(f"Last offers: {words_list(parts)}", how=how, source=source_line(study))


def _risk(percent: float) -> str:
    return f"a risk of {percent:.0f} %" if percent >= 1 else "next to no risk"
