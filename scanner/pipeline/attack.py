"""ATT&CK: a bundle in a file or at an address → the store beside the feeds.

A command of its own, and no part of `sync`: ATT&CK says nothing that a scan is checked against, appears twice a year,
and weighs 50 MB, so nobody should fetch it each time the advisories are.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from scanner.display import address
from scanner.errors import InputError
from scanner.feeds import attack_stix
from scanner.intel import attack
from scanner.model.attack import AttackObject
from scanner.model.component import Problem

MAX_BUNDLE = 256 * 1024 * 1024
"""The largest of the three domains has 50 MB."""
NOTICE = (
    "© 2025 The MITRE Corporation. "
    "This work is reproduced and distributed with the permission of The MITRE Corporation."
)
"""Asked for by the terms of use, https://attack.mitre.org/resources/legal-and-branding/terms-of-use/."""


def read_into(source: str, directory: Path, *, now: datetime) -> tuple[int, tuple[Problem, ...]]:
    """Read a bundle, replace the store by it, and say how many objects it holds and what could not be read.

    Raises `InputError` for what is no bundle; the old store is kept then.
    """
    data = _fetch(source) if source.startswith(("https://", "http://")) else _read(Path(source))
    objects: list[AttackObject] = []
    problems: list[Problem] = []
    for item in attack_stix.parse(data, where=address(source)):
        if isinstance(item, Problem):
            problems.append(item)
        else:
            objects.append(item)
    return attack.build(directory, objects, source=address(source), now=now), tuple(problems)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BUNDLE + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=path) from error
    if len(data) > MAX_BUNDLE:
        raise InputError("it is too large", where=path, hint=f"at most {MAX_BUNDLE} bytes are read")
    return data


def _fetch(url: str) -> bytes:
    from scanner import net  # who reads a file pays for no HTTP

    with net.Client() as client:
        reply = client.fetch(url, limit=MAX_BUNDLE)
    if reply.outcome is not net.Outcome.NEW:
        raise InputError("there is no such file", where=address(url))
    return reply.data
