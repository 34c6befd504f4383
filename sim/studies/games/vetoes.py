"""What one party's right to refuse costs the others.

Without its signature what it controls by name stays at its reversion, and what it controls by default, because every
consenting party must agree, stays at the status quo. The others may settle only what they control by name without it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from sim.errors import SizeError
from sim.game.compiled import Game, compile
from sim.game.terms import terms
from sim.model.issues import Issue, level_index
from sim.model.scenario import Scenario
from sim.model.spec import Spec
from sim.space.codes import Ints
from sim.space.programs.budgets import Budget
from sim.space.trees import frontier
from sim.studies.by_program import Attempt, solution_at
from sim.studies.games.setting import Setting, named, signers_terms

__all__ = ["OTHERS_NO_ZONE", "Veto", "vetoes"]

OTHERS_NO_ZONE = "the others alone have no zone"


@dataclass(frozen=True)
class Veto:
    """What follows where one party does not sign.

    Attributes
    ----------
    party : str
    utility_change : dict of str to float, or None
        Change of the others' utility at the Nash solution; None where it is not defined.
    reason : str or None
        Why it is not.
    resolution : float
        How exactly the frontiers are known, where the solutions on them were not settled in time; else 0.
    """

    party: str
    utility_change: Mapping[str, float] | None
    reason: str | None
    resolution: float = 0.0


def vetoes(setting: Setting, nash: Ints | None, budget: Budget) -> tuple[Veto, ...]:
    """Return one for each signer; none where two sign, as without one of them there is no deal at all.

    Parameters
    ----------
    setting : Setting
    nash : ndarray of int, shape (K,), or None
        Level numbers of the Nash deal, where it is proven.
    budget : Budget
    """
    signers, whole = setting.game.signers, setting.folded.frontier
    if len(signers) < 3:
        return ()
    if nash is None:
        now = solution_at((setting.game.space, whole), setting.point, "nash", budget)
    else:
        now = Attempt(setting.game.factors.utilities(nash[None, :])[0, setting.game.columns], exact=True)
    return tuple(_veto(setting, party, now, budget) for party in signers)


def _veto(setting: Setting, party: str, now: Attempt, budget: Budget) -> Veto:
    whole, signers = setting.folded.frontier, setting.game.signers
    left = tuple(name for name in signers if name != party)
    reason = _unsaid(setting.game, party, left)
    if now.utilities is None:
        reason = "there is no zone" if now.exact else "whether there is a zone was not settled"
    if now.utilities is None or reason is not None:
        return Veto(party, None, reason)
    try:
        game = compile(_held(setting.game.scenario), only=left)
        rest = frontier(game.space)
    except SizeError as error:
        return Veto(party, None, str(error))
    point = signers_terms(game, terms(game, setting.leverage, numbers=setting.numbers))
    then = solution_at((game.space, rest), point, "nash", budget)
    if then.utilities is None:
        return Veto(party, None, OTHERS_NO_ZONE if then.exact else "whether the others have a zone was not settled")
    before = np.array([now.utilities[signers.index(name)] for name in left])
    sure = now.exact and then.exact
    doubt = 0.0 if sure else max(whole.resolution, rest.resolution)
    return Veto(party, named(left, then.utilities - before), None, doubt)


def _unsaid(game: Game, party: str, left: tuple[str, ...]) -> str | None:
    """Return why nothing can be said of a party that does not sign."""
    spec = game.scenario.spec
    own = [name for name, issue in spec.issues.items() if issue.control is not None and party in issue.control]
    if not own:
        return "it controls no issue by name, so without its signature all stays as it is"
    if locked := [name for name in own if spec.issues[name].reversion is None]:
        return f"{', '.join(locked)} would need a reversion level"
    if unknown := list(_unplaced(spec)):
        where = f"where {', '.join(unknown)} would stay without a deal is not said"
        return f"{where} (expected a reversion, or a level of it under war.status_quo)"
    if not any(issue.control is not None and set(issue.control) <= set(left) for issue in spec.issues.values()):
        return "nothing would be left for the others to agree on"
    return None


def _unplaced(spec: Spec) -> Iterator[str]:
    for name, issue in spec.issues.items():
        if issue.control is None and _status_quo(spec, name, issue) is None:
            yield name


def _status_quo(spec: Spec, name: str, issue: Issue) -> float | str | None:
    """Return the level at which an issue stays without a deal, None where the file does not say."""
    war = spec.war.status_quo if spec.war is not None else None
    level = war[name] if war is not None and name in war else issue.reversion
    return level if level is not None and level_index(issue, level) is not None else None


def _held(scenario: Scenario) -> Scenario:
    """Return the scenario with what all consenting parties control together held at the status quo by all of them."""
    spec = scenario.spec
    issues = {
        name: issue
        if issue.control is not None
        else dataclasses.replace(issue, control=tuple(spec.parties), reversion=_status_quo(spec, name, issue))
        for name, issue in spec.issues.items()
    }
    return dataclasses.replace(scenario, spec=dataclasses.replace(spec, issues=issues))
