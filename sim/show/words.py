"""How numbers, levels and bars read."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.game.compiled import Game
from sim.model.base import label_of
from sim.studies.study import LevelRange, Study

__all__ = [
    "bar",
    "joined",
    "level_name",
    "level_text",
    "number_text",
    "range_text",
    "signed",
    "small_text",
    "step_text",
    "term_text",
    "unit_text",
    "utilities_text",
    "war_text",
]


def number_text(value: float) -> str:
    """Return a number with thousands separators and no needless digits.

    Examples
    --------
    >>> number_text(85000.0), number_text(0.25)
    ('85,000', '0.25')
    """
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.6g}"


def signed(value: float) -> str:
    """Return a leverage level with its sign, zero without.

    Examples
    --------
    >>> signed(0.3), signed(0), signed(-1)
    ('+0.3', '0', '-1')
    """
    return f"{value:+g}" if value else "0"


def joined(parts: Iterable[str]) -> str:
    """Return parts as a reader lists them.

    Examples
    --------
    >>> joined(["one"]), joined(["one", "two"]), joined(["one", "two", "three"])
    ('one', 'one and two', 'one, two and three')
    """
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


def small_text(value: float) -> str:
    """Return a utility with two decimals, three where it is less than 0.01.

    Examples
    --------
    >>> small_text(0.0042), small_text(0.128), small_text(0.0)
    ('0.004', '0.13', '0.00')
    """
    return f"{value:z.3f}" if 0 < abs(value) < 0.01 else f"{value:z.2f}"


def utilities_text(study: Study, values: Mapping[str, float], form: str = ".2f") -> str:
    """Return what each party has, by its label."""
    return ", ".join(f"{study.game.label(p)} {u:z{form}}" for p, u in values.items())


def war_text(study: Study) -> str:
    """Return what a reader calls the contest that no deal means: war, or the label that the scenario gives it."""
    return label_of("war", study.game.scenario.spec.war)


def level_text(level: Any) -> str:
    """Return one level without its unit."""
    return level if isinstance(level, str) else number_text(level)


def level_name(game: Game, issue: str, level: Any) -> str:
    """Return what a reader calls a level: its label, or itself without its unit."""
    return game.scenario.spec.issues[issue].labelled.get(level) or level_text(level)


def term_text(game: Game, issue: str, level: Any) -> str:
    """Return what a reader calls a level: its label, or itself with its unit."""
    label = game.scenario.spec.issues[issue].labelled.get(level)
    return label or f"{level_text(level)}{unit_text(game, issue)}"


def unit_text(game: Game, issue: str) -> str:
    """Return the unit of an issue with a space before it, a percent sign for percent."""
    unit = game.scenario.spec.issues[issue].unit
    return {None: "", "percent": " %"}.get(unit, f" {unit}")


def range_text(levels: LevelRange, labels: Mapping[Any, str] | None = None) -> str:
    """Return levels in words: from low to high for numbers, a list for names or their labels."""
    if not levels.levels:
        return "none"
    if not levels.numeric:
        return ", ".join((labels or {}).get(level, level) for level in levels.levels)
    low, high = number_text(levels.min), number_text(levels.max)
    return low if low == high else f"{low} – {high}"


def step_text(levels: Sequence[Any]) -> str:
    """Return how far the levels of a numeric issue lie apart; the last step may be shorter.

    Examples
    --------
    >>> step_text((0.0, 0.1, 0.2))
    'step 0.1'
    >>> step_text((3.67, 5.0, 20.0))
    'uneven steps'
    """
    steps = [float(f"{b - a:.12g}") for a, b in itertools.pairwise(levels)]
    even = all(abs(step - steps[0]) <= 1e-9 * steps[0] for step in steps[:-1]) and steps[-1] <= steps[0] * (1 + 1e-9)
    return f"step {number_text(steps[0])}" if even else "uneven steps"


def bar(all_levels: Sequence[float], inside: LevelRange, width: int = 20) -> str:
    """Return a bar of the full range with the part that lies inside filled.

    Examples
    --------
    >>> bar((0.0, 1.0, 2.0, 3.0, 4.0), LevelRange((1.0, 2.0)), width=8)
    '├──███───┤'
    """
    low, high = all_levels[0], all_levels[-1]
    least, most = inside.min, inside.max
    cells = ["─"] * width
    for level in inside.levels:
        cells[round((level - low) / (high - low) * (width - 1))] = "█"
    first, last = (round((x - low) / (high - low) * (width - 1)) for x in (least, most))
    filled = set(inside.levels)
    if all(level in filled for level in all_levels if least <= level <= most):
        cells[first : last + 1] = "█" * (last - first + 1)
    return f"├{''.join(cells)}┤"
