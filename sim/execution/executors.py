"""Engines that work through numbered jobs: in this process, in local processes, on a Dask cluster.

An engine is disposable: it is given a function of a job's number, hands results back as they come, in any order, and
keeps nothing. Whoever asked writes results down, so whatever happens to an engine, what was handed back is kept.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sim.errors import EngineLost, RequestError, shown
from sim.execution.clusters import NoWorkers, check_address, connected, dask_faults, first_done, result_of
from sim.execution.workers import Died, Worker, any_started, handed_over, ready, start, stop

__all__ = ["DaskCluster", "Engine", "EngineLost", "InProcess", "LocalProcesses", "engine"]

Result = TypeVar("Result")
Work = Callable[[int], Result]
_AHEAD = 2
_REBUILDS = 3


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

    Whoever stops asking for results, by an interrupt for one, ends them at once: what they are at is not waited for.

    Attributes
    ----------
    workers : int
        At least 1; RequestError otherwise.
    """

    workers: int

    def __post_init__(self) -> None:
        if not isinstance(self.workers, int) or isinstance(self.workers, bool):
            raise RequestError(f"workers: {shown(self.workers)} (expected a whole number)")
        if self.workers < 1:
            raise RequestError(f"workers: {self.workers} (expected at least 1)")

    def run(self, work: Work[Result], jobs: Iterable[int]) -> Iterator[Result]:
        """Yield the result of every job as it comes.

        Programs that call this need ``if __name__ == "__main__":`` around it, since processes are spawned.
        """
        waiting = deque(jobs)
        running: list[Worker] = []
        losses = 0
        with handed_over(work) as folder:
            try:
                while _supplied(running, (folder, self.workers), waiting):
                    for worker in ready(running):
                        try:
                            yield worker.take()
                        except Died as death:
                            losses += 1
                            running.remove(worker)
                            stop([worker])
                            waiting.extendleft(reversed(death.jobs))
                            _check_losses(folder, losses)
            finally:
                stop(running)


def _supplied(running: list[Worker], enough: tuple[Path, int], waiting: deque[int]) -> bool:
    """Start as many workers as there is work for, keep each supplied, and say whether anything is being done."""
    folder, most = enough
    while len(running) < min(most, len(waiting) + sum(bool(worker.jobs) for worker in running)):
        running.append(start(folder))
    for depth in range(_AHEAD):
        for worker in running:
            if waiting and len(worker.jobs) <= depth:
                worker.give(waiting.popleft())
    return any(worker.jobs for worker in running)


def _check_losses(folder: Path, times: int) -> None:
    if not any_started(folder):
        raise EngineLost(
            "worker processes die while they start: see what they said above "
            '(a script needs `if __name__ == "__main__":` around what it does)'
        ) from None
    if times > _REBUILDS:
        raise EngineLost(f"worker processes died {times} times (out of memory, or killed?)") from None


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

    def __post_init__(self) -> None:
        if not isinstance(self.address, str):
            raise RequestError(f"address: {shown(self.address)} (expected text such as tcp://127.0.0.1:8786)")

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
    local = None if workers is None else LocalProcesses(workers)
    return InProcess() if local is None or local.workers == 1 else local
