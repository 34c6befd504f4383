"""In what unit a number of a scenario is, as far as its path tells."""

from __future__ import annotations

from sim.model.paths import Keys
from sim.model.reach import channel
from sim.model.spec import Spec

__all__ = ["unit_of"]

_CHANNELS = {"odds": "odds", "optimism": "1", "power": "1", "patience": "1 per round"}
_PLAIN = ("importance", "middle", "steepness", "power", "exponential")


def unit_of(spec: Spec, keys: Keys) -> str:
    """Return the unit of the number at a path, ``1`` where it has none.

    Examples
    --------
    >>> from sim.model.scenario import load
    >>> spec = load("scenarios/istanbul-2022.yaml").spec
    >>> unit_of(spec, ("issues", "army_cap", "step")), unit_of(spec, ("parties", "russia", "no_deal", "war", "cost"))
    ('soldiers', 'utility per year')
    """
    kind = channel(keys)
    if kind == "cost":
        yearly = "war" in keys and spec.war is not None and spec.war.end_rate is not None
        return "utility per year" if yearly else "utility"
    if kind == "rate":
        return "years" if keys[-1] == "round" else "1 per year"
    if kind == "level":
        return "utility" if "worse_by" in keys else _issue_unit(spec, keys[-1])
    return _CHANNELS.get(kind, "utility") if kind is not None else _of_the_rest(spec, keys)


def _of_the_rest(spec: Spec, keys: Keys) -> str:
    """Return the unit of a number that is not among what the parties have without a deal."""
    match keys:
        case ("issues", issue, *_):
            return _issue_unit(spec, issue)
        case ("parties", party, "red_lines", line, *rest):
            limits = spec.parties[party].red_lines.get(line)
            return _issue_unit(spec, rest[1] if rest[0] == "when" or limits is None else limits.issue)
        case ("parties", _, "values", issue, *rest) if rest[0] != "table" and rest[-1] not in _PLAIN:
            return _issue_unit(spec, issue)
        case ("talks", "costs", _) | ("moves", _, _, "cost"):
            return "utility"
        case ("future", _, "after_years"):
            return "years"
        case ("dynamics", "step_months"):
            return "months"
    return "1"


def _issue_unit(spec: Spec, issue: str) -> str:
    return spec.issues[issue].unit or "1"
