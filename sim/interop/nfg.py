"""Games in normal form as text in Gambit's .nfg format (version 1, rational or decimal payoffs).

The format lists profiles with the first player's strategy changing fastest. Its *payoff version* gives the numbers of
every profile, its *outcome version* names outcomes, each with its payoffs, and then the outcome of every profile, so
that profiles can share one. Gambit takes labels of printable ASCII without double spaces: other characters are written
without their accents or, where that does not help, as XML character references (``&#1088;``), as is the backslash,
which its reader takes for an escape.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import counted
from sim.theory.strategic.normal_form import checked_payoffs

__all__ = ["to_nfg"]


def to_nfg(
    payoffs: Sequence[ArrayLike] | NDArray[np.float64],
    *,
    title: str = "",
    comment: str = "",
    players: Sequence[str] | None = None,
    strategies: Sequence[Sequence[str]] | None = None,
    outcomes: ArrayLike | None = None,
    version: Literal["payoff", "outcome"] = "payoff",
) -> str:
    """Write one game with any number of players as .nfg text.

    Parameters
    ----------
    payoffs : sequence of P arrays (n_1, ..., n_P)
        Finite numbers; each is written as the shortest decimal that reads back as the same double.
    title, comment : str
    players : sequence of P str, optional
        Default: Player 1, Player 2, ...
    strategies : sequence of P sequences of n_p str, optional
        Default: 1, 2, ...
    outcomes : array_like (n_1, ..., n_P) of str, optional
        Names for the outcome version; profiles with one name share one outcome. Default: the strategies, joined.
    version : {"payoff", "outcome"}

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If shapes, numbers or names do not fit: names of one player's strategies, and of players, must differ as
        written; profiles that share an outcome must have the same payoffs.

    Notes
    -----
    McKelvey, McLennan and Turocy, Gambit: documentation of the file formats.

    Examples
    --------
    >>> print(to_nfg([[[2, 0]], [[1, 0.5]]], title="Offer", players=["A", "B"], strategies=[["ask"], ["yes", "no"]]))
    NFG 1 R "Offer" { "A" "B" }
    { { "ask" }
      { "yes" "no" } }
    ""
    <BLANKLINE>
    2 1
    0 0.5
    <BLANKLINE>
    """
    arrays, single = checked_payoffs(payoffs)
    if not single:
        raise ValueError("payoffs: several games (expected one)")
    if version not in ("payoff", "outcome"):
        raise ValueError(f"version: {version!r} (expected 'payoff' or 'outcome')")
    shape = arrays[0].shape[1:]
    people = _labels("players", players or [f"Player {p + 1}" for p in range(len(shape))], len(shape))
    moves = _strategy_labels(strategies, shape)
    table = np.stack([array[0].ravel(order="F") for array in arrays], axis=1)
    lines = [" ".join(_number(value) for value in row) for row in table.tolist()]
    if version == "outcome":
        lines = _outcome_lines(lines, _outcome_names(outcomes, moves, shape))
    sets = "\n  ".join(_braced(names) for names in moves)
    return "\n".join([f"NFG 1 R {_quoted(title)} {_braced(people)}", f"{{ {sets} }}", _quoted(comment), "", *lines, ""])


def _number(value: float) -> str:
    """Shortest exact decimal, without an exponent: Gambit does not read all of those."""
    return format(Decimal(repr(value + 0.0)), "f").removesuffix(".0")


def _plain(name: str) -> str:
    """A label Gambit can hold: printable ASCII, single spaces."""
    bare = "".join(part for part in unicodedata.normalize("NFKD", str(name)) if not unicodedata.combining(part))
    printable = "".join(part if part.isprintable() else " " for part in bare).replace("\\", "&#92;")
    return " ".join(printable.encode("ascii", "xmlcharrefreplace").decode().split())


def _quoted(name: str) -> str:
    return '"' + _plain(name).replace('"', '\\"') + '"'


def _braced(names: Sequence[str]) -> str:
    return "{ " + " ".join(map(_quoted, names)) + " }"


def _labels(what: str, names: Sequence[str], count: int) -> list[str]:
    if len(names) != count:
        raise ValueError(f"{what}: {len(names)} names (expected {count})")
    plain = [_plain(name) for name in names]
    if "" in plain or len(set(plain)) < count:
        raise ValueError(f"{what}: {', '.join(map(repr, plain))} (expected names that are not empty and differ)")
    return plain


def _strategy_labels(strategies: Sequence[Sequence[str]] | None, shape: tuple[int, ...]) -> list[list[str]]:
    named = strategies or [[str(s + 1) for s in range(count)] for count in shape]
    if len(named) != len(shape):
        raise ValueError(f"strategies: names for {counted(len(named), 'player')} (expected {len(shape)})")
    return [_labels(f"strategies[{p}]", names, shape[p]) for p, names in enumerate(named)]


def _outcome_names(outcomes: ArrayLike | None, moves: list[list[str]], shape: tuple[int, ...]) -> list[str]:
    """Names of the outcomes of all profiles, the first player's strategy changing fastest."""
    if outcomes is None:
        places = np.stack(np.unravel_index(np.arange(np.prod(shape)), shape, order="F"), axis=1)
        return [", ".join(moves[p][s] for p, s in enumerate(place)) for place in places.tolist()]
    names = np.asarray(outcomes)
    if names.shape != shape:
        raise ValueError(f"outcomes: shape {names.shape} (expected {shape})")
    return [_plain(name) for name in names.ravel(order="F").tolist()]


def _outcome_lines(payoffs: list[str], names: list[str]) -> list[str]:
    known: dict[str, str] = {}
    for name, numbers in zip(names, payoffs, strict=True):
        if known.setdefault(name, numbers) != numbers:
            raise ValueError(
                f"outcomes: {name!r} has payoffs {known[name]} and {numbers} (expected one set for a name)"
            )
    place = {name: str(number) for number, name in enumerate(known, start=1)}
    listed = [f"{{ {_quoted(name)} {', '.join(numbers.split())} }}" for name, numbers in known.items()]
    return ["{", *listed, "}", " ".join(place[name] for name in names)]
