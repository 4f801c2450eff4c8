"""A click group whose commands are imported when they are called."""

from __future__ import annotations

import keyword
import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """Commands by name, each in the module of the same name (`-` becomes `_`) below `package`."""

    def __init__(self, *args: Any, package: str, table: Mapping[str, str], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._package = package
        self._table = table
        """Command → its line in `--help`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        if cmd_name not in self._table:
            return None
        name = cmd_name.replace("-", "_") + ("_" if keyword.iskeyword(cmd_name) else "")  # `import` is `import_` there
        command: click.Command = getattr(import_module(f"{self._package}.{name}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, but a wrong word gets told what was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise click.UsageError(error.message + self._meant(ctx, args[0]), ctx) from error

    def _meant(self, ctx: click.Context, word: str) -> str:
        from difflib import get_close_matches

        if close := get_close_matches(word, self._table, 1):
            return f" Did you mean {ctx.command_path} {close[0]}?"
        if "scan" in self._table and os.path.lexists(word):
            return f" To check a file or folder: {ctx.command_path} scan {word!r}"
        return f" There are: {', '.join(self._table)}."

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click's
        with formatter.section("Commands"):
            formatter.write_dl(list(self._table.items()))
