"""A folder with a small GENIUS domain, and the command line as a call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from genius_files import DOMAIN, NORTH, SOUTH

from sim.__main__ import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("strait.xml", DOMAIN), ("north.xml", NORTH), ("south.xml", SOUTH)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run
