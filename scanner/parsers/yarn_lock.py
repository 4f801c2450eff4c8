"""`yarn.lock`, classic (v1) and berry (metadata versions 4 to 10), line by line.

Specs: https://github.com/yarnpkg/yarn/blob/master/src/lockfile (classic: its own notation),
https://github.com/yarnpkg/berry/tree/master/packages/yarnpkg-parsers (berry: a small part of YAML). Neither says what
is needed for development only. A berry checksum is of yarn's own cache archive, not of what the registry serves, so it
goes under an algorithm name of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin, Problem, Subject
from scanner.parsers import npm
from scanner.parsers.source import Source
from scanner.shape import encoding

_MAX_YARN = 128 * 1024 * 1024
_ROOT = "."
_FIELD = re.compile(r'  ("(?:[^"\\]|\\.)*"|[^\s:"]+)(?::(?: (.*))?| (.*))\Z')
_DEPENDENCY = re.compile(r'    ("(?:[^"\\]|\\.)*"|[^\s:"]+):? (.+)\Z')
_PATTERN = re.compile(r'"(?:[^"\\]|\\.)*"|[^",\s][^",]*')
_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?: |\Z)")
_SECTIONS = frozenset(("dependencies", "optionalDependencies"))
_SHA1 = re.compile(r"[0-9a-f]{40}\Z")


class Entry(msgspec.Struct, gc=False):
    """One block: its header, and what stands under it."""

    header: str
    line: int
    fields: dict[str, list[str]] = {}
    """A field that stands twice (an unresolved merge) holds all its values."""
    dependencies: list[tuple[str, str]] = []
    """Name and range as written, in their quotes."""

    def first(self, field: str) -> str | None:
        values = self.fields.get(field)
        return values[0] if values else None


class _Read(NamedTuple):
    entry: Entry
    patterns: list[str]
    ref: str


def parse(source: Source) -> Iterator[Item]:
    """Yield each locked package with its line; a line that makes no sense becomes a `Problem`."""
    if len(source.data) > _MAX_YARN:
        raise InputError(f"{len(source.data)} bytes of yarn.lock", where=source.path)
    text = encoding.text(source.data, where=source.path)
    if not text.strip():
        raise InputError("the file is empty", where=source.path)
    read: list[_Read] = []
    seen: set[str] = set()
    for found in _entries(text, source.path):
        if isinstance(found, Problem):
            yield found
            continue
        patterns = _patterns(found)
        again = [pattern for pattern in patterns if pattern in seen]
        seen.update(patterns)
        if again:
            yield Problem(
                where=source.path, what=f"{again[0]} is locked more than once", line=found.line, hint="all were read"
            )
        ref = found.first("resolution") or (patterns[0] if patterns else found.header)
        read.append(_Read(found, patterns, ref if not again else f"{ref} (line {found.line})"))
        yield from _items(read[-1], source.path)
    if not read and "yarn lockfile" not in text[:1000] and "__metadata:" not in text:
        raise InputError("not a yarn.lock: no entry in it", where=source.path)
    yield Graph(roots=_roots(read), edges=lambda: _edges(read))


def _entries(text: str, path: str) -> Iterator[Entry | Problem]:
    entry: Entry | None = None
    depends = False
    """Whether deeper lines are dependencies."""
    bad = -1
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if not line:
            continue
        problem = None
        if line[0] == " " and entry is not None:
            if line[:4] == "    ":
                if not depends:
                    continue
                pair = _DEPENDENCY.match(line)
                if pair is not None:
                    entry.dependencies.append((pair[1], pair[2]))
                    continue
                problem = "not a dependency"
            else:
                field = _FIELD.match(line)
                if field is not None:
                    name, value = _bare(field[1]), field[2] or field[3]
                    depends = name in _SECTIONS and not value
                    if value:
                        held = entry.fields.setdefault(name, [])
                        held.append(_bare(value))
                        if len(held) > 1:
                            what = f"the entry says {name} more than once"
                            yield Problem(where=path, what=what, line=number, hint="all were read")
                    continue
                problem = "not a field of an entry"
        elif _CONFLICT.match(line):
            # Both sides of the merge are read: what follows still belongs to the block that is open.
            yield Problem(where=path, what="a merge that was not resolved", line=number)
            continue
        elif line == ":" and entry is not None and entry.header.startswith("? "):
            # A long key stands alone, and its colon on the next line.
            entry.header = entry.header[2:].strip()
            continue
        elif line[0] not in " \t#:" and (line.rstrip()[-1] == ":" or line.startswith("? ")):
            if entry is not None and entry.header != "__metadata":
                yield entry
            entry, depends = Entry(line.rstrip().removesuffix(":"), number, {}, []), False
            continue
        elif line[0] != "#":
            problem = "not a line of a yarn.lock"
        if problem is not None and line.strip() and line.lstrip()[0] != "#":
            # Of a run of such lines (a binary file, say) the first one speaks for all.
            if bad != number - 1:
                yield Problem(where=path, what=problem, line=number)
            bad = number
    if entry is not None and entry.header != "__metadata":
        yield entry


def _bare(text: str) -> str:
    if text[:1] != '"':
        return text
    if "\\" not in text:
        return text[1:-1] if text[-1] == '"' and len(text) > 1 else text[1:]
    try:
        value = json.loads(text)
    except ValueError:
        return text.strip('"')
    return value if isinstance(value, str) else text


def _patterns(entry: Entry) -> list[str]:
    """Classic quotes each pattern of a header, berry all of them together."""
    header = entry.header
    if '"' not in header:
        return header.split(", ")
    parts = [_bare(part.strip()) for part in _PATTERN.findall(header)]
    if "resolution" not in entry.fields:
        return parts
    return [piece.strip() for part in parts for piece in part.split(", ")]


def _items(read: _Read, path: str) -> list[Item]:
    entry = read.entry
    if "resolution" in entry.fields:
        items: list[Item] = []
        for resolution in entry.fields["resolution"]:
            for version in entry.fields.get("version", [""]):
                items += _berry(read, resolution, version, path)
        return items
    return _classic(read, path)


def _berry(read: _Read, resolution: str, version: str, path: str) -> list[Item]:
    entry = read.entry
    name, reference = npm.split(resolution)
    if not name or not reference:
        return [Problem(where=path, what=f"a resolution that names no package: {resolution[:200]!r}", line=entry.line)]
    reference, _, bindings = reference.partition("::")
    asked = npm.wanted(name, reference)
    url = asked.url
    if reference.startswith("patch:"):
        url = reference
    for binding in bindings.split("&"):
        key, _, value = binding.partition("=")
        if key == "__archiveUrl":
            url = unquote(value)
    member = asked.origin is Origin.WORKSPACE
    exact = asked.version or (None if member or version in ("", "0.0.0-use.local") else version)
    installed = [npm.split(pattern)[0] for pattern in read.patterns]
    alias = next((other for other in installed if other and other != asked.name), None)
    component = Component(
        name=asked.name, version=exact, purl=npm.purl(asked.name, exact),
        constraint=None if exact or asked.origin is not Origin.REGISTRY else asked.constraint or "*",
        location=Location(path, entry.line), origin=asked.origin, source_url=url, ref=read.ref, alias=alias,
        digests=tuple(
            f"yarn-zip-sha512:{checksum.rpartition('/')[2]}" for checksum in entry.fields.get("checksum", ())
        ),
    )  # fmt: skip
    if reference == "workspace:.":
        return [Subject(component=msgspec.structs.replace(component, role="application"))]
    items: list[Item] = [component]
    if exact is None and asked.origin not in (Origin.WORKSPACE, Origin.PATH):
        items.append(Problem(where=path, what=f"{asked.name} has no version that could be read", line=entry.line))
    elif asked.version and version and version != asked.version:
        items += [
            Problem(
                where=path, line=entry.line, hint="both were read",
                what=f"{asked.name} is resolved to {asked.version}, but the entry says version {version}",
            ),
            msgspec.structs.replace(component, version=version, purl=npm.purl(asked.name, version)),
        ]  # fmt: skip
    return items + npm.contradicted(component, path)


def _classic(read: _Read, path: str) -> list[Item]:
    entry = read.entry
    items: list[Item] = []
    wants: dict[tuple[str, Origin], tuple[str, npm.Wanted]] = {}
    for pattern in read.patterns:
        installed, range_ = npm.split(pattern)
        asked = npm.wanted(installed, range_)
        wants.setdefault((asked.name, asked.origin), (installed, asked))
    versions: list[str | None] = [*entry.fields.get("version", ())] or [None]
    addresses: list[str | None] = [*entry.fields.get("resolved", ())] or [None]
    digests = npm.digests(" ".join(entry.fields.get("integrity", ())))
    for installed, asked in wants.values():
        if not asked.name:
            items.append(Problem(where=path, what=f"names no package: {entry.header[:200]!r}", line=entry.line))
            continue
        for turn in range(max(len(versions), len(addresses))):
            version = versions[min(turn, len(versions) - 1)]
            items += _resolved(read, installed, asked, version, addresses[min(turn, len(addresses) - 1)], digests, path)
        if versions == [None]:
            items.append(Problem(where=path, what=f"{asked.name} has no version that could be read", line=entry.line))
    return items


def _resolved(
    read: _Read, installed: str, asked: npm.Wanted, version: str | None, address: str | None,
    digests: tuple[str, ...], path: str,
) -> list[Item]:  # fmt: skip
    """One reading of a classic entry."""
    name, origin, url = asked.name, asked.origin, asked.url
    if address is not None:
        # Classic yarn appends the SHA-1 of the archive; behind a git address stands the commit.
        url, _, fragment = address.partition("#")
        if not npm.serves(url, name, version):
            origin = npm.origin(address)
        if origin in (Origin.REGISTRY, Origin.URL) and _SHA1.match(fragment):
            digests = (*digests, f"sha1:{fragment}")
        else:
            url = address
    component = Component(
        name=name, version=version, purl=npm.purl(name, version),
        constraint=None if version or origin is not Origin.REGISTRY else asked.constraint or "*",
        location=Location(path, read.entry.line), origin=origin, ref=read.ref, source_url=url,
        alias=installed if installed != name else None, digests=digests,
    )  # fmt: skip
    return [component, *npm.contradicted(component, path)]


def _roots(read: list[_Read]) -> tuple[str, ...]:
    members = [item.ref for item in read if "@workspace:" in (item.entry.first("resolution") or "")]
    # The project itself stands first: shortest paths begin there.
    return tuple(sorted(members, key=lambda ref: not ref.endswith("@workspace:."))) or (_ROOT,)


def _edges(read: list[_Read]) -> Mapping[str, Sequence[str]]:
    by_pattern: dict[str, list[str]] = {}
    for item in read:
        for pattern in item.patterns:
            # What is bound to its place (`::locator=…`) is asked for without saying so.
            by_pattern.setdefault(pattern.partition("::")[0], []).append(item.ref)
            # A patched package is asked for by the plain requirement, too.
            name, range_ = npm.split(pattern) if "@patch:" in pattern else (pattern, "")
            if range_.startswith("patch:"):
                inner = unquote(range_[6:].partition("#")[0])
                by_pattern.setdefault(f"{name}@{npm.split(inner)[1]}", []).append(item.ref)
    edges: dict[str, list[str]] = {}
    asked: set[str] = set()
    for item in read:
        found: dict[str, None] = {}
        for quoted_name, quoted_range in item.entry.dependencies:
            name, range_ = _bare(quoted_name), _bare(quoted_range)
            for pattern in (f"{name}@{range_}", f"{name}@npm:{range_}"):
                for ref in by_pattern.get(pattern, ()):
                    found[ref] = None
        edges.setdefault(item.ref, []).extend(found)
        asked.update(found)
    if _roots(read) == (_ROOT,):
        # Classic does not say what the project itself asks for: what nobody else asks for.
        edges[_ROOT] = [item.ref for item in read if item.ref not in asked]
    return edges
