"""The scenario files that come with the package as a start, by kind."""

from __future__ import annotations

__all__ = ["KINDS", "template"]

KINDS = {
    "deal": "two organisations, another offer as no deal",
    "treaty": "states, a budget, an outsider who may sign",
    "ceasefire": "two sides at war",
}


def template(kind: str) -> str:
    """Return the text of a scenario file of one of the kinds."""
    from importlib.resources import files

    return files("sim.authoring").joinpath("templates", f"{kind}.yaml").read_text(encoding="utf-8")
