"""What an SBOM says of itself, in every notation."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.audit import SbomFacts
from scanner.parsers import PARSERS, sbom_facts
from scanner.parsers.sniff import sniff

INFO = {
    "created": "2026-10-01T08:00:00Z",
    "creators": ["Tool: maker-3.1", "Person: Ada (ada@vendor.invalid)", "Organization: Vendor ()"],
}
SPDX2: dict[str, Any] = {
    "spdxVersion": "SPDX-2.3",
    "SPDXID": "SPDXRef-DOCUMENT",
    "name": "shop",
    "documentNamespace": "https://vendor.invalid/shop-1",
    "creationInfo": INFO,
    "packages": [],
}
TAGS = """SPDXVersion: SPDX-2.3
SPDXID: SPDXRef-DOCUMENT
DocumentName: shop
DocumentNamespace: https://vendor.invalid/shop-1
Creator: Tool: maker-3.1
Creator: Person: Ada (ada@vendor.invalid)
Creator: Organization: Vendor ()
Created: 2026-10-01T08:00:00Z

PackageName: good
"""
YAML = """spdxVersion: "SPDX-2.3"
SPDXID: "SPDXRef-DOCUMENT"
documentNamespace: "https://vendor.invalid/shop-1"
creationInfo:
  created: 2026-10-01T08:00:00Z
  creators:
  - "Tool: maker-3.1"
  - "Person: Ada (ada@vendor.invalid)"
  - "Organization: Vendor ()"
packages: []
"""
CREATORS = "".join(f"<creators>{one}</creators>" for one in INFO["creators"])
XML = f"""<?xml version="1.0"?><Document><spdxVersion>SPDX-2.3</spdxVersion><SPDXID>SPDXRef-DOCUMENT</SPDXID>
<documentNamespace>https://vendor.invalid/shop-1</documentNamespace>
<creationInfo><created>2026-10-01T08:00:00Z</created>{CREATORS}</creationInfo></Document>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:spdx="http://spdx.org/rdf/terms#">
<spdx:SpdxDocument rdf:about="https://vendor.invalid/shop-1#SPDXRef-DOCUMENT"><spdx:specVersion>SPDX-2.3</spdx:specVersion>
<spdx:creationInfo><spdx:CreationInfo><spdx:created>2026-10-01T08:00:00Z</spdx:created>
<spdx:creator>Tool: maker-3.1</spdx:creator><spdx:creator>Person: Ada (ada@vendor.invalid)</spdx:creator>
<spdx:creator>Organization: Vendor ()</spdx:creator></spdx:CreationInfo></spdx:creationInfo></spdx:SpdxDocument>
</rdf:RDF>"""
OF_SPDX2 = SbomFacts(
    format="SPDX",
    version="2.3",
    serial="https://vendor.invalid/shop-1",
    created="2026-10-01T08:00:00Z",
    authors=("Ada (ada@vendor.invalid)", "Vendor"),
    tools=("maker-3.1",),
    completeness=None,
)

CYCLONEDX: dict[str, Any] = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "serialNumber": "urn:uuid:1",
    "metadata": {
        "timestamp": "2026-10-01T08:00:00Z",
        "lifecycles": [{"phase": "build"}],
        "tools": {"components": [{"type": "application", "name": "maker", "version": "3.1"}]},
        "authors": [{"name": "Ada", "email": "ada@vendor.invalid"}],
        "component": {
            "type": "application",
            "name": "shop",
            "authors": [{"name": "Nobody"}],
            "supplier": {"name": "No"},
        },
        "supplier": {"name": "Vendor", "url": ["https://vendor.invalid"]},
    },
    "components": [{"type": "library", "name": "good", "authors": [{"name": "Nobody"}]}],
    "compositions": [{"aggregate": "complete"}],
    "vulnerabilities": [{"id": "CVE-1"}, {"id": "CVE-2"}],
}
CYCLONEDX_XML = """<bom xmlns="http://cyclonedx.org/schema/bom/1.6" serialNumber="urn:uuid:1"><metadata>
<timestamp>2026-10-01T08:00:00Z</timestamp><lifecycles><lifecycle><phase>build</phase></lifecycle></lifecycles>
<tools><components><component type="application"><name>maker</name><version>3.1</version></component></components>
</tools>
<authors><author><name>Ada</name><email>ada@vendor.invalid</email></author></authors>
<component type="application"><supplier><name>No</name></supplier><authors><author><name>Nobody</name></author>
</authors><name>shop</name></component>
<supplier><name>Vendor</name><url>https://vendor.invalid</url></supplier></metadata>
<components><component type="library">
<authors><author><name>Nobody</name></author></authors><name>good</name></component>
</components><compositions><composition><aggregate>complete</aggregate></composition></compositions>
<vulnerabilities><vulnerability><id>CVE-1</id></vulnerability>
<vulnerability><id>CVE-2</id></vulnerability></vulnerabilities>
</bom>"""
OF_CYCLONEDX = SbomFacts(
    format="CycloneDX",
    version="1.6",
    serial="urn:uuid:1",
    created="2026-10-01T08:00:00Z",
    authors=("Ada (ada@vendor.invalid)", "Vendor (https://vendor.invalid)"),
    tools=("maker 3.1",),
    lifecycles=("build",),
    completeness=("complete",),
    vulnerabilities=2,
)

SPDX3 = {
    "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
    "@graph": [
        {
            "type": "CreationInfo", "@id": "_:info", "specVersion": "3.0.1", "created": "2026-10-01T08:00:00Z",
            "createdBy": ["https://vendor.invalid/ada"], "createdUsing": ["https://vendor.invalid/maker"],
        },
        {"type": "Person", "spdxId": "https://vendor.invalid/ada", "creationInfo": "_:info", "name": "Ada"},
        {"type": "Tool", "spdxId": "https://vendor.invalid/maker", "creationInfo": "_:info", "name": "maker"},
        {"type": "SpdxDocument", "spdxId": "https://vendor.invalid/doc", "creationInfo": "_:info"},
        {"type": "software_Sbom", "spdxId": "https://vendor.invalid/bom", "software_sbomType": ["build"]},
    ],
}  # fmt: skip
OF_SPDX3 = SbomFacts(
    format="SPDX",
    version="3.0.1",
    serial="https://vendor.invalid/doc",
    created="2026-10-01T08:00:00Z",
    authors=("Ada",),
    tools=("maker",),
    lifecycles=("build",),
    completeness=None,
)
SYFT = {
    "artifacts": [],
    "artifactRelationships": [],
    "descriptor": {"name": "syft", "version": "1.2"},
    "schema": {"version": "16"},
}
OF_SYFT = SbomFacts(format="syft", version="16", tools=("syft 1.2",), completeness=None)
CASES: dict[str, tuple[str, bytes, SbomFacts]] = {
    "cyclonedx-json": ("cyclonedx-json", json.dumps(CYCLONEDX).encode(), OF_CYCLONEDX),
    "cyclonedx-xml": ("cyclonedx-xml", CYCLONEDX_XML.encode(), OF_CYCLONEDX),
    "spdx2-json": ("spdx2-json", json.dumps(SPDX2).encode(), OF_SPDX2),
    "wrapped": ("spdx2-json", json.dumps({"sbom": SPDX2}).encode(), OF_SPDX2),
    "spdx2-yaml": ("spdx2-yaml", YAML.encode(), OF_SPDX2),
    "spdx2-tag-value": ("spdx2-tag-value", TAGS.encode(), OF_SPDX2),
    "spdx2-xml": ("spdx2-xml", XML.encode(), OF_SPDX2),
    "spdx2-rdf": ("spdx2-rdf", RDF.encode(), OF_SPDX2),
    "spdx3-json": ("spdx3-json", json.dumps(SPDX3).encode(), OF_SPDX3),
    "syft-json": ("syft-json", json.dumps(SYFT).encode(), OF_SYFT),
}  # fmt: skip


@pytest.mark.parametrize(("reader", "data", "facts"), CASES.values(), ids=CASES)
def test_every_notation_says_the_same(reader: str, data: bytes, facts: SbomFacts) -> None:
    assert sniff(data) == reader  # else the case is no document of its kind
    found = sbom_facts.read(reader, data)
    if reader == "spdx2-yaml":  # YAML's own reading of a time
        assert found.created.startswith("2026-10-01")
        assert found.created[10:] in ("T08:00:00Z", "T08:00:00+00:00")
        found = SbomFacts(
            **{field: getattr(found, field) for field in found.__struct_fields__} | {"created": facts.created}
        )
    assert found == facts


def test_every_reader_of_sboms_has_one() -> None:
    assert {parser.name for parser in PARSERS if not parser.files} & sbom_facts.READERS == sbom_facts.READERS
    assert {reader for reader, _, _ in CASES.values()} == sbom_facts.READERS


def test_tools_before_1_5_are_a_list() -> None:
    data = json.dumps({"metadata": {"tools": [{"vendor": "v", "name": "maker", "version": "3"}, {"name": "other"}]}})
    assert sbom_facts.read("cyclonedx-json", data.encode()).tools == ("maker 3", "other")


@pytest.mark.parametrize("reader", sorted(sbom_facts.READERS))
@given(
    data=st.binary(max_size=400)
    | st.sampled_from([b"{}", b"[]", b'{"metadata": 7}', b'{"@graph": [1]}', b"<bom/>", b"a: b"])
)
def test_no_bytes_crash_it(reader: str, data: bytes) -> None:
    assert sbom_facts.read(reader, data).authors == ()
    assert sbom_facts.undeclared(reader, data, []) == []


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
            ["metadata", "tools", "components", "authors", "name", "email", "url", "contact", "timestamp", "lifecycles",
             "compositions", "vulnerabilities", "creationInfo", "creators", "created", "@graph", "type", "createdBy"]
        ), inner, max_size=4),
        max_leaves=20,
    )
)  # fmt: skip
def test_no_shape_crashes_it(value: object) -> None:
    data = json.dumps(value).encode()
    for reader in ("cyclonedx-json", "spdx2-json", "spdx3-json", "syft-json"):
        assert isinstance(sbom_facts.read(reader, data), SbomFacts)


@pytest.mark.parametrize(
    ("reader", "data"),
    [
        ("cyclonedx-json", b'{"services": [{"bom-ref": "a\\/b"}]}'),
        ("cyclonedx-xml", b'<bom><service bom-ref="a/b"/></bom>'),
        ("spdx2-tag-value", b"FileName: x\nSPDXID: a/b\n"),
        ("spdx3-json", b'{"@graph": [{"spdxId": "a/b"}]}'),
    ],
)
def test_a_service_or_file_bears_its_ref(reader: str, data: bytes) -> None:
    assert sbom_facts.undeclared(reader, data, ["a/b", "nobody"]) == ["nobody"]


def test_real_documents_say_when_and_by_whom(shared: Path) -> None:
    """Of documents that their tools wrote: nearly all say when, and by what."""
    folder = shared / "corpus" / "sbom" / "chainguard-dev_bom-shelter" / "in-the-wild" / "spdx"
    said: Counter[str] = Counter()
    for path in sorted(folder.glob("*.json")):
        data = path.read_bytes()
        if sniff(data) == "spdx2-json":
            facts = sbom_facts.read("spdx2-json", data)
            said.update(read=1, created=bool(facts.created), made=bool(facts.tools or facts.authors))
    assert said["read"] > 5
    assert said["created"] >= said["read"] - 1  # powershell-2.2.6 is two documents behind one another
    assert said["made"] >= said["read"] - 1
