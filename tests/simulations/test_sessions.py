"""Sessions of talks on scenarios: the deals that exist, tactics dealt out evenly, leverage, bad input."""

from __future__ import annotations

import copy
import itertools
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Wish, built, scenarios

import sim
from sim.errors import RequestError, SizeError
from sim.simulations.session_requests import check_frontier
from sim.space.trees import fold_space

Data = dict[str, Any]
STEP = 0.01


def pie(*, patience: tuple[float, float] | None = None, no_deal: tuple[float, float] = (0.0, 0.0), **more: Any) -> Data:
    """A pie of 1 in steps of 0.01."""
    ends = {"a": (1, 0), "b": (0, 1)}
    parties: Data = {
        name: {"values": {"pie": {"importance": 1, "best": best, "worst": worst}}, "no_deal": r}
        for (name, (best, worst)), r in zip(ends.items(), no_deal, strict=True)
    }
    if patience is not None:
        for name, factor in zip(ends, patience, strict=True):
            parties[name]["patience"] = factor
    return {
        "format": 1,
        "name": "Pie",
        "issues": {"pie": {"range": [0, 1], "step": STEP}},
        "parties": parties,
        **more,
    }


def everything(game: Any) -> np.ndarray:
    """Return the utilities of every outcome that crosses no line, one by one, to the signers."""
    grid = np.stack(np.meshgrid(*(np.arange(len(x)) for x in game.levels), indexing="ij"), axis=-1)
    levels = grid.reshape(-1, len(game.issues))
    return np.asarray(game.factors.utilities(levels)[game.factors.allowed(levels)][:, game.columns])


@settings(max_examples=20)
@given(data=st.data(), seed=st.integers(0, 1000))
def test_offers_are_the_best_among_all_outcomes(data: st.DataObject, seed: int) -> None:
    """Whatever a side offers, no outcome at all is worth what it asks for and better for the other one."""
    found = sim.sessions(built(data.draw(scenarios(Wish(parties=(2, 2))))), 30, rng=seed, rounds=7)
    outcomes = everything(found.game)
    for k in range(0, 30, 3):
        told = found.trace(k)
        for s, (name, outcome) in enumerate(zip(told.proposer, told.outcomes, strict=True)):
            i = found.game.signers.index(name)
            enough = outcomes[outcomes[:, i] >= told.asks[s, i] - 1e-9]
            assert (outcome is None) == (len(enough) == 0)
            if outcome is not None:
                own = found.game.factors.utilities(found.game.level_numbers(outcome))[0, found.game.columns]
                assert own == pytest.approx(told.utilities[s], abs=1e-12)
                assert own[i] >= told.asks[s, i] - 1e-9
                assert own[1 - i] == pytest.approx(enough[:, 1 - i].max(), abs=1e-9)
        accepted = [bool((told.utilities[s] >= told.asks[s] - 1e-9).all()) for s in range(len(told.proposer))]
        assert accepted == [*[False] * (len(accepted) - 1), told.agreed][: len(accepted)]
    assert (found.gains >= -1e-9).all()
    assert not (found.agreed & ~found.zone).any()
    assert np.nan_to_num(found.to_frontier).max() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("patience", "share"), [((0.9, 0.8), 0.7142857), ((0.5, 0.9), 0.1818182)])
def test_the_equilibrium_s_own_offers_are_accepted_at_once(patience: tuple[float, float], share: float) -> None:
    scenario = built(pie(patience=patience))
    both = dict.fromkeys("ab", "stationary")
    found = sim.sessions(scenario, 4, tactics=both, noise=0)
    told = sim.study(scenario).games.offers
    for k in range(4):
        first = found.game.signers[found.opens[k]]
        wanted = [told.first[first].utilities[name] for name in "ab"]
        assert found.round[k] == 1
        assert found.utilities[k] == pytest.approx(wanted, abs=STEP)
        assert found.utilities[k, 1 - found.opens[k]] >= wanted[1 - found.opens[k]] - 1e-9
    assert set(found.opens.tolist()) == {0, 1}
    assert found.utilities[found.opens == 0][0, 0] == pytest.approx(share, abs=STEP)


def test_every_combination_is_dealt_as_often_as_any_other() -> None:
    found = sim.sessions(built(pie(patience=(0.9, 0.9))), 104, rounds=3)
    rows, count = np.unique(np.column_stack([found.tactics, found.opens]), axis=0, return_counts=True)
    assert (len(rows), sorted(set(count.tolist()))) == (50, [2, 3])
    assert [choice.text for choice in found.choices] == [
        "boulware",
        "linear",
        "conceder",
        "tit_for_tat",
        "stationary",
    ]
    few = sim.sessions(built(pie()), 5, tactics={"a": ["linear", "boulware:0.5"], "b": "tit-for-tat"}, opens="b")
    assert [choice.text for choice in few.choices] == ["linear", "boulware:0.5", "tit_for_tat"]
    assert set(few.opens.tolist()) == {1}


def test_leverage_may_differ_from_session_to_session() -> None:
    lever = {"front": {"range": [-1, 1], "default": 0, "shifts": {"parties.b.no_deal": {"by": 0.6}}}}
    scenario = built(pie(no_deal=(0.2, 0.3), leverage=lever))
    levels = np.array([0.0, 1.0, 0.4, 1.0])
    same: Data = {"tactics": dict.fromkeys("ab", "linear"), "opens": "a", "noise": 0}
    found = sim.sessions(scenario, 4, leverage={"front": levels}, **same)
    for k, level in enumerate(levels):
        alone = sim.sessions(scenario, 1, leverage={"front": level}, **same)
        assert found.utilities[k] == pytest.approx(alone.utilities[0], nan_ok=True)
        assert (found.round[k], found.margin[k]) == (alone.round[0], alone.margin[0])
        study = sim.study(scenario, {"front": level})
        wanted = list(study.solutions["nash"].utilities.values()) if study.zone.exists else [np.nan] * 2
        assert found.nash[k] == pytest.approx(wanted, nan_ok=True)
    assert found.agreed.tolist() == [True, False, True, False]
    assert found.levels["front"].tolist() == levels.tolist()


def test_a_deadline_may_differ_from_session_to_session() -> None:
    found = sim.sessions(built(pie()), 3, tactics=dict.fromkeys("ab", "linear"), rounds=[1, 11, 21], opens="a", noise=0)
    assert found.round.tolist() == [1, 6, 11]
    assert found.offers.shape == (3, 21)
    talks: Data = {"talks": {"last_round": 7}}
    assert sim.sessions(built(pie(**talks)), 2).rounds.tolist() == [7, 7]


def test_first_demands_may_know_the_zone() -> None:
    same: Data = {"tactics": dict.fromkeys("ab", "linear"), "opens": "a", "rounds": 21, "noise": 0}
    scenario = built(pie(no_deal=(0.5, 0.1)))
    inside = sim.sessions(scenario, 1, start="zone", **same)
    assert inside.top.tolist() == [[0.9, 0.5]]
    assert inside.utilities[0] == pytest.approx([0.7, 0.3])
    assert sim.sessions(scenario, 1, **same).top.tolist() == [[1.0, 1.0]]


def test_without_a_zone_no_session_agrees() -> None:
    found = sim.sessions(built(pie(no_deal=(0.6, 0.6))), 20)
    assert not found.agreed.any()
    assert not found.zone.any()
    assert (found.gains == 0).all()
    assert np.isnan(found.to_nash).all()
    assert (found.deal == -1).all()
    assert found.trace(0).asks.shape == (20, 2)
    forbid = {"none": {"issue": "pie", "min": 0.5}}, {"none": {"issue": "pie", "max": 0.4}}
    data = pie()
    for name, lines in zip("ab", forbid, strict=True):
        data["parties"][name]["red_lines"] = lines
    closed = sim.sessions(built(data), 4)
    assert not closed.agreed.any()
    assert closed.trace(0).proposer == ()


def three() -> Data:
    """Three sides, each of whom cares most for one of three issues."""
    data: Data = {"format": 1, "name": "Three", "issues": {}, "parties": {}}
    for k, name in enumerate("abc"):
        data["issues"][f"x{k}"] = {"range": [0, 1], "step": 0.25}
        data["parties"][name] = {"values": {}, "no_deal": 0.3}
    for k, name in enumerate("abc"):
        for j in range(3):
            ends = {"best": 1, "worst": 0} if j == k else {"best": 0, "worst": 1}
            value = {"importance": 3 if j == k else 1 + 0.1 * j, **ends}
            data["parties"][name]["values"][f"x{j}"] = value
    return data


def test_three_sides_must_all_accept() -> None:
    found = sim.sessions(built(three()), 64, rounds=12)
    assert "stationary" not in [choice.name for choice in found.choices]
    assert found.agreed.mean() > 0.5
    assert (found.utilities[found.agreed] >= 0.3 - 1e-9).all()
    assert set(found.opens.tolist()) == {0, 1, 2}
    told = found.trace(int(np.flatnonzero(found.round > 2)[0]))
    order = [found.game.signers.index(name) for name in told.proposer]
    assert all((x + 1) % 3 == y for x, y in itertools.pairwise(order))
    with pytest.raises(RequestError, match="tactics a: stationary: alternating offers are solved for two signers"):
        sim.sessions(built(three()), 1, tactics={"a": "stationary"})


def test_a_frontier_that_is_not_exact_is_refused_for_three() -> None:
    found = sim.sessions(built(three()), 1)
    thin = fold_space(found.game.space, limit=5)
    assert thin.frontier.resolution > 0
    stand_in: Any = SimpleNamespace(game=found.game, folded=thin, utilities=thin.frontier.points.utilities)
    with pytest.raises(SizeError, match="talks of 3 signers need an exact frontier"):
        check_frontier(stand_in, 1, 1)
    exact: Any = SimpleNamespace(game=found.game, folded=fold_space(found.game.space), utilities=found.points.utilities)
    check_frontier(exact, 1000, 20)
    with pytest.raises(SizeError, match="look at"):
        check_frontier(exact, 10**6, 1000)


def test_the_same_state_gives_the_same_sessions() -> None:
    scenario = built(pie(patience=(0.9, 0.9)))
    first, again = sim.sessions(scenario, 50, rng=5), sim.sessions(scenario, 50, rng=np.random.default_rng(5))
    assert first.rng == again.rng
    assert np.array_equal(first.asks, again.asks, equal_nan=True)
    assert not np.array_equal(first.asks, sim.sessions(scenario, 50, rng=6).asks, equal_nan=True)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"tactics": {"a": "boulwar"}}, ["tactics a: no tactic 'boulwar' (did you mean boulware?)"]),
        (
            {"tactics": {"a": "boulware:0"}},
            ["tactics a: exponent 0 of boulware (expected a number above 0.001 and below 1)"],
        ),
        ({"tactics": {"a": "conceder:-1"}}, ["exponent -1 of conceder (expected a number above 1 and below 1000)"]),
        ({"tactics": {"a": "linear:2"}}, ["linear takes no exponent"]),
        ({"tactics": {"a": "boulware:x"}}, ["exponent 'x' of boulware (expected a number)"]),
        ({"tactics": {"a": "boulware:nan"}}, ["exponent nan of boulware"]),
        ({"tactics": {"a": []}}, ["tactics a: none (expected one of: boulware"]),
        ({"tactics": {"c": "linear", "a": "x"}}, ["tactics: no signer 'c'", "tactics a: no tactic 'x'"]),
        ({"tactics": {"a": "stationary"}}, ["tactics a: stationary: no patience is given"]),
        ({"rounds": 0}, ["rounds: 0 (expected at least 1)"]),
        ({"rounds": [3, 4]}, ["rounds: 2 numbers (expected one, or one for each of 5 sessions)"]),
        ({"opens": "c"}, ["opens: no signer 'c' (expected one of: a, b)"]),
        ({"noise": -1, "start": "zon"}, ["noise: -1", "start: 'zon' (did you mean zone?)"]),
        ({"leverage": {"front": [0.1]}}, ["front: 1 levels (expected one, or one for each of 5 sessions)"]),
        ({"n": 0}, ["n: 0 (expected at least 1)"]),
        (
            {"n": 100_000, "rounds": 1000},
            ["n: 100,000 sessions of 1,000 rounds are too many (expected at most 10,000)"],
        ),
    ],
)
def test_what_cannot_be_is_said(wrong: Data, words: list[str]) -> None:
    given: Data = copy.deepcopy({"n": 5} | wrong)
    with pytest.raises(RequestError) as caught:
        sim.sessions(built(pie()), **given)
    assert [word for word in words if word not in str(caught.value)] == []
