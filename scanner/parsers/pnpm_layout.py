"""The small part of YAML in which pnpm writes its lock, read line by line: a tenth of what a loader costs.

What pnpm does not write is not understood here: `read` then answers `None`, and the caller asks the real loader. For
any text that `read` takes, both give the same packages (a test compares them). Spec of the whole: https://yaml.org/spec/1.2.2/
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from scanner.shape.json_text import Repeated

# Tabs, controls, marks and exotic line ends mean things to YAML that are not worth repeating here.
_FOREIGN = re.compile(r"[^\n -~\u00a1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_LINE = re.compile(r"( *)(?:'((?:[^']|'')+)'|([A-Za-z0-9_/.$+~][!-~]*?)):(?: (.*))?\Z")
_ITEM = re.compile(r"( *)- (.+)\Z")
_PLAIN = re.compile(r"[A-Za-z0-9_/.$+~^<=(](?:[^ :#]|:(?=[^ ])|(?<! )#| (?=[^ #]))*\Z")
_QUOTED = re.compile(r"'((?:[^']|'')*)'\Z")
_DOUBLE = re.compile(r'"(?:[^"\\]|\\["\\/bfnrt])*"\Z')
_SCALAR_BLOCK = re.compile(r"[|>][+-]?\Z")
_INTEGRITY = re.compile(r"\{integrity: ([A-Za-z0-9+/=-]+)\}\Z")
_FLOW_TEXT = r"[A-Za-z0-9_/.$+~^<=(](?:[A-Za-z0-9_/.$+~^<=>()@*|&!%-]|:(?=[^ ,\]}])| (?=[^ ,\]}#:]))*"
_FLOW_ATOM = rf"(?:'(?:[^']|'')*'|{_FLOW_TEXT})"
_FLOW_LIST = re.compile(rf"\[(?:{_FLOW_ATOM}(?:, {_FLOW_ATOM})*)?\]\Z")
_FLOW_PAIR = re.compile(rf"({_FLOW_ATOM}): ({_FLOW_ATOM}|\[(?:{_FLOW_ATOM}(?:, {_FLOW_ATOM})*)?\])(, |\}}\Z)")
_MAX_KEY = 900
_MISSING = object()


class Document(msgspec.Struct):
    """One document: its value with all scalars as text, and where the keys of its second level stand."""

    value: dict[str, Any]
    lines: dict[tuple[str, str], int]
    """(section, key) → line; the first where the key is repeated."""
    repeats: list[tuple[str, int]]
    """Keys that a mapping repeats, with the line of the repetition; their values are `Repeated`."""


def read(text: str) -> list[Document] | None:
    """The documents of a lock in pnpm's own layout, or `None` where anything else stands in it."""
    text = text.replace("\r\n", "\n")
    if _FOREIGN.search(text):
        return None
    documents: list[Document] = []
    lines: list[str] = []
    start = 1
    for number, line in enumerate(text.split("\n"), 1):
        if line == "---":
            if any(lines) and not _add(documents, lines, start):
                return None
            lines, start = [], number + 1
        else:
            lines.append(line)
    if any(lines) and not _add(documents, lines, start):
        return None
    return documents


def _add(documents: list[Document], lines: list[str], start: int) -> bool:
    document = Document({}, {}, [])
    documents.append(document)
    return _fill(document, lines, start)


def _fill(document: Document, lines: list[str], start: int) -> bool:
    """Read one document into `document`; false where a line is not pnpm's."""
    indents = [0]
    mappings: list[dict[str, Any]] = [document.value]
    section = key = ""
    opened = False
    """The last key has no value yet: deeper lines are its value."""
    items: list[Any] | None = None
    items_indent = scalar_indent = -1
    for number, line in enumerate(lines, start):
        if scalar_indent >= 0:
            if not line.strip() or len(line) - len(line.lstrip(" ")) > scalar_indent:
                continue
            scalar_indent = -1
        if not line or line[0] == "#":
            continue
        found = _LINE.match(line)
        if found is None:
            item = _ITEM.match(line)
            if item is None or len(item[1]) <= indents[-1]:
                return False
            if opened:
                items, items_indent, opened = [], len(item[1]), False
                _put(mappings[-1], key, items, replace=True)
            elif items is None or len(item[1]) != items_indent:
                return False
            value = _value(item[2])
            if not isinstance(value, str):
                return False
            items.append(value)
            continue
        indent = len(found[1])
        if indent > indents[-1]:
            if not opened:
                return False
            inner: dict[str, Any] = {}
            _put(mappings[-1], key, inner, replace=True)
            mappings.append(inner)
            indents.append(indent)
        else:
            while indent < indents[-1]:
                indents.pop()
                mappings.pop()
            if indent != indents[-1]:
                return False
        items = None
        quoted, plain, rest = found[2], found[3], found[4]
        key = plain if quoted is None else quoted.replace("''", "'")
        if len(key) > _MAX_KEY:
            return False
        if len(indents) == 1:
            section = key
        elif len(indents) == 2:
            document.lines.setdefault((section, key), number)
        if not rest:
            value, opened = "", True
        else:
            opened = False
            value = _value(rest)
            if value is _MISSING:
                if not _SCALAR_BLOCK.match(rest):
                    return False
                value, scalar_indent = "", indent
        if not _put(mappings[-1], key, value):
            document.repeats.append((key, number))
    return True


def _put(mapping: dict[str, Any], key: str, value: Any, *, replace: bool = False) -> bool:
    """Set a key; false where it was there. With `replace`, the value is that of the key's last mention."""
    held = mapping.get(key, _MISSING)
    if held is _MISSING or (replace and not isinstance(held, Repeated)):
        mapping[key] = value
        return True
    if replace:
        held[-1] = value
        return True
    if isinstance(held, Repeated):
        held.append(value)
    else:
        mapping[key] = Repeated([held, value])
    return False


def _value(text: str) -> Any:
    """The value on a line, or `_MISSING` where it is none that pnpm writes on one line."""
    first = text[0]
    if first == "{":
        return _flow(text)
    if first == "'":
        quoted = _QUOTED.match(text)
        return quoted[1].replace("''", "'") if quoted else _MISSING
    if first == "[":
        return [] if _FLOW_LIST.match(text) else _MISSING
    if first == '"':
        return json.loads(text) if _DOUBLE.match(text) else _MISSING
    return text if _PLAIN.match(text) else _MISSING


def _flow(text: str) -> Any:
    integrity = _INTEGRITY.match(text)
    if integrity:
        return {"integrity": integrity[1]}
    if text == "{}":
        return {}
    mapping: dict[str, Any] = {}
    position = 1
    while position < len(text):
        pair = _FLOW_PAIR.match(text, position)
        if pair is None:
            return _MISSING
        key = _atom(pair[1])
        if key in mapping:
            return _MISSING
        mapping[key] = [] if pair[2][0] == "[" else _atom(pair[2])
        position = pair.end()
        if pair[3] != ", ":
            return mapping
    return _MISSING


def _atom(text: str) -> str:
    return text[1:-1].replace("''", "'") if text[0] == "'" else text
