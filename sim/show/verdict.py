"""Whether a deal is possible: for each party no deal, the reference deal and the most it could get; the margin."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from rich.console import Console

from sim.model.base import label_of
from sim.show.blocks import heading, indented, lines, party_style, plain_table
from sim.show.text import Text
from sim.show.why import line_text, owner_text
from sim.show.words import joined, number_text, signed, term_text, unit_text, war_text
from sim.space.zone import TOLERANCE
from sim.studies.exactness import aside, known
from sim.studies.ratification import Ratification
from sim.studies.study import Study

__all__ = ["margin_deal", "margin_sentence", "opening_lines", "print_verdict"]

_MOST_TERMS, _MOST_OPENINGS = 3, 6


def print_verdict(console: Console, study: Study) -> None:
    """Print whether a deal is possible and what that rests on for each party."""
    heading(console, "IS A DEAL POSSIBLE?", _answer(study))
    _parties(console, study)
    if study.zone.margin is not None:
        indented(console, margin_sentence(study))
    console.print()


def _answer(study: Study) -> str:
    if study.zone.exists is None:
        return f"Undecided: the margin is {known(study.resolution)} only."
    if study.zone.exists:
        home = study.ratification
        fails = isinstance(home, Ratification) and home.exists is False
        return "Yes, but none that passes the bodies that must ratify it (--show ratify)." if fails else "Yes."
    if study.why.no_outcome:
        return f"No: the {study.game.rules} leave no outcome at all."
    return f"No: every outcome within the {study.game.rules} leaves some signer below no deal."


def _parties(console: Console, study: Study) -> None:
    game = study.game
    at, most = _reference(study), _most(study)
    table = plain_table()
    table.add_column("utility, 0 to 1")
    for name in ("no deal", *([_reference_name(study)] if at else []), *([_most_name(study)] if most else [])):
        table.add_column(name, justify="right")
    for party in (*game.signers, *(p for p in game.parties if p not in game.signers)):
        signs = party in game.signers
        label = Text(game.label(party), party_style(game.parties.index(party)) if signs else "dim")
        cells = [f"{study.reservation[party]:z.2f}"]
        if at:
            gain = at[party] - study.reservation[party]
            cells.append(f"{at[party]:z.2f} ({gain:+z.2f})")
        if most:
            cells.append(f"{most[party]:z.2f}" if signs else "")
        table.add_row(label if signs else label.append(" (not signing)"), *cells)
    indented(console, table)


def _reference(study: Study) -> Mapping[str, float] | None:
    """Return each party's utility in the Nash deal, or at the outcome that comes nearest to a zone."""
    if "nash" in study.solutions:
        return study.solutions["nash"].utilities
    if study.why.closest is None:
        return None
    game = study.game
    utilities = game.factors.utilities(game.level_numbers(study.why.closest))[0]
    return dict(zip(game.parties, utilities.tolist(), strict=True))


def _reference_name(study: Study) -> str:
    if study.zone.exists:
        return f"Nash deal (gain){aside(study.resolution)}"
    return f"nearest outcome (gain){aside(study.resolution)}"


def _most(study: Study) -> Mapping[str, float] | None:
    """Return the most each signer could get: in the zone, or else of any outcome within all red lines."""
    if study.zone.exists:
        return {p: study.reservation[p] + surplus for p, surplus in study.zone.surplus.items()}
    utilities = study.folded.frontier.points.utilities
    if not len(utilities):
        return None
    return dict(zip(study.game.signers, utilities.max(axis=0).tolist(), strict=True))


def _most_name(study: Study) -> str:
    if study.zone.exists:
        return f"most it could get{aside(study.resolution)}"
    return f"most in any outcome{aside(study.frontier_resolution)}"


def margin_deal(study: Study) -> Mapping[str, float | str] | None:
    """Return a deal that gives the signer that gains least as much as any does: the Nash deal where it does.

    None where none was kept: a program may know the margin without its deal being on a frontier that was thinned.
    """
    points, game, margin = study.folded.frontier.points, study.game, study.zone.margin
    if not len(points) or margin is None:
        return None
    for deal in study.solutions.values():
        if min(deal.gains[p] for p in game.signers) >= margin - TOLERANCE:
            return deal.outcome
    gains = (points.utilities - study.point.reservation).min(axis=1)
    if gains.max() < margin - TOLERANCE:
        return None
    return game.outcome(game.space.levels(points.codes[int(gains.argmax())][None, :])[0])


def margin_sentence(study: Study, most: int = _MOST_TERMS) -> str:
    """Return the margin with the deal that attains it; `most` is how many of its terms are named."""
    assert study.zone.margin is not None
    value = f"{study.zone.margin:z.{2 if study.zone.exists else 3}f}{aside(study.resolution)}"
    head = f"Margin {value} (it compares sides)"
    if not study.zone.exists:
        return f"{head}: so far does the nearest outcome, below, leave some signer short of no deal."
    than = "so much" if (found := margin_deal(study)) is None else f"{_as_nash(study, found, most)} does"
    return f"{head}: no deal gives the signer that gains least more than {than}."


def _as_nash(study: Study, found: Mapping[str, float | str], most: int) -> str:
    """Return the deal that attains the margin, told by where it differs from the Nash deal."""
    game = study.game
    nash = study.solutions["nash"].outcome
    moved = {k: v for k, v in found.items() if v != nash[k]}
    if not moved:
        return "the Nash deal"
    terms = [f"{game.label(k)} {term_text(game, k, v)}" for k, v in list(moved.items())[:most]]
    more = [f"{len(moved) - most} more"] if len(moved) > most else []
    return f"the Nash deal with {joined([*terms, *more])}"


def opening_lines(console: Console, study: Study) -> None:
    """Print what would open a zone where there is none, each by itself."""
    if study.zone.exists is not False:
        return
    ways = list(_openings(study))
    heading(
        console,
        "WHAT WOULD OPEN IT" + (" (not all settled in time)" if study.why.unsettled else ""),
        "each by itself, all else as it is" if len(ways) > 1 else "",
    )
    shown = ways[:_MOST_OPENINGS] or ["Nothing that was looked at does so by itself."]
    if len(ways) > len(shown):
        shown.append(f"{len(ways) - len(shown)} more: --show why")
    lines(console, shown)
    console.print()


def _openings(study: Study) -> Iterator[str]:
    why, game = study.why, study.game
    for move in why.relaxations:
        unit = unit_text(game, game.scenario.spec.parties[move.line[0]].red_lines[move.line[1]].issue)
        less = "" if move.exact else ", if not with less"
        yield f"{line_text(study, move.line)} moved from {number_text(move.old)} to {number_text(move.new)}{unit}{less}"
    for change in why.changes:
        variable = game.scenario.spec.leverage[change.variable]
        side = "above" if change.opens else "below"
        level = signed(float(f"{change.level:.3g}"))
        now = signed(study.leverage[change.variable])
        yield f"{label_of(change.variable, variable)} {side} {level} (now {now})"
    falls = {p: fall for p, fall in (why.falls or {}).items() if fall is not None}
    if falls:
        parts = [f"{owner_text(study, p)} by {math.ceil(1000 * fall - 1e-6) / 1000:.3f}" for p, fall in falls.items()]
        yield f"a fall in what no deal is worth: {' or '.join(parts)}"
    if "optimism" in why.reasons:
        yield f"if all saw the same odds of how {war_text(study)} ends"
    for lifted in sorted(why.lifts, key=len):
        yield f"without {joined(line_text(study, line) for line in lifted)}"
    if not why.lifts and "red lines" in why.reasons:
        yield "without the red lines, all of them"
    if "red lines and optimism together" in why.reasons:
        yield "without the red lines, if all saw the same odds"
    if study.mixes.exists:
        yield "a lottery between deals: no single deal suits all signers, a chance of two does"
