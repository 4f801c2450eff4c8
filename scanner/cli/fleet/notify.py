"""pratique fleet notify"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli import options
from scanner.cli.fleet import shared
from scanner.display import line
from scanner.wording import counted

if TYPE_CHECKING:
    from scanner.fleet.notices.values import Message
    from scanner.fleet.store import Store
    from scanner.pipeline.fleet.noticing import Settings, Told

config_option = click.option(
    "--config",
    "config",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="PRATIQUE_NOTICES",
    help="The operator's file of channels and routes.  [default: $PRATIQUE_NOTICES]",
)
public_url_option = click.option(
    "--public-url",
    metavar="URL",
    envvar="PRATIQUE_PUBLIC_URL",
    help="Where the fleet's pages are, for links.  [default: as the file says]",
)


@click.command(
    epilog="""\b
    pratique fleet notify --config notices.toml --test soc   does it arrive?
    pratique fleet notify --config notices.toml --dry-run    what would be said
    pratique fleet notify --config notices.toml              say it
    """
)
@config_option
@public_url_option
@click.option("--dry-run", is_flag=True, help="Print the messages; send nothing, and note nothing.")
@click.option("--test", "test", metavar="CHANNEL", help="Send a test message by this channel, and nothing else.")
@shared.store_option
@options.intel_directory
def notify(
    config: Path | None,
    public_url: str | None,
    dry_run: bool,
    test: str | None,
    store_address: str | None,
    intel_dir: Path | None,
) -> int:
    """Tell people what is new: compromises, verdicts that changed, scans that fail, feeds that grow old.

    One message for each incident and team, and further ones at growing intervals. Exit status: 3 where something could
    not be told, which a later run tries again, else 0.
    """
    from scanner.errors import UsageError
    from scanner.pipeline.fleet import noticing

    if dry_run and test is not None:
        raise UsageError("--dry-run and --test exclude each other", where="fleet notify")
    settings = read(config, public_url, intel_dir)
    if test is not None:
        remark = noticing.test(settings, test, now=shared.now())
        click.echo(f"a test message was sent by {test}{remark and f', but {line(remark)}'}")
        return 3 if remark else 0
    with shared.opened(store_address) as store:
        if not dry_run:
            return tell(store, settings)
        messages = noticing.preview(store, settings, now=shared.now())
    for channel, message in messages:
        click.echo(f"--- {channel}{message.team and f', for {line(message.team)}'}\n{_shown(message)}")
    click.echo(f"{counted(len(messages), 'message')}: nothing was sent")
    return 0


def read(config: Path | None, public_url: str | None, intel_dir: Path | None) -> Settings:
    """The operator's file. Raises `UsageError` where none is named."""
    from scanner.errors import UsageError
    from scanner.pipeline.fleet import noticing

    if config is None:
        raise UsageError(
            "no file of notices", where="--config", hint="--config FILE, or PRATIQUE_NOTICES; see docs/notices.md"
        )  # fmt: skip
    return noticing.read(
        config,
        environ=os.environ,
        clock=shared.now,
        intel_directory=options.directory(intel_dir),
        public_url=public_url,
    )


def tell(store: Store, settings: Settings) -> int:
    """Tell people, and say what came of it; the exit status."""
    from scanner.pipeline.fleet import noticing

    told = noticing.tell(store, settings, now=shared.now())
    for channel, message in told.sent:
        click.echo(f"told {channel}{message.team and f' for {line(message.team)}'}: {line(message.title)}")
    _complain(told)
    later = f", {counted(told.later, 'incident')} later" if told.later else ""
    click.echo(f"{counted(len(told.sent), 'message')} sent{later}")
    return told.status


def _complain(told: Told) -> None:
    for one in told.failed:
        click.echo(f"pratique: channel {line(one.channel)}: not told: {line(one.why)}", err=True)
    for one in told.remarks:
        click.echo(f"pratique: channel {line(one.channel)}: told, but {line(one.why)}", err=True)
    for name in told.held:
        click.echo(f"pratique: channel {line(name)}: another process is sending by it", err=True)
    if told.unrouted:
        owners = ", ".join(map(line, told.unrouted[:10]))
        more = f" and {len(told.unrouted) - 10:,} more" if len(told.unrouted) > 10 else ""
        click.echo(f"pratique: no route names {owners}{more}: the default was told", err=True)


def _shown(message: Message) -> str:
    from scanner.fleet.notices.channels import mail

    return mail.text(message)
