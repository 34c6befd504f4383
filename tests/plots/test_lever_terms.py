"""Levers against terms: words and colours of each cell, ties, and the same ends as a leverage path."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from figure_reading import by_name, drawn, shown, texts, titles
from figure_scenes import gathered, scenario

import sim
from sim.plots import Request, draw


def test_the_table_of_levers_and_terms_reads_from_where_to_where() -> None:
    ax = drawn(draw("lever_terms", Request(scenario=scenario("three"), solution="egalitarian")))
    data = sim.elasticities(scenario("three"), solution="egalitarian", steps=201)
    words = [text for text, _ in texts(ax)]
    first, last = (data[name].sel(lever="court", issue="land").item() for name in ("first", "last"))
    assert f"{first:g} → {last:g}" in words
    (cells,) = by_name(ax, "cells")
    apart = np.abs(data["last"] - data["first"]).values.T / np.array([[10.0], [2.0], [1000.0]])
    np.testing.assert_allclose(shown(cells, (3, 2)), 100 * apart)
    share = 100 * data["zone"].sel(lever="court").item()
    assert ax.get_xticklabels()[0].get_text() == f"Court\n(zone on {share:.0f} %)"


def test_the_table_and_the_path_of_a_lever_have_the_same_ends() -> None:
    table, path = (sim.plots.requests.__dict__[name](Request(scenario=scenario("three"))) for name in ("terms_for", "path_for"))  # fmt: skip  # noqa: E501
    deals = path["nash_deal"].sel(issue="land").values
    ends = deals[np.isfinite(deals)][[0, -1]]
    assert [table[name].sel(lever="court", issue="land").item() for name in ("first", "last")] == ends.tolist()


def answers(first: list[list[float]], last: list[list[float]], moved: list[list[float]], trend: float = 0.0) -> Any:
    """Return a table of two levers and two issues, one of them named."""
    import xarray as xr

    parts = {"first": first, "last": last, "moved": moved, "share": np.full((2, 2), trend)}
    names = {"flag": ["north, with all that goes with it", "south, under an administration of its own"]}
    return xr.Dataset(
        {name: (("lever", "issue"), np.array(part, dtype=float)) for name, part in parts.items()},
        {"lever": ["court", "gossip"], "issue": ["land", "flag"]},
        {"scenario": "Made up", "level_names": json.dumps(names)},
    ).assign(zone=("lever", np.ones(2)))


@pytest.mark.parametrize(
    ("moved", "finding"),
    [
        (
            [[0.5, 1], [0.2, 0]],
            "court moves flag the furthest: north, with all that goes with it → south, under an adm",
        ),
        (
            [[0.5, 0], [0.5, 0]],
            "The furthest moves, 50 % of the term's range, are land with court and land with gossip",
        ),
        (
            [[1, 1], [1, 0]],
            "2 terms of the Nash deal tie for the furthest move, 100 % of their range, in 3 of the cells",
        ),
        ([[0, 0], [0, 0]], "The terms of the Nash deal are the same at both ends of every lever"),
        ([[np.nan] * 2] * 2, "No lever moves any term: there is a zone at too few levels"),
    ],
)
def test_a_tie_has_no_winner(moved: list[list[float]], finding: str) -> None:
    ax = sim.plots.lever_terms(answers([[0, 0], [0, 0]], [[5, 1], [5, 1]], moved))
    assert titles(ax)[0].startswith(finding)


def test_a_term_that_comes_back_is_said_to_vary() -> None:
    still = [[5.0, 1.0], [5.0, 1.0]]
    words = [
        text for text, _ in texts(drawn(sim.plots.lever_terms(answers(still, still, np.zeros((2, 2)).tolist(), 0.3))))
    ]
    assert words.count("5, varies between") == 2


@pytest.mark.parametrize("size", [None, (9.0, 3.3)])
@pytest.mark.parametrize("name", ["three", "hostile", "may-2025", "comprehensive-settlement"])
def test_words_stay_in_their_cells(name: str, size: tuple[float, float] | None) -> None:
    style = {} if size is None else {"size": size}
    data = gathered(sim.plots.requests.terms_for, name)
    issues = [] if size is None else [str(issue) for issue in data["issue"].values[:4]]
    ax = drawn(sim.plots.lever_terms(data, issues=issues, **style))  # type: ignore[arg-type]
    (cells,) = by_name(ax, "cells")
    grid = np.asarray(cells.get_coordinates())
    corners = ax.transData.transform(grid.reshape(-1, 2)).reshape(grid.shape)
    rows, columns = corners.shape[0] - 1, corners.shape[1] - 1
    for row, column in np.ndindex(rows, columns):
        (words,) = by_name(ax, f"cell {row} {column}")
        box, some = words.get_window_extent(), corners[row : row + 2, column : column + 2]
        assert some[..., 0].min() <= box.x0 < box.x1 <= some[..., 0].max(), words.get_text()
        assert some[..., 1].min() <= box.y0 < box.y1 <= some[..., 1].max(), words.get_text()
