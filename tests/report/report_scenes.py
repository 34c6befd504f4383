"""Small scenarios for the report: three signers with everything at once, hostile text, no outcome at all."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from sim.model.scenario import Scenario, build
from sim.model.tree import Place, Tree

ROOT = Path(__file__).parents[2]
HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>\"'&amp;<!--"

# Three of four parties sign; linkages, conditional red lines, unequal powers that leverage moves, an outside option
# that binds at times, a war that ends at a rate, and a level of a war outcome that leverage moves off the grid.
EVERYTHING: dict[str, Any] = {
    "format": 1,
    "name": "Everything at once",
    "issues": {
        "land": {"label": "Land", "unit": "percent", "range": [0, 20], "step": 2.5},
        "pact": {"label": "Pact", "levels": ["none", "loose", "firm"]},
        "trade": {"label": "Trade", "range": [0, 5], "step": 1},
        "watch": {"label": "Watch", "levels": ["nobody", "neighbours", "all"]},
    },
    "parties": {
        "east": {
            "label": "East",
            "values": {
                "land": {"importance": 5, "best": 20, "worst": 0, "shape": {"power": 0.7}},
                "pact": {"importance": 3, "table": {"none": 1, "loose": 0.5, "firm": 0}},
                "trade": {"importance": 2, "ideal": 3, "tolerance": 4},
            },
            "linkages": {"land_or_pact": {"issues": ["land", "pact"], "importance": -1.5}},
            "no_deal": {"war": {"cost": 0.1, "discount_rate": 0.1, "optimism": {"east_wins": 1.5}}},
        },
        "west": {
            "label": "West",
            "power": 2,
            "values": {
                "land": {"importance": 4, "best": 0, "worst": 20, "shape": {"exponential": 2}},
                "pact": {"importance": 4, "table": {"none": 0, "loose": 0.6, "firm": 1}},
                "trade": {"importance": 1, "points": [[0, 0], [2, 0.7], [5, 1]]},
                "watch": {"importance": 1, "table": {"nobody": 0, "neighbours": 0.7, "all": 1}},
            },
            "linkages": {"pact_with_watch": {"issues": ["pact", "watch"], "importance": 1}},
            "red_lines": {"pact_for_land": {"issue": "pact", "forbid": ["none"], "when": {"land": {"min": 12.5}}}},
            "no_deal": {"war": {"cost": 0.15, "discount_rate": 0.2}},
        },
        "north": {
            "label": "North",
            "values": {
                "trade": {
                    "importance": 3,
                    "best": 5,
                    "worst": 0,
                    "shape": {"sigmoid": {"middle": 0.4, "steepness": 6}},
                },
                "watch": {"importance": 2, "table": {"nobody": 0.2, "neighbours": 1, "all": 0}},
            },
            "no_deal": {"outside": 0.2, "impasse": 0.3},
        },
        "far": {
            "label": "Far away",
            "consent": False,
            "values": {"land": {"importance": 1, "at_most": 5}},
            "no_deal": 0.4,
        },
    },
    "war": {
        "end_rate": 0.5,
        "status_quo": {"land": 10, "pact": "none", "trade": 0, "watch": "nobody"},
        "outcomes": {
            "east_wins": {"odds": 2, "levels": {"land": 25, "pact": "none", "trade": 1, "watch": "nobody"}},
            "west_wins": {
                "odds": 1,
                "levels": {"land": 0, "pact": "firm", "trade": 2, "watch": "all"},
                "worse_by": {"east": 0.2},
            },
        },
    },
    "leverage": {
        "front": {
            "label": "Front",
            "meaning": "-1 West advances, 1 East advances",
            "range": [-1, 1],
            "default": 0.25,
            "shifts": {
                "war.outcomes.east_wins.odds": {"factor": 2.5},
                "war.outcomes.west_wins.odds": {"factor": 0.4},
                "war.status_quo.land": {"by": 3.3},
            },
        },
        "strain": {
            "label": "Strain",
            "range": [0, 1],
            "default": 0.3,
            "shifts": {
                "parties.east.no_deal.war.cost": {"by": 0.2},
                "parties.west.no_deal.war.cost": {"factor": 1.5},
                "parties.north.no_deal.outside": {"by": 0.5},
                "parties.west.power": {"factor": 0.5},
            },
        },
    },
    "future": {
        "thaw": {"after_years": 2, "if": "war", "leverage": {"front": -0.5}},
        "winter": {"after_years": 0.5, "if": "war", "leverage": {"front": 0.8, "strain": 0.6}},
    },
}

# Every outcome efficient and most of them equal: which of them stands for all, and which is picked among the best.
TIES: dict[str, Any] = {
    "format": 1,
    "name": "Ties",
    "issues": {name: {"label": name, "range": [0, 4], "step": 1} for name in ("one", "two", "three")},
    "parties": {
        side: {
            "label": side,
            "values": {name: {"importance": 1, "best": best, "worst": 4 - best} for name in ("one", "two", "three")},
            "no_deal": 0.3,
        }
        for side, best in (("up", 4), ("down", 0))
    },
    "leverage": {"push": {"range": [0, 1], "default": 0, "shifts": {"parties.up.no_deal": {"by": 0.3}}}},
}

# What is near the best may be refused: with the large issue given and the small one withheld, the first party falls
# short of its outside option by less than a hundredth of what it could have.
NARROW: dict[str, Any] = {
    "format": 1,
    "name": "Narrow",
    "issues": {
        "base": {"label": "base", "levels": ["only"]},
        "small": {"label": "small", "levels": ["withheld", "granted"]},
        "large": {"label": "large", "levels": ["kept", "given"]},
    },
    "parties": {
        "first": {
            "label": "first",
            "values": {
                "base": {"importance": 994, "table": {"only": 0.6}},
                "small": {"importance": 4, "table": {"withheld": 0, "granted": 1}},
                "large": {"importance": 2, "table": {"kept": 1, "given": 0}},
            },
            "no_deal": {"outside": 0.598, "impasse": 0},
        },
        "second": {
            "label": "second",
            "values": {"large": {"importance": 1, "table": {"kept": 0.2, "given": 0.9}}},
            "no_deal": 0.1,
        },
        "third": {"label": "third", "values": {"base": {"importance": 1, "table": {"only": 0.5}}}, "no_deal": 0.1},
    },
    "leverage": {"offer": {"range": [0, 0.003], "default": 0, "shifts": {"parties.first.no_deal.outside": {"by": 1}}}},
}


def built(data: dict[str, Any]) -> Scenario:
    """Return the checked scenario of some data."""
    return build(Tree(data, {(): Place("<test>")}))


def changed(**paths: Any) -> dict[str, Any]:
    """Return EVERYTHING with values at paths replaced; `__` stands for a dot."""
    data = copy.deepcopy(EVERYTHING)
    for path, value in paths.items():
        *keys, last = path.split("__")
        here = data
        for key in keys:
            here = here[key]
        here[last] = value
    return data


def hostile() -> dict[str, Any]:
    """Return a scenario whose every free text tries to become markup."""
    data = changed(name=HOSTILE, summary=HOSTILE, as_of=HOSTILE)
    for section in ("issues", "parties", "leverage"):
        for key, record in data[section].items():
            record["label"] = f"{key} {HOSTILE}"
    data["leverage"]["front"]["meaning"] = HOSTILE
    data["issues"]["land"]["unit"] = HOSTILE
    data["issues"]["pact"]["meaning"] = HOSTILE
    data["parties"]["west"]["red_lines"]["pact_for_land"]["label"] = HOSTILE
    data["sources"] = {"parties": {"assumption": HOSTILE}}
    return data


def no_outcome() -> dict[str, Any]:
    """Return a scenario whose red lines together leave nothing."""
    lines = {"all_land": {"issue": "land", "min": 20}, "no_pact": {"issue": "pact", "allow": ["none"]}}
    return changed(parties__east__red_lines=lines)


EARLY = changed(name="Early talks", as_of="2022-03")
# Later: land in another unit, a pact with a level between, trade over a longer range, watch gone, a new issue.
LATE = changed(
    name="Late talks",
    as_of="2023",
    issues={
        "land": {"label": "Land", "unit": "hectares", "range": [0, 20], "step": 2.5},
        "pact": {"label": "Pact", "levels": ["none", "loose", "close", "firm"]},
        "trade": {"label": "Trade", "range": [0, 10], "step": 1},
        "rail": {"label": "Railway", "levels": ["shut", "open"]},
    },
    parties={
        "east": {
            "label": "East",
            "values": {
                "land": {"importance": 5, "best": 20, "worst": 0},
                "pact": {"importance": 3, "table": {"none": 1, "loose": 0.5, "close": 0.3, "firm": 0}},
                "rail": {"importance": 1, "table": {"shut": 0, "open": 1}},
            },
            "no_deal": 0.7,
        },
        "west": {
            "label": "West",
            "values": {
                "land": {"importance": 5, "best": 0, "worst": 20},
                "trade": {"importance": 1, "best": 10, "worst": 0},
            },
            "no_deal": 0.8,
        },
    },
    leverage={},
    future={},
    war=None,
)


def timeline_scenes() -> list[Scenario]:
    """Return three scenarios out of order: a later one, one without a date, the earliest."""
    late = {key: value for key, value in LATE.items() if value is not None}
    return [built(late), built(changed(name="Undated")), built(EARLY)]
