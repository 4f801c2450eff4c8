"""The sessions of browsers: a random name in a cookie, everything else in the store.

`__Host-`: no other host and no page without TLS can set such a cookie (RFC 6265bis). Without TLS, which is on this
machine only, browsers would not take it, and it has its plain name.
"""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from scanner.fleet.store import Store
from scanner.fleet.store.people import Session
from scanner.web import tokens
from scanner.web.settings import Settings


def named(settings: Settings, what: str = "") -> str:
    """What a cookie of ours is called."""
    return f"{'__Host-' if settings.secure else ''}pratique{what}"


def set_cookie(response: Response, settings: Settings, name: str, value: str, *, seconds: int) -> None:
    """Send a cookie that scripts cannot read and other sites' forms do not carry."""
    response.set_cookie(name, value, max_age=seconds, path="/", secure=settings.secure, httponly=True, samesite="lax")


def drop_cookie(response: Response, settings: Settings, name: str) -> None:
    response.delete_cookie(name, path="/", secure=settings.secure, httponly=True, samesite="lax")


def cookie(request: Request) -> str | None:
    """The secret of the session that a request claims."""
    settings: Settings = request.app.state.settings
    return request.cookies.get(named(settings))


def read(request: Request, store: Store) -> Session | None:
    """Whose browser it is, where the session still counts."""
    settings: Settings = request.app.state.settings
    secret = cookie(request)
    if not secret:
        return None
    return store.people.session(tokens.digest(secret), now=settings.now(), idle=settings.idle)


def begin(response: Response, settings: Settings, store: Store, session: Session, *, token: int | None) -> None:
    """Sign a browser in, under a new secret whatever it brought."""
    secret, now = tokens.fresh(), settings.now()
    store.people.begin(tokens.digest(secret), session, token=token, now=now, ends=now + settings.longest)
    set_cookie(response, settings, named(settings), secret, seconds=int(settings.longest.total_seconds()))


def end(request: Request, store: Store) -> None:
    """Sign a browser out: whoever has its cookie is nobody any more."""
    secret = cookie(request)
    if secret:
        store.people.end(tokens.digest(secret))
