"""The air gap: everything that is known as one file out, and one file in, checked before anything is replaced."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path

import msgspec

from scanner.errors import InputError, IntelError
from scanner.intel import bundle, files, indicators, publish, signature
from scanner.intel.bundle import Bundle, Manifest, Member
from scanner.intel.files import Kind


class Fate(StrEnum):
    ADDED = "added"
    REPLACED = "replaced"
    SAME = "the same is here"


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a bundle."""

    manifest: Manifest
    signer: str | None
    """Who signed it, verified; `None` where that was not asked for."""
    signed: bool
    fates: tuple[tuple[Member, Fate], ...]


def export(path: Path, directory: Path, *, now: datetime, key: Path | None = None) -> Manifest:
    """Write everything in `directory` to one file, signed where a key is given."""
    created = now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    sign = None if key is None else partial(signature.sign, key=key)
    return bundle.pack(path, directory, created=created, sign=sign)


def import_(
    path: Path, directory: Path, *, now: datetime, allowed_signers: Path | None = None, force: bool = False
) -> Imported:
    """Check a bundle whole, then put its files in place, each at once. Files that it does not name stay.

    Raises `InputError`, `IntelError`; up to the first replacement nothing was changed.
    """
    with Bundle(path) as opened, ExitStack() as stack:
        signer = None
        if allowed_signers is not None:
            if opened.signature is None:
                raise InputError("it is not signed", where=path, hint="nothing was changed")
            signer = signature.verify(opened.text, opened.signature, allowed_signers)
        _refuse_future(opened.manifest, now, path)
        # In one order for everybody, so that two imports do not wait for each other.
        for member in sorted(opened.manifest.files, key=lambda member: member.path):
            stack.enter_context(publish.writing(directory / member.path))
        if not force:
            _refuse_older(opened.manifest, directory, path)
        fates: list[tuple[Member, Fate]] = []
        new = list(_unpacked(opened, directory, stack))
        for member, scratch in new:
            target = directory / member.path
            fate = Fate.REPLACED if target.exists() else Fate.ADDED
            if fate is Fate.REPLACED and _sha256(target) == member.sha256:
                fate = Fate.SAME
            else:
                with publish.replacing(target) as place:
                    scratch.replace(place)
            fates.append((member, fate))
    return Imported(manifest=opened.manifest, signer=signer, signed=opened.signature is not None, fates=tuple(fates))


def _unpacked(opened: Bundle, directory: Path, stack: ExitStack) -> Iterator[tuple[Member, Path]]:
    def place(member: Member) -> Path:
        scratch = publish.temporary(directory / member.path, "bundle")
        stack.callback(scratch.unlink, missing_ok=True)
        return scratch

    for member in opened.unpack(place):
        scratch = publish.temporary(directory / member.path, "bundle")
        files.verify(scratch, member.kind)
        if member.kind is Kind.LIST and (store := indicators.open_store(scratch)) is not None:
            with store:
                store.check()
        said = files.describe(scratch, member.path)
        if said.fetched != member.fetched:
            raise InputError(f"{member.path} is of another time than the manifest says", where=opened.path)
        yield member, scratch


def _refuse_older(manifest: Manifest, directory: Path, path: Path) -> None:
    older = [
        member.path
        for member in manifest.files
        if (ours := _fetched(directory / member.path, member.path)) and _time(ours) > _time(member.fetched)
    ]
    if older:
        raise IntelError(
            f"it is older than what is here: {', '.join(older[:5])}{' …' if len(older) > 5 else ''}",
            where=path,
            hint="--force replaces it all the same",
        )


def _refuse_future(manifest: Manifest, now: datetime, path: Path) -> None:
    """A time to come would keep the files fresh, and every later bundle out, for as long."""
    for member in manifest.files:
        if (_time(member.fetched) - now).total_seconds() > 86_400:
            raise InputError(f"{member.path} was fetched in the future: {member.fetched}", where=path)


def _fetched(path: Path, relative: str) -> str | None:
    """When the file here was fetched; `None` where there is none, or none that is of any use."""
    try:
        return files.describe(path, relative).fetched if path.exists() else None
    except IntelError:
        return None


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no time", hint="nothing was changed") from error
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
