"""Comparison: two scenarios before and after, in the margin, in what each side has, and in the terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Unpack

from matplotlib.axes import Axes

from sim.comparisons.comparison import Comparison
from sim.errors import counted
from sim.model.base import label_of
from sim.plots.before_after import Block, Lane, comparable, issue_block, margin_block, party_blocks, plain_number
from sim.plots.data import known, source_line, words_list
from sim.plots.labels import fitted, short
from sim.plots.lanes import LINE, SMALL, lane
from sim.plots.style import INK, MARKERS, QUIET, Look, Style, page
from sim.studies.study import Study

__all__ = ["comparison"]

_WIDTH, _RIGHT, _COLUMNS = 9.2, 1.66, (1.03, 1.36)
_HEAD, _LANE, _TICKS, _SPACE, _WORDS = 0.95, 0.85, 0.8, 0.45, 0.82
_SIDES = ("old", "new")
_MANY = {"issue": "issues", "party": "parties", "red line": "red lines"}


def comparison(
    found: Comparison, ax: Axes | None = None, *, issues: Sequence[str] = (), **style: Unpack[Style]
) -> Axes:
    """Draw what differs between the results of two scenarios.

    Parameters
    ----------
    found : Comparison
        Of `sim.comparisons.comparison.compare`.
    ax : Axes, optional
        Where to draw; a new figure unless given.
    issues : sequence of str, optional
        Of both scenarios; unless told those whose levels in the zone or whose Nash term moved.
    **style
        See `sim.plots.style.Style`.

    Returns
    -------
    Axes

    Raises
    ------
    RequestError
        An issue that one of them lacks.
    """
    shown = [known("issue of both", name, found.issues) for name in issues] or found.moved
    blocks = list(_blocks(found, [name for name in shown if comparable(found, name)]))
    inches = style.get("size", (_WIDTH, 0))[0] if ax is None else ax.get_position().width * _inches(ax)
    words = [fitted(text, 72 * (inches - 0.6), size=SMALL) for text in _sentences(found, shown)]
    rows = sum(map(_height, blocks)) + _WORDS * sum(text.count("\n") + 1 for text in words)
    with page(ax, style, size=(_WIDTH, 1.55 + LINE * rows)) as here:
        y = 0.0
        for block in blocks:
            _draw(here.ax, block, y)
            y -= _height(block)
        for text in words:
            here.ax.text(0, y, text, va="top", fontsize=SMALL, linespacing=1.25)
            y -= _WORDS * (text.count("\n") + 1)
        here.ax.set(xlim=(-0.04, _RIGHT), ylim=(y, 0.1), xticks=[], yticks=[])
        here.ax.spines[:].set_visible(False)
        here.words(_finding(found), how=_key(found, blocks), source=_source(found))
    return here.ax


def _inches(ax: Axes) -> float:
    figure = ax.get_figure(root=True)
    assert figure is not None
    return float(figure.get_figwidth())


def _blocks(found: Comparison, issues: Sequence[str]) -> Iterator[Block]:
    yield margin_block(found)
    yield from party_blocks(found)
    for name in issues:
        yield issue_block(found, name, heads=name == issues[0])


def _height(block: Block) -> float:
    lines = max((text.count("\n") + 1 for _, text in block.ticks), default=0)
    return _HEAD + 2 * _LANE + _TICKS * lines + _SPACE


def _draw(ax: Axes, block: Block, top: float) -> None:
    """Draw a block below `top`: its title, the old lane, the new one, and the words of its track."""
    ax.text(0, top - _HEAD / 2, block.title, va="center", fontweight="bold")
    for x, head in zip(_COLUMNS, block.heads, strict=True):
        ax.text(x, top - _HEAD / 2, head, va="center", fontsize=SMALL, color=QUIET)
    places = [top - _HEAD - (k + 0.5) * _LANE for k in range(2)]
    for side, one, y in zip(_SIDES, block.lanes, places, strict=True):
        _lane(ax, block, one, side=side, y=y)
    marks = [one.mark for one in block.lanes if one.mark is not None]
    if len(marks) == 2:
        ax.plot(marks, places, color=QUIET, linewidth=0.7, zorder=3)
    base = top - _HEAD - 2 * _LANE
    for x, text in block.ticks:
        ax.plot([x, x], [base, base - 0.12], color=QUIET, linewidth=0.6)
        end = {0.0: "left", 1.0: "right"}.get(round(x, 2), "center")
        ax.text(x, base - 0.18, text, va="top", ha=end, fontsize=7, color=QUIET)


def _lane(ax: Axes, block: Block, one: Lane, *, side: str, y: float) -> None:
    lane(ax, y, side, track=one.track)
    hollow = side == "old"
    bar: Look = {"facecolor": "white" if hollow else block.fill, "edgecolor": block.colour, "linewidth": 0.9}
    bar["hatch"] = "///" if one.hatched else None
    for left, right in one.spans:
        ax.barh(y, right - left, 0.46, left, gid=f"{block.name} {side}", zorder=2, **bar)
    if one.cap is not None:
        ax.plot([one.cap] * 2, [y - 0.34, y + 0.34], color=block.colour, linewidth=2.4, gid=f"{block.name} r {side}")
    if one.mark is not None:
        shape: Look = {"marker": "X" if one.nearest else MARKERS["nash"], "markersize": 7 if one.nearest else 10}
        ink: Look = {"color": "white", "markeredgecolor": INK} if hollow else {"color": INK, "markeredgecolor": "white"}
        ax.plot(
            one.mark,
            y,
            linestyle="none",
            markeredgewidth=0.7,
            zorder=4,
            gid=f"{block.name} deal {side}",
            **shape,
            **ink,
        )
    for x, text in zip(_COLUMNS, one.texts, strict=True):
        ax.text(x, y, text, va="center", fontsize=SMALL)


def _sentences(found: Comparison, shown: Sequence[str]) -> Iterator[str]:
    """Yield what is better said than drawn: what did not move, what only one has, how the inputs differ."""
    label = found.old.game.label
    if found.old.solutions or found.new.solutions:
        same = [label(name) for name in found.issues if name not in found.moved]
        yield from _named(f"The same in both ({len(same)} of {counted(len(found.issues), 'issue')})", same)
        yield from _named(
            "In other units or levels, so not drawn", [label(n) for n in shown if not comparable(found, n)]
        )
    else:
        yield "Without a zone in either there are no levels and no deals to compare."
    for side, study in zip(_SIDES, (found.old, found.new), strict=True):
        yield from _named(f"Only in the {side}", list(_only(found, study, side)), "; ")
    inputs = found.inputs
    counts = {"changed": inputs.changed, "added": inputs.added, "removed": inputs.removed}
    texts = [f"{len(changes):,} {word}" for word, changes in counts.items()]
    yield f"Inputs: {', '.join(texts) if any(counts.values()) else 'no difference'}."
    yield from _cautions(found)


def _only(found: Comparison, study: Study, side: str) -> Iterator[str]:
    """Yield the issues, parties and red lines that one scenario has and the other lacks."""
    label, parties = study.game.label, study.game.scenario.spec.parties
    for kind, word in (("issues", "issue"), ("parties", "party"), ("red_lines", "red line")):
        members = found.inputs.members[kind]
        names = [short(name, 60) for name in (members.added if side == "new" else members.removed)]
        if kind == "red_lines":
            pairs = [name.partition(".") for name in names]
            lines = [(party, line, parties[party].red_lines.get(line)) for party, _, line in pairs if party in parties]
            names = [f"“{short(label_of(line, record), 60)}” ({label(party)})" for party, line, record in lines]
        else:
            names = [short(label(name), 50) for name in names]
        if names:
            yield f"{word if len(names) == 1 else _MANY[word]} {', '.join(names)}"


def _named(what: str, names: Sequence[str], between: str = ", ") -> Iterator[str]:
    if names:
        yield f"{what}: {between.join(short(name, 50) if between == ', ' else name for name in names)}."


def _cautions(found: Comparison) -> Iterator[str]:
    parties = [found.old.game.label(party) for party in found.rescaled]
    if parties:
        value = "values" if len(parties) == 1 else "value"
        yield f"{words_list(parties)} {value} terms differently in the two, so utilities and margins are on two scales."
    for path, note in found.notes.items():
        if path.startswith("leverage."):
            name = path.rpartition(".")[2]
            yield f"{label_of(name, found.new.game.scenario.spec.leverage[name])}: {note}."


def _finding(found: Comparison) -> str:
    inputs, zones = found.inputs, (found.old.zone, found.new.zone)
    if not (inputs.changed or inputs.added or inputs.removed):
        return "No difference between the two, in inputs or in results"
    heads: dict[tuple[bool | None, bool | None], str] = {
        (True, True): "A deal is possible in both",
        (True, False): "The zone closes",
        (False, True): "A zone opens",
        (False, False): "No deal is possible in either",
    }
    head = heads.get((zones[0].exists, zones[1].exists), "Whether a deal is possible is undecided")
    first = _margin_words(zones[0].margin, zones[1].margin)
    if found.rescaled and None not in (zones[0].margin, zones[1].margin):
        # Margins on two scales are no finding; which levels and terms differ is.
        first = f"of {counted(len(found.issues), 'issue')} in both, {_differ(len(found.moved))} in levels or in term"
    return f"{head}: {'; '.join([first, *_movers(found)])}"


def _differ(count: int) -> str:
    return "none differs" if not count else f"{count} {'differs' if count == 1 else 'differ'}"


def _margin_words(old: float | None, new: float | None) -> str:
    texts = plain_number(old), plain_number(new)
    if old is None or new is None:
        sides = [side for side, margin in zip(_SIDES, (old, new), strict=True) if margin is None]
        return f"the red lines of the {' and of the '.join(sides)} leave no outcome"
    if texts[0] == texts[1]:
        return f"the margin is {texts[0]} in both"
    return f"the margin {'rises' if new > old else 'falls'} from {texts[0]} to {texts[1]}"


def _movers(found: Comparison) -> Iterator[str]:
    for names, one, many in ((found.gained, "gains", "gain"), (found.lost, "loses", "lose")):
        if names:
            who = words_list([short(found.old.game.label(party), 30) for party in names])
            yield f"{who} {one if len(names) == 1 else many} leverage"


def _key(found: Comparison, blocks: Sequence[Block]) -> str:
    """Return how to read the marks that are there."""
    old, new = (short(study.game.scenario.name, 60) for study in (found.old, found.new))
    lanes = [one for block in blocks for one in block.lanes]
    parts = {
        "upright line: what no deal is worth": any(one.cap is not None for one in lanes),
        "star: the Nash deal": any(one.mark is not None and not one.nearest for one in lanes),
        "cross: the outcome nearest to a deal": any(one.nearest for one in lanes),
        "no line: no such level there": any(one.broken for one in lanes),
    }
    marks = "; ".join(words for words, there in parts.items() if there)
    return f"Old (above, hollow): {old}. New (below, filled): {new}.\n{marks[:1].upper()}{marks[1:]}"


def _source(found: Comparison) -> str:
    return f"Old: {source_line(found.old)}\nNew: {source_line(found.new)}"
