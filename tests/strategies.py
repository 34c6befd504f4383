"""Random scenarios, as plain data, for property tests.

Small numbers and few different values on purpose: ties, equal weights and reservation values that are met exactly are
where solvers go wrong. Every scenario passes the checks; the number of outcomes stays within a brute force's reach.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import twin
from hypothesis import strategies as st

from sim.model.scenario import Scenario, build
from sim.model.tree import Place, Tree

Data = dict[str, Any]
Draw = Any

NAMES = ("alpha", "beta", "gamma", "delta")
WATCHER = "watcher"
WORDS = ("full", "partial", "open door", "none", "later", "joint-1")


@dataclass(frozen=True)
class Wish:
    """What a scenario should have; a generator's knobs."""

    parties: tuple[int, int] = (2, 4)
    issues: tuple[int, int] = (1, 5)
    outcomes: int = 240
    watcher: bool = True
    linkages: bool = True
    red_lines: bool = True
    war: bool | None = None
    end_rate: bool | None = None
    optimism: bool = True
    leverage: bool = True
    budgets: bool = False
    modest: bool = False  # no-deal numbers low enough that a zone is likely


def built(data: Data) -> Scenario:
    """Return the checked scenario of some data."""
    return build(Tree(data, {(): Place("<test>")}))


# Issues -------------------------------------------------------------------------------------------------------------


@st.composite
def issue(draw: Draw, most: int) -> Data:
    """One issue of at most so many levels, numeric where there is room for two."""
    if most > 1 and draw(st.integers(0, 4)) == 0:
        uneven = st.sampled_from([-2, 0, 0.1, 0.3, 3.67, 5, 20, 60, 2030])
        return {"levels": sorted(draw(st.lists(uneven, min_size=2, max_size=min(most, 6), unique=True)))}
    if most < 2 or draw(st.booleans()):
        count = draw(st.sampled_from(few(min(most, len(WORDS)))))
        return {"levels": list(draw(st.permutations(WORDS)))[:count]}
    step = draw(st.sampled_from(["1", "0.1", "0.25", "5000", "7"]))
    low = Fraction(step) * draw(st.integers(-3, 20))
    count = draw(st.sampled_from([n for n in few(min(most, 6)) if n > 1] or [2]))
    high = low + Fraction(step) * (count - 1)
    if count > 2 and draw(st.booleans()):
        high -= Fraction(step) / 2  # the last step is shorter
    return {"range": [plain(low), plain(high)], "step": plain(Fraction(step))}


def few(most: int) -> list[int]:
    """Numbers of levels, the larger ones more often: a space of one outcome teaches little."""
    return [n for n in range(1, max(1, most) + 1) for _ in range(n)]


def plain(number: Fraction) -> int | float:
    """Return a number as a file would hold it."""
    return int(number) if number.denominator == 1 else float(number)


def numeric(spec: Data) -> bool:
    """Whether an issue's levels are numbers."""
    return "range" in spec or not isinstance(spec["levels"][0], str)


@st.composite
def issues(draw: Draw, wish: Wish) -> dict[str, Data]:
    """Some issues whose outcomes together stay within the wish."""
    count = draw(st.sampled_from([n for n in few(wish.issues[1]) if n >= wish.issues[0]]))
    found: dict[str, Data] = {}
    room = wish.outcomes
    for k in range(count):
        spread = max(1, int(room ** (1 / (count - k)) * 1.7))
        found[f"issue {k}" if k % 2 else f"i{k}"] = made = draw(issue(min(room, spread, 6)))
        room //= len(twin.levels_of(made))
    return found


# Values -------------------------------------------------------------------------------------------------------------

tenths = st.sampled_from([0, 0.1, 0.2, 0.25, 0.3, 1 / 3, 0.5, 0.6, 0.7, 0.9, 1])
importances = st.sampled_from([0, 1, 1, 1, 2, 3, 5, 0.7, 20])
shapes = st.one_of(
    st.sampled_from([0.3, 0.5, 1, 2, 3.5]).map(lambda a: {"power": a}),
    st.sampled_from([-3, -0.5, 0.5, 2, 8]).map(lambda a: {"exponential": a}),
    st.tuples(st.sampled_from([0.2, 0.5, 0.8]), st.sampled_from([1, 5, 12])).map(
        lambda p: {"sigmoid": {"middle": p[0], "steepness": p[1]}}
    ),
)


@st.composite
def value(draw: Draw, spec: Data, rising: bool) -> Data:
    """A value function that fits an issue; mostly in one direction, so that parties can be opposed."""
    levels = twin.levels_of(spec)
    found: Data = {"importance": draw(importances)}
    if not numeric(spec) or draw(st.integers(0, 4)) == 0:
        numbers = draw(st.lists(tenths, min_size=len(levels), max_size=len(levels)))
        if draw(st.booleans()):
            numbers.sort(reverse=not rising)
        return found | {"table": {str(level): v for level, v in zip(levels, numbers, strict=True)}}
    low, high = levels[0], levels[-1]
    inside = st.sampled_from([low, high, (low + high) / 2, levels[len(levels) // 2]])
    family = draw(st.sampled_from(["ends", "ends", "bent", "bent", "partly", "ideal", "points", "at_least", "at_most"]))
    if family == "ideal":
        tolerance = (high - low) * draw(st.sampled_from([0.4, 1, 1.5]))
        return found | {"ideal": draw(inside), "tolerance": tolerance}
    if family == "points":
        knots = sorted({low - 1, *draw(st.lists(inside, max_size=2)), high + draw(st.sampled_from([0, 2]))})
        return found | {"points": [[x, draw(tenths)] for x in knots]}
    if family in ("at_least", "at_most"):
        return found | {family: draw(inside)}
    best, worst = (high, low) if rising == (draw(st.integers(0, 5)) > 0) else (low, high)
    if family == "partly":
        best = (best + worst) / 2 if draw(st.booleans()) else best + (best - worst)
    found |= {"best": best, "worst": worst}
    return found if family == "ends" else found | {"shape": draw(shapes)}


@st.composite
def linkages(draw: Draw, values: dict[str, Data]) -> dict[str, Data]:
    """Linkages along any graph over the issues valued; substitutes take no more than an issue has to give."""
    left = {name: Fraction(str(spec["importance"])) for name, spec in values.items()}
    edges = list(itertools.combinations(values, 2))
    chosen = draw(st.lists(st.sampled_from(edges), max_size=5)) if edges else []
    found: dict[str, Data] = {}
    for n, (first, second) in enumerate(chosen):
        weight = Fraction(draw(st.sampled_from([1, 2, 5])))
        if draw(st.booleans()):
            weight = -min(left[first], left[second]) * draw(st.sampled_from([Fraction(1, 2), Fraction(1)]))
            left[first] += weight
            left[second] += weight
        pair = [first, second] if draw(st.booleans()) else [second, first]
        found[f"k{n}"] = {"issues": pair, "importance": plain(weight)}
    return found


# Red lines ----------------------------------------------------------------------------------------------------------


@st.composite
def some_levels(draw: Draw, spec: Data) -> list[Any]:
    """One level of an issue, or more."""
    levels = twin.levels_of(spec)
    return draw(st.lists(st.sampled_from(levels), min_size=1, max_size=max(1, len(levels) - 1), unique=True))


@st.composite
def bounds(draw: Draw, spec: Data) -> Data:
    """A min, a max or both; on a level or between two."""
    levels = twin.levels_of(spec)
    middles = [a + (b - a) / 3 for a, b in itertools.pairwise(levels)]
    low, high = sorted(draw(st.tuples(*[st.sampled_from(levels + middles)] * 2)))
    return draw(st.sampled_from([{"min": low}, {"max": high}, {"min": low, "max": high}]))


@st.composite
def red_line(draw: Draw, table: dict[str, Data]) -> Data:
    """A red line of any kind, with conditions on other issues or none."""
    open_issues = [name for name, spec in table.items() if len(twin.levels_of(spec)) > 1]
    name = draw(st.sampled_from(open_issues or list(table)))
    spec = table[name]
    if numeric(spec) and draw(st.booleans()):
        line = draw(bounds(spec))
    else:
        line = {draw(st.sampled_from(["forbid", "forbid", "allow"])): draw(some_levels(spec))}
    others = [other for other in table if other != name]
    when = {}
    for other in draw(st.lists(st.sampled_from(others), max_size=2, unique=True)) if others else []:
        bounded = numeric(table[other]) and draw(st.booleans())
        when[other] = draw(bounds(table[other])) if bounded else draw(some_levels(table[other]))
    return {"issue": name, **line} | ({"when": when} if when else {})


@st.composite
def budgets(draw: Draw, table: dict[str, Data]) -> dict[str, Data]:
    """Bounds on weighted sums of numeric issues: between the outcomes of two combinations, or exactly on one."""
    names = [name for name, spec in table.items() if numeric(spec)]
    found: dict[str, Data] = {}
    for n in range(draw(st.integers(1, 2)) if names else 0):
        chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
        weights = {name: draw(st.sampled_from([1, 1, 2, -1, 0.1])) for name in chosen}
        sums = []
        for _ in range(2):
            point = {name: draw(st.sampled_from(twin.levels_of(table[name]))) for name in chosen}
            sums.append(sum(Fraction(str(w)) * Fraction(str(point[name])) for name, w in weights.items()))
        low, high = (plain(end) for end in sorted(sums))
        ends = draw(st.sampled_from([{"max": high}, {"max": low}, {"min": low}, {"min": low, "max": high}]))
        found[f"budget {n}"] = {"sum": weights, **ends}
    return found


# No deal ------------------------------------------------------------------------------------------------------------


@st.composite
def point(draw: Draw, table: dict[str, Data], tabled: set[str]) -> Data:
    """A point of issue space; numbers off the grid where no table has to know them."""
    found = {}
    for name, spec in table.items():
        levels = twin.levels_of(spec)
        if numeric(spec) and name not in tabled and draw(st.booleans()):
            low, high = levels[0], levels[-1]
            found[name] = low + (high - low) * draw(st.sampled_from([-0.5, 0.3, 0.55, 1.4]))
        else:
            found[name] = draw(st.sampled_from(levels))
    return found


@st.composite
def war_section(draw: Draw, wish: Wish, table: dict[str, Data], parties: dict[str, Data]) -> Data:
    """The war lottery."""
    tabled = {name for party in parties.values() for name, spec in party["values"].items() if "table" in spec}
    count = draw(st.integers(1, 3))
    outcomes = {}
    for w in range(count):
        outcome = {"odds": draw(st.sampled_from([1, 2, 0.5])), "levels": draw(point(table, tabled))}
        if draw(st.booleans()):
            outcome["worse_by"] = {draw(st.sampled_from(list(parties))): draw(st.sampled_from([0.3, 0.6, -0.1]))}
        outcomes[f"end {w}"] = outcome
    war: Data = {"outcomes": outcomes}
    lasting = draw(st.booleans()) if wish.end_rate is None else wish.end_rate
    if lasting:
        war |= {"end_rate": draw(st.sampled_from([0.2, 1, 4])), "status_quo": draw(point(table, tabled))}
        war |= draw(st.sampled_from([{}, {"round": 0.25}]))
    return war


@st.composite
def fighting(draw: Draw, wish: Wish, war: Data) -> Data:
    """One party's side of the war."""
    own: Data = {"cost": draw(st.sampled_from([0, 0.05, 0.1, 0.3]))}
    if "end_rate" in war or draw(st.booleans()):
        own["discount_rate"] = draw(st.sampled_from([0, 0.1, 0.5]))
    if wish.optimism and draw(st.booleans()):
        own["optimism"] = {draw(st.sampled_from(list(war["outcomes"]))): draw(st.sampled_from([1.3, 3, 0.5]))}
    return {"war": own}


@st.composite
def package(draw: Draw, table: dict[str, Data], values: dict[str, Data]) -> Data:
    """An outcome that stays without a deal, and what it costs to get there."""
    tabled = {name for name, spec in values.items() if "table" in spec}
    found = {"package": draw(point({name: table[name] for name in values}, tabled))}
    return found | draw(st.sampled_from([{}, {"cost": 0.1}, {"cost": 0.3}, {"cost": -0.05}]))


modest = st.sampled_from([-0.3, 0, 0, 0.1, 0.2, 0.25])
any_number = st.sampled_from([-0.3, 0, 0, 0, 0.1, 0.1, 0.1, 0.2, 0.2, 0.25, 0.3, 0.3, 0.35, 0.5, 0.6, 0.75, 1, 1.2])


@st.composite
def no_deal(draw: Draw, wish: Wish) -> Any:
    """A number, or an outside option beside the impasse."""
    number = modest if wish.modest else any_number
    if draw(st.integers(0, 2)):
        return draw(number)
    return {"outside": draw(number), "impasse": draw(number)}


# Leverage -----------------------------------------------------------------------------------------------------------


@st.composite
def leverage(draw: Draw, data: Data) -> dict[str, Data]:
    """Variables that move what leverage may move."""
    found = {}
    for k in range(draw(st.integers(0, 2))):
        paths = draw(st.lists(st.sampled_from(movable(data)), min_size=1, max_size=4, unique=True))
        shifts = {path: draw(shift(path)) for path in paths}
        default = draw(st.sampled_from([0, 0.3, -1, 1]))
        found[f"v{k}"] = {"range": [-1, 2], "default": default, "shifts": shifts}
    return found


@st.composite
def shift(draw: Draw, path: str) -> Data:
    """An addition, or a factor; numbers that must stay positive are only multiplied."""
    factor = {"factor": draw(st.sampled_from([0.5, 2, 3]))}
    positive = path.endswith(("odds", "power", "rate", "round")) or "optimism" in path
    return factor if positive or draw(st.booleans()) else {"by": draw(st.sampled_from([-0.1, 0.05, 0.2]))}


def movable(data: Data) -> list[str]:
    """Paths of numbers that leverage may move."""
    found = []
    for name, party in data["parties"].items():
        here = f"parties.{name}"
        found.append(f"{here}.power")
        plain_no_deal = party["no_deal"]
        if not isinstance(plain_no_deal, dict):
            found.append(f"{here}.no_deal")
        elif "war" in plain_no_deal:
            own = plain_no_deal["war"]
            found += [f"{here}.no_deal.war.{key}" for key in own if key != "optimism"]
            found += [f"{here}.no_deal.war.optimism.{w}" for w in own.get("optimism", {})]
        elif "package" in plain_no_deal:
            found += [f"{here}.no_deal.cost"] if "cost" in plain_no_deal else []
        else:
            found += [f"{here}.no_deal.outside", f"{here}.no_deal.impasse"]
    war = data.get("war", {"outcomes": {}})
    found += ["war.end_rate"] if "end_rate" in war else []
    for w, outcome in war["outcomes"].items():
        found.append(f"war.outcomes.{w}.odds")
        found += [f"war.outcomes.{w}.worse_by.{name}" for name in outcome.get("worse_by", {})]
    return found


# The whole ----------------------------------------------------------------------------------------------------------


@st.composite
def scenarios(draw: Draw, wish: Wish = Wish()) -> Data:
    """A scenario as plain data."""
    table = draw(issues(wish))
    signers = list(NAMES[: draw(st.integers(*wish.parties))])
    names = list(signers)
    if wish.watcher and draw(st.integers(0, 3)) == 0:
        names.insert(draw(st.integers(0, len(names))), WATCHER)
    parties = {name: draw(party(wish, table, k)) for k, name in enumerate(names)}
    if WATCHER in parties:
        parties[WATCHER]["consent"] = False
    data: Data = {"format": 1, "name": "Random", "issues": table, "parties": parties}
    _control(draw, data, signers)
    if wish.budgets and (found := draw(budgets(table))):
        data["constraints"] = found
    fights = draw(st.integers(0, 2)) == 0 if wish.war is None else wish.war
    if fights:
        data["war"] = draw(war_section(wish, table, parties))
        for name in names:
            if wish.war or draw(st.booleans()):
                parties[name]["no_deal"] = draw(fighting(wish, data["war"]))
    if wish.leverage:
        moving = draw(leverage(data))
        data |= {"leverage": moving} if moving else {}
    return data


@st.composite
def party(draw: Draw, wish: Wish, table: dict[str, Data], number: int) -> Data:
    """One party; it values something, and wants mostly the opposite of the party before it."""
    valued = [name for name in table if draw(st.integers(0, 5))] or [next(iter(table))]
    values = {name: draw(value(table[name], number % 2 == 0)) for name in valued}
    if not sum(spec["importance"] for spec in values.values()):
        values[valued[0]]["importance"] = 1
    found: Data = {"values": values, "no_deal": draw(no_deal(wish))}
    if not wish.modest and draw(st.integers(0, 4)) == 0:
        found["no_deal"] = draw(package(table, values))
    if draw(st.integers(0, 2)) == 0:
        found["power"] = draw(st.sampled_from([2, 0.5, 3]))
    if wish.linkages and (links := draw(linkages(values))):
        found["linkages"] = links
    if wish.red_lines and draw(st.integers(0, 2)) == 0:
        lines = draw(st.lists(red_line(table), min_size=1, max_size=2))
        found["red_lines"] = {f"line {n}": line for n, line in enumerate(lines)}
    return found


def _control(draw: Draw, data: Data, signers: list[str]) -> None:
    """Let some parties control some issues; a controller who does not sign fixes the issue at its reversion."""
    for spec in data["issues"].values():
        if draw(st.integers(0, 4)):
            continue
        names = draw(st.lists(st.sampled_from(list(data["parties"])), min_size=1, max_size=2, unique=True))
        spec["control"] = names
        if set(names) - set(signers) or draw(st.booleans()):
            spec["reversion"] = draw(st.sampled_from(twin.levels_of(spec)))


@st.composite
def levels(draw: Draw, data: Data) -> dict[str, float]:
    """Levels of some of a scenario's leverage variables."""
    names = list(data.get("leverage", {}))
    return {name: draw(st.sampled_from([-1, -0.5, 0, 0.7, 2])) for name in names if draw(st.booleans())}


def outcomes(data: Data) -> int:
    """How many outcomes the issues have, red lines or not."""
    return math.prod(len(twin.levels_of(spec)) for spec in data["issues"].values())
