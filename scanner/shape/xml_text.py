"""XML that somebody else wrote, read in one forward pass.

A document type declaration is refused before anything of it is obeyed: no entity of the document's own making is
ever expanded, no file or address is opened. (expat: https://libexpat.github.io/)
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from xml.parsers import expat

import msgspec

from scanner import shape
from scanner.errors import InputError

_CHUNK = 1 << 20


class Start(msgspec.Struct, frozen=True, gc=False):
    """An element begins. Names are without namespace; `namespace` has its address."""

    name: str
    namespace: str
    attributes: dict[str, str]
    """By local name."""
    line: int


class End(msgspec.Struct, frozen=True, gc=False):
    """An element ends, with the text directly inside it, stripped."""

    name: str
    text: str
    line: int


def events(data: bytes, *, where: str, skip: Set[str] = frozenset()) -> Iterator[Start | End]:
    """Yield starts and ends in document order; elements named in `skip` are passed over with all that is in them.

    Raises `InputError` where the XML breaks off or breaks the rules, after all that came before was yielded.
    """
    queue: list[Start | End] = []
    texts: list[list[str]] = []
    names: dict[str, tuple[str, str]] = {}
    skipped = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal skipped
        if len(texts) + skipped >= shape.MAX_DEPTH:
            raise InputError(f"nested more than {shape.MAX_DEPTH} deep", where=where)
        known = names.get(name)
        if known is None:
            namespace, _, local = name.rpartition(" ")
            known = names[name] = (local, namespace)
        if skipped or known[0] in skip:
            skipped += 1
            return
        texts.append([])
        if attributes:
            attributes = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        queue.append(Start(known[0], known[1], attributes, parser.CurrentLineNumber))

    def end(name: str) -> None:
        nonlocal skipped
        if skipped:
            skipped -= 1
            return
        queue.append(End(names[name][0], "".join(texts.pop()).strip(), parser.CurrentLineNumber))

    def characters(piece: str) -> None:
        if texts and not skipped:
            texts[-1].append(piece)

    def doctype(*_: object) -> None:
        raise InputError("it declares a document type", where=where, hint="entities are an attack, none is read")

    if len(data) > shape.MAX_BYTES:
        raise InputError(f"{len(data)} bytes of XML", where=where, hint=f"at most {shape.MAX_BYTES} are read")
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    for begin in range(0, len(data), _CHUNK):
        try:
            parser.Parse(data[begin : begin + _CHUNK], begin + _CHUNK >= len(data))
        except expat.ExpatError as error:
            yield from queue
            reason = expat.errors.messages.get(error.code, str(error))
            raise InputError(f"not XML: {reason} (line {error.lineno})", where=where) from error
        except InputError:
            yield from queue
            raise
        except (ValueError, LookupError) as error:  # an encoding that nobody knows
            raise InputError(f"not XML: {error}", where=where) from error
        yield from queue
        queue.clear()
    if not data:
        raise InputError("the file is empty", where=where)
