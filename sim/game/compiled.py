"""The bridge from names to arrays: a scenario becomes a compiled outcome space.

Leverage is not here: it never touches the space (see `sim.game.terms`), so one compiled game serves every leverage
point.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import RequestError
from sim.game.budgets import budget_sum
from sim.game.red_lines import Levels, line_mask
from sim.game.sizes import check_sizes
from sim.model.base import label_of
from sim.model.issues import Issue, level_index
from sim.model.names import suggest
from sim.model.parties import RedLine, Valuer
from sim.model.scalars import MAX_NUMBER
from sim.model.scenario import Scenario
from sim.model.statements import weights
from sim.space.blocks import Factors, Mask, Pair, Space, compile_space
from sim.space.codes import Ints
from sim.space.constraints import Sum

__all__ = ["Game", "Levels", "compile", "value_at", "with_line", "without_lines", "worth"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Game:
    """A scenario as arrays.

    Attributes
    ----------
    scenario : Scenario
    issues : tuple of str
        Names in file order; column k of outcome levels is issue k.
    levels : tuple of tuple
        The levels of each issue; an issue that its controllers do not sign has its reversion alone.
    parties : tuple of str
        All parties in file order.
    signers : tuple of str
        The parties that must agree: the columns of `space`.
    factors : Factors
        Utilities of all parties.
    lines : tuple of (party, line)
        The signers' red lines: the first constraints of `factors`, in order.
    budgets : tuple of str
        The constraints that belong to nobody: the others of `factors`, in order.
    """

    scenario: Scenario
    issues: tuple[str, ...]
    levels: tuple[Levels, ...]
    parties: tuple[str, ...]
    signers: tuple[str, ...]
    factors: Factors
    lines: tuple[tuple[str, str], ...]
    budgets: tuple[str, ...] = ()

    @property
    def line_masks(self) -> tuple[Mask, ...]:
        """What each red line allows."""
        return tuple(mask for mask in self.factors.masks if isinstance(mask, Mask))

    @property
    def budget_sums(self) -> tuple[Sum, ...]:
        """What each budget allows."""
        return tuple(mask for mask in self.factors.masks if isinstance(mask, Sum))

    @cached_property
    def space(self) -> Space:
        """The space as the signers see it."""
        return compile_space(self.factors.columns(self.columns))

    @cached_property
    def _memory(self) -> dict[Hashable, Any]:
        return {}

    def remembered(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return what was made for a key before, or make it now; for values that nothing moves."""
        if key not in self._memory:
            self._memory[key] = make()
        return self._memory[key]

    @property
    def rules(self) -> str:
        """What a reader calls that which rules outcomes out."""
        return "red lines and budgets" if self.budgets else "red lines"

    @property
    def columns(self) -> list[int]:
        """Where the signers stand among all parties."""
        return [self.parties.index(name) for name in self.signers]

    def label(self, name: str) -> str:
        """Return what a reader calls a party or an issue."""
        spec = self.scenario.spec
        return label_of(name, spec.parties.get(name) or spec.issues.get(name))

    def outcome(self, levels: Sequence[int] | Ints) -> dict[str, float | str]:
        """Return the outcome of some level numbers as levels by issue."""
        return {name: self.levels[k][int(levels[k])] for k, name in enumerate(self.issues)}

    def level_numbers(self, outcome: Mapping[str, Any]) -> Ints:
        """Return the level numbers (1, K) of an outcome given by names.

        Raises
        ------
        RequestError
            An issue is unknown or missing, or a level is not one of its levels.
        """
        faults = [f"no issue {name!r} {suggest(name, self.issues)}" for name in outcome if name not in self.issues]
        numbers = []
        for k, name in enumerate(self.issues):
            issue = self.scenario.spec.issues[name]
            index = level_index(issue, outcome[name]) if name in outcome else None
            wanted = issue.all_levels()[index] if index is not None else None
            if wanted in self.levels[k]:
                numbers.append(self.levels[k].index(wanted))
            else:
                faults.append(_not_a_level(name, issue, outcome, self.levels[k]))
        if faults:
            raise RequestError("\n".join(faults))
        return np.array([numbers], dtype=np.int64)


def _not_a_level(name: str, issue: Issue, outcome: Mapping[str, Any], levels: Levels) -> str:
    if name not in outcome:
        return f"{name}: no level given (expected every issue)"
    given = outcome[name]
    number = issue.numeric and isinstance(given, Real) and not isinstance(given, bool)
    if number and not abs(given) <= MAX_NUMBER:
        return f"{name}: {str(given)[:40]} is not a level (expected a number of at most {MAX_NUMBER:g})"
    shown = f"{float(given):.12g}" if number else repr(given)
    if not issue.numeric and isinstance(given, str):
        return f"{name}: {shown} is not a level {suggest(given, map(str, levels))}"
    if issue.range is None or len(levels) == 1:
        allowed = ", ".join(f"{level:g}" if isinstance(level, float) else level for level in levels)
        return f"{name}: {shown} is not a level (expected {allowed})"
    near = f"; the nearest is {min(map(float, levels), key=lambda level: abs(level - given)):.12g}" if number else ""
    span = f"{issue.range[0]:.12g} to {issue.range[1]:.12g} in steps of {issue.step:.12g}"
    return f"{name}: {shown} is not a level (expected {span}{near})"


def compile(scenario: Scenario, *, signers: Iterable[str] = (), only: Iterable[str] | None = None) -> Game:
    """Return the game of a scenario.

    Parameters
    ----------
    scenario : Scenario
    signers : iterable of str
        Parties that sign besides those whose consent is needed: their signature unlocks the issues they control and
        brings their red lines and reservation values.
    only : iterable of str, optional
        Exactly these parties sign, whoever's consent the file asks for.

    Raises
    ------
    RequestError
        A signer is not a party of the scenario.
    SizeError
        Linkages or conditional red lines join issues of too many levels.
    """
    spec = scenario.spec
    extra = list(signers if only is None else only)
    unknown = [name for name in extra if name not in spec.parties]
    if unknown:
        raise RequestError("\n".join(f"no party {name!r} {suggest(name, spec.parties)}" for name in unknown))
    signing = tuple(p for p, party in spec.parties.items() if p in extra or (only is None and party.consent))
    levels = tuple(_levels(issue, signing) for issue in spec.issues.values())
    named = dict(zip(spec.issues, levels, strict=True))
    check_sizes(spec, named, signing)
    masks = tuple(line_mask(line, named) for name in signing for line in spec.parties[name].red_lines.values())
    budgets = tuple(budget_sum(constraint, named) for constraint in spec.constraints.values())
    factors = dataclasses.replace(worth(spec.parties, named), masks=(*masks, *budgets))
    lines = tuple((name, line) for name in signing for line in spec.parties[name].red_lines)
    names = tuple(spec.constraints)
    return Game(scenario, tuple(spec.issues), levels, tuple(spec.parties), signing, factors, lines, names)


def without_lines(game: Game, lines: Iterable[tuple[str, str]]) -> Game:
    """Return the game without some of its red lines, each a (party, line)."""
    gone = set(lines)
    kept = [(line, mask) for line, mask in zip(game.lines, game.line_masks, strict=True) if line not in gone]
    masks: tuple[Mask | Sum, ...] = (*(mask for _, mask in kept), *game.budget_sums)
    factors = dataclasses.replace(game.factors, masks=masks)
    return dataclasses.replace(game, factors=factors, lines=tuple(line for line, _ in kept))


def with_line(game: Game, line: tuple[str, str], changed: RedLine) -> Game:
    """Return the game with one red line drawn elsewhere."""
    mask = line_mask(changed, dict(zip(game.issues, game.levels, strict=True)))
    pairs = zip(game.lines, game.line_masks, strict=True)
    masks: tuple[Mask | Sum, ...] = (*(mask if name == line else old for name, old in pairs), *game.budget_sums)
    return dataclasses.replace(game, factors=dataclasses.replace(game.factors, masks=masks))


def _levels(issue: Issue, signing: tuple[str, ...]) -> Levels:
    if issue.control is None or set(issue.control) <= set(signing):
        return issue.all_levels()
    assert issue.reversion is not None
    index = level_index(issue, issue.reversion)
    assert index is not None
    return issue.all_levels()[index : index + 1]


def value_at(party: Valuer, point: Mapping[str, Any]) -> Floats:
    """Return U of one party at points of issue space, on the grid or off it.

    Parameters
    ----------
    party : Valuer
    point : mapping
        A level for every issue the party values; numbers may be arrays of shape (G,).

    Returns
    -------
    ndarray, shape (G,) or (1,)

    Raises
    ------
    KeyError
        A table has no value for a level.
    """
    single, linked = weights(party)
    values = {name: value.at(_as_levels(point[name])) for name, value in party.values.items()}
    total = np.zeros(1)
    for name, weight in single.items():
        total = total + weight * values[name]
    for name, weight in linked.items():
        first, second = party.linkages[name].issues
        total = total + weight * values[first] * values[second]
    return total


def _as_levels(level: Any) -> Any:
    return [level] if isinstance(level, str) else np.atleast_1d(level)


def worth(valuers: Mapping[str, Valuer], levels: Mapping[str, Levels]) -> Factors:
    """Return what the levels of each issue are worth to some who value them, a column each, without red lines."""
    names = list(levels)
    values = {
        (party, issue): value.at(levels[issue])
        for party, record in valuers.items()
        for issue, value in record.values.items()
    }
    single = [np.zeros((len(levels[name]), len(valuers))) for name in names]
    pairs = []
    for column, (party, record) in enumerate(valuers.items()):
        own, linked = weights(record)
        for issue, weight in own.items():
            single[names.index(issue)][:, column] = weight * values[party, issue]
        for linkage, weight in linked.items():
            first, second = record.linkages[linkage].issues
            table = np.zeros((len(levels[first]), len(levels[second]), len(valuers)))
            table[:, :, column] = weight * np.outer(values[party, first], values[party, second])
            pairs.append(Pair((names.index(first), names.index(second)), table))
    return Factors(tuple(single), tuple(pairs))
