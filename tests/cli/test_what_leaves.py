"""What leaves for a terminal or a reader of JSON: no character of a file, a path or an option can steer it."""

from __future__ import annotations

import ast
import json
import os
import random
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from scenario_texts import FULL, SMALL, edited

import sim
from sim.__main__ import main
from sim.errors import RequestError, visible
from sim.model.load import read_tree, write_text
from sim.model.scenario import load

PACKAGE = Path(sim.__file__).parent
ODD = "\x1b]0;x\x1b\\Border\x1b[2J\x7f\x9b31m\u202eabc\u2066\u2028\u0007\b\r\u0085"
STEERING = {c for c in map(chr, range(0x11000)) if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs")}
STEERING |= {c for c in map(chr, range(0x3000)) if unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF")}
STEERING |= set("\u2066\u2067\u2068\u2069")


def raw(text: str) -> set[str]:
    """Return what a text holds that would steer a terminal, ends of lines aside."""
    return set(text) & STEERING - {"\n"}


def hostile(text: str, odd: str = ODD) -> str:
    """Return a scenario text whose every label, meaning, unit and assumption holds odd characters."""
    data = read_tree(text, "case.yaml").data

    def changed(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {name: changed(part, name) for name, part in value.items()}
        worded = ("label", "name", "unit", "meaning", "summary", "assumption", "as_of", "differs")
        return f"{odd}{value}{odd}" if isinstance(value, str) and key in worded else value

    data = changed(data)  # type: ignore[assignment]
    for section in ("issues", "parties", "leverage"):
        for record in data.get(section, {}).values():
            record.setdefault("label", odd)
    return json.dumps(data, ensure_ascii=True)


def test_visible_leaves_nothing_that_steers() -> None:
    every = "".join(map(chr, range(0x11000)))
    assert raw(visible(every)) == set()
    assert {c for c in every if visible(c) != c} >= STEERING
    # Letters, marks and joiners of every script stay as they are, and so does what only guides a line of Arabic.
    kept = "Ґ 中文 ‏العربية‏ نمی‌خواهم 👩‍👩‍👧 50 000"
    assert visible(kept) == kept
    assert visible(visible(ODD)) == visible(ODD)


@pytest.mark.parametrize("text", [SMALL, FULL], ids=["small", "full"])
def test_no_command_lets_a_file_steer_the_terminal(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / f"b{ODD.replace('/', '')}.yaml"
    file.write_text(hostile(text))
    commands: list[tuple[str, ...]] = [
        ("validate", str(file)),
        ("validate", str(file), "--json"),
        ("run", str(file), "--all", "--samples", "100"),
        ("run", str(file), "--json", "--samples", "100"),
        ("compare", str(file), str(file)),
        ("evidence", str(file)),
        ("evidence", str(file), "--json"),
        ("plot", "utility_plane", str(file), "-o", str(tmp_path / f"{ODD}.svg")),
        ("run", str(file), "--set", f"{ODD}=1"),
        ("run", str(file), "--at", f"{ODD}=1"),
        ("run", str(file), "--lift", ODD),
        ("run", str(file), "--at-outcome", f"{ODD}=1,{ODD}x={ODD}"),
        ("run", f"{file}{ODD}"),
        ("run", str(tmp_path / ODD / "x.yaml")),
        ("report", str(file), "-o", str(tmp_path / ODD / "x.html")),
        ("export", str(file), "--format", "genius", "-o", str(file)),
        ("sweep", str(file), "--over", f"{ODD}=0:1:3", "-o", str(tmp_path / "x.csv")),
    ]
    for arguments in commands:
        main(arguments)
        said = capsys.readouterr()
        assert said.out or said.err, arguments
        assert raw(said.out) | raw(said.err) == set(), arguments


@pytest.mark.parametrize("arguments", [["run", "a", ODD], [ODD], ["run", "a", f"--{ODD}"], ["plot", "--size", ODD]])
def test_faults_of_usage_cannot_steer(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert raw(capsys.readouterr().err) == set()


def test_errors_show_what_they_hold() -> None:
    assert str(RequestError("no issue \x1b[2J\nno party \u202e")) == "no issue \\x1b[2J\nno party \\u202e"


def test_only_one_place_prints() -> None:
    """A module that printed for itself could forget to clean what it prints."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                found.add(path.relative_to(PACKAGE).as_posix())
            if isinstance(node, ast.ImportFrom) and node.module == "rich.text":
                found.add(path.relative_to(PACKAGE).as_posix())
    assert found == {"cli/out.py"}


def test_validate_notes_what_is_shown_as_escapes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(edited(SMALL, ("range: [0, 1]", r'label: "\e]0;x\e\\Border\e[2J", range: [0, 1]')))
    assert "label" in load(file).spec.issues["cake"].__dict__
    assert main(["validate", str(file)]) == 0
    note = "holds control characters or overrides of direction, which are shown as escapes"
    assert capsys.readouterr().out == f"{file}: sound\n{file}: note: issues.cake.label: {note}\n"


def cyrillic(tmp_path: Path) -> Path:
    file = tmp_path / "x.yaml"
    file.write_text(SMALL.replace("  a: {", "  север: {").replace("  b: {", "  южнее: {"), encoding="utf-8")
    return file


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_no_encoding_loses_a_name(encoding: str, tmp_path: Path) -> None:
    surroundings = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONPATH": str(PACKAGE.parent)}

    def said(*options: str) -> bytes:
        command = [sys.executable, "-m", "sim", "run", str(cyrillic(tmp_path)), *options]
        return subprocess.run(command, env=surroundings, capture_output=True, check=True).stdout

    assert set(json.loads(said("--json").decode("ascii"))["reservation"]) == {"север", "южнее"}
    text = said().decode(encoding)
    assert all(name in text or ascii(name)[1:-1] in text for name in ("север", "южнее"))


def test_json_is_plain_ascii(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(hostile(SMALL))
    for command in (["run", str(file), "--json"], ["schema"], ["evidence", str(file), "--json"]):
        assert main(command) == 0
        assert set(capsys.readouterr().out) <= {"\n", *map(chr, range(32, 127))}


def test_text_of_any_characters_is_written_and_read_back() -> None:
    choose = random.Random(20)
    allowed = [chr(n) for n in range(0x3000) if n] + ["\ufeff", "\ufffe", "\U0001f600"]
    for _ in range(int(os.environ.get("SIM_LONG_TESTS", "0")) * 100 + 200):
        words = ["".join(choose.choices(allowed, k=choose.randint(0, 8))) for _ in range(4)]
        data = {"key" + words[0]: words[1], "list": [words[2], {"inner": words[3]}]}
        text = write_text(data)
        assert raw(text) == set()
        assert read_tree(text, "x").data == data
