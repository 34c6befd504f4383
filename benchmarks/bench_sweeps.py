"""Sweeps: a leverage map against a loop over enumerated utilities, a large map, cost per point, and a deep sweep.

The loop is what one writes without this package: utilities of all outcomes once, then at each leverage point the zone,
its share, the range of every issue and five bargaining solutions by looking at every outcome. It is timed at a few
points, where its answers are first compared with the sweep's, and scaled to the whole map. Run it as
``python benchmarks/bench_sweeps.py [map|large|outcomes|deep|margin]...``.
"""

from __future__ import annotations

import itertools
import platform
import resource
import sys
from importlib.metadata import version
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
import xarray as xr

import sim
from sim.game.compiled import Game, compile
from sim.game.terms import leverage_levels, terms
from sim.model.load import Place, Tree
from sim.model.scenario import Scenario, build
from sim.theory.bargaining.choosing import choose
from sim.theory.bargaining.solutions import SOLUTIONS

ISTANBUL = Path(__file__).parents[1] / "scenarios" / "istanbul-2022.yaml"
MAP = ("margin", "surplus", "share", "ranges", "solutions")
NAMES = ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian", "equal_loss")


def scenario(issues: int, levels: int) -> Scenario:
    """Two parties with opposed, curved values and generic weights; war with two leverage variables."""
    rng = np.random.default_rng(issues * 1000 + levels)
    names = [f"issue_{k}" for k in range(issues)]

    def party(best: int, worst: int, hopes: str) -> dict[str, Any]:
        values = {
            name: {
                "importance": float(rng.uniform(1, 10)),
                "best": best,
                "worst": worst,
                "shape": {"power": float(rng.uniform(0.4, 0.9))},
            }
            for name in names
        }
        return {"values": values, "no_deal": {"war": {"cost": 0.01, "optimism": {hopes: 2.5}}}}

    ends = {"won": (levels - 1, 2), "stalemate": ((levels - 1) // 2, 3), "lost": (0, 2)}
    data = {
        "format": 1,
        "name": f"{issues} issues of {levels} levels",
        "issues": {name: {"range": [0, levels - 1], "step": 1} for name in names},
        "parties": {"first": party(levels - 1, 0, "won"), "second": party(0, levels - 1, "lost")},
        "war": {
            "outcomes": {end: {"odds": odds, "levels": dict.fromkeys(names, x)} for end, (x, odds) in ends.items()}
        },
        "leverage": {
            "front": {"range": [-1, 1], "default": 0, "shifts": {"war.outcomes.won.odds": {"factor": 3}}},
            "pressure": {"range": [0, 1], "default": 0, "shifts": {"parties.first.no_deal.war.cost": {"by": 0.2}}},
        },
    }
    return build(Tree(data, {(): Place("<benchmark>")}))


def axes(count: int) -> dict[str, sim.Span]:
    return {"front": sim.Span(-1, 1, count), "pressure": sim.Span(0, 1, count)}


def everything(game: Game) -> tuple[np.ndarray, np.ndarray]:
    """Levels and utilities of every outcome."""
    levels = np.stack(np.unravel_index(np.arange(game.space.outcomes), game.space.sizes), axis=1)
    return levels, game.factors.utilities(levels)


def one_point(levels: np.ndarray, utilities: np.ndarray, at: Any) -> dict[str, np.ndarray]:
    """What the map holds at one point, by looking at every outcome."""
    r, d, power = at
    excess = utilities - r
    margin = excess.min(axis=1).max()
    inside = np.flatnonzero((excess >= -1e-9).all(axis=1))
    u, x = utilities[inside], levels[inside]
    found = {"margin": margin, "share": np.array(len(inside) / len(utilities))}
    if not len(inside):
        return found
    top = u.max(axis=0)
    found |= {"surplus": top - r, "range_low": x.min(axis=0), "range_high": x.max(axis=0)}
    for name in NAMES:
        rule = SOLUTIONS[name].objective
        assert rule is not None
        values = rule(u, disagreement=d, ideal=top, power=power)
        row, _ = choose(values, u, disagreement=d, ideal=top)
        found[f"{name}_utility"] = u[int(row)]
    return found


def loop_seconds(ds: xr.Dataset, count: int) -> float:
    """Seconds a point of the loop, after its answers at some points were found to agree with the map."""
    game = compile(scenario(5, 22))
    levels, utilities = everything(game)
    cells = [(k * 101 // count, (k * 37) % 101) for k in range(count)]
    points = []
    for a, b in cells:
        chosen = {"front": float(ds.front[a]), "pressure": float(ds.pressure[b])}
        found = terms(game, leverage_levels(game, chosen))
        points.append((found.reservation[0], found.disagreement[0], found.power[0]))
    for cell, at in zip(cells, points, strict=True):
        here = ds.isel(front=cell[0], pressure=cell[1])
        for name, value in one_point(levels, utilities, at).items():
            if not np.allclose(here[name].values, value, atol=1e-9):
                raise SystemExit(f"{name} at {cell}: {here[name].values} in the map, {value} in the loop")
    start = perf_counter()
    for at in points:
        one_point(levels, utilities, at)
    return (perf_counter() - start) / count


def memory() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9:.2f} GB at most"


def timed(work: Any) -> tuple[float, xr.Dataset]:
    start = perf_counter()
    found = work()
    return perf_counter() - start, found


def leverage_map() -> None:
    made = scenario(5, 22)
    seconds, ds = timed(lambda: sim.sweep(made, axes(101), MAP))
    before = memory()
    each = loop_seconds(ds, 8)
    ratio = each * ds.margin.size / seconds
    print(
        f"map of 101 x 101, {22**5:,} outcomes, {', '.join(MAP)}: {seconds:.2f} s, {before} (wanted: about 2 s, 1 GB)"
    )
    print(f"  the loop takes {each:.2f} s a point, {ratio:,.0f} times as long (wanted: 1,000)")
    seconds, _ = timed(lambda: sim.sweep(made, axes(101)))
    print(f"  with every measure, ranges within 99 % and games included: {seconds:.2f} s")


def large_map() -> None:
    made = scenario(5, 22)
    seconds, ds = timed(lambda: sim.sweep(made, axes(1000), ["margin", "surplus", "solutions"], solutions=["nash"]))
    print(f"map of 1,000 x 1,000, margin, surplus and Nash deal: {seconds:.1f} s, {memory()} (wanted: 30 s, 2 GB)")
    print(f"  a zone at {100 * float(ds.exists.mean()):.0f} % of the points")


def by_outcomes() -> None:
    print(f"{'outcomes':>9} {'frontier':>9} {'compile':>10} {'..ranges':>12} {'share':>9}   (share sampled above 5e7)")
    measures = ["margin", "surplus", "ranges", "solutions"]
    for issues in (3, 6, 9, 12, 15):
        made = scenario(issues, 10)
        few, _ = timed(lambda made=made: sim.sweep(made, axes(2), measures))
        many, _ = timed(lambda made=made: sim.sweep(made, axes(101), measures))
        share, _ = timed(lambda made=made: sim.sweep(made, axes(11), ["share"]))
        size = len(compile(made).space.blocks) and frontier_size(made)
        print(
            f"{10**issues:>9.0e} {size:>9,} {few:>8.2f} s {many / 10_201 * 1e6:>9.1f} us {share / 121 * 1e6:>6.0f} us"
        )


def frontier_size(made: Scenario) -> int:
    from sim.space.trees import frontier

    return len(frontier(compile(made).space).points)


def deep() -> None:
    over = {"parties.russia.values.nato.importance": sim.Span(5, 40, 1000)}
    measures = ("margin", "surplus", "ranges", "solutions", "within")
    found = []
    for label, chosen in ((", ".join(measures), measures), ("every measure", None)):
        for workers in (1, 2):
            engine = sim.LocalProcesses(workers) if workers > 1 else None
            seconds, ds = timed(
                lambda chosen=chosen, engine=engine: sim.sweep(str(ISTANBUL), over, chosen, engine=engine)
            )
            found.append(ds)
            words = "one process" if workers == 1 else f"{workers} processes"
            print(f"1,000 recompilations of {ISTANBUL.name}, {label}, {words}: {seconds:.1f} s (wanted: 30 s)")
        if not found[-2].equals(found[-1]):
            raise SystemExit("one process and two gave different numbers")


def margin_alone() -> None:
    """Time one space after another of which only the margin is asked, after comparing some with spaces of their own."""
    path, weights = "parties.russia.values.territory.importance", np.linspace(5, 40, 100)
    for name, wanted in (("istanbul-2022", 3), ("comprehensive-settlement", 20)):
        file = str(ISTANBUL.with_stem(name))
        sim.sweep(file, {path: weights[:2]}, ("margin",))
        start = process_time()
        ds = sim.sweep(file, {path: weights}, ("margin",))
        taken = process_time() - start
        for k in (0, 57, 99):
            alone = sim.study(file, set={path: float(weights[k])}).zone.margin
            assert alone is not None
            assert abs(float(ds.margin[k]) - alone) <= 1e-9
        each = 1e3 * taken / len(weights)
        print(f"margin alone of {name}, {len(weights)} spaces: {each:.1f} ms each (wanted: {wanted} ms)")


PARTS = {"map": leverage_map, "large": large_map, "outcomes": by_outcomes, "deep": deep, "margin": margin_alone}


def main(names: list[str]) -> None:
    packages = ", ".join(f"{p} {version(p)}" for p in ("numpy", "xarray"))
    print(f"Python {platform.python_version()}, {packages}\n")
    for part, _ in itertools.groupby(names or list(PARTS)):
        PARTS[part]()


if __name__ == "__main__":
    main(sys.argv[1:])
