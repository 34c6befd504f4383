"""Every figure as a page: words inside and apart, a finding and a source, no surprises from hostile labels."""

from __future__ import annotations

import inspect
import warnings

import matplotlib as mpl
import pytest
from figure_reading import drawn, faint, outside, overlaps, texts, titles
from figure_scenes import TROUBLE, gathered, scenario
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import sim
from sim.plots import FIGURES, Request, draw
from sim.plots.files import rendered


def figure_of(figure: str, name: str) -> Axes:
    recipe = FIGURES[figure]
    return drawn(recipe.figure(gathered(recipe.gather, name)))


IN_TIME = ("fan_chart", "survival_curve", "event_study")
SLOW = ("share_map", *IN_TIME)  # thousands of points of three signers
UNFIT = ("equilibrium_path", "stability_table", "risk_return", "durability", "robust", *IN_TIME)
CASES = [
    *((figure, "istanbul-2022") for figure in FIGURES if figure not in ("party_triangle", "coalition_table", *IN_TIME)),
    *((figure, "time/istanbul-2022-in-time") for figure in IN_TIME),
    *((figure, "full") for figure in ("utility_plane", "agreement_ranges", "coalition_table", "equilibrium_path")),
    *((figure, "three") for figure in FIGURES if figure not in UNFIT),
    *((figure, "may-2025") for figure in FIGURES if figure not in ("risk_return", "coalition_table", *SLOW)),
    *(
        (figure, "core-demands")
        for figure in ("agreement_ranges", "issue_profile", "robust", "leverage_path", "leverage_map")
    ),
    ("equilibrium_path", "january-2025"),
    ("utility_plane", "teaching/divide-the-dollar"),
    ("zone_map", "teaching/logroll"),
]


@pytest.mark.parametrize(("figure", "name"), CASES)
def test_words_stay_inside_and_apart(figure: str, name: str) -> None:
    ax = figure_of(figure, name)
    assert outside(ax) == []
    assert overlaps(ax) == []
    assert faint(ax) == []
    finding, source = titles(ax)
    assert len(finding) > 20
    assert source.startswith(scenario(name).name)
    assert scenario(name).sha256[:8] in source


@pytest.mark.parametrize("figure", [name for name in FIGURES if name not in UNFIT])
def test_text_from_a_scenario_is_only_text(figure: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ax = figure_of(figure, "hostile")
    assert outside(ax) == overlaps(ax) == []
    markup = rendered(ax, ".svg").decode()
    assert "<script" not in markup
    assert "</text><" not in markup
    shown = [text for text, _ in texts(ax)]
    assert any("$x_{1}$" in text for text in shown)
    assert not any(TROUBLE in text.replace("\n", " ") for text in shown if text not in titles_and_source(ax))


def titles_and_source(ax: Axes) -> set[str]:
    figure = ax.get_figure(root=True)
    assert isinstance(figure, Figure)
    return {figure.get_suptitle(), figure.get_supxlabel()}


@pytest.mark.parametrize("name", ["no zone", "no outcome", "teaching/empty-zone"])
def test_a_missing_zone_is_drawn_and_explained(name: str) -> None:
    study = sim.study(scenario(name))
    reason = "no outcome" if study.zone.margin is None else f"up to {-study.zone.margin:.2g} short"
    for figure in ("utility_plane", "agreement_ranges", "issue_profile"):
        ax = figure_of(figure, name)
        finding, _ = titles(ax)
        assert finding.startswith("No agreement is possible")
        assert reason in finding
        assert outside(ax) == overlaps(ax) == []


def test_the_source_line_tells_date_levers_and_lifted_lines() -> None:
    request = Request(scenario=scenario("full"), leverage={"storm": -0.5}, lift=["north.floor"])
    _, source = titles(draw("utility_plane", request))
    assert "Two ports · as of 1950 · Storms -0.5 · without north.floor · scenario sha256 " in source


def test_a_title_and_a_size_of_ones_own() -> None:
    ax = draw("utility_plane", Request(scenario=scenario("small")), title="Mine", source=False, size=(4, 3))
    figure = ax.get_figure(root=True)
    assert isinstance(figure, Figure)
    assert titles(ax) == ("Mine", "")
    assert figure.get_size_inches().tolist() == [4, 3]


@pytest.mark.parametrize("size", [(5.0, 4.0), (12.0, 9.0)])
@pytest.mark.parametrize("figure", FIGURES)
def test_words_stay_apart_at_other_sizes_or_the_least_is_named(figure: str, size: tuple[float, float]) -> None:
    for name in ("three", "may-2025", "istanbul-2022"):
        if name == "may-2025" and figure in SLOW:
            continue
        recipe = FIGURES[figure]
        try:
            ax = drawn(recipe.figure(gathered(recipe.gather, name), size=size))
        except sim.RequestError as error:
            assert "expected at least" in str(error) or (figure, name) not in CASES  # noqa: PT017
            continue
        assert outside(ax) == []
        assert overlaps(ax) == []


def test_given_axes_are_used_and_keep_their_neighbours() -> None:
    figure = Figure(figsize=(12, 5))
    left, right = figure.subplots(1, 2)
    study = sim.study(scenario("full"))
    assert sim.plots.utility_plane(study, left) is left
    assert sim.plots.zone_map(study, right) is right
    assert "above no deal" in left.get_title(loc="left").replace("\n", " ")
    assert figure.axes == [left, right]


def test_unknown_style_keywords_are_refused() -> None:
    with pytest.raises(TypeError, match=r"unknown style 'colour' \(expected one of: size, source, title\)"):
        sim.plots.utility_plane(sim.study(scenario("small")), colour="red")  # type: ignore[call-arg]


def test_drawing_leaves_no_trace_in_the_settings() -> None:
    before = dict(mpl.rcParams)
    draw("zone_map", Request(scenario=scenario("full")))
    assert dict(mpl.rcParams) == before


def test_figures_need_no_pyplot() -> None:
    for recipe in FIGURES.values():
        source = inspect.getsource(inspect.getmodule(recipe.figure))  # type: ignore[arg-type]
        assert "pyplot" not in source


def test_the_registry_is_whole() -> None:
    for name, recipe in FIGURES.items():
        assert getattr(sim.plots, name).__wrapped__ is recipe.figure
        assert recipe.name == name
        parameters = inspect.signature(recipe.figure).parameters
        assert list(parameters)[1] == "ax"
        assert parameters["ax"].default is None
        assert set(recipe.takes) <= set(parameters), name
