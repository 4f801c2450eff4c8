"""The registry of cargo: `config.toml` of the user with its source replacements, `credentials.toml`, environment.

Spec: The Cargo Book, "Source Replacement", "Registries" and "Registry Authentication"
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
from scanner.shape import toml_text

_MOST_STEPS = 10
_PUBLIC = "crates-io"
"""How cargo calls the source that may be replaced."""


def registries(purl: Purl, environ: Mapping[str, str], home: Path) -> tuple[Registry, ...]:  # every client's signature
    """The sparse index behind the public source, or what replaces it. An index in git cannot be asked."""
    folder = Path(environ.get("CARGO_HOME") or home / ".cargo")
    config, place = _toml(folder, "config.toml", "config")
    secrets, _ = _toml(folder, "credentials.toml", "credentials")
    name, index = _source(config, environ, place)
    if index is None:
        # The index lies beside the registry's own site.
        host = urlsplit(registry.public("pkg:cargo/a@1")).netloc
        index, place = f"sparse+https://index.{host}/", "the default of cargo"
    if not index.startswith("sparse+"):
        raise registry.unusable(index, f"{place}: source of {purl.name}")
    bare, inside = registry.split(index.removeprefix("sparse+"), told_by=place)
    table = _table(secrets, "registry") if name == _PUBLIC else _table(secrets, "registries", name)
    variable = f"CARGO_REGISTRIES_{name.upper().replace('-', '_')}_TOKEN"
    token = environ.get("CARGO_REGISTRY_TOKEN" if name == _PUBLIC else variable) or table.get("token")
    # The public index is open to all: a token that may publish has no business there.
    if isinstance(token, str) and name != _PUBLIC:
        inside = (*inside, registry.access(bare, token))
    ca = _table(config, "http").get("cainfo")
    return (
        Registry(
            url=registry.folder(bare),
            told_by=place,
            accesses=inside,
            certificates=str(folder / ca) if isinstance(ca, str) else None,
        ),
    )


def _source(config: Mapping[str, Any], environ: Mapping[str, str], place: str) -> tuple[str, str | None]:
    """Follow `replace-with` from the public source → (name of the registry, its index)."""
    name = _PUBLIC
    for _ in range(_MOST_STEPS):
        source = _table(config, "source", name)
        following = source.get("replace-with")
        if isinstance(following, str):
            name = following
            continue
        index = source.get("registry")
        if not isinstance(index, str):
            variable = f"CARGO_REGISTRIES_{name.upper().replace('-', '_')}_INDEX"
            index = environ.get(variable) or _table(config, "registries", name).get("index")
        if isinstance(index, str):
            return name, index
        if name == _PUBLIC:
            return name, None
        raise UsageError(
            f"source {name!r} is no registry that can be asked", where=place, hint="--pristine FOLDER with the crates"
        )
    raise UsageError("sources that replace each other in a circle", where=place)


def _table(document: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    node: Any = document
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else {}


def _toml(folder: Path, *names: str) -> tuple[dict[str, Any], str]:
    for name in names:
        content = registry.text(folder / name)
        if content is not None:
            return toml_text.value(content.encode(), where=str(folder / name)), str(folder / name)
    return {}, str(folder / names[0])
