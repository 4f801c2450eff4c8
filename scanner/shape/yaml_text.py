"""YAML that somebody else wrote, with every scalar left as the text it is.

Loaders that guess types turn the version `1.10` into the number 1.1 and `012` into 10: a silent miss. libyaml's base
loader does not guess. Aliases are shared by the loader, and unfold only when walked: the walk is counted here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from scanner import shape
from scanner.errors import InputError
from scanner.shape import encoding
from scanner.shape.json_text import Repeated

_MAX_YAML = 128 * 1024 * 1024
_UNFOLDED = 200_000
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _Collecting(_Loader):  # type: ignore[misc]  # the base is chosen at run time
    """Keeps what a repeated key said first: `repeats` holds (key, line, earlier value)."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.repeats: list[tuple[str, int]] = []

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            if isinstance(key_node, yaml.ScalarNode):
                if key_node.value in seen:
                    self.repeats.append((key_node.value, key_node.start_mark.line + 1))
                seen.add(key_node.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return mapping


class _Repeating(_Loader):  # type: ignore[misc]  # the base is chosen at run time
    """A key that a mapping repeats holds all its values, as `Repeated`."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        if len(mapping) != len(node.value):
            values: dict[Any, list[Any]] = {}
            for key_node, value_node in node.value:
                key = self.construct_object(key_node, deep=deep)
                values.setdefault(key, []).append(self.construct_object(value_node, deep=deep))
            mapping.update((key, Repeated(found)) for key, found in values.items() if len(found) > 1)
        return mapping


def documents(data: bytes, *, where: str) -> Iterator[Any]:
    """Yield each document as dicts, lists and strings. Raises `InputError` with the line."""
    for document, _ in documents_with_repeats(data, where=where):
        yield document


def value(data: bytes, *, where: str) -> Any:
    """The first document, or `None` for an empty file."""
    return next(documents(data, where=where), None)


def value_with_repeats(data: bytes, *, where: str) -> Any:
    """The first document, or `None`; a key that a mapping repeats holds a `Repeated` list of all its values."""
    return next(all_with_repeats(data, where=where), None)


def all_with_repeats(data: bytes, *, where: str) -> Iterator[Any]:
    """Every document, each read as `value_with_repeats` reads the first."""
    for document, _ in _load(data, _Repeating, where):
        yield document


def documents_with_repeats(data: bytes, *, where: str) -> Iterator[tuple[Any, tuple[tuple[str, int], ...]]]:
    """Yield each document with the keys that a mapping of it repeats, as (key, line)."""
    for document, loader in _load(data, _Collecting, where):
        yield document, tuple(loader.repeats)
        loader.repeats.clear()


def _load(data: bytes, kind: Any, where: str) -> Iterator[tuple[Any, Any]]:
    if len(data) > _MAX_YAML:
        raise InputError(f"{len(data)} bytes of YAML", where=where, hint=f"at most {_MAX_YAML} are read")
    loader = kind(encoding.text(data, where=where))
    try:
        while loader.check_data():
            document = loader.get_data()
            # Without aliases there are fewer values than bytes: what is far beyond that is a bomb.
            _count(document, where, min(shape.MAX_NODES, len(data) + _UNFOLDED))
            yield document, loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = "" if mark is None else f" (line {mark.line + 1})"
        raise InputError(f"not YAML: {error.problem or error.context}{line}", where=where) from error
    except (yaml.YAMLError, ValueError) as error:
        raise InputError(f"not YAML: {error}", where=where) from error
    except RecursionError as error:
        raise InputError("nested too deeply", where=where) from error
    finally:
        loader.dispose()


def _count(document: Any, where: str, most: int) -> None:
    """Refuse a document whose aliases unfold to more than anybody writes by hand, or that holds itself."""
    sizes: dict[int, int] = {}
    open_: set[int] = set()
    stack: list[tuple[Any, bool]] = [(document, False)]
    while stack:
        node, done = stack.pop()
        if not isinstance(node, dict | list):
            continue
        children = list(node.values()) if isinstance(node, dict) else node
        if done:
            open_.discard(id(node))
            size = 1 + sum(sizes.get(id(child), 1) for child in children)
            if size > most:
                raise InputError("its aliases unfold without measure", where=where)
            sizes[id(node)] = size
        elif id(node) in open_:
            raise InputError("an alias that contains itself", where=where)
        elif id(node) not in sizes:
            open_.add(id(node))
            stack.append((node, True))
            stack.extend((child, False) for child in children if isinstance(child, dict | list))
