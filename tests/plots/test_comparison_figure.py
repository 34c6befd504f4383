"""The figure of two scenarios shows the numbers of both studies, readably, and the command writes it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from figure_reading import by_name, drawn, faint, outside, overlaps, texts, titles
from figure_scenes import SCENARIOS, TEXTS, TROUBLE, scenario
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scenario_texts import edited, read

import sim
from sim.__main__ import main
from sim.comparisons.comparison import Comparison, compare
from sim.model.scenario import Scenario
from sim.plots.before_after import _joined, issue_block
from sim.plots.files import rendered

THREE = TEXTS["three"]
MOVED = edited(
    THREE,
    ("name: Three heirs", "name: Three heirs, later"),
    ("land: {range: [0, 10], step: 1,", "land: {range: [0, 12], step: 2,"),
    ("house: {levels: [first, second, third]}", "house: {levels: [first, shared, second, third]}"),
    ("table: {first: 1, second: 0, third: 0}", "table: {first: 1, shared: 0.5, second: 0, third: 0}"),
    ("table: {first: 0, second: 1, third: 0}", "table: {first: 0, shared: 0.5, second: 1, third: 0}"),
    ("table: {first: 0, second: 0, third: 1}", "table: {first: 0, shared: 0, second: 0, third: 1}"),
    ("    no_deal: 0.15", "    red_lines: {some: {issue: land, min: 4}}\n    no_deal: 0.3"),
)
OTHER = {
    "moved": MOVED,
    "raised": THREE.replace("no_deal: 0.15", "no_deal: 0.25"),
    "hectares": THREE.replace("unit: acres", "unit: ha"),
}


@cache
def pair(old: str, new: str) -> Comparison:
    def made(name: str) -> Scenario:
        return read(OTHER[name]) if name in OTHER else scenario(name)

    return compare(made(old), made(new))


@cache
def figure(old: str, new: str) -> Axes:
    return drawn(sim.plots.comparison(pair(old, new)))


def spans(ax: Axes, gid: str) -> list[tuple[float, float]]:
    return [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in by_name(ax, gid)]


def place(ax: Axes, gid: str) -> float:
    (mark,) = by_name(ax, gid)
    return float(np.asarray(mark.get_xdata())[0])


def words(ax: Axes) -> str:
    return "\n".join(" ".join(text.split()) for text, _ in texts(ax))


PAIRS = [
    ("istanbul-2022", "january-2025"),
    ("january-2025", "may-2025"),
    ("istanbul-2022", "comprehensive-settlement"),
    ("core-demands", "istanbul-2022"),
    ("humanitarian-track", "four-party-2025"),
    ("may-2025", "may-2025"),
    ("three", "moved"),
    ("three", "full"),
    ("small", "no zone"),
    ("no zone", "no zone"),
    ("no outcome", "small"),
    ("hostile", "three"),
    ("moved", "hostile"),
]


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_words_stay_inside_and_apart(old: str, new: str) -> None:
    ax = figure(old, new)
    assert outside(ax) == []
    assert overlaps(ax) == []
    assert faint(ax) == []
    finding, source = titles(ax)
    assert len(finding) > 20
    for study in (pair(old, new).old, pair(old, new).new):
        assert study.game.scenario.sha256[:8] in source
        assert source.count(" ".join(study.game.scenario.name.split())) >= 1


@pytest.mark.parametrize(("old", "new"), [("three", "moved"), ("istanbul-2022", "january-2025")])
def test_parties_stand_where_their_utilities_are(old: str, new: str) -> None:
    found, ax = pair(old, new), figure(old, new)
    for side, study in (("old", found.old), ("new", found.new)):
        for party in found.parties:
            r = study.reservation[party]
            assert place(ax, f"party {party} r {side}") == pytest.approx(r)
            assert place(ax, f"party {party} deal {side}") == pytest.approx(study.solutions["nash"].utilities[party])
            if party in study.zone.surplus:
                assert spans(ax, f"party {party} {side}") == [pytest.approx((r, r + study.zone.surplus[party]))]
                assert f"{r:.3f} + {study.zone.surplus[party]:.3f}" in words(ax)


def test_levels_of_two_grids_stand_on_one_track() -> None:
    found, ax = pair("three", "moved"), figure("three", "moved")
    for side, study in (("old", found.old), ("new", found.new)):
        inside = study.zone.issues["land"]
        assert spans(ax, f"issue land {side}") == [pytest.approx((inside.min / 12, inside.max / 12), abs=0.005)]
        assert place(ax, f"issue land deal {side}") == pytest.approx(study.solutions["nash"].outcome["land"] / 12)
    block = issue_block(found, "house", heads=False)
    assert [text for _, text in block.ticks] == ["first", "shared", "second", "third"]
    assert block.lanes[0].track == ((0, 0.25), (0.5, 1.0))
    assert block.lanes[1].track == ((0, 1.0),)
    assert "No line: no such level there" in words(ax).replace("no line", "No line")


def test_a_falling_margin_crosses_zero_with_hatching() -> None:
    found, ax = pair("small", "no zone"), figure("small", "no zone")
    ((zero, high),), ((low, end),) = spans(ax, "margin old"), spans(ax, "margin new")
    assert zero == pytest.approx(end)
    assert found.old.zone.margin is not None
    assert found.new.zone.margin is not None
    assert (high - zero) / (end - low) == pytest.approx(-found.old.zone.margin / found.new.zone.margin)
    assert by_name(ax, "margin new")[0].get_hatch() == "///"
    assert not by_name(ax, "margin old")[0].get_hatch()
    margins = f"{found.old.zone.margin:.3f} to −{-found.new.zone.margin:.3f}"
    assert (
        titles(ax)[0] == f"The zone closes: the margin falls from {margins}; {' and '.join(found.gained)} gain leverage"
    )


def test_without_a_zone_a_cross_marks_the_nearest_outcome() -> None:
    found, ax = pair("small", "no zone"), figure("small", "no zone")
    assert found.new.why.closest is not None
    (star,), (cross,) = by_name(ax, "issue cake deal old"), by_name(ax, "issue cake deal new")
    assert (star.get_marker(), cross.get_marker()) == ("*", "X")
    assert spans(ax, "issue cake new") == []
    assert "no zone" in words(ax)
    assert "cross: the outcome nearest to a deal" in words(ax)


def test_old_and_new_differ_without_colour() -> None:
    ax = figure("three", "moved")
    old, new = by_name(ax, "issue land old")[0], by_name(ax, "issue land new")[0]
    assert old.get_facecolor() == (1, 1, 1, 1) != new.get_facecolor()
    assert old.get_y() > new.get_y()
    shown = [text for text, _ in texts(ax)]
    assert shown.count("old") == shown.count("new") == 1 + 4 + len(pair("three", "moved").moved)


def test_what_did_not_move_is_folded_into_a_sentence() -> None:
    found, ax = pair("three", "raised"), figure("three", "raised")
    still = [name for name in found.issues if name not in found.moved]
    assert found.moved
    assert still
    assert all(by_name(ax, f"issue {name} old") for name in found.moved)
    assert not any(by_name(ax, f"issue {name} old") for name in still)
    assert f"The same in both ({len(still)} of 3 issues): {', '.join(still)}." in words(ax)
    assert "Inputs: 1 changed, 0 added, 0 removed." in words(ax)
    assert "ann gained leverage (+0.100)" in words(ax)


def test_what_only_one_has_is_named() -> None:
    said = words(figure("three", "full"))
    assert "Only in the old: issues land, house, rent; parties ann, bob, cat, dan." in said
    assert "Only in the new: issues " in said
    said = words(figure("three", "moved"))
    assert "Only in the new: red line “some” (ann)." in said
    assert "ann, bob and cat value terms differently in the two" in said


def test_issues_can_be_chosen() -> None:
    found = pair("three", "raised")
    name = next(name for name in found.issues if name not in found.moved)
    ax = sim.plots.comparison(found, issues=[name], title="Mine")
    assert by_name(ax, f"issue {name} old")
    assert not any(by_name(ax, f"issue {other} old") for other in found.moved)
    assert titles(ax)[0] == "Mine"
    with pytest.raises(sim.RequestError, match=r"no issue of both 'lnd' \(did you mean land\?\)"):
        sim.plots.comparison(found, issues=["lnd"])


def test_an_issue_in_another_unit_is_not_drawn_but_named() -> None:
    ax = drawn(sim.plots.comparison(pair("three", "hectares"), issues=["land", "rent"]))
    assert by_name(ax, "issue land old") == []
    assert by_name(ax, "issue rent old")
    assert "In other units or levels, so not drawn: land." in words(ax)


def test_no_difference_is_said() -> None:
    ax = figure("may-2025", "may-2025")
    assert titles(ax)[0] == "No difference between the two, in inputs or in results"
    assert "Inputs: no difference." in words(ax)


@pytest.mark.parametrize(
    ("old", "new", "joint"),
    [
        (("kept", "suspended", "lifted"), ("kept", "some", "suspended", "lifted"), "kept some suspended lifted"),
        (("a", "b", "c"), ("c", "b", "a"), "c b a"),
        (("x", "a", "y"), ("a", "z"), "x a y z"),
        (("p", "q"), ("r",), "p q r"),
    ],
)
def test_names_of_both_are_joined_in_order(old: tuple[str, ...], new: tuple[str, ...], joint: str) -> None:
    assert _joined(old, new) == tuple(joint.split())


def test_single_levels_have_a_place() -> None:
    one = THREE.replace("rent: {range: [0, 1000], step: 250,", "rent: {range: [500, 500.5], step: 0.5,")
    found = compare(read(THREE), read(one))
    block = issue_block(found, "rent", heads=True)
    assert all(0 <= end <= 1 for lane in block.lanes for span in lane.track for end in np.clip(span, 0, 1))
    assert block.lanes[1].track[0] == pytest.approx((0.496, 0.5045), abs=1e-6)


def test_given_axes_are_used() -> None:
    figure_ = Figure(figsize=(10, 8))
    ax = figure_.subplots()
    assert sim.plots.comparison(pair("three", "moved"), ax) is ax
    assert ax.get_title(loc="left")


def test_text_from_a_scenario_is_only_text() -> None:
    ax = figure("hostile", "three")
    markup = rendered(ax, ".svg").decode()
    assert "<script" not in markup
    _, source = titles(ax)
    shown = [" ".join(text.split()) for text, _ in texts(ax)]
    assert not any(TROUBLE in text for text in shown if text != source)


# The command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    monkeypatch.chdir(tmp_path)
    paths = tmp_path / "old.yaml", tmp_path / "new.yaml"
    for path, text in zip(paths, (THREE, MOVED), strict=True):
        path.write_text(text)
    return str(paths[0]), str(paths[1])


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_the_command_prints_and_draws_the_same_bytes_each_time(
    files: tuple[str, str], suffix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a", "b"):
        assert main(["compare", *files, "-o", f"{name}.{suffix}"]) == 0
        out, err = capsys.readouterr()
        assert err == f"wrote {name}.{suffix}\n"
        assert "RESULTS" in out
    assert Path(f"a.{suffix}").read_bytes() == Path(f"b.{suffix}").read_bytes()


def test_data_and_a_figure_go_together(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *files, "--at", "court=0.1", "-o", "x.svg", "--json"]) == 0
    assert capsys.readouterr().out.startswith("{")
    assert "Court +0.1" in Path("x.svg").read_text()


@pytest.mark.parametrize(
    ("target", "remedy"),
    [
        ("x.jpg", "a file of an unknown kind (expected one of: .png, .svg"),
        ("no/such/x.png", "there is no folder no/such; make it first"),
        (".", "a file of an unknown kind"),
    ],
)
def test_a_file_that_cannot_be_written_ends_with_3_before_any_work(
    files: tuple[str, str], target: str, remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(Path().iterdir())
    assert main(["compare", "gone.yaml", files[1], "-o", target]) == 3
    output: Any = capsys.readouterr()
    assert remedy in output.err
    assert output.out == ""
    assert sorted(Path().iterdir()) == before


def test_the_library_is_drawn_in_one_call(tmp_path: Path) -> None:
    pair_ = [str(SCENARIOS / f"{name}.yaml") for name in ("istanbul-2022", "comprehensive-settlement")]
    assert main(["compare", *pair_, "-o", str(tmp_path / "x.png")]) == 0
