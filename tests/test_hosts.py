"""No file of the repository names the host of a package registry: fixtures carry `{registry}`, so that mirrors work."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT
from tests.support import registry_host

# In parts, for this file is one of those that are searched. The host of Rust's registry is missing: it is also what
# OSV calls the ecosystem, and nothing is downloaded from it by itself.
_HOSTS = (
    ("pypi", "org"), ("pypi", "python", "org"), ("pythonhosted", "org"), ("testpypi", "org"),
    ("npmjs", "org"), ("npmjs", "com"), ("registry", "yarnpkg", "com"), ("npmmirror", "com"), ("npm", "taobao", "org"),
    ("jsr", "io"), ("npm", "pkg", "github", "com"),
    ("rubygems", "org"), ("packagist", "org"), ("packagist", "com"),
    ("nuget", "org"), ("maven", "org"), ("maven", "apache", "org"), ("maven", "google", "com"),
    ("jcenter", "bintray", "com"),
    ("plugins", "gradle", "org"), ("oss", "sonatype", "org"), ("mvnrepository", "com"), ("jitpack", "io"),
    ("proxy", "golang", "org"), ("sum", "golang", "org"), ("goproxy", "io"), ("goproxy", "cn"),
    ("static", "crates", "io"), ("index", "crates", "io"),
    ("pub", "dev"), ("pub", "dartlang", "org"), ("hex", "pm"), ("cran", "r-project", "org"),
    ("cloud", "r-project", "org"),
    ("cran", "rstudio", "com"), ("packagemanager", "posit", "co"), ("hackage", "haskell", "org"),
    ("repo", "anaconda", "com"), ("conda", "anaconda", "org"), ("anaconda", "org"),
    ("registry", "terraform", "io"), ("registry", "opentofu", "org"),
    ("deb", "debian", "org"), ("security", "debian", "org"), ("snapshot", "debian", "org"),
    ("packages", "debian", "org"),
    ("archive", "ubuntu", "com"), ("security", "ubuntu", "com"), ("dl-cdn", "alpinelinux", "org"),
    ("cdn", "cocoapods", "org"), ("trunk", "cocoapods", "org"), ("pkg", "julialang", "org"), ("opam", "ocaml", "org"),
    ("luarocks", "org"), ("cpan", "org"), ("center", "conan", "io"), ("center2", "conan", "io"),
)  # fmt: skip
_NAMES = "|".join(r"\\?\.".join(map(re.escape, parts)) for parts in _HOSTS)
# A longer word around it makes it none ("xjitpack.ion"), a name before it does not ("files.<host>").
_SEARCH = re.compile(rf"(?<![a-z0-9-])(?:{_NAMES})(?![a-z0-9-])".encode(), re.IGNORECASE)


def named(data: bytes) -> Iterator[tuple[int, str]]:
    """Each host that the content names, with its line."""
    for match in _SEARCH.finditer(data):
        yield data.count(b"\n", 0, match.start()) + 1, match[0].decode()


def test_no_file_names_a_registry() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True)
    if listed.returncode:
        pytest.skip("not a git checkout: there is no list of our files")
    paths = [path for path in listed.stdout.decode().split("\0") if path]
    assert len(paths) > 500
    found = [
        f"{path}:{line}: {host}"
        for path in paths
        if (ROOT / path).is_file()
        for line, host in named((ROOT / path).read_bytes())
    ]
    assert found == []


@pytest.mark.parametrize("parts", _HOSTS, ids="·".join)
def test_each_host_would_be_found(parts: tuple[str, ...]) -> None:
    host = ".".join(parts)
    for text in (host, f"https://{host}/simple", f"see FILES.{host.upper()}:443", host.replace(".", r"\.")):
        assert [line for line, _ in named(f"first\n{text}\n".encode())] == [2]


@pytest.mark.parametrize("text", ["xjitpack.io", "jitpack.ion", "my-jitpack.io", "{registry}", "crates-io"])
def test_what_is_no_host_is_spared(text: str) -> None:
    assert list(named(text.encode())) == []


@pytest.mark.parametrize("type_", ["npm", "gem", "nuget", "hackage"])
def test_the_list_knows_what_packageurl_knows(type_: str) -> None:
    assert list(named(registry_host(type_).encode()))
