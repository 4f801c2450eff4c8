"""A release → what is known of its attestation: fetched from its own registry, verified without any connection.

Verified is: the certificate up to the trust root, the entry in the transparency log, the signature; that it is about
this package, this version and these bytes; that whom the certificate names built it is whom the statement (npm), or
the index (PEP 740), names. Who may release a package is not known here: only that the repository stays the same.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from scanner.errors import InputError, PratiqueError
from scanner.model import purl as purls
from scanner.model.attestation import Attestation, AttestationKind, AttestationState, EarlierRelease
from scanner.model.component import Problem
from scanner.model.digest import by_algorithm
from scanner.model.observable import repository
from scanner.model.purl import Purl
from scanner.registries import attestations, bundles, npm, pypi
from scanner.registries.attestations import Held
from scanner.registries.bundles import ISSUERS, BrokenError, NotInstalledError, Root, Signer, Statement, UnjudgedError
from scanner.registries.release import Ask, Release, ReleaseFacts

_ORDER = (AttestationState.FAILED, AttestationState.UNKNOWN, AttestationState.VERIFIED)


class Attested:
    """Verifies, with one trust root. For several threads."""

    def __init__(self, trust_root: Path | None = None, *, load: Callable[[Path | None], Root] = bundles.root) -> None:
        self._path = trust_root
        self._load = load
        self._root: Root | None = None
        self._lock = threading.Lock()
        self.missed = 0
        """Releases with an attestation that could not be verified, since the extra is not installed."""

    def root(self) -> Root:
        """Raises `UsageError` for a file that is no trust root, `NotInstalledError` without the extra."""
        with self._lock:
            if self._root is None:
                self._root = self._load(self._path)
            return self._root

    def remarks(self) -> Iterator[Problem]:
        """For the ledger, once in the end."""
        if self.missed:
            words = "1 release has an attestation that was" if self.missed == 1 else (
                f"{self.missed:,} releases have an attestation that was"
            )  # fmt: skip
            yield Problem(where="attestations", what=f"{words} not verified", hint=bundles.MISSING)

    def of(
        self, ask: Ask, base: str, purl: Purl, release: Release, digests: Sequence[str] | None = None
    ) -> Attestation | None:
        """What is known of one release; `None` for types of package that have no attestations.

        `base`: the address of the registry that `ask` asks. `digests`: those of the artefact in hand, where one is,
        else what the registry publishes. Raises `UsageError` for a trust root that is none.
        """
        if purl.type not in attestations.TYPES:
            return None
        if release.facts.attested is None:
            return _unknown("the index does not tell: it has no answer in JSON")
        if not release.facts.attested:
            return Attestation(state=AttestationState.ABSENT, why="the registry has none")
        try:
            root = self.root()
        except NotInstalledError as error:
            with self._lock:
                self.missed += 1
            return _unknown(str(error))
        try:
            held = attestations.held(ask, base, purl.type, release)
        except PratiqueError as error:
            return _unknown(f"it could not be had: {error}")
        if not held:
            return _unknown("the registry says that there is one, and serves none")
        bytes_ = by_algorithm(release.digests if digests is None else digests)
        judged = [_judged(root, one, purl, release.file, bytes_) for one in _worth(held)]
        # One that does not hold is not outweighed by others that do.
        return min(judged, key=lambda one: _ORDER.index(one.state))


def earlier(ask: Ask, base: str, purl: Purl, release: Release) -> EarlierRelease | None:
    """The release below this one in its registry, where it has an attestation that this one lacks."""
    now = together(release)
    if purl.type not in attestations.TYPES or now.attested is not False:
        return None
    found = (npm if purl.type == "npm" else pypi).before(ask, base, purl)
    if found is None:
        return None
    version, then = found
    return lost(version, then, now)


def lost(version: str, then: ReleaseFacts, now: ReleaseFacts, *, delivered: bool = False) -> EarlierRelease | None:
    """An earlier release of the same package, where it has an attestation that the later one lacks.

    The facts are those of whole versions (`together`).
    """
    if not then.attested or now.attested is not False:
        return None
    return EarlierRelease(version=version, delivered=delivered, publisher=then.publisher, publisher_now=now.publisher)


def together(release: Release) -> ReleaseFacts:
    """Its facts, attested if any file of the version is: a wheel may be where the source is not."""
    any_ = any(one.facts.attested for one in release.others)
    return msgspec.structs.replace(release.facts, attested=True) if any_ else release.facts


def _worth(held: Sequence[Held]) -> Sequence[Held]:
    """Those that say how it was built; npm's own word on publication only where there is nothing else."""
    return [one for one in held if one.kind is not AttestationKind.NPM_PUBLISH] or held[:1]


def _judged(root: Root, held: Held, purl: Purl, file: str, digests: dict[str, set[str]]) -> Attestation:
    try:
        statement, signer = bundles.verified(root, held)
        _about(statement, held, purl, file, digests)
        _by(statement, held, signer)
    except UnjudgedError as error:
        return Attestation(state=AttestationState.UNKNOWN, why=str(error), kind=held.kind)
    except BrokenError as error:
        return Attestation(state=AttestationState.FAILED, why=str(error), kind=held.kind)
    return Attestation(
        state=AttestationState.VERIFIED,
        why=f"signature, log entry, digest and name hold, by {root.name}",
        kind=held.kind,
        repository=signer.repository,
        commit=signer.commit,
        ref=signer.ref,
        workflow=signer.workflow or None,
        issuer=signer.issuer,
        builder=signer.builder,
        predicate_type=statement.predicate_type,
    )


def _about(statement: Statement, held: Held, purl: Purl, file: str, digests: dict[str, set[str]]) -> None:
    """That it is about this artefact. Raises `BrokenError`, `UnjudgedError`."""
    provenance = statement.predicate_type.startswith(attestations.PROVENANCE)
    if not provenance and held.kind is AttestationKind.NPM_PROVENANCE:
        raise BrokenError(f"it is served as provenance, and says something else: {statement.predicate_type[:80]}")
    named = [one for one in statement.subject if _names(one.name, held.kind, purl, file)]
    if len(named) != 1:
        others = ", ".join(one.name for one in statement.subject[:3])[:160]
        raise BrokenError(f"it is about something else: {others or 'nothing'}")
    compared = False
    for algorithm, value in named[0].digest.items():
        known = digests.get(algorithm.lower().replace("-", ""))
        if not known:
            continue
        compared = True
        if f"{algorithm.lower().replace('-', '')}:{value.lower()}" not in known:
            raise BrokenError(f"it is about other bytes: {algorithm} {value[:32]}…")
    if not compared:
        raise UnjudgedError("no digest of the artefact is known by which to compare it")


def _names(name: str, kind: AttestationKind, purl: Purl, file: str) -> bool:
    if kind is AttestationKind.PEP740:
        return _same_file(name, file)
    try:
        found = purls.parse(name)
    except InputError:
        return False
    return (found.type, found.namespace, found.name, found.version) == (
        purl.type, purl.namespace, purl.name, purl.version,
    )  # fmt: skip


def _same_file(name: str, file: str) -> bool:
    """Whether two names of files are of the same distribution, whatever the spelling of package and version."""
    from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

    parse: Callable[[str], Any] = parse_wheel_filename if file.endswith(".whl") else parse_sdist_filename
    try:
        return name == file or bool(parse(name) == parse(file))
    except (InvalidSdistFilename, InvalidWheelFilename, ValueError):
        return False


def _by(statement: Statement, held: Held, signer: Signer) -> None:
    """That the certificate names the builder whom others name. Raises `BrokenError`, `UnjudgedError`."""
    forge = ISSUERS.get(signer.issuer)
    signed = repository(signer.repository)
    if forge is None or not signed.startswith(f"{forge}/"):
        raise BrokenError(f"{signer.issuer[:80]} vouches for a repository elsewhere: {signer.repository[:120]}")
    if held.publisher is not None:
        _by_publisher(held.publisher, forge, signed, signer)
        return
    told, commit = _source(statement.predicate)
    if told is None:
        raise BrokenError("the statement names no source repository")
    if repository(told) != signed:
        raise BrokenError(f"it says that the source is {told[:120]}, and was signed in {signer.repository[:120]}")
    if commit is not None and signer.commit is not None and commit != signer.commit:
        raise BrokenError(f"it says that the source is commit {commit[:40]}, and was signed at {signer.commit[:40]}")


def _by_publisher(publisher: attestations.Publisher, forge: str, signed: str, signer: Signer) -> None:
    if publisher.kind not in ("GitHub", "GitLab"):
        raise UnjudgedError(f"publishers of the kind {publisher.kind[:40]!r} are not judged here")
    if signed != repository(f"{forge}/{publisher.repository}"):
        raise BrokenError(
            f"the index names {publisher.repository[:120]} as its publisher, and it was signed in "
            f"{signer.repository[:120]}"
        )
    below = ".github/workflows/" if publisher.kind == "GitHub" else "/"
    path = signer.workflow.partition("@")[0].removeprefix(f"{signer.repository}/")
    if publisher.workflow and path != f"{below}{publisher.workflow}":
        raise BrokenError(f"the index names the workflow {publisher.workflow[:80]}, and it was signed by {path[:120]}")


def _source(predicate: Any) -> tuple[str | None, str | None]:
    """Repository and commit, as a statement of SLSA provenance v1 or v0.2 has them."""
    v1 = _at(predicate, "buildDefinition", "externalParameters", "workflow", "repository")
    if isinstance(v1, str):
        made_of = _at(predicate, "buildDefinition", "resolvedDependencies")
        first = made_of[0] if isinstance(made_of, list) and made_of else None
        commit = _at(first, "digest", "gitCommit")
        return v1, commit if isinstance(commit, str) else None
    v02 = _at(predicate, "invocation", "configSource", "uri")
    commit = _at(predicate, "invocation", "configSource", "digest", "sha1")
    return (
        v02.rpartition("@")[0] or v02 if isinstance(v02, str) else None,
        commit if isinstance(commit, str) else None,
    )


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _unknown(why: str) -> Attestation:
    return Attestation(state=AttestationState.UNKNOWN, why=why)
