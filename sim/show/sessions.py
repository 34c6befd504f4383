"""Sessions of talks for a person: one screen of sentences and a table of tactics; one session offer by offer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.errors import counted
from sim.model.changes import changes
from sim.show.shares import percent
from sim.show.words import joined, level_name, number_text, term_text
from sim.simulations.session_answers import Group, Term, by_tactic, group, pairings, terms
from sim.simulations.session_records import Sessions

__all__ = ["sessions_lines", "tactic_words", "trace_lines"]

_FEW, _COLUMNS, _WIDTH = 3, 5, 13


def tactic_words(name: str) -> str:
    """Return what a reader calls a tactic.

    Examples
    --------
    >>> tactic_words("tit_for_tat"), tactic_words("boulware:0.1")
    ('tit for tat', 'boulware:0.1')
    """
    return name.replace("_", " ")


def sessions_lines(found: Sessions) -> Iterator[str]:
    """Yield what sessions of talks answer in sentences."""
    game, whole = found.game, group(found)
    yield f"{game.scenario.name}: {counted(len(found), 'session')} of talks. A thinking aid, not a forecast."
    yield from _how(found)
    yield from _agree(found, whole)
    if whole.round is not None:
        yield from _terms(found)
        yield from _gains(found, whole)
        if len(pairings(found)) > 1:
            yield from _table(found) if _fits(found) else _list(found)


def _how(found: Sessions) -> Iterator[str]:
    game = found.game
    one = found.rounds.min() == found.rounds.max()
    last = number_text(found.rounds[0]) if one else f"{found.rounds.min():,} to {found.rounds.max():,}"
    first = {"best": "its best deal of all that no red line rules out", "zone": "its best deal in the zone"}[
        found.start
    ]
    some = [game.signers[i] for i in np.unique(found.opens).tolist()]
    who = f"{game.label(some[0])} opens" if len(some) == 1 else "each side opens equally often"
    yield f"Offers in turn, {last} at most; {who}. A side first asks for {first}."
    wavers = f"; what is asked for wavers by {100 * found.noise:g} %" if found.noise else ""
    yield f"Every combination of tactics is played equally often{wavers}."
    levels = {name: float(x[0]) for name, x in found.levels.items() if x.min() == x.max()}
    changed = changes(game.scenario, leverage=levels, signers=game.signers).words()
    if changed:
        yield f"CHANGED  {'; '.join(changed)}."
    if found.resolution > 0:
        yield f"The deals that can be offered are known to {found.resolution:.1g} of utility only."


def _agree(found: Sessions, whole: Group) -> Iterator[str]:
    zone = float(found.zone.mean())
    if not len(found.points):
        yield "AGREE    no session: the red lines leave no outcome to offer."
        return
    if zone == 0:
        short = -float(found.margin.max())
        yield f"AGREE    no session: there is no zone; the best outcome leaves some side {short:.3f} short of no deal."
        return
    if whole.round is None:
        yield f"AGREE    no session, though a deal that all prefer to no deal exists in {percent(zone)} of them."
        return
    where = "all of them" if zone == 1 else percent(zone)
    yield f"AGREE    {percent(whole.agreed)} of the sessions end in a deal; one that all accept exists in {where}."
    middle, low, high = map(number_text, whole.round)
    most = f"nine in ten from offer {low} to {high}" if low != high else "and so are nine in ten"
    yield f"WHEN     the middle deal is made at offer {middle}; {most}."


def _terms(found: Sessions) -> Iterator[str]:
    game = found.game
    nash = np.unique(found.nash_row[found.zone])
    outcome = game.outcome(found.level_numbers(nash)[0]) if len(nash) == 1 else None
    beside = "; beside it the Nash deal" if outcome else ""
    yield f"TERMS    of the deals, the middle one and nine in ten{beside}:"
    for name, term in terms(found).items():
        text = f"         {game.label(name)}: {_term_text(found, name, term)}"
        yield f"{text} | {term_text(game, name, outcome[name])}" if outcome else text


def _term_text(found: Sessions, issue: str, term: Term) -> str:
    if len(term.shares) > 1 and term.middle is not None and term.low is not None and term.high is not None:
        middle = term_text(found.game, issue, term.middle)
        ends = [level_name(found.game, issue, level) for level in (term.low, term.high)]
        return f"{middle} ({ends[0]} to {ends[1]})" if term.low != term.high else f"{middle} in nine of ten"
    if len(term.shares) == 1:
        return f"{term_text(found.game, issue, next(iter(term.shares)))} in all"
    ranked = sorted(term.shares.items(), key=lambda pair: -pair[1])
    more = f" and {len(ranked) - _FEW} more" if len(ranked) > _FEW else ""
    return ", ".join(f"{level_name(found.game, issue, x)} {percent(share)}" for x, share in ranked[:_FEW]) + more


def _gains(found: Sessions, whole: Group) -> Iterator[str]:
    names = [found.game.label(name) for name in found.game.signers]
    nash = (found.nash - found.reservation)[found.zone].mean(axis=0).tolist()
    parts = [f"{n} {x:z.3f} (Nash deal {y:z.3f})" for n, x, y in zip(names, whole.gains, nash, strict=True)]
    yield f"GAINS    over no deal, a session without a deal counting 0: {joined(parts)}."
    loss = float(np.nanmax(found.to_frontier))
    wasted = "no deal wastes anything that all could have had" if loss < 5e-4 else f"a deal wastes up to {loss:.3f}"
    yield f"         The middle deal lies {whole.to_nash:.3f} from the Nash deal in utilities; {wasted}."


def _fits(found: Sessions) -> bool:
    return len(found.game.signers) == 2 and len(np.unique(found.tactics[:, 1])) <= _COLUMNS


def _table(found: Sessions) -> Iterator[str]:
    first, second = (found.game.label(name) for name in found.game.signers)
    told = pairings(found)
    rows, columns = (list(dict.fromkeys(pair[i] for pair in told)) for i in range(2))
    wide = max(len(tactic_words(name)) for name in rows)
    yield f"TACTICS  mean gain of {first} (rows) / of {second} (columns); where not all sessions"
    yield "         agree, how many in a hundred do:"
    yield " " * (wide + 2) + "".join(f"{tactic_words(name):>{_WIDTH}}" for name in columns)
    for own in rows:
        cells = "".join(f"{_cell(told.get((own, other))):>{_WIDTH}}" for other in columns)
        yield f"  {tactic_words(own):<{wide}}{cells}"


def _cell(own: Group | None, signer: int | None = None) -> str:
    """Return the gains of all signers, or of one, and the share that agrees where it is not all."""
    if own is None:
        return "-"
    if own.agreed == 0:
        return "no deal"
    gains = "/".join(f"{x:z.2f}" for x in (own.gains if signer is None else own.gains[signer : signer + 1]))
    return gains if own.agreed == 1 else f"{gains} {min(99, max(1, round(100 * own.agreed))):>2}"


def _list(found: Sessions) -> Iterator[str]:
    """Yield what each side gains itself with each tactic; pairings are too many for a table."""
    names = [found.game.label(name) for name in found.game.signers]
    told = [by_tactic(found, i) for i in range(len(names))]
    rows = list(dict.fromkeys(tactic for own in told for tactic in own))
    wide = max(len(tactic_words(name)) for name in rows)
    yield "TACTICS  mean gain of the side that follows it, over all tactics of the others; where not all"
    yield "         sessions agree, how many in a hundred do:"
    widths = [max(_WIDTH, len(name) + 2) for name in names]
    yield " " * (wide + 2) + "".join(f"{name:>{width}}" for name, width in zip(names, widths, strict=True))
    for tactic in rows:
        cells = [_cell(own.get(tactic), i) for i, own in enumerate(told)]
        yield f"  {tactic_words(tactic):<{wide}}" + "".join(f"{x:>{w}}" for x, w in zip(cells, widths, strict=True))


def trace_lines(found: Sessions, session: int) -> Iterator[str]:
    """Yield one session, by number from 0, offer by offer."""
    game, told = found.game, found.trace(session)
    names = [game.label(name) for name in game.signers]
    plays = [f"{n} {tactic_words(found.choices[k].text)}" for n, k in zip(names, found.tactics[session], strict=True)]
    yield f"SESSION  {session + 1}: {joined(plays)}."
    yield f"         What each offer is worth to {joined(names)}, and what they ask for then:"
    for s, proposer in enumerate(told.proposer):
        worth = "nothing to offer" if told.outcomes[s] is None else " · ".join(f"{u:z.3f}" for u in told.utilities[s])
        asks = " · ".join(f"{x:z.3f}" for x in told.asks[s])
        yield f"  {s + 1:>3}  {game.label(proposer)}: {worth} (asked {asks})"
    if told.agreed and (deal := told.outcomes[-1]) is not None:
        yield f"  Agreed: {'; '.join(f'{game.label(n)} {term_text(game, n, level)}' for n, level in deal.items())}."
    else:
        yield "  No deal."
