"""What a result hangs on, and what holds whatever the true numbers are, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from sim.model.names import listed
from sim.show.words import level_name, war_text
from sim.space.zone import TOLERANCE
from sim.studies.records import Study
from sim.studies.robust.margins import Robust
from sim.studies.robust.stability import MOST, Radius
from sim.theory.bargaining.solutions import SOLUTIONS

__all__ = ["full_sentences", "inputs_text", "percent_text", "robust_sentences", "stability_sentences"]

_FEW = 4
_NUMBERS = {
    "cost": "{whose} cost of {war}",
    "discount_rate": "{whose} discount rate",
    "optimism": "{whose} hopes of {war}",
    "no_deal": "what no deal is worth to {who}",
}


def inputs_text(study: Study, inputs: str) -> str:
    """Return what a reader calls a group of inputs, given as its path."""
    parts = inputs.split(".")
    war = war_text(study)
    if parts[0] == "war":
        if parts[-1] == "odds":
            return f"the odds of how {war} ends"
        if parts[-1] == "end_rate":
            return f"how soon {war} ends"
        return f"what {study.game.label(parts[-1])} loses by {war} beyond the issues"
    who = study.game.label(parts[1])
    if parts[2] == "values":
        return f"{_whose(who)} importances"
    return _NUMBERS[parts[-1]].format(whose=_whose(who), who=who, war=war)


def _whose(who: str) -> str:
    return f"{who}'" if who.endswith("s") else f"{who}'s"


def stability_sentences(
    study: Study, found: Mapping[str, tuple[Radius, ...]], *, few: int | None = _FEW
) -> Iterator[str]:
    """Yield what the Nash deal and the verdict on the zone hang on, the most delicate first; all with `few` None."""
    if "nash" in found:
        yield from _hangs(
            study, f"The {SOLUTIONS['nash'].label} deal is accepted by all who sign while", found["nash"], few
        )
    if study.zone.exists is None:
        yield "Whether there is a zone is undecided."
    elif study.zone.exists:
        yield from _hangs(study, "There is a zone while", found["zone"], few)
    else:
        yield from _hangs(study, "There is no zone while", found["zone"], few)


def _hangs(
    study: Study, head: str, radii: tuple[Radius, ...], few: int | None, *, what: str = "inputs"
) -> Iterator[str]:
    known = [radius for radius in radii if radius.within is not None]
    if not known:
        yield f"{head} any one group of {what} is off by up to {100 * MOST:.0f} %."
        return
    parts = [_part(study, radius) for radius in known[:few]]
    more = "" if few is None or len(known) <= few else f"; other {what} may be further off"
    yield f"{head} one group of {what} alone is off by no more than: {'; '.join(parts)}{more}."


def _part(study: Study, radius: Radius) -> str:
    assert radius.within is not None
    least = "" if radius.exact else "at least "
    by = f" (then {study.game.label(radius.refuses)} refuses)" if radius.refuses and study.zone.exists else ""
    return f"{inputs_text(study, radius.inputs)} {least}{percent_text(radius.within)}{by}"


_HAIR = 1e-9  # what rounding of floats may take from a share like 0.29


def percent_text(share: float) -> str:
    """Return a share rounded down, so that nothing is promised beyond it.

    Examples
    --------
    >>> percent_text(0.4578), percent_text(0.0349), percent_text(0.4), percent_text(0.29)
    ('45 %', '3.4 %', '40 %', '29 %')
    """
    percent = 100 * share + _HAIR
    return f"{math.floor(percent)} %" if percent >= 10 else f"{math.floor(10 * percent) / 10:g} %"


def robust_sentences(study: Study, found: Robust) -> Iterator[str]:
    """Yield what holds for every truth and for some, in three lines at most."""
    allowed = "that the statements allow" if found.doubt is None else f"with assumptions off by up to {_share(found)}"
    if found.margin is None or found.bound is None:
        yield "The red lines leave no outcome, whatever the numbers."
        return
    about = "" if found.exact else f" (or up to {found.bound:z.3f}: not settled in time)"
    if found.holds:
        yield f"For every truth {allowed} one deal gives all who sign at least {found.margin:z.3f} over no deal{about}."
    elif found.bound >= -TOLERANCE:
        known = f"between {found.margin:z.3f} and {found.bound:z.3f}" if math.isfinite(found.margin) else "not known"
        yield f"Whether one deal suits all who sign in every truth {allowed} was not settled in time: it gives {known}."
    else:
        short = f"the best falls short by {-found.margin:.3f} in its worst truth"
        yield f"For every truth {allowed} no single deal suits all who sign: {short}{about}."
    yield _each(found)
    if found.possible is None or not math.isfinite(found.possible):
        yield "How good a deal can be in the truth that is kindest to it was not settled in time."
    elif found.possible < -TOLERANCE:
        yield f"In no truth {allowed} is there a zone: the greatest margin is {found.possible:z.3f} at most."
    else:
        yield f"In the truth that is kindest to a deal the margin is {found.possible:z.3f} at most."
    if found.left_out:
        yield f"Held at the file's numbers, since nothing bounds them: {listed(found.left_out)}."


def _share(found: Robust) -> str:
    return f"{100 * (found.doubt or 0.0):g} %"


def _each(found: Robust) -> str:
    low, high = found.each_low, found.each_high
    if low is None or high is None or not math.isfinite(high):
        return "How bad the worst truth is for its best deal was not settled in time."
    if found.holds:
        return f"In the truth that is hardest on deals the best margin is {_between(found)}."
    if low >= -TOLERANCE:
        return f"Some deal, not always the same, exists in every truth; the least margin is {_between(found)}."
    if high < -TOLERANCE:
        return f"In some truth there is no zone; the least margin is {_between(found)}."
    return f"Whether every truth has some deal is not settled: the least margin is {_between(found)}."


def _between(found: Robust) -> str:
    low, high = found.each_low or 0.0, found.each_high or 0.0
    return f"{high:z.3f}" if high - low < 5e-4 else f"between {low:z.3f} and {high:z.3f}"


def full_sentences(study: Study, found: Robust) -> Iterator[str]:
    """Yield all that is known of deals that hold for every truth, and of the named deals."""
    yield from robust_sentences(study, found)
    game = study.game
    if found.deal is not None and found.holds:
        terms = [f"{game.label(issue)} {level_name(game, issue, level)}" for issue, level in found.deal.items()]
        yield f"The deal whose worst case is best: {'; '.join(terms)}."
        open_ = [
            f"{game.label(k)}: {', '.join(level_name(game, k, x) for x in v)}"
            for k, v in found.levels.items()
            if len(v) > 1
        ]
        if open_:
            yield f"Terms of deals that hold for every truth: {'; '.join(open_)}. The others are as above."
        for issue, levels in found.open_levels.items():
            yield f"Not settled in time: {game.label(issue)} {', '.join(level_name(game, issue, x) for x in levels)}."
    if found.needed:
        yield f"Without what is said of {listed([_path(study, p) for p in found.needed])} no deal would hold."
    for each in found.binding:
        top = sorted(((w, k) for k, w in each.truth.items() if "." not in k), reverse=True)[:3]
        weights = ", ".join(f"{game.label(k)} {100 * w:.0f} %" for w, k in top)
        yield f"Its worst truth for {game.label(each.party)}: weights of {weights}, and so on (--json has all)."
    for name, verdicts in found.verdicts.items():
        parts = [f"{game.label(p)} {v.word} ({v.least:+z.3f} to {v.greatest:+z.3f})" for p, v in verdicts.items()]
        yield f"{SOLUTIONS[name].label if name in SOLUTIONS else name} deal, accepted by {'; '.join(parts)}."


def _path(study: Study, path: str) -> str:
    parts = path.split(".")
    if parts[0] == "parties" and parts[2:] == ["values"]:
        return f"{_whose(study.game.label(parts[1]))} importances"
    return path
