"""Every question that is asked of a file, in one pass over its pieces."""

from __future__ import annotations

import re
from collections.abc import Iterable

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

    def file(self, path: str, pieces: Iterable[bytes], *, packed: bool = False) -> FileSigns | None:
        """Search one file. `packed` where its text is compressed and its members are searched instead.

        `None` for the many in which nothing is met. Raises what `pieces` raises.
        """
        digest = self._digests.file()
        text = self._text.file(path)
        whole: bytes | None = None
        held: bytes | None = None
        for piece in pieces:
            digest.feed(piece)
            if held is not None and not packed:
                text.feed(held, last=False)
            whole = piece if held is None else None
            held = piece
        if held is not None and not packed:
            text.feed(held, last=True)
        found = {(sign.type, sign.key): sign for sign in text.signs()}
        commands: tuple[Command, ...] = ()
        if whole is not None and not packed:
            found.update({(sign.type, sign.key): sign for sign in self._people(path, whole, found)})
            commands = autorun.commands(path, whole)
            if commands:
                found = {**self._tidied(path, whole), **found}
        signs = [*found.values(), *self._whole(path, digest.hits())]
        if not signs and not commands:
            return None
        return FileSigns(
            path=path,
            signs=tuple(signs),
            commands=commands,
            published_form=whole is not None and bool(found) and lists.is_published_form(whole),
        )

    def _tidied(self, path: str, data: bytes) -> dict[tuple[IndicatorType, str], Sign]:
        """What is met once settings are written as a formatter would: campaigns are known by their spelling."""
        text = self._text.file(path)
        text.feed(_COLON.sub(rb'": "', data), last=True)
        return {(sign.type, sign.key): sign for sign in text.signs()}

    def _whole(self, path: str, digests: Iterable[str]) -> Iterable[Sign]:
        name = path.rpartition("/")[2]
        for key in digests:
            yield Sign(type=IndicatorType.DIGEST, key=key, manner=Manner.DIGEST, location=Location(path), value=key)
        for key in self._names.match(path):
            yield Sign(type=IndicatorType.PATH, key=key, manner=Manner.NAME, location=Location(path), value=name)

    def _people(self, path: str, data: bytes, found: dict[tuple[IndicatorType, str], Sign]) -> Iterable[Sign]:
        if path.rpartition("/")[2].lower() not in metadata.NAMES:
            return
        for person in metadata.people(path, data):
            if person.email in self._emails:
                known = found.get((IndicatorType.EMAIL, person.email))
                yield _named(IndicatorType.EMAIL, person.email, person.field, path, person.email, known)
            account = self._accounts.get((person.account or "").casefold())
            if account is not None:
                yield _named(IndicatorType.ACCOUNT, account, person.field, path, account.partition(":")[2], None)


def _named(type_: IndicatorType, key: str, field: str, path: str, value: str, known: Sign | None) -> Sign:
    return Sign(
        type=type_,
        key=key,
        manner=Manner.METADATA,
        location=Location(path) if known is None else known.location,
        value=value,
        excerpt=f"{field}: {value}" if known is None else known.excerpt,
    )
