"""`sim run --track`: text, data, what the page says of it, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.__main__ import main

ROOT = Path(__file__).parents[2]
BASE = str(ROOT / "scenarios" / "istanbul-2022.yaml")
WORDS = ["run", BASE, "--track", "territory,sanctions"]


def test_text_data_and_page_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(WORDS) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert main([*WORDS, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)["tracks"]
    page = " ".join((ROOT / "docs/time.md").read_text(encoding="utf-8").split())
    first, second = data["tracks"]
    assert [first["truce"], second["truce"], data["complete"]] == [False, True, True]
    for gains, said, told in (
        (
            first["gains"],
            "A deal, worth Russia {:+.3f} and Ukraine {:+.3f}:",
            "gain Russia {:.3f} and Ukraine {:.3f}; with",
        ),
        (
            data["gains"],
            "TOGETHER Russia {:+.3f} and Ukraine {:+.3f},",
            "the two tracks gain them {:.3f} and {:.3f} in all.",
        ),
        (data["whole"]["gains"], "AT ONCE Russia {:+.3f} and Ukraine {:+.3f}.", "All at once gains {:.3f} and {:.3f}."),
    ):
        assert said.format(*gains.values()) in text
        assert told.format(*gains.values()) in page
    given, back = data["orders"]
    assert (given["tracks"], back["tracks"], back["agreed"]) == ([1, 2], [2, 1], [False, True])
    assert "the gains are {:.3f} and {:.3f} in all.".format(*back["gains"].values()) in page
    assert data["linking"]["ukraine"] == pytest.approx(data["whole"]["gains"]["ukraine"] - data["gains"]["ukraine"])


def test_a_truce_comes_where_it_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", BASE, "--track", "sanctions", "--truce", "territory, nato", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)["tracks"]
    assert [(step["issues"], step["truce"]) for step in data["tracks"][:2]] == [
        (["sanctions"], False),
        (["territory", "nato"], True),
    ]
    assert len(data["orders"]) == 6


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--track", "armycap"], "track 1: no issue 'armycap' (did you mean army_cap?)"),
        (["--track", "tanks", "--track", "tanks"], "tracks: tanks 2 times"),
        (["--track", ","], "track 1: no issue"),
        (["--truce", "nato", "--truce", "tanks"], "--truce: given twice"),
        (["--status-quo", "nato=neutrality"], "--status-quo: there is no track"),
        (["--track", "tanks", "--status-quo", "nato=nothing"], "status_quo: nato: 'nothing' is not a level"),
    ],
)
def test_bad_tracks_are_refused_with_exit_3(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", BASE, *words]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
