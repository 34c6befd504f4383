"""The leverage game round after round, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sim.model.base import label_of
from sim.show.words import joined
from sim.studies.games.rounds import Truce
from sim.studies.replay import played_again
from sim.studies.study import Study

__all__ = ["round_sentences"]

_FEARS = {
    ("gmr", "smr", "seq"): "be it one that pays those who give it or one that could not be made good again",
    ("gmr", "smr"): "one that could not be made good again; it need not pay those who give it",
    ("gmr", "seq"): "one that pays those who give it; it could be made good again",
    ("gmr",): "though it would not pay those who give it and could be made good again",
}
_KINDS = ("gmr", "smr", "seq")
_MOST = 4


def round_sentences(study: Study) -> Iterator[str]:
    """Yield which moves stand when answers are foreseen, what a truce takes, and where learning leads."""
    found = played_again(study)
    if found is None:
        return
    if found.stable is not None:
        yield from _feared(study, found.stable)
    if found.truce is not None:
        yield _truce(study, found.truce)
    for lead in found.leads if found.leads is not None and len(found.leads) > 1 else ():
        who = joined(f"{study.game.label(p)} {_mixture(study, p, s)}" for p, s in lead.strategies.items())
        yield (
            "If the round is played again and again, sides that go by what the others have done so far end at "
            f"{who} from {100 * lead.learning:.0f} % of beginnings, sides that copy what has paid from "
            f"{100 * lead.evolution:.0f} %."
        )


def _feared(study: Study, stable: Mapping[str, Sequence[Mapping[str, str]]]) -> Iterator[str]:
    """Yield the moves that a side could leave with profit and would not for fear of the answer, by what it fears."""
    kinds: dict[tuple[str, ...], list[Mapping[str, str]]] = {}
    for profile in stable["gmr"]:
        if profile not in stable["nash"]:
            kinds.setdefault(tuple(kind for kind in _KINDS if profile in stable[kind]), []).append(profile)
    for fears, profiles in kinds.items():
        shown = "; ".join(_moves(study, profile) for profile in profiles[:_MOST])
        rest = f"; and {len(profiles) - _MOST} more" if len(profiles) > _MOST else ""
        what = f"{_FEARS[fears]} ({', '.join(fears).upper()})"
        yield f"Some moves hold because a side that left them would fear the answer, {what}: {shown}{rest}."


def _truce(study: Study, found: Truce) -> str:
    label = study.game.label
    need = joined(
        f"{label(p)} {'whatever it counts is too little' if x is None else f'{x:.2f}'}{_own(found.patience[p])}"
        for p, x in found.needed.items()
    )
    kept = {True: "It would hold", False: "It would not hold", None: "Whether it would hold is not known"}[found.kept]
    return (
        f"A truce ({_moves(study, found.moves)}) suits all better. If whoever breaks it once loses it for ever, it "
        f"holds where the next round counts enough beside the present one, which counts 1: {need}. {kept}."
    )


def _own(patience: float | None) -> str:
    return " (the file does not say)" if patience is None else f" (in this file {patience:.2f})"


def _moves(study: Study, profile: Mapping[str, str]) -> str:
    return ", ".join(f"{study.game.label(p)} “{_label(study, p, move)}”" for p, move in profile.items())


def _label(study: Study, party: str, move: str) -> str:
    return label_of(move, study.game.scenario.spec.moves[party][move])


def _mixture(study: Study, party: str, mixture: Mapping[str, float]) -> str:
    played = [(move, p) for move, p in mixture.items() if p > 1e-9]
    if len(played) == 1:
        return f"“{_label(study, party, played[0][0])}”"
    return " or ".join(f"“{_label(study, party, move)}” ({100 * p:.0f} %)" for move, p in played)
