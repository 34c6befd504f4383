"""Indices of equilibria: their sum, strict ones, and games whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.theory.strategic.bimatrix import solve
from sim.theory.strategic.index import index


def indices(a: NDArray[np.float64], b: NDArray[np.float64]) -> list[tuple[int, tuple[int, int], int]]:
    """Return (game, sizes of the supports, index) of every equilibrium."""
    first, second = (table.reshape(-1, *table.shape[-2:]) for table in (a, b))
    found = solve(first, second)
    signs = index(first, second, found.game, found.row, found.column)
    sizes = zip((found.row > 0).sum(axis=1).tolist(), (found.column > 0).sum(axis=1).tolist(), strict=True)
    return list(zip(found.game.tolist(), sizes, signs.tolist(), strict=True))


@pytest.mark.parametrize("shape", [(2, 2), (2, 4), (3, 3), (4, 3), (5, 5)])
def test_indices_add_up_to_one_and_pure_equilibria_have_one(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(4)
    found = indices(rng.normal(size=(200, *shape)), rng.normal(size=(200, *shape)))
    total = np.zeros(200, dtype=int)
    for game, sizes, sign in found:
        total[game] += sign
        assert sign in (-1, 1)
        assert sign == 1 or sizes != (1, 1)
    assert (total == 1).all()


def test_shapleys_determinants_of_positive_payoffs_agree() -> None:
    rng = np.random.default_rng(5)
    a, b = rng.uniform(1, 2, (2, 100, 3, 3))
    found = solve(a, b)
    signs = index(a, b, found.game, found.row, found.column)
    for k, game in enumerate(found.game):
        part = np.ix_(found.row[k] > 0, found.column[k] > 0)
        size = len(part[0])
        expected = (-1) ** (size + 1) * np.sign(np.linalg.det(a[game][part]) * np.linalg.det(b[game][part]))
        assert signs[k] == expected


def test_games_with_known_answers() -> None:
    pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])
    assert indices(pennies, -pennies) == [(0, (2, 2), 1)]
    hawk_dove = np.array([[-1.0, 2.0], [0.0, 1.0]])
    assert sorted(sign for *_, sign in indices(hawk_dove, hawk_dove.T)) == [-1, 1, 1]


def test_a_mixed_equilibrium_beside_a_pure_one_can_have_index_one() -> None:
    a = np.array([[2.0, -5.0, -5.0], [-5.0, 1.0, -1.0], [-5.0, -1.0, 1.0]])
    b = np.array([[2.0, -5.0, -5.0], [-5.0, -1.0, 1.0], [-5.0, 1.0, -1.0]])
    assert sorted((sizes, sign) for _, sizes, sign in indices(a, b)) == [((1, 1), 1), ((2, 2), 1), ((3, 3), -1)]


def test_what_has_no_index_is_zero() -> None:
    flat = np.zeros((1, 2, 2))
    half, pure = np.array([[0.5, 0.5]]), np.array([[1.0, 0.0]])
    assert index(flat, flat, [0], half, half).tolist() == [0]
    assert index(flat, flat, [0], half, pure).tolist() == [0]
    assert index(flat, flat, [], half[:0], half[:0]).tolist() == []
