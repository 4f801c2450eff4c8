"""Caches and stores of npm, yarn, pnpm and bun, told by their indices and by names. Nothing is unpacked.

A cache also keeps what is installed no more: that is what makes it worth reading after an incident.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from scanner.model.component import Component, Location, Problem
from scanner.targets import host_reading as reading
from scanner.targets.host import Host
from scanner.targets.host_reading import Item

_TARBALL = re.compile(r"/(?P<name>(?:@[^/]+/)?[^/@]+)/-/[^/]+\.tgz\Z")
_PACOTE = re.compile(r"pacote:[a-z]+:(?P<name>(?:@[^/@]+/)?[^/@:]+)@(?P<version>\d[^:/]*)\Z")
_PNPM = re.compile(r"[0-9a-f]{62}-(?P<name>.+)@(?P<version>\d[^@]*)\.json\Z")
_BERRY = re.compile(r"(?P<name>.+)-npm-(?P<version>\d[^/]*)-[0-9a-f]{10}(?:-[0-9a-f]+)?\.zip\Z")
_BUN = re.compile(r"(?P<version>\d+\.\d+\.\d+[^@]*)(?:@@.*)?\Z")


def npm_cache(host: Host, base: str) -> Iterator[Item]:
    """npm's `_cacache`: one line an entry, `sha1<TAB>json`, removed entries too. Spec: github.com/npm/cacache."""
    seen: set[tuple[str, str, str]] = set()
    unnamed = 0
    for path, data in reading.files(host, base):
        if isinstance(data, Problem):
            yield data
            continue
        for number, line in enumerate(data.split(b"\n"), 1):
            _, _, text = line.partition(b"\t")
            try:
                entry = json.loads(text) if text else None
            except (ValueError, RecursionError):
                yield Problem(where=path, line=number, what="an entry of the index that is broken")
                continue
            if not isinstance(entry, dict) or not isinstance(key := entry.get("key"), str):
                continue
            package = _of_key(key)
            if package is None:
                unnamed += key.endswith(".tgz") or key.startswith("pacote:")
                continue
            integrity = entry.get("integrity")
            digests = tuple(integrity.split()[:4]) if isinstance(integrity, str) else ()
            url = key.partition("request-cache:")[2] or None
            if (*package, "".join(digests)) in seen:
                continue
            seen.add((*package, "".join(digests)))
            yield _npm(package[0], package[1], Location(path, number), digests=digests, source_url=url)
    if unnamed:
        yield Problem(
            where=f"/{base}", what=f"{unnamed} entries of no registry package (git, addresses)", harmless=True
        )


def _of_key(key: str) -> tuple[str, str] | None:
    """(name, version) of an entry of npm's cache."""
    if pacote := _PACOTE.match(key):
        return pacote["name"], pacote["version"]
    _, mark, url = key.partition("request-cache:")
    try:
        tarball = _TARBALL.search(unquote(urlsplit(url).path)) if mark else None
    except ValueError:
        return None
    if tarball is None:
        return None
    stem = tarball[0].rpartition("/")[2].removesuffix(".tgz")
    begin = tarball["name"].rpartition("/")[2] + "-"
    return (tarball["name"], stem.removeprefix(begin)) if stem.startswith(begin) else None


def pnpm_store(host: Host, base: str) -> Iterator[Item]:
    """pnpm's store: an index file a package, in `files` (to version 9) or `index`; its name begins with the digest."""
    for path, data in reading.files(host, base, ending=".json"):
        name = path.rpartition("/")[2]
        if isinstance(data, Problem):
            yield data
            continue
        old = name.endswith("-index.json")
        told = _PNPM.match(name)
        if not old and told is None:
            continue
        try:
            entry = json.loads(data)
        except (ValueError, RecursionError):
            entry = None
        package = entry.get("name") if isinstance(entry, dict) else None
        version = entry.get("version") if isinstance(entry, dict) else None
        if not isinstance(package, str) or not isinstance(version, str):
            if told is None:
                yield Problem(where=path, what="an index that names no package")
                continue
            package, version = told["name"].replace("+", "/", 1), told["version"]
        digests: tuple[str, ...] = ()
        digits = path.split("/")[-2] + name.removesuffix("-index.json")
        if old and re.fullmatch(r"[0-9a-f]{128}", digits):
            digests = (f"sha512-{base64.b64encode(bytes.fromhex(digits)).decode()}",)
        yield _npm(package, version, Location(path), digests=digests)


def yarn_berry(host: Host, base: str) -> Iterator[Item]:
    """yarn's global cache since version 2: `@scope-name-npm-1.0.0-<digest>.zip`."""
    for path in reading.names(host, base):
        if isinstance(path, Problem):
            yield path
        elif found := _BERRY.match(path.rpartition("/")[2]):
            # Where the scope ends is not told: each reading of `@a-b-c` is asked about.
            scope, *rest = found["name"].split("-")
            names = [found["name"]]
            if scope.startswith("@"):
                names = ["-".join([scope, *rest[:at]]) + "/" + "-".join(rest[at:]) for at in range(len(rest))]
            for name in names:
                yield _npm(name, found["version"], Location(path))


def bun_cache(host: Host, base: str) -> Iterator[Item]:
    """bun's cache: folders `name@1.0.0@@@1`, with scopes as folders."""
    for folder in host.names(base):
        scoped = [f"{folder}/{name}" for name in host.names(f"{base}/{folder}")] if folder[0] == "@" else [folder]
        for full in scoped:
            name, _, version = full[1:].partition("@")  # the first letter may be the scope's own @
            if found := _BUN.match(version):
                yield _npm(full[0] + name, found["version"], Location(f"/{base}/{full}"))


def _npm(
    name: str, version: str, location: Location, *, digests: tuple[str, ...] = (), source_url: str | None = None
) -> Component:
    namespace, _, last = name.rpartition("/")
    return reading.component(
        "npm", namespace.lower() or None, last, version, location, full=name, digests=digests, source_url=source_url
    )
