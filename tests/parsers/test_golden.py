"""Every parser against its golden cases: `tests/parsers/<module>/<case>/`, one input file and `expected.json`.

A case folder may hold further files, which the parser sees as siblings; the input is the file that the parser claims,
or, for formats told by content, the one named `input.*`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.parsers import PARSERS, Parser
from scanner.parsers.source import Source
from tests.conftest import Golden
from tests.support import fill, plain, unfill

HERE = Path(__file__).parent
CASES = sorted(path for parser in PARSERS for path in (HERE / parser.module).glob("*") if path.is_dir())


def _input(parser: Parser, case: Path) -> Path:
    files = sorted(path for path in case.rglob("*") if path.is_file() and path.name != "expected.json")
    named = [path for path in files if path.stem == "input"]
    claimed = [path for path in files if parser.claims(path.relative_to(case).as_posix())]
    return (named or claimed)[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_reads_what_the_case_expects(case: Path, golden: Golden) -> None:
    parser = next(parser for parser in PARSERS if parser.module == case.parent.name)
    file = _input(parser, case)

    def sibling(path: str) -> bytes | None:
        other = case / path
        return fill(other.read_bytes()) if other.is_file() else None

    source = Source(path=file.relative_to(case).as_posix(), data=fill(file.read_bytes()), sibling=sibling)
    golden(case / "expected.json", unfill(plain(parser.load()(source))))


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.module)
def test_every_parser_has_a_golden_case(parser: Parser) -> None:
    assert list((HERE / parser.module).glob("*/expected.json")), "write a case"


def test_the_table_and_the_folder_say_the_same() -> None:
    folder = {path.stem for path in (HERE.parent.parent / "scanner" / "parsers").glob("*.py")}
    assert {parser.module for parser in PARSERS} == folder - {"__init__", "source", "sniff", *HELPERS}


HELPERS = frozenset(
    {
        "cargo_layout",
        "claims",
        "composer",
        "conda_package",
        "container_image",
        "cyclonedx",
        "cyclonedx_document",
        "cyclonedx_loose",
        "damage",
        "dockerfile_lines",
        "entries",
        "git_address",
        "go_mod_syntax",
        "golang",
        "graphs",
        "jar_identity",
        "maven",
        "maven_managed",
        "msbuild",
        "npm",
        "npm_json",
        "nuget",
        "pnpm_layout",
        "python",
        "python_lock",
        "python_project",
        "requirement_lines",
        "sbom",
        "sbom_facts",
        "sbom_facts_json",
        "sbom_facts_text",
        "sbom_facts_xml",
        "sbom_files",
        "spdx2",
        "spdx2_loose",
        "tables",
        "variables",
        "xml_tree",
    }
)
"""Modules that several parsers share."""
