"""Each thing that is asked of an SBOM: a delivery that has it, and the same without it, and nothing else changes."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from scanner.matching import quality
from scanner.matching.quality import STANDARDS, Delivered, requirement, standards
from scanner.model.audit import SbomFacts, Standard
from scanner.model.component import Component, Graph
from scanner.pipeline import audit
from tests.deliveries import Document, delivery, digest, part, spoiled, written
from tests.factories import component, reading

EVERYTHING = {(standard.ID, asked[0]) for standard in STANDARDS for asked in standard.ASKED}
SHARED = ("ntia-2021", "cisa-2025", "bsi-tr-03183-2")


def judged(folder: Path, document: Document, product: str | None = None) -> tuple[Standard, ...]:
    found = audit.delivered(written(folder, "bom.json", document))
    assert found.facts is not None
    return standards(Delivered(found.facts, found.reading, product=product, undeclared=found.undeclared))


def missing(found: tuple[Standard, ...]) -> set[tuple[str, str]]:
    return {(standard.id, one.id) for standard in found for one in standard.missing}


def without(*keys: str, inside: str = "metadata") -> Document:
    document = delivery()
    for key in keys:
        (document[inside] if inside else document).pop(key)
    return document


def changed(change: Callable[[Document], Any]) -> Document:
    document = deepcopy(delivery())
    change(document)
    return document


def of(id_: str, *standards_: str) -> set[tuple[str, str]]:
    return {(standard, id_) for standard in standards_}


def test_a_delivery_that_has_everything_lacks_nothing(tmp_path: Path) -> None:
    found = judged(tmp_path, delivery())
    assert missing(found) == set()
    assert [one.score for one in found] == [100] * len(STANDARDS)
    # Else this proves little: what is not looked at is known by name.
    unseen = {(standard.id, one.id) for standard in found for one in standard.requirements if one.met is None}
    assert unseen == {("cisa-2025", "licence"), ("bsi-tr-03183-2", "licence")}


def test_the_table_and_the_folder_say_the_same() -> None:
    folder = {path.stem for path in Path(quality.__file__).parent.glob("*.py")}
    modules = {one.__name__.rpartition(".")[2] for one in STANDARDS}  # type: ignore[attr-defined]  # they are modules
    assert modules == folder - {"__init__", "delivered", "elements"}


def timed(text: str) -> Document:
    return changed(lambda document: document["metadata"].update(timestamp=text))


def needing(number: int, *refs: str) -> Document:
    """With other needs of the component that stands there in the graph."""
    return changed(lambda document: document["dependencies"][number].update(dependsOn=list(refs)))


def with_another(**fields: Any) -> Document:
    """With one component more, which differs from the first in these."""
    return changed(lambda document: document["components"].append(part("good", "1.0.0") | fields))


def hashed(algorithm: str, content: str) -> list[dict[str, str]]:
    return [{"alg": algorithm, "content": content}]


BSI, HERE = "bsi-tr-03183-2", "identity"
LIST = changed(lambda d: d.update(dependencies=[{"ref": "product", "dependsOn": ["good", "fine", "sound", "whole"]}]))
CPE = "cpe:2.3:a:makers:good:1.0.0:*:*:*:*:*:*:*"
CASES: dict[str, tuple[Document, set[tuple[str, str]]]] = {
    "no author": (without("authors"), of("author", *SHARED)),
    "no contact": (changed(lambda d: d["metadata"]["authors"][0].pop("email")), of("author", BSI)),
    "no time": (without("timestamp"), of("timestamp", HERE, *SHARED)),
    "a word for a time": (timed("yesterday"), of("timestamp", HERE, *SHARED)),
    "no zone": (timed("2026-10-01T08:00:00"), of("timestamp", HERE, *SHARED)),
    "no tool": (without("tools"), of("tool", HERE, "cisa-2025")),
    "no lifecycle": (without("lifecycles"), of("context", "cisa-2025")),
    "no product": (without("component"), of("product", HERE) | of("refs-resolve", HERE)),
    "an old format": (changed(lambda d: d.update(specVersion="1.5")), of("format", BSI)),
    "no serial number": (without("serialNumber", inside=""), of("serial", BSI)),
    "no word on completeness": (without("compositions", inside=""), of("known-unknowns", *SHARED)),
    "vulnerabilities": (changed(lambda d: d.update(vulnerabilities=[{"id": "CVE-1"}])), of("no-vulnerabilities", BSI)),
    "no supplier": (
        spoiled(delivery(), supplier=None),
        of("supplier", "ntia-2021") | of("producer", "cisa-2025", BSI),
    ),
    "no purl": (spoiled(delivery(), purl=None), of("purl", HERE) | of("identifier", "ntia-2021", "cisa-2025")),
    "a CPE alone": (spoiled(delivery(), purl=None, cpe=CPE), of("purl", HERE) | of("cpe-only", HERE)),
    "another name": (spoiled(delivery(), name="goood"), of("name-agrees", HERE)),
    "another version": (spoiled(delivery(), version="1.0.1"), of("version-agrees", HERE)),
    "no digest": (spoiled(delivery(), hashes=None), of("digest", HERE, "cisa-2025") | of("sha512", BSI)),
    "a weak digest": (
        spoiled(delivery(), hashes=hashed("SHA-1", digest("sha1", "x"))),
        of("digest-strong", HERE) | of("sha512", BSI),
    ),
    "a short digest": (spoiled(delivery(), hashes=hashed("SHA-512", digest("sha256", "x"))), of("digest-fits", HERE)),
    "no address": (spoiled(delivery(), externalReferences=None), of("deployable-address", BSI)),
    "no properties": (
        spoiled(delivery(), properties=None),
        {(BSI, id_) for id_ in ("filename", "executable", "archive", "structured")},
    ),
    "a ref twice": (with_another(name="other", purl="pkg:npm/other@1.0.0"), of("refs-once", HERE)),
    "a ref to nothing": (needing(3, "nobody"), of("refs-resolve", HERE)),
    "no graph": (without("dependencies", inside=""), of("graph", HERE) | of("relationships", *SHARED)),
    "a list": (LIST, of("graph", HERE)),
    "an island": (needing(1), of("connected", HERE)),
    "two digests of one": (
        with_another(**{"bom-ref": "again", "hashes": hashed("SHA-512", digest("sha512", "x"))}),
        of("one-digest", HERE) | of("connected", HERE) | of("relationships", *SHARED),
    ),
}


@pytest.mark.parametrize(("document", "lacks"), CASES.values(), ids=CASES)
def test_what_is_taken_away_is_missed_and_nothing_else(
    tmp_path: Path, document: Document, lacks: set[tuple[str, str]]
) -> None:
    assert missing(judged(tmp_path, document)) == lacks


def test_every_requirement_is_spoiled_by_some_case() -> None:
    spoilt = set().union(*(lacks for _, lacks in CASES.values()))
    always = {"licence"}  # not looked at
    elsewhere = {"name", "version"}  # below: the readers fill them from the purl
    assert {one for one in EVERYTHING - spoilt if one[1] not in always | elsewhere} == set()


def test_the_components_concerned_are_named(tmp_path: Path) -> None:
    found = requirement(judged(tmp_path, spoiled(delivery(), hashes=None)), "identity", "digest")
    assert found is not None
    assert [one.name for one in found.concerned] == ["good"]
    assert (found.of, found.share) == (4, 0.75)


def test_neither_name_nor_version(tmp_path: Path) -> None:
    document = spoiled(delivery(), name="", version=None, purl=None)
    found = missing(judged(tmp_path, document))
    assert of("name", *SHARED) <= found
    assert of("version", "identity", *SHARED) <= found


@pytest.mark.parametrize(("product", "met"), [("shop", True), ("The Shop", True), (None, True), ("till", False)])
def test_an_sbom_of_another_product_is_told(tmp_path: Path, product: str | None, met: bool) -> None:
    found = requirement(judged(tmp_path, delivery(), product), "identity", "product")
    assert found is not None
    assert found.met is met


@pytest.mark.parametrize(
    ("purl", "name", "version"),
    [
        ("pkg:maven/org.apache.commons/commons-io@2.11.0", "Apache Commons IO", "2.11.0"),
        ("pkg:npm/%40acme/tool@1.0.0", "tool", "1.0.0"),
        ("pkg:pypi/ruamel-yaml@0.17", "ruamel.yaml", "0.17"),
        ("pkg:golang/github.com/acme/tool@v1.2.3", "github.com/acme/tool", "1.2.3"),
        ("pkg:golang/stdlib@1.22.0", "stdlib", "go1.22.0"),
        ("pkg:rpm/redhat/bash@5.1.8-6.el9?epoch=1", "bash", "5.1.8"),
        ("pkg:deb/debian/dpkg@1%3A1.21.22", "dpkg", "1.21.22"),
        ("pkg:oci/app@sha256%3A00", "registry.invalid/team/app", "latest"),
        ("pkg:generic/openssl@3.0", "OpenSSL library", "3.0.1"),
    ],
)
def test_other_spellings_of_the_same_are_no_contradiction(tmp_path: Path, purl: str, name: str, version: str) -> None:
    found = missing(judged(tmp_path, spoiled(delivery(), purl=purl, name=name, version=version)))
    assert not found & (of("name-agrees", "identity") | of("version-agrees", "identity"))


def ring(size: int) -> tuple[tuple[Component, ...], Graph]:
    """Each needs the next, and the last the first."""
    parts = tuple(component(f"pkg:npm/ring@{number}", ref=str(number)) for number in range(size))
    edges = {str(number): [str((number + 1) % size)] for number in range(size)}
    return parts, Graph(roots=("0",), edges=lambda: edges)


@pytest.mark.parametrize("kind", ["a ring", "nothing", "no roots"])
def test_hostile_graphs_end(kind: str) -> None:
    parts, graph = ring(50_000 if kind == "a ring" else 3)
    if kind == "nothing":
        found = standards(Delivered(SbomFacts(format="CycloneDX"), reading()))
    elif kind == "no roots":
        odd = Graph(roots=(), edges=lambda: {"0": ["0"], "": ["1"]})
        found = standards(Delivered(SbomFacts(format="CycloneDX"), reading(*parts, graph=odd)))
    else:
        found = standards(Delivered(SbomFacts(format="CycloneDX"), reading(*parts, graph=graph)))
        assert requirement(found, "identity", "connected").met is True  # type: ignore[union-attr]  # it is asked
    assert {one.id for one in found} == {one.ID for one in STANDARDS}
