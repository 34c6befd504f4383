"""What learning an input would be worth, and how much an input has to do with the terms where there is a zone.

Two deals: without knowing more, one signs the one that all accept in more truths, and regrets it in the truths in which
all would have accepted the other alone. Knowing an input, one chooses by it. The value of learning it is how much the
share of truths with regret falls: the expected value of partial perfect information (Howard 1966), for a loss of 1. It
is found in slices of the input with the same number of truths each; the choice is made on every other truth and its
regret counted on the rest, so that chance is not taken for knowledge.

The correlation ratio V(E(y | x)) / V(y) of a term y with an input x, in such slices, is the first index of that input
from truths drawn once (Pearson 1905; Plischke, Borgonovo and Smith 2013); what chance alone would give is subtracted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.ensembles.answers import check_truths
from sim.errors import RequestError, shown
from sim.model.names import suggest
from sim.space.pareto import Floats
from sim.space.zone import TOLERANCE

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Learning", "TermTies", "learning", "sliced", "term_ties"]

_SLICES = 16
_FEWEST = 20


@dataclass(frozen=True)
class Learning:
    """What learning each input would be worth for a choice between two deals.

    Attributes
    ----------
    deals : tuple of two str
    chosen : str
        The one that all accept in more truths.
    regret : float
        The share of truths in which all accept the other one alone.
    value : dict of str to float
        By input by how much that share would fall; the most valuable first. 0 where it would not.
    truths : int
    """

    deals: tuple[str, str]
    chosen: str
    regret: float
    value: dict[str, float]
    truths: int


@dataclass(frozen=True)
class TermTies:
    """How much of the variance of each term goes with each input, over truths with a zone.

    Attributes
    ----------
    share : dict of str to dict of str to float
        By issue with numbers for levels and input, the closest tie first; at least 0.
    truths, left_out : int
        Truths with a known deal, and those looked at that had none.
    """

    share: dict[str, dict[str, float]]
    truths: int
    left_out: int


def learning(dataset: xr.Dataset, first: str, second: str) -> Learning:
    """Return what learning each input would be worth for a choice between two named deals.

    Raises
    ------
    RequestError
        It is no ensemble of truths, or there is no such deal.
    """
    check_truths(dataset, ("truth", "value", "deal_gain"))
    names = [str(name) for name in dataset["deal"].values]
    faults = [
        f"no deal {shown(x)} {suggest(x if isinstance(x, str) else '', names)}"
        for x in (first, second)
        if not isinstance(x, str) or x not in names
    ]
    if faults:
        raise RequestError("\n".join(faults))
    gains = dataset["deal_gain"].transpose("truth", "deal", "party").values
    accepted = np.asarray((gains >= -TOLERANCE).all(axis=2))
    both = np.stack([accepted[:, names.index(name)] for name in (first, second)], axis=1)
    better = int(both[:, 1].sum() > both[:, 0].sum())
    regret = _regret(both, np.full(len(both), better))
    values = dataset["value"].transpose("truth", "input").values
    found = {
        str(name): max(0.0, regret - _learned(values[:, k], both, better))
        for k, name in enumerate(dataset["input"].values)
    }
    ranked = dict(sorted(found.items(), key=lambda item: -item[1]))
    return Learning((str(first), str(second)), str((first, second)[better]), regret, ranked, len(both))


def _regret(both: Any, choice: NDArray[np.int64]) -> float:
    mine = np.take_along_axis(both, choice[:, None], axis=1)[:, 0]
    return float((both.any(axis=1) & ~mine).mean())


def _learned(values: Floats, both: Any, better: int) -> float:
    """Return the regret where the choice is made by slices of an input."""
    choice = np.full(len(values), better)
    for rows in sliced(values):
        for learn, judge in ((rows[::2], rows[1::2]), (rows[1::2], rows[::2])):
            counts = both[learn].sum(axis=0)
            if counts[1 - better] > counts[better]:
                choice[judge] = 1 - better
    return _regret(both, choice)


def sliced(values: Floats) -> list[NDArray[np.int64]]:
    """Return the rows of each slice of an input, with about the same number of truths each."""
    order = np.argsort(values, kind="stable").astype(np.int64)
    return list(np.array_split(order, max(1, min(_SLICES, len(values) // _FEWEST))))


def term_ties(dataset: xr.Dataset) -> TermTies:
    """Return how much each input has to do with each numeric term, over truths with a zone.

    Raises
    ------
    RequestError
        It is no ensemble of truths whose deals were looked for.
    """
    check_truths(dataset, ("truth", "value", "term"))
    solved = dataset["solved"].values.astype(bool)
    looked = min(int(dataset.attrs["solved_first"]), len(solved))
    values = dataset["value"].transpose("truth", "input").values[solved]
    inputs = [str(name) for name in dataset["input"].values]
    named = json.loads(dataset.attrs["level_names"])
    found = {}
    for k, issue in enumerate(map(str, dataset["issue"].values)):
        term = dataset["term"].values[solved, k]
        if issue not in named and len(term) >= 2 * _FEWEST and np.ptp(term) > 0:
            ties = {name: _ratio(values[:, j], term) for j, name in enumerate(inputs)}
            found[issue] = dict(sorted(ties.items(), key=lambda item: -item[1]))
    return TermTies(found, int(solved.sum()), looked - int(solved.sum()))


def _ratio(values: Floats, output: Floats) -> float:
    slices = sliced(values)
    n = len(output)
    between = sum(len(rows) * (output[rows].mean() - output.mean()) ** 2 for rows in slices) / n
    within = 1 - between / output.var()
    # Slices alone would explain (slices - 1) / (n - 1) of what chance leaves.
    return float(max(0.0, 1 - within * (n - 1) / max(1, n - len(slices))))
