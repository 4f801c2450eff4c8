"""A Maven repository: files in folders, each with its digests beside it.

Spec: Maven, "Repository Layout" and "Checksums"
"""

from __future__ import annotations

import re
from urllib.parse import quote

from scanner.errors import InputError
from scanner.model.purl import Purl
from scanner.model.released import ReleaseState
from scanner.registries.release import Ask, Missing, Release, ReleaseFacts, no_package, no_version
from scanner.shape import xml_text

_LENGTHS = {"sha512": 128, "sha256": 64, "sha1": 40, "md5": 32}


def release(ask: Ask, base: str, purl: Purl) -> Release | Missing:
    """The jar, or what `?type=` and `?classifier=` (`sources`, say) name. Snapshots change and are refused."""
    version = purl.version or ""
    if version.upper().endswith("-SNAPSHOT"):
        raise InputError("a snapshot is another file every day", where=purl, hint="compare released versions")
    folder = f"{base}{quote((purl.namespace or '').replace('.', '/'))}/{quote(purl.name, safe='')}/"
    pieces = (purl.name, version, *(one for one in (purl.qualifier("classifier"),) if one))
    file = f"{'-'.join(pieces)}.{purl.qualifier('type') or 'jar'}"
    url = f"{folder}{quote(version, safe='')}/{quote(file, safe='')}"
    for algorithm in _LENGTHS:
        digest = published(ask, url, algorithm)
        if digest is not None:
            # SHA-1 is what every repository has, and often all that an SBOM has.
            further = published(ask, url, "sha1") if algorithm in ("sha512", "sha256") else None
            return Release(url=url, file=file, digests=(digest, *((further,) if further else ())))
    metadata = ask(f"{folder}maven-metadata.xml", accept="application/xml")
    if metadata is None:
        return no_package()
    listed = [
        event.text
        for event in xml_text.events(metadata, where=f"{purl}: maven-metadata.xml")
        if isinstance(event, xml_text.End) and event.name == "version"
    ]
    if version in listed:
        return Missing(
            what=f"version {version} has no {file}, or no digest for it",
            hint="?type=aar, pom …; ?classifier=sources; or download it and name the file",
            state=ReleaseState.PRESENT,
        )
    return no_version(purl, listed)


def published(ask: Ask, url: str, algorithm: str) -> str | None:
    """One of the digests that lie beside a file: `release` asks for the strongest that there is."""
    length = _LENGTHS.get(algorithm)
    if length is None:
        return None
    data = ask(f"{url}.{algorithm}", accept="text/plain")
    found = re.search(rf"(?<![0-9a-f])[0-9a-f]{{{length}}}(?![0-9a-f])", (data or b"").decode("latin-1").lower())
    return None if found is None else f"{algorithm}:{found[0]}"


def facts(ask: Ask, base: str, purl: Purl) -> ReleaseFacts | None:
    """That it is there; the address of its source is in the POM."""
    found = release(ask, base, purl)
    if isinstance(found, Missing):
        return None
    pom = ask(f"{found.url.rpartition('/')[0]}/{quote(f'{purl.name}-{purl.version}.pom')}", accept="application/xml")
    return ReleaseFacts(repository=_scm(pom, purl) if pom is not None else None)


def _scm(pom: bytes, purl: Purl) -> str | None:
    inside = False
    for event in xml_text.events(pom, where=f"{purl}: its POM"):
        if event.name == "scm":
            inside = isinstance(event, xml_text.Start)
        elif inside and isinstance(event, xml_text.End) and event.name == "url" and event.text:
            return event.text
    return None
