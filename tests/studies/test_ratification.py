"""Bodies that ratify: exact against enumeration of all outcomes and votes, and the laws of quotas."""

from __future__ import annotations

import copy
import itertools
from collections import Counter
from typing import Any

import numpy as np
import pytest
import twin
from hypothesis import given, settings
from rivals import Data, Rng, pick, rivals, rngs
from strategies import built

import sim
from sim.output.study_json import study_data
from sim.plots.data import source_line
from sim.report.sections import static_sections
from sim.show.ratification import ratification_sentences
from sim.studies.games.setting import Absent
from sim.studies.ratification import Ratification
from sim.studies.study import Study

CLOSE = 1e-9


def parliament(rng: Rng, data: Data, *, blocs: int, quota: str = "some") -> Data:
    """Rivals, of whom the first needs a parliament whose blocs value at random."""
    result = copy.deepcopy(data)
    seats = {f"bloc {k}": int(rng.integers(1, 6)) for k in range(blocs)}
    members = {}
    for name, count in seats.items():
        party = pick(rng, list(data["parties"].values()))
        values = copy.deepcopy(party["values"])
        for value in values.values():
            value["importance"] = int(rng.integers(1, 9))
        members[name] = {"seats": count, "values": values, "no_deal": float(pick(rng, [0.2, 0.4, 0.5, 0.6, 0.7]))}
    total = sum(seats.values())
    needed = {"none": 0, "all": total, "some": int(rng.integers(1, total + 1))}[quota]
    result["ratification"] = {"house": {"party": next(iter(data["parties"])), "quota": needed, "blocs": members}}
    return result


def ratified(study: Study) -> Ratification:
    assert isinstance(study.ratification, Ratification)
    return study.ratification


def test_zone_margin_and_solutions_against_every_outcome_and_vote() -> None:
    seen = Counter[str]()

    @settings(max_examples=25)
    @given(rngs)
    def run(rng: Rng) -> None:
        parties = int(rng.integers(2, 4))
        data = rivals(rng, parties=parties, issues=int(rng.integers(1, 4)), lines=1, no_deal=[0.1, 0.3, 0.5])
        data = parliament(rng, data, blocs=int(rng.integers(1, 5)))
        answer, study = twin.solve(data), sim.study(built(data))
        found = ratified(study)
        if not answer.feasible:
            assert (found.margin, found.exists, found.solutions) == (None, False, {})
            seen["no outcome"] += 1
            return
        house = data["ratification"]["house"]
        r = np.array([answer.reservation[name] for name in answer.signers])
        best, passing = -np.inf, {}
        for outcome, utilities in answer.feasible.items():
            point = dict(zip(data["issues"], outcome, strict=True))
            gains = {name: twin.utility(bloc, point) - bloc["no_deal"] for name, bloc in house["blocs"].items()}
            least = min(np.array(utilities) - r)
            best = max(best, min(least, carried(house, gains)))
            yes = sum(house["blocs"][name]["seats"] for name, gain in gains.items() if gain >= -CLOSE)
            if least >= -CLOSE and yes >= house["quota"]:
                passing[outcome] = np.array(utilities)
        assert found.exact
        assert found.margin == pytest.approx(best, abs=CLOSE)
        assert found.exists is bool(passing)
        assert set(found.solutions) == ({"nash", "kalai_smorodinsky", "egalitarian"} if passing else set())
        check_solutions(found, passing, answer)
        seen["passes" if passing else "fails at home" if study.zone.exists else "no zone"] += 1
        if "nash" in study.solutions and passing:
            seen["the Nash deal fails"] += not found.deals["nash"]["house"].passes

    run()
    assert min(seen[k] for k in ("passes", "fails at home", "no zone", "no outcome", "the Nash deal fails")) >= 1, seen


def carried(house: Data, gains: dict[str, float]) -> float:
    """The best over all sets of blocs that reach the quota of their least gain."""
    blocs = house["blocs"]
    best = -np.inf
    for size in range(len(blocs) + 1):
        for some in itertools.combinations(blocs, size):
            if sum(blocs[name]["seats"] for name in some) >= house["quota"]:
                best = max(best, min((gains[name] for name in some), default=np.inf))
    return best


def check_solutions(found: Ratification, passing: dict[Any, Any], answer: twin.Twin) -> None:
    if not passing:
        return
    u = np.array(list(passing.values()))
    d = np.array([answer.disagreement[name] for name in answer.signers])
    span = u.max(axis=0) - d
    rules = {
        "nash": lambda x: np.prod(np.maximum(x - d, 0.0), axis=-1) ** (1 / len(d)),
        "kalai_smorodinsky": lambda x: np.where(span > CLOSE, (x - d) / np.where(span > CLOSE, span, 1), 1).min(
            axis=-1
        ),
        "egalitarian": lambda x: (x - d).min(axis=-1),
    }
    for name, rule in rules.items():
        deal = found.solutions[name]
        assert deal.exact
        assert tuple(deal.outcome.values()) in passing
        mine = np.array(list(deal.utilities.values()))
        assert mine == pytest.approx(passing[tuple(deal.outcome.values())], abs=1e-12)
        assert float(rule(mine)) == pytest.approx(float(rule(u).max()), abs=2 * CLOSE)
        assert all(vote.passes for vote in deal.votes.values())


@settings(max_examples=12)
@given(rngs)
def test_a_quota_of_all_is_consent_of_each_and_of_none_changes_nothing(rng: Rng) -> None:
    data = rivals(rng, issues=int(rng.integers(1, 3)), lines=1)
    base = sim.study(built(data))
    free = ratified(sim.study(built(parliament(rng, data, blocs=2, quota="none"))))
    assert free.exists is base.zone.exists
    assert free.margin == pytest.approx(base.zone.margin, abs=CLOSE)
    assert all(
        free.solutions[name].utilities
        == pytest.approx({p: base.solutions[name].utilities[p] for p in base.game.signers}, abs=1e-8)
        for name in free.solutions
    )
    whole = parliament(rng, data, blocs=2, quota="all")
    found = ratified(sim.study(built(whole)))
    consenting = copy.deepcopy(data)
    for name, bloc in whole["ratification"]["house"]["blocs"].items():
        consenting["parties"][name] = {"values": bloc["values"], "no_deal": bloc["no_deal"]}
    each = sim.study(built(consenting))
    assert found.exists is each.zone.exists
    assert found.margin == pytest.approx(each.zone.margin, abs=CLOSE)


@settings(max_examples=10)
@given(rngs)
def test_a_higher_quota_never_widens_the_zone(rng: Rng) -> None:
    data = parliament(rng, rivals(rng, issues=2), blocs=3)
    seats = sum(bloc["seats"] for bloc in data["ratification"]["house"]["blocs"].values())
    margins = []
    for quota in range(seats + 1):
        data["ratification"]["house"]["quota"] = quota
        margins.append(ratified(sim.study(built(data))).margin)
    assert all(a is None or b is None or b <= a + CLOSE for a, b in itertools.pairwise(margins))


def home(**house: Any) -> Data:
    """Two rulers over a border; the people of the first would give less."""

    def values(best: float) -> Data:
        return {"border": {"importance": 1, "best": best, "worst": 100 - best}}

    blocs = {
        "hawks": {"label": "Hawks", "seats": 45, "values": values(100), "no_deal": 0.7},
        "doves": {"label": "Doves", "seats": 45, "values": values(100), "no_deal": 0.2},
        "centre": {"label": "Centre", "seats": 10, "values": values(100), "no_deal": 0.6},
    }
    return {
        "format": 1,
        "name": "Home",
        "issues": {"border": {"range": [0, 100], "step": 10}},
        "parties": {
            "north": {"label": "North", "values": values(100), "no_deal": 0.3},
            "south": {"label": "South", "values": values(0), "no_deal": 0.3},
            "coast": {"label": "Coast", "consent": False, "values": values(0), "no_deal": 0.45},
        },
        "ratification": {"house": {"label": "House", "party": "north", "quota": 51, "blocs": blocs} | house},
        "leverage": {
            "mood": {"range": [0, 1], "default": 0, "shifts": {"ratification.house.blocs.centre.no_deal": {"by": 0.2}}}
        },
    }


def test_a_parliament_shifts_the_deal_towards_its_own_side() -> None:
    """Doves with the centre carry it, so the border must reach 60: Schelling's weak hand that is a strong one."""
    study = sim.study(built(home()))
    found = ratified(study)
    assert study.solutions["nash"].outcome == {"border": 50}
    assert not found.deals["nash"]["house"].passes
    assert found.deals["nash"]["house"].votes == 45
    assert found.solutions["nash"].outcome == {"border": 60}
    assert found.margin == pytest.approx(0, abs=CLOSE)
    assert found.bodies["house"].winning == (("hawks", "doves"), ("hawks", "centre"), ("doves", "centre"))
    assert found.bodies["house"].shapley_shubik == pytest.approx(dict.fromkeys(("hawks", "doves", "centre"), 1 / 3))
    # With the centre at 0.8, hawks with doves are the nearer majority: the border at 70, all the South can give.
    angry = ratified(sim.study(built(home()), leverage={"mood": 1}))
    assert angry.solutions["nash"].outcome == {"border": 70}
    assert ratified(sim.study(built(home(quota=91)))).exists is True
    assert ratified(sim.study(built(home(quota=91)), leverage={"mood": 1})).exists is False


def test_named_parties_vote_too() -> None:
    data = home()
    del data["leverage"]
    data["ratification"] = {"council": {"quota": 2, "parties": ["north", "south", "coast"]}}
    found = ratified(sim.study(built(data)))
    assert found.margin == pytest.approx(0.2, abs=CLOSE)  # the two who sign carry it
    data["ratification"]["council"]["quota"] = 3
    found = ratified(sim.study(built(data)))
    # 0.3 for the North and 0.45 for the coast, which sides with the South: the border at 40 or 50.
    assert found.margin == pytest.approx(0.1, abs=CLOSE)
    assert found.deals["nash"]["council"].votes == 3


def test_what_is_printed_and_given_as_data() -> None:
    study = sim.study(built(home()))
    text = " ".join(ratification_sentences(study))
    assert "House (51 of 100 votes)" in text
    assert "Hawks 45 seats, power 0.33" in text
    assert "The Nash deal of the signers would fail in House (45 of 51 votes)" in text
    part = study_data(study)["ratification"]
    assert part["solutions"]["nash"]["outcome"] == {"border": 60}
    assert part["bodies"]["house"]["banzhaf"]["hawks"] == pytest.approx(1 / 3)
    page = static_sections(study, study_data(study))
    (_, rest) = page.split('id="ratification"')
    assert "would fail in House" in rest
    assert "Sliders do not rewrite this section" in rest
    assert "before ratification" in source_line(study)
    plain = home()
    del plain["ratification"], plain["leverage"]
    none = sim.study(built(plain))
    assert isinstance(none.ratification, Absent)
    assert study_data(none)["ratification"] is None
    assert list(ratification_sentences(none)) == []
    assert 'id="ratification"' not in static_sections(none, study_data(none))
    assert "before ratification" not in source_line(none)
