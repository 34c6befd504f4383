"""The leverage game round after round, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.model.base import label_of
from sim.show.words import joined
from sim.studies.games.rounds import Truce
from sim.studies.replay import played_again
from sim.studies.study import Study

__all__ = ["round_sentences"]

_KINDS = {
    "gmr": "whatever answer the others could give is feared (GMR)",
    "smr": "no way back after an answer is seen either (SMR)",
    "seq": "only answers that the others would gain by are feared (SEQ)",
}
_MOST = 4


def round_sentences(study: Study) -> Iterator[str]:
    """Yield which moves stand when answers are foreseen, what a truce takes, and where learning leads."""
    found = played_again(study)
    if found is None:
        return
    if found.stable is not None:
        alone = found.stable["nash"]
        for kind, words in _KINDS.items():
            if more := [profile for profile in found.stable[kind] if profile not in alone]:
                shown = "; ".join(_moves(study, profile) for profile in more[:_MOST])
                rest = f"; and {len(more) - _MOST} more" if len(more) > _MOST else ""
                yield f"Moves would stand too, where {words}: {shown}{rest}."
    if found.truce is not None:
        yield _truce(study, found.truce)
    for lead in found.leads if found.leads is not None and len(found.leads) > 1 else ():
        who = joined(f"{study.game.label(p)} {_mixture(study, p, s)}" for p, s in lead.strategies.items())
        yield (
            f"Round after round, learning leads to {who} from {100 * lead.learning:.0f} % of starts, evolution from "
            f"{100 * lead.evolution:.0f} %."
        )


def _truce(study: Study, found: Truce) -> str:
    need = joined(
        f"{study.game.label(p)} {'no patience is enough' if x is None else f'{x:.2f}'}{_own(found.patience[p])}"
        for p, x in found.needed.items()
    )
    kept = {True: "It would hold", False: "It would not hold", None: "Whether it would hold is not known"}[found.kept]
    return (
        f"A truce ({_moves(study, found.moves)}) is better for all. Where breaking it once means the other moves for "
        f"ever it lasts if a next round counts at least: {need}. {kept}."
    )


def _own(patience: float | None) -> str:
    return " (its own not given)" if patience is None else f" (its own {patience:.2f})"


def _moves(study: Study, profile: Mapping[str, str]) -> str:
    return ", ".join(f"{study.game.label(p)} “{_label(study, p, move)}”" for p, move in profile.items())


def _label(study: Study, party: str, move: str) -> str:
    return label_of(move, study.game.scenario.spec.moves[party][move])


def _mixture(study: Study, party: str, mixture: Mapping[str, float]) -> str:
    played = [(move, p) for move, p in mixture.items() if p > 1e-9]
    if len(played) == 1:
        return f"“{_label(study, party, played[0][0])}”"
    return " or ".join(f"“{_label(study, party, move)}” ({100 * p:.0f} %)" for move, p in played)
