"""Offers of a random proposer under unanimity, from a scenario file."""

from __future__ import annotations

from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rivals import rivals
from strategies import built

import sim
from sim.output.study_json import study_data
from sim.show.games import equilibrium_sentences
from sim.space import folds
from sim.studies import by_program
from sim.studies.games.random_proposer import RandomProposer
from sim.studies.games.setting import Absent
from sim.theory.talks.unanimity import proposals

Data = dict[str, Any]


def prize(patience: tuple[float, ...], power: tuple[float, ...], no_deal: tuple[Any, ...] = (0, 0, 0)) -> Data:
    """One prize that goes to one of three: with lotteries a pie of 1."""
    names = "abc"[: len(patience)]
    parties = {
        name: {
            "values": {"prize": {"importance": 1, "table": {other: float(other == name) for other in names}}},
            "patience": keep,
            "power": own,
            "no_deal": rest,
        }
        for name, keep, own, rest in zip(names, patience, power, no_deal, strict=True)
    }
    return {"format": 1, "name": "Prize", "issues": {"prize": {"levels": list(names)}}, "parties": parties}


def found(data: Data) -> RandomProposer:
    result = sim.study(built(data)).games.random_proposer
    assert isinstance(result, RandomProposer)
    return result


def absent(data: Data) -> str:
    result = sim.study(built(data)).games.random_proposer
    assert isinstance(result, Absent)
    return result.reason


def test_short_rounds_of_the_pie_of_three() -> None:
    """p = (.5, .3, .2), delta = (.9, .8, .95): .47619, .14286, .38095 with rounds; here rounds of a thousandth."""
    keep, chance = np.array([0.9, 0.8, 0.95]), [0.5, 0.3, 0.2]
    result = found(prize(tuple(keep.tolist()), (5, 3, 2)))
    assert list(result.chance.values()) == pytest.approx(chance, abs=1e-12)
    rounds = proposals(1, disagreement=np.zeros(3), patience=keep**0.001, recognition=chance)
    assert list(result.agreement.utilities.values()) == pytest.approx(rounds.expected.tolist(), abs=1e-3)
    exact = np.array(chance) / -np.log(keep)
    assert list(result.power.values()) == pytest.approx((exact / exact.sum()).tolist(), abs=1e-12)
    assert list(result.agreement.utilities.values()) == pytest.approx((exact / exact.sum()).tolist(), abs=1e-5)
    assert [part.outcome["prize"] for part in result.agreement.parts] == ["a", "c", "b"]
    assert result.outcome is not None


@settings(max_examples=15)
@given(
    st.tuples(*[st.floats(0.3, 0.95)] * 3), st.tuples(*[st.floats(0.2, 3)] * 3), st.tuples(*[st.floats(-0.2, 0.25)] * 3)
)
def test_the_pie_is_split_by_power_over_impatience(
    patience: tuple[float, ...], power: tuple[float, ...], no_deal: tuple[float, ...]
) -> None:
    result = found(prize(patience, power, no_deal))
    weight = np.array(power) / -np.log(patience)
    low = np.array(no_deal)
    expected = low + (1 - low.sum()) * weight / weight.sum()
    if (expected >= 0).all():  # else the pie has an end there
        assert list(result.agreement.utilities.values()) == pytest.approx(expected.tolist(), abs=1e-4)


def test_an_outside_option_changes_nothing_until_it_binds() -> None:
    level = (0.9, 0.9, 0.9)
    free = found(prize(level, (1, 1, 1)))
    idle = found(prize(level, (1, 1, 1), ({"outside": 0.3, "impasse": 0}, 0, 0)))
    assert idle.agreement.utilities == pytest.approx(dict(free.agreement.utilities), abs=1e-9)
    assert "outside option" in absent(prize(level, (1, 1, 1), ({"outside": 0.5, "impasse": 0}, 0, 0)))


def test_what_is_missing_is_said() -> None:
    data = prize((0.9, 0.9, 0.9), (1, 1, 1))
    assert "nothing to agree on" in absent(prize((0.9, 0.9, 0.9), (1, 1, 1), (0.5, 0.5, 0.5)))
    assert "breakdown" not in absent(prize((0.9, 0.9), (1, 1), (0, 0)))
    assert "two signers make offers by turns" in absent(prize((0.9, 0.9), (1, 1), (0, 0)))
    assert "last round" in absent(data | {"talks": {"last_round": 3}})
    del data["parties"]["b"]["patience"]
    assert "no patience is given" in absent(data)
    assert study_data(sim.study(built(data)))["equilibria"]["random_proposer"] is None


def test_what_a_reader_is_told() -> None:
    data = prize((0.9, 0.9, 0.9), (1, 1, 1))
    for name in "abc":
        data["parties"][name]["values"]["prize"]["table"]["all"] = 0.2
    data["issues"]["prize"]["levels"].append("all")
    study = sim.study(built(data))
    text = list(equilibrium_sentences(study))[1:]
    assert text[0].startswith(
        "If any side may be next to propose (all equally often), all must accept and little time passes"
    )
    assert "a 0.33, b 0.33, c 0.33, on average over deals drawn by lot" in text[0]
    assert text[1] == "The single deal that comes nearest leaves a 0.20, b 0.20, c 0.20."
    part = study_data(study)["equilibria"]["random_proposer"]
    assert part["outcome"] == {"prize": "all"}
    assert part["exact"] is True
    assert sum(each["chance"] for each in part["agreement"]["parts"]) == pytest.approx(1)


@pytest.mark.parametrize("seed", range(4))
def test_the_nearest_deal_is_that_of_the_whole_frontier(seed: int) -> None:
    """On a frontier of six points, by a program; without time for one it says that it may be another."""
    data = rivals(np.random.default_rng(seed), parties=3, issues=4, no_deal=(0.2,))
    for own in data["parties"].values():
        own["patience"] = 0.9
    fine = found(data)
    with mock.patch.dict(folds.MOST, {3: 6}):
        rough = sim.study(built(data), samples=100)
        with mock.patch.object(by_program, "SECONDS", 0.0):
            hasty = sim.study(built(data), samples=100)
    assert rough.frontier_resolution > 0
    (exact, loose) = (study.games.random_proposer for study in (rough, hasty))
    assert isinstance(exact, RandomProposer)
    assert isinstance(loose, RandomProposer)
    assert (fine.exact, exact.exact, loose.exact) == (True, True, False)
    assert exact.utilities == pytest.approx(fine.utilities, abs=1e-9)
    for study in (rough, hasty):
        part = study_data(study)["equilibria"]["random_proposer"]
        assert part["exact"] == (study is rough)
