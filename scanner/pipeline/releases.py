"""A package version → the files that were released as it, proven from outside of what is being judged.

Offline from a cache, from folders of the user's, from the caches of their own clients, whenever a digest confirms it;
online from the registry that the user's client is configured for. Nothing is installed, unpacked onto the disk or run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from scanner.codescan import dirhash
from scanner.errors import EngineError, InputError
from scanner.model import digest as digests
from scanner.model import purl as purls
from scanner.model.component import Component, Problem
from scanner.model.ecosystem import full_name
from scanner.model.purl import Purl
from scanner.model.tree import Tree
from scanner.pipeline.artefacts import Artefacts
from scanner.pipeline.pristine_folders import PristineFolders
from scanner.pipeline.registry_door import Door
from scanner.registries import clients, file_names, hosts, local_caches, protocols
from scanner.registries.clients.registry import Registry
from scanner.registries.release import Missing, Release, ReleaseFacts
from scanner.targets import trees, walk

__all__ = ["Pristine", "ReleaseFacts", "Releases", "spelled"]


class Pristine(NamedTuple):
    """The files of a release, and why we hold them for such."""

    tree: Tree
    proof: str
    """For people: "sha512 in package-lock.json", "sha256 published by the registry"."""
    digest: str
    """`algorithm:hex`, or Go's `h1:…`."""


class Releases:
    """Finds releases. Close it, or use it as a context."""

    def __init__(
        self,
        *,
        folders: Sequence[Path] = (),
        cache: Path,
        online: bool,
        environ: Mapping[str, str] = os.environ,
        home: Path | None = None,
        say: Callable[[str], None] = lambda _: None,
        door: Door | None = None,
    ) -> None:
        self._environ = environ
        self._home = Path(environ.get("HOME") or "~").expanduser() if home is None else home
        self._artefacts = Artefacts(cache / "artefacts")
        self._folders = PristineFolders(folders, cache)
        self._door = Door(cache / "registries", online=online, say=say) if door is None else door

    def __enter__(self) -> Releases:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._door.close()
        self._artefacts.prune()

    def known(self, component: Component, problems: list[Problem]) -> Pristine | None:
        """Offline: the release whose digest the component's own digests confirm, where some cache or folder has it."""
        purl = component.purl
        if purl is None or not component.digests:
            return None
        for digest in _wanted(component.digests):
            data = self._held(digest, purl, component.name, component.source_url, problems)
            if data is None:
                continue
            algorithm = digest.partition(":")[0]
            wrapper = f"{component.name}@{purl.version}/" if purl.type == "golang" else ""
            try:
                tree = trees.archive_of(str(purl), _file(purl), data, problems, wrapper=wrapper)
            except InputError as error:
                problems.append(Problem(where=component.location.path, what=f"{purl}: {error.what}", hint=error.hint))
                return None
            return Pristine(tree, f"{algorithm} in {component.location.path}", digest)
        return None

    def side(self, text: str, problems: list[Problem]) -> Pristine:
        """The release that a person names by its purl: from the caches where they have it, else fetched.

        Without network also a file in the user's own folders that has the release's usual name.
        """
        purl = spelled(text)
        if not self._door.online:
            path = self._folders.named(file_names.usual(purl))
            if path is not None:
                data = walk.read(path, "")
                tree = trees.archive_of(str(purl), path.name, data, problems, wrapper=_wrapper(purl))
                return Pristine(tree, f"named so in --pristine: {path}", digests.of(data, "sha256"))
        return self.fetched(purl, problems)

    def fetched(self, purl: Purl, problems: list[Problem], *, digests: Sequence[str] = ()) -> Pristine:
        """From the user's registry, or the cache where the registry's digest is there; confirmed by `digests` too.

        Raises `InputError` for what cannot be had, `EngineError` for a registry that fails, `UsageError` for a
        configuration that cannot be used; each says what to do.
        """
        registry, release = self._release(purl)
        published = tuple(_wanted(release.digests))
        for digest in published:
            data = self._held(digest, purl, full_name(purl), release.url, problems)
            if data is not None:
                _confirm(data, digests, purl, "the digest that was given")
                return self._pristine(purl, release, data, f"{digest.partition(':')[0]} {self._told(registry)}", digest,
                                      problems)  # fmt: skip
        if not published:
            for digest in _wanted(digests):
                data = self._held(digest, purl, full_name(purl), release.url, problems)
                if data is not None:
                    algorithm = digest.partition(":")[0]
                    return self._pristine(purl, release, data, f"{algorithm} that was given", digest, problems)
        return self._downloaded(purl, registry, release, problems, digests)

    def facts(self, purl: Purl) -> ReleaseFacts | None:
        """What the registry says around a version; `None` where it does not know it. Raises as `fetched` does."""
        for registry in self._registries(purl):
            found = protocols.speaker(purl.type).facts(self._door.ask(registry), registry.url, purl)
            if found is not None:
                return found
        return None

    def _release(self, purl: Purl) -> tuple[Registry, Release]:
        missing: list[tuple[Registry, Missing]] = []
        for registry in self._registries(purl):
            found = protocols.speaker(purl.type).release(self._door.ask(registry), registry.url, purl)
            if isinstance(found, Release):
                return registry, found
            missing.append((registry, found))
        # The one that knows the package has more to say than the one that does not.
        registry, last = max(missing, key=lambda one: len(one[1].what))
        raise InputError(last.what, where=f"{purl} at {hosts.host(registry.url)}", hint=last.hint)

    def _registries(self, purl: Purl) -> Iterable[Registry]:
        if not purl.version:
            raise InputError("it names no version", where=purl, hint=f"{purl}@1.2.3")
        registries = clients.registries(purl, self._environ, self._home)
        named = purl.qualifier("repository_url")
        if named is not None and not {hosts.host(one.url) for one in registries} & {hosts.host(named), named}:
            # An SBOM must not say whom we ask; and another registry's package of that name is another package.
            raise InputError(
                f"it is from a registry that your client is not configured for: {named}",
                where=purl,
                hint="configure it there, or --pristine FOLDER",
            )
        return registries

    def _held(self, digest: str, purl: Purl, name: str, url: str | None, problems: list[Problem]) -> bytes | None:
        """The bytes with that digest, wherever on this machine they lie; nothing but the digest is believed."""
        data = self._artefacts.find(digest)
        if data is not None and _has(data, digest):
            return data
        places = [path for path in (self._folders.find(digest, problems),) if path is not None]
        places += local_caches.candidates(purl, name, url, digest, self._environ, self._home)
        for path in places:
            try:
                data = walk.read(path, "")
            except InputError:  # it is not there
                continue
            if _has(data, digest):
                return data
        return None

    def _downloaded(
        self, purl: Purl, registry: Registry, release: Release, problems: list[Problem], given: Sequence[str]
    ) -> Pristine:
        scratch = self._artefacts.scratch()
        try:
            if not self._door.fetch(registry, release.url, scratch):
                raise InputError(
                    "the registry lists the file and does not have it",
                    where=f"{purl} at {hosts.host(release.url)}",
                    hint="it may have been removed just now; a copy of yours: --pristine FOLDER",
                )
            data = walk.read(scratch, "")
            _confirm(data, release.digests, purl, "what the registry publishes")
            _confirm(data, given, purl, "the digest that was given")
            h1 = _h1(data) if purl.type == "golang" else None
            self._artefacts.keep(scratch, data, h1=h1)
        finally:
            scratch.unlink(missing_ok=True)
        published = next(iter(_wanted(release.digests)), None) or next(iter(_wanted(given)), None)
        digest = published or h1 or digests.of(data, "sha256")
        algorithm = digest.partition(":")[0]
        if release.digests:
            proof = f"{algorithm} {self._told(registry)}"
        elif given:
            proof = f"{algorithm} that was given"
        else:
            proof = f"as {hosts.host(release.url)} serves it, which publishes no digest"
        return self._pristine(purl, release, data, proof, digest, problems)

    def _pristine(
        self, purl: Purl, release: Release, data: bytes, proof: str, digest: str, problems: list[Problem]
    ) -> Pristine:
        tree = trees.archive_of(str(purl), release.file, data, problems, wrapper=release.wrapper)
        return Pristine(tree, proof, digest)

    def _told(self, registry: Registry) -> str:
        told = f"published by {hosts.host(registry.url)}"
        if self._door.online or self._door.oldest is None:
            return told
        return f"{told}, as asked on {datetime.fromtimestamp(self._door.oldest, UTC):%Y-%m-%d %H:%M}"


def spelled(text: str) -> Purl:
    """The purl that a person typed. Module paths of Go keep their capitals, which a purl folds and a proxy needs."""
    purl = purls.parse(text)
    if purl.type != "golang":
        return purl
    path = text.partition("#")[0].partition("?")[0].partition("/")[2].rpartition("@")[0]
    namespace, _, name = path.strip("/").rpartition("/")
    if f"{namespace}/{name}".lower() != f"{purl.namespace or ''}/{purl.name}":
        return purl
    return Purl(purl.type, namespace or None, name, purl.version, purl.qualifiers, purl.subpath)


def _wanted(given: Iterable[str]) -> Iterable[str]:
    """Those of the strongest algorithm, as keys; Go's own hash where there is one."""
    given = tuple(given)
    own = [digest for digest in given if digest.startswith("h1:")]
    if own:
        return own
    best = digests.strongest(given)
    return sorted(best[1]) if best is not None else ()


def _has(data: bytes, digest: str) -> bool:
    algorithm = digest.partition(":")[0]
    return (_h1(data) if algorithm == "h1" else digests.of(data, algorithm)) == digest


def _confirm(data: bytes, given: Iterable[str], purl: Purl, by: str) -> None:
    wanted = tuple(_wanted(given))
    if wanted and not any(_has(data, digest) for digest in wanted):
        algorithm = wanted[0].partition(":")[0]
        raise EngineError(
            f"its {algorithm} is not {by}: {wanted[0]}",
            where=purl,
            hint="nothing of it was kept; try again, and if it stays so, take it for tampered with",
        )


def _h1(data: bytes) -> str:
    try:
        return dirhash.of_zip(data)
    except InputError:
        return "h1:"


def _file(purl: Purl) -> str:
    return next(iter(file_names.usual(purl)), purl.name)


def _wrapper(purl: Purl) -> str:
    return f"{full_name(purl)}@{purl.version}/" if purl.type == "golang" else ""
