"""pratique fleet assign"""

from __future__ import annotations

import click

from scanner.cli.fleet import filters, shared


@click.command(
    epilog="""\b
    pratique fleet assign shop c614a3f0 --to alice
    pratique fleet assign label:web --class compromise --to team-web --yes
    """
)
@click.argument("target", required=False, metavar="[TARGET]")
@click.argument("ids", nargs=-1, metavar="[FINDING...]")
@click.option("--to", metavar="OWNER", help="Who looks after them.")
@click.option("--to-nobody", "nobody", is_flag=True, help="Whoever answers for the target does.")
@filters.filters
@click.option("--yes", is_flag=True, help="Do it. Without it, what is meant by a filter is only shown.")
@shared.store_option
def assign(
    target: str | None,
    ids: tuple[str, ...],
    to: str | None,
    nobody: bool,
    yes: bool,
    store_address: str | None,
    **values: str | None,
) -> int:
    """Say who looks after findings: FINDINGs of TARGET by their ids, or all that the filters mean.

    --owner among the filters is who looks after them now.
    """
    from scanner.errors import UsageError
    from scanner.pipeline.fleet import triage

    if (to is None) != nobody or (to is not None and not to.strip()):
        raise UsageError("say to whom", where="fleet assign", hint="--to OWNER, or --to-nobody")
    wanted = filters.read(values, selectors=() if target is None else (target,), ids=ids, open_=True)
    with shared.opened(store_address) as store:
        found = triage.narrowed(store, wanted)
        shared.preview(found, shared.now())
        done = bool(found) and (yes or len(ids) == len(found))
        for one in found if done else ():
            store.assign(one.target, one.finding.id, to)
    shared.conclude(len(found), "left to who answers for the target" if nobody else f"assigned to {to}", done=done)
    return 0
