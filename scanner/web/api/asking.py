"""What every endpoint needs: words that are bounded and that both databases take, the moment, and errors by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from fastapi.routing import APIRoute

from scanner.errors import UsageError
from scanner.fleet.store import cursors
from scanner.web import stores
from scanner.web.settings import Settings

NO_NUL = r"^[^\x00]*$"
"""PostgreSQL has no NUL in text."""
MOST = 2**63 - 1
_WORD = {"min_length": 1, "max_length": 400, "pattern": NO_NUL}
Word = Annotated[str | None, Query(**_WORD)]
Needed = Annotated[str, Query(**_WORD)]
Number = Annotated[int, Path(ge=1, le=MOST, description="Number of the target.")]
FindingId = Annotated[str, Path(min_length=1, max_length=400, pattern=NO_NUL, description="Id of the finding.")]
CampaignId = Annotated[str, Path(min_length=1, max_length=400, pattern=NO_NUL, description="Id of the campaign.")]
After = Annotated[str | None, Query(max_length=4000, description="`next` of the page before, as it was given.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="How many at most.")]
T = TypeVar("T")
PROBLEM = "application/problem+json"
_TOLD = {
    400: "What was asked for makes no sense.",
    401: "Nobody has signed in, or the token does not count.",
    403: "That needs another role.",
    404: "There is no such thing.",
    413: "The body is too large.",
    421: "The server does not go by that name.",
    422: "A parameter or the body is not as it should be.",
    429: "That was asked too often.",
    503: "The store, or what the answer needs, cannot be reached now.",
}
ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"description": said, "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for status, said in _TOLD.items()
}


def router(tag: str) -> APIRouter:
    """Endpoints whose operation ids are the names of their functions."""

    def named(route: APIRoute) -> str:
        return route.name

    return APIRouter(tags=[tag], generate_unique_id_function=named, responses=ERRORS)


class Visit:
    """One request: the store, what the server was told, the moment."""

    def __init__(self, request: Request, store: stores.Borrowed) -> None:
        self.request = request
        self.store = store
        self.settings: Settings = request.app.state.settings
        self.now: datetime = self.settings.now()


Visitor = Annotated[Visit, Depends()]


@contextmanager
def named() -> Iterator[None]:
    """Whoever names what is not there gets 404."""
    try:
        yield
    except UsageError as error:
        raise HTTPException(404, error.what) from error


def sliced(all_: Sequence[T], kind: str, after: str | None, limit: int) -> tuple[Sequence[T], str | None]:
    """A page of what is there whole, and where the next one begins."""
    (begin,) = (0,) if after is None else cursors.read(after, kind, int)
    end = max(begin, 0) + limit
    return all_[max(begin, 0) : end], cursors.written(kind, end) if end < len(all_) else None
