"""What is asked of tracks: which issues, in which order, and where each issue stands until it is agreed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.errors import RequestError, shown
from sim.game.compiled import Game
from sim.model.issues import level_index
from sim.model.names import names_in, suggest
from sim.model.parties import PackageNoDeal

__all__ = ["Plan", "plan_of"]

Track = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """Tracks of talks, and what they start from.

    Attributes
    ----------
    game : Game
    leverage : dict of str to float
    tracks : tuple of tuple of str
        Every issue that can be settled, once.
    closing : int
        The track whose deal ends the fighting, or whatever else no deal means; counted from 0.
    base : dict of str to level
        Where every issue stands until it is agreed.
    free : tuple of str
        The issues that the signers can settle; the others stand at their reversion.
    """

    game: Game
    leverage: Mapping[str, float]
    tracks: tuple[Track, ...]
    closing: int
    base: Mapping[str, Any]
    free: tuple[str, ...]


def plan_of(
    game: Game, leverage: Mapping[str, float], given: Any, *, truce: Any, status_quo: Mapping[str, Any]
) -> Plan:
    """Return the plan of some tracks; issues that none names make a last one.

    Raises
    ------
    RequestError
        An issue is unknown, twice on the tracks, fixed or nowhere until it is agreed; a track is empty; there is no
        track of the number given for the truce. All faults at once.
    """
    tracks = _tracks(given)
    faults = [*_misnamed(game, tracks), *_misplaced(game, status_quo)]
    named = {name for track in tracks for name in track}
    rest = tuple(name for name in _open(game) if name not in named)
    every = (*tracks, rest) if rest else tracks
    if truce is not None and not (type(truce) is int and 1 <= truce <= len(every)):
        faults.append(f"truce: {shown(truce)} (expected the number of a track, from 1 to {len(every)})")
    base = dict(_base(game, status_quo))
    missing = [name for name in game.issues if name not in base]
    if missing and len(every) > 1:
        faults.append(
            f"status_quo: nothing says where {', '.join(missing)} would stand until agreed (expected a reversion, a "
            "war.status_quo, or levels given as status_quo, --status-quo ISSUE=LEVEL,...)"
        )
    if faults:
        raise RequestError("\n".join(faults))
    # With all on one track nothing ever stands elsewhere than agreed: any level will do.
    base = {name: game.levels[k][0] for k, name in enumerate(game.issues)} | base
    return Plan(game, leverage, every, len(every) - 1 if truce is None else truce - 1, base, tuple(_open(game)))


def _tracks(given: Any) -> tuple[Track, ...]:
    if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
        raise RequestError(f"tracks: {shown(given)} (expected a list of tracks, each a list of issues)")
    found = tuple(names_in(f"track {k + 1}", track) for k, track in enumerate(given))
    if not found:
        raise RequestError("tracks: none (expected at least one, a list of issues)")
    return found


def _open(game: Game) -> list[str]:
    """Return the issues that the signers can settle."""
    spec = game.scenario.spec
    return [n for n in game.issues if (own := spec.issues[n].control) is None or set(own) <= set(game.signers)]


def _misnamed(game: Game, tracks: Sequence[Track]) -> Iterator[str]:
    free = _open(game)
    for k, track in enumerate(tracks):
        if not track:
            yield f"track {k + 1}: no issue (expected at least one of: {', '.join(free)})"
        for name in dict.fromkeys(track):
            if name not in game.issues:
                yield f"track {k + 1}: no issue {name!r} {suggest(name, free)}"
            elif name not in free:
                who = ", ".join(game.scenario.spec.issues[name].control or ())
                yield f"track {k + 1}: {name} cannot be settled here: it needs the signatures of {who}"
    for name, times in Counter(name for track in tracks for name in track).items():
        if times > 1:
            yield f"tracks: {name} {times} times (expected each issue on one track)"


def _misplaced(game: Game, given: Mapping[str, Any]) -> Iterator[str]:
    for name, level in given.items():
        if name not in game.issues:
            yield f"status_quo: no issue {name!r} {suggest(name, game.issues)}"
        elif level_index(issue := game.scenario.spec.issues[name], level) is None:
            known = list(issue.all_levels())
            hint = f"(expected one from {known[0]:g} to {known[-1]:g})" if issue.numeric else ""
            yield f"status_quo: {name}: {shown(level)} is not a level {hint or suggest(level, map(str, known))}"


def _base(game: Game, given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield where each issue stands: as given, in war, in what all say stays, or as it reverts; fixed ones revert."""
    spec, free = game.scenario.spec, _open(game)
    war = (spec.war.status_quo if spec.war is not None else None) or {}
    stays = [dict(p.no_deal.package) for n in game.signers if isinstance((p := spec.parties[n]).no_deal, PackageNoDeal)]
    for name, issue in spec.issues.items():
        same = {package.get(name) for package in stays}
        common = same.pop() if len(same) == 1 else None
        common = common if level_index(issue, common) is not None else None
        ways = [given.get(name), war.get(name), common, issue.reversion] if name in free else [issue.reversion]
        if (level := next((way for way in ways if way is not None), None)) is not None:
            yield name, level
