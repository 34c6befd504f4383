"""What figures share of a study: scales of issues, words about its point, and arrays cut down for drawing.

Nothing is solved here. `Scale` turns levels into places on an axis and back into words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import RequestError
from sim.game.compiled import Game
from sim.model.base import label_of
from sim.model.changes import changes
from sim.model.names import suggest
from sim.plots.labels import plain
from sim.show.words import level_text, number_text, signed, unit_text
from sim.studies.exactness import known as known_to
from sim.studies.study import Study
from sim.theory.bargaining.solutions import SOLUTIONS

__all__ = [
    "Mark",
    "Scale",
    "chosen_parties",
    "known",
    "marks",
    "no_zone_words",
    "scale_of",
    "solution_label",
    "source_line",
    "source_of",
    "thinned",
    "words_list",
]

Floats = NDArray[np.float64]
DRAWN = 2000
_ON_GRID = tuple(name for name, solution in SOLUTIONS.items() if solution.objective is not None)


@dataclass(frozen=True)
class Scale:
    """An issue as an axis: numbers stand at themselves, named levels at 0, 1, 2, ...

    Attributes
    ----------
    name, label, unit : str
        The unit with a space before it, or empty.
    levels : tuple
    labels : dict
        What a reader sees in place of a level.
    """

    name: str
    label: str
    unit: str
    levels: tuple[Any, ...]
    labels: Mapping[Any, str] = field(default_factory=dict)

    @property
    def numeric(self) -> bool:
        """Whether levels are numbers on a scale; a single level is a name like any other."""
        return len(self.levels) > 1 and not self.named

    @property
    def named(self) -> bool:
        """Whether levels are names."""
        return isinstance(self.levels[0], str)

    @property
    def places(self) -> Floats:
        """Where the levels stand on the axis."""
        return np.asarray(self.levels if self.numeric else range(len(self.levels)), dtype=np.float64)

    @property
    def edges(self) -> Floats:
        """Borders between levels, with the outer ends: half way to the neighbour."""
        places = self.places
        if len(places) == 1:
            return np.array([places[0] - 0.5, places[0] + 0.5])
        middles = (places[1:] + places[:-1]) / 2
        return np.array([2 * places[0] - middles[0], *middles, 2 * places[-1] - middles[-1]])

    @property
    def ends(self) -> tuple[float, float]:
        """Where an axis of the issue begins and ends: at the lowest and highest number, around the outer names."""
        ends = self.places if self.numeric else self.edges
        return float(ends[0]), float(ends[-1])

    def place(self, level: Any) -> float:
        """Return where a level stands."""
        return float(self.places[self.levels.index(level)])

    def text(self, level: Any) -> str:
        """Return a level with its unit, or its label."""
        return self.labels.get(level) or f"{level_text(level)}{'' if isinstance(level, str) else self.unit}"

    def bare(self, level: Any) -> str:
        """Return a level without its unit, or its label."""
        return self.labels.get(level) or level_text(level)

    def range_text(self, levels: Sequence[Any]) -> str:
        """Return some levels in words: low to high with the unit, or names."""
        if not levels:
            return "nothing"
        if not self.numeric or len(levels) == 1:
            return ", ".join(self.text(level) for level in levels)
        return f"{number_text(min(levels))} to {number_text(max(levels))}{self.unit}"


def scale_of(game: Game, issue: str) -> Scale:
    """Return the scale of an issue.

    Raises
    ------
    RequestError
        No such issue.
    """
    known("issue", issue, game.issues)
    unit = plain(unit_text(game, issue))
    levels = tuple(game.levels[game.issues.index(issue)])
    labels = {level: plain(text) for level, text in game.scenario.spec.issues[issue].labelled.items()}
    return Scale(issue, plain(game.label(issue)), f" {unit}" if unit else "", levels, labels)


def known(kind: str, name: str, names: Sequence[str]) -> str:
    """Return a name that must be one of some; raises RequestError with the nearest."""
    if name not in names:
        raise RequestError(f"no {kind} {name!r} {suggest(name, names)}")
    return name


def chosen_parties(study: Study, names: Sequence[str], count: int) -> tuple[str, ...]:
    """Return so many parties that must agree: those named, then the first of the others.

    Raises
    ------
    RequestError
        One named is not among those that must agree, or one is named twice, or more are named.
    """
    signers = study.game.signers
    for name in names:
        known("party that must agree", name, signers)
    if len(set(names)) < len(names) or len(names) > count:
        raise RequestError(f"parties: {', '.join(names)} (expected {count} different ones)")
    return tuple([*names, *(name for name in signers if name not in names)][:count])


# What a figure shows where bodies must ratify: zone and deals are those of the signers.
BEFORE_BODIES = "before ratification"


def source_line(study: Study) -> str:
    """Return where a study's numbers come from: scenario, date, leverage, what was changed, digests."""
    doubt = known_to(max(study.frontier_resolution, study.resolution, study.range_resolution))
    return source_of(study.game, study.leverage, doubt=doubt)


def source_of(game: Game, leverage: Mapping[str, float], *, doubt: str = "") -> str:
    """Return where numbers at a leverage point of a game come from."""
    spec = game.scenario.spec
    parts = [spec.name]
    if spec.as_of and spec.as_of not in spec.name:
        parts.append(f"as of {spec.as_of}")
    parts += [f"{label_of(n, spec.leverage[n])} {signed(level)}" for n, level in leverage.items()]
    changed = changes(game.scenario, leverage=leverage, signers=game.signers)
    parts += changed.words()
    parts += [BEFORE_BODIES] if spec.ratification else []
    return " · ".join([*parts, *([doubt] if doubt else []), changed.digests()])


def solution_label(name: str) -> str:
    """Return what a reader calls a solution."""
    return SOLUTIONS[name].label if name in SOLUTIONS else name.replace("_", " ")


@dataclass(frozen=True)
class Mark:
    """One or more solutions that propose the same deal.

    Attributes
    ----------
    solutions : tuple of str
    outcome : dict
    utilities : dict of str to float
    """

    solutions: tuple[str, ...]
    outcome: Mapping[str, float | str]
    utilities: Mapping[str, float]

    @property
    def label(self) -> str:
        """The solutions' names."""
        names = [solution_label(name) for name in self.solutions]
        if len(names) == len(_ON_GRID):
            return "all solutions"
        return ", ".join(names) if len(names) < 3 else f"{names[0]}, {names[1]} and {len(names) - 2} more"


def marks(study: Study, solutions: Sequence[str] | None = None) -> list[Mark]:
    """Return a study's solutions, those with the same deal together, all or some.

    Raises
    ------
    RequestError
        A solution that no study has.
    """
    for name in solutions or ():
        known("solution", name, _ON_GRID)
    found: dict[tuple[Any, ...], list[str]] = {}
    for name, deal in study.solutions.items():
        if solutions is None or name in solutions:
            found.setdefault(tuple(deal.outcome.values()), []).append(name)
    return [
        Mark(tuple(same), study.solutions[same[0]].outcome, study.solutions[same[0]].utilities)
        for same in found.values()
    ]


def thinned(points: Floats, most: int = DRAWN) -> Floats:
    """Return at most so many rows of points, evenly among them, the first and the last kept."""
    if len(points) <= most:
        return points
    return np.asarray(points[np.linspace(0, len(points) - 1, most).round().astype(np.int64)])


def words_list(words: Sequence[str]) -> str:
    """Return words joined as in a sentence.

    Examples
    --------
    >>> words_list(["a"]), words_list(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return " and ".join(([", ".join(words[:-1])] if len(words) > 1 else []) + list(words[-1:]))


def no_zone_words(study: Study) -> str:
    """Return why a study has no zone, as a finding."""
    zone, game = study.zone, study.game
    if zone.exists is None:
        return f"Undecided: the frontier is {known_to(study.resolution)} only, and the margin is {zone.margin:.2g}"
    owners = words_list([game.label(party) for party in study.why.blocking])
    alone = len(study.why.blocking) == 1
    if zone.margin is None:
        lines = f"{owners}'s own red lines" if alone else f"the red lines of {owners} together"
        return f"No agreement is possible: {lines} leave no outcome"
    fall = "falls" if alone else "fall up to"
    return f"No agreement is possible: even at the nearest outcome {owners} {fall} {-zone.margin:.2g} short of no deal"
