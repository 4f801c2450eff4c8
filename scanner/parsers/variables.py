"""`$NAME` and `${NAME:-default}` as Dockerfiles and compose files substitute them.

Spec: https://docs.docker.com/reference/dockerfile/#environment-replacement and
https://docs.docker.com/reference/compose-file/interpolation/
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_VARIABLE = re.compile(
    r"(?P<escaped>\$\$|\\\$)|\$(?:(?P<bare>[A-Za-z_][A-Za-z0-9_]*)"
    r"|\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:(?P<how>:?[-+?])(?P<word>[^{}$]*(?:\$\{[^{}]*\}[^{}$]*|\$[A-Za-z_][A-Za-z0-9_]*)*))?\})"
)
_LONGEST = 4096
_MAX_DEPTH = 4


def substituted(text: str, values: Mapping[str, str], depth: int = 0) -> str:
    """The text with every variable replaced whose value or default is known; the others stay as they are."""

    def replace(match: re.Match[str]) -> str:
        if match["escaped"]:
            return "$"
        name, how, word = match["bare"] or match["name"], match["how"] or "", match["word"] or ""
        value = values.get(name)
        missing = value is None or (value == "" and ":" in how)
        if how.endswith("+"):
            return "" if missing else substituted(word, values, depth + 1)
        if how.endswith("-") and missing and depth < _MAX_DEPTH:
            return substituted(word, values, depth + 1)
        return match[0] if value is None else value

    if "$" not in text or len(text) > _LONGEST or depth >= _MAX_DEPTH:
        return text
    return _VARIABLE.sub(replace, text)[:_LONGEST]
