"""Text with one indicator a line, bulleted or not, with comments; maltrail's trails are of this kind.

Maltrail, https://github.com/stamparm/maltrail: blocks of trails under `# Reference:` lines, which say where they are
published, and one `# Aliases:` line.
"""

from __future__ import annotations

import re

from scanner.errors import InputError
from scanner.feeds.lists import observables
from scanner.feeds.lists.collector import Collector
from scanner.feeds.lists.document import Document
from scanner.feeds.lists.observables import Context

_LONGEST = 8_192
_BULLET = re.compile(r"(?:[-*•·–]|\d{1,4}[.)])\s+")
_COMMENT = re.compile(r"(?:#|//|;|--\s|<!--)")
_TRAILING = re.compile(r"\s+(?:#|//)\s?(.*)\Z")
_REFERENCE = re.compile(r"#\s*(?:reference|source|ref)s?:\s*(https?://\S+)", re.IGNORECASE)
_ALIASES = re.compile(r"#\s*aliases:\s*(.+)", re.IGNORECASE)
_RULE = re.compile(r"[-=_*#~\s]{3,}\Z")


def recognise(document: Document) -> bool:
    return bool(document.text.strip())


def read(document: Document, into: Collector) -> None:
    context = Context(ecosystem=document.assumed, sure=document.given is not None)
    references: list[str] = []
    block_open = False
    """Whether a trail has followed the references: the next reference then begins a block of its own."""
    for number, raw in enumerate(_split(document.text), 1):
        line = raw.strip()
        if not line:
            continue
        if _RULE.match(line):
            into.comments += 1
            continue
        if _COMMENT.match(line) is not None:
            into.comments += 1
            if (reference := _REFERENCE.match(line)) is not None:
                if block_open:
                    references, block_open = [], False
                references.append(reference[1])
            elif (aliases := _ALIASES.match(line)) is not None and into.title is None:
                into.title = f"{document.name.rpartition('/')[2]} ({aliases[1].strip()})"
            continue
        block_open = True
        if len(line) > _LONGEST:
            into.record(number, [InputError(f"a line of {len(line)} characters")])
            continue
        note = None
        if (trailing := _TRAILING.search(line)) is not None:
            line, note = line[: trailing.start()], trailing[1].strip() or None
        line = _BULLET.sub("", line, count=1).rstrip(",;").strip()
        common = into.common(number, note, references, unit="line")
        into.record(number, observables.guess(line, context, common))


def _split(text: str) -> list[str]:
    return text.split("\n")
