"""What decides in one ensemble: indices and ranges, a box, what learning an input would be worth, ties of terms."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.ensembles.boxes import Box, discovery_box
from sim.ensembles.distances import Distances, distances
from sim.ensembles.learning import Learning, TermTies, learning, term_ties
from sim.ensembles.plans import Plan
from sim.ensembles.requests import MOST_ACCEPTED
from sim.ensembles.sensitivity import Sensitivity, decided

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Deciding", "what_decides"]


@dataclass(frozen=True)
class Deciding:
    """What decides.

    Attributes
    ----------
    sensitivity : Sensitivity
    box : Box or None
        None where fewer than 20 truths have a zone, or fewer than 20 have none.
    learning : Learning or None
        For the choice between the file's deal, or a proposal, and the one accepted most often; None without two.
    terms : TermTies or None
        None where no deals were looked for.
    distances : Distances
        By whole distributions, where variance misleads.
    """

    sensitivity: Sensitivity
    box: Box | None
    learning: Learning | None
    terms: TermTies | None
    distances: Distances


def what_decides(plan: Plan, dataset: xr.Dataset, n: int) -> Deciding:
    """Return what decides in an ensemble, with n truths a set for the indices.

    Parameters
    ----------
    plan : Plan
    dataset : xarray.Dataset
        What the plan came to.
    n : int
        A power of 2.
    """
    names = [str(name) for name in dataset["deal"].values] if "deal" in dataset else []
    rivals = [name for name in names if name != MOST_ACCEPTED][-1:]
    known = MOST_ACCEPTED in names and bool(rivals)
    return Deciding(
        decided(dataclasses.replace(plan, n=n, solved=0, deals={})),
        discovery_box(dataset),
        learning(dataset, rivals[0], MOST_ACCEPTED) if known else None,
        term_ties(dataset) if "term" in dataset else None,
        distances(dataset),
    )
