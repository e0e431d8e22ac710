"""What kind of file an upload is, told by its content; and a name for it that is only a name.

Accepted are documents a browser does not run: PDF, PNG, JPEG, Word, Excel and PowerPoint without macros, plain text
and CSV. Everything that can carry a program (HTML, SVG, executables, scripts, macros, archives) is refused, whatever
its name says; so is a file whose name promises something else than it holds, and what fetches or starts something by
itself (`file_actions`). A formula in a CSV is text: it is served to be saved, never to be shown or run.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from kotacerdas.interview.file_actions import (
    content_types,
    require_closed,
    require_closed_relations,
    require_still,
)
from kotacerdas.problem import Problem, Reason, Unfit
from kotacerdas.zip_directory import Limits, opened

LARGEST = 10 * 1024 * 1024
"""Bytes of the largest file taken (10 MB)."""
LONGEST_NAME = 120
"""Characters of a cleaned name, its ending included."""
OFFICE = Limits(members=2_000, size=50 * 1024 * 1024, ratio=100)
"""What an office document may unpack to."""


@dataclass(frozen=True)
class Kind:
    """A kind of file: its first ending is the usual one."""

    endings: tuple[str, ...]
    media_type: str


PDF = Kind(("pdf",), "application/pdf")
PNG = Kind(("png",), "image/png")
JPEG = Kind(("jpg", "jpeg"), "image/jpeg")
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = Kind(("docx",), _OFFICE + "wordprocessingml.document")
XLSX = Kind(("xlsx",), _OFFICE + "spreadsheetml.sheet")
PPTX = Kind(("pptx",), _OFFICE + "presentationml.presentation")
CSV = Kind(("csv",), "text/csv")
TXT = Kind(("txt",), "text/plain")
KINDS = (PDF, PNG, JPEG, DOCX, XLSX, PPTX, CSV, TXT)
ACCEPTED = ", ".join(kind.endings[0] for kind in KINDS)
MEDIA_TYPES: Mapping[str, Kind] = {kind.media_type: kind for kind in KINDS}

_STARTS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"MSCF")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(
    r"<\s*(!doctype|html|head|body|script|svg|iframe|object|embed|math|form|img|meta|link|style|base|\?xml|\?php)\b"
    r"|<\s*(\?xml|\?php|!doctype|!entity)",
    re.IGNORECASE,
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MARKUP_WITHIN = 4_096
"""Characters at the start of a text in which markup gives it away; beyond them no browser looks either."""
_MAIN_PART = {
    kind: re.compile(rf"application/vnd\.openxmlformats-officedocument\.{part}\.main\+xml")
    for kind, part in (
        (DOCX, r"wordprocessingml\.document"),
        (XLSX, r"spreadsheetml\.sheet"),
        (PPTX, r"presentationml\.presentation"),
    )
}
_CONTENT_TYPES = "[Content_Types].xml"
_LARGEST_LIST = 1 << 20
_MACRO_PARTS = re.compile(r"vbaproject|vbadata|macrosheets/|/activex|oleobject|/customui", re.IGNORECASE)
_INNER_PROGRAMS = re.compile(
    r"\.(exe|dll|com|scr|msi|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|jar|sh|py|lnk|zip|rar|7z|gz|docm|xlsm|pptm|xlsb"
    r"|dotm|xltm|potm|html?|xhtml|svg)$",
    re.IGNORECASE,
)


def recognise(name: str, content: bytes) -> Kind:
    """The kind of a file of that (cleaned) name. Raises `Problem` where it is empty, too large or not accepted."""
    if not content:
        raise Problem("evidence_empty", file=name)
    if len(content) > LARGEST:
        raise Problem("evidence_large", file=name, accepted=LARGEST >> 20)
    try:
        kind = _by_content(name, content)
    except Unfit as error:
        raise Problem("evidence_kind", file=name, what=error.reason, accepted=ACCEPTED) from error
    ending = PurePosixPath(name).suffix.removeprefix(".").lower()
    if ending not in kind.endings:
        what = Reason("file_ending", {"ending": ending or "–", "kind": kind.endings[0]})
        raise Problem("evidence_kind", file=name, what=what, accepted=ACCEPTED)
    return kind


def clean_name(name: str) -> str:
    """The bare name of a file: no folder, no control or direction mark, no sign a file system minds.

    >>> clean_name("C:\\\\fakepath\\\\..\\\\Laporan akhir.PDF"), clean_name("../../etc/passwd"), clean_name("/")
    ('Laporan akhir.pdf', 'passwd', 'file')
    """
    bare = re.split(r"[/\\]", unicodedata.normalize("NFC", name[:4_096]))[-1]
    kept = "".join(" " if sign.isspace() else sign for sign in bare if sign.isspace() or _shown(sign))
    kept = re.sub(r" +", " ", re.sub(r'[<>:"|?*]', "_", kept)).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z0-9]{1,8}", ending):
        stem, ending = kept, ""
    stem = stem.strip(" .") or "file"
    if re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", stem):
        stem = f"_{stem}"
    ending = f".{ending.lower()}" if ending else ""
    return stem[: LONGEST_NAME - len(ending)].rstrip(" .") + ending


def _shown(sign: str) -> bool:
    """Whether a character is there to be seen: controls, direction and format marks, half pairs are not."""
    return unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _by_content(name: str, content: bytes) -> Kind:
    for start, kind in _STARTS:
        if content.startswith(start):
            if kind is PDF:
                require_still(content)
            return kind
    if content.startswith(_PROGRAMS):
        raise Unfit("file_program")
    if content.startswith(_OLD_OFFICE):
        raise Unfit("file_old_office")
    if content.startswith(_ARCHIVES):
        raise Unfit("file_archive")
    if content.startswith(b"PK"):
        return _office(content)
    return _text(name, content)


def _office(content: bytes) -> Kind:
    """Which office document a zip is, by its directory and its parts list and relations; nothing else is unpacked."""
    with opened(io.BytesIO(content), OFFICE) as archive:
        names = archive.namelist()
        for part in names:
            if _MACRO_PARTS.search(part):
                raise Unfit("file_macro", name=part)
            if _INNER_PROGRAMS.search(part):
                raise Unfit("file_inside", name=part)
            require_closed(part)
        if _CONTENT_TYPES not in names:
            raise Unfit("file_archive")
        types = content_types(_part(archive, _CONTENT_TYPES), _CONTENT_TYPES)
        for part in names:
            if part.lower().endswith(".rels"):
                require_closed_relations(_part(archive, part), part)
    if re.search("macroenabled|vbaproject", types, re.IGNORECASE):
        raise Unfit("file_macro", name=_CONTENT_TYPES)
    found = [kind for kind, main in _MAIN_PART.items() if main.search(types)]
    if len(found) != 1:
        raise Unfit("file_archive")
    return found[0]


def _part(archive: zipfile.ZipFile, name: str) -> str:
    """A small XML part as text. Raises `Unfit` where it cannot be read or is larger than any such part."""
    try:
        with archive.open(name) as part:
            content = part.read(_LARGEST_LIST + 1)
        text = content.decode("utf-8-sig")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise Unfit("zip_damaged") from error
    if len(content) > _LARGEST_LIST:
        raise Unfit("zip_bomb", name=name)
    return text


def _text(name: str, content: bytes) -> Kind:
    """Plain text in UTF-8, UTF-16 with its mark, or the Windows code page; CSV where the name says so."""
    text = _decoded(content)
    if text is None or _CONTROL.search(text):
        raise Unfit("file_unknown")
    if _MARKUP.search(text[:_MARKUP_WITHIN]):
        raise Unfit("file_markup")
    return CSV if name.lower().endswith(".csv") else TXT


def _decoded(content: bytes) -> str | None:
    codecs = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for codec in codecs:
        try:
            return content.decode(codec)
        except UnicodeDecodeError:
            continue
    return None
