"""What was changed of a file is named in everything that leaves the program, with both digests."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from strategies import built

import sim
from sim.__main__ import main
from sim.plots.data import source_line
from sim.plots.points import sweep_source
from sim.report.page import page

ROOT = Path(__file__).parents[2]
FILE = ROOT / "scenarios" / "istanbul-2022.yaml"
PATH = "parties.russia.no_deal.war.cost"


@pytest.fixture(scope="module")
def plain() -> sim.Study:
    return sim.study(FILE)


def changed(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    line = "russia.no_membership"
    given = ("--set", f"{PATH}=0.07", "--at", "battlefield=0.5", "--lift", line, *options)
    assert main(["run", str(FILE), *given]) == 0
    return capsys.readouterr().out


def test_the_file_has_the_digest_of_its_bytes(tmp_path: Path, plain: sim.Study) -> None:
    scenario = plain.game.scenario
    assert scenario.file_sha256 == hashlib.sha256(Path(scenario.path).read_bytes()).hexdigest()
    assert scenario.file_sha256 != scenario.sha256
    top = tmp_path / "top.yaml"
    top.write_text(f"extends: {scenario.path}\nname: Top\n", encoding="utf-8")
    extended = sim.load(top)
    assert extended.file_sha256 == hashlib.sha256(top.read_bytes()).hexdigest()
    set_ = sim.load(top, set={PATH: 0.07})
    assert (set_.file_sha256, set_.sha256 != extended.sha256) == (extended.file_sha256, True)


def test_text_names_what_was_changed(capsys: pytest.CaptureFixture[str], plain: sim.Study) -> None:
    text = " ".join(changed(capsys).split())
    assert f"Set {PATH} = 0.07" in text
    assert "Lifted red lines russia.no_membership" in text
    assert "Battlefield momentum +0.5 (file: 0)" in text
    assert f"file sha256 {plain.changes.file_sha256[:8]}" in text
    main(["run", str(FILE)])
    untouched = capsys.readouterr().out
    assert not re.search(r"^Set ", untouched, re.MULTILINE)
    assert "(file" not in untouched
    assert plain.game.scenario.sha256[:8] in untouched


def test_json_names_what_was_changed(capsys: pytest.CaptureFixture[str], plain: sim.Study) -> None:
    told: dict[str, Any] = json.loads(changed(capsys, "--json"))["scenario"]
    assert told["changes"] == {
        "set": {PATH: 0.07},
        "at": {"battlefield": 0.5},
        "lift": ["russia.no_membership"],
        "sign": [],
    }
    assert told["file_sha256"] == plain.game.scenario.file_sha256
    assert told["sha256"] != plain.game.scenario.sha256


def test_figures_pages_and_datasets_name_what_was_changed(plain: sim.Study) -> None:
    scenario = plain.game.scenario
    one = sim.study(scenario, {"battlefield": 0.5}, set={PATH: 0.07}, lift_lines=["russia.no_membership"])
    source = source_line(one)
    for words in ("Battlefield momentum +0.5", f"{PATH} = 0.07", "without russia.no_membership", one.changes.digests()):
        assert words in source
    text = page(one)
    for words in (one.game.scenario.sha256, str(scenario.file_sha256), f"{PATH} = 0.07", "russia.no_membership"):
        assert words in text
    dataset = sim.sweep(scenario, {"battlefield": [0.0, 1.0]}, ["margin"], set={PATH: 0.07})
    assert dataset.attrs["file_sha256"] == scenario.file_sha256
    foot = sweep_source(dataset)
    assert f"{PATH}=0.07" in foot
    assert f"file sha256 {scenario.file_sha256[:8]}" in foot


def test_who_signs_besides_is_named() -> None:
    path = ROOT / "scenarios" / "teaching" / "buyer-and-seller.yaml"
    data = dict(sim.load(path).tree.data)
    data["parties"] = {**data["parties"], "broker": {**next(iter(data["parties"].values())), "consent": False}}
    one = sim.study(built(data), sign=["broker"])
    assert one.changes.sign == ("broker",)
    assert one.changes.file_sha256 is None
    assert "broker signing" in source_line(one)
