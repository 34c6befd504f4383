"""The leverage game of a scenario as a game in normal form for Gambit."""

from __future__ import annotations

from collections.abc import Mapping

from numpy.typing import ArrayLike

from sim.errors import RequestError
from sim.game.compiled import compile
from sim.game.terms import leverage_levels, terms
from sim.interop.losses import leverage_text
from sim.interop.nfg import to_nfg
from sim.model.base import label_of
from sim.model.scenario import Scenario
from sim.space.trees import fold_space
from sim.studies.games.moves import leverage_game
from sim.studies.games.setting import Absent, Setting, signers_terms

__all__ = ["leverage_nfg"]


def leverage_nfg(scenario: Scenario, leverage: Mapping[str, ArrayLike] | None = None) -> str:
    """Return the leverage game at one leverage point as .nfg text.

    Parameters
    ----------
    scenario : Scenario
        With a section `moves` of two signers or more.
    leverage : mapping, optional
        Levels by variable; the others stay at their defaults.

    Raises
    ------
    RequestError
        There is no such game, a leverage level is not allowed, or names do not differ as Gambit writes them.
    """
    game = compile(scenario)
    levels = leverage_levels(game, leverage)
    found = terms(game, levels)
    if found.illegal:
        raise RequestError("\n".join(found.illegal))
    setting = Setting(game, fold_space(game.space), levels, found, signers_terms(game, found))
    played = leverage_game(setting)
    if isinstance(played, Absent):
        raise RequestError(f"no leverage game: {played.reason}")
    moves = scenario.spec.moves
    where = f" {leverage_text(levels)}" if levels else ""
    try:
        return to_nfg(
            list(played.payoffs.values()),
            title=scenario.name,
            comment=f"Leverage game: {played.solution} solution after each choice of moves{where}, less their cost.",
            players=[game.label(name) for name in played.moves],
            strategies=[[label_of(move, moves[name][move]) for move in own] for name, own in played.moves.items()],
        )
    except ValueError as error:
        raise RequestError(f"cannot be written as .nfg: {error}") from None
