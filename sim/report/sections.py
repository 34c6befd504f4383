"""The parts of the page that sliders leave alone: why, further results, sources and notes, as HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sim.errors import SimError
from sim.evidence import Claim, Input, find_seeds, read_seeds
from sim.model.base import label_of
from sim.report.markup import escaped, paragraph, rendered, section, table
from sim.show.games import coalition_sentences, durability_sentences, equilibrium_sentences
from sim.show.why import why_sentences
from sim.show.words import number_text, signed
from sim.studies import Study

__all__ = ["starting_point", "static_sections"]

_RESULTS: dict[str, tuple[str, Callable[[Study], Iterator[str]]]] = {
    "equilibria": ("Equilibria", equilibrium_sentences),
    "durability": ("Would a deal last", durability_sentences),
    "coalitions": ("Coalitions", coalition_sentences),
}
_KINDS = {"evidence": "document", "assumption": "assumption", "none": "no source"}
_QUIET = {"solutions"}


def static_sections(study: Study, results: Mapping[str, Any]) -> str:
    """Return the sections below the live ones.

    Parameters
    ----------
    study : Study
    results : mapping
        Its `sim.results.study_data`.
    """
    parts = [_why(study)]
    names = _names(study)
    parts += [_result(study, key, rendered(results[key], names)) for key in _RESULTS if results.get(key) is not None]
    return "\n".join((*parts, _provenance(study), *_notes(results["notes"])))


def starting_point(study: Study) -> str:
    """Return the leverage of the study in words."""
    levels = [f"{label_of(n, study.game.scenario.spec.leverage[n])} {signed(x)}" for n, x in study.leverage.items()]
    return ", ".join(levels) or "no leverage declared"


def _why(study: Study) -> str:
    note = f"At the starting point ({starting_point(study)}). Sliders do not rewrite this section."
    title = "Why there is a zone" if study.zone.exists else "Why there is no zone"
    if study.zone.exists is None:
        title = "Why it is undecided"
    return section("why", title, paragraph(note, "note"), *map(paragraph, why_sentences(study)))


def _names(study: Study) -> dict[str, str]:
    spec = study.game.scenario.spec
    groups: tuple[Mapping[str, Any], ...] = (spec.leverage, spec.issues, spec.future, spec.parties)
    return {name: label_of(name, record) for group in groups for name, record in group.items()}


def _result(study: Study, key: str, numbers: str) -> str:
    title, sentences = _RESULTS[key]
    note = f"At the starting point ({starting_point(study)}). Sliders do not recompute this section."
    details = f"<details><summary>The numbers</summary>{numbers}</details>"
    return section(key, title, paragraph(note, "note"), *map(paragraph, sentences(study)), details)


def _provenance(study: Study) -> str:
    found = study.provenance
    claims = _claims(study)
    counts = ", ".join(f"{found.count(kind)} {text}" for kind, text in _sources_in_words())
    groups: dict[tuple[str, tuple[str, ...], str], list[Input]] = {}
    for item in found.inputs:
        groups.setdefault((item.kind, item.claims, item.text), []).append(item)
    rows = (_source_row(items, claims) for items in groups.values())
    words = paragraph(f"{len(found.inputs)} inputs: {counts}. Inputs that rest on the same source stand together.")
    return section("provenance", "Where every number comes from", words, table(("Source", "Kind", "Inputs"), rows))


def _sources_in_words() -> tuple[tuple[str, str], ...]:
    return (("evidence", "from documents"), ("assumption", "assumptions"), ("none", "without a source"))


def _claims(study: Study) -> Mapping[str, Claim]:
    """Return the evidence records beside or above the scenario; none where there are none that can be read."""
    folder = find_seeds(study.game.scenario.path)
    try:
        return {} if folder is None else read_seeds(folder)
    except (SimError, OSError):
        return {}


def _source_row(items: Sequence[Input], claims: Mapping[str, Claim]) -> tuple[str, ...]:
    first = items[0]
    lines = [_claim_text(name, claims.get(name)) for name in first.claims]
    if first.text:
        lines.append(escaped(first.text))
    inputs = "".join(f"<li>{_input_text(item)}</li>" for item in items)
    return "<br>".join(lines) or "none", _KINDS[first.kind], f'<ul class="inputs">{inputs}</ul>'


def _input_text(item: Input) -> str:
    # Where a long path may break on a narrow screen.
    path = escaped(item.path).replace(".", ".<wbr>")
    return f"<code>{path}</code> {escaped(_value_text(item.value))}"


def _claim_text(name: str, claim: Claim | None) -> str:
    return escaped(name) if claim is None else f"{escaped(name)}: {escaped(claim.text)}"


def _value_text(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value_text, value))}]"
    return number_text(value) if isinstance(value, (int, float)) else str(value)


def _notes(notes: Mapping[str, str]) -> Iterator[str]:
    shown = {path: text for path, text in notes.items() if path not in _QUIET}
    if shown:
        items = "".join(f"<dt>{escaped(path)}</dt><dd>{escaped(text)}</dd>" for path, text in shown.items())
        yield section("notes", "Notes", f"<dl>{items}</dl>")
