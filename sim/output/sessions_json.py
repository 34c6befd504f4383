"""Sessions of talks as data for `--json`, never nan."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from sim.simulations.session_answers import Group, Term, group, pairings, terms
from sim.simulations.session_records import Sessions

__all__ = ["sessions_data", "trace_data"]

QUANTILES = (0.05, 0.5, 0.95)


def sessions_data(found: Sessions) -> dict[str, Any]:
    """Return what sessions answer."""
    game, names = found.game, found.game.signers
    scenario, made = game.scenario, found.agreed
    return {
        "schema_version": 1,
        "scenario": {"name": scenario.name, "path": scenario.path, "sha256": scenario.sha256},
        "leverage": {name: _spread(levels) for name, levels in found.levels.items()},
        "sessions": len(found),
        "rng": json.loads(found.rng),
        "rounds": _spread(found.rounds),
        "noise": found.noise,
        "start": found.start,
        "tactics": {
            name: [found.choices[k].text for k in np.unique(found.tactics[:, i]).tolist()]
            for i, name in enumerate(names)
        },
        "opens": {name: float((found.opens == i).mean()) for i, name in enumerate(names)},
        "zone": float(found.zone.mean()),
        "resolution": found.resolution,
        "talks": _group(found, group(found)),
        "nash_gains": {name: _nash_gain(found, i) for i, name in enumerate(names)},
        "to_frontier": float(np.max(found.to_frontier[made])) if made.any() else None,
        "terms": {name: _term(term) for name, term in terms(found).items()},
        "pairings": [
            {"tactics": dict(zip(names, pair, strict=True)), **_group(found, own)}
            for pair, own in pairings(found).items()
        ],
    }


def trace_data(found: Sessions, session: int) -> dict[str, Any]:
    """Return one session, by number from 0, offer by offer."""
    names, told = found.game.signers, found.trace(session)
    return {
        "session": session + 1,
        "tactics": {name: found.choices[k].text for name, k in zip(names, found.tactics[session], strict=True)},
        "agreed": told.agreed,
        "offers": [
            {
                "round": s + 1,
                "by": told.proposer[s],
                "outcome": told.outcomes[s],
                "utilities": dict(zip(names, _plain(told.utilities[s]), strict=True)),
                "asks": dict(zip(names, _plain(told.asks[s]), strict=True)),
            }
            for s in range(len(told.proposer))
        ],
    }


def _group(found: Sessions, own: Group) -> dict[str, Any]:
    return {
        "sessions": own.sessions,
        "agreed": own.agreed,
        "round": own.round and dict(zip(("middle", "low", "high"), own.round, strict=True)),
        "gains": dict(zip(found.game.signers, own.gains, strict=True)),
        "to_nash": own.to_nash,
    }


def _nash_gain(found: Sessions, signer: int) -> float | None:
    gains = (found.nash - found.reservation)[found.zone, signer]
    return float(gains.mean()) if len(gains) else None


def _term(term: Term) -> dict[str, Any]:
    numbers = {} if term.middle is None else {"middle": term.middle, "low": term.low, "high": term.high}
    return {**numbers, "shares": [{"level": level, "share": share} for level, share in term.shares.items()]}


def _spread(values: np.ndarray) -> float | dict[str, float]:
    """Return the one value of all sessions, or where the values of different sessions lie."""
    if (values == values[0]).all():
        return float(values[0])
    return {f"{q:g}": float(x) for q, x in zip(QUANTILES, np.quantile(values, QUANTILES), strict=True)}


def _plain(values: np.ndarray) -> list[float | None]:
    return [float(x) if np.isfinite(x) else None for x in values]
