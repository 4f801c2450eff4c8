"""pratique fleet rematch"""

from __future__ import annotations

import os
from pathlib import Path

import click

from scanner.cli import options
from scanner.cli.fleet import shared


@click.command(
    epilog="""\b
    pratique fleet rematch                                   every campaign and added list
    pratique fleet rematch --advisories --since 2026-11-29   malicious packages that became known since
    pratique fleet rematch --ids MAL-2026-1,CVE-2026-1       these records, whatever they are of
    """
)
@click.argument("campaigns", nargs=-1, metavar="[CAMPAIGN...]")
@click.option("--advisories", is_flag=True, help="Advisories instead: those of malicious packages.")
@click.option("--since", metavar="DATE", help="Only advisories that were changed on that day or later.")
@click.option("--ids", metavar="ID,…", help="Only these advisories, by id or alias, of whatever kind.")
@click.option(
    "--malicious/--every-kind", default=None,
    help="Only malicious packages, or vulnerabilities too.  [default: malicious; with --ids every kind]",
)  # fmt: skip
@click.option("--format", "formats", multiple=True, metavar="NAME[=FILE]", help="text, json or csv; may be repeated.")
@click.option("--output", "output_file", metavar="FILE", help="Write there instead of stdout.")
@shared.store_option
@options.intel_directory
def rematch(
    campaigns: tuple[str, ...],
    advisories: bool,
    since: str | None,
    ids: str | None,
    malicious: bool | None,
    formats: tuple[str, ...],
    output_file: str | None,
    store_address: str | None,
    intel_dir: Path | None,
) -> int:
    """Look for our campaigns and added lists, or for some of them, in everything that was ever seen.

    With --advisories (or --since, --ids) it is the advisories. Told are targets that hold what is named, or held it
    once, though they are clean today: file, first and last time, owner. What targets hold now is matched with newer
    advisories by `fleet scan` too. Exit status as of fleet hunt.
    """
    from scanner.pipeline.fleet import questions

    chosen = options.formats(formats, shared.ANSWERS, "text")
    if advisories or since is not None or ids is not None:
        return _advisories(chosen, output_file, campaigns, since, ids, malicious, store_address, intel_dir)
    if malicious is not None:
        raise click.UsageError("--malicious and --every-kind go with --advisories")
    with shared.opened(store_address) as store:
        answer = questions.rematch(store, options.directory(intel_dir), now=shared.now(), only=campaigns)
    shared.complain(answer.problems)
    options.write_all(chosen, output_file, lambda name, out: shared.write_answer(answer, name, out))
    return answer.status


def _advisories(
    chosen: list[tuple[str, str | None]],
    output_file: str | None,
    campaigns: tuple[str, ...],
    since: str | None,
    ids: str | None,
    malicious: bool | None,
    store_address: str | None,
    intel_dir: Path | None,
) -> int:
    from scanner.cli.fleet import advised
    from scanner.errors import UsageError
    from scanner.pipeline.fleet import advisories

    if campaigns:
        raise UsageError("advisories and campaigns are two questions", where="fleet rematch", hint=campaigns[0])
    named = tuple(one.strip() for one in (ids or "").split(",") if one.strip())
    if ids is not None and not named:
        raise UsageError("no advisory is named", where="--ids")
    wanted = advisories.Wanted(
        ids=named, malicious=not named if malicious is None else malicious, since=advisories.day(since)
    )
    options.spare_the_collector()
    with shared.opened(store_address) as store:
        past = advisories.rematch(
            store, options.directory(intel_dir), wanted, now=shared.now(), environ=os.environ, home=Path.home()
        )
    shared.complain(past.problems)
    options.write_all(chosen, output_file, lambda name, out: advised.write(past, name, out))
    return past.status
