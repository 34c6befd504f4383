"""Files that are none: pipes are not waited for, whichever way a path leads to them."""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from scenario_texts import SMALL

from sim.__main__ import main
from sim.errors import ScenarioError
from sim.model.scenario import load

NAMED = "cannot be read: a named pipe (expected a file; - reads standard input)"


def test_a_named_pipe_is_not_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "pipe.yaml")
    (tmp_path / "top.yaml").write_text("extends: pipe.yaml\n")
    for name in ("pipe.yaml", "link.yaml"):
        with pytest.raises(ScenarioError) as caught:
            load(tmp_path / name)
        assert str(caught.value) == f"{tmp_path / name}: {NAMED}"
    assert main(["validate", str(tmp_path / "top.yaml")]) == 3
    where = f"{tmp_path / 'top.yaml'}:1:10: extends"
    assert capsys.readouterr().err == f"{where}: cannot use pipe.yaml: {NAMED}\n"


def test_evidence_in_a_named_pipe_is_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "seeds").mkdir()
    os.mkfifo(tmp_path / "seeds" / "x.yaml")
    (tmp_path / "case.yaml").write_text(SMALL)
    assert main(["evidence", str(tmp_path / "case.yaml")]) == 3
    assert capsys.readouterr().err == f"{tmp_path / 'seeds' / 'x.yaml'}: {NAMED}\n"


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="no /dev/fd here")
def test_what_a_shell_hands_over_for_a_command_is_read() -> None:
    """A pipe without a name, as in `sim run <(make-a-scenario)`."""
    receiver, sender = os.pipe()
    with os.fdopen(sender, "w") as stream:
        writer = threading.Thread(target=lambda: (stream.write(SMALL), stream.flush()))
        writer.start()
        writer.join()
    try:
        assert load(f"/dev/fd/{receiver}").spec.name == "One cake"
    finally:
        os.close(receiver)


@pytest.mark.parametrize(
    "command", ["run -", "validate -", "plot utility_plane - -o a.png", "sweep - --over x=0,1 -o a.nc"]
)
def test_closed_standard_input_is_a_fault(command: str) -> None:
    words = f"{shlex.join([sys.executable, '-m', 'sim', *command.split()])} <&-"
    done = subprocess.run(["sh", "-c", words], capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 3
    assert done.stderr == "<stdin>: cannot be read: closed (expected a scenario there, or the name of a file)\n"


def test_standard_input_may_be_text_or_closed_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO(SMALL)
    monkeypatch.setattr(sys, "stdin", stream)
    assert load("-").name == "One cake"
    stream.close()
    with pytest.raises(ScenarioError, match="closed"):
        load("-")
