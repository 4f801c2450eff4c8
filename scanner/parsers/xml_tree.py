"""A small XML document as a tree, for formats whose parts refer to each other (Maven, MSBuild)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.errors import InputError
from scanner.shape import xml_text

_MOST_ELEMENTS = 300_000


@dataclass(slots=True)
class Element:
    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    """The text directly inside, stripped."""
    children: list[Element] = field(default_factory=list)

    def child(self, name: str) -> Element | None:
        """The first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, *path: str) -> Iterator[Element]:
        """The elements at the end of a path of names: `all("build", "plugins", "plugin")`."""
        if not path:
            yield self
            return
        for child in self.children:
            if child.name == path[0]:
                yield from child.all(*path[1:])

    def value(self, name: str) -> str:
        """Text of the first child of that name, "" where there is none."""
        child = self.child(name)
        return "" if child is None else child.text


def read(data: bytes, *, where: str) -> tuple[Element | None, InputError | None]:
    """The root with all that could be read, and the complaint where the document breaks off."""
    root: Element | None = None
    open_: list[Element] = []
    count = 0
    try:
        for event in xml_text.events(data, where=where):
            if isinstance(event, xml_text.End):
                open_.pop().text = event.text
                continue
            count += 1
            if count > _MOST_ELEMENTS:
                raise InputError(f"more than {_MOST_ELEMENTS} elements", where=where)
            element = Element(event.name, event.attributes, event.line)
            if open_:
                open_[-1].children.append(element)
            else:
                root = element
            open_.append(element)
    except InputError as error:
        return root, error
    return root, None
