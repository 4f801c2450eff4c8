"""What installers write into the packages that they install, and what packages build when they are installed.

None of it is in the release, and none of it says that somebody edited the copy. Only what nothing runs, or what the
release itself accounts for, is named here: whatever is exempt is where one would hide.
"""

from __future__ import annotations

import re
from typing import Any

from scanner.codescan.hook_places import LIFECYCLE
from scanner.codescan.pairing import Change, Kind
from scanner.codescan.structure import binaries
from scanner.errors import InputError
from scanner.model.tree import Tree
from scanner.shape import json_text

_MOST = 32 * 1024 * 1024
_NOTES = re.compile(
    r"(?:\A|/)(?:[^/]+\.dist-info/(?:RECORD|INSTALLER|REQUESTED|direct_url\.json|uv_cache\.json)"
    r"|\.package-lock\.json|\.yarn-(?:integrity|state\.yml)|\.modules\.yaml|\.cargo-checksum\.json|\.cargo-ok|\.nupkg\.metadata|\.signature\.p7s"
    r"|[^/]+\.nupkg(?:\.sha512)?)\Z"
)
"""Notes of pip, uv, npm, cargo and NuGet, which only installers read."""
_METADATA = re.compile(r"\.dist-info/(?:METADATA|WHEEL|top_level\.txt)\Z")
"""Made anew when a source distribution is built."""
_CACHE = re.compile(r"(?P<folder>.*/|)__pycache__/(?P<name>[^/.]+)\.[\w-]+(?:\.opt-[12])?\.pyc\Z")
_BUILT = re.compile(r"\.(?:node|so|pyd|dylib|dll|o|a|d|gypi|mk|stamp|lib|exp|pdb|exe)\Z|(?:\A|/)Makefile\Z", re.I)
_ADDED_BY_NPM = "_"


def json_object(tree: Tree, path: str) -> dict[str, Any]:
    """A JSON object of a tree, or an empty one where there is none that can be read."""
    entry = tree.entries.get(path)
    if entry is None or entry.link is not None or entry.size > _MOST:
        return {}
    try:
        value = json_text.value(tree.read(path), where=path)
    except InputError:
        return {}
    return value if isinstance(value, dict) else {}


def is_note(path: str) -> bool:
    """Whether it is a note of an installer to itself."""
    return _NOTES.search(path) is not None


class Maker:
    """What explains a difference between a release and an installed copy of it."""

    def __init__(self, old: Tree, new: Tree) -> None:
        self._old = old
        self._new = new
        self._may_build: bool | None = None
        self._is_source = not any(".dist-info/" in path for path in old.entries)

    def writes(self, change: Change) -> bool:
        """Whether an installer wrote it, and nothing runs it."""
        if change.entry is not None and change.entry.link is not None:
            return "/.bin/" in f"/{change.path}"
        if is_note(change.path) or (self._is_source and _METADATA.search(change.path)):
            return True
        cached = _CACHE.match(change.path)
        if cached is not None:  # Python takes it for the file beside, which is compared
            return f"{cached['folder']}{cached['name']}.py" in self._new.entries
        return change.kind is Kind.CHANGED and change.path.endswith("package.json") and self._noted(change)

    def builds(self, change: Change) -> bool:
        """Whether it is what an install script of the release may have built."""
        if change.kind is not Kind.ADDED or not (_BUILT.search(change.path) or self._is_program(change)):
            return False
        if self._may_build is None:
            self._may_build = any(self._has_build(path) for path in self._old.entries)
        return self._may_build

    def _noted(self, change: Change) -> bool:
        """npm up to version 6 kept its notes in the manifest, under keys that begin with an underscore."""
        before, after = json_object(self._old, change.old_path or ""), json_object(self._new, change.path)
        return bool(before) and before == {
            key: value for key, value in after.items() if key in before or not key.startswith(_ADDED_BY_NPM)
        }

    def _is_program(self, change: Change) -> bool:
        try:
            found = binaries.kind(self._new.read(change.path))
        except InputError:
            return False
        return found is not None and "program" in found

    def _has_build(self, path: str) -> bool:
        name = path.rpartition("/")[2]
        if name != "package.json":
            return name in ("binding.gyp", "setup.py", "extconf.rb", "meson.build", "CMakeLists.txt")
        scripts = json_object(self._old, path).get("scripts")
        return isinstance(scripts, dict) and any(key in scripts for key in LIFECYCLE[:3])
