"""OSV's query API: which records name these packages?

Spec: https://google.github.io/osv.dev/api/. Asked by name only: the answer then holds every record on a package, which
version is affected is worked out here, and no version leaves the machine.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from urllib.parse import quote

import msgspec

from scanner.display import address
from scanner.errors import InputError, UsageError
from scanner.feeds.osv_bucket import MAX_RECORD, is_safe_id
from scanner.net import Client, Outcome

PUBLIC = "https://api.osv.dev"
BATCH = 1_000
"""What the service takes at once."""
MAX_ANSWER = 64 * 1024 * 1024
MAX_PAGES = 100
"""Answers on one batch, the following pages included."""

Name = tuple[str, str]
"""(ecosystem, name)"""


class _Vulnerability(msgspec.Struct):
    id: str
    modified: str = ""


class _Result(msgspec.Struct):
    vulns: list[_Vulnerability] | None = None
    next_page_token: str | None = None


class _Answer(msgspec.Struct):
    results: list[_Result | None]


class Api:
    """The service at an address."""

    def __init__(self, url: str) -> None:
        if not url.lower().startswith(("https://", "http://")):
            raise UsageError("not an http or https address", where=address(url))
        self.url = url.rstrip("/")
        self._clients = threading.local()

    def query(self, names: Sequence[Name]) -> dict[Name, dict[str, str]]:
        """For each of at most `BATCH` names its records, id → modification time. Raises `EngineError`, `InputError`."""
        found: dict[Name, dict[str, str]] = {name: {} for name in names}
        open_: list[tuple[Name, str]] = [(name, "") for name in names]
        for _ in range(MAX_PAGES):
            if not open_:
                return found
            results = self._batch(open_)
            following: list[tuple[Name, str]] = []
            for (name, _token), result in zip(open_, results, strict=True):
                if result is None:
                    continue
                found[name].update((one.id, one.modified) for one in result.vulns or () if is_safe_id(one.id))
                if result.next_page_token:
                    following.append((name, result.next_page_token))
            open_ = following
        raise InputError(f"more than {MAX_PAGES} pages of answers", where=address(self.url))

    def record(self, id_: str) -> bytes | None:
        """One record; `None` where it is not there. From any thread."""
        reply = self._client.fetch(f"{self.url}/v1/vulns/{quote(id_, safe='')}", limit=MAX_RECORD)
        return reply.data if reply.outcome is Outcome.NEW else None

    def _batch(self, questions: Sequence[tuple[Name, str]]) -> list[_Result | None]:
        queries = [
            {"package": {"ecosystem": ecosystem, "name": name}, **({"page_token": token} if token else {})}
            for (ecosystem, name), token in questions
        ]
        reply = self._client.fetch(
            f"{self.url}/v1/querybatch",
            limit=MAX_ANSWER,
            headers={"Content-Type": "application/json"},
            post=msgspec.json.encode({"queries": queries}),
        )
        if reply.outcome is Outcome.ABSENT:
            raise InputError("there is no such service", where=address(self.url), hint="the address of OSV's API?")
        try:
            answer = msgspec.json.decode(reply.data, type=_Answer)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise InputError(f"not what OSV's API answers: {error}", where=address(self.url)) from error
        if len(answer.results) != len(queries):
            raise InputError(f"{len(answer.results)} answers to {len(queries)} questions", where=address(self.url))
        return answer.results

    @property
    def _client(self) -> Client:
        client: Client | None = getattr(self._clients, "client", None)
        if client is None:
            client = self._clients.client = Client()
        return client
