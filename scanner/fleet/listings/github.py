"""The repositories of an organisation of GitHub, or of a GitHub Enterprise Server.

Spec: https://docs.github.com/en/rest/repos/repos#list-organization-repositories
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import msgspec

from scanner.display import address
from scanner.errors import EngineError, InputError
from scanner.fleet.listings import clones
from scanner.fleet.listings.asking import Page, Service, by_link, read
from scanner.fleet.listings.values import Entry, Place, topics
from scanner.model.component import Problem
from scanner.net import Reply
from scanner.shape import json_text

NAME = "github"
_PAGE = 100
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}


class _Repository(msgspec.Struct):
    id: int
    full_name: str
    clone_url: str
    ssh_url: str = ""
    visibility: str | None = None
    private: bool = False
    archived: bool = False
    fork: bool = False
    size: int = 1
    topics: list[str] = []


def listed(service: Service, place: Place) -> Iterator[Entry | Problem]:
    """Every repository that whoever asks may see. Raises `EngineError`, `InputError`."""
    url = f"{place.api}/orgs/{quote(place.name, safe='')}/repos?type=all&sort=full_name&per_page={_PAGE}"
    number = 0

    def page(reply: Reply, asked: str) -> Page:
        found = by_link(reply, asked)
        # One page has no such header. Nor has a full one behind a proxy that takes it away.
        if len(found.items) < _PAGE or "link" in reply.headers:
            return found
        return Page(found.items, f"{url}&page={int(asked.removeprefix(url).removeprefix('&page=') or 1) + 1}")

    for items in service.pages(url, _HEADERS, page=page):
        for item in items:
            number += 1
            found = read(item, _Repository, where=address(url), number=number)
            yield found if isinstance(found, Problem) else _entry(found, service, place)


def _entry(found: _Repository, service: Service, place: Place) -> Entry:
    clone, refused = clones.told(found.ssh_url if place.ssh else found.clone_url, place.api)
    return Entry(
        key=str(found.id),
        name=found.full_name,
        address=clone,
        refused=refused,
        visibility=found.visibility or ("private" if found.private else "public"),
        archived=found.archived,
        fork=found.fork,
        empty=not found.size and _is_empty(found.full_name, service, place),
        topics=topics(found.topics),
    )


def _is_empty(name: str, service: Service, place: Place) -> bool:
    """Whether it has no branch. A size of 0 says so only of a repository that GitHub has measured already."""
    url = f"{place.api}/repos/{quote(name)}/branches?per_page=1"
    try:
        return json_text.typed(service.ask(url, _HEADERS).data, list[msgspec.Raw], where=address(url)) == []
    except (EngineError, InputError):
        return False  # the look at it will tell
