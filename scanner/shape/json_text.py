"""JSON that somebody else wrote.

`typed` is the fast way (msgspec structs that hold only the needed fields), `value` the general one. A JSON object
may say the same key twice; every reader keeps the last, so that two tools see two different documents: an evasion.
`duplicates` finds them, and callers read both values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import msgspec

from scanner import shape
from scanner.errors import InputError
from scanner.shape import encoding

T = TypeVar("T")

_ESCAPED_COLON = rb"\\u003[aA]"
_MAX_READINGS = 16
_READ_DEPTH = 12
_PIECE = 200


def value(data: bytes, *, where: str) -> Any:
    """Decode to plain Python values. Raises `InputError` with the place."""
    return typed(data, Any, where=where)


def typed(data: bytes, kind: type[T] | Any, *, where: str) -> T:
    """Decode straight into `kind` (a msgspec struct or any annotation).

    Raises `InputError` where the document is not JSON, not of that shape, too large or too deep.
    """
    document = _checked(data, where)
    try:
        decoded: T = msgspec.json.decode(document, type=kind)
    except msgspec.ValidationError as error:
        raise InputError(f"unexpected content: {error}", where=where) from error
    except msgspec.DecodeError as error:
        raise InputError(_position(document, str(error)), where=where) from error
    except RecursionError as error:
        raise InputError("nested too deeply", where=where) from error
    return decoded


def duplicates(data: bytes, *, where: str) -> tuple[str, ...]:
    """The keys that some object of the document holds more than once, in order of appearance.

    The usual answer is "none", and is proved by counting: a colon stands in a document once for each key, and inside
    strings. Decoding keeps one value a key, so the document that is encoded again has as many colons only if nothing
    was dropped.
    """
    document = _checked(data, where)
    try:
        if _as_many_colons(document, msgspec.json.decode(document)):
            return ()
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        pass  # the other decoder takes more (NaN), or says what is wrong
    import json  # for what is rare

    pairs: list[list[tuple[str, Any]]] = []
    try:
        json.loads(document, object_pairs_hook=pairs.append)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON: {error}", where=where) from error
    found: dict[str, None] = {}
    for entries in pairs:
        seen: set[str] = set()
        for key, _ in entries:
            if key in seen:
                found[_whole(key)] = None
            seen.add(key)
    return tuple(found)


def repeats_nothing(data: bytes, decoded: Any, *, where: str) -> bool:
    """Whether what `typed` made of the document holds every key of it, and so none was said twice.

    Half as dear as `duplicates`. Only for structs whose absent fields are `UNSET` (which is not written), and in which
    parts that do not matter stand as `msgspec.Raw`: those are taken as they are. False also where the document has a
    key that the struct does not know: then ask `duplicates`.
    """
    try:
        return _as_many_colons(_checked(data, where), decoded)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return False


def _as_many_colons(document: bytes, decoded: Any) -> bool:
    if b"\\" in document and re.search(_ESCAPED_COLON, document):  # a colon that only decoding makes one
        return False
    return document.count(b":") == _colons(decoded)


def _colons(decoded: Any) -> int:
    """Colons of the document that `decoded` makes, its long lists written in pieces: those stay in the cache."""
    encode = msgspec.json.Encoder().encode
    is_struct = isinstance(decoded, msgspec.Struct)
    members = msgspec.structs.asdict(decoded) if is_struct else decoded
    if not isinstance(members, dict):
        return encode(decoded).count(b":")
    begun: dict[str, Any] = {}
    count = 0
    for key, held in members.items():
        if isinstance(held, list | dict) and len(held) > _PIECE:
            items, make = (list(held.items()), dict) if isinstance(held, dict) else (held, list)
            begun[key], *pieces = (make(items[begin : begin + _PIECE]) for begin in range(0, len(items), _PIECE))
            count += sum(encode(piece).count(b":") for piece in pieces)
    rest = msgspec.structs.replace(decoded, **begun) if is_struct else members | begun
    return count + encode(rest).count(b":")


class Repeated(list[Any]):
    """All the values that one object gives for one key, first to last."""


def value_with_repeats(data: bytes, *, where: str) -> Any:
    """Decode like `value`, but a key that an object repeats holds a `Repeated` list of all its values."""
    import json

    try:
        return json.loads(_checked(data, where), object_pairs_hook=_fold)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON: {error}", where=where) from error


def documents_with_repeats(data: bytes, *, where: str, numbers_as_text: bool = False) -> Iterator[Any]:
    """Yield each of the JSON documents that stand behind one another in a file, as `value_with_repeats` does.

    `numbers_as_text` keeps numbers as the document writes them: the version 1.10 must not become 1.1.
    Raises `InputError` with the line where one is not JSON, after those before it.
    """
    import json

    text = _checked(data, where).decode("utf-8", "replace")
    gap = re.compile(r"[\x00 \t\r\n]*")
    number = str if numbers_as_text else None
    decoder = json.JSONDecoder(object_pairs_hook=_fold, parse_int=number, parse_float=number)
    position = gap.match(text, 0).end()  # type: ignore[union-attr]  # it matches nothing, too
    while position < len(text):
        try:
            document, position = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            raise InputError(f"not JSON: {error.msg} (line {error.lineno})", where=where) from error
        except (ValueError, RecursionError) as error:
            raise InputError(f"not JSON: {error}", where=where) from error
        yield document
        position = gap.match(text, position).end()  # type: ignore[union-attr]  # as above


def repeated_keys(value: Any) -> tuple[str, ...]:
    """The keys whose values are `Repeated` somewhere in a decoded value."""
    found: dict[str, None] = {}
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            found.update((key, None) for key, item in node.items() if isinstance(item, Repeated))
        stack += [item for item in _items(node) if isinstance(item, dict | list)]
    return tuple(found)


def readings(value: Any) -> list[Any]:
    """The ways in which readers may understand a value that holds `Repeated` ones: first, second … last of each.

    Equal ways count once. Of a key that is said very often the first few and the last are taken: that is what
    readers keep.
    """
    most = _most_repeats(value, _READ_DEPTH)
    if most == 1:
        return [value]
    places = [*range(min(most, _MAX_READINGS) - 1), most - 1]
    found: list[Any] = []
    for place in places:
        reading = _pick(value, place, _READ_DEPTH)
        try:
            known = reading in found
        except RecursionError:  # too deep to compare
            known = False
        if not known:
            found.append(reading)
    return found


def _most_repeats(value: Any, depth: int) -> int:
    if depth == 0 or not isinstance(value, dict | list):
        return 1
    inner = max((_most_repeats(item, depth - 1) for item in _items(value)), default=1)
    return max(len(value), inner) if isinstance(value, Repeated) else inner


def _pick(value: Any, place: int, depth: int) -> Any:
    if isinstance(value, Repeated):
        value = value[min(place, len(value) - 1)]
    if depth == 0:
        return value
    if isinstance(value, dict):
        return {key: _pick(item, place, depth - 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_pick(item, place, depth - 1) for item in value]
    return value


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _fold(entries: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = [(_whole(key), _whole(value)) for key, value in entries]
    folded = dict(entries)
    if len(folded) != len(entries):
        repeated: dict[str, Repeated] = {}
        for key, value in entries:
            repeated.setdefault(key, Repeated()).append(value)
        folded.update((key, values) for key, values in repeated.items() if len(values) > 1)
    return folded


def _whole(value: Any) -> Any:
    """Text without the half characters (`\\ud800`) that this decoder lets through and that nobody can write down."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, list) and not isinstance(value, Repeated):
        return [_whole(item) if isinstance(item, str | list) else item for item in value]
    return value


def _checked(data: bytes, where: str) -> bytes:
    if len(data) > shape.MAX_BYTES:
        raise InputError(f"{len(data)} bytes of JSON", where=where, hint=f"at most {shape.MAX_BYTES} are read")
    document = encoding.utf8(data, where=where)
    if not document.strip(b"\x00 \t\r\n") and len(document) < 1_000_000:
        raise InputError("the file is empty", where=where)
    # Each takes two bytes at least: most documents need no counting.
    objects = document.count(b"{") + document.count(b"[") if len(document) > 2 * shape.MAX_OBJECTS else 0
    if objects > shape.MAX_OBJECTS:
        what = f"{objects:,} objects and lists of JSON"
        raise InputError(what, where=where, hint=f"at most {shape.MAX_OBJECTS:,} are read")
    return document


def _position(document: bytes, message: str) -> str:
    """msgspec gives a byte offset; a person wants a line."""
    _, found, tail = message.partition("(byte ")
    number = tail.rstrip(")")
    if not found or not number.isdigit():
        return f"not JSON: {message}"
    offset = int(number)
    line = document.count(b"\n", 0, offset) + 1
    return f"not JSON: {message} (line {line})"
