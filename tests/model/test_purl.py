"""Package URLs: read tolerantly, compared as tuples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import InputError
from scanner.model import purl as purls
from scanner.model.ecosystem import identity
from scanner.model.purl import Purl
from scanner.parsers import sbom


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pkg:npm/%40scope/name@1.0.0", Purl("npm", "@scope", "name", "1.0.0")),
        ("pkg:npm/@scope/name@1.0.0", Purl("npm", "@scope", "name", "1.0.0")),
        ("pkg:npm/%40scope%2Fname@1.0.0", Purl("npm", "@scope", "name", "1.0.0")),
        ("pkg:npm/@scope/name", Purl("npm", "@scope", "name")),
        ("PKG:pypi/Foo_Bar@1.0", Purl("pypi", None, "foo-bar", "1.0")),
        ("pkg://pypi/foo@1.0", Purl("pypi", None, "foo", "1.0")),
        (" pkg:gem/rails@7 ", Purl("gem", None, "rails", "7")),
        ("pkg:golang/GitHub.com/A/B@v1#x/../y", Purl("golang", "github.com/a", "b", "v1", (), "x/y")),
        ("pkg:maven/org.A/B@1?type=jar&classifier=", Purl("maven", "org.A", "B", "1", (("type", "jar"),))),
        (
            "pkg:deb/debian/xz@1%3A5.6?distro=debian-12",
            Purl("deb", "debian", "xz", "1:5.6", (("distro", "debian-12"),)),
        ),
    ],
)
def test_reads(text: str, expected: Purl) -> None:
    assert purls.parse(text) == expected


@pytest.mark.parametrize(
    "text", ["", "invalid", "pkg:", "pkg:/", "pkg:npm", "pkg:npm/", "https://a.invalid/b", "pkg:1x/y"]
)
def test_says_what_is_no_purl(text: str) -> None:
    with pytest.raises(InputError):
        purls.parse(text)


_text = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=12)


@given(type_=st.sampled_from(("maven", "cargo", "generic", "cran")), name=_text, version=_text)
def test_round_trips(type_: str, name: str, version: str) -> None:
    value = Purl(type_, None, name.replace("/", "-"), version)
    assert purls.parse(str(value)) == value


_piece = st.text(st.sampled_from("aZ0_.~:+-%@/?# é"), max_size=6)


@given(st.sampled_from(("npm", "pypi", "golang", "maven", "Npm", "deb")), st.lists(_piece, max_size=3), _piece)
def test_the_short_way_reads_as_the_long_one(type_: str, pieces: list[str], version: str) -> None:
    def read(text: str) -> Purl | None:
        try:
            return purls.parse(text)
        except InputError:
            return None

    text = f"pkg:{type_}/{'%40' if version[:1] == 'a' else ''}{'/'.join(pieces)}@{version}"
    assert read(text) == read(f" {text}")  # a blank leads around the pattern of the usual ones


@given(st.text(max_size=60))
def test_any_text_is_a_purl_or_a_complaint(text: str) -> None:
    try:
        parsed = purls.parse("pkg:" + text)
    except InputError:
        return
    assert parsed.type
    assert parsed.name


def test_a_version_written_into_the_name_is_moved_out() -> None:
    found, complaint = sbom.identity("pkg:npm/axios%401.14.1", "1.14.1")
    assert found == Purl("npm", None, "axios", "1.14.1")
    assert complaint is None


def test_a_purl_without_version_takes_the_components_own() -> None:
    assert sbom.identity("pkg:npm/axios", "1.14.1")[0] == Purl("npm", None, "axios", "1.14.1")


def test_a_bad_purl_is_a_complaint_and_no_exception() -> None:
    found, complaint = sbom.identity("npm:axios", "1")
    assert found is None
    assert complaint is not None
    assert "npm:axios" in complaint


@pytest.mark.parametrize(
    ("text", "ecosystem", "name"),
    [
        ("pkg:pypi/Foo.Bar_Baz@1", "PyPI", "foo-bar-baz"),
        ("pkg:npm/%40Scope/Name@1", "npm", "@scope/name"),
        ("pkg:maven/org.apache/commons@1", "Maven", "org.apache:commons"),
        ("pkg:nuget/Newtonsoft.Json@1", "NuGet", "newtonsoft.json"),
        ("pkg:golang/github.com/BurntSushi/toml@v1", "Go", "github.com/burntsushi/toml"),
        ("pkg:composer/Vendor/Name@1", "Packagist", "vendor/name"),
        ("pkg:githubactions/Owner/Repo@v1", "GitHub Actions", "owner/repo"),
        ("pkg:swift/github.com/Owner/Repo@1", "SwiftURL", "github.com/owner/repo"),
        ("pkg:deb/debian/liblzma5@5?distro=debian-12&upstream=xz-utils", "Debian:12", "xz-utils"),
        ("pkg:apk/alpine/xz@5?distro=alpine-3.19.1", "Alpine:v3.19", "xz"),
        ("pkg:deb/ubuntu/xz@5?distro=ubuntu-22.04", "Ubuntu:22.04", "xz"),
        ("pkg:vscode-extension/Pub/Ext@1", "VSCode", "pub.ext"),
    ],
)
def test_packages_are_filed_where_advisories_are(text: str, ecosystem: str, name: str) -> None:
    who = identity(purls.parse(text))
    assert who is not None
    assert (who.ecosystem, who.name) == (ecosystem, name)


def test_a_distribution_that_nobody_knows_has_no_identity() -> None:
    assert identity(purls.parse("pkg:deb/somewhere/xz@5")) is None
