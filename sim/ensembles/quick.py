"""The share of truths with a zone, for the first lines of a run: proven where it can be, else from a few draws.

Where some deal exists in every truth the share is 1, and where no truth has a zone it is 0; both follow from bounds
(`sim.studies.robust`) and need no draws. Otherwise truths are drawn independently, so that the exact binomial interval
holds as it stands, and only whether there is a zone is found out in each.
"""

from __future__ import annotations

from sim.ensembles.draws import draw
from sim.ensembles.inputs import inputs
from sim.ensembles.judging import judge
from sim.ensembles.shares import Share, interval
from sim.model.arguments import count_in
from sim.space.zone import TOLERANCE
from sim.studies.records import Study, study_in
from sim.studies.robust.margins import Robust
from sim.studies.robust.sides import table

__all__ = ["zone_share"]

_TRUTHS = 1024
_TRUTHS_OF_MANY = 400


def zone_share(study: Study, found: Robust, *, n: int | None = None, rng: int = 1) -> Share:
    """Return in which share of the truths that statements, or a doubt, allow a zone exists.

    Parameters
    ----------
    study : Study
    found : Robust
        What holds for every truth, by the same statements or the same doubt.
    n : int, optional
        How many truths are drawn where the share is not proven; by default 1,024, with more than two signers 400, since
        each then takes longer.
    rng : int
        What they follow from.

    Returns
    -------
    Share
        `of` is 0 where no truth was drawn: then the share is proven, and its interval has no width.

    Raises
    ------
    NotDefined
        Ensembles do not know budgets, or dates during a war.

    Examples
    --------
    >>> import sim
    >>> study = sim.study("scenarios/may-2025.yaml")
    >>> share = zone_share(study, sim.robustness(study, full=False))
    >>> share.of, 0.3 < share.low < share.value < share.high < 0.45
    (400, True)
    """
    if (proven := _proven(found)) is not None:
        return Share(0, 0, 0, proven, proven, proven)
    game = study_in(study).game
    usual = _TRUTHS if len(game.signers) == 2 else _TRUTHS_OF_MANY
    count = usual if n is None else count_in("n", n)
    truths = draw(inputs(game.scenario, found.doubt, signers=game.signers), count, rng, sobol=False)
    judged = judge(table(game), truths, study.leverage, closely=False)
    good, unsure = int(judged.exists.sum()), int(judged.undecided.sum())
    return Share(good, count, unsure, good / count, *interval(good, unsure, count))


def _proven(found: Robust) -> float | None:
    if found.margin is None:
        return 0.0
    if found.left_out:
        # These stand at the file's numbers there, and are drawn here.
        return None
    if found.holds or (found.each_low is not None and found.each_low >= -TOLERANCE):
        return 1.0
    return 0.0 if found.possible is not None and found.possible < -TOLERANCE else None
