"""What one deal is worth to each signer over no deal, at least and at most over all truths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.space.codes import Ints
from sim.space.truths.sides import Side, at, best_of, worst
from sim.space.zone import TOLERANCE
from sim.studies.robust.sides import Table

__all__ = ["Verdict", "verdicts"]


@dataclass(frozen=True)
class Verdict:
    """What a deal is worth to a signer over no deal, over all truths.

    Attributes
    ----------
    least, greatest : float
    """

    least: float
    greatest: float

    @property
    def word(self) -> str:
        """Whether the signer accepts it ``always``, in ``some`` truths or ``never``."""
        return "always" if self.least >= -TOLERANCE else "some" if self.greatest >= -TOLERANCE else "never"


def verdicts(table: Table, both: tuple[Sequence[Side], Sequence[Side]], deal: Ints) -> dict[str, Verdict]:
    """Return what a deal is worth to each signer over no deal, at least and at most over all truths."""
    tough, kind = both
    result = {}
    for name, hard, soft in zip(table.game.signers, tough, kind, strict=True):
        least = worst(hard, *at(hard, table.among, deal))[0]
        result[name] = Verdict(least, best_of(soft, *at(soft, table.among, deal))[0])
    return result
