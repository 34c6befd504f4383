"""Take it or leave it under private information: published cases, slow twins, laws and bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.theory.talks.distributions import Beta, Discrete, Distribution, Normal, Triangular, Uniform
from sim.theory.talks.ultimatum import ultimatum

KEPT = np.linspace(0, 1, 20001)
unit = st.floats(0, 1).map(lambda x: round(x, 6))
beliefs = st.sampled_from(
    [Uniform(0.1, 0.6), Triangular(0, 0.3, 0.5), Beta(2, 3, 0.1, 0.7), Beta(0.5, 0.5), Discrete([0.2, 0.5], [0.7, 0.3])]
)
frontiers = st.lists(st.tuples(unit, unit), min_size=1, max_size=12).map(np.array)


@pytest.mark.parametrize(
    ("own_cost", "kept", "risk"),
    # x = p + (c - cA) / 2 and risk (c - cA) / (2 c) where cA < c; otherwise x = p and no risk.
    [(0.2, 0.6, 0.25), (0.5, 0.5, 0.0), (0.0, 0.7, 0.5)],
)
def test_risk_return_with_uniform_costs(own_cost: float, kept: float, risk: float) -> None:
    # Fearon (1995), Powell (1999): p = 1/2, the other's cost uniform on [0, 0.4]. The closed form is our own.
    game = ultimatum(KEPT, 1 - KEPT, Uniform(0, 0.4), no_deal=0.5 - own_cost, reservation=lambda c: 0.5 - c)
    assert KEPT[game.best] == pytest.approx(kept, abs=1e-6)
    assert game.best_risk == pytest.approx(risk, abs=1e-5)
    assert KEPT[game.safe] == pytest.approx(0.5, abs=1e-6)
    assert game.risk[game.safe] == 0
    worth = (1 - risk) * kept + risk * (0.5 - own_cost)
    assert game.price == pytest.approx(worth - 0.5, abs=1e-6)
    # With the cost known the proposer keeps p + c: its expected gain over war is E c + cA.
    assert game.surplus == pytest.approx(0.2 + own_cost, abs=1e-4)
    assert game.spread == pytest.approx(0.4)


def twin(own: np.ndarray, other: np.ndarray, belief: Discrete, no_deal: object, reservation: object) -> list[tuple]:
    rows = []
    for u, v in zip(own, other, strict=True):
        risk = lost = 0.0
        for value, probability in zip(belief.values, belief.probabilities, strict=True):
            if v < reservation(value) - 1e-9:  # type: ignore[operator]
                risk, lost = risk + probability, lost + probability * no_deal(value)  # type: ignore[operator]
        rows.append((risk, lost / risk if risk else np.nan, (1 - risk) * u + lost))
    return rows


@given(deals=frontiers, types=st.lists(unit, min_size=1, max_size=5), slope=st.floats(-1, 1))
@settings(deadline=None)
def test_discrete_belief_against_a_loop(deals: np.ndarray, types: list[float], slope: float) -> None:
    weights = np.arange(1, len(types) + 1)
    belief = Discrete(types, weights / weights.sum())
    own, other = deals.T
    # A hump: a discrete belief needs no monotone map.
    terms = {"no_deal": lambda t: 0.3 + slope * t, "reservation": lambda t: 0.8 * np.sin(3 * t)}
    game = ultimatum(own, other, belief, **terms)
    expected = np.array(twin(own, other, belief, *terms.values()))
    obtained = np.stack([game.risk, game.refused, game.payoff], axis=-1)
    assert obtained == pytest.approx(expected, abs=1e-9, nan_ok=True)
    assert game.accept + game.risk == pytest.approx(np.ones(len(own)), abs=1e-12)
    none = float(np.dot(belief.probabilities, 0.3 + slope * np.array(belief.values)))
    assert game.best_payoff == pytest.approx(max(none, game.payoff.max()), abs=2e-9)


@pytest.mark.parametrize(
    "belief", [Uniform(0.1, 0.6), Triangular(0, 0.3, 0.5), Beta(2, 3, 0.1, 0.7), Normal(0.3, 0.1)], ids=repr
)
@pytest.mark.parametrize("falling", [False, True])
def test_continuous_belief_against_many_types(belief: Distribution, falling: bool) -> None:
    many = Discrete(belief.quantile((np.arange(40000) + 0.5) / 40000), np.full(40000, 1 / 40000))
    own = np.linspace(0, 1, 41)
    terms = {
        "no_deal": lambda t: 0.1 + 0.5 * t**2,
        "reservation": (lambda t: 0.7 - t) if falling else (lambda t: t + 0.1 * t**3),
    }
    fast, slow = (ultimatum(own, 1 - own, b, **terms) for b in (belief, many))
    assert fast.risk == pytest.approx(slow.risk, abs=1e-4)
    assert fast.payoff == pytest.approx(slow.payoff, abs=1e-4)
    assert fast.surplus == pytest.approx(slow.surplus, abs=1e-4)
    assert fast.best == slow.best
    both = (fast.risk > 0.01) & (slow.risk > 0.01)
    assert fast.refused[both] == pytest.approx(slow.refused[both], abs=1e-2)


def test_no_deal_value_is_taken_given_refusal() -> None:
    # Types refuse where cost < 0.3 at this offer; the proposer's loss there averages 0.15, not the overall 0.2.
    game = ultimatum([0.8], [0.2], Uniform(0, 0.4), no_deal=lambda c: c, reservation=lambda c: 0.5 - c)
    assert game.risk == pytest.approx([0.75])
    assert game.refused == pytest.approx([0.15])


@given(deals=frontiers, belief=beliefs, low=unit, more=unit)
@settings(deadline=None, max_examples=200)
def test_risk_never_falls_as_the_proposer_can_bear_war_better(
    deals: np.ndarray, belief: Distribution, low: float, more: float
) -> None:
    risks = [ultimatum(*deals.T, belief, no_deal=r).best_risk for r in (low, low + more / 2, low + more)]
    assert np.all(np.diff(risks) >= -1e-12)


@given(deals=frontiers, value=unit, own=unit)
@settings(deadline=None)
def test_one_type_means_no_risk(deals: np.ndarray, value: float, own: float) -> None:
    game = ultimatum(*deals.T, Discrete([value], [1.0]), no_deal=own)
    margin = np.minimum(deals[:, 0] - own, deals[:, 1] - value).max()
    assert game.best_risk == (0.0 if margin >= -1e-9 else 1.0)
    assert (game.best is None) == (margin < -1e-9)
    constant = ultimatum(*deals.T, Uniform(0, 1), no_deal=own, reservation=lambda t: np.full_like(t, value))
    assert constant.best_risk == game.best_risk


@given(deals=frontiers, belief=beliefs, own=unit)
@settings(deadline=None, max_examples=200)
def test_safe_deal_exists_iff_the_margin_at_the_worst_type_is_not_negative(
    deals: np.ndarray, belief: Distribution, own: float
) -> None:
    game = ultimatum(*deals.T, belief, no_deal=own)
    margin = np.minimum(deals[:, 0] - own, deals[:, 1] - belief.support[1]).max()
    assume(abs(margin + 1e-9) > 1e-12)
    assert (game.safe is not None) == (margin >= -1e-9)
    assert (game.reason is None) == (game.safe is not None)
    if game.safe is not None:
        assert game.risk[game.safe] == 0
        assert game.price is not None
        assert game.price >= -2e-9
    if game.best_risk == 0:
        assert game.safe is not None


@given(deals=frontiers, belief=beliefs, own=unit)
@settings(deadline=None)
def test_curve_holds_exactly_the_offers_not_beaten(deals: np.ndarray, belief: Distribution, own: float) -> None:
    game = ultimatum(*deals.T, belief, no_deal=own)
    points = list(zip(game.risk.tolist(), deals[:, 0].tolist(), strict=True))
    kept = {(r, u) for r, u in points if not any(s <= r and v >= u and (s, v) != (r, u) for s, v in points)}
    curve = [points[k] for k in game.curve]
    assert len(curve) == len(set(curve))
    assert set(curve) == kept
    assert curve == sorted(curve)


def test_unbounded_belief_has_no_safe_deal() -> None:
    game = ultimatum(KEPT, 1 - KEPT, Normal(0.3, 0.05), no_deal=0.2)
    assert (game.safe, game.price) == (None, None)
    assert "no limit to what the other side may have" in str(game.reason)
    assert 0 < game.best_risk < 0.1
    assert game.spread == np.inf


def test_reasons_name_what_stands_in_the_way() -> None:
    belief = Uniform(0.2, 0.9)
    assert "the most it may have without a deal" in str(ultimatum([0.5], [0.5], belief, no_deal=0.0).reason)
    assert "no deal" in str(ultimatum([0.1], [0.95], belief, no_deal=0.3).reason)


def test_no_offer_where_only_the_weak_accept() -> None:
    # Only the type the proposer would beat easily accepts: better to offer nothing.
    game = ultimatum(
        [0.5], [0.4], Discrete([0, 1], [0.5, 0.5]), no_deal=lambda t: 0.9 - 0.9 * t, reservation=lambda t: t
    )
    assert game.best is None
    assert (game.best_payoff, game.best_risk) == pytest.approx((0.45, 1.0))


def test_reservation_with_a_flat_part() -> None:
    # An outside option of 0.4 binds for costs above 0.1: three types in four accept exactly 0.4.
    game = ultimatum(
        [0.6, 0.55], [0.4, 0.45], Uniform(0, 0.4), no_deal=0.1, reservation=lambda c: np.maximum(0.4, 0.5 - c)
    )
    assert game.accept == pytest.approx([0.75, 0.875])


@pytest.mark.parametrize(
    ("proposer", "responder", "terms", "named"),
    [
        ([0.5], [0.5, 0.6], {"no_deal": 0}, "responder"),
        ([], [], {"no_deal": 0}, "responder"),
        ([np.nan], [0.5], {"no_deal": 0}, "proposer"),
        (["a"], [0.5], {"no_deal": 0}, "proposer"),
        ([0.5], [np.inf], {"no_deal": 0}, "responder"),
        ([0.5], [0.5], {"no_deal": np.nan}, "no_deal"),
        ([0.5], [0.5], {"no_deal": [1, 2]}, "no_deal"),
        ([0.5], [0.5], {"no_deal": None}, "no_deal"),
        ([0.5], [0.5], {"no_deal": 0, "reservation": 0.3}, "reservation"),
        ([0.5], [0.5], {"no_deal": 0, "reservation": lambda t: np.sin(20 * t)}, "reservation"),
        ([0.5], [0.5], {"no_deal": 0, "reservation": lambda t: np.zeros(2)}, "reservation"),
    ],
)
def test_bad_input_names_the_argument(proposer: list, responder: list, terms: dict, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        ultimatum(proposer, responder, Uniform(0, 1), **terms)
