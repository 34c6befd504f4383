"""Alternating offers and the demand game of a scenario: published answers, the theory asked directly, and laws."""

from __future__ import annotations

import copy
import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
import twin
from hypothesis import given, settings
from hypothesis import strategies as st
from rivals import Data, Rng, pick, rivals, rngs
from strategies import built

import sim
from sim.game.terms import terms
from sim.studies.games.demand import Demand, demands
from sim.studies.games.fixed_costs import FixedCosts
from sim.studies.games.offers import Offers
from sim.studies.games.setting import Absent, Setting, signers_terms
from sim.studies.study import Study
from sim.theory.bargaining import nash
from sim.theory.bargaining.hull import upper_hull
from sim.theory.talks import offers


def pie(*, no_deal: tuple[Any, Any] = (0, 0), step: float = 0.5, **extra: tuple[Any, Any]) -> Data:
    """One pie of 1 between a and b; `extra` gives each side a number more."""
    parties: Data = {}
    for name, best, worst, own in (("a", 1, 0, no_deal[0]), ("b", 0, 1, no_deal[1])):
        parties[name] = {"values": {"pie": {"importance": 1, "best": best, "worst": worst}}, "no_deal": own}
    for key, (first, second) in extra.items():
        parties["a"][key], parties["b"][key] = first, second
    return {"format": 1, "name": "Pie", "issues": {"pie": {"range": [0, 1], "step": step}}, "parties": parties}


def offered(data: Data) -> Offers:
    found = sim.study(built(data)).games.offers
    assert isinstance(found, Offers)
    return found


def absent(result: Any) -> str:
    assert isinstance(result, Absent)
    return result.reason


# Rubinstein 1982, Econometrica 50; Osborne and Rubinstein 1990, chapter 3 (answer origin: recalled).
RUBINSTEIN = [
    ((0.9, 0.9), 0.5263157894736842),
    ((0.9, 0.8), 0.7142857142857143),
    ((0.5, 0.9), 0.18181818181818182),
    ((0.99, 0.98), 0.6711409395973144),
]


@pytest.mark.parametrize(("patience", "share"), RUBINSTEIN)
def test_rubinstein_1982_from_a_file(patience: tuple[float, float], share: float) -> None:
    found = offered(pie(patience=patience))
    assert found.patience == dict(zip("ab", patience, strict=True))
    first = found.first["a"]
    assert first.utilities == pytest.approx({"a": share, "b": 1 - share}, abs=1e-9)
    mixed = sum(part.chance * part.outcome["pie"] for part in first.parts)
    assert mixed == pytest.approx(share, abs=1e-9)
    assert found.advantage["a"] == pytest.approx(share - found.first["b"].utilities["a"], abs=1e-12)
    assert min(found.advantage.values()) > 0


# Rubinstein 1982, Econometrica 50, conclusion for fixed costs (answer origin: recalled).
@pytest.mark.parametrize(("costs", "opening"), [((0.1, 0.2), 1.0), ((0.2, 0.1), 0.1)])
def test_rubinstein_1982_fixed_costs_from_a_file(costs: tuple[float, float], opening: float) -> None:
    data = pie() | {"talks": {"costs": dict(zip("ab", costs, strict=True))}}
    study = sim.study(built(data))
    found = study.games.fixed_costs
    assert isinstance(found, FixedCosts)
    assert found.least["a"] == pytest.approx({"a": opening, "b": 1 - opening}, abs=1e-9)
    answering = 0.0 if opening == 0.1 else 1.0 - costs[0]
    assert found.most["b"]["a"] == pytest.approx(answering, abs=1e-9)
    assert "patience" in absent(study.games.offers)


def test_equal_fixed_costs_leave_a_range() -> None:
    found = sim.study(built(pie() | {"talks": {"costs": {"a": 0.1, "b": 0.1}}})).games.fixed_costs
    assert isinstance(found, FixedCosts)
    assert (found.least["a"]["a"], found.most["a"]["a"]) == pytest.approx((0.1, 1.0), abs=1e-9)


@given(st.floats(0.01, 0.9), st.floats(0.05, 0.95), st.floats(0, 0.4))
@settings(max_examples=30)
def test_breakdown_from_a_file(risk: float, keep: float, outside: float) -> None:
    """Backward induction written out: after a refusal talks end with the risk, leaving r, else go on a round later."""
    data = pie(no_deal=({"outside": outside, "impasse": 0.1}, 0.2), patience=(keep, 0.7)) | {
        "talks": {"breakdown": risk}
    }
    study = sim.study(built(data))
    found, r, d = study.games.offers, [max(outside, 0.1), 0.2], [0.1, 0.2]
    assert isinstance(found, Offers)
    assert found.breakdown == risk

    def waiting(value: float, side: int) -> float:
        on = d[side] + (keep, 0.7)[side] * (value - d[side])
        return max(r[side] if outside > 0.1 and side == 0 else -1.0, risk * r[side] + (1 - risk) * on)

    opener = {i: [found.first["ab"[i]].utilities[p] for p in "ab"] for i in (0, 1)}
    assert opener[0][1] == pytest.approx(waiting(opener[1][1], 1), abs=1e-8)
    assert opener[1][0] == pytest.approx(waiting(opener[0][0], 0), abs=1e-8)
    refused = [risk * r[i] + (1 - risk) * d[i] for i in (0, 1)]
    agreed = [0.0, 0.0]
    ends = sim.studies.games.offers.HORIZONS[2]
    for played in reversed(range(ends)):
        answers = (played + 1) % 2
        last = refused[answers] if played == ends - 1 else waiting(agreed[answers], answers)
        given_up = max(last, r[0]) if answers == 0 and outside > 0.1 else last
        agreed = [given_up, 1 - given_up] if answers == 0 else [1 - given_up, given_up]
    assert list(found.finite[ends]["a"].values()) == pytest.approx(agreed, abs=1e-8)


def test_breakdown_replaces_patience() -> None:
    """Binmore, Rubinstein and Wolinsky 1986: with nothing but the risk of breakdown its payoff is the status quo."""
    found = offered(pie(no_deal=({"outside": 0.3, "impasse": 0}, 0)) | {"talks": {"breakdown": 0.1}})
    assert found.limit == pytest.approx({"a": 0.65, "b": 0.35}, abs=1e-9)
    assert found.first["a"].utilities["a"] == pytest.approx(0.3 + 0.7 / 1.9, abs=1e-9)


# Stahl 1972, Bargaining Theory: with T offers left the opener of a pie gets 1 - d + d^2 - ... (T terms; derived again).
@pytest.mark.parametrize(("rounds", "share"), [(1, 1.0), (2, 0.1), (3, 0.91), (40, 0.5185363773992449)])
def test_a_deadline_is_a_last_round(rounds: int, share: float) -> None:
    found = offered(pie(patience=(0.9, 0.9)) | {"talks": {"last_round": rounds}})
    assert share == pytest.approx(math.fsum((-0.9) ** k for k in range(rounds)), abs=1e-12)
    assert found.last_round == rounds
    assert {p: mix.utilities["a"] for p, mix in found.first.items()} == pytest.approx({"a": share, "b": 1 - share})
    assert found.advantage == pytest.approx({"a": 2 * share - 1, "b": 2 * share - 1})
    assert found.limit == offered(pie(patience=(0.9, 0.9))).limit


def test_a_deadline_opens_no_zone_and_changes_no_other_solution() -> None:
    data = pie(no_deal=(0.3, 0.2), patience=(0.9, 0.8), step=0.1)
    plain, late = (sim.study(built(data | talks)) for talks in ({}, {"talks": {"last_round": 2}}))
    assert plain.zone.margin == late.zone.margin
    assert plain.solutions["nash"].outcome == late.solutions["nash"].outcome
    assert late.games.offers.first["a"].utilities != plain.games.offers.first["a"].utilities  # type: ignore[union-attr]


# Binmore, Shaked and Sutton 1989, Quarterly Journal of Economics 104; the party that answers may opt out (answer
# origin: recalled).
@pytest.mark.parametrize(("option", "share"), [(0, 0.5263157894736842), (0.4, 0.5263157894736842), (0.6, 0.4)])
def test_binmore_shaked_sutton_1989_outside_option(option: float, share: float) -> None:
    data = pie(no_deal=(0, {"outside": option, "impasse": 0}), patience=(0.9, 0.9))
    assert offered(data).first["a"].utilities["a"] == pytest.approx(share, abs=1e-9)


# Binmore, Rubinstein and Wolinsky 1986, RAND Journal of Economics 17 (answer origin: recalled).
@pytest.mark.parametrize(("length", "share"), [(0.001, 0.7500374987498953), (0.1, None), (1, None)])
def test_binmore_rubinstein_wolinsky_1986_from_a_war(length: float, share: float | None) -> None:
    """War ends at a rate of 0.05 a year and the sides discount at 0.05 and 0.25: together 0.1 and 0.3."""
    data = war_pie(length)
    study = sim.study(built(data))
    assert list(study.reservation.values()) == pytest.approx([0, 0], abs=1e-12)
    found = offered(data)
    assert found.patience == pytest.approx({"a": math.exp(-0.1 * length), "b": math.exp(-0.3 * length)})
    expected = (1 - found.patience["b"]) / (1 - found.patience["a"] * found.patience["b"])
    assert found.first["a"].utilities["a"] == pytest.approx(share or expected, abs=1e-9)
    assert found.limit == pytest.approx({"a": 0.75, "b": 0.25}, abs=1e-9)


def war_pie(length: float) -> Data:
    data = pie(step=0.25)
    data["war"] = {
        "end_rate": 0.05,
        "round": length,
        "status_quo": {"pie": 0.4},
        "outcomes": {"a wins": {"odds": 1, "levels": {"pie": 1}}, "b wins": {"odds": 1, "levels": {"pie": 0}}},
    }
    for name, rate, meanwhile in (("a", 0.05, 0.4), ("b", 0.25, 0.6)):  # costs that leave nothing without a deal
        cost = rate * meanwhile + 0.05 * 0.5
        data["parties"][name]["no_deal"] = {"war": {"cost": cost, "discount_rate": rate}}
    return data


def setting_of(study: Study) -> Setting:
    found = terms(study.game, study.leverage)
    return Setting(study.game, study.folded, study.leverage, found, signers_terms(study.game, found))


def test_offers_agree_with_the_theory_and_outside_options_that_do_not_bind_change_nothing() -> None:
    seen = Counter[str]()

    @settings(max_examples=60)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = rivals(rng, issues=int(rng.integers(1, 4)), lines=1, no_deal=[-0.2, 0, 0.2, 0.45])
        for party in data["parties"].values():
            party["patience"] = pick(rng, [0.3, 0.8, 0.95])
            if rng.random() < 0.4:
                outside = party["no_deal"] + pick(rng, [-0.1, 0.05, 0.3])
                party["no_deal"] = {"outside": outside, "impasse": party["no_deal"]}
        answer, study = twin.solve(data), sim.study(built(data))
        if not answer.feasible:
            assert "no outcome" in absent(study.games.offers)
            return
        curve = upper_hull(np.array(list(answer.feasible.values()))).utilities
        d, r = (np.array(list(x.values())) for x in (answer.disagreement, answer.reservation))
        given_terms = {
            "disagreement": d,
            "patience": np.array([p["patience"] for p in data["parties"].values()]),
            "outside": np.where(r > d, r, -np.inf),
        }
        expected = offers.stationary(curve, **given_terms)
        found = study.games.offers
        if np.isnan(expected).any():
            assert "nothing to agree on" in absent(found)
            assert study.mixes.exists is False
            seen["none"] += 1
            return
        assert isinstance(found, Offers)
        assert study.mixes.exists is True
        for i, name in enumerate(data["parties"]):
            mix = found.first[name]
            assert list(mix.utilities.values()) == pytest.approx(expected[i].tolist(), abs=1e-9)
            assert {tuple(part.outcome.values()) for part in mix.parts} <= set(answer.feasible)
            assert found.advantage[name] >= -1e-9
        assert list(found.limit.values()) == pytest.approx(offers.limit(curve, **given_terms).tolist(), abs=1e-9)
        without = copy.deepcopy(data)
        binding = False
        for i, (name, party) in enumerate(without["parties"].items()):
            if isinstance(party["no_deal"], dict):
                waits = min(found.first[p].utilities[name] for p in data["parties"])
                binding |= bool(r[i] > d[i]) and waits <= r[i] + 1e-9
                party["no_deal"] = party["no_deal"]["impasse"]
        if not binding:
            again = offered(without)
            for name, mix in again.first.items():
                assert mix.utilities == pytest.approx(found.first[name].utilities, abs=1e-9)
            seen["free"] += without != data
        else:
            seen["binding"] += 1

    run()
    assert min(seen["none"], seen["free"], seen["binding"]) >= 1


def test_offers_tend_to_the_asymmetric_nash_solution_as_rounds_shorten() -> None:
    """On a bent frontier, with powers inverse to the rates."""
    apart = []
    for length in (1, 0.1, 0.01, 0.001):
        data = war_pie(length)
        data["parties"]["a"]["values"]["pie"]["shape"] = {"power": 0.5}
        data["parties"]["a"]["no_deal"]["war"]["cost"] += 0.05 * (math.sqrt(0.4) - 0.4)
        data["issues"]["pie"]["step"] = 0.01
        study = sim.study(built(data))
        assert list(study.reservation.values()) == pytest.approx([0, 0], abs=1e-12)
        found = offered(data)
        curve = upper_hull(study.folded.frontier.points.utilities).utilities
        ideal = curve.max(axis=0)
        expected = nash.on_hull(curve, disagreement=np.zeros(2), ideal=ideal, power=np.array([3.0, 1.0]))
        assert list(found.limit.values()) == pytest.approx(expected.tolist(), abs=1e-9)
        apart.append(max(abs(found.first[p].utilities[q] - found.limit[q]) for p in "ab" for q in "ab"))
    assert apart == sorted(apart, reverse=True)
    assert apart[-1] < 1e-3 < apart[0]


def test_why_there_are_no_offers() -> None:
    assert "no patience" in absent(sim.study(built(pie())).games.offers)
    three = pie(patience=(0.9, 0.9))
    three["parties"]["c"] = copy.deepcopy(three["parties"]["a"])
    assert "two signers" in absent(sim.study(built(three)).games.offers)
    assert "two signers" in absent(sim.study(built(three)).games.demand)


# Demands -------------------------------------------------------------------------------------------------------------


def test_every_equilibrium_of_the_demand_game_is_one() -> None:
    seen = Counter[str]()

    @settings(max_examples=60)
    @given(rngs, st.integers(2, 6))
    def run(rng: Rng, count: int) -> None:
        data = rivals(rng, issues=int(rng.integers(1, 3)), no_deal=[0, 0.1, 0.3, 0.5])
        answer, study = twin.solve(data), sim.study(built(data))
        found = demands(setting_of(study), count=count)
        if not answer.zone:
            assert "no zone" in absent(found)
            seen["no zone"] += 1
            return
        assert isinstance(found, Demand)
        packages = [tuple(stance.values()) for stance in found.stances]
        assert set(packages) <= set(answer.frontier)
        assert len(set(packages)) == len(packages) == min(count, len(packages))
        assert len(packages) == len(answer.frontier) or len(packages) >= 2
        a, b = (np.array([answer.frontier[x][i] for x in packages]) for i in (0, 1))
        assert list(found.values.values()) == [pytest.approx(a.tolist()), pytest.approx(b.tolist())]
        u = np.array(list(answer.zone.values()))
        r = [answer.reservation[name] for name in answer.signers]
        met = np.array([[((u >= np.array([x, y]) - 1e-9).all(axis=1)).any() for y in b] for x in a])
        A, B = np.where(met, a[:, None], r[0]), np.where(met, b[None, :], r[1])
        pure = set()
        for equilibrium in found.equilibria:
            p, q = (np.array(s) for s in equilibrium.strategies.values())
            assert [p.sum(), q.sum()] == pytest.approx([1, 1])
            paid = (p @ A @ q, p @ B @ q)
            assert list(equilibrium.payoffs.values()) == pytest.approx(paid, abs=1e-9)
            assert (A @ q).max() <= paid[0] + 1e-9
            assert (p @ B).max() <= paid[1] + 1e-9
            if max(p) > 1 - 1e-9 and max(q) > 1 - 1e-9:
                pure.add((int(p.argmax()), int(q.argmax())))
        brute = {
            (i, j)
            for i in range(len(a))
            for j in range(len(b))
            if A[:, j].max() <= A[i, j] + 1e-12 and B[i].max() <= B[i, j] + 1e-12
        }
        assert pure == brute
        best = [e for e in found.equilibria if e.payoff_dominant]
        for equilibrium in best:
            mine = np.array(list(equilibrium.payoffs.values()))
            assert all((mine >= np.array(list(e.payoffs.values())) - 1e-9).all() for e in found.equilibria)
        seen["several" if len(found.equilibria) > 1 else "one"] += 1
        seen["degenerate"] += found.degenerate

    run()
    assert min(seen["no zone"], seen["several"]) >= 1


# Nash 1953, Econometrica 21 (answer origin: own): every efficient split is an equilibrium.
def test_nash_1953_every_efficient_split_is_an_equilibrium() -> None:
    data = pie()
    data["issues"]["pie"]["step"] = 1 / 8
    found = demands(setting_of(sim.study(built(data))), count=9)
    assert isinstance(found, Demand)
    pure = [e for e in found.equilibria if all(max(s) > 1 - 1e-9 for s in e.strategies.values())]
    efficient = {round(e.payoffs["a"], 9) for e in pure if sum(e.payoffs.values()) > 1 - 1e-9}
    assert efficient == {k / 8 for k in range(9)}


# Nash 1953, Econometrica 21; the logistic chance of compatible demands was chosen for this case (answer origin: own).
def test_nash_1953_slight_doubt_selects_the_nash_deal() -> None:
    """Utilities x and the root of y: the split of two thirds and one third."""
    data = pie(step=0.001)
    data["parties"]["b"]["values"]["pie"]["shape"] = {"power": 0.5}
    study = sim.study(built(data))
    assert study.solutions["nash"].outcome["pie"] == pytest.approx(2 / 3, abs=1e-3)
    apart = []
    for count, smoothing in ((5, 0.2), (21, 0.05), (201, 0.01), (1001, 0.002)):
        game = demands_selected(study, count, smoothing)
        apart.append(abs(game - 2 / 3))
    assert apart[-1] <= 0.01 < apart[0]


def demands_selected(study: Study, count: int, smoothing: float) -> float:
    """The row side's selected demand; without solving for all equilibria, which many stances would not allow."""
    from sim.theory.talks.demand_game import demand_game, stances

    points = study.folded.frontier.points.utilities
    chosen = stances(points, count)
    game = demand_game(points, study.point.reservation, rows=chosen, columns=chosen, smoothing=smoothing)
    return float(game.row[game.selected[0]])


@pytest.mark.parametrize("shape", [0.5, 1, 2])
@pytest.mark.parametrize("count", [3, 5, 8])
def test_a_scenario_picks_the_stance_nearest_to_the_nash_deal(shape: float, count: int) -> None:
    """However coarse the stances: the pick is made among all packages and then named by the nearest stance."""
    data = pie(step=0.001, no_deal=(0.1, 0.2))
    data["parties"]["b"]["values"]["pie"]["shape"] = {"power": shape}
    study = sim.study(built(data))
    nash = np.array(list(study.solutions["nash"].utilities.values()))
    found = demands(setting_of(study), count=count)
    assert isinstance(found, Demand)
    asked = np.stack([found.values["a"], found.values["b"]], axis=1)
    span = np.ptp(asked, axis=0)
    away = (np.abs(asked - nash) / span).max(axis=1)
    assert found.selected is not None
    assert away[found.selected] <= away.min() + 1e-9


def test_a_scenario_of_two_outcomes_picks_the_better_product() -> None:
    data = pie()
    data["issues"]["pie"] = {"levels": ["left", "right"]}
    tables = {"a": {"left": 0.2, "right": 1.0}, "b": {"left": 1.0, "right": 0.5}}
    for name, table in tables.items():
        data["parties"][name] = {"values": {"pie": {"importance": 1, "table": table}}, "no_deal": 0}
    study = sim.study(built(data))
    found = demands(setting_of(study))
    assert isinstance(found, Demand)
    assert found.selected is not None
    assert found.stances[found.selected] == study.solutions["nash"].outcome == {"pie": "right"}


# Putnam 1988, International Organization 42; numbers chosen for this case (answer origin: own).
@pytest.mark.parametrize(
    ("ratifiers", "zone", "share"),
    [((0.45, 0.3), (0.45, 0.7), 0.5), ((0.6, 0.3), (0.6, 0.7), 0.6), ((0.6, 0.45), None, None)],
)
def test_putnam_1988_a_smaller_win_set_can_improve_terms(
    ratifiers: tuple[float, float], zone: tuple[float, float] | None, share: float | None
) -> None:
    """What the negotiators have is 0; what those at home must get is the least that can be signed."""
    study = sim.study(built(pie(no_deal=tuple({"outside": r, "impasse": 0} for r in ratifiers), step=0.01)))
    if zone is None:
        assert study.zone.exists is False
        assert study.solutions == {}
    else:
        found = study.zone.issues["pie"]
        assert (found.min, found.max) == pytest.approx(zone, abs=1e-12)
        assert study.solutions["nash"].outcome["pie"] == pytest.approx(share, abs=1e-9)


# Tsebelis 2002, Veto Players; numbers chosen for this case (answer origin: own).
@pytest.mark.parametrize(("today", "winset"), [(50, (50, 50)), (80, (60, 80)), (5, (5, 35))])
def test_tsebelis_2002_win_set_of_the_status_quo(today: int, winset: tuple[int, int]) -> None:
    """Three veto players at 20, 40 and 70: what all like at least as much as the status quo."""
    parties = {}
    for name, ideal in zip("abc", (20, 40, 70), strict=True):
        values = {"line": {"importance": 1, "ideal": ideal, "tolerance": 100}}
        parties[name] = {"values": values, "no_deal": 1 - abs(today - ideal) / 100}
    issues = {"line": {"range": [0, 100], "step": 1}}
    study = sim.study(built({"format": 1, "name": "Line", "issues": issues, "parties": parties}))
    found = study.zone.issues["line"]
    assert (found.min, found.max) == winset
    assert len(found.levels) == winset[1] - winset[0] + 1
    # Nobody gains at the status quo itself; elsewhere all do only where the win-set is more than that point.
    assert study.zone.margin == pytest.approx(0 if today == 50 else max(gains(today)), abs=1e-9)


def gains(today: int) -> list[float]:
    return [min(abs(today - i) - abs(x - i) for i in (20, 40, 70)) / 100 for x in range(101)]
