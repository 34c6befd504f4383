"""What a caller asks of sessions of talks, looked at: levels, rounds, who opens, tactics, sizes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import RequestError, SizeError, shown
from sim.game.compiled import Game
from sim.game.terms import leverage_levels
from sim.model.arguments import count_in, level_in, map_in
from sim.model.names import names_in, suggest
from sim.simulations.tactics import Choice, chosen
from sim.studies.games.offers import no_offers
from sim.studies.games.setting import how_they_talk
from sim.sweeps.batch.batch import Compiled
from sim.theory.talks.tactics import TACTICS

__all__ = [
    "STARTS",
    "check_frontier",
    "check_sizes",
    "choices_in",
    "dealt",
    "levels_of_sessions",
    "openers_in",
    "rounds_in",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_ROUNDS = 1000
MOST_POINTS = 20_000_000
MOST_LOOKED_AT = 20_000_000_000
ROUNDS = 20
STARTS = ("best", "zone")


def levels_of_sessions(game: Game, given: Any, count: int) -> dict[str, Floats]:
    """Return the level of every leverage variable in every session."""
    told: dict[str, Any] = {}
    for name, level in map_in("leverage", given).items():
        if not _many(level):
            told[name] = level_in(name, level)
            continue
        told[name] = np.array([level_in(name, x) for x in level])
        if len(level) != count:
            raise RequestError(f"{name}: {len(level)} levels (expected one, or one for each of {count:,} sessions)")
    found = leverage_levels(game, told)
    return {name: np.broadcast_to(np.asarray(level, dtype=np.float64), (count,)) for name, level in found.items()}


def _many(given: Any) -> bool:
    return isinstance(given, (list, tuple, range)) or (isinstance(given, np.ndarray) and given.ndim > 0)


def rounds_in(game: Game, given: Any, count: int) -> Ints:
    """Return after how many offers each session ends, (n,)."""
    if given is None:
        given = how_they_talk(game).last_round or ROUNDS
    if _many(given):
        if len(given) != count:
            raise RequestError(f"rounds: {len(given)} numbers (expected one, or one for each of {count:,} sessions)")
        return np.array([count_in("rounds", x, most=MOST_ROUNDS) for x in given], dtype=np.int64)
    return np.full(count, count_in("rounds", given, most=MOST_ROUNDS), dtype=np.int64)


def openers_in(game: Game, given: Any) -> list[int]:
    """Return who may make the first offer, as places among the signers."""
    if given is None:
        return list(range(len(game.signers)))
    if not isinstance(given, str) or given not in game.signers:
        hint = suggest(given if isinstance(given, str) else "", game.signers)
        raise RequestError(f"opens: no signer {shown(given)} {hint}")
    return [game.signers.index(given)]


def check_sizes(game: Game, count: int, rounds: int, *, noise: float, start: Any) -> None:
    """Refuse numbers that are not allowed, all at once."""
    faults = []
    if not 0 <= noise <= 10:
        faults.append(f"noise: {noise:g} (expected from 0 to 10)")
    if not isinstance(start, str) or start not in STARTS:
        faults.append(f"start: {shown(start)} {suggest(start if isinstance(start, str) else '', STARTS)}")
    if count * rounds * len(game.signers) > MOST_POINTS:
        most = MOST_POINTS // (rounds * len(game.signers))
        faults.append(f"n: {count:,} sessions of {rounds:,} rounds are too many (expected at most {most:,})")
    if faults:
        raise RequestError("\n".join(faults))


def check_frontier(compiled: Compiled, count: int, rounds: int) -> None:
    """Refuse three signers or more where deals that could be offered may be missing, or are too many to look at."""
    parties = len(compiled.game.signers)
    if parties == 2:
        return
    if compiled.folded.frontier.resolution > 0:
        raise SizeError(
            f"talks of {parties} signers need an exact frontier, and this one is known to "
            f"{compiled.folded.frontier.resolution:.1g} only (expected coarser steps, fewer issues or two signers)"
        )
    if (work := count * rounds * len(compiled.utilities)) > MOST_LOOKED_AT:
        raise SizeError(
            f"n: {count:,} sessions of {rounds:,} rounds look at {work:.1g} deals (expected at most "
            f"{MOST_LOOKED_AT:.0g}: fewer sessions or rounds)"
        )


def choices_in(game: Game, given: Mapping[str, Any]) -> list[tuple[Choice, ...]]:
    """Return the tactics of each signer."""
    faults = [
        f"tactics: no signer {name!r} {suggest(name, game.signers)}" for name in given if name not in game.signers
    ]
    lacking = no_offers(game)
    usual = [name for name, tactic in TACTICS.items() if lacking is None or not tactic.two_sides]
    found: dict[str, list[Choice]] = {}
    for name in game.signers:
        told = given.get(name, usual)
        texts = [told] if isinstance(told, (str, Choice)) else names_in(f"tactics {name}", told)
        own = [chosen(text) for text in texts]
        faults += [f"tactics {name}: {fault}" for fault in own if isinstance(fault, str)]
        found[name] = [choice for choice in own if isinstance(choice, Choice)]
        if not own:
            faults.append(f"tactics {name}: none (expected one of: {', '.join(TACTICS)})")
        if lacking is not None and any(TACTICS[choice.name].two_sides for choice in found[name]):
            faults.append(f"tactics {name}: stationary: {lacking}")
    if faults:
        raise RequestError("\n".join(faults))
    return [tuple(dict.fromkeys(found[name])) for name in game.signers]


def dealt(tactics: list[list[int]], opens: list[int], count: int, generator: np.random.Generator) -> tuple[Ints, Ints]:
    """Return each signer's tactic (n, P) and who opens (n,): every combination as often as any other."""
    many = math.prod(map(len, tactics)) * len(opens)
    order = generator.permutation(many)[np.arange(count) % many]
    columns = np.unravel_index(order, [len(own) for own in (*tactics, opens)])
    *own, first = (np.array(values)[column] for values, column in zip((*tactics, opens), columns, strict=True))
    return np.stack(own, axis=1), first
