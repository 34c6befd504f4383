"""A scenario as a GENIUS domain and one profile for every party that must agree.

Evaluations of a discrete issue reach 1, because GENIUS divides them by their maximum; where a value function stops
short of 1 the weight shrinks instead, and an issue with one worthless value takes what is missing from the sum of the
weights. Integers that all parties value linearly become integer issues. Other numbers become discrete values, with
attributes `step` and `unit`, which GENIUS passes over and `sim import` reads.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import RequestError, counted
from sim.game.compiled import Game, compile
from sim.game.terms import leverage_levels, terms
from sim.interop.genius_names import distinct
from sim.interop.genius_values import UNEVEN, number_text
from sim.interop.losses import losses
from sim.model.issues import Issue
from sim.model.scenario import Scenario
from sim.model.statements import weights

__all__ = ["Exported", "write_genius"]

Floats = NDArray[np.float64]
_EXACT = 1e-13
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Exported:
    """Files to write, and what they do not say.

    Attributes
    ----------
    files : dict of str to str
        Text by file name, the domain first.
    notes : tuple of str
    """

    files: Mapping[str, str]
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Column:
    """One issue as GENIUS states it: weights (P,) and evaluations (P, levels) of the signers."""

    name: str
    issue: Issue | None
    levels: tuple[str, ...]
    integer: bool
    weights: Floats
    evaluations: Floats


def write_genius(scenario: Scenario, leverage: Mapping[str, ArrayLike] | None = None) -> Exported:
    """Return a scenario as GENIUS files: the domain and a profile for every party whose consent is needed.

    Parameters
    ----------
    scenario : Scenario
    leverage : mapping, optional
        Levels at which reservation values are taken; the others stay at their defaults.

    Raises
    ------
    RequestError
        A party links issues, which a sum over issues cannot hold; or a leverage level is not allowed.
    """
    game = compile(scenario)
    linked = [f"parties.{p}.linkages.{k}" for p in game.signers for k in _linkages(game, p)]
    if linked:
        what = "GENIUS profiles are sums over issues and cannot hold linkages (importance 0 leaves one out)"
        raise RequestError(f"{', '.join(linked)}: {what}")
    levels = leverage_levels(game, leverage)
    found = terms(game, levels)
    if found.illegal:
        raise RequestError("\n".join(found.illegal))
    reservation = dict(zip(game.parties, found.reservation[0].tolist(), strict=True))
    columns = [_column(game, k) for k in range(len(game.issues))]
    rest = 1.0 - np.sum([column.weights for column in columns], axis=0)
    added = [_remainder(rest, game.issues)] if (rest > _EXACT).any() else []
    names = distinct(game.signers, ("domain",), otherwise="party", fold=True)
    files = {"domain.xml": _domain(scenario, columns + added)}
    for row, (party, name) in enumerate(zip(game.signers, names, strict=True)):
        files[f"{name}.xml"] = _profile(scenario, columns + added, row, reservation[party])
    return Exported(files, (*_form_notes(columns, added), *losses(game, levels, reservation)))


def _linkages(game: Game, party: str) -> Iterator[str]:
    for name, linkage in game.scenario.spec.parties[party].linkages.items():
        if linkage.importance:
            yield name


def _column(game: Game, k: int) -> _Column:
    name, levels = game.issues[k], game.levels[k]
    share, values = np.zeros(len(game.signers)), np.zeros((len(game.signers), len(levels)))
    for row, party in enumerate(game.signers):
        record = game.scenario.spec.parties[party]
        if name in record.values:
            share[row], values[row] = weights(record)[0][name], record.values[name].at(levels)
    texts = tuple(level if isinstance(level, str) else number_text(level) for level in levels)
    issue = game.scenario.spec.issues[name]
    if _whole(levels) and _straight(values):
        return _Column(name, issue, texts, True, share, values)
    top = values.max(axis=1)
    scale = np.where(top > 0, top, 1.0)
    return _Column(name, issue, texts, False, share * scale, values / scale[:, None])


def _whole(levels: tuple[float, ...] | tuple[str, ...]) -> bool:
    """Say whether levels are whole numbers, one apart."""
    if len(levels) < 2 or isinstance(levels[0], str):
        return False
    numbers = np.asarray(levels, dtype=np.float64)
    return bool((numbers % 1 == 0).all() and (np.diff(numbers) == 1).all() and np.abs(numbers).max() < 2**31)


def _straight(values: Floats) -> bool:
    """Say whether every party's values lie on a line."""
    steps = np.arange(values.shape[1]) / (values.shape[1] - 1)
    lines = values[:, :1] + (values[:, -1:] - values[:, :1]) * steps
    return bool((np.abs(values - lines) < _EXACT).all())


def _remainder(rest: Floats, taken: tuple[str, ...]) -> _Column:
    name = distinct(["unused weight"], taken)[0]
    return _Column(name, None, ("none",), False, np.maximum(rest, 0.0), np.zeros((len(rest), 1)))


def _form_notes(columns: list[_Column], added: list[_Column]) -> Iterator[str]:
    for column in columns:
        numeric = column.issue is not None and column.issue.numeric
        if numeric and not column.integer and len(column.levels) > 1:
            yield f"issues.{column.name}: written as a discrete issue of {counted(len(column.levels), 'number')}"
    for column in added:
        yield f"the issue {column.name!r} with one value was added: some values stop short of 1, so weights do too"


def _domain(scenario: Scenario, columns: list[_Column]) -> str:
    root = ET.Element("negotiation_template")
    space = ET.SubElement(root, "utility_space", number_of_issues=str(len(columns)))
    objective = _objective(space, scenario)
    for k, column in enumerate(columns, start=1):
        issue = _issue(objective, k, column)
        for j, level in enumerate(() if column.integer else column.levels, start=1):
            ET.SubElement(issue, "item", index=str(j), value=_legal(level))
    return _text(root)


def _profile(scenario: Scenario, columns: list[_Column], row: int, reservation: float) -> str:
    root = ET.Element("utility_space", number_of_issues=str(len(columns)))
    objective = _objective(root, scenario)
    for k, column in enumerate(columns, start=1):
        issue, values = _issue(objective, k, column), column.evaluations[row].tolist()
        if column.integer:
            slope = (values[-1] - values[0]) / (len(values) - 1)
            ET.SubElement(issue, "evaluator", ftype="linear", offset=repr(values[0]), slope=repr(slope))
            continue
        for j, (level, value) in enumerate(zip(column.levels, values, strict=True), start=1):
            ET.SubElement(issue, "item", index=str(j), value=_legal(level), evaluation=repr(value))
    for k, column in enumerate(columns, start=1):
        ET.SubElement(objective, "weight", index=str(k), value=repr(float(column.weights[row])))
    ET.SubElement(root, "discount_factor", value="1.0")
    ET.SubElement(root, "reservation", value=repr(float(reservation)))
    return _text(root)


def _objective(parent: ET.Element, scenario: Scenario) -> ET.Element:
    about = {"name": _legal(scenario.name), "type": "objective", "etype": "objective", "description": ""}
    return ET.SubElement(parent, "objective", {"index": "0"} | about)


def _issue(parent: ET.Element, k: int, column: _Column) -> ET.Element:
    kind = "integer" if column.integer else "discrete"
    about = {"index": str(k), "name": column.name, "type": kind, "vtype": kind, "etype": kind}
    if column.issue is not None and column.issue.label:
        about["description"] = _legal(column.issue.label)
    if column.integer:
        about |= {"lowerbound": column.levels[0], "upperbound": column.levels[-1]}
    elif column.issue is not None and column.issue.step is not None and len(column.levels) > 1:
        about["step"] = number_text(column.issue.step)
    elif column.issue is not None and column.issue.numeric and len(column.levels) > 1:
        about["step"] = UNEVEN
    if column.issue is not None and column.issue.unit:
        about["unit"] = _legal(column.issue.unit)
    return ET.SubElement(parent, "issue", about)


def _legal(text: str) -> str:
    """Replace characters that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)


def _text(root: ET.Element) -> str:
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
