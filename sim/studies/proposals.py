"""Proposals that name some issues only: the rest is as in the Nash deal, or else in the nearest outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.errors import RequestError
from sim.model.arguments import outcome_in
from sim.studies.records import Study, study_in

__all__ = ["Completed", "completed"]


@dataclass(frozen=True)
class Completed:
    """A proposal with a level for every issue.

    Attributes
    ----------
    outcome : dict
    filled : dict
        The levels that the proposal did not name.
    source : str
        Where these are from: ``nash`` or ``closest``; empty where none was needed.
    """

    outcome: Mapping[str, Any]
    filled: Mapping[str, Any]
    source: str


def completed(study: Study, outcome: Mapping[str, Any]) -> Completed:
    """Return a proposal with every issue that it leaves open as in the Nash deal.

    Without a zone the rest is as in the outcome that comes nearest to one.

    Raises
    ------
    RequestError
        An issue or a level is unknown, or there is neither a deal nor a nearest outcome to take the rest from.
    """
    found, given = study_in(study), outcome_in("outcome", outcome)
    missing = [name for name in found.game.issues if name not in given]
    if not missing:
        found.game.level_numbers(given)
        return Completed(given, {}, "")
    nash = found.solutions.get("nash")
    rest = found.why.closest if nash is None else nash.outcome
    if rest is None:
        raise RequestError(
            f"no level given for {', '.join(missing)}, and no outcome to take it from (name every issue)"
        )
    filled = {name: rest[name] for name in missing}
    found.game.level_numbers({**given, **filled})
    return Completed({**given, **filled}, filled, "closest" if nash is None else "nash")
