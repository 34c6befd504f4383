"""Messages that say how to mend what people often get wrong, and notes on numbers that look wrong."""

from __future__ import annotations

import pytest
from scenario_texts import SMALL, assert_one_fault, edited, read

import sim
from sim.model.names import suggest
from sim.sweeps.sweep import sweep

SHIFTED = SMALL + "leverage: {push: {range: [0, 1], default: 0, shifts: {^parties.a.no_deal: {by: 0.4}}}}\n"


def test_a_number_where_text_is_expected_wants_quotes() -> None:
    text = edited(SMALL, ("name: One cake", "name: One cake\nas_of: ^2024"))
    assert_one_fault(text, "as_of", "2024 is a number (expected text: put it in quotes, '2024')")


def test_years_are_levels_like_any_numbers() -> None:
    scenario = read(edited(SMALL, ("range: [0, 1], step: 0.1", "levels: [0, 0.5, 1]")))
    assert scenario.spec.issues["cake"].numeric


def test_a_shift_of_a_section_names_the_numbers_in_it() -> None:
    text = edited(SHIFTED, ("no_deal: 0.2", "no_deal: {outside: 0.2, impasse: 0.1}"))
    words = "(did you mean parties.a.no_deal.outside or parties.a.no_deal.impasse?)"
    assert_one_fault(text, "leverage.push.shifts.parties.a.no_deal", words)


def test_an_axis_that_is_no_lever_may_be_a_path() -> None:
    with pytest.raises(sim.RequestError, match=r"a path to a number works too, such as parties\.a\.no_deal"):
        sweep(read(SMALL), {"wage_1": [0, 1]})


@pytest.mark.parametrize("short", ["usa", "US", "u.s.a.", "us"])
def test_abbreviations_are_understood(short: str) -> None:
    assert suggest(short, ["united_states", "ukraine", "russia"]) == "(did you mean united_states?)"


def test_an_abbreviation_of_two_names_is_not_guessed() -> None:
    assert suggest("us", ["united_states", "union_south"]) == "(expected one of: united_states, union_south)"


def test_no_deal_better_than_all_deals_is_noted() -> None:
    notes = read(edited(SMALL, ("no_deal: 0.2", "no_deal: 1.2"))).notes
    assert "with it there is no zone" in notes["parties.a.no_deal"]
    outside = read(edited(SMALL, ("no_deal: 0.2", "no_deal: {outside: 1.1, impasse: 0}"))).notes
    assert "with it there is no zone" in outside["parties.a.no_deal"]
    assert not read(SMALL).notes


def test_straight_lines_on_both_sides_are_noted() -> None:
    more = (
        ("cake: {range: [0, 1], step: 0.1}", "cake: {range: [0, 1], step: 0.1}\n  pie: {range: [0, 1], step: 0.5}"),
        ("{cake: {importance: 1, best: 1", "{pie: {importance: 2, best: 1, worst: 0}, cake: {importance: 1, best: 1"),
        ("{cake: {importance: 1, best: 0", "{pie: {importance: 1, best: 0, worst: 1}, cake: {importance: 1, best: 0"),
    )
    text = edited(SMALL, *more)
    assert "straight lines" in read(text).notes["parties"]
    bent = ("{importance: 2, best: 1, worst: 0}", "{importance: 2, best: 1, worst: 0, shape: {power: 0.7}}")
    assert not read(edited(text, bent)).notes


def test_a_margin_of_half_the_scale_is_noted() -> None:
    low = edited(SMALL, ("no_deal: 0.2", "no_deal: 0"), ("no_deal: 0.3", "no_deal: 0"))
    assert "check that what no deal is worth" in sim.study(read(low)).notes["zone"]
    assert "zone" not in sim.study(read(SMALL)).notes
