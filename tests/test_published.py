"""Published cases, each run the whole way: a scenario's text in, a study out.

Every case names its source and where its answer comes from (`answer_origin`): *recalled* from the publication, or
*own* where the numbers were chosen or the closed form derived here.
"""

from __future__ import annotations

import math

import pytest
from scenario_texts import read

import sim
from sim.studies.study import Study


def study(text: str) -> Study:
    return sim.study(read(text))


def pie(a: str, b: str, extra: str = "", step: str = "0.01", values: str = "") -> str:
    """Return a pie of size 1 to divide: party a gets x, party b the rest."""
    return f"""
format: 1
name: A pie
issues:
  x: {{range: [0, 1], step: {step}}}
parties:
  a: {{values: {{x: {{importance: 1, best: 1, worst: 0{values}}}}}, {a}}}
  b: {{values: {{x: {{importance: 1, best: 0, worst: 1{values}}}}}, {b}}}
{extra}"""


def lottery(odds_a: float, odds_b: float) -> str:
    """Return a war that ends with all for one side."""
    return f"""
war:
  outcomes:
    a_wins: {{odds: {odds_a}, levels: {{x: 1}}}}
    b_wins: {{odds: {odds_b}, levels: {{x: 0}}}}
"""


def zone_of(found: Study) -> tuple[float, float] | None:
    return (found.zone.issues["x"].min, found.zone.issues["x"].max) if found.zone.exists else None


def test_nash_1950_barter() -> None:
    """Nash (1950), The Bargaining Problem, Econometrica 18:155-162, section Examples; answer_origin: recalled."""
    goods = {
        "book": ("bill", 2, 4),
        "whip": ("bill", 2, 2),
        "ball": ("bill", 2, 1),
        "bat": ("bill", 2, 2),
        "box": ("bill", 4, 1),
        "pen": ("jack", 10, 1),
        "toy": ("jack", 4, 1),
        "knife": ("jack", 6, 2),
        "hat": ("jack", 2, 2),
    }
    totals = [sum(good[k] for good in goods.values() if isinstance(good[k], int)) for k in (1, 2)]
    assert totals == [34, 16]
    text = "format: 1\nname: Barter\nissues:\n"
    text += "".join(f"  {good}: {{levels: [bill, jack]}}\n" for good in goods) + "parties:\n"
    for k, (name, other) in enumerate((("bill", "jack"), ("jack", "bill"))):
        kept = sum(worth[k] for owner, *worth in goods.values() if owner == name)
        text += f"  {name}:\n    no_deal: {kept / totals[k]!r}\n    values:\n"
        for good, (_, *worth) in goods.items():
            text += f"      {good}: {{importance: {worth[k]}, table: {{{name}: 1, {other}: 0}}}}\n"
    found = study(text)
    deal = found.solutions["nash"]
    given = {good for good, (owner, *_) in goods.items() if deal.outcome[good] != owner}
    assert given == {"book", "whip", "ball", "bat", "pen", "toy", "knife"}
    assert deal.gains["bill"] * totals[0] == pytest.approx(12, abs=1e-9)
    assert deal.gains["jack"] * totals[1] == pytest.approx(5, abs=1e-9)


@pytest.mark.parametrize(("first", "second", "slices"), [(1, 1, 6), (1, 0.5, 8), (0.5, 0.25, 8), (0.3, 0.9, 3)])
def test_divide_the_dollar_with_power_utilities(first: float, second: float, slices: int) -> None:
    """Risk aversion lowers the share: x = g1 / (g1 + g2) of u_i = x_i^g_i.

    Textbook result, as in Osborne and Rubinstein (1990), Bargaining and Markets, chapter 2; answer_origin: own (the
    closed form derived). The dollar is in twelfths, so that every answer lies on the grid.
    """
    found = study(f"""
format: 1
name: Divide the dollar
issues: {{x: {{range: [0, 12], step: 1}}}}
parties:
  a: {{no_deal: 0, values: {{x: {{importance: 1, best: 12, worst: 0, shape: {{power: {first}}}}}}}}}
  b: {{no_deal: 0, values: {{x: {{importance: 1, best: 0, worst: 12, shape: {{power: {second}}}}}}}}}
""")
    assert found.solutions["nash"].outcome["x"] == slices
    assert slices / 12 == pytest.approx(first / (first + second))
    assert found.solutions["nash"].utilities["a"] == pytest.approx((slices / 12) ** first, abs=1e-12)


def test_asymmetric_nash_on_a_linear_pie() -> None:
    """x1 = d1 + alpha (1 - d1 - d2): Harsanyi and Selten (1972); Kalai (1977). answer_origin: own (derived)."""
    found = study(pie("no_deal: 0.2, power: 0.7", "no_deal: 0.1, power: 0.3"))
    assert found.solutions["nash"].outcome["x"] == pytest.approx(0.69, abs=1e-12)
    assert zone_of(found) == (0.2, 0.9)
    assert found.zone.margin == pytest.approx(0.35, abs=1e-12)
    equal = study(pie("no_deal: 0.2", "no_deal: 0.1")).solutions
    assert equal["egalitarian"].gains["a"] == pytest.approx(0.35, abs=1e-12)
    assert equal["nash"].outcome["x"] == equal["kalai_smorodinsky"].outcome["x"] == pytest.approx(0.55)


def bend(corner: str) -> str:
    """Return a frontier of straight pieces, walked from (0, 1) through some corners."""
    return f"""
format: 1
name: Straight pieces
issues: {{t: {{range: [0, 200], step: 1}}}}
parties:
  one: {{no_deal: 0, values: {{t: {{importance: 1, points: [[0, 0], {corner.split("|")[0]}]}}}}}}
  two: {{no_deal: 0, values: {{t: {{importance: 1, points: [[0, 1], {corner.split("|")[1]}]}}}}}}
"""


def test_kalai_smorodinsky_1975_monotonicity() -> None:
    """More for player two at every utility of player one: under Nash player two loses by it, here it gains.

    Kalai and Smorodinsky (1975), Other Solutions to Nash's Bargaining Problem, Econometrica 43:513-518: the hulls of
    (0, 1), (1, 0) with (0.75, 0.75) and with (1, 0.7). answer_origin: recalled.
    """
    small = study(bend("[100, 0.75], [200, 1] | [100, 0.75], [200, 0]")).solutions
    large = study(bend("[200, 1] | [200, 0.7]")).solutions
    for name in ("nash", "kalai_smorodinsky"):
        assert list(small[name].utilities.values()) == pytest.approx([0.75, 0.75], abs=1e-12)
    assert list(large["nash"].utilities.values()) == pytest.approx([1, 0.7], abs=1e-12)
    assert large["nash"].utilities["two"] < small["nash"].utilities["two"]
    assert list(large["kalai_smorodinsky"].utilities.values()) == pytest.approx([1 / 1.3] * 2, abs=0.005)
    assert large["kalai_smorodinsky"].utilities["two"] > small["kalai_smorodinsky"].utilities["two"]


def test_a_parabola_separates_nash_and_kalai_smorodinsky() -> None:
    """u2 <= 4 - u1^2: Nash at u1 = 2/sqrt(3), Kalai-Smorodinsky where u2 = 2 u1, at u1 = sqrt(5) - 1.

    Nash (1950), Kalai and Smorodinsky (1975); answer_origin: own (set chosen here, answers derived). Both utilities
    are scaled to run from 0 to 1, which moves neither solution.
    """
    points = ", ".join(f"[{k}, {(1 - (k / 1000) ** 2)!r}]" for k in range(1001))
    found = study(f"""
format: 1
name: Parabola
issues: {{t: {{range: [0, 1000], step: 1}}}}
parties:
  one: {{no_deal: 0, values: {{t: {{importance: 1, best: 1000, worst: 0}}}}}}
  two: {{no_deal: 0, values: {{t: {{importance: 1, points: [{points}]}}}}}}
""").solutions
    assert 2 * found["nash"].utilities["one"] == pytest.approx(2 / math.sqrt(3), abs=0.001)
    assert 4 * found["nash"].utilities["two"] == pytest.approx(8 / 3, abs=0.003)
    assert 2 * found["kalai_smorodinsky"].utilities["one"] == pytest.approx(math.sqrt(5) - 1, abs=0.001)
    assert 4 * found["kalai_smorodinsky"].utilities["two"] == pytest.approx(2 * (math.sqrt(5) - 1), abs=0.003)


def test_fearon_1995_range_of_a_costly_lottery() -> None:
    """[p - cA, p + cB]: Fearon (1995), Rationalist Explanations for War, Int. Organization 49:379-414.

    answer_origin: recalled.
    """
    found = study(pie("no_deal: {war: {cost: 0.2}}", "no_deal: {war: {cost: 0.1}}", lottery(6, 4)))
    assert zone_of(found) == (0.4, 0.7)
    assert found.reservation == pytest.approx({"a": 0.6 - 0.2, "b": 0.4 - 0.1}, abs=1e-12)
    assert sum(found.zone.surplus.values()) == pytest.approx(2 * (0.2 + 0.1), abs=1e-12)
    assert found.zone.margin == pytest.approx((0.2 + 0.1) / 2, abs=1e-12)
    assert found.solutions["nash"].outcome["x"] == pytest.approx(0.55)


def test_mutual_optimism_closes_the_range() -> None:
    """Fearon (1995) on private information: each side overrates its odds by more than the costs of war.

    answer_origin: own (numbers chosen here). a sees odds 6:1, b sees 1:6; each then expects 6/7 of the pie.
    """
    optimism = "no_deal: {{war: {{cost: 0.1, optimism: {{{}: 6}}}}}}"
    found = study(pie(optimism.format("a_wins"), optimism.format("b_wins"), lottery(1, 1)))
    assert found.reservation == pytest.approx({"a": 6 / 7 - 0.1, "b": 6 / 7 - 0.1}, abs=1e-12)
    assert zone_of(found) is None
    assert found.zone.margin == pytest.approx(0.5 - (6 / 7 - 0.1), abs=1e-12)


def test_risk_aversion_alone_opens_a_range() -> None:
    """Fearon (1995) on risk aversion: square-root utility, a free war, even odds. answer_origin: own (derived)."""
    free = "no_deal: {war: {cost: 0}}"
    assert zone_of(study(pie(free, free, lottery(1, 1), values=", shape: {power: 0.5}"))) == (0.25, 0.75)
    assert zone_of(study(pie(free, free, lottery(1, 1)))) == (0.5, 0.5)
    assert zone_of(study(pie(free, free, lottery(1, 1), values=", shape: {power: 2}"))) is None


INDIVISIBLE = """
format: 1
name: Indivisible
issues:
  city: {levels: [to a, to b]}
PAYMENT
parties:
  a: {no_deal: {war: {cost: 0.2}}, values: {city: {importance: 1, table: {to a: 1, to b: 0}} OF_A}}
  b: {no_deal: {war: {cost: 0.2}}, values: {city: {importance: 1, table: {to a: 0, to b: 1}} OF_B}}
war:
  outcomes:
    a_wins: {odds: 1, levels: {city: to a WAR}}
    b_wins: {odds: 1, levels: {city: to b WAR}}
"""


def indivisible(payment: str = "", of_a: str = "", of_b: str = "", war: str = "") -> Study:
    text = INDIVISIBLE
    for mark, part in (("PAYMENT", payment), ("OF_A", of_a), ("OF_B", of_b), ("WAR", war)):
        text = text.replace(mark, part)
    return study(text)


def test_an_indivisible_city_leaves_no_zone_but_with_a_side_payment() -> None:
    """Fearon (1995) on indivisible issues; answer_origin: own (numbers chosen here)."""
    found = indivisible()
    assert found.reservation == pytest.approx({"a": 0.3, "b": 0.3}, abs=1e-12)
    assert found.zone.exists is False
    assert found.zone.margin == pytest.approx(-0.3, abs=1e-12)
    assert found.solutions == {}
    assert found.mixes.exists is True
    # Money from -1 (b pays a) to 1 (a pays b), worth as much to both as half the city.
    paid = indivisible(
        "  money: {range: [-1, 1], step: 0.25}",
        ", money: {importance: 1, best: -1, worst: 1}",
        ", money: {importance: 1, best: 1, worst: -1}",
        ", money: 0",
    )
    assert paid.zone.exists is True
    assert paid.solutions["nash"].utilities["a"] == pytest.approx(0.5, abs=1e-12)
    assert paid.solutions["nash"].utilities["b"] == pytest.approx(0.5, abs=1e-12)


def test_the_value_of_a_lasting_war() -> None:
    """(lambda v - k) / (r + lambda) by exponential discounting; answer_origin: own (derived)."""
    found = study(
        pie(
            "no_deal: {war: {cost: 0.1, discount_rate: 0.1}}",
            "no_deal: 0.1",
            "war: {end_rate: 0.5, status_quo: {x: 0}, outcomes: {settled: {odds: 1, levels: {x: 0.6}}}}",
        )
    )
    assert found.reservation["a"] == pytest.approx(1 / 3, abs=1e-12)
    assert found.disagreement["a"] == pytest.approx(1 / 3, abs=1e-12)
    assert zone_of(found) == (0.34, 0.9)


@pytest.mark.parametrize(
    ("first", "second", "zone", "share"),
    [(0.45, 0.3, (0.45, 0.7), 0.5), (0.6, 0.3, (0.6, 0.7), 0.6), (0.6, 0.45, None, None)],
)
def test_putnam_1988_win_sets(
    first: float, second: float, zone: tuple[float, float] | None, share: float | None
) -> None:
    """What each side's ratifiers accept; a smaller win-set improves the terms (Schelling's conjecture).

    Putnam (1988), Diplomacy and Domestic Politics, Int. Organization 42:427-460; answer_origin: own (numbers chosen
    here).
    """
    found = study(
        pie(
            f"no_deal: 0, red_lines: {{ratifiers: {{issue: x, min: {first}}}}}",
            f"no_deal: 0, red_lines: {{ratifiers: {{issue: x, max: {1 - second}}}}}",
        )
    )
    assert zone_of(found) == zone
    if share is None:
        assert found.zone.exists is False
        assert found.zone.margin is None
        assert found.solutions == {}
        assert sim.study(found.game.scenario, lift_lines=["a.ratifiers"]).zone.exists is True
    else:
        assert found.solutions["nash"].outcome["x"] == pytest.approx(share)
