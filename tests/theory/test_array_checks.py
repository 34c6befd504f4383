"""Checks: what they let through unchanged, and that each fault names its argument."""

from __future__ import annotations

import numpy as np
import pytest

from sim.theory import checks
from sim.theory.conflict.preventive_war import declining_side_attacks
from sim.theory.strategic.dominance import dominated
from sim.theory.talks.belief import check_beliefs
from sim.theory.talks.distributions import Uniform
from sim.theory.talks.double_auction import double_auction
from sim.theory.talks.ultimatum import ultimatum
from sim.theory.talks.uncertain_zone import trade_probability, zone_probability


def test_good_input_comes_back_as_it_is() -> None:
    array = np.array([[0.25, 0.75], [0.5, 0.5]])
    for check in (checks.numbers, checks.finite, checks.non_negative, checks.probabilities):
        assert check("x", array) is array
    assert checks.per_party("x", array, 2) is array
    assert checks.number("x", np.float32(0.5)) == 0.5
    assert checks.whole("x", np.int8(3)) == 3


@pytest.mark.parametrize("check", [checks.numbers, checks.finite, checks.non_negative, checks.probabilities])
@pytest.mark.parametrize("bad", [["a"], {}, object(), [[1, 2], [3]], [1j]])
def test_what_is_no_number_is_named(check, bad: object) -> None:
    with pytest.raises(ValueError, match=r"^x: not an array of numbers"):
        check("x", bad)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: checks.finite("x", None), "not finite"),
        (lambda: checks.finite("x", [1, np.inf]), "not finite"),
        (lambda: checks.non_negative("x", [1, -1]), "negative"),
        (lambda: checks.probabilities("x", [1.5, -0.5]), "negative"),
        (lambda: checks.probabilities("x", []), "off a sum of 1 by 1"),
        (lambda: checks.probabilities("x", 1.0), "single number"),
        (lambda: checks.number("x", [1, 2]), r"shape \(2,\)"),
        (lambda: checks.number("x", "two"), "not an array of numbers"),
        (lambda: checks.whole("x", 2.0), "2.0 .expected a whole number"),
        (lambda: checks.whole("x", "2"), "whole number"),
        (lambda: checks.per_party("x", 0.5, 2), "one number for each party"),
        (lambda: checks.per_party("x", [[0.5]], 2), r"shape \(1, 1\)"),
        (lambda: checks.together(a=(2, 3), b=(), x=(2,), c=(3,)), r"axes \(2,\) do not fit the axes \(2, 3\) of a, b"),
        (lambda: check_beliefs(a=Uniform(0, 1), x=0.5), r"0.5 .expected a belief"),
        (lambda: checks.broadcast(a=np.zeros(2), x=np.zeros(3)), "axes"),
    ],
)
def test_faults_name_the_argument(call, said: str) -> None:
    with pytest.raises(ValueError, match=f"^x: .*{said}"):
        call()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: double_auction("x"), "split: not an array of numbers"),
        (lambda: double_auction(low="a"), "low: not an array of numbers"),
        (lambda: double_auction().buyer_bid("a"), "amount: not an array of numbers"),
        (lambda: dominated([np.eye(2), np.eye(2)], player=1.5), "player: 1.5"),
        (lambda: ultimatum([1], [1], "x", no_deal=0), "belief: 'x'"),
        (lambda: zone_probability([[0, 0]], 5, Uniform(0, 1)), "first: 5"),
        (lambda: trade_probability(Uniform(0, 1), None), "seller: None"),
        (lambda: declining_side_attacks(0.5, 0.6, discount_factor=0.9, cost=-1), "cost: negative"),
    ],
)
def test_concepts_name_what_is_wrong(call, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}"):
        call()
