"""A study for a person: one screen, and by name the rest.

The screen says who signs and what was set; whether a deal is possible; the reference deal, or the outcome that comes
nearest to one; what that hangs on; what may go wrong; what to ask next.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from rich.console import Console

from sim.errors import counted
from sim.show.blocks import heading, indented, labelled, lines, unbroken
from sim.show.deals import print_deals
from sim.show.extras import lottery_sentences, trade_sentences, unit_sentences
from sim.show.games import equilibrium_sentences
from sim.show.head import print_head
from sim.show.holds import Held, print_holds
from sim.show.lasting import durability_sentences
from sim.show.names import SECTIONS
from sim.show.numbers import note_sentences, print_numbers
from sim.show.ratification import ratification_sentences
from sim.show.risks import risks_text
from sim.show.robust import full_sentences, stability_sentences
from sim.show.terms import LEGEND, print_terms
from sim.show.text import Text
from sim.show.verdict import opening_lines, print_verdict
from sim.show.who import coalition_sentences
from sim.show.why import why_sentences
from sim.studies.exactness import aside, known
from sim.studies.games.setting import Absent
from sim.studies.study import Study

__all__ = ["print_study"]


def print_study(
    console: Console,
    study: Study,
    *,
    held: Held | None = None,
    show: Collection[str] = (),
    whole: bool = False,
) -> None:
    """Print a study: the screen, then the sections of `show`.

    Parameters
    ----------
    console : Console
    study : Study
    held : Held, optional
        What the result hangs on; left out where it was not looked for.
    show : collection of str
        Names of sections (`sim.show.names.SECTIONS`).
    whole : bool
        Whether sections that have nothing to say are passed over, and nothing is said of other commands.
    """
    print_head(console, study, doubt=held.robust.doubt if held is not None and held.robust is not None else None)
    print_verdict(console, study)
    opening_lines(console, study)
    _deal(console, study)
    if held is not None:
        print_holds(console, study, held)
    if study.zone.exists:
        console.print(labelled("RISKS", risks_text(study)))
    notes = list(note_sentences(study, every=False))
    for note in notes if "numbers" not in show else ():
        console.print(labelled("NOTE", note))
    _next(console, study, show, whole=whole)
    for name in SECTIONS:
        if name in show:
            _print_section(console, study, name, held, whole=whole)


def _deal(console: Console, study: Study) -> None:
    """Print the reference deal, or the outcome that comes nearest to a zone."""
    if (nash := study.solutions.get("nash")) is not None:
        heading(console, f"THE NASH DEAL{aside(study.resolution)}", Text(LEGEND, "dim"))
        print_terms(console, study, nash.outcome, nash.within)
        if study.range_resolution:
            words = f"Ranges found on frontiers {known(study.range_resolution)}: further levels may just be possible."
            indented(console, words)
    elif study.why.closest is not None:
        heading(console, "THE NEAREST OUTCOME", "no deal: some signer would refuse it")
        print_terms(console, study, study.why.closest, {})
    else:
        return
    console.print()


def _next(console: Console, study: Study, show: Collection[str], *, whole: bool) -> None:
    """Print what to ask next, where the numbers come from, and which file and numbers this was about."""
    path, found = study.game.scenario.path, study.provenance
    rest = [name for name in SECTIONS if name not in show]
    if rest and not whole:
        console.print(labelled("NEXT", f"--show {','.join(rest)} or all"))
    missing = found.count("none")
    text = f"{counted(found.count('evidence'), 'claim')}, {counted(found.count('assumption'), 'assumption')}"
    text += f", {missing} without a source" if missing else ""
    asked = f"sim evidence {shlex.quote(path)}" if path and not path.startswith("<") else ""
    line = labelled("INPUTS", f"{text}: {asked}" if asked else text)
    if asked and line.cell_len > console.width:
        line = labelled("INPUTS", text).append(f"\n  {asked}")
    unbroken(console, line)
    indented(console, study.changes.digests())


def _print_section(console: Console, study: Study, name: str, held: Held | None, *, whole: bool) -> None:
    if name in _TABLES:
        console.print()
        _TABLES[name](console, study)
        if name == "deals" and study.solutions:
            _sentences(console, "MIXED", lottery_sentences(study))
            if trades := [*unit_sentences(study), *trade_sentences(study)]:
                _sentences(console, f"TRADES{aside(study.resolution)}", trades)
        return
    sentences = list(_SAID[name](study)) if name in _SAID else list(_robust(study, held))
    if not sentences and whole:
        return
    if not sentences:
        sentences = [_nothing(study, name)]
    console.print()
    _sentences(console, name.upper(), sentences)


def _sentences(console: Console, name: str, sentences: Iterable[str]) -> None:
    heading(console, name)
    lines(console, sentences)


def _robust(study: Study, held: Held | None) -> Iterator[str]:
    if held is None or held.reason is not None:
        return
    yield from stability_sentences(study, dict(held.radii), few=None)
    if held.robust is not None:
        yield from full_sentences(study, held.robust)
    else:
        yield "Nothing is stated about uncertain numbers (a section uncertain, or --doubt 0.2)."


def _nothing(study: Study, name: str) -> str:
    """Return why a section that was asked for has nothing to say."""
    games = study.games
    if name == "games" and study.zone.margin is None:
        return "Nothing to say: the red lines leave no outcome to bargain over."
    talks = (games.offers, games.demand) if len(study.game.signers) == 2 else (games.random_proposer,)
    of: Mapping[str, tuple[object, ...]] = {
        "games": (*talks, games.leverage),
        "lasting": (study.durability,),
        "who": (study.coalitions,),
    }
    reasons = dict.fromkeys(found.reason for found in of.get(name, ()) if isinstance(found, Absent))
    return f"Nothing to say: {'; '.join(reasons)}." if reasons else "Nothing to say."


_SAID: Mapping[str, Callable[[Study], Iterator[str]]] = {
    "why": why_sentences,
    "games": equilibrium_sentences,
    "lasting": durability_sentences,
    "who": coalition_sentences,
    "ratify": ratification_sentences,
}
_TABLES: Mapping[str, Callable[[Console, Study], None]] = {"deals": print_deals, "numbers": print_numbers}
