"""What a hook's own code loads runs when the hook does: the files that it names, and those that these name.

By the words alone: what a file calls `./lib/detect`, `setup.sh` or, in Python, `import detect`, and what lies there.
Who moves the payload one file away from the hook would otherwise be told as somebody who waits to be called.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from scanner.codescan import languages
from scanner.errors import InputError
from scanner.model.signal import Trigger
from scanner.model.tree import Tree
from scanner.shape import encoding

_STEPS = 2
_MOST_BYTES = 512 * 1024
"""A larger file is a bundle, which has what it needs in itself."""
_MOST_FILES = 2_000
_MANIFESTS = frozenset(("package.json", "composer.json"))
"""They name much that does not run by itself; `triggers` reads them. So do makefiles and workflows: they are menus of
release and test scripts that nobody runs who only builds."""
_ENDINGS = ("", ".js", ".cjs", ".mjs", ".ts", ".py", ".rb", ".php", ".sh", "/index.js")

_LOADS = re.compile(r"(?:configure|\.config\.[cm]?[jt]s|/?\.mocharc\.\w+)\Z")
"""Build files that load what they name, and do not only offer it."""
_WORD = re.compile(r"(?:(?<=[\"'`\s=(;&|])|^)((?:\.{0,2}/)?[\w@.-]+(?:/[\w@.-]+)*)(?=[\"'`\s);&|,]|$)", re.MULTILINE)
_SCRIPT = re.compile(r"\.(?:[cm]?[jt]s|sh|bash|py|ps1|bat|cmd|rb|php)\Z")
_RUBY = re.compile(r"\brequire_relative[\s(]+[\"']([\w./-]+)")
_PYTHON = re.compile(r"^[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+\(?([\w, \t]*)|import[ \t]+([\w., \t]+))", re.M)


def files(tree: Tree, hooks: Mapping[str, Trigger]) -> dict[str, Trigger]:
    """Code files that hooks reach in a step or two → when they run; what installs goes before what imports."""
    found: dict[str, Trigger] = {}
    followed = [(path, when) for path, when in hooks.items() if when is not Trigger.BUILD or _LOADS.search(path)]
    ordered = sorted(followed, key=lambda item: (item[1] is Trigger.IMPORT, item[0]))
    front, read = dict(ordered), 0
    for _ in range(_STEPS):
        ahead: dict[str, Trigger] = {}
        for path, trigger in front.items():
            entry = tree.entries[path]
            if entry.link is not None or entry.size > _MOST_BYTES or read >= _MOST_FILES:
                continue
            read += 1
            for named in _named(tree, path):
                if named not in hooks and named not in found:
                    found[named] = ahead[named] = trigger
        front = ahead
    return found


def _named(tree: Tree, path: str) -> Iterator[str]:
    """The scripts of a tree that a file names, each once."""
    if posixpath.basename(path) in _MANIFESTS or path.endswith((".yml", ".yaml")):
        return
    try:
        text = encoding.lenient_text(tree.read(path))
    except InputError:  # who reads the file for its own sake says so
        return
    folder = posixpath.dirname(path)
    above = _above(folder)
    candidates = (
        posixpath.normpath(posixpath.join(base, word.lstrip("/")))
        for base, word in (*_words(text, folder, above), *_modules(text, path, folder, above))
    )
    for candidate in dict.fromkeys(candidates):
        for ending in _ENDINGS:
            if (found := candidate + ending) in tree.entries and _SCRIPT.search(found):
                yield found
                break


def _words(text: str, folder: str, above: list[str]) -> Iterator[tuple[str, str]]:
    for word in dict.fromkeys(_WORD.findall(text)):
        if word.startswith(("./", "../", "/")):
            yield folder, word
        elif not _SCRIPT.search(word):
            continue
        # A command line starts where the package lies, not where the script does.
        yield from ((base, word) for base in above)
    yield from ((folder, word) for word in _RUBY.findall(text))


def _modules(text: str, path: str, folder: str, above: list[str]) -> Iterator[tuple[str, str]]:
    if languages.ending(path, b"") != ".py":
        return
    # Packages often lie in `src`, beside what installs them.
    roots = [*above, *(posixpath.join(base, "src") for base in above)]
    for source, names, plain in _PYTHON.findall(text):
        if plain:
            modules = [name.split()[0] for name in plain.split(",") if name.strip()]
            yield from ((base, module.replace(".", "/")) for module in modules for base in roots)
            continue
        dots = len(source) - len(source.lstrip("."))
        place = source.lstrip(".").replace(".", "/")
        bases = [posixpath.join(folder, *[".."] * (dots - 1))] if dots else roots
        for base in bases:
            yield base, place
            yield from ((base, posixpath.join(place, name.split()[0])) for name in names.split(",") if name.strip())


def _above(folder: str) -> list[str]:
    """A folder and those above it."""
    found = [folder]
    while folder:
        folder = posixpath.dirname(folder)
        found.append(folder)
    return found[:8]
