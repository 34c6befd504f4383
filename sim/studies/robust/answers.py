"""Answers about a finished study: what it hangs on, and what holds whatever the true numbers are."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sim.errors import RequestError
from sim.model.arguments import flag_in, level_in
from sim.model.situation import Uncertain
from sim.model.statements import UNBOUND, Known, known
from sim.space.codes import Ints
from sim.space.programs.unknowns import program
from sim.studies.by_program import allowance
from sim.studies.records import Study, study_in
from sim.studies.robust.known import doubted
from sim.studies.robust.margins import Robust, robust_margins
from sim.studies.robust.sides import table
from sim.studies.robust.stability import Radius, stability_of

__all__ = ["robustness", "stability"]


def stability(study: Study) -> dict[str, tuple[Radius, ...]]:
    """Return how far each group of inputs may be off before a deal, or the verdict on the zone, falls.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict of str to tuple of Radius
        For each solution's deal, and for the verdict as ``zone``; smallest first.

    Raises
    ------
    SizeError
        So many issues are linked that their combinations cannot be listed.

    Examples
    --------
    >>> import sim
    >>> found = stability(sim.study("scenarios/teaching/logroll.yaml"))
    >>> sorted(found) == ["egalitarian", "equal_loss", "kalai_smorodinsky", "nash", "utilitarian", "zone"]
    True
    """
    frontier = study_in(study).folded.frontier
    return stability_of(
        table(study.game),
        study.leverage,
        _deals(study),
        frontier=frontier.points.utilities,
        whole=program(study.game.space) if frontier.resolution > 0 else None,
        budget=allowance(),
    )


def _deals(study: Study) -> dict[str, Ints]:
    return {name: study.game.level_numbers(deal.outcome)[0] for name, deal in study.solutions.items()}


def robustness(study: Study, *, doubt: float | None = None, full: bool = True) -> Robust | None:
    """Return what holds for every truth that a scenario's statements allow, None where it makes none.

    Parameters
    ----------
    study : Study
    doubt : float, optional
        Instead of the statements: every assumed importance and no-deal number is known within this share only.
    full : bool
        Whether also the levels of deals that hold for every truth are looked for, and the statements that are needed.

    Raises
    ------
    RequestError
        The doubt is not above 0.
    SizeError
        So many issues are linked that their combinations cannot be listed.
    """
    scenario = study_in(study).game.scenario
    said: Mapping[str, Uncertain] = scenario.spec.uncertain
    share = None if doubt is None else level_in("doubt", doubt)
    if share is not None and not 0 < share < math.inf:
        raise RequestError(f"doubt: {share:g} (expected a share above 0)")
    if doubt is None and not said:
        return None
    what: Known = known(scenario, said) if share is None else doubted(scenario, share)
    without = {path: known(scenario, _loosened(said, path)) for path in said} if full and doubt is None else {}
    found = table(study.game)
    return robust_margins(
        found, study.leverage, what, deals=_deals(study), without=without, doubt=share, full=flag_in("full", full)
    )


def _loosened(said: Mapping[str, Uncertain], path: str) -> dict[str, Uncertain]:
    """Return the statements with one left out; what it alone spoke of is then bound by nothing."""
    free = Uncertain(within=UNBOUND)
    return {other: (free if other == path else statement) for other, statement in said.items()}
