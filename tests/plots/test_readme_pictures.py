"""The README's pictures are real: its five lines make the map, and every picture named is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from matplotlib.image import imread

from sim.plots import FIGURES

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/figures.md", "docs/compare.md")


def test_five_lines_of_the_readme_make_a_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = (b for b in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "leverage_map" in b)
    lines = [line for line in block.splitlines() if line.strip()]
    assert len(lines) == 5
    assert "five lines" in text
    monkeypatch.chdir(ROOT)
    few = block.replace("101)", "7)").replace("map.png", str(tmp_path / "map.png"))
    exec(few, {})
    assert imread(tmp_path / "map.png").shape[:2] == imread(ROOT / "docs/figures/leverage_map.png").shape[:2]


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_that_is_shown_is_there(page: str) -> None:
    found = re.findall(r"!\[([^\]]+)\]\(([^)]+\.png)\)", (ROOT / page).read_text(encoding="utf-8"))
    assert found
    for words, path in found:
        assert len(words) > 10
        assert ((ROOT / page).parent / path).is_file(), path


def test_every_figure_is_documented_with_its_picture() -> None:
    text = (ROOT / "docs/figures.md").read_text(encoding="utf-8")
    for name in (*FIGURES, "comparison"):
        assert f"## {name}\n" in text
        assert f"(figures/{name}.png)" in text
