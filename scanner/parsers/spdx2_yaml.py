"""SPDX 2.1 to 2.3 in YAML.

Spec: https://spdx.github.io/spdx-spec/v2.3/, which defines YAML by its JSON schema
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scanner.errors import InputError
from scanner.model.component import Component, Item, Problem
from scanner.parsers import spdx2_loose
from scanner.parsers.source import Source
from scanner.shape import encoding, yaml_text

_SECTION = re.compile(r"^(?=[A-Za-z]\w*:)", re.MULTILINE)


def parse(source: Source) -> Iterator[Item]:
    """Yield each package. Where the YAML is broken, the parts of the document that are not are read."""
    where = source.path
    read = 0
    try:
        for document, repeats in yaml_text.documents_with_repeats(source.data, where=where):
            if repeats:
                if not read:
                    document = yaml_text.value_with_repeats(source.data, where=where)
                for key, line in repeats:
                    yield Problem(where=where, what=f"the key {key[:200]!r} is said again", line=line)
            if document is not None:
                yield from spdx2_loose.read(document, where=where, json=False)
                read += 1
    except InputError as error:
        salvaged = [] if read else list(_salvaged(source))
        if not read and not any(isinstance(item, Component) for item in salvaged):
            raise
        yield from salvaged
        yield Problem(where=where, what=error.what, hint="the parts before and after the fault were read")
        return
    if not read:
        raise InputError("the file is empty", where=where)


def _salvaged(source: Source) -> Iterator[Item]:
    """What the sections of the outermost mapping say that are YAML by themselves."""
    mapping: dict[str, Any] = {}
    for section in _SECTION.split(encoding.text(source.data, where=source.path)):
        try:
            value = yaml_text.value(section.encode(), where=source.path)
        except InputError:
            continue
        if isinstance(value, dict):
            mapping |= value
    if mapping:
        yield from spdx2_loose.read(mapping, where=source.path, json=False)
