"""Shares of truths, in words."""

from __future__ import annotations

from sim.ensembles.shares import Share

__all__ = ["percent", "share_text", "zone_sentence"]


def percent(value: float) -> str:
    """Return a share in per cent; only what is exactly none or all is 0 % or 100 %.

    Examples
    --------
    >>> percent(0.5), percent(0.0), percent(1.0), percent(0.99999), percent(1e-6)
    ('50.0 %', '0 %', '100 %', 'over 99.9 %', 'under 0.1 %')
    """
    if value in (0.0, 1.0):
        return f"{value:.0%}".replace("%", " %")
    if value > 0.999:
        return "over 99.9 %"
    return "under 0.1 %" if value < 0.001 else f"{100 * value:.1f} %"


def share_text(share: Share) -> str:
    """Return a share with its interval."""
    return f"{percent(share.value)} ({percent(share.low)} to {percent(share.high)})"


def zone_sentence(share: Share) -> str:
    """Return in which share of the truths a zone exists, proven or drawn.

    Examples
    --------
    >>> zone_sentence(Share(30, 100, 0, 0.3, 0.212, 0.4))
    'A zone exists in 30.0 % of 100 truths drawn (21.2 % to 40.0 % with 95 %).'
    >>> zone_sentence(Share(0, 0, 0, 1.0, 1.0, 1.0))
    'So a zone exists in 100 % of the truths.'
    >>> zone_sentence(Share(10, 10, 0, 1.0, 0.691, 1.0))
    'A zone exists in all of 10 truths drawn (69.1 % to 100 % with 95 %).'
    """
    if not share.of:
        return f"So a zone exists in {percent(share.value)} of the truths."
    unsure = f"; {share.undecided:,} undecided, counted both ways" if share.undecided else ""
    part = "all" if share.count == share.of else percent(share.value)
    drawn = f"{part} of {share.of:,} truths drawn"
    return f"A zone exists in {drawn} ({percent(share.low)} to {percent(share.high)} with 95 %{unsure})."
