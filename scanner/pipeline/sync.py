"""Bringing the intelligence database up to date with a copy of the OSV bucket, one ecosystem after the other.

What upstream lists (`modified_id.csv`) is compared with what is stored, id by id: a cursor alone would stop at the
records that real feeds date into the future, and would never notice one that vanished. Few changes are fetched one by
one, many as the whole zip. The old file stays until the new one is complete; one ecosystem's failure is its own.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import msgspec

from scanner.errors import InputError, IntelError, PratiqueError, UsageError
from scanner.feeds import osv
from scanner.feeds.archive import Archive
from scanner.feeds.osv_bucket import Bucket, Folder, Web, listed
from scanner.intel import build, publish
from scanner.intel.build import Built, Facts
from scanner.intel.losses import Losses
from scanner.model.advisory import Advisory
from scanner.model.component import Problem
from scanner.model.ecosystem import ECOSYSTEMS
from scanner.model.ecosystem import slug as slug_or_nothing
from scanner.net import Outcome, Validators

MAX_SINGLE = 2_000
"""Changed records up to which each is fetched by itself."""
WHOLE_AFTER = timedelta(days=7)
"""Age of the last whole reading after which changes are not applied one by one any more."""
_WORKERS = 8
_SAMPLE = 600

Notify = Callable[[str], None]
"""Told what is being done; may be called often."""


class Action(StrEnum):
    REBUILT = "rebuilt"
    UPDATED = "updated"
    NOTHING_NEW = "nothing new"
    FAILED = "failed"


class FeedResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one feed."""

    feed: str
    action: Action
    records: int = 0
    newest: str | None = None
    changed: int = 0
    seconds: float = 0.0
    problems: tuple[Problem, ...] = ()
    """Records that could not be read, and remarks. They cost nothing but themselves."""
    lost: Losses = Losses()
    """Records that said something until now, and do no more."""
    error: PratiqueError | None = None


def open_bucket(source: str) -> Bucket:
    """The copy of the bucket at an address or in a folder. Raises `UsageError`."""
    return Web(source) if "://" in source else Folder(Path(source))


def choose(bucket: Bucket, asked: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ecosystems to read, and those that lie there and are left alone because no package of ours could be of them.

    Raises `UsageError` where that cannot be told.
    """
    present = bucket.ecosystems()
    if asked:
        by_case = {name.lower(): name for name in present or ()}
        unknown = [name for name in asked if present is not None and name.lower() not in by_case]
        if unknown:
            raise UsageError(
                f"no ecosystem {unknown[0]!r}", where=bucket.source, hint="there are: " + ", ".join(present or ())
            )
        return tuple(dict.fromkeys(by_case.get(name.lower(), name) for name in asked)), ()
    if not present:
        raise UsageError(
            "it does not list its ecosystems", where=bucket.source, hint="name them: --ecosystem npm --ecosystem PyPI"
        )
    chosen = tuple(name for name in present if name in ECOSYSTEMS)
    # A release's own folder ("Debian:12") holds nothing that its family's does not.
    rest = tuple(name for name in present if name not in chosen and name.partition(":")[0] not in chosen)
    return chosen, rest


def sync(
    bucket: Bucket, ecosystems: Iterable[str], directory: Path, *, now: datetime, name: str = "osv", notify: Notify
) -> Iterator[FeedResult]:
    """Bring each ecosystem's file under `directory/name` up to date, and say what became of it."""
    for ecosystem in ecosystems:
        feed = f"{name}/{ecosystem}"
        started = time.monotonic()
        try:
            slug = slug_of(ecosystem)
            feed = f"{name}/{slug}"
            result = _Sync(bucket, ecosystem, feed, directory / name / f"{slug}.sqlite", now, notify).run()
        except PratiqueError as error:
            result = FeedResult(feed=feed, action=Action.FAILED, error=error)
        yield msgspec.structs.replace(result, seconds=time.monotonic() - started)


def slug_of(ecosystem: str) -> str:
    """The file name of an ecosystem. Raises `UsageError` where a stranger's name leaves nothing to name a file by."""
    slug = slug_or_nothing(ecosystem)
    if not slug:
        raise UsageError(f"{ecosystem!r} is not the name of an ecosystem")
    return slug


class _Sync:
    """One ecosystem's run."""

    def __init__(self, bucket: Bucket, ecosystem: str, feed: str, path: Path, now: datetime, notify: Notify) -> None:
        self.bucket, self.ecosystem, self.feed, self.path, self.now = bucket, ecosystem, feed, path, now
        self.notify = notify
        self.notes: Mapping[str, str] = {}
        self.ids: Mapping[str, str] = {}
        self.problems: list[Problem] = []

    def run(self) -> FeedResult:
        with publish.writing(self.path):
            before = build.stored(self.path)
            # Another source's records may differ under the same id and time: nothing of the old state counts then.
            if before is not None and before[0].get("source") == self.bucket.source:
                self.notes, self.ids = before
            self.notify("asking what is new")
            reply = self.bucket.listing(self.ecosystem, self._known("listing"))
            if reply.outcome is Outcome.UNCHANGED:
                return self._nothing_new(self.notes)
            if reply.outcome is Outcome.ABSENT:
                return self._whole({}, Validators())
            current, bad = listed(reply.data)
            validators = reply.validators
            del reply  # megabytes that nobody needs while the zip is read
            if bad:
                self.problems.append(Problem(where="modified_id.csv", what=f"{bad} lines make no sense"))
            changed = {id_: time_ for id_, time_ in current.items() if not _same(self.ids.get(id_), time_)}
            # An id that upstream never listed ("") cannot vanish from its list.
            vanished = any(time_ and id_ not in current for id_, time_ in self.ids.items())
            if self.notes and not changed and not vanished:
                return self._nothing_new(_noted(self.notes, "listing", validators))
            if self.notes and not vanished and len(changed) <= MAX_SINGLE and not self._overdue():
                result = self._singly(changed, validators)
                if result is not None:
                    return result
            return self._whole(current, validators)

    def _known(self, what: str) -> Validators:
        return Validators(
            etag=self.notes.get(f"{what}_etag") or None, last_modified=self.notes.get(f"{what}_modified") or None
        )

    def _overdue(self) -> bool:
        try:
            return self.now - datetime.fromisoformat(self.notes["whole"]) > WHOLE_AFTER
        except (KeyError, ValueError, TypeError):
            return True

    def _facts(self, state: Mapping[str, str]) -> Facts:
        return Facts(family=self.ecosystem.partition(":")[0], source=self.bucket.source, fetched=self.now, state=state)

    def _nothing_new(self, notes: Mapping[str, str]) -> FeedResult:
        build.confirm(self.path, self._facts(notes))
        return FeedResult(
            feed=self.feed,
            action=Action.NOTHING_NEW,
            records=int(notes.get("records", "0")),
            newest=notes.get("newest") or None,
            problems=tuple(self.problems),
        )

    def _singly(self, changed: Mapping[str, str], validators: Validators) -> FeedResult | None:
        """Fetch the changed records by themselves; `None` where they are not served like that."""
        advisories: list[Advisory] = []
        unread: list[str] = []
        with ThreadPoolExecutor(_WORKERS) as pool:
            first, *rest = changed
            # One is asked for alone: most mirrors serve all of them or none.
            batches = ([first], rest)
            for batch in batches:
                for id_, data in zip(batch, pool.map(self._record, batch), strict=True):
                    if data is None:
                        pool.shutdown(cancel_futures=True)
                        return None
                    self._take(id_, data, advisories, unread)
                    self.notify(f"{len(advisories) + len(unread)} of {len(changed)} changed records")
        # What could not be read keeps its old claim, and is asked for again: then the list must be read again too.
        state = _noted(self.notes, "listing", Validators() if unread else validators)
        built = build.amend(self.path, advisories, self._facts(state), listed=changed)
        return self._result(Action.UPDATED, built, len(changed))

    def _record(self, id_: str) -> bytes | None:
        return self.bucket.record(self.ecosystem, id_)

    def _take(self, id_: str, data: bytes, advisories: list[Advisory], unread: list[str]) -> None:
        try:
            advisory = osv.parse(data, where=f"{id_}.json")
            if advisory.id != id_:
                raise InputError(f"holds another record, {advisory.id}", where=f"{id_}.json")
        except InputError as error:
            self.problems.append(_problem(error))
            unread.append(id_)
        else:
            advisories.append(advisory)

    def _whole(self, current: Mapping[str, str], validators: Validators) -> FeedResult:
        download = publish.temporary(self.path, "zip")
        try:
            reply, path = self.bucket.archive(self.ecosystem, download, self._known("archive"), self._progress)
            if reply.outcome is Outcome.UNCHANGED:
                # The list runs ahead of the zip: looked at again next time.
                return self._nothing_new(self.notes)
            if reply.outcome is Outcome.ABSENT:
                raise IntelError(
                    f"nothing for ecosystem {self.ecosystem!r}", where=self.bucket.source, hint="see its ecosystems.txt"
                )
            state = _noted(_noted({}, "listing", validators), "archive", reply.validators)
            state["whole"] = self.now.isoformat(timespec="seconds")
            with Archive(path) as archive:
                state["sha256"] = _sha256(path)
                size = max(1, len(archive.entries) // _SAMPLE)
                built = build.build(
                    self.path,
                    self._advisories(archive),
                    self._facts(state),
                    listed=current,
                    sample=_sample(archive, size),
                )
        finally:
            download.unlink(missing_ok=True)
        return self._result(Action.REBUILT, built, built.records)

    def _advisories(self, archive: Archive) -> Iterator[Advisory]:
        tolerated = max(100, len(archive.entries) // 100)
        total = len(archive.entries)
        for number, entry in enumerate(archive.entries):
            if not number % 2000:
                self.notify(f"{number} of {total} records")
            if not entry.name.endswith(".json"):
                if not entry.name.endswith("/"):
                    self.problems.append(Problem(where=entry.name, what="not a record", harmless=True))
                continue
            try:
                yield osv.parse(archive.read(entry), where=entry.name)
            except InputError as error:
                self.problems.append(_problem(error, where=entry.name))
                if len(self.problems) > tolerated:
                    raise IntelError(
                        f"{len(self.problems)} of the first {number + 1} records cannot be read ({error.what})",
                        where=self.bucket.source,
                        hint="the old database is kept",
                    ) from error

    def _progress(self, received: int, total: int | None) -> None:
        whole = f" of {total / 1e6:.0f}" if total else ""
        self.notify(f"{received / 1e6:.0f}{whole} MB")

    def _result(self, action: Action, built: Built, changed: int) -> FeedResult:
        return FeedResult(
            feed=self.feed,
            action=action,
            records=built.records,
            newest=built.newest,
            changed=changed,
            problems=(*self.problems, *built.problems),
            lost=built.lost,
        )


def _sample(archive: Archive, step: int) -> Iterator[Advisory]:
    for entry in archive.entries[::step]:
        try:
            yield osv.parse(archive.read(entry), where=entry.name)
        except InputError:
            continue  # counted where every record is read


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _noted(notes: Mapping[str, str], what: str, validators: Validators) -> dict[str, str]:
    return {
        **notes,
        f"{what}_etag": validators.etag or "",
        f"{what}_modified": validators.last_modified or "",
    }


def _problem(error: InputError, where: str | None = None) -> Problem:
    return Problem(where=where or error.where or "", what=error.what, hint=error.hint)


def _same(ours: str | None, theirs: str) -> bool:
    """Whether two times are one, however many zeros their fractions end in."""
    return ours == theirs or (ours is not None and _instant(ours) == _instant(theirs))


def _instant(text: str) -> str:
    whole, point, fraction = text.removesuffix("Z").removesuffix("+00:00").partition(".")
    fraction = fraction[:6].rstrip("0")
    return f"{whole}.{fraction}" if point and fraction else whole
