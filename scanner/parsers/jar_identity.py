"""Who a jar says it is: `pom.properties`, the manifest, its file name.

Spec: https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html; OSGi Core, "Bundle Manifest Headers"

Only Maven's own `pom.properties`, or a manifest with `Implementation-Vendor-Id`, gives a group. Guessing one from the
bundle or module name was wrong for 77 of 177 real jars, and a wrong identity looks checked and is not: without a group
a jar has a name and digests, and no purl.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_FILE_NAME = re.compile(r"(.+?)-(v?[0-9][^/]*)\Z")
_IDENTIFIER = re.compile(r"[A-Za-z0-9_.-]+\Z")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)


class Identity(NamedTuple):
    group: str
    artifact: str
    version: str
    line: int | None = None
    """Of the artefact in its `pom.properties`."""
    supplier: str | None = None


def from_pom_properties(data: bytes) -> Identity | None:
    """What Maven wrote into the jar when it was built; `None` where it names no artefact."""
    values: dict[str, tuple[str, int]] = {}
    for number, raw in enumerate(data.decode("iso-8859-1").replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        line = raw.strip()
        if line and line[0] not in "#!":
            key, _, value = line.partition("=")
            values[key.strip()] = _unescaped(value.strip()), number
    group, artifact, version = (_said(values.get(key, ("", 0))[0]) for key in ("groupId", "artifactId", "version"))
    if not artifact:
        return None
    return Identity(group, artifact, version, line=values["artifactId"][1])


def manifest(data: bytes) -> dict[str, str]:
    """The main section of a manifest, keys in lower case. Lines of more than 72 bytes go on after a space."""
    unfolded = re.sub(rb"(?:\r\n|\r|\n) ", b"", data)
    values: dict[str, str] = {}
    for line in unfolded.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"):
        if not line.strip():
            break
        key, _, value = line.decode("utf-8", "replace").partition(":")
        values.setdefault(key.strip().lower(), _said(value.strip()))
    return values


def from_manifest(values: dict[str, str], file_name: str) -> Identity:
    """The jar by its manifest, and by its file name.

    Titles are written for people and bundle names for OSGi: where the file name ends with the manifest's version, it
    is how the artefact was published, and what stands before the version is the better name.
    """
    named, file_version = split(file_name)
    titles = (
        values.get("implementation-title", ""),
        values.get("bundle-symbolicname", "").partition(";")[0].strip(),
        values.get("automatic-module-name", ""),
    )
    versions = [values.get("implementation-version", ""), values.get("bundle-version", "")]
    version = next(filter(None, (*versions, file_version)), "").split(" ")[0]
    published = bool(file_version) and file_version in versions
    # A title may be a sentence; an artefact's id is one word.
    artifact = named if published else next((title for title in titles if _IDENTIFIER.match(title)), named)
    version = file_version if published else version
    group = values.get("implementation-vendor-id", "")
    return Identity(
        group if _IDENTIFIER.match(group) else "",
        artifact,
        version,
        supplier=values.get("implementation-vendor") or values.get("bundle-vendor") or None,
    )


def split(file_name: str) -> tuple[str, str]:
    """Artefact and version of a file name: `log4j-core-2.17.1.jar`."""
    stem = file_name.rpartition("/")[2].rpartition(".")[0] or file_name
    match = _FILE_NAME.match(stem)
    return (match.group(1), match.group(2)) if match else (stem, "")


def is_this(identity: Identity, file_name: str, *, alone: bool) -> bool:
    """Whether a `pom.properties` speaks of the jar that holds it, not of a library that was shaded into it."""
    stem = file_name.rpartition("/")[2].rpartition(".")[0]
    if stem == identity.artifact or stem.startswith(f"{identity.artifact}-{identity.version}"):
        return True
    named, version = split(file_name)
    # A renamed jar is still itself; one whose name says another artefact at another version is not.
    return alone and (not version or version == identity.version or named == identity.artifact)


def _said(text: str) -> str:
    """A value that a build forgot to fill in says nothing."""
    return "" if "${" in text else text


def _unescaped(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        code = match.group(1)
        return chr(int(code[1:], 16)) if len(code) == 5 else code

    return _ESCAPE.sub(plain, text)
