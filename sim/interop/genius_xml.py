"""XML from strangers: elements with their places; document types, and with them entities, are refused.

GENIUS reads with a lenient parser of its own, and published files lean on that: an ampersand may stand bare, and a
file that states no encoding may be in Windows-1252.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml import sax  # type: ignore[import-untyped]
from defusedxml.common import DTDForbidden  # type: ignore[import-untyped]

from sim.errors import RequestError, ScenarioError
from sim.model.files import MAX_BYTES, read_bytes
from sim.model.load import MAX_DEPTH
from sim.model.scalars import MAX_NUMBER
from sim.model.tree import Place

__all__ = ["Element", "read_xml"]

_BARE = re.compile(rb"&(?!#?\w+;)")
_ENCODED = re.compile(rb"\s*<\?xml[^>]*encoding")
_LATE = re.compile(rb"(?P<ahead>(?:\xef\xbb\xbf)?(?:\s+|<!--.*?-->)+)(?P<declaration><\?xml\b[^>]*\?>)", re.DOTALL)
_STATED = re.compile(rb"encoding\s*=\s*[\"']([\w.-]+)")


@dataclass(frozen=True, eq=False)
class Element:
    """One element with its place.

    Attributes
    ----------
    tag : str
    attributes : mapping of str to str
    place : Place
    children : list of Element
    """

    tag: str
    attributes: Mapping[str, str]
    place: Place
    children: list[Element] = field(default_factory=list, repr=False)

    def all(self, tag: str) -> list[Element]:
        """Return the children of a tag."""
        return [child for child in self.children if child.tag == tag]

    def walk(self) -> Iterator[Element]:
        """Yield this element and all below it in the order of the file."""
        yield self
        for child in self.children:
            yield from child.walk()

    def text(self, name: str) -> str:
        """Return an attribute; refuse the element where it is missing or blank."""
        value = self.attributes.get(name, "")
        return value if value.strip() else self.refuse(f"{name} is missing on <{self.tag}>")

    def number(self, name: str) -> float:
        """Return an attribute as a finite number; refuse the element otherwise."""
        text = self.text(name)
        try:
            value = float(text) if "_" not in text else math.nan
        except ValueError:
            value = math.nan
        if not abs(value) <= MAX_NUMBER:
            self.refuse(f"{name} is {text[:40]!r} on <{self.tag}> (expected a number)")
        return value

    def refuse(self, message: str) -> NoReturn:
        """Raise a ScenarioError that points at this element."""
        raise ScenarioError([self.place.fault("", message)])


def read_xml(path: str) -> Element:
    """Return the root element of an XML file.

    Raises
    ------
    RequestError
        The file cannot be read.
    ScenarioError
        It is no well-formed XML, declares a document type, is nested too deeply or is too large.
    """
    raw = _bytes(path)
    builder = _Builder(path)
    try:
        sax.parseString(_strict(raw), builder, forbid_dtd=True)
    except SAXParseException as error:
        place = Place(path, error.getLineNumber() or 0, (error.getColumnNumber() or 0) + 1)
        raise ScenarioError([place.fault("", f"not well-formed XML: {error.getMessage()}")]) from None
    except DTDForbidden:
        message = "declares a document type (expected plain XML: entities and external references are not read)"
        raise ScenarioError([builder.here().fault("", message)]) from None
    except (ValueError, LookupError) as error:
        raise ScenarioError([Place(path).fault("", f"not readable as XML: {error}")]) from None
    return builder.root[0]


def _bytes(path: str) -> bytes:
    try:
        raw = read_bytes(Path(path))
    except FileNotFoundError:
        raise RequestError(f"{path}: no such file (expected a GENIUS XML file)") from None
    except OSError as error:
        raise RequestError(f"{path}: cannot be read ({error.strerror})") from None
    except ValueError:
        raise RequestError(f"{path!r}: not a file name") from None
    if len(raw) > MAX_BYTES:
        raise RequestError(f"{path}: larger than 4 MiB (expected a GENIUS XML file)")
    return raw


def _strict(raw: bytes) -> bytes:
    """Return what a strict parser takes for the same text."""
    if b"\0" in raw:  # UTF-16: what follows is for encodings that extend ASCII
        return raw
    raw = _without_late_declaration(raw)
    if not _ENCODED.match(raw):
        try:
            raw.decode()
        except UnicodeDecodeError:
            raw = raw.decode("cp1252", errors="replace").encode()
    return _BARE.sub(b"&amp;", raw)


def _without_late_declaration(raw: bytes) -> bytes:
    """Return the text without a declaration that comes after blanks or comments, every place as it was."""
    found = _LATE.match(raw)
    if found is None:
        return raw
    stated = _STATED.search(found["declaration"])
    blank = re.sub(rb"[^\r\n]", b" ", found["declaration"])
    text = found["ahead"] + blank + raw[found.end() :]
    return text if stated is None else text.decode(stated[1].decode()).encode()


class _Builder(ContentHandler):
    """Builds elements from the parser's events."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.root: list[Element] = []
        self.open: list[Element] = []
        self.locator: Any = None

    def setDocumentLocator(self, locator: Any) -> None:
        self.locator = locator

    def here(self) -> Place:
        return Place(self.path, self.locator.getLineNumber() or 0, (self.locator.getColumnNumber() or 0) + 1)

    def startElement(self, name: str, attrs: Any) -> None:
        element = Element(name, dict(attrs), self.here())
        if len(self.open) >= MAX_DEPTH:
            element.refuse(f"nested deeper than {MAX_DEPTH} levels")
        (self.open[-1].children if self.open else self.root).append(element)
        self.open.append(element)

    def endElement(self, name: str) -> None:
        self.open.pop()
