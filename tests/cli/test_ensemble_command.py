"""`sim ensemble`: text, data, files, maps, and what is refused before any work."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
import xarray as xr

import sim
from sim.__main__ import main
from sim.cli import parser
from sim.ensembles.ensemble import run_plan

SCENARIOS = Path(__file__).parents[2] / "scenarios"
CRISIS = str(SCENARIOS / "teaching" / "fearon-crisis.yaml")
LOGROLL = str(SCENARIOS / "teaching" / "logroll.yaml")


def test_a_screen_of_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ensemble", LOGROLL, "-n", "100", "--doubt", "0.9", "--solved", "20"]) == 0
    out = capsys.readouterr().out
    for word in ("100 truths", "ZONE", "MARGIN", "ACCEPTED", "TERMS"):
        assert word in out
    assert len(out.splitlines()) < 30


def test_what_decides_is_said_and_given_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["ensemble", CRISIS, "-n", "200", "--doubt", "3", "--decides", "64", "--solved", "50"]
    assert main(words) == 0
    out = capsys.readouterr().out
    for word in ("DECIDES", "RANGES", "LEARN"):
        assert word in out
    assert main([*words, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)["decides"]
    indices = data["sensitivity"]["margin"]["groups"]
    assert [index["total"] for index in indices] == sorted((index["total"] for index in indices), reverse=True)
    assert len(data["sensitivity"]["tornado"]) == len(indices)


@pytest.mark.parametrize(
    "name", ["core-demands", "teaching/divide-the-dollar", "teaching/logroll", "teaching/empty-zone"]
)
def test_data_never_hold_what_json_cannot(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["ensemble", str(SCENARIOS / f"{name}.yaml"), "-n", "30", "--decides", "8", "--doubt", "0.5"]
    assert main([*words, "--json"]) == 0
    data = json.loads(capsys.readouterr().out, parse_constant=lambda text: pytest.fail(text))
    notes = data["notes"]
    assert (data["width"] is None) == ("width" in notes)
    assert ("decides.box" in notes) == (data["decides"]["box"] is None)
    assert main(words) == 0


def test_answers_as_data_and_truths_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "truths.nc"
    words = ["ensemble", CRISIS, "-n", "60", "--doubt", "0.5", "--json", "-o", str(target), "--at-outcome", "prize=0.5"]
    assert main(words) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["schema_version"] == 1
    assert data["zone"]["of"] == 60
    assert "the proposal" in data["deals"]
    with xr.open_dataset(target, engine="scipy") as kept:
        assert int(kept["exists"].sum()) == data["zone"]["count"]
        assert kept.attrs["rng"] == "1"


def test_a_map_over_a_lever(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "map.csv"
    words = ["ensemble", CRISIS, "-n", "40", "--doubt", "0.5", "--over", "strength=-0.2:0.2:3", "-o", str(target)]
    assert main(words) == 0
    assert "the same at each of 3 points" in capsys.readouterr().out
    assert len(target.read_text().splitlines()) == 4
    assert main([*words[:-2], "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["share"]) == 3


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-n", "0"], "n: 0"),
        (["--doubt", "-1"], "doubt: -1"),
        (["--rng", "-1"], "rng: -1"),
        (["--over", "nothing=0:1:2"], "no leverage variable"),
        (["--at", "strength=99"], "out of range"),
        (["--solution", "none"], "no solution"),
        (["-o", "truths.xls"], "unknown kind"),
        (["-o", "nowhere/truths.nc"], "cannot be written"),
        (["--resume", "-o", "truths.nc"], "keeps no blocks"),
        (["--at-outcome", "a=1"], "no issue"),
        (["--over", "strength=0,0.1", "--decides"], "without --over"),
        (["--over", "strength=0,0.1", "--at-outcome", "prize=0.5"], "deals without `over`"),
        (["--decides", "100"], "--decides: 100 (expected a power of 2"),
    ],
)
def test_bad_input_is_refused_before_any_work(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("work was done")

    monkeypatch.setattr("sim.ensembles.ensemble.run_plan", never)
    assert main(["ensemble", CRISIS, "--doubt", "0.5", *words]) == 3
    assert message in capsys.readouterr().err


def test_statements_that_contradict_each_other_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = Path(LOGROLL).read_text()
    spec = sim.load(LOGROLL).spec
    party, issues = next(iter(spec.parties)), list(spec.issues)
    extra = (
        f"\nuncertain:\n  parties.{party}.values: {{order: [{issues[0]}, {issues[1]}], "
        f"ratios: {{{issues[1]}/{issues[0]}: [2, 3]}}}}\n"
    )
    file = tmp_path / "contradiction.yaml"
    file.write_text(text + extra)
    assert main(["ensemble", str(file)]) == 3
    assert "no numbers obey this" in capsys.readouterr().err


def test_a_proposal_of_some_issues_is_completed_and_the_rest_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["ensemble", LOGROLL, "-n", "20", "--doubt", "0.2", "--json"]
    found = []
    for proposal in ("border=90", "border=90,water=0"):
        assert main([*words, "--at-outcome", proposal]) == 0
        told = capsys.readouterr()
        assert ("as in the Nash deal: water 0" in told.err) is (proposal == "border=90")
        found.append(json.loads(told.out)["deals"]["the proposal"])
    assert found[0] == found[1]


def test_an_interrupted_run_says_how_to_go_on_and_that_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.cli.progress.ProgressLine.tell", interrupt)
    target = tmp_path / "truths.zarr"
    words = ["ensemble", LOGROLL, "-n", "30", "--doubt", "0.2", "--block", "10", "--at", "claim=0.1", "-o", str(target)]
    asked = [*words, "--set", "parties.north.no_deal=0.3", "--at-outcome", "border=90,water=10", "--solved", "5"]
    assert main(asked) == 130
    (line,) = (x for x in capsys.readouterr().err.splitlines() if x.startswith("  sim ensemble"))
    again = shlex.split(line)[1:]
    first, second = (vars(parser().parse_args(each)) for each in (asked, again))
    assert second == first | {"resume": True}
    monkeypatch.undo()
    assert main(again) == 0
    fresh = [*asked[: asked.index("-o")], "-o", str(tmp_path / "fresh.zarr"), *asked[asked.index("-o") + 2 :]]
    assert main(fresh) == 0
    kept, made = (xr.open_zarr(tmp_path / name, chunks=None) for name in ("truths.zarr", "fresh.zarr"))
    assert kept.equals(made)
    assert int(kept["truth"].size) == 30


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_what_cannot_be_written_where_it_was_to_go_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    target = tmp_path / "gone" / "truths.nc"
    target.parent.mkdir()
    done = "sim.ensembles.ensemble.run_plan"
    whole = run_plan
    monkeypatch.setattr(done, lambda *a, **k: (whole(*a, **k), target.parent.rmdir())[0])
    assert main(["ensemble", LOGROLL, "-n", "20", "--doubt", "0.2", "-o", str(target)]) == 3
    (kept,) = tmp_path.glob("sim-*.nc")
    assert f"what was worked out is kept in {kept}" in capsys.readouterr().err
