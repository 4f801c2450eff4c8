"""pratique fleet token"""

from __future__ import annotations

import sys
from datetime import timedelta

import click

from scanner.cli.fleet import shared
from scanner.errors import UsageError

_ROLES = ("viewer", "triager", "admin")


@click.group()
def token() -> None:
    """The tokens by which people and programs sign in to `pratique fleet serve`."""


@token.command(
    epilog="""\b
    pratique fleet token add ann --role admin
    pratique fleet token add dashboard --role viewer --expires 90
    """
)
@click.argument("name")
@click.option("--role", type=click.Choice(_ROLES), required=True, help="Look; decide and hunt too; all.")
@click.option("--expires", type=click.FloatRange(min=0, min_open=True), metavar="DAYS", help="It counts so long.")
@shared.store_option
def add(name: str, role: str, expires: float | None, store_address: str | None) -> int:
    """Make a token for NAME and show it, this once: of the token itself the store keeps a digest only.

    It is the password on the sign-in page, and for programs: `Authorization: Bearer TOKEN`.
    """
    from scanner.web import tokens

    if not name.isprintable() or not 0 < len(name) <= 100 or name != name.strip():
        raise UsageError("that is no name", where="fleet token add", hint="up to 100 characters that can be printed")
    secret, now = tokens.new(), shared.now()
    until = None if expires is None else now + timedelta(days=expires)
    with shared.opened(store_address) as store:
        store.people.add_token(name, role, tokens.digest(secret), now=now, expires=until)
        detail = role if until is None else f"{role} until {shared.day(until)}"
        store.note(at=now, who=tokens.user(), how="shell", what="token-added", target=name, detail=detail)
    click.echo(secret)
    return 0


@token.command("list")
@click.option("--all", "everything", is_flag=True, help="Those that count no more, too.")
@shared.store_option
def list_(everything: bool, store_address: str | None) -> int:
    """List the tokens: whose, since when, until when, last used. None is shown."""
    now = shared.now()
    with shared.opened(store_address) as store:
        found = [one for one in store.people.tokens() if everything or one.valid(now)]
    shared.table(
        ("name", "role", "added", "last used", "expires", "revoked"),
        (
            (one.name, one.role, shared.day(one.added), shared.day(one.used), shared.day(one.expires),
             shared.day(one.revoked))
            for one in found
        ),
        sys.stdout,
    )  # fmt: skip
    return 0


@token.command()
@click.argument("name")
@shared.store_option
def revoke(name: str, store_address: str | None) -> int:
    """Let NAME in no more: the token of that name, and every browser in which NAME has signed in, at once.

    Somebody who signed in through a provider may do so again: take the role away there.
    """
    from scanner.web import tokens

    now = shared.now()
    with shared.opened(store_address) as store:
        store.people.revoke(name, now=now)
        store.note(at=now, who=tokens.user(), how="shell", what="token-revoked", target=name)
    return 0
