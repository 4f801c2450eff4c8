"""The tables in docs/ that follow from the code are as the code has them; `pytest --accept` writes them anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pytest

from scanner import cli
from scanner.parsers import PARSERS
from scanner.policy import verdict
from tests.conftest import ROOT, Golden
from tests.test_hostile_input import HAND_WRITTEN, JUST_ENDS, NO_END

DOCS = ROOT / "docs"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    heads = list(head)
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in lines)


def formats() -> str:
    def names(files: tuple[str, ...]) -> str:
        return ", ".join(f"`{name}`" for name in files) or "told by content"

    return table(
        ("format", "files", "reader in reports"),
        ([parser.title, names(parser.files), f"`{parser.name}`"] for parser in PARSERS),
    )


def exit_status() -> str:
    return table(("status", "means"), ([str(number), words] for number, words in cli.EXIT_STATUS.items()))


def cut_off() -> str:
    titles = {parser.name: parser.title for parser in PARSERS}
    kinds = (("a person writes it", HAND_WRITTEN), ("a tool writes it", JUST_ENDS), ("either", NO_END))
    rows = [(titles[name], who, reason) for who, reasons in kinds for name, reason in sorted(reasons.items())]
    return table(("format", "", "why it cannot be noticed"), rows)


@pytest.mark.parametrize(
    ("page", "name", "generate"),
    [
        ("formats.md", "formats", formats),
        ("formats.md", "cut-off", cut_off),
        ("exit-status.md", "exit-status", exit_status),
    ],
)
def test_tables_are_those_of_the_code(golden: Golden, page: str, name: str, generate: Callable[[], str]) -> None:
    path = DOCS / page
    text = path.read_text(encoding="utf-8")
    begin = f"<!-- {name}: generated, see tests/test_docs.py -->\n"
    before, found, rest = text.partition(begin)
    _, end, after = rest.partition("<!-- end -->\n")
    assert found
    assert end
    golden(path, f"{before}{begin}\n{generate()}\n\n{end}{after}")


def test_every_status_has_its_advice() -> None:
    text = (DOCS / "exit-status.md").read_text(encoding="utf-8")
    advice = text.partition("what to do |\n")[2]
    assert [int(number) for number in re.findall(r"^\| (\d+) \|", advice, re.MULTILINE)] == list(cli.EXIT_STATUS)
    assert {verdict.OK, verdict.FINDINGS, verdict.INCOMPLETE} <= cli.EXIT_STATUS.keys()


@pytest.mark.parametrize("page", sorted(path.name for path in DOCS.glob("*.md")))
def test_links_lead_somewhere(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (DOCS / target).exists(), target
