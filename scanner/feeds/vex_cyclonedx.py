"""CycloneDX 1.4 to 1.7 with vulnerabilities, as VEX: beside its components, or by links into another document.

Spec: https://cyclonedx.org/docs/1.7/json/#vulnerabilities, https://cyclonedx.org/capabilities/bomlink/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from scanner.feeds.vex_reading import Reading, purl, table, text, time
from scanner.model.purl import Purl
from scanner.model.vex import VexProduct, VexStatement, VexStatus

_STATES = {
    "resolved": VexStatus.FIXED,
    "resolved_with_pedigree": VexStatus.FIXED,
    "exploitable": VexStatus.AFFECTED,
    "in_triage": VexStatus.UNDER_INVESTIGATION,
    "false_positive": VexStatus.NOT_AFFECTED,
    "not_affected": VexStatus.NOT_AFFECTED,
}
_LABELS = {
    "code_not_present": "vulnerable_code_not_present",
    "code_not_reachable": "vulnerable_code_not_in_execute_path",
    "protected_by_compiler": "inline_mitigations_already_exist",
    "protected_at_runtime": "inline_mitigations_already_exist",
    "protected_at_perimeter": "inline_mitigations_already_exist",
    "protected_by_mitigating_control": "inline_mitigations_already_exist",
}
"""Its justifications in OpenVEX's words; what it `requires_` has none there."""


def claims(document: Mapping[str, Any]) -> bool:
    """Whether it says that it is one."""
    return document.get("bomFormat") == "CycloneDX" and isinstance(document.get("vulnerabilities"), list)


def statements(document: Mapping[str, Any], reading: Reading) -> Iterator[VexStatement]:
    """Yield a statement for each vulnerability that somebody analysed."""
    components = _components(document, reading)
    metadata = table(document.get("metadata"))
    author, written = _author(metadata), text(metadata.get("timestamp"))
    for place, item in reading.tables(document.get("vulnerabilities"), "vulnerabilities"):
        analysis = table(item.get("analysis"))
        state = text(analysis.get("state"))
        if not state:
            continue  # a list of vulnerabilities, and no word on whether they matter
        if state not in _STATES:
            reading.lost(place, f"no state that we know: {state[:100]!r}")
            continue
        names = [text(item.get("id")), *(text(one.get("id")) for _, one in
                 reading.tables(item.get("references"), f"{place}/references"))]  # fmt: skip
        names = list(filter(None, names))
        if not names:
            reading.lost(place, "it names no vulnerability")
            continue
        when = text(analysis.get("lastUpdated")) or text(item.get("updated")) or text(analysis.get("firstIssued"))
        when = when or written or text(item.get("published"))
        yield VexStatement(
            vulnerability=names[0],
            names=frozenset(name.casefold() for name in names),
            status=_STATES[state],
            label=_LABELS.get(text(analysis.get("justification"))),
            why=": ".join(filter(None, (text(analysis.get("justification")), text(analysis.get("detail"))))),
            products=tuple(_products(item, place, components, reading)),
            author=author,
            timestamp=when,
            time=time(when),
            where=f"{reading.where}: {place}",
            withdrawn=bool(text(item.get("rejected"))),
        )


def _components(document: Mapping[str, Any], reading: Reading) -> dict[str, Purl]:
    """bom-ref → package, nested ones too."""
    found: dict[str, Purl] = {}
    subject = table(document.get("metadata")).get("component")
    waiting: list[Mapping[str, Any]] = [subject] if isinstance(subject, dict) else []
    waiting += [item for _, item in reading.tables(document.get("components"), "components")]
    while waiting:
        one = waiting.pop()
        package = purl(one.get("purl"))
        if package is not None and text(one.get("bom-ref")):
            found[text(one.get("bom-ref"))] = package
        waiting += [item for _, item in reading.tables(one.get("components"), "components")]
    return found


def _products(
    vulnerability: Mapping[str, Any], place: str, components: Mapping[str, Purl], reading: Reading
) -> Iterator[VexProduct]:
    for at, item in reading.tables(vulnerability.get("affects"), f"{place}/affects"):
        ref = text(item.get("ref"))
        # A BOM-Link points into a document that we do not have: it tells enough where its end is a package URL.
        fragment = unquote(ref.partition("#")[2]) if ref.startswith("urn:cdx:") else ""
        package = components.get(ref) or purl(ref) or purl(fragment)
        if package is None:
            reading.lost(at, f"it points at {ref[:200]!r}, which is no component of this document and no package URL")
            continue
        versions = list(reading.tables(item.get("versions"), f"{at}/versions"))
        if not versions or package.version is not None:
            yield VexProduct(name=ref[:300], purl=package)
            continue
        for _, version in versions:
            exact = text(version.get("version"))
            if exact and text(version.get("status")) in ("", "unaffected"):
                yield VexProduct(name=ref[:300], purl=Purl(package.type, package.namespace, package.name, exact))


def _author(metadata: Mapping[str, Any]) -> str:
    authors = metadata.get("authors")
    for one in authors if isinstance(authors, list) else ():
        if name := text(table(one).get("name")) or text(table(one).get("email")):
            return name
    for key in ("manufacturer", "manufacture", "supplier"):
        if name := text(table(metadata.get(key)).get("name")):
            return name
    return ""
