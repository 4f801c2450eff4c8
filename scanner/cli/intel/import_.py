"""`pratique intel import`"""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import options
from scanner.display import line

_SHOWN = 20


@click.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--as-campaign", "campaign", metavar="ID", help="FILE is an indicator list: add it under this id.")
@click.option("--as", "columns", metavar="COLUMN=TYPE", multiple=True, help="Say what a column of a list means.")
@click.option("--ecosystem", metavar="NAME", help="Whose packages a list names, where it does not say.")
@click.option("--allowed-signers", metavar="FILE", type=click.Path(path_type=Path),
              help="Refuse a bundle that none of these signed (as in ssh-keygen -Y verify).")  # fmt: skip
@click.option("--force", is_flag=True, help="Take a bundle that is older than what is here.")
@options.intel_directory
def import_(
    file: Path, campaign: str | None, columns: tuple[str, ...], ecosystem: str | None, allowed_signers: Path | None,
    force: bool, intel_dir: Path | None,
) -> int:  # fmt: skip
    """Take in a bundle that `intel export` wrote, or add an indicator list for good.

    A bundle is checked whole before anything is replaced. Files that it does not hold stay as they are.
    """
    from scanner.errors import UsageError

    directory = options.directory(intel_dir)
    if campaign is None:
        if columns or ecosystem:
            raise UsageError("--as and --ecosystem are for lists", hint="--as-campaign ID")
        return _bundle(file, directory, allowed_signers, force)
    if allowed_signers is not None or force:
        raise UsageError("--as-campaign adds a list: --allowed-signers and --force are for bundles")
    return _list(file, directory, campaign, columns, ecosystem)


def _bundle(file: Path, directory: Path, allowed_signers: Path | None, force: bool) -> int:
    from datetime import UTC, datetime

    from scanner.pipeline import bundles

    done = bundles.import_(file, directory, now=datetime.now(UTC), allowed_signers=allowed_signers, force=force)
    for member, fate in done.fates:
        click.echo(f"{line(member.path)}  {member.records:,} records, fetched {line(member.fetched)}, {fate}")
    if done.signer is not None:
        trust = f"signed by {line(done.signer)}"
    elif done.signed:
        trust = "its signature was not checked (--allowed-signers FILE)"
    else:
        trust = "not signed"
    click.echo(f"{line(str(file))} of {line(done.manifest.created)}: {trust}")
    return 0


def _list(file: Path, directory: Path, id_: str, columns: tuple[str, ...], ecosystem: str | None) -> int:
    from datetime import UTC, datetime

    from scanner.errors import InputError, UsageError
    from scanner.pipeline import added

    pairs = [column.partition("=") for column in columns]
    if not all(name and equals and type_ for name, equals, type_ in pairs):
        raise UsageError("a column and what it means", where="--as", hint="--as indicator=domain")
    try:
        found, reading = added.read(file, id_, columns={name: type_ for name, _, type_ in pairs}, ecosystem=ecosystem)
    except InputError as error:
        if error.where == "--as":
            raise UsageError(error.what, where="--as", hint=error.hint) from error
        raise
    for problem in reading.problems[:_SHOWN]:
        at = f":{problem.line}" if problem.line else ""
        click.echo(f"  {line(problem.where)}{at}: {line(problem.what)}", err=True)
    if len(reading.problems) > _SHOWN:
        click.echo(f"  and {len(reading.problems) - _SHOWN:,} more", err=True)
    added.store(found, directory, source=str(file.resolve()), now=datetime.now(UTC))
    click.echo(f"{line(file.name)}: {line(reading.kind)}, {reading.understood:,} of {reading.total:,} lines understood")
    click.echo(f"added/{id_}  {len(found.indicators):,} indicators; every scan looks for them (intel remove {id_})")
    return 0
