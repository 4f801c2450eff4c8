"""One list before it is read: its text, its JSON where it is some, and what is known about its packages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from scanner import shape
from scanner.errors import InputError
from scanner.feeds.lists import words
from scanner.shape import encoding, json_text

# A scope is npm's alone: one such name tells whose the others are.
_SCOPED = re.compile(r"(?:^|[\s,;|\"'`:])@[a-z0-9~][\w.~-]*/[\w.~-]+(?=[\s,;|\"'`:@=]|$)", re.IGNORECASE | re.MULTILINE)
_TELLING = frozenset("npm pypi rubygems crates cargo composer packagist nuget maven golang vscode openvsx".split())
"""Words of a file's name that say whose packages it lists; `go` and `action` mean too many other things."""
_NAME_WORDS = re.compile(r"[a-z]+")


class Document:
    """The bytes of a list, and the ways in which the readers look at them."""

    def __init__(
        self, data: bytes, name: str, *, columns: Mapping[str, str] = {}, ecosystem: str | None = None
    ) -> None:
        """Raises `InputError` where it is not text, too large, or `ecosystem` is none that we know."""
        if len(data) > shape.MAX_BYTES:
            raise InputError(f"{len(data)} bytes", where=name, hint=f"at most {shape.MAX_BYTES} are read")
        self.name = name
        self.columns = {header.strip().casefold(): type_.strip().casefold() for header, type_ in columns.items()}
        self.data = data
        if data[:4] == b"PK\x03\x04":
            raise InputError("a zip", where=name, hint="name the file itself, not through standard input")
        # One letter in another encoding costs its line, not the list.
        self.text = encoding.lenient_text(data).removeprefix("\ufeff")
        head = self.text[:4_096]
        strange = sum(not char.isprintable() and char not in "\t\n\r\f\x1b\ufeff" for char in head)
        if "\0" in self.text or strange > 2 + len(head) // 10 or self.text.count("\ufffd") > 10 + len(self.text) // 20:
            raise InputError("not text", where=name)
        self.given = None
        """Purl type of the packages as the user says."""
        if ecosystem is not None:
            self.given = words.purl_type(ecosystem)
            if self.given is None:
                raise InputError(f"no ecosystem {ecosystem!r}", where=name, hint="npm, pypi, go, cargo, gem, …")

    @cached_property
    def assumed(self) -> str | None:
        """Purl type of packages of which the list says nothing: as given, by the file's name, or by an npm scope."""
        if self.given is not None:
            return self.given
        named = {word for word in _NAME_WORDS.findall(self.name.rpartition("/")[2].lower()) if word in _TELLING}
        if len(named) == 1:
            return words.purl_type(named.pop())
        return "npm" if _SCOPED.search(self.text) else None

    @cached_property
    def is_json(self) -> bool:
        return self.text.lstrip()[:1] in ("{", "[")

    @cached_property
    def json(self) -> Any:
        """The decoded document; a key that is said twice holds `json_text.Repeated`. `None` where it is no JSON."""
        if not self.is_json:
            return None
        try:
            found = list(json_text.documents_with_repeats(self.data, where=self.name, numbers_as_text=True))
        except InputError as error:
            self.json_error = error
            return None
        return found[0] if len(found) == 1 else found

    json_error: InputError | None = None
    """Why `json` is `None` though the document begins like JSON."""
