"""Chips: who says a claim, when, on whose word, how sure the text is, and who says otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.evidence.provenance import Input
from sim.evidence.records import Claim
from sim.report.markup import escaped
from sim.show.words import number_text

__all__ = ["assumption_chips", "claim_chips"]


def claim_chips(claim: Claim, labels: Mapping[str, str]) -> str:
    """Return the chips of a claim as HTML.

    Parameters
    ----------
    claim : Claim
    labels : mapping
        Names of parties for readers.
    """
    about = [labels.get(claim.party or "", claim.party or ""), claim.kind.replace("_", " "), claim.as_of or "no date"]
    chips = [_chip(" · ".join(filter(None, about))), _chip(" · ".join(_word(claim)))]
    if claim.confidence:
        chips.append(_chip(f"doubt: {claim.confidence}", "doubted"))
    if claim.disagrees_with:
        chips.append(_chip(f"disputed by {len(claim.disagrees_with)}", "doubted"))
    return "".join(filter(None, chips))


def assumption_chips(item: Input) -> str:
    """Return the chip of an assumption that says how far it may be off; nothing where it says nothing."""
    return "" if item.doubt is None else _chip(f"doubt: within {number_text(100 * item.doubt)} %", "doubted")


def _word(claim: Claim) -> Iterator[str]:
    if claim.word_of:
        yield f"on the word of {claim.word_of}"
    if claim.reported_by and claim.reported_by not in (claim.word_of or ""):
        yield f"reported by {claim.reported_by}"
    if claim.standing and not claim.word_of:
        yield f"said by: {claim.standing}"


def _chip(text: str, kind: str = "") -> str:
    return f"<i{f' class={kind}' if kind else ''}>{escaped(text)}</i>" if text else ""
