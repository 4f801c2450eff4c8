"""The local withdrawals of an intelligence directory: one file that a person can read and that is replaced whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from scanner.errors import IntelError
from scanner.intel import publish
from scanner.model.withdrawal import Withdrawal

FILE = "withdrawals.json"
_MAX_BYTES = 16 * 1024 * 1024

_Withdrawals = tuple[Withdrawal, ...]


def load(directory: Path) -> _Withdrawals:
    """All of them, in the order in which they were made. Raises `IntelError` where the file cannot be understood."""
    path = directory / FILE
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise IntelError(f"cannot be read: {error.strerror}", where=path) from error
    try:
        if len(data) > _MAX_BYTES:
            raise ValueError("too large")
        return msgspec.json.decode(data, type=_Withdrawals)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise IntelError(f"cannot be understood: {error}", where=path, hint="mend it, or delete it") from error


def change(directory: Path, how: Callable[[_Withdrawals], _Withdrawals]) -> _Withdrawals:
    """Replace them by what `how` makes of them, one writer at a time."""
    path = directory / FILE
    with publish.writing(path):
        changed = how(load(directory))
        with publish.replacing(path) as new:
            new.write_bytes(msgspec.json.format(msgspec.json.encode(changed), indent=1) + b"\n")
    return changed
