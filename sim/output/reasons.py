"""Why something is null in a study's JSON: one reason for every place where that can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from sim.studies.robust.stability import MOST
from sim.studies.study import Study

__all__ = ["UNEXPLAINED", "null_reasons"]

Keys: TypeAlias = tuple[str, ...]
Reason: TypeAlias = str | Callable[[Study, Keys], str]

UNEXPLAINED = "not defined here"


def null_reasons(study: Study, data: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    """Return a reason by path for every null of a study as plain data that has none yet.

    In a path * stands for the entries of a list. A ``reason`` that is null says that there is nothing to explain, an
    entry with a ``reason`` of its own explains its nulls, and arrays of numbers are left alone.
    """
    missing = {".".join(keys): keys for keys in _nulls(data)}
    return {path: _reason(study, keys) for path, keys in missing.items() if path not in known}


def _nulls(data: Mapping[str, Any], above: Keys = ()) -> Iterator[Keys]:
    explained = bool(data.get("reason"))
    for key, value in data.items():
        here = (*above, str(key))
        if value is None and key != "reason" and not explained:
            yield here
        elif isinstance(value, Mapping):
            yield from _nulls(value, here)
        elif isinstance(value, list):
            for entry in value:
                if isinstance(entry, Mapping):
                    yield from _nulls(entry, (*here, "*"))


def _reason(study: Study, keys: Keys) -> str:
    for pattern, reason in _REASONS.items():
        wanted = pattern.split(".")
        if len(wanted) == len(keys) and all(w in ("*", k) for w, k in zip(wanted, keys, strict=True)):
            return reason if isinstance(reason, str) else reason(study, keys)
    return UNEXPLAINED


def _no_zone(study: Study, keys: Keys) -> str:
    return "whether there is a zone is undecided" if study.zone.exists is None else "there is no zone"


def _nash_in_core(study: Study, keys: Keys) -> str:
    return _BLOCK_MISSED if study.zone.exists else _no_zone(study, keys)


def _trade_rates(study: Study, keys: Keys) -> str:
    if not study.zone.exists:
        return f"{_no_zone(study, keys)}, so there is no Nash deal to trade from"
    numeric = [own for own in study.game.levels if len(own) > 1 and not isinstance(own[0], str)]
    return "fewer than two numeric issues" + (" that red lines leave free to move" if len(numeric) > 1 else "")


def _lotteries(study: Study, keys: Keys) -> str:
    return "no lottery over outcomes suits all signers"


def _not_failing(study: Study, keys: Keys) -> str:
    deal = getattr(study.durability, "deals", {}).get(keys[2])
    return "the deal holds at every date" if deal is None or deal.lasts else _NO_RATES


def _nobody_refuses(study: Study, keys: Keys) -> str:
    return "no signer refuses so soon, or several move at once" if study.zone.exists else "there is no deal to refuse"


def _unless_no_outcome(reason: str) -> Reason:
    return lambda study, keys: "the red lines leave no outcome" if study.zone.margin is None else reason


_NO_RATES = "not every signer has a discount rate"
_BLOCK_MISSED = "not decided: a block may have been missed"
_ONLY_LOTTERIES = "no single deal gives all signers enough, only lotteries do"
_ONLY_WITHOUT = "only where there is no zone"

_REASONS: dict[str, Reason] = {
    "zone.exists_with_lotteries": "not decided: the frontier is too large",
    "zone.margin_with_lotteries": "the red lines leave no outcome",
    "zone.surplus": _no_zone,
    "zone.maps": _no_zone,
    "zone.issues": _no_zone,
    "zone.maps.*.fraction": "too many outcomes to count",
    "why.prices": "the red lines leave no outcome",
    "why.line_prices.*.share": "too many outcomes to count",
    "coalitions.coalitions.*.margin": "their red lines leave no outcome",
    "coalitions.coalitions.*.exists": "not decided: the frontier is too large",
    "equilibria.offers.last_round": "talks have no last round",
    "equilibria.random_proposer.outcome": _ONLY_LOTTERIES,
    "equilibria.random_proposer.utilities": _ONLY_LOTTERIES,
    "equilibria.take_it_or_leave_it.*.best": "no offer is better than none",
    "equilibria.take_it_or_leave_it.*.spread": "the belief has no ends",
    "solutions": _no_zone,
    "trade_rates": _trade_rates,
    "lotteries": _lotteries,
    "why.closest": f"{_ONLY_WITHOUT}: the outcome that comes nearest to one",
    "why.falls": f"{_ONLY_WITHOUT}: the fall in each reservation value that would open it",
    "why.falls.*": "no fall of this reservation value alone would open the zone",
    "why.sources.without_war_costs": _unless_no_outcome("no signer faces the war lottery"),
    "why.sources.with_shared_odds": _unless_no_outcome("no signer sees the odds of war otherwise than the shared ones"),
    "why.sources.without_red_lines": "no signer has red lines",
    "ratification.exists": "not proven either way",
    "ratification.margin": "the red lines leave no outcome",
    "durability.zone_exists": "it was not settled in time whether any deal would last",
    "durability.deals.*.ends_at": _not_failing,
    "durability.deals.*.pause_value": _not_failing,
    "durability.deals.*.signed": _not_failing,
    "coalitions.nash_in_core": _nash_in_core,
    "scenario.file_sha256": "the scenario was not read from a file",
    "solutions.*.profile": "worked out on request only where deals come from programs (the figure issue_profile)",
    "stability.*.*.within": f"holds even where these inputs are off by {MOST:g} times the file's numbers",
    "stability.*.*.refuses": _nobody_refuses,
    "robust.doubt": "the statements of the file are used",
    "robust.deal": _unless_no_outcome("no deal was found in time"),
    **{f"robust.{name}": "the red lines leave no outcome" for name in ("margin", "bound", "possible")},
    **{f"robust.{name}": "not settled in time" for name in ("each_low", "each_high")},
    "coalitions.coalitions.*.stable": _BLOCK_MISSED,
    "equilibria.demand_game.selected": "no package gives both sides a gain",
    "equilibria.leverage_game.pure_only": "mixed equilibria were looked for too",
    "equilibria.rounds.stable": "more combinations of moves than can be compared",
    "equilibria.rounds.truce": "no moves are better for all who move than one equilibrium to fall back to",
    "equilibria.rounds.truce.needed.*": "no patience is enough",
    "equilibria.rounds.truce.patience.*": "the scenario gives no discount factor a round",
    "equilibria.rounds.truce.kept": "the scenario gives no discount factor a round",
    "equilibria.rounds.leads": "learning is followed for two sides that move, all of whose equilibria are known",
    "equilibria.leverage_game.missing": "no kind of equilibrium was left out",
}
