"""Measures of the zone and of the solutions on the grid."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.space.share import share
from sim.sweeps.batch.batch import Batch
from sim.sweeps.batch.blocking import blocking
from sim.sweeps.batch.bounds import Bools, Floats
from sim.sweeps.measures.record import Layout, Measure, Variable, Variables, fixed, for_parties, in_zone
from sim.theory.bargaining.solutions import SOLUTIONS

__all__ = ["ZONE_MEASURES"]

Arrays = dict[str, NDArray[Any]]


def _margin(batch: Batch) -> Arrays:
    return {
        "exists": batch.exists,
        "undecided": batch.undecided,
        "margin": np.where(np.isfinite(batch.margin), batch.margin, np.nan),
        "blocking": for_parties(batch, blocking(batch), missing=False),
    }


def _surplus(batch: Batch) -> Arrays:
    return {"surplus": for_parties(batch, batch.ideal - batch.reservation)}


def _share(batch: Batch) -> Arrays:
    found = share(batch.compiled.game.space, batch.reservation, draws=batch.samples)
    parts = {"share": found.share, "share_low": found.low, "share_high": found.high}
    possible = batch.exists | batch.undecided
    return {name: np.where(possible, part, 0.0) for name, part in parts.items()}


def _ends(batch: Batch, masks: list[Bools]) -> tuple[Floats, Floats]:
    """Return the lowest and the highest level of each issue among those marked, (G, K) each; nan where none is."""
    low, high = [], []
    for mask, values in zip(masks, batch.compiled.level_values, strict=True):
        some = mask.any(axis=1)
        low.append(np.where(some, values[mask.argmax(axis=1)], np.nan))
        high.append(np.where(some, values[::-1][mask[:, ::-1].argmax(axis=1)], np.nan))
    return in_zone(batch, np.stack(low, axis=1)), in_zone(batch, np.stack(high, axis=1))


def _ranges(batch: Batch) -> Arrays:
    low, high = _ends(batch, batch.levels[""])
    return {"range_low": low, "range_high": high}


def _within(batch: Batch) -> Arrays:
    found: Arrays = {}
    for name in batch.solutions:
        none = [mask[:0] for mask in batch.levels[""]]
        low, high = _ends(batch, batch.levels.get(name, none))
        found |= {f"{name}_within_low": low, f"{name}_within_high": high}
    return found


def _levels(batch: Batch) -> Arrays:
    found: Arrays = {}
    for k, name in enumerate(batch.compiled.game.issues):
        found[f"possible_{name}"] = np.zeros((len(batch), batch.compiled.game.space.sizes[k]), dtype=bool)
        found[f"possible_{name}"][batch.zone] = batch.levels[""][k]
    return found


def _solutions(batch: Batch) -> Arrays:
    game = batch.compiled.game
    found: Arrays = {}
    for name in batch.solutions:
        if name in batch.deals:
            deal = batch.deals[name]
            utilities, values = in_zone(batch, deal.utilities), in_zone(batch, deal.values)
        else:
            utilities, values = (np.full((len(batch), len(part)), np.nan) for part in (game.parties, game.issues))
        gains = utilities - batch.terms.reservation
        found |= {f"{name}_utility": utilities, f"{name}_gain": gains, f"{name}_deal": values}
    return found


def _terms(batch: Batch) -> Arrays:
    return {name: getattr(batch.terms, name) for name in ("reservation", "disagreement", "power", "patience")}


def _solution_variables(layout: Layout) -> Variables:
    return {
        f"{name}{part}": variable
        for name in layout.solutions
        for part, variable in {
            "_utility": Variable(("party",), f"{SOLUTIONS[name].label}: utility"),
            "_gain": Variable(
                ("party",), f"{SOLUTIONS[name].label}: gain over no deal, utility less the reservation value"
            ),
            "_deal": Variable(("issue",), f"{SOLUTIONS[name].label}: level of each issue", "of the issue"),
        }.items()
    }


def _within_variables(layout: Layout) -> Variables:
    return {
        f"{name}_within_{end}": Variable(
            ("issue",), f"{SOLUTIONS[name].label}: {end}est level of deals about as good as the best", "of the issue"
        )
        for name in layout.solutions
        for end in ("low", "high")
    }


def _level_variables(layout: Layout) -> Variables:
    return {
        f"possible_{name}": Variable((f"level_{name}",), f"{name}: whether some agreement has the level", "", "bool")
        for name in layout.game.issues
    }


ZONE_MEASURES: dict[str, Measure] = {
    "margin": Measure(
        fixed(
            exists=Variable((), "Whether a zone of possible agreement was found", "", "bool"),
            undecided=Variable((), "Whether it was not settled that there is none", "", "bool"),
            margin=Variable((), "Most that the worst-off party can have over its reservation value"),
            blocking=Variable(("party",), "Who falls short at the outcome nearest to a zone", "", "bool"),
        ),
        _margin,
    ),
    "surplus": Measure(fixed(surplus=Variable(("party",), "Best in the zone less the reservation value")), _surplus),
    "share": Measure(
        fixed(
            share=Variable((), "Fraction of all outcomes in the zone", "1"),
            share_low=Variable((), "Low end of its 99 % interval", "1"),
            share_high=Variable((), "High end of its 99 % interval", "1"),
        ),
        _share,
    ),
    "ranges": Measure(
        fixed(
            range_low=Variable(("issue",), "Lowest level of the issue in some agreement", "of the issue"),
            range_high=Variable(("issue",), "Highest level of the issue in some agreement", "of the issue"),
        ),
        _ranges,
    ),
    "solutions": Measure(_solution_variables, _solutions),
    "within": Measure(_within_variables, _within, at_once=4096),
    "levels": Measure(
        _level_variables,
        _levels,
        coordinates=lambda layout: {
            f"level_{name}": levels for name, levels in zip(layout.game.issues, layout.game.levels, strict=True)
        },
        on_request=True,
    ),
    "terms": Measure(
        fixed(
            reservation=Variable(("party",), "Least utility the party accepts"),
            disagreement=Variable(("party",), "Utility of endless disagreement"),
            power=Variable(("party",), "Bargaining power", "1"),
            patience=Variable(("party",), "Discount factor a round", "1"),
        ),
        _terms,
        on_request=True,
    ),
}
