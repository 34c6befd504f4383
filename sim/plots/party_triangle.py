"""Three-party triangle: how deals divide what three sides can gain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

import numpy as np
from matplotlib.axes import Axes

from sim.errors import RequestError
from sim.plots.data import Floats, Mark, chosen_parties, marks, no_zone_words, source_line, thinned, words_list
from sim.plots.labels import halo, label_points, short
from sim.plots.style import AMOUNTS, FAINT, INK, PLATE, QUIET, Look, Page, Style, colour_of, legible, marker_of, page
from sim.studies.study import Study

__all__ = ["party_triangle"]

# Where all of one party's gain stands: the first at the left, the second at the right, the third at the top.
_CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])


def party_triangle(
    study: Study, ax: Axes | None = None, *, parties: Sequence[str] = (), **style: Unpack[Style]
) -> Axes:
    """Draw how the deals on the frontier divide the gains of three parties.

    Each party's gain over no deal is taken as a share of the most it could gain, so that no utilities are compared.

    Parameters
    ----------
    study : Study
    ax : Axes, optional
        Where to draw; a new figure unless given.
    parties : sequence of str, optional
        Three of those that must agree; the first three unless told.
    **style
        See `sim.plots.style.Style`.

    Returns
    -------
    Axes

    Raises
    ------
    RequestError
        Fewer than three parties must agree, or one named is not among them.
    """
    three = _three(study, parties)
    with page(ax, style, size=(6.6, 5.8)) as here:
        found = marks(study)
        _frame(here.ax, study, three)
        dots = _deals(here, study, three) if study.zone.exists else np.empty((0, 2))
        if not len(dots):
            here.ax.text(0.5, 0.3, "no deal to divide", ha="center", bbox=PLATE)
        _words(here, study, three, found)
        _solutions(here.ax, study, three, found, dots=dots)
    return here.ax


def _three(study: Study, parties: Sequence[str]) -> tuple[str, ...]:
    """Return the three parties to show; raises RequestError where there are not three."""
    signers = study.game.signers
    if len(signers) < 3:
        names = words_list([study.game.label(name) for name in signers])
        others = [name for name in study.game.parties if name not in signers]
        remedy = f"let {' or '.join(others)} sign with --sign {others[0]}, or " if others else ""
        raise RequestError(
            f"party_triangle needs three parties that must agree; here {names} must ({remedy}plot utility_plane)"
        )
    return chosen_parties(study, parties, 3)


def _frame(ax: Axes, study: Study, three: Sequence[str]) -> None:
    ax.plot(*np.vstack([_CORNERS, _CORNERS[:1]]).T, color=QUIET, linewidth=1)
    for share in (0.25, 0.5, 0.75):
        for k in range(3):
            ends = _CORNERS[k] * share + np.delete(_CORNERS, k, axis=0) * (1 - share)
            ax.plot(*ends.T, color=FAINT, linewidth=0.7, zorder=0)
    places = ((0.0, -0.035, "left", "top"), (1.0, -0.035, "right", "top"), (0.5, 0.895, "center", "bottom"))
    for name, (x, y, ha, va) in zip(three, places, strict=True):
        colour = colour_of(study.game.parties.index(name))
        text = f"all gain to\n{short(study.game.label(name), 20)}"
        ax.text(x, y, text, ha=ha, va=va, color=legible(colour), fontweight="bold")
    ax.set(xlim=(-0.06, 1.06), ylim=(-0.15, 1.02), xticks=[], yticks=[], aspect="equal")
    ax.spines[:].set_visible(False)


def _gains(study: Study, three: Sequence[str], utilities: Floats) -> Floats:
    """Return gains (n, 3) as shares of the most that each party could gain; 0 where it could gain nothing."""
    least = np.array([study.reservation[name] for name in three])
    most = np.array([study.zone.surplus[name] for name in three])
    room = np.where(most > 1e-9, most, np.inf)
    return np.asarray(np.clip((utilities - least) / room, 0, None))


def _place(gains: Floats) -> Floats:
    total = gains.sum(axis=1, keepdims=True)
    shares = np.where(total > 0, gains / np.where(total > 0, total, 1), 1 / 3)
    return np.asarray(shares @ _CORNERS)


def _deals(here: Page, study: Study, three: Sequence[str]) -> Floats:
    """Draw a dot for every efficient deal, and return where they stand."""
    columns = [study.game.signers.index(name) for name in three]
    gains = _gains(study, three, thinned(study.frontier.utilities[:, columns]))
    least = 100 * gains.min(axis=1)
    order = np.argsort(least, kind="stable")
    places = _place(gains)[order]
    x, y = places.T
    dots = here.ax.scatter(x, y, c=least[order], cmap=AMOUNTS, vmin=0, s=16, edgecolors="white", linewidths=0.3)
    if here.own:
        bar = here.ax.figure.colorbar(dots, ax=here.ax, pad=0.02, aspect=30, shrink=0.8)
        bar.set_label("What the side with least has of its possible gain (%)")
        bar.outline.set_visible(False)
    return places


def _solutions(ax: Axes, study: Study, three: Sequence[str], found: Sequence[Mark], *, dots: Floats) -> None:
    if not found:
        return
    spots = _place(_gains(study, three, np.array([[mark.utilities[name] for name in three] for mark in found])))
    for mark, (x, y) in zip(found, spots, strict=True):
        name = mark.solutions[0]
        shape: Look = {"marker": marker_of(name), "markersize": 15 if name == "nash" else 8, "gid": name}
        ax.plot(x, y, color=INK, markeredgecolor="white", path_effects=halo() if name == "nash" else None, **shape)
    points = [(float(x), float(y)) for x, y in spots]
    label_points(ax, points, [short(mark.label, 28) for mark in found], dots=dots)


def _words(here: Page, study: Study, three: Sequence[str], found: Sequence[Mark]) -> None:
    others = [short(study.game.label(name), 20) for name in study.game.signers if name not in three]
    how = "Each dot: an efficient deal; the nearer a corner, the more of its possible gain that side has"
    how += f". {words_list(others)} must agree too" if others else ""
    how = how if found else "Where a deal would stand: the nearer a corner, the more of its possible gain that side has"
    title = no_zone_words(study)
    nash = next((mark for mark in found if "nash" in mark.solutions), None)
    if nash is not None:
        gains = 100 * _gains(study, three, np.array([[nash.utilities[name] for name in three]]))[0]
        shares = [f"{short(study.game.label(name), 20)} {gain:.0f} %" for name, gain in zip(three, gains, strict=True)]
        title = f"Of what each could gain at most, the Nash deal gives {words_list(shares)}"
    here.words(title, how=how, source=source_line(study))
