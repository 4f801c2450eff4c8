"""SBOMs are told by what they hold, and nothing else is taken for one."""

from __future__ import annotations

import csv
import importlib.resources
import io
import json
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.parsers import by_name
from scanner.parsers.sniff import kind_we_cannot_read, sniff

CDX = '<bom xmlns="http://cyclonedx.org/schema/bom/1.5" version="1"><components/></bom>'
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://spdx.org/rdf/terms#">'
    '<SpdxDocument rdf:about="#SPDXRef-DOCUMENT"/></rdf:RDF>'
)
RDF_ENTITY = '<!DOCTYPE rdf:RDF [<!ENTITY s "http://spdx.org/rdf/terms#">]>' + RDF.replace(
    "http://spdx.org/rdf/terms#", "&s;"
)
TAGS = "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\n"
YAML = "SPDXID: SPDXRef-DOCUMENT\nname: x\npackages: []\nspdxVersion: SPDX-2.3\n"

RECOGNISED = [
    ("cyclonedx-json", '{"bomFormat": "CycloneDX", "specVersion": "1.5"}'),
    ("cyclonedx-json", '\n\t {"components": [{"name": "a"}], "specVersion": "1.5", "bomFormat":"CycloneDX"}'),
    ("cyclonedx-json", '{"bomFormat": "CycloneDX", "components": []}'),
    ("cyclonedx-json", '{"$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "components": []}'),
    ("cyclonedx-json", '{"specVersion": "1.4", "components": []}'),
    ("cyclonedx-json", '{"specVersion": "1.4", "serialNumber": "urn:uuid:1"}'),
    ("cyclonedx-json", '{"components": [{"bom-ref": "a", "name": "a"}]}'),
    ("cyclonedx-json", '{"bomFormat": "CycloneDX", "bomFormat": "other"}'),
    ("cyclonedx-json", '{"bom\\u0046ormat": "CycloneDX"}'),
    ("cyclonedx-json", '{"components": [{"name": "a"}], "bomFormat": "CycloneDX", "dependencies": ['),
    ("cyclonedx-json", '{"bomFormat": "CycloneDX"} {"bomFormat": "CycloneDX"}'),
    ("cyclonedx-json", '// exported\n/* by hand */ {"bomFormat": "CycloneDX"}'),
    ("cyclonedx-json", '{"bomFormat": "CycloneDX", "x": ' + "[" * 5000),
    ("cyclonedx-xml", CDX),
    ("cyclonedx-xml", f"<?xml version='1.0'?>\n<!-- a <bom> -->\n{CDX}"),
    ("cyclonedx-xml", '<ns0:bom xmlns:ns0="http://cyclonedx.org/schema/bom/1.2"/>'),
    ("cyclonedx-xml", f'<!DOCTYPE bom [<!ENTITY a "]><x>">]>{CDX}'),
    ("cyclonedx-xml", '<bom version="1"><components><component/></components></bom>'),
    ("cyclonedx-xml", CDX[:-12]),
    ("spdx2-json", '{"SPDXID": "SPDXRef-DOCUMENT", "spdxVersion": "SPDX-2.3"}'),
    ("spdx2-json", '{"packages": [{"SPDXID": "SPDXRef-a", "name": "a"}]}'),
    ("spdx2-json", '{"sbom": {"name": "x", "spdxVersion": "SPDX-2.3", "packages": []}}'),
    ("spdx2-json", '{"Document": {"spdxVersion": "SPDX-2.1"}}'),
    ("spdx2-json", '{"name": "x", "spdxVersion": "SPDX-2.3", "packages": ['),
    ("spdx3-json", '{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": []}'),
    ("spdx3-json", '{"@graph": [{"type": "SpdxDocument"}], "@context": ["https://spdx.org/rdf/3.0.0/c.jsonld", {}]}'),
    ("syft-json", '{"artifacts": [], "artifactRelationships": [], "descriptor": {"name": "syft"}}'),
    ("syft-json", '{"schema": {"url": "https://example.org/syft/json/schema-16.json"}, "artifacts": []}'),
    ("spdx2-rdf", RDF),
    ("spdx2-rdf", RDF.replace("<rdf:RDF", "<!-- made by hand -->\n<rdf:RDF")),
    ("spdx2-rdf", RDF_ENTITY),
    ("spdx2-xml", "<?xml version='1.0'?><Document><SPDXID>SPDXRef-DOCUMENT</SPDXID></Document>"),
    ("spdx2-tag-value", TAGS),
    ("spdx2-tag-value", f"# a comment\n\n##----\n{TAGS}"),
    ("spdx2-tag-value", "DataLicense: CC0-1.0\nSPDXVersion: SPDX-2.2\nPackageName: a\n"),
    ("spdx2-yaml", YAML),
    ("spdx2-yaml", f"%YAML 1.2\n--- # a comment\n{YAML}"),
    ("spdx2-yaml", "---\nDocument:\n  name: x\n  spdxVersion: 'SPDX-2.0'\n"),
    ("spdx2-yaml", "{spdxVersion: SPDX-2.3, packages: []}"),
]


@pytest.mark.parametrize(("name", "text"), RECOGNISED)
def test_an_sbom_is_recognised_in_every_encoding(name: str, text: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert sniff(text.encode(encoding)) == name
    assert by_name(name)


NOT_OURS = {
    "package.json": '{"name": "cyclonedx-cli", "version": "1.0.0", "bomFormat-version": 1, "keywords": ["CycloneDX"]}',
    "lock": '{"name": "x", "lockfileVersion": 3, "packages": {"": {"name": "x"}, "node_modules/@cyclonedx/bom": {}}}',
    "open-api": '{"openapi": "3.1.0", "components": {"schemas": {"bomFormat": {"enum": ["CycloneDX"]}}}}',
    "schema": '{"$schema": "http://json-schema.org/draft-07/schema#", "$id": "http://cyclonedx.org/schema/bom-1.5",'
    ' "properties": {"bomFormat": {"enum": ["CycloneDX"]}, "specVersion": {"type": "string"}}}',
    "grype": '{"matches": [], "descriptor": {"name": "grype"}, "source": {}}',
    "artifacts": '{"artifacts": [{"name": "release.zip"}]}',
    "json-ld": '{"@context": "https://schema.org", "@graph": []}',
    "array": '[{"bomFormat": "CycloneDX"}]',
    "text": '"CycloneDX"',
    "our own list": '{"components": [{"purl": "pkg:npm/a@1", "name": "a"}], "root": null, "problems": []}',
    "settings": '{"specVersion": "1.0", "name": "x"}',
    "pom": "<project><modelVersion>4.0.0</modelVersion><artifactId>cyclonedx-maven-plugin</artifactId></project>",
    "xsd": '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:bom="http://cyclonedx.org/schema/bom/1.5"/>',
    "html": "<!DOCTYPE html><html><body>&lt;bom xmlns='http://cyclonedx.org/schema/bom/1.5'></body></html>",
    "owl": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
    "prose": f"How to write an SBOM\n\nBegin with:\n\n{TAGS}",
    "markdown": f"# SPDX\n\nExample: see below.\n\n```\n{YAML}```\n",
    "indented": "steps:\n  - run: |\n      spdxVersion: SPDX-2.3\n",
    "workflow": "jobs:\n  a:\n    steps:\n      - run: grep 'spdxVersion: SPDX-2.3' x  # SPDXRef-DOCUMENT\n",
    "python": "SPDX = 'SPDXVersion: SPDX-2.3'\n",
    "source": "// SPDX-License-Identifier: MIT\nint main() {}\n",
    "empty": "",
    "space": " \n\t",
    "broken": '{"name": "x", "description": "bomFormat: CycloneDX"',
}


@pytest.mark.parametrize("name", NOT_OURS)
def test_what_only_mentions_the_words_is_no_sbom(name: str) -> None:
    data = NOT_OURS[name].encode()
    assert sniff(data) is None
    assert kind_we_cannot_read(data) is None


@given(st.permutations(["$schema", "bomFormat", "specVersion", "components"]))
def test_what_stands_first_decides_nothing(order: list[str]) -> None:
    """The short way of a document that begins with its name, and the long way, lead to one reader."""
    whole = {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "components": [],
    }
    text = json.dumps({key: whole[key] for key in order}).encode()
    assert sniff(text) == "cyclonedx-json"
    assert sniff(text.replace(b'"bomFormat": "CycloneDX"', b'"x": {"bomFormat": "CycloneDX"}', 1)) == "cyclonedx-json"
    assert sniff(b'{"x": {"bomFormat": "CycloneDX"}}') is None


def test_the_schemas_of_the_formats_are_no_sboms(shared: Path) -> None:
    files = [*(shared / "schemas").rglob("*.*")]
    resources = importlib.resources.files("cyclonedx.schema") / "_res"
    contents = [file.read_bytes() for file in files if file.is_file()]
    contents += [file.read_bytes() for file in resources.iterdir() if file.is_file()]
    assert len(contents) > 20
    assert not [data[:80] for data in contents if sniff(data) or kind_we_cannot_read(data)]


def workbook(*sheets: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "".join(f'<sheet name="{sheet}"/>' for sheet in sheets))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("a SWID tag", b'<SoftwareIdentity xmlns="http://standards.iso.org/iso/19770/-2/2015/schema.xsd" name="a"/>'),
        ("CycloneDX as protobuf", b"\n\x031.5\x10\x01\x1a-urn:uuid:"),
        ("CycloneDX as protobuf text", b'# proto-message: Bom\n\nspec_version: "1.5"\nversion: 1\n'),
        ("CycloneDX as YAML", b"bomFormat: CycloneDX\nspecVersion: '1.5'\n"),
        ("an SPDX spreadsheet", workbook("Document Info", "Package Info")),
        (
            "an in-toto statement around an SBOM",
            b'{"_type": "x", "predicateType": "https://cyclonedx.org/bom", "predicate": {"bomFormat": "CycloneDX"}}',
        ),
    ],
)
def test_a_format_that_is_not_read_has_a_name(kind: str, data: bytes) -> None:
    assert kind_we_cannot_read(data) == kind
    assert sniff(data) is None


def test_other_archives_have_none() -> None:
    assert kind_we_cannot_read(workbook("Sheet1")) is None
    assert kind_we_cannot_read(workbook("Document Info", "Package Info")[:-30]) is None
    assert kind_we_cannot_read(b"PK\x03\x04") is None
    assert kind_we_cannot_read(b'{"predicateType": "https://slsa.dev/provenance/v1"}') is None


NAMES = {"spdx2-tagvalue": "spdx2-tag-value", "spdx2-rdfxml": "spdx2-rdf", "spdx3-jsonld": "spdx3-json"}
UNREAD = {"cyclonedx-protobuf", "cyclonedx-textproto"}


def test_every_real_document_finds_its_reader(shared: Path) -> None:
    folder = shared / "corpus" / "sbom"
    wrong, count = [], 0
    with (folder / "EXPECTED.tsv").open(newline="") as table:
        for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
            data = (folder / row["file"]).read_bytes()
            expected = None if row["format"] in UNREAD else NAMES.get(row["format"], row["format"])
            count += 1
            if sniff(data) != expected or (expected is None and kind_we_cannot_read(data) is None):
                wrong.append(f"{row['file']}: {sniff(data)}")
    assert not wrong
    assert count > 1000


@given(st.binary(max_size=200), st.sampled_from(["", "{", "<", "PK\x03\x04", "<!DOCTYPE [", "SPDXID: ", "a: b\n"]))
def test_no_bytes_crash_it(noise: bytes, start: str) -> None:
    for data in (noise, start.encode() + noise):
        sniff(data)
        kind_we_cannot_read(data)


MEGABYTES = 4_000_000
HOSTILE = {
    "braces": b"{" * MEGABYTES,
    "keys": b'{"bomFormat" ' * (MEGABYTES // 13),
    "spaces": b'{"bomFormat"' + b" " * MEGABYTES,
    "comments": b"# \n" * (MEGABYTES // 3),
    "open comments": b"/*" * (MEGABYTES // 2),
    "brackets": b"<" * MEGABYTES,
    "declarations": b"<!DOCTYPE a [" + b"<!x" * (MEGABYTES // 3),
    "quotes": b"<a " + b'"' * MEGABYTES,
    "words": b"some words. " * (MEGABYTES // 12),
    "lines": b"a: b\nspdxVersion" + b"\n" * MEGABYTES,
    "indents": b"Document:\nspdxVersion" + b"\n " * (MEGABYTES // 2),
    "tags": b"SPDXID:" + b" " * MEGABYTES,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_linear_on_hostile_input(name: str) -> None:
    begin = time.process_time()
    sniff(HOSTILE[name])
    kind_we_cannot_read(HOSTILE[name])
    # Seen: up to 0.4 s. What is quadratic takes hours.
    assert time.process_time() - begin < 5


def test_a_large_lockfile_costs_one_pass() -> None:
    entry = {"version": "1.0.0", "integrity": "sha512-" + "A" * 88, "dependencies": {"a": "^1.0.0"}}
    data = json.dumps({"lockfileVersion": 3, "packages": {f"node_modules/p{n}": entry for n in range(30_000)}}).encode()
    begin = time.process_time()
    assert sniff(data) is None
    whole = time.process_time() - begin
    begin = time.process_time()
    json.loads(data)
    assert whole < time.process_time() - begin
