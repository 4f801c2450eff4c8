"""VEX documents, told apart by content: OpenVEX, CycloneDX and CSAF, all in JSON."""

from __future__ import annotations

from typing import Any

from scanner.errors import InputError
from scanner.feeds import vex_csaf, vex_cyclonedx, vex_openvex
from scanner.feeds.vex_reading import Reading
from scanner.model.vex import VexDocument
from scanner.shape import json_text

MOST_BYTES = 64 * 1024 * 1024
_READERS = (("OpenVEX", vex_openvex), ("CycloneDX", vex_cyclonedx), ("CSAF", vex_csaf))


def parse(data: bytes, *, where: str) -> VexDocument:
    """Read one document. Raises `InputError` for what is none, or says a key twice: two readers would differ on it."""
    if len(data) > MOST_BYTES:
        raise InputError(f"{len(data)} bytes of VEX", where=where, hint=f"at most {MOST_BYTES} are read")
    document: Any = json_text.value(data, where=where)
    if repeated := json_text.duplicates(data, where=where):
        raise InputError(f"keys stand more than once in one object: {', '.join(repeated)[:200]}", where=where)
    if isinstance(document, dict):
        for name, reader in _READERS:
            if reader.claims(document):
                reading = Reading(where)
                statements = tuple(reader.statements(document, reading))
                return VexDocument(path=where, format=name, statements=statements, problems=tuple(reading.problems))
    raise InputError(
        "no VEX document that we know",
        where=where,
        hint="OpenVEX, CycloneDX with vulnerabilities, or CSAF, each in JSON",
    )
