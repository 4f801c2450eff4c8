"""SPDX 2.1 to 2.3 in YAML.

Spec: https://spdx.github.io/spdx-spec/v2.3/, which defines YAML by its JSON schema
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scanner.errors import InputError
from scanner.model.component import Item, Problem
from scanner.parsers import spdx2_loose
from scanner.parsers.source import Source
from scanner.shape import encoding, yaml_text

_SECTION = re.compile(r"^(?=[A-Za-z]\w*:)", re.MULTILINE)


def parse(source: Source) -> Iterator[Item]:
    """Yield each package. Where the YAML is broken, the parts of the document that are not are read."""
    where = source.path
    documents: list[Any] = []
    try:
        for document, repeats in yaml_text.documents_with_repeats(source.data, where=where):
            if repeats and not documents:
                document = yaml_text.value_with_repeats(source.data, where=where)
            documents.append(document)
            for key, line in repeats:
                yield Problem(where=where, what=f"the key {key[:200]!r} is said again", line=line)
    except InputError as error:
        documents.append(_salvaged(source))
        try:
            yield from spdx2_loose.read(documents, where=where, json=False)
        except InputError:
            raise error from None
        yield Problem(where=where, what=error.what, hint="the parts before and after the fault were read")
        return
    if not any(document is not None for document in documents):
        raise InputError("the file is empty", where=where)
    yield from spdx2_loose.read(documents, where=where, json=False)


def _salvaged(source: Source) -> dict[str, Any]:
    """What the sections of the outermost mapping say that are YAML by themselves."""
    mapping: dict[str, Any] = {}
    try:
        sections = _SECTION.split(encoding.text(source.data, where=source.path))
    except InputError:
        return mapping
    for section in sections:
        try:
            value = yaml_text.value(section.encode(), where=source.path)
        except InputError:
            continue
        if isinstance(value, dict):
            mapping |= value
    return mapping
