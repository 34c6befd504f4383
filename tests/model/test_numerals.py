"""Numbers with commas: a decimal comma becomes a point, groups of three lose theirs, anything else is asked about."""

from __future__ import annotations

import os
import random

import pytest
from scenario_texts import SMALL, edited, faults, read

from sim.errors import ScenarioError
from sim.model.numerals import misread
from sim.model.scalars import plain_scalar
from sim.model.scenario import with_values


def suggested(text: str) -> str:
    found = misread(text)
    assert found is not None
    return found.split("write ")[1].split(", or quote")[0]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("0,4", "0.4"),
        ("-0,45", "-0.45"),
        (",5", "0.5"),
        ("0,400", "0.400"),
        ("12,5", "12.5"),
        ("1234,567", "1234.567"),
        ("1,000", "1000"),
        ("85,000", "85000"),
        ("1,234,567.5", "1234567.5"),
        ("1.234.567,5", "1234567.5"),
        ("0,4e-2", "0.4e-2"),
        ("1_000", "1000"),
        ("1'000,5", "1000.5"),
    ],
)
def test_what_a_number_was_meant_to_be(text: str, plain: str) -> None:
    assert suggested(text) == plain
    assert isinstance(plain_scalar(plain), (int, float))


@pytest.mark.parametrize("text", ["1,2,3", "12,34,567", "1,000,00", "1.2.3,4", "0,4,"])
def test_what_is_anybodys_guess_names_no_number(text: str) -> None:
    found = misread(text)
    assert found is None or "write digits with a decimal point and no commas" in found


def test_a_decimal_comma_in_a_file_and_in_an_option() -> None:
    text = edited(SMALL, ("no_deal: 0.2}", "no_deal: 0.2, power: 2}"))
    words = "0,4 reads as text (write 0.4, or quote it if text is meant)"
    third = "  c:\n    values: {cake: {importance: 1, best: 1, worst: 0}}\n    no_deal: 0,4\n"
    block = text.replace("  a: {", f"{third}  a: {{")
    assert [str(fault) for fault in faults(block)] == [f"case.yaml:8:14: parties.c.no_deal: {words}"]
    with pytest.raises(ScenarioError, match=r"--set parties\.a\.no_deal: '0,4': 0,4 reads as text \(write 0\.4,"):
        with_values(read(text), {"parties.a.no_deal": "0,4"})


def test_any_number_is_suggested_as_it_was_meant() -> None:
    """Whatever number is written, with a decimal comma or in groups of three, the suggestion has its value."""
    choose = random.Random(7)
    for _ in range(300 + 3000 * int(os.environ.get("SIM_LONG_TESTS", "0"))):
        whole, part = choose.randrange(10 ** choose.randint(1, 12)), str(choose.randrange(10**6)).zfill(6)
        comma = f"{whole},{part}"
        assert float(suggested(comma)) == float(f"{whole}.{part}")
        if whole >= 1000:
            assert float(suggested(f"{whole:,}")) == whole
            assert float(suggested(f"{whole:,}.{part}")) == float(f"{whole}.{part}")
            assert float(suggested(f"{whole:,}".replace(",", ".") + f",{part}")) == float(f"{whole}.{part}")
