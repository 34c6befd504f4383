"""Budgets over numeric issues: what they forbid, what readers are told, what is refused."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scenario_texts import assert_one_fault, edited, read
from strategies import built

import sim
from sim.errors import SizeError
from sim.game.budgets import budget_sum
from sim.model.constraints import Constraint
from sim.space import blocks, limited
from sim.studies.games.setting import Absent
from sim.studies.study import maps
from sim.sweeps.plans import forget
from sim.sweeps.sweep import sweep

WATER = """\
format: 1
name: Water
issues:
  up: {range: [0, 1], step: 0.1}
  down: {range: [0, 1], step: 0.1}
  dam: {levels: [built, not built]}
constraints:
  river: {label: river flow, sum: {up: 1, down: 1}, max: 0.9}
parties:
  hills: {values: {up: {importance: 2, best: 1, worst: 0}, dam: {importance: 1, table: {built: 1, not built: 0}}}, no_deal: 0.2}
  coast: {values: {down: {importance: 2, best: 1, worst: 0}, dam: {importance: 1, table: {built: 0, not built: 1}}}, no_deal: 0.2}
"""  # noqa: E501


@pytest.mark.parametrize(
    ("edit", "path", "words"),
    [
        (("sum: {up: 1,", "sum: {^upp: 1,"), ".sum.upp", "no issue named 'upp' (did you mean up?)"),
        (("sum: {up: 1,", "sum: {^dam: 1,"), ".sum.dam", "dam has named levels (expected a numeric issue)"),
        (("river: {label: river flow, sum: {up: 1, down: 1}, max: 0.9}", "river: ^{sum: {up: 1}}"), "", "no bound"),
        ((", max: 0.9}", ""), "", "above max"),
        ((", max: 0.9}", ", max: ^-1}"), ".max", "-1 (expected at least 0, the least that can be)"),
        ((", max: 0.9}", ", min: ^2.1}"), ".min", "2.1 (expected at most 2, the most that can be)"),
        (("sum: {up: 1, down: 1}", "sum: ^{}"), ".sum", "0 entries"),
        ((", max: 0.9}", ", max: ^much}"), ".max", "'much' (expected a number)"),
    ],
)
def test_faults_have_their_place(edit: tuple[str, str], path: str, words: str) -> None:
    if words == "above max":
        edit = ("river: {label: river flow, sum: {up: 1, down: 1}, max: 0.9}", "river: ^{sum: {up: 1}, max: 0, min: 1}")
    assert_one_fault(edited(WATER, edit), f"constraints.river{path}", words)


def test_sums_are_exact() -> None:
    tenths = [k / 10 for k in range(11)]
    mask = budget_sum(Constraint(sum={"up": 1.0, "down": 1.0}, max=0.3), {"up": tenths, "down": tenths}).mask()
    expected = [[i + j <= 3 for j in range(11)] for i in range(11)]
    assert mask.allowed.tolist() == expected  # floats have 0.1 + 0.2 above 0.3
    large = budget_sum(Constraint(sum={"up": 1e14, "down": 1e-9}, min=1e14), {"up": [0.0, 1.0], "down": [0.0, 1.0]})
    assert large.mask().allowed.tolist() == [[False, False], [True, True]]


def test_no_deal_breaks_it_and_the_best_spends_it() -> None:
    study = sim.study(read(WATER))
    nash = study.solutions["nash"].outcome
    assert float(nash["up"]) + float(nash["down"]) == pytest.approx(0.9)
    points = [(i / 10, j / 10) for i, j in itertools.product(range(11), repeat=2) if i + j <= 9]
    best = max(min(2 * up / 3 + a, 2 * down / 3 + 1 / 3 - a) for up, down in points for a in (0, 1 / 3)) - 0.2
    assert study.zone.margin == pytest.approx(best, abs=1e-12)


def test_a_proposal_that_breaks_it_cannot_be_carried_out() -> None:
    study = sim.study(read(WATER))
    judgement = sim.judged(study, {"up": 0.9, "down": 0.9, "dam": "built"})
    assert (judgement.broken, judgement.crossed) == (("river",), ())


def test_a_budget_can_be_swept_and_set() -> None:
    found = sweep(read(WATER), {"constraints.river.max": [0.1, 0.9, 2]}, measures=["margin"])
    each = [sim.study(read(WATER), set={"constraints.river.max": x}).zone.margin for x in (0.1, 0.9, 2)]
    np.testing.assert_allclose(found["margin"].values, each, atol=1e-12)
    assert each[0] < each[1] < each[2]  # type: ignore[operator]


def test_one_so_fine_that_the_solver_cannot_tell_its_steps_is_refused() -> None:
    text = edited(WATER, ("up: {range: [0, 1], step: 0.1}", "up: {range: [0, 1], step: 0.0005}"))
    text = edited(text, ("down: {range: [0, 1], step: 0.1}", "down: {range: [0, 1], step: 0.0005}"))
    text = edited(text, ("sum: {up: 1, down: 1}", "sum: {up: 1.0000001, down: 1}"))
    with pytest.raises(SizeError, match=r"constraints\.river: adds up numbers so fine that the sum has 40,000,002,000"):
        sim.study(read(text))


SHARED = """\
format: 1
name: Shared river
issues:
  north: {range: [0, 8], step: 1}
  south: {levels: [0, 1, 2, 4, 7]}
  east: {range: [0, 6], step: 2}
  dam: {levels: [built, not built]}
constraints:
  river: {sum: {north: 1, south: 1.5, east: -0.5}, min: 2, max: 6.5}
  money: {sum: {south: 2, east: 1}, max: 11}
parties:
  hills:
    values:
      north: {importance: 3, best: 8, worst: 0, shape: {power: 0.6}}
      south: {importance: 1, best: 0, worst: 7}
      dam: {importance: 1, table: {built: 1, not built: 0}}
    linkages: {flood: {issues: [north, dam], importance: 1}}
    red_lines: {dry: {issue: north, min: 3, when: {dam: [not built]}}}
    no_deal: 0.3
  coast:
    values:
      south: {importance: 2, best: 7, worst: 0}
      east: {importance: 2, best: 6, worst: 0}
      dam: {importance: 1, table: {built: 0, not built: 1}}
    no_deal: 0.25
future:
  later: {after_years: 2, leverage: {flow: 1}}
leverage:
  flow: {range: [-1, 1], default: 0, shifts: {parties.coast.no_deal: {by: 0.1}}}
uncertain:
  parties.hills.values: {within: 0.3}
"""


@pytest.fixture(autouse=True)
def _no_space_kept() -> Iterator[None]:
    """Sweeps keep spaces by scenario, listed or not: none may reach another test."""
    yield
    forget()


def unlisted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "LISTED", 0)
    forget()  # sweeps keep spaces that were compiled with a list


def test_a_study_is_the_same_where_budgets_are_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = sim.study(read(SHARED))
    certain = sim.robustness(listed, full=False)
    unlisted(monkeypatch)
    rows = sim.study(read(SHARED))
    assert rows.game.space.rows
    assert rows.zone.margin == pytest.approx(listed.zone.margin, abs=1e-9)
    assert rows.zone.issues == listed.zone.issues
    assert rows.zone.share.share[0] == listed.zone.share.share[0]
    assert set(rows.solutions) == set(listed.solutions)
    for name, deal in rows.solutions.items():
        assert deal.gains == pytest.approx(listed.solutions[name].gains, abs=1e-8)
    assert [set(lines) for lines in rows.why.lifts] == [set(lines) for lines in listed.why.lifts]
    again = sim.robustness(rows, full=False)
    assert certain is not None
    assert again is not None
    assert again.margin == pytest.approx(certain.margin, abs=1e-6)
    assert rows.mixes.solutions == {}  # not worked out, which is not a claim that there are none


def test_a_sweep_is_the_same_where_budgets_are_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    over = {"flow": np.linspace(-1, 1, 5).tolist()}
    listed = sweep(read(SHARED), over, measures=["margin", "surplus", "ranges", "solutions"])
    unlisted(monkeypatch)
    rows = sweep(read(SHARED), over, measures=["margin", "surplus", "ranges", "solutions"])
    assert set(rows.data_vars) == set(listed.data_vars)
    for name in (
        "margin",
        "surplus",
        "range_low",
        "range_high",
        "nash_utility",
        "kalai_smorodinsky_utility",
        "nash_deal",
    ):
        np.testing.assert_allclose(rows[name].values, listed[name].values, atol=1e-8)


@pytest.mark.parametrize("years", [0.4, 0.6])
def test_war_now_is_weighed_against_what_budgets_allow(monkeypatch: pytest.MonkeyPatch, years: float) -> None:
    """The most a side could have of all, without the budget, would hide that war now is worth more to it."""
    data = river(years)
    listed = war_now(data)
    unlisted(monkeypatch)
    monkeypatch.setattr(limited, "_KEPT", 20)
    assert war_now(data) == listed == {"north": True, "south": False}
    study = sim.study(built(data))
    assert study.game.space.rows
    assert isinstance(study.games.offers, Absent)
    assert "not worked out" in study.games.offers.reason


def river(years: float) -> dict[str, Any]:
    """Two who share four stretches of a river under one budget; a storm to come takes north's odds of war away."""
    names = ("a", "b", "c", "d")
    ends = {"x": (1, 0.4, 0, 0), "y": (0, 0, 1, 0.4)}
    weights = {"north": (1, 1, 0.2, 0.2), "south": (0.2, 0.2, 1, 1)}
    return {
        "format": 1,
        "name": "River",
        "issues": {name: {"range": [0, 1], "step": 0.2} for name in names},
        "constraints": {"river": {"sum": dict.fromkeys(names, 1), "max": 1.4}},
        "war": {
            "end_rate": 0.5,
            "round": 0.25,
            "status_quo": dict.fromkeys(names, 0.2),
            "outcomes": {
                end: {"odds": 1, "levels": dict(zip(names, levels, strict=True))} for end, levels in ends.items()
            },
        },
        "parties": {
            party: {
                "values": {
                    name: {"importance": weight, "best": 1, "worst": 0} for name, weight in zip(names, own, strict=True)
                },
                "no_deal": {"war": {"cost": 0.02, "discount_rate": 0.3}},
            }
            for party, own in weights.items()
        },
        "leverage": {"storm": {"range": [-1, 1], "default": 0, "shifts": {"war.outcomes.x.odds": {"factor": 6}}}},
        "future": {"spring": {"after_years": years, "leverage": {"storm": -1}}},
    }


def war_now(data: dict[str, Any]) -> dict[str, bool]:
    """Return which sides would rather fight now, at most generous peace, by the sweep."""
    found = sweep(built(data), {"storm": [0.0]}, measures=["durability"])["war_now_harsh"].squeeze()
    return {str(party): bool(found.sel(party=party)) for party in found["party"].values}


def test_an_ensemble_and_maps_say_that_such_a_budget_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    unlisted(monkeypatch)
    with pytest.raises(SizeError, match="an ensemble settles truths one by one on lists"):
        sim.ensemble(read(SHARED), 8)
    with pytest.raises(SizeError, match="do without maps"):
        maps(sim.study(read(SHARED)))
