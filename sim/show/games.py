"""Equilibria of the scenario's games in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from sim.model.base import label_of
from sim.model.parties import WarNoDeal
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

__all__ = ["equilibrium_sentences"]


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
    elif study.game.scenario.spec.moves:
        yield f"What each side may do before the next round is no game here: {games.leverage.reason}."
    for game in games.ultimatum:
        yield f"No last offer to show for {game.reason}." if isinstance(game, Absent) else _ultimatum(study, game)


def _offers(study: Study, found: Offers) -> Iterator[str]:
    parts = [
        f"with {study.game.label(opener)} opening, {utilities_text(study, mix.utilities)}"
        for opener, mix in found.first.items()
    ]
    risk = f" and a refusal ends talks with a chance of {100 * found.breakdown:g} %" if found.breakdown else ""
    if found.last_round is not None:
        risk += f", the last in round {found.last_round}" if found.last_round > 1 else " and there is one offer only"
    yield (
        f"In alternating offers (deals or lotteries between two{risk}) the first is accepted: {'; '.join(parts)}. "
        f"Opening rather than answering is worth {utilities_text(study, found.advantage, '.3f')}."
    )


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
        parts.append(f"with {study.game.label(opener)} opening, {shown}")
    costs = utilities_text(study, found.costs, ".3g")
    return f"If instead each round of talks costs a fixed amount ({costs}): {'; '.join(parts)}."


def _demand(study: Study, found: Demand) -> str:
    pure = [e for e in found.equilibria if all(max(s) > 1 - 1e-9 for s in e.strategies.values())]
    count = f"{len(pure)} {'equilibrium is' if len(pure) == 1 else 'equilibria are'}"
    text = f"If each side demands one of {len(found.stances)} packages at once, {count} in pure demands"
    if found.selected is not None:
        values = utilities_text(study, {p: own[found.selected] for p, own in found.values.items()})
        text += f"; slight doubt about what is compatible picks {values}"
    return text + "."


def _moves(study: Study, found: LeverageGame) -> Iterator[str]:
    several = len(found.equilibria) > 1
    for equilibrium in found.equilibria:
        who = ", ".join(_strategy(study, p, s) for p, s in equilibrium.strategies.items())
        best = " (no equilibrium is better for anybody)" if equilibrium.payoff_dominant and several else ""
        values = utilities_text(study, equilibrium.payoffs)
        yield f"Before the next round, in equilibrium: {who}. After the cost of moves: {values}{best}."
    if found.degenerate:
        yield "Some of these moves come to the same, so mixtures of these may be in equilibrium too."
    if not found.equilibria:
        yield f"Before the next round no {'' if found.pure_only is None else 'pure '}equilibrium of moves was found."
    if found.pure_only is not None:
        yield f"Only pure equilibria were looked for: {found.pure_only}."
    elif found.missing is not None:
        yield f"Other equilibria of moves may exist: {found.missing}."
    elif len(found.moves) > 2 and not found.degenerate:
        yield "There is no other equilibrium of moves, mixed ones included."
    for party, moves in found.dominated.items():
        if moves:
            names = " or ".join(_move(study, party, move) for move in moves[:_MOST_NAMED])
            names += f" or {len(moves) - _MOST_NAMED} more" if len(moves) > _MOST_NAMED else ""
            yield f"For {study.game.label(party)} another move is better than {names} whatever the others do."
    if len(found.equilibria) == 1:
        yield from _trap(study, found, found.equilibria[0])
    ahead = {p: worth for p, (_, worth) in found.commitment.items() if worth > RISKY}
    if ahead:
        yield f"Moving first in sight of the other would be worth up to {utilities_text(study, ahead)}."


def _move(study: Study, party: str, move: str) -> str:
    return f"“{label_of(move, study.game.scenario.spec.moves[party][move])}”"


def _strategy(study: Study, party: str, mixture: Mapping[str, float]) -> str:
    played = {move: p for move, p in mixture.items() if p > 1e-9}
    if len(played) == 1:
        return f"{study.game.label(party)} {_move(study, party, next(iter(played)))}"
    mixed = " or ".join(f"{_move(study, party, move)} ({100 * p:.0f} %)" for move, p in played.items())
    return f"{study.game.label(party)} {mixed}"


def _trap(study: Study, found: LeverageGame, equilibrium: MoveEquilibrium) -> Iterator[str]:
    tables = list(found.payoffs.values())
    own = list(equilibrium.payoffs.values())
    better = np.logical_and.reduce([table > paid + 1e-9 for table, paid in zip(tables, own, strict=True)])
    if better.any():
        least = np.where(better, np.minimum.reduce(tables), -np.inf)
        profile = tuple(int(k) for k in np.unravel_index(int(least.argmax()), least.shape))
        moves = zip(found.moves.items(), profile, strict=True)
        choices = ", ".join(f"{study.game.label(p)} {_move(study, p, own[k])}" for (p, own), k in moves)
        tempted = joined(study.game.label(p) for p in _tempted(found, profile))
        yield f"All who move would gain from {choices}, but {tempted} could then do better by another move."


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
    risk = f"risk of {war_text(study)}" if fights else "risk of no deal"
    if found.best is None:
        return f"{start}, it would do best with none that {responder} could accept."
    if found.best.risk < RISKY:
        return f"{start}, its best offer would run next to no {risk} ({100 * found.best.risk:.1f} %){_room(found)}."
    worth = f"for a utility of {found.best.utilities[found.proposer]:z.2f} if accepted"
    text = f"{start}, its best offer would run a {risk} of {100 * found.best.risk:.0f} % {worth}"
    if found.safe is None:
        return f"{text}; no offer is safe: {found.reason}."
    price = "next to nothing" if found.price is not None and found.price < 5e-4 else f"{found.price:z.3f}"
    return f"{text}; the best offer that is always accepted is worth {price} less to it on average."


def _room(found: TakeOrLeave) -> str:
    if found.spread is None or found.spread >= found.surplus:
        return ""
    doubt = f"the {found.spread:z.2f} by which the other side's value of no deal is uncertain"
    return f": what a deal gains it on average, {found.surplus:z.2f}, is more than {doubt}"


def _number(study: Study, path: str) -> str:
    """Return a private number in words."""
    keys, label = path.split("."), study.game.label
    if keys[0] == "parties":
        own = {
            ("no_deal",): f"what {label(keys[1])} has without a deal",
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
