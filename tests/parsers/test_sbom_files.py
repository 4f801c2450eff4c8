"""The files that an SBOM lists, in each notation that tells them."""

from __future__ import annotations

import json

import pytest

from scanner.parsers import sbom_files

SHA1, SHA256 = "1" * 40, "ab" * 32
SPDX2 = json.dumps({
    "spdxVersion": "SPDX-2.3",
    "files": [
        {"fileName": "./bin/tool", "checksums": [
            {"algorithm": "SHA1", "checksumValue": SHA1}, {"algorithm": "SHA256", "checksumValue": SHA256.upper()},
        ]},
        {"fileName": ""},
    ],
})  # fmt: skip
SPDX3 = json.dumps({"@graph": [
    {"type": "software_File", "name": "./bin/tool", "verifiedUsing": [
        {"type": "Hash", "algorithm": "sha1", "hashValue": SHA1},
        {"type": "Hash", "algorithm": "sha256", "hashValue": SHA256},
    ]},
    {"type": "software_Package", "name": "other"}, "odd", {"type": "software_File", "name": 3},
]})  # fmt: skip
SYFT = json.dumps({"files": [{"location": {"path": "./bin/tool"}, "digests": [
    {"algorithm": "sha1", "value": SHA1}, {"algorithm": "sha256", "value": SHA256},
]}]})  # fmt: skip
TAGS = f"""SPDXVersion: SPDX-2.3
PackageName: other
PackageChecksum: SHA1: {"2" * 40}
FileName: ./bin/tool
FileChecksum: SHA1: {SHA1}
FileChecksum: SHA256: {SHA256}
PackageName: another
"""


@pytest.mark.parametrize(
    ("reader", "text"),
    [("spdx2-json", SPDX2), ("spdx3-json", SPDX3), ("syft-json", SYFT), ("spdx2-tag-value", TAGS)],
)
def test_each_notation_tells_its_files(reader: str, text: str) -> None:
    (found,) = sbom_files.read(reader, text.encode(), "bom")
    assert found.name == "./bin/tool"
    assert found.digests == (f"sha1:{SHA1}", f"sha256:{SHA256}")
    assert found.role == "file"


@pytest.mark.parametrize("reader", ["spdx2-json", "spdx3-json", "syft-json", "spdx2-tag-value", "cyclonedx-json"])
@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"files": 3, "@graph": 3}', b"\xff\xfe"])
def test_what_is_broken_yields_nothing(reader: str, data: bytes) -> None:
    assert list(sbom_files.read(reader, data, "bom")) == []
