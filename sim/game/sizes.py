"""How large the tables of a scenario would be, known before any is made."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from typing import Any

from sim.errors import SizeError
from sim.game.budgets import budget_sum
from sim.model.spec import Spec
from sim.space.blocks import LISTED
from sim.space.constraints import FINEST

__all__ = ["MAX_PAIRS", "MAX_TABLE", "check_sizes"]

MAX_TABLE = 2_000_000
MAX_PAIRS = 50_000_000
Scope = tuple[str, tuple[str, ...]]


def check_sizes(spec: Spec, levels: Mapping[str, Sequence[Any]], signing: Iterable[str]) -> None:
    """Refuse linkages and conditional red lines whose tables would not fit, and budgets too fine to be told apart.

    Parameters
    ----------
    spec : Spec
    levels : mapping
        The levels of each issue.
    signing : iterable of str
        Parties whose red lines bind.

    Raises
    ------
    SizeError
        With every table that is too large, or with how large all are together; each by its path.
    """
    linkages, lines = list(_linkages(spec)), list(_lines(spec, signing))
    faults = [*_too_large([*linkages, *lines], levels), *_too_fine(spec, levels)]
    for what, scopes, each in (
        ("linkages", linkages, len(spec.parties)),
        ("conditional red lines", lines, 1),
    ):
        cells = each * sum(_cells(scope, levels) for scope in scopes)
        if not faults and cells > MAX_PAIRS:
            faults.append(
                f"parties: {len(scopes):,} {what} have tables of {cells:,} cells in all (the limit is {MAX_PAIRS:,}); "
                "use wider steps on their issues, or fewer of them"
            )
    if faults:
        raise SizeError("\n".join(faults))


def _linkages(spec: Spec) -> Iterator[Scope]:
    for party, record in spec.parties.items():
        for name, linkage in record.linkages.items():
            yield f"parties.{party}.linkages.{name}", tuple(linkage.issues)


def _lines(spec: Spec, signing: Iterable[str]) -> Iterator[Scope]:
    for party in signing:
        for name, line in spec.parties[party].red_lines.items():
            if line.when:
                yield f"parties.{party}.red_lines.{name}", (line.issue, *line.when)


def _cells(scope: Scope, levels: Mapping[str, Sized]) -> int:
    return math.prod(len(levels[issue]) for issue in scope[1])


def _too_large(scopes: Iterable[Scope], levels: Mapping[str, Sized]) -> Iterator[str]:
    for scope in scopes:
        if (cells := _cells(scope, levels)) > MAX_TABLE:
            path, issues = scope
            yield (
                f"{path}: joins {', '.join(issues)} in {cells:,} combinations of levels (the limit is {MAX_TABLE:,}); "
                "use wider steps on these issues, or leave it out"
            )


def _too_fine(spec: Spec, levels: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    for name, constraint in spec.constraints.items():
        found = budget_sum(constraint, levels)
        if found.combinations > LISTED and found.units > FINEST:
            yield (
                f"constraints.{name}: adds up numbers so fine that the sum has {found.units:,} steps (the limit is "
                f"{FINEST:,} for a budget over more than {LISTED:,} combinations of levels); use rounder numbers"
            )
