"""What a technique is: a payload, where it is put, and what must be said of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

Files = Mapping[str, str | bytes]

UNASKED = frozenset(("install", "import", "build", "ci", "editor"))
PROCESS = frozenset(("process", "shell", "dynamic-code", "native-code"))
NETWORK = frozenset(("network", "command-channel"))
SECRETS = frozenset(("credentials", "environment", "ci-secrets", "wallet", "browser-data", "host-check"))
CODE = frozenset(("dynamic-code", "process", "shell"))
HIDING = frozenset(("encoded", "obfuscated", "hidden-unicode", "off-screen", "minified", "binary", "disguised"))


class Technique(NamedTuple):
    """One published way to attack, as code of one language."""

    id: str
    language: str
    """Of the payload: "js", "py", "sh", "go" …; transformations go by it."""
    payload: str
    """Statements; string literals that may be hidden stand in double quotes, without escapes."""
    hooks: tuple[str, ...]
    """Where it is put: the first is how it was published, the rest are variations."""
    can: tuple[frozenset[str], ...]
    """Of each set one word must stand in the reasons of what is found, beside the trigger of the hook."""
    beside: Files = MappingProxyType({})
    """Other files that the attack brings."""
    fixed: bool = False
    """Whether only the place is varied: what hides the payload is the technique."""
