"""Engines that work through numbered jobs: in this process, in local processes, on a Dask cluster.

An engine is disposable: it is given a function of a job's number, hands results back as they come, in any order, and
keeps nothing. Whoever asked writes results down, so whatever happens to an engine, what was handed back is kept.
"""

from __future__ import annotations

import itertools
import os
import pickle
import shutil
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol, TypeVar

from sim.clusters import NoWorkers, check_address, connected, dask_faults, first_done, result_of
from sim.errors import RequestError, SimError

__all__ = ["DaskCluster", "Engine", "EngineLost", "InProcess", "LocalProcesses", "engine"]

Result = TypeVar("Result")
Work = Callable[[int], Result]
_AHEAD = 2
_REBUILDS = 3


class EngineLost(SimError):
    """The engine died under the work; what it had handed back is kept."""

    exit_code = 4


class Engine(Protocol):
    """Works through jobs."""

    def run(self, work: Work[Result], jobs: Iterable[int]) -> Iterator[Result]:
        """Yield the result of every job, in any order.

        Raises
        ------
        EngineLost
            The engine died.
        """


@dataclass(frozen=True)
class InProcess:
    """One job after the other, here."""

    def run(self, work: Work[Result], jobs: Iterable[int]) -> Iterator[Result]:
        """Yield the result of every job, in order."""
        yield from map(work, jobs)


@dataclass(frozen=True)
class LocalProcesses:
    """Several processes of this machine; one that dies is replaced.

    Attributes
    ----------
    workers : int
    """

    workers: int

    def run(self, work: Work[Result], jobs: Iterable[int]) -> Iterator[Result]:
        """Yield the result of every job as it comes.

        Programs that call this need ``if __name__ == "__main__":`` around it, since processes are spawned.
        """
        left = list(jobs)
        with _handed_over(work) as folder:
            for attempt in itertools.count():
                finished: set[int] = set()
                try:
                    yield from self._with_pool(folder, left, finished)
                    return
                except BrokenProcessPool:
                    left = [job for job in left if job not in finished]
                    _check_losses(folder, attempt + 1)

    def _with_pool(self, folder: Path, jobs: Iterable[int], finished: set[int]) -> Iterator[Any]:
        pool = ProcessPoolExecutor(self.workers, get_context("spawn"), _remember, (str(folder),))
        waiting: dict[Future[Any], int] = {}
        left = iter(jobs)
        try:
            while True:
                with _interrupts_ignored():
                    for job in itertools.islice(left, _AHEAD * self.workers - len(waiting)):
                        waiting[pool.submit(_recall, job)] = job
                if not waiting:
                    return
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    result = future.result()
                    finished.add(waiting.pop(future))
                    yield result
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


_WORK = "work"
_STARTED = "started"


@contextmanager
def _handed_over(work: Work[Any]) -> Iterator[Path]:
    """A folder that holds the work; through a pipe, a large one would wait for ever for a process that is dead."""
    with TemporaryDirectory(prefix="sim-", ignore_cleanup_errors=True) as folder:
        (Path(folder) / _WORK).write_bytes(pickle.dumps(work))
        yield Path(folder)


def _check_losses(folder: Path, times: int) -> None:
    if not (folder / _STARTED).exists():
        raise EngineLost(
            "worker processes die while they start: see what they said above "
            '(a script needs `if __name__ == "__main__":` around what it does)'
        ) from None
    if times > _REBUILDS:
        raise EngineLost(f"worker processes died {times} times (out of memory, or killed?)") from None


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Start processes that ignore interrupts from their first moment; only the main thread can see to that."""
    before = signal.getsignal(signal.SIGINT)
    if before is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


_REMEMBERED: list[Work[Any]] = []


def _remember(folder: str) -> None:
    # An interrupt is for the process that asked; workers stop when it shuts them down.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
    _REMEMBERED[:] = [pickle.loads((Path(folder) / _WORK).read_bytes())]
    (Path(folder) / _STARTED).touch()


def _end_with_parent(folder: str) -> None:
    """End this process when the one that started it is gone, which may have had no time to say so."""
    if (parent := parent_process()) is not None:
        parent.join()
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)


def _recall(job: int) -> Any:
    return _REMEMBERED[0](job)


@dataclass(frozen=True)
class DaskCluster:
    """A running Dask scheduler with its workers; a worker that dies is made up for by the others.

    Attributes
    ----------
    address : str
        Such as ``tcp://127.0.0.1:8786``. Dask's protocol is not authenticated: whoever reaches the scheduler can run
        code on the workers, so plain TCP is accepted on this machine alone; anything else needs ``tls://``.
    """

    address: str

    def run(self, work: Work[Result], jobs: Iterable[int]) -> Iterator[Result]:
        """Yield the result of every job as it comes."""
        check_address(self.address)
        with connected(self.address) as client:
            try:
                yield from _through(client, work, jobs)
            except NoWorkers as error:
                raise EngineLost(f"the Dask cluster at {self.address} {error}") from None
            except dask_faults() as error:
                raise EngineLost(f"the Dask scheduler at {self.address} was lost ({type(error).__name__})") from None


def _through(client: Any, work: Work[Result], jobs: Iterable[int]) -> Iterator[Result]:
    """Keep the cluster's workers busy, with a few jobs in wait for each."""
    left = iter(jobs)
    waiting: dict[str, Any] = {}
    ahead = _AHEAD * (1 + sum(client.nthreads().values()))
    while True:
        for job in itertools.islice(left, ahead - len(waiting)):
            future = client.submit(work, job, pure=False, retries=_REBUILDS)
            waiting[future.key] = future
        if not waiting:
            return
        for future in first_done(client, list(waiting.values())):
            del waiting[future.key]
            yield result_of(client, future)


def engine(*, workers: int | None = None, scheduler: str | None = None) -> Engine:
    """Return the engine that options describe.

    Raises
    ------
    RequestError
        Both are given, or the number of workers is below 1.
    """
    if scheduler is not None:
        if workers is not None:
            raise RequestError("workers and a scheduler (expected one of the two)")
        check_address(scheduler)
        return DaskCluster(scheduler)
    if workers is not None and workers < 1:
        raise RequestError(f"workers: {workers} (expected at least 1)")
    return InProcess() if workers in (None, 1) else LocalProcesses(workers or 1)
