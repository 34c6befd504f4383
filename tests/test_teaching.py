"""The teaching scenarios: what each one says to expect, worked out on paper, is what a run of it finds."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.studies.games.fixed_costs import FixedCosts
from sim.studies.games.offers import Offers
from sim.studies.ratification import Ratification

TEACHING = Path(__file__).parent.parent / "scenarios" / "teaching"


def studied(name: str, **leverage: float) -> sim.Study:
    return sim.study(str(TEACHING / f"{name}.yaml"), leverage)


def test_every_teaching_scenario_is_held_here() -> None:
    here = Path(__file__).read_text(encoding="utf-8")
    names = {path.stem for path in TEACHING.glob("*.yaml")}
    assert names
    assert {name for name in names if f'"{name}"' in here} == names


@pytest.mark.parametrize(("mood", "border"), [(0.0, 60.0), (0.5, 70.0), (1.0, 70.0)])
def test_a_parliament_moves_the_border(mood: float, border: float) -> None:
    study = studied("two-tables", mood=mood)
    assert study.solutions["nash"].outcome == {"border": 50}
    assert isinstance(study.ratification, Ratification)
    assert study.ratification.deals["nash"]["house"].passes is False
    assert study.ratification.solutions["nash"].outcome == {"border": border}
    assert study.ratification.bodies["house"].shapley_shubik == pytest.approx(
        {"hawks": 1 / 3, "doves": 1 / 3, "centre": 1 / 3}
    )


@pytest.mark.parametrize("option", [0.0, 0.2, 0.5])
def test_divide_the_dollar(option: float) -> None:
    study = studied("divide-the-dollar", outside_option=option)
    assert study.solutions["nash"].outcome == {"share": pytest.approx(50 * (1 + option))}
    assert len(study.zone.issues["share"].levels) == 101 - round(100 * option)


def test_divide_the_dollar_by_offers() -> None:
    found = studied("divide-the-dollar").games.offers
    assert isinstance(found, Offers)
    assert found.first["first"].utilities["first"] == pytest.approx(1 / 1.9, abs=1e-9)


def test_the_cost_of_talking() -> None:
    games = studied("cost-of-talking").games
    assert isinstance(games.offers, Offers)
    assert isinstance(games.fixed_costs, FixedCosts)
    assert games.offers.first["first"].utilities["first"] == pytest.approx(1 / 1.9, abs=1e-9)
    assert games.fixed_costs.least["first"]["first"] == pytest.approx(1, abs=1e-9)
    assert games.fixed_costs.most["second"]["first"] == pytest.approx(0.9, abs=1e-9)


def test_the_logroll_gives_each_its_own_issue() -> None:
    deal = studied("logroll").solutions["nash"]
    assert deal.outcome == {"border": 100, "water": 0}
    assert deal.utilities == pytest.approx({"north": 0.7, "south": 0.7})
    assert studied("logroll", claim=0.29).zone.exists is True
    assert studied("logroll", claim=0.31).zone.exists is False


def test_without_different_importances_there_is_nothing_to_trade() -> None:
    even = {f"parties.{p}.values.{k}.importance": 50 for p in ("north", "south") for k in ("border", "water")}
    study = sim.study(str(TEACHING / "logroll.yaml"), set=even)
    assert study.solutions["nash"].utilities == pytest.approx({"north": 0.5, "south": 0.5})


def test_bill_and_jack() -> None:
    deal = studied("bill-and-jack").solutions["nash"]
    given = {issue for issue, level in deal.outcome.items() if level == "given"}
    assert given == {"book", "whip", "ball", "bat", "pen", "toy", "knife"}
    assert deal.gains["bill"] * 34 == pytest.approx(12)
    assert deal.gains["jack"] * 16 == pytest.approx(5)


def test_buyer_and_seller() -> None:
    study = studied("buyer-and-seller")
    assert (study.zone.issues["price"].min, study.zone.issues["price"].max) == (240, 300)
    assert study.solutions["nash"].outcome == {"price": 270}
    assert [round(change.level, 5) for change in study.why.changes] == [0.6]
    assert studied("buyer-and-seller", other_buyer=0.7).zone.exists is False


def test_fearons_crisis() -> None:
    study = studied("fearon-crisis")
    assert (study.zone.issues["prize"].min, study.zone.issues["prize"].max) == (0.4, 0.7)
    assert study.solutions["nash"].outcome == {"prize": 0.55}
    stronger = studied("fearon-crisis", strength=1).zone.issues["prize"]
    assert (stronger.min, stronger.max) == (0.5, 0.8)
    # p = 1.5 f / (1.5 f + 1) for A and 1 - p_B = 1.5 / (1.5 + f) for B differ by the costs, 0.3, at f = 4^level.
    assert [round(change.level, 3) for change in study.why.changes] == [0.462]


def test_the_empty_zone_opens_with_the_costs_of_war() -> None:
    study = studied("empty-zone")
    assert study.zone.exists is False
    assert study.zone.margin == pytest.approx(-0.15)
    assert [round(change.level, 5) for change in study.why.changes] == [0.5]
    assert studied("empty-zone", costs=0.5).solutions["nash"].outcome == {"prize": 0.5}
    open_range = studied("empty-zone", costs=1).zone.issues["prize"]
    assert (open_range.min, open_range.max) == (0.35, 0.65)
