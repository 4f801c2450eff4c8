"""What people do through the web goes into the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request

from scanner.fleet.store import Store

if TYPE_CHECKING:
    from scanner.web.access import Person


def note(
    request: Request, store: Store, person: Person, what: str, *, target: str | None = None, detail: str | None = None
) -> None:
    """Note that somebody did something: `noting.note(request, store, person, "decided", target="7/abc")`."""
    store.note(
        at=request.app.state.settings.now(),
        who=person.name,
        how=person.how,
        what=what,
        target=target,
        address=address(request),
        detail=detail,
    )


def refused(request: Request, store: Store, who: str, how: str, detail: str) -> None:
    """Note that somebody was not let in."""
    store.note(
        at=request.app.state.settings.now(), who=who, how=how, what="refused", address=address(request), detail=detail
    )


def address(request: Request) -> str:
    """From where a request comes."""
    return request.client.host if request.client else "-"
