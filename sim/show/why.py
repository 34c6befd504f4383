"""Why there is a zone, or none, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from sim.model.base import label_of
from sim.openings import Change, Line
from sim.show.words import level_text, number_text, signed, unit_text
from sim.studies import Study

__all__ = ["line_text", "why_sentences"]

_NOTICEABLE = 0.005
_REASONS = {
    "red lines": "Without the red lines there would be a zone.",
    "optimism": "If both sides held the same view of the odds there would be a zone.",
    "red lines and optimism together": "It takes both no red lines and a shared view of the odds to have one.",
    "no surplus": "Neither red lines nor optimism explains it: on these values no deal is worth more to all than none.",
}


def why_sentences(study: Study) -> Iterator[str]:
    """Yield sentences that explain a study's zone."""
    if study.zone.exists is None:
        yield "The frontier is too large to be known exactly; narrow the question with fewer or coarser issues."
    elif study.zone.exists:
        yield from _rests(study)
    else:
        yield from _blocked(study)
        yield from _remedies(study)
    yield from _thresholds(study)
    if study.zone.exists:
        yield from _prices(study)
        yield "Ranges in brackets: terms of deals that reach 99 % of the best."


def _rests(study: Study) -> Iterator[str]:
    found, gap = study.why.sources, study.zone.gap
    assert found is not None
    assert gap is not None
    left = found.without_war_costs
    if left is not None and left < 0:
        yield f"The zone rests on the costs of war: without them the sides would miss each other by {-left:.2f}."
    elif left is not None:
        costs = f"{gap - left:.2f} comes from war costs and {left:.2f} from trades between issues"
        yield f"Of the margin of {gap:.2f}, {costs}."
    shared = found.with_shared_odds
    if shared is not None and shared > gap + _NOTICEABLE:
        yield f"Optimism narrows it: with a shared view of the odds the margin would be {shared:.2f}."
    if found.by_theorem:
        yield "With shared odds and costly war a zone with lotteries must exist."


def _blocked(study: Study) -> Iterator[str]:
    why, game = study.why, study.game
    owners = " and ".join(map(game.label, why.blocking))
    if why.no_outcome:
        yield f"The red lines of {owners} together leave no outcome."
    else:
        yield f"At the outcome that comes nearest, {owners} would fall short of what no deal gives."
    if len(game.signers) > 2:
        for collision in why.collisions:
            first, second = map(game.label, collision.parties)
            yield f"{first} and {second} could not agree even alone (they miss by {-collision.gap:.3f})."
    for reason in why.reasons:
        yield _REASONS[reason]
    if study.mixes.exists:
        yield "A lottery between deals would suit all sides, though no single deal does."
    if why.closest:
        terms = (f"{game.label(k)} {level_text(v)}{unit_text(game, k)}" for k, v in why.closest.items())
        yield f"Nearest outcome: {'; '.join(terms)}."


def _remedies(study: Study) -> Iterator[str]:
    why, game = study.why, study.game
    for lines in why.lifts:
        names = " and ".join(line_text(study, line) for line in lines)
        yield f"It would open without {names}."
    for move in why.relaxations:
        issue = game.scenario.spec.parties[move.line[0]].red_lines[move.line[1]].issue
        unit = unit_text(game, issue)
        name = line_text(study, move.line)
        yield f"It would open if {name} moved from {number_text(move.old)} to {number_text(move.new)}{unit}."
    falls = {p: fall for p, fall in (why.falls or {}).items() if fall is not None}
    if falls:
        texts = [f"{game.label(p)}'s by {fall:.3f}" for p, fall in falls.items()]
        yield f"It would open if the value of no deal fell: {' or '.join(texts)}."


def line_text(study: Study, line: Line) -> str:
    """Return a red line as a reader knows it: whose, and its label."""
    party, name = line
    record = study.game.scenario.spec.parties[party].red_lines.get(name)
    return f"{study.game.label(party)}'s line “{label_of(name, record)}”"


def _thresholds(study: Study) -> Iterator[str]:
    variables = study.game.scenario.spec.leverage
    changes = study.why.changes
    for name in dict.fromkeys(change.variable for change in changes):
        texts = [_change_text(change) for change in changes if change.variable == name]
        yield f"Moving {label_of(name, variables[name])} alone, the zone {' and '.join(texts)}."
    if variables:
        if not changes:
            verb = "close" if study.zone.exists else "open"
            yield f"No leverage variable alone would {verb} it within its range."
        yield "(Each range is scanned at 1,001 levels; a narrower window can be missed.)"


def _change_text(change: Change) -> str:
    return f"{'opens' if change.opens else 'closes'} above {signed(round(change.level, 3))}"


def _prices(study: Study) -> Iterator[str]:
    for price in study.why.prices:
        moved = {p: x for p, x in price.utilities.items() if abs(x) >= _NOTICEABLE}
        if moved:
            texts = " and ".join(f"{study.game.label(p)} {x:+.2f}" for p, x in moved.items())
            yield f"Without {line_text(study, price.line)} the Nash deal would give {texts}."
