"""Three engines, one answer; and what is left when one of them dies."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from same import same

import sim
from sim.errors import RequestError
from sim.executors import DaskCluster, Engine, EngineLost, InProcess, LocalProcesses, engine
from sim.sweeps import finished, sweep

SCENARIO = "scenarios/istanbul-2022.yaml"
AXES = {
    "parties.russia.values.nato.importance": np.linspace(10, 40, 6),
    "battlefield": np.linspace(-1, 1, 9),
}
MEASURES = ["surplus", "ranges", "solutions", "offers"]
BLOCK = 9


@pytest.fixture(scope="module")
def wanted() -> Any:
    return sweep(SCENARIO, AXES, MEASURES, block=BLOCK)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def dask(*words: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """One Dask process on loopback, ended at the end."""
    log = (folder / f"{words[0]}-{time.monotonic_ns()}.log").open("wb")
    command = [sys.executable, "-m", "dask", *words]
    # A group of its own: a worker's nanny starts processes that must end with it.
    process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        yield process
    finally:
        kill(process)
        log.close()


def kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[tuple[str, Any, list[Any]]]:
    """A scheduler with some workers: its address and the processes."""
    from distributed import Client

    address = f"tcp://127.0.0.1:{free_port()}"
    with ExitStack() as stack:
        port = address.rpartition(":")[2]
        words = ("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
        scheduler = stack.enter_context(dask(*words, folder=folder))
        options = ("--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard", "--no-nanny")
        local = ("--local-directory", str(folder))
        running = [
            stack.enter_context(dask("worker", address, *options, *local, folder=folder)) for _ in range(workers)
        ]
        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)
        yield address, scheduler, running


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with cluster(tmp_path_factory.mktemp("dask")) as (found, _, _):
        yield found


@pytest.mark.parametrize("kind", ["here", "processes", "dask"])
def test_every_engine_gives_the_same_numbers(kind: str, address: str, wanted: Any) -> None:
    engines: dict[str, Engine] = {"here": InProcess(), "processes": LocalProcesses(2), "dask": DaskCluster(address)}
    same(sweep(SCENARIO, AXES, MEASURES, block=BLOCK, engine=engines[kind]), wanted)


class Once:
    """Does something when the first block is done."""

    def __init__(self, act: Any) -> None:
        self.act, self.done = act, False

    def __call__(self, progress: Any) -> None:
        if not self.done:
            self.done = True
            self.act()


def test_one_of_two_dask_workers_is_killed(tmp_path: Path, wanted: Any) -> None:
    with cluster(tmp_path) as (found, _, running):
        once = Once(lambda: kill(running[0]))
        engine = DaskCluster(found)
        result = sweep(SCENARIO, AXES, MEASURES, block=BLOCK, engine=engine, store=tmp_path / "o.zarr", progress=once)
        assert once.done
        assert running[1].poll() is None
    same(result, wanted)


def test_the_scheduler_is_killed_and_the_rest_done_here(
    tmp_path: Path, wanted: Any, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "o.zarr"
    with cluster(tmp_path, 1) as (found, scheduler, _):
        once = Once(lambda: kill(scheduler))
        with pytest.raises(EngineLost, match="was lost"):
            sweep(SCENARIO, AXES, MEASURES, block=3, engine=DaskCluster(found), store=path, progress=once)
    assert not finished(path)
    assert "Traceback" not in caplog.text + capfd.readouterr().err
    told: list[Any] = []
    same(sweep(SCENARIO, AXES, MEASURES, block=3, store=path, resume=True, progress=told.append), wanted)
    assert told[0].kept > 0


def die_once(folder: str, job: int) -> int:
    """End this process without a word, the first time job 3 is asked for."""
    mark = Path(folder) / "died"
    if job == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return job * job


def always_die(job: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return job


def test_a_local_process_that_dies_is_replaced(tmp_path: Path) -> None:
    from functools import partial

    found = LocalProcesses(2).run(partial(die_once, str(tmp_path)), range(8))
    assert sorted(found) == [job * job for job in range(8)]
    assert (tmp_path / "died").exists()


def test_local_processes_that_always_die_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.executors._REBUILDS", 1)
    with pytest.raises(EngineLost, match="died 2 times"):
        list(LocalProcesses(1).run(always_die, range(2)))


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"workers": 0}, "expected at least 1"),
        ({"workers": 2, "scheduler": "tcp://127.0.0.1:8786"}, "expected one of the two"),
        ({"scheduler": "tcp://10.0.0.7:8786"}, "not authenticated"),
        ({"scheduler": "tcp://example.org:8786"}, "not authenticated"),
        ({"scheduler": "localhost"}, "not the address of a scheduler"),
        ({"scheduler": "http://127.0.0.1"}, "not the address of a scheduler"),
    ],
)
def test_engines_that_are_refused(options: dict[str, Any], fault: str) -> None:
    with pytest.raises(RequestError, match=fault):
        engine(**options)


def test_addresses_that_are_allowed() -> None:
    for address in ("tcp://127.0.0.1:1", "tcp://localhost:1", "tcp://[::1]:1", "tls://10.0.0.7:8786"):
        assert engine(scheduler=address) == DaskCluster(address)
    assert engine() == engine(workers=1) == InProcess()
    assert engine(workers=3) == sim.LocalProcesses(3)


def test_no_scheduler_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.executors._TIMEOUT", 0.3)
    with pytest.raises(RequestError, match="no Dask scheduler answers"):
        list(DaskCluster(f"tcp://127.0.0.1:{free_port()}").run(str, range(1)))
