"""The simple API as HTML, which older mirrors speak only.

Spec: PyPA specifications, "Simple repository API", base HTML API (PEP 503, 592)
"""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any, TypeVar
from urllib.parse import unquote

T = TypeVar("T")


def files(data: bytes, make: Callable[..., T]) -> list[T]:
    """Each anchor of the page, given to `make` as filename, url, hashes and yanked."""
    found: list[T] = []

    class Page(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given: dict[str, Any] = dict(attrs)
            if tag != "a" or not given.get("href"):
                return
            url, _, fragment = given["href"].partition("#")
            name, equals, digest = fragment.partition("=")
            found.append(
                make(
                    filename=unquote(url.partition("?")[0].rpartition("/")[2]),
                    url=url,
                    hashes={name: digest} if equals else {},
                    yanked=(given["data-yanked"] or True) if "data-yanked" in given else None,
                )
            )

    page = Page()
    page.feed(data.decode("utf-8", "replace"))
    page.close()
    return found
