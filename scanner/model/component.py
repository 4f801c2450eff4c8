"""What a target ships: components, as each source names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from scanner.model.purl import Purl


class Scope(StrEnum):
    """When a component is needed."""

    RUNTIME = "runtime"
    DEVELOPMENT = "development"
    OPTIONAL = "optional"


class Origin(StrEnum):
    """Where a component comes from. Only `REGISTRY` may be matched by name without a doubt."""

    REGISTRY = "registry"
    WORKSPACE = "workspace"
    """A member of the project itself."""
    PATH = "path"
    GIT = "git"
    URL = "url"
    """A file at an address of its own, not served by a registry."""


class Location(msgspec.Struct, frozen=True, gc=False, order=True):
    """A place in a source."""

    path: str
    """Relative to the target, with `/`; members of archives stand behind `!/`."""
    line: int | None = None
    """Counted from 1; `None` when not known, or not looked up yet (see `needle`)."""
    needle: str = ""
    """Text that stands on the line, as the file writes it: from it `targets.locate` finds the line when asked."""


class Component(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One package at one version, as one source names it.

    The same package in two lockfiles is two components: where a thing was found is part of what we know.
    """

    name: str
    """As the source writes it; for npm with scope, for Maven `group:artifact`, for Composer `vendor/name`."""
    version: str | None
    """Exact version, or `None` when the source does not pin one."""
    constraint: str | None = None
    """The requirement in the ecosystem's own syntax where no version is pinned: "^1.2", ">=2,<3", "*"."""
    purl: Purl | None
    """`None` when the source gives no identity that could be understood."""
    location: Location
    scope: Scope = Scope.RUNTIME
    origin: Origin = Origin.REGISTRY
    digests: tuple[str, ...] = ()
    """Of the artefact: subresource integrity (`sha512-<base64>`), `<algorithm>:<hex>`, or Go's `h1:…`."""
    source_url: str | None = None
    """Where the source says that the artefact comes from (never fetched)."""
    ref: str = ""
    """Names this component in its source's `Graph`; "" where the format has no graph."""
    alias: str | None = None
    """The name under which it is installed, where that is not its own."""
    role: str = "library"
    """CycloneDX component type, or "library"."""
    cpes: tuple[str, ...] = ()
    supplier: str | None = None
    """Supplier, publisher or vendor, as the source writes it."""
    published: datetime | None = None
    """When its youngest artefact was uploaded, where the source says so (nobody vouches for that)."""
    urls: tuple[str, ...] = ()
    """Further addresses that the source gives (external references, repository)."""

    @property
    def called(self) -> str:
        """Name and version, as people say it."""
        return f"{self.name} {self.version or ''}".strip()

    @property
    def package(self) -> str:
        """Its package URL, else its name and version."""
        return self.called if self.purl is None else str(self.purl)


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a source describes as a whole: the project of a lockfile, the product of an SBOM."""

    component: Component
    parts: tuple[Component, ...] = ()
    """Components that the source shows inside its subject rather than in its list: they ship all the same."""


class Graph(msgspec.Struct, frozen=True, kw_only=True):
    """Who pulls in whom, inside one source. Built only when somebody asks for a path."""

    roots: tuple[str, ...]
    """Refs at which paths begin: the project and its workspace members."""
    edges: Callable[[], Mapping[str, Sequence[str]]]
    """ref → refs of what it depends on directly. Refs that name no component, or stand twice, are tolerated."""


class Problem(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Something that we could not read or check. Problems are handed up and never dropped."""

    where: str
    """Path, or path and place: `bom.json: components/12`."""
    what: str
    line: int | None = None
    hint: str | None = None
    harmless: bool = False
    """A remark on the source (schema invalid, say) by which nothing was lost."""


Item = Component | Problem | Subject | Graph
"""What a parser yields."""
