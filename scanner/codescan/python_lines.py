"""Which lines of a Python file run when it is loaded: those outside functions, and functions that they reach.

A function that nobody calls is no danger on import: honest modules are full of functions that run programs. What is
reached is judged by name, and rather too widely: a name that is mentioned counts as called, a string that is one, too.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Collection
from functools import cached_property
from typing import NamedTuple

from scanner.errors import InputError
from scanner.model.tree import Tree
from scanner.shape import encoding

ENDINGS = (".py", ".pyw")
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_MOST = 2 * 1024 * 1024
_MOST_FILES = 2_000
_IMPORTS = re.compile(r"^[ \t]*(?:from|import)[ \t]+([^\n(]+(?:\([^)]*\))?)", re.MULTILINE)
_WORD = re.compile(r"\w+")
_BY_IMPORT = frozenset(
    ("find_spec", "find_module", "find_loader", "create_module", "exec_module", "load_module", "get_code", "get_data",
     "get_source", "path_hook", "invalidate_caches")
)  # fmt: skip
"""Methods that an import calls, of a finder or loader that was put in its way:
https://docs.python.org/3/reference/import.html#finders-and-loaders"""
_BY_SUBCLASS = frozenset(("__init_subclass__", "__set_name__", "__prepare__", "__mro_entries__", "__class_getitem__"))
"""What Python calls where a class statement names the class that holds it."""
_BY_MODULE = frozenset(("__getattr__", "__dir__"))
"""Functions of a module that `from it import something` calls: https://peps.python.org/pep-0562/"""
_BY_FRAMEWORK = frozenset(("ready",))
"""Methods that a framework calls because the class is there: https://docs.djangoproject.com/en/stable/ref/applications/"""
_HANDED_ON = frozenset(("register", "settrace", "setprofile", "addaudithook", "register_at_fork"))
"""Last part of the name of a decorator that keeps what it is given, to call it later: `@atexit.register`."""


class Asleep(NamedTuple):
    """A function that loading the file does not reach, by its lines and the name that would wake it."""

    first: int
    last: int
    name: str


class Loading(NamedTuple):
    """What happens when a file is loaded."""

    asleep: tuple[Asleep, ...]
    names: frozenset[str]
    """What the code that runs then mentions: names, and attributes of what it imported."""


def loading(text: str) -> Loading | None:
    """`None` where the text is no Python of ours, or too large: then nothing is known to sleep."""
    if len(text) > _MOST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.lstrip("\ufeff"))
        return _Awake(tree).told()
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


class _Awake:
    def __init__(self, tree: ast.Module) -> None:
        self._names: set[str] = set()
        self._attributes: set[str] = set()
        self._imported: set[str] = set()
        self._parts: set[tuple[str, str]] = set()
        """Attributes of names: `loader.run`."""
        self._bases: set[str] = set()
        self._callers = {one.name for one in tree.body if isinstance(one, _Function) and _calls_what_it_gets(one)}
        self._pending: list[tuple[_Function, str | None]] = []
        self._walk(tree.body, None)
        while reached := [one for one in self._pending if self._reached(*one)]:
            self._pending = [one for one in self._pending if one not in reached]
            for function, _ in reached:
                self._walk(function.body, None)

    def told(self) -> Loading:
        asleep = (
            Asleep(one.body[0].lineno, one.end_lineno or one.lineno, class_ or one.name)
            for one, class_ in self._pending
        )
        of_modules = {part for name, part in self._parts if name in self._imported}
        return Loading(tuple(asleep), frozenset(self._names | of_modules))

    def _reached(self, function: _Function, class_: str | None) -> bool:
        if any(self._hands_on(one) for one in function.decorator_list):
            return True
        if class_ is None:
            return function.name in self._names or function.name in _BY_MODULE
        if class_ in self._bases and function.name in _BY_SUBCLASS:
            return True
        if function.name in _BY_FRAMEWORK:
            return True
        if class_ not in self._names:
            return False
        called = function.name in self._attributes or (function.name == "run" and "start" in self._attributes)
        return called or function.name.startswith("__") or function.name in _BY_IMPORT

    def _hands_on(self, decorator: ast.expr) -> bool:
        match decorator:
            case ast.Lambda():
                return True
            case ast.Name(id=name):
                return name in self._callers
            case ast.Attribute(value=ast.Name(id="atexit" | "sys" | "codecs" | "os" | "threading"), attr=name):
                return name in _HANDED_ON
            case _:
                return False

    def _walk(self, statements: Collection[ast.AST], class_: str | None) -> None:
        """Take note of what these mention; what a function holds waits until somebody reaches it."""
        left: list[tuple[ast.AST, str | None]] = [(one, class_) for one in statements]
        while left:
            node, owner = left.pop()
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self._pending.append((node, owner))
                    defaults = [one for one in (*node.args.defaults, *node.args.kw_defaults) if one is not None]
                    left += [(one, None) for one in (*node.decorator_list, *defaults)]
                case ast.ClassDef():
                    # Its bases are no calls, but for what a class statement itself calls of them.
                    self._bases.update(one.id for one in node.bases if isinstance(one, ast.Name))
                    left += [(one, None) for one in (*node.decorator_list, *node.keywords)]
                    left += [(one, node.name) for one in node.body]
                case ast.If() if _is_main(node.test):
                    left += [(one, owner) for one in node.orelse]
                case ast.Assign(targets=[ast.Name(id="__all__")]) | ast.AugAssign(target=ast.Name(id="__all__")):
                    pass
                case ast.AnnAssign():
                    left += [(node.value, owner)] if node.value is not None else []
                case ast.Import() | ast.ImportFrom():
                    self._imported.update(one.asname or one.name.partition(".")[0] for one in node.names)
                case _:
                    self._note(node)
                    # Statements of a class under `if` or `try` are still its own.
                    left += [(one, owner if isinstance(one, ast.stmt) else None) for one in ast.iter_child_nodes(node)]

    def _note(self, node: ast.AST) -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                self._names.add(name)
            case ast.Attribute(attr=name, value=value):
                self._attributes.add(name)
                if isinstance(value, ast.Name):
                    self._parts.add((value.id, name))
            case ast.Constant(value=str(name)) if name.isidentifier():
                self._names.add(name)
            case _:
                pass


def _calls_what_it_gets(function: _Function) -> bool:
    """Whether a function calls its first argument, itself: as a decorator it runs what it decorates."""
    given = function.args.args[0].arg if function.args.args else ""
    for statement in function.body:
        if not isinstance(statement, _Function | ast.ClassDef):
            for node in ast.walk(statement):
                match node:
                    case ast.Call(func=ast.Name(id=name)) if name == given:
                        return True
    return False


def _is_main(test: ast.expr) -> bool:
    match test:
        case ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]):
            return True
        case _:
            return False


class Lines:
    """Answers for one tree, of which some files are loaded unasked."""

    def __init__(self, tree: Tree, loaded: Collection[str]) -> None:
        self._tree = tree
        self._loaded = sorted(path for path in loaded if path.endswith(ENDINGS))[:_MOST_FILES]
        self._known: dict[str, Loading | None] = {}

    def sleeps(self, path: str, line: int) -> bool:
        """Whether a line only runs when somebody calls the function that it lies in."""
        told = self._loading(path)
        around = [] if told is None else [one for one in told.asleep if one.first <= line <= one.last]
        if not around:
            return False
        folder, _, name = path.rpartition("/")
        module = folder.rpartition("/")[2] if name == "__init__.py" else name.partition(".")[0]
        for one in around:
            # A name that another file takes from this one, and mentions outside its own sleeping functions.
            for other in dict.fromkeys((*self._importers.get(one.name, ()), *self._importers.get(module, ()))):
                elsewhere = self._loading(other) if other != path else None
                if elsewhere is not None and one.name in elsewhere.names:
                    return False
        return True

    @cached_property
    def _importers(self) -> dict[str, list[str]]:
        """Last part of what is imported → the files that import it."""
        found: dict[str, list[str]] = {}
        for path in self._loaded:
            names = {name for match in _IMPORTS.findall(_text(self._tree, path)) for name in _WORD.findall(match)}
            for name in names:
                found.setdefault(name, []).append(path)
        return found

    def _loading(self, path: str) -> Loading | None:
        if path not in self._known:
            self._known[path] = loading(_text(self._tree, path))
        return self._known[path]


def _text(tree: Tree, path: str) -> str:
    try:
        return encoding.lenient_text(tree.read(path))
    except InputError:  # who reads the file for its own sake says so
        return ""
