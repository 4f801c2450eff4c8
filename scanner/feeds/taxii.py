"""A client for TAXII 2.1: from any of a server's addresses to the objects of one collection.

Spec: https://docs.oasis-open.org/cti/taxii/v2.1/os/taxii-v2.1-os.html. What the server says is bounded: pages, objects,
bytes; one that does not get on is given up.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import msgspec

from scanner.display import address, line
from scanner.errors import EngineError, InputError, UsageError
from scanner.net import Client, Outcome, Reply

MAX_PAGE = 64 * 1024 * 1024
MAX_PAGES = 20_000
MAX_OBJECTS = 2_000_000
MAX_BYTES = 1024 * 1024 * 1024
_ASKED = 1_000
"""Objects a page: what a server may serve is its own limit."""
_TYPE = "application/taxii+json;version=2.1"
_COLLECTION = re.compile(r"/collections/[^/]+/\Z")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z\Z")
_SHOWN = 10


class _Answer(msgspec.Struct):
    """Whichever of the resources was asked for: each has some of these."""

    title: str | None = None
    id: str | None = None
    default: str | None = None
    api_roots: list[str] | None = None
    versions: list[str] | None = None
    can_read: bool | None = None
    collections: list[_Answer] | None = None


class _Envelope(msgspec.Struct):
    objects: list[msgspec.Raw] = []
    more: bool = False
    next: str | None = None


class _Head(msgspec.Struct):
    """What is read of an object here."""

    id: str
    type: str


class Collection:
    """One collection of one server."""

    def __init__(
        self, url: str, *, wanted: str | None, headers: Mapping[str, str], client: Client | None = None
    ) -> None:
        """Find it from the address of a server, an API root or a collection. Raises `UsageError`, `EngineError`."""
        self._client = client or Client()
        self._headers = {"Accept": _TYPE, **headers}
        self._asked = url
        self.url = self._find(url if url.endswith("/") else f"{url}/", wanted)
        self.title = ""
        self.latest: str | None = None
        """When the newest object that was seen had been added, by the server's clock."""

    @property
    def id(self) -> str:
        return self.url.rstrip("/").rpartition("/")[2]

    def objects(self, added_after: str | None) -> Iterator[tuple[str, str, bytes]]:
        """(id, type, object as JSON) of everything, or of what was added later."""
        self.latest = added_after
        after, page = added_after, ""
        seen: set[bytes] = set()
        count = size = 0
        for _ in range(MAX_PAGES):
            query = {
                "limit": str(_ASKED),
                **({"added_after": after} if after else {}),
                **({"next": page} if page else {}),
            }
            reply = self._get(f"{self.url}objects/?{urlencode(query)}")
            envelope = _decoded(reply.data, _Envelope, self.url)
            # By what comes, not by `next`: medallion gives every page of an answer the same one.
            digest = hashlib.sha256(reply.data).digest()
            if envelope.more and digest in seen:
                raise EngineError("the server gives the same page again and again", where=address(self.url))
            seen.add(digest)
            count, size = count + len(envelope.objects), size + len(reply.data)
            if count > MAX_OBJECTS or size > MAX_BYTES:
                raise EngineError(f"more than {MAX_OBJECTS} objects or {MAX_BYTES} bytes", where=address(self.url))
            for raw in envelope.objects:
                try:
                    head = msgspec.json.decode(raw, type=_Head)
                except msgspec.MsgspecError as error:
                    raise InputError(f"no STIX object: {error}", where=address(self.url)) from error
                yield head.id, head.type, bytes(raw)
            # A page of one object may give only the first.
            for name in ("x-taxii-date-added-first", "x-taxii-date-added-last"):
                added = reply.headers.get(name, "")
                if _TIME.match(added) and added > (self.latest or ""):
                    self.latest = added
            if not envelope.more:
                return
            # Without a `next` it goes on from the time of the last one.
            page = envelope.next or ""
            after = after if page else self.latest
        raise EngineError(f"more than {MAX_PAGES} pages", where=address(self.url))

    def _find(self, url: str, wanted: str | None) -> str:
        if _COLLECTION.search(urlsplit(url).path) and wanted is None:
            return url
        answer = self._resource(url)
        roots = [url.removesuffix("collections/")]
        if answer.api_roots is not None:
            roots = [*([answer.default] if answer.default else []), *answer.api_roots]
        # One root may be named twice, with its host and without.
        roots = list(dict.fromkeys(urljoin(url, root if root.endswith("/") else f"{root}/") for root in roots))
        found: list[tuple[str, str]] = []
        for root in roots[:_SHOWN]:
            base = self._same_server(root)
            found += [
                (f"{base}collections/{one.id}/", one.title or "")
                for one in self._resource(f"{base}collections/").collections or ()
                if one.id and "/" not in one.id and one.can_read is not False and wanted in (None, one.id, one.title)
            ]
        if len(found) == 1:
            return found[0][0]
        told = "; ".join(f"{place.rstrip('/').rpartition('/')[2]} {title}".strip() for place, title in found[:_SHOWN])
        if found:
            raise UsageError(f"{len(found)} collections", where=address(url), hint=line(f"--collection ID: {told}"))
        what = "no collection that can be read" if wanted is None else f"no collection {wanted!r} that can be read"
        raise UsageError(what, where=address(url))

    def _same_server(self, url: str) -> str:
        """Roots may lie anywhere; the key was given for one server."""
        if urlsplit(url)[:2] != urlsplit(self._asked)[:2]:
            raise UsageError(
                f"the server points to another, {address(url)}",
                where=address(self._asked),
                hint="give that address itself",
            )
        return url

    def _resource(self, url: str) -> _Answer:
        answer: _Answer = _decoded(self._get(url).data, _Answer, url)
        return answer

    def _get(self, url: str) -> Reply:
        reply = self._client.fetch(url, limit=MAX_PAGE, headers=self._headers)
        if reply.outcome is Outcome.ABSENT:
            raise EngineError("there is nothing", where=address(url), hint="the address of a TAXII 2.1 server?")
        return reply


def _decoded(data: bytes, kind: Any, url: str) -> Any:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise InputError(f"not what a TAXII 2.1 server answers: {error}", where=address(url)) from error
