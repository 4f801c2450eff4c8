"""Shape of a feed's file, and how advisories are packed into it. Everything that knows the columns is in this room.

`affected` is all that matching touches: one row for each package that a record names, stored in the order in which it
is looked up. `advisory` holds the texts, compressed against a dictionary in `meta`, and is read for hits only.
Withdrawn records have a text and no row in `affected`. The journal is the classic one and a file is never changed in
place, so that it can be read from a read-only mount (a WAL database cannot).
"""

from __future__ import annotations

import zlib

import msgspec

from scanner.model.advisory import Advisory, AdvisoryKind, Affected, GitRange, VersionRange
from scanner.model.ecosystem import Identity

VERSION = "1"
"""Changes when an older program could not read the file, or would read it wrongly."""

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE advisory (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    listed TEXT NOT NULL,       -- modification time by which upstream's list knows the stored state; "" when not listed
    withdrawn INTEGER NOT NULL,
    malicious INTEGER NOT NULL, -- by itself
    promoted INTEGER NOT NULL,  -- only because a malicious record names it as an alias
    text BLOB NOT NULL
);
CREATE TABLE alias (alias TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (alias, id)) WITHOUT ROWID;
CREATE TABLE affected (
    family TEXT NOT NULL,
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    part INTEGER NOT NULL,
    malicious INTEGER NOT NULL,
    spec BLOB NOT NULL,
    PRIMARY KEY (family, name, id, part)
) WITHOUT ROWID;
CREATE TABLE unread (id TEXT PRIMARY KEY, listed TEXT NOT NULL) WITHOUT ROWID; -- upstream lists it, it cannot be read
"""
INDEX = "CREATE UNIQUE INDEX IF NOT EXISTS advisory_id ON advisory (id)"
"""Made after the rows are in: cheaper than kept along."""


_KINDS = (AdvisoryKind.VULNERABILITY, AdvisoryKind.MALICIOUS)
"""By the number that stands in `malicious`."""


class _Spec(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a row of `affected` says beside its key. "" stands for what the key says already."""

    ecosystem: str
    spelled: str
    versions: tuple[str, ...]
    ranges: tuple[VersionRange, ...]
    git_ranges: tuple[GitRange, ...]


_spec_encoder = msgspec.msgpack.Encoder()
_spec_decoder = msgspec.msgpack.Decoder(_Spec)
_text_encoder = msgspec.msgpack.Encoder()
_text_decoder = msgspec.msgpack.Decoder(Advisory)


def pack_spec(affected: Affected) -> bytes:
    """A row's `spec`."""
    identity = affected.identity
    return _spec_encoder.encode(
        _Spec(
            "" if identity.ecosystem == identity.family else identity.ecosystem,
            "" if affected.spelled == identity.name else affected.spelled,
            affected.versions,
            affected.ranges,
            affected.git_ranges,
        )
    )


def unpack_spec(family: str, name: str, id_: str, malicious: int, spec: bytes) -> Affected:
    """A row of `affected` as a value. Raises `msgspec.MsgspecError` when it is damaged."""
    said = _spec_decoder.decode(spec)
    return Affected(
        identity=Identity(said.ecosystem or family, name),
        spelled=said.spelled or name,
        advisory=id_,
        kind=_KINDS[malicious],
        versions=said.versions,
        ranges=said.ranges,
        git_ranges=said.git_ranges,
    )


def encode_text(advisory: Advisory) -> bytes:
    """A record before compression: what dictionaries are made of."""
    return _text_encoder.encode(advisory)


def pack_text(advisory: Advisory, dictionary: bytes) -> bytes:
    """A row's `text`."""
    deflater = zlib.compressobj(3, zlib.DEFLATED, -15, 8, zlib.Z_DEFAULT_STRATEGY, dictionary)
    return deflater.compress(_text_encoder.encode(advisory)) + deflater.flush()


def unpack_text(text: bytes, dictionary: bytes, malicious: int) -> Advisory:
    """The record as stored, of the kind that the feed as a whole gives it. Raises `MsgspecError` or `zlib.error`."""
    inflater = zlib.decompressobj(-15, dictionary)
    advisory = _text_decoder.decode(inflater.decompress(text))
    verdict = _KINDS[malicious]
    if advisory.kind is verdict:
        return advisory
    affected = tuple(msgspec.structs.replace(entry, kind=verdict) for entry in advisory.affected)
    return msgspec.structs.replace(advisory, kind=verdict, affected=affected)
