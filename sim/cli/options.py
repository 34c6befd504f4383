"""What options hold: NAME=VALUE pairs, leverage levels, outcomes; one leverage point; the console to print on."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from rich.console import Console

    from sim.model.spec import Spec
    from sim.studies.study import Study

__all__ = ["add_point", "add_samples", "console", "level", "levels_of", "once", "outcome", "pair", "studied"]

Value = TypeVar("Value")
_OUTCOME = "ISSUE=LEVEL,ISSUE=LEVEL,... or a YAML file with lines ISSUE: LEVEL"


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
        from sim.model.numerals import misread

        raise argparse.ArgumentTypeError(misread(value) or f"{text!r} (expected NAME=NUMBER)") from None


def outcome(text: str) -> list[tuple[str, str]] | str:
    """Return an outcome written ISSUE=LEVEL,ISSUE=LEVEL,..., level by level; or the name of a file that holds one."""
    if not text.strip(" ,"):
        raise argparse.ArgumentTypeError(f"{text!r} names no issue (expected {_OUTCOME})")
    return [pair(part) for part in text.split(",")] if "=" in text else text


def levels_of(spec: Spec, pairs: Iterable[tuple[str, str]] | str, option: str = "--at-outcome") -> dict[str, Any]:
    """Return the outcome that pairs name: numbers for numeric issues, and names, even of digits, for the others.

    A text is the name of a YAML file with a level for each issue, or - for standard input.

    Raises
    ------
    RequestError, ScenarioError
        An issue is named twice, or the file cannot be read.
    """
    if isinstance(pairs, str):
        from sim.errors import RequestError
        from sim.model.files import read_source
        from sim.model.load import read_tree

        if pairs != "-" and not os.path.exists(pairs):
            raise RequestError(f"--at-outcome: {pairs!r} is no file (expected {_OUTCOME})")
        source, name, _ = read_source(pairs)
        if not source.strip():
            raise RequestError(f"--at-outcome: {name} is empty (expected lines ISSUE: LEVEL)")
        return dict(read_tree(source, name).data)
    given = once(option, pairs)
    return {
        name: _number(text) if name in spec.issues and spec.issues[name].numeric else text
        for name, text in given.items()
    }


def _number(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text


def once(option: str, pairs: Iterable[tuple[str, Value]]) -> dict[str, Value]:
    """Return what a repeated option holds by name.

    Raises
    ------
    RequestError
        A name is given twice: which of its values is meant is anybody's guess.
    """
    found: dict[str, Value] = {}
    for name, value in pairs:
        if name in found:
            from sim.errors import RequestError

            raise RequestError(f"{option}: {name} twice (expected each name once)")
        found[name] = value
    return found


def add_point(command: argparse.ArgumentParser, at: str = "a leverage level") -> None:
    """Add the options that say which leverage point is studied; `at` says what a level is for."""
    for option, kind, metavar, words in (
        ("--set", pair, "PATH=VALUE", "replace a number"),
        ("--at", level, "NAME=LEVEL", at),
        ("--sign", str, "PARTY", "let a party sign whose consent is not needed"),
        ("--lift", str, "PARTY.LINE", "leave out a red line"),
    ):
        command.add_argument(option, type=kind, action="append", default=[], metavar=metavar, help=words)


def add_samples(command: argparse.ArgumentParser) -> None:
    """Add the option for how often a space too large to count is drawn from."""
    command.add_argument("--samples", type=int, metavar="N", help="draws for the share of a space too large to count")


def studied(given: argparse.Namespace) -> Study:
    """Return the study of the leverage point that a command's options describe."""
    from sim.space.share import DRAWS
    from sim.studies.study import study

    return study(
        given.scenario,
        once("--at", given.at),
        set=once("--set", given.set),
        lift_lines=given.lift,
        sign=given.sign,
        samples=DRAWS if given.samples is None else given.samples,
    )


def console(*, aside: bool = False) -> Console:
    """Return a console that reads well in a pipe; `aside`: on standard error, where data goes to standard output."""
    from rich.console import Console

    class Piped(Console):
        """Leaves a reader that went away to the entry point instead of ending the process."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Piped(highlight=False, soft_wrap=False, stderr=aside)
