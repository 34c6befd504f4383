"""What may still go wrong with a deal, in one line."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sim.model.base import label_of
from sim.show.games import trap
from sim.show.words import joined, small_text, war_text
from sim.studies.exactness import aside
from sim.studies.games.coalitions import Coalitions
from sim.studies.games.lasting import Durability
from sim.studies.games.moves import LeverageGame
from sim.studies.games.ultimatum import TakeOrLeave
from sim.studies.ratification import Ratification
from sim.studies.study import Study
from sim.studies.why import RISKY

__all__ = ["risks_text"]


def risks_text(study: Study) -> str:
    """Return what may go wrong with the Nash deal: at later dates, in a last offer, by moves, by coalitions."""
    parts = list(_risks(study))
    return f"{'; '.join(parts)}." if parts else "none that this file describes (later dates, moves, private numbers)."


def _risks(study: Study) -> Iterator[str]:
    yield from _later(study)
    label = study.game.label
    if isinstance(home := study.ratification, Ratification) and home.exists is not False and "nash" in home.deals:
        failing = [name for name, votes in home.deals["nash"].items() if not votes.passes]
        if failing:
            bodies = joined(label_of(name, study.game.scenario.spec.ratification[name]) for name in failing)
            yield f"the Nash deal would fail in {bodies} (--show ratify)"
    offers = [(g, g.best.risk) for g in study.games.ultimatum if isinstance(g, TakeOrLeave) and g.best]
    risky = [
        f"{label(game.proposer)} {100 * risk:.0f} %{aside(game.resolution)}" for game, risk in offers if risk >= RISKY
    ]
    if risky:
        yield f"a last offer in doubt may be refused ({', '.join(risky)})"
    moves = study.games.leverage
    better = (
        trap(moves, moves.equilibria[0])
        if isinstance(moves, LeverageGame) and len(moves.equilibria) == 1 and not moves.unsettled
        else None
    )
    if better is not None:
        yield "the moves that pay each side before the next round leave all worse off"
    if isinstance(study.coalitions, Coalitions) and study.coalitions.nash_in_core is False:
        yield "others who can sign together have a deal that they all prefer"


def _later(study: Study) -> Iterator[str]:
    found = study.durability
    if not isinstance(found, Durability):
        return
    afraid = {p for war in found.preventive_war for p, prefers in war.harsh.items() if prefers}
    rather = _rather(study, afraid) if afraid else ""
    if (nash := found.deals.get("nash")) is not None and nash.lasts:
        lasts = f"the Nash deal lasts at every later date (by {small_text(nash.margin)})"
        # Both are true, and read alone either would seem to deny the other.
        yield f"{lasts} while its terms stand, but {rather} than see them opened again" if afraid else lasts
        return
    if nash is not None:
        date = label_of(nash.worst_at, study.game.scenario.spec.future[nash.worst_at])
        yield f"the Nash deal would not last at “{date}” (short by {-nash.margin:.3f})"
    if afraid:
        yield f"{rather} than have terms opened again later"


def _rather(study: Study, afraid: Collection[str]) -> str:
    names = joined(study.game.label(p) for p in study.game.signers if p in afraid)
    war = war_text(study)
    return f"{names} would rather {'fight now' if war == 'war' else f'have the {war} now'}"
