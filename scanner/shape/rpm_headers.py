"""What stands before the files of an RPM package: lead, signature, header.

Spec: https://rpm-software-management.github.io/rpm/manual/format_v4.html
"""

from __future__ import annotations

import struct

from scanner.errors import InputError
from scanner.shape.stream import Stream

LEAD = b"\xed\xab\xee\xdb"
_LEAD_SIZE, _INTRO, _ENTRY = 96, struct.Struct(">3sB4s2L"), struct.Struct(">4L")
_MARK = b"\x8e\xad\xe8"
_MOST_ENTRIES, _MOST_STORE = 100_000, 64 << 20
_NUMBER, _TEXT, _TRANSLATED = 4, 6, 9
NAME, VERSION, RELEASE, EPOCH, VENDOR, ARCH = 1000, 1001, 1002, 1003, 1011, 1022
_WANTED = frozenset((NAME, VERSION, RELEASE, EPOCH, VENDOR, ARCH))


def take(stream: Stream) -> bytes:
    """Pass over lead and signature, and give the header as it stands there; behind it the payload begins.

    Raises `InputError`.
    """
    if stream.take(_LEAD_SIZE)[:4] != LEAD:
        raise InputError("not an RPM package")
    signature = _header(stream)
    stream.take(-len(signature) % 8)
    return _header(stream)


def _header(stream: Stream) -> bytes:
    intro = stream.take(_INTRO.size)
    mark, _, _, entries, size = _INTRO.unpack(intro)
    if mark != _MARK or entries > _MOST_ENTRIES or size > _MOST_STORE:
        raise InputError("its header is torn")
    return intro + stream.take(entries * _ENTRY.size + size)


def tags(header: bytes) -> dict[int, str]:
    """The tags that name a package, as text. Raises `InputError`."""
    if len(header) < _INTRO.size or header[:3] != _MARK:
        raise InputError("its header is torn")
    *_, entries, _ = _INTRO.unpack_from(header)
    store = header[_INTRO.size + entries * _ENTRY.size :]
    found: dict[int, str] = {}
    for number in range(min(entries, (len(header) - _INTRO.size) // _ENTRY.size)):
        tag, kind, offset, _ = _ENTRY.unpack_from(header, _INTRO.size + number * _ENTRY.size)
        if tag not in _WANTED or offset >= len(store):
            continue
        if kind in (_TEXT, _TRANSLATED):
            found[tag] = store[offset : offset + 4096].partition(b"\0")[0].decode("utf-8", "replace")
        elif kind == _NUMBER:
            found[tag] = str(int.from_bytes(store[offset : offset + 4], "big"))
    return found
