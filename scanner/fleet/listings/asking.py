"""Asks a service page by page: waits where it says so, within a bound, and never leaves its server.

Paging by `Link` headers: RFC 8288. How long to wait: `Retry-After` (RFC 9110, 10.2.3), else what GitHub
(https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api) and GitLab
(https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers) say of their limits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urljoin

import msgspec

from scanner.display import address
from scanner.errors import EngineError, InputError
from scanner.model.component import Problem
from scanner.net import Client, Outcome, RefusedError, Reply, same_origin
from scanner.shape import json_text

PATIENCE = 300.0
"""Seconds that a server may let us wait, over all pages together."""
MOST_PAGES = 10_000
_MOST_TIME = timedelta(hours=1)
"""That all pages together may take."""
_MOST_PAGE = 64 * 1024 * 1024
_UNSAID = 60.0
"""Seconds to wait where a server has had enough and does not say for how long; GitHub asks for a minute at least."""
T = TypeVar("T", bound=msgspec.Struct)


class Page(NamedTuple):
    """What stands on a page."""

    items: list[Any]
    following: str | None
    """The address of the next one."""


def by_link(reply: Reply, url: str) -> Page:
    """A page of JSON whose `Link` header leads on."""
    from requests.utils import parse_header_links

    items: list[msgspec.Raw] = json_text.typed(reply.data, list[msgspec.Raw], where=address(url))
    links = parse_header_links(reply.headers.get("link", "")) if "link" in reply.headers else []
    return Page(items, next((urljoin(url, one["url"]) for one in links if one.get("rel") == "next"), None))


class Service:
    """A server that lists, and what it needs to know of us."""

    def __init__(
        self,
        api: str,
        client: Client,
        *,
        sign: Callable[[str], Mapping[str, str]],
        token: str,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        patience: float = PATIENCE,
    ) -> None:
        """`sign` gives the headers for an address; `token` says to people where those come from."""
        self._api = api
        self._client = client
        self._sign = sign
        self._token = token
        self._now = now
        self._sleep = sleep
        self._patience = patience

    def ask(self, url: str, headers: Mapping[str, str] = {}) -> Reply:
        """One answer, however long it takes within our patience. Raises `EngineError`."""
        while True:
            try:
                reply = self._client.fetch(url, limit=_MOST_PAGE, headers={**headers, **self._sign(url)})
            except RefusedError as error:
                wait = _wait(error, self._now())
                if wait is None:
                    raise self._refused(error) from error
                if wait > self._patience:
                    raise self._too_long(url, wait) from error
                self._patience -= wait
                self._sleep(wait)
                continue
            if reply.outcome is Outcome.ABSENT:
                raise EngineError(
                    "there is no such thing, or whoever asks may not see it", where=address(url), hint=self._token
                )
            return reply

    def pages(
        self, url: str, headers: Mapping[str, str] = {}, *, page: Callable[[Reply, str], Page] = by_link
    ) -> Iterator[list[Any]]:
        """The items of each page, as long as there is a next one. Raises `EngineError`, `InputError`."""
        asked: set[str] = set()
        seen: set[bytes] = set()
        end = self._now() + _MOST_TIME
        for _ in range(MOST_PAGES):
            if self._now() > end:
                raise EngineError("it takes longer than an hour", where=address(url), hint="try again, or list less")
            asked.add(url)
            reply = self.ask(url, headers)
            digest = hashlib.sha256(reply.data).digest()
            items, following = page(reply, url)
            if items and digest in seen:
                raise EngineError("it sends the same page again and again", where=address(url))
            seen.add(digest)
            yield items
            if following is None:
                return
            if not same_origin(following, self._api):
                hint = "--api must be the address by which the server calls itself"
                raise EngineError(
                    "its next page is at another server, which is not asked", where=address(url), hint=hint
                )
            if following in asked:
                raise EngineError("its pages lead back to one that was read", where=address(url))
            url = following
        raise EngineError(f"more than {MOST_PAGES} pages", where=address(url))

    def _refused(self, error: RefusedError) -> EngineError:
        hint = self._token if error.status in (401, 403) else error.hint
        if "x-github-sso" in error.headers:
            hint = "authorise the token for the organisation's single sign-on"
        return EngineError(error.what, where=error.where, hint=hint)

    def _too_long(self, url: str, wait: float) -> EngineError:
        until = (self._now() + timedelta(seconds=wait)).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
        return EngineError(
            f"it answers no more questions before {until}",
            where=address(url),
            hint="run it again then; nothing changed",
        )


def read(item: msgspec.Raw, kind: type[T], *, where: str, number: int) -> T | Problem:
    """One item of a page; a `Problem` where it makes no sense."""
    try:
        return json_text.typed(bytes(item), kind, where=where)
    except InputError as error:
        return Problem(where=where, what=f"item {number}: {error.what}", hint="it is left out")


def _wait(error: RefusedError, now: datetime) -> float | None:
    """Seconds until it may be asked again; `None` where asking again is of no use."""
    if error.status not in (403, 429):
        return None
    said = error.headers
    after = said.get("retry-after", "")
    if after:
        seconds = _number(after)
        return max(1.0, _until(after, now) if seconds is None else seconds)
    for prefix in ("x-ratelimit", "ratelimit"):
        reset = _number(said.get(f"{prefix}-reset", ""))
        if reset is not None and said.get(f"{prefix}-remaining") == "0":
            return max(1.0, reset - now.timestamp() + 1)
    return _UNSAID if error.status == 429 else None


def _number(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 11 else None


def _until(date: str, now: datetime) -> float:
    try:
        return (parsedate_to_datetime(date) - now).total_seconds()
    except (ValueError, TypeError):  # no date; one without zone
        return _UNSAID
