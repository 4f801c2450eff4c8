"""Compose files: the images of the services.

Spec: https://docs.docker.com/reference/compose-file/services/#image
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner import shape
from scanner.errors import InputError
from scanner.model.component import Item, Location, Problem
from scanner.parsers import container_image, entries, variables
from scanner.parsers.source import Source


def parse(source: Source) -> Iterator[Item]:
    """Yield the image of each service; a service that is only built has its Dockerfile in the tree."""
    document = entries.from_yaml(source)
    # The first version of the format had the services at the top.
    services = document.get("services", {} if document.keys() & {"include", "version", "name"} else document)
    known: dict[tuple[int, str], Any] = {}
    for name, service in entries.items(services or {}, where=f"{source.path}: services"):
        where = f"{source.path}: services/{name}"
        if not isinstance(service, dict):
            if "services" in document:
                yield Problem(where=where, what="a service that is no mapping")
            continue
        image, build = _field(service, "image", known), _field(service, "build", known)
        yield from _images(image, build, where, source)
    yield from entries.repeated_keys(document, source)


def _field(service: dict[str, Any], key: str, known: dict[tuple[int, str], Any], depth: int = 0) -> Any:
    """The value of a key, or what a merge key (`<<: *anchor`) brings for it; each anchor is looked into once."""
    if key in service or "<<" not in service or depth >= shape.MAX_DEPTH // 2:
        return service.get(key)
    brought = service["<<"]
    for block in brought if isinstance(brought, list) else (brought,):
        if isinstance(block, dict):
            place = (id(block), key)  # lives as long as the document
            if place not in known:
                known[place] = _field(block, key, known, depth + 1)
            if known[place] is not None:
                return known[place]
    return None


def _images(image: Any, build: Any, where: str, source: Source) -> Iterator[Item]:
    if isinstance(build, dict) and build.get("dockerfile_inline"):
        yield Problem(where=where, what="its dockerfile_inline is not read", hint="a Dockerfile of its own would be")
    if image is None or image == "":
        return
    try:
        text = entries.read(image, str, where=where)
        named = variables.substituted(text, {})
        yield container_image.component(named, location=Location(source.path, needle=text))
    except InputError as error:
        yield entries.problem(error, where=where)
