"""Swing weights: importances from how much each swing from worst to best is worth beside the largest one.

With w_k proportional to the points p_k that a party gives the swing of issue k from its worst level to its best, the
largest being 100, the additive utility sum of w_k v_k values every swing as the party does (von Winterfeldt and Edwards
1986). A range of points is not guessed: it becomes an order of tiers and ratios to the largest swing, which say what is
known and nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.authoring.texts import number_in, plain_number, quoted
from sim.errors import RequestError
from sim.model.base import label_of
from sim.model.names import listed, suggest
from sim.model.scenario import Scenario

__all__ = ["Points", "Swing", "layer", "points_in", "swings"]

MOST = 100.0
Points = tuple[float, float]


@dataclass(frozen=True)
class Swing:
    """What a party would gain on one issue.

    Attributes
    ----------
    issue, label : str
    worst, best : str
        The levels it likes least and most, with their unit.
    """

    issue: str
    label: str
    worst: str
    best: str


def swings(scenario: Scenario, party: str) -> tuple[Swing, ...]:
    """Return the swings of a party, in the file's order.

    Raises
    ------
    RequestError
        No such party.
    """
    parties = scenario.spec.parties
    if party not in parties:
        raise RequestError(f"no party {party!r} {suggest(party, parties)}")
    return tuple(_swing(scenario, party, name) for name in parties[party].values)


def _swing(scenario: Scenario, party: str, name: str) -> Swing:
    issue, value = scenario.spec.issues[name], scenario.spec.parties[party].values[name]
    levels = issue.all_levels()
    worths = value.at(levels)
    worst, best = levels[int(worths.argmin())], levels[int(worths.argmax())]
    return Swing(name, label_of(name, issue), *(_shown(scenario, name, level) for level in (worst, best)))


def _shown(scenario: Scenario, name: str, level: float | str) -> str:
    issue = scenario.spec.issues[name]
    unit = f" {issue.unit}" if issue.unit else ""
    return issue.labelled.get(level) or (level if isinstance(level, str) else f"{level:,.6g}{unit}")


def points_in(text: str) -> Points:
    """Return the least and most points that an answer gives a swing.

    Raises
    ------
    RequestError
        It is no number, or two, from 0 to 100.

    Examples
    --------
    >>> points_in("60"), points_in("30-40")
    ((60.0, 60.0), (30.0, 40.0))
    """
    parts = [part.strip() for part in text.replace("[", "").replace("]", "").replace(",", "-").split("-")]
    numbers = [number_in(part) for part in parts]
    ends = [number for number in numbers if number is not None]
    if len(ends) != len(parts) or len(ends) not in (1, 2) or not 0 <= ends[0] <= ends[-1] <= MOST:
        raise RequestError(f"{text!r}: no points (expected a number from 0 to 100, or two such as 30-40)")
    return ends[0], ends[-1]


def layer(scenario: Scenario, party: str, points: Mapping[str, Points], *, base: str) -> str:
    """Return the text of a scenario file that extends another by a party's importances.

    Parameters
    ----------
    scenario : Scenario
    party : str
    points : mapping of str to (float, float)
        Least and most points of each issue that the party values; the largest swing has 100.
    base : str
        The file to extend, relative to the new one.

    Raises
    ------
    RequestError
        An issue is missing or unknown, or no swing has 100 points.
    """
    _check(points, [swing.issue for swing in swings(scenario, party)])
    said = ", ".join(f"{issue} {_range(points[issue])}" for issue in points)
    lines = [f"extends: {quoted(base)}", "parties:", f"  {quoted(party)}:", "    values:"]
    lines += [f"      {quoted(k)}: {{importance: {plain_number(sum(p) / 2)}}}" for k, p in points.items()]
    words = f"Swing weights, the largest swing being 100: {said}."
    assumption = f"{{assumption: {quoted(words)}}}"
    sources = [f"  parties.{party}.values: {assumption}"]
    if any(low < high for low, high in points.values()):
        # Other kinds of statement in the file would hold together with these.
        old = scenario.spec.uncertain.get(f"parties.{party}.values")
        gone = "".join(f", {kind}: null" for kind in ("within",) if getattr(old, kind, None) is not None)
        lines += ["uncertain:", f"  parties.{party}.values: {{{_statements(points)}{gone}}}"]
        sources.append(f"  uncertain.parties.{party}.values: {assumption}")
    return "\n".join([*lines, "sources:", *sources]) + "\n"


def _check(points: Mapping[str, Points], issues: list[str]) -> None:
    faults = [
        f"no issue {name!r} that this party values {suggest(name, issues)}" for name in points if name not in issues
    ]
    if missing := [name for name in issues if name not in points]:
        faults.append(f"no points for {listed(missing)} (expected points for every issue that this party values)")
    if not faults and max(low for low, _ in points.values()) < MOST:
        faults.append("no swing has 100 points (expected 100 for the one it would rather have than any other)")
    if faults:
        raise RequestError("\n".join(faults))


def _statements(points: Mapping[str, Points]) -> str:
    """Return an order of tiers, and ratios to the largest swing."""
    first = next(name for name, (low, _) in points.items() if low == MOST)
    ratios = [
        f"{name}/{first}: [{plain_number(max(low, 1e-6 * MOST) / MOST)}, {plain_number(high / MOST)}]"
        for name, (low, high) in points.items()
        if name != first
    ]
    tiers = [", ".join(map(quoted, tier)) for tier in _tiers(points)]
    order = ", ".join(f"[{tier}]" if "," in tier else tier for tier in tiers)
    return f"order: [{order}], ratios: {{{', '.join(ratios)}}}"


def _tiers(points: Mapping[str, Points]) -> list[list[str]]:
    """Return the issues from the most important on, those together whose ranges leave their order open."""
    tiers: list[list[str]] = []
    least = -1.0
    for name in sorted(points, key=lambda name: (-points[name][0], -points[name][1])):
        low, high = points[name]
        if tiers and high > least:
            tiers[-1].append(name)
        else:
            tiers.append([name])
            least = low
        least = min(least, low)
    return tiers


def _range(points: Points) -> str:
    low, high = map(plain_number, points)
    return low if low == high else f"{low}-{high}"
