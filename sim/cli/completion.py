"""`sim completion`: a script that lets a shell complete commands, options and files.

The words stand in the script itself, so that a shell never waits for Python.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from sim.cli.out import say

__all__ = ["add_completion", "script"]

_SCRIPT = """\
# Completion of sim: eval "$(sim completion bash)" in ~/.bashrc, or with zsh in ~/.zshrc.
if [ -n "${{ZSH_VERSION-}}" ]; then autoload -Uz compinit bashcompinit && compinit && bashcompinit; fi
_sim() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" options=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "{commands}" -- "$word"))
    return
  fi
  case "${{COMP_WORDS[1]}} $before" in
{choices}
  esac
  case "${{COMP_WORDS[1]}}" in
{options}
  esac
  if [ "${{word#-}}" != "$word" ]; then COMPREPLY=($(compgen -W "$options" -- "$word")); return; fi
  COMPREPLY=($(compgen -f -- "$word"))
}}
complete -o filenames -F _sim sim
"""


def add_completion(commands: Any) -> None:
    """Add the command `completion`."""
    completion = commands.add_parser("completion", help="print a script that completes commands and options in a shell")
    completion.add_argument("shell", choices=("bash", "zsh"), help="which shell")
    completion.set_defaults(command=lambda given: _completion(commands.choices))


def _completion(parsers: Mapping[str, argparse.ArgumentParser]) -> int:
    say(script(parsers).rstrip("\n"))
    return 0


def script(parsers: Mapping[str, argparse.ArgumentParser]) -> str:
    """Return the script for some commands, which bash and zsh take alike."""
    choices = [line for name, parser in parsers.items() for line in _choices(name, parser)]
    options = [f'    {name}) options="{" ".join(_options(parser))}" ;;' for name, parser in parsers.items()]
    return _SCRIPT.format(commands=" ".join(parsers), choices="\n".join(choices), options="\n".join(options))


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from action.option_strings


def _choices(name: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield what an option with fixed values may be followed by."""
    for action in parser._actions:
        if action.option_strings and action.choices:
            words = " ".join(map(str, action.choices))
            heads = "|".join(f'"{name} {option}"' for option in action.option_strings)
            yield f'    {heads}) COMPREPLY=($(compgen -W "{words}" -- "$word")); return ;;'
