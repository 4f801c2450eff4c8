"""A package as lists write it → package indicators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from scanner.errors import InputError
from scanner.feeds.lists.bad_versions import BadVersions
from scanner.model import purl as purls
from scanner.model.campaign import Indicator, IndicatorType, Role
from scanner.model.ecosystem import identity
from scanner.model.purl import Purl

_NAME = re.compile(r"[^\s,;<>\"'|{}\\^`*?#%]{1,300}\Z")
_NPM = re.compile(r"(?:@[^/@\s]+/)?[^/@\s:]+\Z")
# In a list's own words: an honest package, of which some versions were taken over.
_TAKEN_OVER = re.compile(r"compromis|hijack|taken over|trojan|backdoor", re.IGNORECASE)
# What tells the host of an image from a user name, https://github.com/distribution/reference.
_IMAGE_HOST = re.compile(r"(?:[^/]*[.:][^/]*|localhost)\Z")


def of_name(type_: str, name: str, versions: BadVersions, **fields: Any) -> Iterator[Indicator]:
    """Indicators on a package of a purl type. Raises `InputError` where `name` cannot be a package's."""
    return _indicators(_value(type_, name), versions, fields)


def _indicators(value: str, versions: BadVersions, fields: dict[str, Any]) -> Iterator[Indicator]:
    """One indicator, or one more for each further span."""
    if versions.hint:
        yield Indicator(type=IndicatorType.PACKAGE, value=value, versions=None, hint=True, **fields)
    elif versions.every:
        yield Indicator(type=IndicatorType.PACKAGE, value=value, versions=None, excluded=versions.excluded, **fields)
    else:
        role = Role.COMPROMISED if _TAKEN_OVER.search(fields["note"] or "") else Role.MALICIOUS
        exact, kind = versions.exact, IndicatorType.PACKAGE
        for span in versions.ranges or (None,):
            yield Indicator(type=kind, value=value, versions=exact, range=span, role=role, **fields)
            exact = ()


def of_purl(text: str, versions: BadVersions, **fields: Any) -> Iterator[Indicator]:
    """The same from a package URL; its own version counts with those that stand beside it."""
    parsed = purls.parse(text)
    if identity(parsed) is None:
        raise InputError(f"packages of type {parsed.type!r} are filed under no ecosystem")
    if parsed.version:
        versions = BadVersions(
            tuple(dict.fromkeys((parsed.version, *versions.exact))), versions.ranges, versions.every, versions.excluded
        )
    return _indicators(str(Purl(parsed.type, parsed.namespace, parsed.name, None, parsed.qualifiers)), versions, fields)


@lru_cache(maxsize=65536)
def _value(type_: str, name: str) -> str:
    return str(purl(type_, name))


def purl(type_: str, name: str) -> Purl:
    """The purl, without version, of a package as its own tools write it. Raises `InputError`."""
    name = name.strip().strip("/")
    if name.startswith("@@"):  # so written in a published list
        name = name[1:]
    if not _NAME.match(name) or not any(char.isalnum() for char in name):
        raise InputError(f"{name[:80]!r} is no package's name")
    if type_ == "npm" and not _NPM.match(name):
        raise InputError(f"{name[:80]!r} is no package's name in npm")
    if type_ == "maven":
        group, mark, artifact = name.partition(":" if ":" in name else "/")
        if not (mark and group and artifact):
            raise InputError(f"{name[:80]!r} is no Maven package", hint="group:artifact")
        return purls.parse(str(Purl(type_, group, artifact)))
    if type_ == "vscode-extension":
        publisher, dot, extension = name.replace("/", ".", 1).partition(".")
        return purls.parse(str(Purl(type_, publisher, extension) if dot else Purl(type_, None, name)))
    if type_ == "docker":
        first, slash, rest = name.partition("/")
        host = first.lower() if slash and _IMAGE_HOST.match(first) else None
        path = (rest if host else name).removeprefix("library/")
        if host is not None and host.split(".")[-2:] == ["docker", "io"]:
            host = None
        namespace, _, last = path.rpartition("/")
        return purls.parse(str(Purl(type_, namespace or None, last, None, (("repository_url", host),) if host else ())))
    if type_ in ("swift", "githubactions"):
        name = re.sub(r"\A(?:https?://)?(?:github\.com/)?" if type_ == "githubactions" else r"\Ahttps?://", "", name)
    if type_ == "githubactions":
        name = "/".join(name.split("/")[:2])  # a path inside the repository is the same action's code
        if "/" not in name:
            raise InputError(f"{name[:80]!r} is no GitHub Action", hint="owner/repository")
    if type_ == "composer" and "/" not in name:
        raise InputError(f"{name[:80]!r} is no Composer package", hint="vendor/name")
    namespace, _, last = name.rpartition("/")
    return purls.parse(str(Purl(type_, namespace or None, last)))
