"""Just enough of MSBuild to know which packages a project file asks for: properties, imports, items.

Spec: https://learn.microsoft.com/visualstudio/msbuild/msbuild-project-file-schema-reference

Nothing is run, so conditions are not decided. Where a condition chooses between values, all of them are kept, and a
reference to the property stands for each. Property functions stay unresolved.
"""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.parsers import entries, xml_tree
from scanner.parsers.xml_tree import Element

_REFERENCE = re.compile(r"\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)")
_ABOVE = re.compile(r"Directory\.[A-Za-z.]{1,40}props")
_THIS_FOLDER = re.compile(r"^\$\(MSBuildThisFileDirectory\)[\\/]?", re.IGNORECASE)
_MOST_FILES = 32
_MOST_LOOKUPS = 256
_MOST_PACKAGES = 200_000
_MOST_VALUES = 8
_MOST_TEXT = 1_000

BUILD_PROPS = "Directory.Build.props"
PACKAGE_PROPS = "Directory.Packages.props"


@dataclass(slots=True)
class Item:
    """One element of an `ItemGroup`."""

    kind: str
    element: Element
    path: str
    """The file that holds it."""

    def metadata(self, name: str) -> str | None:
        """An attribute or child element, whose names MSBuild compares without case."""
        wanted = name.lower()
        for key, value in self.element.attributes.items():
            if key.lower() == wanted:
                return value.strip()
        for child in self.element.children:
            if child.name.lower() == wanted:
                return child.text
        return None


@dataclass(slots=True)
class Evaluation:
    """One project file with what it imports."""

    sibling: Callable[[str], bytes | None]
    items: list[Item] = field(default_factory=list)
    roots: dict[str, Element] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    properties: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lookups: int = 0

    def load(self, path: str, data: bytes) -> InputError | None:
        """Take one file in, imports and all, in document order; give back why it could not be read to its end."""
        root, error = xml_tree.read(data, where=path)
        if root is not None:
            self.roots[path] = root
            self._walk(root, path, conditional=False)
        return error

    def load_above(self, name: str, folder: str) -> None:
        """Take in the nearest file of that name, from `folder` upwards, as MSBuild does by itself."""
        while True:
            path = posixpath.join(folder, name)
            data = None if path in self.roots else self._read(path)
            if data is not None:
                self._import(path, data)
                return
            if not folder:
                return
            folder = posixpath.dirname(folder)

    def expand(self, text: str) -> tuple[str, ...]:
        """Each value that the text may have; () where it depends on what we cannot know."""
        if "$(" not in text:
            return (text,)
        pieces = _REFERENCE.split(text)
        if any("$(" in piece for piece in pieces[::2]):
            return ()
        choices = [
            self.properties.get(piece.lower(), ()) if number % 2 else (piece,) for number, piece in enumerate(pieces)
        ]
        if len(choices) > 64 or any(not choice for choice in choices):
            return ()
        values = itertools.islice(itertools.product(*choices), _MOST_VALUES)
        return tuple(dict.fromkeys(value for value in map("".join, values) if len(value) <= _MOST_TEXT))

    def _walk(self, element: Element, path: str, *, conditional: bool) -> None:
        for child in element.children:
            chosen = conditional or "Condition" in child.attributes or child.name in ("When", "Otherwise")
            if child.name == "PropertyGroup":
                for setting in child.children:
                    self._set(setting, conditional=chosen or "Condition" in setting.attributes)
            elif child.name == "ItemGroup":
                self.items.extend(Item(item.name, item, path) for item in child.children)
            elif child.name == "Import":
                self._follow(child, path, conditional=chosen)
            else:
                self._walk(child, path, conditional=chosen)

    def _set(self, setting: Element, *, conditional: bool) -> None:
        name = setting.name.lower()
        values = tuple(value for value in self.expand(setting.text) if len(value) <= _MOST_TEXT)
        if conditional:
            values = (*self.properties.get(name, ()), *values)
        self.properties[name] = tuple(dict.fromkeys(values))[:_MOST_VALUES]

    def _follow(self, element: Element, path: str, *, conditional: bool) -> None:
        written = element.attributes.get("Project", "")
        folder = posixpath.dirname(path)
        if "FileAbove" in written:
            name = _ABOVE.search(written)
            if name and folder:
                self.load_above(name.group(), posixpath.dirname(folder))
            return
        for text in self.expand(_THIS_FOLDER.sub("", written)):
            other = posixpath.normpath(posixpath.join(folder, text.replace("\\", "/")))
            # The tools' own files live elsewhere; a folder, a pattern or a way out of the target is not followed.
            if other.startswith(("/", "..")) or "*" in other or "Sdk" in element.attributes or other in self.roots:
                continue
            data = self._read(other)
            if data is not None:
                self._import(other, data)
            elif not conditional and self.lookups < _MOST_LOOKUPS:
                what = f"it imports {text[:200]}, which is not here"
                self.problems.append(Problem(where=path, what=what, line=element.line, harmless=True))

    def _read(self, path: str) -> bytes | None:
        self.lookups += 1
        if self.lookups == _MOST_LOOKUPS:
            self.problems.append(Problem(where=path, what=f"more than {_MOST_LOOKUPS} imports: none is followed now"))
        return self.sibling(path) if self.lookups < _MOST_LOOKUPS else None

    def _import(self, path: str, data: bytes) -> None:
        if len(self.roots) >= _MOST_FILES:
            self.problems.append(Problem(where=path, what=f"more than {_MOST_FILES} imports: it is not followed"))
            return
        error = self.load(path, data)
        if error is not None:
            self.problems.append(entries.problem(error, where=path))

    def packages(self, items: Iterable[Item]) -> Iterator[tuple[str, Item]]:
        """Each item once for every package that it is about: MSBuild lists them with semicolons.

        Raises `InputError` where properties unfold to more than anybody writes.
        """
        count = 0
        for item in items:
            written = item.metadata("Include") or item.metadata("Update") or ""
            for text in self.expand(written) or (written,):
                for name in filter(None, map(str.strip, text.split(";"))):
                    count += 1
                    if count > _MOST_PACKAGES:
                        raise InputError(f"more than {_MOST_PACKAGES} items", where=item.path)
                    yield name, item
