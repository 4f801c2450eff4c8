"""The smallest parts of STIX 2.1: ids that are the same for the same thing, times, observables, patterns.

Spec: https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html; ids are section 2.9, patterns section 9.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scanner.model import purl as purls
from scanner.model.campaign import Indicator, IndicatorType
from scanner.model.ecosystem import full_name
from scanner.model.observable import LENGTHS

Object = dict[str, Any]

_OBSERVABLES = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""The specification's own namespace: for observables, and for nothing else."""
_OURS = uuid.uuid5(uuid.NAMESPACE_URL, "https://pratique.invalid/stix")
_HASHES = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}
_VERSIONS = 200
"""Versions in one pattern."""
TLP_AMBER = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"
MARKING: Object = {
    "type": "marking-definition",
    "spec_version": "2.1",
    "id": TLP_AMBER,
    "created": "2017-01-20T00:00:00.000Z",
    "definition_type": "tlp",
    "name": "TLP:AMBER",
    "definition": {"tlp": "amber"},
}
"""Section 7.2.1.4: every TLP marking exists once in the world, with exactly this content."""
SINCE = "2026-01-01T00:00:00.000Z"
"""When objects of ours whose id says who they are count as created: one id must always bear the same time."""


def own_id(type_: str, *parts: str) -> str:
    """The id of an object of ours: the same parts, the same id, on every machine."""
    return f"{type_}--{uuid.uuid5(_OURS, json.dumps([type_, *parts]))}"


def observable(type_: str, contributing: Mapping[str, Any], **more: Any) -> Object:
    """A cyber-observable, whose id is worked out of its contributing properties."""
    said = {key: value for key, value in contributing.items() if value}
    # RFC 8785, which for text alone is what this makes.
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    number = uuid.uuid5(_OBSERVABLES, canonical.encode("utf-8", "replace").decode())
    return {
        "type": type_,
        "spec_version": "2.1",
        "id": f"{type_}--{number}",
        **said,
        **more,
        "object_marking_refs": [TLP_AMBER],
    }


def time(text: str | None, *, end: bool = False) -> str | None:
    """A date, or the first part of one, as a moment: the first of it, or the last."""
    if text is None or len(text) > 10:
        return text
    if len(text) == 10:
        return f"{text}T23:59:59.000Z" if end else f"{text}T00:00:00.000Z"
    year, month = text[:4], text[5:7]
    if not end:
        return f"{year}-{month or '01'}-01T00:00:00.000Z"
    # The last second of a month that may have 28 days is not worth a calendar: the 28th is surely in it.
    return f"{year}-{month}-28T23:59:59.000Z" if month else f"{year}-12-31T23:59:59.000Z"


def observed(indicator: Indicator) -> Object | None:
    """What was seen, where STIX has an observable for it."""
    value = indicator.value
    match indicator.type:
        case IndicatorType.DIGEST:
            algorithm, digits = _hash(value)
            # SHA-384 is no word of the specification's list, and a receiver may refuse what is not.
            return observable("file", {"hashes": {algorithm: digits}}) if algorithm not in ("", "SHA-384") else None
        case IndicatorType.DOMAIN:
            return observable("domain-name", {"value": value})
        case IndicatorType.IP:
            host = _host(value)
            return observable("ipv6-addr" if ":" in host else "ipv4-addr", {"value": host})
        case IndicatorType.URL:
            return observable("url", {"value": value})
        case IndicatorType.REPOSITORY:
            return observable("url", {"value": f"https://{value}"})
        case IndicatorType.EMAIL:
            return observable("email-addr", {"value": value})
        case _:
            return None


def pattern(indicator: Indicator, found: str | None) -> str:
    """The indicator as a STIX pattern. What STIX has no word for is looked for in the nearest property.

    `found` is the version that was found: ranges and exceptions are no part of a pattern, a version that they hit is.
    """
    value = indicator.value
    match indicator.type:
        case IndicatorType.PACKAGE:
            return package_pattern(full_name(purls.parse(value)), _versions(indicator, found))
        case IndicatorType.PRODUCT:
            return package_pattern(value, _versions(indicator, found))
        case IndicatorType.DIGEST:
            algorithm, digits = _hash(value)
            if algorithm:
                return f"[file:hashes.{_quoted(algorithm)} = {_quoted(digits)}]"
            return _in_content(digits)
        case IndicatorType.DOMAIN:
            return f"[domain-name:value = {_quoted(value)}]"
        case IndicatorType.IP:
            host = _host(value)
            return f"[{'ipv6-addr' if ':' in host else 'ipv4-addr'}:value = {_quoted(host)}]"
        case IndicatorType.URL:
            return f"[url:value = {_quoted(value)}]"
        case IndicatorType.REPOSITORY:
            return f"[url:value LIKE {_quoted('%' + _literal(value) + '%')}]"
        case IndicatorType.EMAIL:
            return f"[email-addr:value = {_quoted(value)}]"
        case IndicatorType.ACCOUNT:
            platform, _, login = value.partition(":")
            return (
                f"[user-account:account_login = {_quoted(login)} AND user-account:account_type = {_quoted(platform)}]"
            )
        case IndicatorType.CERTIFICATE:
            return f"[x509-certificate:serial_number = {_quoted(value)}]"
        case IndicatorType.PATH:
            folder, name = _split(value)
            within = f" AND file:parent_directory_ref.path = {_quoted(folder)}" if folder else ""
            return f"[file:name = {_quoted(name)}{within}]"
        case IndicatorType.COMMIT:
            # A component that is pinned to a commit has it as its version.
            return f"[software:version = {_quoted(value)}]"
        case _:
            return _in_content(value)


def _versions(indicator: Indicator, found: str | None) -> list[str]:
    """The versions that are meant; none of them where the name itself is malicious."""
    if indicator.versions is None and not indicator.excluded and not indicator.hint:
        return []
    return list(dict.fromkeys((*(indicator.versions or ()), *((found,) if found else ()))))


def package_pattern(name: str, versions: Sequence[str]) -> str:
    """A package at some versions, or at every one. The ecosystem is no part of a pattern: the purl says it beside."""
    parts = [f"software:name = {_quoted(name)}"]
    if versions:
        named = list(versions)[:_VERSIONS]
        listed = ", ".join(map(_quoted, named))
        parts.append(f"software:version = {listed}" if len(named) == 1 else f"software:version IN ({listed})")
    return f"[{' AND '.join(parts)}]"


def file_objects(path: str) -> Iterator[Object]:
    """The file at a path and the folder that holds it."""
    folder, _, name = path.rpartition("/")
    if folder:
        directory = observable("directory", {"path": folder})
        yield observable("file", {"name": name or folder, "parent_directory_ref": directory["id"]})
        yield directory
    else:
        yield observable("file", {"name": name or "."})


def _split(path: str) -> tuple[str, str]:
    """Folder and name of a path of either kind. A name alone (`wt.exe`) is often an honest program's as well."""
    at = max(path.rfind("/"), path.rfind("\\"))
    return (path[:at] or path[:1], path[at + 1 :]) if 0 <= at < len(path) - 1 else ("", path)


def _in_content(text: str) -> str:
    return f"[artifact:payload_bin LIKE {_quoted('%' + _literal(text) + '%')}]"


def _hash(value: str) -> tuple[str, str]:
    """(the specification's name of the algorithm, digits); no name where nobody knows the length."""
    algorithm, _, digits = value.rpartition(":")
    return _HASHES.get(algorithm or LENGTHS.get(len(digits), ""), ""), digits


def _host(value: str) -> str:
    """Without the port, which an IPv6 address of ours never has."""
    return value.partition(":")[0] if value.count(":") == 1 else value


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _literal(text: str) -> str:
    """For LIKE, in which `%` and `_` match anything and cannot be escaped: `_` stands for itself well enough."""
    return text.replace("%", "_")
