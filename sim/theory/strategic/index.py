r"""The index of an equilibrium of a bimatrix game: which equilibria a small slip leads away from.

Let (x, y) be an equilibrium of a non-degenerate game (A, B) with supports I and J of size k, and let
:math:`\bar M = \begin{pmatrix} M_{IJ} & 1 \\ 1^T & 0 \end{pmatrix}`. Its index is

.. math:: (-1)^{k+1} \, \operatorname{sign}(\det \bar A \, \det \bar B),

which is +1 or -1, does not change when a constant is added to payoffs, and equals Shapley's sign of the determinants of
:math:`A_{IJ}` and :math:`B_{IJ}` where all payoffs are positive. The indices of all equilibria of a game add up to +1;
an equilibrium in pure strategies has index +1.

An equilibrium of index -1 is not asymptotically stable under any dynamic that moves players towards better replies and
rests where they have none. Index +1 promises nothing: a strict equilibrium is stable, that of matching pennies need
not be.

Sources: Shapley (1974), A Note on the Lemke-Howson Algorithm; Demichelis and Ritzberger (2003), From Evolutionary to
Strategic Stability.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["index"]

_ZERO = 1e-9


def index(
    A: NDArray[np.float64],
    B: NDArray[np.float64],
    game: ArrayLike,
    row: NDArray[np.float64],
    column: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return the indices of equilibria.

    Parameters
    ----------
    A, B : ndarray, shape (N, m, n)
        Payoffs of N games.
    game : array_like of int, shape (E,)
        The game of each equilibrium.
    row, column : ndarray, shapes (E, m) and (E, n)
        The strategies; those not in use have probability 0, as `sim.theory.strategic.bimatrix.solve` gives them.

    Returns
    -------
    ndarray of int, shape (E,)
        +1 or -1; 0 where the supports differ in size or a determinant vanishes, as only in degenerate games. What it
        says of other equilibria of degenerate games is not defined either: leave them out.

    Examples
    --------
    Meeting at one of two places: both places, and tossing for it.

    >>> same = np.eye(2)[None]
    >>> chances = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    >>> index(same, same, [0, 0, 0], chances, chances).tolist()
    [1, 1, -1]
    """
    game = np.asarray(game, dtype=np.intp)
    result = np.zeros(len(game), dtype=np.int64)
    used = np.hstack([row > 0, column > 0])
    supports, which = np.unique(used, axis=0, return_inverse=True)
    for k, support in enumerate(supports):
        rows, columns = np.flatnonzero(support[: row.shape[1]]), np.flatnonzero(support[row.shape[1] :])
        if len(rows) == len(columns):
            here = np.flatnonzero(which.ravel() == k)
            signs = [_sign(payoffs[game[here]][:, rows][:, :, columns]) for payoffs in (A, B)]
            result[here] = (-1) ** (len(rows) + 1) * signs[0] * signs[1]
    return result


def _sign(payoffs: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the signs of bordered determinants of square tables (E, k, k); 0 where they vanish within rounding."""
    low, high = payoffs.min(axis=(1, 2), keepdims=True), payoffs.max(axis=(1, 2), keepdims=True)
    scaled = (payoffs - low) / np.where(high > low, high - low, 1.0)
    bordered = np.pad(scaled, ((0, 0), (0, 1), (0, 1)), constant_values=1.0)
    bordered[:, -1, -1] = 0.0
    found = np.linalg.det(bordered)
    return np.where(np.abs(found) < _ZERO, 0, np.sign(found)).astype(np.int64)
