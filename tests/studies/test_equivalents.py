"""Utility in natural units: a move of one term beside a gain."""

from __future__ import annotations

import pytest
from scenario_texts import SMALL, edited, read

import sim
from sim.show.extras import unit_sentences
from sim.studies.equivalents import equivalents


def test_a_move_of_the_one_issue_is_worth_the_gain() -> None:
    study = sim.study(read(SMALL))
    found = {one.party: one for one in equivalents(study)}
    deal = float(study.solutions["nash"].outcome["cake"])
    # a has `deal` of the cake and keeps 0.2 without a deal: its gain is moving the cake from there to 0.2.
    assert (found["a"].start, found["a"].end) == (deal, 0.2)
    assert found["a"].worth == pytest.approx(found["a"].gain)
    assert found["b"].end == pytest.approx(0.7)


def test_it_is_told_in_the_issue_s_unit() -> None:
    text = edited(SMALL, ("cake: {range", "cake: {label: Cake, unit: percent, range"))
    sentences = list(unit_sentences(sim.study(read(text))))
    assert sentences[0].startswith("To a moving Cake from 0.")
    assert "to 0.2 % is worth 0." in sentences[0]
    assert sentences[0].endswith("over no deal.")


def test_nothing_is_told_without_a_zone_or_numbers() -> None:
    assert equivalents(sim.study(read(SMALL), set={"parties.a.no_deal": 1.2})) == ()
    named = edited(
        SMALL,
        ("{range: [0, 1], step: 0.1}", "{levels: [x, y]}"),
        ("best: 1, worst: 0", "table: {x: 1, y: 0.5}"),
        ("best: 0, worst: 1", "table: {x: 0.5, y: 1}"),
    )
    assert equivalents(sim.study(read(named))) == ()
