"""Who may do what: every route says which role it needs, and nothing is served that does not say so.

    @router.get("/targets")
    def targets(store: Borrowed, person: Viewer) -> …

A request is somebody's by a bearer token, or by the cookie of a session. With a cookie, what changes anything is
checked for having been sent by our own pages (`csrf`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from scanner.web import csrf, noting, sessions, tokens
from scanner.web.limits import Limits, network
from scanner.web.stores import Borrowed

BEARER = "bearer"
"""How somebody came whose request carries a token itself: no browser sends it by mistake."""


class Role(IntEnum):
    """Each may do all that those before it may."""

    VIEWER = 1
    """Look."""
    TRIAGER = 2
    """Decide on findings, assign them, hunt."""
    ADMIN = 3
    """Targets, the audit log."""

    @property
    def word(self) -> str:
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Role:
        return cls[word.upper()]


ROLES = tuple(role.word for role in Role)


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    role: Role
    how: str
    """`bearer`; else of what kind the session is: `token`, `oidc`, `link`."""


_bearer = HTTPBearer(auto_error=False, description="A token of `pratique fleet token add`.")


def signed_in(
    request: Request,
    store: Borrowed,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Person | None:
    """Whose request it is; `None`: nobody's. A token that does not count is refused whatever the cookies say."""
    if bearer is None:
        session = sessions.read(request, store)
        return None if session is None else Person(session.name, Role.of(session.role), session.how)
    token = store.people.token(tokens.digest(bearer.credentials), now=request.app.state.settings.now())
    if token is None:
        # Only what does not count is counted: whoever shares an address with a broken job is let in still.
        limits: Limits = request.app.state.limits
        limits.count("sign-in", network(noting.address(request)))
        noting.refused(request, store, "-", BEARER, "a token that does not count")
        raise HTTPException(401, "that token does not count, or no more")
    return Person(token.name, Role.of(token.role), BEARER)


class Needs:
    """A dependency that lets in whoever has a role, and gives who it is."""

    def __init__(self, role: Role) -> None:
        self.role = role

    async def __call__(self, request: Request, person: Annotated[Person | None, Depends(signed_in)]) -> Person:
        if person is None:
            raise HTTPException(401, "sign in first")
        if getattr(request.state, "person", None) is None:  # a route may need two roles, and is one request
            request.state.person = person
            limits: Limits = request.app.state.limits
            limits.count("person", person.name)
        if person.role < self.role:
            raise HTTPException(403, f"that needs the role {self.role.word}; yours is {person.role.word}")
        if person.how != BEARER and request.method not in csrf.SAFE:
            await csrf.checked(request)
        return person


viewer, triager, admin = Needs(Role.VIEWER), Needs(Role.TRIAGER), Needs(Role.ADMIN)
Viewer = Annotated[Person, Depends(viewer)]
Triager = Annotated[Person, Depends(triager)]
Admin = Annotated[Person, Depends(admin)]


def anyone() -> None:
    """A dependency that says of a route: nobody needs to have signed in for it."""


def declared(routes: Iterable[Any], above: str = "") -> Iterator[tuple[str, frozenset[str], Role | None]]:
    """(path, methods, role) of every route; role `None`: it is for anyone. Raises `RuntimeError` where one is silent.

    Asked for when the application is made, so that what nobody thought about is not served at all.
    """
    for route in routes:
        below = getattr(route, "original_router", None)
        if below is not None:
            yield from declared(below.routes, above + route.include_context.prefix)
            continue
        path, methods = above + getattr(route, "path", "?"), frozenset(getattr(route, "methods", None) or ())
        calls = set(_calls(route.dependant)) if hasattr(route, "dependant") else set[Any]()
        needed = [call.role for call in calls if isinstance(call, Needs)]
        if not needed and anyone not in calls:
            raise RuntimeError(f"{path} does not say who may ask for it: access.Viewer, Triager, Admin or anyone")
        yield path, methods, max(needed) if needed else None


def _calls(dependant: Any) -> Iterator[Any]:
    for one in dependant.dependencies:
        yield one.call
        yield from _calls(one)
