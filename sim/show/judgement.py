"""The judgement of a proposed deal, for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.table import Table

from sim.show.blocks import heading
from sim.show.budgets import bound_text
from sim.show.text import Text
from sim.show.why import line_text
from sim.show.words import joined, term_text
from sim.studies.exactness import aside
from sim.studies.proposals import Completed
from sim.studies.study import Study
from sim.studies.trades import Judgement

__all__ = ["print_judgement"]

_NOTICEABLE = 0.0005


def print_judgement(console: Console, study: Study, judgement: Judgement, proposal: Completed | None = None) -> None:
    """Print whether all would sign a deal, what each side makes of it and what all would rather have."""
    heading(console, "THE PROPOSED DEAL", _answer(study, judgement))
    if proposal is not None and proposal.filled:
        where = "the Nash deal" if proposal.source == "nash" else "the nearest outcome"
        console.print(Text(f"Not named, so as in {where}: {_terms(study, proposal.filled)}."))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("party", "utility", "no deal", "verdict"):
        table.add_column(name)
    for party in study.game.signers:
        verdict = _verdict(study, judgement, party)
        values = (f"{judgement.utilities[party]:z.3f}", f"{study.reservation[party]:z.3f}", verdict)
        table.add_row(Text(study.game.label(party)), *values)
    console.print(table)
    for sentence in _sentences(study, judgement):
        console.print(Text(sentence))
    console.print()


def _answer(study: Study, judgement: Judgement) -> str:
    if judgement.broken:
        return "It cannot be carried out."
    if judgement.walk_away:
        return f"{joined(map(study.game.label, judgement.walk_away))} would refuse it."
    return "Every signer would accept it."


def _verdict(study: Study, judgement: Judgement, party: str) -> str:
    if party not in judgement.walk_away:
        return "at least as good as no deal"
    crossed = any(owner == party for owner, _ in judgement.crossed)
    return "would walk away" + (" (a red line is crossed)" if crossed else "")


def _sentences(study: Study, judgement: Judgement) -> Iterator[str]:
    for name in judgement.broken:
        yield f"It breaks the budget {name} ({bound_text(study.game, name)}): it cannot be carried out, whoever signs."
    for line in judgement.crossed:
        yield f"It crosses {line_text(study, line)}."
    if judgement.better is None:
        where = "It lies on the Pareto frontier: no" if not (judgement.crossed or judgement.broken) else "No"
        words = f"{where} outcome within all red lines is better for one signer and worse for none"
        yield f"{words}{aside(study.frontier_resolution)}."
        return
    if judgement.distance >= _NOTICEABLE:
        yield f"Every signer could have at least {judgement.distance:z.3f} more at once, for example with:"
    else:
        yield "One signer could have more at no cost to another, for example with:"
    changed = {k: v for k, v in judgement.better.items() if v != judgement.outcome[k]}
    yield f"  {_terms(study, changed)}."
    for swap in judgement.swaps[:3]:
        gains = ", ".join(f"{study.game.label(p)} {gain:+z.3f}" for p, gain in swap.utility_change.items())
        yield f"A change that hurts no signer: {_terms(study, swap.changes)} ({gains})."


def _terms(study: Study, terms: Mapping[str, float | str]) -> str:
    game = study.game
    return "; ".join(f"{game.label(k)} {term_text(game, k, v)}" for k, v in terms.items())
