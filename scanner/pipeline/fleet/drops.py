"""Drop folders elsewhere: objects of a bucket, projects of Dependency-Track. Fetched when changed, read like an SBOM.

What is fetched lies in the cache while it is read, and no longer. The revision is what its server names it by: the ETag
of an object, the time at which a project was last given a bill of materials.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from scanner.display import address as shown
from scanner.errors import EngineError, InputError
from scanner.fleet.listings import dependency_track, s3, signing
from scanner.net import Client, Outcome, Reply, Validators
from scanner.pipeline import cache_folder, credentials

_MOST_FACTS = 4 * 1024 * 1024
_LONGEST_NAME = 100
_LONGEST_REVISION = 200
_REGION = re.compile(r"s3[.-](?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?")
Sign = Callable[[str], Mapping[str, str]]
"""The headers by which we may ask for an address."""


class Dropped(NamedTuple):
    """What is there now."""

    revision: str
    path: Path | None
    """`None` where it is as it was, and nothing was fetched."""


def signer(kind: str, environ: Mapping[str, str], now: Callable[[], datetime]) -> Sign:
    """Keys from the environment, as a service wants to see them."""
    if kind != s3.NAME:
        return lambda url: credentials.lister(kind, url, environ)

    def sign(url: str) -> Mapping[str, str]:
        key, secret = (environ.get(name, "") for name in credentials.LISTERS[kind])
        credentials.encrypted(url)
        if not key or not secret:
            return {}
        session = environ.get("AWS_SESSION_TOKEN", "")
        return signing.headers(
            url, signing.Keys(id=key, secret=secret, session=session, region=_region(url, environ)), now=now()
        )

    return sign


@contextlib.contextmanager
def fetched(
    address: str,
    known: str | None,
    *,
    folder: Path,
    most_bytes: int,
    environ: Mapping[str, str],
    now: Callable[[], datetime],
) -> Iterator[Dropped]:
    """What is at an address, in a file for the body; nothing where it is what we know. Raises `PratiqueError`."""
    if not cache_folder.prepare(folder):
        raise EngineError("it cannot be made, or others may write to it", where=folder)
    with (folder / "drops.lock").open("w") as lock, contextlib.ExitStack() as stack:
        fcntl.flock(lock, fcntl.LOCK_SH)  # whoever makes room deletes nothing that is in use: `remotes.prune`
        if not cache_folder.prepare(folder / "drops"):
            raise EngineError("it cannot be made, or others may write to it", where=folder / "drops")
        place = stack.enter_context(tempfile.TemporaryDirectory(dir=folder / "drops"))
        client = stack.enter_context(Client())
        if address.startswith(s3.SCHEME):
            yield _object(address, known, Path(place), client, most_bytes, signer(s3.NAME, environ, now))
        elif address.startswith(dependency_track.SCHEME):
            sign = signer(dependency_track.NAME, environ, now)
            yield _project(address, known, Path(place), client, most_bytes, sign)
        else:
            raise InputError("no drop folder that we know", where=shown(address))


def _object(address: str, known: str | None, place: Path, client: Client, most: int, sign: Sign) -> Dropped:
    url = address.removeprefix(s3.SCHEME)
    path = place / _plain(urlsplit(url).path.rpartition("/")[2])
    validators = Validators(etag=known) if known and known.endswith('"') else None
    reply = _there(client.fetch_to(path, url, limit=most, known=validators, headers=sign(url)), address)
    if reply.outcome is Outcome.UNCHANGED:
        assert known is not None
        return Dropped(known, None)
    etag = reply.validators.etag or ""
    if etag.endswith('"') and etag.isascii() and etag.isprintable() and len(etag) <= _LONGEST_REVISION:
        return Dropped(etag, path)
    with path.open("rb") as file:
        return Dropped(hashlib.file_digest(file, "sha256").hexdigest(), path)


def _project(address: str, known: str | None, place: Path, client: Client, most: int, sign: Sign) -> Dropped:
    url = dependency_track.project(address)
    reply = _there(client.fetch(url, limit=_MOST_FACTS, headers=sign(url)), address)
    imported = dependency_track.imported(reply.data, where=shown(address))
    if imported is None:
        raise InputError("it has no bill of materials", where=shown(address), hint="upload one to Dependency-Track")
    revision = f"imported {imported}"
    if revision == known:
        return Dropped(revision, None)
    url, path = dependency_track.bom(address), place / "bom.cdx.json"
    _there(client.fetch_to(path, url, limit=most, headers=sign(url)), address)
    return Dropped(revision, path)


def _there(reply: Reply, address: str) -> Reply:
    if reply.outcome is Outcome.ABSENT:
        raise InputError(
            "it is not there any more, or whoever asks may not see it", where=shown(address),
            hint="pratique fleet refresh, then pratique fleet remove",
        )  # fmt: skip
    return reply


def _plain(name: str) -> str:
    """A name that no reader misunderstands and that stays in its folder; its end says what it is."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", unquote(name, errors="replace"))[-_LONGEST_NAME:].lstrip(".-") or "object"


def _region(url: str, environ: Mapping[str, str]) -> str:
    found = _REGION.fullmatch(urlsplit(url).hostname or "")
    return found["region"] if found else region(environ)


def region(environ: Mapping[str, str]) -> str:
    """Where buckets are, as Amazon's own tools are told."""
    return environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or "us-east-1"
