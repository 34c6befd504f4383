"""What every page shares: the shell of its HTML, its script and its style, and the policy that allows them alone."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from importlib.resources import files
from string import Template

from sim.report.markup import escaped

__all__ = ["SCRIPTS", "SEVERAL", "SINGLE", "shell", "static"]

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
    "view/sources",
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
    "view/open",
)
SINGLE = (*SCRIPTS, "view/single")
SEVERAL = (*SCRIPTS, "view/slopes", "view/compare", "view/talks")
# Comments of several lines and of whole lines, and types within a line.
_COMMENT = re.compile(
    r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n|^[ \t]*//[^\n]*\n|/\*\* @[^*]*\*/ ?", re.MULTILINE | re.DOTALL
)

_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


def shell(title: str, content: str, scripts: Sequence[str]) -> str:
    """Return a page as HTML text.

    Parameters
    ----------
    title : str
    content : str
        What the body holds, as HTML.
    scripts : sequence of str
        Names of the parts that its script is joined from.
    """
    script, style = _joined(scripts), static("report.css")
    return Template(static("page.html")).substitute(
        policy=escaped(_policy(script, style)), title=escaped(title), style=style, content=content, script=script
    )


def static(name: str) -> str:
    """Return the text of a file that pages are made of."""
    return (files("sim.report") / "static" / name).read_text(encoding="utf-8")


def _joined(names: Sequence[str]) -> str:
    parts = "\n".join(_bare(static(f"{name}.js")) for name in names)
    return f'(function () {{\n"use strict";\n{parts}\n}})();\n'


def _bare(text: str) -> str:
    """Return a script without indents and comments, which say what everything is and, for the checker, its type."""
    return _INDENT.sub("", _COMMENT.sub("", text))


def _policy(script: str, style: str) -> str:
    """Return a content security policy that allows this script and this style alone, and no request at all."""
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
