"""Wrong words are status 2, with what to type instead; right ones explain themselves."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from scanner import __version__
from scanner.cli import pratique
from tests.cli.conftest import Run
from tests.conftest import Golden

HELP = Path(__file__).parent / "help"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("scan", "nowhere"), "nowhere: there is no such file or folder"),
        (("inventory", "nowhere"), "nowhere: there is no such file or folder"),
        (("scan", "--format", "xml"), "--format: no format 'xml' (one of "),
        (("inventory", "--format", "xml"), "--format: no format 'xml' (one of purl, json, cyclonedx)"),
        (("scan", "--format", "json="), "no file is named behind the = (--format json=FILE)"),
        (("scan", "sbom_examples", "--format", "json", "--format", "text"), "--format json=FILE --format text"),
        (("scan", "--fail-on", "vulnerabilities"), "(one of compromise, suspicious-change, "),
        (("scan", "--fail-on", "vulnerability:terrible"), "(one of none, low, medium, high, critical, any)"),
        (("scan", "--fail-on", "compromise:high"), "(one of certain, possible, near-miss)"),
        (("scan", "--max-age", "soon"), "'soon' is not a valid float"),
        (("scan", "--max-age", "-1"), "-1.0 is not in the range"),
        (("scan", "--intel-dir", "README.md"), "is a file"),
        (("scan", "--formt", "json"), "'--format'"),
        (("scn", "."), "Did you mean pratique scan?"),
        (("sbom_examples",), "To check a file or folder: pratique scan 'sbom_examples'"),
        (("frobnicate",), "There are: scan, "),
        (("intel", "synch"), "Did you mean pratique intel sync?"),
        (("intel", "sync", "--from", "/nowhere"), "/nowhere"),
    ],
)
def test_wrong_usage_says_what_to_type(run: Run, arguments: tuple[str, ...], says: str) -> None:
    ran = run(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert says in " ".join(ran.err.split())
    assert "Traceback" not in ran.err


def test_wrong_words_cannot_paint_the_terminal(run: Run) -> None:
    evil = "\x1b[2Jclear"
    for arguments in ((evil,), ("scan", evil), ("scan", "--format", evil), ("scan", "--fail-on", evil)):
        ran = run(*arguments)
        assert ran.status == 2
        assert "\x1b" not in ran.err


def test_the_version(run: Run) -> None:
    assert run("--version") == (0, f"pratique, version {__version__}\n", "")


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    ran = run()
    assert (ran.status, ran.out) == (2, "")
    assert "pratique scan ." in ran.err


def _commands(group: click.Group, context: click.Context) -> list[click.Context]:
    found = [context]
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        below = click.Context(command, info_name=name, parent=context, max_content_width=100, terminal_width=100)
        found += _commands(command, below) if isinstance(command, click.Group) else [below]
    return found


TOP = click.Context(pratique, info_name="pratique", terminal_width=100, **pratique.context_settings)
COMMANDS = _commands(pratique, TOP)


@pytest.mark.parametrize("context", COMMANDS, ids=lambda context: context.command_path)
def test_help(golden: Golden, context: click.Context) -> None:
    golden(HELP / (context.command_path.replace(" ", "-") + ".txt"), context.get_help() + "\n")


def test_no_help_is_of_a_command_that_has_gone() -> None:
    expected = {context.command_path.replace(" ", "-") + ".txt" for context in COMMANDS}
    assert {path.name for path in HELP.iterdir()} == expected
