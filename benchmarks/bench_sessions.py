"""Sessions of talks: ten thousand at once on the Istanbul scenario, against a plain loop over its frontier."""

from __future__ import annotations

from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

import sim
from sim.simulations.session_records import Sessions

FILE = "scenarios/istanbul-2022.yaml"
SECONDS, RATIO, FEW = 5.0, 20, 20
BETA = {"boulware": 0.2, "linear": 1.0, "conceder": 5.0}
TACTICS = {name: list(BETA) for name in ("russia", "ukraine")}


def alone(found: Sessions, k: int) -> tuple[int, int]:
    """Return offer and row of one session of tactics by time: a walk over the whole frontier at every turn."""
    u: NDArray[np.float64] = found.points.utilities
    r, top, rounds = found.reservation[k].tolist(), found.top[k].tolist(), int(found.rounds[k])
    points = u.tolist()

    def asks(i: int, s: int) -> float:
        beta = BETA[found.choices[int(found.tactics[k, i])].name]
        return float(r[i] + (top[i] - r[i]) * (1 - min(1.0, s / (rounds - 1)) ** (1 / beta)))

    for s in range(rounds):
        i = (int(found.opens[k]) + s) % 2
        least = asks(i, s) - 1e-9
        enough = [n for n, point in enumerate(points) if point[i] >= least]
        offer = max(enough, key=lambda n: points[n][1 - i])
        if points[offer][1 - i] >= max(r[1 - i], asks(1 - i, s + 1)) - 1e-9:
            return s + 1, offer
    return 0, -1


def test_ten_thousand_sessions(benchmark: Any) -> None:
    """At most five seconds, and twenty times a loop; the same deals first."""
    few = sim.sessions(FILE, FEW, tactics=TACTICS, noise=0)
    start = process_time()
    told = [alone(few, k) for k in range(FEW)]
    slow = (process_time() - start) / FEW
    assert told == list(zip(few.round.tolist(), few.row.tolist(), strict=True))
    found = benchmark.pedantic(lambda: sim.sessions(FILE, 10_000, tactics=TACTICS, noise=0), rounds=3, iterations=1)
    assert found.agreed.all()
    assert benchmark.stats.stats.min < SECONDS
    start = process_time()
    sim.sessions(FILE, 10_000, tactics=TACTICS, noise=0)
    ratio = slow * 10_000 / (process_time() - start)
    benchmark.extra_info["times a loop"] = round(ratio)
    assert ratio > RATIO
