"""What an SBOM in JSON says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from scanner.model.audit import SbomFacts
from scanner.shape import json_text

Part = Raw | UnsetType
_WHERE = "sbom"
_MOST = 50
"""Authors, tools and the like that are kept; whoever lists more means to tire us."""


class _Bom(msgspec.Struct, rename="camel"):
    spec_version: Part = UNSET
    serial_number: Part = UNSET
    metadata: Part = UNSET
    compositions: Part = UNSET
    vulnerabilities: Part = UNSET


class _Spdx(msgspec.Struct, rename="camel"):
    spdx_version: Part = UNSET
    document_namespace: Part = UNSET
    creation_info: Part = UNSET
    sbom: Part = UNSET
    wrapped: Part = msgspec.field(name="Document", default=UNSET)


class _Syft(msgspec.Struct, rename="camel"):
    descriptor: Part = UNSET
    schema: Part = UNSET


class _Graph(msgspec.Struct):
    graph: Part = msgspec.field(name="@graph", default=UNSET)


class _Element(msgspec.Struct):
    type: Part = UNSET
    spdx_id: Part = msgspec.field(name="spdxId", default=UNSET)
    node: Part = msgspec.field(name="@id", default=UNSET)
    name: Part = UNSET
    spec_version: Part = msgspec.field(name="specVersion", default=UNSET)
    created: Part = UNSET
    created_by: Part = msgspec.field(name="createdBy", default=UNSET)
    created_using: Part = msgspec.field(name="createdUsing", default=UNSET)
    sbom_type: Part = msgspec.field(name="software_sbomType", default=UNSET)


def cyclonedx(data: bytes) -> SbomFacts:
    """Raises `InputError`, as the others do."""
    bom: _Bom = json_text.typed(data, _Bom, where=_WHERE)
    metadata = entry(_value(bom.metadata))
    makers = [*entries(metadata.get("authors"))]
    makers += [entry(metadata.get(key)) for key in ("manufacturer", "manufacture", "supplier")]
    return SbomFacts(
        format="CycloneDX",
        version=text(_value(bom.spec_version)),
        serial=text(_value(bom.serial_number)),
        created=text(metadata.get("timestamp")),
        authors=kept(map(party, makers)),
        tools=kept(_tools(metadata.get("tools"))),
        lifecycles=kept(text(one.get("phase")) or text(one.get("name")) for one in entries(metadata.get("lifecycles"))),
        completeness=kept(text(one.get("aggregate")) for one in entries(_value(bom.compositions))),
        vulnerabilities=len(entries(_value(bom.vulnerabilities))),
    )


def _tools(value: Any) -> Iterator[str]:
    """A list up to 1.4; since 1.5 an object of components and services."""
    for one in entries(value) or (*entries(entry(value).get("components")), *entries(entry(value).get("services"))):
        yield named(text(one.get("name")), text(one.get("version")))


def party(one: dict[str, Any]) -> str:
    """A name with an address at which somebody answers."""
    contacts = [text(one.get("email")), *(text(item.get("email")) for item in entries(one.get("contact")))]
    urls = one.get("url")
    contacts += map(text, urls if isinstance(urls, list) else [urls])
    contact = next(filter(None, contacts), "")
    names = [text(one.get("name")), *(text(item.get("name")) for item in entries(one.get("contact")))]
    name = next(filter(None, names), "")
    return f"{name} ({contact})" if name and contact else name or contact


def spdx2(data: bytes) -> SbomFacts:
    outer: _Spdx = json_text.typed(data, _Spdx, where=_WHERE)
    for inside in (outer.sbom, outer.wrapped):
        if inside and outer.creation_info is UNSET:
            outer = json_text.typed(bytes(inside), _Spdx, where=_WHERE)
    return of_spdx2(
        text(_value(outer.spdx_version)), text(_value(outer.document_namespace)), entry(_value(outer.creation_info))
    )


def of_spdx2(version: str, namespace: str, info: dict[str, Any]) -> SbomFacts:
    """What the creation information says; its creators are `Tool: …`, `Person: …` or `Organization: …`."""
    creators = info.get("creators")
    told = [text(one).strip() for one in (creators if isinstance(creators, list) else [creators])]
    return SbomFacts(
        format="SPDX",
        version=version.removeprefix("SPDX-"),
        serial=namespace,
        created=text(info.get("created")),
        authors=kept(_behind(one) for one in told if not one.lower().startswith("tool:")),
        tools=kept(_behind(one) for one in told if one.lower().startswith("tool:")),
        completeness=None,
    )


def _behind(creator: str) -> str:
    kind, colon, name = creator.partition(":")
    found = name.strip() if colon and kind.lower() in ("tool", "person", "organization") else creator
    return "" if found.upper() in ("NOASSERTION", "NONE", "ANONYMOUS", "()") else found.removesuffix("()").strip()


def spdx3(data: bytes) -> SbomFacts:
    graph: _Graph = json_text.typed(data, _Graph, where=_WHERE)
    elements: list[_Element] = [] if not graph.graph else json_text.typed(bytes(graph.graph), list[_Element], where="")
    document = next((one for one in elements if bytes(one.type or b"").endswith(b'SpdxDocument"')), _Element())
    info = next((one for one in elements if one.created is not UNSET), _Element())
    wanted = {text(one) for part in (info.created_by, info.created_using) for one in _list(_value(part))}
    names = {
        key: text(_value(one.name)) for one in elements if (key := text(_value(one.spdx_id or one.node))) in wanted
    }
    return SbomFacts(
        format="SPDX",
        version=text(_value(info.spec_version)),
        serial=text(_value(document.spdx_id or document.node)),
        created=text(_value(info.created)),
        authors=kept(_agent(one, names) for one in _list(_value(info.created_by))),
        tools=kept(_agent(one, names) for one in _list(_value(info.created_using))),
        lifecycles=kept(text(kind) for one in elements if one.sbom_type for kind in _list(_value(one.sbom_type))),
        completeness=None,
    )


def _agent(value: Any, names: dict[str, str]) -> str:
    return text(entry(value).get("name")) or names.get(text(value)) or text(value)


def syft(data: bytes) -> SbomFacts:
    document: _Syft = json_text.typed(data, _Syft, where=_WHERE)
    tool = entry(_value(document.descriptor))
    return SbomFacts(
        format="syft",
        version=text(entry(_value(document.schema)).get("version")),
        created=text(tool.get("timestamp")),
        tools=kept([named(text(tool.get("name")), text(tool.get("version")))]),
        completeness=None,
    )


def named(name: str, version: str) -> str:
    return f"{name} {version}" if name and version else name


def text(value: Any) -> str:
    """A string without halves of characters; "" for everything else."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def entry(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def entries(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def kept(found: Iterable[str]) -> tuple[str, ...]:
    """Each once, and no more than anybody reads."""
    return tuple(dict.fromkeys(one for one in found if one))[:_MOST]


def _value(part: Part) -> Any:
    return None if not part else json_text.value(bytes(part), where=_WHERE)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
