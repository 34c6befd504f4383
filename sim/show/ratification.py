"""What passes at home, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import counted
from sim.model.base import label_of
from sim.show.words import joined, term_text, utilities_text
from sim.studies.ratification import Ratification, Votes, Weight
from sim.studies.study import Study

__all__ = ["ratification_sentences"]


def ratification_sentences(study: Study) -> Iterator[str]:
    """Yield sentences on the bodies that must ratify; none where there are none."""
    found = study.ratification
    if not isinstance(found, Ratification):
        return
    for name, weight in found.bodies.items():
        yield _weight(study, name, weight)
    if found.margin is None:
        return
    if found.exists is None:
        yield "Whether some deal passes was not proven."
    elif not found.exists:
        signed = "Signers have a zone, but no" if study.zone.exists else "No"
        yield f"{signed} deal passes: the nearest leaves a signer or a bloc that is needed {-found.margin:z.3f} short."
    else:
        least = f"at least {found.margin:z.2f} above no deal"
        yield f"Some deals pass: the best leaves signers and those who carry it {least}."
    if "nash" in found.deals:
        yield from _nash(study, found)


def _nash(study: Study, found: Ratification) -> Iterator[str]:
    failing = {name: votes for name, votes in found.deals["nash"].items() if not votes.passes}
    if not failing:
        yield "The Nash deal of the signers would pass."
        return
    words = (_refused(study, name, votes) for name, votes in failing.items())
    yield f"The Nash deal of the signers would fail in {joined(words)}."
    if (deal := found.solutions.get("nash")) is not None:
        terms = (f"{study.game.label(k)}: {term_text(study.game, k, v)}" for k, v in deal.outcome.items())
        yield f"The Nash deal of those that pass ({utilities_text(study, deal.utilities)}): {'; '.join(terms)}."


def _refused(study: Study, name: str, votes: Votes) -> str:
    quota = study.game.scenario.spec.ratification[name].quota
    return f"{_body(study, name)} ({votes.votes:,} of {counted(quota, 'vote')})"


def _weight(study: Study, name: str, weight: Weight) -> str:
    whole = f"{_body(study, name)} ({weight.quota:,} of {counted(sum(weight.seats.values()), 'vote')})"
    if not weight.shapley_shubik:
        return f"{whole} refuses nothing."
    parts = (
        f"{_member(study, name, who)} {seats:,} {'seat' if seats == 1 else 'seats'}, power {power:.2f}"
        for (who, seats), power in zip(weight.seats.items(), weight.shapley_shubik.values(), strict=True)
    )
    return f"{whole}: {'; '.join(parts)} (Shapley-Shubik: the share of orders in which it decides)."


def _body(study: Study, name: str) -> str:
    return label_of(name, study.game.scenario.spec.ratification[name])


def _member(study: Study, body: str, name: str) -> str:
    record = study.game.scenario.spec.ratification[body].blocs.get(name)
    return label_of(name, record) if record else study.game.label(name)
