"""What a file is for, by its name: prose is read by people, data is read by programs, the rest may run."""

from __future__ import annotations

import re
from enum import StrEnum


class Kind(StrEnum):
    PROSE = "prose"
    DATA = "data"
    CODE = "code"
    """Also binaries, and whatever nobody knows."""


_PROSE = frozenset(
    "1 2 3 4 5 6 7 8 adoc asciidoc csv doc docx eml log markdown md mdown mdx odt org pdf po pod pot ps rd rdoc rst "
    "rtf tex texi textile tsv txt wiki".split()
)
_DATA = frozenset(
    "avro bson cbor db db3 feather geojson ioc json json5 jsonl jsonld ndjson parquet pickle rdf rules sqlite sqlite3 "
    "stix stix2 toml ttl xml yaml yml yar yara".split()
)
_PROSE_NAMES = re.compile(
    r"(?:authors|bugs|change(?:s|log)|contributors|copying|copyright|credits|faq|history|install|licen[cs]e|maintainers"
    r"|news|notice|readme|releases?|security|thanks|todo|whatsnew)(?:[-_.][a-z0-9._-]*)?\Z"
)
_RUNS = frozenset("js mjs cjs ts py sh rb pl php ps1 bat cmd exe dll so jar html htm".split())


def kind(path: str) -> Kind:
    """By the ending, or, where that says nothing, by the names that projects give to their papers."""
    name = path.rpartition("/")[2].lower().removesuffix(".gz")
    ending = name.rpartition(".")[2] if "." in name else ""
    if ending in _PROSE:
        return Kind.PROSE
    if ending in _DATA:
        return Kind.DATA
    return Kind.PROSE if ending not in _RUNS and _PROSE_NAMES.match(name) else Kind.CODE
