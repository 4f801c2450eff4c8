"""A package version → the files that were released as it, proven from outside of what is being judged.

Offline from a cache, from folders of the user's, from the caches of their own clients, whenever a digest confirms it;
online from the registry that the user's client is configured for. Nothing is installed, unpacked onto the disk or run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from scanner.codescan import dirhash
from scanner.errors import EngineError, InputError, PratiqueError
from scanner.model import purl as purls
from scanner.model.component import Component, Problem
from scanner.model.digest import deciding, hexadecimal
from scanner.model.digest import of as digest_of
from scanner.model.ecosystem import full_name
from scanner.model.purl import Purl
from scanner.model.released import ReleaseState
from scanner.model.tree import Tree
from scanner.pipeline.artefacts import Artefacts, has, of_address
from scanner.pipeline.pristine_folders import PristineFolders
from scanner.pipeline.registry_door import Door
from scanner.registries import clients, file_names, hosts, local_caches, protocols
from scanner.registries.clients.registry import Registry
from scanner.registries.release import Ask, Missing, Release, ReleaseFacts
from scanner.targets import trees, walk

__all__ = ["Pristine", "ReleaseFacts", "Releases", "asked_as", "spelled"]


_TELLING = (
    ReleaseState.NO_PACKAGE,
    ReleaseState.ABSENT,
    ReleaseState.NEVER_PUBLISHED,
    ReleaseState.REMOVED,
    ReleaseState.PRESENT,
)
"""Of several registries without a file of the version: whose word counts, the last most."""


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
        for digest in deciding(component.digests):
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
        try:
            return self.fetched(purl, problems)
        except PratiqueError:
            path = None if self._door.online else self._folders.named(file_names.usual(purl))
            if path is None:
                raise
        data = walk.read(path, "")
        tree = trees.archive_of(str(purl), path.name, data, problems, wrapper=_wrapper(purl))
        return Pristine(tree, f"named so in --pristine: {path}", digest_of(data, "sha256"))

    def fetched(self, purl: Purl, problems: list[Problem], *, digests: Sequence[str] = ()) -> Pristine:
        """From the user's registry, or the cache where the registry's digest is there; confirmed by `digests` too.

        Raises `InputError` for what cannot be had, `EngineError` for a registry that fails, `UsageError` for a
        configuration that cannot be used; each says what to do.
        """
        registry, release = self._release(purl)
        release = meant(release, digests)
        published = deciding(release.digests)
        for digest in published or deciding(digests) or (of_address(release.url),):
            data = self._held(digest, purl, full_name(purl), release.url, problems)
            if data is not None:
                _confirm(data, digests, purl, "the digest that was given")
                return self._pristine(purl, registry, release, data, digests, problems)
        return self._downloaded(purl, registry, release, digests, problems)

    def facts(self, purl: Purl) -> ReleaseFacts | None:
        """What the registry says around a version; `None` where it does not know it. Raises as `fetched` does."""
        for registry in self.registries(purl):
            found = protocols.speaker(purl.type).facts(self._door.ask(registry), registry.url, purl)
            if found is not None:
                return found
        return None

    def _release(self, purl: Purl) -> tuple[Registry, Release]:
        registry, found = self.told(purl, self.registries(purl))
        if isinstance(found, Release):
            return registry, found
        raise InputError(
            found.what, where=f"{purl} at {hosts.host(registry.url)} ({registry.told_by})", hint=found.hint
        )

    def told(self, purl: Purl, registries: Sequence[Registry]) -> tuple[Registry, Release | Missing]:
        """What is said of a version by the first registry that has it, else by the one that knows most of it."""
        missing: list[tuple[Registry, Missing]] = []
        for registry in registries:
            found = protocols.speaker(purl.type).release(self._door.ask(registry), registry.url, purl)
            if isinstance(found, Release):
                return registry, found
            missing.append((registry, found))
        return max(missing, key=lambda one: (_TELLING.index(one[1].state), len(one[1].what)))

    def ask(self, registry: Registry) -> Ask:
        """For what else there is to be asked of a registry."""
        return self._door.ask(registry)

    def registries(self, purl: Purl) -> Sequence[Registry]:
        """Whom the person's client would ask. Raises as `fetched` does."""
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
        if data is not None or digest.startswith("url:"):
            return data
        places = [path for path in (self._folders.find(digest, problems),) if path is not None]
        places += local_caches.candidates(purl, name, url, digest, self._environ, self._home)
        for path in places:
            try:
                data = walk.read(path, "")
            except InputError:  # it is not there
                continue
            if has(data, digest):
                return data
        return None

    def _downloaded(
        self, purl: Purl, registry: Registry, release: Release, given: Sequence[str], problems: list[Problem]
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
            own = [of_address(release.url)] if not release.digests else []
            if purl.type == "golang":
                own.append(dirhash.of_zip(data))
            self._artefacts.keep(scratch, data, *own)
        finally:
            scratch.unlink(missing_ok=True)
        return self._pristine(purl, registry, release, data, given, problems)

    def _pristine(
        self,
        purl: Purl,
        registry: Registry,
        release: Release,
        data: bytes,
        given: Sequence[str],
        problems: list[Problem],
    ) -> Pristine:
        """What was found, with the best that can be said for it."""
        published, lent = deciding(release.digests), deciding(given)
        digest = next((one for one in (*published, *lent) if has(data, one)), None)
        if digest is None:
            digest = dirhash.of_zip(data) if purl.type == "golang" else digest_of(data, "sha256")
            proof = f"as {hosts.host(release.url)} serves it, which publishes no digest"
            problems.append(
                Problem(
                    where=str(purl),
                    what="its registry publishes no digest: nothing confirms what was fetched",
                    hint="a digest from a lockfile of yours, go.sum say, would",
                    harmless=True,
                )
            )
        else:
            proof = f"{digest.partition(':')[0]} {self._told(registry) if published else 'that was given'}"
        tree = trees.archive_of(str(purl), release.file, data, problems, wrapper=release.wrapper)
        return Pristine(tree, proof, digest)

    def _told(self, registry: Registry) -> str:
        told = f"published by {hosts.host(registry.url)}"
        if self._door.online or self._door.oldest is None:
            return told
        return f"{told}, as asked on {datetime.fromtimestamp(self._door.oldest, UTC):%Y-%m-%d %H:%M}"


def asked_as(component: Component) -> Purl | None:
    """The purl to fetch a component by: as `spelled`, with the capitals that its source writes."""
    purl = component.purl
    if purl is None or purl.type != "golang" or component.name.lower() != full_name(purl).lower():
        return purl
    namespace, _, name = component.name.rpartition("/")
    return Purl(purl.type, namespace or None, name, purl.version, purl.qualifiers, purl.subpath)


def spelled(text: str) -> Purl:
    """The purl that a person typed, with its capitals where a registry needs them."""
    purl = purls.parse(text)
    if purl.type != "golang":
        return purl
    path = text.partition("#")[0].partition("?")[0].partition("/")[2].rpartition("@")[0]
    namespace, _, name = path.strip("/").rpartition("/")
    if f"{namespace}/{name}".lower() != f"{purl.namespace or ''}/{purl.name}":
        return purl
    return Purl(purl.type, namespace or None, name, purl.version, purl.qualifiers, purl.subpath)


def meant(release: Release, given: Sequence[str]) -> Release:
    """Of the files of a version the one that the given digests are of; else the one that the registry puts first."""
    wanted = set(deciding(given))
    files = (release, *release.others)
    return next((one for one in files if wanted & set(map(hexadecimal, one.digests))), release)


def _confirm(data: bytes, given: Sequence[str], purl: Purl, by: str) -> None:
    wanted = deciding(given)
    if wanted and not any(has(data, digest) for digest in wanted):
        algorithm = wanted[0].partition(":")[0]
        raise EngineError(
            f"its {algorithm} is not {by}: {wanted[0]}",
            where=purl,
            hint="nothing of it was kept; try again, and if it stays so, take it for tampered with",
        )


def _file(purl: Purl) -> str:
    return next(iter(file_names.usual(purl)), purl.name)


def _wrapper(purl: Purl) -> str:
    return f"{full_name(purl)}@{purl.version}/" if purl.type == "golang" else ""
