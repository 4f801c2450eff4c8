"""Addresses as document formats want them: absolute by RFC 3986, and without anybody's password."""

from __future__ import annotations

import re
from urllib.parse import quote

_CHARACTER = r"(?:[A-Za-z0-9._~!$&'()*+,;={}-]|%[0-9A-Fa-f]{{2}})"
_AUTHORITY = rf"//(?:{_CHARACTER.format(':')}*@)?{_CHARACTER.format('')}*(?::[0-9]*)?"
_REST = _CHARACTER.format(":@/")
_ADDRESS = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.-]*:(?:{_AUTHORITY}(?:/{_REST}*)?|(?!//){_REST}*)"
    rf"(?:\?{_CHARACTER.format(':@/?')}*)?(?:#{_CHARACTER.format(':@/?')}*)?"
)
_WEB = ("http://", "https://")
_LIMIT = 2_000


def absolute(url: str | None) -> str | None:
    """The address with what may not stand in one as `%XX`; `None` where that makes no address of it."""
    if not url or len(url) > _LIMIT:
        return None
    found = quoted(without_password(url))
    return found if _ADDRESS.fullmatch(found) else None


def quoted(url: str) -> str:
    """The same with what may not stand in an address as `%XX`."""
    return quote(url, safe="%:/?#@!$&'()*+,;=", errors="surrogatepass")


def page(url: str) -> str | None:
    """The address of a page that may be shown as a link; `None` for every other kind of address."""
    found = absolute(url)
    return found if found is not None and found.lower().startswith(_WEB) else None


def without_password(url: str) -> str:
    """The address without user name and password."""
    scheme, mark, rest = url.partition("://")
    if not mark:
        return url
    authority, slash, tail = rest.partition("/")
    user, at, host = authority.rpartition("@")
    # Everybody is `git` where repositories are served by ssh; any other name may be a token.
    return f"{scheme}://{user + at if user == 'git' else ''}{host}{slash}{tail}"
