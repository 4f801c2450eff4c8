"""`pratique intel status`"""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import options
from scanner.display import line


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@options.intel_directory
def status(as_json: bool, intel_dir: Path | None) -> int:
    """Show each feed: records, newest record, age.

    Ends with 3 when a feed is stale or broken, or when there is none.
    """
    from datetime import UTC, datetime

    from scanner.intel import exploited
    from scanner.intel.store import DEFAULT_MAX_AGE, open_store
    from scanner.pipeline import added

    directory = options.directory(intel_dir)
    now = datetime.now(UTC)
    with open_store(directory, now=now) as store, added.opened(directory, now=now, max_age=DEFAULT_MAX_AGE) as lists:
        feeds = (*store.feeds(), *exploited.states(directory, now=now, max_age=DEFAULT_MAX_AGE), *lists.states)
    if as_json:
        import msgspec

        body = msgspec.to_builtins({"directory": str(directory), "feeds": feeds})
        click.echo(msgspec.json.format(msgspec.json.encode(body), indent=2).decode())
    elif not feeds:
        click.echo(f"no feed in {line(str(directory))} yet: run pratique intel sync")
    else:
        width = max(len(feed.name) for feed in feeds)
        for feed in feeds:
            age = "" if feed.age_hours is None else f"fetched {_age(feed.age_hours)} ago"
            newest = f"newest {line(feed.newest)}" if feed.newest else ""
            columns = (f"{line(feed.name):<{width}}", f"{feed.status:<8}", f"{feed.records:>9,} records", newest, age)
            click.echo("  ".join(column for column in columns if column))
    return 0 if feeds and all(feed.status == "fresh" for feed in feeds) else 3


def _age(hours: float) -> str:
    if hours < 1:
        return f"{max(0, hours) * 60:.0f} min"
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"
