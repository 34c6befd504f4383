"""Figures from Python: they show themselves, take scenarios, and refuse what they cannot draw in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib.image as images
import numpy as np
import pytest
from figure_reading import by_name, drawn, texts, titles
from figure_scenes import SCENARIOS, THREE, scenario, studied, swept
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import sim
from sim.plots.files import rendered
from sim.plots.style import PARTY_COLOURS, legible

PNG = b"\x89PNG\r\n\x1a\n"
DRAWING = "{http://www.w3.org/2000/svg}"


def test_axes_and_figures_show_themselves_in_a_notebook(tmp_path: Path) -> None:
    ax: Any = sim.plots.utility_plane(studied("three"))
    sheet = ax.get_figure(root=True)
    shown = ax._repr_png_()
    assert shown.startswith(PNG)
    assert shown == sheet._repr_png_() == rendered(ax, ".png")
    assert sheet._repr_html_() is None, "a notebook would prefer it to the picture"
    (tmp_path / "shown.png").write_bytes(shown)
    assert np.asarray(images.imread(tmp_path / "shown.png")).std() > 0.1


def test_axes_of_ones_own_stay_as_they_are() -> None:
    own = Figure().add_subplot()
    assert sim.plots.utility_plane(studied("three"), own) is own


def test_a_scenario_its_path_and_its_study_draw_the_same(tmp_path: Path) -> None:
    file = tmp_path / "heirs.yaml"
    file.write_text(THREE)
    by_study = titles(sim.plots.utility_plane(studied("three")))
    assert titles(sim.plots.utility_plane(scenario("three"))) == by_study
    assert titles(sim.plots.utility_plane(file))[0] == by_study[0]
    path = sim.plots.leverage_path(studied("three"), levers=["gossip"], issues=["land"])
    assert path.get_xlabel().startswith("Gossip")


def test_a_study_draws_at_its_own_leverage() -> None:
    study = sim.study(scenario("three"), {"court": 0.1})
    assert "Court +0.1" in titles(sim.plots.leverage_path(study, levers=["gossip"]))[1].replace(
        "court=0.1", "Court +0.1"
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda s: sim.plots.utility_plane(5),
            "utility_plane: 5 .expected what sim.study returns, a study",
        ),
        (lambda s: sim.plots.leverage_path(5), "leverage_path: 5 .expected what sim.sweep returns"),
        (lambda s: sim.plots.utility_plane(s, 3), "ax: 3 .expected matplotlib axes"),
        (lambda s: sim.plots.utility_plane(s, size=(0, 4)), "size: .0, 4. .expected width and height in inches"),
        (lambda s: sim.plots.agreement_ranges(s, issues="land"), "issues: a single text 'land'"),
        (lambda s: sim.plots.agreement_ranges(s, page_number=2), "page 2: there is no such page of 3 issues"),
        (lambda s: sim.plots.leverage_path(swept("three", "court"), levers=["court"]), "levers is told of a scenario"),
        (lambda s: sim.plots.save("x", "x.png"), "ax: 'x' .expected the matplotlib axes"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(call: Any, words: str) -> None:
    with pytest.raises(sim.RequestError, match=words):
        call(studied("three"))


def test_an_svg_holds_its_words_and_names_itself() -> None:
    ax = sim.plots.agreement_ranges(studied("three"), issues=["land"])
    root = ElementTree.fromstring(rendered(ax, ".svg"))
    finding, source = titles(ax)
    title, description = root[0], root[1]
    assert (title.tag, title.text) == (f"{DRAWING}title", finding)
    assert description.tag == f"{DRAWING}desc"
    assert source in str(description.text)
    assert root.get("aria-labelledby") == title.get("id")
    words = {"".join(text.itertext()) for text in root.iter(f"{DRAWING}text")}
    assert {"ann", "bob", "cat", "Nash"} <= words


def test_text_in_a_partys_colour_is_legible() -> None:
    def light(colour: str) -> float:
        rgb = np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)]) / 255
        return float(np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722])

    assert min(1.05 / (light(legible(colour)) + 0.05) for colour in PARTY_COLOURS) >= 4.5
    assert min(1.05 / (light(colour) + 0.05) for colour in PARTY_COLOURS) < 3


def widths(ax: Axes, gid: str) -> tuple[float, float]:
    (bar,) = by_name(ax, gid)
    return bar.get_x(), bar.get_x() + bar.get_width()


def test_margins_of_durability_have_a_sign() -> None:
    study = studied("may-2025")
    ax = sim.plots.durability(study)
    (nil,) = by_name(ax, "no deal")
    zero = float(nil.get_xdata()[0])
    today, lasting = widths(ax, "margin today"), widths(ax, "margin lasting")
    assert today[1] == pytest.approx(zero)
    assert lasting[1] == pytest.approx(zero)
    assert (zero - today[0]) / (zero - lasting[0]) == pytest.approx(study.zone.margin / study.durability.zone_margin)  # type: ignore[operator, union-attr]
    good = sim.plots.durability(studied("istanbul-2022"), issues=["army_cap"])
    assert by_name(good, "no deal") == []
    assert widths(good, "margin today")[0] == 0


def test_many_issues_come_in_pages_of_twelve() -> None:
    study = studied("comprehensive-settlement")
    pages = [sim.plots.agreement_ranges(study, page_number=n) for n in (1, 3)]
    labels = [{text for text, _ in texts(drawn(ax))} for ax in pages]
    names = [study.game.label(name) for name in study.game.issues]
    assert [sum(name in some for name in names) for some in labels] == [12, 7]
    assert any("Issues 25 to 31 of 31: page 3 of 3" in text for text in labels[1])
    assert "7 terms shown" in titles(pages[1])[0]


def test_none_found_is_told_from_not_worked_out() -> None:
    lever = next(iter(scenario("full").spec.leverage))
    data = swept("full", lever, count=5)
    counts = data["moves_count"].values.copy()
    counts[0], counts[-1] = 0, np.nan
    ax = sim.plots.equilibrium_path(data.assign(moves_count=(data["moves_count"].dims, counts)))
    assert len(by_name(ax, "none found")) == len(by_name(ax, "not worked out")) == 1
    assert by_name(ax, "none found")[0].get_hatch() != by_name(ax, "not worked out")[0].get_hatch()
    (line,) = by_name(ax, "default")
    assert line.get_xdata()[0] == scenario("full").spec.leverage[lever].default


def test_labels_of_levels_reach_figures_of_sweeps() -> None:
    text = THREE.replace("levels: [first, second, third]", "levels: [first, second, third], labels: {first: to Ann}")
    data = sim.sweep(text, {"court": [-1.0, 0.0, 1.0]}, ["margin", "ranges", "solutions", "within"], solutions=["nash"])
    words = " ".join(text for text, _ in texts(drawn(sim.plots.leverage_path(data, issues=["house"]))))
    assert "to Ann" in words
    assert not {"first"} & set(words.split())


def test_every_shipped_scenario_path_works_as_text() -> None:
    assert titles(sim.plots.utility_plane(str(SCENARIOS / "teaching" / "logroll.yaml")))[0].startswith("A deal is")
