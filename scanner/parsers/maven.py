"""Just enough of Maven's model to know what a pom asks for: coordinates, parents in the tree, properties.

Spec: the reference of the Maven project, "Maven Model" and "Maven Model Builder" (inheritance, then interpolation).
"""

from __future__ import annotations

import itertools
import posixpath
import re
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scanner.model.purl import Purl
from scanner.parsers import xml_tree
from scanner.parsers.xml_tree import Element

_REFERENCE = re.compile(r"\$\{([^${}]{1,200})\}")
_RANGE = re.compile(r"[\[(,\])]")
_EXACT_RANGE = re.compile(r"\[\s*([^\[\](),\s]+)\s*\]\Z")
_MOST_PARENTS = 16
_MOST_MODULES = 64
_MOST_STEPS = 32
_MOST_FILLED = 50_000
_MOST_TEXT = 1_000
_MOST_BYTES = 32 * 1024 * 1024


def purl(group: str, artifact: str, version: str | None, qualifiers: tuple[tuple[str, str], ...] = ()) -> Purl | None:
    """The artefact's purl; `None` where the group is not known: nothing could be looked up by half a name."""
    if not group or not artifact or "${" in group + artifact:
        return None
    return Purl("maven", group, artifact, version, qualifiers)


def requirement(text: str) -> tuple[str | None, str | None]:
    """(version, constraint): a plain version is what Maven takes, a range or `LATEST` pins nothing."""
    written = text.strip()
    if not written or "${" in written:
        return None, "*"
    exact = _EXACT_RANGE.match(written)
    if exact:
        return exact.group(1), None
    if _RANGE.search(written) or written in ("LATEST", "RELEASE"):
        return None, written
    return written, None


@dataclass(slots=True)
class Pom:
    """One pom with the parents that lie in the same tree."""

    path: str
    root: Element
    parent: Pom | None = None

    def chain(self) -> Iterator[Pom]:
        """The pom itself, then its parents, nearest first."""
        pom: Pom | None = self
        while pom is not None:
            yield pom
            pom = pom.parent

    def own(self, name: str) -> str:
        """`groupId`, `artifactId` or `version`: said here, or inherited from the parent named here."""
        said = self.root.value(name)
        declared = self.root.child("parent")
        return said or ("" if declared is None or name == "artifactId" else declared.value(name))


class Tree:
    """The poms beside the one that is read: each is parsed once, and there is an end to them."""

    def __init__(self, sibling: Callable[[str], bytes | None]) -> None:
        self._sibling = sibling
        self._roots: dict[str, Element | None] = {}
        self._bytes = 0

    def load(self, path: str, root: Element) -> Pom:
        """The pom at `path` with its parents, as far as they are in the tree."""
        first = pom = Pom(path, root)
        seen = {path}
        for _ in range(_MOST_PARENTS):
            found = self._parent(pom)
            if found is None or found.path in seen:
                break
            seen.add(found.path)
            pom.parent = found
            pom = found
        return first

    def modules(self, pom: Pom, artifacts: Iterable[str]) -> Iterator[Pom]:
        """Those projects that the pom and its parents build together, and that may be one of the `artifacts`."""
        names = [f">{artifact}<".encode(errors="replace") for artifact in artifacts]
        count = 0
        for each in pom.chain():
            for module in each.root.all("modules", "module"):
                count += 1
                if count > _MOST_MODULES:
                    return
                found = self._read(each.path, module.text, names) if module.text else None
                if found is not None:
                    yield self.load(found.path, found.root)

    def _parent(self, pom: Pom) -> Pom | None:
        declared = pom.root.child("parent")
        if declared is None:
            return None
        relative = declared.child("relativePath")
        # An empty element says: do not look in the tree.
        written = "../pom.xml" if relative is None else relative.text
        found = self._read(pom.path, written) if written else None
        # Maven, too, leaves a file alone that turns out to be another project, or another version of it.
        if found is None or any(found.own(name) != declared.value(name) for name in ("groupId", "artifactId")):
            return None
        versions = found.own("version"), declared.value("version")
        literal = all(text and "${" not in text and not _RANGE.search(text) for text in versions)
        return None if literal and versions[0] != versions[1] else found

    def _read(self, base: str, relative: str, holding: Sequence[bytes] = ()) -> Pom | None:
        """The pom that `base` names by a relative path: a file, or the folder that holds it."""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(base), relative.replace("\\", "/")))
        if path.startswith(("..", "/")) or "${" in path:
            return None
        if not path.endswith((".xml", ".pom")):
            path = posixpath.normpath(posixpath.join(path, "pom.xml"))
        if path not in self._roots:
            data = self._sibling(path)
            # Looking is cheap, parsing is not: a parent with hundreds of modules is asked by each of them.
            if data is None or (holding and not any(name in data for name in holding)):
                return None
            self._bytes += len(data)
            if self._bytes > _MOST_BYTES:
                return None
            root, _ = xml_tree.read(data, where=path)
            self._roots[path] = root if root is not None and root.name == "project" else None
        known = self._roots[path]
        return None if known is None else Pom(path, known)


@dataclass(slots=True)
class Properties:
    """The properties that hold in one pom; a child's go before its parent's, and values are filled in last."""

    values: Mapping[str, str]
    known: dict[str, str | None] = field(default_factory=dict)
    """What was filled in already, or has no value: it keeps `a=${b}${b}`, `b=${c}${c}` … cheap."""
    steps: Iterator[int] = field(default_factory=itertools.count)
    """Counts what is filled in, for the pom and its profiles together."""

    def fill(self, text: str) -> str:
        """The text with every reference that has a value replaced; the others stay as they are written."""
        return self._fill(text, frozenset())

    def _fill(self, text: str, open_: frozenset[str]) -> str:
        if "${" not in text:
            return text

        def value(match: re.Match[str]) -> str:
            name = match.group(1)
            if name in open_ or len(open_) >= _MOST_STEPS:
                return match.group()
            if name not in self.known:
                written = self.values.get(name, "${") if next(self.steps) < _MOST_FILLED else "${"
                filled = self._fill(written, open_ | {name})
                # A property that is not set, never ends, or grows without measure has no value.
                self.known[name] = None if "${" in filled or len(filled) > _MOST_TEXT else filled
            known = self.known[name]
            return match.group() if known is None else known

        return _REFERENCE.sub(value, text) if len(text) <= _MOST_TEXT else text

    def beside(self, element: Element) -> Properties:
        """With those of a profile, which hold before all others."""
        own = {setting.name: setting.text for setting in element.all("properties") for setting in setting.children}
        return Properties(ChainMap(own, dict(self.values)), steps=self.steps) if own else self


def properties(pom: Pom) -> Properties:
    """Those of the pom and its parents, and the project's own coordinates under all their names.

    A property that only profiles set counts with the value of the profile that is active by default, or, where all
    profiles agree, with theirs.
    """
    values: dict[str, str] = {}
    profiles: dict[str, set[str]] = {}
    for each in pom.chain():
        for setting in each.root.all("properties"):
            for one in setting.children:
                values.setdefault(one.name, one.text)
    for each in pom.chain():
        for profile in each.root.all("profiles", "profile"):
            active = any(flag.text == "true" for flag in profile.all("activation", "activeByDefault"))
            for setting in profile.all("properties"):
                for one in setting.children:
                    if active:
                        values.setdefault(one.name, one.text)
                    profiles.setdefault(one.name, set()).add(one.text)
    for name, found in profiles.items():
        if len(found) == 1:
            values.setdefault(name, next(iter(found)))
    declared = pom.root.child("parent")
    for name in ("groupId", "artifactId", "version"):
        for prefix in ("project.", "pom."):
            values[prefix + name] = pom.own(name)
            if declared is not None:
                values[f"{prefix}parent.{name}"] = declared.value(name)
        # The oldest spelling has no prefix.
        values.setdefault(name, pom.own(name))
    return Properties(values)
