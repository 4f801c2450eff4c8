"""Package URLs: the identity that components, advisories and indicators are joined on.

Spec: ECMA-427, https://github.com/package-url/purl-spec. Reading is tolerant where generators are
known to be wrong (each case says which), and a purl is compared as a tuple, never as a string.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote

import msgspec

from scanner.errors import InputError

_TYPE = re.compile(r"[a-z][a-z0-9.+-]*\Z")
_PLAIN = re.compile(r"[A-Za-z0-9._~:-]*\Z")
# Nearly all purls: a name, a version, perhaps a namespace, and nothing to decode but the @ of an npm scope.
# Sets of plain characters that give nothing back (`++`): what has no namespace is not tried over and over.
_USUAL = re.compile(r"pkg:([a-z]+)/(?:(%40)?([A-Za-z0-9_.~-]++)/)?([A-Za-z0-9_.~-]++)@([A-Za-z0-9_.~:+-]++)\Z")
_MAX_LENGTH = 4096

# Types whose namespace, or whose name, the specification compares without regard to case.
_LOWER_NAMESPACE = frozenset(
    ("apk", "alpm", "bitbucket", "composer", "deb", "github", "githubactions", "golang", "hex", "luarocks",
     "npm", "qpkg", "rpm", "vscode-extension")
)  # fmt: skip
_LOWER_NAME = frozenset(
    ("apk", "alpm", "bitbucket", "bitnami", "composer", "deb", "github", "githubactions", "golang", "hex",
     "luarocks", "oci", "pub", "pypi", "vscode-extension")
)  # fmt: skip


class Purl(msgspec.Struct, frozen=True, gc=False, order=True):
    """A parsed package URL. Fields hold decoded text; `None` and "" never both occur: absent is `None`."""

    type: str
    namespace: str | None
    name: str
    version: str | None = None
    qualifiers: tuple[tuple[str, str], ...] = ()
    """Sorted by key, without empty values."""
    subpath: str | None = None

    def qualifier(self, key: str) -> str | None:
        """The value of one qualifier, or `None`."""
        for name, value in self.qualifiers:
            if name == key:
                return value
        return None

    def without_version(self) -> Purl:
        """The package whatever its version, for grouping."""
        return Purl(self.type, self.namespace, self.name)

    def __str__(self) -> str:
        parts = ["pkg:", self.type, "/"]
        if self.namespace:
            parts += ["/".join(_encode(piece) for piece in self.namespace.split("/") if piece), "/"]
        parts.append(_encode(self.name))
        if self.version:
            parts += ["@", _encode(self.version)]
        if self.qualifiers:
            parts += ["?", "&".join(f"{_encode(key)}={_quote(value, '-._~:,')}" for key, value in self.qualifiers)]
        if self.subpath:
            parts += ["#", "/".join(_encode(piece) for piece in self.subpath.split("/"))]
        return "".join(parts)


def _encode(text: str) -> str:
    return text if _PLAIN.match(text) else _quote(text, "-._~:")


def _quote(text: str, safe: str) -> str:
    # Half a character, as a file name that is not UTF-8 gives it, has no bytes of its own.
    return quote(text, safe=safe, errors="surrogatepass")


def parse(text: str) -> Purl:
    """Read one purl.

    Raises `InputError` when no type and name can be made out. Names are folded as the type's definition
    says (case; `_` in PyPI); further folding is `ecosystem.identity`'s business, for matching only.
    """
    if len(text) > _MAX_LENGTH:
        raise InputError(f"purl of {len(text)} characters", hint=f"at most {_MAX_LENGTH} are read")
    usual = _USUAL.match(text)
    if usual is not None:
        type_, scoped, namespace, name, version = usual.groups()
        return _folded(type_, f"@{namespace}" if scoped else namespace, name, version, (), None)
    rest = text.strip()
    if rest[:4].lower() != "pkg:":
        raise InputError("not a purl: it does not begin with pkg:")
    rest = rest[4:].lstrip("/")
    rest, _, fragment = rest.partition("#")
    rest, _, query = rest.partition("?")
    type_, slash, rest = rest.partition("/")
    type_ = type_.lower()
    if not slash or not _TYPE.match(type_):
        raise InputError("not a purl: it names no package type")
    rest = rest.strip("/")
    # The version begins at the last "@" that is not the first character of a path segment (an npm scope
    # that a careless generator left unencoded).
    version = None
    at = rest.rfind("@")
    if at > 0 and (rest[at - 1] != "/" or "/" not in rest[at:]):
        version = _decode(rest[at + 1 :]).strip() or None
        rest = rest[:at]
    pieces = [piece for piece in map(_decode, rest.split("/")) if piece]
    if not pieces:
        raise InputError("not a purl: it names no package")
    name = pieces.pop()
    namespace = "/".join(pieces) or None
    if type_ == "npm" and namespace is None and name.startswith("@") and "/" in name:
        # Some generators write `pkg:npm/%40scope%2Fname`.
        namespace, _, name = name.partition("/")
    return _folded(type_, namespace, name, version, _qualifiers(query), _subpath(fragment))


def _folded(
    type_: str,
    namespace: str | None,
    name: str,
    version: str | None,
    qualifiers: tuple[tuple[str, str], ...],
    subpath: str | None,
) -> Purl:
    if namespace is not None and type_ in _LOWER_NAMESPACE:
        namespace = namespace.lower()
    if type_ in _LOWER_NAME:
        name = name.lower()
    if type_ == "pypi":
        name = name.replace("_", "-")
    return Purl(type_, namespace, name, version, qualifiers, subpath)


def _qualifiers(query: str) -> tuple[tuple[str, str], ...]:
    if not query:
        return ()
    found: dict[str, str] = {}
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        if key and value:
            found[_decode(key).lower()] = _decode(value)
    return tuple(sorted(found.items()))


def _decode(text: str) -> str:
    return _unquote(text) if "%" in text else text


# Scopes come by the thousand, and decoding one costs as much as all the rest of a purl.
_unquote = lru_cache(maxsize=8192)(unquote)


def _subpath(fragment: str) -> str | None:
    if not fragment:
        return None
    pieces = (unquote(piece) for piece in fragment.strip("/").split("/"))
    return "/".join(piece for piece in pieces if piece not in ("", ".", "..")) or None
