"""Terraform's and OpenTofu's `.terraform.lock.hcl`.

Spec: https://developer.hashicorp.com/terraform/language/files/dependency-lock
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Item, Location, Problem
from scanner.model.purl import Purl
from scanner.parsers import entries
from scanner.parsers.source import Source
from scanner.shape import encoding

_PROVIDER = re.compile(r'\s*provider\s+"(?P<address>[^"]*)"\s*\{')
_SETTING = re.compile(r'\s*(?P<key>version|constraints)\s*=\s*"(?P<value>[^"]*)"')
_HASH = re.compile(r'"(?P<kind>h1|zh):(?P<value>[^"]*)"')
_ADDRESS = re.compile(r"[^\s/]+/(?P<namespace>[^\s/]+)/(?P<name>[^\s/]+)\Z")


class _Block(msgspec.Struct):
    address: str
    line: int
    version: str | None = None
    constraint: str | None = None
    digests: list[str] = []
    closed: bool = False


def parse(source: Source) -> Iterator[Item]:
    """Yield each locked provider."""
    blocks = list(_blocks(encoding.text(source.data, where=source.path)))
    if not blocks:
        raise InputError("it has no provider block: not a .terraform.lock.hcl", where=source.path)
    for block in blocks:
        try:
            yield _component(block, source)
        except InputError as error:
            yield entries.problem(error, where=source.path, line=block.line)
        if not block.closed:
            what = f"the block of {block.address[:200]!r} is not closed: the file may have been cut off"
            yield Problem(where=source.path, what=what, line=block.line)


def _blocks(text: str) -> Iterator[_Block]:
    block: _Block | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith(("#", "//")):
            continue
        match = _PROVIDER.match(line)
        if match is not None:
            if block is not None:
                yield block
            block = _Block(match["address"], number)
            line = line[match.end() :]
        if block is None:
            continue
        block.closed = block.closed or line.rstrip().endswith("}")
        match = _SETTING.match(line)
        if match is not None and match["key"] == "version":
            block.version = match["value"]
        elif match is not None:
            block.constraint = match["value"]
        # `zh:` is the SHA-256 of the provider's zip file, `h1:` that of a list of what is in it, as in Go.
        block.digests += [
            f"h1:{each['value']}" if each["kind"] == "h1" else f"sha256:{each['value'].lower()}"
            for each in _HASH.finditer(line)
        ]
    if block is not None:
        yield block


def _component(block: _Block, source: Source) -> Component:
    match = _ADDRESS.match(block.address)
    if match is None:
        raise InputError(f"{block.address[:200]!r} is no address of a provider: host/namespace/name")
    namespace, name = match["namespace"], match["name"]
    return Component(
        name=f"{namespace}/{name}",
        version=block.version or None,
        constraint=None if block.version else block.constraint or "*",
        purl=Purl("terraform", namespace, name, block.version or None),
        location=Location(source.path, block.line),
        digests=tuple(dict.fromkeys(block.digests)),
        source_url=block.address,
    )
