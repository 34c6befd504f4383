"""`sim import` and `sim export` from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pygambit
from genius_files import (
    BOMB,
    NORTH,
    files,
)

from sim.model.scenario import load

ISTANBUL = Path(__file__).parents[2] / "scenarios" / "istanbul-2022.yaml"
Run = Callable[..., tuple[int, str, str]]


def test_import_and_export_from_the_command_line(folder: Path, say: Run) -> None:
    scenario = folder / "scenario.yaml"
    code, out, err = say("import", *files(folder), "-o", scenario)
    assert (code, out) == (0, "")
    assert "note: strait.xml: the issue 'Harbour (east)'" in err
    assert "read: 2 issues, 2 parties" in err
    first = load(scenario)
    assert say("import", *files(folder), "-o", "-")[1] == scenario.read_text(encoding="utf-8")
    code, out, err = say("export", scenario, "--format", "genius", "-o", folder / "out" / "deep")
    assert (code, out) == (0, "")
    assert sorted(path.name for path in (folder / "out" / "deep").iterdir()) == ["domain.xml", "north.xml", "south.xml"]
    paths = [folder / "out" / "deep" / name for name in ("domain.xml", "north.xml", "south.xml")]
    assert say("import", *paths, "-o", folder / "again.yaml")[0] == 0
    again = load(folder / "again.yaml")
    assert again.spec.issues["Harbour east"].all_levels() == first.spec.issues["Harbour east"].all_levels()
    assert again.spec.issues["Harbour east"].label == "Harbour (east)"


def test_a_profile_given_twice_is_noted(folder: Path, say: Run) -> None:
    domain, first, _ = files(folder)
    code, _, err = say("import", domain, first, first, "-o", folder / "scenario.yaml")
    assert code == 0
    assert f"note: {first}: 2 parties have this profile" in err


def test_the_leverage_game_goes_to_gambit(folder: Path, say: Run) -> None:
    assert say("export", ISTANBUL, "--format", "nfg", "-o", folder / "game.nfg", "--at", "battlefield=0.2")[0] == 0
    game = pygambit.read_nfg(str(folder / "game.nfg"))
    assert [player.label for player in game.players] == ["Russia", "Ukraine"]
    assert "battlefield=0.2" in (folder / "game.nfg").read_text()
    assert say("export", ISTANBUL, "--format", "nfg", "-o", "-")[1].startswith('NFG 1 R "Istanbul')
    scenario = folder / "scenario.yaml"
    say("import", *files(folder), "-o", scenario)
    code, _, err = say("export", scenario, "--format", "nfg", "-o", "-")
    assert (code, "no leverage game: fewer than two of those who sign have moves" in err) == (3, True)


def test_bad_input_ends_with_one_line_and_code_three(folder: Path, say: Run) -> None:
    paths = files(folder, north=BOMB)
    for arguments in (
        ("import", *paths),
        ("import", folder / "gone.xml", *paths[1:]),
        ("import", *paths[:2]),
        ("import", paths[0], paths[2], paths[2], "-o", folder / "no" / "such" / "folder.yaml"),
        ("export", ISTANBUL, "--format", "genius", "-o", folder / "out"),
        ("export", folder / "gone.yaml", "--format", "nfg", "-o", "-"),
        ("export", ISTANBUL, "--format", "nfg", "-o", folder),
        ("export", ISTANBUL, "--format", "nfg", "-o", "-", "--at", "nothing=1"),
    ):
        code, out, err = say(*arguments)
        assert (code, out) == (3, "")
        assert len(err.splitlines()) == 1, err
    say("import", *files(folder, north=NORTH), "-o", folder / "scenario.yaml")
    for place in (folder / "north.xml", "-"):
        assert say("export", folder / "scenario.yaml", "--format", "genius", "-o", place)[0] == 3
