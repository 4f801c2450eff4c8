"""Where the clients of this person keep releases that they downloaded, untouched.

Only places: whoever reads a file there must confirm its digest, for anything may have written it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from scanner.model.purl import Purl


def candidates(
    purl: Purl, name: str, url: str | None, digest: str | None, environ: Mapping[str, str], home: Path
) -> Iterator[Path]:
    """Files that may be the artefact of the version, existing or not.

    `name` is the package as its source spells it, `url` where the source says that it comes from, `digest` what it must
    have (`algorithm:hex`): some caches are ordered by one of these.
    """
    version = purl.version or ""
    match purl.type:
        case "npm":
            yield from _npm(digest, environ, home)
        case "pypi":
            yield from _pip(url, environ, home)
        case "cargo":
            root = Path(environ.get("CARGO_HOME") or home / ".cargo") / "registry/cache"
            yield from _glob(root, f"*/{_plain(purl.name)}-{_plain(version)}.crate")
        case "gem":
            for gems in (environ.get("GEM_HOME"), home / ".gem/ruby", home / ".local/share/gem/ruby"):
                if gems:
                    yield from _glob(Path(gems), f"cache/{_plain(purl.name)}-{_plain(version)}.gem")
                    yield from _glob(Path(gems), f"*/cache/{_plain(purl.name)}-{_plain(version)}.gem")
        case "golang":
            cache = environ.get("GOMODCACHE")
            gopath = Path(environ.get("GOPATH", "").split(":")[0] or home / "go")
            root = (Path(cache) if cache else gopath / "pkg/mod") / "cache/download"
            yield from _inside(root, f"{escaped(name)}/@v/{escaped(version)}.zip")
        case "maven":
            group = (purl.namespace or "").replace(".", "/")
            kind, classifier = purl.qualifier("type") or "jar", purl.qualifier("classifier")
            file = "-".join((purl.name, version, *([classifier] if classifier else ())))
            yield from _inside(home / ".m2/repository", f"{group}/{purl.name}/{version}/{file}.{kind}")
        case "nuget":
            root = Path(environ.get("NUGET_PACKAGES") or home / ".nuget/packages")
            package, number = purl.name.lower(), version.lower()
            yield from _inside(root, f"{package}/{number}/{package}.{number}.nupkg")


def escaped(text: str) -> str:
    """A module path or version as Go's caches and proxies write it: `!a` for `A`."""
    return "".join(f"!{char.lower()}" if "A" <= char <= "Z" else char for char in text)


def _npm(digest: str | None, environ: Mapping[str, str], home: Path) -> Iterator[Path]:
    """cacache keeps content under its SHA-512, in folders of two digits."""
    algorithm, _, value = (digest or "").partition(":")
    if algorithm in ("sha512", "sha1") and value.isalnum():
        root = Path(environ.get("npm_config_cache") or home / ".npm") / "_cacache/content-v2"
        yield root / algorithm / value[:2] / value[2:4] / value[4:]


def _pip(url: str | None, environ: Mapping[str, str], home: Path) -> Iterator[Path]:
    """pip keeps bodies under the SHA-224 of their address."""
    if not url:
        return
    given = environ.get("PIP_CACHE_DIR")
    cache = environ.get("XDG_CACHE_HOME", "")
    root = Path(given) if given else (Path(cache) if cache.startswith("/") else home / ".cache") / "pip"
    key = hashlib.sha224(url.partition("#")[0].encode()).hexdigest()
    yield root.joinpath("http-v2", *key[:5], f"{key}.body")


def _glob(root: Path, pattern: str) -> Iterator[Path]:
    try:
        yield from sorted(root.glob(pattern))
    except (OSError, ValueError):
        return


def _inside(root: Path, path: str) -> Iterator[Path]:
    """Names come from a lockfile: one that climbs leads nowhere."""
    pieces = path.split("/")
    if "\0" not in path and not {"", ".", ".."}.intersection(pieces):
        yield root.joinpath(*pieces)


def _plain(text: str) -> str:
    """Without what a pattern, or a path, would take for more than a name."""
    return "".join(char if char.isalnum() or char in "._+-" else "?" for char in text)
