"""References to container images, as Dockerfiles, compose files and workflows write them.

Grammar: https://github.com/distribution/reference. Identity: the `docker` purl type: an image of the
default registry has no host, any other host stands in `repository_url`.
"""

from __future__ import annotations

import re

from scanner.errors import InputError
from scanner.model.component import Component, Location, Scope
from scanner.model.purl import Purl

_DIGEST = re.compile(r"([a-z][a-z0-9]*(?:[+._-][a-z][a-z0-9]*)*):([0-9a-fA-F]{32,128})\Z")
_REPOSITORY = re.compile(r"[a-z0-9._/-]+\Z", re.IGNORECASE)
_MAX_LENGTH = 1024


def component(reference: str, *, location: Location, scope: Scope = Scope.RUNTIME) -> Component:
    """The image that `reference` names.

    A tag that is missing, `latest`, or made of a variable that nobody set pins nothing. Raises `InputError` where
    not even a name can be made out.
    """
    text = reference.strip()
    if "${{" in text:  # an expression of GitHub Actions: `python:${{ matrix.python }}`
        text = "".join(text.split())
    if not text or len(text) > _MAX_LENGTH or any(char.isspace() for char in text):
        raise InputError(f"no image reference: {reference[:200]!r}")
    rest, _, digest = text.partition("@")
    host, path, tag = _split(rest)
    if not _REPOSITORY.match(path) or path.startswith("/"):
        hint = "it is made of variables without a value here" if "$" in path else None
        raise InputError(f"no image reference: {reference[:200]!r}", hint=hint)
    if digest and not _DIGEST.match(digest):
        raise InputError(f"the digest of {reference[:200]!r} cannot be read")
    open_tag = not tag or tag == "latest" or "$" in tag
    version = tag if tag and not open_tag else (digest or None)
    if host is not None and _is_default(host):
        host = None
    if host is None:
        path = path.removeprefix("library/")
    namespace, _, name = path.rpartition("/")
    return Component(
        name=path if host is None else f"{host}/{path}",
        version=version,
        constraint=None if version else tag or "*",
        purl=Purl("docker", namespace or None, name, version, (("repository_url", host),) if host else ()),
        location=location,
        digests=(digest.lower(),) if digest else (),
        source_url=text,
        scope=scope,
        role="container",
    )


def _split(text: str) -> tuple[str | None, str, str | None]:
    first, slash, rest = text.partition("/")
    host = None
    # What tells a host from a user name: a dot, a port, or its being this machine.
    if slash and "$" not in first and ("." in first or ":" in first or first == "localhost"):
        host, text = first.lower(), rest
    # A variable may hold a colon of its own: `${TAG:-1}`.
    depth = 0
    for place, char in enumerate(text):
        if char == "{" and text[place - 1 : place] == "$":
            depth += 1
        elif char == "}" and depth:
            depth -= 1
        elif char == ":" and not depth:
            return host, text[:place], text[place + 1 :]
    return host, text, None


def _is_default(host: str) -> bool:
    """Docker Hub under any of its names: the client takes an image without a host from there."""
    return host.split(".")[-2:] == ["docker", "io"]
