"""What a sweep measures: `MEASURES` is the registry, in the order in which results are listed.

To add a measure, write a function from a `Batch` to arrays beside its like and enter it with its variables.
"""

from __future__ import annotations

from sim.sweeps.measures.games import GAME_MEASURES
from sim.sweeps.measures.lasting import LASTING_MEASURES
from sim.sweeps.measures.offers import OFFER_MEASURES
from sim.sweeps.measures.private import PRIVATE_MEASURES
from sim.sweeps.measures.ratifying import RATIFYING_MEASURES
from sim.sweeps.measures.record import Layout, Measure, Variable, Variables
from sim.sweeps.measures.zone import ZONE_MEASURES
from sim.theory.bargaining.solutions import SOLUTIONS

__all__ = ["GRID_SOLUTIONS", "MEASURES", "Layout", "Measure", "Variable", "Variables"]

MEASURES: dict[str, Measure] = {
    **ZONE_MEASURES,
    **OFFER_MEASURES,
    **GAME_MEASURES,
    **PRIVATE_MEASURES,
    **RATIFYING_MEASURES,
    **LASTING_MEASURES,
}
GRID_SOLUTIONS = tuple(name for name, solution in SOLUTIONS.items() if solution.objective is not None)
