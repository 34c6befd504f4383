"""GENIUS files that are written read back."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from strategies import Wish, built, scenarios

from sim.errors import RequestError
from sim.game.compiled import compile, value_at
from sim.game.terms import leverage_levels, terms
from sim.interop.genius import Imported, read_genius
from sim.interop.genius_write import Exported, write_genius
from sim.model.scenario import load

ISTANBUL = Path(__file__).parents[2] / "scenarios" / "istanbul-2022.yaml"


def read_back(folder: Path, found: Exported) -> Imported:
    for name, text in found.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    first, *rest = (str(folder / name) for name in found.files)
    return read_genius(first, rest)


@settings(max_examples=120)
@given(scenarios(Wish(linkages=False, outcomes=60)))
def test_a_round_trip_keeps_every_utility(tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]) -> None:
    scenario = built(data)
    game = compile(scenario)
    before = terms(game, leverage_levels(game))
    assume(not before.illegal)
    written = write_genius(scenario)
    again = compile(read_back(tmp_path_factory.mktemp("trip"), written).scenario)
    assert again.parties == game.signers
    assert [len(levels) for levels in again.levels[: len(game.levels)]] == [len(levels) for levels in game.levels]
    assert all(len(levels) == 1 for levels in again.levels[len(game.levels) :])
    outcomes = np.array(list(itertools.product(*(range(len(levels)) for levels in game.levels))))
    extra = np.zeros((len(outcomes), len(again.levels) - len(game.levels)), dtype=np.int64)
    found = again.factors.utilities(np.hstack([outcomes, extra]))
    wanted = game.factors.utilities(outcomes)[:, game.columns]
    assert np.abs(found - wanted).max() <= 1e-12
    kept = terms(again, {}).reservation[0]
    assert np.abs(kept - before.reservation[0, game.columns]).max() <= 1e-12


@settings(max_examples=40)
@given(scenarios(Wish(linkages=False, outcomes=60, watcher=False)))
def test_numbers_and_names_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]
) -> None:
    scenario = built(data)
    game = compile(scenario)
    assume(not terms(game, leverage_levels(game)).illegal)
    again = read_back(tmp_path_factory.mktemp("trip"), write_genius(scenario)).scenario.spec
    for name, levels in zip(game.issues, game.levels, strict=True):
        if len(levels) > 1:
            assert again.issues[name].all_levels() == levels


def test_weights_sum_to_one_as_genius_takes_them(tmp_path: Path) -> None:
    data = {
        "format": 1,
        "name": "Half hearted",
        "issues": {"a": {"levels": ["x", "y"]}, "b": {"range": [0, 4], "step": 1}},
        "parties": {
            "domain": {"values": {"a": {"importance": 1, "table": {"x": 0.2, "y": 0.5}}}, "no_deal": -0.1},
            "Domain": {"values": {"b": {"importance": 3, "best": 0, "worst": 8}}, "no_deal": 0.1},
        },
    }
    found = write_genius(built(data))
    assert list(found.files) == ["domain.xml", "domain 2.xml", "Domain 3.xml"]
    assert '<weight index="1" value="0.5" />' in found.files["domain 2.xml"]
    assert '<weight index="3" value="0.5" />' in found.files["domain 2.xml"]
    assert any("'unused weight' with one value was added" in note for note in found.notes)
    again = read_back(tmp_path, found).scenario.spec
    assert value_at(again.parties["domain 2"], {"a": "x", "b": 0, "unused weight": "none"})[0] == pytest.approx(0.2)


def test_what_the_format_cannot_hold_is_refused_or_named() -> None:
    scenario = load(ISTANBUL)
    with pytest.raises(RequestError, match=r"parties\.ukraine\.linkages\.\w+.*cannot hold linkages"):
        write_genius(scenario)
    tree = dict(scenario.tree.data)
    tree["parties"] = {name: dict(party, linkages={}) for name, party in tree["parties"].items()}
    plain = built(tree)
    found = write_genius(plain, {"battlefield": 0.5})
    notes = "\n".join(found.notes)
    for words in (
        "parties.russia.no_deal: the war lottery is carried as the reservation value",
        "at battlefield=0.5",
        "parties.russia.red_lines.no_membership",
        "issues.army_cap: written as a discrete issue of 34 numbers",
        "sections not carried: leverage, war, future",
    ):
        assert words in notes
    with pytest.raises(RequestError, match="no leverage variable"):
        write_genius(plain, {"battlefeild": 0})
