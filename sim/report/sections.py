"""The parts of the page that sliders leave alone: why, further results, sources and notes, as HTML."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sim.model.base import label_of
from sim.report.markup import isolated, paragraph, rendered, section
from sim.report.sources import notes, provenance
from sim.report.truths import truths_section
from sim.show.games import equilibrium_sentences
from sim.show.lasting import durability_sentences
from sim.show.ratification import ratification_sentences
from sim.show.who import coalition_sentences
from sim.show.why import why_sentences
from sim.show.words import signed
from sim.studies.study import Study
from sim.theory.bargaining.solutions import SOLUTIONS

__all__ = ["starting_point", "static_sections"]

_RESULTS: dict[str, tuple[str, Callable[[Study], Iterator[str]]]] = {
    "equilibria": ("Equilibria", equilibrium_sentences),
    "durability": ("Would a deal last", durability_sentences),
    "coalitions": ("Coalitions", coalition_sentences),
    "ratification": ("What passes at home", ratification_sentences),
}
_STALE = '<div class="stale"></div>'
_FOR_A_TERMINAL = "Ranges in brackets"
_SECTIONS = {"(--show games)": "(see Equilibria)", "(--show lasting)": "(see Would a deal last)"}


def static_sections(study: Study, results: Mapping[str, Any]) -> str:
    """Return the sections below the live ones.

    Parameters
    ----------
    study : Study
    results : mapping
        Its `sim.output.study_json.study_data`.
    """
    parts = [_why(study), truths_section(study, _point(study), _STALE)]
    names = _names(study)
    parts += [_result(study, key, results, names) for key in _RESULTS if results.get(key) is not None]
    return "\n".join((*parts, provenance(study), *notes(results["notes"])))


def starting_point(study: Study) -> str:
    """Return the leverage of the study in words."""
    levels = [f"{label_of(n, study.game.scenario.spec.leverage[n])} {signed(x)}" for n, x in study.leverage.items()]
    return ", ".join(levels) or "no leverage declared"


def _why(study: Study) -> str:
    found = [text for text in why_sentences(study) if not text.startswith(_FOR_A_TERMINAL)]
    sentences = _on_a_page(found, _names(study))
    title = "Why there is a zone" if study.zone.exists else "Why there is no zone"
    if study.zone.exists is None:
        title = "Why it is undecided"
    return section("why", title, _point(study), _STALE, *map(paragraph, sentences))


def _on_a_page(sentences: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """Return sentences with this page's headings for those of a terminal, labels kept to their own direction."""
    turned = {name: isolated(name) for name in names.values() if isolated(name) != name}
    words = _SECTIONS | turned
    return [functools.reduce(lambda text, word: text.replace(word, words[word]), words, text) for text in sentences]


def _point(study: Study) -> str:
    """Return which point a section describes; the script fills what follows it once a slider has left that point."""
    return paragraph(f"At the starting point ({starting_point(study)}). Sliders do not rewrite this section.", "note")


def _names(study: Study) -> dict[str, str]:
    spec = study.game.scenario.spec
    groups: tuple[Mapping[str, Any], ...] = (spec.leverage, spec.issues, spec.future, spec.parties, spec.ratification)
    deals = {name: solution.label for name, solution in SOLUTIONS.items()}
    return deals | {name: label_of(name, record) for group in groups for name, record in group.items()}


def _result(study: Study, key: str, results: Mapping[str, Any], names: Mapping[str, str]) -> str:
    title, sentences = _RESULTS[key]
    found = _on_a_page(sentences(study), names) or [_absent(key, results["notes"])]
    details = f'<details class="numbers"><summary>The numbers</summary>{rendered(results[key], names)}</details>'
    return section(key, title, _point(study), _STALE, *map(paragraph, found), details)


def _absent(key: str, found: Mapping[str, str]) -> str:
    """Return why a section has nothing to say."""
    reasons = dict.fromkeys(text for path, text in found.items() if path.startswith(f"{key}."))
    return f"Nothing to report: {'; '.join(reasons)}." if reasons else "Nothing to report."
