"""Whether deals would last, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.game.terms import terms
from sim.model.base import label_of
from sim.show.words import joined, signed, small_text, utilities_text, war_text
from sim.studies.exactness import aside
from sim.studies.games.lasting import DealDurability, Durability
from sim.studies.study import Study

__all__ = ["durability_sentences"]


def durability_sentences(study: Study) -> Iterator[str]:
    """Yield sentences on the course of war and on whether deals would last; none where no later dates are named."""
    yield from _course(study)
    found = study.durability
    if not isinstance(found, Durability):
        return
    yield from _moved(study, found)
    if (nash := found.deals.get("nash")) is not None:
        yield from _nash_lasts(study, found, nash)
    yield from _durable_zone(study, found)
    yield from _fears(study, found)


def _course(study: Study) -> Iterator[str]:
    """Yield how leverage changes while fighting goes on, and what that does to no deal."""
    spec = study.game.scenario.spec
    if not spec.war_dates:
        return
    dates = [
        f"“{label_of(name, date)}” ({_years(date.after_years)}): "
        + ", ".join(
            f"{label_of(lever, spec.leverage[lever])} {signed(level)}" for lever, level in date.leverage.items()
        )
        for name, date in spec.war_dates.items()
    ]
    yield f"No deal is worth what it is as the {war_text(study)} goes on: {'; '.join(dates)}."
    now = {p: study.reservation[p] for p in study.game.signers}
    still = dict(zip(study.game.parties, terms(study.game, study.leverage, course=False).reservation[0], strict=True))
    held = {p: float(still[p]) for p in now}
    yield f"That is {utilities_text(study, now, '.3f')}; were leverage to stay: {utilities_text(study, held, '.3f')}."


def _moved(study: Study, found: Durability) -> Iterator[str]:
    """Yield which terms of a deal move later leverage, and where it is held at the end of its range."""
    spec = study.game.scenario.spec
    moved = {
        (lever, issue): None for date in spec.peace_dates.values() for lever, own in date.terms.items() for issue in own
    }
    for lever in dict.fromkeys(lever for lever, _ in moved):
        issues = joined(study.game.label(issue) for own, issue in moved if own == lever)
        held = "; past the end of its range it is held there" if lever in found.saturated else ""
        yield f"{label_of(lever, spec.leverage[lever])} at later dates depends on what a deal says of {issues}{held}."


def _years(years: float) -> str:
    return f"{years:g} {'year' if years == 1 else 'years'}"


def _fears(study: Study, found: Durability) -> Iterator[str]:
    """Yield who would rather fight now, and how that goes with a deal that lasts."""
    label, future = study.game.label, study.game.scenario.spec.future
    told = False
    for war in found.preventive_war:
        harsh = [label(p) for p, prefers in war.harsh.items() if prefers]
        fair = [label(p) for p, prefers in war.fair.items() if prefers]
        date = label_of(war.date, future[war.date])
        if fair:
            yield f"{_rather(study, date, fair)} would then be settled anew in talks, or dictated by the other side."
        if only := [name for name in harsh if name not in fair]:
            yield f"{_rather(study, date, only)} the other side would then dictate."
        if not war.exact:
            yield f"What talks at “{date}” would end in was not settled in time: others may fear that date."
        told = told or bool(harsh)
    nash = found.deals.get("nash")
    if told and nash is not None and nash.lasts:
        yield (
            "Both are so: as long as its terms stand nobody would gain by breaking the Nash deal at these dates; what "
            "is feared is a peace whose terms do not stand but are opened again then."
        )


def _nash_lasts(study: Study, found: Durability, nash: DealDurability) -> Iterator[str]:
    if nash.lasts:
        yield f"The Nash deal would hold at every later date named, by a margin of {small_text(nash.margin)}."
        return
    worst, short = _when(study, found, nash.worst_at), f"falls short by {-nash.margin:z.3f}"
    if nash.ends_at is None:
        yield f"The Nash deal would not hold at every later date: at worst, at {worst}, it {short}."
    else:
        assert nash.pause_value is not None
        at = "there" if nash.ends_at == nash.worst_at else f"at {worst}"
        yield f"The Nash deal would be broken at {_when(study, found, nash.ends_at)}; at worst, {at}, it {short}."
        then = "It would be signed even so" if nash.signed else "Knowing that, not all would sign"
        yield f"{then}: as a pause it is worth {_against(study, nash.pause_value)}."
    needed = {p: x for p, x in found.enforcement_needed.items() if x > 1e-9}
    yield f"For it to last, breaking it would have to cost in all: {utilities_text(study, needed, '.3f')}."


def _when(study: Study, found: Durability, date: str) -> str:
    years = found.dates[date]
    label = label_of(date, study.game.scenario.spec.future[date])
    return f"“{label}” ({_years(years)})"


def _against(study: Study, values: Mapping[str, float]) -> str:
    """Return what each has, against no deal today."""
    own = study.reservation
    return ", ".join(f"{study.game.label(p)} {u:z.3f} (no deal {own[p]:z.3f})" for p, u in values.items())


def _rather(study: Study, date: str, names: list[str]) -> str:
    war = war_text(study)
    choice = "fight now" if war == "war" else f"have the {war} now"
    return f"Fearing “{date}”, {joined(names)} would rather {choice} than take any deal whose terms"


def _durable_zone(study: Study, found: Durability) -> Iterator[str]:
    if found.zone_exists and study.zone.margin is not None:
        doubt = aside(found.zone_resolution)
        least = f"leaves every signer at least {found.zone_margin:z.2f}{doubt} above no deal, today and at every date"
        yield f"A durable zone exists: its best deal {least} ({study.zone.margin:z.2f} today alone)."
    elif found.zone_exists is False and study.zone.exists:
        short = f"the nearest is short by {-found.zone_margin:z.3f}{aside(found.zone_resolution)}"
        yield f"No deal in the zone would hold at every later date ({short}): the obstacle is commitment."
    elif study.zone.exists:
        yield "Whether any deal would hold at every later date was not settled in time."
