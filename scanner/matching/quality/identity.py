"""What it takes to say anything of a component: an identity that holds, and bytes that it is held to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.matching.quality import elements
from scanner.matching.quality.delivered import Answer, Delivered
from scanner.matching.quality.elements import Element
from scanner.model.component import Component
from scanner.model.digest import hexadecimal
from scanner.model.ecosystem import full_name
from scanner.model.purl import Purl

ID, TITLE = "identity", "What it takes to judge"
SOURCE = "docs/audit.md"

_SIZES = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
_WEAK = frozenset(("md2", "md4", "md5", "md6", "sha1", "adler32"))
_PLAIN = re.compile(r"[^a-z0-9]+")
_FREE = frozenset(("generic", "oci", "docker", "github", "bitbucket", "githubactions", "swid", "huggingface", "mlflow"))
"""Types of purls whose name need not be the name that people use."""
_SHOWN = 3


def _purl(sbom: Delivered) -> Answer:
    return sbom.each(lambda one: one.purl is None)


def _cpe_only(sbom: Delivered) -> Answer:
    note = "most are compared with indicators of products only"
    return sbom.none(lambda one: one.purl is None and bool(one.cpes), note)


def _name_agrees(sbom: Delivered) -> Answer:
    return sbom.none(lambda one: _name_differs(one) is not None, _examples(sbom, _name_differs))


def _name_differs(one: Component) -> str | None:
    if one.purl is None or _same_name(one, one.purl):
        return None
    return f"{one.name[:80]} is {full_name(one.purl)[:80]}"


def _same_name(one: Component, purl: Purl) -> bool:
    """One is the other, or stands in it: generators shorten and lengthen names, and write titles."""
    if purl.type in _FREE or not one.name:
        return True
    said, meant = _PLAIN.sub("", one.name.lower()), _PLAIN.sub("", purl.name.lower())
    if not said or not meant:
        return True
    whole = _PLAIN.sub("", full_name(purl).lower())
    last = _PLAIN.sub("", re.split(r"[/:]", one.name.lower())[-1])
    # Of an npm package every letter counts; a title (`Apache Commons IO`) only names a part of it.
    if purl.type in ("npm", "pypi", "cargo", "gem", "composer", "nuget", "pub"):
        return said in (whole, meant) or last == meant
    return said in whole or meant in said or last in whole or _shares_a_word(one.name, whole)


def _shares_a_word(title: str, whole: str) -> bool:
    return any(len(word) > 3 and word in whole for word in _PLAIN.split(title.lower()))


def _version_agrees(sbom: Delivered) -> Answer:
    return sbom.none(lambda one: _version_differs(one) is not None, _examples(sbom, _version_differs))


def _version_differs(one: Component) -> str | None:
    purl = one.purl
    if purl is None or not purl.version or not one.version or purl.type in _FREE:
        return None
    said, meant = _folded(one.version), _folded(purl.version)
    if said == meant:
        return None
    if purl.type in ("rpm", "deb", "apk", "alpm"):  # with or without epoch and release
        bare = [re.sub(r"^\d+:", "", text) for text in (said, meant)]
        if bare[0].startswith(bare[1]) or bare[1].startswith(bare[0]) or (purl.qualifier("epoch") or "") in said:
            return None
    return f"{one.name[:60]} {one.version[:40]} is {purl.version[:40]} by its purl"


def _folded(version: str) -> str:
    return version.strip().lower().removeprefix("v").removeprefix("go").partition("+")[0].replace("%2b", "+")


def _examples(sbom: Delivered, says: elements.Says) -> str:
    found: list[str] = []
    for one in sbom.components:
        text = says(one)
        if text is not None:
            found.append(text)
            if len(found) == _SHOWN:
                break
    return "; ".join(found)


def _one_digest(sbom: Delivered) -> Answer:
    """The same purl, the same version, another digest: one of the two is not what it says."""
    seen: dict[Purl, list[Component]] = {}
    for one in sbom.components:
        if one.purl is not None and one.version and one.digests:
            seen.setdefault(one.purl, []).append(one)
    concerned = tuple(one for same in seen.values() if len(same) > 1 and _disagree(same) for one in same)
    return Answer(not concerned, len(sbom.components), concerned)


def _disagree(same: list[Component]) -> bool:
    by: dict[str, set[str]] = {}
    for one in same:
        for digest in one.digests:
            key = hexadecimal(digest) or digest
            by.setdefault(key.partition(":")[0], set()).add(key)
    # Several of one algorithm at a single component are the files of one release.
    return any(len(found) > 1 for found in by.values()) and len({frozenset(one.digests) for one in same}) > 1


def _refs_once(sbom: Delivered) -> Answer:
    """The readers call a component whose ref another has already `ref#number`: see cyclonedx_document and spdx2."""
    refs = {one.ref for one in sbom.everything}
    concerned = tuple(one for one in sbom.everything if _again(one.ref) in refs)
    return Answer(not concerned, len(sbom.everything), concerned, _first(_again(one.ref) or "" for one in concerned))


def _again(ref: str) -> str | None:
    head, mark, tail = ref.rstrip("#").rpartition("#")
    return head if mark and head and tail.isdigit() else None


def _refs_resolve(sbom: Delivered) -> Answer:
    count = len(sbom.dangling)
    return Answer(not count, note=f"{count:,} lead nowhere: {_first(iter(sbom.dangling))}" if count else "")


def _first(refs: Iterator[str]) -> str:
    return ", ".join(list(dict.fromkeys(ref[:100] for ref, _ in zip(refs, range(_SHOWN), strict=False))))


def _graph(sbom: Delivered) -> Answer:
    if len(sbom.components) < 2:
        return Answer(None, note="there is nothing to need")
    if sbom.between:
        return Answer(True)
    return Answer(False, note="it is a list: nothing says which component needs which")


def _connected(sbom: Delivered) -> Answer:
    if not sbom.edges:
        return Answer(None, note="there is no graph")
    concerned = sbom.unreached
    return Answer(not concerned, len(sbom.components), concerned)


def _digest_strong(sbom: Delivered) -> Answer:
    return sbom.none(lambda one: bool(one.digests) and all(_algorithm(digest) in _WEAK for digest in one.digests))


def _algorithm(digest: str) -> str:
    return re.split("[-:]", digest, maxsplit=1)[0].lower()


def _digest_fits(sbom: Delivered) -> Answer:
    """The digest is as long as its algorithm makes it."""
    return sbom.none(lambda one: any(_misfits(digest) for digest in one.digests))


def _misfits(digest: str) -> bool:
    size = _SIZES.get(_algorithm(digest))
    if size is None:
        return False
    key = hexadecimal(digest)
    return len(digest) != size + len(_algorithm(digest)) + 1 if key is None else len(key.partition(":")[2]) != size


def _product(sbom: Delivered) -> Answer:
    subject = sbom.subject
    if subject is None:
        return Answer(False, note="it does not say which product it is of")
    said = f"{subject.name} {subject.version or 'without a version'}"
    if sbom.product is not None and not _means(subject, sbom.product):
        return Answer(False, note=f"it is of {said}, not of {sbom.product}")
    return Answer(bool(subject.version), note=said)


def _means(subject: Component, product: str) -> bool:
    said, meant = (_PLAIN.sub("", text.lower()) for text in (subject.name, product))
    return bool(said) and bool(meant) and (said in meant or meant in said)


ASKED: tuple[tuple[str, str, Element], ...] = (
    ("product", "which product it is of, at which version", _product),
    ("timestamp", "when it was put together", elements.timestamp),
    ("tool", "the tool that made it", elements.tool),
    ("purl", "each component's package URL", _purl),
    ("version", "each component's version", elements.version),
    ("name-agrees", "each package URL is of the component's name", _name_agrees),
    ("version-agrees", "each package URL is of the component's version", _version_agrees),
    ("cpe-only", "no component is named by a CPE alone", _cpe_only),
    ("refs-once", "each reference names one component", _refs_once),
    ("refs-resolve", "each reference of the graph leads somewhere", _refs_resolve),
    ("graph", "which component needs which", _graph),
    ("connected", "a way from the product to each component", _connected),
    ("digest", "a digest of each component", elements.digest),
    ("digest-strong", "no digest rests on MD5 or SHA-1 alone", _digest_strong),
    ("digest-fits", "each digest is as long as its algorithm makes it", _digest_fits),
    ("one-digest", "one package at one version has one digest", _one_digest),
)
