"""CISA's catalogue of known exploited vulnerabilities, as JSON.

Schema: https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities_schema.json
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.model.exploitation import Exploited
from scanner.shape import json_text

PUBLIC = "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"
MAX_BYTES = 64 * 1024 * 1024
CVE = re.compile(r"CVE-\d{4}-\d{4,19}\Z")


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """One release of the catalogue."""

    released: str
    entries: tuple[Exploited, ...]
    problems: tuple[Problem, ...]


class _Entry(msgspec.Struct):
    cve: str = msgspec.field(name="cveID")
    added: date = msgspec.field(name="dateAdded")
    name: str = msgspec.field(name="vulnerabilityName", default="")
    due: str = msgspec.field(name="dueDate", default="")
    ransomware: str = msgspec.field(name="knownRansomwareCampaignUse", default="")


class _Catalogue(msgspec.Struct):
    released: str = msgspec.field(name="dateReleased")
    vulnerabilities: list[Any]
    count: int | None = None


def parse(data: bytes, *, where: str) -> Catalogue:
    """Read the catalogue; an entry that makes no sense is a problem. Raises `InputError` where the whole is none."""
    catalogue: _Catalogue = json_text.typed(data, _Catalogue, where=where)
    entries: list[Exploited] = []
    problems: list[Problem] = []
    for number, raw in enumerate(catalogue.vulnerabilities, 1):
        try:
            entry = msgspec.convert(raw, _Entry)
            if not CVE.match(entry.cve):
                raise InputError(f"{entry.cve!r} is no CVE")
        except (msgspec.ValidationError, InputError) as error:
            problems.append(Problem(where=f"{where}: entry {number}", what=str(error)))
            continue
        entries.append(
            Exploited(
                cve=entry.cve,
                since=entry.added.isoformat(),
                due=entry.due,
                ransomware=entry.ransomware.casefold() == "known",
                name=entry.name,
            )
        )
    if catalogue.count is not None and catalogue.count != len(catalogue.vulnerabilities):
        problems.append(
            Problem(
                where=where, what=f"it announces {catalogue.count} entries and has {len(catalogue.vulnerabilities)}"
            )
        )
    return Catalogue(released=catalogue.released, entries=tuple(entries), problems=tuple(problems))
