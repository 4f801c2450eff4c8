"""Markdown: within its limits, and no name in it becomes an element, a link, a mention or a reference."""

from __future__ import annotations

import io
import re
import time
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner import markdown_text
from scanner.display import line
from scanner.model.report import Report
from scanner.reports import markdown, writer
from tests.conftest import Golden
from tests.reports.samples import CERTAIN, CHANGE, CLEAR, REPORT
from tests.reports.test_hostile_names import TEXTS, hostile

HERE = Path(__file__).parent / "markdown"
RENDER: Any = (
    pytest.importorskip("markdown_it", reason="markdown-it-py judges what is an element")
    .MarkdownIt("commonmark")
    .enable(["table", "strikethrough"])
)
NASTY = st.one_of(
    TEXTS,
    st.sampled_from(
        "@octocat|@org/team|#12|owner/repo#12|GH-12|:tada:|https://evil.invalid|www.evil.invalid|mail@evil.invalid|"
        "![x](https://evil.invalid/x.png)|[x](https://evil.invalid)|<img src=x onerror=y>|<!-- pratique:report -->|-->|"
        "</details>|</summary><b>|\\|a\\|`|```|``x``|$x$|$$|~~x~~|**x**|__x__|# x|\n# x|\n\n<script>|- x|1. x|> x|[^1]|"
        "[x]: y|&#60;b&#62;|&lt;b&gt;|<https://evil.invalid>|ftp://evil.invalid|&#8203;|[!CAUTION]|    x|+ x|===|---|"
        "<a\n>|xmpp:a@b.invalid|d670460b4b4aece5915caf5c68d12f560a9fe3e4".split("|")
    ),
    st.sampled_from(["| a | b |", "\\|"]),
)
_FOUND = re.compile(
    r"(?i)(?:^|[^\w`])@[a-z0-9]|#\d|\bGH-\d|:[\w+-]+:|\b(?:https?|ftp)://|\bwww\.|[\w.+-]+@[\w-]+\.\w|\b[0-9a-f]{7,}\b"
)
"""What GitHub looks for in text outside of code and links."""


class Elements(HTMLParser):
    """The elements of a page, and its text outside of code."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.comments: list[str] = []
        self.text = ""
        self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(f"{tag}{dict(attrs) or ''}")
        self._code += tag in ("code", "pre")
        self.text += "\n" if tag == "br" else ""

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag in ("code", "pre")

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.text += data


def written(report: Report, name: str = "markdown") -> str:
    out = io.StringIO()
    writer(name)(report, out)
    return out.getvalue()


def elements(text: str) -> Elements:
    page = Elements()
    page.feed(RENDER.render(text))
    page.close()
    return page


def harmless(page: Elements) -> None:
    assert {re.match(r"\w+", tag)[0] for tag in page.tags} <= {  # type: ignore[index]  # a tag has a name
        "h2", "h3", "ul", "li", "p", "strong", "code", "pre", "table", "thead", "tbody", "tr", "th", "td", "details",
        "summary", "b", "br", "sub",
    }  # fmt: skip
    assert all(
        "{" not in tag or tag in ("details{'open': None}", "code{'class': 'language-text'}") for tag in page.tags
    )
    assert page.comments == [" pratique:report "]
    assert _FOUND.search(page.text) is None, _FOUND.search(page.text)


@pytest.mark.parametrize(("case", "report"), [("change", CHANGE), ("everything", REPORT), ("clear", CLEAR)])
def test_golden(golden: Golden, case: str, report: Report) -> None:
    golden(HERE / f"{case}.md", written(report))


@pytest.mark.parametrize("report", [CHANGE, REPORT, CLEAR], ids=["change", "everything", "clear"])
def test_nothing_in_it_is_found_by_github(report: Report) -> None:
    harmless(elements(written(report)))


@cache
def plain() -> Elements:
    return elements(written(CHANGE))


def counted(page: Elements) -> list[int]:
    return [page.tags.count(word) for word in ("h2", "h3", "table", "tr", "td", "details", "summary", "pre", "li")]


@settings(max_examples=60, deadline=None)
@given(text=NASTY)
def test_no_name_makes_an_element(text: str) -> None:
    page = elements(written(hostile(CHANGE, text)))
    harmless(page)
    assert counted(page) == counted(plain())


@settings(max_examples=120, deadline=None)
@given(text=NASTY, before=NASTY)
def test_prose_and_code_show_what_was_said(text: str, before: str) -> None:
    said = f"{before}{text}"
    for name in ("paragraph", "code", "html_code"):
        shown, cell = getattr(markdown_text, name)(said), markdown_text.prose(said)
        page = elements(f"{markdown.MARK}\n\n{shown}\n\n| a |\n|---|\n| {cell} |\n")
        harmless(page)
        assert page.tags.count("td") == 1
    assert unescape(markdown_text.prose(said)).replace("\u200b", "") == line(said).strip()


def test_the_first_line_is_the_mark_and_stands_only_there() -> None:
    said = written(hostile(CHANGE, markdown.MARK))
    assert said.startswith(markdown.MARK + "\n")
    assert elements(said).comments == [" pratique:report "]


@pytest.mark.parametrize(("name", "limit"), [("markdown", 65_536), ("step-summary", 1 << 20)])
@pytest.mark.parametrize("fill", ["x", "<", "漢", "`"])
def test_it_keeps_within_its_limit_and_counts_what_it_leaves_out(name: str, limit: int, fill: str) -> None:
    found = tuple(
        msgspec.structs.replace(CERTAIN, id=f"{n:020x}", title=f"good {n} {fill * 900}", what_to_do=fill * 4_000)
        for n in range(5_000)
    )
    assert CHANGE.comparison is not None
    changes = msgspec.structs.replace(CHANGE.comparison, changes=CHANGE.comparison.changes * 2_000)
    report = msgspec.structs.replace(hostile(CHANGE, fill * 500), findings=found, comparison=changes)
    began = time.process_time()
    said = written(report, name)
    assert time.process_time() - began < 1
    assert len(said.encode()) <= limit
    assert "for which there is no room here." in said
    assert "### What the change brings" in said
    assert said.count("<details") == said.count("</details>")
    if name == "markdown":
        harmless(elements(said))


def test_the_words_are_those_of_the_text_report() -> None:
    for words in ("COMPROMISED: pratique refused.", "**Do now:**", "there before", "**updated: compromise**"):
        assert words in written(CHANGE).replace("updated: **compromise**", "**updated: compromise**")
    assert "secret" not in written(CHANGE)
