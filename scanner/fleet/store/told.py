"""A finding as the bytes by which it is stored, and back again.

`Signal.says` is one of four closed sets of words, which msgspec cannot decode as a union: the words differ, so that
each tells which set it is from. Everything else is what msgspec makes of the model.
"""

from __future__ import annotations

import json
import zlib
from functools import cache
from typing import Any

import msgspec

from scanner.model.finding import Finding
from scanner.model.signal import Brought, Capability, Concealment, Provenance, Signal, Trigger

_WORDS: dict[str, Capability | Concealment | Provenance | Trigger] = {
    word.value: word for words in (Capability, Concealment, Provenance, Trigger) for word in words
}
_encoder = msgspec.json.Encoder()


def pack(finding: Finding) -> bytes:
    """The same bytes for the same finding. A campaign's other indicators are left out: there may be thousands."""
    if finding.campaign is not None:
        finding = msgspec.structs.replace(finding, campaign=msgspec.structs.replace(finding.campaign, indicators=()))
    try:
        data = _encoder.encode(finding)
    except UnicodeEncodeError:  # half of a surrogate pair: JSON can say it, UTF-8 cannot
        data = json.dumps(msgspec.to_builtins(finding), ensure_ascii=False).encode("utf-8", "replace")
    return zlib.compress(data, 6)


def unpack(packed: bytes) -> Finding:
    """What `pack` was given."""
    told = _decoder().decode(zlib.decompress(packed))
    fields = {name: getattr(told, name) for name in Finding.__struct_fields__}
    if told.brings is not None:
        signals = tuple(
            Signal(**{name: getattr(one, name) for name in Signal.__struct_fields__} | {"says": _WORDS[one.says]})
            for one in told.brings.signals
        )
        fields["brings"] = Brought(place=told.brings.place, whole=told.brings.whole, signals=signals)
    return Finding(**fields)


@cache
def _decoder() -> msgspec.json.Decoder[Any]:
    signal = _like(Signal, says=str)
    brought = _like(Brought, signals=tuple[signal, ...])  # type: ignore[valid-type]  # the type is made at run time
    return msgspec.json.Decoder(_like(Finding, brings=brought | None))


def _like(struct: type[msgspec.Struct], **others: Any) -> Any:
    """A struct with the same fields, some of them of another type."""
    return msgspec.defstruct(
        f"Told{struct.__name__}",
        [
            (field.name, others.get(field.name, field.type), msgspec.field(default=field.default))
            for field in msgspec.structs.fields(struct)
        ],
        kw_only=True,
    )
