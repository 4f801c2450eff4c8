"""What a person may mean by a word: a package, a digest, an address, a record … or several of these.

Nothing is guessed silently: `Question.read_as` says what the word was taken for.
"""

from __future__ import annotations

import re

import msgspec

from scanner.errors import InputError, UsageError
from scanner.model import observable
from scanner.model import purl as purls
from scanner.model.campaign import IndicatorType
from scanner.model.component import Component, Location
from scanner.model.digest import hexadecimal
from scanner.model.ecosystem import BY_TYPE, Identity, full_name, identity, normalise_name
from scanner.model.purl import Purl

MAX_LENGTH = 4_096
_RECORD = re.compile(r"[A-Za-z]{2,16}-(?=.*\d)[0-9A-Za-z]+(?:-[0-9A-Za-z]+){0,4}\Z")
_GHSA = re.compile(r"GHSA(?:-[0-9a-z]{4}){3}\Z", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-fA-F]+\Z")
_NAMED = re.compile(r"(?P<name>@?[\w.~+-]+(?:[/:][\w.~+/-]+)?)(?:@(?P<version>[\w.+~!:-]+))?\Z")
_HOST = re.compile(r"\.[a-zA-Z]{2,63}\Z|\.xn--[a-z0-9-]+\Z")
_PLACE = Location("")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One word, read in every way that makes sense."""

    text: str
    read_as: tuple[str, ...] = ()
    packages: tuple[Identity, ...] = ()
    version: str | None = None
    record: str | None = None
    """Id of an advisory."""
    keys: tuple[str, ...] = ()
    """Normalised values under which it may be an indicator of whatever type."""
    component: Component | None = None
    """The word as a component would carry it, for the matchers of addresses, digests and products."""
    remarks: tuple[str, ...] = ()


def read(text: str) -> Question:
    """Make a question of a word. Raises `UsageError` for one that is empty, too long or a broken purl."""
    text = text.strip()
    if not text or len(text) > MAX_LENGTH:
        raise UsageError(f"{len(text)} characters", where="OBSERVABLE", hint=f"from 1 to {MAX_LENGTH} are read")
    if text[:4].lower() == "pkg:":
        try:
            return _package(text, purls.parse(text))
        except InputError as error:
            raise UsageError(error.what, where="OBSERVABLE", hint="pkg:npm/name@1.0.0") from error
    plain = observable.refang(text)
    keys = tuple(dict.fromkeys((text, text.lower(), text.casefold(), plain, plain.lower())))
    return (
        _record(text, keys)
        or _digest(text, keys)
        or _address(plain, keys)
        or _name(text, keys)
        or Question(text=text, read_as=("a value of some indicator",), keys=keys, component=_component(text))
    )


def _package(text: str, purl: Purl) -> Question:
    who = identity(purl)
    name, version = full_name(purl), purl.version
    words = f"package {name} of {purl.type if who is None else who.ecosystem}" + (
        f", version {version}" if version else ", any version"
    )
    return Question(
        text=text,
        read_as=(words,),
        packages=() if who is None else (who,),
        version=version,
        component=_component(name, version=version, purl=purl),
        remarks=(f"no advisories are filed for packages of type {purl.type!r}",) if who is None else (),
    )


def _record(text: str, keys: tuple[str, ...]) -> Question | None:
    if not _RECORD.match(text) and not _GHSA.match(text):
        return None
    # It may be a package's name as well (left-pad-2): both are asked.
    named = _name(text, keys)
    return msgspec.structs.replace(
        named or Question(text=text, keys=keys),
        record=text,
        read_as=("the id of a record", *(named.read_as if named else ())),
    )


def _digest(text: str, keys: tuple[str, ...]) -> Question | None:
    value = hexadecimal(text)
    if value is None and _HEX.match(text) and len(text) in observable.LENGTHS:
        value = f"{observable.LENGTHS[len(text)]}:{text.lower()}"
    if value is None:
        return None
    algorithm, _, digits = value.partition(":")
    commit = len(digits) in (40, 64) and ":" not in text and "-" not in text
    remarks: list[str] = []
    try:
        observable.normalise(IndicatorType.DIGEST, value, where=text)
    except InputError as error:
        remarks.append(error.what)
    return Question(
        text=text,
        read_as=(f"a {algorithm} digest", *(("a git commit",) if commit else ())),
        keys=(*keys, value, digits),
        component=_component(text, digests=(value,)),
        remarks=tuple(remarks),
    )


def _address(text: str, keys: tuple[str, ...]) -> Question | None:
    """A URL, IP address, e-mail address or domain, refanged."""
    if "://" in text:
        return Question(text=text, read_as=("an address (URL)",), keys=keys, component=_component(text, urls=(text,)))
    for type_, words in _ADDRESSES:
        try:
            value = observable.normalise(type_, text, where=text)
        except InputError as error:
            if "shared by everybody" in error.what or "private or reserved" in error.what:
                return Question(text=text, read_as=(words,), keys=keys, remarks=(error.what,))
            continue
        host = value.rpartition("@")[2]
        named = None if type_ is IndicatorType.IP else _name(text, keys)
        if type_ is IndicatorType.EMAIL and not _HOST.search(host):
            continue  # name@1.2.3
        return msgspec.structs.replace(
            named or Question(text=text),
            read_as=(words, *(named.read_as if named else ())),
            keys=(*keys, value),
            component=_component(text, urls=(f"https://{host}",)),
        )
    return None


_ADDRESSES = (
    (IndicatorType.IP, "an IP address"),
    (IndicatorType.EMAIL, "an e-mail address"),
    (IndicatorType.DOMAIN, "a domain"),
)


def _name(text: str, keys: tuple[str, ...]) -> Question | None:
    """`name` or `name@version` without a type: asked in every ecosystem."""
    found = _NAMED.match(text)
    if found is None:
        return None
    name, version = found["name"], found["version"]
    packages = tuple(
        Identity(ecosystem, normalise_name(ecosystem, name)) for ecosystem in sorted(set(BY_TYPE.values()))
    )
    return Question(
        text=text,
        read_as=(f"package {name} of any ecosystem, " + (f"version {version}" if version else "any version"),),
        packages=packages,
        version=version,
        keys=keys,
        component=_component(name, version=version),
    )


def _component(
    name: str,
    *,
    version: str | None = None,
    purl: Purl | None = None,
    urls: tuple[str, ...] = (),
    digests: tuple[str, ...] = (),
) -> Component:
    return Component(name=name, version=version, purl=purl, location=_PLACE, urls=urls, digests=digests)
