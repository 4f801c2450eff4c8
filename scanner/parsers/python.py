"""Python's requirements: one dependency specifier, and the component that it names.

Spec: https://packaging.python.org/en/latest/specifications/dependency-specifiers/, and pip's older forms (bare
addresses with `#egg=`, paths, archives). Own reader: the `packaging` library takes 45 ms to import.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

import msgspec

from scanner import display
from scanner.errors import InputError
from scanner.model.component import Component, Location, Origin, Problem, Scope
from scanner.model.ecosystem import normalise_name
from scanner.model.purl import Purl

MOST = 65_536
"""Longest requirement that is read, in characters."""

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_EXTRAS = re.compile(r"\s*\[([A-Za-z0-9._,\s-]*)\]")
_DIRECT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\s*(?:\[[^\]]*\]\s*)?@")
_CLAUSE = re.compile(r"(~=|===|==|!=|<=|>=|<|>)\s*([^\s,;()]+)\Z")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://|(?=/))|(?i:git|hg|svn|bzr)\+[a-z]+:|file:", re.ASCII)
_WHEEL = re.compile(r"([A-Za-z0-9][A-Za-z0-9._]*)-([0-9][A-Za-z0-9._+!]*)(?:-[0-9][^-]*)?-[^-]+-[^-]+-[^-]+\.whl\Z")
_SDIST = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)-([0-9][A-Za-z0-9._+!]*)\.(?:tar\.(?:gz|bz2|xz)|tgz|zip)\Z")
_ARCHIVES = (".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tar")
_ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """One dependency specifier."""

    name: str | None
    """`None` for an address or path that does not say what it holds."""
    extras: tuple[str, ...] = ()
    specifier: str = ""
    """The version clauses as written, without brackets."""
    version: str | None = None
    """The one version that the clauses, or the artefact's file name, admit."""
    address: str | None = None
    """URL, VCS address or path, as written."""
    marker: str = ""


def requirement(text: str) -> Requirement:
    """Read one requirement. Raises `InputError` for what neither the standard nor pip understands."""
    text = text.strip()
    if not text or len(text) > MOST:
        raise InputError(f"a requirement of {len(text)} characters")
    if looks_like_address(text):
        return _addressed(text)
    match = _NAME.match(text)
    if match is None:
        raise InputError(f"not a requirement: {text[:200]!r}")
    name, rest = match[0], text[match.end() :]
    extras: tuple[str, ...] = ()
    if (bracket := _EXTRAS.match(rest)) is not None:
        extras = tuple(extra.strip() for extra in bracket[1].split(",") if extra.strip())
        rest = rest[bracket.end() :]
    rest = rest.strip()
    if rest.startswith("@"):
        address, marker = _split_marker(rest[1:].strip())
        if not address:
            raise InputError(f"no address after the @: {text[:200]!r}")
        _, version = artefact(address)
        return Requirement(name=name, extras=extras, version=version, address=address, marker=marker)
    specifier, _, marker = rest.partition(";")
    specifier = specifier.strip()
    if specifier.startswith("(") and specifier.endswith(")"):
        specifier = specifier[1:-1].strip()
    version = pinned(specifier)
    return Requirement(name=name, extras=extras, specifier=specifier, version=version, marker=marker.strip())


def pinned(specifier: str) -> str | None:
    """The only version that the clauses can admit, or `None`. Raises `InputError` where they are no clauses."""
    exact: set[str] = set()
    for clause in specifier.rstrip(",").split(",") if specifier else ():
        match = _CLAUSE.match(clause.strip())
        if match is None:
            raise InputError(f"not a version constraint: {specifier[:200]!r}")
        if "$" in match[2]:
            return None  # an environment variable: nobody here knows its value
        if match[1] == "===" or (match[1] == "==" and not match[2].endswith(".*")):
            exact.add(match[2])
    return exact.pop() if len(exact) == 1 else None


def looks_like_address(text: str) -> bool:
    """Whether pip would take it for an address, a path or an archive, not for a name."""
    if _ADDRESS.match(text):
        return True
    if _DIRECT.match(text):
        return False
    path = text.partition(";")[0].strip()
    name = path.partition("[")[0]
    return name.startswith((".", "/", "~/")) or "/" in name or "\\" in name or name.lower().endswith(_ARCHIVES)


def _addressed(text: str) -> Requirement:
    address, marker = _split_marker(text)
    extras: tuple[str, ...] = ()
    if "://" not in address and address.endswith("]") and "[" in address:
        # A path with extras: `./helper[cli]`
        address, _, inside = address[:-1].rpartition("[")
        extras = tuple(extra.strip() for extra in inside.split(",") if extra.strip())
    name, version = artefact(address)
    egg = fragment(address, "egg")
    if egg is not None:
        match = _NAME.match(egg)
        name = match[0] if match else None
        if match and (bracket := _EXTRAS.match(egg, match.end())) is not None:
            extras = tuple(extra.strip() for extra in bracket[1].split(",") if extra.strip())
    return Requirement(name=name, extras=extras, version=version, address=address, marker=marker)


def _split_marker(text: str) -> tuple[str, str]:
    """An address may hold `;`: only one with space before it begins a marker."""
    pieces = re.split(r"\s;|;\s", text, maxsplit=1)
    return pieces[0].strip(), pieces[1].strip() if len(pieces) > 1 else ""


def fragment(address: str, key: str) -> str | None:
    """The value of `key` in `#key=value&…`."""
    for pair in address.partition("#")[2].split("&"):
        name, equals, value = pair.partition("=")
        if equals and name == key:
            return unquote(value).strip() or None
    return None


def artefact(address: str) -> tuple[str | None, str | None]:
    """Name and version, where the address ends in the file name of a wheel or source distribution."""
    if origin_of(address) is Origin.GIT:
        return None, None
    file = unquote(address.partition("#")[0].partition("?")[0].replace("\\", "/").rpartition("/")[2])
    match = _WHEEL.match(file) or _SDIST.match(file)
    return (match[1], match[2]) if match else (None, None)


def origin_of(address: str) -> Origin:
    """Where an address leads to."""
    scheme = address.partition(":")[0].lower()
    if "+" in scheme or scheme in ("git", "ssh") or address.startswith("git@"):
        return Origin.GIT
    if scheme == "file" or "://" not in address:
        return Origin.PATH
    return Origin.URL


def address_digests(address: str) -> tuple[str, ...]:
    """Digests that the fragment of an address gives: `#sha256=…`."""
    found = ((name, fragment(address, name)) for name in _ALGORITHMS) if "#" in address else ()
    return tuple(f"{name}:{value.lower()}" for name, value in found if value)


def normalised(name: str) -> str:
    """The name by which Python's tools tell packages apart (PEP 503)."""
    return normalise_name("PyPI", name)


def other_index(address: str, where: str, line: int | None = None) -> Problem:
    """The remark that packages are asked of a named index: who is asked for a name decides what is installed."""
    return Problem(
        where=where, what=f"packages come from the index {display.address(address)}", line=line, harmless=True
    )


def purl(name: str, version: str | None) -> Purl:
    """The identity of a Python package."""
    return Purl("pypi", None, name.lower().replace("_", "-"), version or None)


def component(
    wanted: Requirement,
    location: Location,
    *,
    scope: Scope = Scope.RUNTIME,
    digests: tuple[str, ...] = (),
    ref: str = "",
) -> Component:
    """The component that a requirement asks for."""
    address = wanted.address
    constraint = None
    if wanted.version is None and address is None:
        constraint = wanted.specifier or "*"
    return Component(
        name=wanted.name or address or "",
        version=wanted.version,
        constraint=constraint,
        purl=purl(wanted.name, wanted.version) if wanted.name else None,
        location=location,
        scope=scope,
        origin=Origin.REGISTRY if address is None else origin_of(address),
        digests=digests + (address_digests(address) if address else ()),
        source_url=address,
        ref=ref,
    )
