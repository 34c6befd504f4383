"""A study's moves, round after round: worked out only where somebody asks, since learning takes its time."""

from __future__ import annotations

from sim.game.terms import terms
from sim.studies.games.moves import LeverageGame
from sim.studies.games.rounds import Rounds, rounds
from sim.studies.records import Study, study_in

__all__ = ["played_again"]


def played_again(study: Study) -> Rounds | None:
    """Return which moves stand when answers are foreseen, what a truce takes, and where learning leads.

    Returns
    -------
    Rounds or None
        None where the study has no leverage game.

    Examples
    --------
    >>> import sim
    >>> played_again(sim.study("scenarios/teaching/logroll.yaml")) is None
    True
    """
    found = study_in(study).games.leverage
    if not isinstance(found, LeverageGame):
        return None
    patience = terms(study.game, study.leverage).patience[0]
    return rounds(found, dict(zip(study.game.parties, patience.tolist(), strict=True)))
