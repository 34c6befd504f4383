"""Swing weights: points of each swing become importances, and ranges what is known of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.__main__ import main
from sim.authoring.asked import points_asked
from sim.authoring.kinds import template
from sim.authoring.swings import layer, points_in, swings
from sim.errors import RequestError
from sim.model.statements import file_weights, known

ISSUES = ("price", "volume", "term")
RANGES = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(lambda ends: (float(min(ends)), float(max(ends))))


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    (tmp_path / "talks.yaml").write_text(template("deal"), encoding="utf-8")
    return tmp_path / "talks.yaml"


def test_points_become_importances(talks: Path) -> None:
    scenario = sim.load(talks)
    text = layer(scenario, "buyer", {"price": (100, 100), "volume": (20, 20), "term": (60, 60)}, base="talks.yaml")
    (talks.parent / "weighed.yaml").write_text(text, encoding="utf-8")
    weighed = sim.load(talks.parent / "weighed.yaml")
    assert file_weights(weighed.spec.parties["buyer"]).tolist() == pytest.approx([100 / 180, 20 / 180, 60 / 180])
    assert weighed.spec.parties["seller"] == scenario.spec.parties["seller"]
    assert "100" in weighed.spec.sources["parties.buyer.values"].assumption  # type: ignore[operator]
    assert not weighed.spec.uncertain


@settings(max_examples=20, deadline=None)
@given(st.permutations(ISSUES), RANGES, RANGES)
def test_ranges_become_statements_that_allow_just_those_points(
    tmp_path_factory: pytest.TempPathFactory, order: list[str], second: tuple[float, float], third: tuple[float, float]
) -> None:
    folder = tmp_path_factory.mktemp("swings")
    (folder / "talks.yaml").write_text(template("deal"), encoding="utf-8")
    points = dict(zip(order, [(100.0, 100.0), second, third], strict=True))
    (folder / "w.yaml").write_text(layer(sim.load(folder / "talks.yaml"), "buyer", points, base="talks.yaml"))
    scenario = sim.load(folder / "w.yaml")
    open_ = any(low < high for low, high in points.values())
    assert bool(scenario.spec.uncertain) == open_
    assert not [path for path in scenario.notes if path.startswith("uncertain")]  # its own middle obeys what it states
    if not open_:
        return
    found = known(scenario, scenario.spec.uncertain).polytopes["buyer"]
    for corner in range(4):
        chosen = [100.0, second[corner // 2], third[corner % 2]]
        weights = dict(zip(order, chosen, strict=True))
        total = sum(weights.values())
        if min(chosen) > 0:
            own = [weights[name] / total for name in scenario.spec.parties["buyer"].values]
            rows = found.rows[:, :-1] @ own - found.rows[:, -1] if len(found.rows) else []
            assert all(row <= 1e-9 for row in rows)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ({"price": (100, 100)}, "no points for volume, term"),
        ({"price": (90, 90), "volume": (1, 1), "term": (1, 1)}, "no swing has 100 points"),
        ({"price": (100, 100), "volume": (1, 1), "term": (1, 1), "prize": (2, 2)}, "did you mean price?"),
    ],
)
def test_points_that_say_too_little_are_refused(
    talks: Path, points: dict[str, tuple[float, float]], words: str
) -> None:
    with pytest.raises(RequestError, match=words.replace("?", r"\?")):
        layer(sim.load(talks), "buyer", points, base="talks.yaml")


@pytest.mark.parametrize("text", ["", "a lot", "-5", "101", "40-30", "1-2-3", "nan", "1,000"])
def test_an_answer_that_is_no_points_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="expected a number from 0 to 100"):
        points_in(text)


def test_swings_are_asked_from_worst_to_best(talks: Path) -> None:
    answers: Iterator[str] = iter(["9", "term", "much", "80", "20-30"])
    told: list[str] = []
    found = points_asked(swings(sim.load(talks), "buyer"), lambda _: next(answers), told.append)
    assert found == {"price": (80, 80), "volume": (20, 30), "term": (100, 100)}
    assert told[0] == "1  Price: from 120 euros a unit to 80 euros a unit"


def test_the_command(talks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers, out = talks.parent / "points.yaml", talks.parent / "weighed.yaml"
    answers.write_text("{price: 100, volume: [20, 40], term: 60}", encoding="utf-8")
    assert main(["weigh", str(talks), "buyer", "--answers", str(answers), "-o", str(out)]) == 0
    assert sim.load(out).spec.uncertain["parties.buyer.values"].order == ("price", "term", "volume")
    assert main(["weigh", str(talks), "byer", "--answers", str(answers)]) == 3
    assert "did you mean buyer?" in capsys.readouterr().err
    answers.write_text("{price: 100, volume: lots, term: 60}", encoding="utf-8")
    assert main(["weigh", str(talks), "buyer", "--answers", str(answers)]) == 3
    assert "volume: 'lots': no points" in capsys.readouterr().err
