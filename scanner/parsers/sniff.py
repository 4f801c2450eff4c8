"""Which SBOM format a file is in, told by its content whatever it is called.

It runs over every JSON, XML, YAML and text file of a tree: nothing is parsed whole. JSON is skipped through once by
the decoder, which answers the keys of the outermost object only; of XML the root element is read; text is told by its
first line, and by a key that stands at the beginning of one.
"""

from __future__ import annotations

import re

import msgspec
from msgspec import UNSET, UnsetType

from scanner.errors import InputError
from scanner.shape import encoding

_HEAD = 64 * 1024
"""How far a first line, or what stands around a root element, may reach."""
_MOST_COMMENTS = 1024 * 1024
# Patterns are compiled where they are used first: one file needs few of them.
_PROTOBUF = rb"\n\x031\.[0-9][\x10\x1a]"
_TEXT_COMMENTS = rb"(?:\s+|#[^\n]*\n|---[^\n]*\n|%[^\n]*\n)*"
_JSON_COMMENTS = rb"(?s)(?:\s+|//[^\n]*\n|/\*.*?\*/)*"

Part = msgspec.Raw | UnsetType


class _Top(msgspec.Struct):
    """Keys of the outermost object that tell formats apart."""

    schema_address: Part = msgspec.field(name="$schema", default=UNSET)
    bom_format: Part = msgspec.field(name="bomFormat", default=UNSET)
    spec_version: Part = msgspec.field(name="specVersion", default=UNSET)
    serial_number: Part = msgspec.field(name="serialNumber", default=UNSET)
    components: Part = UNSET
    spdx_version: Part = msgspec.field(name="spdxVersion", default=UNSET)
    spdx_id: Part = msgspec.field(name="SPDXID", default=UNSET)
    packages: Part = UNSET
    sbom: Part = UNSET
    document: Part = msgspec.field(name="Document", default=UNSET)
    context: Part = msgspec.field(name="@context", default=UNSET)
    graph: Part = msgspec.field(name="@graph", default=UNSET)
    artifacts: Part = UNSET
    artifact_relationships: Part = msgspec.field(name="artifactRelationships", default=UNSET)
    descriptor: Part = UNSET
    schema: Part = UNSET
    predicate_type: Part = msgspec.field(name="predicateType", default=UNSET)


_DECODER = msgspec.json.Decoder(_Top)
_BEGINS_CYCLONEDX = rb'\{\s*(?:"\$schema"\s*:\s*"[^"\\]{0,200}"\s*,\s*)?"bomFormat"\s*:\s*"CycloneDX"'
# In JSON that breaks off or breaks the rules: keys with the values that only an SBOM gives them.
_BROKEN_JSON = (
    ("cyclonedx-json", rb'"bomFormat"\s*:\s*"CycloneDX"'),
    ("cyclonedx-json", rb'"\$schema"\s*:\s*"https?://cyclonedx\.org/schema/bom'),
    ("spdx2-json", rb'"spdxVersion"\s*:\s*"SPDX-[12]'),
    ("spdx2-json", rb'"SPDXID"\s*:\s*"SPDXRef-DOCUMENT"'),
    ("spdx3-json", rb'"@context"\s*:\s*\[?\s*"https?://spdx\.org/rdf/3'),
    # syft says what it is at its end only.
    ("syft-json", rb'\A\s*\{\s*"artifacts"\s*:\s*\[\s*\{\s*"id"\s*:\s*"'),
    ("spdx2-yaml", rb"[{,\s]spdxVersion\s*:\s*[\"']?SPDX-[12]"),
)
# One generator prints the document as Python bytes, hence the optional `b'`.
_SPDX_TAG = (
    rb"(?:b')?(?:SPDXVersion|DataLicense|SPDXID|SPDXIdentifier|DocumentName|DocumentNamespace|DocumentComment|Creator|Created"
    rb"|CreatorComment|LicenseListVersion|ExternalDocumentRef|PackageName|FileName|Relationship|LicenseID|Reviewer)"
    rb"[ \t]*:"
)
_SPDX_TAG_LINE = rb"(?m)^[ \t]*(?:b')?(?:SPDXVersion[ \t]*:[ \t]*SPDX-|PackageName[ \t]*:)"
_YAML_KEY = rb"[\"']?[A-Za-z$@_][\w$@. -]{0,200}[\"']?[ \t]{0,8}:(?:\s|\Z)"
_YAML_SPDX = (
    rb"(?m)^(?:[\"']?spdxVersion[\"']?[ \t]*:[ \t]*[\"']?SPDX-[12]"
    rb"|[\"']?SPDXID[\"']?[ \t]*:[ \t]*[\"']?SPDXRef-DOCUMENT[\"']?\s*$)"
)
_YAML_WRAPPER = rb"(?:Document|sbom|SPDXDocument|SpdxDocument)[ \t]*:"
_YAML_WRAPPED = rb"(?m)^[ \t]+[\"']?spdxVersion[\"']?[ \t]*:[ \t]*[\"']?SPDX-[12]"
_ROOT = rb"<(?:[\w.-]{1,200}:)?([\w.-]{1,200})"
_TEXTPROTO = rb"(?:spec_version|bom_format|serial_number|version|metadata|components)\s*[:{]"
_TEXTPROTO_LINE = rb"(?m)^[ \t]*(?:spec_version:\s*\"1\.[0-9]\"|serial_number:\s*\"urn:uuid:|type:\s*CLASSIFICATION_)"
_YAML_CYCLONEDX = rb"(?m)^[\"']?bomFormat[\"']?[ \t]*:[ \t]*[\"']?CycloneDX\b"
_SHEETS = (b"Document Info", b"Package Info")


def sniff(data: bytes) -> str | None:
    """The name of the parser that reads this content; `None` where it is no SBOM, or none that we read."""
    document = _plain(data)
    first = document[:1]
    if first == b"{" or first == b"/":
        return _json(document)
    if first == b"<":
        return _xml(document)
    return _text(document)


def kind_we_cannot_read(data: bytes) -> str | None:
    """What kind of SBOM this is, where it is one that no parser of ours reads."""
    if data.startswith(b"PK\x03\x04"):
        return "an SPDX spreadsheet" if _is_workbook(data) else None
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return "an SPDX spreadsheet" if all(name in data for name in _SHEETS) else None
    if re.match(_PROTOBUF, data):
        return "CycloneDX as protobuf"
    document = _plain(data)
    if document.startswith(b"<"):
        if _root(document)[0] == b"SoftwareIdentity":
            return "a SWID tag"
        return None
    if document.startswith(b"{"):
        top = _decoded(document)
        if top is not None and any(word in _lower(top.predicate_type) for word in (b"cyclonedx", b"spdx")):
            return "an in-toto statement around an SBOM"
        return None
    head = _after(_TEXT_COMMENTS, document)[:_HEAD]
    if re.match(_TEXTPROTO, head) and re.search(_TEXTPROTO_LINE, head):
        return "CycloneDX as protobuf text"
    if re.match(_YAML_KEY, head) and re.search(_YAML_CYCLONEDX, head):
        return "CycloneDX as YAML"
    return None


def _plain(data: bytes) -> bytes:
    """UTF-8 without a mark and without leading space; no copy where it begins with neither."""
    try:
        document = encoding.utf8(data, where="")
    except InputError:
        return b""
    return document.lstrip() if document[:1].isspace() else document


def _after(comments: bytes, document: bytes) -> bytes:
    found = re.compile(comments).match(document, 0, _MOST_COMMENTS)
    return document[found.end() :] if found and found.end() else document


def _json(document: bytes) -> str | None:
    if not document.startswith(b"{"):
        document = _after(_JSON_COMMENTS, document)
        if not document.startswith(b"{"):
            return None
    if re.match(_BEGINS_CYCLONEDX, document):  # as every tool writes it: nothing need be skipped through
        return "cyclonedx-json"
    top = _decoded(document)
    if top is None:
        return next((name for name, pattern in _BROKEN_JSON if re.search(pattern, document)), None)
    if _is_text(top.bom_format) or b"cyclonedx.org/schema/bom" in _lower(top.schema_address):
        return "cyclonedx-json"
    if _is_spdx2(top):
        return "spdx2-json"
    if b"spdx.org/rdf/3" in bytes(top.context or b"") or b'"SpdxDocument"' in bytes(top.graph or b""):
        return "spdx3-json"
    if _is_list(top.artifacts) and (
        top.artifact_relationships or b"syft" in bytes(top.schema or b"") or b'"syft"' in bytes(top.descriptor or b"")
    ):
        return "syft-json"
    for wrapped in (top.sbom, top.document):
        inner = _decoded(bytes(wrapped)) if wrapped else None  # anything but an object decodes to nothing
        if inner is not None and _is_spdx2(inner):
            return "spdx2-json"
    return "cyclonedx-json" if _is_unnamed_cyclonedx(top) else None


def _decoded(document: bytes) -> _Top | None:
    try:
        return _DECODER.decode(document)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None


def _is_spdx2(top: _Top) -> bool:
    if bytes(top.spdx_version or b"").startswith((b'"SPDX-1', b'"SPDX-2')):
        return True
    if bytes(top.spdx_id or b"").startswith(b'"SPDXRef-'):
        return True
    return _is_list(top.packages) and b'"SPDXID"' in bytes(top.packages or b"")


def _is_unnamed_cyclonedx(top: _Top) -> bool:
    """Neither `bomFormat` nor `$schema`: what stands in it must speak for itself."""
    if bytes(top.spec_version or b"").startswith((b'"1.', b"1.")):
        return _is_list(top.components) or _lower(top.serial_number).startswith(b'"urn:uuid:')
    return _is_list(top.components) and b'"bom-ref"' in bytes(top.components or b"")


def _is_text(part: Part) -> bool:
    return bytes(part or b"").startswith(b'"')


def _is_list(part: Part) -> bool:
    return bytes(part or b"").startswith(b"[")


def _lower(part: Part) -> bytes:
    return bytes(part or b"")[:_HEAD].lower()


def _xml(document: bytes) -> str | None:
    name, near = _root(document)
    if name == b"bom" and (b"cyclonedx" in near.lower() or b"urn:uuid:" in near or b"component" in near):
        return "cyclonedx-xml"
    if name in (b"RDF", b"SpdxDocument") and b"spdx.org/rdf/terms" in near:
        return "spdx2-rdf"
    if not name and near:
        if b"cyclonedx.org/schema/bom" in near:
            return "cyclonedx-xml"
        if b"spdx.org/rdf/terms" in near:
            return "spdx2-rdf"
    if name == b"Document" and (b"<SPDXID>" in near or b"<spdxVersion>" in near):
        return "spdx2-xml"
    return None


def _root(document: bytes) -> tuple[bytes, bytes]:
    """Local name of the root element, and what begins with it.

    Empty where there is none. Behind a document type with declarations of its own the name is empty, and the second
    is all the document.
    """
    place = 0
    while (place := document.find(b"<", place)) >= 0:
        opening = document[place : place + 9]
        if opening.startswith(b"<?"):
            end = document.find(b"?>", place)
        elif opening.startswith(b"<!--"):
            end = document.find(b"-->", place)
        elif opening.startswith(b"<!"):
            end, inner = document.find(b">", place), document.find(b"[", place)
            if 0 <= inner < end:
                # Declarations can hold anything, a false root too: what is behind them is not looked for.
                return b"", document
        else:
            root = re.compile(_ROOT).match(document, place)
            return (root[1], document[place : place + _HEAD]) if root else (b"", b"")
        if end < 0:
            break
        place = end + 1
    return b"", b""


def _text(document: bytes) -> str | None:
    document = _after(_TEXT_COMMENTS, document)
    if re.match(_SPDX_TAG, document) and re.search(_SPDX_TAG_LINE, document[:_HEAD]):
        return "spdx2-tag-value"
    if not re.match(_YAML_KEY, document):
        return None
    if b"spdxVersion" not in document and b"SPDXRef-DOCUMENT" not in document:
        return None
    if b"\n```" in document:  # Markdown that shows an example: no YAML has a backtick there
        return None
    if re.search(_YAML_SPDX, document) or (re.match(_YAML_WRAPPER, document) and re.search(_YAML_WRAPPED, document)):
        return "spdx2-yaml"
    return None


def _is_workbook(data: bytes) -> bool:
    """Whether a zip is a workbook with the sheets of an SPDX document."""
    # With them come four compressors: for what looks like one only.
    import io
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("xl/workbook.xml") as member:
            names = member.read(_HEAD)
    except (KeyError, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return False
    return all(name in names for name in _SHEETS)
