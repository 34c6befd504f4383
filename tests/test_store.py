"""The store is the truth: whatever happens to a sweep, what is done is kept and the end is the same."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from same import same
from scenario_texts import SMALL, edited, read

from sim.errors import RequestError
from sim.executors import EngineLost
from sim.store import Array, NotWritten, Template, create_store, open_store
from sim.sweeps import finished, sweep

BARGAIN = edited(
    SMALL,
    ("  cake: {range: [0, 1], step: 0.1}", "  cake: {range: [0, 1], step: 0.05}\n  icing: {levels: [none, some, all]}"),
    (
        "  a: {values: {cake: {importance: 1, best: 1, worst: 0}}, no_deal: 0.2}",
        "  a:\n    values:\n      cake: {importance: 1, best: 1, worst: 0}\n"
        "      icing: {importance: 0.5, table: {none: 0, some: 0.5, all: 1}}\n    no_deal: 0.2",
    ),
)
AXES = {"parties.a.no_deal": np.linspace(-0.2, 1.0, 7), "parties.b.no_deal": np.linspace(0.0, 0.9, 5)}
SOME = ("surplus", "solutions")
DEEP = {"parties.a.no_deal": np.linspace(-0.2, 1.0, 4), "parties.a.values.icing.importance": [-1.0, 0.5, 2.0]}


def files(path: Path) -> dict[str, bytes]:
    return {str(p.relative_to(path)): p.read_bytes() for p in sorted(path.rglob("*")) if p.is_file()}


class Stop(Exception):
    """What happens in the middle of a sweep."""


def stop_after(blocks: int) -> Any:
    seen = []

    def progress(_: Any) -> None:
        seen.append(1)
        if len(seen) == blocks:
            raise Stop

    return progress


def whole(tmp_path: Path, axes: dict[str, Any] = AXES, measures: Any = SOME) -> Path:
    path = tmp_path / "whole.zarr"
    sweep(read(BARGAIN), axes, measures, store=path, block=3)
    return path


def test_a_store_holds_what_a_sweep_in_memory_gives(tmp_path: Path) -> None:
    path = whole(tmp_path, DEEP, None)
    stored, held = xr.open_zarr(path, chunks=None), sweep(read(BARGAIN), DEEP)
    same(stored, held)
    for name in held.variables:
        assert {k: v for k, v in stored[name].attrs.items() if k != "coordinates"} == held[name].attrs
    assert held.attrs["faults"] != "{}"
    assert {k: v for k, v in stored.attrs.items() if k in held.attrs and k != "arguments"} == {
        k: v for k, v in held.attrs.items() if k != "arguments"
    }
    assert float(stored.nash_utility.sel(party="a")[0, 1]) == float(held.nash_utility.sel(party="a")[0, 1])


def test_it_opens_with_dask_too_and_holds_no_clock_times(tmp_path: Path) -> None:
    stored = xr.open_zarr(whole(tmp_path))
    assert stored.gap.chunks is not None
    kinds = {str(variable.dtype) for variable in stored.variables.values()}
    assert not any("datetime" in kind or "timedelta" in kind for kind in kinds)
    assert not [name for name in stored.variables if "time" in str(name)]


@pytest.mark.parametrize("blocks", [1, 4])
def test_an_interrupted_sweep_ends_in_the_same_bytes(tmp_path: Path, blocks: int) -> None:
    path = tmp_path / "part.zarr"
    with pytest.raises(Stop):
        sweep(read(BARGAIN), DEEP, SOME, store=path, block=3, progress=stop_after(blocks))
    assert not finished(path)
    told: list[Any] = []
    sweep(read(BARGAIN), DEEP, SOME, store=path, block=3, resume=True, progress=told.append)
    assert told[0].kept == {1: 3, 4: 10}[blocks]
    assert told[-1].points == told[-1].of
    assert finished(path)
    assert files(path) == files(whole(tmp_path, DEEP))


def test_a_finished_store_is_left_alone(tmp_path: Path) -> None:
    path = whole(tmp_path)
    before, told = files(path), []
    sweep(read(BARGAIN), AXES, SOME, store=path, block=3, resume=True, progress=told.append)
    assert files(path) == before
    assert not told


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="is there already"):
        sweep(read(BARGAIN), AXES, store=whole(tmp_path))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"scenario": edited(BARGAIN, ("importance: 0.5", "importance: 0.6"))}, "scenario: One cake"),
        ({"axes": {**AXES, "parties.b.no_deal": np.linspace(0, 0.9, 6)}}, "axis parties.b.no_deal: 5 levels from 0.0"),
        ({"axes": dict(reversed(AXES.items()))}, "order of axes"),
        ({"measures": ["gap"]}, "measures: "),
        ({"solutions": ["nash"]}, "solutions: "),
        ({"block": 4}, "points of a block"),
        ({"samples": 7}, "samples: "),
    ],
)
def test_a_store_of_something_else_is_refused_with_the_difference(
    tmp_path: Path, change: dict[str, Any], named: str
) -> None:
    path = whole(tmp_path)
    options = {"scenario": BARGAIN, "axes": AXES, "block": 3} | change
    scenario, axes = read(options.pop("scenario")), options.pop("axes")
    with pytest.raises(RequestError, match=named):
        sweep(scenario, axes, options.pop("measures", SOME), store=path, resume=True, **options)


def cut_off(path: Path, size: int = 3) -> None:
    assert path.stat().st_size
    path.write_bytes(path.read_bytes()[:size])


@pytest.mark.parametrize("size", [0, 3])
@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize("which", ["progress/done/c/1", "gap/c/0/1", "progress/reasons_*/c/0"])
def test_what_was_cut_off_is_done_again(tmp_path: Path, which: str, complete: bool, size: int) -> None:
    """A machine that lost its power may leave files that are shorter than they should be."""
    path = whole(tmp_path, DEEP)
    wanted = files(path)
    if not complete:
        path = tmp_path / "part.zarr"
        with pytest.raises(Stop):
            sweep(read(BARGAIN), DEEP, SOME, store=path, block=3, progress=stop_after(3))
    cut_off(next(path.glob(which)), size)
    sweep(read(BARGAIN), DEEP, SOME, store=path, block=3, resume=True)
    assert files(path) == wanted


class Broken:
    """An engine that is lost before it hands anything back."""

    def run(self, work: Any, jobs: Any) -> Any:
        raise EngineLost("lost")
        yield


def test_nothing_is_left_where_nothing_was_done(tmp_path: Path) -> None:
    path = tmp_path / "x.zarr"
    with pytest.raises(EngineLost):
        sweep(read(BARGAIN), AXES, SOME, store=path, block=3, engine=Broken())
    assert not list(tmp_path.iterdir())
    sweep(read(BARGAIN), AXES, SOME, store=path, block=3)
    assert finished(path)


def test_a_disk_that_is_full_from_the_start_keeps_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from zarr.storage import LocalStore

    async def full(self: Any, key: str, value: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(LocalStore, "set", full)
    with pytest.raises(NotWritten, match="no space left on the disk"):
        sweep(read(BARGAIN), AXES, SOME, store=tmp_path / "x.zarr", block=3)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_found_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotWritten, match="cannot be written"):
        create_store(tmp_path / "file" / "x.zarr", frame())


def test_a_finished_store_is_only_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it may lie where nothing can be written."""
    import zarr

    path, plain = whole(tmp_path), zarr.open_group

    def read_only(*names: Any, mode: str, **options: Any) -> Any:
        assert mode == "r"
        return plain(*names, mode=mode, **options)

    monkeypatch.setattr(zarr, "open_group", read_only)
    sweep(read(BARGAIN), AXES, SOME, store=path, block=3, resume=True)


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.zarr").mkdir()
    with pytest.raises(RequestError, match="not the store of a sweep"):
        sweep(read(BARGAIN), AXES, store=tmp_path / "other.zarr", resume=True)


def frame(values: int = 6) -> Template:
    return Template({"x": Array(("n",), (values,), (2,), "f8", np.nan)}, {}, {"what": "test"}, 3)


def test_the_done_flag_comes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up at any write leaves every block either whole or undone."""
    from zarr.storage import LocalStore

    plain, room = LocalStore.set, [0]

    async def set_if_room(self: Any, key: str, value: Any) -> None:
        if room[0] == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        room[0] -= 1
        await plain(self, key, value)

    store = create_store(tmp_path / "x.zarr", frame())
    store.begin()
    monkeypatch.setattr(LocalStore, "set", set_if_room)
    for number in range(3):
        write = partial(
            store.write, number, (slice(2 * number, 2 * number + 2),), {"x": np.array([1.0, 2.0])}, {7: "why"}
        )
        room[0] = number
        with pytest.raises(NotWritten, match="no space left on the disk"):
            write()
        assert number in open_store(tmp_path / "x.zarr", frame()).left()
        room[0] = 1_000
        write()
        assert number not in store.left()
    assert store.group["x"][:].tolist() == [1.0, 2.0] * 3
    assert store.reasons() == {7: "why"}


def small_disk(tmp_path: Path) -> Path | None:
    """A tmpfs of 800 kB, where this user may mount one."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return None
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=800k", "tmpfs", str(disk)], capture_output=True)
    return disk if done.returncode == 0 else None


def test_a_full_disk(tmp_path: Path) -> None:
    disk = small_disk(tmp_path)
    if disk is None:
        pytest.skip("this user may not mount a small disk")
    try:
        axes = {"parties.a.no_deal": np.linspace(-0.2, 1.0, 40), "parties.b.no_deal": np.linspace(0, 0.9, 40)}
        (disk / "ballast").write_bytes(b"x" * 300_000)
        measures = ["surplus", "solutions", "terms"]
        with pytest.raises(NotWritten, match="no space left"):
            sweep(read(BARGAIN), axes, measures, store=disk / "x.zarr", block=80)
        (disk / "ballast").unlink()
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        assert 0 < len(list((disk / "x.zarr").glob("progress/done/c/*"))) < 20
        sweep(read(BARGAIN), axes, measures, store=disk / "x.zarr", block=80, resume=True)
        sweep(read(BARGAIN), axes, measures, store=tmp_path / "y.zarr", block=80)
        assert files(disk / "x.zarr") == files(tmp_path / "y.zarr")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


FEW = ("--measure", "surplus", "--measure", "solutions", "--solution", "nash")


def command(scenario: Path, output: Path, *more: str) -> list[str]:
    axes = ["--over", "parties.a.no_deal=-0.2:1:60", "--over", "parties.b.values.cake.importance=1:2:5"]
    return [sys.executable, "-m", "sim", "sweep", str(scenario), *axes, "-o", str(output), "--block", "12", *FEW, *more]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_process_killed_in_mid_sweep(tmp_path: Path, how: signal.Signals) -> None:
    scenario, output = tmp_path / "s.yaml", tmp_path / "o.zarr"
    scenario.write_text(BARGAIN, encoding="utf-8")
    process = subprocess.Popen(command(scenario, output), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    while process.poll() is None and len(list(output.glob("progress/done/c/*"))) < 3:
        time.sleep(0.002)
    process.send_signal(how)
    _, said = process.communicate()
    assert process.returncode == (-signal.SIGKILL if how == signal.SIGKILL else 130), said
    assert not finished(output)
    if how == signal.SIGINT:
        assert f"-o {output}" in said
        assert "--block 12 --resume" in said
        assert "Traceback" not in said
    again = subprocess.run(command(scenario, output, "--resume"), capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    fresh = tmp_path / "fresh.zarr"
    assert subprocess.run(command(scenario, fresh), capture_output=True, check=False).returncode == 0
    assert files(output) == files(fresh)
    assert json.loads((output / "zarr.json").read_text())["attributes"]["complete"] is True
