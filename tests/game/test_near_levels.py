"""Levels that lie near each other, compared with what red lines and claims say of them."""

from __future__ import annotations

from typing import Any

import pytest
from strategies import built

from sim.evidence.records import Claim
from sim.evidence.support import unsupported
from sim.game.compiled import compile as compiled
from sim.studies.study import study

CENTS = {"range": [10_000_000, 10_000_000.04], "step": 0.01}
SECONDS = {"range": [1_700_000_000, 1_700_000_004], "step": 1}


def scenario(issue: dict[str, Any], line: dict[str, Any], **more: Any) -> Any:
    low, high = issue["range"]
    values = [{"best": low, "worst": high}, {"best": high, "worst": low}]
    parties = {
        name: {"values": {"sum": {"importance": 1, **value}}, "no_deal": 0}
        for name, value in zip("ab", values, strict=True)
    }
    parties["a"]["red_lines"] = {"line": {"issue": "sum", **line}}
    return built({"format": 1, "name": "Near", "issues": {"sum": issue}, "parties": parties, **more})


@pytest.mark.parametrize(
    ("issue", "line", "left"),
    [
        (CENTS, {"max": 10_000_000.01}, [0, 1]),
        (CENTS, {"min": 10_000_000.03}, [3, 4]),
        (CENTS, {"max": 10_000_000.015}, [0, 1]),
        (CENTS, {"allow": [10_000_000.02]}, [2]),
        (SECONDS, {"forbid": [1_700_000_002]}, [0, 1, 3, 4]),
        (SECONDS, {"min": 1_700_000_001, "max": 1_700_000_002}, [1, 2]),
        ({"range": [0, 0.3], "step": 0.1}, {"max": 0.1 + 0.2 - 1e-16}, [0, 1, 2, 3]),
        ({"range": [0, 0.3], "step": 0.1}, {"min": 0.1 + 0.2}, [3]),
    ],
)
def test_red_lines_tell_levels_apart(issue: dict[str, Any], line: dict[str, Any], left: list[int]) -> None:
    found = study(scenario(issue, line))
    game = compiled(found.game.scenario)
    assert list(found.zone.issues["sum"].levels) == [game.levels[0][k] for k in left]


def test_a_claim_equals_a_number_or_it_does_not() -> None:
    claim = Claim(
        id="d/c", document="d", text="t", party=None, issue=None, value=10_000_000.02, unit=None, kind="fact",
        as_of=None,
    )  # fmt: skip
    source = {"parties.a.red_lines.line.max": {"claims": ["d/c"]}}
    wrong = scenario(CENTS, {"max": 10_000_000.01}, sources=source)
    assert [path for path, _ in unsupported(wrong, {"d/c": claim})] == ["parties.a.red_lines.line.max"]
    assert not list(unsupported(scenario(CENTS, {"max": 10_000_000.02}, sources=source), {"d/c": claim}))
