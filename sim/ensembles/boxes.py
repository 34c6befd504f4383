"""Boxes of inputs that hold mostly one answer: patient rule induction.

From the box of all truths, peel again and again the twentieth of the truths that lies lowest or highest in one input
and whose loss raises the share of the answer most. Of the boxes on the way, take the one whose *coverage* (how many of
the truths with the answer it holds) and *density* (how many of its truths have the answer) have the greatest harmonic
mean; paste back on each side what raises it; drop limits that hardly matter, and more where more than four inputs are
limited. The answer sought is the rarer of zone and no zone. The search is greedy, and other boxes may be as good: half
of the truths, drawn again and again, say how often each limit comes back; what seldom does is left out.

Source: Friedman and Fisher (1999), Bump hunting in high-dimensional data; Bryant and Lempert (2010), Thinking inside
the box: a participatory, computer-assisted approach to scenario discovery, for coverage, density and resampling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.ensembles.answers import check_truths
from sim.model.arguments import count_in
from sim.space.pareto import Floats

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Box", "Limit", "discovery_box", "induced"]

_PEEL = 0.05
_LEAST = 0.04
_SLACK = 0.02
_RESAMPLES = 20
_FEW = 20
_MOST = 4
_SELDOM = 0.5
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Limit:
    """One side, or both, of a box.

    Attributes
    ----------
    input : str
        The path of a number; a party's importance as the share of its weights.
    low, high : float or None
        None: not limited on that side.
    again : float
        The share of resamples in which the input was limited.
    """

    input: str
    low: float | None
    high: float | None
    again: float


@dataclass(frozen=True)
class Box:
    """A box of inputs.

    Attributes
    ----------
    zone : bool
        Whether truths with a zone were sought, or those without.
    limits : tuple of Limit
    coverage : float
        The share of the truths sought that lie in the box.
    density : float
        The share of the truths in the box that are sought.
    base : float
        The share of all truths that are sought.
    inside, of : int
        Truths in the box, and all of them.
    """

    zone: bool
    limits: tuple[Limit, ...]
    coverage: float
    density: float
    base: float
    inside: int
    of: int


def discovery_box(dataset: xr.Dataset, *, rng: int = 1) -> Box | None:
    """Return a box of inputs that decides whether there is a zone.

    Parameters
    ----------
    dataset : xarray.Dataset
        What `sim.ensemble` returned, without `over`.
    rng : int
        Of the resamples.

    Returns
    -------
    Box or None
        None where fewer than 20 truths have a zone, or fewer than 20 have none.

    Raises
    ------
    RequestError
        It is no such dataset.
    """
    check_truths(dataset)
    state = count_in("rng", rng, least=0, most=2**63)
    settled = ~dataset["undecided"].values.astype(bool)
    exists = dataset["exists"].values.astype(bool)[settled]
    values = np.asarray(dataset["value"].transpose("truth", "input").values, dtype=np.float64)[settled]
    if min(exists.sum(), (~exists).sum()) < _FEW:
        return None
    zone = bool(exists.mean() <= 0.5)
    sought = exists if zone else ~exists
    low, high = induced(values, sought)
    again = _again(values, sought, state)
    chance = again < _SELDOM
    low, high = np.where(chance, -np.inf, low), np.where(chance, np.inf, high)
    held = _inside(values, low, high)
    names = [str(name) for name in dataset["input"].values]
    limits = tuple(
        Limit(name, _end(low[k]), _end(high[k]), float(again[k]))
        for k, name in enumerate(names)
        if np.isfinite(low[k]) or np.isfinite(high[k])
    )
    hits = int((held & sought).sum())
    return Box(
        zone,
        limits,
        hits / int(sought.sum()),
        hits / int(held.sum()),
        float(sought.mean()),
        int(held.sum()),
        len(sought),
    )


def _end(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def induced(values: Floats, sought: Bools) -> tuple[Floats, Floats]:
    """Return the ends (d,) of a box; infinite where an input is not limited.

    Parameters
    ----------
    values : ndarray, shape (n, d)
    sought : ndarray of bool, shape (n,)

    Examples
    --------
    >>> x = np.random.default_rng(0).random((2000, 3))
    >>> low, high = induced(x, (x[:, 0] > 0.7) & (x[:, 2] < 0.4))
    >>> low.round(1).tolist(), high.round(1).tolist()
    ([0.7, -inf, -inf], [inf, inf, 0.4])
    """
    boxes = _peeled(values, sought)
    low, high = max(boxes, key=lambda ends: _worth(values, sought, *ends))
    return _plain(values, sought, *_pasted(values, sought, low, high))


def _inside(values: Floats, low: Floats, high: Floats) -> Bools:
    return np.asarray(((values >= low) & (values <= high)).all(axis=1))


def _worth(values: Floats, sought: Bools, low: Floats, high: Floats) -> float:
    """Return the harmonic mean of coverage and density."""
    held = _inside(values, low, high)
    hits = float((held & sought).sum())
    return 2 * hits / float(held.sum() + sought.sum())


def _peeled(values: Floats, sought: Bools) -> list[tuple[Floats, Floats]]:
    """Return the boxes on the way from all truths to few."""
    low, high = np.full(values.shape[1], -np.inf), np.full(values.shape[1], np.inf)
    rows, boxes = np.arange(len(values)), [(low, high)]
    while len(rows) > max(_LEAST * len(values), _FEW):
        inner, hit = values[rows], sought[rows]
        if hit.all():
            break
        ends = np.quantile(inner, [_PEEL, 1 - _PEEL], axis=0)
        kept = np.stack([inner >= ends[0], inner <= ends[1]])
        # Where many values are equal at an end, all of them go.
        kept[0] &= (inner > inner.min(axis=0)) | (ends[0] > inner.min(axis=0))
        kept[1] &= (inner < inner.max(axis=0)) | (ends[1] < inner.max(axis=0))
        sizes = kept.sum(axis=1)
        mean = np.where(sizes > 0, (kept & hit[None, :, None]).sum(axis=1) / np.maximum(sizes, 1), -1.0)
        side, k = np.unravel_index(int(mean.argmax()), mean.shape)
        chosen = kept[side, :, k]
        if mean[side, k] < 0 or chosen.all():
            break
        low, high = low.copy(), high.copy()
        if side == 0:
            low[k] = inner[chosen, k].min()
        else:
            high[k] = inner[chosen, k].max()
        rows = rows[chosen]
        boxes.append((low, high))
    return boxes


def _pasted(values: Floats, sought: Bools, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Move each side out again as long as the box is the better for it."""
    best = _worth(values, sought, low, high)
    low, high = low.copy(), high.copy()
    for ends, sign in ((low, -1.0), (high, 1.0)):
        for k in np.flatnonzero(np.isfinite(ends)).tolist():
            free = ends.copy()
            free[k] = sign * np.inf
            around = _inside(values, *((free, high) if sign < 0 else (low, free)))
            beyond = np.sort(sign * values[around & (sign * values[:, k] > sign * ends[k]), k])
            for step in range(1, 5):
                end = beyond[min(len(beyond), max(1, step * len(beyond) // 20)) - 1] if len(beyond) else sign * ends[k]
                before, ends[k] = ends[k], sign * end
                if (worth := _worth(values, sought, low, high)) > best:
                    best = worth
                else:
                    ends[k] = before
    return low, high


def _plain(values: Floats, sought: Bools, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Drop the limits without which the box is hardly worse, the idlest first."""
    low, high = low.copy(), high.copy()
    while True:
        whole = _worth(values, sought, low, high)
        trials = []
        for k in range(len(low)):
            for ends, free in ((low, -np.inf), (high, np.inf)):
                if np.isfinite(ends[k]):
                    kept, ends[k] = ends[k], free
                    trials.append((_worth(values, sought, low, high), k, free))
                    ends[k] = kept
        many = int((np.isfinite(low) | np.isfinite(high)).sum()) > _MOST
        if not trials or ((best := max(trials))[0] < whole - _SLACK and not many):
            return low, high
        (low if best[2] < 0 else high)[best[1]] = best[2]


def _again(values: Floats, sought: Bools, rng: int) -> Floats:
    """Return in which share of resamples of half the truths each input was limited."""
    generator = np.random.default_rng([rng, len(values)])
    found = np.zeros(values.shape[1])
    for _ in range(_RESAMPLES):
        rows = generator.choice(len(values), len(values) // 2, replace=False)
        if sought[rows].any():
            low, high = induced(values[rows], sought[rows])
            found += np.isfinite(low) | np.isfinite(high)
    return found / _RESAMPLES
