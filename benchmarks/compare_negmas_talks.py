"""Sessions of talks by the same tactics here and in NegMAS: which deals, how far from each other, how efficient.

NegMAS is under the AGPL. It is no dependency of this project and no check runs this script. It is spoken to as a
program of its own: tables of utilities go to its interpreter as JSON, agreements come back. To run it, from the head of
the repository::

    python -m venv /tmp/negmas-env
    /tmp/negmas-env/bin/pip install negmas
    python benchmarks/compare_negmas_talks.py /tmp/negmas-env/bin/python [SCENARIO | DOMAIN.xml PROFILE.xml PROFILE.xml]

Both sides yield by time alone, with the same exponents: a side asks for 1 - t^e of the way from its worst to its best,
e = 4, 1 and 1/4. NegMAS's agents offer, of all outcomes worth what they ask for, the one worst for themselves; here it
is the one best for the other side. Where every outcome is efficient that is the same choice, and the deals must lie
within the step by which demands fall from one own offer to the next; elsewhere the distance and what the deals waste is
what the choice of offers is worth. Without an interpreter that has NegMAS the script says so and exits with 0.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from time import process_time
from typing import Any

OFFERS = 200
TACTICS = {"boulware:0.25": 4.0, "linear": 1.0, "conceder:4": 0.25}
DEFAULT = "scenarios/teaching/divide-the-dollar.yaml"

THEIRS = """
import json, sys, time
from importlib.metadata import version
from negmas import LinearAdditiveUtilityFunction, SAOMechanism, make_issue, make_os
from negmas.sao import AspirationNegotiator

told = json.load(sys.stdin)
space = make_os([make_issue([f"v{j}" for j in range(len(t))], f"x{k}") for k, t in enumerate(told["tables"])])
sides = [
    LinearAdditiveUtilityFunction(
        values=[{f"v{j}": row[i] for j, row in enumerate(t)} for t in told["tables"]],
        weights=[1.0] * len(told["tables"]), outcome_space=space, reserved_value=told["reservation"][i],
    )
    for i in range(2)
]
start, found = time.process_time(), []
for pair in told["pairs"]:
    talks = SAOMechanism(outcome_space=space, n_steps=told["steps"])
    for own, exponent in zip(sides, pair):
        talks.add(AspirationNegotiator(aspiration_type=exponent), ufun=own)
    end = talks.run()
    deal = end.agreement
    found.append(None if deal is None else {"utilities": [float(u(deal)) for u in sides], "step": end.step})
seconds = time.process_time() - start
json.dump({"version": version("negmas"), "deals": found, "seconds": seconds}, sys.stdout)
"""


def scenario_of(words: list[str]) -> Any:
    from sim.interop.genius import read_genius
    from sim.model.scenario import load

    return read_genius(words[0], words[1:]).scenario if len(words) > 1 else load(words[0] if words else DEFAULT)


def ours(scenario: Any, count: int) -> Any:
    """Return sessions of every pairing, the first signer opening."""
    from sim.simulations.sessions import sessions

    signers = [name for name, party in scenario.spec.parties.items() if party.consent]
    tactics = {name: list(TACTICS) for name in signers}
    return sessions(scenario, count, tactics=tactics, rounds=OFFERS, opens=signers[0], noise=0)


def theirs(interpreter: str, game: Any, reservation: list[float]) -> Any:
    if game.factors.pairs or game.factors.masks:
        raise SystemExit("linkages and red lines cannot be told to NegMAS as a sum over issues")
    told = {
        "tables": [table[:, game.columns].tolist() for table in game.factors.single],
        "reservation": reservation,
        "pairs": [[TACTICS[a], TACTICS[b]] for a, b in product(TACTICS, TACTICS)],
        "steps": OFFERS // 2,
    }
    done = subprocess.run([interpreter, "-c", THEIRS], input=json.dumps(told), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr.strip().splitlines()[-1])
    return json.loads(done.stdout[done.stdout.index("{") :])


def step_at(found: Any, k: int) -> float:
    """Return how far apart a session's next own offers lie: by what is asked for, or as deals do near the deal."""
    import numpy as np

    asks = found.asks[k, max(0, int(found.round[k]) - 5) : int(found.round[k])]
    falls = 2 * np.abs(np.diff(asks, axis=0)).max() if len(asks) > 1 else 1.0
    near = found.points.utilities[max(0, int(found.row[k]) - 1) : int(found.row[k]) + 2]
    return float(max(falls, np.abs(np.diff(near, axis=0)).max()))


def lines(found: Any, there: Any) -> Iterator[str]:
    """Yield a row for each pairing; one that is further off than a step, though nothing is wasted, ends the script."""
    import numpy as np

    from sim.space.zone import margins

    names = [choice.text for choice in found.choices]
    for pair, deal in zip(product(TACTICS, TACTICS), there["deals"], strict=True):
        k = next(n for n, own in enumerate(found.tactics.tolist()) if tuple(names[c] for c in own) == pair)
        own, other = found.utilities[k], np.array(deal["utilities"])
        waste = float(margins(found.points.utilities, other[None])[0])
        apart, step = float(np.abs(own - other).max()), step_at(found, k)
        if waste < 1e-9 and apart > step + 1e-9:
            raise SystemExit(f"{' / '.join(pair)}: {own} here and {other} in NegMAS, more than a step of {step:.3f}")
        texts = [" · ".join(f"{x:.3f}" for x in values) for values in (own, other)]
        yield f"{' / '.join(pair):<31}{texts[0]:>14}{texts[1]:>16}{apart:>8.3f}{step:>7.3f}{abs(waste):>15.3f}"


def main(words: list[str]) -> int:
    if not words or subprocess.run([words[0], "-c", "import negmas"], capture_output=True).returncode:
        print("NegMAS cannot be imported there, so nothing was compared. To compare:\n")
        print("    python -m venv /tmp/negmas-env")
        print("    /tmp/negmas-env/bin/pip install negmas")
        print("    python benchmarks/compare_negmas_talks.py /tmp/negmas-env/bin/python")
        return 0
    scenario, count = scenario_of(words[1:]), len(TACTICS) ** 2
    found = ours(scenario, count)
    there = theirs(words[0], found.game, found.reservation[0].tolist())
    print(f"{scenario.name}: {OFFERS} offers at most; NegMAS {there['version']}; the first side opens\n")
    print(f"{'tactics':<31}{'here':>14}{'NegMAS':>16}{'apart':>8}{'step':>7}{'NegMAS wastes':>15}")
    for line in lines(found, there):
        print(line)
    start = process_time()
    ours(scenario, 100 * count)
    each = (process_time() - start) / (100 * count)
    slow = there["seconds"] / count
    print(
        f"\na session takes {each * 1e3:.2f} ms here, {slow * 1e3:.0f} ms in NegMAS: {slow / each:,.0f} times as long"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
