"""What has been agreed on some issues while there is no deal on the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.game.compiled import value_at
from sim.model.parties import Valuer

__all__ = ["Interim"]


@dataclass(frozen=True, eq=False)
class Interim:
    """An interim deal, or many.

    Attributes
    ----------
    settled : dict of str to sequence
        The levels agreed, by issue: one, or one for each of G interim deals.
    base : dict of str to level
        Where every issue stands until it is agreed.
    """

    settled: Mapping[str, Sequence[Any]]
    base: Mapping[str, Any]

    @property
    def size(self) -> int:
        """How many interim deals there are."""
        return max((len(levels) for levels in self.settled.values()), default=1)

    def at(self, point: Mapping[str, Any]) -> dict[str, Any]:
        """Return a point of issue space with the issues that are settled as agreed."""
        return {**point, **self.settled}

    def gained(self, party: Valuer) -> NDArray[np.float64]:
        """Return what the interim deal is worth to a party over where the issues stand without it, shape (G,)."""
        return value_at(party, self.at(self.base)) - value_at(party, self.base)
