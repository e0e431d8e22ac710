"""SYNTHETIC files for tests: the smallest that are what they say, and some that are not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(20)
_TYPE = "application/vnd.openxmlformats-officedocument."
DOCX_TYPE = _TYPE + "wordprocessingml.document.main+xml"
XLSX_TYPE = _TYPE + "spreadsheetml.sheet.main+xml"
PPTX_TYPE = _TYPE + "presentationml.presentation.main+xml"


def content_types(main: str) -> bytes:
    return f'<?xml version="1.0"?><Types><Override PartName="/main.xml" ContentType="{main}"/></Types>'.encode()


def office(main: str = DOCX_TYPE, extra: Mapping[str, bytes] | None = None, **changes: bytes) -> bytes:
    """A zip that passes for an office document, with extra parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", changes.get("types", content_types(main)))
        archive.writestr("word/document.xml", b"<w:document/>")
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def zip_of(*members: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    """A zip of exactly these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()
