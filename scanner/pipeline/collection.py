"""Bringing the database up to date with a repository of OSV records: all ecosystems of it out of one reading.

A repository has no list of what changed, so whatever changed it is read whole: each record once, put aside by ecosystem
on the disk, then built like any other feed. Nothing is replaced before everything was read.
"""

from __future__ import annotations

import struct
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import msgspec

from scanner.display import address
from scanner.errors import InputError, IntelError, PratiqueError, UsageError
from scanner.feeds import osv, osv_collection
from scanner.intel import build, publish
from scanner.intel.build import Facts
from scanner.model.advisory import Advisory
from scanner.model.component import Problem
from scanner.model.ecosystem import ECOSYSTEMS, slug
from scanner.net import Client, Outcome, Validators
from scanner.pipeline.sync import Action, FeedResult, Notify

MAX_ARCHIVE = 8 * 1024 * 1024 * 1024
_LENGTH = struct.Struct("<I")
_encode = msgspec.msgpack.encode
_decoder = msgspec.msgpack.Decoder(Advisory)


def is_one(source: str) -> bool:
    """Whether a place holds a repository of records rather than a copy of OSV's bucket."""
    if "://" in source:
        return urlsplit(source).path.lower().endswith(osv_collection.ENDINGS)
    path = Path(source)
    return path.is_file() or (path.is_dir() and not osv_collection.is_bucket(path))


def sync(source: str, directory: Path, *, name: str, now: datetime, notify: Notify) -> Iterator[FeedResult]:
    """Bring every file under `directory/name` up to date with the repository at a path or address.

    Raises `UsageError` where it would take the place of OSV's own feeds.
    """
    if name == "osv":
        raise UsageError("a repository of records needs a name of its own", where=source, hint="--name ossf")
    started = time.monotonic()
    try:
        results = list(_Sync(source, directory, name, now, notify).run())
    except PratiqueError as error:
        results = [FeedResult(feed=name, action=Action.FAILED, error=error)]
    except OSError as error:
        failed = IntelError(f"cannot be written: {error.strerror}", where=directory, hint="the old database is kept")
        results = [FeedResult(feed=name, action=Action.FAILED, error=failed)]
    seconds = (time.monotonic() - started) / max(1, len(results))
    for result in results:
        yield msgspec.structs.replace(result, seconds=result.seconds or seconds)


class _Sync:
    """One run."""

    def __init__(self, source: str, directory: Path, name: str, now: datetime, notify: Notify) -> None:
        self.source, self.folder, self.name, self.now = source, directory / name, name, now
        self.notify = notify
        self.shown = address(source) if "://" in source else str(Path(source).resolve())
        self.problems: list[Problem] = []

    def run(self) -> Iterator[FeedResult]:
        whole = self.folder / "repository"
        scratch = publish.temporary(whole, "archive")
        # One run at a time; what a killed one left is swept.
        with publish.writing(whole), ExitStack() as stack:
            stack.callback(scratch.unlink, missing_ok=True)
            before = {path: notes[0] for path in sorted(self.folder.glob("*.sqlite")) if (notes := build.stored(path))}
            here, state = self._located(scratch, before)
            if here is None:
                yield from self._nothing_new(before)
                return
            spools = self._read(here, stack)
            if not spools:
                raise InputError("not one record was found", where=self.shown, hint="the old database is kept")
            for family, spool in sorted(spools.items()):
                yield self._build(family, spool, state)
            yield from self._abandoned(before, spools)

    def _located(self, scratch: Path, before: Mapping[Path, Mapping[str, str]]) -> tuple[Path | None, dict[str, str]]:
        """Where it lies now, and by what to know it again; no place where it is the one that was read before."""
        notes = next((notes for notes in before.values() if notes.get("source") == self.shown), {})
        if "://" in self.source:
            known = Validators(etag=notes.get("etag") or None, last_modified=notes.get("modified") or None)
            self.notify("downloading")
            with Client() as client:
                reply = client.fetch_to(scratch, self.source, limit=MAX_ARCHIVE, known=known)
            if reply.outcome is Outcome.ABSENT:
                raise IntelError("it is not there", where=self.shown)
            state = {"etag": reply.validators.etag or "", "modified": reply.validators.last_modified or ""}
            return (None if reply.outcome is Outcome.UNCHANGED else scratch), state
        path = Path(self.source)
        state = {"tree": osv_collection.fingerprint(path)}
        return (None if notes.get("tree") == state["tree"] else path), state

    def _nothing_new(self, before: Mapping[Path, Mapping[str, str]]) -> Iterator[FeedResult]:
        for path, notes in before.items():
            if notes.get("source") != self.shown:
                continue
            with publish.writing(path):
                build.confirm(path, self._facts(notes["family"], notes))
            yield FeedResult(
                feed=f"{self.name}/{path.stem}",
                action=Action.NOTHING_NEW,
                records=int(notes.get("records", "0")),
                newest=notes.get("newest") or None,
            )

    def _read(self, here: Path, stack: ExitStack) -> dict[str, IO[bytes]]:
        """Every record, put aside by ecosystem."""
        spools: dict[str, IO[bytes]] = {}
        read = 0
        for number, document in enumerate(osv_collection.documents(here)):
            if not number % 1000:
                self.notify(f"{number} records")
            advisory = self._parsed(document, read)
            if advisory is None:
                continue
            read += 1
            packed = _encode(advisory)
            for family in sorted({affected.identity.family for affected in advisory.affected} & ECOSYSTEMS):
                if family not in spools:
                    spool = tempfile.TemporaryFile(dir=self.folder)  # noqa: SIM115  # closed by the stack
                    spools[family] = stack.enter_context(spool)
                spools[family].write(_LENGTH.pack(len(packed)) + packed)
        return spools

    def _parsed(self, document: osv_collection.Document, read: int) -> Advisory | None:
        problem = Problem(where=document.where, what=document.problem or "")
        if document.data is not None:
            try:
                return osv.parse(document.data, where=document.where)
            except InputError as error:
                problem = Problem(where=document.where, what=error.what, hint=error.hint)
        self.problems.append(problem)
        if len(self.problems) > 100 + read // 50:
            raise InputError(
                f"{len(self.problems)} of {len(self.problems) + read} files are no records ({problem.what})",
                where=self.shown,
                hint="the old database is kept",
            )
        return None

    def _build(self, family: str, spool: IO[bytes], state: Mapping[str, str]) -> FeedResult:
        feed, path = f"{self.name}/{slug(family)}", self.folder / f"{slug(family)}.sqlite"
        started = time.monotonic()
        self.notify(f"writing {feed}")
        try:
            with publish.writing(path):
                spool.seek(0)
                built = build.build(path, _spooled(spool), self._facts(family, state))
        except PratiqueError as error:
            return FeedResult(feed=feed, action=Action.FAILED, error=error)
        problems = (*self.problems, *built.problems)
        self.problems = []  # told with the first
        return FeedResult(
            feed=feed,
            action=Action.REBUILT,
            records=built.records,
            newest=built.newest,
            changed=built.records,
            lost=built.lost,
            problems=problems,
            seconds=time.monotonic() - started,
        )

    def _abandoned(
        self, before: Mapping[Path, Mapping[str, str]], spools: Mapping[str, object]
    ) -> Iterator[FeedResult]:
        written = {slug(family) for family in spools}
        for path in before:
            if path.stem not in written:
                error = IntelError(
                    "it names no package of that ecosystem any more: the old records are kept",
                    where=self.shown,
                    hint=f"if that is right, delete {path}",
                )
                yield FeedResult(feed=f"{self.name}/{path.stem}", action=Action.FAILED, error=error)

    def _facts(self, family: str, state: Mapping[str, str]) -> Facts:
        return Facts(family=family, source=self.shown, fetched=self.now, state=state)


def _spooled(spool: IO[bytes]) -> Iterator[Advisory]:
    while head := spool.read(_LENGTH.size):
        yield _decoder.decode(spool.read(_LENGTH.unpack(head)[0]))
