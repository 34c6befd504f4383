"""Numbers that are extreme but legal: every study of them ends in answers."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from strategies import built

import sim
from sim.show.study import print_study
from sim.show.why import why_sentences

TALKING, ISTANBUL = (f"scenarios/{name}.yaml" for name in ("teaching/cost-of-talking", "istanbul-2022"))
RATES = {f"parties.{name}.no_deal.war.discount_rate": 0 for name in ("russia", "ukraine")}


@pytest.mark.parametrize(
    ("file", "values"),
    [
        *((TALKING, {"parties.second.values.share.worst": worst}) for worst in (1e6, 1e10, 1e14, 1e18, 1e100)),
        *((TALKING, {"parties.first.no_deal": low}) for low in (-1e9, -1e17, -1e100)),
        (TALKING, {"parties.first.no_deal": -1e17, "parties.second.no_deal": -1e100}),
        (TALKING, {"parties.second.no_deal": -1e100, "parties.second.values.share.worst": 1e10}),
        *((ISTANBUL, {"war.end_rate": rate, **RATES}) for rate in (1e-12, 1e-100, 1e-300)),
        (ISTANBUL, {"parties.russia.no_deal.war.cost": 1e100}),
    ],
    ids=str,
)
def test_a_study_of_extreme_numbers(file: str, values: dict[str, Any]) -> None:
    study = sim.study(sim.load(file, set=values))
    assert study.zone.exists
    assert study.mixes.exists
    for mix in study.mixes.solutions.values():
        assert all(np.isfinite(u) for u in mix.utilities.values())
        assert all(u >= study.reservation[party] - 1e-9 for party, u in mix.utilities.items())


def test_of_signers_who_want_the_same_nobody_is_said_to_block() -> None:
    """Any of them may be named as the one who does: the prices are not the only ones, and the text says so."""
    values = {"land": {"importance": 1, "best": 10, "worst": 0}}
    same = {name: {"values": values, "no_deal": 0.3} for name in ("first", "second", "third")}
    data = {"format": 1, "name": "Same", "issues": {"land": {"range": [0, 10], "step": 1}}, "parties": same}
    apart = same | {"third": {"values": {"land": {"importance": 1, "best": 0, "worst": 10}}, "no_deal": 0.3}}
    for parties, sole in ((same, False), (apart, False), ({k: apart[k] for k in ("first", "third")}, True)):
        study = sim.study(built(data | {"parties": parties}))
        assert study.why.prices_sole == sole
        assert ("other shares are as right" in " ".join(why_sentences(study))) != sole


def test_without_anything_to_trade_no_heading_stands_alone() -> None:
    parties = {name: {"values": {"land": {"importance": 1, "table": {"all": 1}}}, "no_deal": 0.3} for name in "ab"}
    data = {"format": 1, "name": "Take it", "issues": {"land": {"levels": ["all"]}}, "parties": parties}
    text = io.StringIO()
    print_study(Console(file=text, width=200), sim.study(built(data)), show=["deals"])
    assert "MIXED" in text.getvalue()
    assert "TRADES" not in text.getvalue()
