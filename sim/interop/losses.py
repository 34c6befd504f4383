"""What a scenario says and a table of utilities with reservation values does not, each by its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.game.compiled import Game
from sim.model.parties import Impasse, PackageNoDeal, WarNoDeal

__all__ = ["leverage_text", "losses"]

_SECTIONS = (
    "constraints",
    "leverage",
    "war",
    "talks",
    "ratification",
    "future",
    "enforcement",
    "moves",
    "private",
    "uncertain",
    "dynamics",
    "sources",
)


def leverage_text(levels: Mapping[str, Any]) -> str:
    """Return leverage levels in words.

    Examples
    --------
    >>> leverage_text({"battlefield": 0.3, "sanctions": 1})
    'at battlefield=0.3, sanctions=1'
    """
    return "at " + ", ".join(f"{name}={float(level):g}" for name, level in levels.items())


def losses(game: Game, levels: Mapping[str, Any], reservation: Mapping[str, float]) -> Iterator[str]:
    """Yield a note on everything that weights, values and reservation values leave out.

    Parameters
    ----------
    game : Game
    levels : mapping
        The leverage at which reservation values were taken.
    reservation : mapping of str to float
    """
    spec = game.scenario.spec
    where = f" {leverage_text(levels)}" if levels else ""
    for name in game.signers:
        yield from _no_deal(game, name, reservation[name], where)
    lines = [f"parties.{party}.red_lines.{line}" for party, line in game.lines]
    if lines:
        yield f"red lines are not carried, so more outcomes are open: {', '.join(lines)}"
    for k, name in enumerate(game.issues):
        if len(game.levels[k]) < len(spec.issues[name].all_levels()):
            yield f"issues.{name}: only its reversion {game.levels[k][0]}, because its controllers do not all sign"
    others = [f"parties.{name}" for name in game.parties if name not in game.signers]
    if others:
        yield f"parties whose consent is not needed are not carried: {', '.join(others)}"
    sections = [name for name in _SECTIONS if game.scenario.tree.data.get(name)]
    if sections:
        yield f"sections not carried: {', '.join(sections)}"


def _no_deal(game: Game, name: str, value: float, where: str) -> Iterator[str]:
    party = game.scenario.spec.parties[name]
    path = f"parties.{name}"
    if isinstance(party.no_deal, WarNoDeal):
        yield f"{path}.no_deal: the war lottery is carried as the reservation value {value:.6g}{where}"
    elif isinstance(party.no_deal, PackageNoDeal):
        yield f"{path}.no_deal: the package is carried as the reservation value {value:.6g}{where}"
    elif isinstance(party.no_deal, Impasse):
        yield f"{path}.no_deal: carried as the reservation value {value:.6g}{where}; the impasse value is not carried"
    elif any(split == f"{path}.no_deal" for v in game.scenario.spec.leverage.values() for split in v.shifts):
        yield f"{path}.no_deal: carried as it is{where}: {value:.6g}"
    if party.power != 1:
        yield f"{path}.power: {party.power:g} is not carried"
    if party.patience is not None:
        yield f"{path}.patience: {party.patience:g} is not carried"
