"""What each input of a scenario is about: an issue, what a party has without a deal, the war, leverage, or the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.evidence.provenance import Input
from sim.game.compiled import Game
from sim.model.base import label_of
from sim.model.paths import split

__all__ = ["Topic", "backing", "issue_of", "topics"]

_SECTIONS = {
    "war": "How the war may go",
    "leverage": "Leverage",
    "uncertain": "What is known of uncertain numbers",
    "future": "Later dates",
    "constraints": "Budgets",
    "enforcement": "What breaking a deal costs",
}
_REST = "Other numbers"


@dataclass(frozen=True, eq=False)
class Topic:
    """Inputs that are about one thing.

    Attributes
    ----------
    key : str
        The id of its group on the page.
    title : str
    items : tuple of Input
        Numbers and words, in the order of the file.
    """

    key: str
    title: str
    items: tuple[Input, ...]


def issue_of(game: Game, keys: Sequence[str]) -> str | None:
    """Return the issue that a path is about, None where it is about none or several."""
    if keys[0] == "issues":
        return keys[1]
    if keys[:1] == ("parties",) and keys[2:3] == ("values",):
        return keys[3]
    if keys[:1] == ("parties",) and keys[2:3] == ("red_lines",):
        # A lifted line is no more in the records, and stands in the data still.
        line = game.scenario.tree.data["parties"][keys[1]]["red_lines"][keys[3]]
        return str(line["issue"])
    return None


def topics(game: Game, items: Iterable[Input]) -> list[Topic]:
    """Return inputs by topic: issues first, then parties, then the rest."""
    found: dict[str, list[Input]] = {}
    titles = _titles(game)
    for item in items:
        found.setdefault(_key(game, split(game.scenario.tree.data, item.path)), []).append(item)
    return [Topic(key, title, tuple(found[key])) for key, title in titles.items() if key in found]


def _titles(game: Game) -> dict[str, str]:
    spec = game.scenario.spec
    issues = {f"from-issue-{k}": label_of(name, spec.issues[name]) for k, name in enumerate(game.issues)}
    parties = {f"from-party-{p}": label_of(name, spec.parties[name]) for p, name in enumerate(game.parties)}
    said = {key: f"{label}: without a deal, and what links issues" for key, label in parties.items()}
    return issues | said | {f"from-{key}": title for key, title in _SECTIONS.items()} | {"from-rest": _REST}


def _key(game: Game, keys: Sequence[str]) -> str:
    issue = issue_of(game, keys)
    if issue is not None:
        return f"from-issue-{game.issues.index(issue)}"
    if keys[0] == "parties":
        return f"from-party-{game.parties.index(keys[1])}"
    return f"from-{keys[0]}" if keys[0] in _SECTIONS else "from-rest"


def backing(topic: Topic, disputed: Mapping[str, bool]) -> dict[str, Any]:
    """Return how many inputs of a topic rest on documents, on assumptions and on nothing, and whether claims clash.

    Parameters
    ----------
    topic : Topic
    disputed : mapping
        By claim, whether another says otherwise.
    """
    kinds = [item.kind for item in topic.items]
    return {
        "group": topic.key,
        "documents": kinds.count("evidence"),
        "assumptions": kinds.count("assumption"),
        "unsourced": kinds.count("none"),
        "disputed": any(disputed.get(claim, False) for item in topic.items for claim in item.claims),
    }
