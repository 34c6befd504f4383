"""`sim sweep` from the command line: files, summary, faults and exit codes."""

from __future__ import annotations

import builtins
import csv
import io
import json
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from same import same
from scenario_texts import SMALL, edited, read

from sim.__main__ import main
from sim.cli.progress import ProgressLine
from sim.output.datasets import WRITERS, write_dataset
from sim.sweeps.axes import Span
from sim.sweeps.sweep import sweep

NAMED = edited(
    SMALL,
    ("  cake: {range: [0, 1], step: 0.1}", "  cake: {range: [0, 1], step: 0.1}\n  icing: {levels: [none, some]}"),
    (
        "no_deal: 0.3}",
        "no_deal: {war: {cost: 0.05}}}\n"
        "war: {outcomes: {won: {odds: 1, levels: {cake: 0.4, icing: none}}}}\n"
        "leverage:\n  push: {label: A push, range: [0, 2], default: 1, shifts: {parties.a.no_deal: {by: 0.3}}}",
    ),
)


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    path = tmp_path / "s.yaml"
    path.write_text(NAMED, encoding="utf-8")
    return str(path)


def run(scenario: str, output: Path, *words: str) -> int:
    return main(["sweep", scenario, "-o", str(output), *words])


def test_netcdf(scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "o.nc"
    over = ("--over", "push=0:2:5", "--over", "parties.b.no_deal.war.cost=0,0.06,0.3")
    assert run(scenario, output, *over) == 0
    wanted = sweep(read(NAMED), {"push": Span(0, 2, 5), "parties.b.no_deal.war.cost": [0, 0.06, 0.3]})
    with xr.open_dataset(output, engine="scipy") as found:
        for name, variable in wanted.data_vars.items():
            assert found[name].dims == variable.dims
            assert np.array_equal(found[name].values, variable.values, equal_nan=variable.dtype.kind == "f")
            assert found[name].attrs["long_name"]
        assert found.push.attrs["long_name"] == "A push"
        assert found.push.values.tolist() == [0, 0.5, 1, 1.5, 2]
        assert json.loads(found.attrs["level_names"]) == {"icing": ["none", "some"]}
    said = capsys.readouterr()
    assert "Along push (at parties.b.no_deal.war.cost 0.06) the zone closes above" in said.out
    assert "15 of 15 points" in said.err


def test_csv_has_a_row_a_point_with_names_of_levels(scenario: str, tmp_path: Path) -> None:
    output = tmp_path / "o.csv"
    assert run(scenario, output, "--over", "push=0,1,2", "--over", "parties.a.power=1,2") == 0
    rows = list(csv.DictReader(io.StringIO(output.read_text(encoding="utf-8"))))
    assert [(row["push"], row["parties.a.power"]) for row in rows] == [
        (push, power) for push in ("0.0", "1.0", "2.0") for power in ("1.0", "2.0")
    ]
    assert rows[0]["nash_deal.icing"] in ("none", "some")
    assert rows[0]["exists"] == "True"
    assert {row["fault"] for row in rows} == {""}


def test_zarr_and_resume(scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "o.zarr"
    over = ("--over", "push=0:2:9", "--block", "2", "--resume")
    assert run(scenario, output, *over) == 0
    assert "finished already" not in capsys.readouterr().err
    assert run(scenario, output, *over) == 0
    said = capsys.readouterr()
    assert f"{output} is finished already" in said.err
    assert "A zone of possible agreement exists at" in said.out
    same(xr.open_zarr(output, chunks=None), sweep(read(NAMED), {"push": Span(0, 2, 9)}))


@pytest.mark.parametrize("name", ["o.ZARR", "o.Zarr"])
def test_a_store_whose_name_is_in_capital_letters(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    output, over = tmp_path / name, ("--over", "push=0:2:3", "--block", "1", "--resume")
    assert run(scenario, output, *over) == 0
    same(xr.open_zarr(output, chunks=None), sweep(read(NAMED), {"push": Span(0, 2, 3)}))
    assert run(scenario, output, *over) == 0
    assert "is finished already" in capsys.readouterr().err


def test_a_finished_store_whose_blocks_are_damaged(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "o.zarr"
    over = ("--over", "push=0:2:9", "--block", "2", "--resume")
    assert run(scenario, output, *over) == 0
    (output / "margin" / "c" / "1").unlink()
    capsys.readouterr()
    assert run(scenario, output, *over) == 0
    said = capsys.readouterr().err
    assert f"{output} was finished; 2 points were damaged since and done again" in said
    assert "already" not in said
    same(xr.open_zarr(output, chunks=None), sweep(read(NAMED), {"push": Span(0, 2, 9)}))


def test_netcdf_that_cannot_hold_it_is_refused_before_any_work(
    scenario: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def never(*_: Any) -> Any:
        raise AssertionError("work was begun")

    monkeypatch.setattr("sim.sweeps.sweep.run_block", never)
    # 2 parties, 8 bytes each.
    most = (2**31 - 4) // 16
    over = ("--over", f"push=0:2:{most // 10_000 + 1}", "--over", "parties.a.power=1:2:10000", "--measure", "surplus")
    monkeypatch.setattr("sim.sweeps.requests.MOST_POINTS", 10**9)
    assert run(scenario, tmp_path / "o.NC", *over) == 3
    said = capsys.readouterr().err
    assert "surplus would take 2.0 GiB, and a .nc file holds at most 2 GiB of one variable (expected a .zarr" in said
    with pytest.raises(AssertionError):
        run(scenario, tmp_path / "o.csv", *over)


def test_what_cannot_be_written_at_the_end_is_kept_elsewhere(
    scenario: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere, plain = tmp_path / "elsewhere", WRITERS[".nc"]
    elsewhere.mkdir()

    def full(dataset: Any, path: Path) -> None:
        if path.parent != elsewhere:
            raise OSError(28, "No space left on device")
        plain(dataset, path)

    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    monkeypatch.setitem(WRITERS, ".nc", full)
    assert run(scenario, tmp_path / "o.nc", "--over", "push=0,1") == 3
    (kept,) = elsewhere.iterdir()
    said = capsys.readouterr().err
    assert "o.nc: cannot be written (No space left" in said
    assert f"what was worked out is kept in {kept}" in said
    with xr.open_dataset(kept, engine="scipy") as found:
        assert found.push.values.tolist() == [0, 1]


@pytest.mark.parametrize("error", [OverflowError("too large"), MemoryError()])
def test_whatever_a_writer_raises_is_a_fault(
    scenario: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Any
) -> None:
    def broken(dataset: Any, path: Path) -> None:
        raise error

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for suffix in (".csv", ".nc"):
        monkeypatch.setitem(WRITERS, suffix, broken)
    assert run(scenario, tmp_path / "o.csv", "--over", "push=0,1") == 3
    assert f"o.csv: cannot be written ({type(error).__name__}" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["s.yaml"]


def test_csv_takes_less_memory_than_what_it_writes(tmp_path: Path) -> None:
    ds = sweep(read(NAMED), {"push": Span(0, 2, 300), "parties.a.power": Span(1, 2, 100)}, ["margin", "terms"])
    tracemalloc.start()
    try:
        write_dataset(ds, tmp_path / "o.csv")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < ds.nbytes
    rows = list(csv.reader(io.StringIO((tmp_path / "o.csv").read_text(encoding="utf-8"))))
    assert len(rows) == 30_001
    assert [row[:2] for row in rows[99:102]] == [
        ["0.0", repr(float(ds["parties.a.power"][98]))],
        ["0.0", "2.0"],
        [repr(float(ds.push[1])), "1.0"],
    ]
    margin = [float(row[rows[0].index("margin")]) for row in rows[1:]]
    assert margin == ds.margin.values.ravel().tolist()


def test_summary_as_data(scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(scenario, tmp_path / "o.nc", "--over", "push=0:2:41", "--json", "--measure", "margin") == 0
    data = json.loads(capsys.readouterr().out)
    assert data["schema_version"] == 1
    assert data["points"] == 41
    (change,) = data["crossings"]
    assert change["axis"] == "push"
    assert not change["opens"]
    # War is worth 0.6 - 0.05 to b, so on steps of 0.1 it takes 0.6 and leaves 0.4; a accepts at least 0.2 + 0.3 push.
    assert change["level"] == pytest.approx(0.2 / 0.3)


def test_failed_cells_are_kept_with_their_reason(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "o.csv"
    over = ("--over", "parties.a.power=-1,1", "--over", "parties.a.values.cake.importance=-2,0,1")
    assert run(scenario, output, *over) == 4
    said = capsys.readouterr()
    assert "5 of 6 cells failed" in said.err
    (line,) = (line for line in said.out.splitlines() if "parties.a.power: not allowed" in line)
    assert line.endswith("(expected more than 0)")
    rows = list(csv.DictReader(io.StringIO(output.read_text(encoding="utf-8"))))
    assert [bool(row["fault"]) for row in rows] == [True] * 5 + [False]
    assert [bool(row["margin"]) for row in rows] == [False] * 5 + [True]
    assert "importance" in rows[0]["fault"]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--over", "puhs=0,1"], "no leverage variable 'puhs' (did you mean push?)"),
        (["--over", "push=0,3"], "push: level 3 is out of range (expected 0 to 2)"),
        (["--over", "parties.c.power=1"], "no parties.c (expected one of: a, b)"),
        (["--over", "parties.a.powr=1"], "unknown key (did you mean power?)"),
        (["--over", "leverage.push.label=1"], "leverage.push.label: holds 'A push', which is not a number"),
        (["--over", "issues.icing.levels=1"], "holds a list, which is not a number"),
        (["--over", "parties.a=1"], "names a section, not a number"),
        (["--over", "war.outcomes.won.levels.icing=1"], "holds 'none', which is not a number"),
        (["--over", "push=0:2:0"], "0 points would take no time"),
        (["--over", "push=0:2:1000000000"], "1,000,000,000 points would take about"),
        (
            ["--over", "push=0:2:40000", "--over", "parties.a.power=1:2:40000"],
            "GB (expected at most 100,000,000 points",
        ),
        (["--over", "push=0,0"], "push: level 0 twice"),
        (["--over", "push=0,nan"], "not finite"),
        (["--over", "push=0", "--over", "push=1"], "--over: push twice"),
        (["--over", "push=0", "--at", "push=1"], "push: a level and an axis"),
        (
            ["--over", "parties.a.power=1,2", "--set", "parties.a.power=3"],
            "parties.a.power: a value set and an axis (expected one of the two)",
        ),
        (["--over", "parties.a.power=1,1e101"], "parties.a.power: level 1e+101 is too large (expected at most 1e+100)"),
        (["--over", "parties.a.power=1:1e101:3"], "1:1e+101: an end is too large (expected at most 1e+100)"),
        (["--over", "parties.a.power=1", "--at", "push=1", "--at", "push=0"], "--at: push twice"),
        (["--over", "push=0", "--set", "parties.a.power=1", "--set", "parties.a.power=2"], "--set: parties.a.power tw"),
        (["--over", "push=0", "--measure", "margins"], "no measure 'margins' (did you mean margin?)"),
        (["--over", "push=0", "--measure", "durability"], "no later dates"),
        (["--over", "push=0", "--solution", "nahs"], "no solution 'nahs' (did you mean nash?)"),
        (["--over", "push=0", "--resume"], "keeps no blocks (expected a .zarr output)"),
        (["--over", "push=0", "--samples", "0"], "expected at least 1"),
        (["--over", "push=0", "--workers", "0"], "expected at least 1"),
        (["--over", "push=0", "--scheduler", "tcp://192.0.2.1:1"], "not authenticated"),
        (["--over", "push=0", "--sign", "c"], "no party 'c'"),
        (["--over", "push=0", "-o", "x.xls"], "of an unknown kind (expected one of: .nc, .csv, .zarr)"),
        (["--over", "push=0", "-o", "nowhere/x.nc"], "there is no folder nowhere"),
    ],
)
def test_bad_input(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], fault: str
) -> None:
    assert run(scenario, tmp_path / "o.nc", *words) == 3
    assert fault in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.yaml"]


def test_an_output_that_is_a_directory(scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "d.nc").mkdir()
    assert run(scenario, tmp_path / "d.nc", "--over", "push=0") == 3
    assert "d.nc: is a folder (expected the name of a file)" in capsys.readouterr().err


@pytest.mark.parametrize("over", ["push", "push=", "push=a", "push=0:1", "push=0:1:x", "push=0:1:-2"])
def test_malformed_options(scenario: str, tmp_path: Path, over: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(scenario, tmp_path / "o.nc", "--over", over)
    assert stopped.value.code == 2


@pytest.mark.parametrize(
    ("missing", "words", "extra"),
    [
        ("zarr", ["-o", "o.zarr"], "peace-sim[store]"),
        ("zarr", ["-o", "o.zarr", "--resume"], "peace-sim[store]"),
        ("distributed", ["-o", "o.nc", "--scheduler", "tcp://127.0.0.1:1"], "peace-sim[cluster]"),
    ],
)
def test_without_an_extra(
    scenario: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    missing: str,
    words: list[str],
    extra: str,
) -> None:
    plain = builtins.__import__

    def absent(name: str, *rest: Any, **more: Any) -> Any:
        if name.split(".")[0] == missing:
            raise ImportError(name)
        return plain(name, *rest, **more)

    monkeypatch.chdir(Path(scenario).parent)
    monkeypatch.setattr(builtins, "__import__", absent)
    assert main(["sweep", scenario, "--over", "push=0,1", *words]) == 3
    assert extra in capsys.readouterr().err


def test_what_only_some_outputs_need_is_loaded_late(scenario: str, tmp_path: Path) -> None:
    code = (
        "import sys; from sim.__main__ import main;"
        f"main(['sweep', {scenario!r}, '--over', 'push=0,1', '-o', {str(tmp_path / 'o.csv')!r}]);"
        "sys.exit(any(m in sys.modules for m in ('zarr', 'distributed')))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_tells_the_time_left() -> None:
    now = [0.0]
    stream = Terminal()
    line = ProgressLine(stream, lambda: now[0])
    now[0] = 30.0
    line.tell(300, 1_000, 100)
    line.close()
    assert stream.getvalue().startswith("\r300 of 1,000 points, 1 min 45 s left")
    assert stream.getvalue().endswith("\n")


def test_progress_is_quiet_where_nobody_looks() -> None:
    now, stream = [0.0], io.StringIO()
    line = ProgressLine(stream, lambda: now[0])
    for done in range(1, 11):
        now[0] += 3.0
        line.tell(done, 10, 0)
    assert stream.getvalue().splitlines() == [
        "4 of 10 points, 18 s left",
        "8 of 10 points, 6 s left",
        "10 of 10 points, 0 s left",
    ]


@pytest.mark.parametrize("name", ["поле боя", "战场", "élan", "Ωmega-1"])
@pytest.mark.parametrize("measure", ["levels", "solutions"])
def test_netcdf_holds_names_of_any_script(name: str, measure: str, tmp_path: Path) -> None:
    """Bytes are UTF-8, as the format asks; scipy takes them for Latin-1."""
    path, output = tmp_path / "s.yaml", tmp_path / "o.nc"
    path.write_text(NAMED.replace("push", name).replace("icing", f"{name} 2"), encoding="utf-8")
    assert run(str(path), output, "--over", f"{name}=0,1", "--measure", measure) == 0
    wanted = sweep(str(path), {name: [0.0, 1.0]}, [measure])
    with xr.open_dataset(output, engine="scipy") as found:
        assert name.encode() in output.read_bytes()
        named = found.rename({n: n.encode("latin-1").decode() for n in {*found.variables, *found.dims}})
        assert set(named.variables) == set(wanted.variables)
        xr.testing.assert_equal(named.astype(wanted.dtypes), wanted)


@pytest.mark.parametrize("name", ["real", "int"])
def test_a_name_that_netcdf_keeps_is_refused_before_the_work(
    name: str, scenario: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(NAMED.replace("push", name), encoding="utf-8")
    assert run(str(path), tmp_path / "o.csv", "--over", f"{name}=0,1", "--measure", "margin") == 0
    monkeypatch.setattr("sim.sweeps.sweep.run_plan", lambda *_, **__: pytest.fail("work was done"))
    assert run(str(path), tmp_path / "o.nc", "--over", f"{name}=0,1") == 3
    assert f"no .nc file can hold the name {name} (expected a .zarr or .csv output)" in capsys.readouterr().err


def test_what_no_file_of_its_kind_can_hold_is_kept_as_another(
    scenario: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(dataset: Any, path: Path) -> None:
        raise ValueError("a name that cannot be")

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    monkeypatch.setitem(WRITERS, ".nc", broken)
    assert run(scenario, tmp_path / "o.nc", "--over", "push=0,1") == 3
    (kept,) = elsewhere.iterdir()
    assert kept.suffix == ".csv"
    assert f"what was worked out is kept in {kept}" in capsys.readouterr().err
    assert kept.read_text(encoding="utf-8").startswith("push,")


def test_csv_on_standard_output(scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--over", "push=0,1", "--measure", "margin"]
    assert run(scenario, tmp_path / "o.csv", *words) == 0
    capsys.readouterr()
    assert main(["sweep", scenario, *words, "-o", "-"]) == 0
    out, err = capsys.readouterr()
    assert out == (tmp_path / "o.csv").read_text(encoding="utf-8")
    assert "A zone of possible agreement exists at" in err
    assert main(["sweep", scenario, *words, "-o", "-", "--json"]) == 3


def test_a_spreadsheet_is_told_of_letters_beyond_ascii(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(NAMED.replace("push", "нажим"), encoding="utf-8")
    assert run(str(path), tmp_path / "o.csv", "--over", "нажим=0,1", "--measure", "margin") == 0
    assert (tmp_path / "o.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "o.csv").read_text(encoding="utf-8-sig"))))
    assert [row["нажим"] for row in rows] == ["0.0", "1.0"]
