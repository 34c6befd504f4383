"""What a number reaches: only what the parties have without a deal, or the outcome space itself.

Leverage may move numbers of the first kind: they change reservation values, disagreement points, power and patience,
never the space of outcomes, so a compiled space serves every leverage level.
"""

from __future__ import annotations

from sim.model.paths import Keys

__all__ = ["channel", "reaches_no_deal_only", "reaches_terms_only"]


def channel(keys: Keys) -> str | None:
    """Return the channel a number acts through, None where it belongs to the outcome space.

    Returns
    -------
    str or None
        One of odds, optimism, cost, rate, level, no_deal, power, patience, enforcement, ratification.

    Examples
    --------
    >>> channel(("parties", "russia", "no_deal", "war", "cost")), channel(("issues", "nato", "step"))
    ('cost', None)
    """
    if keys[:1] == ("war",):
        return _war_channel(keys)
    if keys[:1] == ("enforcement",):
        return "enforcement"
    if keys[:1] == ("ratification",) and len(keys) == 5 and keys[-1] == "no_deal":
        return "ratification"
    if len(keys) >= 3 and keys[0] == "parties":
        if keys[2] in ("power", "patience"):
            return keys[2]
        if keys[2] == "no_deal":
            return _no_deal_channel(keys)
    return None


def _war_channel(keys: Keys) -> str | None:
    if keys[-1] == "odds":
        return "odds"
    if keys[-1] in ("end_rate", "round") and len(keys) == 2:
        return "rate"
    return "level" if "levels" in keys or "worse_by" in keys or "status_quo" in keys else None


def _no_deal_channel(keys: Keys) -> str:
    if "optimism" in keys:
        return "optimism"
    if keys[3:4] == ("package",):
        return "level"
    return {"cost": "cost", "discount_rate": "rate"}.get(keys[-1], "no_deal")


def reaches_terms_only(keys: Keys) -> bool:
    """Say whether a number reaches only reservation values, disagreement points, power, patience and enforcement."""
    return channel(keys) is not None


def reaches_no_deal_only(keys: Keys) -> bool:
    """Say whether a number reaches nothing but reservation values and disagreement points."""
    return channel(keys) not in (None, "power", "patience", "enforcement", "ratification")
