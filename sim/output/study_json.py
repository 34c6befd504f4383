"""Results as plain data for JSON: schema version 1, no nan, reasons for what is missing under `notes`."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.evidence.provenance import Provenance
from sim.output.reasons import null_reasons
from sim.output.robust_json import robust_data
from sim.space.count_pairs import pair_shares
from sim.space.share import COUNTABLE
from sim.studies import study as studies
from sim.studies.exactness import known
from sim.studies.games.lasting import Durability
from sim.studies.games.moves import LeverageGame
from sim.studies.games.setting import Absent
from sim.studies.proposals import Completed
from sim.studies.replay import played_again
from sim.studies.study import Deal, LevelRange, Study
from sim.studies.trades import Judgement
from sim.studies.why import Why

__all__ = ["SCHEMA_VERSION", "judgement_data", "study_data", "to_json"]

SCHEMA_VERSION = 1


def to_json(data: Mapping[str, Any]) -> str:
    """Return JSON text of plain data, in ASCII so that no encoding loses a name; refuses nan and infinity."""
    return json.dumps(data, allow_nan=False, indent=2)


def study_data(study: Study, *, maps: bool = False, doubt: float | None = None) -> dict[str, Any]:
    """Return a study as plain data, ready for JSON.

    Parameters
    ----------
    study : Study
    maps : bool
        Whether to work out which levels of every two issues go together: by far the most work where issues are many.
    doubt : float, optional
        What holds where every assumption is known within this share only, in place of the file's statements.

    Raises
    ------
    SizeError
        Maps are asked for and the issues have too many levels for them.
    """
    game = study.game
    scenario = {
        "name": game.scenario.name,
        "path": game.scenario.path,
        "sha256": game.scenario.sha256,
        "file_sha256": game.scenario.file_sha256,
        "changes": study.changes.data(),
    }
    notes = dict(study.notes)
    if study.zone.exists and not maps:
        notes["zone.maps"] = "made on request: sim run --json --maps, or study_data(study, maps=True)"
    elif study.zone.exists and game.space.outcomes > COUNTABLE:
        notes["zone.maps"] = "too many outcomes to count: the maps say which pairs are possible, not how often"
    present, reasons = _games(study)
    holds, more = robust_data(study, doubt)
    notes |= reasons | more
    data: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "scenario": scenario | {"lifted": list(game.scenario.lifted), "signers": list(game.signers)},
        "leverage": {name: float(level) for name, level in study.leverage.items()},
        "space": {"issues": len(game.issues), "outcomes": game.space.outcomes}
        | {"resolution": study.resolution, "method": study.method},
        "reservation": dict(study.reservation),
        "disagreement": dict(study.disagreement),
        "zone": _zone(study, maps),
        "frontier": _frontier(study),
        "solutions": {name: _deal(deal) for name, deal in study.solutions.items()} or None,
        "why": _why(study.why),
        "trade_rates": _trade_rates(study),
        "lotteries": {name: _plain(mix) for name, mix in study.mixes.solutions.items()} or None,
        **present,
        **holds,
        "provenance": _provenance(study.provenance),
    }
    data |= _flagged(study, data)
    notes = null_reasons(study, data, notes) | notes
    return data | {"notes": notes | _doubts(study, data, notes)}


def _flagged(study: Study, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts that a frontier was looked at for, each with how exactly it is known."""
    loose = study.frontier_resolution
    parts = {"zone": data["zone"] | exactness(study.resolution), "frontier": data["frontier"] | exactness(loose)}
    if data["solutions"] is not None:
        parts["solutions"] = {name: _marked(part, study.resolution) for name, part in data["solutions"].items()}
    if data["lotteries"] is not None:
        parts["lotteries"] = {name: _marked(part, 0.0) for name, part in data["lotteries"].items()}
    of_games = study.games_resolution
    parts["equilibria"] = {name: _marked(part, of_games[name]) for name, part in data["equilibria"].items()}
    if data["coalitions"] is not None:
        every = [_marked(each, each["resolution"]) for each in data["coalitions"]["coalitions"]]
        worst = max(each["resolution"] for each in every)
        parts["coalitions"] = data["coalitions"] | {"coalitions": every} | exactness(worst)
    if data["durability"] is not None:
        lasting = study.durability
        assert isinstance(lasting, Durability)
        doubt = 0.0 if lasting.exact else max(lasting.zone_resolution, loose) or 1.0
        parts["durability"] = data["durability"] | exactness(doubt)
    return parts


def exactness(resolution: float) -> dict[str, Any]:
    """Return whether something is exact, and how exactly it is known."""
    return {"exact": resolution == 0, "resolution": resolution}


def _marked(part: Any, resolution: float) -> Any:
    if isinstance(part, list):
        return [_marked(each, each.get("resolution", resolution)) for each in part]
    return part if part is None else part | exactness(resolution)


def _doubts(study: Study, data: Mapping[str, Any], notes: Mapping[str, str]) -> dict[str, str]:
    """Return what to know of parts found on a frontier that is not exact, beside what is noted already."""
    parts = {name: (data[name], study.resolution) for name in ("solutions", "trade_rates")}
    games = study.games_resolution.items()
    parts |= {f"equilibria.{name}": (data["equilibria"][name], doubt) for name, doubt in games}
    found = {}
    for path, (part, doubt) in parts.items():
        if doubt and part is not None:
            words = f"{known(doubt)}: something better may have been missed"
            found[path] = "; ".join([*([notes[path]] if path in notes else []), words])
    return found


def _zone(study: Study, maps: bool) -> dict[str, Any]:
    zone, shares = study.zone, study.zone.share
    return {
        "exists": zone.exists,
        "exists_with_lotteries": study.mixes.exists,
        "margin_with_lotteries": study.mixes.margin,
        "margin": zone.margin,
        "surplus": dict(zone.surplus) or None,
        "maps": _maps(study) if maps and zone.exists else None,
        "share": float(shares.share[0]),
        "share_low": float(shares.low[0]),
        "share_high": float(shares.high[0]),
        "method": shares.method,
        "issues": {name: range_data(levels, count=True) for name, levels in zone.issues.items()} or None,
    }


def range_data(levels: LevelRange, *, count: bool = False) -> dict[str, Any]:
    """Return levels as {min, max} for numbers, {levels} for names."""
    if not levels.numeric:
        return {"levels": list(levels.levels)}
    return {"min": levels.min, "max": levels.max} | ({"count": len(levels.levels)} if count else {})


def _frontier(study: Study) -> dict[str, Any]:
    utilities = study.frontier.utilities.tolist()
    return {"size": len(utilities), "parties": list(study.game.signers), "utilities": utilities}


def _deal(deal: Deal) -> dict[str, Any]:
    return {
        "outcome": dict(deal.outcome),
        "utilities": dict(deal.utilities),
        "gains": dict(deal.gains),
        "within": {name: range_data(levels) for name, levels in deal.within.items()},
        "profile": {name: numbers(profile) for name, profile in deal.profile.items()} or None,
        "ties": deal.ties,
    }


def numbers(values: NDArray[np.float64]) -> list[float | None]:
    """Return an array as a list with None where there is no number."""
    return [None if math.isnan(value) else value for value in values.tolist()]


def _maps(study: Study) -> list[dict[str, Any]]:
    """Return for each pair of issues which levels go together in some agreement: rows for the first, 0 or 1."""
    fractions = pair_shares(study.game.space, study.point.reservation) or {}
    number = {name: k for k, name in enumerate(study.game.issues)}
    result = []
    for (first, second), grid in studies.maps(study).items():
        fraction = fractions.get((number[first], number[second]))
        entry: dict[str, Any] = {"issues": [first, second], "possible": grid.astype(int).tolist()}
        result.append(entry | {"fraction": None if fraction is None else fraction.tolist()})
    return result


def _trade_rates(study: Study) -> dict[str, Any] | None:
    """Return rates by issue moved, its way, the issue that makes up for it, its way, and each party it does so for."""
    rates: dict[str, Any] = {}
    for rate in study.trade_rates:
        way = rates.setdefault(rate.give, {}).setdefault(rate.give_way, {})
        known = {p: x for p, x in rate.rates.items() if x is not None}
        way.setdefault(rate.take, {})[rate.take_way] = known
    return rates or None


def _games(study: Study) -> tuple[dict[str, Any], dict[str, str]]:
    """Return equilibria, durability and coalitions as data, and the reasons why some are missing."""
    games = study.games
    found = {
        "equilibria.offers": games.offers,
        "equilibria.fixed_costs": games.fixed_costs,
        "equilibria.random_proposer": games.random_proposer,
        "equilibria.demand_game": games.demand,
        "equilibria.leverage_game": games.leverage,
        "durability": study.durability,
        "coalitions": study.coalitions,
        "ratification": study.ratification,
    } | {f"equilibria.take_it_or_leave_it.{k}": game for k, game in enumerate(games.ultimatum)}
    notes = {path: result.reason for path, result in found.items() if isinstance(result, Absent)}
    offers = [_present(game) for game in games.ultimatum if not isinstance(game, Absent)]
    equilibria = {
        "offers": _present(games.offers),
        "fixed_costs": _present(games.fixed_costs),
        "random_proposer": _present(games.random_proposer),
        "demand_game": _present(games.demand),
        "leverage_game": _present(games.leverage),
        "rounds": _plain(played_again(study)),
        "take_it_or_leave_it": offers or None,
    }
    if isinstance(games.leverage, Absent):
        notes["equilibria.rounds"] = games.leverage.reason
    if not games.ultimatum:
        notes["equilibria.take_it_or_leave_it"] = "no number is private (expected a section private)"
    if isinstance(games.leverage, LeverageGame) and games.leverage.pure_only is not None:
        notes["equilibria.leverage_game.equilibria"] = f"only pure ones were looked for: {games.leverage.pure_only}"
    if isinstance(games.leverage, LeverageGame) and not games.leverage.commitment:
        notes["equilibria.leverage_game.commitment"] = _no_commitment(games.leverage)
    if isinstance(games.leverage, LeverageGame) and games.leverage.missing is not None:
        notes["equilibria.leverage_game.equilibria"] = f"there may be others: {games.leverage.missing}"
    if isinstance(study.durability, Durability) and not study.durability.preventive_war:
        reason = "not every signer has a discount rate" if study.zone.exists else "there is no zone to prefer war to"
        notes["durability.preventive_war"] = reason
    parts = {name: _present(getattr(study, name)) for name in ("durability", "coalitions", "ratification")}
    return {"equilibria": equilibria, **parts}, notes


def _no_commitment(game: LeverageGame) -> str:
    return "it is told for two sides" if len(game.moves) > 2 else "not all equilibria are known"


def _present(result: Any) -> Any:
    return None if isinstance(result, Absent) else _plain(result)


def _plain(record: Any) -> Any:
    """Return frozen records, maps and tuples of them as plain data; red lines as PARTY.LINE."""
    if dataclasses.is_dataclass(record) and not isinstance(record, type):
        return {f.name: _plain(getattr(record, f.name)) for f in dataclasses.fields(record)} | _named_line(record)
    if isinstance(record, Mapping):
        return {str(key): _plain(value) for key, value in record.items()}
    if isinstance(record, (list, tuple)):
        return [_plain(item) for item in record]
    if isinstance(record, np.ndarray):
        return _plain(record.tolist())
    return None if isinstance(record, float) and not math.isfinite(record) else record


def _named_line(record: Any) -> dict[str, str]:
    return {"line": ".".join(record.line)} if hasattr(record, "line") else {}


def _why(why: Why) -> dict[str, Any]:
    plain: dict[str, Any] = _plain(why)
    return plain | {"lifts": [[".".join(line) for line in lines] for lines in why.lifts]}


def judgement_data(judgement: Judgement, proposal: Completed | None = None) -> dict[str, Any]:
    """Return the judgement of a proposed deal as plain data, with the levels that the proposal did not name."""
    plain: dict[str, Any] = _plain(judgement)
    filled = {} if proposal is None else {"filled": dict(proposal.filled), "filled_from": proposal.source}
    return plain | {"crossed": [".".join(line) for line in judgement.crossed]} | filled


def _provenance(provenance: Provenance) -> dict[str, Any]:
    return {
        "evidence": provenance.count("evidence"),
        "assumptions": provenance.count("assumption"),
        "unsourced": [item.path for item in provenance.inputs if item.kind == "none"],
        "inputs": [item.data() for item in provenance.inputs],
        "terms": [item.data() for item in provenance.terms],
    }
