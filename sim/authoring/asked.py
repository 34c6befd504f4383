"""What an author answers when asked on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sim.authoring.blank import Draft, IssueDraft, issue_in
from sim.authoring.swings import MOST, Points, Swing, points_in
from sim.errors import RequestError

__all__ = ["Ask", "draft_asked", "points_asked"]

Ask = Callable[[str], str]
_ISSUE = "Issue, as LABEL=LOW:HIGH:STEP:UNIT or LABEL=NAME,NAME (empty to end): "


def draft_asked(ask: Ask, tell: Callable[[str], None]) -> Draft:
    """Return what an author answers; a question is asked again where the answer cannot be read.

    Parameters
    ----------
    ask : callable
        Takes the question and returns the answer.
    tell : callable
        Takes what is wrong with an answer.
    """
    name = ask("What is the negotiation called? ").strip() or "A negotiation"
    return Draft(name, tuple(_parties(ask, tell)), tuple(_issues(ask, tell)))


def _parties(ask: Ask, tell: Callable[[str], None]) -> list[str]:
    found: list[str] = []
    while True:
        answer = ask(f"Party {len(found) + 1}{' (empty to end)' if len(found) > 1 else ''}: ").strip()
        if answer:
            found.append(answer)
        elif len(found) > 1:
            return found
        else:
            tell("at least two parties negotiate")


def _issues(ask: Ask, tell: Callable[[str], None]) -> list[IssueDraft]:
    found: list[IssueDraft] = []
    while True:
        answer = ask(_ISSUE).strip()
        try:
            if answer:
                found.append(issue_in(answer))
            elif found:
                return found
            else:
                tell("at least one issue is on the table")
        except RequestError as error:
            tell(str(error).removeprefix("--issue "))


def points_asked(found: Sequence[Swing], ask: Ask, tell: Callable[[str], None]) -> dict[str, Points]:
    """Return the points that an author gives each swing, the largest first; what cannot be read is asked again."""
    for number, swing in enumerate(found, start=1):
        tell(f"{number}  {swing.label}: from {swing.worst} to {swing.best}")
    first = _chosen(found, ask, tell)
    points = {first.issue: (MOST, MOST)}
    tell(f"{first.label} is 100. How much is each of the others worth beside it? A number, or two such as 30-40.")
    for swing in (swing for swing in found if swing is not first):
        points[swing.issue] = _points(f"{swing.label}, from {swing.worst} to {swing.best}: ", ask, tell)
    return {swing.issue: points[swing.issue] for swing in found}


def _chosen(found: Sequence[Swing], ask: Ask, tell: Callable[[str], None]) -> Swing:
    while True:
        answer = ask("All of these are at their worst. Which one would you improve first? ").strip()
        for number, swing in enumerate(found, start=1):
            if answer in (str(number), swing.issue, swing.label):
                return swing
        tell(f"{answer!r} is none of them (expected a number from 1 to {len(found)})")


def _points(question: str, ask: Ask, tell: Callable[[str], None]) -> Points:
    while True:
        try:
            return points_in(ask(question))
        except RequestError as error:
            tell(str(error))
