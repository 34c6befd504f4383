"""The report page's sliders: how long each takes to recompute and draw, in Chromium.

Before a clock runs, what each page computes at its start is compared with the study that it was made from. Then every
slider, of leverage and of importance, is focused and after a moment moved about its range; a move is timed around the
recomputing, the drawing and the layout that the browser does of it.

Run it as ``python benchmarks/bench_report.py [--moves N] [--every N] [SCENARIO...]`` with Chromium and the browser
extra; it exits with 1 if a slider's median move takes half as long again as wanted, or more.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sim
from sim.report.page import write_page

ROOT = Path(__file__).parents[1]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
WANTED = 50.0
SLACK = 1.5
SAME = 1e-9

MOVE = """async ([moves, every]) => {
  const { page } = report, { model } = page;
  const start = () => ({
    levels: model.leverage.map((lever) => lever.level),
    importances: model.parties.map((party) => party.values.map((value) => value.importance)),
  });
  const sliders = model.leverage.map((lever, n) => ({
    kind: 'leverage', name: lever.label, range: lever.range, set: (state, x) => { state.levels[n] = x; } }));
  model.parties.forEach((party, p) => {
    const most = Math.max(...party.values.map((value) => value.importance));
    party.values.forEach((value, n) => sliders.push({
      kind: 'importance', name: `${model.issues[value.issue].label} to ${party.label}`,
      range: [value.least, Math.max(2 * most, value.least + most)],
      set: (state, x) => { state.importances[p][n] = x; } }));
  });
  const chosen = sliders.filter(({ kind }, n) => kind === 'leverage' || n % every === 0);
  const rows = [];
  document.querySelectorAll('#controls details').forEach((one) => { one.open = true; });
  for (const { kind, name, range: [low, high], set } of chosen) {
    const times = [];
    document.getElementById(`control-${1 + sliders.findIndex((one) => one.set === set)}`).focus();
    await new Promise((done) => setTimeout(done, 200));
    for (let n = 0; n < moves; n++) {
      const state = start();
      set(state, low + (high - low) * ((n * 0.618034) % 1));
      const from = performance.now();
      report.compute(state);
      void document.body.offsetHeight;
      times.push(performance.now() - from);
      await new Promise((done) => requestAnimationFrame(done));
    }
    report.compute(start());
    const sorted = [...times].sort((a, b) => a - b);
    rows.push({ kind, name, median: sorted[moves >> 1], worst: sorted[moves - 1] });
  }
  return rows;
}"""


def agree(found: dict[str, Any], study: Any) -> None:
    """Compare what the page computed at its start with the study."""
    assert found["exists"] == study.zone.exists, (found, study.zone)
    if study.zone.margin is not None:
        assert abs(found["margin"] - study.zone.margin) <= SAME
    for name, deal in (found["deals"] or {}).items():
        ours = list(study.solutions[name].utilities.values())
        assert all(abs(x - y) <= SAME for x, y in zip(deal["utilities"], ours, strict=True)), name


def measure(browser: Any, scenario: Path, folder: Path, moves: int, every: int) -> list[dict[str, Any]]:
    target = folder / "page.html"
    study = sim.study(sim.load(scenario))
    write_page(study, str(target))
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(target.as_uri())
    page.wait_for_function("typeof report === 'object'")
    if not page.evaluate("report.page.model.live"):
        page.close()
        return []
    agree(page.evaluate("(({ exists, margin, deals }) => ({ exists, margin, deals }))(report.page.result)"), study)
    rows: list[dict[str, Any]] = page.evaluate(MOVE, [moves, every])
    page.close()
    return rows


def report(name: str, rows: Sequence[dict[str, Any]]) -> bool:
    """Print a line for leverage and one for importances; say whether every slider is fast enough."""
    for kind in ("leverage", "importance"):
        own = [row for row in rows if row["kind"] == kind]
        if own:
            slowest = max(own, key=lambda row: row["worst"])
            median = max(row["median"] for row in own)
            print(
                f"{name:<26} {kind:<10} {len(own):>3} sliders  slowest median {median:>6.1f} ms  "
                f"worst {slowest['worst']:>6.1f} ms ({slowest['name']})",
                flush=True,
            )
    return all(row["median"] <= SLACK * WANTED for row in rows)


def main() -> int:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="*", type=Path, help="all shipped ones where none is named")
    parser.add_argument("--moves", type=int, default=40, help="of each slider")
    parser.add_argument("--every", type=int, default=1, help="measure each Nth importance only")
    given = parser.parse_args()
    scenarios = given.scenario or sorted((ROOT / "scenarios").glob("**/*.yaml"))
    print(f"wanted: at most {WANTED:g} ms a move")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        fine = [report(s.stem, measure(browser, s, Path(folder), given.moves, given.every)) for s in scenarios]
        browser.close()
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
