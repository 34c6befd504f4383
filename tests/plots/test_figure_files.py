"""Figures as files and the command that writes them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from figure_scenes import SCENARIOS, TEXTS, scenario, studied
from matplotlib.image import imread
from scenario_texts import SMALL, edited

import sim
from sim.__main__ import main
from sim.plots import FIGURES, Request, draw, save

ISTANBUL = str(SCENARIOS / "istanbul-2022.yaml")


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def three(tmp_path: Path) -> str:
    file = tmp_path / "three.yaml"
    file.write_text(TEXTS["three"])
    return str(file)


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
@pytest.mark.parametrize("figure", ["zone_map", "leverage_path"])
def test_the_same_input_gives_the_same_bytes(tmp_path: Path, figure: str, suffix: str) -> None:
    files = [tmp_path / f"{name}.{suffix}" for name in "ab"]
    for file in files:
        save(draw(figure, Request(scenario=scenario("three"))), file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_fresh_process_gives_the_same_bytes(tmp_path: Path, three: str) -> None:
    mine, its = tmp_path / "mine.svg", tmp_path / "its.svg"
    save(draw("utility_plane", Request(scenario=three)), mine)
    strict = ["-W", "error", "-W", "ignore::DeprecationWarning"]  # what libraries say of each other is theirs
    arguments = [sys.executable, *strict, "-m", "sim", "plot", "utility_plane", three, "-o", str(its)]
    done = subprocess.run(arguments, capture_output=True, text=True, cwd=SCENARIOS.parent, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"wrote {its}\n"
    assert its.read_bytes() == mine.read_bytes()


def test_files_name_no_date_and_no_program(tmp_path: Path) -> None:
    for suffix, words in ((".png", b"Matplotlib"), (".svg", b"dc:date"), (".pdf", b"CreationDate")):
        file = tmp_path / f"figure{suffix}"
        save(sim.plots.utility_plane(studied("small")), file)
        assert words not in file.read_bytes()
    ElementTree.parse(tmp_path / "figure.svg")


def test_size_and_options_reach_the_figure(tmp_path: Path, three: str) -> None:
    file = tmp_path / "figure.PNG"
    options = ["--issues", "land,rent", "--size", "5x4", "--at", "court=0.1", "--lift", "ann.none"]
    assert main(["plot", "zone_map", three, "-o", str(file), *options]) == 3
    assert main(["plot", "zone-map", three, "-o", str(file), *options[:-2]]) == 0
    assert imread(file).shape[:2] == (600, 750)


def test_a_scenario_may_come_from_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "figure.png"
    for figure in ("equilibrium_path", "utility_plane"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXTS["full"].encode())))
        assert main(["plot", figure, "-", "-o", str(file)]) == 0


def test_a_party_may_sign_as_well(tmp_path: Path) -> None:
    file = tmp_path / "figure.png"
    full = tmp_path / "full.yaml"
    full.write_text(TEXTS["full"])
    arguments = ["plot", "party_triangle", str(full), "-o", str(file)]
    assert main(arguments) == 3
    assert main([*arguments, "--sign", "guild"]) == 0


def test_the_list_has_one_figure_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plot", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(FIGURES)
    assert all("(needs " in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["utility_plan", ISTANBUL, "-o", "x.png"], "no figure 'utility_plan' (did you mean utility_plane?)"),
        (["utility_plane", ISTANBUL, "-o", "x.jpg"], "x.jpg: a file of an unknown kind (expected one of: .png, .svg"),
        (["utility_plane", ISTANBUL, "-o", "x"], "a file of an unknown kind"),
        (["utility_plane", ISTANBUL, "-o", "no/such/x.png"], "there is no folder no/such; make it first"),
        (["party_triangle", ISTANBUL, "-o", "x.png"], "needs three parties"),
        (["zone_map", ISTANBUL, "-o", "x.png", "--issues", "nto,tanks"], "no issue 'nto' (did you mean nato?)"),
        (["leverage_map", ISTANBUL, "-o", "x.png", "--measure", "margn"], "no measure 'margn' (did you mean margin?)"),
        (["utility_plane", "nowhere.yaml", "-o", "x.png"], "nowhere.yaml"),
    ],
)
def test_bad_requests_end_with_3_and_a_remedy(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["plot", *arguments]) == 3
    output = capsys.readouterr()
    assert words in output.err
    assert output.out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.png").mkdir()
    assert main(["plot", "utility_plane", ISTANBUL, "-o", str(tmp_path / "x.png")]) == 3
    assert "is a folder" in capsys.readouterr().err


def test_a_full_disk_is_a_line_not_a_traceback(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    link = tmp_path / "x.png"
    link.symlink_to("/dev/full")
    with pytest.raises(sim.RequestError, match="cannot be written"):
        save(sim.plots.utility_plane(studied("small")), link)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["utility_plane", ISTANBUL],
        ["utility_plane", "-o", "x.png"],
        ["utility_plane", ISTANBUL, "-o", "x.png", "--size", "wide"],
        ["utility_plane", ISTANBUL, "-o", "x.png", "--size", "1x500"],
        ["zone_map", ISTANBUL, "-o", "x.png", "--issues", "nato,,tanks"],
    ],
)
def test_malformed_options_end_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["plot", *arguments])
    assert stop.value.code == 2
    assert "usage: sim plot" in capsys.readouterr().err


def test_words_with_control_characters_leave_a_drawing_well_formed(tmp_path: Path) -> None:
    odd = "a\x1b[2J\x07\x9b\ufffe\u202eb"
    text = edited(SMALL, ("range: [0, 1]", f"label: {json.dumps(odd)}, unit: {json.dumps(odd)}, range: [0, 1]"))
    file = tmp_path / "odd.yaml"
    file.write_text(text.replace("name: One cake", f"name: {json.dumps(odd)}"))
    for figure in ("utility_plane", "issue_profile"):
        save(draw(figure, Request(scenario=str(file))), tmp_path / "x.svg")
        ElementTree.parse(tmp_path / "x.svg")
        assert "\x9b" not in (tmp_path / "x.svg").read_text(encoding="utf-8")
