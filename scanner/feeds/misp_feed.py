"""A MISP feed: a manifest, and beside it each event as a file.

Layout: https://www.misp-standard.org/rfc/misp-standard-core.html#name-manifest
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

import msgspec

from scanner.display import address
from scanner.errors import EngineError, InputError
from scanner.net import Client, Outcome

MAX_MANIFEST = 128 * 1024 * 1024
MAX_EVENT = 64 * 1024 * 1024
MAX_EVENTS = 200_000
MAX_BYTES = 1024 * 1024 * 1024
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")


class _Entry(msgspec.Struct):
    timestamp: str | int = ""


class Feed:
    """One feed."""

    def __init__(self, url: str, *, headers: Mapping[str, str], client: Client | None = None) -> None:
        self.url = url.removesuffix("manifest.json").rstrip("/")
        self._headers = {"Accept": "application/json", **headers}
        self._client = client or Client()

    def manifest(self) -> tuple[dict[str, str], int]:
        """Event → the time of its state; and how many entries make no sense. Raises `EngineError`, `InputError`."""
        data = self._get("manifest.json", MAX_MANIFEST)
        if data is None:
            raise EngineError("there is no manifest.json", where=address(self.url), hint="the address of a MISP feed?")
        try:
            entries = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise InputError(f"no manifest: {error}", where=address(self.url)) from error
        if len(entries) > MAX_EVENTS:
            raise InputError(f"{len(entries)} events", where=address(self.url), hint=f"at most {MAX_EVENTS} are read")
        found: dict[str, str] = {}
        for uuid, raw in entries.items():
            try:
                if _UUID.match(uuid.lower()):
                    found[uuid] = str(msgspec.json.decode(raw, type=_Entry).timestamp)
            except msgspec.MsgspecError:
                continue
        return found, len(entries) - len(found)

    def event(self, uuid: str) -> bytes | None:
        """One event as JSON; `None` where it is not there."""
        return self._get(f"{quote(uuid)}.json", MAX_EVENT)

    def _get(self, name: str, limit: int) -> bytes | None:
        reply = self._client.fetch(f"{self.url}/{name}", limit=limit, headers=self._headers)
        return reply.data if reply.outcome is Outcome.NEW else None
