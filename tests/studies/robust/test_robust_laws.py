"""What must hold of the margins whatever the scenario: their order, and where the file's own margin lies."""

from __future__ import annotations

from typing import Any

import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.studies.robust.margins import Robust

CLOSE = 2e-6
WISH = strategies.Wish(parties=(2, 3), issues=(2, 4), outcomes=30)


@st.composite
def stated(draw: Any) -> dict[str, Any]:
    """Return a scenario with statements that its own numbers obey."""
    data = draw(strategies.scenarios(WISH))
    statements: dict[str, Any] = {}
    for name, party in data["parties"].items():
        values = party["values"]
        kind = draw(st.sampled_from(["none", "within", "order"]))
        if kind == "within":
            statements[f"parties.{name}.values"] = {"within": draw(st.sampled_from([0.1, 0.5, 1.5]))}
        elif kind == "order":
            tiers: dict[float, list[str]] = {}
            for issue, value in values.items():
                tiers.setdefault(value["importance"], []).append(issue)
            statements[f"parties.{name}.values"] = {"order": [tiers[w] for w in sorted(tiers, reverse=True)]}
        if holds_numbers(party["no_deal"]) and draw(st.booleans()):
            statements[f"parties.{name}.no_deal"] = {"within": draw(st.sampled_from([0.05, 0.3]))}
    return data | {"uncertain": statements}


def holds_numbers(no_deal: Any) -> bool:
    return not isinstance(no_deal, dict) or no_deal.keys() != {"package"}


def margins_of(data: dict[str, Any]) -> tuple[sim.Study, Robust | None]:
    study = sim.study(strategies.built(data))
    return study, sim.robustness(study, full=False)


@settings(max_examples=10, deadline=None)
@given(stated())
def test_the_margins_keep_their_order(data: dict[str, Any]) -> None:
    study, found = margins_of(data)
    if found is None:
        assert not data["uncertain"]
        return
    assert not [note for note in study.game.scenario.notes if note.startswith("uncertain")]
    if found.margin is None:
        assert study.zone.margin is None
        return
    assert found.exact
    assert found.margin <= found.each_low + CLOSE
    assert found.each_low <= found.each_high + CLOSE
    # The file's own numbers are one of the truths.
    assert study.zone.margin is not None
    assert found.each_low - CLOSE <= study.zone.margin <= found.possible + CLOSE
    for deal, verdicts in found.verdicts.items():
        assert min(v.least for v in verdicts.values()) <= found.margin + CLOSE
        for party, verdict in verdicts.items():
            gain = study.solutions[deal].utilities[party] - study.reservation[party]
            assert verdict.least - CLOSE <= gain <= verdict.greatest + CLOSE


@settings(max_examples=6, deadline=None)
@given(stated())
def test_more_doubt_never_helps_a_deal_that_must_always_hold(data: dict[str, Any]) -> None:
    study = sim.study(strategies.built(data))
    found = [sim.robustness(study, doubt=doubt, full=False) for doubt in (0.05, 0.2)]
    narrow, wide = found
    assert narrow is not None
    assert wide is not None
    if narrow.margin is None or study.zone.margin is None:
        assert wide.margin is None
        return
    assert wide.margin is not None
    assert wide.margin - CLOSE <= narrow.margin <= study.zone.margin + CLOSE
    assert narrow.possible is not None
    assert wide.possible is not None
    assert study.zone.margin - CLOSE <= narrow.possible <= wide.possible + CLOSE


def test_a_file_that_does_not_obey_its_statements_may_lie_outside() -> None:
    """The order of the margins speaks of truths, and such a file's own numbers are none."""
    text = sim.load("scenarios/teaching/logroll.yaml").tree.data
    first = next(iter(text["parties"]))
    values = text["parties"][first]["values"]
    ranked = sorted(values, key=lambda issue: values[issue]["importance"])
    scenario = strategies.built(dict(text) | {"uncertain": {f"parties.{first}.values": {"order": ranked}}})
    assert f"uncertain.parties.{first}.values" in scenario.notes
    study = sim.study(scenario)
    found = sim.robustness(study)
    assert found is not None
    assert found.possible is not None
    assert study.zone.margin is not None
    assert found.possible < study.zone.margin
