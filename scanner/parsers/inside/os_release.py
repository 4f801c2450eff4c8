"""Which distribution a file system is of: os-release(5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from scanner.shape import encoding

FILES = r"(?:^|/)(?:etc|usr/lib)/os-release\Z"


class Distribution(NamedTuple):
    name: str
    """`debian`, `alpine`; "" where nothing says it."""
    release: str


NOWHERE = Distribution("", "")


def of(base: str, kept: Mapping[str, bytes]) -> Distribution:
    """That of the file system whose root is `base`, which ends with `/` or is ""."""
    data = kept.get(f"{base}etc/os-release") or kept.get(f"{base}usr/lib/os-release") or b""
    values: dict[str, str] = {}
    for line in encoding.lenient_text(data).split("\n"):
        key, _, value = line.partition("=")
        values[key.strip()] = value.strip().strip("\"'")
    return Distribution(values.get("ID", ""), values.get("VERSION_ID", ""))
