"""Templates → pages. What strangers wrote is escaped, and its control and direction characters are made visible.

`finalize` sees everything that a template prints, so that no template can forget it; Jinja escapes after that. What the
report's own markup made (`scanner.reports.html.markup`) has been through the same, and passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import markupsafe
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import scanner
from scanner.display import line
from scanner.model.finding import FindingClass, State
from scanner.reports.html import markup
from scanner.web.pages import words
from scanner.wording import counted

TEMPLATES = Path(__file__).parent / "templates"
_LONGEST = 4_000


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A template as an answer. `person` (who is signed in) and `csrf` (the hidden field) may be among the values."""
    told = {"person": None, "csrf": None, "here": request.url.path, "version": scanner.__version__} | values
    return HTMLResponse(environment().get_template(template).render(told), status_code=status)


@cache
def environment() -> Environment:
    """The templates, and the words and tests that they use."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.filters |= {
        "ago": words.ago,
        "counted": counted,
        "day": words.day,
        "when": when,
        "lines": lines,
        "segment": segment,
        "web": web,
    }
    made.globals |= {"link": link, "words": words, "FindingClass": FindingClass, "State": State}
    return made


def _shown(value: Any) -> Any:
    if isinstance(value, markup.Markup):
        return markupsafe.Markup(value)  # noqa: S704  # that type is made by `reports.html.markup` alone, which escapes
    if value is None or isinstance(value, markupsafe.Markup):
        return "" if value is None else value
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:d}"
    return line(str(value), limit=_LONGEST)


def when(time: datetime | None) -> markupsafe.Markup:
    """A moment to the minute, for people and machines; a dash where there is none."""
    if time is None:
        return markupsafe.Markup("–")
    utc = time.astimezone(UTC)
    return markupsafe.Markup('<time datetime="{}">{}</time>').format(f"{utc:%Y-%m-%dT%H:%MZ}", f"{utc:%Y-%m-%d %H:%M}")


def lines(text: str) -> markupsafe.Markup:
    """Text of several lines, for a form that shows again what was typed: the line breaks stay, all else is as ever."""
    return markupsafe.Markup("\n").join(line(one, limit=_LONGEST) for one in text.splitlines())


def web(url: str) -> markup.Markup:
    """An address: to be followed only where it is of the web, and of characters that do not deceive."""
    return markup.link(url)


def segment(text: object) -> str:
    """One part of a path; strangers' `/`, `?` and `#` are no syntax."""
    return quote(str(text), safe="", errors="replace")


def link(path: str, values: Mapping[str, object] | None = None, /, **others: object) -> str:
    """A path with its question; what is empty or `None` is left out."""
    asked = {**(values or {}), **others}
    pairs = [(name, str(value)) for name, value in asked.items() if value is not None and value != ""]
    return f"{path}?{urlencode(pairs, errors='replace')}" if pairs else path
