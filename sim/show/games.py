"""Equilibria, durability and coalitions in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from sim.games.coalitions import Coalitions
from sim.games.demand import Demand
from sim.games.lasting import Durability
from sim.games.moves import LeverageGame, MoveEquilibrium
from sim.games.offers import Offers
from sim.games.setting import Absent
from sim.games.ultimatum import TakeOrLeave
from sim.model.base import label_of
from sim.studies import Study

__all__ = ["coalition_sentences", "durability_sentences", "equilibrium_sentences"]

_RISK_WORTH_SAYING = 0.005


def equilibrium_sentences(study: Study) -> Iterator[str]:
    """Yield sentences on the games of a study; games that need more input are left out."""
    games = study.games
    if isinstance(games.offers, Offers):
        yield from _offers(study, games.offers)
    if isinstance(games.demand, Demand):
        yield from _demand(study, games.demand)
    if isinstance(games.leverage, LeverageGame):
        yield from _moves(study, games.leverage)
    for game in games.ultimatum:
        yield game.reason if isinstance(game, Absent) else _ultimatum(study, game)


def _offers(study: Study, found: Offers) -> Iterator[str]:
    parts = []
    for opener, mix in found.first.items():
        values = ", ".join(f"{study.game.label(p)} {u:.2f}" for p, u in mix.utilities.items())
        parts.append(f"if {study.game.label(opener)} opens, {values}")
    worth = ", ".join(f"{study.game.label(p)} {x:.3f}" for p, x in found.advantage.items())
    yield f"Alternating offers end at once: {'; '.join(parts)}. Opening is worth {worth}."


def _demand(study: Study, found: Demand) -> Iterator[str]:
    pure = [e for e in found.equilibria if all(max(s) > 1 - 1e-9 for s in e.strategies.values())]
    rows = set(found.selected.values())
    text = f"If each side demands one of {len(found.stances)} packages, {len(pure)} equilibria are in pure demands"
    if len(rows) == 1 and min(rows) >= 0:
        place = rows.pop()
        values = ", ".join(f"{study.game.label(p)} {own[place]:.2f}" for p, own in found.values.items())
        text += f"; with slight doubt about what is compatible they settle at {values}"
    yield text + "."


def _moves(study: Study, found: LeverageGame) -> Iterator[str]:
    for equilibrium in found.equilibria:
        who = " and ".join(_strategy(study, p, s) for p, s in equilibrium.strategies.items())
        values = ", ".join(f"{study.game.label(p)} {u:.2f}" for p, u in equilibrium.payoffs.items())
        best = " (best of all for everybody)" if equilibrium.payoff_dominant and len(found.equilibria) > 1 else ""
        yield f"Before the next round, in equilibrium {who}: {values}{best}."
    if not found.equilibria:
        yield "Before the next round no choice of moves is an equilibrium in pure moves."
    if len(found.equilibria) == 1:
        yield from _trap(study, found, found.equilibria[0])


def _strategy(study: Study, party: str, mixture: Mapping[str, float]) -> str:
    moves = study.game.scenario.spec.moves[party]
    played = {move: p for move, p in mixture.items() if p > 1e-9}
    names = {move: label_of(move, moves[move]).lower() for move in played}
    if len(played) == 1:
        return f"{study.game.label(party)} chooses to {next(iter(names.values()))}"
    mixed = " or ".join(f"{names[move]} ({100 * p:.0f} %)" for move, p in played.items())
    return f"{study.game.label(party)} mixes {mixed}"


def _trap(study: Study, found: LeverageGame, equilibrium: MoveEquilibrium) -> Iterator[str]:
    tables = list(found.payoffs.values())
    own = list(equilibrium.payoffs.values())
    better = np.logical_and.reduce([table > paid + 1e-9 for table, paid in zip(tables, own, strict=True)])
    if better.any():
        least = np.where(better, np.minimum.reduce(tables), -np.inf)
        profile = np.unravel_index(int(least.argmax()), least.shape)
        choices = [
            f"{study.game.label(p)} chose to {label_of(moves[k], study.game.scenario.spec.moves[p][moves[k]]).lower()}"
            for (p, moves), k in zip(found.moves.items(), profile, strict=True)
        ]
        yield f"All would gain if {' and '.join(choices)}, but each would be tempted away from it."


def _ultimatum(study: Study, found: TakeOrLeave) -> str:
    proposer, responder = study.game.label(found.proposer), study.game.label(found.responder)
    start = f"Not knowing {found.path}, {proposer} making one last offer"
    if found.best is None:
        return f"{start} would make none that {responder} could accept."
    if found.best.risk < _RISK_WORTH_SAYING:
        gain = f"the surplus of {found.surplus:.2f} dwarfs the doubt"
        return f"{start} would run next to no risk of war ({100 * found.best.risk:.1f} %): {gain}."
    text = f"{start} would risk war with {100 * found.best.risk:.0f} % for a utility of {_own(found):.2f}"
    if found.safe is None:
        return f"{text}; no offer is safe ({found.reason})."
    return f"{text}; the safe offer, which every type accepts, would cost it {found.price:.3f}."


def _own(found: TakeOrLeave) -> float:
    assert found.best is not None
    return found.best.utilities[found.proposer]


def durability_sentences(study: Study) -> Iterator[str]:
    """Yield sentences on whether deals would last; none where the scenario names no later dates."""
    found = study.durability
    if not isinstance(found, Durability):
        return
    future = study.game.scenario.spec.future
    nash = found.deals.get("nash")
    if nash is not None and nash.fails_at is None:
        yield f"The Nash deal would hold at every later date named, by a margin of {nash.margin:.2f}."
    elif nash is not None:
        assert nash.fails_at is not None
        when = f"{label_of(nash.fails_at, future[nash.fails_at])} ({found.dates[nash.fails_at]:g} years)"
        signed = {None: "", True: " It would be signed even so.", False: " Knowing that, not all would sign."}
        yield f"The Nash deal would fail at: {when}, short by {-nash.margin:.2f}.{signed[nash.signed]}"
        needed = {p: x for p, x in found.enforcement_needed.items() if x > 1e-9}
        texts = ", ".join(f"{study.game.label(p)} {x:.2f}" for p, x in needed.items())
        yield f"To last, breaking it would have to cost: {texts}."
    yield from _durable_zone(study, found)
    for war in found.preventive_war:
        harsh = [study.game.label(p) for p, prefers in war.harsh.items() if prefers]
        fair = [study.game.label(p) for p, prefers in war.fair.items() if prefers]
        date = label_of(war.date, future[war.date])
        if fair:
            yield f"Fearing “{date}”, {' and '.join(fair)} would rather fight now than take any deal: commitment fails."
        elif harsh:
            who = " and ".join(harsh)
            yield f"Fearing “{date}”, {who} would rather fight now only if the other side dictated all later terms."


def _durable_zone(study: Study, found: Durability) -> Iterator[str]:
    if found.zone_exists and study.zone.gap is not None:
        yield f"A durable zone exists: its best margin is {found.zone_gap:.2f}, against {study.zone.gap:.2f} today."
    elif study.zone.exists:
        yield f"No deal in the zone is durable (short by {-found.zone_gap:.2f}): the obstacle is commitment."


def coalition_sentences(study: Study) -> Iterator[str]:
    """Yield sentences on who must agree; none where only one coalition can sign."""
    found = study.coalitions
    if not isinstance(found, Coalitions):
        return
    for each in found.coalitions:
        who = ", ".join(map(study.game.label, each.signers))
        state = f"a zone with margin {each.gap:.2f}" if each.exists and each.gap is not None else "no zone"
        yield f"{who}: {state}."
    if found.efficient:
        yield f"Of {found.efficient} efficient deals {found.stable} are in the core: no coalition can do better."
    for veto in found.vetoes:
        if veto.gains is not None:
            gains = ", ".join(f"{study.game.label(p)} {x:+.2f}" for p, x in veto.gains.items())
            yield f"Without {study.game.label(veto.party)}'s consent the Nash deal would give the others: {gains}."
