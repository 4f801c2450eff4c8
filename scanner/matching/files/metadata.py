"""Who made and published a package, as its own metadata says: names of registry accounts and e-mail addresses.

npm: the npm CLI documentation, "package.json" (people fields), with `_npmUser` and `maintainers` as the registry adds
them. Python: "Core metadata specifications", Author, Author-email, Maintainer, Maintainer-email.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from scanner.errors import InputError
from scanner.shape import encoding

NAMES = frozenset(("package.json", "metadata", "pkg-info"))
_HEADERS = re.compile(r"^(Author|Maintainer)(-email)?:[ \t]*(.+)$", re.IGNORECASE | re.MULTILINE)
_PERSON = re.compile(r"\A\s*([^<(]*?)\s*(?:<([^>]*)>)?\s*(?:\([^)]*\))?\s*\Z")
_EMAIL = re.compile(r"[^\s<>,;\"]+@[^\s<>,;\"]+")
_MOST = 1_000


class Person(NamedTuple):
    """One mention."""

    field: str
    """Where it stands: `maintainers`, `_npmUser`, `Author-email`."""
    account: str | None
    """With the platform: `npm:name`."""
    email: str | None


def people(path: str, data: bytes) -> Iterator[Person]:
    """Everybody whom the metadata names; nothing where it cannot be read: its reader has said so."""
    name = path.rpartition("/")[2].lower()
    try:
        if name == "package.json":
            yield from _npm(msgspec.json.decode(encoding.utf8(data, where=path)))
        elif name in NAMES:
            yield from _python(encoding.text(data, where=path))
    except (InputError, msgspec.MsgspecError, RecursionError):
        return


def _npm(document: Any) -> Iterator[Person]:
    if not isinstance(document, dict):
        return
    for field in ("_npmUser", "maintainers", "author", "contributors"):
        value = document.get(field)
        for one in value[:_MOST] if isinstance(value, list) else [value]:
            name, email = _npm_person(one)
            # An author's name is free text; the other two fields hold accounts.
            account = f"npm:{name}" if name and field in ("_npmUser", "maintainers") else None
            if account or email:
                yield Person(field, account, email)


def _npm_person(value: Any) -> tuple[str | None, str | None]:
    if isinstance(value, dict):
        name, email = value.get("name"), value.get("email")
        return name if isinstance(name, str) else None, email.lower() if isinstance(email, str) else None
    found = _PERSON.match(value) if isinstance(value, str) and len(value) < _MOST else None
    if found is None:
        return None, None
    return found[1] or None, found[2].lower() if found[2] else None


def _python(text: str) -> Iterator[Person]:
    head = text.replace("\r\n", "\n").partition("\n\n")[0]
    for who, is_email, value in _HEADERS.findall(head):
        field = f"{who.capitalize()}{'-email' if is_email else ''}"
        for email in _EMAIL.findall(value[:10_000]):
            yield Person(field, None, email.lower())
        if not is_email:
            yield Person(field, f"pypi:{value.strip()[:200]}", None)
