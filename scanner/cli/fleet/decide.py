"""pratique fleet decide"""

from __future__ import annotations

import click

from scanner.cli.fleet import filters, shared

_RULINGS = ("accepted", "false-positive", "not-affected", "affected", "fixing", "under-investigation", "withdrawn")


@click.command(
    epilog="""\b
    pratique fleet decide shop c614a3f0 --as false-positive --reason "our own fork" --expires 2027-03-01
    pratique fleet decide label:web --advisory CVE-2026-1 --as fixing --reason "TICKET-7" --yes
    pratique fleet decide --package pkg:npm/x@1.2.3 --class compromise --as accepted … --yes
    """
)
@click.argument("target", required=False, metavar="[TARGET]")
@click.argument("ids", nargs=-1, metavar="[FINDING...]")
@click.option("--as", "ruling", required=True, type=click.Choice(_RULINGS), help="The decision.")
@click.option("--reason", required=True, metavar="TEXT", help="Because of what.")
@click.option("--expires", metavar="DATE", help="The last day on which it counts; what silences needs one.")
@click.option("--justification", metavar="WORD", help="Of not-affected: why, in VEX's word.")
@click.option("--by", metavar="WHO", help="Who decides.  [default: the user of this machine]")
@filters.filters
@click.option("--yes", is_flag=True, help="Decide. Without it, what is meant by a filter is only shown.")
@shared.store_option
def decide(
    target: str | None,
    ids: tuple[str, ...],
    ruling: str,
    reason: str,
    expires: str | None,
    justification: str | None,
    by: str | None,
    yes: bool,
    store_address: str | None,
    **values: str | None,
) -> int:
    """Decide on findings: on FINDINGs of TARGET by their ids, or on all that the filters mean.

    accepted, false-positive and not-affected silence a finding until a day: it is shown, and counts for no verdict and
    no exit status. A compromise, suspicious change or integrity finding is silenced by its id, or by --package at
    one version with --class. withdrawn takes back what was decided before. Nothing that was decided is forgotten.
    TARGET: a number, label:NAME, owner:NAME, or a part of the address.
    """
    from scanner.pipeline.fleet import triage

    now = shared.now()
    wished = triage.wish(
        ruling, reason=reason, by=shared.user() if by is None else by, expires=expires, justification=justification,
        now=now,
    )  # fmt: skip
    wanted = filters.read(values, selectors=() if target is None else (target,), ids=ids, open_=True)
    with shared.opened(store_address) as store:
        meant = triage.meant(store, wanted, wished)
        shared.preview(meant.findings, now)
        shared.refuse(meant.refused)
        done = bool(meant.findings) and (yes or len(ids) == len(meant.findings))
        if done:
            triage.decide(store, meant.findings, wished, now=now)
    until = "" if wished.expires is None else f" until {expires}"
    said = f"{wished.ruling}{until}, decided by {wished.by}"
    shared.conclude(len(meant.findings), said, done=done)
    return 2 if meant.refused and not done else 0
