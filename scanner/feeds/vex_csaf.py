"""CSAF 2.0 and 2.1, profile VEX (and security advisories, which say the same in the same place).

Spec: https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html, section 4.5
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scanner.feeds.vex_reading import Reading, purl, table, text, time
from scanner.model.vex import JUSTIFICATIONS, VexProduct, VexStatement, VexStatus

_STATUS = {
    "known_not_affected": VexStatus.NOT_AFFECTED,
    "fixed": VexStatus.FIXED,
    "first_fixed": VexStatus.FIXED,
    "known_affected": VexStatus.AFFECTED,
    "first_affected": VexStatus.AFFECTED,
    "last_affected": VexStatus.AFFECTED,
    "under_investigation": VexStatus.UNDER_INVESTIGATION,
}
_WITHDRAWN = ("csaf_withdrawn", "csaf_superseded")


def claims(document: Mapping[str, Any]) -> bool:
    """Whether it says that it is one."""
    said = table(document.get("document"))
    return text(said.get("category")).startswith("csaf_") or bool(text(said.get("csaf_version")))


def statements(document: Mapping[str, Any], reading: Reading) -> Iterator[VexStatement]:
    """Yield a statement for each vulnerability and status."""
    head = table(document.get("document"))
    tracking = table(head.get("tracking"))
    when = text(tracking.get("current_release_date")) or text(tracking.get("initial_release_date"))
    withdrawn = text(head.get("category")) in _WITHDRAWN or text(tracking.get("status")) == "draft"
    products = _products(table(document.get("product_tree")), reading)
    for place, item in reading.tables(document.get("vulnerabilities"), "vulnerabilities"):
        names = [text(item.get("cve")), *(text(one.get("text")) for _, one in
                 reading.tables(item.get("ids"), f"{place}/ids"))]  # fmt: skip
        names = list(filter(None, names))
        if not names:
            reading.lost(place, "it names no vulnerability")
            continue
        reasons = _reasons(item, reading)
        for key, ids in table(item.get("product_status")).items():
            if key not in _STATUS or not isinstance(ids, list):
                continue  # recommended versions, say
            by_reason: dict[str, dict[str, int]] = {}
            for number, id_ in enumerate(map(text, ids)):
                by_reason.setdefault(reasons.get(id_, ""), {}).setdefault(id_, number)
            for reason, same in by_reason.items():
                yield VexStatement(
                    vulnerability=names[0],
                    names=frozenset(name.casefold() for name in names),
                    status=_STATUS[key],
                    label=next((one for one in JUSTIFICATIONS if f"{reason}: ".startswith(f"{one}: ")), None),
                    why=reason,
                    products=tuple(_known(same, products, place, reading)),
                    author=text(table(head.get("publisher")).get("name")),
                    timestamp=when,
                    time=time(when),
                    where=f"{reading.where}: {place}/product_status/{key}/{min(same.values())}",
                    withdrawn=withdrawn,
                )


def _known(
    ids: Iterable[str], products: Mapping[str, VexProduct], place: str, reading: Reading
) -> Iterator[VexProduct]:
    for id_ in ids:
        if id_ in products:
            yield products[id_]
        else:
            reading.lost(place, f"the product {id_[:200]!r} is named by no package URL")


def _reasons(vulnerability: Mapping[str, Any], reading: Reading) -> dict[str, str]:
    """Product → why it is not affected: the label of a flag, and the impact that somebody describes."""
    found: dict[str, str] = {}
    flags = [(text(one.get("label")), one) for _, one in reading.tables(vulnerability.get("flags"), "flags")]
    threats = [
        (text(one.get("details")), one)
        for _, one in reading.tables(vulnerability.get("threats"), "threats")
        if one.get("category") == "impact"
    ]
    for reason, one in (*flags, *threats):
        ids = one.get("product_ids")
        for id_ in map(text, ids if isinstance(ids, list) else ()):
            found[id_] = f"{found[id_]}: {reason}" if id_ in found else reason
    return found


def _products(tree: Mapping[str, Any], reading: Reading) -> dict[str, VexProduct]:
    """Product id → product: a package itself, or a package as a component of another product."""
    found: dict[str, VexProduct] = {}
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        listed = [item for _, item in reading.tables(one.get("full_product_names"), "full_product_names")]
        for said in (*listed, *([table(one["product"])] if "product" in one else ())):
            package = purl(table(said.get("product_identification_helper")).get("purl"))
            if package is not None:
                found[text(said.get("product_id"))] = VexProduct(name=text(said.get("name"))[:300], purl=package)
        waiting += [branch for _, branch in reading.tables(one.get("branches"), "branches")]
    for _, relation in reading.tables(tree.get("relationships"), "relationships"):
        part = found.get(text(relation.get("product_reference")))
        whole = found.get(text(relation.get("relates_to_product_reference")))
        said = table(relation.get("full_product_name"))
        if part is None or part.purl is None or text(relation.get("category")) != "default_component_of":
            continue
        # A product without a package URL is still a product: its component is not meant outside of it.
        found[text(said.get("product_id"))] = VexProduct(
            name=text(said.get("name"))[:300], purl=None if whole is None else whole.purl, parts=(part.purl,)
        )
    return found
