"""Numbers that are extreme but legal: every study of them ends in answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sim

TALKING, ISTANBUL = (f"scenarios/{name}.yaml" for name in ("teaching/cost-of-talking", "istanbul-2022"))
RATES = {f"parties.{name}.no_deal.war.discount_rate": 0 for name in ("russia", "ukraine")}


@pytest.mark.parametrize(
    ("file", "values"),
    [
        *((TALKING, {"parties.second.values.share.worst": worst}) for worst in (1e6, 1e10, 1e14, 1e18, 1e100)),
        *((TALKING, {"parties.first.no_deal": low}) for low in (-1e9, -1e17, -1e100)),
        (TALKING, {"parties.first.no_deal": -1e17, "parties.second.no_deal": -1e100}),
        (TALKING, {"parties.second.no_deal": -1e100, "parties.second.values.share.worst": 1e10}),
        *((ISTANBUL, {"war.end_rate": rate, **RATES}) for rate in (1e-12, 1e-100, 1e-300)),
        (ISTANBUL, {"parties.russia.no_deal.war.cost": 1e100}),
    ],
    ids=str,
)
def test_a_study_of_extreme_numbers(file: str, values: dict[str, Any]) -> None:
    study = sim.study(sim.load(file, set=values))
    assert study.zone.exists
    assert study.mixes.exists
    for mix in study.mixes.solutions.values():
        assert all(np.isfinite(u) for u in mix.utilities.values())
        assert all(u >= study.reservation[party] - 1e-9 for party, u in mix.utilities.items())
