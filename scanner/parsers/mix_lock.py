"""Elixir `mix.lock`: one Elixir map of tuples, read without Elixir.

Syntax: https://hexdocs.pm/elixir/syntax-reference.html. The tuples are those that Hex's and Mix's SCMs write:
`{:hex, name, version, inner checksum, managers, needs, repository, outer checksum}` and
`{:git, address, commit, options}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin
from scanner.model.purl import Purl
from scanner.parsers import entries, git_address, graphs
from scanner.parsers.source import Source
from scanner.shape import encoding

_TOKEN = re.compile(
    r"""(?P<space>(?:[^\S\n]|\#[^\n]*)+)
    | (?P<newline>\n)
    | (?P<text>:?"(?:[^"\\]|\\.)*+(?:"|\\?\Z))
    | (?P<atom>:[A-Za-z_][A-Za-z0-9_@]*[?!]?)
    | (?P<word>[A-Za-z0-9_.+-]+)
    | (?P<mark>%\{ | => | [{}\[\],:])
    | (?P<bad>.)""",
    re.VERBOSE | re.DOTALL,
)
_MAX_DEPTH = 16
_ORGANISATION = "hexpm:"
_CLOSES = {"{": "}", "[": "]", "%{": "}"}


class _Token(msgspec.Struct, frozen=True, gc=False):
    kind: str
    value: str
    line: int
    first: bool
    """Whether it begins its line."""


class _Pair(msgspec.Struct, frozen=True):
    """`key: value` or `"key" => value`."""

    key: str
    value: _Term


class _Tuple(msgspec.Struct, frozen=True):
    """Also a list or a map: mix.lock gives them no other meaning."""

    items: tuple[_Term, ...]

    def text(self, place: int) -> str | None:
        """The string or atom at that place; `None` for `nil` too."""
        item = self.items[place] if place < len(self.items) else None
        return item if isinstance(item, str) and item != "nil" else None

    def inner(self, place: int) -> tuple[_Term, ...]:
        """What the list at that place holds."""
        item = self.items[place] if place < len(self.items) else None
        return item.items if isinstance(item, _Tuple) else ()


_Term = str | _Pair | _Tuple


def parse(source: Source) -> Iterator[Item]:
    """Yield each locked package; an entry that makes no sense becomes a `Problem`, and the next line is tried."""
    tokens = _Tokens(encoding.text(source.data, where=source.path))
    if not tokens.take("%{"):
        raise InputError("it does not begin with %{: not a mix.lock", where=source.path)
    needs: dict[str, list[str]] = {}
    while (token := tokens.now) is not None and token.value != "}":
        try:
            pair = tokens.element(0)
            if not isinstance(pair, _Pair) or not isinstance(pair.value, _Tuple):
                raise InputError("no entry of the form name: {…}")
            yield _component(pair.key, pair.value, Location(source.path, token.line))
            needs.setdefault(pair.key, []).extend(_needs(pair.value))
            if not tokens.take(",") and tokens.now is not None and tokens.now.value != "}":
                raise InputError("there is no comma after this entry")
        except InputError as error:
            yield entries.problem(error, where=source.path, line=token.line)
            tokens.skip_to_next_entry()
    if tokens.now is None:
        raise InputError("it breaks off: the map is not closed", where=source.path)

    def edges() -> Mapping[str, Sequence[str]]:
        found = {name: [need for need in wanted if need in needs] for name, wanted in needs.items()}
        return graphs.rooted(found, needs, ())

    # Nothing says what the project itself asks for, but what nobody else pulls in can only be there for it.
    yield Graph(roots=(graphs.ROOT,), edges=edges)


def _needs(entry: _Tuple) -> Iterator[str]:
    """The applications that a hex package needs: `[{:name, "~> 1.0", [hex: :name, …]}, …]`."""
    if entry.text(0) == "hex":
        for need in entry.inner(5):
            name = need.text(0) if isinstance(need, _Tuple) else None
            if name is not None:
                yield name


def _component(key: str, entry: _Tuple, location: Location) -> Component:
    kind = entry.text(0)
    if kind == "git":
        address, commit = entry.text(1), entry.text(2)
        if not key or not address or not commit:
            raise InputError(f"{key[:200]!r}: a git entry without address or commit")
        return Component(
            name=key,
            version=commit,
            purl=Purl("hex", None, key.lower(), commit),
            location=location,
            origin=Origin.GIT,
            source_url=git_address.pinned(address, commit),
            ref=key,
        )
    name, version = entry.text(1), entry.text(2)
    if kind != "hex" or not name or not version:
        raise InputError(f"{key[:200]!r}: neither a hex nor a git entry")
    repository = entry.text(6) or "hexpm"
    # A package of an organisation is another one than the public package of that name.
    organisation = repository.removeprefix(_ORGANISATION) if repository.startswith(_ORGANISATION) else None
    checksums = (entry.text(3), entry.text(7))
    return Component(
        name=name if organisation is None else f"{organisation}/{name}",
        version=version,
        purl=Purl("hex", organisation and organisation.lower(), name.lower(), version),
        location=location,
        digests=tuple(f"sha256:{value}" for value in checksums if value),
        source_url=None if organisation or repository == "hexpm" else repository,
        ref=key,
        alias=key if key != name else None,
    )


class _Tokens:
    """The tokens of a file, read forward."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._place = 0

    @property
    def now(self) -> _Token | None:
        """The next token; `None` at the end."""
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def take(self, *marks: str) -> bool:
        """Step over one of these marks, if it is next."""
        if self.now is None or self.now.kind != "mark" or self.now.value not in marks:
            return False
        self._place += 1
        return True

    def skip_to_next_entry(self) -> None:
        """After a broken entry, go on at the next key that begins a line."""
        self._place += 1
        while self.now is not None and not self._begins_entry():
            self._place += 1

    def _begins_entry(self) -> bool:
        pair = self._tokens[self._place : self._place + 2]
        return len(pair) == 2 and pair[0].first and pair[0].kind == "text" and pair[1].value in (":", "=>")

    def element(self, depth: int) -> _Term:
        """A term, or a pair of two."""
        if depth and self._begins_entry():
            self._place -= 1  # the entry is to be read on its own
            raise InputError("it is not closed before the next entry begins")
        term = self._term(depth)
        if self.take("=>", ":"):
            if not isinstance(term, str):
                raise InputError("a key that is no string")
            return _Pair(term, self._term(depth))
        return term

    def _term(self, depth: int) -> _Term:
        token = self.now
        if token is None:
            raise InputError("it breaks off inside an entry")
        if token.kind == "mark" and token.value in _CLOSES:
            if depth >= _MAX_DEPTH:
                raise InputError("nested too deeply")
            self._place += 1
            items: list[_Term] = []
            while not self.take(_CLOSES[token.value]):
                items.append(self.element(depth + 1))
                if not self.take(",") and (self.now is None or self.now.value != _CLOSES[token.value]):
                    raise InputError(f"{token.value} is not closed")
            return _Tuple(tuple(items))
        if token.kind in ("mark", "bad"):
            raise InputError(f"{token.value!r} is not expected here")
        self._place += 1
        return token.value


def _tokens(text: str) -> Iterator[_Token]:
    line, first = 1, True
    for match in _TOKEN.finditer(text):
        kind, value = match.lastgroup or "bad", match[0]
        if kind == "newline":
            line, first = line + 1, True
        elif kind != "space":
            begins = line
            if kind == "text":
                # One that is never closed takes the rest of the file, or each quote would search it anew.
                kind = "text" if len(value) > 1 and value.endswith('"') else "bad"
                line += value.count("\n")
                value = re.sub(r"\\(.)", r"\1", value.lstrip(":")[1:-1], flags=re.DOTALL)
            elif kind == "atom":
                value = value[1:]
            yield _Token(kind, value, begins, first)
            first = False
