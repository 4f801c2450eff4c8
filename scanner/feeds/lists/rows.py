"""A row with named cells → indicators. What a name means is said once for each list, by `Roles`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.feeds.lists import bad_versions, observables, words
from scanner.feeds.lists.collector import Found
from scanner.feeds.lists.observables import Context
from scanner.model.campaign import IndicatorType

NAME, VALUE, TYPE, VERSIONS, ECOSYSTEM = "name", "value", "type", "versions", "ecosystem"
NAMESPACE, PURL, NOTE, REFERENCE, IGNORED = "namespace", "purl", "note", "reference", "ignore"

# In order: where a row has several of these, the first is the package and the others are notes.
_NAMES = (
    "packagename package npmpackage pypipackage packages module modulename library dependency artifactid gem crate "
    "extension extensionid component artifact action image name project"
).split()
_HEADERS: dict[str, str] = {
    VALUE: "indicator indicatorvalue ioc iocs iocvalue value observable indicators observables pattern",
    TYPE: "type artifacttype indicatortype ioctype kind category observabletype",
    VERSIONS: "version versions packageversion packageversions affectedversion affectedversions compromisedversion "
    "compromisedversions maliciousversion maliciousversions badversion badversions infectedversion infectedversions "
    "vulnerableversion vulnerableversions affected release releases tag tags versionrange range affectedrange "
    "knownbadversions",
    ECOSYSTEM: "ecosystem ecosystems registry packagemanager packagetype language platform manager purltype",
    NAMESPACE: "namespace group groupid scope vendor publisher",
    PURL: "purl packageurl",
    NOTE: "context description comment comments note notes details detail title summary campaign sources malware "
    "threat reason campaignname severity confidence",
    REFERENCE: "source reference references link links sourceurl report advisory referenceurl",
    IGNORED: "id uuid firstseen lastseen date datepublished published created modified updated timestamp fixedversion "
    "fixedversions fixed patchedversion patchedversions safeversion safeversions cleanversion score downloads status "
    "detected detectedat tlp license firstdetected attackid references_count schemaversion",
}  # fmt: skip
_ROLES = {header: role for role, spelled in _HEADERS.items() for header in spelled.split()}
_PACKAGE_LIKE = frozenset(("vscode-extension", "composer"))
_ADDRESS = re.compile(r"https?://[^\s\"'<>|,;]+")


def known(header: str) -> bool:
    """Whether a header is a word that we know."""
    word = bare(header)
    return word in _ROLES or word in _NAMES or _typed(header) is not None


def bare(header: str) -> str:
    """`Package Version(s)` → `packageversions`."""
    return re.sub(r"[^a-z0-9]", "", header.casefold())


def _typed(header: str) -> IndicatorType | None:
    found = words.indicator_type(header) if len(header) < 40 else None
    return None if found in (None, IndicatorType.PACKAGE, IndicatorType.ADVISORY) else found


Common = Callable[[str | None, Sequence[str]], dict[str, Any]]
"""(note, references) → what all indicators of a row have in common: `Collector.common` for its line."""


class Roles(msgspec.Struct, frozen=True):
    """What each header of a list means."""

    of: Mapping[str, str | IndicatorType]
    unknown: tuple[str, ...] = ()
    ecosystem: str | None = None
    """Purl type that a header names: `npm package`."""

    @classmethod
    def read(cls, headers: Sequence[str], columns: Mapping[str, str]) -> Roles:
        """By the user's word first. Raises `InputError` where that is no word that we know, or no such column."""
        of: dict[str, str | IndicatorType] = {}
        for header, word in columns.items():
            found = next((one for one in headers if one.strip().casefold() == header), None)
            if found is not None:
                of[found] = role(word)
        free = [header for header in headers if header not in of]
        if NAME not in of.values() and VALUE not in of.values():
            ranked = sorted(
                (_NAMES.index(bare(header)), place) for place, header in enumerate(free) if bare(header) in _NAMES
            )
            if ranked:
                of[free[ranked[0][1]]] = NAME
        for header in free:
            if header in of:
                continue
            word = bare(header)
            guessed = _ROLES.get(word) or _typed(header)
            if guessed is None and word in _NAMES:
                guessed = NOTE
            if guessed is not None:
                of[header] = guessed
        named = {words.purl_type(header) for header, one in of.items() if one == NAME} - {None}
        unknown = tuple(header for header in headers if header not in of)
        return cls(of, unknown, named.pop() if len(named) == 1 else None)

    @property
    def usable(self) -> bool:
        """Whether some column holds what is looked for."""
        return any(role in (NAME, VALUE, PURL) or isinstance(role, IndicatorType) for role in self.of.values())


def role(word: str) -> str | IndicatorType:
    """What the user means by `--as column=word`. Raises `InputError`."""
    if word in (NAME, VALUE, TYPE, VERSIONS, ECOSYSTEM, NAMESPACE, PURL, NOTE, REFERENCE, IGNORED):
        return word
    if word in ("package", "version"):
        return NAME if word == "package" else VERSIONS
    found = words.indicator_type(word)
    if found is None or found is IndicatorType.PACKAGE:
        raise InputError(
            f"no type of column {word!r}",
            where="--as",
            hint="name, versions, ecosystem, type, value, purl, note, reference, ignore, sha256, domain, ip, url, …",
        )
    return found


def found(roles: Roles, cells: Mapping[str, str], context: Context, common: Common) -> Iterator[Found]:
    """What one row says. Raises `InputError` where it says nothing that we understand."""
    by_role: dict[str, str] = {}
    typed: list[tuple[IndicatorType, str]] = []
    for header, text in cells.items():
        one = roles.of.get(header)
        if not text or one is None:
            continue
        if isinstance(one, IndicatorType):
            typed.append((one, text))
        elif one in (NOTE, VALUE) and one in by_role:
            by_role[one] += f"; {text}" if one == NOTE else f"\n{text}"
        else:
            by_role.setdefault(one, text)
    fields = common(by_role.get(NOTE), _ADDRESS.findall(by_role.get(REFERENCE, "")))
    context = _context(by_role, roles, context)
    said = False
    for item in _subject(by_role, context, fields):
        said = True
        yield item
    for type_, text in typed:
        said = True
        try:
            yield from observables.typed(type_, text, fields)
        except InputError as error:
            yield error
    if not said:
        raise InputError("the row names nothing to look for")


def _context(by_role: Mapping[str, str], roles: Roles, context: Context) -> Context:
    if (word := by_role.get(ECOSYSTEM)) is not None:
        type_ = words.purl_type(word)
        if type_ is None and not _typed(word):
            raise InputError(f"no ecosystem {word[:60]!r}", hint="npm, PyPI, Go, crates.io, RubyGems, …")
        return Context(ecosystem=type_, sure=True) if type_ is not None else context
    if (type_ := words.purl_type(by_role.get(TYPE, ""))) is not None:
        return Context(ecosystem=type_, sure=True)
    return context if roles.ecosystem is None else Context(ecosystem=roles.ecosystem, sure=True)


def _subject(by_role: Mapping[str, str], context: Context, common: dict[str, Any]) -> Iterator[Found]:
    versions = bad_versions.parse(by_role[VERSIONS]) if VERSIONS in by_role else None
    if (purl := by_role.get(PURL)) is not None:
        yield from observables.package(purl, context, common, versions)
        return
    word = by_role.get(TYPE)
    type_ = None if word is None else words.indicator_type(word)
    if (name := by_role.get(NAME)) is not None:
        if type_ not in (None, IndicatorType.PACKAGE):
            yield from observables.typed(type_, name, common)
            return
        yield from observables.package(_with_namespace(name, by_role, context), context, common, versions)
    for text in by_role.get(VALUE, "").split("\n"):
        if not text.strip():
            continue
        if type_ is IndicatorType.PACKAGE or (type_ is None and versions is not None):
            yield from observables.package(text, context, common, versions)
        elif type_ is not None:
            yield from observables.typed(type_, text, common)
        elif word is None or context.sure:
            yield from observables.guess(text, context, common)
        else:
            raise InputError(f"of a type that is not looked for: {word[:60]!r}", hint="--as column=type")


def _with_namespace(name: str, by_role: Mapping[str, str], context: Context) -> str:
    space = by_role.get(NAMESPACE)
    if space is None or space in name:
        return name
    match context.ecosystem:
        case "npm":
            return f"{space if space.startswith('@') else '@' + space}/{name}"
        case "maven":
            return f"{space}:{name}"
        case "vscode-extension":
            return f"{space}.{name}"
        case "composer" | "golang" | "githubactions" | "docker":
            return f"{space}/{name}"
    return name
