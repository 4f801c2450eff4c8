"""The index of Python packages: pip's files and environment, else uv's; keys from the address or `.netrc`.

Spec: pip's documentation, "Configuration" and "Authentication"; uv's, "Package indexes".
"""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scanner.errors import UsageError
from scanner.model.purl import Purl
from scanner.registries.clients import registry
from scanner.registries.clients.registry import Registry
from scanner.shape import toml_text

_SECTIONS = ("global", "install", "download")


def registries(purl: Purl, environ: Mapping[str, str], home: Path) -> tuple[Registry, ...]:  # as all
    """The index, then the extra ones. An index that is a folder of this machine (`file:`) is passed over."""
    pip, uv = _pip(environ, home), _uv(environ, home)
    urls: list[tuple[str, str]] = []
    if "no-index" not in pip or pip["no-index"][0].lower() in ("0", "false", "no", "off"):
        urls.append(pip.get("index-url") or uv.get("index-url") or (_default(), "the default of pip"))
    for settings in (pip, uv):
        value, place = settings.get("extra-index-url", ("", ""))
        urls += [(url, place) for url in value.split()]
    cert = pip.get("cert")
    found: list[Registry] = []
    for url, place in urls:
        if url.lower().startswith("file:") or url.startswith("/"):
            continue
        bare, inside = registry.split(url, told_by=place)
        found.append(
            Registry(
                url=registry.folder(bare),
                told_by=place,
                accesses=inside or registry.from_netrc(environ, home, (bare,)),
                certificates=cert[0] if cert else None,
            )
        )
    if not found:
        raise UsageError(
            "pip is configured to use no index over http", where=purl, hint="--pristine FOLDER with the files"
        )
    return tuple(found)


def _pip(environ: Mapping[str, str], home: Path) -> dict[str, tuple[str, str]]:
    dirs = [Path(one) / "pip/pip.conf" for one in environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":") if one]
    files = [*dirs, Path("/etc/pip.conf"), home / ".pip/pip.conf", registry.config_home(environ, home) / "pip/pip.conf"]
    if environ.get("VIRTUAL_ENV"):
        files.append(Path(environ["VIRTUAL_ENV"]) / "pip.conf")
    if environ.get("PIP_CONFIG_FILE"):
        chosen = environ["PIP_CONFIG_FILE"]
        files = [] if chosen == os.devnull else [*files, Path(chosen)]
    settings: dict[str, tuple[str, str]] = {}
    for path in files:
        content = registry.text(path)
        if content is None:
            continue
        parser = configparser.RawConfigParser(strict=False)
        try:
            parser.read_string(content)
        except configparser.Error as error:
            raise UsageError("it cannot be understood", where=path, hint="pip config debug") from error
        for section in _SECTIONS:
            if parser.has_section(section):
                settings |= {key.replace("_", "-"): (value or "", str(path)) for key, value in parser.items(section)}
    for name, value in environ.items():
        if name.startswith("PIP_") and value:
            settings[name[len("PIP_") :].lower().replace("_", "-")] = (value, name)
    return settings


def _uv(environ: Mapping[str, str], home: Path) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    path = registry.config_home(environ, home) / "uv/uv.toml"
    content = registry.text(path)
    if content is not None:
        found |= dict(_uv_toml(toml_text.value(content.encode(), where=str(path)), str(path)))
    for key, names in (
        ("index-url", ("UV_INDEX_URL", "UV_DEFAULT_INDEX")),
        ("extra-index-url", ("UV_EXTRA_INDEX_URL", "UV_INDEX")),
    ):
        for name in names:
            if environ.get(name):
                # `UV_INDEX` may give each address a name: `company=https://…`.
                urls = [one if one.partition("=")[0].count(":") else one.partition("=")[2] or one for one in
                        environ[name].split()]  # fmt: skip
                found[key] = (" ".join(urls), name)
    return found


def _uv_toml(document: Mapping[str, Any], place: str) -> Iterator[tuple[str, tuple[str, str]]]:
    extra: list[str] = []
    if isinstance(document.get("index-url"), str):
        yield "index-url", (document["index-url"], place)
    if isinstance(document.get("extra-index-url"), list):
        extra += [one for one in document["extra-index-url"] if isinstance(one, str)]
    entries = document.get("index")
    for entry in entries if isinstance(entries, list) else ():
        url = entry.get("url") if isinstance(entry, dict) else None
        # An explicit index serves only packages that a project assigns to it.
        if not isinstance(url, str) or entry.get("explicit") is True:
            continue
        if entry.get("default") is True:
            yield "index-url", (url, place)
        else:
            extra.append(url)
    if extra:
        yield "extra-index-url", (" ".join(extra), place)


def _default() -> str:
    return f"https://{urlsplit(registry.public('pkg:pypi/a@1')).netloc}/simple/"
