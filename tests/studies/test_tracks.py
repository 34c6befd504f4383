"""Tracks: each as enumeration of its issues finds it, together as the definitions say, and against all at once."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest
import twin
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import Wish, built, scenarios

import sim
from sim.errors import RequestError
from sim.studies.agendas.tracks import Step, Tracks

Data = dict[str, Any]
Level = Any
FILE = "scenarios/istanbul-2022.yaml"
SOME = settings(max_examples=20)


def worth(data: Data, name: str, base: Mapping[str, Level], settled: Mapping[str, Level], *, peace: bool) -> float:
    """Return W of one party by changing the file: what is agreed stands in every point that no deal may come to."""
    party = data["parties"][name]
    if peace:
        return twin.utility(party, {**base, **settled})
    changed = deepcopy(data)
    war, form = changed.get("war", {"outcomes": {}}), changed["parties"][name]["no_deal"]
    for point in [end["levels"] for end in war["outcomes"].values()] + [war.get("status_quo", {})]:
        point.update({issue: level for issue, level in settled.items() if point})
    plain = not isinstance(form, dict) or not {"war", "package"} & set(form)
    if not plain and "package" in form:
        form["package"].update(settled)
    more = twin.utility(party, {**base, **settled}) - twin.utility(party, dict(base)) if plain else 0.0
    return twin.Situation(changed, {}).no_deal(name)[0] + more


@st.composite
def cases(draw: Any, wish: Wish) -> tuple[Data, list[list[str]], dict[str, Level], int | None]:
    """A scenario, its issues on two tracks or three, where they stand, and which deal ends the fighting."""
    data = draw(scenarios(wish))
    signers = [name for name, party in data["parties"].items() if party.get("consent", True)]
    free = [n for n, spec in data["issues"].items() if set(spec.get("control", signers)) <= set(signers)]
    assume(len(free) > 1)
    home = [draw(st.integers(0, 2)) for _ in free]
    tracks = [[name for name, k in zip(free, home, strict=True) if k == track] for track in range(3)]
    base = {name: draw(st.sampled_from(twin.levels_of(data["issues"][name]))) for name in free}
    tracks = [track for track in tracks if track]
    return data, tracks, base, draw(st.sampled_from([None, *range(1, len(tracks) + 1)]))


def signers_of(data: Data) -> list[str]:
    return [name for name, party in data["parties"].items() if party.get("consent", True)]


def run(case: tuple[Data, list[list[str]], dict[str, Level], int | None]) -> Tracks:
    data, tracks, base, truce = case
    return sim.tracks(built(data), tracks, truce=truce, status_quo=base)


@given(cases(Wish(issues=(2, 4), outcomes=60, budgets=True, leverage=False)))
@SOME
def test_each_track_is_as_enumeration_finds_it(case: Any) -> None:
    data, tracks, given_base, truce = case
    found = run(case)
    base = {n: spec["reversion"] for n, spec in data["issues"].items() if n not in given_base} | given_base
    assert dict(found.base) == base
    settled: dict[str, Level] = {}
    fixed = set(base) - set(given_base)
    tried = set(fixed)
    peace = False
    assert [step.issues for step in found.given.steps] == [tuple(track) for track in tracks]
    for k, (track, step) in enumerate(zip(tracks, found.given.steps, strict=True), 1):
        closing = k == (truce or len(tracks))
        check(data, base, (settled, tried, fixed, peace), step, closing=closing)
        tried |= set(track)
        if step.deal is not None:
            settled, peace = {**settled, **step.deal}, peace or closing
    for name in signers_of(data):
        gain = worth(data, name, base, settled, peace=peace) - worth(data, name, base, {}, peace=False)
        assert found.given.gains[name] == pytest.approx(gain, abs=1e-9)


def check(data: Data, base: Mapping[str, Level], before: Any, step: Step, *, closing: bool) -> None:
    """Compare one step with every combination of its levels."""
    (settled, tried, fixed, peace), names = before, signers_of(data)
    now = {name: worth(data, name, base, settled, peace=peace) for name in names}
    d = {name: now[name] for name in names}
    if closing:
        lower = {name: (pair := twin.Situation(data, {}).no_deal(name))[0] - pair[1] for name in names}
        d = {name: now[name] - lower[name] for name in names}
    after = {}
    for levels in itertools.product(*(twin.levels_of(data["issues"][issue]) for issue in step.issues)):
        deal = dict(zip(step.issues, levels, strict=True))
        if allowed(data, {n: base[n] for n in tried} | settled | deal, (set(step.issues), fixed if closing else set())):
            after[levels] = {n: worth(data, n, base, {**settled, **deal}, peace=peace or closing) for n in names}
    if not after:
        assert step.margin is None
        assert step.deal is None
        return
    margin = max(min(own[n] - now[n] for n in names) for own in after.values())
    assert step.margin == pytest.approx(margin, abs=1e-9)
    if abs(margin + 1e-9) > 1e-10:
        assert step.exists is (margin >= -1e-9)
    if step.deal is None:
        return
    own = after[tuple(step.deal.values())]
    assert min(own[n] - now[n] for n in names) >= -2e-9
    powers = {n: data["parties"][n].get("power", 1) for n in names}
    good = [u for u in after.values() if min(u[n] - now[n] for n in names) >= 0]
    best = max((product(u, d, powers) for u in good), default=0.0)
    assert product(own, d, powers) >= best - 1e-8
    for name in names:
        assert step.gains[name] == pytest.approx(own[name] - now[name], abs=1e-9)


def product(u: Mapping[str, float], d: Mapping[str, float], powers: Mapping[str, float]) -> float:
    """Return the Nash objective on the scale of utilities."""
    total = sum(powers.values())
    return math.prod(max(0.0, u[n] - d[n]) ** (powers[n] / total) for n in u)


def allowed(data: Data, point: Mapping[str, Level], here: tuple[set[str], set[str]]) -> bool:
    """Say whether nothing forbids a deal of the lines whose last issue is on the table, or that none can settle."""

    def binds(scope: set[str]) -> bool:
        return scope <= set(point) and (bool(scope & here[0]) or scope <= here[1])

    lines = [line for name in signers_of(data) for line in data["parties"][name].get("red_lines", {}).values()]
    crossed = [line for line in lines if binds({line["issue"], *line.get("when", {})})]
    broken = [budget for budget in data.get("constraints", {}).values() if binds(set(budget["sum"]))]
    return not any(twin.crosses(line, dict(point)) for line in crossed) and not any(
        twin.breaks(budget, dict(point)) for budget in broken
    )


@given(cases(Wish(issues=(2, 5), budgets=True, modest=True)))
@SOME
def test_tracks_that_all_have_deals_never_beat_the_whole(case: Any) -> None:
    found = run(case)
    if found.given.complete:
        assert found.whole.exists
        data, names = built(case[0]), found.game.signers
        study = sim.study(data)
        lower = {n: study.reservation[n] - study.disagreement[n] for n in names}
        powers = {n: data.spec.parties[n].power for n in names}
        zero = dict.fromkeys(names, 0.0)
        parts, whole = ({n: gains[n] + lower[n] for n in names} for gains in (found.given.gains, found.whole.gains))
        assert product(whole, zero, powers) >= product(parts, zero, powers) - 1e-8


@given(scenarios(Wish(issues=(2, 5), budgets=True)))
@SOME
def test_all_issues_on_one_track_are_the_study(data: Data) -> None:
    scenario = built(data)
    study = sim.study(scenario)
    free = [n for k, n in enumerate(study.game.issues) if "control" not in data["issues"][n]]
    assume(len(free) == len(study.game.issues))
    found = sim.tracks(scenario, [free])
    step, nash = found.given.steps[0], study.solutions.get("nash")
    assert (step.deal is None) == (nash is None)
    for gains in (step.gains, found.whole.gains, found.given.gains):
        for name in study.game.signers:
            assert gains[name] == pytest.approx(nash.gains[name] if nash else 0.0, abs=1e-8)
    assert found.linking == pytest.approx(dict.fromkeys(study.game.signers, 0.0), abs=1e-8)


@given(cases(Wish(issues=(3, 4), linkages=False, red_lines=False)))
@SOME
def test_where_utilities_are_sums_only_the_truce_matters_in_the_order(case: Any) -> None:
    found = run((*case[:3], None))
    ends: dict[int, list[Mapping[str, float]]] = {}
    for order in found.orders:
        ends.setdefault(order.tracks[-1], []).append(order.gains)
    for same in ends.values():
        for gains in same[1:]:
            assert gains == pytest.approx(same[0], abs=1e-7)


PIES: Data = {
    "format": 1,
    "name": "Two pies",
    "issues": {"one": {"range": [0, 1], "step": 0.01}, "two": {"range": [0, 1], "step": 0.01}},
    "parties": {
        name: {
            "values": {pie: {"importance": 1, "best": best, "worst": 1 - best} for pie in ("one", "two")},
            "no_deal": {"war": {"cost": 0.1}},
        }
        for name, best in (("a", 1), ("b", 0))
    },
    "war": {
        "outcomes": {
            "a wins": {"odds": 1, "levels": {"one": 1, "two": 1}},
            "b wins": {"odds": 1, "levels": {"one": 0, "two": 0}},
        }
    },
}


def test_before_the_truce_a_pie_is_worth_what_war_brings_of_it() -> None:
    """Half of each pie by war: on the first nothing can be gained, the second ends the war and saves both its cost."""
    found = sim.tracks(built(PIES), [["one"]], status_quo={"one": 0, "two": 0})
    first, second = found.given.steps
    assert first.deal == {"one": 0.5}
    assert second.deal == {"two": 0.5}
    assert (first.gains, second.gains) == (
        pytest.approx({"a": 0.0, "b": 0.0}, abs=1e-12),
        pytest.approx({"a": 0.1, "b": 0.1}),
    )


def test_after_the_truce_the_rest_stands_as_it_stood() -> None:
    """With the second pie left to b, a takes all of the first for peace; of the second nothing is left to gain."""
    found = sim.tracks(built(PIES), [["one"]], truce=1, status_quo={"one": 0, "two": 0})
    first, second = found.given.steps
    assert first.deal == {"one": 1.0}
    assert first.gains == pytest.approx({"a": 0.1, "b": 0.1})
    assert second.deal == {"two": 0.0}
    assert found.linking == pytest.approx({"a": 0.0, "b": 0.0}, abs=1e-12)


def test_parts_may_be_agreed_where_the_whole_cannot() -> None:
    """The sides gain from the first issue; on the second both would lose, so that no whole deal beats no deal."""
    values = {
        "a": {
            "food": {"importance": 1, "table": {"no": 0, "yes": 1}},
            "land": {"importance": 9, "best": 1, "worst": 0},
        },
        "b": {
            "food": {"importance": 1, "table": {"no": 0, "yes": 1}},
            "land": {"importance": 9, "best": 0, "worst": 1},
        },
    }
    data: Data = {
        "format": 1,
        "name": "Food and land",
        "issues": {"food": {"levels": ["no", "yes"]}, "land": {"range": [0, 1], "step": 0.1}},
        "parties": {name: {"values": own, "no_deal": 0.6} for name, own in values.items()},
    }
    found = sim.tracks(built(data), [["food"]], status_quo={"food": "no", "land": 0.5})
    assert not found.whole.exists
    assert [step.deal for step in found.given.steps] == [{"food": "yes"}, None]
    assert found.given.gains == pytest.approx({"a": 0.1, "b": 0.1})
    assert found.linking == pytest.approx({"a": -0.1, "b": -0.1})


def test_what_an_earlier_track_spends_is_gone() -> None:
    data = deepcopy(PIES) | {"constraints": {"water": {"sum": {"one": 1, "two": 1}, "max": 0.8}}}
    found = sim.tracks(built(data), [["one"]], status_quo={"one": 0, "two": 0})
    assert found.given.steps[0].deal == {"one": 0.5}
    assert found.given.steps[1].deal == {"two": 0.3}
    assert any("budget water" in note for note in found.notes)


def test_signers_who_do_not_control_an_issue_cannot_settle_it() -> None:
    with pytest.raises(RequestError, match="european_sanctions cannot be settled here: it needs the signatures of"):
        sim.tracks("scenarios/four-party-2025.yaml", [["european_sanctions"]])
    assert sim.tracks("scenarios/four-party-2025.yaml", [["us_sanctions"]]).given.steps[0].issues == ("us_sanctions",)


@pytest.mark.parametrize(
    ("tracks", "more", "told"),
    [
        ([["armycap"]], {}, r"track 1: no issue 'armycap' \(did you mean army_cap\?\)"),
        ([["tanks"], ["tanks"]], {}, r"tracks: tanks 2 times"),
        ([["tanks"], []], {}, "track 2: no issue"),
        ([], {}, "tracks: none"),
        ("tanks", {}, "tracks: 'tanks' .expected a list of tracks"),
        (["tanks"], {}, "track 1: a single text 'tanks'"),
        ([["tanks"]], {"truce": 3}, "truce: 3 .expected the number of a track, from 1 to 2"),
        ([["nato"]], {"status_quo": {"nato": "x", "tank": 1}}, "(?s)nato: 'x' is not a level.*no issue 'tank'"),
    ],
)
def test_bad_tracks_are_refused(tracks: Any, more: Any, told: str) -> None:
    with pytest.raises(RequestError, match=told):
        sim.tracks(FILE, tracks, **more)


def test_where_nothing_says_where_an_issue_stands_that_is_asked_for() -> None:
    with pytest.raises(RequestError, match=r"nothing says where two would stand until agreed .*--status-quo"):
        sim.tracks(built(PIES), [["one"]], status_quo={"one": 0})
