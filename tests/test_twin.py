"""The engine against the brute-force twin, on random scenarios.

Everything is compared exactly (outcomes, levels, counts) or to 1e-11 (utilities). Where a verdict turns on less than
float noise, sums added in another order may honestly fall on the other side; the twin says where (`Pick.clear`, None
in `within`), and a test makes sure that this is rare.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest
import strategies
import twin
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Wish, built, scenarios

import sim
from sim.model.scenario import Scenario
from sim.space import blocks, folds, share
from sim.studies import Study

CLOSE = 1e-11
COUNTS: Counter[str] = Counter()

# Merging needs no care below 4,096 pairs, and linked issues no tree below 100,000 combinations: a brute force reaches
# neither. With small limits the same questions go through every branch of the engine.
SMALL = {
    "as it is": {},
    "small pieces": {"_SMALL": 12, "_PAIRS": 40},
    "trees": {"MAX_JOINT": 1},
    "small trees": {"MAX_JOINT": 12, "_SMALL": 12, "_PAIRS": 40},
}


@contextmanager
def limits(name: str) -> Iterator[None]:
    with ExitStack() as stack:
        for key, number in SMALL[name].items():
            stack.enter_context(mock.patch.object(blocks if key == "MAX_JOINT" else folds, key, number))
        yield


def near(a: float, b: float) -> bool:
    return abs(a - b) <= CLOSE


def outcomes(study: Study) -> list[twin.Outcome]:
    """The frontier's outcomes as levels."""
    rows = study.game.space.levels(study.frontier.codes)
    return [tuple(study.game.outcome(row).values()) for row in rows]


def check(study: Study, expected: twin.Twin) -> None:
    """Compare everything a study says with the twin."""
    check_terms(study, expected)
    check_zone(study, expected)
    check_frontier(study, expected)
    assert set(study.solutions) == set(expected.picks)
    for name in expected.picks:
        check_deal(study, expected, name)
        for issue in expected.issues:
            check_profile(study, expected, name, issue)


def check_terms(study: Study, expected: twin.Twin) -> None:
    assert list(study.reservation) == list(study.disagreement) == expected.parties
    for name in expected.parties:
        assert near(study.reservation[name], expected.reservation[name])
        assert near(study.disagreement[name], expected.disagreement[name])


def check_zone(study: Study, expected: twin.Twin) -> None:
    zone = study.zone
    assert study.resolution == 0
    assert (zone.gap is None) == (expected.gap is None)
    assert zone.gap is None or near(zone.gap, expected.gap)
    assert zone.exists is bool(expected.zone)
    assert set(zone.surplus) == set(expected.surplus)
    assert all(near(zone.surplus[name], x) for name, x in expected.surplus.items())
    assert zone.share.method == "counted"
    assert zone.share.share.tolist() == zone.share.low.tolist() == zone.share.high.tolist() == [expected.share]
    assert study.game.space.outcomes == math.prod(len(levels) for levels in expected.levels)
    ranges = {issue: found.levels for issue, found in zone.issues.items()}
    assert ranges == (expected.ranges() if expected.zone else {})


def check_frontier(study: Study, expected: twin.Twin) -> None:
    found = outcomes(study)
    assert len(found) == len(set(found))
    assert set(found) == set(expected.frontier)
    for outcome, u in zip(found, study.frontier.utilities, strict=True):
        assert np.allclose(u, expected.frontier[outcome], rtol=0, atol=CLOSE)


def check_deal(study: Study, expected: twin.Twin, name: str) -> None:
    deal, chosen = study.solutions[name], expected.picks[name]
    outcome = tuple(deal.outcome.values())
    assert list(deal.outcome) == expected.issues
    COUNTS["clear" if chosen.clear else "unclear"] += 1
    COUNTS["tied"] += chosen.ties > 1
    if chosen.clear:
        assert deal.ties == chosen.ties
        assert outcome in chosen.candidates
    else:  # Noise may break the tie another way; the deal is still among the best.
        assert outcome in expected.frontier
        assert twin.objective(name, expected.frontier[outcome], expected.terms) >= chosen.best - 1e-9 - chosen.doubt
    everyone = expected.everyone(outcome)
    assert list(deal.utilities) == list(deal.gains) == expected.parties
    assert all(near(deal.utilities[party], u) for party, u in everyone.items())
    assert all(near(deal.gains[party], u - expected.disagreement[party]) for party, u in everyone.items())


def check_profile(study: Study, expected: twin.Twin, name: str, issue: str) -> None:
    deal = study.solutions[name]
    levels = expected.levels[expected.issues.index(issue)]
    profile = deal.profile[issue].tolist()
    for obtained, (best, noise) in zip(profile, expected.profile(name, issue), strict=True):
        assert math.isnan(obtained) == math.isnan(best)
        assert math.isnan(best) or abs(obtained - best) <= CLOSE + noise
    inside = {level: level in deal.within[issue].levels for level in levels}
    assert set(deal.within[issue].levels) <= set(levels)
    for (level, obtained), wanted in zip(inside.items(), expected.within(name, issue), strict=True):
        COUNTS["doubtful level" if wanted is None else "level"] += 1
        assert wanted is None or obtained is wanted, (issue, level)


ANY = scenarios() | scenarios(Wish(modest=True, issues=(2, 5)))
LINKED = scenarios(Wish(modest=True, issues=(3, 5), parties=(2, 3), watcher=False, war=False))


@pytest.mark.parametrize("engine", SMALL)
def test_a_study_agrees_with_the_twin(engine: str) -> None:
    """All that DESIGN's definitions say of a leverage point, on scenarios of every kind."""
    COUNTS.clear()

    @settings(max_examples=90)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        plain = data.draw(ANY if engine == "as it is" else LINKED | ANY)
        leverage = data.draw(strategies.levels(plain))
        expected = twin.solve(plain, leverage)
        COUNTS["zone"] += bool(expected.zone)
        COUNTS["no zone"] += not expected.zone
        COUNTS["no outcome"] += not expected.feasible
        COUNTS["frontier over 5"] += len(expected.frontier) > 5
        COUNTS["three or more"] += len(expected.signers) > 2 and len(expected.frontier) > 1
        with limits(engine):
            check(sim.study(built(plain), leverage), expected)

    run()
    # The comparison must have had something to compare, and clear verdicts nearly always.
    assert COUNTS["zone"] >= 30
    assert COUNTS["no zone"] >= 5
    assert COUNTS["no outcome"] >= 1
    assert COUNTS["frontier over 5"] >= 5
    assert COUNTS["three or more"] >= 8
    assert COUNTS["tied"] >= 5
    assert COUNTS["unclear"] <= 0.02 * COUNTS["clear"]
    assert COUNTS["doubtful level"] <= 0.02 * COUNTS["level"]
