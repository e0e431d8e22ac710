"""The directory of a zip file, read with suspicion before anything in it is unpacked.

A zip of a few kilobytes may promise gigabytes, hide a second file before or after itself, give two members one name,
or name a place outside of its folder. All of that stands in the directory at its end, so it is checked there.
"""

from __future__ import annotations

import stat
import struct
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from kotacerdas.problem import Unfit

_END = struct.Struct("<4s4H2LH")
_LONG_LOCATOR = struct.Struct("<4sLQL")
_LONG_END = struct.Struct("<4sQ2H2L4Q")
_LARGE_MEMBER = 1 << 20
"""Below this size a member may be as compressible as it likes: no bomb fits into it."""
_COMPRESSIONS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1 | 0x40 | 0x2000


@dataclass(frozen=True)
class Limits:
    """What a zip may hold: number of members, bytes unpacked, how far one may be compressed (unpacked / packed)."""

    members: int
    size: int
    ratio: int


def opened(file: BinaryIO, limits: Limits) -> zipfile.ZipFile:
    """The zip, open for reading, once its directory is sound. Raises `Unfit` with the reason why it is refused."""
    _check_end(file, limits)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, UnicodeError) as error:
        raise Unfit("zip_damaged") from error
    try:
        _check_members(archive.infolist(), limits)
    except Unfit:
        archive.close()
        raise
    return archive


def _check_end(file: BinaryIO, limits: Limits) -> None:
    """The end record: nothing before, between or behind, and a directory of a size that can be read at all."""
    length = file.seek(0, 2)
    file.seek(max(0, length - _END.size - 0xFFFF - _LONG_LOCATOR.size))
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END.size:
        raise Unfit("zip_damaged")
    *_, entries, size, offset, comment = _END.unpack_from(tail, place)
    end = length - len(tail) + place
    if end + _END.size + comment != length:
        raise Unfit("zip_extra")
    locator = place - _LONG_LOCATOR.size
    if locator >= 0 and tail[locator : locator + 4] == b"PK\x06\x07":
        entries, size, offset, end = _long_end(file, _LONG_LOCATOR.unpack_from(tail, locator)[2])
    if entries > limits.members or size > limits.members * 1024:
        raise Unfit("zip_members", accepted=limits.members)
    if offset + size != end:
        raise Unfit("zip_extra")
    file.seek(0)
    if file.read(4) != (b"PK\x03\x04" if entries else b"PK\x05\x06"):
        raise Unfit("zip_extra")
    file.seek(0)


def _long_end(file: BinaryIO, place: int) -> tuple[int, int, int, int]:
    """Entries, size and offset of the directory of a zip beyond 4 GB, and where its end record stands."""
    try:
        file.seek(place)
        record = _LONG_END.unpack(file.read(_LONG_END.size))
    except (struct.error, OSError, OverflowError, ValueError) as error:
        raise Unfit("zip_damaged") from error
    if record[0] != b"PK\x06\x06":
        raise Unfit("zip_damaged")
    return record[7], record[8], record[9], place


def _check_members(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.members:
        raise Unfit("zip_members", accepted=limits.members)
    seen: set[str] = set()
    total = 0
    packed_until = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        name = member.filename
        if member.header_offset < packed_until:
            raise Unfit("zip_overlap", name=name)
        packed_until = member.header_offset + 30 + member.compress_size
        # zipfile cuts names at NUL and turns the separator of the platform: the name as it stands in the file counts
        parts = member.orig_filename.split("/")
        outside = member.orig_filename.startswith("/") or ".." in parts or ":" in parts[0]
        if outside or any(sign in member.orig_filename for sign in "\\\x00"):
            raise Unfit("zip_name", name=name)
        if name.casefold() in seen:
            raise Unfit("zip_twice", name=name)
        seen.add(name.casefold())
        mode = member.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise Unfit("zip_symlink", name=name)
        if member.flag_bits & _ENCRYPTED:
            raise Unfit("zip_encrypted", name=name)
        if member.compress_type not in _COMPRESSIONS:
            raise Unfit("zip_compression", name=name)
        total += member.file_size
        bomb = member.file_size > _LARGE_MEMBER and member.file_size > limits.ratio * max(1, member.compress_size)
        if bomb or total > limits.size:
            raise Unfit("zip_bomb", name=name)
