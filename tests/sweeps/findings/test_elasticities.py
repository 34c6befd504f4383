"""Which lever moves which term of a deal."""

from __future__ import annotations

import numpy as np
import pytest
from scenario_texts import LEVERED, SMALL, read

import sim
from sim.errors import RequestError


def test_elasticities_say_which_lever_moves_which_term() -> None:
    """The Nash deal gives a half the cake, plus half of what push adds to its no-deal value, less half of pull's."""
    found = sim.elasticities(read(LEVERED))
    assert found.slope.sel(issue="cake").values.tolist() == pytest.approx([0.2, -0.2, 0.0], abs=0.01)
    assert found.zone.values.tolist() == pytest.approx([31 / 41, 1.0, 1.0])
    assert found.share.sel(lever="push", issue="cake").item() == pytest.approx(0.6, abs=0.03)
    assert found["first"].sel(lever="push", issue="cake").item() == pytest.approx(0.25, abs=0.011)
    cake = found.sel(issue="cake")
    assert cake.moved.values.tolist() == pytest.approx(np.abs(cake["last"] - cake["first"]).values.tolist())
    assert cake.moved.values[0] > 0.4
    with pytest.raises(RequestError, match="no leverage variables"):
        sim.elasticities(read(SMALL))
