"""What a result hangs on and what holds for every truth, as plain data."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from sim.ensembles.quick import zone_share
from sim.errors import NotDefined, RequestError, SizeError
from sim.studies.records import Study
from sim.studies.robust.answers import robustness, stability
from sim.studies.robust.margins import Robust

__all__ = ["robust_data"]


def robust_data(study: Study, doubt: float | None) -> tuple[dict[str, Any], dict[str, str]]:
    """Return ``stability`` and ``robust`` as plain data, and the reasons for what is missing."""
    try:
        radii, found = stability(study), robustness(study, doubt=doubt)
    except (NotDefined, SizeError) as error:
        return {"stability": None, "robust": None}, {"stability": str(error), "robust": str(error)}
    notes = {}
    if found is None:
        notes["robust"] = "nothing is stated about uncertain numbers (a section uncertain, or --doubt)"
    stable = {
        name: [{"inputs": r.inputs, "within": r.within, "refuses": r.refuses, "exact": r.exact} for r in some]
        for name, some in radii.items()
    }
    if found is None:
        return {"stability": stable, "robust": None}, notes
    share, why = _share(study, found)
    return {"stability": stable, "robust": _robust(found) | {"share": share}}, notes | why


def _share(study: Study, found: Robust) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """Return the share of the truths with a zone, or why it is not known; `of` is 0 where it is proven."""
    try:
        return dataclasses.asdict(zone_share(study, found)), {}
    except (NotDefined, RequestError, SizeError) as error:
        return None, {"robust.share": str(error)}


def _robust(found: Robust) -> dict[str, Any]:
    return {
        "margin": _finite(found.margin),
        "bound": _finite(found.bound),
        "exact": found.exact,
        "deal": None if found.deal is None else dict(found.deal),
        "levels": {name: list(levels) for name, levels in found.levels.items()},
        "open_levels": {name: list(levels) for name, levels in found.open_levels.items()},
        "each_low": _finite(found.each_low),
        "each_high": _finite(found.each_high),
        "possible": _finite(found.possible),
        "needed": list(found.needed),
        "binding": [{"party": each.party, "truth": dict(each.truth)} for each in found.binding],
        "verdicts": {
            deal: {party: {"least": v.least, "greatest": v.greatest} for party, v in some.items()}
            for deal, some in found.verdicts.items()
        },
        "statements": list(found.statements),
        "doubt": found.doubt,
        "left_out": list(found.left_out),
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
