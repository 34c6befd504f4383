"""Beliefs: each family against its definition and against scipy.stats, and bad parameters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory.talks.distributions import DISTRIBUTIONS, Beta, Discrete, Normal, Triangular, Uniform, make

scipy_stats = pytest.importorskip("scipy.stats")

CONTINUOUS = [
    (Uniform(-1, 3), scipy_stats.uniform(-1, 4)),
    (Triangular(0.1, 0.2, 0.5), scipy_stats.triang(0.25, 0.1, 0.4)),
    (Triangular(0, 0, 2), scipy_stats.triang(0, 0, 2)),
    (Triangular(0, 2, 2), scipy_stats.triang(1, 0, 2)),
    (Normal(0.3, 0.2), scipy_stats.norm(0.3, 0.2)),
    (Beta(2, 5, -1, 1), scipy_stats.beta(2, 5, -1, 2)),
    (Beta(0.5, 0.5), scipy_stats.beta(0.5, 0.5)),
]
DICE = Discrete([3, 1, 2, 2], [0.5, 0.25, 0.25, 0.0])
ALL = [mine for mine, _ in CONTINUOUS] + [DICE]


@pytest.mark.parametrize(("mine", "theirs"), CONTINUOUS, ids=[repr(mine) for mine, _ in CONTINUOUS])
def test_agrees_with_scipy_stats(mine: Uniform, theirs: object) -> None:
    x, q = np.linspace(-1.5, 3.5, 101), np.linspace(0, 1, 101)
    assert mine.cdf(x) == pytest.approx(theirs.cdf(x), abs=1e-12)  # type: ignore[attr-defined]
    inside = (x > theirs.ppf(0) + 1e-9) & (x < theirs.ppf(1) - 1e-9)  # type: ignore[attr-defined]
    assert mine.pdf(x[inside]) == pytest.approx(theirs.pdf(x[inside]), rel=1e-9, abs=1e-12)  # type: ignore[attr-defined]
    assert mine.quantile(q) == pytest.approx(theirs.ppf(q), abs=1e-9)  # type: ignore[attr-defined]
    assert mine.mean == pytest.approx(theirs.mean(), abs=1e-12)  # type: ignore[attr-defined]
    assert mine.support == pytest.approx(theirs.support(), abs=1e-12)  # type: ignore[attr-defined]


@pytest.mark.parametrize("belief", ALL, ids=repr)
def test_nodes_give_mean_variance_and_probabilities(belief: Uniform) -> None:
    cut = float(belief.quantile(0.37))
    x, w = belief.nodes(belief.cdf(cut))
    assert w.sum() == pytest.approx(1, abs=1e-12)
    assert w @ x == pytest.approx(belief.mean, abs=1e-9)
    assert w @ (x <= cut) == pytest.approx(float(belief.cdf(cut)), abs=1e-12)
    assert np.all(np.diff(x) >= 0)


@pytest.mark.parametrize("belief", ALL, ids=repr)
def test_samples_follow_the_distribution(belief: Uniform) -> None:
    drawn = belief.sample(np.random.default_rng(7), (400, 50))
    assert drawn.shape == (400, 50)
    assert np.isfinite(drawn).all()
    for q in (0.1, 0.5, 0.9):
        x = float(belief.quantile(q))
        assert (drawn <= x).mean() == pytest.approx(float(belief.cdf(x)), abs=0.02)


@pytest.mark.parametrize("belief", ALL, ids=repr)
@given(q=st.floats(0, 1))
@settings(deadline=None, max_examples=50)
def test_quantile_is_the_least_point_reaching_q(belief: Uniform, q: float) -> None:
    x = float(belief.quantile(q))
    assert belief.cdf(x) >= q - 1e-9
    if np.isfinite(x):
        assert belief.cdf(x - 1e-6 * max(1.0, abs(x))) <= q + 1e-9 or x == belief.support[0]


def test_discrete_steps() -> None:
    assert DICE.cdf([0.9, 1, 2.5, 3, 9]).tolist() == [0, 0.25, 0.5, 1, 1]
    assert DICE.quantile([0, 0.25, 0.26, 0.5, 0.51, 1]).tolist() == [1, 1, 2, 2, 3, 3]
    assert DICE.support == (1, 3)
    assert Discrete([0, 1, 9], [0.5, 0.5, 0]).support == (0, 1)
    with pytest.raises(ValueError, match="density"):
        DICE.pdf(1)


def test_registry_builds_every_family() -> None:
    built = {
        "uniform": make("uniform", [0, 1]),
        "triangular": make("triangular", [0, 1, 2]),
        "normal": make("normal", [0, 1]),
        "beta": make("beta", [2, 3, 0, 1]),
        "discrete": make("discrete", [[1, 2], [0.5, 0.5]]),
    }
    assert built.keys() == DISTRIBUTIONS.keys()
    assert make("beta", [2, 3]) == built["beta"]


@pytest.mark.parametrize(
    ("name", "parameters", "named"),
    [
        ("uniform", [1, 1], "high"),
        ("uniform", [2, 1], "high"),
        ("uniform", [0], "uniform"),
        ("uniform", [0, 1, 2], "uniform"),
        ("uniform", [0, np.inf], "high"),
        ("uniform", [True, 2], "low"),
        ("uniform", ["a", 2], "low"),
        ("triangular", [0, 3, 2], "mode"),
        ("triangular", [0, 0, 0], "high"),
        ("normal", [0, 0], "sd"),
        ("normal", [0, -1], "sd"),
        ("normal", [np.nan, 1], "mean"),
        ("beta", [0, 1, 0, 1], "a"),
        ("beta", [1, -2, 0, 1], "b"),
        ("beta", [1, 2, 1, 0], "high"),
        ("discrete", [[1, 2], [0.5, 0.4]], "probabilities"),
        ("discrete", [[1, 2], [1.5, -0.5]], "probabilities"),
        ("discrete", [[1, 2], [1.0]], "probabilities"),
        ("discrete", [[], []], "probabilities"),
        ("discrete", [[1, np.nan], [0.5, 0.5]], "values"),
        ("discrete", [[[1]], [1]], "values"),
        ("cauchy", [0, 1], "distribution"),
        (["uniform"], [0, 1], "distribution"),
        ("uniform", None, "parameters"),
        ("uniform", 3.0, "parameters"),
        ("discrete", [None, None], "values"),
    ],
)
def test_bad_parameters_are_named(name: str, parameters: list[object], named: str) -> None:
    with pytest.raises(ValueError, match=rf"^{named}:"):
        make(name, parameters)


def test_a_negative_probability_is_named_as_one() -> None:
    with pytest.raises(ValueError, match=r"^probabilities: -0\.5 \(expected numbers of at least 0\)"):
        Discrete([1, 2], [1.5, -0.5])


def test_bad_levels_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^q:"):
        Uniform(0, 1).quantile([0.5, 1.5])
