"""`pratique intel sync`"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli import options
from scanner.display import line

if TYPE_CHECKING:
    from scanner.intel.losses import Losses
    from scanner.model.component import Problem
    from scanner.pipeline.sync import FeedResult

_SHOWN = 20
"""Problems of one feed that are printed; the rest is counted."""


@click.command()
@click.option("--from", "source", metavar="URL_OR_PATH",
              help="Copy of the OSV bucket (default: the public one), or a repository of records.")  # fmt: skip
@click.option("--ecosystem", "ecosystems", metavar="NAME", multiple=True, help="Only this one; may be repeated.")
@click.option("--name", default="osv", show_default=True, help="Name of the source; a further one stands beside it.")
@click.option("--kev", metavar="[FILE_OR_URL]", is_flag=False, flag_value="",
              help="CISA's known exploited vulnerabilities (default: CISA's own address).")  # fmt: skip
@click.option("--epss", metavar="[FILE_OR_URL]", is_flag=False, flag_value="",
              help="EPSS scores, CSV or gzipped (default: the public ones of today).")  # fmt: skip
@click.option("--taxii", metavar="URL", help="A TAXII 2.1 server, or one collection of it.")
@click.option("--collection", metavar="ID", help="Which collection of the TAXII server.")
@click.option("--misp", metavar="URL", help="A MISP feed: the folder of its manifest.json.")
@options.intel_directory
def sync(
    source: str | None, ecosystems: tuple[str, ...], name: str, kev: str | None, epss: str | None,
    taxii: str | None, collection: str | None, misp: str | None, intel_dir: Path | None,
) -> int:  # fmt: skip
    """Fetch what upstream knows, and replace the database by it.

    Without --kev, --epss, --taxii and --misp the OSV feeds; with them those only, unless --from or --ecosystem asks for
    OSV too. Keys to servers come from PRATIQUE_TAXII_TOKEN, or PRATIQUE_TAXII_USER and PRATIQUE_TAXII_PASSWORD, and
    PRATIQUE_MISP_KEY, or from the keyring. Ends with 0 when every feed is up to date, 3 when one is not. The old
    database stays usable whatever happens.
    """
    directory = options.directory(intel_dir)
    progress = _Progress()
    others = {feed: place for feed, place in (("kev", kev), ("epss", epss)) if place is not None}
    served = taxii is not None or misp is not None
    runs: list[Iterator[FeedResult]] = []
    if source is not None or ecosystems or not (others or served):
        runs.append(_osv(source, ecosystems, name, directory, progress))
    runs.append(_exploitation(others, directory, progress))
    runs.append(_served(taxii, collection, misp, None if name == "osv" else name, directory, progress))
    failed = False
    for result in chain.from_iterable(runs):
        progress.clear()
        _print(result)
        failed = failed or result.error is not None
    return 3 if failed else 0


def _osv(
    source: str | None, ecosystems: tuple[str, ...], name: str, directory: Path, progress: _Progress
) -> Iterator[FeedResult]:
    from datetime import UTC, datetime

    from scanner.errors import UsageError
    from scanner.feeds.osv_bucket import PUBLIC
    from scanner.pipeline import collection
    from scanner.pipeline import sync as job

    if job.slug_of(name) != name:
        raise UsageError(f"--name {name}: letters, digits and dashes in lower case")
    if source is not None and collection.is_one(source):
        if ecosystems:
            raise UsageError("--ecosystem goes with a copy of OSV's bucket, and this is none", where=source)
        yield from collection.sync(source, directory, name=name, now=datetime.now(UTC), notify=progress.say)
        return
    bucket = job.open_bucket(source or PUBLIC)
    chosen, rest = job.choose(bucket, ecosystems)
    if rest:
        click.echo(f"left alone, no package type leads there: {line(', '.join(rest))}", err=True)
    yield from job.sync(bucket, chosen, directory, now=datetime.now(UTC), name=name, notify=progress.say)


def _exploitation(others: Mapping[str, str], directory: Path, progress: _Progress) -> Iterator[FeedResult]:
    from datetime import UTC, datetime

    from scanner.pipeline import exploitation

    for feed, place in others.items():
        yield exploitation.sync(feed, place, directory, now=datetime.now(UTC), notify=progress.say)


def _served(
    taxii: str | None, collection: str | None, misp: str | None, name: str | None, directory: Path, progress: _Progress
) -> Iterator[FeedResult]:
    if taxii is None and misp is None:
        return
    import os
    from datetime import UTC, datetime

    from scanner.errors import UsageError
    from scanner.pipeline import subscriptions

    if taxii is not None and misp is not None and name is not None:
        raise UsageError("--name names one list: run sync once for each")
    upstreams: list[Callable[[], subscriptions.Taxii | subscriptions.Misp]] = []
    if taxii is not None:
        upstreams.append(partial(subscriptions.Taxii, taxii, collection, os.environ))
    if misp is not None:
        upstreams.append(partial(subscriptions.Misp, misp, os.environ))
    for find in upstreams:
        yield subscriptions.sync(find, name, directory, now=datetime.now(UTC), notify=progress.say)


def _print(result: FeedResult) -> None:
    if result.error is not None:
        click.echo(f"{result.feed}  failed: {line(str(result.error))}")
        return
    words = [f"{result.records:,} records"]
    if result.newest:
        words.append(f"newest {line(result.newest)}")
    if result.action.value == "updated":
        words.append(f"{result.changed:,} changed")
    words.append("nothing new" if result.action.value == "nothing new" else f"{result.seconds:.1f} s")
    click.echo(f"{result.feed}  {', '.join(words)}")
    _print_losses(result.lost)
    _print_problems(result.feed, result.problems)


def _print_losses(lost: Losses) -> None:
    """What matches no more: somebody may have acted on it."""
    if lost.withdrawn or lost.vanished:
        click.echo(f"  {lost.withdrawn:,} records withdrawn and {lost.vanished:,} vanished, these match no more:")
    for gone in lost.told[:_SHOWN]:
        how = "withdrawn" if gone.withdrawn else "vanished"
        kind = "malicious" if gone.malicious else "vulnerability"
        named = ", ".join(line(name, limit=100) for name in gone.packages[:5])
        click.echo(f"  {line(gone.id, limit=100)}  {how}, {kind}: {named}{' …' if len(gone.packages) > 5 else ''}")
    if lost.withdrawn + lost.vanished > _SHOWN:
        click.echo(f"  and {lost.withdrawn + lost.vanished - _SHOWN:,} more")


def _print_problems(feed: str, problems: tuple[Problem, ...]) -> None:
    if problems:
        click.echo(f"{feed}: {len(problems):,} problems", err=True)
    for problem in problems[:_SHOWN]:
        click.echo(f"  {line(problem.where)}: {line(problem.what)}", err=True)
    if len(problems) > _SHOWN:
        click.echo(f"  and {len(problems) - _SHOWN:,} more", err=True)


class _Progress:
    """One line on stderr that repaints itself: only on a terminal, and only after a second."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next = clock() + 1.0
        self._shown = False
        self._terminal = sys.stderr.isatty()

    def say(self, text: str) -> None:
        if self._terminal and self._clock() >= self._next:
            self._next = self._clock() + 0.2
            self._shown = True
            click.echo(f"\r\x1b[K{line(text)}", nl=False, err=True)

    def clear(self) -> None:
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)
        self._shown = False
        self._next = self._clock() + 1.0
