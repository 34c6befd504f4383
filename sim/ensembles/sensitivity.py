"""Which inputs decide: variance-based indices of the margin and of existence, by groups of inputs, and their ranges.

With f of independent groups of inputs X_g, the first index is S_g = V(E(f | X_g)) / V(f), how much of the variance
would go if X_g alone were learned; the total index T_g = 1 - V(E(f | all but X_g)) / V(f), how much would stay if all
but X_g were (Sobol 1993; Homma and Saltelli 1996). With two independent sets of truths A and B, and A with group g from
B, both are means over truths (Saltelli et al. 2010; Jansen 1999). Their intervals come from drawing truths again
(bootstrap), and the change from half as many truths says whether more are needed.

Existence is 0 or 1 and comes first: the margin is defined without a zone too, terms are not, and are looked at where
there is a zone alone (`sim.ensembles.learning`). Weights of one party make one group, the odds of how war ends another.
Where groups are correlated these indices mean nothing, so truths are drawn independently here.

The tornado moves one group over its own range, the others at the file's numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.ensembles.draws import Truths, draw, draws
from sim.ensembles.inputs import Inputs
from sim.ensembles.judging import judge
from sim.ensembles.plans import Plan
from sim.ensembles.requests import plan_of
from sim.errors import RequestError
from sim.model.arguments import count_in
from sim.model.paths import Keys, dotted, lookup
from sim.model.scenario import Scenario
from sim.model.statements import file_weights
from sim.space.pareto import Floats

__all__ = ["Index", "Indices", "Sensitivity", "Spread", "decided", "grouped", "indices", "sensitivity", "set_size"]

_RESAMPLES = 200
_LEVEL = 0.95
_RANGE = 33
_FEWEST = 8
_ODDS = "war.outcomes.odds"


@dataclass(frozen=True)
class Index:
    """Indices of one group of inputs, each with its 95 % interval.

    Attributes
    ----------
    inputs : str
        The group: a party's importances or a number by path, or ``war.outcomes.odds``.
    first, first_low, first_high, total, total_low, total_high : float
    """

    inputs: str
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float


@dataclass(frozen=True)
class Indices:
    """Indices of one output.

    Attributes
    ----------
    groups : tuple of Index
        The greatest total first; empty where the output never varies.
    moved : float
        How much the total indices changed at most from half as many truths.
    path : dict of int to tuple of float
        The total indices from fewer truths, by how many, in the order of `groups`.
    """

    groups: tuple[Index, ...]
    moved: float
    path: Mapping[int, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Spread:
    """Between what ends the margin lies while one group goes over its range, the others at the file's numbers."""

    inputs: str
    least: float
    greatest: float


@dataclass(frozen=True)
class Sensitivity:
    """What decides.

    Attributes
    ----------
    margin, existence : Indices
    tornado : tuple of Spread
        The widest first.
    file_margin : float or None
        None where the red lines leave no outcome; then nothing is in `tornado` either.
    truths : int
        How many truths each set has; the scenario was judged in (groups + 2) times as many.
    undecided : int
        Truths of which it could not be settled whether a zone exists; counted as none.
    """

    margin: Indices
    existence: Indices
    tornado: tuple[Spread, ...]
    file_margin: float | None
    truths: int
    undecided: int


def sensitivity(
    scenario: Scenario | str,
    n: int = 256,
    *,
    rng: int = 1,
    doubt: float | None = None,
    leverage: Mapping[str, float] | None = None,
    set: Mapping[str, Any] | None = None,
    lift_lines: Iterable[str] = (),
    sign: Iterable[str] = (),
) -> Sensitivity:
    """Say which inputs decide the margin, and whether there is a zone.

    Parameters
    ----------
    scenario : Scenario or str
        Or the path of its file.
    n : int
        Truths a set, a power of 2.
    rng, doubt, leverage, set, lift_lines, sign
        As for `sim.ensemble`.

    Raises
    ------
    ScenarioError, RequestError, SizeError
        As `sim.ensemble`; or `n` is no power of 2.

    Examples
    --------
    >>> found = sensitivity("scenarios/teaching/fearon-crisis.yaml", 64, doubt=0.5)
    >>> len(found.margin.groups) == len(found.tornado)
    True
    """
    count = set_size("n", n)
    options: dict[str, Any] = {"doubt": doubt, "leverage": leverage, "set": set, "lift_lines": lift_lines}
    return decided(plan_of(scenario, count, rng=rng, solved=0, sign=sign, **options))


def set_size(what: str, given: Any) -> int:
    """Return how many truths a set has; raises RequestError where that is no power of 2."""
    count = count_in(what, given, least=4, most=1 << 20)
    if count & (count - 1):
        raise RequestError(f"{what}: {count} (expected a power of 2, such as {1 << count.bit_length()})")
    return count


def decided(plan: Plan) -> Sensitivity:
    """Return what decides, for the inputs and the number of truths of a plan."""
    first, second = draws(plan.inputs, plan.n, plan.rng, copies=2)
    sets = {name: _with(first, second, members) for name, members in grouped(plan.inputs).items()}
    judged = [judge(plan.table, truths, plan.levels) for truths in (first, second, *sets.values())]
    margins = np.array([each.bracket.low for each in judged])
    exists = np.array([each.exists for each in judged], dtype=np.float64)
    file = _at_file(plan)
    own = float(judge(plan.table, file, plan.levels).bracket.low[0])
    return Sensitivity(
        margin=indices(tuple(sets), margins),
        existence=indices(tuple(sets), exists),
        tornado=_tornado(plan, file) if np.isfinite(own) else (),
        file_margin=own if np.isfinite(own) else None,
        truths=plan.n,
        undecided=int(sum(each.undecided.sum() for each in judged)),
    )


def grouped(inputs: Inputs) -> dict[str, tuple[str | Keys, ...]]:
    """Return what belongs to each group of inputs that differ: a party's name, or the keys of numbers."""
    found: dict[str, tuple[str | Keys, ...]] = {
        f"parties.{name}.values": (name,) for name, known in inputs.weights.items() if not known.polytope.known
    }
    for keys, number in inputs.numbers.items():
        if number.open:
            name = _ODDS if keys[-1] == "odds" else dotted(keys)
            found[name] = (*found.get(name, ()), keys)
    return found


def _with(first: Truths, second: Truths, members: tuple[str | Keys, ...]) -> Truths:
    """Return truths with one group taken from others."""
    weights = {name: (second if name in members else first).weights[name] for name in first.weights}
    numbers = {keys: (second if keys in members else first).numbers[keys] for keys in first.numbers}
    return Truths(weights, numbers, first.methods)


def indices(names: tuple[str, ...], outputs: Floats) -> Indices:
    """Return indices from the outputs of A, B, and A with each group from B.

    Parameters
    ----------
    names : tuple of str
        The groups, d of them.
    outputs : ndarray, shape (2 + d, n)
        n a power of 2.
    """
    if not np.isfinite(outputs).all() or np.ptp(outputs[:2]) < 1e-12:
        return Indices((), 0.0)
    first, total = _both(outputs)
    half = outputs[:, : outputs.shape[1] // 2]
    moved = float(np.abs(_both(half)[1] - total).max()) if np.ptp(half[:2]) > 1e-12 else 1.0
    low, high = _resampled(outputs)
    found = [
        Index(name, *map(float, (first[k], low[0, k], high[0, k], total[k], low[1, k], high[1, k])))
        for k, name in enumerate(names)
    ]
    order = sorted(range(len(found)), key=lambda k: -found[k].total)
    path = {n: tuple(float(x) for x in total[order]) for n, total in _fewer(outputs)}
    return Indices(tuple(found[k] for k in order), moved, path)


def _fewer(outputs: Floats) -> Iterator[tuple[int, Floats]]:
    """Yield total indices from the first truths, twice as many each time, where these vary."""
    n = _FEWEST
    while n <= outputs.shape[1]:
        some = outputs[:, :n]
        if np.ptp(some[:2]) > 1e-12:
            yield n, _both(some)[1]
        n *= 2


def _both(outputs: Floats) -> tuple[Floats, Floats]:
    from scipy.stats import sobol_indices

    given: Any = {"f_A": outputs[:1], "f_B": outputs[1:2], "f_AB": outputs[2:, None, :]}
    found = sobol_indices(func=given, n=outputs.shape[1])
    return np.atleast_1d(np.squeeze(found.first_order)), np.atleast_1d(np.squeeze(found.total_order))


def _resampled(outputs: Floats) -> tuple[Floats, Floats]:
    """Return the ends (2, d) of bootstrap intervals of first and total indices, with the same estimators."""
    n = outputs.shape[1]
    rng = np.random.default_rng([n, len(outputs)])
    weights = rng.multinomial(n, np.full(n, 1 / n), size=_RESAMPLES) / n
    f = outputs - outputs[:2].mean()
    single = weights @ (f[1] * (f[2:] - f[0])).T
    whole = weights @ (0.5 * (f[0] - f[2:]) ** 2).T
    mean = 0.5 * (weights @ f[0] + weights @ f[1])
    variance = 0.5 * (weights @ f[0] ** 2 + weights @ f[1] ** 2) - mean**2
    safe = np.where(variance > 1e-15, variance, np.nan)[:, None]
    both = np.stack([single / safe, whole / safe], axis=1)
    # Where truths drawn again never vary anything may be so.
    low, high = (np.where(np.isnan(both), free, both) for free in (0.0, 1.0))
    return np.quantile(low, (1 - _LEVEL) / 2, axis=0), np.quantile(high, (1 + _LEVEL) / 2, axis=0)


def _at_file(plan: Plan) -> Truths:
    """Return the file's own numbers as one truth."""
    scenario = plan.scenario
    weights = {name: file_weights(scenario.spec.parties[name])[None, :] for name in plan.inputs.weights}
    numbers = {keys: np.array([float(lookup(scenario.tree.data, keys))]) for keys in plan.inputs.numbers}
    return Truths(weights, numbers, {})


def _tornado(plan: Plan, file: Truths) -> tuple[Spread, ...]:
    """Return between what ends the margin lies as each group goes over its range."""
    n = max(_RANGE, min(plan.n, 512))
    drawn = draw(plan.inputs, n, plan.rng)
    found = []
    for name, members in grouped(plan.inputs).items():
        own = _over_range(plan, members) if len(members) == 1 and not isinstance(members[0], str) else drawn
        size = len(next(iter(own.numbers.values()))) if own is not drawn else n
        weights = {p: own.weights[p] if p in members else np.repeat(w, size, axis=0) for p, w in file.weights.items()}
        numbers = {k: own.numbers[k] if k in members else np.repeat(x, size) for k, x in file.numbers.items()}
        margins = judge(plan.table, Truths(weights, numbers, {}), plan.levels).bracket.low
        found.append(Spread(name, float(margins.min()), float(margins.max())))
    return tuple(sorted(found, key=lambda spread: spread.least - spread.greatest))


def _over_range(plan: Plan, members: tuple[str | Keys, ...]) -> Truths:
    """Return one number over its range: evenly in probability, from end to end where it has ends."""
    keys = members[0]
    assert not isinstance(keys, str)
    levels = plan.inputs.numbers[keys].quantile(np.clip(np.linspace(0, 1, _RANGE), 1e-3, 1 - 1e-3))
    number = plan.inputs.numbers[keys]
    ends = [end for end in (number.low, number.high) if np.isfinite(end)]
    return Truths({}, {keys: np.concatenate([levels, ends])}, {})
