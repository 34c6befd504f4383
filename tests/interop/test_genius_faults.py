"""Broken GENIUS files are named with their place, and hostile ones are not followed."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from genius_files import (
    BOMB,
    HARBOUR,
    NORTH,
    RISING,
    discrete,
    domain,
    files,
    imported,
    integer,
    profile,
    real,
)

from sim.errors import RequestError, SimError
from sim.interop.genius import read_genius

OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n<utility_space>&a;</utility_space>'
FAR = '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><utility_space/>'


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("north", NORTH.replace("</utility_space>", ""), r"north.xml:1:\d+: not well-formed XML"),
        ("north", "", "north.xml:1:1: not well-formed XML: no element found"),
        ("north", BOMB, "north.xml:2:.*document type"),
        ("strait", OUTSIDE, "strait.xml:1:.*document type.*external references are not read"),
        ("strait", FAR, "document type"),
        ("north", "<html/>", r"north.xml:1:1: the root is <html> \(expected a GENIUS file"),
        ("strait", "<negotiation_template/>", "holds no utility_space"),
        ("strait", domain(), "no issues"),
        ("strait", domain(real(1, "a", 0, 5e-324)), "'a' runs from 0 to 4.94066e-324, too near for 21 levels apart"),
        ("strait", domain(discrete(1, "a", [])), "'a' has no values"),
        ("strait", domain(discrete(1, "a", ["x"]), discrete(1, "b", ["x"])), "index 1 is taken by 'a'"),
        ("strait", domain(integer(1, "n", 0.5, 3)), "whole numbers"),
        ("strait", domain(integer(1, "n", 6, 5)), "empty range"),
        ("strait", domain(integer(1, "n", 0, 10**7)), "over 100,000 levels"),
        ("strait", domain(integer(1, "n", "nan", 3)), "lowerbound is 'nan'"),
        ("strait", domain('<issue index="1" name="p" type="price"/>'), "an issue of type 'price' cannot be carried"),
        ("strait", "<utility_space>" * 70 + "</utility_space>" * 70, "nested deeper than 64"),
        ("north", NORTH.replace('"Patrols"', '"Patrol"'), r"no issue 'Patrol' with index 2.*did you mean Patrols\?"),
        ("north", NORTH.replace('index="2" name', 'index="9" name'), "no issue 'Patrols' with index 9"),
        ("north", NORTH.replace('value="no"', 'value="nope"'), "no value 'nope' in the domain"),
        ("north", NORTH.replace(' evaluation="0"', ""), "evaluation is missing on <item>"),
        ("north", NORTH.replace('evaluation="3"', 'evaluation="3,5"'), "evaluation is '3,5' on <item>"),
        ("north", NORTH.replace('<item index="3" value="no" evaluation="0"/>', ""), "no evaluation of 'no'"),
        ("north", NORTH.replace(RISING, ""), "'Patrols' has no evaluator"),
        ("north", NORTH.replace("linear", "faratin").replace("slope", "bend"), "a faratin evaluator cannot be carried"),
        ("north", NORTH.replace("slope", "bend"), "parameter1 is missing"),
        ("north", NORTH.replace('value="0.6"', 'value="0"').replace('value="0.4"', 'value="0"'), "sum to zero"),
        ("north", NORTH.replace('value="0.6"', 'value="-0.6"'), "weight -0.6 of 'Harbour .east.' is negative"),
        ("north", NORTH.replace('<weight index="2" value="0.4"/>', ""), "no weight for 'Patrols'"),
        ("north", NORTH.replace('<weight index="2"', '<weight index="1"'), "a second weight"),
        ("north", profile(discrete(1, "Harbour (east)", HARBOUR, (1, 1, 1)), weights=(1,)), "no issue 'Patrols'"),
        ("north", NORTH.replace('"0.25"', '"much"'), "value is 'much' on <reservation>"),
        (
            "north",
            '<utility_space><objective><utility maxutility="1"><ufun/></utility></objective></utility_space>',
            "a nonlinear utility space .<utility>. cannot be carried",
        ),
        ("north", NORTH.replace("<utility_space>", '<utility_space type="nonlinear">'), "nonlinear"),
        ("north", '<!-- a -->\n<?xml version="1.0"?><utility_space><ufun/></utility_space>', "xml:2:37: a nonlinear"),
        ("north", "<utility_space><objective><rules/></objective></utility_space>", "a constraint-based utility space"),
    ],
)
def test_broken_files_are_named_with_their_place(folder: Path, name: str, text: str, words: str) -> None:
    with pytest.raises(SimError, match=words) as caught:
        imported(folder, **{name: text})
    assert len(str(caught.value).splitlines()) == 1
    assert str(caught.value).startswith(str(folder / name))


def test_the_line_and_column_are_those_of_the_element(folder: Path) -> None:
    text = NORTH.replace("<item", "\n  <item").replace('evaluation="3"', 'evaluation="three"')
    with pytest.raises(SimError, match=r"north.xml:3:3: evaluation is 'three'"):
        imported(folder, north=text)


def test_any_bytes_are_refused_in_one_line(folder: Path) -> None:
    rng = np.random.default_rng(7)
    raw = NORTH.encode()
    lines = []
    for _ in range(150):
        broken = bytearray(raw)
        for place in rng.integers(0, len(raw), 3):
            broken[place] = rng.integers(0, 256)
        (folder / "north.xml").write_bytes(bytes(broken))
        try:
            read_genius(str(folder / "strait.xml"), [str(folder / "north.xml"), str(folder / "south.xml")])
        except SimError as error:
            lines.append(len(str(error).splitlines()))
    assert len(lines) > 100
    assert set(lines) == {1}


def test_missing_and_large_files(folder: Path) -> None:
    first, north, south = files(folder)
    with pytest.raises(RequestError, match=r"gone\.xml: no such file"):
        read_genius(first, [north, str(folder / "gone.xml")])
    with pytest.raises(RequestError, match="cannot be read"):
        read_genius(str(folder), [north, south])
    with pytest.raises(RequestError, match=r"1 profile \(expected two or more"):
        read_genius(first, [north])
    with pytest.raises(RequestError, match="1 levels for a real issue"):
        read_genius(first, [north, south], real_levels=1)
    with pytest.raises(RequestError, match=r"1000000000 levels for a real issue \(expected 2 to 100,000\)"):
        read_genius(first, [north, south], real_levels=10**9)
    os.mkfifo(folder / "pipe.xml")
    with pytest.raises(RequestError, match=r"pipe\.xml: cannot be read \(a named pipe"):
        read_genius(first, [north, str(folder / "pipe.xml")])
    (folder / "large.xml").write_bytes(b" " * (4 * 1024 * 1024 + 1))
    with pytest.raises(RequestError, match="larger than 4 MiB"):
        read_genius(str(folder / "large.xml"), [north, south])


def test_an_entity_bomb_ends_at_once_in_a_process_of_its_own(folder: Path) -> None:
    names_ = "abcdefghij"
    lines = [f'<!ENTITY {new} "{"&" + old + ";"}{"&" + old + ";" * 1}">' for old, new in itertools.pairwise(names_)]
    files(folder, north=f'<!DOCTYPE x [<!ENTITY a "{"x" * 1000}">{"".join(lines)}]><utility_space>&j;</utility_space>')
    done = subprocess.run(
        [sys.executable, "-m", "sim", "import", *files(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
