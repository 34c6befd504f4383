"""A study for a person: leverage, zone, deals, why, numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from sim.show.extras import lottery_sentences, trade_sentences
from sim.show.games import equilibrium_sentences
from sim.show.lasting import durability_sentences
from sim.show.ratification import ratification_sentences
from sim.show.text import Text
from sim.show.who import coalition_sentences
from sim.show.why import why_sentences
from sim.show.words import bar, level_text, number_text, range_text, signed, unit_text
from sim.studies.exactness import aside, known
from sim.studies.ratification import Ratification
from sim.studies.study import Deal, LevelRange, Study
from sim.theory.bargaining.solutions import SOLUTIONS

__all__ = ["print_study"]

_QUIET = {"solutions", "zone.margin", "zone.issues", "why"}
_SHORT = ("nash", "kalai_smorodinsky")
_FURTHER = {
    "GAMES": equilibrium_sentences,
    "LASTING": durability_sentences,
    "WHO": coalition_sentences,
    "RATIFY": ratification_sentences,
}
_ON_REQUEST = {"MIXED": lottery_sentences, "TRADES": trade_sentences}
_AID = "A thinking aid, not a forecast: it shows what follows from these inputs, for no side."


def print_study(
    console: Console, study: Study, *, every: bool = False, sections: Mapping[str, str] | None = None
) -> None:
    """Print a study; `every` shows all solutions, not just Nash and Kalai-Smorodinsky.

    `sections` are further texts by heading, printed after the deals.
    """
    _head(console, study)
    _zone(console, study)
    if study.zone.exists:
        _ranges(console, study)
        _deals(console, study, tuple(study.solutions) if every else _SHORT)
    for name, text in (sections or {}).items():
        _section(console, name, text)
    _section(console, "WHY", "\n".join(why_sentences(study)) + _caveat(study))
    for name, sentences in (_FURTHER | (_ON_REQUEST if every else {})).items():
        text = "\n".join(sentences(study))
        if text:
            _section(console, name, text + (_caveat(study) if name not in ("WHO", "RATIFY") else ""))
    _section(console, "NUMBERS", _numbers(study))
    for path, note in study.notes.items():
        if every or path not in _QUIET:
            _section(console, "NOTE", f"{_place(path)}: {note}")


def _caveat(study: Study) -> str:
    """Return the words that close a section whose numbers were found on a frontier that is not exact."""
    if not (loss := study.frontier_resolution):
        return ""
    return f"\n(Found on a frontier {known(loss)}: deals that are better by no more may have been missed.)"


def _place(path: str) -> str:
    """Return where a reader finds what a note is about."""
    head, _, rest = path.partition(".")
    return rest if head == "scenario" else {"zone": "ZONE", "solutions": "DEALS", "why": "WHY"}.get(head, path)


def _section(console: Console, name: str, text: str) -> None:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=7, style="bold")
    grid.add_column()
    grid.add_row(name, Text(text))
    console.print(grid)


def _head(console: Console, study: Study) -> None:
    spec = study.game.scenario.spec
    when = f" (as of {spec.as_of})" if spec.as_of and spec.as_of not in spec.name else ""
    console.print(Text(spec.name + when, style="bold"))
    levels = [_level(study, name) for name in study.leverage]
    console.print(Text("Leverage: " + (" · ".join(levels) or "none declared")))
    changed = study.changes
    if changed.set:
        console.print(Text("Set: " + ", ".join(f"{path} = {value}" for path, value in changed.values())))
    if changed.lift:
        console.print(Text("Without the red lines " + ", ".join(changed.lift)))
    if changed.sign:
        console.print(Text("Signing though the file does not ask for it: " + ", ".join(changed.sign)))
    console.print(Text(_AID, style="italic"))
    console.print()


def _level(study: Study, name: str) -> str:
    """Return a leverage level, with the file's own where another was asked for."""
    variable = study.game.scenario.spec.leverage[name]
    level = study.leverage[name]
    asked = "" if float(level) == float(variable.default) else f" (file: {signed(variable.default)})"
    return f"{variable.label or name} {signed(level)}{asked}"


def _zone(console: Console, study: Study) -> None:
    zone, game, doubt = study.zone, study.game, aside(study.resolution)
    if zone.exists is None:
        answer = f"undecided: the frontier is {known(study.resolution)} only."
    elif not zone.exists:
        short = "the red lines leave no outcome at all"
        if zone.margin is not None:
            short = f"the best outcome still leaves some signer {-zone.margin:z.3f} below no deal "
            short += f"(margin {zone.margin:z.3f}){doubt}"
        answer = f"no: {short}."
    else:
        assert zone.margin is not None
        gains = [f"{game.label(p)} {surplus:z.2f}" for p, surplus in zone.surplus.items()]
        answer = (
            f"yes: the best deal leaves every signer at least {zone.margin:z.2f} above no deal{doubt}. "
            f"Most that each could gain over it: {', '.join(gains)}{doubt}."
        )
    if isinstance(study.ratification, Ratification) and zone.exists and study.ratification.exists is False:
        answer += " But no such deal passes the bodies that must ratify it (RATIFY)."
    _section(console, "ZONE", answer)


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
            drawn, words = _how_many(levels, len(full)), range_text(levels)
        table.add_row(Text(game.label(name)), drawn, Text(words))
    console.print(Padding(table, (0, 0, 0, 2)))
    if study.range_resolution:
        doubt = f"Found on frontiers {known(study.range_resolution)}: further levels may just be possible."
        console.print(Padding(Text(doubt), (0, 0, 0, 2)))
    console.print(Padding(Text(_share(study)), (0, 0, 1, 2)))


def _step_text(levels: Sequence[Any]) -> str:
    """Return how far the levels of a numeric issue lie apart; the last step may be shorter.

    Examples
    --------
    >>> _step_text((0.0, 0.1, 0.2))
    'step 0.1'
    """
    return f"step {number_text(float(f'{levels[1] - levels[0]:.12g}'))}"


def _how_many(levels: LevelRange, full: int) -> str:
    """Return how many of an issue's levels occur in some agreement."""
    return "fixed" if full == 1 else f"{len(levels.levels)} of {full} levels"


def _deals(console: Console, study: Study, names: tuple[str, ...]) -> None:
    for start in range(0, len(names), 2):
        some = names[start : start + 2]
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
        table.add_column(f"DEALS{aside(study.resolution)}" if start == 0 else "", max_width=26, header_style="bold")
        for name in some:
            table.add_column(SOLUTIONS[name].label, header_style="bold")
        for row in _rows(study, [study.solutions[name] for name in some]):
            table.add_row(*(Text(cell) for cell in row))
        console.print(table)
        console.print()


def _rows(study: Study, deals: list[Deal]) -> Iterator[list[str]]:
    game = study.game
    for issue in game.issues:
        cells = [_term(study, deal, issue) for deal in deals]
        unit = unit_text(game, issue)
        yield [game.label(issue) + (f",{unit}" if unit else ""), *cells]
    for party in game.parties:
        cells = [f"{deal.utilities[party]:z.2f} (gain {deal.gains[party]:+z.2f})" for deal in deals]
        yield [f"{game.label(party)}: utility", *cells]
    if any(deal.ties > 1 for deal in deals):
        yield ["equally good deals", *(number_text(deal.ties) for deal in deals)]


def _term(study: Study, deal: Deal, issue: str) -> str:
    level, near = level_text(deal.outcome[issue]), deal.within[issue]
    if len(near.levels) < 2:
        own = study.game.levels[study.game.issues.index(issue)]
        # A coarse step hides a range.
        return f"{level} ({_step_text(own)})" if near.numeric and len(own) > 1 else level
    if near.numeric:
        return f"{level} ({range_text(near)})"
    return f"{level} (or {', '.join(n for n in near.levels if n != level)})"


def _numbers(study: Study) -> str:
    found = study.provenance
    text = f"{found.count('evidence')} from documents, {found.count('assumption')} assumptions"
    missing = found.count("none")
    text += f", {missing} without a source" if missing else ""
    return f"{text} (sim evidence {study.game.scenario.path}); {study.changes.digests()}"
