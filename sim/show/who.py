"""Who could sign without whom, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from sim.show.why import change_text
from sim.studies.exactness import aside, at_least, known
from sim.studies.games.coalitions import Coalitions, SigningCoalition, coalition_names
from sim.studies.games.vetoes import OTHERS_NO_ZONE, Veto
from sim.studies.study import Study

__all__ = ["coalition_sentences"]


def coalition_sentences(study: Study) -> Iterator[str]:
    """Yield sentences on who must agree; none where only one coalition can sign."""
    found = study.coalitions
    if not isinstance(found, Coalitions):
        return
    several = len(found.coalitions) > 1
    for each in found.coalitions:
        stand = f"; {_standing(each)}{_blockers(study, found, each)}" if several and each.efficient else ""
        yield f"{_who(study, each)}: {_room_of(each)}{stand}."
    if several and any(each.efficient for each in found.coalitions):
        yield from _core(found)
    for veto in found.vetoes:
        yield from _veto(study, veto)


def _who(study: Study, each: SigningCoalition) -> str:
    return ", ".join(map(study.game.label, each.signers))


def _room_of(each: SigningCoalition) -> str:
    if each.exists is None:
        return f"whether they have a zone was not settled (the margin is {known(each.margin_resolution)})"
    if not each.exists or each.margin is None:
        return "no zone"
    return f"a zone with margin {at_least(f'{each.margin:z.2f}', each.margin_resolution)}"


def _core(found: Coalitions) -> Iterator[str]:
    if found.nash_in_core is not None:
        yield f"The Nash deal of those who must sign {'stands' if found.nash_in_core else 'is blocked'}."
    yield "(A deal stands, or is in the core, where no coalition that can sign has one that all its members prefer.)"


def _standing(each: SigningCoalition) -> str:
    if each.stable is None:
        certain = f"{each.blocked:,} are certain to be blocked, of the others it is" if each.blocked else "it is"
        doubt = known(each.resolution) or "a block may be missed"
        return f"of {each.efficient:,} deals found {certain} not known whether they stand ({doubt})"
    if each.stable in (0, each.efficient):
        words = f"all {each.efficient:,} efficient deals" if each.efficient > 1 else "the one efficient deal"
        verb = "stand" if each.stable else "are blocked"
        return f"{words} {verb if each.efficient > 1 else verb.replace('are', 'is').replace('stand', 'stands')}"
    return f"{each.stable:,} of {each.efficient:,} efficient deals {'stand' if each.stable > 1 else 'stands'}"


def _blockers(study: Study, found: Coalitions, each: SigningCoalition) -> str:
    signers = {name: _who(study, other) for name, other in zip(coalition_names(found), found.coalitions, strict=True)}
    parts = [f"{signers[name]} together would leave {count:,} for another" for name, count in each.blocked_by.items()]
    return "".join(f"; {part}" for part in parts)


def _veto(study: Study, veto: Veto) -> Iterator[str]:
    who = study.game.label(veto.party)
    alone = f"If {who} did not sign, what it controls by name stayed at its reversion and what all control as it is"
    if veto.utility_change is not None:
        gains = ", ".join(f"{study.game.label(p)} {change_text(x)}" for p, x in veto.utility_change.items())
        yield f"{alone}, the Nash deal of the others would change their utility by: {gains}{aside(veto.resolution)}."
    elif veto.reason == OTHERS_NO_ZONE:
        yield f"{alone}, the others would have no zone."
