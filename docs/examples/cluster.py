"""A cluster run that survives anything: blocks go to Dask workers, results to a store on this machine.

Start a scheduler and two workers first, each in a terminal of its own::

    dask scheduler --host 127.0.0.1 --dashboard-address 127.0.0.1:8787
    dask worker tcp://127.0.0.1:8786 --nthreads 1 --host 127.0.0.1 --dashboard-address 127.0.0.1:0

Run this script again after any interruption: it goes on where it was. Without an address it works locally.
"""

import sys
from pathlib import Path

import sim

SCENARIO = Path(__file__).parents[2] / "scenarios" / "istanbul-2022.yaml"


def main(store: str, address: str | None) -> None:
    """Work through a sweep in blocks of 400 points."""
    over = {
        "parties.russia.values.nato.importance": sim.Span(10, 40, 7),
        "battlefield": sim.Span(-1, 1, 81),
        "sanctions_pressure": sim.Span(0, 1, 21),
    }
    ds = sim.sweep(
        str(SCENARIO),
        over,
        ["surplus", "ranges", "solutions"],
        engine=sim.DaskCluster(address) if address else None,
        store=store,
        resume=True,
        block=400,
        progress=lambda now: print(f"\r{now.points:,} of {now.of:,} points", end="", file=sys.stderr),
    )
    print(f"\na zone at {100 * float(ds.exists.mean()):.0f} % of the points; xarray.open_zarr({store!r}) has them all")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "sweep.zarr", sys.argv[2] if len(sys.argv) > 2 else None)
