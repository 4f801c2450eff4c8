"""OpenVEX 0.0.1 and 0.2.0.

Spec: https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.feeds.vex_reading import Reading, purl, table, text, time
from scanner.model.vex import VexProduct, VexStatement, VexStatus


def claims(document: Mapping[str, Any]) -> bool:
    """Whether it says that it is one."""
    return "openvex" in text(document.get("@context")).lower() and "statements" in document


def statements(document: Mapping[str, Any], reading: Reading) -> Iterator[VexStatement]:
    """Yield each statement; what it leaves out, the document says for all."""
    author = text(document.get("author"))
    for place, item in reading.tables(document.get("statements"), "statements"):
        vulnerability, names = _vulnerability(item.get("vulnerability"))
        try:
            status = VexStatus(text(item.get("status")))
        except ValueError:
            reading.lost(place, f"no status that we know: {text(item.get('status'))[:100]!r}")
            continue
        if not names:
            reading.lost(place, "it names no vulnerability")
            continue
        # "last_updated" and what the document says come in where the statement itself has no date.
        when = text(item.get("last_updated")) or text(item.get("timestamp"))
        when = when or text(document.get("last_updated")) or text(document.get("timestamp"))
        yield VexStatement(
            vulnerability=vulnerability,
            names=names,
            status=status,
            label=text(item.get("justification")) or None,
            why=": ".join(filter(None, (text(item.get("justification")), text(item.get("impact_statement"))))),
            products=tuple(_products(item, place, reading)),
            author=text(item.get("supplier")) or author,
            timestamp=when,
            time=time(when),
            where=f"{reading.where}: {place}",
        )


def _vulnerability(value: Any) -> tuple[str, frozenset[str]]:
    if isinstance(value, str):  # 0.0.1
        return value.strip(), frozenset(filter(None, (value.strip().casefold(),)))
    said = table(value)
    aliases = said.get("aliases")
    names = [text(said.get("name")), *(map(text, aliases) if isinstance(aliases, list) else ())]
    names = list(filter(None, names)) or list(filter(None, [text(said.get("@id"))]))
    return names[0] if names else "", frozenset(name.casefold() for name in names)


def _products(statement: Mapping[str, Any], place: str, reading: Reading) -> Iterator[VexProduct]:
    # 0.0.1 lists subcomponents once, for all products.
    shared = list(_parts(statement.get("subcomponents"), f"{place}/subcomponents", reading))
    for at, item in reading.items(statement.get("products"), f"{place}/products"):
        name, identity = _identity(item)
        own = table(item).get("subcomponents")
        parts = [*shared, *_parts(own, f"{at}/subcomponents", reading)]
        known = tuple(one for _, one in parts if one is not None)
        if parts and not known:
            reading.lost(at, "its subcomponents are named by no package URL")
            continue
        yield VexProduct(name=name, purl=identity, parts=known)


def _parts(value: Any, place: str, reading: Reading) -> Iterator[tuple[str, Any]]:
    for _, item in reading.items(value, place):
        yield _identity(item)


def _identity(item: Any) -> tuple[str, Any]:
    """(name as written, purl) of a product or subcomponent."""
    if isinstance(item, str):
        return item[:300], purl(item)
    said = table(item)
    name, listed = text(said.get("@id")), text(table(said.get("identifiers")).get("purl"))
    return (name or listed)[:300], purl(listed) or purl(name)
