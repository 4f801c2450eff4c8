"""A cell or line → indicators: by the type that the list gives, or by what the text looks like."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.feeds.lists import bad_versions, packages, words
from scanner.feeds.lists.bad_versions import BadVersions
from scanner.model import observable
from scanner.model.campaign import Indicator, IndicatorType

_HEX = re.compile(r"[0-9a-fA-F]+\Z")
_SRI = re.compile(r"(sha(?:1|256|384|512))-([A-Za-z0-9+/]{20,88}={0,2})\Z")
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,20}://\S", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@/:]+@(?:[\w-]+\.)+[a-z]{2,24}\Z", re.IGNORECASE)
_HOST = r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})"
_DOMAIN = re.compile(rf"\*?\.?({_HOST})\.?(?::\d{{1,5}})?\Z", re.IGNORECASE)
_ADDRESS = re.compile(rf"(?:{_HOST}|\d{{1,3}}(?:\.\d{{1,3}}){{3}})(?::\d{{1,5}})?[/?]\S*\Z", re.IGNORECASE)
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\Z")
_IPV6 = re.compile(r"[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:%\w+)?\Z", re.IGNORECASE)
_BARE_URL = re.compile(r"https?://([^/?#]+)/?\Z", re.IGNORECASE)
_REPOSITORY = re.compile(
    r"(?:https?://)?(?:github\.com|gitlab\.com|bitbucket\.org)/[\w.-]+/[\w.-]+?(?:\.git)?/?\Z", re.I
)
_FILE = re.compile(r"(?:[a-z]:\\|\\\\|~/|%\w+%|\$\{?[A-Z_]+\}?[/\\]|\./)", re.IGNORECASE)
# Endings that no domain has: a bare word that ends so is a file.
_FILE_ENDINGS = frozenset(
    "js mjs cjs ts json exe dll txt vbs ps1 bat tgz gz whl vsix jar elf plist bin sys tmp dat".split()
)
_PLACEHOLDER = re.compile(r"<[^<>]{1,60}>")
_DISTINCTIVE = 12
"""Characters that a string needs to prove something by itself."""
_CVE = re.compile(r"(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3}|MAL-\d{4}-\d+)\Z", re.IGNORECASE)


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What the surroundings of a text say about it."""

    ecosystem: str | None = None
    """Purl type of packages that name none themselves."""
    sure: bool = False
    """Whether somebody said so: then bare words are packages, and dotted words no domains."""


def typed(type_: IndicatorType, text: str, common: dict[str, Any]) -> Iterator[Indicator | str]:
    """Indicators of a type that the list itself gives; not for packages. Raises `InputError`."""
    text = text.strip()
    match type_:
        case IndicatorType.DIGEST:
            yield from _digest(text, common)
        case IndicatorType.URL:
            yield from _url(observable.refang(text), common)
        case IndicatorType.DOMAIN:
            name = observable.refang(text)
            yield _plain(type_, re.sub(r":\d{1,5}\Z", "", name), common)
        case IndicatorType.IP:
            yield _ip(observable.refang(text), common)
        case IndicatorType.PATH:
            yield from _path(text, common)
        case IndicatorType.STRING:
            yield _plain(type_, text, common, alone=len(text) >= _DISTINCTIVE)
        case IndicatorType.ADVISORY:
            yield f"advisory {text}: hunt looks for no advisories (pratique scan does)"
        case IndicatorType.ACCOUNT:
            if len(text) < 3:
                raise InputError(f"{text!r} is too short for an account")
            yield Indicator(type=type_, value=text if ":" in text else f"any:{text}", alone=False, **common)
        case IndicatorType.PRODUCT:
            yield from _product(text, common)
        case _:
            yield _plain(type_, text, common)


def package(
    text: str, context: Context, common: dict[str, Any], versions: BadVersions | None = None
) -> Iterator[Indicator]:
    """Indicators on a package, whose versions stand beside it or in the text itself. Raises `InputError`."""
    text = text.strip().strip("\"'`")
    if text[:4].lower() == "pkg:":
        yield from packages.of_purl(text, versions or bad_versions.NOTHING, **common)
        return
    type_: str | None = None
    prefix, colon, rest = text.partition(":")
    if colon and rest and not rest.startswith("//") and (named := words.prefix_type(prefix)) is not None:
        type_, text = named, rest.strip()
    name, inside, implied = _split(text, type_ or (context.ecosystem if context.sure else None))
    if versions is None or versions.hint:
        versions = inside if inside is not None else (versions or bad_versions.NOTHING)
    assumed = context.ecosystem or ("npm" if name.startswith("@") else None)
    if type_ is None:
        # What somebody said, then what only one ecosystem writes so, then what the rest of the list is.
        type_ = assumed if context.sure or implied == "npm" else implied or assumed
        type_ = type_ or implied
    if type_ is None:
        raise InputError(f"whose package is {name[:80]!r}?", hint="--ecosystem npm, or pypi, go, cargo, gem, …")
    yield from packages.of_name(type_, name, versions, **common)


def _split(text: str, type_: str | None) -> tuple[str, BadVersions | None, str | None]:
    """(name, versions or `None`, the ecosystem that this spelling implies)."""
    if "==" in text and text[0] != "=":
        name, _, version = text.partition("==")
        return name.strip(), bad_versions.parse(version), "pypi"
    at = text.rfind("@")
    if at > 0 and "/" not in text[at:].replace("@sha256", ""):
        return text[:at].rstrip(), bad_versions.parse(text[at + 1 :]), _implied(text[:at])
    name, colon, version = text.rpartition(":")
    if colon and name and _versions_follow(version):
        implied = "maven" if ":" in name else None
        return name.strip(), bad_versions.parse(version), implied
    name, blank, version = text.partition(" ")
    version = version.strip().lstrip("-–—:,").strip()
    if blank and _versions_follow(version.strip("(")):
        return name.rstrip(":,"), bad_versions.parse(version.removeprefix("(").removesuffix(")")), None
    if type_ == "maven" or text.count(":") == 1:
        return text, None, "maven" if ":" in text else None
    return text, None, None


def _implied(name: str) -> str:
    """`name@version` is npm's spelling, and that of Go and of actions where the name is an address or a path."""
    first, slash, _ = name.partition("/")
    if slash and not first.startswith("@"):
        return "golang" if "." in first else "githubactions"
    return "npm"


def _versions_follow(text: str) -> bool:
    return re.match(r"(?:[=<>~^≤≥]+\s*)?v?\d|dev-|all\b|\*\Z|before |up to ", text.strip(), re.IGNORECASE) is not None


def guess(text: str, context: Context, common: dict[str, Any]) -> Iterator[Indicator | str]:
    """Indicators of the type that `text` looks like. Raises `InputError` where it looks like nothing."""
    text = text.strip().strip("\"'`").strip()
    if text[:4].lower() == "pkg:":
        yield from package(text, context, common)
        return
    if _is_digest(text):
        yield from _digest(text, common)
        if len(text) == 40:  # a commit is written in the same way
            yield _plain(IndicatorType.COMMIT, text, common)
        return
    plain = observable.refang(text)
    if _REPOSITORY.match(plain):
        yield _plain(IndicatorType.REPOSITORY, plain, common)
    elif _URL.match(plain) and " " not in plain:
        yield from _url(plain, common)
    elif _IPV4.match(plain) or _IPV6.match(plain):
        yield _ip(plain, common)
    elif _EMAIL.match(plain) and not bad_versions.looks_like_one(plain.partition("@")[2].rpartition(".")[0]):
        yield _plain(IndicatorType.EMAIL, plain, common)
    elif _CVE.match(text):
        yield from typed(IndicatorType.ADVISORY, text, common)
    elif (found := _DOMAIN.match(plain)) is not None and (plain != text or not context.sure):
        if found[1].rpartition(".")[2].lower() in _FILE_ENDINGS:
            yield from _path(text, common)
            if context.ecosystem is not None:  # `chart.js` is a package as well as a file
                yield from package(text, context, common)
        else:
            yield _plain(IndicatorType.DOMAIN, found[1], common)
    elif plain.lower() in observable.RESERVED:
        yield _plain(IndicatorType.DOMAIN, plain, common)
    elif text[:1] == "/" and " " not in text:
        # The path of an address, or a file's: both are looked for as text, and neither proves anything alone.
        yield _plain(IndicatorType.STRING, text, common, alone=False)
    elif _FILE.match(text):
        yield from _path(text, common)
    elif _ADDRESS.match(plain) and "@" not in plain:
        yield from _url(plain, common)
    else:
        yield from package(text, context, common)


def _plain(type_: IndicatorType, text: str, common: dict[str, Any], *, alone: bool = True) -> Indicator:
    return Indicator(type=type_, value=observable.normalise(type_, text, where=""), alone=alone, **common)


def _is_digest(text: str) -> bool:
    _, _, digits = text.rpartition(":")
    return (len(digits) in observable.LENGTHS and _HEX.match(digits) is not None) or _SRI.match(text) is not None


def _digest(text: str, common: dict[str, Any]) -> Iterator[Indicator]:
    text = re.sub(r"\A(?:sha|md)-", lambda found: found[0][:-1], text.lower()) if ":" in text else text
    if (spelled := _SRI.match(text)) is not None:
        try:
            text = f"{spelled[1]}:{base64.b64decode(spelled[2], validate=True).hex()}"
        except (binascii.Error, ValueError) as error:
            raise InputError(f"{text[:80]!r} is no digest") from error
    value = observable.normalise(IndicatorType.DIGEST, text, where="")
    yield Indicator(type=IndicatorType.DIGEST, value=value, algorithm=value.partition(":")[0], **common)


def _url(text: str, common: dict[str, Any]) -> Iterator[Indicator]:
    bare = _BARE_URL.match(text)
    if bare is not None and _IPV4.match(bare[1]):
        # All of that machine, whatever the port and scheme.
        yield _ip(bare[1], common)
    elif _REPOSITORY.match(text):
        yield _plain(IndicatorType.REPOSITORY, text, common)
    else:
        yield _plain(IndicatorType.URL, text, common)


def _ip(text: str, common: dict[str, Any]) -> Indicator:
    return _plain(IndicatorType.IP, text.strip("[]"), common)


def _path(text: str, common: dict[str, Any]) -> Iterator[Indicator]:
    """A file's path or name. Words in `<…>` stand for anything; a bare name is many an honest file's."""
    pattern = _PLACEHOLDER.sub("*", text)
    alone = pattern == text and any(mark in text for mark in "/\\")
    yield _plain(IndicatorType.PATH, pattern, common, alone=alone)


def _product(text: str, common: dict[str, Any]) -> Iterator[Indicator]:
    if text.startswith("cpe:"):
        parts = re.split(r"(?<!\\):", text)
        vendor, product, version = ([*(parts[3:6] if text.startswith("cpe:2.3:") else parts[2:5]), "", "", ""])[:3]
        if not product.strip("*-"):
            raise InputError(f"{text[:80]!r} names no product")
        versions = None if version in ("", "*", "-") else (version.replace("\\", ""),)
        name = product.replace("\\", "").replace("_", " ").casefold()
        yield Indicator(
            type=IndicatorType.PRODUCT, value=name, vendor=vendor.replace("\\", ""), versions=versions, **common
        )
        return
    if len(text) < 3:
        raise InputError(f"{text!r} is too short for a product")
    yield Indicator(type=IndicatorType.PRODUCT, value=text.casefold(), versions=None, **common)
