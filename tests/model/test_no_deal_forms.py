"""What no deal may be: a number, an outside option, a war, or an outcome that comes anyway."""

from __future__ import annotations

import pytest
from scenario_texts import SMALL, assert_one_fault, edited, read

import sim
from sim.game.compiled import compile
from sim.model.parties import PackageNoDeal
from sim.model.statements import file_weights, no_deal_numbers
from sim.model.units import unit_of
from sim.studies.robust.no_deal import reservations

KEEPS = edited(SMALL, ("no_deal: 0.2", "no_deal: {package: {cake: 0.45}, cost: 0.05}"))


@pytest.mark.parametrize(
    ("form", "path", "words"),
    [
        ("^low", "", "'low' (expected a number, {outside: NUMBER, impasse: NUMBER}, {war: {cost: NUMBER}} or {package"),
        ("^[1]", "", "a list (expected a number, {outside"),
        ("^{outsid: 0.3}", "", "no form of no deal (did you mean outside?)"),
        ("^{}", "", "no form of no deal (expected a number, {outside"),
        ("^{outside: 0.3}", "", "impasse is missing"),
        ("{package: ^{}}", ".package", "no level for cake (expected one for every issue this party values)"),
        ("{package: {cake: ^much}}", ".package.cake", "'much' is not a number"),
        ("{package: {cake: 1, ^pie: 1}}", ".package.pie", "no issue named 'pie'"),
        ("{package: {cake: 1}, cost: ^dear}", ".cost", "'dear' (expected a number)"),
    ],
)
def test_a_wrong_form_says_which_there_are(form: str, path: str, words: str) -> None:
    assert_one_fault(edited(SMALL, ("no_deal: 0.2", f"no_deal: {form}")), f"parties.a.no_deal{path}", words)


def test_a_table_needs_one_of_its_levels() -> None:
    table = "table: {0: 0, 0.5: 0.7, 1: 1}}}, no_deal: {package: {cake: ^0.7}}"
    text = edited(SMALL, ("step: 0.1", "step: 0.5"), ("best: 1, worst: 0}}, no_deal: 0.2", table))
    assert_one_fault(text, "parties.a.no_deal.package.cake", "0.7 is not in this party's table")


def test_no_deal_is_worth_the_package_less_its_cost() -> None:
    study = sim.study(read(KEEPS))
    assert study.reservation["a"] == study.disagreement["a"] == pytest.approx(0.40, abs=1e-12)
    assert study.zone.margin == pytest.approx(0.1, abs=1e-12)  # a gets 0.5 or 0.6: either is 0.1 for one of them


def test_leverage_moves_the_cost_and_a_level() -> None:
    moved = "leverage: {strike: {range: [0, 2], default: 1, shifts: {parties.a.no_deal.PART: {by: 0.1}}}}"
    dear, less = (read(KEEPS + moved.replace("PART", part)) for part in ("cost", "package.cake"))
    assert sim.study(dear).reservation["a"] == pytest.approx(0.30, abs=1e-12)
    assert sim.study(less).reservation["a"] == pytest.approx(0.50, abs=1e-12)
    assert unit_of(dear.spec, ("parties", "a", "no_deal", "cost")) == "utility"


def test_its_levels_are_a_point_and_no_number_of_doubt() -> None:
    scenario = read(KEEPS)
    assert isinstance(scenario.spec.parties["a"].no_deal, PackageNoDeal)
    assert list(no_deal_numbers(scenario)) == [("parties", "a", "no_deal", "cost"), ("parties", "b", "no_deal")]


def test_doubt_of_importances_moves_the_package_with_them() -> None:
    text = edited(
        KEEPS,
        ("cake: {range: [0, 1], step: 0.1}", "cake: {range: [0, 1], step: 0.1}\n  pie: {range: [0, 1], step: 0.5}"),
        ("best: 1, worst: 0}}, no_deal: {package: {cake: 0.45}", "best: 1, worst: 0}, pie: {importance: 1, best: 1, worst: 0}}, no_deal: {package: {cake: 1, pie: 0}"),  # noqa: E501
    )  # fmt: skip
    robust = sim.robustness(sim.study(read(text + "uncertain: {parties.a.values: {within: 1}}\n")))
    assert robust is not None
    # All of the weight on the cake: what stays is worth all of it less 0.05; all on the pie: nothing. b keeps 0.3.
    assert robust.margin is not None
    assert robust.possible is not None
    assert robust.margin < 0 < robust.possible


def test_as_a_function_of_weights_it_is_what_the_file_says() -> None:
    text = edited(
        KEEPS,
        ("cake: {range: [0, 1], step: 0.1}", "cake: {range: [0, 1], step: 0.1}\n  pie: {range: [0, 1], step: 0.5}"),
        ("{cake: {importance: 1, best: 1", "{pie: {importance: 3, best: 1, worst: 0}, cake: {importance: 1, best: 1"),
        ("{package: {cake: 0.45}", "{package: {cake: 0.45, pie: 0.2}"),
        ("  a: {", "  a: {linkages: {both: {issues: [pie, cake], importance: 1}}, "),
    )
    scenario = read(text)
    game = compile(scenario)
    slope, constant = reservations(game, "a", {}, {})
    found = slope[0] @ file_weights(scenario.spec.parties["a"]) + constant[0]
    assert found == pytest.approx(sim.study(scenario).reservation["a"], abs=1e-12)
    assert found == pytest.approx((3 * 0.2 + 0.45 + 0.2 * 0.45) / 5 - 0.05, abs=1e-12)
