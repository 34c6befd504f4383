"""Equilibria followed along a path of games."""

from __future__ import annotations

import numpy as np
import pytest

from sim.theory.strategic.bimatrix import solve
from sim.theory.strategic.following import follow


def path(levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coordination games in which the first strategy pays row and column `level` less."""
    A = np.array([[[2.0 - t, 0.0], [0.0, 1.0]] for t in levels])
    return A, A.copy()


def test_two_of_three_equilibria_vanish_together() -> None:
    """While the first strategy pays more than nothing there are three equilibria; beyond, one."""
    levels = np.linspace(0, 4, 80)
    found = solve(*path(levels))
    assert not found.degenerate.any()
    branches = follow(found.game, found.row, found.column)
    lives = {(int(a), int(b)) for a, b in zip(branches.first, branches.last, strict=True)}
    end = int(np.flatnonzero(levels < 2).max())
    assert lives == {(0, len(levels) - 1), (0, end)}
    assert len(branches.first) == 3


def test_a_switch_ends_one_branch_and_begins_another() -> None:
    A = np.array([[[1.0], [0.0]], [[1.0], [0.0]], [[0.0], [1.0]]])
    found = solve(A, np.zeros_like(A))
    branches = follow(found.game, found.row, found.column)
    assert branches.branch.tolist() == [0, 0, 1]
    assert (branches.first.tolist(), branches.last.tolist()) == ([0, 2], [1, 2])


def test_the_order_of_equilibria_within_a_game_does_not_matter() -> None:
    found = solve(*path(np.linspace(0, 1.5, 20)))
    plain = follow(found.game, found.row, found.column)
    order = np.lexsort((-found.row[:, 0], found.game))
    mixed = follow(found.game[order], found.row[order], found.column[order])

    def members(branch: np.ndarray, rows: np.ndarray) -> set[frozenset[int]]:
        return {frozenset(rows[branch == b].tolist()) for b in set(branch.tolist())}

    assert members(plain.branch, np.arange(len(order))) == members(mixed.branch, order)


def test_lists_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="as many"):
        follow(np.array([0]), np.ones((2, 1)), np.ones((1, 1)))
