"""Which terms belong to deals about as good: known ranges, and the README's sample against the command."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.__main__ import main

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "leverage", "ends"),
    [
        ("istanbul-2022", {}, (145_000, 230_000)),
        ("trial-balloon-2023", {"need_for_a_deal": -0.5}, (190_000, 225_000)),
    ],
)
def test_known_ranges_of_the_army_cap(name: str, leverage: dict[str, float], ends: tuple[float, float]) -> None:
    near = sim.study(ROOT / "scenarios" / f"{name}.yaml", leverage).solutions["nash"].within["army_cap"]
    assert (near.min, near.max) == ends
    assert near.levels == tuple(range(int(ends[0]), int(ends[1]) + 1, 5000))


def test_a_level_alone_has_its_step_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    main(["run", str(ROOT / "scenarios" / "istanbul-2022.yaml")])
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.strip().startswith("Territory, %")]
    assert "5 (step 5)" in line
