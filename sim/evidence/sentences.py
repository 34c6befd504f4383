"""Where a document says something: its sentences, each with its line and its number in the line.

A line of the file is never joined to the next. Within a line a sentence ends at a full stop, question mark, exclamation
mark or ellipsis, with any closing quotation marks and brackets after it, before blanks and a capital, a digit or an
opening mark. A full stop after one capital letter (an initial, U.S.) or one of a few abbreviations ends nothing, so
"in the U.S. Then" stays whole. The rule is simple on purpose: places must stay what they are, or records point astray.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Sentence", "sentences"]

_QUOTES = "\"'“”‘’«»„()[]"
_END = re.compile(rf"[.!?…]+[{re.escape(_QUOTES)}]*(?=\s+[{re.escape(_QUOTES)}—–-]*[A-Z0-9À-ÖØ-Þ\u0400-\u042f])")
_ABBREVIATED = re.compile(
    r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|Prof|St|Gen|Col|Lt|Sen|Rep|Gov|Sr|Jr|No|vs|approx|e\.g|i\.e|cf|ca"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec))\.$"
)


@dataclass(frozen=True)
class Sentence:
    """One sentence of a text.

    Attributes
    ----------
    line, number : int
        Both count from 1; the number starts anew in each line.
    text : str
    """

    line: int
    number: int
    text: str

    @property
    def at(self) -> str:
        """The place as a record writes it.

        Examples
        --------
        >>> Sentence(12, 3, "So it was.").at
        '12.3'
        """
        return f"{self.line}.{self.number}"


def sentences(text: str) -> tuple[Sentence, ...]:
    r"""Return the sentences of a text in order; empty lines count and hold none.

    Examples
    --------
    >>> [(s.at, s.text) for s in sentences("Talks\n\n“We met.” Mr. A of the U.S. side left. It rained")]
    [('1.1', 'Talks'), ('3.1', '“We met.”'), ('3.2', 'Mr. A of the U.S. side left.'), ('3.3', 'It rained')]
    """
    return tuple(
        Sentence(line, number, part)
        for line, whole in enumerate(text.split("\n"), 1)
        for number, part in enumerate(_parts(whole.strip()), 1)
    )


def _parts(line: str) -> list[str]:
    parts, start = [], 0
    for end in _END.finditer(line):
        if not _ABBREVIATED.search(line[start : end.end()]):
            parts.append(line[start : end.end()].strip())
            start = end.end()
    return [part for part in [*parts, line[start:].strip()] if part]
