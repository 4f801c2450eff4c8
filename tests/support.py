"""Helpers that tests share: plain data out of model values, fixtures with the registry's host filled in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import msgspec
from packageurl.contrib.purl2url import get_download_url

from scanner.model.component import Component, Graph, Item, Problem, Subject

_SAMPLES = {
    "npm": "pkg:npm/a@1",
    "pypi": "pkg:pypi/a@1",
    "cargo": "pkg:cargo/a@1",
    "gem": "pkg:gem/a@1",
    "nuget": "pkg:nuget/a@1",
    "hackage": "pkg:hackage/a@1",
}


def registry_host(purl_type: str = "npm") -> str:
    """Host of the public registry for that type, as packageurl knows it: no file of ours writes it down."""
    return urlsplit(get_download_url(_SAMPLES[purl_type]) or "").netloc  # type: ignore[no-untyped-call]  # the library has no types


def fill(text: str | bytes, purl_type: str = "npm") -> bytes:
    """A fixture with its `{registry}` tokens filled in."""
    data = text.encode() if isinstance(text, str) else text
    return data.replace(b"{registry}", registry_host(purl_type).encode())


def unfill(value: Any, purl_type: str = "npm") -> Any:
    """The reverse, for comparing with golden files."""
    host = registry_host(purl_type)
    if isinstance(value, str):
        return value.replace(host, "{registry}")
    if isinstance(value, list | tuple):
        return [unfill(item, purl_type) for item in value]
    if isinstance(value, dict):
        return {key: unfill(item, purl_type) for key, item in value.items()}
    return value


def plain(items: Iterable[Item]) -> dict[str, Any]:
    """What a parser yielded, as JSON data without the fields that say nothing."""
    out: dict[str, Any] = {"subject": None, "components": [], "problems": [], "graph": None}
    for item in items:
        match item:
            case Component():
                out["components"].append(component(item))
            case Subject():
                out["subject"] = component(item.component)
                if item.parts:
                    out["subject"]["parts"] = [component(part) for part in item.parts]
            case Problem():
                out["problems"].append({key: value for key, value in msgspec.to_builtins(item).items() if value})
            case Graph():
                edges = {ref: list(targets) for ref, targets in item.edges().items() if targets}
                out["graph"] = {"roots": list(item.roots), "edges": dict(sorted(edges.items()))}
    return out


def component(value: Component) -> dict[str, Any]:
    fields = msgspec.to_builtins(value)
    fields["purl"] = None if value.purl is None else str(value.purl)
    fields["location"] = {key: item for key, item in fields["location"].items() if item}
    defaults = {"scope": "runtime", "origin": "registry", "role": "library"}
    return {
        key: item
        for key, item in fields.items()
        if key in ("name", "version", "purl") or (item not in (None, "", [], ()) and defaults.get(key) != item)
    }
