"""What `sim evidence` tells: the claims that pass some filters, or the sources of a scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from sim.errors import RequestError
from sim.evidence.provenance import Input, Provenance, provenance
from sim.evidence.records import Claim, Document, find_seeds, read_records, read_seeds
from sim.evidence.support import SORTS, issue_at, sort_of, unsupported
from sim.model.names import suggest
from sim.model.paths import split
from sim.model.scenario import Scenario, load

__all__ = ["ClaimsReport", "Report", "ScenarioReport", "claims_report", "matching", "scenario_report", "seeds_here"]


@dataclass(frozen=True)
class ClaimsReport:
    """Claims that pass some filters, with the documents they stand in and, to look up their opposites, all claims."""

    claims: tuple[Claim, ...]
    documents: Mapping[str, Document] = field(default_factory=dict)
    known: Mapping[str, Claim] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """Return plain data."""
        about = [asdict(self.documents[name]) for name in dict.fromkeys(claim.document for claim in self.claims)]
        return {"schema_version": 1, "documents": about, "claims": [claim.data() for claim in self.claims]}


@dataclass(frozen=True)
class ScenarioReport:
    """Every input of a scenario with its source, and the sources that do not hold.

    Attributes
    ----------
    path : str
    provenance : Provenance
        The inputs shown.
    trouble : tuple of (str, str)
        Path and fault.
    whole : Provenance or None
        All inputs, where only some are shown.
    claims : dict
        All claims of the records.
    as_of : str or None
        The time that the scenario describes.
    """

    path: str
    provenance: Provenance
    trouble: tuple[tuple[str, str], ...]
    whole: Provenance | None = None
    claims: Mapping[str, Claim] = field(default_factory=dict)
    as_of: str | None = None

    def sorts(self) -> dict[str, int]:
        """Return how many of the inputs from documents are exact, adapted or stand-ins."""
        found = [sort_of(item, self.claims, self.as_of) for item in (self.whole or self.provenance).inputs]
        return {sort: found.count(sort) for sort in SORTS}

    def disputed(self) -> tuple[Claim, ...]:
        """Return the claims that the inputs shown rest on and that other claims contradict."""
        items = (*self.provenance.inputs, *self.provenance.terms)
        named = dict.fromkeys(name for item in items for name in item.claims if name in self.claims)
        return tuple(self.claims[name] for name in named if self.claims[name].disagrees_with)

    def data(self) -> dict[str, Any]:
        """Return plain data."""
        found = self.provenance
        inputs, terms = ([item.data() for item in items] for items in (found.inputs, found.terms))
        counts = {kind: (self.whole or found).count(kind) for kind in ("evidence", "assumption", "none")}
        counts |= self.sorts()
        disputed = {claim.id: list(claim.disagrees_with) for claim in self.disputed()}
        trouble = [{"path": path, "fault": fault} for path, fault in self.trouble]
        return {
            "schema_version": 1,
            "scenario": self.path,
            "counts": counts,
            "inputs": inputs,
            "terms": terms,
            "disputed": disputed,
            "trouble": trouble,
        }


Report: TypeAlias = ClaimsReport | ScenarioReport


def seeds_here(given: str | None = None) -> Path:
    """Return the folder of evidence records that is given, or else the folder `seeds` here or above.

    Raises
    ------
    RequestError
        None is given and there is none.
    """
    found = Path(given) if given else find_seeds("scenario.yaml")
    if found is None:
        raise RequestError("no folder seeds here or above (expected evidence records, or name a scenario)")
    return found


def scenario_report(path: str, filters: Mapping[str, Any] | None = None, folder: Path | None = None) -> ScenarioReport:
    """Return the sources of a scenario file, checked against a folder of records (default: beside or above it).

    With filters, only the inputs that rest on a claim which matches them all; counts are of all inputs. An issue may
    be named as the claims name it or as the scenario does.

    Raises
    ------
    ScenarioError
        The scenario or a record is at fault.
    RequestError
        A filter names nothing that any claim has.
    """
    scenario = load(path)
    folder = folder or find_seeds(path)
    claims = read_seeds(folder) if folder else {}
    trouble = tuple(unsupported(scenario, claims)) if folder else (("sources", "no folder seeds beside or above"),)
    found, wanted = provenance(scenario), {name: value for name, value in (filters or {}).items() if value}
    if not wanted:
        return ScenarioReport(path, found, trouble, None, claims, scenario.spec.as_of)
    keys = [name for name in _listed(wanted.get("issue", ())) if name in scenario.spec.issues]
    kept = _kept(scenario, list(claims.values()), wanted, keys)
    inputs, terms = (tuple(item for item in items if kept(item)) for items in (found.inputs, found.terms))
    return ScenarioReport(path, Provenance(inputs, terms), trouble, found, claims, scenario.spec.as_of)


def _kept(
    scenario: Scenario, claims: list[Claim], wanted: Mapping[str, Any], keys: Sequence[str]
) -> Callable[[Input], bool]:
    """Return which inputs to show: those on claims that match, and those about issues that the scenario names so."""
    rest = {name: value for name, value in wanted.items() if name != "issue"}
    known = {claim.issue for claim in claims}
    named = [name for name in _listed(wanted.get("issue", ())) if name in known or name not in keys]
    chosen = {claim.id for claim in matching(claims, rest)}
    about = {claim.id for claim in matching(claims, {**wanted, "issue": named})} if named or not keys else set()

    def kept(item: Input) -> bool:
        here = issue_at(scenario, split(scenario.tree.data, item.path)) in keys
        return bool(about & set(item.claims)) or (here and (not rest or bool(chosen & set(item.claims))))

    return kept


def claims_report(filters: Mapping[str, Any], folder: Path | None = None) -> ClaimsReport:
    """Return the claims of a folder (default: `seeds` here or above) that match every filter given.

    Parameters
    ----------
    filters : mapping
        `party`, `issue`, `kind`, `document`, `standing`, `reported_by`: a text or several, any of which will do;
        `disputed`: only claims that others contradict; `find`: words that a claim holds, whatever their case.
    folder : Path, optional

    Raises
    ------
    RequestError
        There is no such folder, or a filter names nothing that any claim has.
    """
    records = read_records(folder or seeds_here())
    claims = tuple(matching(list(records.claims.values()), filters))
    return ClaimsReport(claims, records.documents, records.claims)


def matching(claims: list[Claim], filters: Mapping[str, Any]) -> list[Claim]:
    """Return the claims that match every filter; raises RequestError where one names nothing that any claim has."""
    found = claims
    for name, wanted in filters.items():
        if not wanted:
            continue
        if name == "disputed":
            found = [claim for claim in found if claim.disagrees_with]
        elif name == "find":
            found = [claim for claim in found if _holds(claim, str(wanted))]
        else:
            _refuse_unknown(name, wanted, claims)
            found = [claim for claim in found if getattr(claim, name) in _listed(wanted)]
    return found


def _listed(wanted: Any) -> Sequence[str]:
    return [wanted] if isinstance(wanted, str) else list(wanted)


def _refuse_unknown(name: str, wanted: Any, claims: list[Claim]) -> None:
    known = sorted({str(getattr(c, name)) for c in claims if getattr(c, name)})
    for one in _listed(wanted):
        if one not in known:
            raise RequestError(f"--{name.replace('_', '-')}: no claim of {one!r} {suggest(one, known)}")


def _holds(claim: Claim, words: str) -> bool:
    told = " ".join(str(part) for part in (claim.id, claim.text, claim.value, claim.word_of)).lower()
    return all(word in told for word in words.lower().split())
