"""What the page from 2022 to 2025 says: margins, what lasts, and that values are given and not explained."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.cli import parser
from sim.game.compiled import compile
from sim.game.terms import leverage_levels, terms
from sim.simulations.answers import windows
from sim.studies.games.breaking import enforcement
from sim.studies.games.later import later_values
from sim.studies.games.setting import Setting, signers_terms
from sim.sweeps.batch.batch import Compiled

PAGE = Path("docs/from-2022-to-2025.md").read_text(encoding="utf-8")
ROWS = {
    cells[1].strip("` "): cells[2:5]
    for line in PAGE.splitlines()
    if line.startswith("| ") and "`" in line and len(cells := [c.strip() for c in line.strip("|").split("|")]) == 5
}


def test_the_table_has_four_moments() -> None:
    assert len(ROWS) == 4


@pytest.mark.parametrize("name", ROWS)
def test_the_table_says_what_is_found(name: str) -> None:
    scenario = sim.load(f"scenarios/{name}.yaml")
    lever, variable = next(iter(scenario.spec.leverage.items()))
    measures = ["margin", "solutions", "durability"]
    found = sim.sweep(scenario, {lever: [variable.default]}, measures, solutions=["nash"]).isel({lever: 0})
    margin, lasting, nato = ROWS[name]
    assert f"{float(found.margin):.3f}" == margin
    assert f"{float(found.durable_margin):.3f}" == lasting
    code = float(found.nash_deal.sel(issue="nato"))
    levels = scenario.spec.issues["nato"].levels
    assert ("no deal" if np.isnan(code) or levels is None else levels[int(code)]) == nato


@pytest.mark.parametrize(("name", "level"), [("january-2025", "neutrality"), ("trial-balloon-2023", "open door")])
def test_neutrality_neither_leaves_nor_returns_whatever_the_situation(name: str, level: str) -> None:
    found = sim.simulate(f"scenarios/{name}.yaml", 20)
    game, k = found.game, found.game.issues.index("nato")
    codes = Compiled(game).folded.frontier.points.codes[np.unique(found.row[found.row >= 0])]
    assert {game.levels[k][n] for n in game.space.levels(codes)[:, k].tolist()} == {level}


SIMULATED = re.compile(
    r"^(sim simulate scenarios/([\w-]+)\.yaml .*?) +# zone on ([\d.]+) % of paths, "
    r"margin (-?[\d.]+) \((-?[\d.]+) to (-?[\d.]+)\) at the end$",
    re.MULTILINE,
)
QUOTED = [
    found.groups()
    for page in sorted(Path("docs/scenarios").glob("*.md"))
    for found in SIMULATED.finditer(page.read_text(encoding="utf-8"))
]
SHIPPED = sorted(path.stem for path in Path("scenarios").glob("*.yaml"))


def test_every_page_says_what_time_does() -> None:
    assert sorted(name for _, name, *_ in QUOTED) == SHIPPED


@pytest.mark.parametrize("quoted", QUOTED, ids=lambda quoted: quoted[1])
def test_pages_quote_what_their_simulations_find(quoted: tuple[str, ...]) -> None:
    command, _, *numbers = quoted
    asked = parser().parse_args(shlex.split(command)[1:])
    found = sim.simulate(asked.scenario, asked.paths, rng=asked.rng, lift_lines=asked.lift)
    low, middle, high = np.quantile(found.margin[:, -1], [0.05, 0.5, 0.95])
    zone = f"{100 * float((windows(found).count > 0).mean()):.1f}"
    assert [zone, *(f"{x:.3f}" for x in (middle, low, high))] == numbers


@pytest.mark.parametrize("name", SHIPPED)
def test_every_scenario_moves_in_time_and_says_why(name: str) -> None:
    scenario = sim.load(f"scenarios/{name}.yaml")
    assert scenario.spec.dynamics is not None
    assert scenario.spec.dynamics.drifts
    for event in scenario.spec.dynamics.events:
        assert any(event.leverage.values())
    events = [source for path, source in scenario.spec.sources.items() if path == "dynamics.events"]
    claims = [re.findall(r"doc-\d+/[\w-]+", source.assumption or "") for source in events]
    assert all(claims), "events are those that documents name"
    assert bool(events) == bool(scenario.spec.dynamics.events)


def test_a_small_army_lasts_less_often_once_terms_move_the_front() -> None:
    """Shares of the zone that last, by the ceiling on the army, in outcomes drawn evenly."""
    shares = {}
    for name in ("istanbul-2022", "time/istanbul-2022-in-time"):
        game = compile(sim.load(f"scenarios/{name}.yaml"))
        levels = leverage_levels(game)
        own = terms(game, levels)
        point = signers_terms(game, own)
        rng = np.random.default_rng(0)
        drawn = np.stack([rng.integers(len(one), size=200_000) for one in game.levels], axis=1)
        u = game.factors.utilities(drawn)[:, game.columns]
        inside = game.factors.allowed(drawn) & (u >= point.reservation - 1e-9).all(axis=1)
        zone, u = drawn[inside], u[inside]
        setting = Setting(game, Compiled(game).folded, levels, own, point)
        guarantees = game.issues.index("guarantees")
        by_level = [
            enforcement(setting, _with(zone[0] * 0, guarantees, n)) for n in range(len(game.levels[guarantees]))
        ]
        losses = np.array(by_level)[zone[:, guarantees]]
        margin = (u[:, None] + losses[:, None] - later_values(game, levels, zone)).min(axis=(1, 2))
        caps = np.array(game.levels[0], dtype=float)[zone[:, 0]]
        shares[name] = [float((margin >= -1e-9)[some].mean()) for some in (caps <= 120_000, caps >= 215_000)]
    assert shares["istanbul-2022"] == pytest.approx([0.63, 0.42], abs=0.02)
    assert shares["time/istanbul-2022-in-time"] == pytest.approx([0.28, 0.54], abs=0.02)


def _with(row: np.ndarray, k: int, level: int) -> np.ndarray:
    return np.where(np.arange(len(row)) == k, level, row)
