"""`sim.sessions`: talks as they unfold, thousands at a time, on the deals that a scenario really has."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.game.compiled import compile
from sim.model.arguments import count_in, level_in, map_in
from sim.model.names import names_in
from sim.model.scenario import Scenario, prepared
from sim.simulations.session_records import Sessions
from sim.simulations.session_requests import (
    check_frontier,
    check_sizes,
    choices_in,
    dealt,
    levels_of_sessions,
    openers_in,
    rounds_in,
)
from sim.simulations.session_terms import SessionTerms, session_terms
from sim.simulations.simulate import generator_in
from sim.simulations.tactics import Choice
from sim.sweeps.batch.batch import Compiled
from sim.theory.talks.turns import Sides, talk

__all__ = ["sessions"]

Ints = NDArray[np.int64]
MOST, NOISE = 1_000_000, 0.05


def sessions(
    scenario: Scenario | str,
    n: int = 1000,
    *,
    tactics: Mapping[str, Any] | None = None,
    rounds: Any = None,
    opens: str | None = None,
    noise: float = NOISE,
    start: str = "best",
    rng: int | np.random.Generator = 1,
    leverage: Mapping[str, Any] | None = None,
    set: Mapping[str, Any] | None = None,
    lift_lines: Iterable[str] = (),
    sign: Iterable[str] = (),
) -> Sessions:
    """Let the signers talk: offers in turn, each side by its tactic, until all accept one or talks end.

    Parameters
    ----------
    scenario : Scenario or str
        Or the path of its file.
    n : int
        Sessions.
    tactics : mapping, optional
        By signer a tactic (``boulware``, ``linear``, ``conceder``, ``tit_for_tat``, ``stationary``), with an exponent
        if wanted (``boulware:0.1``), or a list of them; all that apply unless told. Every combination of tactics and
        opener is dealt to as many sessions as any other, give or take one.
    rounds : int or array_like of int, shape (n,), optional
        Offers until talks end without a deal; the scenario's ``talks.last_round`` unless told, else 20.
    opens : str, optional
        The signer who makes the first offer; each in as many sessions as any other unless told. Turns go round in the
        order of the file.
    noise : float
        How much demands waver: what a side asks for over no deal is multiplied by exp(noise z), z normal, anew in each
        round; never above its first demand nor below no deal.
    start : str
        What a side asks for first: ``best``, its best of all that crosses no red line, or ``zone``, its best in the
        zone (where there is one), as if it knew what the others would never accept.
    rng : int or numpy Generator
        What all draws follow from.
    leverage : mapping, optional
        A level by variable, or an array of them, shape (n,).
    set, lift_lines, sign
        As for `sim.study`.

    Returns
    -------
    Sessions
        No deal is a result: the share of sessions that end in one may be 0.

    Raises
    ------
    ScenarioError, RequestError, SizeError
        Something named does not exist or is not allowed; three signers or more whose frontier is not exact.

    Examples
    --------
    >>> import sim
    >>> found = sim.sessions(
    ...     "scenarios/teaching/divide-the-dollar.yaml", 2,
    ...     tactics={"first": "linear", "second": "linear"}, rounds=21, opens="first", noise=0,
    ... )
    >>> found.round.tolist(), found.utilities.round(2).tolist()
    ([11, 11], [[0.5, 0.5], [0.5, 0.5]])
    """
    signing, count = names_in("sign", sign), count_in("n", n, most=MOST)
    game = compile(prepared(scenario, set, lift_lines), signers=signing)
    generator, compiled = generator_in(rng), Compiled(game)
    wavers, levels = level_in("noise", noise), levels_of_sessions(game, leverage, count)
    choices, first = choices_in(game, map_in("tactics", tactics)), openers_in(game, opens)
    last = rounds_in(game, rounds, count)
    check_sizes(game, count, int(last.max()), noise=wavers, start=start)
    check_frontier(compiled, count, int(last.max()))
    state = json.dumps(generator.bit_generator.state, default=lambda x: x.tolist())
    used = tuple(dict.fromkeys(choice for own in choices for choice in own))
    tactic, opener = dealt([[used.index(choice) for choice in own] for own in choices], first, count, generator)
    here = session_terms(compiled, levels, count, start)
    shape = (int(last.max()) + 1, *tactic.shape)
    waver = np.exp(wavers * generator.standard_normal(shape)) if wavers else None
    course = talk(compiled.utilities, _sides(here, used, (tactic, opener, last)), waver=waver)
    return Sessions(
        game=game,
        points=compiled.folded.frontier.points,
        resolution=compiled.folded.frontier.resolution,
        levels=levels,
        choices=used,
        tactics=tactic,
        opens=opener,
        rounds=last,
        noise=wavers,
        start=start,
        top=here.top,
        reservation=here.reservation,
        nash=here.nash,
        nash_row=here.nash_row,
        margin=here.margin,
        round=course.round,
        row=course.row,
        offers=course.offers,
        asks=course.asks,
        rng=state,
    )


def _sides(here: SessionTerms, used: Sequence[Choice], hands: tuple[Ints, Ints, Ints]) -> Sides:
    """Return who talks: what each has without a deal and asks for first, by which tactic, who opens, for how long."""
    tactic, opener, last = hands
    names, exponents = np.array([choice.name for choice in used]), np.array([choice.exponent for choice in used])
    return Sides(
        least=here.reservation,
        top=here.top,
        tactic=names[tactic],
        exponent=exponents[tactic],
        proposes=here.proposes,
        accepts=here.accepts,
        opens=opener,
        rounds=last,
    )
