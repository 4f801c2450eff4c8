"""Go programs: the modules that the linker wrote into them.

Format: https://pkg.go.dev/debug/buildinfo; its source tells the rest: 32 bytes that begin with the mark, then, since
Go 1.18, two strings with their lengths in front: the version of Go, and the modules, in 16 bytes of fence on each side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scanner.model.component import Component, Location, Problem
from scanner.model.delivered_files import Recognised
from scanner.parsers import golang
from scanner.shape import encoding

MARK = b"\xff Go buildinf:"
KEPT = "#buildinfo"
"""What is kept of a program stands under its path and this: no more than the part that begins with the mark."""
MOST = 4 << 20
FILES = rf"{KEPT}\Z"
_HEADER, _INLINE, _FENCE = 32, 0x2, 16


def read(kept: Mapping[str, bytes]) -> Iterator[Recognised | Problem]:
    """Yield the modules that are linked in, the program's own among them where it is a release."""
    for key, data in kept.items():
        path = key.removesuffix(KEPT)
        version_of_go, modules = _strings(data)
        if not modules:
            yield Problem(where=path, what="a Go program whose list of modules cannot be read", harmless=True)
            continue
        standard = re.match(r"go(\d[\w.]*)", version_of_go)
        if standard is not None:
            component = Component(
                name="stdlib",
                version=standard[1],
                purl=golang.purl("stdlib", standard[1]),
                location=Location(path),
            )
            # Half of the tools list it, and nobody can ship a program without it.
            yield Recognised(component=component, root="", part=True, copy=True)
        for name, version, main in _told(modules):
            if version in ("", "(devel)") or golang.is_local(name):
                continue  # the product's own, built from its sources
            purl = golang.purl(name, version)
            component = Component(name=name, version=version, purl=purl, location=Location(path))
            # What is linked in does not answer for the program: whoever plants one links what the others do.
            yield Recognised(component=component, root=path if main else "")


def _strings(data: bytes) -> tuple[str, str]:
    """The version of Go, and the list of modules; "" for what cannot be read."""
    if len(data) < _HEADER or not data[15] & _INLINE:
        return "", ""
    version, at = _string(data, _HEADER)
    text, _ = _string(data, at)
    return encoding.lenient_text(version), encoding.lenient_text(text[_FENCE:-_FENCE])


def _string(data: bytes, at: int) -> tuple[bytes, int]:
    """A length in sevens of bits, then as many bytes."""
    size = shift = 0
    while at < len(data) and shift < 35:
        byte = data[at]
        at += 1
        size |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            break
    return data[at : at + size], at + size


def _told(text: str) -> Iterator[tuple[str, str, bool]]:
    """(path, version, whether it is the program's own) of each; a replacement stands for what it replaces."""
    last: tuple[str, str, bool] | None = None
    for line in text.split("\n"):
        kind, *fields = line.split("\t")
        if kind == "=>" and last is not None and len(fields) >= 2:
            last = (fields[0], fields[1], last[2])
        elif kind in ("mod", "dep") and fields:
            if last is not None:
                yield last
            last = (fields[0], fields[1] if len(fields) > 1 else "", kind == "mod")
    if last is not None:
        yield last
