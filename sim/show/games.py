"""Equilibria of the scenario's games in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from sim.errors import counted
from sim.model.base import label_of
from sim.model.parties import WarNoDeal
from sim.show.rounds import round_sentences
from sim.show.words import joined, utilities_text, war_text
from sim.studies.exactness import aside, noted
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
_LITTLE = 0.01
_PREMISE = "Each side is taken to think of nothing but its own utility, from 0 to 1."
_HOLDS = "given what the others do, no side does better by another move"

__all__ = ["Trap", "equilibrium_sentences", "trap"]


def equilibrium_sentences(study: Study) -> Iterator[str]:
    """Yield sentences on the games of a study; games that need more input are left out."""
    found = list(_games(study))
    if found:
        yield _PREMISE
        yield from found


def _games(study: Study) -> Iterator[str]:
    games = study.games
    if isinstance(games.offers, Offers):
        yield from _offers(study, games.offers)
    if isinstance(games.random_proposer, RandomProposer):
        yield from _random_proposer(study, games.random_proposer)
    if isinstance(games.fixed_costs, FixedCosts):
        yield _fixed_costs(study, games.fixed_costs)
    if isinstance(games.demand, Demand):
        yield _demand(study, games.demand) + noted(study.games_resolution["demand_game"])
    if isinstance(games.leverage, LeverageGame):
        yield from _moves(study, games.leverage)
        yield from round_sentences(study)
    elif study.game.scenario.spec.moves:
        yield f"What each side may do before the next round is no game here: {games.leverage.reason}."
    for game in games.ultimatum:
        if isinstance(game, Absent):
            yield f"No last offer to show for {game.reason}."
        else:
            yield _ultimatum(study, game) + noted(game.resolution)


def _offers(study: Study, found: Offers) -> Iterator[str]:
    parts = [
        f"made by {study.game.label(opener)} it leaves {utilities_text(study, mix.utilities)}"
        for opener, mix in found.first.items()
    ]
    rules = "If the two sides make offers in turn, of a deal or of a draw between two deals"
    if found.last_round == 1:
        rules = "If there is one offer only, of a deal or of a draw between two deals"
    elif found.last_round is not None:
        rules += f", the last in round {found.last_round}"
    if found.breakdown:
        rules += f", and each refusal ends the talks with a chance of {100 * found.breakdown:g} %"
    yield f"{rules}, the first offer is accepted: {'; '.join(parts)}."
    worth = joined(f"{x:z.3f} to {study.game.label(p)}" for p, x in found.advantage.items())
    little = "hardly matters" if max(found.advantage.values(), default=0.0) < _LITTLE else "matters"
    yield f"Who opens {little}: to make the first offer rather than answer it is worth {worth}."


def _random_proposer(study: Study, found: RandomProposer) -> Iterator[str]:
    values = utilities_text(study, found.agreement.utilities)
    lottery = "" if found.agreement.sure else ", on average over deals drawn by lot"
    turns = "all equally often" if len(set(found.chance.values())) == 1 else "each as often as its power says"
    power = joined(f"{study.game.label(p)} {100 * share:.0f} %" for p, share in found.power.items())
    yield (
        f"If any side may be next to propose ({turns}), all must accept and little time passes between proposals, "
        f"talks settle near {values}{lottery}. A side gets more the longer it can wait and "
        f"the more often it proposes; of all such bargaining power {power}."
    )
    if found.outcome is None:
        yield "No single deal comes near that for all."
    elif found.utilities is not None and not found.agreement.sure:
        doubt = aside(study.games_resolution["random_proposer"])
        yield f"The single deal that comes nearest leaves {utilities_text(study, found.utilities)}{doubt}."


def _fixed_costs(study: Study, found: FixedCosts) -> str:
    parts = []
    for opener, least in found.least.items():
        most = found.most[opener]
        several = any(abs(least[p] - most[p]) > 1e-9 for p in least)
        shown = utilities_text(study, least) + (f" to {utilities_text(study, most)}" if several else "")
        parts.append(f"with {study.game.label(opener)} first, {shown}")
    costs = utilities_text(study, found.costs, ".3g")
    return f"If instead each round of talks costs a fixed amount ({costs}), the first offer leaves: {'; '.join(parts)}."


def _demand(study: Study, found: Demand) -> str:
    pure = [e for e in found.equilibria if all(max(s) > 1 - 1e-9 for s in e.strategies.values())]
    text = (
        "If instead both name a demand at the same moment, each one of the same "
        f"{counted(len(found.stances), 'package')}, and get a deal "
        f"only where the two demands fit, there {'is' if len(pure) == 1 else 'are'} "
        f"{counted(len(pure), 'pair')} of demands in which neither would rather have asked for more or for less"
    )
    if found.selected is not None:
        values = utilities_text(study, {p: own[found.selected] for p, own in found.values.items()})
        text += f". If both are a little unsure which demands fit, the package they meet at leaves {values}"
    return text + "."


def _moves(study: Study, found: LeverageGame) -> Iterator[str]:
    yield from _equilibria(study, found)
    if found.saturated:
        variables = joined(label_of(name, study.game.scenario.spec.leverage[name]) for name in found.saturated)
        yield f"Some moves would take {variables} past the end of its range: there it is held, so they do less."
    if found.degenerate:
        yield "Some of these moves come to the same, so further choices by chance among them may hold too."
    if found.pure_only is not None:
        yield f"Only sure choices of moves were looked at: {found.pure_only}."
    elif found.missing is not None:
        yield f"Other choices of moves may hold too: {found.missing}."
    if found.unsettled:
        count = f"{counted(found.unsettled, 'combination')} of moves"
        yield f"After {count} it was not settled in time where the talks end: what follows from it may be otherwise."
    elif len(found.moves) > 2 and found.complete:
        yield "No other choice of moves holds in this way, choices left to chance included."
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


def _equilibria(study: Study, found: LeverageGame) -> Iterator[str]:
    """Yield the moves from which nobody would turn away by itself, and what they lead to."""
    several = len(found.equilibria) > 1
    if not found.equilibria:
        sure = "" if found.pure_only is None else "sure "
        yield f"Before the next round no {sure}choice of moves was found that each side would keep to."
    elif several:
        yield (
            f"Before the next round {len(found.equilibria)} choices of moves hold, in the sense that no side does "
            "better by another move while the others keep to theirs."
        )
    for equilibrium in found.equilibria:
        who = joined(_strategy(study, p, s) for p, s in equilibrium.strategies.items())
        what = f"One of them: {who}." if several else f"Before the next round {who}: {_HOLDS}."
        best = " None of the others is better for anybody." if equilibrium.payoff_dominant and several else ""
        values = utilities_text(study, equilibrium.payoffs)
        yield f"{what} The talks that follow leave, with the cost of moves taken off: {values}.{best}"


def _move(study: Study, party: str, move: str) -> str:
    return f"“{label_of(move, study.game.scenario.spec.moves[party][move])}”"


def _strategy(study: Study, party: str, mixture: Mapping[str, float]) -> str:
    played = {move: p for move, p in mixture.items() if p > 1e-9}
    if len(played) == 1:
        return f"{study.game.label(party)} chooses {_move(study, party, next(iter(played)))}"
    mixed = joined(f"{_move(study, party, move)} ({100 * p:.0f} %)" for move, p in played.items())
    return f"{study.game.label(party)} keeps the others guessing between {mixed}"


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
    each = "" if len(found.tempted) == 1 else " each"
    return f"All would be better off if {choices}; but then {tempted} would{each} be tempted by another move."


def _tempted(found: LeverageGame, profile: tuple[int, ...]) -> Iterator[str]:
    """Yield the movers who would leave a profile of moves, the others staying."""
    for axis, (party, table) in enumerate(found.payoffs.items()):
        others = tuple(slice(None) if k == axis else move for k, move in enumerate(profile))
        if table[others].max() > table[profile] + 1e-9:
            yield party


def _ultimatum(study: Study, found: TakeOrLeave) -> str:
    proposer, responder = study.game.label(found.proposer), study.game.label(found.responder)
    start = f"Suppose {proposer} makes one last offer, to take or leave, not knowing {_number(study, found.path)}."
    if found.best is None:
        return f"{start} It would do best with none that {responder} could accept."
    fights = isinstance(study.game.scenario.spec.parties[found.responder].no_deal, WarNoDeal)
    end = f"which means {war_text(study)}" if fights else "which means no deal"
    if found.best.risk < RISKY:
        risk = f"refused in {100 * found.best.risk:.1f} % of cases, {end}"
        return f"{start} The offer that serves it best is almost surely accepted ({risk}).{_room(study, found)}"
    text = (
        f"{start} The offer that serves it best is refused in {100 * found.best.risk:.0f} % of cases, {end}; "
        f"accepted, it leaves {proposer} {found.best.utilities[found.proposer]:z.2f}"
    )
    if found.safe is None:
        return f"{text}. It has no offer to make that is sure to be accepted: {found.reason}."
    price = "next to nothing" if found.price is not None and found.price < 5e-4 else f"{found.price:z.3f}"
    return f"{text}. To be sure that {responder} accepts would cost {proposer} {price} on average."


def _room(study: Study, found: TakeOrLeave) -> str:
    """Return why it does not pay to press harder, where a deal is worth more than all that could be pressed for."""
    if found.spread is None or found.spread >= found.surplus:
        return ""
    return (
        f" To ask for more would not pay: {study.game.label(found.proposer)} has more to lose without a deal "
        f"({found.surplus:z.2f} on average) than to win by guessing right how little "
        f"{study.game.label(found.responder)} would settle for ({found.spread:z.2f} at most)."
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
