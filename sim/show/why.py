"""Why there is a zone, or none, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.model.base import label_of
from sim.show.words import joined, number_text, signed, term_text, unit_text, war_text
from sim.space.zone import TOLERANCE
from sim.studies.openings import Line, Sources
from sim.studies.study import Study
from sim.studies.thresholds import Change

__all__ = ["change_text", "line_text", "owner_text", "why_sentences"]

_NOTICEABLE = 0.005
_REASONS = {
    "red lines": "Without the red lines there would be a zone.",
    "optimism": "If all saw the same odds of {war}'s outcomes there would be a zone.",
    "red lines and optimism together": "It takes both to have a zone: no red lines and the same odds for all.",
    "budgets": "Neither other red lines nor other odds would change that: only other budgets.",
    "private information": "a last offer would be made in doubt and might be refused (--show games)",
    "commitment": "it may not be worth keeping later (--show lasting)",
    "no surplus": "Neither red lines nor optimism explains it: no outcome gives all as much as they have without one.",
}
_UNSETTLED = {
    "changes": "levels of leverage that open or close the zone",
    "lifts": "red lines to lift",
    "relaxations": "red lines to move",
    "reasons": "the reasons why there is no zone",
    "collisions": "who cannot agree with whom",
    "falls": "how far a value of no deal must fall",
}


def why_sentences(study: Study) -> Iterator[str]:
    """Yield sentences that explain a study's zone."""
    if study.zone.exists is None:
        yield "Whether there is a zone was not settled in time; narrow the question with fewer or coarser issues."
        return
    elif study.zone.exists:
        yield from _rests(study)
        yield from _demands(study, "A better alternative narrows the margin, per 1 that no deal is worth more to")
    else:
        yield from _blocked(study)
        yield from _remedies(study)
    if not study.why.no_outcome:
        yield from _thresholds(study)
    if study.zone.exists:
        yield from _line_prices(study)
        yield (
            "Ranges in brackets: terms of deals about as good, short of the best by at most 1 % of it or 0.005 of the "
            "stakes (worst to best deal = 1), whichever is more."
        )
    yield from _unsettled(study)


def _unsettled(study: Study) -> Iterator[str]:
    """Yield what could not be settled in time, and so may lack something."""
    names = dict.fromkeys(_UNSETTLED[name.partition(".")[0]] for name in study.why.unsettled)
    if names:
        yield f"Not settled in time, so that there may be more, or less may be enough: {joined(names)}."


def _rests(study: Study) -> Iterator[str]:
    found, margin = study.why.sources, study.zone.margin
    assert found is not None
    assert margin is not None
    left, war = found.without_war_costs, war_text(study)
    if left is not None and left < -TOLERANCE and "without_war_costs" not in found.unproven:
        yield f"The zone rests on the costs of {war}: without them the sides would miss each other by {-left:z.3f}."
    elif left is not None and left >= -TOLERANCE:
        yield f"Without the costs of {war} the margin of {margin:z.2f} would be {_least(found, 'without_war_costs')}."
    shared = found.with_shared_odds
    if shared is not None and shared < -TOLERANCE and "with_shared_odds" not in found.unproven:
        yield f"It rests on different views of the odds: with shared ones the sides would miss by {-shared:z.3f}."
    elif shared is not None and shared >= -TOLERANCE and abs(shared - margin) > _NOTICEABLE:
        verb = "narrow" if shared > margin else "widen"
        then = _least(found, "with_shared_odds")
        yield f"Different views of the odds {verb} it: with shared ones the margin would be {then}."
    if study.why.reasons:
        yield f"Even so a deal may fail: {'; '.join(_REASONS[reason] for reason in study.why.reasons)}."
    if found.by_theorem:
        yield f"With shared odds and costly {war} a zone with lotteries must exist."


def _least(found: Sources, name: str) -> str:
    return f"{'at least ' if name in found.unproven else ''}{getattr(found, name):z.2f}"


def _blocked(study: Study) -> Iterator[str]:
    why, game = study.why, study.game
    if why.no_outcome and not why.blocking:
        yield "The budgets together leave no outcome."
    elif why.no_outcome:
        owners = joined(map(game.label, why.blocking))
        lines = "red lines of" if len(why.blocking) > 1 else "own red lines of"
        with_budgets = " and the budgets" if game.budgets else ""
        yield f"The {lines} {owners}{with_budgets} together leave no outcome."
    else:
        yield from _demands(
            study, "Pressure on an alternative brings a zone nearer, per 1 that no deal is worth less to"
        )
    if len(game.signers) > 2:
        for collision in why.collisions:
            first, second = map(game.label, collision.parties)
            short = f"short by {'' if collision.exact else 'at most '}{-collision.margin:.3f}"
            yield f"No outcome suits both {first} and {second}, whatever others accept ({short})."
    for reason in why.reasons:
        yield _REASONS[reason].format(war=war_text(study))
    if study.mixes.exists:
        yield "A lottery between deals would suit all signers, though no single deal does."
    if why.closest:
        terms = (f"{game.label(k)}: {term_text(game, k, v)}" for k, v in why.closest.items())
        yield f"Nearest outcome: {'; '.join(terms)}."


def _demands(study: Study, told: str) -> Iterator[str]:
    """Yield what each signer's demand costs, at which prices demands trade against each other."""
    if study.why.prices is not None:
        prices = ", ".join(f"{study.game.label(p)} by {price:z.2f}" for p, price in study.why.prices.items())
        others = "" if study.why.prices_sole else "; other shares are as right, so these say little"
        yield f"{told} a signer: {prices} (a little, lotteries included{others})."


def _remedies(study: Study) -> Iterator[str]:
    why, game = study.why, study.game
    for lines in why.lifts:
        names = joined(line_text(study, line) for line in lines)
        yield f"It would open without {names}."
    for move in why.relaxations:
        issue = game.scenario.spec.parties[move.line[0]].red_lines[move.line[1]].issue
        unit = unit_text(game, issue)
        name = line_text(study, move.line)
        less = "" if move.exact else ", if not with less"
        yield f"It would open if {name} moved from {number_text(move.old)} to {number_text(move.new)}{unit}{less}."
    falls = {p: fall for p, fall in (why.falls or {}).items() if fall is not None}
    if falls:
        texts = [f"{owner_text(study, p)} by {math.ceil(1000 * fall - 1e-6) / 1000:z.3f}" for p, fall in falls.items()]
        yield f"It would open if the value of no deal fell: {' or '.join(texts)}."


def line_text(study: Study, line: Line) -> str:
    """Return a red line as a reader knows it: whose, and its label."""
    party, name = line
    record = study.game.scenario.spec.parties[party].red_lines.get(name)
    return f"{owner_text(study, party)} line “{label_of(name, record)}”"


def owner_text(study: Study, party: str) -> str:
    """Return the possessive of a party's label."""
    label = study.game.label(party)
    return f"{label}'" if label.endswith("s") else f"{label}'s"


def change_text(value: float) -> str:
    """Return a change of utility with its sign, none at zero.

    Examples
    --------
    >>> change_text(0.123), change_text(-0.001)
    ('+0.12', '0.00')
    """
    return f"{value:+z.2f}" if abs(value) >= _NOTICEABLE else "0.00"


def _thresholds(study: Study) -> Iterator[str]:
    variables = study.game.scenario.spec.leverage
    changes = study.why.changes
    for name in dict.fromkeys(change.variable for change in changes):
        low, high = variables[name].range
        digits = 3 - math.floor(math.log10(high - low))
        texts = [_threshold_text(change, digits) for change in changes if change.variable == name]
        yield f"If only “{label_of(name, variables[name])}” moves, the zone {', '.join(texts)}."
    if variables:
        if not changes:
            verb = "close" if study.zone.exists else "open"
            yield f"No leverage variable alone would {verb} it within its range."
        yield "(Each range is scanned at 1,001 levels; a narrower window can be missed.)"


def _threshold_text(change: Change, digits: int) -> str:
    return f"{'opens' if change.opens else 'closes'} above {signed(round(change.level, digits))}"


def _line_prices(study: Study) -> Iterator[str]:
    for price in study.why.line_prices:
        moved = {p: x for p, x in price.utilities.items() if abs(x) >= _NOTICEABLE}
        if moved:
            texts = ", ".join(f"{study.game.label(p)} {change_text(x)}" for p, x in moved.items())
            doubt = "" if price.exact else " (not settled in time: there may be a better deal)"
            yield f"Without {line_text(study, price.line)} the Nash deal would change utility by: {texts}{doubt}."
