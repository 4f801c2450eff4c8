"""`pratique intel export`"""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import options
from scanner.display import line


@click.command()
@click.argument("bundle", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--sign", "key", metavar="KEY", type=click.Path(path_type=Path), help="Sign it with this ssh key.")
@options.intel_directory
def export(bundle: Path, key: Path | None, intel_dir: Path | None) -> int:
    """Write everything that is known into one file, to carry where there is no network."""
    from datetime import UTC, datetime

    from scanner.pipeline import bundles

    manifest = bundles.export(bundle, options.directory(intel_dir), now=datetime.now(UTC), key=key)
    for member in manifest.files:
        newest = f", newest {line(member.newest)}" if member.newest else ""
        click.echo(f"{line(member.path)}  {member.records:,} records{newest}, fetched {line(member.fetched)}")
    click.echo(
        f"{line(str(bundle))}: {len(manifest.files)} files, {bundle.stat().st_size / 1e6:.1f} MB, "
        + ("signed" if key else "not signed (--sign KEY)")
    )
    return 0
