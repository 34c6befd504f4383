"""Lotteries over deals and trade rates, in sentences: what `--all` adds."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.show.words import level_name, term_text, unit_text
from sim.studies.equivalents import equivalents
from sim.studies.study import Study
from sim.studies.trades import TradeRate
from sim.theory.bargaining.solutions import SOLUTIONS

__all__ = ["lottery_sentences", "trade_sentences", "unit_sentences"]

_MOST_RATES = 6
_WORDS = {"up": "more", "down": "less"}


def lottery_sentences(study: Study) -> Iterator[str]:
    """Yield each solution with lotteries: a bound on what single deals can give, not a proposal."""
    for name, mix in study.mixes.solutions.items():
        values = ", ".join(f"{study.game.label(p)} {u:z.3f}" for p, u in mix.utilities.items())
        shares = " : ".join(f"{100 * part.chance:.0f}" for part in mix.parts)
        how = "a sure deal" if mix.sure else f"{len(mix.parts)} deals mixed {shares}"
        yield f"{SOLUTIONS[name].label}: {values} ({how})."


def trade_sentences(study: Study) -> Iterator[str]:
    """Yield how many units of one issue make up for a unit of another at the Nash deal, where signers differ most.

    A way that only mirrors another, as on a straight line, is not said twice.
    """
    game = study.game
    known = [r for r in study.trade_rates if r.give < r.take and all(r.rates[p] for p in game.signers)]
    told: list[TradeRate] = []
    for rate in known:
        if not any(_mirrors(rate, other) for other in told):
            told.append(rate)
    told.sort(key=lambda rate: -_spread([abs(rate.rates[p] or 0.0) for p in game.signers]))
    for rate in told[:_MOST_RATES]:
        yield _trade_sentence(study, rate)


def unit_sentences(study: Study) -> Iterator[str]:
    """Yield for each signer a move of one term and what it is worth, beside its gain: utility in natural units."""
    game = study.game
    for one in equivalents(study):
        span = f"{level_name(game, one.issue, one.start)} to {term_text(game, one.issue, one.end)}"
        words = f"To {game.label(one.party)} moving {game.label(one.issue)} from {span} is worth {one.worth:z.2f}"
        yield f"{words}; the Nash deal gains it {one.gain:z.2f} over no deal."


def _mirrors(rate: TradeRate, other: TradeRate) -> bool:
    """Say whether the opposite move is made up for by the opposite of what makes up for this one."""
    if (rate.give, rate.take) != (other.give, other.take):
        return False
    if rate.give_way == other.give_way or rate.take_way == other.take_way:
        return False
    pairs = [(rate.rates[p] or 0.0, other.rates[p] or 0.0) for p in rate.rates]
    return all(math.isclose(x, -y, rel_tol=1e-6) for x, y in pairs)


def _trade_sentence(study: Study, rate: TradeRate) -> str:
    game = study.game
    parts = [f"{game.label(p)} {rate.rates[p]:+.4g}" for p in game.signers]
    unit = unit_text(game, rate.take).strip() or "units"
    moved = f"One {_WORDS[rate.give_way]} of {game.label(rate.give)}"
    return f"{moved} is made up for by {game.label(rate.take)}: {', '.join(parts)} {unit}."


def _spread(values: list[float]) -> float:
    return max(values) / min(values) if min(values) > 0 else 1.0
