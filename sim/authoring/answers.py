"""Swing weights from a file of answers: issue: points, or issue: [least, most]."""

from __future__ import annotations

from sim.authoring.swings import Points, points_in
from sim.errors import RequestError
from sim.model.files import read_source
from sim.model.load import read_tree
from sim.model.paths import is_number

__all__ = ["answers_in"]


def answers_in(path: str) -> dict[str, Points]:
    """Return the points of each issue that a YAML file gives.

    Raises
    ------
    ScenarioError, RequestError
        The file cannot be read, or an answer is no points.
    """
    text, name, _ = read_source(path)
    if not text.strip():
        raise RequestError(f"{name}: no answers (expected points for each issue, one a line, such as territory: 100)")
    found, faults = {}, []
    for issue, answer in read_tree(text, name).data.items():
        try:
            found[issue] = points_in(_text(answer))
        except RequestError as error:
            faults.append(f"{name}: {issue}: {error}")
    if faults:
        raise RequestError("\n".join(faults))
    return found


def _text(answer: object) -> str:
    if isinstance(answer, list) and len(answer) == 2 and all(map(is_number, answer)):
        return f"{answer[0]}-{answer[1]}"
    return str(answer)
