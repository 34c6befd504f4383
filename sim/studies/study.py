"""A study: one leverage point of a scenario, everything about it, in names."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import RequestError
from sim.evidence.provenance import provenance
from sim.game.compiled import Game, compile
from sim.game.terms import Terms, leverage_levels, terms
from sim.model.arguments import count_in, levels_in, outcome_in
from sim.model.names import names_in
from sim.model.scenario import Scenario, prepared
from sim.space.codes import Ints
from sim.space.maps import pair_maps
from sim.space.points import frozen
from sim.space.share import DRAWS, Share, share
from sim.space.trees import Folded, fold_space
from sim.studies.by_program import large, solve_by_program
from sim.studies.games.coalitions import coalitions
from sim.studies.games.demand import demands
from sim.studies.games.fixed_costs import fixed_cost_offers
from sim.studies.games.lasting import durability
from sim.studies.games.moves import leverage_game
from sim.studies.games.offers import alternating_offers
from sim.studies.games.random_proposer import random_proposer
from sim.studies.games.setting import Setting, named, signers_terms
from sim.studies.games.ultimatum import take_it_or_leave_it
from sim.studies.lotteries import mixes
from sim.studies.openings import MOST_ASKED, asked_lines
from sim.studies.ratification import ratification
from sim.studies.records import Deal, Games, LevelRange, Study, Zone, study_in
from sim.studies.solve import Choice, Point, Solved, levels_within, solve
from sim.studies.trades import Judgement, judge, trade_rates
from sim.studies.why import Why, may_fail, why
from sim.theory.bargaining.solutions import SOLUTIONS

__all__ = ["Deal", "LevelRange", "Study", "Zone", "judged", "maps", "study"]

Floats = NDArray[np.float64]
_SUSPICIOUS = 0.45


def study(
    scenario: Scenario | str,
    leverage: Mapping[str, float] | None = None,
    *,
    set: Mapping[str, Any] | None = None,
    lift_lines: Iterable[str] = (),
    sign: Iterable[str] = (),
    samples: int = DRAWS,
) -> Study:
    """Analyse a scenario at one leverage point.

    Parameters
    ----------
    scenario : Scenario or str
        Or the path of its file.
    leverage : mapping, optional
        Levels by variable; the others stay at their defaults.
    set : mapping, optional
        Values by path that replace the file's.
    lift_lines : iterable of str
        Red lines to leave out, as PARTY.LINE.
    sign : iterable of str
        Parties that sign besides those whose consent is needed.
    samples : int
        Draws for the share where the space is too large to count.

    Raises
    ------
    ScenarioError, RequestError, SizeError
        Something named does not exist or is not allowed, or a block of linked issues is too large.
    """
    signing, given, draws = names_in("sign", sign), levels_in("leverage", leverage), count_in("samples", samples)
    game = compile(prepared(scenario, set, lift_lines), signers=signing)
    levels = {name: float(level) for name, level in leverage_levels(game, given).items()}
    found = terms(game, levels)
    if found.illegal:
        raise RequestError("\n".join(found.illegal))
    return _analyse(game, levels, found, draws)


def _analyse(game: Game, levels: Mapping[str, float], found: Terms, samples: int) -> Study:
    folded = fold_space(game.space)
    point = signers_terms(game, found)
    solved = solve_by_program(folded, point) if large(folded.frontier) else solve(folded, point)
    shares = share(game.space, point.reservation[None, :], draws=samples)
    if solved.exists is False:
        shares = Share(np.zeros(1), np.zeros(1), np.zeros(1), shares.method)
    setting = Setting(game, folded, levels, found, point)
    rows = {name: _levels_of(game, solved, choice) for name, choice in solved.choices.items()}
    games, lasting = _games(setting), durability(setting, rows)
    reasons = why(game, folded.frontier, point, solved, levels)
    mixed = mixes(game, folded.frontier, point)
    reasons = dataclasses.replace(reasons, prices=mixed.prices, prices_sole=mixed.prices_sole)
    if solved.exists:
        reasons = dataclasses.replace(reasons, reasons=may_fail(games.ultimatum, lasting))
    return Study(
        game=game,
        leverage=levels,
        reservation=named(game.parties, found.reservation[0]),
        disagreement=named(game.parties, found.disagreement[0]),
        zone=_zone(game, solved, point, shares),
        frontier=frozen(solved.frontier),
        resolution=solved.resolution,
        range_resolution=solved.loss,
        solutions={name: _deal(game, rows[name], choice, found) for name, choice in solved.choices.items()},
        why=reasons,
        mixes=mixed,
        trade_rates=trade_rates(game, rows["nash"]) if solved.exists else (),
        games=games,
        durability=lasting,
        coalitions=coalitions(setting, rows, solved),
        ratification=ratification(setting, rows),
        folded=folded,
        point=point,
        provenance=provenance(game.scenario),
        notes=_notes(solved, reasons, folded, game),
    )


def _games(setting: Setting) -> Games:
    return Games(
        offers=alternating_offers(setting),
        fixed_costs=fixed_cost_offers(setting),
        random_proposer=random_proposer(setting),
        demand=demands(setting),
        leverage=leverage_game(setting),
        ultimatum=take_it_or_leave_it(setting),
    )


def _levels_of(game: Game, solved: Solved, choice: Choice) -> Ints:
    return np.asarray(game.space.levels(solved.frontier.codes[choice.row][None, :])[0])


def _zone(game: Game, solved: Solved, point: Point, shares: Share) -> Zone:
    surplus = (
        {} if not solved.exists else dict(zip(game.signers, (solved.ideal - point.reservation).tolist(), strict=True))
    )
    ranges = {name: _range(game, k, solved.levels[k]) for k, name in enumerate(game.issues)} if solved.exists else {}
    margin = None if solved.margin == -np.inf else solved.margin
    return Zone(solved.exists, margin, surplus, shares, ranges)


def judged(study: Study, outcome: Mapping[str, Any]) -> Judgement:
    """Judge a proposed deal, a level for every issue, at the study's leverage point.

    Raises
    ------
    RequestError
        An issue is unknown or missing, or a level is not one of its levels.
    """
    found = study_in(study)
    return judge(found.game, found.folded.frontier, found.point, outcome_in("outcome", outcome))


def maps(study: Study) -> dict[tuple[str, str], NDArray[np.bool_]]:
    """Return, for every pair of issues, which combinations of levels occur in some agreement."""
    names = study.game.issues
    found = pair_maps(study.folded, study.point.reservation[None, :])
    return {(names[k], names[m]): grid[0] for (k, m), grid in found.items()}


def _range(game: Game, issue: int, mask: NDArray[np.bool_]) -> LevelRange:
    return LevelRange(tuple(level for level, inside in zip(game.levels[issue], mask, strict=True) if inside))


def _deal(game: Game, levels: Ints, choice: Choice, found: Terms) -> Deal:
    utilities = game.factors.utilities(levels[None, :])[0]
    gains = utilities - found.reservation[0]
    return Deal(
        outcome=game.outcome(levels),
        utilities=dict(zip(game.parties, utilities.tolist(), strict=True)),
        gains=dict(zip(game.parties, gains.tolist(), strict=True)),
        within={name: _range(game, k, levels_within(choice, k)) for k, name in enumerate(game.issues)},
        profile=dict(zip(game.issues, map(_read_only, choice.profile), strict=False)),
        ties=choice.ties,
    )


def _read_only(values: Floats) -> Floats:
    values.flags.writeable = False
    return values


def _notes(solved: Solved, reasons: Why, folded: Folded, game: Game) -> dict[str, str]:
    notes = {f"scenario.{path}": text for path, text in game.scenario.notes.items()}
    if not len(folded.frontier.points):
        notes["zone.margin"] = f"the {game.rules} together leave no outcome"
    if solved.margin > _SUSPICIOUS:
        notes["zone"] = (
            f"every signer can gain {solved.margin:.2f} at once, about half of the scale or more: check that what "
            "no deal is worth is not too low, and that the sides want different things"
        )
    if solved.exists is None:
        notes["zone.exists"] = (
            f"undecided: the margin is at least {solved.margin:.2g} and at most {solved.margin + solved.resolution:.2g}"
        )
    if solved.loss > 0:
        notes["zone.issues"] = f"found on frontiers known to {solved.loss:.2g}: further levels may just be possible"
    if reasons.unsettled:
        names = ", ".join(reasons.unsettled)
        notes["why"] = f"not settled in time: {names}; there may be more, or less may be enough"
    if not asked_lines(game):
        notes["why.lifts"] = (
            f"{len(game.lines):,} red lines: what it would change to lift or move each of them, or some together, is "
            f"looked at for at most {MOST_ASKED}; lift those of interest by name"
        )
    if solved.exists is None:
        notes["solutions"] = "whether there is a zone is undecided, so no deal is proposed"
    elif not solved.exists:
        notes["solutions"] = "no zone of possible agreement was found, so there is no deal to propose"
    elif any(SOLUTIONS[name].compares_parties for name in solved.choices):
        names = ", ".join(name for name in solved.choices if SOLUTIONS[name].compares_parties)
        notes["solutions"] = f"{names} compare utilities across parties, as does the size of the margin"
    return notes
