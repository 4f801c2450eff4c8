"""A component without its place, as the bytes by which it is stored once.

Where it was found, in which scope and by which name in its source's graph is not part of it: the same package in ten
thousand lockfiles is one row. Everything else is, so that it can be matched again without being read again; two that
differ in a digest or an address are two.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from scanner.fleet.store import keys
from scanner.model.component import Component, Location, Origin, Scope
from scanner.model.purl import Purl

SCOPES = (Scope.RUNTIME, Scope.DEVELOPMENT, Scope.OPTIONAL)
"""Their places here are what the store keeps, the gravest first: a further one goes to the end."""

_Purl = tuple[str, str | None, str, str | None, tuple[tuple[str, str], ...], str | None]


class _Body(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Fields are added at the end only: stored bodies are read by every later version."""

    name: str
    version: str | None
    constraint: str | None
    purl: _Purl | None
    origin: Origin
    digests: tuple[str, ...] = ()
    source_url: str | None = None
    alias: str | None = None
    role: str = "library"
    cpes: tuple[str, ...] = ()
    supplier: str | None = None
    published: datetime | None = None
    urls: tuple[str, ...] = ()


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Body)


def body(component: Component) -> bytes:
    """The same bytes for the same component, wherever it stands."""
    try:
        return _encoder.encode(_of(component))
    except UnicodeEncodeError:  # half of a surrogate pair: JSON can say it, UTF-8 cannot
        return _encoder.encode(_clean(msgspec.structs.astuple(_of(component))))


def _clean(value: object) -> object:
    if isinstance(value, str):
        return keys.text(str(value))
    return tuple(map(_clean, value)) if isinstance(value, tuple) else value


def _of(component: Component) -> _Body:
    purl = component.purl
    return _Body(
        component.name,
        component.version,
        component.constraint,
        None if purl is None else (purl.type, purl.namespace, purl.name, purl.version, purl.qualifiers, purl.subpath),
        component.origin,
        component.digests,
        component.source_url,
        component.alias,
        component.role,
        component.cpes,
        component.supplier,
        component.published,
        component.urls,
    )


def component(body: bytes, path: str, scope: int) -> Component:
    """The component again, at a place."""
    found = _decoder.decode(body)
    return Component(
        name=found.name,
        version=found.version,
        constraint=found.constraint,
        purl=None if found.purl is None else Purl(*found.purl),
        location=Location(path),
        scope=SCOPES[scope],
        origin=found.origin,
        digests=found.digests,
        source_url=found.source_url,
        alias=found.alias,
        role=found.role,
        cpes=found.cpes,
        supplier=found.supplier,
        published=found.published,
        urls=found.urls,
    )
