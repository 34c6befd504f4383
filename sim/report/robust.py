"""What a result hangs on, and what holds for every truth, as computed by `sim`: data for the page, which adds nothing.

Both describe the point that the page was made for; the page says so once a slider has left it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from sim.ensembles.shares import Share
from sim.show.robust import inputs_text, robust_sentences
from sim.show.shares import zone_sentence
from sim.studies.robust.margins import Robust
from sim.studies.study import Study

__all__ = ["robust_data"]

_DEALS = ("nash", "zone")
_FEW = 6


def robust_data(study: Study, results: Mapping[str, Any]) -> dict[str, Any]:
    """Return radii of the Nash deal and of the verdict, smallest first, and the levels of deals that hold always.

    Parameters
    ----------
    study : Study
    results : mapping
        Its `sim.output.study_json.study_data`.
    """
    radii = results.get("stability") or {}
    stated = results.get("robust")
    return {
        "radii": {deal: _radii(study, radii[deal]) for deal in _DEALS if deal in radii},
        "levels": None if stated is None else [_flags(study, k, stated) for k in range(len(study.game.issues))],
        "words": [] if stated is None else list(_words(study, stated)),
    }


def _words(study: Study, stated: Mapping[str, Any]) -> Iterator[str]:
    """Yield what holds for every truth, for some, and for which share."""
    yield from robust_sentences(study, _record({name: value for name, value in stated.items() if name != "share"}))
    if stated["share"] is not None:
        yield zone_sentence(Share(**stated["share"]))


def _radii(study: Study, radii: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    known = [one for one in radii if one["within"] is not None][:_FEW]
    return [
        {
            "inputs": inputs_text(study, one["inputs"]),
            "within": one["within"],
            "refuses": None if one["refuses"] is None else study.game.label(one["refuses"]),
            "exact": one["exact"],
        }
        for one in known
    ]


def _flags(study: Study, k: int, stated: Mapping[str, Any]) -> list[bool]:
    chosen = stated["levels"].get(study.game.issues[k], [])
    return [level in chosen for level in study.game.levels[k]]


def _record(stated: Mapping[str, Any]) -> Robust:
    """Return the record that plain data was made of; what is no number in JSON was not settled."""
    unsettled = stated["margin"] is None and stated["bound"] is not None
    return Robust(**{**stated, **({"margin": -math.inf} if unsettled else {})})
