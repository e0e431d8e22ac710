"""What a document would fetch or start by itself when somebody opens it, told without opening it.

A panel opens the evidence of cities on machines of the ministry. So an office document may point outside by links that
are clicked only, and a PDF may neither run a script nor start a program. Not seen, and left to the program that opens
the file (which asks before it does any of it): a fetch written as a field or formula in the text of a document (DDE and
INCLUDEPICTURE fields of Word, WEBSERVICE() of Excel), and in a PDF whatever is encrypted or lies in an object stream
that is packed otherwise than by Flate alone.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from kotacerdas.problem import Unfit

MOST_UNPACKED = 50 << 20
"""Bytes that the object streams of a PDF may unpack to, all together."""
_MOST_PASSED = 100

_OUTSIDE_PARTS = re.compile(r"externallinks?/|ddelink", re.IGNORECASE)
_OUTSIDE_TYPES = re.compile(r"spreadsheetml\.externalLink\+xml", re.IGNORECASE)
_FETCHED = re.compile(
    r"/(attachedTemplate|oleObject|frame|subDocument|control|externalLink\w*|ddeLink)$", re.IGNORECASE
)
"""Relations that make the office program fetch or run something when the document is opened, wherever they point."""
_CLICKED = "/hyperlink"
"""The relation that waits for a click."""


def require_closed(name: str) -> None:
    """Raises `Unfit` for the name of an office part that stands for another file or program."""
    if _OUTSIDE_PARTS.search(name):
        raise Unfit("file_outside", name=name)


def content_types(text: str, name: str) -> str:
    """The types in an office document's list of parts, one a line. Raises `Unfit` where it cannot be read, and for a
    type that stands for another file: such a part may have any name."""
    types = "\n".join(each.get("ContentType", "") for each in _elements(text))
    if _OUTSIDE_TYPES.search(types):
        raise Unfit("file_outside", name=name)
    return types


def require_closed_relations(text: str, name: str) -> None:
    """Raises `Unfit` where a part's relations (`.rels`) reach outside without a click, or cannot be read."""
    for relation in _elements(text):
        kind = relation.get("Type", "")
        if _FETCHED.search(kind):
            raise Unfit("file_fetches", name=name)
        if relation.get("TargetMode", "").strip().lower() == "external" and not kind.endswith(_CLICKED):
            raise Unfit("file_outside", name=name)


def _elements(text: str) -> list[Element]:
    """All elements of an XML part; entities written out, so that nothing hides behind them."""
    try:
        return list(fromstring(text, forbid_dtd=True).iter())
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Unfit("zip_damaged") from error


def _named(name: str) -> re.Pattern[bytes]:
    """A PDF name, each character as it is or as `#` and its number."""
    signs = "".join(f"(?:{sign}|#{ord(sign):02x}|#{ord(sign):02X})" for sign in name)
    return re.compile(rf"/{signs}(?![A-Za-z0-9_#.-])".encode("ascii"))


_SCRIPT, _LAUNCH = _named("JavaScript"), _named("Launch")
_OBJECT_STREAM = _named("ObjStm")


def require_still(content: bytes) -> None:
    """Raises `Unfit` for a PDF with a script (on opening, on a page, on a field) or a program to start.

    Every script action is named `/S /JavaScript`, whatever sets it off, `/OpenAction` too.
    """
    for part in (content, *_object_streams(content)):
        if _SCRIPT.search(part):
            raise Unfit("file_script", name="/JavaScript")
        if _LAUNCH.search(part):
            raise Unfit("file_script", name="/Launch")


def _object_streams(content: bytes) -> Iterator[bytes]:
    """What the object streams hold that are packed by Flate alone; the others are passed over, and where too many are
    there is no further look (an encrypted file has nothing else)."""
    room, passed, place = MOST_UNPACKED, 0, 0
    view = memoryview(content)
    while passed < _MOST_PASSED and (found := _OBJECT_STREAM.search(content, place)):
        begin = content.find(b"stream", found.end()) + len(b"stream")
        end = content.find(b"endstream", begin)
        if begin < found.end() or end < 0:
            return
        begin += len(content[begin : begin + 2]) - len(content[begin : begin + 2].lstrip(b"\r\n"))
        try:
            unpacked = zlib.decompressobj().decompress(view[begin:end], room)
        except zlib.error:
            passed, place = passed + 1, begin
            continue
        place = end
        room -= len(unpacked)
        if room <= 0:
            raise Unfit("zip_bomb", name="/ObjStm")
        yield unpacked
