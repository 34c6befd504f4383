"""What a terminal says while one piece of work takes its time."""

from __future__ import annotations

import io
import threading

import pytest

from sim.cli.waiting import waiting


class Terminal(io.StringIO):
    """A stream that says it is a terminal, and when something is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.told = threading.Event()

    def isatty(self) -> bool:
        return True

    def flush(self) -> None:
        self.told.set()


def test_a_terminal_hears_how_long_it_has_taken_and_what_would_be_faster() -> None:
    out, now = Terminal(), iter([0.0, *range(11, 10_000)])
    with waiting("solving", "--samples 1000", stream=out, clock=lambda: next(now), every=0.001):
        assert out.told.wait(5)
    text = out.getvalue()
    assert text.count("faster: --samples 1000\n") == 1
    assert "\rsolving: 11 s" in text
    assert text.endswith("\r")
    assert not text.rstrip("\r").rpartition("\r")[2].strip(), "the line is blank before results are printed"


def test_short_work_and_a_pipe_hear_nothing() -> None:
    out, pipe = Terminal(), io.StringIO()
    with waiting("solving", stream=out):
        pass
    with waiting("solving", stream=pipe, every=0.001):
        pass
    assert (out.getvalue(), pipe.getvalue()) == ("", "")


def test_the_line_ends_where_the_work_fails() -> None:
    out, nothing = Terminal(), dict[str, int]()
    with pytest.raises(KeyError), waiting("solving", stream=out, every=0.001):
        nothing[str(out.told.wait(5))]
    assert out.getvalue().endswith("\r")
    assert threading.active_count() < 50
