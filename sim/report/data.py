"""What the page carries: names, value tables, red lines and numbers to recompute with, and the study's own results.

Nothing here is drawn or worded; `static/` does both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import counted
from sim.evidence.records import Claim
from sim.game.compiled import Game
from sim.model.base import label_of
from sim.model.changes import changes
from sim.model.paths import split
from sim.model.scenario import Scenario
from sim.report.movable import Movables, numbers_of
from sim.report.robust import robust_data
from sim.report.sources import read_claims
from sim.report.table import control_of, lines_of, open_game, positions, reversion_of
from sim.report.topics import backing, topics
from sim.space.blocks import Node
from sim.studies.exactness import known
from sim.studies.study import Deal, LevelRange, Study

__all__ = ["DEALS", "MOST_POINTS", "MOST_WORK", "file_name", "maps_fit", "obstacle", "page_data"]

DEALS = ("nash", "kalai_smorodinsky", "egalitarian")
MOST_POINTS = 20_000
MOST_WORK = 4_000_000
_DRAWN = 2_000
_MAPPED_ISSUES = 20
_MAPPED_LEVELS = 1_500


def page_data(study: Study, results: Mapping[str, Any]) -> dict[str, Any]:
    """Return the page's data.

    Parameters
    ----------
    study : Study
    results : mapping
        Its `sim.output.study_json.study_data`.
    """
    game, whole = study.game, open_game(study.game)
    movables = Movables(game)
    stopped = obstacle(study)
    claims = read_claims(study)[0]
    flags, behind = positions(study, claims), _behind(study, claims)
    return {
        "scenario": _scenario(game),
        "issues": [
            _issue(whole, k, flags.get(name, [])) | {"backing": behind.get(f"from-issue-{k}")}
            for k, name in enumerate(game.issues)
        ],
        "parties": [_party(whole, movables, name) for name in game.parties],
        "signers": game.columns,
        "lines": lines_of(whole),
        "lifts": [[f"{party}.{line}" for party, line in lines] for lines in study.why.lifts],
        "numbers": numbers_of(study, movables),
        "robust": robust_data(study, results),
        "endRate": movables.end_rate(),
        "course": _course(game),
        "checks": movables.checks(),
        "leverage": [_lever(game, study, name) for name in game.scenario.spec.leverage],
        "live": stopped is None,
        "obstacle": stopped,
        "firstMap": _first_map(results["zone"]["maps"], game),
        "start": _start(study, results, whole=stopped is not None),
    }


def _behind(study: Study, claims: Mapping[str, Claim]) -> dict[str, dict[str, Any]]:
    """Return by topic what its inputs rest on."""
    found = study.provenance
    disputed = {name: bool(claim.disagrees_with) for name, claim in claims.items()}
    return {topic.key: backing(topic, disputed) for topic in topics(study.game, (*found.inputs, *found.terms))}


def obstacle(study: Study) -> str | None:
    """Return why the page cannot recompute a study, None where it can."""
    folded = study.folded
    if study.game.space.rows:
        return "A budget joins more combinations of levels than a page can list."
    points = len(folded.frontier.points)
    if loss := study.frontier_resolution:
        words = f"The Pareto frontier does not fit and is {known(loss)} only, and so is all that is found on it"
        return f"{words}; a page works with exact ones of at most {MOST_POINTS:,} points."
    if points > MOST_POINTS:
        return f"The Pareto frontier has {counted(points, 'point')}; a page works with at most {MOST_POINTS:,}."
    if any(block.children for block in study.game.space.blocks):
        return "Linked issues form a tree that is too large to list in a page."
    rests = [len(rest.points) for rest in folded.rest]
    work = sum(size * _rows(block) for block, size in zip(study.game.space.blocks, rests, strict=False))
    if work > MOST_WORK:
        return f"Each step of a slider would take {work:,} comparisons; a page makes at most {MOST_WORK:,}."
    return None


def maps_fit(game: Game) -> bool:
    """Say whether a page carries what levels of every two issues go together: not where they are too many."""
    return not game.space.rows and len(game.issues) <= _MAPPED_ISSUES and sum(game.space.sizes) <= _MAPPED_LEVELS


def _rows(block: Node) -> int:
    return len(block.points)


def _scenario(game: Game) -> dict[str, Any]:
    scenario = game.scenario
    spec = scenario.spec
    changed = changes(scenario, signers=game.signers)
    return {
        "name": spec.name,
        "as_of": spec.as_of,
        "sha256": scenario.sha256,
        "fileSha256": scenario.file_sha256,
        "lifted": list(changed.lift),
        "sign": list(changed.sign),
        "file": file_name(scenario),
        "set": changed.values(),
        "setKeys": [list(split(scenario.tree.data, path)) for path in changed.set],
    }


def file_name(scenario: Scenario) -> str:
    """Return the scenario's file without its folder, or a word for what was not read from a file."""
    return "SCENARIO" if scenario.path.startswith("<") else Path(scenario.path).name


def _issue(game: Game, k: int, flags: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    name = game.issues[k]
    issue = game.scenario.spec.issues[name]
    # Where the page cannot tell what else there would be, an issue that is off the table stays so.
    known = len(game.levels[k]) == len(issue.all_levels())
    return {
        "key": name,
        "label": label_of(name, issue),
        "unit": issue.unit or "",
        "meaning": issue.meaning or "",
        "levels": list(game.levels[k]),
        "names": [issue.labelled.get(level, "") for level in game.levels[k]] if issue.labels else [],
        "control": control_of(game, issue) if known else [],
        "reversion": reversion_of(issue) if known else None,
        "flags": list(flags),
    }


def _party(game: Game, movables: Movables, name: str) -> dict[str, Any]:
    party = game.scenario.spec.parties[name]
    levels = dict(zip(game.issues, game.levels, strict=True))
    taken = dict.fromkeys(party.values, 0.0)
    for linkage in party.linkages.values():
        for issue in linkage.issues:
            taken[issue] += max(0.0, -linkage.importance)
    values = [
        {
            "issue": game.issues.index(issue),
            "importance": value.importance,
            "least": taken[issue],
            "v": value.at(levels[issue]).tolist(),
        }
        for issue, value in party.values.items()
    ]
    linkages = [
        {"issues": [game.issues.index(k) for k in linkage.issues], "importance": linkage.importance}
        for linkage in party.linkages.values()
    ]
    return {
        "key": name,
        "label": label_of(name, party),
        "values": values,
        "linkages": linkages,
        "power": movables.power(name),
        "noDeal": movables.no_deal(name),
    }


def _course(game: Game) -> list[dict[str, Any]]:
    """Return the dates at which the war that goes on today changes: years, and the levels it sets, by lever."""
    names = list(game.scenario.spec.leverage)
    return [
        {"after": date.after_years, "levels": [[names.index(name), level] for name, level in date.leverage.items()]}
        for date in game.scenario.spec.war_dates.values()
    ]


def _lever(game: Game, study: Study, name: str) -> dict[str, Any]:
    variable = game.scenario.spec.leverage[name]
    return {
        "key": name,
        "label": label_of(name, variable),
        "meaning": variable.meaning or "",
        "range": list(variable.range),
        "default": variable.default,
        "level": float(study.leverage[name]),
        "reach": _reach(game, name),
    }


def _reach(game: Game, name: str) -> str:
    """Return what a lever moves where that is nothing that the page computes: an idle slider says it."""
    data, spec = game.scenario.tree.data, game.scenario.spec
    paths = [split(data, path) for path in spec.leverage[name].shifts]
    if not paths:
        later = any(name in date.terms or name in date.leverage for date in spec.future.values())
        return "later" if later else "nothing"
    if all(keys[0] == "enforcement" for keys in paths):
        return "later"
    offers = all(keys[-1] == "patience" or keys[:2] == ("war", "round") for keys in paths)
    return "offers" if offers else "other"


def _start(study: Study, results: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    """Return the study's own results in the form that the script computes; `whole`: all that it draws."""
    game, zone = study.game, study.zone
    solved = bool(zone.exists)
    u = study.folded.frontier.points.utilities
    frontier = _sample(u) if whole else []
    deals = {name: _deal(game, study.solutions[name]) for name in DEALS} if solved else None
    inside = [bool((row >= study.point.reservation - 1e-9).all()) for row in np.asarray(frontier)]
    return {
        "exists": zone.exists,
        "margin": zone.margin,
        "reservation": list(study.reservation.values()),
        "disagreement": list(study.disagreement.values()),
        "surplus": list(zone.surplus.values()) or None,
        "ideal": [zone.surplus[p] + study.reservation[p] for p in game.signers] if solved else None,
        "ranges": [_flags(game, k, zone.issues.get(name)) for k, name in enumerate(game.issues)],
        "deals": deals,
        "frontier": frontier,
        "inside": inside,
        "nearest": _nearest(study),
        "maps": results["zone"]["maps"] if whole else None,
    }


def _first_map(maps: Sequence[Mapping[str, Any]] | None, game: Game) -> list[int]:
    """Return the two issues to show first: those whose levels constrain each other most."""
    if len(game.issues) < 2:
        return [0, 0]
    first = max(maps, key=_interplay)["issues"] if maps else game.issues[:2]
    return [game.issues.index(name) for name in first]


def _interplay(entry: Mapping[str, Any]) -> tuple[float, int]:
    """Return how evenly combinations of levels that each occur in agreements occur together or not, then the size."""
    grid = np.array(entry["possible"], dtype=bool)
    each = grid[np.ix_(grid.any(axis=1), grid.any(axis=0))]
    together = float(each.mean()) if each.size else 0.0
    return min(together, 1.0 - together), each.size


def _sample(u: Any) -> list[list[float]]:
    rows = np.unique(np.linspace(0, max(0, len(u) - 1), min(_DRAWN, len(u))).astype(np.int64))
    sample: list[list[float]] = u[rows].round(5).tolist()
    return sample


def _deal(game: Game, deal: Deal) -> dict[str, Any]:
    return {
        "levels": _numbers(game, deal.outcome),
        "utilities": list(deal.utilities.values()),
        "gains": list(deal.gains.values()),
        "within": [_flags(game, k, deal.within[name]) for k, name in enumerate(game.issues)],
        "ties": deal.ties,
    }


def _numbers(game: Game, outcome: Mapping[str, Any]) -> list[int]:
    return [_position(game.levels[k], outcome[name]) for k, name in enumerate(game.issues)]


def _position(levels: Sequence[Any], level: Any) -> int:
    return list(levels).index(level)


def _flags(game: Game, k: int, chosen: LevelRange | None) -> list[bool]:
    levels = set() if chosen is None else set(chosen.levels)
    return [level in levels for level in game.levels[k]]


def _nearest(study: Study) -> dict[str, Any] | None:
    if study.why.closest is None:
        return None
    game = study.game
    levels = _numbers(game, study.why.closest)
    return {
        "levels": levels,
        "utilities": game.factors.utilities(np.array([levels]))[0].tolist(),
        "short": [game.parties.index(name) for name in study.why.blocking],
    }
