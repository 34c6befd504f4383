"""What a run prints, as text."""

from __future__ import annotations

import io

from rich.console import Console

from sim.errors import RequestError
from sim.model.arguments import count_in
from sim.model.names import names_in, suggest
from sim.show.holds import held
from sim.show.names import SECTIONS
from sim.show.study import print_study
from sim.studies.records import Study, study_in

__all__ = ["summary"]


def summary(study: Study, *, show: tuple[str, ...] = (), width: int = 100) -> str:
    """Return the first screen of a run as text, and by name the rest.

    Parameters
    ----------
    study : Study
    show : sequence of str
        Sections, as of ``sim run --show``.
    width : int
        Columns.

    Raises
    ------
    RequestError
        No such section.
    """
    found, names, columns = study_in(study), names_in("show", show), count_in("width", width, 40, 1000)
    if unknown := [name for name in names if name not in SECTIONS]:
        raise RequestError(f"show: no section {unknown[0]!r} {suggest(unknown[0], SECTIONS)}")
    stream = io.StringIO()
    console = Console(file=stream, width=columns, highlight=False)
    print_study(console, found, held=held(found, doubt=None, full="robust" in names), show=names)
    return stream.getvalue()
