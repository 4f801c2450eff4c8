"""CycloneDX 1.2 to 1.7 in JSON.

Spec: https://cyclonedx.org/docs/1.7/json/. A document of the right shape is decoded straight into structs. One that is
not, or that says a key twice, is taken apart value by value, so that what is wrong costs only itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.errors import InputError
from scanner.model.component import Item, Location, Problem
from scanner.parsers.cyclonedx import Bom, Claim, Dependency
from scanner.parsers.cyclonedx_document import NOT_CHECKED, READ_ALL, Document
from scanner.parsers.cyclonedx_loose import Loose
from scanner.parsers.source import Source
from scanner.shape import json_text


def parse(source: Source) -> Iterator[Item]:
    """Yield the subject, each component with those nested in it, and the graph. Raises `InputError`."""
    path = source.path
    document = Document(path, lambda claim: Location(path, None, _needle(claim)))
    try:
        bom: Bom = json_text.typed(source.data, Bom, where=path)
    except InputError as error:
        document.remark("", error.what)
        yield from _loosely(source, document)
        return
    if json_text.repeats_nothing(source.data, bom, where=path):
        repeated: tuple[str, ...] = ()
    else:
        repeated = json_text.duplicates(source.data, where=path)
    if repeated:
        yield Problem(
            where=path,
            what=f"keys stand more than once in one object: {', '.join(repeated)[:300]}",
            hint=READ_ALL,
        )
        yield from _loosely(source, document)
        return
    subject = bom.metadata.component if bom.metadata else None
    if bom.metadata and bom.metadata.tools and b'"purl"' in bytes(bom.metadata.tools):
        document.remark("metadata/tools", f"tools {NOT_CHECKED}")
    if bom.formulation and b'"purl"' in bytes(bom.formulation):
        document.remark("formulation", f"formulation {NOT_CHECKED}")
    yield from _read(document, bom, [subject] if subject else [])
    yield from document.end(bom.dependencies or ())


def _loosely(source: Source, document: Document) -> Iterator[Item]:
    """Read a document that is not of the right shape, and what may stand behind it in the file."""
    loose, dependencies = Loose(document), list[Dependency]()
    try:
        for value in json_text.documents_with_repeats(source.data, where=source.path, numbers_as_text=True):
            bom, subjects = loose.bom(value)
            yield from _read(document, bom, subjects)
            dependencies += bom.dependencies or ()
    except InputError:
        yield from document.end(dependencies)
        raise
    yield from document.end(dependencies)


def _read(document: Document, bom: Bom, subjects: Iterable[Claim]) -> Iterator[Item]:
    if bom.bom_format != "CycloneDX":
        document.remark("bomFormat", "it does not say that it is CycloneDX")
    document.heading(bom.spec_version or "", bom.serial_number or None)
    yield from document.problems()
    for claim in subjects:
        yield from document.subject(claim)
    yield from document.components(bom.components or (), "components")
    for number, item in enumerate(bom.dependencies or ()):
        if not item.ref:
            document.remark(f"dependencies/{number}", "a dependency that does not say of what")


def _needle(claim: Claim) -> str:
    """Text on the component's line. Some encoders write `&` as an escape: what stands before it is enough."""
    if claim.purl:
        return f'"{claim.purl.partition("&")[0]}' if "&" in claim.purl else f'"{claim.purl}"'
    return f'"{claim.bom_ref or claim.name}"'
