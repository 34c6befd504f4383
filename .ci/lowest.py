"""Print each requirement of pyproject.toml at the lowest version it allows: python .ci/lowest.py [EXTRA...].

A requirement is NAME[EXTRAS]>=VERSION, with or without a marker; one without a lower bound is refused, since a bound
that nobody states is a bound that nobody tries. Extras that name this project are followed.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parent.parent / "pyproject.toml"
_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(\[(?P<extras>[\w, -]+)\])?(>=(?P<low>[\w.]+)[^;]*)?(?P<marker>\s*;.*)?")


def lowest(project: dict[str, Any], extras: Iterable[str]) -> list[str]:
    """Return NAME==VERSION of the core requirements and of some extras, each once."""
    listed = [*project["dependencies"], *_extra(project, extras)]
    found = {}
    for text in listed:
        parts = _REQUIREMENT.fullmatch(text)
        if parts is None or parts["low"] is None:
            raise SystemExit(f"pyproject.toml: {text!r} (expected NAME>=VERSION)")
        pinned = f"{parts['name']}=={parts['low']}{parts['marker'] or ''}"
        if found.setdefault(parts["name"].lower(), pinned) != pinned:
            raise SystemExit(
                f"pyproject.toml: {parts['name']} has two lower bounds: {found[parts['name'].lower()]}, {pinned}"
            )
    return sorted(found.values(), key=str.lower)


def _extra(project: dict[str, Any], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        for text in project["optional-dependencies"][name]:
            parts = _REQUIREMENT.fullmatch(text)
            if parts is not None and parts["name"] == project["name"]:
                yield from _extra(
                    project, (extra.strip() for extra in (parts["extras"] or "").split(",") if extra.strip())
                )
            else:
                yield text


if __name__ == "__main__":
    with PROJECT.open("rb") as stream:
        print("\n".join(lowest(tomllib.load(stream)["project"], sys.argv[1:])))
