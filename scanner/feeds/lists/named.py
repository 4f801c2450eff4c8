"""Indicators by free names, as catalogues put them beside packages: `payload_sha256`, `c2_domain`, `npm_user`.

The names are nobody's standard. What they say decides; a digest of the *clean* release, or the address of the report,
must never become an indicator, so that whatever is not plainly bad is remarked on and left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.feeds.lists import observables
from scanner.feeds.lists.collector import Found
from scanner.feeds.lists.observables import Context
from scanner.model.campaign import Indicator, IndicatorType

_GROUPS = frozenset(("_indicators", "indicators", "iocs", "_iocs", "hashes", "network", "_hashes"))
_NOT_BAD = frozenset(
    "clean remediated fixed good benign legit legitimate safe patched previous source sources reference references "
    "report note comment disclosure window marketplace marketplaces corroborating date utc primary prefix suffix "
    "blob tree short pattern example trigger techniques capabilities campaign program".split()
)
_TYPES: dict[str, IndicatorType] = {
    "md5": IndicatorType.DIGEST,
    "sha1": IndicatorType.DIGEST,
    "sha256": IndicatorType.DIGEST,
    "sha512": IndicatorType.DIGEST,
    "hash": IndicatorType.DIGEST,
    "hashes": IndicatorType.DIGEST,
    "commit": IndicatorType.COMMIT,
    "domain": IndicatorType.DOMAIN,
    "domains": IndicatorType.DOMAIN,
    "host": IndicatorType.DOMAIN,
    "dns": IndicatorType.DOMAIN,
    "ip": IndicatorType.IP,
    "ips": IndicatorType.IP,
    "url": IndicatorType.URL,
    "urls": IndicatorType.URL,
    "endpoint": IndicatorType.URL,
    "wallet": IndicatorType.WALLET,
    "wallets": IndicatorType.WALLET,
    "addresses": IndicatorType.WALLET,
    "user": IndicatorType.ACCOUNT,
    "users": IndicatorType.ACCOUNT,
    "email": IndicatorType.EMAIL,
    "emails": IndicatorType.EMAIL,
    "marker": IndicatorType.STRING,
    "filename": IndicatorType.PATH,
    "files": IndicatorType.PATH,
    "path": IndicatorType.PATH,
}
_GUESSED = frozenset(("c2", "network", "exfil", "bootstrap"))
_WEAK = frozenset(("network", "api"))
"""What an attack talks to is everybody's service as often as the attacker's own."""
_MOST = 1_000


def is_group(name: str) -> bool:
    """Whether what stands under this key is indicators by name."""
    return name.casefold() in _GROUPS


def found(name: str, value: Any, common: dict[str, Any]) -> Iterator[Found]:
    """What one of them says. Never an error: where it is not plain, the remark says that it is not looked for."""
    parts = [part for part in re.split(r"[^a-z0-9]+", name.casefold()) if part]
    values = value if isinstance(value, list) else [value]
    bad = not _NOT_BAD.intersection(parts)
    for text in values[:_MOST]:
        if not isinstance(text, str) or not text.strip():
            yield f"{name}: not looked for"
            continue
        try:
            indicators = list(_read(parts, text, common)) if bad else []
        except InputError as error:
            yield f"{name}: not looked for, {error.what}"
            continue
        if not indicators:
            yield f"{name}: {text[:120]}: not looked for"
        for one in indicators:
            if isinstance(one, Indicator) and _WEAK.intersection(parts):
                yield msgspec.structs.replace(one, alone=False)
            else:
                yield one
    if len(values) > _MOST:
        yield f"{name}: {len(values) - _MOST} more are not looked for"


def _read(parts: list[str], text: str, common: dict[str, Any]) -> Iterator[Indicator | str]:
    type_ = (
        IndicatorType.COMMIT
        if "commit" in parts
        else next((_TYPES[part] for part in reversed(parts) if part in _TYPES), None)
    )
    if type_ is not None:
        yield from observables.typed(type_, text, common)
    elif _GUESSED.intersection(parts):
        for one in observables.guess(text, Context(), common):
            if isinstance(one, Indicator) and one.type is not IndicatorType.PACKAGE:
                yield one
