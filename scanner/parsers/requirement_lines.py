"""The lines of a requirements file, joined, uncommented and taken apart as pip does it.

Format: https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from scanner.errors import InputError
from scanner.parsers import python

_TOKEN = re.compile(r"""(?:[^\s"']|"[^"]*"|'[^']*')+""")
_SHORT = {"-r": "--requirement", "-c": "--constraint", "-e": "--editable", "-i": "--index-url", "-f": "--find-links"}
_VALUED = frozenset(
    ("--requirement", "--constraint", "--editable", "--index-url", "--pypi-url", "--extra-index-url", "--find-links",
     "--hash", "--trusted-host", "--no-binary", "--only-binary", "--use-feature", "--global-option", "--install-option",
     "--config-settings", "--config-setting", "--uploaded-prior-to", "--all-releases", "--only-final")
)  # fmt: skip
_PLAIN = frozenset(
    ("--no-index", "--pre", "--prefer-binary", "--require-hashes", "--always-unzip", "--process-dependency-links")
)
_LONG = sorted(_VALUED | _PLAIN)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One logical line."""

    number: int
    """Of its first physical line."""
    requirement: str
    """What stands before the options; "" where the line has options only."""
    options: tuple[tuple[str, str], ...]
    """(long name, value), as often as they occur."""
    unknown: tuple[str, ...] = ()
    """Options that pip does not know here."""


def lines(text: str) -> Iterator[Line]:
    """Yield each line that says something."""
    for number, line in _joined(text):
        said = _uncommented(line).strip()
        if said:
            yield _line(number, said)


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """Join lines that end in a backslash; a comment line ends what it stands in.

    `splitlines` breaks at more than line feeds, and so does pip: what hides behind U+2028 in a comment is installed.
    Editors count line feeds, so they are counted for the number.
    """
    number = first = 1
    pieces: list[str] = []
    for raw in text.splitlines(keepends=True):
        line = raw.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
        comment = line.lstrip().startswith("#")
        if not pieces:
            first = number
        if line.endswith("\\") and not comment:
            pieces.append(line.strip("\\"))
        else:
            pieces.append(" " + line if comment else line)
            yield first, "".join(pieces)
            pieces.clear()
        if raw.endswith(("\n", "\r")):
            number += 1
    if pieces:
        yield first, "".join(pieces)


def _uncommented(line: str) -> str:
    """Cut what follows a `#` that stands first or after white space."""
    at = line.find("#")
    while at > 0 and not line[at - 1].isspace():
        at = line.find("#", at + 1)
    return line if at < 0 else line[:at]


def _line(number: int, said: str) -> Line:
    begin = 0 if said.startswith("-") else _options_begin(said)
    tokens = [_unquoted(token) for token in _TOKEN.findall(said[begin:])]
    options: list[tuple[str, str]] = []
    unknown: list[str] = []
    waiting = iter(tokens)
    for token in waiting:
        if not token.startswith("-"):
            continue  # pip leaves stray words after options alone
        if not token.startswith("--"):
            name, equals, value = _SHORT.get(token[:2], token), token[2:], token[2:]
        else:
            written, equals, value = token.partition("=")
            name = _completed(written)
        if name in _VALUED:
            options.append((name, value if equals else next(waiting, "")))
        elif name not in _PLAIN:
            unknown.append(token)
    return Line(number=number, requirement=said[:begin].strip(), options=tuple(options), unknown=tuple(unknown))


def _options_begin(said: str) -> int:
    at = said.find(" -")
    tab = said.find("\t-")
    return min((place for place in (at, tab) if place >= 0), default=len(said))


def _completed(written: str) -> str:
    """pip accepts any beginning of a long option that leaves no doubt."""
    if written in _VALUED or written in _PLAIN:
        return written
    matches = [name for name in _LONG if len(written) > 2 and name.startswith(written)]
    return matches[0] if len(matches) == 1 else written


def _unquoted(token: str) -> str:
    return token.replace('"', "").replace("'", "")


def wanted(line: Line) -> Iterator[tuple[python.Requirement, tuple[str, ...]]]:
    """Each requirement of a line with the digests it admits. Raises `InputError`."""
    digests = tuple(
        value.lower() if value.count(":") == 1 else value for name, value in line.options if name == "--hash"
    )
    texts = [value for name, value in line.options if name == "--editable"]
    if line.requirement:
        texts.insert(0, line.requirement)
    for text in texts:
        if not text:
            raise InputError("-e without a path or address")
        yield python.requirement(text), digests
