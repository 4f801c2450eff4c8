"""Who may do what: every route says which role it needs, and nothing is served that does not say so.

    @router.get("/targets")
    def targets(store: Borrowed, person: Viewer) -> …

A request is somebody's by a bearer token, or by the cookie of a session. With a cookie, what changes anything is
checked for having been sent by our own pages (`csrf`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated

from fastapi import Depends, HTTPException

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


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    role: Role
    how: str
    """`bearer`; else of what kind the session is: `token`, `oidc`, `link`."""


def signed_in() -> Person | None:
    """Whose request it is; `None`: nobody's."""
    return None


class Needs:
    """A dependency that lets in whoever has a role, and gives who it is."""

    def __init__(self, role: Role) -> None:
        self.role = role

    async def __call__(self, person: Annotated[Person | None, Depends(signed_in)]) -> Person:
        if person is None:
            raise HTTPException(401, "sign in first")
        if person.role < self.role:
            raise HTTPException(403, f"that needs the role {self.role.word}; {person.name} is {person.role.word}")
        return person


viewer, triager, admin = Needs(Role.VIEWER), Needs(Role.TRIAGER), Needs(Role.ADMIN)
Viewer = Annotated[Person, Depends(viewer)]
Triager = Annotated[Person, Depends(triager)]
Admin = Annotated[Person, Depends(admin)]


def anyone() -> None:
    """A dependency that says of a route: nobody needs to have signed in for it."""
