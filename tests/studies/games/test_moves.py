"""The leverage game against studies of every profile and best replies by brute force."""

from __future__ import annotations

import copy
import itertools
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from rivals import NAMES, Data, Rng, pick, rivals, rngs, with_leverage
from scenario_texts import read
from strategies import built

import sim
from sim.errors import RequestError
from sim.show.games import equilibrium_sentences
from sim.studies.games.moves import LeverageGame
from sim.studies.games.setting import Absent


def with_moves(rng: Rng, data: Data) -> Data:
    """Two or three moves a party; together they stay within every range."""
    data = with_leverage(rng, data)
    moves: Data = {}
    for name in data["parties"]:
        moves[name] = {"hold": {}}
        for k in range(int(rng.integers(1, 3))):
            changes = {v: pick(rng, [-0.25, -0.1, 0.2]) for v in data["leverage"] if rng.random() < 0.7}
            moves[name][f"move {k}"] = {"leverage": changes, "cost": pick(rng, [0, 0.01, 0.05])}
    return data | {"moves": moves}


def tables(data: Data, names: list[str], solution: str) -> dict[str, Any]:
    """Payoffs of every profile, each from a study of its own."""
    own = [list(data["moves"][name]) for name in names]
    found = {name: np.empty([len(moves) for moves in own]) for name in names}
    scenario = built(data)
    for profile in itertools.product(*(range(len(moves)) for moves in own)):
        chosen = {name: data["moves"][name][own[i][profile[i]]] for i, name in enumerate(names)}
        levels = {variable: spec["default"] for variable, spec in data["leverage"].items()}
        for move in chosen.values():
            for variable, change in move.get("leverage", {}).items():
                levels[variable] += change
        study = sim.study(scenario, levels)
        for name in names:
            talks = study.solutions[solution].utilities if study.zone.exists else study.reservation
            found[name][profile] = talks[name] - chosen[name].get("cost", 0)
    return found


def best_replies(payoffs: list[Any]) -> set[tuple[int, ...]]:
    """Profiles that nobody would leave alone."""
    found = set()
    for profile in itertools.product(*(range(n) for n in payoffs[0].shape)):
        stays = []
        for i, table in enumerate(payoffs):
            line = table[tuple(slice(None) if k == i else move for k, move in enumerate(profile))]
            stays.append(line.max() <= table[profile] + 1e-12)
        if all(stays):
            found.add(profile)
    return found


@pytest.mark.parametrize("parties", [2, 3])
def test_the_leverage_game_against_studies(parties: int) -> None:
    seen = Counter[str]()

    @settings(max_examples=20 if parties == 2 else 6)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = with_moves(rng, rivals(rng, parties=parties, issues=2, no_deal=[0.1, 0.25, 0.4]))
        found = sim.study(built(data)).games.leverage
        assert isinstance(found, LeverageGame)
        names = list(NAMES[:parties])
        expected = tables(data, names, "nash")
        assert {name: list(moves) for name, moves in found.moves.items()} == {n: list(data["moves"][n]) for n in names}
        assert set(found.payoffs) == set(names)
        for name in names:
            assert found.payoffs[name].shape == expected[name].shape
            assert np.allclose(found.payoffs[name], expected[name], rtol=0, atol=1e-11)
        payoffs = [expected[name] for name in names]
        check_equilibria(found, payoffs, seen)
        check_dominated(found, payoffs, seen)
        if parties == 2:
            check_commitment(found, payoffs)
        else:
            assert found.commitment == {}

    run()
    assert min(seen["pure"], seen["dominated"], seen["not dominated"]) >= 1


def check_equilibria(found: LeverageGame, payoffs: list[Any], seen: Counter[str]) -> None:
    pure = set()
    for equilibrium in found.equilibria:
        mixtures = [np.array([s[move] for move in found.moves[name]]) for name, s in equilibrium.strategies.items()]
        assert all(mixture.sum() == pytest.approx(1) for mixture in mixtures)
        for i, (name, table) in enumerate(zip(found.moves, payoffs, strict=True)):
            rest = table
            for k in reversed(range(len(mixtures))):
                if k != i:
                    rest = np.tensordot(rest, mixtures[k], axes=([k], [0]))
            assert equilibrium.payoffs[name] == pytest.approx(mixtures[i] @ rest, abs=1e-9)
            assert rest.max() <= equilibrium.payoffs[name] + 1e-9
        sure = all(mixture.max() > 1 - 1e-9 for mixture in mixtures)
        assert equilibrium.pure is sure
        if sure:
            pure.add(tuple(int(mixture.argmax()) for mixture in mixtures))
        worst = [
            min(e.payoffs[n] - other.payoffs[n] for n in found.moves)
            for e in [equilibrium]
            for other in found.equilibria
        ]
        assert equilibrium.payoff_dominant is (min(worst) >= -1e-9)
    assert pure == best_replies(payoffs)
    assert found.equilibria or len(payoffs) > 2  # two sides: one always exists
    seen["pure"] += len(pure)
    seen["mixed"] += len(found.equilibria) - len(pure)


def check_dominated(found: LeverageGame, payoffs: list[Any], seen: Counter[str]) -> None:
    for i, (name, moves) in enumerate(found.moves.items()):
        rows = np.moveaxis(payoffs[i], i, 0).reshape(len(moves), -1)
        beaten = {moves[k] for k in range(len(moves)) if any((rows[j] > rows[k]).all() for j in range(len(moves)))}
        assert set(found.dominated[name]) == beaten
        seen["dominated"] += len(beaten)
        seen["not dominated"] += len(moves) - len(beaten)


def check_commitment(found: LeverageGame, payoffs: list[Any]) -> None:
    for i, name in enumerate(found.moves):
        own, other = (payoffs[k] if i == 0 else payoffs[k].T for k in (i, 1 - i))
        leads = []
        for mine, theirs in zip(own, other, strict=True):
            span = np.ptp(other)
            leads.append(max(x for x, y in zip(mine, theirs, strict=True) if y >= theirs.max() - 1e-9 * span))
        earned = [e.payoffs[name] for e in found.equilibria]
        assert found.commitment[name] == pytest.approx((max(leads) - max(earned), max(leads) - min(earned)), abs=1e-9)


# By hand, and without moves ------------------------------------------------------------------------------------------

CALM: Data = {
    "format": 1,
    "name": "Calm",
    "issues": {"cake": {"range": [0, 1], "step": 0.1}},
    "parties": {
        "a": {"values": {"cake": {"importance": 1, "best": 1, "worst": 0}}, "no_deal": 0.2},
        "b": {"values": {"cake": {"importance": 1, "best": 0, "worst": 1}}, "no_deal": 0.2},
    },
    "leverage": {"push": {"range": [-1, 1], "default": 0, "shifts": {"parties.a.no_deal": {"by": 0.2}}}},
    "moves": {"a": {"hold": {}, "push": {"leverage": {"push": 1}, "cost": 0.05}}, "b": {"hold": {}, "idle": {}}},
}


def test_a_move_by_hand() -> None:
    """Pushing raises what a has without a deal by 0.2 and its share of the cake by 0.1, for 0.05."""
    found = sim.study(built(CALM)).games.leverage
    assert isinstance(found, LeverageGame)
    assert found.payoffs["a"].ravel().tolist() == pytest.approx([0.5, 0.5, 0.55, 0.55])
    assert found.payoffs["b"].ravel().tolist() == pytest.approx([0.5, 0.5, 0.4, 0.4])
    assert found.dominated == {"a": ("hold",), "b": ()}
    assert len(found.equilibria) == 2
    assert all(list(e.payoffs.values()) == pytest.approx([0.55, 0.4]) for e in found.equilibria)


def test_many_moves_leave_the_pure_equilibria() -> None:
    """Twelve a side are too many to find all equilibria; the study is not lost for it."""
    many: Data = {
        name: {
            f"m{k}": {"leverage": {"push": k / 24 if name == "a" else -k / 24}, "cost": 0.01 * (k % 3)}
            for k in range(12)
        }
        for name in "ab"
    }
    data = CALM | {"moves": many}
    found = sim.study(built(data)).games.leverage
    assert isinstance(found, LeverageGame)
    payoffs = [found.payoffs[name] for name in "ab"]
    pure = {tuple(int(np.argmax(list(s.values()))) for s in e.strategies.values()) for e in found.equilibria}
    assert pure == best_replies(payoffs)
    assert len(pure) == len(found.equilibria) > 0
    assert found.commitment == {}


def test_why_there_is_no_leverage_game() -> None:
    def reason(data: Data) -> str:
        found = sim.study(built(data)).games.leverage
        assert isinstance(found, Absent)
        return found.reason

    assert "fewer than two of those who sign have moves" in reason({k: v for k, v in CALM.items() if k != "moves"})
    assert "fewer than two of those who sign have moves" in reason(CALM | {"moves": {"a": CALM["moves"]["a"]}})
    illegal = CALM | {"leverage": {"push": CALM["leverage"]["push"] | {"shifts": {"parties.a.power": {"by": -1}}}}}
    assert "illegal after some moves" in reason(illegal)


def test_moves_of_a_party_that_does_not_sign_are_left_out() -> None:
    data = CALM | {"parties": CALM["parties"] | {"c": CALM["parties"]["a"] | {"consent": False}}}
    data |= {"moves": CALM["moves"] | {"c": {"hold": {}}}}
    found = sim.study(built(data)).games.leverage
    assert isinstance(found, LeverageGame)
    assert list(found.moves) == ["a", "b"]


def test_moves_that_come_to_the_same_are_said_to() -> None:
    data = copy.deepcopy(CALM)
    data["moves"] = {"a": {"hold": {}, "wait": {}}, "b": {"hold": {}, "wait": {}}}
    study = sim.study(built(data))
    game = study.games.leverage
    assert isinstance(game, LeverageGame)
    assert game.degenerate
    assert len(game.equilibria) == 4
    assert "Some of these moves come to the same, so further choices by chance among them may hold too." in list(
        equilibrium_sentences(study)
    )


def test_moves_past_the_end_of_a_range_are_held_there() -> None:
    data = copy.deepcopy(CALM)
    data["moves"] = {name: {"hold": {}, "far": {"leverage": {"push": 0.4}}} for name in "ab"}
    study = sim.study(built(data), {"push": 0.5})
    game = study.games.leverage
    assert isinstance(game, LeverageGame)
    assert game.saturated == ("push",)
    assert any("there it is held, so they do less" in sentence for sentence in equilibrium_sentences(study))


def test_moves_of_a_party_that_does_not_sign_are_noted() -> None:
    data = copy.deepcopy(CALM)
    data["parties"]["ally"] = copy.deepcopy(data["parties"]["a"]) | {"consent": False, "no_deal": 0.1}
    data["moves"] = {**data["moves"], "ally": {"stay": {}}}
    notes = sim.study(built(data)).notes
    assert "played only where it signs" in notes["scenario.moves.ally"]


def test_more_combinations_of_moves_than_can_be_looked_at_are_said_and_not_tried() -> None:
    names = [f"p{k}" for k in range(8)]
    parties = "".join(
        f"  {n}: {{values: {{cake: {{importance: 1, best: {k % 2}, worst: {1 - k % 2}}}}}, no_deal: 0.1}}\n"
        for k, n in enumerate(names)
    )
    moves = "".join(f"  {n}: {{{', '.join(f'm{j}: {{}}' for j in range(8))}}}\n" for n in names)
    text = f"format: 1\nname: x\nissues: {{cake: {{range: [0, 1], step: 0.5}}}}\nparties:\n{parties}moves:\n{moves}"
    found = sim.study(read(text)).games.leverage
    assert isinstance(found, Absent)
    assert found.reason.startswith("16,777,216 combinations of moves are too many")
    with pytest.raises(RequestError, match="too many to look at"):
        sim.sweep(read(text), {"parties.p0.no_deal": [0.1, 0.2]}, ["games"])
