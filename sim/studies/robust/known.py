"""What is known where every assumption may be off by some share: one doubt in place of all statements."""

from __future__ import annotations

import numpy as np

from sim.evidence.provenance import provenance
from sim.model.paths import split
from sim.model.scenario import Scenario
from sim.model.statements import Known, importances_within, intervals_within, no_deal_numbers

__all__ = ["doubted"]


def doubted(scenario: Scenario, doubt: float) -> Known:
    """Return what is known where every assumed importance and no-deal number is known within a share only.

    Numbers that a claim vouches for stay as they are, and so do the sums of importances.
    """
    assumed = {split(scenario.tree.data, item.path) for item in provenance(scenario).inputs if item.kind != "evidence"}
    polytopes = {}
    for name, party in scenario.spec.parties.items():
        open_ = np.array([("parties", name, "values", issue, "importance") in assumed for issue in party.values])
        polytopes[name] = importances_within(party, np.where(open_, doubt, 0.0))
    numbers = [keys for keys in no_deal_numbers(scenario) if keys in assumed]
    return Known(polytopes, intervals_within(scenario, numbers, doubt))
