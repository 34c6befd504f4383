"""Reading YAML: scalars, positions, limits, and files that are not scenarios."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim.errors import Fault, ScenarioError
from sim.model.files import MAX_BYTES, read_text
from sim.model.load import MAX_DEPTH, read_tree, read_value
from sim.model.scalars import plain_scalar
from sim.model.tree import Place, Tree


def lines(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read_tree(text, "f")
    return [str(fault) for fault in caught.value.faults]


def value(text: str) -> Any:
    return read_tree(f"a: {text}", "f").data["a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[(word, word) for word in ("no", "yes", "on", "off", "y", "n", "No", "tRUE", "nUll", "inf", "nan", "NaN")],
        *[(word, word) for word in ("2022-04-15", "12:30:00", "1e", "e3", "0b11", "0X1F", "1_000 km", "1.2.3", "-x")],
        *[(word, True) for word in ("true", "True", "TRUE")],
        *[(word, False) for word in ("false", "False", "FALSE")],
        *[(word, None) for word in ("", "~", "null", "Null", "NULL")],
        ("0", 0),
        ("-7", -7),
        ("+7", 7),
        ("007", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e3", 1000.0),
        ("1E+3", 1000.0),
        ("-.5e-3", -0.0005),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e100", 1e100),
        ("'5'", "5"),
        ('"true"', "true"),
        ("'~'", "~"),
        ('"1_000"', "1_000"),
        ("|\n 5", "5"),
        (">-\n one\n two", "one two"),
        ("[1, no, [2.5, x]]", [1, "no", [2.5, "x"]]),
        ("{2: 0, yes: 1}", {"2": 0, "yes": 1}),
    ],
)
def test_scalars_follow_yaml_1_2(text: str, expected: Any) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1_000", "1_000 reads as text (write 1000, or quote it if text is meant)"),
        ("-12_345.5", "-12_345.5 reads as text (write -12345.5, or quote it if text is meant)"),
        ("1,000,000", "1,000,000 reads as text (write 1000000, or quote it if text is meant)"),
        ("1'000", "1'000 reads as text (write 1000, or quote it if text is meant)"),
        (".inf", ".inf (expected a finite number)"),
        ("-.INF", "-.INF (expected a finite number)"),
        ("+.Inf", "+.Inf (expected a finite number)"),
        (".nan", ".nan (expected a finite number)"),
        (".NaN", ".NaN (expected a finite number)"),
        ("1e101", "1e101 is too large (expected at most 1e+100)"),
        ("-1e999", "-1e999 is too large (expected at most 1e+100)"),
        ("9" * 500, "9" * 40 + " is too large (expected at most 1e+100)"),
        ("0x" + "f" * 200, "0x" + "f" * 38 + " is too large (expected at most 1e+100)"),
    ],
)
def test_numbers_that_are_refused(text: str, words: str) -> None:
    assert lines(f"a: {text}") == [f"f:1:4: a: {words}"]


def test_every_node_has_its_place() -> None:
    tree = read_tree("a: 1\nb:\n  c: [x, {d: 2}]\n  long name:   y\n", "f")
    assert tree.data == {"a": 1, "b": {"c": ["x", {"d": 2}], "long name": "y"}}
    assert {path: (place.line, place.column) for path, place in tree.values.items()} == {
        (): (1, 1),
        ("a",): (1, 4),
        ("b",): (3, 3),
        ("b", "c"): (3, 6),
        ("b", "c", "0"): (3, 7),
        ("b", "c", "1"): (3, 10),
        ("b", "c", "1", "d"): (3, 14),
        ("b", "long name"): (4, 16),
    }
    assert tree.place(("b", "long name"), key=True) == Place("f", 4, 3)
    assert tree.place(("b", "missing", "deeper")) == Place("f", 3, 3)
    assert tree.place(("b", "missing"), key=True) == Place("f", 3, 3)


def test_duplicate_keys() -> None:
    assert lines("a: 1\nb: 2\na: 3\na: 4\n") == [
        "f:3:1: a: duplicate key (first at line 1)",
        "f:4:1: a: duplicate key (first at line 1)",
    ]
    assert lines("x: {k: {deep: [1]}, k: {deep: [2, 1_0]}}") == [
        "f:1:21: x.k: duplicate key (first at line 1)",
        "f:1:35: x.?.deep.1: 1_0 reads as text (write 10, or quote it if text is meant)",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x 1", ["f:1:4: a: an anchor &x (anchors and aliases are not read)"]),
        ("&x a: 1", ["f:1:1: a: an anchor &x (anchors and aliases are not read)"]),
        ("a: *x", ["f:1:4: a: an alias *x (write the value out; aliases are not read)"]),
        ("a: !!str 5", ["f:1:4: a: a tag tag:yaml.org,2002:str (tags are not read)"]),
        ("a: !thing {b: 1}", ["f:1:4: a: a tag !thing (tags are not read)"]),
        ("!!str a: 1", ["f:1:1: a: a tag tag:yaml.org,2002:str (tags are not read)"]),
        ("? [a, b]\n: 1", ["f:1:3: a key that is not a name (expected a plain name)"]),
        ("? {a: b}\n: 1", ["f:1:3: a key that is not a name (expected a plain name)"]),
        ("a: 1\n---\nb: 2", ["f:2:1: a second document in one file (expected one)"]),
        ("- a\n- b", ["f:1:1: not a map (expected keys such as name, issues, parties)"]),
        ("just text", ["f:1:1: not a map (expected keys such as name, issues, parties)"]),
        ("", ["f:1:1: the file is empty (expected a scenario)"]),
        ("# a remark\n", ["f:1:1: the file is empty (expected a scenario)"]),
        ("a: [1, 2", ["f:2:1: not valid YAML: did not find expected ',' or ']'"]),
        ("a: b: c", ["f:1:5: not valid YAML: mapping values are not allowed in this context"]),
        ("a: 'x", ["f:1:6: not valid YAML: found unexpected end of stream"]),
        ("a:\n\tb: 1", ["f:2:1: not valid YAML: a tab (indent with spaces: YAML takes no tabs there)"]),
        ("a: %", ["f:1:4: not valid YAML: % begins a value (put the value in quotes: '%')"]),
        ("a: @b", ["f:1:4: not valid YAML: @ begins a value (put the value in quotes: '@')"]),
        ("a: b\nc: x\x07y", ["f:2:5: not valid YAML: the character U+0007 may not stand in a file"]),
        ("a: \ud800", ["f:1:4: not valid YAML: the character U+D800 may not stand in a file"]),
    ],
)
def test_what_yaml_may_not_hold(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


def test_all_faults_of_reading_come_at_once() -> None:
    text = "a: 1_000\nb: .inf\na: 2\nc: !x y\nd: &z {e: *z}\n"
    assert [line.split(" ")[0] for line in lines(text)] == ["f:1:4:", "f:2:4:", "f:3:1:", "f:4:4:", "f:5:4:", "f:5:11:"]


def test_merge_keys_merge_nothing() -> None:
    assert read_tree("a: {<<: {b: 1}, c: 2}", "f").data == {"a": {"<<": {"b": 1}, "c": 2}}


def test_alias_bomb_is_refused_by_line() -> None:
    text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True):
        text += f"{new}: &{new} [{', '.join(['*' + old] * 9)}]\n"
    found = lines(text)
    assert len(found) == 9 + 8 * 9
    assert found[0] == "f:1:4: a: an anchor &a (anchors and aliases are not read)"
    assert found[-1].startswith("f:9:")


def test_nesting_has_a_limit() -> None:
    inner = MAX_DEPTH - 1
    deep = read_tree("a: " + "[" * inner + "]" * inner, "f").data["a"]
    for _ in range(inner - 1):
        assert len(deep) == 1
        deep = deep[0]
    assert deep == []
    assert lines("a: " + "[" * (inner + 1) + "]" * (inner + 1)) == [
        f"f:1:{4 + inner}: a.0.0.0: nested deeper than 64 levels"
    ]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_hostile_nesting_ends_at_the_limit(opening: str) -> None:
    found = lines(opening * 200_000)
    assert sum(line.endswith("nested deeper than 64 levels") for line in found) == 1
    assert len(found) <= 1 + MAX_DEPTH


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[" * 2_000, ":1:65:"),
        ("a: {b: " + "[" * 2_000, ":1:70:"),
        ("a:\n  b: " + "[" * 50 + "\n" + "[" * 2_000, ":3:13:"),
        ('a: [\'[[[[\', "[\\"[", ' + "[" * 2_000, ":1:83:"),
        ("- " * 2_000, ":1:129:"),
        ("{a: " * 2_000, ":1:257:"),
    ],
)
def test_too_deep_is_said_where_it_begins_whatever_the_parser_reads_ahead(text: str, place: str) -> None:
    (line,) = (line for line in lines(text) if line.endswith("nested deeper than 64 levels"))
    assert place in line


def test_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_tree(*read_text(str(file))).data == {"a": 1}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a: \x00\x01", "a binary file (expected YAML text)"),
        (b"\x89PNG\r\n\x1a\n\x00", "not UTF-8 text (expected a YAML file)"),
        ("name: Zürich".encode("latin-1"), "not UTF-8 text (expected a YAML file)"),
        ("name: x".encode("utf-16"), "not UTF-8 text (expected a YAML file)"),
    ],
)
def test_files_that_are_no_text(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "f.yaml"
    file.write_bytes(content)
    with pytest.raises(ScenarioError) as caught:
        read_text(str(file))
    assert str(caught.value) == f"{file}: {words}"


def test_size_limit(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_bytes(b"a" * MAX_BYTES)
    assert len(read_text(str(file))[0]) == MAX_BYTES
    file.write_bytes(b"a" * (MAX_BYTES + 1))
    with pytest.raises(ScenarioError, match="larger than 4 MiB"):
        read_text(str(file))


def test_large_file_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "large.yaml"
    with file.open("wb") as stream:
        stream.truncate(100_000_000)
    taken: list[int] = []
    plain_open = Path.open

    def counting(self: Path, mode: str = "r") -> Any:
        stream = plain_open(self, mode)

        class Counting:
            def __enter__(self) -> Any:
                return self

            def __exit__(self, *_: object) -> None:
                stream.close()

            def read(self, size: int) -> bytes:
                found = bytes(stream.read(size))
                taken.append(len(found))
                return found

        return Counting()

    monkeypatch.setattr(Path, "open", counting)
    with pytest.raises(ScenarioError) as caught:
        read_text(str(file))
    assert str(caught.value) == f"{file}: the file is larger than 4 MiB (expected a scenario file)"
    assert taken == [MAX_BYTES + 1]


def test_missing_files_and_directories(tmp_path: Path) -> None:
    (tmp_path / "istanbul.yaml").write_text("a: 1")
    (tmp_path / "notes.txt").write_text("a: 1")

    def message(name: str) -> str:
        with pytest.raises(ScenarioError) as caught:
            read_text(str(tmp_path / name))
        return str(caught.value).removeprefix(f"{tmp_path / name}: ")

    assert message("istambul.yaml") == f"no such file (did you mean {tmp_path / 'istanbul.yaml'}?)"
    assert message("notes.tx") == "no such file (expected a scenario file)"
    assert message("nowhere/at/all.yaml") == "no such file (expected a scenario file)"
    assert message("") == "a directory (expected a scenario file inside it)"
    assert message("x" * 5000) == "cannot be read: File name too long"
    assert message("a\0b").split("b: ")[1] == "not a file name (it holds a null character)"
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    assert "symbolic links" in message("loop.yaml")


def test_forbidden_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ScenarioError, match=r"^f\.yaml: cannot be read: Permission denied$"):
        read_text("f.yaml")


def test_standard_input_has_the_same_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a: 1")))
    assert read_text("-") == ("a: 1", "<stdin>")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a" * (MAX_BYTES + 1))))
    with pytest.raises(ScenarioError, match="<stdin>: the file is larger than 4 MiB"):
        read_text("-")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0.4", 0.4), ("neutrality", "neutrality"), ("[0, 1e1]", [0, 10.0]), ("no", "no"), ("true", True), ("~", None)],
)
def test_short_values(text: str, expected: Any) -> None:
    assert read_value(text) == expected


@pytest.mark.parametrize("text", ["1_000", "[1, 2", "*x", "!x 1", ".nan", "a: b", "\udcff", "1\n---\n2"])
def test_short_texts_that_are_no_value(text: str) -> None:
    with pytest.raises(ValueError, match=r".+: .+"):
        read_value(text)


def attempt(text: str) -> Tree | tuple[Fault, ...]:
    try:
        return read_tree(text, "f")
    except ScenarioError as error:
        return error.faults


@given(st.text())
@example("\udcff")
@example("\x00")
@example("a: \x85")
@example("? ")
@example(": ")
@example("%YAML 9.9\n---\n")
def test_any_text_is_read_or_refused(text: str) -> None:
    found = attempt(text)
    if isinstance(found, Tree):
        assert set(found.values) >= {(key,) for key in found.data}
    else:
        assert found
        assert all(fault.message and str(fault).isprintable() for fault in found)


@given(st.lists(st.sampled_from(list("ab:-?[]{}&*!|>'\"%@`#, \n\t1_.~<")), max_size=40).map("".join))
def test_any_punctuation_is_read_or_refused(text: str) -> None:
    found = attempt(text)
    assert isinstance(found, Tree) or found


@given(st.recursive(st.none() | st.booleans() | st.integers(-(10**90), 10**90), lambda inner: st.lists(inner) | inner))
def test_plain_data_survives_the_way_through_text(data: Any) -> None:
    import json

    assert read_tree(json.dumps({"a": data}), "f").data == {"a": data}


@given(st.floats(-1e100, 1e100))
def test_floats_survive_the_way_through_text(number: float) -> None:
    assert plain_scalar(repr(number)) == number
