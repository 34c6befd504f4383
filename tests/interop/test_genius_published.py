"""What published GENIUS domains hold: each of these once stopped or bent an import."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from genius_files import (
    NORTH,
    discrete,
    domain,
    files,
    imported,
    integer,
    profile,
)

from sim.errors import SimError
from sim.game.compiled import value_at
from sim.interop.genius import read_genius


def test_ampersands_may_stand_bare(folder: Path) -> None:
    bare = ["north & south", "A&B", "a &amp; b", "&#65;", "x&y;z"]
    with pytest.raises(SimError, match=r"strait\.xml:1:\d+: not well-formed XML: undefined entity"):
        imported(folder, strait=domain(discrete(1, "Who", bare)).replace("&amp;", "&"))
    tree, own = (
        text.replace("&amp;amp;", "&amp;").replace("north &amp; south", "north & south").replace("A&amp;B", "A&B")
        for text in (
            domain(discrete(1, "Who", bare[:4])),
            profile(discrete(1, "Who", bare[:4], (1, 2, 3, 4)), weights=(1,)),
        )
    )
    issue = imported(folder, strait=tree, north=own, south=own).scenario.spec.issues["Who"]
    assert issue.levels == ("north south", "A_B", "a b", "65")
    assert "north south is 'north & south', A_B is 'A&B', a b is 'a & b'" in str(issue.meaning)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_files_without_a_stated_encoding_may_be_in_windows_1252(folder: Path, encoding: str) -> None:
    levels = ["hors d\u2019oeuvres", "caf\xe9"]
    first, *rest = files(
        folder,
        strait=domain(discrete(1, "Food & drink", levels)),
        north=profile(discrete(1, "Food & drink", levels, (1, 2)), weights=(1,)),
        south=profile(discrete(1, "Food & drink", levels, (3, 2)), weights=(1,)),
    )
    for path in map(Path, (first, *rest)):
        path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    found = read_genius(first, rest)
    assert found.scenario.spec.issues["Food drink"].levels == ("hors d_oeuvres", "caf\xe9")
    assert "hors d\u2019oeuvres" in found.text
    stated = Path(first)
    stated.write_bytes(b'<?xml version="1.0" encoding="UTF-8"?>\n' + domain(discrete(1, "x", levels)).encode("cp1252"))
    with pytest.raises(SimError, match=r"strait\.xml:2:\d+: not well-formed"):
        read_genius(first, rest)


def test_of_two_evaluations_of_one_level_the_last_counts(folder: Path) -> None:
    twice = NORTH.replace("<item index", '<item index="1" value="open" evaluation="9"/><item index', 1)
    found = imported(folder, north=twice)
    table = found.data["parties"]["north"]["values"]["Harbour east"]["table"]
    assert table == {"open": 1, "shared 50_50": 0.75, "no": 0}
    assert "north.xml: 'Harbour (east)' values 'open' twice; the last counts, as in GENIUS" in found.notes
    assert not any("twice" in note for note in imported(folder, north=NORTH).notes)


def test_an_integer_evaluator_counts_from_the_bound_of_its_profile(folder: Path) -> None:
    own = profile(integer(1, "n", -2, 6, '<evaluator ftype="linear" slope="0.1" offset="0.1"/>'), weights=(1,))
    spec = imported(folder, strait=domain(integer(1, "n", 0, 5)), north=own, south=own).scenario.spec
    values = spec.parties["north"].values["n"].at(spec.issues["n"].all_levels())
    assert values == pytest.approx([0.1 + 0.1 * (x + 2) for x in range(6)], abs=1e-12)


def test_kinds_may_be_stated_anywhere_and_ranges_differ(folder: Path) -> None:
    tree = domain(
        '<issue index="2" vtype="discrete" name="Radio"><item value="yes"/><item value="no"/></issue>',
        '<issue index="6" vtype="real" type="real" name="Price"><range lowerbound="10" upperbound="20"/></issue>',
    ).replace('<objective index="0"', '<objective index="2"')
    extra = '<similarity_function weight="0.6"><criteria_function><item value="?" evaluation="1"/></criteria_function>'
    extra += "</similarity_function>"
    line = '<range lowerbound="12" upperbound="20"/><evaluator ftype="linear" parameter1="-0.125" parameter0="2.5"/>'
    own = profile(
        f'<weight index="2" value="0.4"/><weight index="6" value="0.6"/><issue index="2" name="Radio" etype="discrete">'
        f'<item index="1" value="no" evaluation="1e-18"/><item index="2" value="yes" evaluation="7"/>{extra}</issue>',
        f'<issue index="6" name="Price" etype="real" type="real">{line}</issue>',
        rest='<reservation value="-0.04"/><comparisons>20</comparisons>',
    ).replace("<utility_space>", '<utility_space type="UNCERTAIN" number_of_issues="2">')
    found = imported(folder, strait=tree, north=own, south=own)
    party = found.scenario.spec.parties["north"]
    for radio, price in itertools.product(("yes", "no"), (10, 12, 16, 20)):
        wanted = 0.4 * (radio == "yes") + 0.6 * min(1, 2.5 - 0.125 * price)
        assert value_at(party, {"Radio": radio, "Price": price})[0] == pytest.approx(wanted, abs=1e-12)
    assert party.no_deal == -0.04
    assert "north.xml: <similarity_function>, <criteria_function>, <comparisons> are not carried" in found.notes


def test_levels_that_look_like_numbers_or_end_in_a_blank_stay_names(folder: Path) -> None:
    levels = ["0", "200", "-10", "1e3", "5% + jobs ", "yes"]
    own = profile(discrete(1, "Offer", levels, (0, 1, 2, 3, 4, 5)), weights=(1,))
    spec = imported(folder, strait=domain(discrete(1, "Offer", levels)), north=own, south=own).scenario.spec
    assert spec.issues["Offer"].levels == ("0", "200", "-10", "1e3", "5 jobs", "yes")
    assert value_at(spec.parties["north"], {"Offer": "-10"})[0] == 0.4


def test_an_issue_that_is_worth_nothing_to_one_side(folder: Path) -> None:
    text = NORTH.replace('evaluation="4"', 'evaluation="0"').replace('evaluation="3"', 'evaluation="0.000001"')
    spec = imported(folder, north=text).scenario.spec
    assert value_at(spec.parties["north"], {"Harbour east": "open", "Patrols": 10})[0] == pytest.approx(0.4)
