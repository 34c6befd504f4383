"""Several studies in one page: a tab for each by date, and beside them what changes from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

from sim.errors import RequestError, counted
from sim.output.files import check_target
from sim.report.assets import SEVERAL, shell, static
from sim.report.data import file_name
from sim.report.markup import escaped
from sim.report.page import body, in_words, write
from sim.studies.study import Study

__all__ = ["talks", "timeline", "write_talks"]

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def talks(studies: Sequence[Study]) -> str:
    """Return the page of several studies as HTML text; script and style are carried once.

    Parameters
    ----------
    studies : sequence of Study
        At least two, at most 26, of different files.

    Raises
    ------
    RequestError
        Too few or too many, or a file twice: every such fault at once.
    """
    _check(studies)
    ordered = timeline(studies)
    content = Template(static("talks.html")).substitute(
        tabs="\n".join(_tab(n, study) for n, study in enumerate(ordered)),
        words="\n".join(in_words(study, study.game.scenario.name) for study in ordered),
        scenarios="\n".join(f'<template id="scenario-{n}">\n{body(s)}</template>' for n, s in enumerate(ordered)),
    )
    return shell(" · ".join(study.game.scenario.name for study in ordered), content, SEVERAL)


def timeline(studies: Sequence[Study]) -> list[Study]:
    """Return studies by their date, those without one last."""
    return sorted(
        studies, key=lambda study: (study.game.scenario.spec.as_of is None, study.game.scenario.spec.as_of or "")
    )


def write_talks(studies: Sequence[Study], path: str) -> int:
    """Write the page of several studies and return its size in bytes.

    Raises
    ------
    RequestError
        As `talks`, or the file cannot be written.
    """
    check_target(path)
    return write(talks(studies), path)


def _check(studies: Sequence[Study]) -> None:
    faults = []
    if not 2 <= len(studies) <= len(LETTERS):
        faults.append(f"{counted(len(studies), 'scenario')} (expected 2 to {len(LETTERS)})")
    names = {study.game.scenario.sha256: file_name(study.game.scenario) for study in studies}
    seen = [study.game.scenario.sha256 for study in studies]
    twice = [name for digest, name in names.items() if seen.count(digest) > 1]
    faults += [f"{name}: the same scenario twice (expected each once)" for name in twice]
    if faults:
        raise RequestError("\n".join(faults))


def _tab(n: int, study: Study) -> str:
    spec = study.game.scenario.spec
    when = f"<small>{escaped(spec.as_of)}</small> " if spec.as_of else ""
    label = f'<b>{LETTERS[n]}</b> {when}<span dir="auto">{escaped(spec.name)}</span>'
    return f'<button type="button" role="tab" id="tab-{n}" aria-selected="false" aria-controls="stage">{label}</button>'
