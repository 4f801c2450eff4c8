"""Every question that is asked of a file, in one pass over its pieces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from scanner.matching.files import autorun, lists, metadata
from scanner.matching.files.digests import Digests
from scanner.matching.files.names import Names
from scanner.matching.files.patterns import patterns
from scanner.matching.files.sign import Command, FileSigns, Manner, Sign
from scanner.matching.files.text import TextSearch
from scanner.matching.knowledge import Knowledge
from scanner.model.campaign import IndicatorType
from scanner.model.component import Location

_COLON = re.compile(rb'"\s*:\s*"')


class Search:
    """Everything that is looked for in files, made ready."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._digests = Digests(knowledge.keys(IndicatorType.DIGEST))
        self._names = Names(knowledge.keys(IndicatorType.PATH))
        self._text = TextSearch(patterns(knowledge))
        self._emails = knowledge.keys(IndicatorType.EMAIL)
        self._accounts = {key.casefold(): key for key in knowledge.keys(IndicatorType.ACCOUNT)}

    def file(self, path: str, pieces: Iterator[bytes], *, packed: bool = False) -> FileSigns | None:
        """Search one file. `packed` where its text is compressed and its members are searched instead.

        `None` for the many in which nothing is met. Raises what `pieces` raises.
        """
        piece, following = next(pieces, b""), next(pieces, None)
        if following is None:
            return self.whole(path, piece, packed=packed)
        settings = not packed and _is_settings(path)
        whole, digests, texts = self._in_pieces(path, piece, following, pieces, packed=packed, keep=settings)
        return self._signs(path, piece, whole, digests, texts, settings=settings)

    def whole(self, path: str, data: bytes, *, packed: bool = False) -> FileSigns | None:
        """Search one file that is here in one piece, as nearly every file is."""
        settings = not packed and _is_settings(path)
        texts = () if packed else self._text.whole(path, data)
        return self._signs(path, data, data, self._digests.of(data), texts, settings=settings)

    def _signs(
        self,
        path: str,
        head: bytes,
        whole: bytes | None,
        digests: tuple[str, ...],
        texts: tuple[Sign, ...],
        *,
        settings: bool,
    ) -> FileSigns | None:
        names = tuple(self._names.match(path))
        if not (settings or texts or digests or names):
            return None
        found = {(sign.type, sign.key): sign for sign in texts}
        commands: tuple[Command, ...] = ()
        if settings:
            commands = (autorun.TOO_LARGE,) if whole is None else autorun.commands(path, whole)
            if whole is not None:
                found.update({(sign.type, sign.key): sign for sign in self._people(path, whole, found)})
                if commands:
                    found = {**self._tidied(path, whole), **found}
        signs = (*found.values(), *_whole(path, digests, names))
        if not signs and not commands:
            return None
        return FileSigns(
            path=path,
            signs=signs,
            commands=commands,
            published_form=bool(found) and lists.is_published_form(head),
        )

    def _in_pieces(
        self, path: str, piece: bytes, following: bytes, rest: Iterable[bytes], *, packed: bool, keep: bool
    ) -> tuple[bytes | None, tuple[str, ...], tuple[Sign, ...]]:
        """(all of it where that is wanted and not too much, keys of digests, signs in the text)."""
        digest, text = self._digests.file(), self._text.file(path)
        kept: list[bytes] | None = [piece] if keep else None
        digest.feed(piece)
        for next_piece in chain((following,), rest):
            digest.feed(next_piece)
            if not packed:
                text.feed(piece, last=False)
            if kept is not None:
                kept.append(next_piece)
                kept = kept if sum(map(len, kept)) <= autorun.MOST_BYTES else None
            piece = next_piece
        if not packed:
            text.feed(piece, last=True)
        return None if kept is None else b"".join(kept), tuple(digest.hits()), text.signs()

    def _tidied(self, path: str, data: bytes) -> dict[tuple[IndicatorType, str], Sign]:
        """What is met once settings are written as a formatter would: campaigns are known by their spelling."""
        return {(sign.type, sign.key): sign for sign in self._text.whole(path, _COLON.sub(rb'": "', data))}

    def _people(self, path: str, data: bytes, found: dict[tuple[IndicatorType, str], Sign]) -> Iterable[Sign]:
        for person in metadata.people(path, data):
            if person.email in self._emails:
                known = found.get((IndicatorType.EMAIL, person.email))
                yield _named(IndicatorType.EMAIL, person.email, person.field, path, person.email, known)
            account = self._accounts.get((person.account or "").casefold())
            if account is not None:
                yield _named(IndicatorType.ACCOUNT, account, person.field, path, account.partition(":")[2], None)


def _is_settings(path: str) -> bool:
    """Whether it is read as metadata, or for what it makes run."""
    return path.rpartition("/")[2].lower() in metadata.NAMES or autorun.reader(path) is not None


def _whole(path: str, digests: Iterable[str], names: Iterable[str]) -> Iterator[Sign]:
    for key in digests:
        yield Sign(type=IndicatorType.DIGEST, key=key, manner=Manner.DIGEST, location=Location(path), value=key)
    for key in names:
        name = path.rpartition("/")[2]
        yield Sign(type=IndicatorType.PATH, key=key, manner=Manner.NAME, location=Location(path), value=name)


def _named(type_: IndicatorType, key: str, field: str, path: str, value: str, known: Sign | None) -> Sign:
    return Sign(
        type=type_,
        key=key,
        manner=Manner.METADATA,
        location=Location(path) if known is None else known.location,
        value=value,
        excerpt=f"{field}: {value}" if known is None else known.excerpt,
    )
