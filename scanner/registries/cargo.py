"""A sparse index of cargo: one line of JSON a version.

Spec: The Cargo Book, "Registry Index" (index files, sparse protocol, config.json)
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec

from scanner.display import address
from scanner.errors import InputError
from scanner.model.purl import Purl
from scanner.registries.release import Ask, Missing, Release, ReleaseFacts, no_package, no_version, time, words
from scanner.shape import json_text


class _Line(msgspec.Struct):
    name: str
    vers: str
    cksum: str
    yanked: Any = False
    pubtime: Any = None


def release(ask: Ask, base: str, purl: Purl) -> Release | Missing:
    """The crate of a version."""
    lower = quote(purl.name.lower(), safe="")
    url = f"{base}{_prefix(lower)}/{lower}"
    data = ask(url)
    if data is None:
        return no_package()
    where = address(url)
    lines: list[_Line] = [
        json_text.typed(line, _Line, where=f"{where}, line {number}")
        for number, line in enumerate(data.splitlines(), 1)
        if line.strip()
    ]
    # A crate's version may carry build metadata, which does not tell two of them apart.
    wanted = (purl.version or "").partition("+")[0]
    entry = next((line for line in lines if line.vers.partition("+")[0] == wanted), None)
    if entry is None:
        return no_version(purl, (line.vers for line in lines))
    return Release(
        url=_download(ask, base, entry),
        file=f"{entry.name}-{entry.vers}.crate",
        digests=(f"sha256:{entry.cksum.lower()}",),
        facts=ReleaseFacts(published=time(entry.pubtime), withdrawn="yanked" if entry.yanked else None),
    )


def facts(ask: Ask, base: str, purl: Purl) -> ReleaseFacts | None:
    """What the index says: of people and repository it knows nothing."""
    found = release(ask, base, purl)
    return found.facts if isinstance(found, Release) else None


def _download(ask: Ask, base: str, entry: _Line) -> str:
    data = ask(f"{base}config.json")
    config = json_text.value(data, where=address(f"{base}config.json")) if data is not None else {}
    template = words(config.get("dl")) if isinstance(config, dict) else None
    if template is None:
        raise InputError("its config.json does not say where crates are", where=address(base))
    prefix = _prefix(entry.name)
    markers = {
        "{crate}": quote(entry.name),
        "{version}": quote(entry.vers, safe="+"),
        "{prefix}": quote(prefix),
        "{lowerprefix}": quote(prefix.lower()),
        "{sha256-checksum}": quote(entry.cksum),
    }
    if not any(marker in template for marker in markers):
        template += "/{crate}/{version}/download"
    for marker, value in markers.items():
        template = template.replace(marker, value)
    return template


def _prefix(name: str) -> str:
    return f"{len(name)}" if len(name) < 3 else f"3/{name[0]}" if len(name) == 3 else f"{name[:2]}/{name[2:4]}"
