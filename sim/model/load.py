"""YAML in, plain data with positions out. The only module that knows YAML.

The reader works on libyaml's event stream and never builds YAML's own node tree, so depth, size and duplicate keys
are checked while reading. Scalars follow the YAML 1.2 core schema: ``no`` is text, ``1e3`` is a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from sim.errors import Fault, ScenarioError, visible
from sim.model.scalars import plain_scalar
from sim.model.tree import Path_, Place, Tree

__all__ = ["MAX_DEPTH", "read_tree", "read_value", "write_text"]

MAX_DEPTH = 64
MAX_NODES = 100_000
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BRACKETS = re.compile(r"""'[^']*'|"(?:[^"\\]|\\.)*"|[\[\]{}]""")
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}
_PARSER = getattr(yaml, "CLoader", yaml.Loader)


def read_tree(text: str, name: str, *, lenient: bool = False) -> Tree:
    """Return the data of one YAML document with positions.

    Parameters
    ----------
    text, name : str
        The text, and the file name to show.
    lenient : bool
        Keep faults of single values and keys in the tree, so that later checks report theirs in the same run.

    Raises
    ------
    ScenarioError
        With every fault found; text that breaks the grammar ends the reading there.
    """
    reader = _Reader(name)
    whole = False
    try:
        text.encode()
        reader.document(iter(yaml.parse(text, Loader=_PARSER)))
        whole = bool(reader.root) and not reader.fatal
    except yaml.MarkedYAMLError as error:
        reader.faults.append(reader.nested_ahead(text, error) or _broken(name, error, text))
    except (yaml.reader.ReaderError, UnicodeEncodeError):
        reader.faults.append(_unprintable(text, name))
    except _TooLarge:
        pass
    if reader.faults and not (lenient and whole):
        raise ScenarioError(reader.faults)
    return Tree(reader.root, reader.values, reader.keys, tuple(reader.faults))


def _broken(name: str, error: yaml.MarkedYAMLError, text: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
    return place.fault("", f"not valid YAML: {_mended(error, text)}")


def _mended(error: yaml.MarkedYAMLError, text: str) -> str:
    """Return what is wrong with a text that is no YAML, and how to mend what people often write."""
    problem = str(error.problem or error.context)
    mark = error.problem_mark
    lines = text.split("\n")
    if mark is None or "cannot start any token" not in problem or mark.line >= len(lines):
        return problem
    letter = lines[mark.line][mark.column : mark.column + 1]
    if letter == "\t":
        return "a tab (indent with spaces: YAML takes no tabs there)"
    if letter in ("%", "@", "`"):
        return f"{letter} begins a value (put the value in quotes: '{letter}')"
    return problem


def _unprintable(text: str, name: str) -> Fault:
    """Return the fault of the first character that YAML text may not hold."""
    found = _FORBIDDEN.search(text)
    if found is None:
        return Place(name).fault("", "not valid YAML: it holds a character that may not stand in a file")
    before = text[: found.start()]
    place = Place(name, before.count("\n") + 1, found.start() - before.rfind("\n"))
    return place.fault("", f"not valid YAML: the character U+{ord(found[0]):04X} may not stand in a file")


class _TooLarge(Exception):
    """Nesting or size passed its limit; the rest of the text is not read."""


class _Reader:
    """Turns events into plain data, collecting faults as it goes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self.fatal = False
        self.values: dict[Path_, Place] = {(): Place(name, 1, 1)}
        self.keys: dict[Path_, Place] = {}
        self.root: dict[str, Any] = {}
        self.depth = self.read = 0

    def followed(self, events: Iterator[Any]) -> Iterator[Any]:
        """Pass events on, keeping count of what is open and how far the text is read."""
        for event in events:
            self.depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            self.read = event.end_mark.index
            yield event

    def document(self, given: Iterator[Any]) -> None:
        documents, events = 0, self.followed(given)
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.fault(event, (), "a second document in one file (expected one)")
                    return
            elif not isinstance(event, (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentEndEvent)):
                root = self.node(event, events, ())
                if isinstance(root, dict):
                    self.root = root
                else:
                    self.fault(event, (), "not a map (expected keys such as name, issues, parties)")
        if not documents:
            self.faults.append(Place(self.name, 1, 1).fault("", "the file is empty (expected a scenario)"))

    def node(self, event: Any, events: Iterator[Any], path: Path_) -> Any:
        if len(self.values) > MAX_NODES:
            self.fault(event, path[:4], f"more than {MAX_NODES:,} values in one file (expected a scenario)")
            raise _TooLarge
        self.values[path] = self.at(event)
        if isinstance(event, yaml.AliasEvent):
            self.fatal = True
            return self.fault(event, path, f"an alias *{event.anchor} (write the value out; aliases are not read)")
        self.bare(event, path)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, path)
        if len(path) >= MAX_DEPTH:
            self.fault(event, path[:4], f"nested deeper than {MAX_DEPTH} levels")
            raise _TooLarge
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(events, path)
        return self.mapping(events, path)

    def nested_ahead(self, text: str, error: yaml.MarkedYAMLError) -> Fault | None:
        """Return the fault of brackets nested too deep between the last event and where the parser gave up.

        A parser reads ahead and may reach a limit of its own before it hands out what it has read.
        """
        mark = error.problem_mark or error.context_mark
        depth = self.depth
        for found in _BRACKETS.finditer(text, self.read, mark.index + 1 if mark else len(text)):
            depth += _STEP.get(found[0], 0)
            if depth > MAX_DEPTH:
                line, start = text.count("\n", 0, found.start()) + 1, text.rfind("\n", 0, found.start())
                place = Place(self.name, line, found.start() - start)
                return place.fault("", f"nested deeper than {MAX_DEPTH} levels")
        return None

    def bare(self, event: Any, path: Path_) -> None:
        """Refuse an anchor or a tag."""
        self.fatal = self.fatal or event.anchor is not None or event.tag is not None
        if event.anchor is not None:
            self.fault(event, path, f"an anchor &{event.anchor} (anchors and aliases are not read)")
        if event.tag is not None:
            self.fault(event, path, f"a tag {event.tag} (tags are not read)")

    def sequence(self, events: Iterator[Any], path: Path_) -> list[Any]:
        items: list[Any] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self.node(event, events, (*path, str(len(items)))))
        return items

    def mapping(self, events: Iterator[Any], path: Path_) -> dict[str, Any]:
        items: dict[str, Any] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                self.fault(event, path, "a key that is not a name (expected a plain name)")
                self.node(event, events, (*path, "?"))
                self.node(next(events), events, (*path, "?"))
                continue
            inner = (*path, event.value)
            self.bare(event, inner)
            if event.value in items:
                self.fault(event, inner, f"duplicate key (first at line {self.keys[inner].line})")
                self.node(next(events), events, (*path, "?"))
                continue
            self.keys[inner] = self.at(event)
            items[event.value] = self.node(next(events), events, inner)
        return items

    def scalar(self, event: Any, path: Path_) -> Any:
        try:
            return event.value if event.style else plain_scalar(event.value)
        except ValueError as error:
            return self.fault(event, path, str(error))

    def at(self, event: Any) -> Place:
        return Place(self.name, event.start_mark.line + 1, event.start_mark.column + 1)

    def fault(self, event: Any, path: Path_, message: str) -> None:
        self.faults.append(self.at(event).fault(path, message))


def read_value(text: str) -> Any:
    """Return the value of a short YAML text such as ``0.4``, ``neutrality`` or ``[0, 1]``.

    Raises
    ------
    ValueError
        The text is not a value.

    Examples
    --------
    >>> read_value("[85000, 2.5e5]")
    [85000, 250000.0]
    """
    try:
        return read_tree(f"value: {text}", "value").data["value"]
    except ScenarioError as error:
        raise ValueError(f"{text!r}: {error.faults[0].message}") from None


class _Writer(yaml.SafeDumper):
    """Writes what the reader above takes: no aliases, and quotes wherever bare text would read as something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _quoted(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    try:
        bare = text.isprintable() and plain_scalar(text) == text
    except ValueError:
        bare = False
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=None if bare else '"')


_Writer.add_representer(str, _quoted)


def write_text(data: dict[str, Any]) -> str:
    """Return plain data as YAML text that `read_tree` reads back as it is.

    Examples
    --------
    >>> print(write_text({"levels": ["no", "open door"], "unit": "1e3", "range": [0, 0.5]}), end="")
    levels: ['no', open door]
    unit: "1e3"
    range: [0, 0.5]
    """
    text = yaml.dump(data, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=100, default_flow_style=None)
    # What would turn the words around it stands in double quotes, where its escape reads back as it is.
    return visible(text, keep="\n")
