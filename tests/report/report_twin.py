"""What Python says of a leverage point, in the page's form, and how the two are compared."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.game.compiled import Game
from sim.game.terms import terms
from sim.space.maps import pair_maps
from sim.studies.solve import Point, levels_within, solve

SAME = 1e-9
DEALS = ("nash", "kalai_smorodinsky", "egalitarian")


def solved(game: Game, folded: Any, levels: dict[str, float], *, maps: bool) -> dict[str, Any]:
    """Return what Python says, in the page's form."""
    found = terms(game, levels)
    assert not found.illegal
    columns = game.columns
    point = Point(found.reservation[0, columns], found.disagreement[0, columns], found.power[0, columns])
    result = solve(folded, point)
    exists = bool(result.exists)
    grids = pair_maps(folded, point.reservation[None, :]) if maps else {}
    return {
        "exists": exists,
        "margin": None if result.margin == -np.inf else result.margin,
        "reservation": found.reservation[0].tolist(),
        "disagreement": found.disagreement[0].tolist(),
        "surplus": (result.ideal - point.reservation).tolist() if exists else None,
        "ranges": [mask.tolist() for mask in result.levels],
        "deals": {name: deal(game, result, name, found) for name in DEALS} if exists else None,
        "frontier": folded.frontier.points.utilities.tolist(),
        "maps": {f"{k} {m}": grid[0].tolist() for (k, m), grid in grids.items()},
    }


def deal(game: Game, result: Any, name: str, found: Any) -> dict[str, Any]:
    choice = result.choices[name]
    levels = game.space.levels(result.frontier.codes[choice.row][None, :])
    utilities = game.factors.utilities(levels)[0]
    return {
        "levels": levels[0].tolist(),
        "utilities": utilities.tolist(),
        "gains": (utilities - found.reservation[0]).tolist(),
        "within": [levels_within(choice, k).tolist() for k in range(len(game.issues))],
        "ties": choice.ties,
    }


def assert_same(theirs: Any, ours: Any, path: str = "") -> None:
    """Compare nested data: numbers to 1e-9, the rest exactly, nothing missing."""
    if isinstance(ours, dict):
        for key, value in ours.items():
            assert_same(theirs[key], value, f"{path}.{key}")
    elif isinstance(ours, list):
        assert len(theirs) == len(ours), path
        for n, (one, other) in enumerate(zip(theirs, ours, strict=True)):
            assert_same(one, other, f"{path}.{n}")
    elif isinstance(ours, float):
        assert abs(theirs - ours) <= SAME, (path, theirs, ours)
    else:
        assert theirs == ours, (path, theirs, ours)
