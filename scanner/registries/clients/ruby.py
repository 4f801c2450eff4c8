"""The sources of RubyGems: Bundler's mirrors and keys, else `.gemrc`.

Spec: RubyGems, "gem environment"; Bundler, "bundle config" (mirrors and credentials)
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scanner.errors import UsageError
from scanner.model.purl import Purl
from scanner.registries.clients import registry
from scanner.registries.clients.registry import Registry
from scanner.shape import yaml_text


def registries(purl: Purl, environ: Mapping[str, str], home: Path) -> tuple[Registry, ...]:
    """The mirror for everything or for the public source, else the sources of `.gemrc` in their order."""
    public = registry.public("pkg:gem/a@1").removesuffix("downloads/a-1.gem")
    bundle, place = _bundle(environ, home)
    gemrc, gemrc_place = _yaml(Path(environ.get("GEMRC") or home / ".gemrc"))
    listed = gemrc.get(":sources")
    sources = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    mirror = bundle.get(_key("MIRROR.ALL")) or bundle.get(_key(f"MIRROR.{public}"))
    if mirror is None:
        mirror = bundle.get(_key(f"MIRROR.{public.rstrip('/')}"))
    urls = [(mirror, place)] if mirror else [(one, gemrc_place) for one in sources]
    ca = gemrc.get(":ssl_ca_cert") or bundle.get("BUNDLE_SSL_CA_CERT")
    found: list[Registry] = []
    for url, told_by in urls or [(public, "the default of gem")]:
        bare, inside = registry.split(url, told_by=told_by)
        host = urlsplit(bare).netloc
        pair = bundle.get(_key(host))
        if pair is not None and ":" in pair:
            user, _, password = pair.partition(":")
            inside = (*inside, registry.access(f"https://{host}/", registry.basic(user, password)))
        found.append(
            Registry(
                url=registry.folder(bare),
                told_by=told_by,
                accesses=inside,
                certificates=ca if isinstance(ca, str) else None,
            )
        )
    if not found:
        raise UsageError("no source is configured", where=purl)
    return tuple(found)


def _bundle(environ: Mapping[str, str], home: Path) -> tuple[dict[str, str], str]:
    folder = environ.get("BUNDLE_USER_HOME")
    settings, place = _yaml(Path(environ.get("BUNDLE_USER_CONFIG") or Path(folder or home / ".bundle") / "config"))
    found = {_key(key.removeprefix("BUNDLE_")): value for key, value in settings.items() if isinstance(value, str)}
    found |= {_key(key.removeprefix("BUNDLE_")): value for key, value in environ.items() if key.startswith("BUNDLE_")}
    return found, place


def _key(name: str) -> str:
    """Bundler writes dots as two and dashes as three underlines; slashes at the end come and go."""
    return "BUNDLE_" + name.upper().rstrip("/").replace("-", "___").replace(".", "__")


def _yaml(path: Path) -> tuple[dict[str, Any], str]:
    content = registry.text(path)
    document = yaml_text.value(content.encode(), where=str(path)) if content and content.strip() else None
    return (document if isinstance(document, dict) else {}), str(path)
