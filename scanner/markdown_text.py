"""Strangers' text in GitHub's Markdown: nothing that it says becomes an element, a link, a mention or a reference.

Markdown is not what is escaped here, but everything that is done with its result as well: GitHub looks for `@name`,
`#12`, `:smile:` and addresses in the finished text, where an entity is a character like any other. A space of no width,
written as an entity, parts what would be found there.
"""

from __future__ import annotations

import re

from scanner.display import LIMIT, line

_MARKS = re.compile(r"[!#$&*+<=>?@\[\\\]^_`{|}~]")
_PARTED = re.compile(
    r"(?<=[@#$])"  # a mention, an issue, a formula
    r"|(?<=:)(?=[\w+/-])"  # an address, an emoji
    r"|(?<=\bwww)(?=\.)"
    r"|(?<=\b[A-Za-z]{2})(?=-\d)",  # GH-12
    re.IGNORECASE,
)
_COMMIT = re.compile(r"[0-9A-Fa-f]{6}(?=[0-9A-Fa-f])")
_BEGINS = re.compile(r"\A[-0-9]")
"""What would begin a list; other marks of beginnings are among `_MARKS`."""
_PART = "\ue000"
"""Private use: `line` leaves none in."""


def prose(text: str, limit: int = LIMIT) -> str:
    """One line of text, inside a paragraph, a cell or HTML; see `paragraph` for what begins one."""
    parted = _COMMIT.sub(rf"\g<0>{_PART}", _PARTED.sub(_PART, line(text, limit=limit).strip()))
    return _MARKS.sub(_entity, parted).replace(_PART, "&#8203;")


def paragraph(text: str, limit: int = LIMIT) -> str:
    """The same where it begins a paragraph or the point of a list: it begins no list of its own."""
    return _BEGINS.sub(_entity, prose(text, limit))


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def code(text: str, limit: int = 200) -> str:
    """One line to be copied as it is, for a paragraph or a cell: GitHub looks for nothing in code."""
    said = line(text, limit=limit).strip()
    if not said:
        return ""
    # In a cell no two renderers agree on the bar, nor on the backslash before it; a comment may be taken for our mark.
    return html_code(text, limit) if re.search(r"[`|\\]|<!--", said) else f"`{said}`"


def html_code(text: str, limit: int = 200) -> str:
    """The same for where Markdown is not read: inside a line of HTML."""
    said = line(text, limit=limit).strip()
    return f"<code>{prose(said, limit)}</code>" if said else ""


def block(text: str, lines: int, width: int = 200) -> str:
    """Several lines, as they stand; its fence is longer than any in the text."""
    shown = [line(one, limit=width) for one in text.strip("\n").splitlines()[:lines]]
    longest = max((len(run) for one in shown for run in re.findall(r"`+", one)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join((f"{fence}text", *shown, fence))
