"""What each side accepts one or two issues at a time, against looking at every outcome."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scenario_texts import FULL, SMALL, edited, read

import sim
from sim.studies.acceptance import accepted_levels, pair_map, reference_deal
from sim.studies.study import Study

STUDY = sim.study(read(FULL))
NO_ZONE = sim.study(read(edited(SMALL, ("no_deal: 0.2", "no_deal: 0.7"), ("no_deal: 0.3", "no_deal: 0.6"))))


def everything(study: Study) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return levels of every outcome, whether all accept it, and whether no red line forbids it."""
    game = study.game
    levels = np.array(list(itertools.product(*(range(len(own)) for own in game.levels))))
    fine = game.factors.allowed(levels)
    worth = game.factors.utilities(levels)[:, game.columns] >= study.point.reservation - 1e-9
    return levels, fine & worth.all(axis=1), fine


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(STUDY.game.issues, 2)))
def test_maps_agree_with_enumeration(first: str, second: str) -> None:
    levels, accepted, fine = everything(STUDY)
    k, m = STUDY.game.issues.index(first), STUDY.game.issues.index(second)
    found = pair_map(STUDY, first, second)
    assert found.fraction is not None
    for a, b in np.ndindex(found.possible.shape):
        here = (levels[:, k] == a) & (levels[:, m] == b)
        assert found.possible[a, b] == accepted[here].any()
        assert found.fraction[a, b] == pytest.approx(accepted[here].mean())
        if found.crossed[a, b]:
            assert not fine[here].any()


def test_red_lines_on_the_two_issues_alone_are_known() -> None:
    tax, flag = STUDY.game.levels[0], STUDY.game.levels[2]
    crossed = pair_map(STUDY, "tax", "flag").crossed
    expected = [[level < 10 or level > 30 or colour == "north" for colour in flag] for level in tax]
    # Northland's condition also needs small fleets, so by itself the pair crosses nothing more.
    assert crossed.tolist() == expected


def test_accepted_levels_are_worth_it_and_cross_no_line_of_ones_own() -> None:
    deal = reference_deal(STUDY)
    assert deal is not None
    found = accepted_levels(STUDY, deal)
    assert list(found) == list(STUDY.game.issues)
    assert found["tax"]["north"].tolist() == [False, True, True, True, True]
    assert found["tax"]["south"].tolist() == [True, True, True, True, False]
    for k, issue in enumerate(STUDY.game.issues):
        here = STUDY.game.levels[k].index(deal[issue])
        assert all(mask[here] for mask in found[issue].values()), "everybody accepts the deal itself"


def test_the_reference_without_a_zone_is_the_nearest_outcome() -> None:
    assert reference_deal(NO_ZONE) == NO_ZONE.why.closest
    deal = reference_deal(NO_ZONE)
    assert deal is not None
    masks = accepted_levels(NO_ZONE, deal)["cake"]
    assert not (masks["a"] & masks["b"]).any()
    with pytest.raises(sim.RequestError, match="no level given"):
        accepted_levels(NO_ZONE, {})


def test_a_space_too_large_to_count_has_no_fractions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.space.count_pairs.COUNTABLE", STUDY.game.space.outcomes - 1)
    assert pair_map(STUDY, "tax", "flag").fraction is None
