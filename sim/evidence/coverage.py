"""What `sim evidence` tells: the claims that pass some filters, or the sources of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from sim.errors import RequestError
from sim.evidence.provenance import Provenance, provenance
from sim.evidence.records import Claim, find_seeds, read_seeds
from sim.evidence.support import unsupported
from sim.model.names import suggest
from sim.model.scenario import load

__all__ = ["ClaimsReport", "Report", "ScenarioReport", "claims_report", "scenario_report", "seeds_here"]


@dataclass(frozen=True)
class ClaimsReport:
    """Claims that pass some filters."""

    claims: tuple[Claim, ...]

    def data(self) -> dict[str, Any]:
        """Return plain data."""
        return {"schema_version": 1, "claims": [claim.data() for claim in self.claims]}


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
    """

    path: str
    provenance: Provenance
    trouble: tuple[tuple[str, str], ...]
    whole: Provenance | None = None

    def data(self) -> dict[str, Any]:
        """Return plain data."""
        found = self.provenance
        inputs, terms = ([item.data() for item in items] for items in (found.inputs, found.terms))
        counts = {kind: (self.whole or found).count(kind) for kind in ("evidence", "assumption", "none")}
        trouble = [{"path": path, "fault": fault} for path, fault in self.trouble]
        return {
            "schema_version": 1,
            "scenario": self.path,
            "counts": counts,
            "inputs": inputs,
            "terms": terms,
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


def scenario_report(
    path: str, filters: Mapping[str, str | None] | None = None, folder: Path | None = None
) -> ScenarioReport:
    """Return the sources of a scenario file, checked against a folder of records (default: beside or above it).

    With filters, only the inputs that rest on a claim which matches them all; counts are of all inputs.

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
    found = provenance(scenario)
    if not any((filters or {}).values()):
        return ScenarioReport(path, found, trouble)
    chosen = {claim.id for claim in _matching(list(claims.values()), filters or {})}
    inputs, terms = (
        tuple(item for item in items if chosen & set(item.claims)) for items in (found.inputs, found.terms)
    )
    return ScenarioReport(path, Provenance(inputs, terms), trouble, found)


def claims_report(filters: Mapping[str, str | None], folder: Path | None = None) -> ClaimsReport:
    """Return the claims of a folder (default: `seeds` here or above) that match every filter given.

    Raises
    ------
    RequestError
        There is no such folder, or a filter names nothing that any claim has.
    """
    return ClaimsReport(tuple(_matching(list(read_seeds(folder or seeds_here()).values()), filters)))


def _matching(claims: list[Claim], filters: Mapping[str, str | None]) -> list[Claim]:
    for name, wanted in filters.items():
        known = sorted({str(getattr(c, name)) for c in claims if getattr(c, name)})
        if wanted is not None and wanted not in known:
            raise RequestError(f"--{name}: no claim of {wanted!r} {suggest(wanted, known)}")
    return [c for c in claims if all(w is None or getattr(c, n) == w for n, w in filters.items())]
