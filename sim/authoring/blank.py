"""A scenario file made from the names of parties and the levels of issues, everything else to be filled in.

What it says is a start that validates, not a guess: the parties want opposite ends, weigh all issues alike and have the
same without a deal. Each such number stands beside a comment that says what to put there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sim.authoring.texts import key_of, number_in, plain_number, quoted
from sim.errors import RequestError

__all__ = ["Draft", "IssueDraft", "blank", "issue_in"]

_HEAD = """\
# Check it with      sim validate FILE        (every fault at once, with line and column)
# Look at it with    sim run FILE             and    sim report FILE -o page.html
# Every importance, value and no-deal number below is a start to be replaced.
format: 1
"""
_STEPS = 20
_FORMS = "expected LABEL=LOW:HIGH, LABEL=LOW:HIGH:STEP, LABEL=LOW:HIGH:STEP:UNIT or LABEL=NAME,NAME,..."


@dataclass(frozen=True)
class IssueDraft:
    """An issue to be written.

    Attributes
    ----------
    label : str
    levels : tuple of str
        Names; empty for numbers.
    span : (float, float, float)
        Lowest, highest and step of numbers.
    unit : str
    """

    label: str
    levels: tuple[str, ...] = ()
    span: tuple[float, float, float] = (0.0, 0.0, 0.0)
    unit: str = ""


@dataclass(frozen=True)
class Draft:
    """What an author said of a negotiation: its title, who negotiates about what."""

    name: str
    parties: tuple[str, ...]
    issues: tuple[IssueDraft, ...]


def issue_in(text: str) -> IssueDraft:
    """Return the issue that LABEL=LEVELS describes.

    Raises
    ------
    RequestError
        It is of no known form.

    Examples
    --------
    >>> issue_in("Wage rise=0:6:0.5:percent").span
    (0.0, 6.0, 0.5)
    >>> issue_in("Site=open, closed").levels
    ('open', 'closed')
    """
    label, equals, rest = (part.strip() for part in text.partition("="))
    if not equals or not label or not rest:
        raise RequestError(f"--issue {text!r}: no issue ({_FORMS})")
    parts = [part.strip() for part in rest.split(":")]
    if len(parts) == 1:
        names = tuple(name.strip() for name in rest.split(",") if name.strip())
        if len(names) < 2:
            raise RequestError(f"--issue {text!r}: one level (expected two or more, or LOW:HIGH)")
        return IssueDraft(label, names)
    numbers = [number_in(part) for part in parts[:3]]
    if len(parts) > 4 or None in numbers:
        raise RequestError(f"--issue {text!r}: no numbers from low to high ({_FORMS})")
    low, high, *step = (number for number in numbers if number is not None)
    if not low < high or not all(0 < each <= high - low for each in step):
        raise RequestError(f"--issue {text!r}: no numbers from low to high ({_FORMS})")
    return IssueDraft(label, (), (low, high, step[0] if step else _round_step(high - low)), *parts[3:])


def _round_step(width: float) -> float:
    """Return a round number that cuts a width into some twenty steps."""
    power = 10.0 ** math.floor(math.log10(width / _STEPS))
    return float(plain_number(next(m * power for m in (1, 2, 5, 10) if m * power >= width / _STEPS * 0.999)))


def blank(draft: Draft) -> str:
    """Return the text of a scenario file.

    Raises
    ------
    RequestError
        Fewer than two parties, no issue, or two of one name.
    """
    parties, issues = _keys("--party", draft.parties), _keys("--issue", [issue.label for issue in draft.issues])
    if len(parties) < 2:
        raise RequestError("--party: fewer than two parties (expected two or more: --party A --party B)")
    if not issues:
        raise RequestError(f"--issue: no issue ({_FORMS})")
    lines = [f"name: {quoted(draft.name)}", "summary: What the sides talk about, in a few sentences for a reader.", ""]
    lines += ["# What is on the table. The levels are the possible outcomes: a finer step costs little.", "issues:"]
    lines += [f"  {quoted(key)}: {_issue(issue)}" for key, issue in zip(issues, draft.issues, strict=True)]
    lines += ["", "# Who negotiates: what each values, what it refuses, and what it has without a deal.", "parties:"]
    for number, key in enumerate(parties):
        lines += _party(number, (key, draft.parties[number]), dict(zip(issues, draft.issues, strict=True)))
    lines += ["", "# Who vouches for the numbers. Until you have sources, say what you assumed.", "sources:"]
    start = "A start, to be replaced by the author."
    lines += [f"  {section}: {{assumption: {quoted(start)}}}" for section in ("issues", "parties")]
    return _HEAD + "\n".join(lines) + "\n"


def _keys(option: str, labels: Sequence[str]) -> list[str]:
    keys = [key_of(label) for label in labels]
    for key, label in zip(keys, labels, strict=True):
        if not key:
            raise RequestError(f"{option} {label!r}: no name (expected letters or digits)")
        if keys.count(key) > 1:
            raise RequestError(f"{option} {label!r}: twice (expected different names)")
    return keys


def _issue(issue: IssueDraft) -> str:
    if issue.levels:
        return f"{{label: {quoted(issue.label)}, levels: [{', '.join(map(quoted, issue.levels))}]}}"
    low, high, step = map(plain_number, issue.span)
    unit = f"unit: {quoted(issue.unit)}, " if issue.unit else ""
    return f"{{label: {quoted(issue.label)}, {unit}range: [{low}, {high}], step: {step}}}"


def _party(number: int, names: tuple[str, str], issues: Mapping[str, IssueDraft]) -> Iterator[str]:
    key, label = names
    yield f"  {quoted(key)}:"
    yield f"    label: {quoted(label)}"
    yield "    values:"
    if not number:
        yield "      # importance: how much the swing from the worst to the best level matters beside the other swings"
        yield f"      # (sim weigh FILE {key} asks for them one by one). Put best and worst the right way round."
    for issue, about in issues.items():
        yield f"      {quoted(issue)}: {{importance: {100 // len(issues)}, {_value(about, rising=number % 2 == 0)}}}"
    if not number:
        yield "    # Limits it will not cross, such as:"
        first = next(iter(issues))
        yield f"    # red_lines: {{name_of_line: {{issue: {first}, {_limit(issues[first])}}}}}"
        yield "    # What no deal is worth where its worst deal is worth 0 and its best 1. Or what it keeps then:"
        kept = ", ".join(f"{quoted(k)}: {_first(about)}" for k, about in issues.items())
        yield f"    # no_deal: {{package: {{{kept}}}, cost: 0}}"
    yield "    no_deal: 0.3"


def _value(issue: IssueDraft, *, rising: bool) -> str:
    if issue.levels:
        top = len(issue.levels) - 1
        worths = [round((k if rising else top - k) / top, 2) for k in range(top + 1)]
        pairs = ", ".join(f"{quoted(k)}: {plain_number(v)}" for k, v in zip(issue.levels, worths, strict=True))
        return f"table: {{{pairs}}}"
    best, worst = map(plain_number, (issue.span[1], issue.span[0]) if rising else issue.span[:2])
    return f"best: {best}, worst: {worst}, shape: {{power: 0.8}}"


def _limit(issue: IssueDraft) -> str:
    return f"forbid: [{quoted(issue.levels[0])}]" if issue.levels else f"min: {plain_number(issue.span[0])}"


def _first(issue: IssueDraft) -> str:
    return quoted(issue.levels[0]) if issue.levels else plain_number(issue.span[0])
