"""Two levers: a map of the margin, the line on which the zone just exists, and deals that hold up all over the map."""

from pathlib import Path

import numpy as np

import sim

SCENARIO = Path(__file__).parents[2] / "scenarios" / "istanbul-2022.yaml"
AXES = {
    "battlefield": np.linspace(-1, 1, 61),
    "parties.ukraine.no_deal.war.cost": np.linspace(-0.15, 0.2, 61),
}


def main() -> None:
    """Print how often there is a zone, where it ends, and the robust deals."""
    ds = sim.sweep(str(SCENARIO), AXES, ["surplus", "solutions"], solutions=["nash"])
    print(f"a zone at {100 * float(ds.exists.mean()):.0f} % of the points")
    for line in sim.contour(ds, *AXES):
        print(f"it just exists along {len(line)} points from {line[0].round(3)} to {line[-1].round(3)}")
    robust = sim.steady_deals(str(SCENARIO), AXES)
    for name in ("maximin", "minimax_regret"):
        deal = robust.isel(deal=int(robust[name]))
        print(f"{name}: accepted at {100 * float(deal.acceptable):.0f} % of the points")
        print(deal.outcome.to_series().to_string())
    # With matplotlib: sim.plots.leverage_map(ds).figure.savefig("map.png")


if __name__ == "__main__":
    main()
