"""The shape of a CycloneDX document: what it says of components, in whatever notation.

Spec: https://cyclonedx.org/specification/overview/ (ECMA-424). The structs are JSON's shape, and the XML reader fills
the same ones. Every key that the specification knows stands in them, the parts that we do not read as `msgspec.Raw`:
so a decoded document, encoded again, shows whether a key was lost (see `json_text.repeats_nothing`).
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

Text = str | UnsetType | None
Unread = msgspec.Raw | UnsetType

_ODD_KEYS = {"bom_ref": "bom-ref", "mime_type": "mime-type", "schema": "$schema"}


def _key(field: str) -> str:
    """The document's key for a field: camel case, but for a few."""
    first, *others = field.split("_")
    return _ODD_KEYS.get(field) or first + "".join(word.capitalize() for word in others)


class Hash(msgspec.Struct, gc=False):
    alg: Text = UNSET
    content: Text = UNSET


class Reference(msgspec.Struct, gc=False, rename=_key):
    """An external reference."""

    type: Text = UNSET
    url: Text = UNSET
    comment: Unread = UNSET
    hashes: list[Hash] | UnsetType | None = UNSET
    properties: Unread = UNSET


class Party(msgspec.Struct, gc=False, rename=_key):
    """An organisation."""

    bom_ref: Unread = UNSET
    name: Text = UNSET
    address: Unread = UNSET
    url: Unread = UNSET
    contact: Unread = UNSET


class Claim(msgspec.Struct, gc=False, rename=_key):
    """A component as the document describes it."""

    type: Text = UNSET
    bom_ref: Text = UNSET
    mime_type: Unread = UNSET
    supplier: Party | UnsetType | None = UNSET
    manufacturer: Party | UnsetType | None = UNSET
    author: Unread = UNSET
    authors: Unread = UNSET
    publisher: Text = UNSET
    group: Text = UNSET
    name: Text = UNSET
    version: Text = UNSET
    version_range: Text = UNSET
    is_external: Unread = UNSET
    description: Unread = UNSET
    scope: Text = UNSET
    hashes: list[Hash] | UnsetType | None = UNSET
    licenses: Unread = UNSET
    copyright: Unread = UNSET
    patent_assertions: Unread = UNSET
    cpe: Text = UNSET
    purl: Text = UNSET
    omnibor_id: Unread = UNSET
    swhid: Unread = UNSET
    swid: Unread = UNSET
    modified: Unread = UNSET
    pedigree: Unread = UNSET
    external_references: list[Reference] | UnsetType | None = UNSET
    properties: Unread = UNSET
    components: list[Claim] | UnsetType | None = UNSET
    evidence: Unread = UNSET
    release_notes: Unread = UNSET
    model_card: Unread = UNSET
    data: Unread = UNSET
    crypto_properties: Unread = UNSET
    signature: Unread = UNSET
    tags: Unread = UNSET


class Dependency(msgspec.Struct, gc=False, rename=_key):
    ref: Text = UNSET
    depends_on: list[str] | UnsetType | None = UNSET
    provides: list[str] | UnsetType | None = UNSET


class Metadata(msgspec.Struct, rename=_key):
    timestamp: Unread = UNSET
    lifecycles: Unread = UNSET
    tools: Unread = UNSET
    manufacturer: Unread = UNSET
    manufacture: Unread = UNSET
    authors: Unread = UNSET
    component: Claim | UnsetType | None = UNSET
    supplier: Unread = UNSET
    licenses: Unread = UNSET
    properties: Unread = UNSET
    distribution_constraints: Unread = UNSET


class Bom(msgspec.Struct, rename=_key):
    schema: Text = UNSET
    bom_format: Text = UNSET
    spec_version: Text = UNSET
    serial_number: Text = UNSET
    version: Unread = UNSET
    metadata: Metadata | UnsetType | None = UNSET
    components: list[Claim] | UnsetType | None = UNSET
    dependencies: list[Dependency] | UnsetType | None = UNSET
    services: Unread = UNSET
    external_references: Unread = UNSET
    compositions: Unread = UNSET
    vulnerabilities: Unread = UNSET
    annotations: Unread = UNSET
    formulation: Unread = UNSET
    declarations: Unread = UNSET
    definitions: Unread = UNSET
    citations: Unread = UNSET
    properties: Unread = UNSET
    signature: Unread = UNSET
