"""Signing in, with a token, through a provider, or by the link that the server printed; and signing out."""

from __future__ import annotations

import hmac
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from scanner.fleet.store import Store
from scanner.fleet.store.people import Session
from scanner.web import access, csrf, noting, pages, sessions, tokens
from scanner.web.limits import Limits, network
from scanner.web.settings import Settings
from scanner.web.stores import Borrowed

router = APIRouter(include_in_schema=False)
_anyone = [Depends(access.anyone)]
_LONGEST = 200
"""Characters of a token; ours have 52."""


def within(path: str) -> str:
    """An address of ours to go on to; the first page where it is none."""
    plain = path.isprintable() and path.startswith("/") and not path.startswith(("//", "/\\")) and len(path) < 2_000
    return path if plain else "/"


def counted(request: Request) -> None:
    """A dependency of whatever tries to sign in."""
    limits: Limits = request.app.state.limits
    limits.count("sign-in", network(noting.address(request)))


def _page(request: Request, next_: str, *, failed: str | None = None, status: int = 200) -> Response:
    settings: Settings = request.app.state.settings
    named = None if settings.oidc is None else settings.oidc.called
    form = csrf.field(request)
    shown = pages.page(
        request, "sign_in.html", status=status, csrf=form, next=next_, oidc=named, tokens=True, failed=failed
    )
    csrf.remember(request, shown)
    return shown


@router.get("/sign-in", dependencies=_anyone)
def form(request: Request, next: str = "/") -> Response:  # noqa: A002  # as the address has it
    return _page(request, within(next))


@router.post("/sign-in", dependencies=[*_anyone, Depends(counted), Depends(csrf.checked)])
def with_token(
    request: Request,
    store: Borrowed,
    token: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    settings: Settings = request.app.state.settings
    found = None
    if len(token) <= _LONGEST:
        found = store.people.token(tokens.digest(token.strip()), now=settings.now())
    if found is None:
        noting.refused(request, store, "-", "token", "a token that does not count")
        return _page(request, within(next), failed="That token does not count, or no more.", status=403)
    return _begun(request, store, Session(name=found.name, role=found.role, how="token"), next, token=found.id)


@router.get("/sign-in/once", dependencies=[*_anyone, Depends(counted)])
def once(request: Request, store: Borrowed, code: str = "") -> Response:
    """The link that the server prints for the only user of this machine: good for one browser."""
    state = request.app.state
    with state.link_lock:
        good = state.link is not None and hmac.compare_digest(tokens.digest(code), tokens.digest(state.link))
        if good:
            state.link = None
    if not good:
        noting.refused(request, store, "-", "link", "a link that does not count")
        raise HTTPException(403, "this link was used, or is none of this server: start the server again for another")
    return _begun(request, store, Session(name=tokens.user(), role=access.Role.ADMIN.word, how="link"), "/")


@router.get("/sign-in/oidc", dependencies=[*_anyone, Depends(counted)])
def to_provider(request: Request, next: str = "/") -> Response:  # noqa: A002
    settings: Settings = request.app.state.settings
    if settings.oidc is None:
        raise HTTPException(404)
    if request.headers["host"].lower() != settings.url.partition("://")[2].lower():
        # The provider sends everybody back to this one address, and the cookie has to be there.
        return RedirectResponse(f"{settings.url}/sign-in/oidc?next={quote(within(next), safe='/')}", 303)
    from scanner.web import oidc

    provider: oidc.Provider = request.app.state.provider
    url, flow = provider.begin(f"{settings.url}/sign-in/oidc/callback", next=within(next))
    away = RedirectResponse(url, 303)
    sessions.set_cookie(away, settings, sessions.named(settings, oidc.COOKIE), flow, seconds=oidc.SECONDS)
    return away


@router.get("/sign-in/oidc/callback", dependencies=[*_anyone, Depends(counted)])
def from_provider(request: Request, store: Borrowed) -> Response:
    settings: Settings = request.app.state.settings
    if settings.oidc is None:
        raise HTTPException(404)
    from scanner.web import oidc

    provider: oidc.Provider = request.app.state.provider
    name = sessions.named(settings, oidc.COOKIE)
    try:
        known, next_ = provider.end(dict(request.query_params), request.cookies.get(name, ""))
    except oidc.RefusedError as error:
        noting.refused(request, store, error.who, "oidc", error.what)
        raise HTTPException(403, error.what) from error
    answer = _begun(request, store, Session(name=known.name, role=known.role.word, how="oidc"), next_)
    sessions.drop_cookie(answer, settings, name)
    return answer


@router.post("/sign-out")
def out(request: Request, store: Borrowed, person: access.Viewer) -> Response:
    away = RedirectResponse("/sign-in", 303)
    sessions.end(request, store)
    sessions.drop_cookie(away, request.app.state.settings, sessions.named(request.app.state.settings))
    noting.note(request, store, person, "signed-out")
    return away


def _begun(request: Request, store: Store, session: Session, next_: str, *, token: int | None = None) -> Response:
    settings: Settings = request.app.state.settings
    away = RedirectResponse(within(next_), 303)
    sessions.end(request, store)
    sessions.begin(away, settings, store, session, token=token)
    noting.note(
        request, store, access.Person(session.name, access.Role.of(session.role), session.how), "signed-in",
        detail=session.role,
    )  # fmt: skip
    return away
