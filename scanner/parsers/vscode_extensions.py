"""`.vscode/extensions.json`: the extensions that a project asks its developers to install.

Spec: https://code.visualstudio.com/docs/configure/extensions/extension-marketplace#_workspace-recommended-extensions
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.errors import InputError
from scanner.model.component import Component, Item, Location, Scope
from scanner.model.purl import Purl
from scanner.parsers import entries
from scanner.parsers.source import Source
from scanner.shape import encoding

_ID = re.compile(r"(?P<publisher>[A-Za-z0-9][A-Za-z0-9-]*)\.(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\Z")
# A string, a comment, or a comma before a closing bracket; an unclosed comment takes the rest.
_JSONC = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\.)*+(?:"|\\?\Z))
    | (?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
    | (?P<comma>,)
    | (?P<close>[}\]])
    | (?P<space>\s+)
    | (?P<other>[^"/,}\]\s]+|/)""",
    re.VERBOSE | re.DOTALL,
)


def parse(source: Source) -> Iterator[Item]:
    """Yield each recommended extension; those that are unwanted are none."""
    plain = _json(encoding.text(source.data, where=source.path)).encode("utf-8", "surrogatepass")
    document = entries.from_json(Source(path=source.path, data=plain))
    for raw in entries.elements(document.get("recommendations") or [], where=f"{source.path}: recommendations"):
        try:
            yield _component(entries.read(raw, str, where=f"{source.path}: recommendations"), source)
        except InputError as error:
            yield entries.problem(error, where=source.path)
    yield from entries.repeated_keys(document, source)


def _json(text: str) -> str:
    """JSON out of JSON with comments: these, and commas that nothing follows, become spaces."""
    pieces: list[str] = []
    comma: int | None = None
    for match in _JSONC.finditer(text):
        kind, value = match.lastgroup, match[0]
        if kind == "comment":
            value = re.sub(r"[^\n]", " ", value)
        elif kind == "comma":
            comma = len(pieces)
        elif kind == "close" and comma is not None:
            pieces[comma] = " "
        if kind not in ("comment", "space", "comma"):
            comma = None
        pieces.append(value)
    return "".join(pieces)


def _component(text: str, source: Source) -> Component:
    match = _ID.match(text)
    if match is None:
        raise InputError(f"{text[:200]!r} is no extension: publisher.name")
    publisher, name = match["publisher"], match["name"]
    return Component(
        name=text,
        version=None,
        constraint="*",
        purl=Purl("vscode-extension", publisher.lower(), name.lower()),
        location=Location(source.path, needle=f'"{text}"'),
        scope=Scope.DEVELOPMENT,
    )
