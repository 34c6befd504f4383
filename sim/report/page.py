"""One self-contained HTML page about a study: no network, no framework, nothing that a scenario's text could run."""

from __future__ import annotations

import io
from dataclasses import replace
from string import Template
from typing import Any

from sim.output.files import check_target, replacing
from sim.output.study_json import study_data
from sim.report.assets import SINGLE, shell, static
from sim.report.data import file_name, maps_fit, page_data
from sim.report.markup import embedded, escaped, paragraph
from sim.report.sections import starting_point, static_sections
from sim.studies.study import Study
from sim.version import __version__

__all__ = ["body", "in_words", "page", "write", "write_page"]


def page(study: Study) -> str:
    """Return the page of a study as HTML text."""
    return shell(study.game.scenario.name, body(study, in_words(study)), SINGLE)


def body(study: Study, words: str = "") -> str:
    """Return all that a page shows of a study and recomputes it with, as HTML.

    Parameters
    ----------
    study : Study
    words : str
        HTML for readers without a script, from `in_words`.
    """
    results = study_data(study, maps=maps_fit(study.game))
    data = page_data(study, results)
    return Template(static("scenario.html")).substitute(
        name=escaped(study.game.scenario.name),
        about=_about(study, data),
        words=words,
        sections=static_sections(study, results),
        footer=_footer(study),
        data=embedded(data),
    )


def in_words(study: Study, title: str = "Results") -> str:
    """Return the study for readers without a script, as HTML."""
    head = f"<h2>{escaped(title)}</h2><p>The figures and sliders need JavaScript. The study in words:</p>"
    return f"<noscript>{head}<pre>{escaped(_text(study))}</pre></noscript>"


def write_page(study: Study, path: str) -> int:
    """Write the page of a study and return its size in bytes.

    Raises
    ------
    RequestError
        The file cannot be written.
    """
    check_target(path)
    return write(page(study), path)


def write(content: str, path: str) -> int:
    """Write a page's HTML and return its size in bytes; raises as `write_page`."""
    whole = content.encode("utf-8", errors="xmlcharrefreplace")
    with replacing(path) as draft:
        draft.write_bytes(whole)
    return len(whole)


def _about(study: Study, data: dict[str, Any]) -> str:
    scenario = study.game.scenario
    parts = []
    if data["scenario"]["set"]:
        values = ", ".join(f"{path} = {value}" for path, value in data["scenario"]["set"])
        parts.append(paragraph(f"Set for this page, other than in the file: {values}."))
    if data["scenario"]["sign"]:
        names = ", ".join(map(study.game.label, data["scenario"]["sign"]))
        parts.append(paragraph(f"Signing as well for this page, though the file does not ask for it: {names}."))
    if scenario.lifted:
        parts.append(paragraph(f"Without the red lines {', '.join(scenario.lifted)}."))
    if data["obstacle"]:
        text = f"This scenario is too large to recompute in a page, so there are no sliders. {data['obstacle']} "
        parts.append(paragraph(f"{text}What follows was computed by sim and stands as it is.", "aid"))
    when = f"As of {scenario.spec.as_of}. " if scenario.spec.as_of else ""
    more = [paragraph(f"{when}Starting point: {starting_point(study)}.", "quiet")]
    if scenario.spec.summary:
        more.append(paragraph(scenario.spec.summary))
    parts.append(f'<details class="about"><summary>About this scenario</summary>{"".join(more)}</details>')
    return "\n".join(parts)


def _text(study: Study) -> str:
    from rich.console import Console

    from sim.show.names import SECTIONS
    from sim.show.study import print_study

    stream = io.StringIO()
    # A page is mailed to others: it names the file, not the folders of who made it.
    scenario = replace(study.game.scenario, path=file_name(study.game.scenario))
    game = replace(study.game, scenario=scenario)
    print_study(Console(file=stream, width=80, highlight=False), replace(study, game=game), show=SECTIONS, whole=True)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def _footer(study: Study) -> str:
    scenario = study.game.scenario
    file = f", sha256 {scenario.file_sha256}" if scenario.file_sha256 else ""
    return paragraph(
        f"Made by sim {__version__} from {file_name(scenario)}{file}; fingerprint of the scenario with what was set: "
        f"sha256 {scenario.sha256}. "
        "This file makes no requests and sends nothing anywhere."
    )
