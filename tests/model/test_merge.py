"""`extends`: deep merges, removals, alternatives, chains, circles, and whose line a fault points at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scenario_texts import FULL, SMALL

from sim.errors import ScenarioError
from sim.model.load import read_tree
from sim.model.merge import merged, read_merged
from sim.model.scenario import load


def laid(base: str, top: str) -> dict[str, Any]:
    return merged(read_tree(base, "base"), read_tree(top, "top")).data


def test_maps_merge_deeply_and_lists_are_replaced() -> None:
    base = "a: {x: 1, y: {p: 1, q: [1, 2, 3]}}\nb: kept\n"
    top = "a: {y: {q: [9], r: 2}, z: 3}\n"
    assert laid(base, top) == {"a": {"x": 1, "y": {"p": 1, "q": [9], "r": 2}, "z": 3}, "b": "kept"}


def test_null_removes() -> None:
    base = "a: {x: 1, y: {p: 1}}\nb: 1\nc: 2\n"
    assert laid(base, "a: {y: null}\nb: ~\nd: null\nnew: {deep: {p: null, q: 1}}\n") == {
        "a": {"x": 1},
        "c": 2,
        "new": {"deep": {"q": 1}},
    }


def test_a_map_takes_the_place_of_a_number_and_back() -> None:
    assert laid("a: 1", "a: {b: 2, c: null}") == {"a": {"b": 2}}
    assert laid("a: {b: 2}", "a: 1") == {"a": 1}
    assert laid("a: [1]", "a: {b: 2}") == {"a": {"b": 2}}


def test_sources_of_what_is_gone_go_with_it() -> None:
    base = """
issues: {army: {range: [0, 9], step: 1}, land: {label: L, range: [0, 9], step: 1}, old: {levels: [a, b]}}
sources: {issues.army.range: A, issues.land: B, issues.land.range: C, issues.old.levels: D, issues.odd: E}
"""
    before = read_tree(base, "base")
    top = read_tree("issues: {army: null, land: {levels: [x, y]}}\nsources: {issues.old: F, issues.army: G}\n", "top")
    assert merged(before, top).data["sources"] == {
        "issues.land": "B",
        "issues.old.levels": "D",
        "issues.odd": "E",
        "issues.old": "F",
        "issues.army": "G",
    }
    assert before.data == read_tree(base, "base").data


def test_sources_of_statements_that_are_gone_go_with_them() -> None:
    """Names under `uncertain` and `shifts` hold dots."""
    before = read_tree(
        "uncertain: {parties.a.values: {within: 0.5}, parties.b.values: {within: 0.5}}\n"
        "sources: {uncertain.parties.a.values: A, uncertain.parties.b.values: B}\n",
        "base",
    )
    top = read_tree("uncertain: {parties.a.values: null}\n", "top")
    assert merged(before, top).data["sources"] == {"uncertain.parties.b.values": "B"}


ALTERNATIVES = [
    ("issues: {i: {label: L, range: [0, 1], step: 1, unit: m}}", "issues: {i: {levels: [a, b]}}", {"label", "levels"}),
    ("issues: {i: {label: L, levels: [a, b]}}", "issues: {i: {range: [0, 1], step: 1}}", {"label", "range", "step"}),
    ("issues: {i: {range: [0, 1], step: 1}}", "issues: {i: {step: 0.5}}", {"range", "step"}),
    (
        "parties: {p: {values: {i: {importance: 1, best: 1, worst: 0, shape: {power: 2}}}}}",
        "parties: {p: {values: {i: {table: {a: 1}}}}}",
        {"importance", "table"},
    ),
    (
        "parties: {p: {values: {i: {importance: 1, ideal: 1, tolerance: 2}}}}",
        "parties: {p: {values: {i: {best: 1, worst: 0}}}}",
        {"importance", "best", "worst"},
    ),
    (
        "parties: {p: {values: {i: {importance: 1, points: [[0, 1], [1, 0]]}}}}",
        "parties: {p: {values: {i: {at_least: 2}}}}",
        {"importance", "at_least"},
    ),
    (
        "parties: {p: {values: {i: {importance: 1, at_least: 1}}}}",
        "parties: {p: {values: {i: {at_most: 2}}}}",
        {"importance", "at_most"},
    ),
    (
        "parties: {p: {values: {i: {importance: 1, at_least: 1}}}}",
        "parties: {p: {values: {i: {importance: 2}}}}",
        {"importance", "at_least"},
    ),
    (
        "parties: {p: {values: {i: {shape: {power: 1}}}}}",
        "parties: {p: {values: {i: {shape: {sigmoid: {middle: 0.5}}}}}}",
        {"sigmoid"},
    ),
    ("parties: {p: {no_deal: {outside: 1, impasse: 0}}}", "parties: {p: {no_deal: {war: {cost: 1}}}}", {"war"}),
    ("parties: {p: {no_deal: {war: {cost: 1}}}}", "parties: {p: {no_deal: {outside: 1}}}", {"outside"}),
    ("leverage: {l: {shifts: {a.b: {by: 1}}}}", "leverage: {l: {shifts: {a.b: {factor: 2}}}}", {"factor"}),
    (
        "private: {a.b: {distribution: {uniform: [0, 1]}}}",
        "private: {a.b: {distribution: {normal: [0, 1]}}}",
        {"normal"},
    ),
    (
        "uncertain: {a: {distribution: {beta: [1, 1, 0, 1]}}}",
        "uncertain: {a: {distribution: {discrete: [[1, 1]]}}}",
        {"discrete"},
    ),
    ("sources: {a: {claims: [d/c], differs: x}}", "sources: {a: {assumption: y}}", {"assumption"}),
    ("sources: {a: {assumption: y}}", "sources: {a: {claims: [d/c]}}", {"claims"}),
]


@pytest.mark.parametrize(("base", "top", "expected"), ALTERNATIVES)
def test_one_alternative_drops_the_other(base: str, top: str, expected: set[str]) -> None:
    found: Any = laid(base, top)
    below: Any = read_tree(top, "top").data
    while not (set(found) & expected):
        assert len(below) == 1
        (key,) = below
        found, below = found[key], below[key]
    assert set(found) == expected


def test_chain_of_three_relative_to_each_file(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "grand.yaml").write_text(SMALL)
    (tmp_path / "cases" / "base.yaml").write_text(
        "extends: ../grand.yaml\nname: Middle\nparties: {a: {no_deal: 0.25}}\n"
    )
    (tmp_path / "top.yaml").write_text("extends: cases/base.yaml\nparties: {b: {no_deal: 0.1}}\n")
    scenario = load(tmp_path / "top.yaml")
    assert scenario.name == "Middle"
    assert [party.no_deal for party in scenario.spec.parties.values()] == [0.25, 0.1]
    assert scenario.spec.extends is None
    assert scenario.path == str(tmp_path / "top.yaml")


def test_an_extension_reads_like_the_merged_file(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(FULL)
    (tmp_path / "top.yaml").write_text(
        "extends: base.yaml\nissues: {fleet: {range: [4, 8]}}\nenforcement: null\n"
        "parties:\n  north: {red_lines: {banner: null}}\n  south: {values: {fleet: {ideal: 6, tolerance: 4}}}\n"
    )
    spec = load(tmp_path / "top.yaml").spec
    assert spec.issues["fleet"].range == (4, 8)
    assert spec.issues["fleet"].step == 2
    assert spec.enforcement == {}
    assert list(spec.parties["north"].red_lines) == ["floor"]
    assert spec.parties["south"].values["fleet"].at((6.0, 8.0)).tolist() == [1.0, 0.5]


def messages(path: Path) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return [str(fault).replace(str(path.parent) + "/", "") for fault in caught.value.faults]


def test_faults_point_into_the_file_that_holds_them(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(SMALL.replace("step: 0.1", "step: 7"))
    (tmp_path / "top.yaml").write_text("extends: base.yaml\nparties:\n  a: {power: -2}\n  c: {consent: false}\n")
    assert messages(tmp_path / "top.yaml") == [
        "base.yaml:4:31: issues.cake.step: 7 is wider than the range (expected at most 1)",
        "top.yaml:3:14: parties.a.power: -2 (expected more than 0)",
        "top.yaml:4:6: parties.c: no_deal is missing (expected: what the party has without a deal)",
        "top.yaml:4:6: parties.c: values is missing (expected: value function and importance of each issue)",
    ]


def test_circles(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("name: x\nextends: b.yaml\n")
    (tmp_path / "b.yaml").write_text("extends: ./sub/../a.yaml\n")
    (tmp_path / "sub").mkdir()
    assert messages(tmp_path / "a.yaml") == [
        "b.yaml:1:10: extends: ./sub/../a.yaml extends this file in a circle (expected a base)"
    ]
    (tmp_path / "self.yaml").write_text("extends: self.yaml\n")
    assert messages(tmp_path / "self.yaml") == [
        "self.yaml:1:10: extends: self.yaml extends this file in a circle (expected a base)"
    ]
    (tmp_path / "link.yaml").symlink_to("b.yaml")
    (tmp_path / "b.yaml").write_text("extends: link.yaml\n")
    assert "circle" in messages(tmp_path / "b.yaml")[0]


def test_bases_that_cannot_be_used(tmp_path: Path) -> None:
    top = tmp_path / "top.yaml"
    (tmp_path / "istanbul.yaml").write_text("name: x\n")
    top.write_text("extends: istambul.yaml\n")
    assert messages(top) == [
        "top.yaml:1:10: extends: cannot use istambul.yaml: no such file (did you mean istanbul.yaml?)"
    ]
    top.write_text("extends: .\n")
    assert messages(top) == ["top.yaml:1:10: extends: cannot use .: a directory (expected a scenario file inside it)"]
    top.write_text('extends: "a\\0b"\n')
    assert messages(top) == ["top.yaml:1:10: extends: cannot use a\\x00b: not a file name (it holds a null character)"]
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    top.write_text("extends: loop.yaml\n")
    assert messages(top)[0].startswith("top.yaml:1:10: extends: cannot use loop.yaml: cannot be read: Too many levels")
    (tmp_path / "istanbul.yaml").write_text("format: 1\na: 1_0\nb: .inf\n")
    top.write_text("extends: istanbul.yaml\n")
    assert [line.split(": ")[0] for line in messages(top)] == ["istanbul.yaml:2:4", "istanbul.yaml:3:4"]


def test_extends_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "top.yaml").write_text(SMALL + "extends: 5\n")
    assert messages(tmp_path / "top.yaml") == [
        "top.yaml:8:10: extends: 5 is a number (expected text: put it in quotes, '5')"
    ]
    (tmp_path / "base.yaml").write_text(SMALL + "extends: [a.yaml]\n")
    (tmp_path / "top.yaml").write_text("extends: base.yaml\n")
    assert messages(tmp_path / "top.yaml") == ["base.yaml:8:10: extends: not text (expected a file name)"]


def test_the_base_is_not_changed() -> None:
    base, top = read_tree("a: {x: 1}", "base"), read_tree("a: {y: 2}", "top")
    merged(base, top)
    assert (base.data, top.data) == ({"a": {"x": 1}}, {"a": {"y": 2}})


def test_standard_input_extends_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    (tmp_path / "base.yaml").write_text(SMALL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"extends: base.yaml\nname: From input\n")))
    assert read_merged("-").data["name"] == "From input"


@pytest.mark.parametrize(
    "text",
    [
        "root:x:0:0:root:/root:/bin/bash\nsecret: [1\n",
        "network: {secret: yes}\n",
        "&secret anchor: *secret\n",
        "- secret\n",
        "secret: 1\nsecret: 2\n",
        "secret\n" * 3,
        "",
    ],
)
def test_nothing_is_told_of_a_base_that_is_no_scenario(tmp_path: Path, text: str) -> None:
    (tmp_path / "other").write_text(text)
    (tmp_path / "top.yaml").write_text(SMALL + "extends: other\n")
    assert messages(tmp_path / "top.yaml") == [
        "top.yaml:8:10: extends: cannot use other: not a scenario file (expected format, issues or parties)"
    ]


@pytest.mark.parametrize("text", ["{issues: {cake: {step: 1}}}", '{"name": "x", "parties": {}}', "  format : 1\n"])
def test_a_base_is_a_scenario_in_any_style(tmp_path: Path, text: str) -> None:
    (tmp_path / "other").write_text(text)
    (tmp_path / "top.yaml").write_text(SMALL + "extends: other\n")
    assert load(tmp_path / "top.yaml").spec.name == "One cake"
