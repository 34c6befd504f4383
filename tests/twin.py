"""A slow twin of the solver: every outcome enumerated, every definition written out, nothing shared with `sim`.

It reads a scenario as plain data and answers the same questions. Names of parties and issues are kept; an outcome is
a tuple of levels in file order, and outcomes are listed in file order (the last issue runs fastest).

Two tolerances are the project's own: 1e-9 on the utility scale (reservation values and ties) and 1e-12 (float noise
between utility vectors). `NOISE` is the twin's own margin: sums of a few products of doubles, added in another order,
differ by some 1e-16; where a verdict turns on less than 1e-13 two honest solvers may differ, and `Pick.clear` and
`Twin.within` say so.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

ACCEPT = 1e-9
SAME = 1e-12
NOISE = 1e-13
SOLUTIONS = ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian", "equal_loss")

Outcome = tuple[Any, ...]
Vector = tuple[float, ...]


# The file's numbers -------------------------------------------------------------------------------------------------


def levels_of(issue: dict[str, Any]) -> list[Any]:
    """Every level of an issue, by exact arithmetic on the decimals as written."""
    if "levels" in issue:
        return list(issue["levels"])
    low, high = (Fraction(str(end)) for end in issue["range"])
    step = Fraction(str(issue["step"]))
    found = []
    here = low
    while here < high:
        found.append(float(here))
        here += step
    return [*found, float(high)]


def value(spec: dict[str, Any], level: Any) -> float:
    """v of one level."""
    if "table" in spec:
        known = {key if isinstance(level, str) else float(key): v for key, v in spec["table"].items()}
        return known[level]
    x = float(level)
    if "ideal" in spec:
        return max(0.0, 1 - abs(x - spec["ideal"]) / spec["tolerance"])
    if "at_least" in spec:
        return 1.0 if x >= spec["at_least"] else 0.0
    if "at_most" in spec:
        return 1.0 if x <= spec["at_most"] else 0.0
    if "points" in spec:
        return _between(spec["points"], x)
    t = min(1.0, max(0.0, (x - spec["worst"]) / (spec["best"] - spec["worst"])))
    return _bent(spec.get("shape", {}), t)


def _between(points: list[list[float]], x: float) -> float:
    if x <= points[0][0]:
        return points[0][1]
    for (x0, v0), (x1, v1) in itertools.pairwise(points):
        if x <= x1:
            return v0 + (v1 - v0) * (x - x0) / (x1 - x0)
    return points[-1][1]


def _bent(shape: dict[str, Any], t: float) -> float:
    if "power" in shape:
        return t ** shape["power"]
    if "exponential" in shape:
        a = shape["exponential"]
        return (1 - math.exp(-a * t)) / (1 - math.exp(-a))
    if "sigmoid" in shape:
        m, s = shape["sigmoid"]["middle"], shape["sigmoid"]["steepness"]
        low, here, high = (1 / (1 + math.exp(-s * (z - m))) for z in (0, t, 1))
        return (here - low) / (high - low)
    return t


def utility(party: dict[str, Any], point: dict[str, Any]) -> float:
    """U of one party at a point of issue space."""
    linkages = party.get("linkages", {}).values()
    total = math.fsum([v["importance"] for v in party["values"].values()] + [k["importance"] for k in linkages])
    v = {issue: value(spec, point[issue]) for issue, spec in party["values"].items()}
    terms = [spec["importance"] * v[issue] for issue, spec in party["values"].items()]
    terms += [k["importance"] * v[k["issues"][0]] * v[k["issues"][1]] for k in linkages]
    return math.fsum(terms) / total


def crosses(line: dict[str, Any], point: dict[str, Any]) -> bool:
    """Whether a point crosses a red line; the line sleeps unless all its conditions hold."""
    if not all(_meets(condition, point[issue]) for issue, condition in line.get("when", {}).items()):
        return False
    level = point[line["issue"]]
    if "min" in line and level < line["min"]:
        return True
    if "max" in line and level > line["max"]:
        return True
    return level in line.get("forbid", []) or ("allow" in line and level not in line["allow"])


def breaks(budget: dict[str, Any], point: dict[str, Any]) -> bool:
    """Whether a point's weighted sum is outside a budget, by exact arithmetic on the decimals as written."""
    total = sum(Fraction(str(w)) * Fraction(str(point[issue])) for issue, w in budget["sum"].items())
    ends = {end: Fraction(str(budget[end])) for end in ("min", "max") if end in budget}
    return total < ends.get("min", total) or total > ends.get("max", total)


def _meets(condition: Any, level: Any) -> bool:
    if isinstance(condition, dict):
        return condition.get("min", -math.inf) <= level <= condition.get("max", math.inf)
    return level in condition


# What leverage moves ------------------------------------------------------------------------------------------------


class Situation:
    """The numbers outside the outcome space at some leverage levels."""

    def __init__(self, data: dict[str, Any], leverage: dict[str, float]) -> None:
        self.data = data
        variables = data.get("leverage", {})
        self.levels = {name: leverage.get(name, spec["default"]) for name, spec in variables.items()}

    def number(self, path: str, default: float | None = None) -> float:
        here: Any = self.data
        for key in path.split("."):
            here = here.get(key) if isinstance(here, dict) else None
        start = default if here is None else here
        added, factor = 0.0, 1.0
        for name, spec in self.data.get("leverage", {}).items():
            shift = spec["shifts"].get(path, {})
            added += shift.get("by", 0.0) * self.levels[name]
            factor *= shift.get("factor", 1.0) ** self.levels[name]
        return (start + added) * factor

    def point(self, path: str, levels: dict[str, Any]) -> dict[str, Any]:
        return {k: x if isinstance(x, str) else self.number(f"{path}.{k}") for k, x in levels.items()}

    def no_deal(self, name: str) -> tuple[float, float]:
        """r and d."""
        here = f"parties.{name}.no_deal"
        plain = self.data["parties"][name]["no_deal"]
        if not isinstance(plain, dict):
            return self.number(here), self.number(here)
        if "outside" in plain:
            impasse = self.number(f"{here}.impasse")
            return max(self.number(f"{here}.outside"), impasse), impasse
        if "package" in plain:
            stays = utility(self.data["parties"][name], self.point(f"{here}.package", plain["package"]))
            return (stays - self.number(f"{here}.cost", 0.0),) * 2
        fighting = self.war(name)
        return fighting, fighting

    def war(self, name: str) -> float:
        war, party, here = self.data["war"], self.data["parties"][name], f"parties.{name}.no_deal.war"
        weights, worths = [], []
        for w, outcome in war["outcomes"].items():
            path = f"war.outcomes.{w}"
            optimism = self.number(f"{here}.optimism.{w}", 1.0)
            weights.append(self.number(f"{path}.odds") * optimism)
            worth = utility(party, self.point(f"{path}.levels", outcome["levels"]))
            worths.append(worth - self.number(f"{path}.worse_by.{name}", 0.0))
        lottery = math.fsum(p * v for p, v in zip(weights, worths, strict=True)) / math.fsum(weights)
        cost = self.number(f"{here}.cost")
        if "end_rate" not in war:
            return lottery - cost
        rate, rho = self.number("war.end_rate"), self.number(f"{here}.discount_rate")
        written = party["no_deal"]["war"]["discount_rate"]
        if written:
            cost *= rho / written
        meanwhile = utility(party, self.point("war.status_quo", war["status_quo"]))
        return (rho * meanwhile - cost + rate * lottery) / (rho + rate)

    def power(self, name: str) -> float:
        return self.number(f"parties.{name}.power", 1.0)


# Solutions ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Terms:
    """Per consenting party."""

    d: Vector
    ideal: Vector
    power: Vector


def ratio(u: float, d: float, ideal: float) -> float:
    """Share of the possible gain; 1 where there is nothing to gain."""
    return 1.0 if ideal - d <= ACCEPT else (u - d) / (ideal - d)


def objective(name: str, u: Vector, t: Terms) -> float:
    """What a solution maximises."""
    gains = [x - d for x, d in zip(u, t.d, strict=True)]
    if name == "nash":
        # A gain that is float noise is no gain: a root would blow 1e-18 up to 1e-9 and more.
        some = [g if g > SAME else 0.0 for g in gains]
        total = math.fsum(t.power)
        return math.prod(g ** (p / total) for g, p in zip(some, t.power, strict=True))
    if name == "kalai_smorodinsky":
        return min(ratio(*row) for row in zip(u, t.d, t.ideal, strict=True))
    if name == "egalitarian":
        return min(gains)
    if name == "utilitarian":
        return math.fsum(u)
    return -max(a - x for x, a in zip(u, t.ideal, strict=True))


def doubt(name: str, u: Vector, t: Terms) -> float:
    """How far float noise in utilities can move an objective, at most."""
    up = objective(name, tuple(x + NOISE for x in u), t)
    down = objective(name, tuple(x - NOISE for x in u), t)
    return up - down + NOISE


@dataclass(frozen=True)
class Pick:
    """What one solution may choose.

    Attributes
    ----------
    candidates : frozenset of outcomes
        All that the tie-break leaves equal (two or more only with three parties and more).
    ties : int
    best, doubt : float
        The best objective, and what noise can do to it.
    tied : frozenset of outcomes
        Every outcome with the best objective, before ties are broken.
    clear : bool
        Whether no comparison was closer to its tolerance than float noise.
    """

    candidates: frozenset[Outcome]
    ties: int
    best: float
    doubt: float
    tied: frozenset[Outcome]
    clear: bool


def pick(name: str, frontier: dict[Outcome, Vector], t: Terms) -> Pick:
    """Apply one solution to a frontier: the best objective, then leximin of ratios, then the first party's gain."""
    values = {o: objective(name, u, t) for o, u in frontier.items()}
    noise = max(doubt(name, u, t) for o, u in frontier.items() if values[o] >= max(values.values()) - 2 * ACCEPT)
    best = max(values.values())
    alive, clear = _near_best(values, noise)
    tied = frozenset(alive)
    span = min((a - d for a, d in zip(t.ideal, t.d, strict=True) if a - d > ACCEPT), default=1.0)
    criteria = {
        o: [*sorted(ratio(*row) for row in zip(frontier[o], t.d, t.ideal, strict=True)), frontier[o][0] - t.d[0]]
        for o in alive
    }
    for k in range(len(t.d) + 1):
        alive, sure = _near_best({o: criteria[o][k] for o in alive}, NOISE / span + NOISE)
        clear = clear and sure
    return Pick(frozenset(alive), len(tied), best, noise, tied, clear)


def _near_best(values: dict[Outcome, float], noise: float) -> tuple[list[Outcome], bool]:
    edge = max(values.values()) - ACCEPT
    clear = all(abs(v - edge) > 2 * noise for v in values.values())
    return [o for o, v in values.items() if v >= edge], clear


# The whole ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Twin:
    """One leverage point, solved by enumeration. `signers` are the consenting parties in file order."""

    issues: list[str]
    levels: list[list[Any]]
    parties: list[str]
    signers: list[str]
    reservation: dict[str, float]
    disagreement: dict[str, float]
    feasible: dict[Outcome, Vector]
    margin: float | None
    zone: dict[Outcome, Vector]
    frontier: dict[Outcome, Vector]
    surplus: dict[str, float]
    share: float
    terms: Terms | None
    picks: dict[str, Pick]
    data: dict[str, Any]

    def ranges(self) -> dict[str, tuple[Any, ...]]:
        """Levels of each issue that occur in the zone."""
        return {
            issue: tuple(level for level in self.levels[k] if any(o[k] == level for o in self.zone))
            for k, issue in enumerate(self.issues)
        }

    def profile(self, solution: str, issue: str) -> list[tuple[float, float]]:
        """For each level the best objective in the zone and its doubt; nan where no deal has the level."""
        assert self.terms is not None
        k = self.issues.index(issue)
        result = []
        for level in self.levels[k]:
            rows = [
                (objective(solution, u, self.terms), doubt(solution, u, self.terms))
                for o, u in self.zone.items()
                if o[k] == level
            ]
            best = max((v for v, _ in rows), default=math.nan)
            result.append((best, max((e for v, e in rows if v >= best - ACCEPT), default=0.0)))
        return result

    def within(self, solution: str, issue: str) -> list[bool | None]:
        """Whether each level occurs in a deal near the best; None where noise decides.

        Near: short by at most 1 % of the best or 0.005 of the stakes. A worst deal is worth 0 to a party, its best 1: a
        sum falls short by that of each, a share of what is to be gained by that of the party with most to gain.
        """
        chosen, t = self.picks[solution], self.terms
        assert t is not None
        widest = max(1e-9, *(a - d for a, d in zip(t.ideal, t.d, strict=True)))
        stakes = {"utilitarian": len(t.d), "kalai_smorodinsky": 1 / widest}
        floor = chosen.best - max(0.01 * abs(chosen.best), 0.005 * stakes.get(solution, 1))
        result: list[bool | None] = []
        for best, noise in self.profile(solution, issue):
            close = abs(best - floor) <= 2 * SAME + noise + chosen.doubt
            # The best itself reaches the floor, however near the floor is to it.
            result.append(True if best >= chosen.best else None if close else best > floor)
        return result

    def everyone(self, outcome: Outcome) -> dict[str, float]:
        """U of every party, those whose consent is not needed included."""
        point = dict(zip(self.issues, outcome, strict=True))
        return {name: utility(party, point) for name, party in self.data["parties"].items()}


def solve(data: dict[str, Any], leverage: dict[str, float] | None = None) -> Twin:
    """Solve a scenario by looking at every outcome."""
    situation = Situation(data, leverage or {})
    parties = list(data["parties"])
    signers = [name for name in parties if data["parties"][name].get("consent", True)]
    no_deal = {name: situation.no_deal(name) for name in parties}
    r, d = (tuple(no_deal[name][k] for name in signers) for k in (0, 1))
    issues, levels = list(data["issues"]), [_open_levels(issue, signers) for issue in data["issues"].values()]
    feasible = _feasible(data, issues, levels, signers)
    margin = max((_least(u, r) for u in feasible.values()), default=None)
    zone = {o: u for o, u in feasible.items() if _least(u, r) >= -ACCEPT}
    ideal = tuple(max(column) for column in zip(*zone.values(), strict=True))
    terms = Terms(d, ideal, tuple(situation.power(name) for name in signers)) if zone else None
    frontier = pareto(zone)
    return Twin(
        issues=issues,
        levels=levels,
        parties=parties,
        signers=signers,
        reservation={name: no_deal[name][0] for name in parties},
        disagreement={name: no_deal[name][1] for name in parties},
        feasible=feasible,
        margin=margin,
        zone=zone,
        frontier=frontier,
        surplus={name: ideal[k] - r[k] for k, name in enumerate(signers)} if zone else {},
        share=len(zone) / math.prod(len(part) for part in levels),
        terms=terms,
        picks={name: pick(name, frontier, terms) for name in SOLUTIONS} if terms else {},
        data=data,
    )


def _least(u: Vector, r: Vector) -> float:
    return min(x - y for x, y in zip(u, r, strict=True))


def _open_levels(issue: dict[str, Any], signers: list[str]) -> list[Any]:
    if all(name in signers for name in issue.get("control", [])):
        return levels_of(issue)
    fixed = issue["reversion"]
    return [fixed if isinstance(fixed, str) else float(fixed)]


def _feasible(
    data: dict[str, Any], issues: list[str], levels: list[list[Any]], signers: list[str]
) -> dict[Outcome, Vector]:
    lines = [line for name in signers for line in data["parties"][name].get("red_lines", {}).values()]
    budgets = data.get("constraints", {}).values()
    found = {}
    for outcome in itertools.product(*levels):
        point = dict(zip(issues, outcome, strict=True))
        if not any(crosses(line, point) for line in lines) and not any(breaks(b, point) for b in budgets):
            found[outcome] = tuple(utility(data["parties"][name], point) for name in signers)
    return found


def pareto(points: dict[Outcome, Vector]) -> dict[Outcome, Vector]:
    """Outcomes that nothing dominates; of equal utility vectors the first in file order."""
    distinct: dict[Outcome, Vector] = {}
    for outcome, u in points.items():
        if not any(all(abs(x - y) <= SAME for x, y in zip(u, v, strict=True)) for v in distinct.values()):
            distinct[outcome] = u
    return {o: u for o, u in distinct.items() if not any(_dominates(v, u) for v in distinct.values())}


def _dominates(v: Vector, u: Vector) -> bool:
    pairs = list(zip(v, u, strict=True))
    return all(x >= y - SAME for x, y in pairs) and any(x > y + SAME for x, y in pairs)
