"""The repository of Maven: mirrors and servers of `settings.xml`.

Spec: Maven, "Settings Reference" and "Using Mirrors for Repositories"
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scanner.model.purl import Purl
from scanner.registries.clients import registry
from scanner.registries.clients.registry import Registry
from scanner.shape import xml_text


def registries(purl: Purl, environ: Mapping[str, str], home: Path) -> tuple[Registry, ...]:  # every client's signature
    """The first mirror of the public repository, else that itself. Repositories of profiles and projects are not read.

    Passwords that Maven encrypted (`{…}`) cannot be used.
    """
    del purl
    told_by = "the default of Maven"
    mirrors: list[tuple[dict[str, str], str]] = []
    servers: dict[str, dict[str, str]] = {}
    installed = [Path(environ[name]) / "conf/settings.xml" for name in ("MAVEN_HOME", "M2_HOME") if environ.get(name)]
    for path in (home / ".m2/settings.xml", *installed, Path("/etc/maven/settings.xml")):
        content = registry.text(path)
        if content is None:
            continue
        for kind, fields in _entries(content, str(path)):
            values = {key: registry.expand(value, environ) for key, value in fields.items()}
            if kind == "mirror" and _mirrors_public(values.get("mirrorOf", "")):
                mirrors.append((values, str(path)))
            elif kind == "server":
                servers.setdefault(values.get("id", ""), values)
    url = registry.public("pkg:maven/g/a@1").removesuffix("g/a/1/a-1.jar")
    server = servers.get("central", {})
    if mirrors:
        chosen, told_by = mirrors[0]
        url, server = chosen.get("url", ""), servers.get(chosen.get("id", ""), {})
    bare, inside = registry.split(url, told_by=told_by)
    password = server.get("password", "")
    if password and not password.startswith("{"):
        inside = (*inside, registry.access(bare, registry.basic(server.get("username", ""), password)))
    return (Registry(url=registry.folder(bare), told_by=told_by, accesses=inside),)


def _mirrors_public(names: str) -> bool:
    """`*`, `external:*` or the name of the public repository, unless that is taken out again."""
    listed = [name.strip() for name in names.split(",")]
    return "!central" not in listed and any(name in ("*", "external:*", "central") for name in listed)


def _entries(content: str, where: str) -> list[tuple[str, dict[str, str]]]:
    """(mirror or server, its fields), in order."""
    found: list[tuple[str, dict[str, str]]] = []
    inside: str | None = None
    for event in xml_text.events(content.encode(), where=where):
        if isinstance(event, xml_text.Start):
            if event.name in ("mirror", "server"):
                inside = event.name
                found.append((inside, {}))
        elif event.name == inside:
            inside = None
        elif inside is not None:
            found[-1][1].setdefault(event.name, event.text)
    return found
