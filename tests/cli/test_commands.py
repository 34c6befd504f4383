"""The command line: what it prints, what it refuses, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from scenario_texts import FULL, SMALL, edited

import sim
from sim.__main__ import main
from sim.game.compiled import compile
from sim.model.schema import scenario_schema

ROOT = Path(__file__).parents[2]
ISTANBUL = ROOT / "scenarios" / "istanbul-2022.yaml"
LOGROLL = ROOT / "scenarios" / "teaching" / "logroll.yaml"
NO_ZONE = edited(SMALL, ("no_deal: 0.2", "no_deal: 0.7"), ("no_deal: 0.3", "no_deal: 0.6"))

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(**extra: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LINES", "FORCE_COLOR")}
    return kept | {"PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)} | extra


def command(*arguments: object, text: str | None = None, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "sim", *map(str, arguments)],
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment(**extra),
        check=False,
    )


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.yaml"
    file.write_text(SMALL)
    return file


@pytest.fixture
def full(tmp_path: Path) -> Path:
    file = tmp_path / "full.yaml"
    file.write_text(FULL)
    return file


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the command line in this process: exit code, standard output, standard error."""

    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return run


Say = Callable[..., tuple[int, str, str]]


def strict(text: str) -> Any:
    """Return JSON that holds neither NaN nor infinity."""

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} in JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.fixture(scope="module")
def istanbul() -> Any:
    done = command("run", ISTANBUL, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return strict(done.stdout)


TOP = (
    "schema_version",
    "scenario",
    "leverage",
    "space",
    "reservation",
    "disagreement",
    "zone",
    "frontier",
    "solutions",
    "trade_rates",
    "why",
    "equilibria",
    "durability",
    "coalitions",
    "provenance",
    "notes",
)
ZONE = (
    "exists",
    "exists_with_lotteries",
    "margin_with_lotteries",
    "margin",
    "surplus",
    "maps",
    "share",
    "share_low",
    "share_high",
    "method",
    "issues",
)
DEAL = ("outcome", "utilities", "gains", "within", "profile", "ties")


def test_json_has_every_key_of_the_contract(istanbul: Any) -> None:
    assert set(TOP) <= set(istanbul)
    assert istanbul["schema_version"] == 1
    assert {"name", "path", "sha256"} <= set(istanbul["scenario"])
    assert istanbul["scenario"]["sha256"] == sim.load(ISTANBUL).sha256
    assert {"issues", "outcomes", "resolution"} <= set(istanbul["space"])
    assert set(ZONE) <= set(istanbul["zone"])
    assert {"size", "parties", "utilities"} <= set(istanbul["frontier"])
    assert {"nash", "kalai_smorodinsky", "egalitarian", "utilitarian", "equal_loss"} <= set(istanbul["solutions"])
    for deal in istanbul["solutions"].values():
        assert set(DEAL) <= set(deal)


def test_json_agrees_with_the_scenario(istanbul: Any) -> None:
    spec = sim.load(ISTANBUL).spec
    issues, parties = set(spec.issues), set(spec.parties)
    assert istanbul["leverage"] == {name: variable.default for name, variable in spec.leverage.items()}
    assert set(istanbul["reservation"]) == set(istanbul["disagreement"]) == parties
    assert type(istanbul["space"]["outcomes"]) is int
    outcomes = 1
    for issue in spec.issues.values():
        outcomes *= len(issue.all_levels())
    assert istanbul["space"]["outcomes"] == outcomes
    assert istanbul["zone"]["exists"] is True
    assert set(istanbul["zone"]["issues"]) == issues
    for name, found in istanbul["zone"]["issues"].items():
        assert set(found) == ({"min", "max", "count"} if spec.issues[name].numeric else {"levels"})
    assert istanbul["frontier"]["size"] == len(istanbul["frontier"]["utilities"]) > 0
    for deal in istanbul["solutions"].values():
        assert set(deal["outcome"]) == set(deal["within"]) == set(deal["profile"]) == issues
        for name, issue in spec.issues.items():
            assert deal["outcome"][name] in issue.all_levels()
            assert len(deal["profile"][name]) == len(issue.all_levels())
        for party in parties:
            gain = deal["utilities"][party] - istanbul["reservation"][party]
            assert deal["gains"][party] == pytest.approx(gain, abs=1e-12)
            assert deal["utilities"][party] >= istanbul["reservation"][party] - 1e-9
    found = istanbul["provenance"]
    assert found["unsourced"] == []
    assert found["evidence"] + found["assumptions"] == len(found["inputs"])


def test_what_is_missing_has_its_reason(istanbul: Any) -> None:
    def nulls(part: Any, path: str = "") -> list[str]:
        if isinstance(part, dict):
            return [found for key, value in part.items() for found in nulls(value, f"{path}.{key}" if path else key)]
        return [path] if part is None else []

    shown = {key: value for key, value in istanbul.items() if key in TOP and key not in ("notes", "provenance", "why")}
    for path in nulls(shown):
        if ".profile." not in path and not path.startswith(("durability", "equilibria", "coalitions")):
            assert any(path.startswith(note) for note in istanbul["notes"]), path


def wide(issues: int) -> str:
    """Return a scenario of many issues with ten levels each."""
    text = "format: 1\nname: Wide\nissues:\n"
    text += "".join(f"  i{k}: {{range: [0, 9], step: 1}}\n" for k in range(issues)) + "parties:\n"
    for side, name in enumerate("ab"):
        text += f"  {name}:\n    no_deal: 0.5\n    values:\n"
        for k in range(issues):
            importance = k + 1 + 30 * ((k + side) % 2)
            text += f"      i{k}: {{importance: {importance}, best: {9 * side}, worst: {9 - 9 * side}}}\n"
    return text


def test_enormous_spaces_are_counted_in_whole_numbers(tmp_path: Path, say: Say) -> None:
    file = tmp_path / "wide.yaml"
    file.write_text(wide(17))
    outcomes = compile(sim.load(file)).space.outcomes
    code, out, err = say("run", file, "--samples", 1000, "--show", "numbers")
    assert (code, err) == (0, "")
    assert "of the 1.0 x 10^17 outcomes declared (sampled, 99 % interval)" in " ".join(out.split())
    assert outcomes == 10**17
    assert type(outcomes) is int


def test_the_share_of_a_large_space_is_sampled(tmp_path: Path, say: Say) -> None:
    file = tmp_path / "wide.yaml"
    file.write_text(wide(8))
    code, out, err = say("run", file, "--json", "--samples", 2000)
    assert (code, err) == (0, "")
    found = strict(out)
    assert found["space"] == {"issues": 8, "outcomes": 10**8, "resolution": 0, "method": "fold"}
    zone = found["zone"]
    assert zone["method"] == "sampled"
    assert 0 <= zone["share_low"] < zone["share"] < zone["share_high"] <= 1


def test_text_for_a_person(say: Say) -> None:
    code, out, err = say("run", ISTANBUL)
    assert (code, err) == (0, "")
    for word in (
        "Istanbul talks, spring 2022",
        "Signing   Russia, Ukraine",
        "Battlefield momentum 0: -1 Ukraine advances, +1 Russia advances",
        "IS A DEAL POSSIBLE?  Yes.",
        "Army cap",
        "85,000",
        "soldiers",
        "THE NASH DEAL",
        "Russia",
        "Ukraine",
        "WHAT IT HANGS ON",
        "RISKS",
        "NEXT  --show why,deals,games,lasting,who,ratify,numbers,robust or all",
        "claims",
        "assumptions",
        "thinking aid, not a forecast",
    ):
        assert word in out, word
    everything = say("run", ISTANBUL, "--all")[1]
    for word in ("Egalitarian", "\nWHY", "\nGAMES", "\nNUMBERS"):
        assert word not in out
        assert word in everything


def test_no_zone_is_a_result(tmp_path: Path, say: Say) -> None:
    file = tmp_path / "none.yaml"
    file.write_text(NO_ZONE)
    code, out, err = say("run", file)
    assert (code, err) == (0, "")
    told = " ".join(out.split())
    assert "Margin -0.200 (it compares sides): so far does the nearest outcome, below, leave some signer short" in told
    assert "WHAT WOULD OPEN IT a fall in what no deal is worth: a's by 0." in told.replace("- ", "")
    assert "WHAT IT HANGS ON one group of inputs wrong, all others right no zone within" in told
    code, out, _ = say("run", file, "--json")
    found = strict(out)
    assert code == 0
    assert found["zone"]["exists"] is False
    assert found["zone"]["margin"] == pytest.approx(-0.2, abs=1e-12)
    assert found["solutions"] is None
    assert found["zone"]["issues"] is None
    assert "no zone" in found["notes"]["solutions"]
    assert found["why"]["closest"]["cake"] in (0.5, 0.6)
    assert "a" in found["why"]["blocking"] or "b" in found["why"]["blocking"]


def test_red_lines_that_leave_nothing(tmp_path: Path, say: Say) -> None:
    file = tmp_path / "none.yaml"
    file.write_text(
        SMALL.replace("no_deal: 0.2}", "no_deal: 0.2, red_lines: {more: {issue: cake, min: 0.6}}}").replace(
            "no_deal: 0.3}", "no_deal: 0.3, red_lines: {less: {issue: cake, max: 0.4}}}"
        )
    )
    code, out, _ = say("run", file, "--json")
    found = strict(out)
    assert (code, found["zone"]["exists"], found["zone"]["margin"]) == (0, False, None)
    assert found["notes"]["zone.margin"] == "the red lines together leave no outcome"
    code, out, _ = say("run", file)
    assert code == 0
    assert "the red lines leave no outcome" in " ".join(out.split())
    code, out, _ = say("run", file, "--lift", "a.more", "--json")
    found = strict(out)
    assert found["zone"]["exists"] is True
    assert found["zone"]["issues"]["cake"] == {"min": 0.2, "max": 0.4, "count": 3}
    assert found["scenario"]["lifted"] == ["a.more"]


def test_standard_input() -> None:
    done = command("run", "-", "--json", text=SMALL)
    assert (done.returncode, done.stderr) == (0, "")
    found = strict(done.stdout)
    assert (found["scenario"]["name"], found["scenario"]["path"]) == ("One cake", "<stdin>")
    done = command("run", "-", text="format: 1\nnme: x\n")
    assert done.returncode == 3
    assert "<stdin>:2:1: nme: unknown key (did you mean name?)" in done.stderr.splitlines()
    done = command("validate", "-", text=SMALL)
    assert (done.returncode, done.stdout) == (0, "-: sound\n")


def test_set_at_and_lift(full: Path, say: Say) -> None:
    def data(*options: object) -> Any:
        code, out, err = say("run", full, "--json", *options)
        assert (code, err) == (0, "")
        return strict(out)

    plain = data()
    assert plain["leverage"] == {"storm": 0.0}
    moved = data("--at", "storm=0.5")
    assert moved["leverage"] == {"storm": 0.5}
    assert moved["reservation"]["north"] != plain["reservation"]["north"]
    assert moved["scenario"]["sha256"] == plain["scenario"]["sha256"]
    changed = data("--set", "parties.guild.no_deal=0.45", "--set", "parties.south.no_deal.outside=0.3")
    assert changed["reservation"]["guild"] == 0.45
    assert changed["reservation"]["south"] == 0.3
    assert changed["disagreement"]["south"] == 0.1
    assert changed["scenario"]["sha256"] != plain["scenario"]["sha256"]
    assert data("--set", "issues.tax.range=[0, 20]")["space"]["outcomes"] < plain["space"]["outcomes"]
    assert data("--lift", "south.ceiling")["zone"]["issues"]["tax"]["max"] == 40
    assert plain["zone"]["issues"]["tax"]["max"] == 30


def test_a_proposed_deal_is_judged(full: Path, say: Say) -> None:
    code, out, err = say("run", full, "--json", "--at-outcome", "tax=20,fleet=4,flag=shared,canal=open")
    assert (code, err) == (0, "")
    judgement = strict(out)["judgement"]
    assert judgement["crossed"] == []
    code, out, _ = say("run", full, "--json", "--at-outcome", "tax=0,fleet=4,flag=shared,canal=open")
    assert strict(out)["judgement"]["crossed"] == ["north.floor"]
    code, out, err = say("run", full, "--at-outcome", "tax=5,flt=4,flag=shared,canal=open")
    assert (code, out) == (3, "")
    assert len(err.splitlines()) == 2
    for words in ("tax: 5 is not a level", "no issue 'flt' (did you mean fleet?)"):
        assert words in err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--samples", "0"], "samples: 0 (expected at least 1)"),
        (["--samples", "-5"], "samples: -5 (expected at least 1)"),
        (["--at", "strom=1"], "no leverage variable 'strom' (did you mean storm?)"),
        (["--at", "storm=1.5"], "storm: level 1.5 is out of range (expected -1 to 1)"),
        (["--at", "storm=nan"], "storm: level nan is out of range (expected -1 to 1)"),
        (["--at", "storm=inf"], "storm: level inf is out of range (expected -1 to 1)"),
        (["--lift", "north.flor"], "no red line 'north.flor' (did you mean north.floor?)"),
        (["--lift", "zzz"], "(expected one of: north.floor, north.banner, south.ceiling, south.colours)"),
        (["--set", "parties.nort.power=1"], "--set parties.nort.power: no parties.nort (did you mean north?)"),
        (["--set", "parties.north.power=x"], "--set parties.north.power: parties.north.power: 'x' (expected a number)"),
        (["--set", "issues.fleet.step=0"], "--set issues.fleet.step: issues.fleet.step: 0 (expected more than 0)"),
        (["--set", "parties.north.power=\udcff"], "holds half a character (expected text that a file could hold)"),
    ],
)
def test_names_and_values_that_are_not_allowed(full: Path, say: Say, options: list[str], words: str) -> None:
    code, out, err = say("run", full, *options)
    assert (code, out) == (3, "")
    assert words in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["run"],
        ["rn", "x.yaml"],
        ["run", "x.yaml", "--nothing"],
        ["run", "x.yaml", "--set", "parties.a.power"],
        ["run", "x.yaml", "--set", "=1"],
        ["run", "x.yaml", "--set", "a="],
        ["run", "x.yaml", "--at", "storm"],
        ["run", "x.yaml", "--at", "storm=much"],
        ["run", "x.yaml", "--samples", "many"],
        ["run", "x.yaml", "--samples", "1.5"],
        ["run", "x.yaml", "y.yaml"],
        ["run", "x.yaml", "--at-outcome", "tax=5,flag"],
        ["validate"],
        ["schema", "x"],
        ["evidence", "--part", "x", "--colour"],
    ],
)
def test_malformed_options_are_faults_of_usage(say: Say, arguments: list[str]) -> None:
    code, out, err = say(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("usage: sim")
    assert "error:" in err


TWICE = {
    "run": (["FILE"], ["--at", "--set"]),
    "sweep": (["FILE", "--over", "parties.a.power=1,2", "-o", "x.nc"], ["--at", "--set"]),
    "plot": (["utility-plane", "FILE", "-o", "x.svg"], ["--at", "--set"]),
    "report": (["FILE", "-o", "x.html"], ["--at", "--set"]),
    "compare": (["FILE", "FILE"], ["--at", "--set"]),
    "export": (["FILE", "--format", "nfg", "-o", "x.nfg"], ["--at"]),
}


@pytest.mark.parametrize(
    ("words", "option"),
    [([command, *words], option) for command, (words, options) in TWICE.items() for option in options],
)
def test_a_name_given_twice_is_refused(
    full: Path, say: Say, words: list[str], option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which of the two is meant is anybody's guess."""
    monkeypatch.chdir(full.parent)
    name = {"--at": "push", "--set": "parties.b.power"}[option]
    given = [str(full) if word == "FILE" else word for word in words]
    code, _, fault = say(*given, option, f"{name}=1", option, f"{name}=0.5")
    assert code == 3
    assert fault == f"{option}: {name} twice (expected each name once)\n"
    assert not list(full.parent.glob("x.*"))


def test_help_and_version(say: Say) -> None:
    code, out, _ = say("--help")
    assert code == 0
    for name in ("run", "validate", "schema", "evidence"):
        assert name in out
    assert say("--version") == (0, f"sim {sim.__version__}\n", "")


def test_validate(full: Path, small: Path, tmp_path: Path, say: Say) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(edited(SMALL, ("step: 0.1", "step: 0"), ("no_deal: 0.3", "no_deel: 0.3")))
    code, out, err = say("validate", small, bad, full)
    assert code == 3
    assert out.splitlines()[0] == f"{small}: sound"
    assert out.splitlines()[1] == f"{full}: sound"
    assert out.splitlines()[2].startswith(f"{full}: note: parties.north.values.fleet: value runs from 0.2 to 1")
    assert err.splitlines() == [
        f"{bad}:4:31: issues.cake.step: 0 (expected more than 0)",
        f"{bad}:7:6: parties.b: no_deal is missing (expected: what the party has without a deal)",
        f"{bad}:7:59: parties.b.no_deel: unknown key (did you mean no_deal?)",
    ]
    code, out, err = say("validate", small, bad, "--json")
    found = strict(out)
    assert (code, err, found["schema_version"]) == (3, "", 1)
    assert [(report["path"], report["sound"], len(report["faults"])) for report in found["files"]] == [
        (str(small), True, 0),
        (str(bad), False, 3),
    ]
    assert say("validate", small)[0] == 0


def test_schema(say: Say) -> None:
    code, out, err = say("schema")
    assert (code, err) == (0, "")
    assert strict(out) == scenario_schema()


def test_evidence_filters(say: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(ROOT / "scenarios")
    every = strict(say("evidence", "--json")[1])
    assert every["schema_version"] == 1
    assert len(every["claims"]) > 100
    for name, value in (("party", "russia"), ("issue", "nato"), ("kind", "position"), ("document", "doc-001")):
        code, out, _ = say("evidence", f"--{name}", value, "--json")
        chosen = strict(out)["claims"]
        assert code == 0
        assert chosen == [claim for claim in every["claims"] if claim[name] == value]
        assert 0 < len(chosen) < len(every["claims"])
    code, out, _ = say("evidence", "--party", "russia", "--document", "doc-001")
    assert code == 0
    assert out.splitlines()[-1].endswith(" claims")
    (claim,) = (claim for claim in every["claims"] if claim["id"] == "doc-001/meeting-trump")
    said = " ".join(say("evidence", "--document", "doc-001")[1].split())
    told = f"On the word of {claim['word_of']}; reported by Bloomberg; as of 2025-01; at 2.1, 11.1."
    assert f"{told} Disagrees with doc-001/meeting-peskov." in said
    code, out, err = say("evidence", "--party", "rusia")
    assert (code, out) == (3, "")
    assert err == "--party: no claim of 'rusia' (did you mean russia?)\n"
    monkeypatch.chdir(tmp_path)
    code, out, err = say("evidence")
    assert (code, out) == (3, "")
    assert err.startswith("no folder seeds here or above")


def test_evidence_of_a_scenario(say: Say, small: Path) -> None:
    found = strict(say("evidence", ISTANBUL, "--json")[1])
    assert found["trouble"] == []
    assert found["counts"]["none"] == 0
    assert found["counts"]["evidence"] + found["counts"]["assumption"] == len(found["inputs"])
    code, out, _ = say("evidence", ISTANBUL)
    assert code == 0
    assert "(100 % covered)" in " ".join(out.split())
    terms = {term["path"]: term for term in found["terms"]}
    assert terms["issues.nato.levels"]["value"] == ["membership", "open door", "neutrality"]
    named = sum(term["kind"] == "evidence" for term in terms.values())
    assert named > 0
    assert f"{len(terms)} lists of levels, red lines and orders: {named} from documents" in " ".join(out.split())
    some = strict(say("evidence", ISTANBUL, "--kind", "position", "--json")[1])
    assert some["counts"] == found["counts"]
    assert 0 < len(some["inputs"]) < len(found["inputs"])
    code, out, _ = say("evidence", ISTANBUL, "--kind", "position")
    assert (
        f"{len(some['inputs'])} inputs and {len(some['terms'])} lists, orders or red lines rest on such a claim" in out
    )
    assert f"{len(found['inputs'])} inputs: {found['counts']['evidence']} from documents" in out
    code, out, _ = say("evidence", small)
    assert code == 0
    assert "(0 % covered)" in " ".join(out.split())
    assert say("evidence", "nothing.yaml")[0] == 3


BOMB = "a: &a [x, x, x]\n" + "".join(
    f"{n}: &{n} [{', '.join(['*' + o] * 9)}]\n" for o, n in zip("abcdefgh", "bcdefghi", strict=True)
)

# What is in the file, and for each fault where it is and what is said of it.
BAD: dict[str, tuple[str | bytes, list[tuple[str, str]]]] = {
    "unknown key": (SMALL + "colour: red\n", [(":8:1: colour", "unknown key")]),
    "wrong type": (
        edited(SMALL, ("no_deal: 0.2", "no_deal: low")),
        [(":6:68: parties.a.no_deal", "'low' (expected a number, ")],
    ),
    "weight below zero": (
        edited(SMALL, ("{importance: 1, best: 1", "{importance: -1, best: 1")),
        [(":6:35: parties.a.values.cake.importance", "-1 (expected at least 0)")],
    ),
    "empty range": (edited(SMALL, ("[0, 1]", "[1, 1]")), [(":4:17: issues.cake.range", "empty range 1 to 1")]),
    "inverted range": (edited(SMALL, ("[0, 1]", "[1, 0]")), [(":4:17: issues.cake.range", "inverted range 1 to 0")]),
    "step of zero": (
        edited(SMALL, ("step: 0.1", "step: 0")),
        [(":4:31: issues.cake.step", "0 (expected more than 0)")],
    ),
    "unknown party": (
        edited(SMALL, ("step: 0.1", "step: 0.1, control: [c]")),
        [(":4:46: issues.cake.control.0", "no party named 'c'")],
    ),
    "unknown level": (
        edited(SMALL, ("step: 0.1", "step: 0.1, reversion: 0.15")),
        [(":4:47: issues.cake.reversion", "0.15 is not a level")],
    ),
    "duplicate keys": (
        SMALL + "name: again\nname: third\n",
        [(":8:1: name", "duplicate key (first at line 2)"), (":9:1: name", "duplicate key")],
    ),
    "inf and nan": (
        edited(SMALL, ("no_deal: 0.2", "no_deal: .inf"), ("no_deal: 0.3", "no_deal: .nan")),
        [
            (":6:68: parties.a.no_deal", ".inf (expected a finite number)"),
            (":7:68: parties.b.no_deal", ".nan (expected a finite number)"),
        ],
    ),
    "nested brackets": ("[" * 200_000, [(":1:65: ", "nested deeper than 64 levels")]),
    "alias bomb": (
        BOMB,
        [(":1:4: a", "an anchor &a")] + [(f":{2 + k // 10}:", "alias" if k % 10 else "anchor") for k in range(80)],
    ),
    "extends itself": ("extends: bad.yaml\n", [(":1:10: extends", "in a circle")]),
    "extends nothing": ("extends: none.yaml\n", [(":1:10: extends", "cannot use none.yaml: no such file")]),
    "binary": (b"\x7fELF\x02\x01\x01\x00", [("", "a binary file")]),
    "not text": (b"\xff\xfe\x00", [("", "not UTF-8 text")]),
    "empty": ("", [(":1:1", "the file is empty")]),
    "too large": (b"# " + b"x" * 5_000_000, [("", "larger than 4 MiB")]),
    "bad grammar": ("format: 1\n  name: x\n", [(":2:7", "not valid YAML: mapping values are not allowed")]),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gives_a_line_a_fault_and_exit_3(name: str, tmp_path: Path) -> None:
    content, expected = BAD[name]
    file = tmp_path / "bad.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = command("run", file)
    assert (done.returncode, done.stdout) == (3, "")
    lines = done.stderr.splitlines()
    assert len(lines) == len(expected), done.stderr
    for line, (place, words) in zip(lines, expected, strict=True):
        assert line.startswith(f"{file}{place}")
        assert words in line


def test_files_that_are_not_there(tmp_path: Path, small: Path) -> None:
    done = command("run", tmp_path / "smal.yaml")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"{tmp_path / 'smal.yaml'}: no such file (did you mean {small}?)\n"
    done = command("run", tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"{tmp_path}: a directory (expected a scenario file inside it)\n"
    done = command("validate", small, tmp_path / "smal.yaml")
    assert (done.returncode, done.stdout) == (3, f"{small}: sound\n")


def test_a_file_of_100_megabytes(tmp_path: Path) -> None:
    file = tmp_path / "huge.yaml"
    with file.open("wb") as stream:
        stream.truncate(100_000_000)
    done = command("run", file)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"{file}: the file is larger than 4 MiB (expected a scenario file)\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", LOGROLL, "--json"],
        ["schema"],
        ["validate", ISTANBUL],
        ["evidence", ISTANBUL],
    ],
)
def test_a_reader_that_leaves_is_no_fault(arguments: list[Any]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "sim", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


FULL_DEVICE = Path("/dev/full")


@pytest.mark.skipif(not FULL_DEVICE.exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("at_once", ["", "1"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["run", LOGROLL],
        ["run", LOGROLL, "--json"],
        ["schema"],
        ["validate", ISTANBUL],
        ["evidence", ISTANBUL],
        ["sweep", LOGROLL, "--over", "claim=0,0.3", "--measure", "margin", "-o", "o.nc"],
    ],
)
def test_output_that_finds_no_room_is_a_line(arguments: list[Any], at_once: str, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "sim", *map(str, arguments)]
    own = environment(PYTHONUNBUFFERED=at_once)
    with FULL_DEVICE.open("w") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, env=own, cwd=tmp_path, check=False)
    assert done.stderr.splitlines()[-1] == "No space left on device"
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert done.returncode == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", ISTANBUL, "--all", "--at", "battlefield=0.5", "--lift", "russia.no_membership"],
        ["run", "-"],
        ["evidence", "--issue", "nato"],
        ["evidence", ISTANBUL],
    ],
)
def test_no_line_is_wider_than_80_columns_in_a_pipe(arguments: list[Any]) -> None:
    done = command(*arguments, text=NO_ZONE, COLUMNS="")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) > 5
    assert [line for line in lines if cell_len(line) > 80] == []
    assert "\x1b" not in done.stdout


def test_colours_are_left_out_when_asked() -> None:
    done = command("run", "-", text=SMALL, FORCE_COLOR="1", NO_COLOR="1", TERM="xterm-256color")
    assert done.returncode == 0
    assert "IS A DEAL POSSIBLE?" in done.stdout
    codes = [code for part in done.stdout.split("\x1b[")[1:] for code in part.split("m")[0].split(";")]
    assert [code for code in codes if code not in ("0", "1", "2", "3", "4", "22", "23", "24")] == []


def test_an_interrupt_ends_with_130(small: Path, monkeypatch: pytest.MonkeyPatch, say: Say) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.studies.study.study", interrupt)
    assert say("run", small) == (130, "", "interrupted\n")


def test_labels_cannot_be_read_as_markup(tmp_path: Path, say: Say) -> None:
    file = tmp_path / "markup.yaml"
    text = edited(
        SMALL,
        ("name: One cake", "name: '[red]One[/red] [/] cake'"),
        ("{range: [0, 1]", "{label: '[b]Cake[/q]', range: [0, 1]"),
    )
    file.write_text(text)
    code, out, err = say("run", file)
    assert (code, err) == (0, "")
    assert "[red]One[/red] [/] cake" in out
    assert "[b]Cake[/q]" in out


@pytest.mark.parametrize("level", ["inf", "-inf", "1e400", "nan", "1e99", "9" * 400])
def test_no_end_of_the_grid_is_meant_by_a_number_beyond_all(say: Say, small: Path, level: str) -> None:
    code, out, err = say("run", small, "--at-outcome", f"cake={level}")
    assert (code, out) == (3, "")
    assert err.startswith("cake: ")
    assert "is not a level (expected " in err


def test_an_issue_of_a_proposal_is_named_once(say: Say, small: Path) -> None:
    code, out, err = say("run", small, "--at-outcome", "cake=1,cake=0")
    assert (code, out, err) == (3, "", "--at-outcome: cake twice (expected each name once)\n")


def test_a_decimal_comma_in_an_option_is_explained(say: Say, small: Path) -> None:
    code, out, err = say("run", small, "--at", "cake=0,4")
    assert (code, out) == (2, "")
    assert "0,4 reads as text (write 0.4," in err
