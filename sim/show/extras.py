"""Lotteries over deals and trade rates, in sentences: what `--all` adds."""

from __future__ import annotations

from collections.abc import Iterator

from sim.show.words import unit_text
from sim.studies.study import Study
from sim.theory.bargaining.solutions import SOLUTIONS

__all__ = ["lottery_sentences", "trade_sentences"]

_MOST_RATES = 6


def lottery_sentences(study: Study) -> Iterator[str]:
    """Yield each solution with lotteries: a bound on what single deals can give, not a proposal."""
    for name, mix in study.mixes.solutions.items():
        values = ", ".join(f"{study.game.label(p)} {u:z.3f}" for p, u in mix.utilities.items())
        sure = mix.probability > 1 - 1e-9 or mix.first == mix.second
        how = (
            "a sure deal"
            if sure
            else f"two deals mixed {100 * mix.probability:.0f} : {100 - 100 * mix.probability:.0f}"
        )
        yield f"{SOLUTIONS[name].label}: {values} ({how})."


def trade_sentences(study: Study) -> Iterator[str]:
    """Yield how many units of one issue make up for a unit of another at the Nash deal, where parties differ most."""
    game = study.game
    rates = [rate for rate in study.trade_rates if rate.give < rate.take]
    known = [rate for rate in rates if all(rate.rates[p] for p in game.signers)]

    def spread(values: list[float]) -> float:
        return max(values) / min(values) if min(values) > 0 else 1.0

    known.sort(key=lambda rate: -spread([abs(rate.rates[p] or 0.0) for p in game.signers]))
    for rate in known[:_MOST_RATES]:
        parts = [f"{game.label(p)} {rate.rates[p]:+.4g}" for p in game.signers]
        unit = unit_text(game, rate.take).strip() or "units"
        swap = f"One more of {game.label(rate.give)} is made up for by {game.label(rate.take)}"
        yield f"{swap}: {', '.join(parts)} {unit}."
