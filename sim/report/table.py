"""What the negotiation table needs beside values: red lines one by one, who controls what, and positions on record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.errors import SizeError
from sim.evidence.provenance import Input
from sim.evidence.records import Claim
from sim.game.compiled import Game, compile
from sim.model.base import label_of
from sim.model.issues import Issue, level_index
from sim.model.parties import Bounds, RedLine
from sim.model.paths import is_number, split
from sim.report.topics import issue_of
from sim.show.budgets import bound_text
from sim.show.words import level_name, number_text, term_text
from sim.space.blocks import LISTED, Mask
from sim.studies.study import Study

__all__ = ["control_of", "lines_of", "open_game", "positions", "reversion_of"]

_STANCES = {"position": "position", "red_line": "red line", "offer": "offer"}


def open_game(game: Game) -> Game:
    """Return the game with every party signing, so with every level and red line; the game itself where too large."""
    try:
        return compile(game.scenario, only=game.parties)
    except SizeError:
        return game


def lines_of(game: Game) -> list[dict[str, Any]]:
    """Return what each red line of a signer allows, and each budget, which belongs to nobody (party -1)."""
    spec = game.scenario.spec
    owned = [(f"{p}.{name}", game.parties.index(p), spec.parties[p].red_lines[name]) for p, name in game.lines]
    found = [
        _line(key, party, label_of(key.split(".", 1)[1], record), _says(game, record), mask)
        for (key, party, record), mask in zip(owned, game.line_masks, strict=True)
    ]
    # A page that cannot list what a budget allows is not live, so that no proposal is judged there.
    pairs = zip(game.budgets, game.budget_sums, strict=True)
    return found + [_budget(game, name, bound.mask()) for name, bound in pairs if bound.combinations <= LISTED]


def _budget(game: Game, name: str, mask: Mask) -> dict[str, Any]:
    """Return a budget as a line of nobody, with what it sums up and how far."""
    constraint = game.scenario.spec.constraints[name]
    says = f"{_sum_text(game, constraint.sum)} {bound_text(game, name)}"
    line = _line(f"constraints.{name}", -1, label_of(name, constraint), says, mask)
    return line | {"sum": list(constraint.sum.values()), "bound": bound_text(game, name)}


def _sum_text(game: Game, weights: Mapping[str, float]) -> str:
    parts = (f"{'' if w == 1 else f'{number_text(w)} × '}{game.label(issue)}" for issue, w in weights.items())
    return " + ".join(parts)


def _line(key: str, party: int, label: str, says: str, mask: Mask) -> dict[str, Any]:
    allowed = "".join("01"[int(x)] for x in mask.allowed.ravel())
    return {"key": key, "party": party, "label": label, "says": says, "issues": list(mask.issues), "allowed": allowed}


def _says(game: Game, line: RedLine) -> str:
    """Return what a red line demands, in words."""
    parts = [_bound(game, line.issue, "at least", line.min), _bound(game, line.issue, "at most", line.max)]
    if line.forbid is not None:
        parts.append(f"not {_among(game, line.issue, line.forbid)}")
    if line.allow is not None:
        parts.append(f"only {_among(game, line.issue, line.allow)}")
    demand = f"{game.label(line.issue)} {' and '.join(part for part in parts if part)}"
    return f"{demand}, if {' and '.join(_when(game, *one) for one in line.when.items())}" if line.when else demand


def _bound(game: Game, issue: str, word: str, bound: float | None) -> str:
    return "" if bound is None else f"{word} {term_text(game, issue, bound)}"


def _among(game: Game, issue: str, levels: Sequence[Any]) -> str:
    return " or ".join(level_name(game, issue, level) for level in levels)


def _when(game: Game, issue: str, condition: Any) -> str:
    if not isinstance(condition, Bounds):
        return f"{game.label(issue)} is {_among(game, issue, condition)}"
    parts = [_bound(game, issue, "at least", condition.min), _bound(game, issue, "at most", condition.max)]
    return f"{game.label(issue)} is {' and '.join(part for part in parts if part)}"


def control_of(game: Game, issue: Issue) -> list[int]:
    """Return the parties whose signature an issue needs, by position; none where that is nobody's by name."""
    return [game.parties.index(name) for name in issue.control or ()]


def reversion_of(issue: Issue) -> int | None:
    """Return the number of the level that holds where a controlling party does not sign."""
    return None if issue.reversion is None else level_index(issue, issue.reversion)


def positions(study: Study, claims: Mapping[str, Claim]) -> dict[str, list[dict[str, Any]]]:
    """Return by issue the levels at which a document reports a party's position, with the claims that report it.

    Only claims that back a number, a named level or a red line of the scenario count; where a claim gives a number it
    stands at the level nearest to it, within the range.
    """
    found: dict[tuple[str, int, str, str], dict[str, Any]] = {}
    for item in (*study.provenance.inputs, *study.provenance.terms):
        for claim in filter(None, map(claims.get, item.claims)):
            for issue, level in _places(study.game, item, claim):
                found.setdefault((issue, level, claim.party or "", claim.id), _flag(study.game, level, claim))
    result: dict[str, list[dict[str, Any]]] = {}
    for (issue, *_), flag in found.items():
        result.setdefault(issue, []).append(flag)
    return result


def _flag(game: Game, level: int, claim: Claim) -> dict[str, Any]:
    return {
        "level": level,
        "party": game.parties.index(claim.party or ""),
        "kind": _STANCES[claim.kind],
        "text": claim.text,
        "claim": claim.id,
        "date": claim.as_of or "",
        "wordOf": claim.word_of or claim.reported_by or "",
        "standing": claim.standing or "",
        "disputed": bool(claim.disagrees_with),
    }


def _places(game: Game, item: Input, claim: Claim) -> Iterator[tuple[str, int]]:
    """Yield the issue and level, if any, at which a claim that backs an input reports what its party wants."""
    if claim.kind not in _STANCES or claim.party not in game.parties:
        return
    keys = split(game.scenario.tree.data, item.path)
    name = issue_of(game, keys)
    if name is None or (keys[0] == "parties" and keys[1] != claim.party):
        return
    issue = game.scenario.spec.issues[name]
    level = _level(game, issue, keys, claim)
    if level is not None:
        yield name, level


def _level(game: Game, issue: Issue, keys: Sequence[str], claim: Claim) -> int | None:
    levels = issue.all_levels()
    if issue.numeric:
        if not is_number(claim.value) or not float(levels[0]) <= claim.value <= float(levels[-1]):
            return None
        return min(range(len(levels)), key=lambda n: abs(float(levels[n]) - claim.value))
    if claim.value in levels:
        return list(levels).index(claim.value)
    if keys[0] == "parties" and keys[2] == "values" and keys[4:5] == ("table",):
        value: Any = game.scenario.spec.parties[keys[1]].values[keys[3]]
        return list(levels).index(keys[5]) if keys[5] in levels and value.table[keys[5]] == 1 else None
    return None
