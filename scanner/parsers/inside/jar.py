"""Java archives and the libraries shaded into them, by `pom.properties`, manifest and file name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scanner.model.component import Component, Location, Problem
from scanner.model.delivered_files import Recognised
from scanner.parsers import jar_identity, maven
from scanner.parsers.jar_identity import Identity

FILES = r"(?i:!/META-INF/(?:MANIFEST\.MF|maven/.+/pom\.properties))\Z"
_ARCHIVES = (".jar", ".war", ".ear", ".rar", ".aar")


def read(kept: Mapping[str, bytes]) -> Iterator[Recognised | Problem]:
    """Yield each archive that says which artefact it is, and each artefact that another one swallowed."""
    archives: dict[str, list[str]] = {}
    for path in kept:
        archives.setdefault(path[: path.upper().rindex("!/META-INF/")], []).append(path)
    for archive, paths in archives.items():
        poms = [
            (path, identity)
            for path in paths
            if path.lower().endswith("/pom.properties")
            and (identity := jar_identity.from_pom_properties(kept[path])) is not None
        ]
        own = next((one for one in poms if jar_identity.is_this(one[1], archive, alone=len(poms) == 1)), None)
        manifest = next((path for path in paths if path.upper().endswith("MANIFEST.MF")), None)
        if own is not None:
            yield Recognised(component=_component(own[1], own[0]), root=archive, archive=True)
        elif manifest is not None and archive.lower().endswith(_ARCHIVES):
            identity = jar_identity.from_manifest(jar_identity.manifest(kept[manifest]), archive)
            # A name that nothing but the file name gives is no more than that.
            if identity.artifact and identity.version:
                yield Recognised(component=_component(identity, manifest), root=archive, archive=True)
        for path, identity in poms:
            if own is None or path != own[0]:
                yield Recognised(component=_component(identity, path), root=path)


def _component(identity: Identity, path: str) -> Component:
    group, artifact, version, line, supplier = identity
    return Component(
        name=f"{group}:{artifact}" if group else artifact,
        version=version or None,
        purl=maven.purl(group, artifact, version or None),
        location=Location(path, line),
        supplier=supplier,
    )
