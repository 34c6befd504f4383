"""What the page says of truths that statements allow: the share with a zone over two levers, and the terms of deals.

Both are worked out when the page is written, for the point it was made for, and stand still as sliders move.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from sim.ensembles.answers import Answers, answers
from sim.ensembles.draws import draw
from sim.ensembles.ensemble import run_plan
from sim.ensembles.inputs import inputs
from sim.ensembles.judging import judge
from sim.ensembles.plans import Plan
from sim.ensembles.shares import interval
from sim.errors import NotDefined, RequestError, SizeError
from sim.model.base import label_of
from sim.report.markup import escaped, paragraph, section
from sim.show.shares import percent
from sim.show.words import level_name, signed
from sim.studies.records import Study
from sim.studies.robust.sides import table
from sim.theory.bargaining.solutions import SOLUTIONS

__all__ = ["truths_section"]

_TRUTHS, _SOLVED = 100, 60
_ACROSS, _ACROSS_MANY = 9, 5
_MOST_NAMED = 3
_SHADES = 10


def truths_section(study: Study, *lead: str) -> str:
    """Return the section, empty where nothing is stated about uncertain numbers, or what is stated cannot be drawn.

    Parameters
    ----------
    study : Study
    *lead : str
        HTML that comes first: which point this is about.
    """
    if not study.game.scenario.spec.uncertain:
        return ""
    try:
        parts = [*_map(study), *_terms(study)]
    except (NotDefined, RequestError, SizeError):
        return ""
    return section("truths", "If the numbers are other than in the file", *lead, *parts)


def _map(study: Study) -> Iterator[str]:
    """Yield the share of the truths with a zone at levels of the scenario's first two levers."""
    spec = study.game.scenario.spec
    names = [name for name, lever in spec.leverage.items() if lever.range[0] < lever.range[1]][:2]
    if not names:
        return
    count = _ACROSS if len(study.game.signers) == 2 else _ACROSS_MANY
    axes = [np.linspace(*spec.leverage[name].range, count) for name in names]
    shares, unsure = _shares(study, names, axes)
    (low, high), (full, _) = interval(_TRUTHS // 2, 0, _TRUTHS), interval(_TRUTHS, 0, _TRUTHS)
    words = (
        f"Share of {_TRUTHS} truths with a zone, in per cent: the same truths everywhere, drawn from the statements of "
    )
    words += (
        f"the scenario. Near 50 the 95 % interval is {100 * low:.0f} to {100 * high:.0f}, at 100 from {100 * full:.0f}."
    )
    if unsure:
        words += f" Of up to {unsure} truths at a point it could not be settled; they count as none here."
    yield "<h3>For which share of the truths there is a zone</h3>"
    labels = [label_of(name, spec.leverage[name]) for name in names]
    yield paragraph(words)
    if shares.min() == shares.max():
        yield paragraph(f"Wherever {' and '.join(labels)} stand: {round(100 * float(shares.max()))}.")
        return
    yield _grid(labels, axes, shares)


def _shares(study: Study, names: Sequence[str], axes: Sequence[NDArray[np.float64]]) -> tuple[NDArray[np.float64], int]:
    """Return shares by the axes' levels, and the most truths at a point that could not be settled."""
    game = study.game
    drawn, parts = draw(inputs(game.scenario, signers=game.signers), _TRUTHS, 1, sobol=False), table(game)
    found = [
        judge(parts, drawn, {**study.leverage, **dict(zip(names, map(float, at), strict=True))}, closely=False)
        for at in product(*axes)
    ]
    shares = np.array([each.exists.mean() for each in found]).reshape([len(axis) for axis in axes])
    return shares, max(int(each.undecided.sum()) for each in found)


def _grid(labels: Sequence[str], axes: Sequence[NDArray[np.float64]], shares: NDArray[np.float64]) -> str:
    """Return a table: the first lever across, the second upwards."""
    across = "".join(f'<th scope="col">{signed(x)}</th>' for x in axes[0].tolist())
    corner = escaped(labels[1]) if len(labels) > 1 else ""
    head = f'<tr><th></th><th colspan="{len(axes[0])}" scope="colgroup">{escaped(labels[0])}</th></tr>'
    rows = shares.T[::-1] if shares.ndim == 2 else shares[None, :]
    sides = [signed(x) for x in axes[1].tolist()[::-1]] if len(axes) > 1 else [""]
    body = "".join(
        f'<tr><th scope="row">{side}</th>{"".join(_cell(share) for share in row.tolist())}</tr>'
        for side, row in zip(sides, rows, strict=True)
    )
    return f'<table class="shares">{head}<tr><th>{corner}</th>{across}</tr>{body}</table>'


def _cell(share: float) -> str:
    return f'<td class="s{round(_SHADES * share)}">{round(100 * share)}</td>'


def _terms(study: Study) -> Iterator[str]:
    """Yield how often each level is the term of a deal, beside the levels of deals about as good as the file's."""
    game = study.game
    plan = Plan(game.scenario, _SOLVED, 1, leverage=study.leverage, solved=_SOLVED, sign=game.signers)
    found = answers(run_plan(plan))
    if not found.solved:
        return
    label = SOLUTIONS[found.solution].label
    left = f"; {found.left_out} more had no deal and are left out" if found.left_out else ""
    yield "<h3>Which terms a deal has</h3>"
    words = (
        f"Of the {label} deal in {found.solved} truths with a zone{left}. Bars: how often each level is the term, the "
    )
    words += "most frequent at full height; the line below: levels of deals about as good at the file's own numbers."
    yield paragraph(words)
    rows = "".join(_row(study, found, issue) for issue in game.issues if len(game.levels[game.issues.index(issue)]) > 1)
    head = '<tr><th scope="col">Issue</th><th scope="col">Levels in order</th><th scope="col">Most often</th>'
    head += '<th scope="col">As in the file</th></tr>'
    yield f'<table class="terms-drawn">{head}{rows}</table>'


def _row(study: Study, found: Answers, issue: str) -> str:
    game, shares = study.game, found.terms[issue]
    levels = game.levels[game.issues.index(issue)]
    deal = study.solutions.get(found.solution)
    inside = [] if deal is None else list(deal.within[issue].levels)
    most = list(shares.items())[:_MOST_NAMED]
    often = ", ".join(f"{level_name(game, issue, level)} ({percent(share)})" for level, share in most)
    file = "no deal" if deal is None else level_name(game, issue, deal.outcome[issue])
    head = f'<th scope="row">{escaped(game.label(issue))}</th>'
    return f"<tr>{head}<td>{_bars(levels, shares, inside)}</td><td>{escaped(often)}</td><td>{escaped(file)}</td></tr>"


def _bars(levels: Sequence[float | str], shares: Mapping[float | str, float], inside: Sequence[float | str]) -> str:
    top = max(shares.values())
    tall = [(k, 20 * shares.get(level, 0.0) / top) for k, level in enumerate(levels)]
    bars = "".join(f"M{k} 20v-{height:.1f}h.9V20z" for k, height in tall if height > 0)
    below = "".join(f"M{k} 22h1v3h-1z" for k, level in enumerate(levels) if level in inside)
    box = f'viewBox="0 0 {len(levels)} 25" preserveAspectRatio="none"'
    return f'<svg class="spread" {box} aria-hidden="true"><path d="{bars}"/><path class="within" d="{below}"/></svg>'
