"""Help with an example for each command, and completion in a shell."""

from __future__ import annotations

import io
import shlex
import shutil
import subprocess

import pytest

from sim.__main__ import main
from sim.cli import parser
from sim.cli.examples import EXAMPLES
from sim.cli.progress import ProgressLine

BASH = shutil.which("bash")


@pytest.fixture(scope="module")
def commands() -> dict[str, object]:
    top = parser()
    (found,) = (action.choices for action in top._actions if isinstance(action.choices, dict))
    return dict(found)


def test_every_command_has_an_example_that_parses(commands: dict[str, object]) -> None:
    assert set(EXAMPLES) == set(commands)
    for name, lines in EXAMPLES.items():
        for line in lines:
            words = shlex.split(line.removeprefix('eval "$(').removesuffix(')"').partition(" > ")[0])
            assert words[:2] == ["sim", name]
            parser().parse_args(words[1:])


def test_help_shows_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["compare", "--help"])
    assert f"examples:\n  {EXAMPLES['compare'][0]}" in capsys.readouterr().out


@pytest.mark.skipif(BASH is None, reason="there is no bash here")
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["ru"], {"run"}),
        (["run", "--at-"], {"--at-outcome"}),
        (["new", "x.yaml", "--like", "tr"], {"treaty"}),
        (["compare", "--s"], {"--set"}),
        (["completion", "--"], {"--help"}),
    ],
)
def test_a_shell_completes(capsys: pytest.CaptureFixture[str], typed: list[str], expected: set[str]) -> None:
    assert main(["completion", "bash"]) == 0
    words = " ".join(map(shlex.quote, ["sim", *typed]))
    asked = f'\nCOMP_WORDS=({words}); COMP_CWORD={len(typed)}; _sim; printf "%s\\n" "${{COMPREPLY[@]}}"\n'
    assert BASH is not None
    done = subprocess.run(
        [BASH, "--norc", "-c", capsys.readouterr().out + asked], capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) == expected


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_begins_at_once_and_says_what_would_be_faster() -> None:
    clock = iter(float(second) for second in (0, 0, 5, 5, 5, 60, 60))
    stream = Terminal()
    line = ProgressLine(stream, lambda: next(clock), faster="--measure margin")
    line.begin(1000)
    assert stream.getvalue().strip() == "0 of 1,000 points"
    line.tell(100, 1000, 0)
    assert stream.getvalue().count("faster: --measure margin\n") == 1
    line.tell(200, 1000, 0)
    assert stream.getvalue().count("faster") == 1
    assert "100 of 1,000 points, 45 s left" in stream.getvalue()
    quiet = io.StringIO()
    ProgressLine(quiet).begin(1000)
    assert quiet.getvalue() == ""
