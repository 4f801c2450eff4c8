"""The projects of a group of GitLab and of its subgroups, on gitlab.com or elsewhere.

Spec: https://docs.gitlab.com/api/groups/#list-projects and https://docs.gitlab.com/api/rest/#pagination. Keyset paging
has no page that is too deep; a GitLab that does not know it for groups gives page numbers instead, or answers 405.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import msgspec

from scanner.errors import EngineError
from scanner.fleet.listings import clones
from scanner.fleet.listings.asking import Service, read
from scanner.fleet.listings.values import Entry, Place, topics
from scanner.model.component import Problem
from scanner.net import RefusedError

NAME = "gitlab"


class _Project(msgspec.Struct):
    id: int
    path_with_namespace: str
    http_url_to_repo: str
    ssh_url_to_repo: str = ""
    visibility: str = ""
    archived: bool = False
    forked_from_project: msgspec.Raw | None = None
    empty_repo: bool = False
    topics: list[str] = []


def listed(service: Service, place: Place) -> Iterator[Entry | Problem]:
    """Every project that whoever asks may see. Raises `EngineError`, `InputError`."""
    number = 0
    for page in _pages(service, place):
        for item in page:
            number += 1
            found = read(item, _Project, where=place.name, number=number)
            yield found if isinstance(found, Problem) else _entry(found, place)


def _pages(service: Service, place: Place) -> Iterator[list[msgspec.Raw]]:
    url = f"{place.api}/groups/{quote(place.name, safe='')}/projects?include_subgroups=true&with_shared=false"
    url += "&order_by=id&sort=asc&per_page=100"
    pages = service.pages(f"{url}&pagination=keyset")
    try:
        first = next(pages)
    except EngineError as error:
        if not isinstance(error.__cause__, RefusedError) or error.__cause__.status != 405:
            raise
        yield from service.pages(url)
        return
    yield first
    yield from pages


def _entry(found: _Project, place: Place) -> Entry:
    clone, refused = clones.told(found.ssh_url_to_repo if place.ssh else found.http_url_to_repo, place.api)
    return Entry(
        key=str(found.id),
        name=found.path_with_namespace,
        address=clone,
        refused=refused,
        visibility=found.visibility,
        archived=found.archived,
        fork=found.forked_from_project is not None,
        empty=found.empty_repo,
        topics=topics(found.topics),
    )
