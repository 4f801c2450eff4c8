"""One CycloneDX document on its way into our words.

Spec: https://cyclonedx.org/specification/overview/ (ECMA-424)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from scanner.model.component import Component, Graph, Item, Location, Origin, Problem, Scope, Subject
from scanner.model.ecosystem import full_name
from scanner.model.purl import Purl
from scanner.parsers.cyclonedx import Claim, Dependency, Hash
from scanner.parsers.sbom import identity

NOT_CHECKED = "names packages that are not part of the inventory: they were not checked"
READ_ALL = "tools differ in which value they take; all were read"

_SCOPES = {"": Scope.RUNTIME, "required": Scope.RUNTIME, "optional": Scope.OPTIONAL, "excluded": Scope.DEVELOPMENT}
_TYPES = frozenset(
    ("application", "framework", "library", "container", "platform", "operating-system", "device", "device-driver",
     "firmware", "file", "machine-learning-model", "data", "cryptographic-asset")
)  # fmt: skip
_ALGORITHMS = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
} | {
    name: name.lower()
    for name in ("SHA3-256", "SHA3-384", "SHA3-512", "BLAKE2b-256", "BLAKE2b-384", "BLAKE2b-512", "BLAKE3",
                 "Streebog-256", "Streebog-512")
}  # fmt: skip
# Lengths of 128 to 512 bits in hexadecimal, and in base64, which some generators write instead.
_DIGEST_LENGTHS = frozenset((32, 40, 64, 96, 128, 24, 28, 44, 88))
_BASE64 = r"[0-9A-Za-z+/]+=*\Z"
_RANGE = r"[\^~<>=*]|[\[(][^)\]]*,"
_SUBJECT = "metadata/component"
_VERSIONS = frozenset(("1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"))
_SERIAL = r"(?i)urn:uuid:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\Z"


class Document:
    """One document on its way into our words: which refs were seen, and what was wrong with it."""

    def __init__(self, path: str, locate: Callable[[Claim], Location]) -> None:
        self.path = path
        self._locate = locate
        self._problems: list[Problem] = []
        self._remarks: dict[str, list[Any]] = {}
        self._refs: set[str] = set()
        self._contained: list[tuple[str, str]] = []
        self._root: str | None = None

    def problem(self, place: str, what: str, *, line: int | None = None, hint: str | None = None) -> None:
        """Note something by which content was lost."""
        self._problems.append(Problem(where=self._where(place), what=what, line=line, hint=hint))

    def remark(self, place: str, what: str) -> None:
        """Note something by which nothing was lost. The same remark is made once, with its count."""
        self._remarks.setdefault(what, [place, 0])[1] += 1

    def problems(self) -> Iterator[Problem]:
        """What has been noted since this was last asked."""
        if self._problems:
            yield from self._problems
            self._problems.clear()

    def heading(self, spec_version: str, serial_number: str | None) -> None:
        """Check what the document says of itself."""
        if spec_version not in _VERSIONS:
            said = (
                f"version {spec_version[:20]!r} of CycloneDX is not known" if spec_version else "it states no version"
            )
            self.remark("specVersion", said)
        if serial_number is not None and not re.match(_SERIAL, serial_number):
            self.remark("serialNumber", "the serial number is no UUID")

    def subject(self, claim: Claim) -> Iterator[Item]:
        """Yield what the document is about. What the subject holds in itself is known to the graph only."""
        if self._root is not None:  # said twice: the first is the subject, and nothing is dropped
            yield from self.components((claim,), _SUBJECT)
            return
        component = self._component(claim, _SUBJECT)
        self._root = component.ref
        parts = tuple(part for part, _ in self._walk(claim, component.ref, _SUBJECT))
        yield from self.problems()
        yield Subject(component=component, parts=parts)

    def components(self, claims: Iterable[Claim], prefix: str, first: int = 0) -> Iterator[Item]:
        """Yield the components, each before those that are nested in it at any depth: the document's order."""
        for number, claim in enumerate(claims, first):
            component = self._component(claim, prefix, number)
            if self._problems:
                yield from self.problems()
            yield component
            if claim.components:
                for inner, _ in self._walk(claim, component.ref, f"{prefix}/{number}"):
                    yield from self.problems()
                    yield inner
                yield from self.problems()

    def end(self, dependencies: Iterable[Dependency]) -> Iterator[Item]:
        """Yield the graph and the last remarks."""
        known = [item for item in dependencies if item.ref]
        graph = _graph(self._root, known, tuple(self._contained))
        if graph is not None:
            yield graph
        yield from self.problems()
        for what, (place, count) in self._remarks.items():
            more = f" (and {count - 1} more)" if count > 1 else ""
            yield Problem(where=f"{self._where(place)}{more}", what=what, harmless=True)

    def _where(self, place: str) -> str:
        return f"{self.path}: {place}" if place else self.path

    def _walk(self, claim: Claim, ref: str, place: str) -> Iterator[tuple[Component, Claim]]:
        """The components nested in a claim, depth first; the graph learns who holds whom."""
        stack = [(iter(enumerate(claim.components or ())), ref, place)]
        while stack:
            entries, parent, prefix = stack[-1]
            step = next(entries, None)
            if step is None:
                stack.pop()
                continue
            number, nested = step
            component = self._component(nested, f"{prefix}/components", number)
            self._contained.append((parent, component.ref))
            yield component, nested
            if nested.components:
                # The place is for people: one that grows with the depth would cost its square.
                inner = f"{prefix}/components/{number}" if len(prefix) < 200 else prefix
                stack.append((iter(enumerate(nested.components)), component.ref, inner))

    def _component(self, claim: Claim, prefix: str, number: int | None = None) -> Component:
        remarks, complaints = [], []
        version = claim.version or None
        purl: Purl | None = None
        if claim.purl:
            purl, complaint = identity(claim.purl, version)
            if complaint is not None:
                complaints.append(complaint)
        elif claim.evidence:
            purl = _concluded(claim.evidence, version)
        constraint = claim.version_range or None
        if constraint is not None and (version is not None or bytes(claim.is_external or b"") != b"true"):
            remarks.append("a version range stands only at an external component without version")
        if version is None and purl is not None:
            version = purl.version
        if version is not None and version[0] in "^~<>=*[(" and re.match(_RANGE, version):
            constraint, version = version, None
        if constraint is not None and purl is not None and purl.version == constraint:
            purl = Purl(purl.type, purl.namespace, purl.name, None, purl.qualifiers, purl.subpath)
        role = claim.type or "library"
        if claim.type not in _TYPES:
            remarks.append(f"component type {claim.type[:40]!r} is not known" if claim.type else "no component type")
        scope = _SCOPES.get(claim.scope or "")
        if scope is None:
            remarks.append(f"scope {str(claim.scope)[:40]!r} is not known, taken as required")
            scope = Scope.RUNTIME
        if claim.pedigree and b'"purl"' in bytes(claim.pedigree):
            remarks.append(f"pedigree {NOT_CHECKED}")
        name = _name(claim, purl)
        if not name:
            remarks.append("a component without a name")
        cpes: tuple[str, ...] = ()
        if claim.cpe:
            if claim.cpe.startswith(("cpe:2.3:", "cpe:/")):
                cpes = (claim.cpe,)
            else:
                complaints.append(f"no CPE: {claim.cpe[:100]!r}")
        digests: list[str] = []
        if claim.hashes:
            _add_digests(digests, claim.hashes, remarks, complaints)
        source_url: str | None = None
        urls: list[str] = []
        for entry in claim.external_references or ():
            if entry.type == "distribution":
                if entry.hashes:
                    _add_digests(digests, entry.hashes, remarks, complaints)
                if source_url is None and entry.url:
                    source_url = entry.url
                    continue
            if entry.url:
                urls.append(entry.url)
            else:
                remarks.append("an external reference without address")
        if source_url is None and purl is not None and purl.qualifiers:
            source_url = purl.qualifier("download_url") or purl.qualifier("vcs_url")
        ref = claim.bom_ref or claim.purl or ""
        if not ref or ref in self._refs:
            ref = self._another_ref(claim, ref, remarks)
        self._refs.add(ref)
        location = self._locate(claim)
        if remarks or complaints:
            place = prefix if number is None else f"{prefix}/{number}"
            for what in remarks:
                self.remark(place, what)
            for what in complaints:
                self.problem(place, what, line=location.line)
        return Component(
            name=name,
            version=version,
            constraint=constraint,
            purl=purl,
            location=location,
            scope=scope,
            origin=Origin.REGISTRY if source_url is None or source_url.startswith("http") else _origin(source_url),
            digests=tuple(digests) if len(digests) < 2 else tuple(dict.fromkeys(digests)),
            source_url=source_url,
            ref=ref,
            role=role,
            cpes=cpes,
            supplier=_supplier(claim) if claim.supplier or claim.manufacturer else claim.publisher or None,
            urls=tuple(urls),
        )

    def _another_ref(self, claim: Claim, given: str, remarks: list[str]) -> str:
        """A ref that no other component has. One that repeats a ref hangs on the first of that name in the graph."""
        if claim.bom_ref == "":
            remarks.append("an empty bom-ref")
        ref = f"{given}#{len(self._refs)}"
        while ref in self._refs:
            ref += "#"
        if given and claim.bom_ref:
            remarks.append(f"bom-ref {given[:100]!r} stands more than once")
            self._contained.append((given, ref))
        return ref


def _add_digests(digests: list[str], hashes: Iterable[Hash], remarks: list[str], complaints: list[str]) -> None:
    for entry in hashes:
        content, algorithm = entry.content, _ALGORITHMS.get(entry.alg or "")
        if algorithm is None:
            remarks.append(f"hash algorithm {str(entry.alg or '')[:40]!r} is not known")
            algorithm = str(entry.alg or "unknown").lower().replace("sha-", "sha")
        if content and len(content) in _DIGEST_LENGTHS:
            try:
                bytes.fromhex(content)
            except ValueError:
                whole = re.match(_BASE64, content) is not None
            else:
                whole = True
        else:
            whole = False
        if whole:
            digests.append(f"{algorithm}:{content}")
        else:
            complaints.append(f"no digest: {str(content or '')[:140]!r}")


def _concluded(evidence: msgspec.Raw, version: str | None) -> Purl | None:
    """The purl that an analysis concluded on, where the component itself has none."""
    try:
        found = msgspec.json.decode(evidence, type=_Evidence).identity
    except (msgspec.MsgspecError, RecursionError):
        return None
    for item in found if isinstance(found, list) else (found,):
        if item is not None and item.field == "purl" and item.concluded_value:
            return identity(item.concluded_value, version)[0]
    return None


class _Identity(msgspec.Struct, rename="camel"):
    field: str | None = None
    concluded_value: str | None = None


class _Evidence(msgspec.Struct):
    identity: list[_Identity] | _Identity | None = None


def _name(claim: Claim, purl: Purl | None) -> str:
    """The full name as the ecosystem writes it, in the document's own spelling."""
    name, group = claim.name or "", claim.group or ""
    if purl is None:
        return f"{group}/{name}" if group and name else name
    if not name or (name == purl.name and (not group or group == purl.namespace)):
        return full_name(purl)
    if not group:
        return name
    if purl.type == "npm" and group[0] != "@":
        group = f"@{group}"
    return full_name(Purl(purl.type, group, name))


def _supplier(claim: Claim) -> str | None:
    for party in (claim.supplier, claim.manufacturer):
        if party and party.name:
            return party.name
    return claim.publisher or None


def _origin(address: str) -> Origin:
    if address.startswith(("git+", "git:", "git@", "ssh:")):
        return Origin.GIT
    return Origin.PATH if address.startswith("file:") else Origin.REGISTRY


def _graph(root: str | None, dependencies: Sequence[Dependency], contained: Sequence[tuple[str, str]]) -> Graph | None:
    """Who depends on whom, and who holds whom.

    Without a subject, paths begin at what nothing else pulls in.
    """
    if not dependencies and not contained:
        return None

    def edges() -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        more: dict[str, list[str]] = {}
        """Of what is held, and of what is said again."""
        for item in dependencies:
            if item.ref and item.ref in found:
                more.setdefault(item.ref, []).extend(item.depends_on or ())
            elif item.ref:
                found[item.ref] = item.depends_on or []
        for parent, child in contained:
            more.setdefault(parent, []).append(child)
        return found | {ref: list(dict.fromkeys((*found.get(ref, ()), *others))) for ref, others in more.items()}

    if root is not None:
        return Graph(roots=(root,), edges=edges)
    reached = {child for _, child in contained}
    for item in dependencies:
        reached.update(item.depends_on or ())
    begin = dict.fromkeys([item.ref for item in dependencies if item.ref] + [parent for parent, _ in contained])
    return Graph(roots=tuple(ref for ref in begin if ref not in reached), edges=edges)
