"""One lever: how the zone and the terms of the Nash deal move as battlefield momentum shifts."""

from pathlib import Path

import numpy as np

import sim

SCENARIO = Path(__file__).parents[2] / "scenarios" / "istanbul-2022.yaml"


def main() -> None:
    """Print the path at five levels, where the zone opens and closes, and which lever moves which term."""
    ds = sim.sweep(str(SCENARIO), {"battlefield": np.linspace(-1, 1, 201)})
    terms = ds.nash_deal.sel(battlefield=[-1, -0.5, 0, 0.5, 1], issue=["army_cap", "missile_range", "territory"])
    print(ds.margin.sel(battlefield=[-1, -0.5, 0, 0.5, 1]).round(3).to_series().to_string())
    print(terms.to_pandas().to_string())
    print(sim.break_even(ds, "battlefield").level.values)
    print(sim.elasticities(str(SCENARIO)).share.round(2).to_pandas().T.to_string())


if __name__ == "__main__":
    main()
