import io
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.interop.nfg import to_nfg

pygambit = pytest.importorskip("pygambit")

FINITE = st.floats(-1e6, 1e6) | st.integers(-1000, 1000).map(float) | st.sampled_from([1e-12, 1e22, -0.0, 1 / 3])


def read(text: str) -> object:
    return pygambit.read_nfg(io.BytesIO(text.encode()))


def payoffs_of(game: object, shape: tuple[int, ...]) -> np.ndarray:
    table = np.zeros((len(shape), *shape))
    for profile in product(*map(range, shape)):
        outcome = game[profile]  # type: ignore[index]
        table[(slice(None), *profile)] = [float(outcome[player]) for player in game.players]  # type: ignore[attr-defined]
    return table


@st.composite
def tables(draw: st.DrawFn) -> np.ndarray:
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    size = len(shape) * int(np.prod(shape))
    return np.array(draw(st.lists(FINITE, min_size=size, max_size=size))).reshape(len(shape), *shape)


@settings(max_examples=40, deadline=None)
@given(tables(), st.sampled_from(["payoff", "outcome"]))
def test_every_payoff_comes_back(payoffs: np.ndarray, version: str) -> None:
    game = read(to_nfg(payoffs, version=version))  # type: ignore[arg-type]
    assert (payoffs_of(game, payoffs.shape[1:]) == payoffs).all()


@pytest.mark.parametrize("version", ["payoff", "outcome"])
def test_names_come_back(version: str) -> None:
    text = to_nfg(
        np.arange(12.0).reshape(2, 2, 3),
        title='The "last" offer',
        comment="From a study",
        players=["Row side", "Column side"],
        strategies=[["hold", 'say "no"'], ["a", "b", "c d"]],
        version=version,  # type: ignore[arg-type]
    )
    game = read(text)
    assert game.title == 'The "last" offer'  # type: ignore[attr-defined]
    players = list(game.players)  # type: ignore[attr-defined]
    assert [player.label for player in players] == ["Row side", "Column side"]
    assert [[s.label for s in player.strategies] for player in players] == [["hold", 'say "no"'], ["a", "b", "c d"]]


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=8))
def test_any_name_can_be_read(name: str) -> None:
    try:
        text = to_nfg(
            [[[1, 2]], [[3, 4]]], title=name, players=["x", f"y{name}"], strategies=[[f"a {name}"], ["b", "c"]]
        )
    except UnicodeEncodeError:
        pytest.fail("a name that cannot be written should have been replaced")
    assert payoffs_of(read(text), (1, 2)).tolist() == [[[1, 2]], [[3, 4]]]


def test_letters_gambit_cannot_hold_are_spelled_out() -> None:
    text = to_nfg([[1, 2]], players=["Zélé"], strategies=[["р", "C:\\x\n  y"]])
    assert '"Zele"' in text
    assert '"&#1088;"' in text
    assert '"C:&#92;x y"' in text


def test_profiles_can_share_a_named_outcome() -> None:
    payoffs = np.array([[[5, 0], [0, 2]], [[5, 0], [0, 2]]])
    game = read(to_nfg(payoffs, version="outcome", outcomes=[["deal", "war"], ["war", "truce"]]))
    assert [outcome.label for outcome in game.outcomes] == ["deal", "war", "truce"]  # type: ignore[attr-defined]
    assert (payoffs_of(game, (2, 2)) == payoffs).all()


def test_gambit_solves_what_was_written() -> None:
    game = read(to_nfg([[[3, 0], [4, 1]], [[3, 4], [0, 1]]], strategies=[["c", "d"], ["c", "d"]]))
    (found,) = pygambit.nash.enumpure_solve(game).equilibria
    assert [float(found[s]) for player in game.players for s in player.strategies] == [0, 1, 0, 1]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"players": ["a"]}, "players: 1 names"),
        ({"players": ["a", "a"]}, "players: .*differ"),
        ({"players": ["a", " "]}, "players: .*not empty"),
        ({"strategies": [["x"]]}, "strategies: names for 1 player "),
        ({"strategies": [["x"], ["y"]]}, r"strategies\[1\]: 1 names"),
        ({"version": "extensive"}, "version: 'extensive'"),
        ({"version": "outcome", "outcomes": [["a"]]}, r"outcomes: shape \(1, 1\)"),
        ({"version": "outcome", "outcomes": [["a", "a"]]}, "outcomes: 'a' has payoffs 1 3 and 2 4"),
    ],
)
def test_bad_input_is_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        to_nfg([[[1, 2]], [[3, 4]]], **options)  # type: ignore[arg-type]


def test_bad_payoffs_are_named() -> None:
    with pytest.raises(ValueError, match=r"payoffs\[1\]: holds nan"):
        to_nfg([[[1, 2]], [[3, np.nan]]])
    with pytest.raises(ValueError, match="several games"):
        to_nfg(np.zeros((2, 3, 2, 2)))
