"""The sections of a run that are shown by name; light, so that the command line may know them."""

from __future__ import annotations

__all__ = ["SECTIONS"]

SECTIONS = {
    "why": "why there is a zone or none, and what it rests on",
    "deals": "every solution, lotteries over deals, trade rates",
    "games": "offers, demands, moves, a last offer in doubt",
    "lasting": "whether deals would last",
    "who": "who could sign without whom",
    "ratify": "whether bodies at home pass a deal",
    "numbers": "ranges of the zone, no-deal values, sources, notes",
    "robust": "what holds for every truth, in full",
}
