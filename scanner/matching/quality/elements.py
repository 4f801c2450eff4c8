"""The single things that standards ask of an SBOM; each standard is a table of some of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from scanner.matching.quality.delivered import Answer, Delivered
from scanner.model.component import Component

Element = Callable[[Delivered], Answer]
Says = Callable[[Component], str | None]
"""What is odd about a component; `None` where nothing is."""

_NAMELESS = "(nameless)"
_CONTACT = re.compile(r"[^\s@]@[^\s@]|https?://")


def author(sbom: Delivered) -> Answer:
    if sbom.facts.authors:
        return Answer(True, note=", ".join(sbom.facts.authors[:3]))
    return Answer(False, note="it names tools only, nobody who answers for it" if sbom.facts.tools else "nobody")


def author_with_contact(sbom: Delivered) -> Answer:
    if not sbom.facts.authors:
        return author(sbom)
    reachable = [one for one in sbom.facts.authors if _CONTACT.search(one)]
    return Answer(bool(reachable), note=(reachable or [f"{sbom.facts.authors[0]}, without e-mail or address"])[0])


def timestamp(sbom: Delivered) -> Answer:
    said = sbom.facts.created
    if not said:
        return Answer(False, note="none")
    return Answer(moment(said) is not None, note=said if moment(said) else f"{said[:60]!r} is no ISO 8601 time")


def moment(text: str) -> datetime | None:
    """The time that a document states; `None` where it is none, or one without a zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def tool(sbom: Delivered) -> Answer:
    return Answer(bool(sbom.facts.tools), note=", ".join(sbom.facts.tools[:3]) or "none")


def context(sbom: Delivered) -> Answer:
    said = ", ".join(sbom.facts.lifecycles[:5])
    no_field = sbom.facts.format == "SPDX" and sbom.facts.version.startswith("2")
    return Answer(bool(said), note=said or ("SPDX 2 has no field for it" if no_field else "not said"))


def supplier(sbom: Delivered) -> Answer:
    return sbom.each(lambda one: not one.supplier)


def producer(sbom: Delivered) -> Answer:
    return sbom.each(lambda one: not one.supplier, "by name: e-mail and address are not looked at")


def name(sbom: Delivered) -> Answer:
    return sbom.each(lambda one: not one.name.strip() or one.name == _NAMELESS)


def version(sbom: Delivered) -> Answer:
    return sbom.each(lambda one: not one.version)


def identifier(sbom: Delivered) -> Answer:
    return sbom.each(lambda one: one.purl is None and not one.cpes, "package URL or CPE")


def relationships(sbom: Delivered) -> Answer:
    """Each component is named in the graph. One that says of itself that it needs nothing is named too."""
    if sbom.components and not sbom.edges:
        return Answer(False, len(sbom.components), sbom.components, "no relationship between components at all")
    return sbom.each(lambda one: one.ref not in sbom.described)


def known_unknowns(sbom: Delivered) -> Answer:
    said = sbom.facts.completeness
    if said is None:
        return Answer(None, note=f"not looked at in {sbom.facts.format}")
    return Answer(bool(said), note=", ".join(said) or "it does not say how complete it is (compositions)")


def digest(sbom: Delivered) -> Answer:
    return sbom.each(lambda one: not one.digests)


def sha512(sbom: Delivered) -> Answer:
    return sbom.each(lambda one: not any(digest.startswith("sha512") for digest in one.digests))


def licence(_: Delivered) -> Answer:
    return Answer(None, note="licences are not what this audit is about")


def serial(sbom: Delivered) -> Answer:
    return Answer(bool(sbom.facts.serial), note=sbom.facts.serial or "none")


def deployable_address(sbom: Delivered) -> Answer:
    return sbom.each(lambda one: not one.source_url)


def without_vulnerabilities(sbom: Delivered) -> Answer:
    count = sbom.facts.vulnerabilities
    return Answer(count == 0, note=f"{count:,} stand in it" if count else "")


def has_property(key: str) -> Element:
    """Whether every component has one of BSI's properties. Which do is not known, how many do is."""

    def check(sbom: Delivered) -> Answer:
        count, of = dict(sbom.facts.properties).get(key, 0), len(sbom.components)
        concerned: tuple[Component, ...] = sbom.components if count == 0 else ()
        return Answer(
            0 < of <= count, of, concerned, f"bsi:component:{key} stands {count:,} times in {of:,} components"
        )

    return check
