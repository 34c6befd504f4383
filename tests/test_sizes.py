"""Inputs of any size: refused by size before anything is made, left out with a word, or done in bounded work."""

from __future__ import annotations

import json
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_spaces import Factors, factors

import sim
from sim.__main__ import main
from sim.errors import SHOWN, ScenarioError, SizeError
from sim.game.compiled import compile, without_lines
from sim.game.numbers import Numbers
from sim.game.terms import leverage_levels, terms
from sim.model.paths import lookup
from sim.model.scenario import build
from sim.model.tree import Place, Tree
from sim.output.study_json import study_data
from sim.space import trees
from sim.space.blocks import compile_space
from sim.space.maps import pair_maps
from sim.space.points import Points
from sim.space.sieves import sieved, through
from sim.space.trees import fold_space, frontier, slices
from sim.studies import openings
from sim.studies.why import conflict

ISTANBUL = "scenarios/istanbul-2022.yaml"


def scenario(levels: int, issues: int, parties: int = 2, **sections: Any) -> dict[str, Any]:
    """Return opposed linear parties; `sections` are added to the first."""
    names = [f"i{k}" for k in range(issues)]
    found: dict[str, Any] = {}
    for p in range(parties):
        ends = [("best", "worst"), ("worst", "best")][p % 2]
        values = {n: {"importance": 1 + (p + k) % 3, ends[0]: 0, ends[1]: levels - 1} for k, n in enumerate(names)}
        found[f"p{p}"] = {"values": values, "no_deal": 0.1}
    found["p0"] |= sections
    return {
        "format": 1,
        "name": "Sizes",
        "issues": {n: {"range": [0, levels - 1], "step": 1} for n in names},
        "parties": found,
    }


def built(data: dict[str, Any]) -> Any:
    return build(Tree(data, {(): Place("sizes.yaml")}))


def test_all_levels_together_are_counted_before_any_is_listed() -> None:
    with mock.patch("sim.model.issues.grid", side_effect=AssertionError("listed")), pytest.raises(ScenarioError) as e:
        built(scenario(100_000, 200))
    (fault,) = e.value.faults
    assert fault.path == "issues"
    assert "20,000,000 levels in all for 2 parties are 40,000,000 utilities" in fault.message


@pytest.mark.parametrize(
    ("levels", "issues", "section", "path", "cells"),
    [
        (
            20_000,
            2,
            {"linkages": {"both": {"issues": ["i0", "i1"], "importance": 1}}},
            "parties.p0.linkages.both",
            "400,000,000",
        ),
        (
            100,
            5,
            {"red_lines": {"all": {"issue": "i0", "max": 5, "when": {f"i{k}": {"max": 5} for k in range(1, 5)}}}},
            "parties.p0.red_lines.all",
            "10,000,000,000",
        ),
    ],
)
def test_joint_tables_are_refused_by_path(levels: int, issues: int, section: Any, path: str, cells: str) -> None:
    with pytest.raises(SizeError, match=rf"^{path}: joins i0, i1.* in {cells} combinations"):
        compile(built(scenario(levels, issues, **section)))


def test_many_tables_that_fit_one_by_one_are_refused_together() -> None:
    lines = {f"l{k}": {"issue": "i0", "max": 5, "when": {"i1": {"max": k}}} for k in range(60)}
    with pytest.raises(SizeError, match="60 conditional red lines have tables of 60,000,000 cells in all"):
        compile(built(scenario(1000, 2, red_lines=lines)))


def test_maps_are_made_on_request() -> None:
    study = sim.study(ISTANBUL)
    with mock.patch("sim.studies.study.pair_maps", side_effect=AssertionError("made")):
        data = study_data(study)
    assert data["zone"]["maps"] is None
    assert data["notes"]["zone.maps"].startswith("made on request")
    asked = study_data(study, maps=True)
    issues = len(study.game.issues)
    assert len(asked["zone"]["maps"]) == issues * (issues - 1) // 2


def test_maps_of_too_many_levels_are_refused() -> None:
    table = np.column_stack([np.arange(20_000.0), -np.arange(20_000.0)])
    folded = fold_space(compile_space(Factors((table,))))
    with pytest.raises(SizeError, match=r"20,000 levels in all: maps .* 400,000,000 cells"):
        pair_maps(folded, np.zeros((1, 2)))


def test_a_command_that_runs_out_of_memory_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with mock.patch("sim.studies.study.study", side_effect=MemoryError):
        assert main(["run", ISTANBUL]) == 3
    assert capsys.readouterr().err.startswith("out of memory")


def test_thousands_of_faults_are_counted() -> None:
    data = scenario(5, 1)
    data["parties"]["p0"]["values"] |= {f"unknown {k}": {"importance": 1, "best": 0, "worst": 4} for k in range(400)}
    data["issues"] |= {f"known {k}": {"range": [0, 4], "step": 1} for k in range(400)}
    with (
        mock.patch("sim.model.checks.context.suggest", return_value="(hint)") as suggest,
        pytest.raises(ScenarioError) as error,
    ):
        built(data)
    assert suggest.call_count <= 25  # 10,000 comparisons with 401 names
    assert len(error.value.faults) >= 400
    lines = str(error.value).splitlines()
    assert len(lines) == SHOWN + 1
    assert lines[-1] == f"and {len(error.value.faults) - SHOWN} more faults"


def test_red_lines_on_the_same_issues_are_one_constraint() -> None:
    lines = {f"l{k}": {"issue": "i0", "max": 50 + k % 7, "when": {"i1": {"min": k % 11}}} for k in range(300)}
    lines |= {f"m{k}": {"issue": "i1", "max": 90 - k % 5} for k in range(300)}
    game = compile(built(scenario(101, 3, red_lines=lines)))
    assert len(game.factors.masks) == 600
    assert [mask.issues for mask in game.space.factors.masks] == [(0, 1), (1,)]
    levels = np.random.default_rng(1).integers(0, 101, (2000, 3))
    assert (game.factors.allowed(levels) == game.space.factors.allowed(levels)).all()


def test_many_red_lines_are_not_lifted_one_by_one() -> None:
    data = scenario(101, 3, red_lines={f"a{k}": {"issue": "i0", "max": 50 - k} for k in range(30)})
    data["parties"]["p1"]["red_lines"] = {f"b{k}": {"issue": "i0", "min": 51 + k} for k in range(30)}
    with mock.patch.object(openings, "frontier", wraps=frontier) as folded:
        study = sim.study(built(data))
    assert folded.call_count <= 2
    assert study.zone.margin is None
    assert study.why.lifts == ()
    assert "60 red lines" in study.notes["why.lifts"]
    assert set(study.why.blocking) == {"p0", "p1"}


@given(st.lists(st.tuples(st.sampled_from([0, 1]), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=8))
def test_a_conflict_is_what_dropping_lines_one_by_one_leaves(bounds: list[tuple[int, int, int]]) -> None:
    lines = {f"l{k}": {"issue": f"i{i}", "min": min(a, b), "max": max(a, b)} for k, (i, a, b) in enumerate(bounds)}
    game = compile(built(scenario(10, 2, red_lines=lines)))
    kept = game.lines
    if not len(frontier(game.space).points):
        for line in game.lines:
            fewer = tuple(other for other in kept if other != line)
            rest = without_lines(game, [other for other in game.lines if other not in fewer])
            kept = kept if len(frontier(rest.space).points) else fewer
        assert conflict(game) == kept


def test_the_margin_needs_no_frontier_that_leaves_a_block_out() -> None:
    with mock.patch.object(trees, "leave_one_out", side_effect=AssertionError("made")):
        sim.sweep(ISTANBUL, {"battlefield": [0.0, 0.5]}, measures=["margin"])


def test_numbers_that_nothing_moves_are_read_once() -> None:
    game = compile(sim.load(ISTANBUL))
    levels = leverage_levels(game)
    first = terms(game, levels)
    moved = set(Numbers(game, levels, {}, {}).shifts)
    with mock.patch("sim.game.numbers.lookup", wraps=lookup) as read:
        again = terms(game, levels)
    assert {call.args[1] for call in read.call_args_list} <= moved
    assert (first.reservation == again.reservation).all()


@settings(max_examples=60)
@given(factors(most=200, pairs=4), st.integers(0, 2**32 - 1))
def test_what_is_dropped_on_the_way_reaches_no_agreement(space: Factors, seed: int) -> None:
    compiled = compile_space(space)
    whole = fold_space(compiled)
    u = whole.frontier.points.utilities
    rng = np.random.default_rng(seed)
    reservation = u[rng.integers(len(u))] - rng.choice([0.0, 0.1, 0.5]) if len(u) else np.zeros(space.parties)
    near = frontier(compiled, reservation=reservation)

    def inside(points: Points) -> set[tuple[float, ...]]:
        good = (points.utilities >= reservation - 1e-9).all(axis=1)
        return {tuple(row) for row in points.utilities[good].round(11).tolist()}

    assert inside(near.points) == inside(whole.frontier.points)
    mine: dict[tuple[int, int], set[Any]] = {}
    theirs: dict[tuple[int, int], set[Any]] = {}
    for found, folded in ((mine, whole), (theirs, whole.acceptable(reservation))):
        for issue, level, points in slices(folded):
            found.setdefault((issue, level), set()).update(inside(points))
    assert {key: value for key, value in mine.items() if value} == {k: v for k, v in theirs.items() if v}


def test_a_sieve_of_sixty_parties_lets_everything_through() -> None:
    u = np.random.default_rng(0).random((50, 60))
    assert sieved(u) is None
    assert through(None, u).tolist() == list(range(50))


def test_the_list_of_faults_is_json_too(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    data = scenario(5, 1)
    data["issues"]["i0"] = {"levels": [[k] for k in range(500)]}
    path = tmp_path / "wrong.yaml"
    path.write_text(json.dumps(data), encoding="utf-8")
    assert main(["validate", str(path)]) == 3
    told = "".join(capsys.readouterr())
    assert told.count("expected a number or a name") == SHOWN
    assert "more faults" in told
