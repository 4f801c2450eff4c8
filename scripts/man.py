"""Write pratique's manual page, section 1, from the words of its own `--help`: `python scripts/man.py > pratique.1`.

Format: man(7). One page for the command and all that is below it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from scanner import __version__
from scanner.cli import EXIT_STATUS, pratique

_FILES = (
    ("pratique.toml", "the policy of a project: gate, registries, suppressions (read from the base revision)"),
    ("PRATIQUE_INTEL_DIR", "environment: where the intelligence database lies"),
    ("PRATIQUE_FLEET", "environment: the store of the fleet, a file or postgresql://..."),
    ("PRATIQUE_SEMGREP", "environment: the semgrep that judges code"),
)


def page(today: datetime) -> str:
    """The whole page."""
    context = click.Context(pratique, info_name="pratique", **pratique.context_settings)
    lines = [
        f'.TH PRATIQUE 1 "{today:%Y-%m-%d}" "pratique {__version__}" "User Commands"',
        ".SH NAME",
        _safe("pratique - find out whether what you ship has been compromised on its way to you"),
        ".SH SYNOPSIS",
        ".B pratique",
        "COMMAND [OPTIONS] [TARGETS]",
        ".SH DESCRIPTION",
        *_prose(pratique.help or ""),
    ]
    for name, command, inner in _commands(pratique, context):
        usage = " ".join(command.collect_usage_pieces(inner))
        lines += [".SH " + _safe(name.upper()), ".B " + _safe(name), _safe(usage), ".PP", *_prose(command.help or "")]
        for option in command.get_params(inner):
            if isinstance(option, click.Option) and (told := option.get_help_record(inner)) is not None:
                lines += [".TP", ".B " + _safe(told[0]), _safe(" ".join(told[1].split()))]
        lines += _prose(command.epilog or "")
    lines += [".SH EXIT STATUS"]
    for number, words in EXIT_STATUS.items():
        lines += [".TP", f".B {number}", _safe(words)]
    lines += [".SH FILES AND ENVIRONMENT"]
    for name, words in _FILES:
        lines += [".TP", ".B " + _safe(name), _safe(words)]
    return "\n".join(lines) + "\n"


def _commands(group: click.Group, context: click.Context) -> Iterator[tuple[str, click.Command, click.Context]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        inner = click.Context(command, parent=context, info_name=name)
        if isinstance(command, click.Group):
            yield from _commands(command, inner)
        else:
            yield inner.command_path, command, inner


def _prose(text: str) -> Iterator[str]:
    r"""Paragraphs as click has them: one that begins with \b is taken line by line."""
    for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
        if paragraph.lstrip().startswith("\b"):
            rows = [row.strip() for row in paragraph.lstrip().removeprefix("\b").splitlines() if row.strip()]
            yield from (".PP", ".nf", *map(_safe, rows), ".fi")
        elif words := paragraph.split():
            yield from (".PP", _safe(" ".join(words)))


def _safe(text: str) -> str:
    r"""No word of ours is a macro, and a hyphen is one that can be copied."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped[:1] in (".", "'") else escaped


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text stream, as Python made it
    sys.stdout.write(page(datetime.now(UTC)))
