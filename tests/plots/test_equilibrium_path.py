"""Equilibria along a lever: every one of them, its moves, its index, and the turns of the sweep."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from figure_reading import by_name, drawn, texts
from figure_scenes import scenario, swept

import sim
from sim.plots import Request, draw
from sim.plots.equilibrium_path import _rows
from sim.plots.points import Lever, lever_of


def chances(*levels: list[list[float]]) -> Any:
    """Return a sweep of a game of two sides with two moves each and some equilibria at each level."""
    import xarray as xr

    most = max(map(len, levels))
    table = np.full((len(levels), most, 4), np.nan)
    for k, level in enumerate(levels):
        for j, equilibrium in enumerate(level):
            table[k, j] = equilibrium
    return xr.Dataset(
        {
            "moves_probability": (("x", "moves_equilibrium", "move"), table),
            "moves_count": (("x",), [len(level) for level in levels]),
            "margin": (("x",), np.zeros(len(levels))),
        },
        {
            "x": np.linspace(-1, 1, len(levels)),
            "party": ["a", "b"],
            "party_label": ("party", ["A", "B"]),
            "move": ["a.hold", "a.push", "b.hold", "b.push"],
        },
        {"scenario": "Made up"},
    )


HOLD, PUSH, MIXED = [1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0], [0.4, 0.6, 0.7, 0.3]


def made_up() -> Any:
    return chances([HOLD], [HOLD, PUSH, MIXED], [HOLD, PUSH, MIXED], [PUSH], [MIXED], [])


def with_indices(data: Any) -> Any:
    """Return it with an index of -1 for what is mixed beside others."""
    index = np.ones(data["moves_probability"].shape[:2])
    index[:, 2] = -1
    return data.assign(moves_index=(("x", "moves_equilibrium"), index))


def test_all_equilibria_are_shown_by_the_moves_that_they_play() -> None:
    data = made_up()
    lever = lever_of(data, "x")
    assert isinstance(lever, Lever)
    hold, push, mixed = _rows(data, lever)
    assert hold.name == "A: hold\nB: hold"
    assert mixed.name == "A: hold or push\nB: hold or push"
    assert (hold.pure, push.pure, mixed.pure) == (True, True, False)
    assert hold.present.tolist() == [True, True, True, False, False, False]
    assert push.present.tolist() == [False, True, True, True, False, False]
    assert mixed.present.tolist() == [False, True, True, False, True, False]


def test_only_an_index_of_minus_one_makes_a_mark_open() -> None:
    plain = sim.plots.equilibrium_path(made_up())
    assert not any(len(mark.get_xdata()) for y in (0, -1, -2) for mark in by_name(plain, f"open {y}"))
    assert "slip" not in " ".join(text for text, _ in texts(drawn(plain)))
    ax = sim.plots.equilibrium_path(with_indices(made_up()))
    (open_marks,), (filled,) = by_name(ax, "open -2"), by_name(ax, "filled -2")
    assert open_marks.get_xdata().tolist() == pytest.approx([-0.6, -0.2])
    assert filled.get_xdata().tolist() == pytest.approx([0.6])
    assert open_marks.get_marker() == "D"
    assert "Open: a small slip leads away" in " ".join(text for text, _ in texts(drawn(ax)))


def test_the_words_are_the_turns_of_the_sweep() -> None:
    data = made_up()
    turns = sim.equilibrium_turns(data, "x")
    assert [(len(turn.vanish), len(turn.appear)) for turn in turns] == [(0, 2), (2, 0), (1, 1)]
    ax = drawn(sim.plots.equilibrium_path(data))
    words = [text for text, _ in texts(ax)]
    assert words.count("vanishes at −0.2") == 2
    assert words.count("appears at −0.6") == 2
    assert words.count("vanishes at +0.2") == words.count("appears at +0.6") == 1
    assert "vanishes at +0.6" not in words, "beyond it nothing was found, so nothing vanished"
    assert len(by_name(ax, "none found")) == 1


def test_an_equilibrium_that_changes_its_moves_neither_appears_nor_vanishes() -> None:
    data = chances(*([[max(0.0, 0.6 - x), min(1.0, 0.4 + x), 0.5, 0.5]] for x in (0, 0.2, 0.4, 0.6, 0.8)))
    assert sim.equilibrium_turns(data, "x") == ()
    ax = drawn(sim.plots.equilibrium_path(data))
    (line,) = by_name(ax, "branch 0")
    assert line.get_ydata().tolist() == [0, 0, 0, -1, -1]
    assert not any("appears" in text or "vanishes" in text for text, _ in texts(ax))


def test_an_equilibrium_at_one_level_is_said_once() -> None:
    words = [text for text, _ in texts(drawn(sim.plots.equilibrium_path(chances([HOLD], [HOLD, PUSH], [HOLD]))))]
    assert "only at 0" in words


def test_a_scenario_without_moves_is_refused() -> None:
    with pytest.raises(sim.RequestError, match="section moves"):
        sim.plots.equilibrium_path(swept("three", "court"))
    with pytest.raises(sim.RequestError, match="section moves"):
        draw("equilibrium_path", Request(scenario=scenario("three")))
