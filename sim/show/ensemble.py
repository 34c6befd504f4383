"""An ensemble for a person: one screen of sentences, each share with its interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console

from sim.ensembles.answers import Answers
from sim.errors import counted
from sim.show.shares import percent, share_text
from sim.show.text import Text
from sim.theory.bargaining.solutions import SOLUTIONS

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["answer_lines", "deal_label", "map_lines", "print_lines"]

_FEW = 3
_LEVELS = 6


def print_lines(console: Console, lines: Iterator[str]) -> None:
    """Print sentences."""
    for line in lines:
        console.print(Text(line), soft_wrap=True)


def answer_lines(found: Answers, labels: Mapping[str, str]) -> Iterator[str]:
    """Yield what an ensemble answers in sentences.

    Parameters
    ----------
    found : Answers
    labels : dict of str to str
        What a reader calls each party and each issue.
    """
    yield f"{counted(found.truths, 'truth')}, drawn from {found.known} (rng {found.rng}); intervals hold with 95 %."
    yield f"ZONE     a zone of possible agreement exists in {share_text(found.zone)} of the truths."
    if found.zone.undecided:
        left = counted(found.zone.undecided, "truth")
        yield f"         {left} could not be settled; the interval counts them both ways."
    yield from _margin(found)
    for party, surplus in found.surplus.items():
        yield f"         {labels[party]} could gain {_span(surplus)} where there is one."
    yield from _blocks(found, labels)
    yield from _acceptance(found, labels)
    yield from _terms(found, labels)
    yield "Weights drawn independently for each party differ more than like-minded parties' would: that makes trades."


def _span(quantiles: Mapping[float, float]) -> str:
    values = list(quantiles.values())
    return f"{values[2]:.3f} (nine in ten from {values[0]:.3f} to {values[-1]:.3f})"


def _margin(found: Answers) -> Iterator[str]:
    if not found.margin or found.width is None:
        yield "MARGIN   the red lines leave no outcome in any truth."
        return
    aside = f"; in a truth it may be better, by {found.width:.2g} on average" if found.width > 0.5e-3 else ""
    yield f"MARGIN   the middle one is {_span(found.margin)}{aside}."


def _blocks(found: Answers, labels: Mapping[str, str]) -> Iterator[str]:
    if found.blocks:
        parts = [f"{labels[name]} {percent(price)}" for name, price in found.blocks.items()]
        yield f"BLOCKS   without a zone, lower no-deal values open one fastest by {', '.join(parts)} (mean prices)."


def _acceptance(found: Answers, labels: Mapping[str, str]) -> Iterator[str]:
    for name, shares in found.deals.items():
        each = ", ".join(f"{labels[party]} {percent(s.value)}" for party, s in shares.items() if party != "all")
        yield f"ACCEPTED {deal_label(name)}: by all in {share_text(shares['all'])}; {each}."


def deal_label(name: str) -> str:
    """Return what a reader calls a named deal."""
    if name == "most accepted":
        return "the deal found that is accepted most often"
    return f"the {SOLUTIONS[name].label} deal of the file's numbers" if name in SOLUTIONS else name


def _terms(found: Answers, labels: Mapping[str, str]) -> Iterator[str]:
    if not found.solved:
        return
    label = SOLUTIONS[found.solution].label
    left = f"; {found.left_out:,} more had no zone, or none known exactly" if found.left_out else ""
    yield f"TERMS    of the {label} deal in {counted(found.solved, 'truth')} with a zone{left}:"
    for issue, levels in found.terms.items():
        yield f"         {labels.get(issue, issue)}: {_levels(levels)}"


def _levels(levels: Mapping[float | str, float]) -> str:
    numbers = {float(level): share for level, share in levels.items() if not isinstance(level, str)}
    if len(numbers) <= _LEVELS:
        return ", ".join(f"{_level(level)} {percent(share)}" for level, share in list(levels.items())[:_FEW])
    return (
        f"{_level(_at(numbers, 0.5))} (nine in ten from {_level(_at(numbers, 0.05))} to {_level(_at(numbers, 0.95))})"
    )


def _at(numbers: Mapping[float, float], share: float) -> float:
    """Return the least level up to which a share of the truths lies."""
    total = 0.0
    for level in sorted(numbers):
        total += numbers[level]
        if total >= share - 1e-12:
            return level
    return max(numbers)


def _level(level: Any) -> str:
    return level if isinstance(level, str) else f"{level:,.10g}"


def _where(share: xr.DataArray, place: Any) -> str:
    return ", ".join(f"{dim} {float(share[dim][int(k)]):g}" for dim, k in place.items())


def map_lines(dataset: xr.Dataset) -> Iterator[str]:
    """Yield what a map of the share over levers shows."""
    share = dataset["share"]
    wide = float((dataset["share_high"] - dataset["share_low"]).max())
    about = dataset.attrs
    truths = counted(about["truths"], "truth")
    yield f"{truths}, the same at each of {counted(share.size, 'point')}, drawn from {about['known']}."
    least, most = float(share.min()), float(share.max())
    if least == most:
        yield f"A zone exists in {percent(most)} of them at every point."
    else:
        ends = _where(share, share.argmin(...)), _where(share, share.argmax(...))
        yield f"A zone exists in {percent(least)} (at {ends[0]}) to {percent(most)} (at {ends[1]}) of them."
    yield f"The widest 95 % interval of a share spans {100 * wide:.1f} percentage points."
    if float(dataset["undecided"].max()):
        yield f"Up to {percent(float(dataset['undecided'].max()))} of the truths at a point could not be settled."
