"""One self-contained HTML page about a study: no network, no framework, nothing that a scenario's text could run."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import replace
from importlib.resources import files
from string import Template
from typing import Any

from sim.output.files import check_target, replacing
from sim.output.study_json import study_data
from sim.report.data import file_name, maps_fit, page_data
from sim.report.markup import embedded, escaped, paragraph
from sim.report.sections import starting_point, static_sections
from sim.studies.study import Study
from sim.version import __version__

__all__ = ["page", "write_page"]

SCRIPTS = (
    "engine/fold",
    "engine/merge",
    "engine/many",
    "engine/blocks",
    "engine/variants",
    "engine/space",
    "engine/terms",
    "engine/best",
    "engine/solve",
    "engine/margins",
    "engine/judge",
    "engine/maps",
    "view/words",
    "view/draw",
    "view/labels",
    "view/plane",
    "view/table",
    "view/point",
    "view/proposal",
    "view/held",
    "view/levermap",
    "view/deals",
    "view/mapview",
    "view/moved",
    "view/show",
    "view/controls",
    "view/switches",
    "view/pins",
    "view/save",
    "view/export",
    "view/csv",
    "view/job",
    "view/report",
)
# Comments of several lines and of whole lines, and types within a line.
_COMMENT = re.compile(
    r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n|^[ \t]*//[^\n]*\n|/\*\* @[^*]*\*/ ?", re.MULTILINE | re.DOTALL
)


def page(study: Study) -> str:
    """Return the page of a study as HTML text."""
    results = study_data(study, maps=maps_fit(study.game))
    data = page_data(study, results)
    script, style = _script(), _static("report.css")
    return Template(_static("page.html")).substitute(
        policy=escaped(_policy(script, style)),
        title=escaped(study.game.scenario.name),
        name=escaped(study.game.scenario.name),
        about=_about(study, data),
        style=style,
        text=escaped(_text(study)),
        sections=static_sections(study, results),
        footer=_footer(study),
        data=embedded(data),
        script=script,
    )


def write_page(study: Study, path: str) -> int:
    """Write the page of a study and return its size in bytes.

    Raises
    ------
    RequestError
        The file cannot be written.
    """
    check_target(path)
    content = page(study).encode("utf-8", errors="xmlcharrefreplace")
    with replacing(path) as draft:
        draft.write_bytes(content)
    return len(content)


def _static(name: str) -> str:
    return (files("sim.report") / "static" / name).read_text(encoding="utf-8")


def _script() -> str:
    parts = "\n".join(_bare(_static(f"{name}.js")) for name in SCRIPTS)
    return f'(function () {{\n"use strict";\n{parts}\n}})();\n'


def _bare(text: str) -> str:
    """Return a script without its comments, which say in the source what everything is and for the checker its type."""
    return _COMMENT.sub("", text)


def _policy(script: str, style: str) -> str:
    """Return a content security policy that allows this script and this style alone, and no request at all."""
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


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
    return stream.getvalue()


def _footer(study: Study) -> str:

    scenario = study.game.scenario
    file = f", sha256 {scenario.file_sha256}" if scenario.file_sha256 else ""
    return paragraph(
        f"Made by sim {__version__} from {file_name(scenario)}{file}; fingerprint of the scenario with what was set: "
        f"sha256 {scenario.sha256}. "
        "This file makes no requests and sends nothing anywhere."
    )
