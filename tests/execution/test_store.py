"""The store is the truth: whatever happens to a sweep, what is done is kept and the end is the same."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from same import same
from scenario_texts import SMALL, edited, read

from sim.errors import RequestError
from sim.execution.executors import EngineLost
from sim.execution.store import Array, NotWritten, Template, create_store, open_store
from sim.sweeps.sweep import finished, sweep

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
DEEP: Any = {"parties.a.no_deal": np.linspace(-0.2, 1.0, 4), "parties.a.values.icing.importance": [-1.0, 0.5, 2.0]}


def files(path: Path) -> dict[str, bytes]:
    return {str(p.relative_to(path)): p.read_bytes() for p in sorted(path.rglob("*")) if p.is_file()}


class Stop(KeyboardInterrupt):
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
    assert stored.margin.chunks is not None
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
        ({"measures": ["margin"]}, "measures: "),
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


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def flip_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def delete(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def garble(path: Path) -> None:
    path.write_text("{")


RESULT, COORDINATE = "margin/c/0/1", "parties.a.no_deal/c/0"
HARMS = [
    *((RESULT, harm) for harm in (cut_off, empty, flip_a_bit, delete)),
    *(("progress/done/c/1", harm) for harm in (cut_off, empty, flip_a_bit, delete)),
    *(("progress/record/c/1", harm) for harm in (cut_off, empty, flip_a_bit, delete)),
    *((COORDINATE, harm) for harm in (cut_off, empty, flip_a_bit, delete)),
    *(("margin/zarr.json", harm) for harm in (garble, flip_a_bit, delete)),
    ("nash_deal/c/1/2/0", flip_a_bit),
    ("fault/c/0/0", delete),
    ("party/c/0", flip_a_bit),
    ("margin", delete),
    ("parties.a.no_deal", delete),
    ("progress", delete),
    ("progress/done/zarr.json", delete),
    ("progress/record/zarr.json", garble),
]


@pytest.fixture(scope="module")
def deep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished store, and one that is not: only to be copied."""
    folder = tmp_path_factory.mktemp("deep")
    whole(folder, DEEP)
    with pytest.raises(Stop):
        sweep(read(BARGAIN), DEEP, SOME, store=folder / "part.zarr", block=3, progress=stop_after(3))
    return folder


@pytest.mark.parametrize("which", ["whole", "part"])
@pytest.mark.parametrize(("what", "harm"), HARMS)
def test_what_is_damaged_is_done_again(tmp_path: Path, deep: Path, what: str, harm: Any, which: str) -> None:
    """A machine that lost its power, a bad disk, or somebody tidying up."""
    path, there = tmp_path / "copy.zarr", deep / f"{which}.zarr"
    shutil.copytree(there, path)
    if which == "whole" or (path / what).exists():
        harm(path / what)
        assert files(path) != files(there)
    found = sweep(read(BARGAIN), DEEP, SOME, store=path, block=3, resume=True)
    assert files(path) == files(deep / "whole.zarr")
    same(found, sweep(read(BARGAIN), DEEP, SOME))


def test_a_damaged_block_makes_a_store_unfinished_until_it_is_done(tmp_path: Path, deep: Path) -> None:
    path = copied(deep, tmp_path)
    delete(path / RESULT)
    delete(path / "margin/c/1/1")
    with pytest.raises(Stop):
        sweep(read(BARGAIN), DEEP, SOME, store=path, block=3, resume=True, progress=stop_after(1))
    assert not finished(path)
    sweep(read(BARGAIN), DEEP, SOME, store=path, block=3, resume=True)
    assert files(path) == files(deep / "whole.zarr")


def say_nonsense(path: Path) -> None:
    path.write_text(json.dumps({"attributes": {"made_for": "[]"}}))


def copied(deep: Path, folder: Path) -> Path:
    """Return a copy of the finished store, to be harmed."""
    return Path(shutil.copytree(deep / "whole.zarr", folder / "copy.zarr"))


@pytest.mark.parametrize("harm", [cut_off, empty, garble, delete, say_nonsense])
def test_a_store_that_does_not_say_what_it_is_for_is_refused(tmp_path: Path, deep: Path, harm: Any) -> None:
    path = copied(deep, tmp_path)
    harm(path / "zarr.json")
    before = files(path)
    with pytest.raises(RequestError, match=r"or its zarr.json is damaged \(expected .* a new name to begin again"):
        sweep(read(BARGAIN), DEEP, SOME, store=path, block=3, resume=True)
    assert files(path) == before


def test_metadata_that_say_something_else_are_mended(tmp_path: Path, deep: Path) -> None:
    """Whatever opens the store reads the copy that its root holds."""
    path = copied(deep, tmp_path)
    text = (path / "zarr.json").read_text()
    (path / "zarr.json").write_text(text.replace('"float64"', '"int64"').replace('"title": "Sweep', '"title": "Swerp'))
    sweep(read(BARGAIN), DEEP, SOME, store=path, block=3, resume=True)
    assert files(path) == files(deep / "whole.zarr")


def exchange(path: Path, first: str, second: str) -> None:
    one, other = (path / first).read_bytes(), (path / second).read_bytes()
    assert one != other
    (path / first).write_bytes(other)
    (path / second).write_bytes(one)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("margin/c/0/1", "margin/c/1/0"),
        ("margin/c/0/1", "surplus/c/0/1/0"),
        ("progress/record/c/0", "progress/record/c/1"),
    ],
)
def test_sound_chunks_that_were_exchanged_are_done_again(tmp_path: Path, deep: Path, first: str, second: str) -> None:
    """Every checksum is right; only the place is not."""
    path = copied(deep, tmp_path)
    exchange(path, first, second)
    found = sweep(read(BARGAIN), DEEP, SOME, store=path, block=3, resume=True)
    assert files(path) == files(deep / "whole.zarr")
    same(found, sweep(read(BARGAIN), DEEP, SOME))


def test_a_block_of_another_sweep_is_not_taken_for_ones_own(tmp_path: Path, deep: Path) -> None:
    path, other = copied(deep, tmp_path), tmp_path / "other.zarr"
    axes = DEEP | {"parties.a.no_deal": np.linspace(-0.1, 0.9, 4)}
    sweep(read(BARGAIN), axes, SOME, store=other, block=3)
    names = [name for name in files(path) if "/c/" in name and name.split("/")[0] not in DEEP]
    assert files(path).keys() == files(other).keys()
    for name in names:
        shutil.copy(other / name, path / name)
    assert files(path) != files(deep / "whole.zarr")
    sweep(read(BARGAIN), DEEP, SOME, store=path, block=3, resume=True)
    assert files(path) == files(deep / "whole.zarr")


def test_a_store_without_checksums_of_places_is_refused_and_left_as_it_is(tmp_path: Path, deep: Path) -> None:
    path = copied(deep, tmp_path)
    root = json.loads((path / "zarr.json").read_text())
    del root["attributes"]["store_format"]
    (path / "zarr.json").write_text(json.dumps(root))
    before = files(path)
    with pytest.raises(RequestError, match=r"do not say where they belong.*expected a new name to begin again"):
        sweep(read(BARGAIN), DEEP, SOME, store=path, block=3, resume=True)
    assert files(path) == before


def test_a_changed_bit_is_seen_by_whoever_reads(tmp_path: Path, deep: Path) -> None:
    path = copied(deep, tmp_path)
    flip_a_bit(path / RESULT)
    with pytest.raises(ValueError, match="checksum"):
        xr.open_zarr(path, chunks=None).margin.load()


def test_an_unfinished_store_opens_without_a_warning_and_says_what_failed(deep: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        part = xr.open_zarr(deep / "part.zarr", chunks=None)
    codes = set(part.fault.values.ravel().tolist()) - {0}
    assert codes
    assert codes == set(map(int, json.loads(part.attrs["faults"])))
    assert np.isnan(part.margin.values).any()
    assert "complete" not in part.attrs


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
    def full(self: Any, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
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

    def read_only(store: Any, *, mode: Any, **options: Any) -> Any:
        assert mode == "r" or not isinstance(store, str)
        return plain(store, mode=mode, **options)

    def refused(self: Path, data: bytes) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(zarr, "open_group", read_only)
    monkeypatch.setattr(Path, "write_bytes", refused)
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
    assert store.arrays is not None
    assert store.arrays["x"][:].tolist() == [1.0, 2.0] * 3
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
    process = subprocess.Popen(
        command(scenario, output),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
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
