"""pratique fleet worker"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli import options
from scanner.cli.fleet import notify, shared
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.pipeline.fleet.workers.log import Log

_PATIENCE = 60.0
"""Seconds for a database to come up in."""


@click.command(
    epilog="""\b
    pratique fleet worker --jobs 4                           one machine, instead of cron
    pratique fleet worker --notify --config notices.toml     and people are told
    pratique fleet worker --store postgresql://db/fleet --health 0.0.0.0:9108 --log json
    """
)
@shared.look_options
@click.option(
    "--backlog", type=click.IntRange(1, 100_000), default=500, show_default=True, metavar="N",
    help="So many targets wait to be looked at, at most; the others wait in the store.",
)  # fmt: skip
@click.option(
    "--grace", type=click.FloatRange(min=0), default=20, show_default=True, metavar="SECONDS",
    help="When asked to stop: time for looks to end in. Others are given back.",
)  # fmt: skip
@click.option("--health", metavar="[HOST:]PORT", help="Answer /healthz, /readyz and /metrics there.  [HOST: 127.0.0.1]")
@click.option("--notify", "notified", is_flag=True, help="Tell people what is new, as fleet notify does, every minute.")
@notify.config_option
@notify.public_url_option
@click.option("--log", "log_format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@shared.store_option
@options.intel_directory
def worker(
    jobs: int,
    looks: shared.Looks,
    backlog: int,
    grace: float,
    health: str | None,
    notified: bool,
    config: Path | None,
    public_url: str | None,
    log_format: str,
    store_address: str | None,
    intel_dir: Path | None,
) -> int:
    """Look at what is due, as it becomes due, until asked to stop.

    Organisations and drop folders are asked again as their time comes, by one worker for all.

    With a store in PostgreSQL any number of workers share the work, on any number of machines. All need the same
    intelligence: one that is behind the others waits. SIGTERM stops it, with exit status 0.
    """
    from scanner.pipeline.fleet import listing, places
    from scanner.pipeline.fleet.workers import health as healths
    from scanner.pipeline.fleet.workers import log, worker
    from scanner.pipeline.fleet.workers.plan import Plan

    where = places.store_address(store_address, os.environ)
    queue = places.many(where)
    if queue or health is not None:
        _needs("procrastinate" if queue else "", "prometheus_client")
    # Before anything is waited for: a mistake in the file is to be told now.
    notices = notify.read(config, public_url, intel_dir) if notified else None
    said = log.Log(f"{os.uname().nodename}:{os.getpid()}", machine=log_format == "json")
    plan = Plan(
        where=where,
        shown=_reached(where, said),
        settings=looks.settings(intel_dir),
        listings=listing.Settings(environ=os.environ, now=shared.now),
        notices=notices,
        jobs=jobs,
        backlog=backlog,
        queue=queue,
    )
    listener = None if health is None else healths.listen(healths.address(health))
    worker.run(plan, listener, said, grace=grace, cache_bytes=looks.cache_bytes)
    return 0


def _reached(where: str, said: Log) -> str:
    """The store's name without a password; made where there is none. One that is just being started is waited for."""
    from scanner.fleet.store import StoreGoneError
    from scanner.pipeline.fleet import places

    end = time.monotonic() + _PATIENCE
    while True:
        try:
            with places.opened(where, os.environ) as store:
                return store.where
        except StoreGoneError as error:
            if time.monotonic() > end:
                raise
            said("out of reach", level="warning", why=str(error))
            time.sleep(2)


def _needs(*modules: str) -> None:
    from importlib.util import find_spec

    for module in filter(None, modules):
        if find_spec(module) is None:
            raise UsageError(f"this needs {module}", where="fleet worker", hint="pip install 'pratique[fleet]'")
