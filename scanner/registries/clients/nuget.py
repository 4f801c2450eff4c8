"""The sources of NuGet: `NuGet.Config` of user and machine.

Spec: Microsoft, "nuget.config reference" (packageSources, disabledPackageSources, packageSourceCredentials)
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from scanner.errors import UsageError
from scanner.model.purl import Purl
from scanner.registries.clients import registry
from scanner.registries.clients.registry import Registry
from scanner.shape import xml_text

_SECTIONS = ("packageSources", "disabledPackageSources", "packageSourceCredentials")
_Settings = dict[str, dict[str, str]]
"""Section, or `packageSourceCredentials/source` → key → value."""


def registries(purl: Purl, environ: Mapping[str, str], home: Path) -> tuple[Registry, ...]:
    """Every source that is on and has an index of version 3. Encrypted passwords cannot be used: they are Windows'."""
    files = (
        registry.config_home(environ, home) / "NuGet/NuGet.Config",
        home / ".nuget/NuGet/NuGet.Config",
    )
    settings: _Settings = {}
    told_by = "the default of NuGet"
    for path in files:
        content = registry.text(path)
        if content is not None:
            _read(content, str(path), settings)
            told_by = str(path)
    sources = settings.get("packageSources", {})
    disabled = settings.get("disabledPackageSources", {})
    urls = {name: url for name, url in sources.items() if disabled.get(name, "").lower() != "true"}
    if not sources:
        # The service index is on the interface's host, which is the site's but for its first label.
        host = urlsplit(registry.public("pkg:nuget/a@1")).netloc.removeprefix("www.")
        urls = {"": f"https://api.{host}/v3/index.json"}
    found: list[Registry] = []
    for name, url in urls.items():
        if not url.lower().endswith("index.json"):
            continue  # a folder, or the old protocol
        bare, inside = registry.split(url, told_by=told_by)
        keys = settings.get(f"packageSourceCredentials/{name.replace(' ', '_x0020_')}", {})
        password = registry.expand(keys.get("ClearTextPassword", ""), environ)
        if password:
            user = registry.expand(keys.get("Username", ""), environ)
            server = urlsplit(bare)
            inside = (*inside, registry.access(f"https://{server.netloc}/", registry.basic(user, password)))
        found.append(Registry(url=bare, told_by=told_by, accesses=inside))
    if not found:
        raise UsageError("no source with an index of version 3", where=f"{told_by}: {purl}", hint="--pristine FOLDER")
    return tuple(found)


def _read(content: str, where: str, settings: _Settings) -> None:
    stack: list[str] = []
    for event in xml_text.events(content.encode(), where=where):
        if isinstance(event, xml_text.End):
            stack.pop()
            continue
        stack.append(event.name)
        section = "/".join(stack[1:-1])
        if stack[1:2] and stack[1] in _SECTIONS and event.name == "clear":
            settings[section] = {}
        elif stack[1:2] and stack[1] in _SECTIONS and event.name == "add":
            settings.setdefault(section, {})[event.attributes.get("key", "")] = event.attributes.get("value", "")
