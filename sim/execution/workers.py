"""Worker processes, each on a pipe of its own, so that one that dies in mid-word is noticed and harms no other.

Workers ignore interrupts: those are for the process that asked, which ends them at once when it stops.
"""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from sim.errors import NotWritten

__all__ = ["Died", "Worker", "any_started", "handed_over", "interrupts_held", "ready", "start", "stop"]

_WORK = "work"
_STARTED = "started"


class Died(Exception):
    """A worker is gone, and `jobs` with it."""

    def __init__(self, jobs: tuple[int, ...]) -> None:
        self.jobs = jobs
        super().__init__(jobs)


@dataclass(eq=False)
class Worker:
    """A process that works through jobs, in the order they come.

    Attributes
    ----------
    process : multiprocessing.Process
    pipe : Connection
    jobs : list of int
        Those it was given and has not handed back.
    """

    process: Any
    pipe: Connection
    jobs: list[int] = field(default_factory=list)

    def give(self, job: int) -> None:
        """Hand it a job; one that is gone is noticed when it is asked for results."""
        self.jobs.append(job)
        try:
            self.pipe.send(job)
        except OSError:
            return

    def take(self) -> Any:
        """Return the next result.

        Raises
        ------
        Died
            It is gone.
        Exception
            Whatever the work raised.
        """
        try:
            sound, result = pickle.loads(self.pipe.recv_bytes())
        except (EOFError, OSError):
            raise Died(tuple(self.jobs)) from None
        del self.jobs[0]
        if not sound:
            raise result
        return result


def start(folder: Path) -> Worker:
    """Start a worker for the work that was handed over."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    if hasattr(signal, "pthread_sigmask"):
        # While it starts this lets interrupts through again, to a worker too.
        resource_tracker.ensure_running()
    with interrupts_held():
        # A daemon, so that it ends with this process even where there is no time to stop it.
        process = context.Process(target=_serve, args=(str(folder), theirs), daemon=True)
        process.start()
    # With its end open in one process only, the pipe closes when that process ends.
    theirs.close()
    return Worker(process, ours)


def ready(workers: list[Worker]) -> list[Worker]:
    """Wait for workers that have a result or are gone; return them."""
    found = wait([worker.pipe for worker in workers if worker.jobs])
    return [worker for worker in workers if worker.pipe in found]


def stop(workers: list[Worker]) -> None:
    """End workers at once, whatever they are at."""
    with interrupts_held():
        for worker in workers:
            worker.process.kill()
        for worker in workers:
            worker.process.join()
            worker.pipe.close()


@contextmanager
def handed_over(work: Callable[[int], Any]) -> Iterator[Path]:
    """A folder that holds the work; through a pipe, a large one would wait for ever for a process that is dead.

    Raises
    ------
    NotWritten
        There is no room for it.
    """
    data = pickle.dumps(work)
    try:
        folder = Path(tempfile.mkdtemp(prefix="sim-"))
    except OSError as error:
        raise NotWritten(_no_room(error)) from None
    try:
        _write(folder / _WORK, data)
        yield folder
    finally:
        with interrupts_held():
            shutil.rmtree(folder, ignore_errors=True)


def _write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        raise NotWritten(_no_room(error)) from None


def _no_room(error: OSError) -> str:
    where = tempfile.tempdir or "the folder for temporary files"
    words = error.strerror or error
    return f"{where}: work for other processes cannot be written ({words}; name another folder in TMPDIR)"


def any_started(folder: Path) -> bool:
    """Say whether any worker came so far as to ask for a job."""
    return (folder / _STARTED).exists()


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Let an interrupt wait for what takes but a moment; processes started meanwhile get none.

    Only the main thread can see to that.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    held = []
    signal.signal(signal.SIGINT, lambda *_: held.append(True))
    masked = _without_interrupts()
    try:
        yield
    finally:
        if masked is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, masked)
        signal.signal(signal.SIGINT, before)
        if held:
            signal.raise_signal(signal.SIGINT)


def _without_interrupts() -> Set[int] | None:
    """Block interrupts in this thread, which processes that it starts inherit as no handler is; return what was."""
    if not hasattr(signal, "pthread_sigmask"):
        return None
    return signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _serve(folder: str, pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
    work = pickle.loads((Path(folder) / _WORK).read_bytes())
    (Path(folder) / _STARTED).touch()
    while True:
        try:
            job = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send_bytes(_outcome(work, job))


def _outcome(work: Callable[[int], Any], job: int) -> bytes:
    """Return, pickled, whether the work went well and what it came to."""
    try:
        return pickle.dumps((True, work(job)), protocol=pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        error.add_note(f"In a worker process:\n{traceback.format_exc()}")
        try:
            pickle.loads(data := pickle.dumps((False, error)))
        except Exception:
            data = pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
        return data


def _end_with_parent(folder: str) -> None:
    """End this process when the one that started it is gone, which may have had no time to say so."""
    if (parent := parent_process()) is not None:
        parent.join()
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)
