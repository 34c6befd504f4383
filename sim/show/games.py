"""Equilibria of the scenario's games in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from sim.model.base import label_of
from sim.model.parties import WarNoDeal
from sim.show.rounds import round_sentences
from sim.show.words import joined, utilities_text, war_text
from sim.studies.games.demand import Demand
from sim.studies.games.fixed_costs import FixedCosts
from sim.studies.games.moves import LeverageGame, MoveEquilibrium
from sim.studies.games.offers import Offers
from sim.studies.games.random_proposer import RandomProposer
from sim.studies.games.setting import Absent
from sim.studies.games.ultimatum import TakeOrLeave
from sim.studies.study import Study
from sim.studies.why import RISKY

_MOST_NAMED = 4

__all__ = ["Trap", "equilibrium_sentences", "trap"]


def equilibrium_sentences(study: Study) -> Iterator[str]:
    """Yield sentences on the games of a study; games that need more input are left out."""
    games = study.games
    if isinstance(games.offers, Offers):
        yield from _offers(study, games.offers)
    if isinstance(games.random_proposer, RandomProposer):
        yield from _random_proposer(study, games.random_proposer)
    if isinstance(games.fixed_costs, FixedCosts):
        yield _fixed_costs(study, games.fixed_costs)
    if isinstance(games.demand, Demand):
        yield _demand(study, games.demand)
    if isinstance(games.leverage, LeverageGame):
        yield from _moves(study, games.leverage)
        yield from round_sentences(study)
    elif study.game.scenario.spec.moves:
        yield f"What each side may do before the next round is no game here: {games.leverage.reason}."
    for game in games.ultimatum:
        yield f"No last offer to show for {game.reason}." if isinstance(game, Absent) else _ultimatum(study, game)


def _offers(study: Study, found: Offers) -> Iterator[str]:
    parts = [
        f"if {study.game.label(opener)} makes it, it leaves {utilities_text(study, mix.utilities)}"
        for opener, mix in found.first.items()
    ]
    rules = "one side offers a deal or a lottery between two, the other accepts or offers in its turn"
    if found.last_round == 1:
        rules = "there is one offer only, of a deal or a lottery between two"
    elif found.last_round is not None:
        rules += f", the last time in round {found.last_round}"
    if found.breakdown:
        rules += f", and each refusal may end the talks (a chance of {100 * found.breakdown:g} %)"
    yield f"Offers in turn ({rules}): the first offer is accepted; {'; '.join(parts)}."
    worth = " and ".join(f"{x:z.3f} to {study.game.label(p)}" for p, x in found.advantage.items())
    yield f"To make the first offer rather than answer it is worth {worth}."


def _random_proposer(study: Study, found: RandomProposer) -> Iterator[str]:
    lottery = "" if found.agreement.sure else " (a lottery over deals)"
    turns = "as often as the others" if len(set(found.chance.values())) == 1 else "as often as its power says"
    yield (
        f"If each in turn may propose ({turns}), all must accept and answers come fast, talks settle near "
        f"{utilities_text(study, found.agreement.utilities)}{lottery}. "
        f"Patience and the right to propose make for bargaining power: {utilities_text(study, found.power)} of 1."
    )
    if found.outcome is None:
        yield "No single deal comes near that for all."
    elif found.utilities is not None and not found.agreement.sure:
        yield f"The single deal that comes nearest gives {utilities_text(study, found.utilities)}."


def _fixed_costs(study: Study, found: FixedCosts) -> str:
    parts = []
    for opener, least in found.least.items():
        most = found.most[opener]
        several = any(abs(least[p] - most[p]) > 1e-9 for p in least)
        shown = utilities_text(study, least) + (f" to {utilities_text(study, most)}" if several else "")
        parts.append(f"if {study.game.label(opener)} makes the first offer, {shown}")
    costs = utilities_text(study, found.costs, ".3g")
    return f"If instead each round of talks costs a fixed amount ({costs}): {'; '.join(parts)}."


def _demand(study: Study, found: Demand) -> str:
    pure = [e for e in found.equilibria if all(max(s) > 1 - 1e-9 for s in e.strategies.values())]
    count = f"{len(pure)} pair{'' if len(pure) == 1 else 's'} of demands"
    text = (
        f"If both sides name one of {len(found.stances)} packages at the same moment, and get it only if the two fit, "
        f"in {count} neither would rather have named another"
    )
    if found.selected is not None:
        values = utilities_text(study, {p: own[found.selected] for p, own in found.values.items()})
        text += f". Where each is a little unsure what still fits, both come nearest to the one that leaves {values}"
    return text + "."


def _moves(study: Study, found: LeverageGame) -> Iterator[str]:
    several = len(found.equilibria) > 1
    for equilibrium in found.equilibria:
        who = joined(_strategy(study, p, s) for p, s in equilibrium.strategies.items())
        best = " No such choice is better for anybody." if equilibrium.payoff_dominant and several else ""
        values = utilities_text(study, equilibrium.payoffs)
        yield (
            f"Before the next round no side would choose otherwise, given the others' choice, where {who}. "
            f"The talks that follow leave, after the cost of moves: {values}.{best}"
        )
    if found.saturated:
        variables = joined(label_of(name, study.game.scenario.spec.leverage[name]) for name in found.saturated)
        yield f"Some moves would take {variables} past the end of its range: there it is held, so they do less."
    if found.degenerate:
        yield "Some of these moves come to the same, so mixtures of these may be in equilibrium too."
    if not found.equilibria:
        yield f"Before the next round no {'' if found.pure_only is None else 'pure '}equilibrium of moves was found."
    if found.pure_only is not None:
        yield f"Only pure equilibria were looked for: {found.pure_only}."
    elif found.missing is not None:
        yield f"Other equilibria of moves may exist: {found.missing}."
    if found.unsettled:
        count = f"{found.unsettled:,} combination{'s' if found.unsettled > 1 else ''} of moves"
        yield f"After {count} it was not settled in time where the talks end: what follows from it may be otherwise."
    elif len(found.moves) > 2 and not found.degenerate:
        yield "There is no other equilibrium of moves, mixed ones included."
    for party, moves in found.dominated.items():
        if moves:
            names = " or ".join(_move(study, party, move) for move in moves[:_MOST_NAMED])
            names += f" or {len(moves) - _MOST_NAMED} more" if len(moves) > _MOST_NAMED else ""
            yield f"Whatever the others do, {study.game.label(party)} has a better move than {names}."
    if len(found.equilibria) == 1 and (better := trap(found, found.equilibria[0])) is not None:
        yield _trap(study, better)
    ahead = {p: worth for p, (_, worth) in found.commitment.items() if worth > RISKY}
    if ahead:
        yield f"To move first, in sight of the other, would be worth up to {utilities_text(study, ahead)}."


def _move(study: Study, party: str, move: str) -> str:
    return f"“{label_of(move, study.game.scenario.spec.moves[party][move])}”"


def _strategy(study: Study, party: str, mixture: Mapping[str, float]) -> str:
    played = {move: p for move, p in mixture.items() if p > 1e-9}
    if len(played) == 1:
        return f"{study.game.label(party)} chooses {_move(study, party, next(iter(played)))}"
    mixed = " or ".join(f"{_move(study, party, move)} ({100 * p:.0f} %)" for move, p in played.items())
    return f"{study.game.label(party)} leaves it to chance, {mixed}"


@dataclass(frozen=True)
class Trap:
    """Moves that all who move would rather see than those in equilibrium.

    Attributes
    ----------
    moves : dict of str to str
    tempted : tuple of str
        Who would then do better by another move.
    """

    moves: Mapping[str, str]
    tempted: tuple[str, ...]


def trap(found: LeverageGame, equilibrium: MoveEquilibrium) -> Trap | None:
    """Return moves that suit all who move better than an equilibrium, and who would leave them; None without any."""
    tables = list(found.payoffs.values())
    own = list(equilibrium.payoffs.values())
    better = np.logical_and.reduce([table > paid + 1e-9 for table, paid in zip(tables, own, strict=True)])
    if not better.any():
        return None
    least = np.where(better, np.minimum.reduce(tables), -np.inf)
    profile = tuple(int(k) for k in np.unravel_index(int(least.argmax()), least.shape))
    chosen = {p: moves[k] for (p, moves), k in zip(found.moves.items(), profile, strict=True)}
    return Trap(chosen, tuple(_tempted(found, profile)))


def _trap(study: Study, found: Trap) -> str:
    label = study.game.label
    choices = joined(f"{label(p)} chose {_move(study, p, move)}" for p, move in found.moves.items())
    tempted = joined(map(label, found.tempted))
    one = " alone" if len(found.tempted) == 1 else ", each alone,"
    return f"All who move would gain if {choices}; but then {tempted}{one} could do better by another move."


def _tempted(found: LeverageGame, profile: tuple[int, ...]) -> Iterator[str]:
    """Yield the movers who would leave a profile of moves, the others staying."""
    for axis, (party, table) in enumerate(found.payoffs.items()):
        others = tuple(slice(None) if k == axis else move for k, move in enumerate(profile))
        if table[others].max() > table[profile] + 1e-9:
            yield party


def _ultimatum(study: Study, found: TakeOrLeave) -> str:
    proposer, responder = study.game.label(found.proposer), study.game.label(found.responder)
    start = f"If {proposer} made one last offer without knowing {_number(study, found.path)}"
    fights = isinstance(study.game.scenario.spec.parties[found.responder].no_deal, WarNoDeal)
    war = war_text(study) if fights else "no deal"
    if found.best is None:
        return f"{start}, it would do best with none that {responder} could accept."
    risk = f"{100 * found.best.risk:.1f} %" if found.best.risk < RISKY else f"{100 * found.best.risk:.0f} %"
    if found.best.risk < RISKY:
        return f"{start}, its best offer would almost surely be accepted (a risk of {war} of {risk}){_room(found)}."
    text = (
        f"{start}, its best offer might be refused (a risk of {war} of {risk}); "
        f"accepted, it leaves {proposer} {found.best.utilities[found.proposer]:z.2f}"
    )
    if found.safe is None:
        return f"{text}. No offer is safe: {found.reason}."
    price = "next to nothing" if found.price is not None and found.price < 5e-4 else f"{found.price:z.3f}"
    return f"{text}. An offer that is surely accepted costs {proposer} {price} on average."


def _room(found: TakeOrLeave) -> str:
    if found.spread is None or found.spread >= found.surplus:
        return ""
    return (
        f": on average it would gain {found.surplus:z.2f} by a deal, and what it does not know moves what the other "
        f"has without one by {found.spread:z.2f} at most, so that pressing harder is not worth the risk"
    )


def _number(study: Study, path: str) -> str:
    """Return a private number in words."""
    keys, label = path.split("."), study.game.label
    if keys[0] == "parties":
        own = {
            ("no_deal",): f"what {label(keys[1])} has without a deal",
            ("no_deal", "cost"): f"what it costs {label(keys[1])} to do without a deal",
            ("no_deal", "outside"): f"what {label(keys[1])} gets by walking away",
            ("no_deal", "impasse"): f"what endless disagreement is worth to {label(keys[1])}",
            ("no_deal", "war", "cost"): f"what {war_text(study)} costs {label(keys[1])}",
            ("no_deal", "war", "discount_rate"): f"how impatient {label(keys[1])} is",
        }
        if keys[2:5] == ["no_deal", "war", "optimism"]:
            return f"how {label(keys[1])} rates {_outcome(study, keys[5])}"
        return own.get(tuple(keys[2:]), path)
    if keys[:2] == ["war", "outcomes"]:
        known = {"odds": "how likely", "worse_by": "how bad", "levels": "on what terms"}
        return f"{known.get(keys[3], path)} {_outcome(study, keys[2])} is" if keys[3] != "levels" else path
    return {"war.end_rate": f"how soon the {war_text(study)} ends"}.get(path, path)


def _outcome(study: Study, name: str) -> str:
    war = study.game.scenario.spec.war
    return f"“{label_of(name, war.outcomes[name] if war else None)}”"
