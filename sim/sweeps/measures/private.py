"""Measures of the last offer under private information, point by point."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.studies.games.setting import Absent, Setting, signers_terms
from sim.studies.games.ultimatum import TakeOrLeave, take_it_or_leave_it
from sim.sweeps.batch.batch import Batch
from sim.sweeps.measures.record import DOUBT, Layout, Measure, Variable, fixed

__all__ = ["PRIVATE_MEASURES"]

Arrays = dict[str, NDArray[Any]]


def _absent(layout: Layout) -> str | None:
    if not layout.game.scenario.spec.private:
        return "no number is private (expected a section private)"
    return None if len(layout.game.signers) == 2 else "a last offer is solved for two signers"


def _last_offers(batch: Batch) -> Arrays:
    game = batch.compiled.game
    paths, parties = list(game.scenario.spec.private), list(game.parties)
    shape = (len(batch), len(paths))
    found: Arrays = {name: np.full(shape, np.nan) for name in ("last_offer_risk", "last_offer_payoff", "safe_price")}
    found["last_offer_utility"] = np.full((*shape, len(parties)), np.nan)
    found[DOUBT] = np.zeros(len(batch))
    for row in range(len(batch)):
        for k, result in enumerate(take_it_or_leave_it(_setting(batch, row), batch.budget)):
            if not isinstance(result, Absent):
                _fill(found, (row, k), result, parties)
                found[DOUBT][row] = max(found[DOUBT][row], result.resolution)
    return found


def _fill(found: Arrays, place: tuple[int, int], result: TakeOrLeave, parties: list[str]) -> None:
    if result.best is not None:
        found["last_offer_risk"][place] = result.best.risk
        found["last_offer_payoff"][place] = result.best.payoff
        found["last_offer_utility"][place] = [result.best.utilities[name] for name in parties]
    if result.price is not None:
        found["safe_price"][place] = result.price


def _setting(batch: Batch, row: int) -> Setting:
    """Return one point of a batch as the games want it."""
    game = batch.compiled.game
    leverage, numbers = (
        {name: float(np.broadcast_to(values, len(batch))[row]) for name, values in table.items()}
        for table in (batch.leverage, batch.numbers)
    )
    point = signers_terms(game, batch.terms, row)
    return Setting(game, batch.compiled.folded, leverage, batch.terms, point, numbers)


PRIVATE_MEASURES: dict[str, Measure] = {
    "last_offers": Measure(
        fixed(
            last_offer_risk=Variable(("private",), "Risk of refusal that the best last offer runs", "1"),
            last_offer_payoff=Variable(("private",), "What the side that makes the best last offer expects"),
            last_offer_utility=Variable(("private", "party"), "Utility of the best last offer if accepted"),
            safe_price=Variable(("private",), "What making an offer that is always accepted costs instead"),
        ),
        _last_offers,
        _absent,
        lambda layout: {"private": tuple(layout.game.scenario.spec.private)},
        on_request=True,
        at_once=64,
    ),
}
