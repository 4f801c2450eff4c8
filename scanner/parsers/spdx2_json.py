"""SPDX 2.1 to 2.3 in JSON, also inside the `{"sbom": …}` of GitHub's dependency-graph export.

Spec: https://spdx.github.io/spdx-spec/v2.3/ and its JSON schema; GitHub's documentation, "Exporting a software bill of
materials for your repository"
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.errors import InputError
from scanner.model.component import Item, Problem
from scanner.parsers import spdx2, spdx2_loose
from scanner.parsers.source import Source
from scanner.shape import json_text


def parse(source: Source) -> Iterator[Item]:
    """Yield each package; the typed reading is the fast one, and anything unusual takes the other."""
    try:
        outer: spdx2.Document = json_text.typed(source.data, spdx2.Document, where=source.path)
        repeated = not json_text.repeats_nothing(source.data, outer, where=source.path) and bool(
            json_text.duplicates(source.data, where=source.path)
        )
    except InputError:
        yield from _unusual(source)
        return
    document = outer.sbom or outer.wrapped or outer
    twofold = document is not outer and (outer.packages is not None or bool(outer.sbom and outer.wrapped))
    if repeated or twofold or not document.recognised:
        yield from _unusual(source)
    else:
        yield from spdx2.items(document, where=source.path, json=True)
        yield from spdx2.remarks(document, where=source.path)


def _unusual(source: Source) -> Iterator[Item]:
    values: list[Any] = []
    behind: InputError | None = None
    try:
        values.extend(json_text.documents_with_repeats(source.data, where=source.path, numbers_as_text=True))
    except InputError as error:
        behind = error
    if not values and behind is not None:
        raise behind
    yield from spdx2_loose.read(values, where=source.path, json=True)
    if behind is not None:
        yield Problem(where=source.path, what=f"behind the document: {behind.what}")
    if len(values) > 1:
        yield Problem(where=source.path, what=f"{len(values)} JSON documents in one file", hint="all of them were read")
    repeated = dict.fromkeys(key for value in values for key in json_text.repeated_keys(value))
    if repeated:
        keys = ", ".join(key[:100] for key in list(repeated)[:10])
        yield Problem(
            where=source.path,
            what=f"keys that an object says more than once: {keys}",
            hint="readers differ in which value they take; all were read",
        )
