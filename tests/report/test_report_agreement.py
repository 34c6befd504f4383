"""What the page computes is what Python computes: at any leverage, any importances, and from move to move."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from report_scenes import NARROW, built, changed
from report_twin import assert_same, solved
from report_views import SCENES, Open, written
from strategies import Wish, scenarios
from strategies import built as random_built

import sim
from sim.game.compiled import compile
from sim.model.scenario import Scenario, with_values
from sim.space.trees import fold_space

pytestmark = pytest.mark.browser

STARTING = ("margin", "reservation", "disagreement", "surplus", "ideal", "ranges", "deals", "nearest")
DEALS = ("nash", "kalai_smorodinsky", "egalitarian")


def random_levels(scenario: Scenario, count: int, rng: np.random.Generator) -> list[dict[str, float]]:
    ranges = {name: variable.range for name, variable in scenario.spec.leverage.items()}
    return [{name: float(rng.uniform(*ends)) for name, ends in ranges.items()} for _ in range(count)]


def random_importances(scenario: Scenario, rng: np.random.Generator) -> dict[str, float]:
    """Return importances by path, none below what linkages take away."""
    result = {}
    for name, party in scenario.spec.parties.items():
        for issue, value in party.values.items():
            taken = sum(max(0.0, -k.importance) for k in party.linkages.values() if issue in k.issues)
            drawn = rng.uniform(0.3, 2.0) * value.importance
            result[f"parties.{name}.values.{issue}.importance"] = round(float(max(taken, drawn)), 3)
    return result


COMPUTE = """([levels, importances, maps]) => {
  const model = report.page.model;
  const own = model.parties.map((party) => party.values.map((value) => {
    const path = `parties.${party.key}.values.${model.issues[value.issue].key}.importance`;
    return path in importances ? importances[path] : value.importance;
  }));
  const result = { ...report.compute({ levels, importances: own }) };
  result.frontier = Array.from(result.frontier[0], (_, n) => result.frontier.map((column) => column[n]));
  result.maps = {};
  if (maps) model.issues.forEach((_, k) => model.issues.forEach((_, m) => {
    if (k >= m) return;
    report.compute({ map: [k, m] });
    result.maps[`${k} ${m}`] = report.page.grid.map((row) => row.map((state) => state === 2));
  }));
  return result;
}"""


@pytest.mark.parametrize("name", SCENES)
def test_leverage_gives_what_python_gives(opened: Open, name: str) -> None:
    scenario = SCENES[name]()
    game = compile(scenario)
    folded = fold_space(game.space)
    view = opened(name)
    points = random_levels(scenario, 50, np.random.default_rng(7))
    seen = set()
    for number, levels in enumerate(points):
        ours = solved(game, folded, levels, maps=number < 3)
        seen.add(ours["exists"])
        theirs = view.page.evaluate(COMPUTE, [list(levels.values()), {}, number < 3])
        assert_same(theirs, ours, name)
    assert True in seen
    view.quiet()


@pytest.mark.parametrize("name", SCENES)
def test_importances_give_what_python_gives(opened: Open, name: str) -> None:
    rng = np.random.default_rng(8)
    scenario = SCENES[name]()
    view = opened(name)
    for number, levels in enumerate(random_levels(scenario, 8, rng)):
        chosen = random_importances(scenario, rng)
        game = compile(with_values(scenario, chosen))
        ours = solved(game, fold_space(game.space), levels, maps=number < 2)
        theirs = view.page.evaluate(COMPUTE, [list(levels.values()), chosen, number < 2])
        assert_same(theirs, ours, name)
    view.quiet()


def least_importances(scenario: Scenario) -> dict[str, float]:
    """Return by path the least that a slider allows: what linkages take from an importance."""
    result = {}
    for name, party in scenario.spec.parties.items():
        for issue in party.values:
            taken = sum(max(0.0, -k.importance) for k in party.linkages.values() if issue in k.issues)
            result[f"parties.{name}.values.{issue}.importance"] = float(taken)
    return result


def walk(scenario: Scenario, steps: int, rng: np.random.Generator) -> Iterator[dict[str, float]]:
    """Yield importances as a reader sets them: a slider a few times, then another; ends of its range included."""
    least = least_importances(scenario)
    chosen = {path: number_at(scenario, path) for path in least}
    paths = list(chosen)
    path = paths[0]
    for step in range(steps):
        if step % 3 == 0:
            path = paths[int(rng.integers(len(paths)))]
        most = 2 * max(chosen.values())
        x = float(rng.choice([least[path], most, 40 * most, *rng.uniform(least[path], most, 4)]))
        rest = sum(value for other, value in chosen.items() if other != path and other.startswith(owner(path)))
        chosen[path] = round(max(x, 0.01 if rest == 0 else 0.0), 3)
        yield dict(chosen)


def owner(path: str) -> str:
    return path.split(".values.")[0] + "."


def number_at(scenario: Scenario, path: str) -> float:
    _, name, _, issue, _ = path.split(".")
    return float(scenario.spec.parties[name].values[issue].importance)


@pytest.mark.parametrize("name", SCENES)
def test_moves_one_after_another_give_what_python_gives(opened: Open, name: str) -> None:
    """A slider that moves again reuses what its last move folded; nothing of that may show."""
    rng = np.random.default_rng(9)
    scenario = SCENES[name]()
    view = opened(name)
    levels = random_levels(scenario, 12, rng)
    for number, chosen in enumerate(walk(scenario, 12, rng)):
        game = compile(with_values(scenario, chosen))
        at = levels[number - number % 2]
        ours = solved(game, fold_space(game.space), at, maps=number % 4 == 0)
        theirs = view.page.evaluate(COMPUTE, [list(at.values()), chosen, number % 4 == 0])
        assert_same(theirs, ours, name)
    view.quiet()


def test_random_scenarios_give_what_python_gives(opened: Open, tmp_path: Path) -> None:
    """Ties, equal weights, constant utilities and reservation values met exactly: where solvers go wrong."""
    view = opened("logroll")
    rng = np.random.default_rng(10)

    @settings(max_examples=60)
    @given(scenarios() | scenarios(Wish(budgets=True)))
    def check(data: dict[str, Any]) -> None:
        scenario = random_built(data)
        study = sim.study(scenario)
        view.page.goto(written(tmp_path, scenario))
        start, result = view.page.evaluate("[report.page.model.start, report.page.result]")
        for key in STARTING:
            assert_same(result[key], start[key], key)
        assert result["exists"] == study.zone.exists
        at = {name: float(level) for name, level in study.leverage.items()}
        for chosen in walk(scenario, 2, rng):
            game = compile(with_values(scenario, chosen))
            ours = solved(game, fold_space(game.space), at, maps=True)
            assert_same(view.page.evaluate(COMPUTE, [list(at.values()), chosen, True]), ours)

    check()


def test_what_is_near_the_best_must_be_accepted_too(opened: Open) -> None:
    scenario = built(NARROW)
    ours = solved(compile(scenario), fold_space(compile(scenario).space), {"offer": 0.0}, maps=True)
    assert ours["ranges"][1] == [True, True]
    assert ours["deals"]["kalai_smorodinsky"]["within"][1] == [False, True]
    assert_same(opened("narrow").page.evaluate(COMPUTE, [[0.0], {}, True]), ours)


def test_the_starting_point_is_the_study(opened: Open) -> None:
    view = opened("istanbul")
    start, result = view.page.evaluate("[report.page.model.start, report.page.result]")
    for key in STARTING:
        assert_same(result[key], start[key], key)


def test_a_number_that_leverage_makes_illegal_is_said(opened: Open, tmp_path: Path) -> None:
    data = changed(leverage__strain__shifts={"parties.west.power": {"by": -5}})
    data["leverage"]["strain"]["default"] = 0
    view = opened("", address=written(tmp_path, built(data)))
    assert view.page.evaluate("report.compute({ levels: [0, 0.2] }).exists") is not None
    trouble = view.page.evaluate("report.compute({ levels: [0, 1] }).trouble")
    assert trouble == "parties.west.power: -3 at these levels (expected more than 0)"
    assert "No result: parties.west.power" in view.page.inner_text("#headline")
    assert not view.page.is_visible("#zone")
    view.page.evaluate("report.compute({ levels: [0, 0] })")
    assert view.page.is_visible("#zone")
    view.quiet()


def test_importances_that_sum_to_zero_are_said(opened: Open) -> None:
    view = opened("logroll")
    trouble = view.page.evaluate("report.compute({ importances: [[0, 0], [30, 70]] }).trouble")
    assert trouble.startswith("the importances of North sum to zero")
    view.quiet()
