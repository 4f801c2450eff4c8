"""opam: Debian's order without epochs, as the manual of https://github.com/ocaml/opam has it."""

from __future__ import annotations

from scanner.versions import debian
from scanner.versions.scheme import Key


def key(version: str) -> Key:
    return (1, *debian.revised(version.strip()))
