"""What a measure is: variables, and a function from a batch of leverage points to their arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.game.compiled import Game
from sim.sweeps.batch.batch import Batch
from sim.sweeps.batch.bounds import Floats

__all__ = ["DOUBT", "RESOLUTION", "Layout", "Measure", "Variable", "Variables", "fixed", "for_parties", "in_zone"]


@dataclass(frozen=True)
class Variable:
    """One result of a sweep, at every point.

    Attributes
    ----------
    dims : tuple of str
        Dimensions besides the axes.
    about : str
        One line for a reader.
    units : str
    dtype : str
        ``f8`` (missing: nan), ``i4`` (missing: 0) or ``bool`` (missing: false).
    """

    dims: tuple[str, ...]
    about: str
    units: str = "utility"
    dtype: str = "f8"


Variables = dict[str, Variable]

DOUBT = "resolution"
"""What a measure may add to its arrays: by how much more some of them may be, where a batch cannot tell."""

RESOLUTION = Variable((), "How exactly the results are known: they may be better by this much; 0: exactly")


@dataclass(frozen=True, eq=False)
class Layout:
    """What the shapes of results depend on.

    Attributes
    ----------
    game : Game
        Of the scenario with a level of every axis that its file leaves out.
    solutions : tuple of str
    """

    game: Game
    solutions: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """One thing to measure.

    Attributes
    ----------
    variables : callable
        Layout to the variables it has.
    compute : callable
        Batch to an array (G, ...) for each variable, and `DOUBT` (G,) where a measure knows it.
    absent : callable
        Layout to the reason why the scenario has none of it, or None.
    coordinates : callable
        Layout to the coordinates of dimensions that only this measure has.
    on_request : bool
        Whether it is left out unless it is asked for.
    at_once : int
        How many points make a block of some seconds at most.
    """

    variables: Callable[[Layout], Variables]
    compute: Callable[[Batch], Mapping[str, NDArray[Any]]]
    absent: Callable[[Layout], str | None] = lambda layout: None
    coordinates: Callable[[Layout], dict[str, Sequence[Any]]] = lambda layout: {}
    on_request: bool = False
    at_once: int = 1 << 14


def in_zone(batch: Batch, found: Floats) -> Floats:
    """Return values given for the rows with a zone for all rows, nan elsewhere."""
    result = np.full((len(batch), *found.shape[1:]), np.nan)
    result[batch.zone] = found
    return result


def for_parties(batch: Batch, found: NDArray[Any], missing: Any = np.nan) -> NDArray[Any]:
    """Return values of the signers, last axis, for all parties."""
    game = batch.compiled.game
    result = np.full((*found.shape[:-1], len(game.parties)), missing, dtype=found.dtype)
    result[..., game.columns] = found
    return result


def fixed(**variables: Variable) -> Callable[[Layout], Variables]:
    """Return a function to variables that do not depend on the layout."""
    return lambda layout: variables
