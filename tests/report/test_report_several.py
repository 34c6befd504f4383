"""Several scenarios in one page, as text: order, what is carried once, and what the command refuses."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from report_scenes import EVERYTHING, HOSTILE, built, hostile, timeline_scenes

import sim
from sim.errors import RequestError
from sim.report.page import page
from sim.report.talks import talks, timeline


def test_tabs_stand_in_order_of_time_and_undated_last() -> None:
    names = [study.game.scenario.spec.name for study in timeline([sim.study(one) for one in timeline_scenes()])]
    assert names == ["Early talks", "Late talks", "Undated"]


def test_script_and_style_are_carried_once() -> None:
    text = talks([sim.study(one) for one in timeline_scenes()])
    assert len(re.findall(r"<script>", text)) == len(re.findall(r"<style>", text)) == 1
    assert set(re.findall(r"https?://[^\s\"'<]*", text)) == {"http://www.w3.org/2000/svg"}
    alone = [len(page(sim.study(one))) for one in timeline_scenes()]
    assert len(text) < sum(alone) - 2 * 150_000


def test_hostile_text_stays_text_in_several() -> None:
    text = talks([sim.study(built(hostile())), sim.study(built(EVERYTHING))])
    assert HOSTILE not in text
    assert text.lower().count("<script>") == 1


def test_too_few_and_the_same_twice_are_said_at_once() -> None:
    study = sim.study(built(EVERYTHING))
    with pytest.raises(RequestError, match="1 scenario "):
        talks([study])
    with pytest.raises(RequestError) as caught:
        talks([study] * 27)
    assert len(str(caught.value).splitlines()) == 2
    with pytest.raises(RequestError, match="the same scenario twice"):
        talks([study, study])


def test_the_command_names_every_fault_at_once(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump({**EVERYTHING, "name": name}))
    (tmp_path / "broken.yaml").write_text("format: 1\n")
    command = [sys.executable, "-m", "sim", "report", "-o", "talks.html"]
    files = ["one.yaml", "one.yaml", "broken.yaml", "absent.yaml"]
    wrong = subprocess.run(
        [*command, *files, "--set", "parties.east.power=2", "--at", "front=0", "--sign", "far", "--lift", "west.x"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert wrong.returncode == 3
    for words in ("--set: cannot", "--at: cannot", "--sign: cannot", "--lift: cannot", "one.yaml: twice"):
        assert words in wrong.stderr
    assert "broken.yaml" in wrong.stderr
    assert "absent.yaml: no such file" in wrong.stderr
    assert "Traceback" not in wrong.stderr
    assert not (tmp_path / "talks.html").exists()
    right = subprocess.run(
        [*command, "one.yaml", "two.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert right.returncode == 0, right.stderr
    assert "2 scenarios" in right.stderr + right.stdout
