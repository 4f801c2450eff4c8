"""SPDX 2.1 to 2.3 in plain XML: the JSON document with an element for each key, repeated where JSON has a list.

Spec: https://spdx.github.io/spdx-spec/v2.3/, which names XML among the formats and defines it by its JSON schema
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.errors import InputError
from scanner.model.component import Item, Problem
from scanner.parsers import spdx2_loose, xml_tree
from scanner.parsers.source import Source

# XML does not tell a list of one from a value: these are lists.
_LISTS = frozenset(
    ("checksums", "creators", "documentDescribes", "externalRefs", "hasFiles", "packages", "relationships")
)


def parse(source: Source) -> Iterator[Item]:
    """Yield each package; of a document that breaks off, those that came before."""
    root, fault = xml_tree.read(source.data, where=source.path)
    if root is None:
        raise fault or InputError("no element in it", where=source.path)
    try:
        yield from spdx2_loose.read([_value(root)], where=source.path, json=False)
    except InputError:
        raise fault or InputError("no SPDX document: neither spdxVersion nor packages", where=source.path) from None
    if fault is not None:
        yield Problem(where=source.path, what=fault.what, hint=fault.hint)


def _value(element: xml_tree.Element) -> Any:
    """The element as JSON would have it. Depth is bounded by the reader."""
    if not element.children:
        return element.text
    mapping: dict[str, Any] = {}
    for child in element.children:
        value = _value(child)
        if child.name in _LISTS:
            mapping.setdefault(child.name, []).append(value)
        else:
            mapping[child.name] = value
    return mapping
