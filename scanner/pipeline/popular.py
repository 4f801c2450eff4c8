"""`rules/popular.toml`: packages that very many people use, whose names others borrow."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from scanner.errors import InputError
from scanner.pipeline import rulebook
from scanner.shape import toml_text


class Popular(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`rules/popular.toml`: packages that very many people use."""

    names: Mapping[str, frozenset[str]]
    """OSV ecosystem → names."""
    allowed: Mapping[str, str]
    """`campaign: purl` → why every version of it may be called bad all the same."""


def popular(data: bytes, *, where: str) -> Popular:
    """Read the list. Raises `InputError`."""
    try:
        return msgspec.convert(toml_text.value(data, where=where), Popular)
    except msgspec.ValidationError as error:
        raise InputError(str(error), where=where) from error


def ours() -> Popular:
    """The list that travels with pratique."""
    path = rulebook.directory() / "popular.toml"
    return popular(path.read_bytes(), where=path.name)
