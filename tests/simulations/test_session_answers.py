"""What sessions answer, against a walk through them one by one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from statistics import fmean

import pytest

import sim
from sim.simulations.session_answers import by_tactic, group, pairings, terms
from sim.simulations.session_records import Sessions

FILE = Path(__file__).parents[2] / "scenarios" / "four-party-2025.yaml"


@pytest.fixture(scope="module")
def found() -> Sessions:
    return sim.sessions(FILE, 150, rounds=10)


def plays(found: Sessions, k: int) -> tuple[str, ...]:
    return tuple(found.choices[c].text for c in found.tactics[k])


def test_pairings_are_counted_one_by_one(found: Sessions) -> None:
    told = pairings(found)
    assert Counter(plays(found, k) for k in range(150)) == {pair: own.sessions for pair, own in told.items()}
    for pair, own in told.items():
        rows = [k for k in range(150) if plays(found, k) == pair]
        made = sorted(int(found.round[k]) for k in rows if found.row[k] >= 0)
        assert own.agreed == pytest.approx(len(made) / len(rows))
        assert own.round is None if not made else own.round and own.round[0] == made[(len(made) - 1) // 2]
        gains = [
            fmean(found.utilities[k, i] - found.reservation[k, i] if found.row[k] >= 0 else 0.0 for k in rows)
            for i in range(3)
        ]
        assert own.gains == pytest.approx(gains)


def test_a_tactic_is_judged_over_all_that_the_others_do(found: Sessions) -> None:
    for i in range(3):
        for name, own in by_tactic(found, i).items():
            rows = [k for k in range(150) if plays(found, k)[i] == name]
            assert own.sessions == len(rows)
            assert own.agreed == pytest.approx(fmean(float(found.row[k] >= 0) for k in rows))
    assert group(found).sessions == 150


def test_terms_are_those_of_the_deals(found: Sessions) -> None:
    told = terms(found)
    deals = [outcome for k in range(150) if found.round[k] and (outcome := found.trace(k).outcomes[-1])]
    assert list(told) == list(found.game.issues)
    for name, term in told.items():
        count = Counter(deal[name] for deal in deals)
        assert dict(term.shares) == pytest.approx({level: n / len(deals) for level, n in count.items()})
        levels = sorted(x for deal in deals if not isinstance(x := deal[name], str))
        if levels:
            assert term.middle == levels[(len(levels) - 1) // 2]
            assert term.low is not None
            assert term.high is not None
            assert levels[0] <= term.low <= term.middle <= term.high <= levels[-1]
        else:
            assert term.middle is None
