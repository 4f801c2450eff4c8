"""What the SBOM formats share: making an identity out of claims that may contradict each other."""

from __future__ import annotations

from scanner.errors import InputError
from scanner.model import purl as purls
from scanner.model.purl import Purl


def identity(text: str | None, version: str | None) -> tuple[Purl | None, str | None]:
    """The purl that a component claims, repaired where a generator is known to be wrong, and a complaint or `None`.

    A purl without version takes the component's own. Microsoft's sbom-tool up to 0.2.7 wrote
    `pkg:npm/name%40version`: the name then ends with `@` and the version.
    """
    if not text:
        return None, None
    try:
        parsed = purls.parse(text)
    except InputError as error:
        return None, f"purl {text[:200]!r} cannot be read: {error.what}"
    if parsed.version is None:
        name, at, tail = parsed.name.rpartition("@")
        if at and name and (tail == version or (version is None and tail[:1].isdigit())):
            return Purl(parsed.type, parsed.namespace, name, tail, parsed.qualifiers, parsed.subpath), None
        if version:
            return (
                Purl(parsed.type, parsed.namespace, parsed.name, version, parsed.qualifiers, parsed.subpath),
                None,
            )
    return parsed, None
