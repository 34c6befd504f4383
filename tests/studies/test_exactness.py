"""What is found on a frontier that does not fit says so wherever it is seen; what is exact says nothing."""

from __future__ import annotations

import io
import json
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from rich.console import Console

import sim
from sim.comparisons.comparison import compare
from sim.output.study_json import study_data, to_json
from sim.plots.data import source_line
from sim.plots.points import sweep_source
from sim.report.data import obstacle
from sim.show.comparison import print_comparison
from sim.show.names import SECTIONS
from sim.show.study import print_study
from sim.show.sweep import summary_lines
from sim.space import folds
from sim.studies.by_program import profile
from sim.studies.games.coalitions import Coalitions
from sim.studies.study import Study
from sim.sweeps.batch import settled
from sim.sweeps.findings.summaries import summarise

FILE = str(Path(__file__).parents[2] / "scenarios" / "four-party-2025.yaml")
MARK = "known to 0.055"


@pytest.fixture(scope="module")
def thin() -> Study:
    """Three signers whose frontier is thinned to a handful of points; with the fourth it fits."""
    with mock.patch.dict(folds.MOST, {3: 200}):
        return sim.study(FILE, samples=100)


@pytest.fixture(scope="module")
def whole() -> Study:
    return sim.study(FILE, samples=100)


def printed(study: Study) -> str:
    text = io.StringIO()
    print_study(Console(file=text, width=2000), study, show=SECTIONS, whole=True)
    return text.getvalue()


def test_programs_make_exact_what_a_thinned_frontier_would_miss(thin: Study, whole: Study) -> None:
    """Margin, ranges, deals and their brackets are those of the whole frontier, though only a handful of it is left."""
    assert (thin.method, whole.method) == ("program", "fold")
    assert thin.resolution == thin.range_resolution == whole.frontier_resolution == 0 < thin.frontier_resolution
    assert len(thin.frontier) < len(whole.frontier)
    assert thin.zone.margin == pytest.approx(whole.zone.margin, abs=1e-12)
    assert thin.zone.surplus == pytest.approx(whole.zone.surplus, abs=1e-12)
    assert thin.zone.issues == whole.zone.issues
    assert set(thin.solutions) == set(whole.solutions)
    for name, deal in thin.solutions.items():
        assert deal.outcome == whole.solutions[name].outcome
        assert deal.within == whole.solutions[name].within
    found = profile(thin.folded, thin.point, "nash")
    assert found is not None
    assert found[1]
    for issue, values in enumerate(found[0]):
        expected = list(whole.solutions["nash"].profile.values())[issue]
        np.testing.assert_allclose(values, expected, rtol=0, atol=1e-9)


def test_the_text_says_it_beside_each_number(thin: Study, whole: Study) -> None:
    lines = [" ".join(line.split()) for line in printed(thin).splitlines()]
    (line,) = [line for line in lines if line.startswith("- Russia, Ukraine, United States: a zone")]
    assert "a zone with margin 0.10;" in line, "the margin is a program's"
    assert f"not known whether they stand ({MARK})" in line, "the deals are a frontier's"
    assert [line for line in lines if MARK in line] == [line], "all else is settled by programs"
    assert "at least 0 are" not in printed(thin)
    assert "0 are certain" not in printed(thin)
    assert "known to" not in printed(whole)


def test_json_flags_every_part(thin: Study, whole: Study) -> None:
    for study, exact in ((thin, False), (whole, True)):
        data = json.loads(to_json(study_data(study)))
        assert data["space"]["method"] == study.method
        for part in (data["zone"], *data["solutions"].values()):
            assert (part["exact"], part["resolution"]) == (True, 0)
        for part in (data["frontier"], data["coalitions"]):
            assert (part["exact"], part["resolution"]) == (exact, study.frontier_resolution)
        (alone, _) = data["coalitions"]["coalitions"]
        assert (alone["exact"], alone["stable"] is None) == (exact, not exact)
        assert "compare utilities across parties" in data["notes"]["solutions"]
        assert not [path for path, note in data["notes"].items() if "known to" in note]


def test_nothing_is_in_the_core_by_oversight(thin: Study, whole: Study) -> None:
    """With blocks that may have been missed no deal is said to stand, and none that stands is said to be blocked."""
    found, exact = thin.coalitions, whole.coalitions
    assert isinstance(found, Coalitions)
    assert isinstance(exact, Coalitions)
    assert [each.stable for each in found.coalitions] == [None, None]
    assert [each.stable for each in exact.coalitions] == [0, 2595]
    assert found.coalitions[1].blocked == 0
    assert found.resolution == thin.frontier_resolution


def test_the_table_of_coalitions_counts_what_was_found(thin: Study, whole: Study) -> None:
    for study, said in ((thin, True), (whole, False)):
        written = [text.get_text() for text in sim.plots.coalition_table(study).texts]
        assert any(f"found\n{MARK}" in text for text in written) == said


def test_figures_sweeps_comparisons_and_pages_carry_it(thin: Study, whole: Study) -> None:
    assert MARK in source_line(thin)
    assert "known" not in source_line(whole)
    assert MARK in str(obstacle(thin))
    axis = {"battlefield": np.linspace(-1, 1, 3)}
    with mock.patch.dict(folds.MOST, {3: 200}), mock.patch.object(settled, "CELLS", 0):
        # Compiled spaces are kept between sweeps: another scenario, so that no other test meets a thinned one.
        rough = sim.sweep(sim.load(FILE, {"war.round": 0.11}), axis, measures=["margin", "surplus"])
    fine = sim.sweep(FILE, axis, measures=["margin", "surplus"])
    assert rough["resolution"].values.tolist() == [thin.frontier_resolution] * 3
    assert fine["resolution"].values.tolist() == [0.0] * 3
    assert MARK in sweep_source(rough)
    assert "known" not in sweep_source(fine)
    assert MARK in " ".join(summary_lines(summarise(rough)))
    assert "known" not in " ".join(summary_lines(summarise(fine)))
    text = io.StringIO()
    with mock.patch.dict(folds.MOST, {3: 200}):
        print_comparison(Console(file=text, width=200), compare(FILE, FILE))
    assert "known to" not in text.getvalue(), "what is compared comes from programs"
