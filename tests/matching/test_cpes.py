"""A component that has a CPE and no package URL is asked about where the CPE certainly is one package."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from scanner.matching import cpes
from scanner.model.component import Component, Location
from scanner.model.ecosystem import identity
from scanner.model.purl import parse


def component(name: str, cpe: str, version: str | None = "2.14.1") -> Component:
    return Component(name=name, version=version, purl=None, cpes=(cpe,), location=Location("bom.json"))


LOG4J = "cpe:2.3:a:apache:log4j:{}:*:*:*:*:*:*:*"


@pytest.mark.parametrize(
    ("name", "cpe", "version", "package"),
    [
        ("log4j", LOG4J.format("2.14.1"), "2.14.1", "pkg:maven/org.apache.logging.log4j/log4j-core"),
        ("Apache Log4j", LOG4J.format("2.14.1"), None, "pkg:maven/org.apache.logging.log4j/log4j-core"),
        ("log4j-core", LOG4J.format("2.14.1"), "2.14.1", "pkg:maven/org.apache.logging.log4j/log4j-core"),
        ("log4j", LOG4J.format("1.2.17"), "1.2.17", None),
        ("log4j", LOG4J.format("*"), None, None),
        ("log4j-api", LOG4J.format("2.14.1"), "2.14.1", None),
        ("archive_tar", "cpe:/a:php:archive_tar:1.4.10", "1.4.10", "pkg:composer/pear/archive_tar"),
        ("axios", "cpe:2.3:a:axios:axios:1.14.1:*:*:*:*:node.js:*:*", "1.14.1", "pkg:npm/axios"),
        ("axios", "cpe:2.3:a:others:axios:1.14.1:*:*:*:*:*:*:*", "1.14.1", None),
        ("protobuf", "cpe:2.3:a:google:protobuf:3.0:*:*:*:*:*:*:*", "3.0", None),
    ],
)
def test_a_package_is_told_where_it_is_certain(name: str, cpe: str, version: str | None, package: str | None) -> None:
    found = cpes.package(component(name, cpe, version))
    assert (None if found is None else str(found)) == package


def test_every_package_can_be_asked_about() -> None:
    assert len({(vendor, product) for vendor, product, _, _ in cpes.KNOWN}) == len(cpes.KNOWN)
    assert [row for row in cpes.KNOWN if identity(parse(row[2])) is None] == []
    assert list(cpes.KNOWN) == sorted(cpes.KNOWN)


_UNSEEN = {"pkg:npm/axios", "pkg:maven/org.apache.logging.log4j/log4j-core"}
"""Their vulnerabilities are in no feed at hand."""
_FEEDS = {"pypi": "PyPI", "maven": "Maven", "composer": "Packagist", "gem": "RubyGems"}


def test_the_vulnerability_that_is_named_is_of_that_package_alone(shared: Path) -> None:
    for type_, feed in _FEEDS.items():
        wanted = {cve: purl for _, _, purl, cve in cpes.KNOWN if parse(purl).type == type_ and purl not in _UNSEEN}
        met: dict[str, set[str]] = {}
        with zipfile.ZipFile(shared / "feeds" / "osv" / feed / "all.zip") as records:
            for name in records.namelist():
                data = records.read(name)
                if not any(cve.encode() in data for cve in wanted):
                    continue
                record = json.loads(data)
                for cve in wanted.keys() & {record["id"], *record.get("aliases", ())}:
                    met.setdefault(cve, set()).update(one["package"]["name"] for one in record["affected"])
        for cve, purl in wanted.items():
            who = identity(parse(purl))
            assert who is not None
            assert {name.casefold() for name in met[cve]} == {who.name.casefold()}, cve
