"""What an ensemble answers, each share with its uncertainty: existence, margins, terms, acceptance, who blocks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.ensembles.plans import QUANTILES
from sim.ensembles.shares import Share, interval
from sim.errors import RequestError, shown
from sim.space.pareto import Floats
from sim.space.zone import TOLERANCE

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Answers", "answers", "check_truths"]


@dataclass(frozen=True)
class Answers:
    """What an ensemble answers.

    Attributes
    ----------
    zone : Share
        Truths with a zone.
    margin : dict of float to float
        Quantiles of the best margin, as deals found reach it; empty where red lines leave no outcome.
    width : float or None
        How much better the margin may be than these, on average.
    surplus : dict of str to dict of float to float
        By signer the quantiles of what its best deal in the zone is worth over no deal.
    solution : str
        Whose deal `terms` are of.
    solved : int
        In how many truths it was found; `left_out` of the truths looked at had no zone, or no exact frontier.
    left_out : int
    terms : dict of str to dict of level to float
        By issue the share of these deals with each level, the most frequent first.
    deals : dict of str to dict of str to Share
        By named deal in how many truths each signer accepts it, and ``all`` do.
    blocks : dict of str to float
        By signer, over truths without a zone, the mean price: which share of a fall of no-deal values that opens the
        zone at the least sum would best be this signer's.
    levels : dict of str to float
        Leverage.
    known, rng : str
    truths : int
    """

    zone: Share
    margin: Mapping[float, float]
    width: float | None
    surplus: Mapping[str, Mapping[float, float]]
    solution: str
    solved: int
    left_out: int
    terms: Mapping[str, Mapping[float | str, float]]
    deals: Mapping[str, Mapping[str, Share]]
    blocks: Mapping[str, float]
    levels: Mapping[str, float]
    known: str
    rng: str
    truths: int


def check_truths(dataset: Any, needs: tuple[str, ...] = ("truth", "value", "margin_high")) -> None:
    """Raise RequestError where something is no ensemble of single truths."""
    import xarray as xr

    if not isinstance(dataset, xr.Dataset) or not {*needs} <= {*dataset.variables} or dataset.sizes.get("truth", 0) < 1:
        raise RequestError(f"dataset: {shown(dataset)} (expected what sim.ensemble returns without `over`)")


def answers(dataset: xr.Dataset) -> Answers:
    """Return what an ensemble of single truths answers.

    Parameters
    ----------
    dataset : xarray.Dataset
        What `sim.ensemble` returned, or was read from its file.

    Raises
    ------
    RequestError
        It is no such dataset.

    Examples
    --------
    >>> import sim
    >>> found = answers(sim.ensemble("scenarios/teaching/logroll.yaml", 128, doubt=0.9))
    >>> found.zone.of, found.zone.low <= found.zone.value <= found.zone.high
    (128, True)
    """
    check_truths(dataset)
    exists = dataset["exists"].values.astype(bool)
    undecided = dataset["undecided"].values.astype(bool)
    low, high = dataset["margin"].values, dataset["margin_high"].values
    known = np.isfinite(low)
    solved = dataset["solved"].values.astype(bool) if "solved" in dataset else np.zeros(len(low), dtype=bool)
    looked = min(_first(dataset), len(low))
    return Answers(
        zone=_share(exists, undecided),
        margin=_quantiles(low[known]),
        width=float((high - low)[known].mean()) if known.any() else None,
        surplus=_surplus(dataset, solved),
        solution=str(dataset.attrs["solution"]),
        solved=int(solved.sum()),
        left_out=looked - int(solved.sum()),
        terms=_terms(dataset, solved),
        deals=_deals(dataset),
        blocks=_blocks(dataset, known & ~exists & ~undecided),
        levels=json.loads(dataset.attrs["levels"]),
        known=str(dataset.attrs["known"]),
        rng=str(dataset.attrs["rng"]),
        truths=len(low),
    )


def _first(dataset: xr.Dataset) -> int:
    return int(dataset.attrs.get("solved_first", 0))


def _share(good: Any, undecided: Any = None) -> Share:
    count, of = int(np.count_nonzero(good)), int(np.size(good))
    unsure = 0 if undecided is None else int(np.count_nonzero(undecided))
    return Share(count, of, unsure, count / of, *interval(count, unsure, of))


def _quantiles(values: Floats) -> dict[float, float]:
    if not len(values):
        return {}
    return dict(zip(QUANTILES, np.quantile(values, QUANTILES).tolist(), strict=True))


def _surplus(dataset: xr.Dataset, solved: Any) -> dict[str, dict[float, float]]:
    if not solved.any():
        return {}
    values = dataset["surplus"].values[solved]
    return {str(name): _quantiles(values[:, i]) for i, name in enumerate(dataset["party"].values)}


def _terms(dataset: xr.Dataset, solved: Any) -> dict[str, dict[float | str, float]]:
    if not solved.any():
        return {}
    names = json.loads(dataset.attrs["level_names"])
    found = {}
    for k, issue in enumerate(map(str, dataset["issue"].values)):
        values = dataset["term"].values[solved, k].tolist()
        counts = Counter(names[issue][int(x)] if issue in names else x for x in values)
        found[issue] = {level: count / len(values) for level, count in counts.most_common()}
    return found


def _deals(dataset: xr.Dataset) -> dict[str, dict[str, Share]]:
    if "deal_gain" not in dataset:
        return {}
    accepted = dataset["deal_gain"].transpose("truth", "deal", "party").values >= -TOLERANCE
    parties = [str(name) for name in dataset["party"].values]
    return {
        str(name): {
            **{party: _share(accepted[:, k, i]) for i, party in enumerate(parties)},
            "all": _share(accepted[:, k].all(axis=1)),
        }
        for k, name in enumerate(dataset["deal"].values)
    }


def _blocks(dataset: xr.Dataset, without: Any) -> dict[str, float]:
    if not without.any():
        return {}
    mean = dataset["price"].values[without].mean(axis=0).tolist()
    return dict(zip(map(str, dataset["party"].values), mean, strict=True))
