"""Engines that work through numbered jobs: in this process, in local processes, on a Dask cluster.

An engine is disposable: it is given a function of a job's number, hands results back as they come, in any order, and
keeps nothing. Whoever asked writes results down, so whatever happens to an engine, what was handed back is kept.
"""

from __future__ import annotations

import ipaddress
import itertools
import logging
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from sim.errors import RequestError, SimError

__all__ = ["DaskCluster", "Engine", "EngineLost", "InProcess", "LocalProcesses", "engine"]

Result = TypeVar("Result")
Work = Callable[[int], Result]
_AHEAD = 2
_REBUILDS = 3
_TIMEOUT = 10


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
        for attempt in itertools.count():
            finished: set[int] = set()
            try:
                yield from self._with_pool(work, left, finished)
                return
            except BrokenProcessPool:
                left = [job for job in left if job not in finished]
                if attempt == _REBUILDS:
                    raise EngineLost(f"worker processes died {attempt + 1} times (out of memory, or killed?)") from None

    def _with_pool(self, work: Work[Result], jobs: Iterable[int], finished: set[int]) -> Iterator[Result]:
        pool = ProcessPoolExecutor(self.workers, get_context("spawn"), _remember, (work,))
        waiting: dict[Future[Result], int] = {}
        left = iter(jobs)
        try:
            while True:
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


_REMEMBERED: list[Work[Any]] = []


def _remember(work: Work[Any]) -> None:
    # An interrupt is for the process that asked; workers stop when it shuts them down.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _REMEMBERED[:] = [work]


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
        _check_address(self.address)
        client, lost = _connect(self.address), _dask_faults()
        with _quiet():
            try:
                yield from _through(client, work, jobs)
            except lost as error:
                raise EngineLost(f"the Dask scheduler at {self.address} was lost ({type(error).__name__})") from None
            finally:
                client.close(timeout=1)


def _through(client: Any, work: Work[Result], jobs: Iterable[int]) -> Iterator[Result]:
    """Keep the cluster's workers busy, with a few jobs in wait for each."""
    left = iter(jobs)
    waiting: dict[str, Any] = {}
    ahead = _AHEAD * (1 + len(client.scheduler_info()["workers"]))
    while True:
        for job in itertools.islice(left, ahead - len(waiting)):
            future = client.submit(work, job, pure=False, retries=_REBUILDS)
            waiting[future.key] = future
        if not waiting:
            return
        for future in _first_done(client, list(waiting.values())):
            del waiting[future.key]
            yield future.result()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from logging tracebacks of connections that end: what matters is raised."""
    loggers = [logging.getLogger(name) for name in ("distributed.client", "distributed.core", "distributed.comm")]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _first_done(client: Any, futures: list[Any]) -> list[Any]:
    import distributed

    wait_for: Any = distributed.wait
    with client.as_current():
        return list(wait_for(futures, return_when="FIRST_COMPLETED").done)


def _connect(address: str) -> Any:
    try:
        import distributed
    except ImportError:
        raise RequestError("a Dask scheduler needs distributed (pip install 'peace-sim[cluster]')") from None
    client: Any = distributed.Client
    try:
        return client(address, timeout=_TIMEOUT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        words = str(error) or type(error).__name__
        raise RequestError(f"no Dask scheduler answers at {address} ({words})") from None


def _dask_faults() -> tuple[type[BaseException], ...]:
    from concurrent.futures import CancelledError

    from distributed.client import FutureCancelledError, FuturesCancelledError
    from distributed.comm.core import CommClosedError

    return (CommClosedError, CancelledError, FutureCancelledError, FuturesCancelledError, TimeoutError, OSError)


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("tcp", "tls") or not parts.hostname:
        raise RequestError(f"{address}: not the address of a scheduler (expected tcp://127.0.0.1:8786 or tls://...)")
    if parts.scheme == "tcp" and not _loopback(parts.hostname):
        raise RequestError(
            f"{address}: plain TCP to another machine is not authenticated (expected tls://, or a loopback address)"
        )


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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
        _check_address(scheduler)
        return DaskCluster(scheduler)
    if workers is not None and workers < 1:
        raise RequestError(f"workers: {workers} (expected at least 1)")
    return InProcess() if workers in (None, 1) else LocalProcesses(workers or 1)
