"""Whatever Python callers hand over, public functions take it or say which argument is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from strategies import built

import sim
from sim.errors import RequestError, SimError

FILE = "scenarios/teaching/fearon-crisis.yaml"
LEVER, PATH = "strength", "parties.a.power"
WANDERING: dict[str, Any] = {
    "format": 1,
    "name": "Wandering",
    "issues": {"pie": {"range": [0, 1], "step": 0.5}},
    "parties": {
        name: {"values": {"pie": {"importance": 1, "best": best, "worst": 1 - best}}, "no_deal": 0.3}
        for name, best in (("a", 1), ("b", 0))
    },
    "leverage": {LEVER: {"range": [-1, 1], "default": 0, "shifts": {"parties.a.no_deal": {"by": 0.1}}}},
    "dynamics": {LEVER: {"volatility": 0.1}, "months": 3},
}


class Awkward:
    """What can neither be compared, printed, counted nor told to be true."""

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        raise ValueError

    def __bool__(self) -> bool:
        raise ValueError

    def __eq__(self, other: object) -> bool:
        raise ValueError


def endless() -> list[Any]:
    """Return a list that holds itself."""
    found: list[Any] = []
    found.append(found)
    return found


def raising(_: Any = None) -> None:
    raise ZeroDivisionError("of the caller's own")


# Made anew for each call: some are used up.
ODD: dict[str, Callable[[], Any]] = {
    "none": lambda: None,
    "true": lambda: True,
    "int": lambda: 5,
    "negative": lambda: -3,
    "float": lambda: 0.5,
    "nan": lambda: float("nan"),
    "inf": lambda: float("inf"),
    "beyond float": lambda: 10**400,
    "beyond print": lambda: 10**5000,
    "complex": lambda: 1j,
    "decimal": lambda: Decimal("0.5"),
    "bad decimal": lambda: Decimal("sNaN"),
    "fraction": lambda: Fraction(1, 3),
    "text": lambda: "x",
    "no text": lambda: "",
    "half a character": lambda: "\ud800",
    "null character": lambda: "a\0b",
    "bytes": lambda: b"x",
    "list": lambda: [1, "x", None],
    "ragged": lambda: [[1], [2, 3]],
    "endless": endless,
    "tuple": lambda: (0.1, 0.2),
    "range": lambda: range(3),
    "set": lambda: {1, 2},
    "generator": lambda: iter([0.1, 0.2]),
    "map": lambda: {"a": 1},
    "names that are none": lambda: {5: 1, (1, 2): 2},
    "array": lambda: np.array([0.1, 0.2]),
    "plane": lambda: np.zeros((2, 2)),
    "single": lambda: np.float64(0.5),
    "numpy bool": lambda: np.True_,
    "complex array": lambda: np.array([1j]),
    "dates": lambda: np.array(["2022-04-15"], dtype="M8[D]"),
    "series": lambda: pd.Series({LEVER: 0.1}),
    "frame": lambda: pd.DataFrame({"a": [1, 2]}),
    "data array": lambda: xr.DataArray([0.1, 0.2], dims="x"),
    "dataset": lambda: xr.Dataset({"x": 1}),
    "function": lambda: raising,
    "type": lambda: dict,
    "path": lambda: Path("none.yaml"),
    "awkward": Awkward,
}


@pytest.fixture(scope="module")
def study() -> sim.Study:
    return sim.study(FILE)


@pytest.fixture(scope="module")
def swept() -> Any:
    return sim.sweep(FILE, {LEVER: [0.0, 0.5]}, ["margin"])


def calls(study: Any, swept: Any) -> dict[str, Callable[[Any], Any]]:
    """Return public functions as functions of one argument each."""
    scenario = study.game.scenario
    deal = dict(study.why.closest or study.solutions["nash"].outcome)
    issue = next(iter(deal))
    over = {LEVER: [0.0, 0.5]}
    found: dict[str, Callable[[Any], Any]] = {
        "load source": lambda odd: sim.load(odd),
        "load set": lambda odd: sim.load(FILE, odd),
        "load set value": lambda odd: sim.load(FILE, {PATH: odd}),
        "changed": lambda odd: scenario.changed(odd),
        "changed value": lambda odd: scenario.changed({PATH: odd}),
        "completed study": lambda odd: sim.completed(odd, deal),
        "completed outcome": lambda odd: sim.completed(study, odd),
        "summary study": lambda odd: sim.summary(odd),
        "summary show": lambda odd: sim.summary(study, show=odd),
        "summary width": lambda odd: sim.summary(study, width=odd),
        "tidy": lambda odd: sim.tidy(odd),
        "summary of a study": lambda odd: study.summary(show=odd),
        "study_from_json": lambda odd: sim.study_from_json(odd),
        "plots result": lambda odd: sim.plots.utility_plane(odd),
        "plots ax": lambda odd: sim.plots.utility_plane(study, odd),
        "plots names": lambda odd: sim.plots.agreement_ranges(study, issues=odd),
        "plots page": lambda odd: sim.plots.agreement_ranges(study, page_number=odd),
        "plots solution": lambda odd: sim.plots.issue_profile(study, solution=odd),
        "plots size": lambda odd: sim.plots.utility_plane(study, size=odd),
        "plots title": lambda odd: sim.plots.utility_plane(study, title=odd),
        "plots source": lambda odd: sim.plots.utility_plane(study, source=odd),
        "plots save": lambda odd: sim.plots.save(odd, "x.png"),
        "plots draw": lambda odd: sim.plots.draw(odd, odd),
        "study scenario": lambda odd: sim.study(odd),
        "study leverage": lambda odd: sim.study(scenario, odd),
        "study level": lambda odd: sim.study(scenario, {LEVER: odd}),
        "study set": lambda odd: sim.study(scenario, set=odd),
        "study set value": lambda odd: sim.study(scenario, set={PATH: odd}),
        "study lift_lines": lambda odd: sim.study(scenario, lift_lines=odd),
        "study lift_lines name": lambda odd: sim.study(scenario, lift_lines=[odd]),
        "study sign": lambda odd: sim.study(scenario, sign=odd),
        "study sign name": lambda odd: sim.study(scenario, sign=[odd]),
        "study samples": lambda odd: sim.study(scenario, samples=odd),
        "tracks scenario": lambda odd: sim.tracks(odd, [[issue]]),
        "tracks tracks": lambda odd: sim.tracks(scenario, odd),
        "tracks track": lambda odd: sim.tracks(scenario, [odd]),
        "tracks issue": lambda odd: sim.tracks(scenario, [[odd]]),
        "tracks leverage": lambda odd: sim.tracks(scenario, [[issue]], odd),
        "tracks truce": lambda odd: sim.tracks(scenario, [[issue]], truce=odd),
        "tracks status_quo": lambda odd: sim.tracks(scenario, [[issue]], status_quo=odd),
        "tracks level": lambda odd: sim.tracks(scenario, [[issue]], status_quo={issue: odd}),
        "tracks set": lambda odd: sim.tracks(scenario, [[issue]], set=odd),
        "tracks lift_lines": lambda odd: sim.tracks(scenario, [[issue]], lift_lines=odd),
        "tracks sign": lambda odd: sim.tracks(scenario, [[issue]], sign=odd),
        "judged study": lambda odd: sim.judged(odd, deal),
        "judged outcome": lambda odd: sim.judged(study, odd),
        "judged level": lambda odd: sim.judged(study, deal | {issue: odd}),
        "stability": lambda odd: sim.stability(odd),
        "robustness study": lambda odd: sim.robustness(odd),
        "robustness doubt": lambda odd: sim.robustness(study, doubt=odd, full=False),
        "robustness full": lambda odd: sim.robustness(study, full=odd),
        "compare scenario": lambda odd: sim.compare(scenario, odd),
        "compare leverage": lambda odd: sim.compare(scenario, scenario, odd),
        "compare set": lambda odd: sim.compare(scenario, scenario, set=odd),
        "compare level": lambda odd: sim.compare(scenario, scenario, {LEVER: odd}),
        "compare_sweeps over": lambda odd: sim.compare_sweeps(scenario, scenario, odd),
        "compare_sweeps measures": lambda odd: sim.compare_sweeps(scenario, scenario, over, odd),
        "compare_sweeps sign": lambda odd: sim.compare_sweeps(scenario, scenario, over, ["margin"], sign=odd),
        "steady_deals over": lambda odd: sim.steady_deals(scenario, odd),
        "steady_deals levels": lambda odd: sim.steady_deals(scenario, {LEVER: odd}),
        "steady_deals leverage": lambda odd: sim.steady_deals(scenario, {PATH: [1.0]}, leverage=odd),
        "steady_deals set": lambda odd: sim.steady_deals(scenario, over, set=odd),
        "elasticities solution": lambda odd: sim.elasticities(scenario, solution=odd, steps=2),
        "elasticities steps": lambda odd: sim.elasticities(scenario, steps=odd),
        "elasticities leverage": lambda odd: sim.elasticities(scenario, leverage=odd, steps=2),
        "break_even dataset": lambda odd: sim.break_even(odd, LEVER),
        "break_even along": lambda odd: sim.break_even(swept, odd),
        "contour dataset": lambda odd: sim.contour(odd, LEVER, PATH),
        "contour axis": lambda odd: sim.contour(swept, LEVER, odd),
        "equilibrium_branches dataset": lambda odd: sim.equilibrium_branches(odd, LEVER),
        "equilibrium_turns along": lambda odd: sim.equilibrium_turns(swept, odd),
        "Span low": lambda odd: sim.Span(odd, 1, 3),
        "Span count": lambda odd: sim.Span(0, 1, odd),
        "LocalProcesses": lambda odd: sim.LocalProcesses(odd),
        "DaskCluster": lambda odd: sim.DaskCluster(odd),
    }
    for name in ("leverage", "set", "lift_lines", "sign", "samples", "block", "engine", "store", "resume", "progress"):
        found[f"sweep {name}"] = lambda odd, name=name: sim.sweep(scenario, over, ["margin"], **{name: odd})  # type: ignore[misc]
    for name in (
        "rng",
        "doubt",
        "correlation",
        "leverage",
        "over",
        "deals",
        "solution",
        "solved",
        "set",
        "sign",
        "block",
    ):
        found[f"ensemble {name}"] = lambda odd, name=name: sim.ensemble(scenario, 8, **{"doubt": 0.3, name: odd})  # type: ignore[misc]
    wandering = built(WANDERING)
    for name in ("rng", "months", "rule", "durable", "learning", "tactics", "leverage", "set", "lift_lines", "sign"):
        found[f"simulate {name}"] = lambda odd, name=name: sim.simulate(wandering, 2, **{name: odd})  # type: ignore[misc]
    talking = ("tactics", "rounds", "opens", "noise", "start", "rng", "leverage", "set", "lift_lines", "sign")
    for name in talking:
        found[f"sessions {name}"] = lambda odd, name=name: sim.sessions(wandering, 2, **{"rounds": 3, name: odd})  # type: ignore[misc]
    found |= {
        "sessions scenario": lambda odd: sim.sessions(odd, 2),
        "sessions n": lambda odd: sim.sessions(wandering, odd) if not isinstance(odd, int) else None,
        "sessions tactic": lambda odd: sim.sessions(wandering, 2, tactics={"a": odd}),
        "sessions tactics of a side": lambda odd: sim.sessions(wandering, 2, tactics={"a": [odd]}),
        "sessions deadlines": lambda odd: sim.sessions(wandering, 2, rounds=[3, odd]),
        "sessions level": lambda odd: sim.sessions(wandering, 2, leverage={LEVER: odd}),
        "sessions levels": lambda odd: sim.sessions(wandering, 2, leverage={LEVER: [0.1, odd]}),
        "simulate scenario": lambda odd: sim.simulate(odd, 2),
        "simulate n": lambda odd: sim.simulate(wandering, odd) if not isinstance(odd, int) else None,
        "ensemble scenario": lambda odd: sim.ensemble(odd, 8),
        "ensemble n": lambda odd: sim.ensemble(scenario, odd, doubt=0.3) if not isinstance(odd, int) else None,
        "ensemble deal": lambda odd: sim.ensemble(scenario, 8, doubt=0.3, deals={"x": odd}),
        "ensemble levels": lambda odd: sim.ensemble(scenario, 8, doubt=0.3, over={LEVER: odd}),
        "answers": lambda odd: sim.answers(odd),
        "sensitivity scenario": lambda odd: sim.sensitivity(odd, 4, doubt=0.3),
        "sensitivity n": lambda odd: sim.sensitivity(scenario, odd, doubt=0.3),
        "sensitivity doubt": lambda odd: sim.sensitivity(scenario, 4, doubt=odd),
        "discovery_box": lambda odd: sim.discovery_box(odd),
        "learning dataset": lambda odd: sim.learning(odd, "nash", "most accepted"),
        "distances": lambda odd: sim.distances(odd),
        "term_ties": lambda odd: sim.term_ties(odd),
        "beliefs": lambda odd: sim.beliefs(odd),
        "sweep scenario": lambda odd: sim.sweep(odd, over, ["margin"]),
        "sweep over": lambda odd: sim.sweep(scenario, odd, ["margin"]),
        "sweep levels": lambda odd: sim.sweep(scenario, {LEVER: odd}, ["margin"]),
        "sweep levels of a path": lambda odd: sim.sweep(scenario, {PATH: odd}, ["margin"]),
        "sweep measures": lambda odd: sim.sweep(scenario, over, odd),
        "sweep measure": lambda odd: sim.sweep(scenario, over, [odd]),
        "sweep solutions": lambda odd: sim.sweep(scenario, over, ["solutions"], solutions=[odd]),
    }
    return found


def foreign(call: Callable[[Any], Any]) -> Iterator[str]:
    """Yield what ends in an error that is not this package's."""
    for kind, make in ODD.items():
        try:
            call(make())
        except SimError as error:
            if not str(error):
                yield f"{kind}: no words"
        except Exception as error:
            yield f"{kind}: {type(error).__name__}: {error}"


NAMES = tuple(calls(sim.study(FILE), None))


@pytest.mark.parametrize("name", NAMES)
def test_odd_arguments_are_taken_or_named(name: str, study: Any, swept: Any, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        call = calls(study, swept)[name]
        if name == "sweep store":
            patch.chdir(tmp_path)
        assert not list(foreign(call))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sim.study(FILE, {5: 1}), "leverage: the name 5 is no text"),
        (lambda: sim.study(FILE, {LEVER: 10**400}), f"{LEVER}: .* is not a level"),
        (lambda: sim.study(FILE, set={PATH: {1, 2}}), f"set {PATH}: {{1, 2}} .expected a number"),
        (lambda: sim.study(FILE, sign=[5]), "sign: 5 is no text"),
        (lambda: sim.study(FILE, samples=2.5), "samples: 2.5 .expected a whole number"),
        (lambda: sim.sweep(FILE, {LEVER: {0.1, 0.2}}), f"{LEVER}: {{0.1, 0.2}}: levels that are not numbers"),
        (
            lambda: sim.sweep(FILE, {LEVER: [0.1]}, ["margin"], progress=raising),
            "progress: the function given raised Zero",
        ),
        (lambda: sim.break_even(5, LEVER), "dataset: 5 .expected what sim.sweep returns"),
        (lambda: sim.judged("x", {}), "study: 'x' .expected what sim.study returns"),
    ],
)
def test_the_argument_is_named(call: Any, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        call()


def test_what_stands_for_numbers_elsewhere_is_taken() -> None:
    plain = sim.study(FILE, {LEVER: 0.25}, set={PATH: 2}).zone.margin
    for level in (pd.Series({LEVER: 0.25}), {LEVER: Decimal("0.25")}, {LEVER: Fraction(1, 4)}, {LEVER: np.array(0.25)}):
        assert sim.study(FILE, level, set=pd.Series({PATH: np.int64(2)})).zone.margin == plain
    wanted = sim.sweep(FILE, {LEVER: [0.0, 1.0]}, ["margin"])
    for levels in (range(2), pd.Series([0, 1]), xr.DataArray([0.0, 1.0], dims="x"), (Decimal(0), Fraction(1))):
        xr.testing.assert_equal(sim.sweep(FILE, pd.Series({LEVER: levels}), ["margin"]), wanted)
