"""What a comparison of two scenarios shows, as blocks of two lanes: the old one's above, the new one's below.

Every block has a track from 0 to 1 of its own; nothing is worked out here but where levels and utilities stand on it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.comparisons.comparison import Comparison
from sim.plots.data import Scale, scale_of
from sim.plots.labels import short
from sim.plots.lanes import WHOLE, stretches
from sim.plots.style import QUIET, ZONE, colour_of
from sim.show.words import range_text
from sim.studies.acceptance import reference_deal
from sim.studies.records import LevelRange
from sim.studies.study import Study

__all__ = ["Block", "Lane", "comparable", "issue_block", "margin_block", "party_blocks", "plain_number"]

Span = tuple[float, float]
Track = Callable[[float], float]
_ROOM, _SLIVER = 30, 0.004


@dataclass(frozen=True)
class Lane:
    """One scenario's half of a block.

    Attributes
    ----------
    spans : tuple of (float, float)
        Bars, from left to right.
    texts : (str, str)
        The numbers, for the two columns beside the track.
    mark, cap : float or None
        Where the deal stands, and what no deal is worth.
    nearest : bool
        Whether the mark is no deal but the outcome nearest to one.
    hatched : bool
        Whether the bar is what is missing.
    track : tuple of (float, float)
        Where the scenario has levels at all.
    """

    spans: tuple[Span, ...]
    texts: tuple[str, str]
    mark: float | None = None
    cap: float | None = None
    nearest: bool = False
    hatched: bool = False
    track: tuple[Span, ...] = WHOLE

    @property
    def broken(self) -> bool:
        """Whether the other scenario has levels beyond those of this one."""
        return len(self.track) > 1 or self.track[0][0] > _SLIVER or self.track[-1][1] < 1 - _SLIVER


@dataclass(frozen=True)
class Block:
    """One thing before and after.

    Attributes
    ----------
    name, title : str
    lanes : (Lane, Lane)
    ticks : tuple of (float, str)
        Words below the track, with their places; none where the next block has the same track.
    colour, fill : str
        Of the outlines and of the new bar.
    heads : (str, str)
        What the two columns hold, where that is news.
    """

    name: str
    title: str
    lanes: tuple[Lane, Lane]
    ticks: tuple[tuple[float, str], ...]
    colour: str = QUIET
    fill: str = ZONE
    heads: tuple[str, str] = ("", "")


def plain_number(value: float | None, form: str = ".3f") -> str:
    """Return a number with a typographic minus, a dash for None.

    Examples
    --------
    >>> plain_number(-0.0217), plain_number(None), plain_number(0.25, "+.2f")
    ('−0.022', '–', '+0.25')
    """
    return "–" if value is None else format(value, form).replace("-", "−")


def _track(low: float, high: float) -> Track:
    return lambda x: (x - low) / (high - low)


def margin_block(found: Comparison) -> Block:
    """Return the margin in both, from zero to a common scale."""
    margins = [study.zone.margin for study in (found.old, found.new)]
    known = [0.0, *(margin for margin in margins if margin is not None)]
    pad = max(0.08 * (max(known) - min(known)), 0.005)
    track = _track(min(known) - pad * (min(known) < 0), max(known) + pad)
    words = {True: "a deal is possible", False: "no deal is possible", None: "undecided"}
    lanes = []
    for study, margin in zip((found.old, found.new), margins, strict=True):
        text = "no outcome is left" if margin is None else plain_number(margin, "+.3f")
        spans = () if margin is None else ((track(min(margin, 0.0)), track(max(margin, 0.0))),)
        lanes.append(Lane(spans, (text, words[study.zone.exists]), hatched=margin is not None and margin < 0))
    title = "Margin: how far the best deal lifts the worst-off side above no deal"
    return Block("margin", title, (lanes[0], lanes[1]), ((track(0.0), "0"),))


def party_blocks(found: Comparison) -> Iterator[Block]:
    """Yield what each party of both has without a deal, in its best deal and in the Nash deal, on one scale."""
    studies = found.old, found.new
    low = [s.reservation[p] for s in studies for p in found.parties]
    high = [s.reservation[p] + s.zone.surplus.get(p, 0.0) for s in studies for p in found.parties]
    track = _track(min([0.0, *low]), max([1.0, *high]))
    for party in found.parties:
        lanes = tuple(_party_lane(study, party, track) for study in studies)
        first, last = party == found.parties[0], party == found.parties[-1]
        yield Block(
            f"party {party}",
            f"{short(found.old.game.label(party), 40)}{_leverage(found, party)}",
            (lanes[0], lanes[1]),
            ((track(0.0), "0: worst deal"), (track(1.0), "1: best deal")) if last else (),
            *(2 * (colour_of(found.old.game.parties.index(party)),)),
            ("no deal + surplus", "Nash deal") if first else ("", ""),
        )


def _leverage(found: Comparison, party: str) -> str:
    word = {party in found.gained: "gained", party in found.lost: "lost"}.get(True)
    return "" if word is None else f" {word} leverage ({plain_number(found.shifts[party].total, '+.3f')})"


def _party_lane(study: Study, party: str, track: Track) -> Lane:
    r, surplus = study.reservation[party], study.zone.surplus.get(party)
    worth = study.solutions["nash"].utilities[party] if study.solutions else None
    spans = () if surplus is None else ((track(r), track(r + surplus)),)
    text = plain_number(r) + ("" if surplus is None else f" + {plain_number(surplus)}")
    return Lane(spans, (text, plain_number(worth)), None if worth is None else track(worth), track(r))


def comparable(found: Comparison, issue: str) -> bool:
    """Say whether both scenarios state an issue alike: as numbers in one unit, or as names."""
    old, new = (scale_of(study.game, issue) for study in (found.old, found.new))
    return old.named == new.named and old.unit == new.unit


def issue_block(found: Comparison, issue: str, *, heads: bool) -> Block:
    """Return the levels of an issue in the zone and its term of the Nash deal, on a track that holds both scales."""
    old, new = (scale_of(study.game, issue) for study in (found.old, found.new))
    joint, unit = _joined(old.levels, new.levels), old.unit.strip()
    title = short(old.label, 60) + (f", {short(unit, 30)}" if unit else "")
    cells = _cells(joint)
    lanes = _issue_lane(found.old, old, cells), _issue_lane(found.new, new, cells)
    shown = joint if old.named else dict.fromkeys((joint[0], joint[-1]))
    room = max(6, 100 // len(joint)) if old.named else 20
    ticks = tuple((sum(cells[level]) / 2, _wrapped(new.labels.get(level) or old.bare(level), room)) for level in shown)
    names = ("levels in the zone", "Nash deal") if heads else ("", "")
    return Block(f"issue {issue}", title, lanes, ticks, heads=names)


def _wrapped(text: str, room: int) -> str:
    return short(text, room, lines=1 if len(text) <= room else 2)


def _joined(old: tuple[Any, ...], new: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return all levels: numbers sorted, names in the new order with those of the old one after their neighbours."""
    if not isinstance(old[0], str):
        return tuple(sorted({*old, *new}))
    found, place = list(new), 0
    for name in old:
        if name in new:
            place = found.index(name) + 1
        else:
            found.insert(place, name)
            place += 1
    return tuple(found)


def _cells(joint: tuple[Any, ...]) -> dict[Any, Span]:
    """Return where each level stands on the track: equal cells for names, for numbers a sliver at its place."""
    count = len(joint)
    if isinstance(joint[0], str):
        return {level: (k / count, (k + 1) / count) for k, level in enumerate(joint)}
    track = _track(joint[0] - (count == 1), joint[-1] + (count == 1))
    return {level: (track(level) - _SLIVER, track(level) + _SLIVER) for level in joint}


def _stretches(scale: Scale, cells: Mapping[Any, Span], levels: Collection[Any]) -> tuple[Span, ...]:
    """Return where some levels of a scale stand, neighbours in one piece unless a level of the other lies between."""
    order = list(cells) if scale.named else list(scale.levels)
    ends = np.arange(len(order) + 1.0)
    found = stretches(ends, np.array([level in levels for level in order]))
    return tuple((cells[order[int(first)]][0], cells[order[int(after) - 1]][1]) for first, after in found)


def _issue_lane(study: Study, scale: Scale, cells: Mapping[Any, Span]) -> Lane:
    inside, deal = study.zone.issues.get(scale.name) if study.zone.exists else None, reference_deal(study)
    spans = () if inside is None else _stretches(scale, cells, inside.levels)
    track = _stretches(scale, cells, scale.levels)
    if deal is None:
        return Lane(spans, (_levels(inside, scale), "–"), track=track)
    term, nearest = short(scale.bare(deal[scale.name]), 24), not study.solutions
    texts = _levels(inside, scale), f"nearest: {term}" if nearest else term
    return Lane(spans, texts, sum(cells[deal[scale.name]]) / 2, nearest=nearest, track=track)


def _levels(inside: LevelRange | None, scale: Scale) -> str:
    if inside is None:
        return "no zone"
    text, count = range_text(inside, scale.labels), len(scale.levels)
    if inside.numeric or len(text) <= _ROOM:
        return text
    return f"all {count} levels" if len(inside.levels) == count else f"{len(inside.levels)} of {count} levels"
