"""What decides, in sentences: indices, ranges, the box, what to learn first."""

from __future__ import annotations

from collections.abc import Iterator

from sim.ensembles.boxes import Box, Limit
from sim.ensembles.deciding import Deciding
from sim.ensembles.distances import Distances
from sim.ensembles.learning import Learning, TermTies
from sim.ensembles.sensitivity import Indices, Sensitivity
from sim.errors import counted
from sim.game.compiled import Game
from sim.model.base import label_of
from sim.show.ensemble import deal_label
from sim.show.shares import percent

__all__ = ["box_sentence", "deciding_lines", "distance_lines", "input_text"]

_FEW = 4
_IDLE = 0.005
_CLOSE = 0.05
_UNSETTLED = 0.1
_LOOSE = 0.5


def input_text(game: Game, path: str) -> str:
    """Return what a reader calls an input, given as its path.

    Examples
    --------
    >>> import sim
    >>> from sim.game.compiled import compile
    >>> game = compile(sim.load("scenarios/istanbul-2022.yaml"))
    >>> input_text(game, "parties.russia.values.nato.importance")
    "NATO or neutrality in Russia's weights"
    >>> input_text(game, "war.end_rate")
    'the rate at which war ends'
    """
    parts, war = path.split("."), label_of("war", game.scenario.spec.war)
    if parts[0] == "war":
        return _shared(game, parts, war)
    who = game.label(parts[1])
    whose = f"{who}'" if who.endswith("s") else f"{who}'s"
    if parts[2] == "values":
        return f"{whose} importances" if len(parts) == 3 else f"{game.label(parts[3])} in {whose} weights"
    if "optimism" in parts:
        section = game.scenario.spec.war
        end = label_of(parts[-1], section.outcomes.get(parts[-1]) if section else None)
        return f"{whose} optimism ({end})"
    cost = f"cost of {war}" if parts[-2] == "war" else "cost of no deal"
    words = {"cost": cost, "discount_rate": "discount rate", "outside": "outside option", "impasse": "value of impasse"}
    return f"{whose} {words.get(parts[-1], 'value of no deal')}"


def _shared(game: Game, parts: list[str], war: str) -> str:
    section = game.scenario.spec.war
    if parts[-1] == "end_rate":
        return f"the rate at which {war} ends"
    if parts[-2:] == ["outcomes", "odds"]:
        return f"the odds of how {war} ends"
    end = label_of(parts[2], section.outcomes.get(parts[2]) if section else None)
    return f"the odds of {end}" if parts[-1] == "odds" else f"what {game.label(parts[-1])} loses if {end}"


def deciding_lines(found: Deciding, game: Game) -> Iterator[str]:
    """Yield what decides in sentences."""
    whole = found.sensitivity
    yield f"DECIDES  {_ranked(game, whole.margin, 'The margin')}"
    yield f"         {_ranked(game, whole.existence, 'Whether there is a zone')}"
    yield from distance_lines(found.distances, game)
    yield from _ranges(game, whole)
    if found.box is not None:
        yield f"BOX      {box_sentence(found.box, game)}"
    if found.learning is not None:
        yield f"LEARN    {_learning(game, found.learning)}"
    if found.terms is not None and found.terms.share:
        yield from _ties(game, found.terms)


def _ranked(game: Game, found: Indices, what: str) -> str:
    if not found.groups:
        return f"{what} is the same in every truth drawn."
    if found.moved > _LOOSE:
        return f"{what} differs in too few of the truths drawn to say with what."
    some = [
        f"{input_text(game, g.inputs)} {g.total:.2f} ({g.total_low:.2f} to {g.total_high:.2f})"
        for g in found.groups[:_FEW]
        if g.total > _IDLE
    ]
    aside = f"; with half as many truths they move by {found.moved:.2f}" if found.moved > _UNSETTLED else ""
    return f"{what} varies with (total index): {', '.join(some)}{aside}."


def distance_lines(found: Distances, game: Game) -> Iterator[str]:
    """Yield what whole distributions say where variance misleads: a long tail, or nearly one answer for all truths."""
    if not found.inputs:
        return
    if found.tailed:
        ranked = [(each.input, each.pawn) for each in found.inputs]
        moved = max(abs(each.pawn - each.pawn_half) for each in found.inputs[:_FEW])
        aside = f"; with half as many truths these move by {moved:.2f}" if moved > _UNSETTLED else ""
        lead = (
            f"SHAPE    The margin has a long tail (skewness {found.skewness:+.1f}), which rules its variance. Its whole"
        )
        yield f"{lead} distribution moves most (distance, 0 to 1) with {_far(game, ranked, found.pawn_chance)}{aside}."
    if found.lopsided and found.split_chance is not None:
        ranked = sorted(((each.input, each.split or 0.0) for each in found.inputs), key=lambda pair: -pair[1])
        lead = f"SPLIT    The {found.with_zone:,} truths with a zone differ from the {found.without:,} without most"
        yield f"{lead} (distance, 0 to 1) in {_far(game, ranked, found.split_chance)}."


def _far(game: Game, ranked: list[tuple[str, float]], chance: float) -> str:
    some = [f"{input_text(game, name)} {far:.2f}" for name, far in ranked[:_FEW] if far > chance]
    return f"{', '.join(some) or 'no input more than by chance'} (chance gives up to {chance:.2f})"


def _ranges(game: Game, found: Sensitivity) -> Iterator[str]:
    wide = [s for s in found.tornado[:_FEW] if s.greatest - s.least > _IDLE]
    if wide and found.file_margin is not None:
        parts = [f"{input_text(game, s.inputs)} {s.least:+z.3f} to {s.greatest:+z.3f}" for s in wide]
        yield f"RANGES   of the margin (the file's: {found.file_margin:+z.3f}), one at a time: {', '.join(parts)}."


def box_sentence(box: Box, game: Game) -> str:
    """Return a box in one sentence with its coverage, density and how often each limit came back."""
    what = "A zone" if box.zone else "No zone"
    among = "with" if box.zone else "without"
    if not box.limits:
        return f"{what}: no few limits tell the truths {among} one from the others."
    limits = " and ".join(f"{_limit(game, limit)}" for limit in box.limits)
    least = min(limit.again for limit in box.limits)
    sure = f"each limit comes back in {percent(least)} of resamples or more"
    return (
        f"{what} where {limits}: {percent(box.coverage)} of the truths {among} one, {percent(box.density)} of the "
        f"truths in the box ({percent(box.base)} of all); {sure}."
    )


def _limit(game: Game, limit: Limit) -> str:
    name = input_text(game, limit.input)
    if limit.low is None:
        return f"{name} is at most {limit.high:.3g}"
    if limit.high is None:
        return f"{name} is at least {limit.low:.3g}"
    return f"{name} is from {limit.low:.3g} to {limit.high:.3g}"


def _learning(game: Game, found: Learning) -> str:
    one, other = (deal_label(name) for name in found.deals)
    if found.regret == 0.0:
        return f"Between {one} and {other} nothing need be learned: the one chosen is never the only one refused."
    best = [f"{input_text(game, name)} {percent(x)}" for name, x in list(found.value.items())[:3] if x > 0]
    tail = f"; learning would spare {', '.join(best)} of it" if best else "; learning one input would spare none of it"
    return f"Between {one} and {other} the choice is wrong in {percent(found.regret)} of the truths{tail}."


def _ties(game: Game, found: TermTies) -> Iterator[str]:
    left = f", {found.left_out:,} more left out" if found.left_out else ""
    lead = f"TIES     of the terms, in {counted(found.truths, 'truth')} with a zone{left}:"
    lines = []
    for issue, ties in found.share.items():
        close = [f"{input_text(game, name)} {share:.2f}" for name, share in list(ties.items())[:2] if share > _CLOSE]
        if close:
            lines.append(f"         {game.label(issue)}: {', '.join(close)}")
    if lines:
        yield lead
        yield from lines
