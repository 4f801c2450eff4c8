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
from scanner.fleet.listings.asking import Service, read
from scanner.fleet.listings.values import Entry, Place, topics
from scanner.model.component import Problem
from scanner.shape import json_text

NAME = "github"
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
    url = f"{place.api}/orgs/{quote(place.name, safe='')}/repos?type=all&sort=full_name&per_page=100"
    number = 0
    for page in service.pages(url, _HEADERS):
        for item in page:
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
