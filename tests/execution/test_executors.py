"""Three engines, one answer; and what is left when one of them dies."""

from __future__ import annotations

import errno
import logging
import multiprocessing
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from same import same

import sim
from sim.ensembles.ensemble import ensemble
from sim.errors import NotWritten, RequestError
from sim.execution.executors import DaskCluster, Engine, EngineLost, InProcess, LocalProcesses, engine
from sim.execution.store import create_store
from sim.execution.workers import handed_over
from sim.sweeps.datasets import template
from sim.sweeps.requests import plan_of
from sim.sweeps.sweep import finished, sweep

SCENARIO = "scenarios/istanbul-2022.yaml"
AXES = {
    "parties.russia.values.nato.importance": np.linspace(10, 40, 6),
    "battlefield": np.linspace(-1, 1, 9),
}
SWEEP = [sys.executable, "-m", "sim", "sweep", SCENARIO]
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
def cluster(folder: Path, workers: int = 2, *more: str) -> Iterator[tuple[str, Any, list[Any]]]:
    """A scheduler with some workers: its address and the processes."""
    from distributed import Client

    address = f"tcp://127.0.0.1:{free_port()}"
    with ExitStack() as stack:
        port = address.rpartition(":")[2]
        words = ("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
        scheduler = stack.enter_context(dask(*words, folder=folder))
        options = ("--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard", *(more or ("--no-nanny",)))
        local = ("--local-directory", str(folder))
        running = [
            stack.enter_context(dask("worker", address, *options, *local, folder=folder)) for _ in range(workers)
        ]
        with Client(address, timeout=240, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=240)
        yield address, scheduler, running


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with cluster(tmp_path_factory.mktemp("dask")) as (found, _, _):
        yield found


@pytest.mark.parametrize("kind", ["here", "processes", "dask"])
def test_every_engine_gives_the_same_numbers(kind: str, address: str, wanted: Any) -> None:
    engines: dict[str, Engine] = {"here": InProcess(), "processes": LocalProcesses(2), "dask": DaskCluster(address)}
    same(sweep(SCENARIO, AXES, MEASURES, block=BLOCK, engine=engines[kind]), wanted)


def test_a_cluster_draws_the_same_truths(address: str) -> None:
    file = str(Path(__file__).parents[2] / "scenarios" / "teaching" / "fearon-crisis.yaml")
    options: dict[str, Any] = {"doubt": 0.5, "solved": 30, "block": 20}
    for over in (None, {"strength": [-0.1, 0.1]}):
        here, there = (
            ensemble(file, 50, over=over, engine=engine, **options) for engine in (None, DaskCluster(address))
        )
        assert set(here.variables) == set(there.variables)
        for name, variable in here.variables.items():
            assert there.variables[name].values.tobytes() == variable.values.tobytes(), name
        assert here.attrs == there.attrs


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


@pytest.mark.parametrize("time_round", [1, 2])
def test_a_scheduler_that_is_killed_leaves_a_line_and_no_traceback(tmp_path: Path, time_round: int) -> None:
    """Its client goes on trying to reconnect; what it says of that came in most runs, but not in all."""
    output = tmp_path / "o.zarr"
    with cluster(tmp_path, 1, "--nanny") as (found, scheduler, _):
        axes = ["--over", "battlefield=-1:1:400", "--over", "parties.russia.values.nato.importance=10:40:9"]
        more = ["-o", str(output), "--block", "20", "--scheduler", found]
        with interrupted([*SWEEP, *axes, *more], tmp_path) as process:
            wait_until(lambda: len(list(output.glob("progress/done/c/*"))) >= 2)
            kill(scheduler)
            _, said = process.communicate(timeout=240)
    assert process.returncode == 4
    assert "was lost" in said
    assert "Traceback" not in said
    assert "--resume" in said


def test_loggers_of_dask_are_left_as_they_were(address: str) -> None:
    def state() -> list[Any]:
        return [(name, logging.getLogger(f"distributed.{name}").level) for name in ("client", "comm", "core")]

    before = state()
    results = DaskCluster(address).run(str, range(3))
    next(results)
    assert state() == before, "whoever else uses Dask is heard meanwhile"
    list(results)
    assert state() == before


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
    monkeypatch.setattr("sim.execution.executors._REBUILDS", 1)
    with pytest.raises(EngineLost, match="died 2 times"):
        list(LocalProcesses(1).run(always_die, range(2)))


SCRIPT = """
import numpy as np
import sim
{guard}sim.sweep({scenario!r}, {{"battlefield": np.linspace(-1, 1, {points})}}, block=1, engine=sim.LocalProcesses(2))
"""


def script(folder: Path, guard: str, points: int) -> list[str]:
    path = folder / "script.py"
    text = SCRIPT.format(guard=guard, scenario=str(Path(SCENARIO).resolve()), points=points)
    path.write_text(text, encoding="utf-8")
    return [sys.executable, str(path)]


def test_processes_that_die_while_they_start_are_said_to(tmp_path: Path) -> None:
    done = subprocess.run(script(tmp_path, "", 4), capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 1
    assert "EngineLost: worker processes die while they start" in done.stderr
    assert 'if __name__ == "__main__":' in done.stderr


def workers_of(process: subprocess.Popen[Any]) -> list[int]:
    """The worker processes of one; none where the system does not tell."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == process.pid and b"spawn_main" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(true: Any, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize("after", [0.0, 3.0])
def test_workers_end_with_the_process_that_started_them(tmp_path: Path, after: float) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(script(tmp_path, "if __name__ == '__main__': ", 100_000), env=environment)
    try:
        wait_until(lambda: len(workers_of(process)) == 2)
        time.sleep(after)
        workers = workers_of(process)
    finally:
        process.kill()
        process.wait()
    wait_until(lambda: not any(alive(worker) for worker in workers), 15)
    assert len(workers) == 2
    assert after == 0 or not list(tmp_path.glob("sim-*"))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize("after", [0.0, 0.1, 0.4])
def test_an_interrupt_while_workers_start_is_for_the_parent_alone(tmp_path: Path, after: float) -> None:
    axes = ["--over", "battlefield=-1:1:100000", "--measure", "margin", "--block", "1", "--workers", "2"]
    command = [*SWEEP, *axes, "-o", str(tmp_path / "o.zarr")]
    with interrupted(command, tmp_path) as process:
        wait_until(lambda: len(workers_of(process)) == 2)
        time.sleep(0.05 + after)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=240)
    assert process.returncode == 130, said
    assert "Traceback" not in said


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize("pause", [0.0, 0.05, 0.3])
def test_interrupts_one_after_the_other_while_workers_are_at_heavy_blocks(tmp_path: Path, pause: float) -> None:
    """A block takes minutes: none is waited for."""
    output = tmp_path / "o.zarr"
    plan = plan_of(SCENARIO, {"battlefield": np.linspace(-1, 1, 20_000)}, ["last_offers"], block=10_000)
    create_store(output, template(plan)).begin()
    axes = ["--over", "battlefield=-1:1:20000", "--measure", "last_offers", "--block", "10000", "--workers", "2"]
    with interrupted([*SWEEP, *axes, "-o", str(output), "--resume"], tmp_path) as process:
        wait_until(lambda: list(tmp_path.glob("sim-*/started")))
        time.sleep(0.5)
        workers = workers_of(process)
        for _ in range(4):
            os.killpg(process.pid, signal.SIGINT)
            time.sleep(pause)
        _, said = process.communicate(timeout=240)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    assert said.splitlines()[0] == "what is done is kept; to go on:"
    assert said.splitlines()[-1] == "interrupted"
    assert len(workers) == 2
    assert not any(alive(worker) for worker in workers)
    assert not list(tmp_path.glob("sim-*"))


def hearing_interrupts() -> None:
    """Undo what a process of ours inherits where tests run in processes that ignore interrupts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def interrupted(command: list[str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A command whose temporary files lie in a folder, and which is sure to end."""
    environment = {**os.environ, "TMPDIR": str(folder)}
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=environment,
        preexec_fn=hearing_interrupts,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def refuse(job: int) -> int:
    raise RequestError(f"not {job}")


def raise_what_cannot_be_sent(job: int) -> int:
    raise type("Local", (Exception,), {})(f"not {job}")


def test_what_work_raises_is_raised_here() -> None:
    with pytest.raises(RequestError, match="not 3"):
        list(LocalProcesses(2).run(refuse, [3]))
    with pytest.raises(RuntimeError, match="Local: not 3"):
        list(LocalProcesses(2).run(raise_what_cannot_be_sent, [3]))


def test_work_that_finds_no_room_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(NotWritten, match=rf"{tmp_path}: .*cannot be written \(No space left.*TMPDIR\)"):
        list(LocalProcesses(2).run(str, range(3)))
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    with pytest.raises(NotWritten, match=r"none: .*cannot be written \(No such file"):
        list(LocalProcesses(2).run(str, range(3)))


@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits for the size of files")
def test_a_limit_for_the_size_of_files_ends_in_a_line(tmp_path: Path) -> None:
    words = [*SWEEP, "--over", "battlefield=0,1", "--workers", "2", "--block", "1", "-o", str(tmp_path / "x.nc")]
    limited = f"ulimit -f 1; exec {shlex.join(words)}"
    done = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert "work for other processes cannot be written (File too large" in done.stderr


def test_errors_of_what_is_done_with_work_stay_what_they_are() -> None:
    with pytest.raises(OSError, match="mine"), handed_over(str):
        raise OSError("mine")


def test_nobody_works_on_when_nobody_asks() -> None:
    results = LocalProcesses(2).run(str, range(1_000))
    assert next(results) in ("0", "1", "2", "3")
    results.close()  # type: ignore[attr-defined]
    assert not multiprocessing.active_children()


def test_no_more_processes_are_started_than_there_is_work() -> None:
    results = LocalProcesses(8).run(str, range(2))
    next(results)
    assert len(multiprocessing.active_children()) <= 2
    assert len(list(results)) == 1
    assert list(LocalProcesses(2).run(str, [])) == []


@pytest.mark.parametrize("workers", [0, -1])
def test_local_processes_need_a_worker(workers: int) -> None:
    with pytest.raises(RequestError, match=rf"workers: {workers} \(expected at least 1\)"):
        sim.LocalProcesses(workers)


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"workers": 0}, "expected at least 1"),
        ({"workers": 2, "scheduler": "tcp://127.0.0.1:8786"}, "expected one of the two"),
        ({"scheduler": "tcp://10.0.0.7:8786"}, "not authenticated"),
        ({"scheduler": "tcp://example.org:8786"}, "not authenticated"),
        ({"scheduler": "localhost"}, "not the address of a scheduler"),
        ({"scheduler": "http://127.0.0.1"}, "not the address of a scheduler"),
        ({"scheduler": "tcp://127.0.0.1"}, "not the address of a scheduler"),
        ({"scheduler": "tcp://127.0.0.1:abc"}, "not the address of a scheduler"),
        ({"scheduler": "tcp://127.0.0.1:99999"}, "not the address of a scheduler"),
        ({"scheduler": "tcp://[bad:1"}, "not the address of a scheduler"),
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
    monkeypatch.setattr("sim.execution.clusters._TIMEOUT", 0.3)
    with pytest.raises(RequestError, match="no Dask scheduler answers"):
        list(DaskCluster(f"tcp://127.0.0.1:{free_port()}").run(str, range(1)))


@contextmanager
def listening(answer: Any) -> Iterator[str]:
    """The address of something that answers every connection in a way of its own, and keeps it open."""
    kept: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    found = server.accept()[0]
                    kept.append(found)
                    answer(found)

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        finally:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            for one in kept:
                one.close()


def greeting() -> bytes:
    """Return what Dask sends to whoever connects."""
    from distributed.protocol import dumps
    from distributed.protocol.utils import pack_frames

    frames = dumps({"compression": None, "python": (3, 12, 0), "pickle-protocol": 5})
    packed = pack_frames([bytes(frame) for frame in frames])
    return len(packed).to_bytes(8, "little") + packed


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda _: None, "no greeting after 0.5 seconds"),
        (lambda found: found.sendall(b"\0" * 4), "no greeting after 0.5 seconds"),
        (lambda found: found.sendall(b"SSH-2.0-OpenSSH_9.6\r\n"), "something other than Dask answers"),
        (lambda found: found.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "something other than Dask answers"),
        (lambda found: found.sendall(b"\x04" + bytes(20)), "something other than Dask answers"),
        (lambda found: found.close(), "(it hangs up without a greeting|.*reset)"),
        (lambda found: found.sendall(greeting()), "(no end of the handshake after 1.5 seconds|TimeoutError)"),
    ],
    ids=["silent", "stalled", "ssh", "http", "short", "closed", "greets and falls silent"],
)
def test_what_is_no_scheduler_is_told_so_in_time(answer: Any, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dask's client would ask for 3 EiB at the word of an SSH server, and wait without end for a silent one."""
    monkeypatch.setattr("sim.execution.clusters._TIMEOUT", 0.5)
    with (
        listening(answer) as found,
        pytest.raises(RequestError, match=f"no Dask scheduler answers at {found} .{words}"),
    ):
        list(DaskCluster(found).run(str, range(1)))


@pytest.mark.parametrize("page", ["docs/sweeps.md", "docs/examples/cluster.py"])
def test_the_commands_in_the_docs_open_nothing_to_the_network(page: str, tmp_path: Path) -> None:
    import psutil

    lines = [shlex.split(line) for line in Path(page).read_text().splitlines() if line.strip().startswith("dask ")]
    commands = {words[1]: words[2:] for words in lines}
    assert commands.keys() == {"scheduler", "worker"}
    port = free_port()
    _, *options = commands["worker"]
    folder = ("--local-directory", str(tmp_path))
    with (
        dask("scheduler", *commands["scheduler"], "--port", str(port), folder=tmp_path) as scheduler,
        dask("worker", f"tcp://127.0.0.1:{port}", *options, *folder, folder=tmp_path) as worker,
    ):
        from distributed import Client

        with Client(f"tcp://127.0.0.1:{port}", timeout=240, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=240)
            roots = [psutil.Process(one.pid) for one in (scheduler, worker)]
            family = [one for root in roots for one in (root, *root.children(recursive=True))]
            found = [c.laddr.ip for one in family for c in one.net_connections("inet") if c.status == "LISTEN"]
    assert len(found) >= 2
    assert set(found) <= {"127.0.0.1", "::1"}


def test_tls_needs_certificates() -> None:
    command = [*SWEEP, "--over", "battlefield=-1:1:3", "-o", "unused.zarr"]
    done = subprocess.run(
        [*command, "--scheduler", "tls://127.0.0.1:1"], capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 3
    assert "tls:// without certificates" in done.stderr
    assert "Traceback" not in done.stderr
    assert not Path("unused.zarr").exists()


def test_a_cluster_without_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.execution.clusters._PATIENCE", 0.3)
    address = f"tcp://127.0.0.1:{free_port()}"
    with (
        dask(
            "scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2], "--no-dashboard", folder=tmp_path
        ),
        pytest.raises(RequestError, match=f"no workers .* dask worker {address}"),
    ):
        list(DaskCluster(address).run(str, range(1)))


def test_a_cluster_that_loses_all_its_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with cluster(tmp_path, 1) as (found, _, running):
        results = DaskCluster(found).run(str, range(100))
        assert next(results) in map(str, range(100))
        monkeypatch.setattr("sim.execution.clusters._PATIENCE", 0.5)
        kill(running[0])
        with pytest.raises(EngineLost, match="no workers any more"):
            list(results)


def test_a_block_that_kills_every_worker_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")
    with cluster(tmp_path) as (found, _, _), pytest.raises(EngineLost, match="loses its workers over the same block"):
        list(DaskCluster(found).run(os._exit, range(1, 2)))


def test_workers_of_another_version(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = sim.__version__
    monkeypatch.setattr("sim.execution.clusters.__version__", "0.0.7")
    with pytest.raises(RequestError, match=rf"version {theirs} \(expected 0\.0\.7"):
        list(DaskCluster(address).run(str, range(1)))
