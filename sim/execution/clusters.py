"""What a Dask cluster is asked before work goes to it: its address, a connection, its workers and their version."""

from __future__ import annotations

import ipaddress
import logging
import queue
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from sim.errors import RequestError
from sim.execution.greetings import fault_of
from sim.execution.workers import interrupts_held
from sim.version import __version__

__all__ = ["NoWorkers", "check_address", "connected", "dask_faults", "first_done", "result_of"]

_TIMEOUT = 10
_PATIENCE = 60


def check_address(address: str) -> None:
    """Raise RequestError where an address is none, or stands for plain TCP to another machine."""
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("tcp", "tls") and bool(parts.hostname and parts.port)
    except ValueError:
        sound = False
    if not sound:
        raise RequestError(f"{address}: not the address of a scheduler (expected tcp://127.0.0.1:8786 or tls://...)")
    if parts.scheme == "tcp" and not _loopback(parts.hostname or ""):
        raise RequestError(
            f"{address}: plain TCP to another machine is not authenticated (expected tls://, or a loopback address)"
        )


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of the scheduler at an address that has workers of this version; closed at the end.

    Raises
    ------
    RequestError
        It cannot be reached, has no workers, or they would work something else out.
    """
    with _quiet():
        client = _client(address)
        _hush(client)
    try:
        _check_workers(client, address)
        yield client
    finally:
        with interrupts_held(), suppress(TimeoutError, OSError):
            client.close(timeout=1)


def _client(address: str) -> Any:
    try:
        import distributed
    except ImportError:
        raise RequestError("a Dask scheduler needs distributed (pip install 'peace-sim[cluster]')") from None
    context = _certificates(address, distributed) if address.startswith("tls:") else None
    parts = urlsplit(address)
    fault = fault_of(parts.hostname or "", parts.port or 0, patience=_TIMEOUT, context=context)
    if fault is not None:
        raise RequestError(f"no Dask scheduler answers at {address} ({fault})")
    make: Any = distributed.Client
    return _in_time(lambda: make(address, timeout=_TIMEOUT, set_as_default=False), address)


def _certificates(address: str, distributed: Any) -> ssl.SSLContext:
    # A client that is made without them fails half-way, and says so again when it is thrown away.
    try:
        context = distributed.Security().get_connection_args("client").get("ssl_context")
    except (OSError, ValueError, TypeError) as error:
        raise RequestError(f"{address}: certificates that cannot be used ({error})") from None
    if context is None:
        raise RequestError(f"{address}: tls:// without certificates (expected Dask's setting distributed.comm.tls)")
    return cast(ssl.SSLContext, context)


def _in_time(make: Callable[[], Any], address: str) -> Any:
    """Return what is made, in a thread that is left to itself where it takes too long: Dask's time limits have gaps."""
    made: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def work() -> None:
        try:
            made.put((make(), None))
        # Whatever a peer that is no scheduler makes of Dask's client.
        except Exception as error:
            made.put((None, error))

    threading.Thread(target=work, daemon=True, name="sim-handshake").start()
    try:
        client, error = made.get(timeout=3 * _TIMEOUT)
    except queue.Empty:
        client, error = None, TimeoutError(f"no end of the handshake after {3 * _TIMEOUT:g} seconds")
    if error is not None:
        raise RequestError(f"no Dask scheduler answers at {address} ({str(error) or type(error).__name__})") from None
    return client


def _check_workers(client: Any, address: str) -> None:
    """Wait for a first worker, then compare versions: blocks must not depend on who worked them out."""

    def version() -> str:
        try:
            from sim.version import __version__ as theirs
        except ImportError:
            return "none"
        return str(theirs)

    here = " --host 127.0.0.1 --dashboard-address 127.0.0.1:0" if address.startswith("tcp:") else ""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
        found = client.run(version, on_error="ignore")
    except TimeoutError:
        raise RequestError(
            f"{address}: no workers after {_PATIENCE} seconds (to start one: dask worker {address} --nthreads 1{here})"
        ) from None
    except OSError as error:
        raise RequestError(f"the Dask scheduler at {address} was lost ({type(error).__name__})") from None
    for worker, theirs in sorted(found.items()):
        if theirs != __version__:
            raise RequestError(f"sim on the worker {worker}: version {theirs} (expected {__version__}, as here)")


class NoWorkers(Exception):
    """A cluster has had no workers for long, or loses every one that is given a certain job."""


def first_done(client: Any, futures: list[Any]) -> list[Any]:
    """Return those of some futures that are done, at least one."""
    import distributed

    wait_for: Any = distributed.wait
    with client.as_current():
        return list(
            _patiently(client, lambda limit: wait_for(futures, timeout=limit, return_when="FIRST_COMPLETED")).done
        )


def result_of(client: Any, future: Any) -> Any:
    """Return what a future came to, worked out again if it was lost with a worker."""
    from distributed.scheduler import KilledWorker

    try:
        return _patiently(client, lambda limit: future.result(timeout=limit))
    except KilledWorker:
        raise NoWorkers("loses its workers over the same block again and again (out of memory?)") from None


def _patiently(client: Any, ask: Callable[[float], Any]) -> Any:
    while True:
        try:
            return ask(_PATIENCE)
        except TimeoutError:
            if not client.nthreads():
                raise NoWorkers("has no workers any more") from None


_LOGGERS = tuple(f"distributed.{name}" for name in ("batched", "client", "comm", "core", "utils"))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from logging tracebacks of connections that are not made: what matters is raised."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@dataclass(frozen=True, eq=False)
class _Hushed:
    """Lets no record of one thread pass."""

    thread: threading.Thread

    def filter(self, record: logging.LogRecord) -> bool:
        return threading.current_thread() is not self.thread


def _hush(client: Any) -> None:
    """Keep a client from logging tracebacks of connections that end: what matters is raised.

    It goes on trying to reconnect while it is closed, and some time after. So its thread is hushed for good, and
    nobody else's.
    """

    async def thread() -> threading.Thread:
        return threading.current_thread()

    hushed = _Hushed(client.sync(thread))
    for logger in map(logging.getLogger, (*_LOGGERS, "asyncio", "tornado.application")):
        for old in [old for old in logger.filters if isinstance(old, _Hushed) and not old.thread.is_alive()]:
            logger.removeFilter(old)
        logger.addFilter(hushed)


def dask_faults() -> tuple[type[BaseException], ...]:
    """Return what is raised when a scheduler is lost."""
    from concurrent.futures import CancelledError

    from distributed.client import FutureCancelledError, FuturesCancelledError
    from distributed.comm.core import CommClosedError

    return (CommClosedError, CancelledError, FutureCancelledError, FuturesCancelledError, TimeoutError, OSError)
