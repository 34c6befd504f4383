"""The first screen of a run: what it says, in what order, at which width, and that it is so."""

from __future__ import annotations

import io
import itertools
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console
from scenario_texts import SMALL

import sim
from sim.__main__ import main
from sim.plots import style
from sim.show.blocks import PARTY_COLOURS
from sim.show.lasting import durability_sentences
from sim.show.names import SECTIONS
from sim.show.study import print_study
from sim.show.terms import Scale, ruled_out
from sim.show.verdict import margin_deal
from sim.studies.study import Study, judged

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHOWN = {
    "istanbul-2022": (),
    "january-2025": (),
    "core-demands": (),
    "may-2025": (),
    "four-party-2025": ("european_allies",),
    "teaching/logroll": (),
}
_STUDIES: dict[str, Study] = {}


def study(name: str) -> Study:
    if name not in _STUDIES:
        _STUDIES[name] = sim.study(str(SCENARIOS / f"{name}.yaml"), sign=SHOWN[name], samples=100)
    return _STUDIES[name]


def screen(name: str, width: int = 80) -> list[str]:
    text = io.StringIO()
    print_study(Console(file=text, width=width, highlight=False), study(name))
    return [line.rstrip() for line in text.getvalue().splitlines()]


def order(lines: list[str], *words: str) -> None:
    places = [next(n for n, line in enumerate(lines) if line.startswith(word)) for word in words]
    assert places == sorted(places)


@pytest.mark.parametrize(("name", "width"), list(itertools.product(SHOWN, (80, 120))))
def test_no_line_but_a_path_is_wider_than_the_screen(name: str, width: int) -> None:
    wide = [line for line in screen(name, width) if cell_len(line) > width and "sim evidence" not in line]
    assert wide == []


def test_the_order_with_a_zone_and_without() -> None:
    order(screen("istanbul-2022"), "Signing", "Leverage", "IS A DEAL", "THE NASH DEAL", "RISKS", "NEXT", "INPUTS")
    order(screen("may-2025"), "Signing", "IS A DEAL", "WHAT WOULD OPEN IT", "THE NEAREST OUTCOME", "NEXT", "INPUTS")
    assert not any(line.startswith(("RISKS", "THE N")) for line in screen("core-demands"))


def test_who_signs_is_told_from_who_does_not() -> None:
    assert "Signing   Russia, Ukraine (not signing: United States)" in screen("january-2025")
    lines = screen("four-party-2025")
    assert "Signing   Russia, Ukraine, United States, European allies" in lines
    assert "Added     european_allies, whose consent the file does not ask for" in lines


@pytest.mark.parametrize("name", SHOWN)
def test_the_deal_of_the_margin_attains_it(name: str) -> None:
    found = study(name)
    deal = margin_deal(found)
    if found.zone.margin is None:
        assert deal is None
        return
    assert deal is not None
    judgement = judged(found, deal)
    gains = [judgement.utilities[p] - found.reservation[p] for p in found.game.signers]
    assert min(gains) == pytest.approx(found.zone.margin, abs=1e-9)
    assert judgement.crossed == ()


@pytest.mark.parametrize("name", ["istanbul-2022", "january-2025", "four-party-2025"])
def test_what_is_ruled_out_crosses_a_line_of_that_party_and_nothing_else_does(name: str) -> None:
    found = study(name)
    game, deal = found.game, dict(found.solutions["nash"].outcome)
    out = ruled_out(found, deal)
    seen = 0
    for k, issue in enumerate(game.issues):
        for n, level in enumerate(game.levels[k]):
            crossed = judged(found, deal | {issue: level}).crossed
            own = {p for p, line in crossed if game.scenario.spec.parties[p].red_lines[line].issue == issue}
            assert {p for p, mask in out[issue].items() if mask[n]} == own
            seen += bool(own)
    assert seen > 0


def test_a_scale_has_the_deal_at_its_place_and_ends_at_its_ends() -> None:
    levels = (0.0, 10.0, 15.0, 100.0)
    for width, deal in itertools.product((5, 11, 40), levels):
        drawn = Scale(levels, (1, 3, 3, 2), deal).drawn(width)
        assert len(drawn) == width
        assert drawn.index("●") == round(deal / 100 * (width - 1))
    assert Scale((0.0, 1.0), (2, 0), 0.0).drawn(5) == "●····"


def test_scales_are_wider_where_the_terminal_is() -> None:
    def bar(width: int) -> int:
        (line,) = [line for line in screen("istanbul-2022", width) if line.startswith("  Army cap")]
        return line.index("┤") - line.index("├")

    assert bar(80) < bar(100) < bar(120)


def test_colours_are_those_of_figures() -> None:
    assert PARTY_COLOURS == style.PARTY_COLOURS


def test_without_a_zone_it_says_how_far_off_for_whom_and_what_would_open_it() -> None:
    text = " ".join(screen("may-2025"))
    assert "Margin -0.015 (it compares sides)" in text
    assert "- Front above +0.557 (now +0.4)" in text
    assert "- Aid to Ukraine below -0.691 (now 0)" in text
    moved = sim.study(str(SCENARIOS / "may-2025.yaml"), {"battlefield": 0.56}, samples=100)
    assert moved.zone.exists
    core = " ".join(" ".join(screen("core-demands")).split())
    assert "without Russia's line “no return to the borders of 1991”, Russia's line “recognition in law” and" in core


def test_a_deal_that_lasts_and_a_fear_of_new_terms_are_brought_together() -> None:
    text = list(durability_sentences(study("january-2025")))
    assert any(sentence.startswith("The Nash deal would hold at every later date") for sentence in text)
    assert any("would rather fight now" in sentence for sentence in text)
    assert text[-1].startswith("Both are so: as long as its terms stand nobody would gain by breaking the Nash deal")
    assert not any(sentence.startswith("Both are so") for sentence in durability_sentences(study("istanbul-2022")))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / f"{'a rather long name ' * 5}.yaml"
    file.write_text(SMALL)
    return file


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--show", "why,who"], {"why", "who"}),
        (["--show", "why", "--show", "robust"], {"why", "robust"}),
        (["--show", "all"], set(SECTIONS)),
        (["--all"], set(SECTIONS)),
        ([], set()),
    ],
)
def test_sections_by_name(options: list[str], names: set[str], small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(small), *options]) == 0
    lines = capsys.readouterr().out.splitlines()
    heads = {name for name in SECTIONS if any(line.split("  ")[0].rstrip() == name.upper() for line in lines)}
    assert heads == names


def test_a_section_that_is_none_is_a_fault_of_usage(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["run", str(small), "--show", "why,gmes"])
    assert end.value.code == 2
    assert "'gmes' (expected one or more of: why, deals" in capsys.readouterr().err


def test_a_path_is_never_broken(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(small)]) == 0
    assert f"sim evidence '{small}'" in [line.strip() for line in capsys.readouterr().out.splitlines()]
