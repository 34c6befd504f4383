"""A study as a record to keep: what it found, and all that it takes to find it again.

The record is the JSON of a run with a key ``reproduce``: the merged scenario with the values set in it, and the
settings of the study. Reading one back is no matter of trust: the study is worked out anew, and refused where the
scenario's fingerprint or the margin is not the one on record. (A share of outcomes that was sampled is drawn by the
usual number of draws.)
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from sim.errors import RequestError, shown
from sim.model.arguments import levels_in
from sim.model.frozen import frozen, thawed
from sim.model.names import names_in
from sim.model.scenario import Scenario, lift, load
from sim.output.study_json import study_data, to_json
from sim.studies.records import Study, study_in
from sim.studies.study import study

__all__ = ["study_from_json", "study_to_json"]

_SAME = 1e-9
_KEYS = {"scenario", "set", "lift", "sign", "leverage", "origin", "file_rates"}


def study_to_json(found: Study) -> str:
    """Return what a study found as JSON, with what it takes to find it again.

    Examples
    --------
    >>> import sim
    >>> one = sim.study("scenarios/teaching/logroll.yaml")
    >>> again = study_from_json(study_to_json(one))
    >>> again.zone.margin == one.zone.margin
    True
    """
    scenario, changed = study_in(found).game.scenario, found.changes
    again = {
        "scenario": thawed(scenario.tree.data),
        "set": thawed(dict(changed.set)),
        "lift": list(changed.lift),
        "sign": list(changed.sign),
        "leverage": dict(found.leverage),
        "origin": scenario.origin,
        "file_rates": dict(scenario.file_rates),
    }
    return to_json({**study_data(found), "reproduce": again})


def study_from_json(text: str) -> Study:
    """Return the study that a record is of, worked out again and held against it.

    Parameters
    ----------
    text : str
        As `study_to_json` returns it.

    Raises
    ------
    RequestError
        The text is no such record, or the study is not the one on record any more.
    ScenarioError
        The scenario in it is not sound.
    """
    record = _read(_text("text", text))
    made, about = record["reproduce"], record["scenario"]
    found = study(_scenario(made, about), levels_in("leverage", made["leverage"]), sign=names_in("sign", made["sign"]))
    if found.game.scenario.sha256 != about.get("sha256"):
        raise RequestError("the scenario in the record is not the one that it is of: its fingerprint differs")
    old, new = record["zone"].get("margin"), found.zone.margin
    if (old is None) != (new is None) or (old is not None and new is not None and abs(old - new) > _SAME):
        raise RequestError(f"the margin is {new}, on record {old}: made by another version, or changed since")
    return found


def _read(text: str) -> dict[str, Any]:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RequestError(f"no JSON: {error}") from None
    whole = isinstance(record, dict) and all(isinstance(record.get(k), dict) for k in ("reproduce", "scenario", "zone"))
    made = record["reproduce"] if whole else {}
    if set(made) != _KEYS or not all(isinstance(made[k], dict) for k in ("scenario", "set", "file_rates")):
        raise RequestError("no record of a study (expected what study.to_json() returns)")
    return dict(record)


def _scenario(made: Mapping[str, Any], about: Mapping[str, Any]) -> Scenario:
    """Return the scenario in a record, with what it remembers of the file that it came from."""
    file = about.get("file_sha256")
    traces: dict[str, Any] = {
        "set": frozen(made["set"]),
        "file_rates": frozen(levels_in("reproduce.file_rates", made["file_rates"])),
        "path": _text("scenario.path", about.get("path")),
        "origin": _text("reproduce.origin", made["origin"]),
        "file_sha256": None if file is None else _text("scenario.file_sha256", file),
    }
    return lift(dataclasses.replace(load(made["scenario"]), **traces), names_in("reproduce.lift", made["lift"]))


def _text(what: str, given: object) -> str:
    if not isinstance(given, str):
        raise RequestError(f"{what}: {shown(given)} (expected text)")
    return given
