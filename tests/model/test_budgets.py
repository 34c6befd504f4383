"""Budgets over numeric issues: what they forbid, what readers are told, what is refused."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scenario_texts import assert_one_fault, edited, read

import sim
from sim.errors import SizeError
from sim.game.budgets import budget_mask
from sim.model.constraints import Constraint
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
    mask = budget_mask(Constraint(sum={"up": 1.0, "down": 1.0}, max=0.3), {"up": tenths, "down": tenths})
    expected = [[i + j <= 3 for j in range(11)] for i in range(11)]
    assert mask.allowed.tolist() == expected  # floats have 0.1 + 0.2 above 0.3
    large = budget_mask(Constraint(sum={"up": 1e14, "down": 1e-9}, min=1e14), {"up": [0.0, 1.0], "down": [0.0, 1.0]})
    assert large.allowed.tolist() == [[False, False], [True, True]]


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


def test_one_over_too_many_combinations_is_refused() -> None:
    text = edited(WATER, ("up: {range: [0, 1], step: 0.1}", "up: {range: [0, 1], step: 0.0001}"))
    text = edited(text, ("down: {range: [0, 1], step: 0.1}", "down: {range: [0, 1], step: 0.0001}"))
    with pytest.raises(SizeError, match=r"constraints\.river: joins up, down in 100,020,001 combinations"):
        sim.study(read(text))
