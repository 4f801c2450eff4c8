"""`pratique intel withdraw`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli import options
from scanner.display import line

if TYPE_CHECKING:
    from datetime import date

    from scanner.model.withdrawal import Withdrawal


@click.command()
@click.argument("id_", metavar="[ID]", required=False)
@click.option("--reason", metavar="TEXT", help="Why the report is false.")
@click.option("--expires", metavar="DATE", help="Last day on which this counts, as 2027-02-28.")
@click.option("--package", metavar="NAME", help="Only for this package: its name, or its purl without version.")
@click.option("--by", metavar="WHO", help="Who decided.  [default: the user's name]")
@click.option("--list", "listing", is_flag=True, help="Show what is withdrawn.")
@click.option("--undo", metavar="ID", help="Believe it again (with --package: for that package).")
@options.intel_directory
def withdraw(
    id_: str | None, reason: str | None, expires: str | None, package: str | None, by: str | None,
    listing: bool, undo: str | None, intel_dir: Path | None,
) -> int:  # fmt: skip
    """Hold a report for false, on this machine, for a time.

    ID is that of a record (MAL-…, GHSA-…, CVE-…, any of its names) or of a campaign. What rests on it alone is shown as
    suppressed, with the reason; after the last day it counts again, and the report says so.
    """
    from datetime import UTC, datetime

    from scanner.errors import UsageError
    from scanner.intel import withdrawals

    directory = options.directory(intel_dir)
    today = datetime.now(UTC).date()
    if sum((listing, undo is not None, id_ is not None)) != 1:
        raise UsageError("say what: ID --reason TEXT --expires DATE, or --list, or --undo ID")
    if undo is not None:
        before = withdrawals.load(directory)
        after = withdrawals.change(directory, lambda all_: tuple(one for one in all_ if not one.same(undo, package)))
        if len(after) == len(before):
            raise UsageError(f"{undo} is not withdrawn", where=directory / withdrawals.FILE, hint="--list")
        click.echo(f"{line(undo)} is believed again")
    elif id_ is not None:
        made = _made(id_, reason, expires, package, by, today)
        withdrawals.change(
            directory, lambda all_: (*(one for one in all_ if not one.same(made.id, made.package)), made)
        )
        _show(made, today)
    else:
        for one in withdrawals.load(directory):
            _show(one, today)
    return 0


def _made(
    id_: str, reason: str | None, expires: str | None, package: str | None, by: str | None, today: date
) -> Withdrawal:
    from datetime import date
    from getpass import getuser

    from scanner.errors import UsageError
    from scanner.model.withdrawal import Withdrawal

    if not reason or not reason.strip():
        raise UsageError("a withdrawal needs its reason", where="--reason", hint="whoever reads the report will ask")
    try:
        last = date.fromisoformat(expires or "")
    except ValueError:
        raise UsageError(
            f"{expires or 'nothing'} is no date", where="--expires", hint="a withdrawal ends, as 2027-02-28"
        ) from None
    if last < today:
        raise UsageError(f"{last} has passed", where="--expires")
    if by is None:
        try:
            by = getuser()
        except (KeyError, OSError):  # a container's number without a name
            by = None
    return Withdrawal(id=id_.strip(), reason=reason.strip(), expires=last, package=package, by=by, made=today)


def _show(one: Withdrawal, today: date) -> None:
    only = f" for {line(one.package)}" if one.package else ""
    who = f" by {line(one.by)}" if one.by else ""
    until = f"until {one.expires}" if one.expires >= today else f"ended on {one.expires}"
    click.echo(f"{line(one.id)}{only}  {until}{who} on {one.made}: {line(one.reason)}")
