"""The report as one page: it holds everything that it shows, fetches nothing, and works without its script.

What strangers wrote goes through `markup` alone. The policy of the page (CSP) allows the one style and the one script
that are written into it, by digest, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import scanner
from scanner.model.report import Report
from scanner.reports import telling
from scanner.reports.html import campaigns, changes, ledger, lists, top
from scanner.reports.html.markup import Markup, tag

_HERE = Path(__file__).parent


def write(report: Report, out: TextIO) -> None:
    """Write `report` as one HTML document."""
    page(report, out)


def policy() -> str:
    """What the page allows its reader's browser: its own style and script. A server that sends it says the same."""
    style, script = (_digest((_HERE / name).read_text(encoding="utf-8")) for name in ("page.css", "page.js"))
    return f"default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'"


def page(report: Report, out: TextIO, further: Sequence[Markup] = ()) -> None:
    """The same with further sections before the findings: what an audit says beside its scan."""
    style = (_HERE / "page.css").read_text(encoding="utf-8")
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    word = str(report.verdict)
    out.write('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n')
    out.write(tag("meta", http_equiv="Content-Security-Policy", content=policy()) + "\n")
    for name, content in (
        ("viewport", "width=device-width, initial-scale=1"),
        ("color-scheme", "light dark"),
        ("referrer", "no-referrer"),
        ("robots", "noindex"),
    ):
        out.write(tag("meta", name=name, content=content) + "\n")
    out.write(tag("title", f"{word}: {report.target} (pratique)") + "\n")
    out.write(f"<style>{style}</style>\n</head>\n<body>\n")
    for part in _body(report, further):
        if part:
            out.write(part + "\n")
    out.write(f"<script>{script}</script>\n</body>\n</html>\n")


def _digest(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _body(report: Report, further: Sequence[Markup]) -> list[Markup]:
    parts = telling.parts(telling.gravest(report, report.findings))
    in_full, listed = parts.in_full, parts.listed
    before = [one for one in report.findings if one.suppressed is None and not one.weighed]
    suppressed = [one for one in report.findings if one.suppressed is not None]
    told_of = (*in_full, *parts.near)
    places = campaigns.names(told_of)
    sections = [
        *further,
        lists.findings(report, in_full, listed, places),
        campaigns.tell(report, told_of, places),
        changes.packages(report),
        changes.capabilities((*in_full, *listed)),
        lists.listed("Near misses", parts.near, places, id_="near",
                     note="The package is here, at another version or from another source."),
        lists.listed("There before", before, places, id_="before",
                     note="The change did not bring these; they do not count."),
        lists.suppressed(suppressed),
        ledger.tell(report),
    ]  # fmt: skip
    return [
        tag("a", "Skip to the findings" if in_full or listed else "Skip to what was checked",
            class_="skip", href="#findings" if in_full or listed else "#ledger"),
        top.header(report, parts),
        top.contents(sections),
        Markup("<main>"),
        *sections,
        Markup("</main>"),
        tag("footer", tag("p", f"Written by pratique {scanner.__version__}, exit status {report.exit_code}. This page "
            "holds all that it shows and asks nobody for anything. --format json has everything, for machines.")),
    ]  # fmt: skip
