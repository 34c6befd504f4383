"""Files are refused before work is done, and written whole or not at all."""

from __future__ import annotations

import csv
import os
import re
import stat
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import sim
from sim.errors import RequestError
from sim.output import datasets
from sim.output.datasets import check_output, is_store, write_dataset
from sim.output.files import check_target, replacing

PAGE = Path(sim.__file__).parent / "report" / "static"


def test_an_old_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "x.txt"
    target.write_text("old")

    def half() -> None:
        with replacing(target) as draft:
            draft.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert [path.name for path in tmp_path.iterdir()] == ["x.txt"]
    assert target.read_text() == "old"
    with replacing(target) as draft:
        draft.write_text("new")
        assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["x.txt"]
    assert target.read_text() == "new"


def test_a_full_disk_is_a_fault_with_a_remedy(tmp_path: Path) -> None:
    with (
        pytest.raises(RequestError, match=r"x\.txt: cannot be written \(No space left.*choose another place"),
        replacing(tmp_path / "x.txt"),
    ):
        raise OSError(28, "No space left on device")


def test_what_a_link_points_to_is_written_and_a_pipe_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    with replacing(tmp_path / "link.txt") as draft:
        draft.write_text("new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with replacing(pipe) as draft:
        assert draft == pipe
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_a_new_file_keeps_the_permissions_of_the_old_one(tmp_path: Path, mode: int) -> None:
    target = tmp_path / "x.txt"
    target.write_text("old")
    target.chmod(mode)
    with replacing(target) as draft:
        draft.write_text("new")
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == mode


def test_a_link_to_nothing(tmp_path: Path) -> None:
    """A file may be made where a link points to; a folder cannot take the place of a link."""
    for name, place in (("x.zarr", "there.zarr"), ("x.nc", "there.nc"), ("y.nc", "none/there.nc")):
        (tmp_path / name).symlink_to(tmp_path / place)
    for name in ("x.zarr", "y.nc"):
        with pytest.raises(RequestError, match=rf"{name}: is a link to nothing"):
            check_output(tmp_path / name)
    check_output(tmp_path / "x.nc")
    with replacing(tmp_path / "x.nc") as draft:
        draft.write_text("new")
    assert (tmp_path / "there.nc").read_text() == "new"


@pytest.mark.parametrize("name", ["x.zarr", "x.ZARR", "x.Zarr"])
def test_a_store_is_known_by_its_name_in_any_letters(tmp_path: Path, name: str) -> None:
    assert is_store(name)
    assert not is_store(f"{name}.nc")
    (tmp_path / name).mkdir()
    check_output(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("x.doc", r"unknown kind \(expected one of: .csv, .nc\)"),
        ("none/x.nc", "there is no folder .*none; make it first"),
        ("folder.nc", "is a folder"),
        ("x\0.nc", "cannot be written"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "folder.nc").mkdir()

    def write() -> None:
        with replacing(check_target(tmp_path / name, (".csv", ".nc"))) as draft:
            draft.write_text("text")

    with pytest.raises(RequestError, match=words):
        write()


def test_what_is_read_only_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The superuser may write anywhere, so it is the question that is answered here."""
    (tmp_path / "x.nc").touch()
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path / "x.nc")
    check_target(tmp_path / "y.nc")
    with pytest.raises(RequestError, match="read-only"):
        check_target(tmp_path / "x.nc")


def test_neighbours_of_an_output_are_left_alone(tmp_path: Path) -> None:
    pytest.importorskip("zarr")
    keep = tmp_path / "map.zarr.new"
    keep.mkdir()
    (keep / "mine.txt").write_text("mine")
    ds = sim.sweep("scenarios/teaching/logroll.yaml", {"claim": [0.0, 0.4]}, ["margin"], store=tmp_path / "map.zarr")
    assert (keep / "mine.txt").read_text() == "mine"
    with pytest.raises(RequestError, match="unknown kind"):
        write_dataset(ds, tmp_path / "copy.zarr")
    write_dataset(ds, tmp_path / "copy.NC")
    assert {path.name for path in tmp_path.iterdir()} == {"map.zarr", "map.zarr.new", "copy.NC"}


FORMULAS = ['=HYPERLINK("x")', "@SUM(1)", "+1", "-1 percent", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1"]


def test_no_cell_of_a_table_is_a_formula(tmp_path: Path) -> None:
    """Names, levels and reasons are text to a spreadsheet; numbers, negative ones too, stay numbers."""
    for formula in FORMULAS:
        axes = {"lever": [formula, "plain"], "other": [-1.0, 2.0]}
        values = (("lever", "other"), np.array([[-0.5, 0.5], [1.5, np.nan]]))
        texts = (("lever", "other"), np.array([[formula, "a"], ["b", "c"]], dtype=object))
        dataset = xr.Dataset({"margin": values, formula: values, "text": texts}, axes)
        write_dataset(dataset, tmp_path / "x.csv")
        with (tmp_path / "x.csv").open(newline="", encoding="utf-8-sig") as stream:
            head, first, *_ = csv.reader(stream)
        assert head == ["lever", "other", "margin", f"'{formula}", "text"]
        assert first == [f"'{formula}", "-1.0", "-0.5", "-0.5", f"'{formula}"]


def test_the_page_has_the_same_rule_for_formulas() -> None:
    found = re.search(r"const text = /(.*)/\.test", (PAGE / "view" / "csv.js").read_text(encoding="utf-8"))
    assert found is not None
    assert found[1] == datasets._FORMULA.pattern
    assert all(datasets._FORMULA.match(formula) for formula in FORMULAS)
