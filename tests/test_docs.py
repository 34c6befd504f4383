"""What the pages show runs: Python as it stands, commands as the parser takes them, whole scenario files."""

from __future__ import annotations

import re
import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.__main__ import main
from sim.cli import parser
from sim.model.load import read_tree
from sim.model.scenario import build

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def blocks(page: Path, language: str) -> Iterator[str]:
    yield from re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def named(pages: list[Path]) -> Any:
    return pytest.mark.parametrize("page", pages, ids=lambda page: str(page.relative_to(ROOT)))


WITH_PYTHON = [page for page in PAGES if any(blocks(page, "python"))]


@named(WITH_PYTHON)
def test_python_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("scenarios", "seeds"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for text in blocks(page, "python"):
        exec(compile(text, str(page), "exec"), names)


def commands() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for text in blocks(page, "sh"):
            for line in text.replace("\\\n", " ").splitlines():
                if re.match(r"sim [a-z]", line) and not re.search(r"\[|\.\.\.|/ sim", line.partition("#")[0]):
                    yield page, line


def test_commands_parse() -> None:
    seen = 0
    for page, line in commands():
        words = shlex.split(line, comments=True)[1:]
        while words and words[-1] in ("|", ">"):
            words.pop()
        words = words[: words.index(">")] if ">" in words else words
        words = words[: words.index("|")] if "|" in words else words
        try:
            parser().parse_args(words)
        except SystemExit:
            pytest.fail(f"{page.name}: {line}")
        for word in words:
            if word.startswith("scenarios/"):
                assert (ROOT / word).exists(), (page.name, line)
        seen += 1
    assert seen > 40


def test_the_first_negotiation_works_as_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file of the page is saved under the name before it, every command run, in order."""
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs/first-negotiation.md").read_text(encoding="utf-8")
    saved, ran = [], 0
    for before, language, text in re.findall(r"([^\n]*)\n\n```(\w+)\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        if language == "yaml":
            (name,) = re.findall(r"as `([\w.]+)`:$", before)
            Path(name).write_text(text, encoding="utf-8")
            saved.append(name)
        for line in text.splitlines() if language == "sh" else ():
            assert main(shlex.split(line)[1:]) == 0, line
            ran += 1
    assert (saved, ran) == (["strike.yaml", "points.yaml"], 11)
    assert {"strike.html", "strike.csv"} <= {path.name for path in tmp_path.iterdir()}


def test_the_sample_of_the_readme_is_what_a_run_prints(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    ((line, sample),) = re.findall(
        r"`sim (run [^`]*)`, on one screen:\n\n```\n(.*?)^```", page, re.MULTILINE | re.DOTALL
    )
    assert main(shlex.split(line)) == 0
    printed = capsys.readouterr().out
    assert sample.splitlines() == [line.rstrip() for line in printed.splitlines()]
    assert len(printed.splitlines()) <= 42


def test_whole_scenario_files_are_sound() -> None:
    seen = 0
    for page in PAGES:
        for text in blocks(page, "yaml"):
            if text.startswith("format: 1") and "extends:" not in text and "..." not in text:
                assert build(read_tree(text, page.name)).spec.name
                seen += 1
    assert seen >= 1


@pytest.mark.parametrize("name", ["one_lever", "two_levers"])
def test_the_examples_run(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = ROOT / "docs" / "examples" / f"{name}.py"
    runpy.run_path(str(path), run_name="__main__")
    assert "army_cap" in capsys.readouterr().out
