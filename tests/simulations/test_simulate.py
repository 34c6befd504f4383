"""Paths of leverage in time: a first passage with a known law, studies one by one, rules, answers, bad input."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm
from strategies import built

import sim
from sim.errors import RequestError, ScenarioError, SizeError
from sim.model.checks.dynamics import correlation_matrix
from sim.output.simulation_json import simulation_data
from sim.show.simulation import simulation_lines
from sim.simulations.answers import event_study, survival, waiting, windows
from sim.simulations.records import Simulation
from sim.simulations.rules import _expected
from sim.simulations.simulate import simulate

Data = dict[str, Any]
FRONT = {"volatility": 0.05}
PUSH = {"at": 1, "label": "Push", "leverage": {"front": 0.1}}
AGREED = {"at": 1, "leverage": {"talks": 1}}
LATE, LOST = [{"at": 37, "leverage": {}}], [{"at": 1, "leverage": {"frnt": 1}}]


def strip(dynamics: Data, *, open_at: float = 0.2, **more: Any) -> Data:
    """A pie of 1 with a zone where the front is at least `open_at`: what b has without a deal falls as it rises."""
    pie = {"a": (1, 0), "b": (0, 1)}
    return {
        "format": 1,
        "name": "Strip",
        "issues": {"pie": {"range": [0, 1], "step": 0.0005}},
        "parties": {
            name: {
                "values": {"pie": {"importance": 1, "best": best, "worst": worst}},
                "no_deal": 0.5 + (open_at if name == "b" else 0),
            }
            for name, (best, worst) in pie.items()
        },
        "leverage": {
            "front": {"range": [-1, 1], "default": 0, "shifts": {"parties.b.no_deal": {"by": -1}}},
            "aid": {"range": [-1, 1], "default": 0, "shifts": {"parties.a.no_deal": {"by": 0}}},
        },
        "dynamics": dynamics,
        **more,
    }


def war(dynamics: Data, *, optimism: float = 1.0) -> Data:
    """The same pie, fought for: the front moves the odds, war ends at a rate."""
    data = strip(dynamics)
    for name, party in data["parties"].items():
        party["no_deal"] = {"war": {"cost": 0.03, "discount_rate": 0.1 if name == "a" else 0.2}}
        party["no_deal"]["war"]["optimism"] = {"won" if name == "a" else "lost": optimism}
    data["leverage"]["front"]["shifts"] = {"war.outcomes.won.odds": {"factor": 3}}
    data["leverage"]["aid"]["shifts"] = {"parties.b.no_deal.war.cost": {"by": 0.01}}
    ends = {"won": {"odds": 1, "levels": {"pie": 1}}, "lost": {"odds": 1, "levels": {"pie": 0}}}
    data["war"] = {"end_rate": 0.5, "status_quo": {"pie": 0.5}, "outcomes": ends}
    data["issues"]["pie"]["step"] = 0.01
    return data


# Broadie, Glasserman and Kou (1997): a barrier watched at steps is one watched all the time, further off by
# 0.5826 standard deviations of a step (answer origin: recalled; 0.5826 = -zeta(1/2) / sqrt(2 pi)).
def test_first_passage_of_a_brownian_front() -> None:
    steps, barrier, sigma = 24, 0.2, 0.05
    found = simulate(built(strip({"front": FRONT, "months": steps})), 12_000, rng=3)
    curve = survival(found)
    for s in (6, 12, 24):
        shifted = barrier + 0.5826 * sigma
        passed = 2 * norm.sf(shifted / (sigma * math.sqrt(s)))
        watched_always = 2 * norm.sf(barrier / (sigma * math.sqrt(s)))
        assert 1 - curve.share[s] == pytest.approx(passed, abs=0.015)
        assert abs(1 - curve.share[s] - watched_always) > 0.02
        assert curve.low[s] <= curve.share[s] <= curve.high[s]
    assert curve.wars == 0


def test_every_point_is_what_a_study_says() -> None:
    scenario = built(
        war({"front": {"volatility": 0.2, "reversion": 0.1}, "aid": {"drift": 0.01}, "months": 6}, optimism=2.0)
    )
    found = simulate(scenario, 5, rng=7)
    for path, step in ((0, 0), (1, 3), (4, 6)):
        levels = {name: float(x[path, step]) for name, x in found.levels.items()}
        study = sim.study(scenario, levels)
        assert found.margin[path, step] == pytest.approx(study.zone.margin, abs=1e-12)
        assert found.reservation[path, step].tolist() == pytest.approx(list(study.reservation.values()), abs=1e-12)
        if study.zone.exists:
            assert found.deal[path, step].tolist() == pytest.approx(list(study.solutions["nash"].utilities.values()))
            assert found.row[path, step] >= 0
        else:
            assert np.isnan(found.deal[path, step]).all()


def test_beliefs_converge_at_their_rate() -> None:
    scenario = built(war({"aid": {}, "months": 24}, optimism=3.0))
    found = simulate(scenario, 1, learning=0.7)
    left = 3.0 ** math.exp(-0.7 * 2)
    values = {"parties.a.no_deal.war.optimism.won": left, "parties.b.no_deal.war.optimism.lost": left}
    assert found.margin[0, 24] == pytest.approx(sim.study(scenario, set=values).zone.margin, abs=1e-12)
    assert found.margin[0, 24] > found.margin[0, 0]


def test_the_same_state_gives_the_same_paths() -> None:
    scenario = built(war({"front": FRONT, "months": 4}))
    first, again = simulate(scenario, 3, rng=5), simulate(scenario, 3, rng=np.random.default_rng(5))
    assert first.rng == again.rng
    assert np.array_equal(first.margin, again.margin)
    assert not np.array_equal(first.margin, simulate(scenario, 3, rng=6).margin)


def test_steps_have_the_drift_the_spread_and_the_correlation_they_are_given() -> None:
    pair = {"front": {"volatility": 0.02, "drift": 0.01}, "aid": {"volatility": 0.03}}
    data = strip({**pair, "correlations": {"aid/front": -0.6}, "months": 4})
    found = simulate(built(data), 4000, rng=2)
    steps = {name: np.diff(x, axis=1).ravel() for name, x in found.levels.items()}
    assert steps["front"].mean() == pytest.approx(0.01, abs=0.001)
    assert steps["aid"].std() == pytest.approx(0.03, rel=0.05)
    assert np.corrcoef(steps["front"], steps["aid"])[0, 1] == pytest.approx(-0.6, abs=0.03)
    assert correlation_matrix(built(data).spec.dynamics, ["front", "aid"]).tolist() == [[1, -0.6], [-0.6, 1]]


def test_levels_stay_within_their_range() -> None:
    found = simulate(built(strip({"front": {"volatility": 1.0}, "months": 12})), 50)
    assert (np.abs(found.levels["front"]) <= 1).all()
    assert (np.abs(found.levels["front"]) == 1).any()


def test_an_event_is_studied_on_the_same_paths() -> None:
    events = [{"at": 2, "label": "Push", "leverage": {"front": 0.1}}, {"at": 3, "leverage": {"front": -0.05}}]
    found = simulate(built(strip({"front": FRONT, "months": 5, "events": events})), 200)
    push, other = event_study(found)
    assert (push.label, push.month, other.label) == ("Push", 2.0, "event 2")
    assert push.margin[:2] == pytest.approx([0, 0], abs=1e-15)
    # A tenth of the front is a twentieth of the margin, which two sides share.
    assert push.margin[2:] == pytest.approx([0.05] * 4, abs=1e-3)
    assert other.margin[3:] == pytest.approx([-0.025] * 3, abs=1e-3)
    assert (push.margin_error[2:] < 1e-3).all()
    assert push.deals >= 0 >= other.deals


@pytest.mark.parametrize("clipped", [False, True])
def test_an_event_of_today_is_studied_too(clipped: bool) -> None:
    today_at, size = (0.5, 0.8) if clipped else (0.0, 0.1)
    events = [{"at": 0, "label": "Today", "leverage": {"front": size}}, {"at": 1, "leverage": {"aid": 0.1}}]
    scenario = built(strip({"front": {}, "aid": {}, "months": 3, "events": events}))
    today, other = event_study(simulate(scenario, 3, leverage={"front": today_at}))
    assert today.margin == pytest.approx([0.25 if clipped else 0.05] * 4, abs=1e-3)
    assert other.margin == pytest.approx([0.0] * 4, abs=1e-15)


def test_an_event_is_not_charged_with_what_learning_does() -> None:
    events = [{"at": 1, "label": "Nothing", "leverage": {"front": 0.0}}]
    data = war({"front": {"volatility": 0.1}, "months": 6, "events": events}, optimism=2.0)
    (nothing,) = event_study(simulate(built(data), 20, learning=0.7))
    assert nothing.margin.tolist() == [0.0] * 7
    assert (nothing.zone.tolist(), nothing.deals) == ([0.0] * 7, 0.0)


def test_the_war_ends_at_its_rate() -> None:
    found = simulate(built(war({"front": FRONT, "months": 24})), 4000)
    ended = (found.ends <= 24).mean()
    assert ended == pytest.approx(1 - math.exp(-0.5 * 2), abs=0.025)
    assert (found.settled < found.ends).all()


def test_the_war_ends_at_the_rate_that_leverage_makes() -> None:
    """A variable that stays may move rates: war's end and waiting follow its level; one that moves may not."""
    data = war({"front": FRONT, "months": 24})
    data["leverage"]["talks"] = {"range": [0, 1], "default": 0, "shifts": {"war.end_rate": {"by": 0.5}}}
    found = simulate(built(data), 4000, leverage={"talks": 1})
    assert (found.ends <= 24).mean() == pytest.approx(1 - math.exp(-1.0 * 2), abs=0.025)
    assert found.keep == pytest.approx([math.exp(-1.1 / 12), math.exp(-1.2 / 12)])
    for moving in ({"front": FRONT, "talks": {"volatility": 0.1}}, {"front": FRONT, "events": [AGREED]}):
        with pytest.raises(RequestError, match=r"talks moves war\.end_rate"):
            simulate(built(data | {"dynamics": moving}), 3)


def brute_windows(found: Simulation) -> list[tuple[float, float | None]]:
    result = []
    for path in range(len(found.margin)):
        start = None
        for s in range(len(found.months)):
            if s >= found.ends[path]:
                break
            zone = found.margin[path, s] >= -1e-9
            if zone and start is None:
                start = found.months[s]
            if not zone and start is not None:
                result.append((start, found.months[s]))
                start = None
        if start is not None:
            result.append((start, None))
    return result


def test_windows_against_a_walk_along_each_path() -> None:
    found = simulate(built(war({"front": {"volatility": 0.4}, "months": 12}, optimism=1.3)), 60, rng=4)
    here = windows(found)
    told = [(o, None if math.isnan(c) else c) for o, c in zip(here.opens.tolist(), here.closes.tolist(), strict=True)]
    assert told == brute_windows(found)
    assert here.count.sum() == len(told)
    assert len(here.lengths) >= 5


def test_survival_of_a_sample_by_hand() -> None:
    found = simulate(built(war({"front": {"volatility": 0.4}, "months": 6}, optimism=1.4)), 40, rng=9)
    share = []
    for s in range(7):
        at_risk = [(t, e) for t, e in zip(found.settled, found.ends, strict=True) if (t < 0 or t >= s) and e > s]
        made = sum(t == s for t, _ in at_risk)
        share.append((share[-1] if share else 1.0) * (1 - made / max(1, len(at_risk))))
    assert survival(found).share == pytest.approx(share, abs=1e-12)
    assert 0 < share[-1] < share[0]


def test_waiting_under_leverage_that_stays() -> None:
    found = simulate(built(war({"aid": {}, "months": 12})), 2)
    assert found.keep is not None
    assert found.keep == pytest.approx([math.exp(-0.6 / 12), math.exp(-0.7 / 12)])
    cost = waiting(found)
    assert cost is not None
    left = 1 - found.keep ** np.arange(13)[:, None]
    assert cost.cost == pytest.approx(left * (found.deal[0, 0] - found.reservation[0, 0]), abs=1e-12)


def test_waiting_while_the_front_moves_against_a_loop() -> None:
    found = simulate(built(war({"front": {"volatility": 0.1, "drift": 0.02}, "months": 5})), 50, rng=2)
    told = waiting(found)
    assert found.keep is not None
    assert told is not None
    for side, keep in enumerate(found.keep):
        for s in range(6):
            own = []
            for path in range(50):
                fought = sum(keep**t * (1 - keep) * found.reservation[path, t, side] for t in range(s))
                then = found.deal[path, s, side]
                own.append(fought + keep**s * (found.reservation[path, s, side] if math.isnan(then) else then))
            assert told.value[s, side] == pytest.approx(np.mean(own), abs=1e-12)
    assert np.ptp(found.reservation[:, 3, 0]) > 0.05


def test_what_the_next_step_is_expected_to_be_worth_is_learnt_from_all_paths() -> None:
    rng = np.random.default_rng(1)
    levels = {"front": rng.normal(size=(20_000, 2)), "aid": np.zeros((20_000, 2))}
    here = levels["front"][:, 0]
    noise = rng.normal(scale=0.5, size=(20_000, 2))
    known = np.stack([0.2 + 0.3 * here, 0.1 - 0.2 * here + 0.05 * here**2], axis=1)
    assert np.abs(_expected(levels, 0, known + noise) - known).mean() < 0.01
    assert np.abs(noise).mean() > 0.3


def test_who_signs_looks_at_what_is_expected_not_at_what_comes() -> None:
    """A front that only wanders brings no side luck it could count on: all sign at once, whatever comes on a path."""
    found = simulate(built(war({"front": {"volatility": 0.2}, "months": 4})), 400, rule="waiting", rng=3)
    told = waiting(found)
    assert told is not None
    assert (told.cost[1:] > 0).all()
    assert set(found.settled.tolist()) == {0}
    better = np.nan_to_num(found.deal[:, 1, 0], nan=0) > found.deal[:, 0, 0] + 0.05
    assert better.any()


FEW = {"little": {"sum": {"pie": 1}, "max": 0.4}}


def test_nothing_to_agree_on_is_said_with_its_cause() -> None:
    data = strip({"front": FRONT, "months": 3, "events": [PUSH]}, constraints=FEW)
    data["parties"]["a"]["red_lines"] = {"much": {"issue": "pie", "min": 0.6}}
    found = simulate(built(data), 5)
    assert found.no_outcome
    assert event_study(found) == ()
    text = "\n".join(simulation_lines(found))
    assert "none: the red lines and budgets together leave no outcome" in text
    assert "nan" not in text
    told = simulation_data(found)
    assert told["margin"] is None
    assert told["notes"] == {"margin": "the red lines and budgets together leave no outcome"}
    for figure in (sim.plots.fan_chart, sim.plots.event_study):
        with pytest.raises(RequestError, match="the red lines and budgets leave no outcome"):
            figure(found)


def test_a_frontier_that_is_thinned_is_refused() -> None:
    data = strip({"front": FRONT, "months": 3})
    data["issues"] |= {name: {"range": [0, 1], "step": 0.01} for name in ("pie", "rye", "oat")}
    for name, (best, worst) in {"a": (1, 0), "b": (0, 1)}.items():
        for issue, weight in {"rye": 1.37, "oat": 1.7131}.items():
            data["parties"][name]["values"][issue] = {"importance": weight, "best": best, "worst": worst}
    with pytest.raises(SizeError, match="the frontier does not fit"):
        simulate(built(data), 5)


def test_who_gains_from_delay_waits() -> None:
    """An advance that is known to come is worth waiting for to the side that gains, so not all sign before it."""
    events = [{"at": 2, "leverage": {"front": 0.8}}]
    data = war({"aid": {}, "months": 4, "events": events})
    at_once = simulate(built(data), 3, rule="zone")
    waits = simulate(built(data), 3, rule="waiting")
    assert at_once.settled.tolist() == [0, 0, 0]
    assert set(waits.settled.tolist()) == {2}
    assert simulate(built(war({"aid": {}, "months": 4})), 3, rule="waiting").settled.tolist() == [0, 0, 0]


def test_demands_that_fall_are_met_where_they_can_be() -> None:
    found = simulate(built(war({"aid": {}, "months": 10})), 1, rule="offers")
    r, levels = found.reservation[0, 0], np.round(np.arange(101) * 0.01, 2)
    zone = levels[(levels >= r[0] - 1e-9) & (1 - levels >= r[1] - 1e-9)]
    top = np.array([zone.max(), 1 - zone.min()])

    def met(s: int) -> bool:
        a, b = r + (top - r) * (1 - s / 10)
        return bool(((levels >= a - 1e-9) & (1 - levels >= b - 1e-9)).any())

    assert found.settled.tolist() == [next(s for s in range(11) if met(s))]
    assert found.settled[0] in (5, 6)


@pytest.mark.parametrize("tactics", [("boulware", "boulware"), ("conceder", "boulware"), ("conceder", "conceder")])
def test_tactics_set_when_demands_are_met(tactics: tuple[str, str]) -> None:
    scenario = built(war({"aid": {}, "months": 20}))
    found = simulate(scenario, 1, rule="offers", tactics=dict(zip("ab", tactics, strict=True)))
    exponent = {"boulware": 0.2, "conceder": 5.0}
    r, levels = found.reservation[0, 0], np.arange(101) / 100
    zone = levels[(levels >= r[0] - 1e-9) & (1 - levels >= r[1] - 1e-9)]
    top = np.array([zone.max(), 1 - zone.min()])

    def met(s: int) -> bool:
        given = np.array([(s / 20) ** (1 / exponent[name]) for name in tactics])
        a, b = r + (top - r) * (1 - given)
        return bool(((levels >= a - 1e-9) & (1 - levels >= b - 1e-9)).any())

    assert found.settled.tolist() == [next(s for s in range(21) if met(s))]
    assert tuple(choice.name for choice in found.tactics) == tactics


def test_the_harder_the_tactics_the_later_the_deal() -> None:
    scenario = built(war({"aid": {}, "months": 20}))
    late = [
        int(simulate(scenario, 1, rule="offers", tactics=dict.fromkeys("ab", name)).settled[0])
        for name in ("conceder", "linear", "boulware")
    ]
    assert late == sorted(set(late))
    with pytest.raises(RequestError) as caught:
        simulate(scenario, 1, tactics={"a": "boulwar", "c": "linear"})
    assert ["no signer 'c'" in str(caught.value), "did you mean boulware?" in str(caught.value)] == [True, True]


def test_a_deal_that_lasts_waits_for_a_date_that_lets_it() -> None:
    future = {"later": {"after_years": 1, "leverage": {"front": 0.9}}}
    data = war({"front": {"volatility": 0.3}, "months": 12}) | {"future": future}
    found = simulate(built(data), 40, rule="durable")
    assert found.durable is not None
    made = found.settled >= 0
    at = found.settled[made]
    assert (found.durable[made, at] >= -1e-9).all()
    levels = {name: float(x[0, 3]) for name, x in found.levels.items()}
    lasting = sim.study(built(data), levels).durability
    assert found.durable[0, 3] == pytest.approx(lasting.zone_margin, abs=1e-9)


@pytest.mark.parametrize(
    ("dynamics", "path", "words"),
    [
        ({"front": FRONT, "aid": FRONT, "correlations": {"front/aid": 1}}, "dynamics.correlations", "not positive"),
        ({"front": FRONT, "correlations": {"front/aid": 0.5}}, "dynamics.correlations.front/aid", "does not wander"),
        ({"front": FRONT, "correlations": {"front": 0.5}}, "dynamics.correlations.front", "names no two variables"),
        ({"front": FRONT, "events": LATE}, "dynamics.events.0.at", "past the last"),
        ({"front": FRONT, "events": [{"at": 1.5, "leverage": {}}]}, "dynamics.events.0.at", "between steps"),
        ({"front": FRONT, "events": LOST}, "dynamics.events.0.leverage.frnt", "front?"),
        ({"front": {"drift": 0.06}}, "dynamics.front.drift", "takes the mean of front from -1 to 1.04 by step 34"),
        ({"front": FRONT, "months": 0.5}, "dynamics.months", "hold no step of 1"),
        ({"frnt": FRONT}, "dynamics.frnt", "did you mean front?"),
    ],
)  # fmt: skip
def test_bad_dynamics_are_located(dynamics: Data, path: str, words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        built(strip(dynamics))
    assert [(fault.path, words in fault.message) for fault in caught.value.faults] == [(path, True)]


def test_every_fault_of_a_request_at_once() -> None:
    scenario = built(strip({"front": FRONT, "events": [{"at": 5, "leverage": {"front": 0.1}}]}))
    with pytest.raises(RequestError) as caught:
        simulate(scenario, 2_000_000 // 2, rule="waitng", learning=-1.0, durable=True)
    told = str(caught.value)
    assert [words in told for words in ("did you mean waiting?", "learning: -1", "too many", "no later dates")] == [
        True
    ] * 4
    with pytest.raises(RequestError, match=r"dynamics\.events\.0\.at: step 5 is past the last \(expected at most 4\)"):
        simulate(scenario, 2, months=4)
    with pytest.raises(RequestError, match="at least one step"):
        simulate(scenario, 2, months=0.5)
    with pytest.raises(RequestError, match=r"needs war\.end_rate"):
        simulate(scenario, 2, rule="waiting")
