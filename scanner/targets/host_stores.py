"""Caches and stores of the other package managers, and extensions of editors and browsers, told mostly by names.

Each function takes the machine and a folder that `host_places` names and yields components, and what could not be told.
"""

from __future__ import annotations

import json
import mmap
import re
import zlib
from collections.abc import Iterator

from scanner.errors import InputError
from scanner.model.component import Location, Problem
from scanner.shape import zip_members
from scanner.targets import host_reading as reading
from scanner.targets import walk
from scanner.targets.host import Host
from scanner.targets.host_reading import Item

_SEMVER = re.compile(r"(?P<name>.+?)-(?P<version>\d+\.\d+\.\d+.*)\Z")
_WHEEL = re.compile(r"(?P<name>[^-]+)-(?P<version>[^-]+)(?:-[^-]+){3,4}\.whl\Z")
_GEM = re.compile(r"(?P<name>.+?)-(?P<version>\d[0-9A-Za-z.]*)(?:-[a-z0-9_.-]+)?\.gemspec\Z")
_GO = re.compile(r"(?P<module>.+)/@v/(?P<version>v[^/]+)\.(?:zip|mod|info)\Z")
_DIST_INFO = re.compile(r"(?P<name>[^/-]+)-(?P<version>[^/-]+)\.dist-info(?:/.*)?\Z")
_SDIST = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)-(?P<version>\d[\w.!+]*)/")


def pip_cache(host: Host, base: str) -> Iterator[Item]:
    """pip's cache: wheels that were built here, by name, and what was downloaded (`http-v2`), by what lies in it."""
    for path in reading.names(host, base):
        if isinstance(path, Problem):
            yield path
        elif found := _WHEEL.match(path.rpartition("/")[2]):
            yield reading.component("pypi", None, found["name"], found["version"], Location(path))
        elif path.endswith(".body") and (told := _downloaded(host, path)) is not None:
            yield reading.component("pypi", None, *told, Location(path))


def _downloaded(host: Host, path: str) -> tuple[str, str] | None:
    """(name, version) of a wheel or source archive that lies under a name of its digest; index pages are neither."""
    try:
        with host.full(path.lstrip("/")).open("rb") as file:
            head = file.read(4096)
            if head[:2] == b"\x1f\x8b":
                first = zlib.decompressobj(31).decompress(head, 512)
                found = _SDIST.match(first[:100].decode("ascii", "replace"))
                return (found["name"], found["version"]) if found else None
            if head[:4] != b"PK\x03\x04":
                return None
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as data:
                allowance = zip_members.Allowance(members=200_000, bytes=0)
                members = [member.name for member in zip_members.directory(data, allowance)]
    except (OSError, ValueError, zlib.error, InputError):
        return None  # not whole, or another program's
    info = next((found for name in members if (found := _DIST_INFO.match(name))), None)
    return (info["name"], info["version"]) if info else None


def uv_cache(host: Host, base: str) -> Iterator[Item]:
    """uv's cache: unpacked wheels (`archive-v*/<id>/<name>-<version>.dist-info`), and its index of wheels."""
    for folder in host.names(base):
        if folder.startswith("archive-v"):
            yield from _unpacked(host, f"{base}/{folder}")
        elif folder.startswith("wheels-v"):
            yield from _indexed(host, f"{base}/{folder}")


def _unpacked(host: Host, base: str) -> Iterator[Item]:
    for id_ in host.names(base):
        for name in host.names(f"{base}/{id_}"):
            if found := _DIST_INFO.match(name):
                place = Location(f"/{base}/{id_}/{name}")
                yield reading.component("pypi", None, found["name"], found["version"], place)


def _indexed(host: Host, base: str) -> Iterator[Item]:
    """`<index>/<name>/<version>-<tags>.msgpack` (or `.http`, `.rev`)."""
    for path in reading.names(host, base):
        if isinstance(path, Problem):
            yield path
            continue
        *_, name, file = path.split("/")
        version = file.partition("-")[0]
        if file.endswith((".msgpack", ".http", ".rev")) and version[:1].isdigit() and "-" in file:
            yield reading.component("pypi", None, name, version, Location(path))


def cargo_cache(host: Host, base: str) -> Iterator[Item]:
    """cargo's cache: `<index>/<name>-<version>.crate`."""
    for path in reading.names(host, base):
        if isinstance(path, Problem):
            yield path
        elif path.endswith(".crate") and (found := _SEMVER.match(path.rpartition("/")[2].removesuffix(".crate"))):
            yield reading.component("cargo", None, found["name"], found["version"], Location(path))


def go_cache(host: Host, base: str) -> Iterator[Item]:
    """Go's module cache: `<module>/@v/<version>.zip` with capitals as `!x`, and its `h1:` digest beside it."""
    for path in reading.names(host, base):
        if isinstance(path, Problem):
            yield path
            continue
        found = _GO.match(path.removeprefix(f"/{base}/"))
        # A .mod or .info alone was asked for while versions were chosen: its code was never here.
        if found is None or not path.endswith(".zip"):
            continue
        module = re.sub(r"!([a-z])", lambda match: match[1].upper(), found["module"])
        version = re.sub(r"!([a-z])", lambda match: match[1].upper(), found["version"])
        digest = reading.small(host, path.removesuffix("zip") + "ziphash")
        namespace, _, name = module.rpartition("/")
        yield reading.component(
            "golang", namespace or None, name, version, Location(path), full=module,
            digests=(digest,) if digest.startswith("h1:") else (),
        )  # fmt: skip


def gems(host: Host, base: str) -> Iterator[Item]:
    """Installed gems: `specifications/<name>-<version>[-platform].gemspec`."""
    for path in reading.names(host, base):
        if isinstance(path, Problem):
            yield path
        elif found := _GEM.match(path.rpartition("/")[2]):
            yield reading.component("gem", None, found["name"], found["version"], Location(path))


def maven_repository(host: Host, base: str) -> Iterator[Item]:
    """Maven's local repository: `group/as/folders/artifact/version/artifact-version.jar` (or .pom, .aar, .war)."""
    seen: set[tuple[str, ...]] = set()
    for path in reading.names(host, base):
        if isinstance(path, Problem):
            yield path
            continue
        parts = path.removeprefix(f"/{base}/").split("/")
        if len(parts) < 4 or not parts[-1].endswith((".jar", ".pom", ".aar", ".war", ".ear")):
            continue
        *group, artifact, version, file = parts
        if not file.startswith(f"{artifact}-{version}") or (*group, artifact, version) in seen:
            continue
        seen.add((*group, artifact, version))
        name = ".".join(group)
        digest = reading.small(host, f"{path}.sha1")[:40]
        digests = (f"sha1:{digest.lower()}",) if re.fullmatch(r"[0-9a-fA-F]{40}", digest) else ()
        yield reading.component(
            "maven", name, artifact, version, Location(path), full=f"{name}:{artifact}", digests=digests
        )


def gradle_cache(host: Host, base: str) -> Iterator[Item]:
    """Gradle's cache: `group/artifact/version/<sha1 of the file>/file`."""
    for path in reading.names(host, base):
        if isinstance(path, Problem):
            yield path
            continue
        parts = path.removeprefix(f"/{base}/").split("/")
        if len(parts) == 5 and parts[4].endswith((".jar", ".pom", ".aar", ".module")):
            group, artifact, version, digest, _ = parts
            yield reading.component(
                "maven", group, artifact, version, Location(path), full=f"{group}:{artifact}",
                digests=(f"sha1:{digest.rjust(40, '0')}",) if re.fullmatch(r"[0-9a-f]{30,40}", digest) else (),
            )  # fmt: skip


def nuget_packages(host: Host, base: str) -> Iterator[Item]:
    """NuGet's global packages: `<id>/<version>/`, with the SHA-512 of the package in a file of its own."""
    for name in host.names(base):
        for version in host.names(f"{base}/{name}"):
            if not version[:1].isdigit():
                continue
            folder = f"/{base}/{name}/{version}"
            digest = reading.small(host, f"{folder}/{name}.{version}.nupkg.sha512")
            yield reading.component(
                "nuget", None, name, version, Location(folder), digests=(f"sha512-{digest}",) if digest else ()
            )


def extensions(host: Host, base: str) -> Iterator[Item]:
    """Extensions of VS Code and its relatives: one folder each, with a `package.json` that names the publisher."""
    for folder in host.names(base):
        place = host.resolve(f"{base}/{folder}/package.json")
        if place is None:
            continue
        try:
            document = json.loads(walk.read(host.root, place))
        except (InputError, ValueError, RecursionError) as error:
            yield Problem(where=f"/{place}", what=f"an extension that cannot be read: {error}"[:300])
            continue
        said = [document.get(key) if isinstance(document, dict) else None for key in ("publisher", "name", "version")]
        publisher, name, version = (text if isinstance(text, str) and text else None for text in said)
        if publisher is None or name is None:
            yield Problem(where=f"/{place}", what="an extension that does not say its publisher and name")
            continue
        yield reading.component(
            "vscode-extension", publisher.lower(), name.lower(), version, Location(f"/{place}"),
            full=f"{publisher}.{name}",
        )  # fmt: skip


def chrome_extensions(host: Host, base: str) -> Iterator[Item]:
    """Extensions of Chrome and its relatives: `<id>/<version>_<n>/`."""
    for id_ in host.names(base):
        if re.fullmatch(r"[a-p]{32}", id_):
            for version in host.names(f"{base}/{id_}"):
                place = Location(f"/{base}/{id_}/{version}")
                yield reading.component("chrome-extension", None, id_, version.partition("_")[0], place)
