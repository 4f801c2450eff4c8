"""HTML that is written from text of strangers: whatever is not `Markup` already is shown, never obeyed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

from scanner.display import LIMIT, address, line

_EMPTY = frozenset(("br", "input", "link", "meta", "wbr"))
_LONGEST = 4_000


class Markup(str):
    """Text that is HTML. Made by this module only: a plain `str` is what somebody wrote."""

    __slots__ = ()


NOTHING = Markup()


@lru_cache(maxsize=65_536)
def text(value: str, *, limit: int = LIMIT) -> Markup:
    """What somebody wrote, on one line and harmless: control and direction characters become visible."""
    return Markup(escape(line(value, limit=limit)))


def join(parts: Iterable[str | None], between: str = "") -> Markup:
    """Parts one after the other; those that are no `Markup` are shown as text."""
    return Markup(text(between).join(_child(part) for part in parts if part))


def tag(name: str, /, *children: str | None, class_: str = "", **attributes: str | bool | None) -> Markup:
    """One element. `data_x` becomes `data-x`, `for_` becomes `for`; `True` is an attribute without a value."""
    head = f'{name} class="{class_}"' if class_ else name
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-")
        head += f" {key}" if value is True else f' {key}="{text(str(value), limit=_LONGEST)}"'
    if name in _EMPTY:
        return Markup(f"<{head}>")
    return Markup(f"<{head}>{''.join([_child(child) for child in children if child])}</{name}>")


def code(value: str, *, limit: int = LIMIT) -> Markup:
    """A name, path or digest, to be copied. Letters that run from right to left do not move their neighbours."""
    return Markup(f"<code>{text(value, limit=limit)}</code>")


def link(url: str) -> Markup:
    """An address, shown in full; it can be followed only if it is of the web, and of characters that do not deceive."""
    shown = address(url)
    try:
        parts = urlsplit(shown)
    except ValueError:
        return code(shown)
    honest = shown.isascii() and not set(shown) & set(' \\"<>^`{|}')
    if parts.scheme not in ("http", "https") or not parts.hostname or not honest:
        return code(shown)
    return tag("a", shown, href=shown, rel="noreferrer noopener nofollow")


def badge(word: str, kind: str = "") -> Markup:
    """A word in a frame; `kind` is one of ours."""
    return tag("span", word, class_=f"badge {kind}".strip())


def facts(pairs: Iterable[tuple[str, str | None]], class_: str = "facts") -> Markup:
    """Names and what stands behind them; those without anything are left out."""
    rows = [tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs if value]
    return tag("dl", *rows, class_=class_) if rows else NOTHING


def items(values: Iterable[str], class_: str = "") -> Markup:
    """A list; nothing where there is nothing."""
    rows = [tag("li", value) for value in values]
    return tag("ul", *rows, class_=class_) if rows else NOTHING


def table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[str]], class_: str = "") -> Markup:
    """A table whose first column names the row; wider than the page, it can be moved by keyboard too."""
    head = tag("tr", *(tag("th", one, scope="col") for one in heads))
    body = [
        tag("tr", *(tag("td", cell) if at else tag("th", cell, scope="row") for at, cell in enumerate(row)))
        for row in rows
    ]
    whole = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *body), class_=class_)
    return tag("div", whole, class_="scroll", role="region", aria_label=caption, tabindex="0")


def section(title: str, *children: str | None, id_: str, note: str = "") -> Markup:
    """A part of the page, with its heading; nothing where it would be empty."""
    if not any(children):
        return NOTHING
    head = tag("h2", title, id=f"{id_}-title")
    said = tag("p", note, class_="note") if note else NOTHING
    return tag("section", head, said, *children, id=id_, aria_labelledby=f"{id_}-title")


def _child(child: str) -> str:
    return child if type(child) is Markup else text(child, limit=_LONGEST)
