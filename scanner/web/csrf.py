"""What changes anything must come from our own pages, not from somebody else's that the browser has open.

Two answers, and both have to be right: where the browser says that the request comes from (`Origin`, else
`Sec-Fetch-Site`), and a token that only our pages know, made of the cookie that the browser sends along.
https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
"""

from __future__ import annotations

import hashlib
import hmac

from fastapi import HTTPException, Request
from markupsafe import Markup
from starlette.responses import Response

from scanner.web import bodies, sessions, tokens
from scanner.web.settings import Settings

FIELD = "csrf"
HEADER = "x-csrf-token"
SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
_VISIT = "-visit"
_HOUR = 3_600
_API = "/api/"


def token(request: Request) -> str:
    """What a form of ours carries. Before somebody signs in it hangs on a cookie of the visit (`remember`)."""
    secret = _secret(request)
    if secret is None:
        secret = request.state.visit = getattr(request.state, "visit", None) or tokens.fresh()
    return _made(secret)


def field(request: Request) -> Markup:
    """The hidden field of a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token(request))


def remember(request: Request, response: Response) -> None:
    """Send the cookie of the visit with a page whose form `token` needs it."""
    visit = getattr(request.state, "visit", None)
    if visit is not None:
        settings: Settings = request.app.state.settings
        sessions.set_cookie(response, settings, sessions.named(settings, _VISIT), visit, seconds=_HOUR)


async def checked(request: Request) -> None:
    """Raise 403 where a request that changes something does not come from one of our pages."""
    settings: Settings = request.app.state.settings
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    from_ours = origin in settings.origins if origin is not None else site in (None, "same-origin", "none")
    if not from_ours:
        raise HTTPException(403, "that was sent by a page of another site")
    secret = _secret(request)
    given = request.headers.get(HEADER)
    if given is None:
        # Programs send the header: what they send to the API is no form.
        form = {} if request.url.path.startswith(_API) else await bodies.parsed(request)
        given = str(form.get(FIELD, ""))
    if secret is None or not hmac.compare_digest(_made(secret).encode(), given.encode("utf-8", "replace")):
        raise HTTPException(403, "the form is too old, or was not one of ours: load the page again")


def _secret(request: Request) -> str | None:
    settings: Settings = request.app.state.settings
    return sessions.cookie(request) or request.cookies.get(sessions.named(settings, _VISIT))


def _made(secret: str) -> str:
    return hmac.new(secret.encode("utf-8", "replace"), b"csrf", hashlib.sha256).hexdigest()
