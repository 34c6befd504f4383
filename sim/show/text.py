"""The one kind of text that is printed: what a file says cannot steer the terminal."""

from __future__ import annotations

import rich.text
from rich.style import Style

from sim.errors import visible

__all__ = ["Text"]

_KEPT = "\n"


class Text(rich.text.Text):
    r"""Text whose control characters stand as escapes; ends of lines stay.

    Examples
    --------
    >>> print(Text("a\x1b[2Jb").append("\x9b").plain)
    a\x1b[2Jb\x9b
    """

    def __init__(self, text: str = "", style: str | Style = "") -> None:
        super().__init__(visible(text, _KEPT), style)

    def append(self, text: rich.text.Text | str, style: str | Style | None = None) -> Text:
        """Add text at the end."""
        super().append(visible(text, _KEPT) if isinstance(text, str) else text, style)
        return self
