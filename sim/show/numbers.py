"""The numbers behind a run: the zone's levels and share, no-deal values, where inputs come from, notes."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from sim.show.blocks import heading, indented, lines, plain_table
from sim.show.text import Text
from sim.show.verdict import margin_sentence
from sim.show.words import bar, range_text, unit_text
from sim.studies.exactness import known
from sim.studies.study import LevelRange, Study

__all__ = ["note_sentences", "print_numbers"]

_QUIET = {"solutions", "zone.margin", "zone.issues", "why"}
_PLACES = {"zone": "the zone", "solutions": "the deals", "why": "why"}


def print_numbers(console: Console, study: Study) -> None:
    """Print the numbers behind a run."""
    heading(console, "NUMBERS", f"sha256 of the scenario {study.changes.sha256}")
    table = plain_table()
    for name in ("", "no deal", "impasse", "power"):
        table.add_column(name, justify="right" if name else "left")
    for party in study.game.parties:
        power = study.point.power[study.game.signers.index(party)] if party in study.game.signers else None
        values = (f"{study.reservation[party]:z.4f}", f"{study.disagreement[party]:z.4f}")
        table.add_row(Text(study.game.label(party)), *values, "" if power is None else f"{power:g}")
    indented(console, table)
    if study.zone.margin is not None:
        indented(console, margin_sentence(study, most=len(study.game.issues)))
    if study.zone.exists:
        indented(console, Text("Levels that occur in some deal:"))
        _ranges(console, study)
    lines(console, note_sentences(study, every=True))


def note_sentences(study: Study, *, every: bool) -> Iterator[str]:
    """Yield notes with their places; without `every` only those that are not said elsewhere."""
    for path, note in study.notes.items():
        if every or path not in _QUIET:
            yield f"{_place(path)}: {note}"


def _place(path: str) -> str:
    """Return where a reader finds what a note is about."""
    head, _, rest = path.partition(".")
    return rest if head == "scenario" else _PLACES.get(head, path)


def _share(study: Study) -> str:
    """Return how much of the declared grid the zone is, which says nothing across scenarios."""
    shares, count = study.zone.share, _count(study.game.space.outcomes)
    if shares.method == "counted":
        return f"{100 * shares.share[0]:.3g} % of the {count} outcomes declared (counted)"
    low, high = 100 * shares.low[0], 100 * shares.high[0]
    span = f"{low:.2g} to {high:.2g}" if low > 1e-3 else f"at most {high:.2g}"
    if f"{low:.2g}" == f"{high:.2g}":
        span = f"about {low:.2g}"
    return f"{span} % of the {count} outcomes declared (sampled, 99 % interval)"


def _count(outcomes: int) -> str:
    """Return a number of outcomes; powers of ten where it has too many digits to read.

    Examples
    --------
    >>> _count(33048000), _count(23 * 10**18)
    ('33,048,000', '2.3 x 10^19')
    """
    if outcomes < 10**12:
        return f"{outcomes:,}"
    digits, power = f"{outcomes:.1e}".split("e+")
    return f"{digits} x 10^{int(power)}"


def _ranges(console: Console, study: Study) -> None:
    game = study.game
    table = Table.grid(padding=(0, 2))
    table.add_column(max_width=24)
    table.add_column(no_wrap=True)
    table.add_column()
    for k, (name, levels) in enumerate(study.zone.issues.items()):
        full = game.levels[k]
        if levels.numeric and len(full) > 1:
            drawn = bar([float(x) for x in full], levels, width=16)
            words = f"{range_text(levels)}{unit_text(game, name)}"
        else:
            labels = game.scenario.spec.issues[name].labelled
            drawn, words = _how_many(levels, len(full)), range_text(levels, labels)
        table.add_row(Text(game.label(name)), drawn, Text(words))
    console.print(Padding(table, (0, 0, 0, 2)))
    if study.range_resolution:
        doubt = f"Found on frontiers {known(study.range_resolution)}: further levels may just be possible."
        console.print(Padding(Text(doubt), (0, 0, 0, 2)))
    console.print(Padding(Text(_share(study)), (0, 0, 0, 2)))


def _how_many(levels: LevelRange, full: int) -> str:
    """Return how many of an issue's levels occur in some agreement."""
    return "fixed" if full == 1 else f"{len(levels.levels)} of {full} levels"
