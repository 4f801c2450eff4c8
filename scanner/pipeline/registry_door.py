"""The way to the registries: what they say is kept for minutes, then asked for again only if it changed.

Polite: a few connections at a time, which stay open; waits as long as a server asks (`net`). Without network, what was
answered before still counts, whatever its age: who asks is told how old it is.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from scanner.display import address
from scanner.errors import InputError
from scanner.net import TIMEOUT, Client, Outcome, Validators
from scanner.pipeline import cache_folder
from scanner.registries import addresses
from scanner.registries.clients.registry import Registry
from scanner.registries.release import Ask

T = TypeVar("T")

FRESH = 600.0
"""Seconds for which an answer is taken as it is."""
MOST_METADATA = 256 << 20
"""Bytes of one answer: packages with thousands of versions have documents of 50 MB and more."""
MOST_ARTEFACT = 512 << 20
CONNECTIONS = 4
_MOST_KEPT = 1 << 30


class _Answer(msgspec.Struct, frozen=True, array_like=True):
    url: str
    asked: float
    """Seconds since 1970."""
    body: bytes | None
    """`None`: there is nothing at that address."""
    validators: Validators


_decoder = msgspec.msgpack.Decoder(_Answer)


class Door:
    """Asks for metadata and fetches artefacts. For several threads; close it at the end."""

    def __init__(
        self,
        directory: Path,
        *,
        online: bool,
        say: Callable[[str], None] = lambda _: None,
        clock: Callable[[], float] = time.time,
        timeout: tuple[float, float] = TIMEOUT,
        backoff: float = 0.5,
    ) -> None:
        self._directory = directory
        self._usable = cache_folder.prepare(directory)
        self._written = False
        self.online = online
        self._say = say
        self._clock = clock
        self._timeout = timeout
        self._backoff = backoff
        self._slots = threading.BoundedSemaphore(CONNECTIONS)
        self._idle: dict[str | None, list[Client]] = {}
        self._lock = threading.Lock()
        self.oldest: float | None = None
        """When the oldest answer that was used had been given, in seconds since 1970."""

    def close(self) -> None:
        """Hang up, and make room in the cache."""
        for clients in self._idle.values():
            while clients:
                clients.pop().__exit__(None, None, None)
        if self._written:
            cache_folder.prune(self._directory, most=_MOST_KEPT)

    def ask(self, registry: Registry) -> Ask:
        """For the protocols: asks this registry, with the keys that are configured for it."""

        def ask(url: str, *, accept: str = "application/json") -> bytes | None:
            return self._asked(registry, addresses.checked(url, registry.url), accept)

        return ask

    def fetch(self, registry: Registry, url: str, path: Path) -> bool:
        """The artefact into a file; False where there is nothing at its address. Raises `EngineError`, `InputError`."""
        url = addresses.checked(url, registry.url)
        if self.online:
            self._say(f"fetching {address(url)}")
        reply = self._with_client(
            registry,
            lambda client: client.fetch_to(path, url, limit=MOST_ARTEFACT, headers=registry.headers(url)).outcome,
        )
        return reply is not Outcome.ABSENT

    def _asked(self, registry: Registry, url: str, accept: str) -> bytes | None:
        known = self._kept(url, accept)
        now = self._clock()
        if known is not None and (not self.online or 0 <= now - known.asked < FRESH):
            self._used(known)
            return known.body
        if not self.online:
            raise InputError(
                "nothing is known of it without network",
                where=address(url),
                hint="allow the network, or --pristine FOLDER",
            )
        self._say(f"asking {address(url)}")
        headers = {"Accept": accept, **registry.headers(url)}
        validators = known.validators if known is not None and known.body is not None else None
        reply = self._with_client(
            registry, lambda client: client.fetch(url, limit=MOST_METADATA, known=validators, headers=headers)
        )
        body = reply.data if reply.outcome is Outcome.NEW else None
        if reply.outcome is Outcome.UNCHANGED and known is not None:
            body = known.body
        answer = _Answer(url, now, body, reply.validators)
        self._keep(accept, answer)
        self._used(answer)
        return body

    def _with_client(self, registry: Registry, use: Callable[[Client], T]) -> T:
        if not self.online:
            raise InputError(
                "it lies in no cache, and nothing may be fetched",
                where=address(registry.url),
                hint="allow the network, or --pristine FOLDER",
            )
        with self._slots:
            with self._lock:
                idle = self._idle.setdefault(registry.certificates, [])
                client = idle.pop() if idle else None
            if client is None:
                client = Client(timeout=self._timeout, backoff=self._backoff, certificates=registry.certificates)
            try:
                return use(client)
            finally:
                with self._lock:
                    idle.append(client)

    def _used(self, answer: _Answer) -> None:
        with self._lock:
            self.oldest = answer.asked if self.oldest is None else min(self.oldest, answer.asked)

    def _kept(self, url: str, accept: str) -> _Answer | None:
        if not self._usable:
            return None
        try:
            found = _decoder.decode(self._place(url, accept).read_bytes())
        except (OSError, msgspec.MsgspecError):
            return None
        return found if found.url == url else None

    def _keep(self, accept: str, answer: _Answer) -> None:
        if self._usable:
            self._written |= cache_folder.write(self._place(answer.url, accept), msgspec.msgpack.encode(answer))

    def _place(self, url: str, accept: str) -> Path:
        return cache_folder.place(self._directory, hashlib.sha256(f"{accept}\n{url}".encode()).hexdigest())
