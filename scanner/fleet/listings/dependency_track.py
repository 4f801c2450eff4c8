"""The projects of a Dependency-Track, each of which gives its bill of materials as CycloneDX.

Spec: https://docs.dependencytrack.org/integrations/rest-api/, `/v1/project` and `/v1/bom/cyclonedx/project/{uuid}`.
Addresses: `dependency-track+https://SERVER/UUID#name@version`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import msgspec

from scanner.display import address
from scanner.errors import EngineError
from scanner.fleet.listings.asking import Page, Service, read
from scanner.fleet.listings.values import Entry, Place, topics
from scanner.model.component import Problem
from scanner.net import Reply
from scanner.shape import json_text

NAME = "dependency-track"
SCHEME = "dependency-track+"
_PAGE = 100
_LONGEST = 200
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class _Tag(msgspec.Struct):
    name: str = ""


class _Project(msgspec.Struct, rename="camel"):
    uuid: str
    name: str
    version: str | None = None
    active: bool | None = True
    last_bom_import: int | None = None
    tags: list[_Tag] | None = None


def listed(service: Service, place: Place) -> Iterator[Entry | Problem]:
    """Every project that whoever asks may see. Raises `EngineError`, `InputError`."""
    first = f"{place.api}/api/v1/project?excludeInactive=false&pageSize={_PAGE}&pageNumber="
    number = 0

    def page(reply: Reply, url: str) -> Page:
        items: list[msgspec.Raw] = json_text.typed(reply.data, list[msgspec.Raw], where=address(url))
        total = reply.headers.get("x-total-count", "")
        # A server, or a proxy before it, may give fewer a page than it was asked for.
        missing = number + len(items) < int(total) if total.isascii() and total.isdigit() and len(total) < 10 else False
        if missing and not items:
            raise EngineError(f"it counts {total} projects and gives {number:,}", where=address(url), hint="try again")
        following = f"{first}{int(url.rpartition('=')[2]) + 1}" if missing or len(items) == _PAGE else None
        return Page(items, following)

    for items in service.pages(f"{first}1", page=page):
        for item in items:
            number += 1
            found = read(item, _Project, where=place.api, number=number)
            yield found if isinstance(found, Problem) else _entry(found, place)


def project(address_: str) -> str:
    """The address at which a project tells of itself."""
    api, _, uuid = _parts(address_)
    return f"{api}/api/v1/project/{uuid}"


def bom(address_: str) -> str:
    """The address of its bill of materials."""
    api, _, uuid = _parts(address_)
    return f"{api}/api/v1/bom/cyclonedx/project/{uuid}?format=json&variant=inventory"


def imported(data: bytes, *, where: str) -> int | None:
    """When its bill of materials was last brought, by what it tells of itself. Raises `InputError`."""
    return json_text.typed(data, _Project, where=where).last_bom_import


def _parts(address_: str) -> tuple[str, str, str]:
    return address_.removeprefix(SCHEME).partition("#")[0].rpartition("/")


def _entry(found: _Project, place: Place) -> Entry:
    version = "" if found.version is None else f"@{found.version}"
    name = f"{found.name}{version}"[:_LONGEST]
    refused = "" if _UUID.fullmatch(found.uuid) else "its id is no UUID"
    return Entry(
        key=found.uuid,
        name=name,
        address="" if refused else f"{SCHEME}{place.api}/{found.uuid}#{quote(name, safe='@/-_.~')}",
        refused=refused,
        archived=found.active is False,
        empty=found.last_bom_import is None,
        topics=topics([tag.name for tag in found.tags or ()]),
    )
