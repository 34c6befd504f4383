"""What options hold: NAME=VALUE pairs, leverage levels, outcomes; and the console to print on."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["console", "level", "outcome", "pair"]


def pair(text: str) -> tuple[str, str]:
    """Return NAME and VALUE."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise argparse.ArgumentTypeError(f"{text!r} (expected NAME=VALUE)")
    return name.strip(), value.strip()


def level(text: str) -> tuple[str, float]:
    """Return a leverage variable and its level."""
    name, value = pair(text)
    try:
        return name, float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} (expected NAME=NUMBER)") from None


def outcome(text: str) -> dict[str, str | float]:
    """Return an outcome written ISSUE=LEVEL,ISSUE=LEVEL,..."""
    return {name: _number(value) for name, value in map(pair, text.split(","))}


def _number(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text


def console() -> Console:
    """Return a console that reads well in a pipe."""
    from rich.console import Console

    class Piped(Console):
        """Leaves a reader that went away to the entry point instead of ending the process."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Piped(highlight=False, soft_wrap=False)
