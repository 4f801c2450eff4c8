"""pratique fleet serve"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli import options
from scanner.cli.fleet import shared
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.web.settings import Oidc

_SECRET = "PRATIQUE_OIDC_SECRET"  # noqa: S105  # the name of a variable
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    epilog="""\b
    pratique fleet serve                         for yourself: it prints a link to sign in by
    pratique fleet serve --behind-proxy 127.0.0.1 --public-url https://fleet.corp.example \\
        --oidc-issuer https://login.corp.example --oidc-client-id fleet \\
        --oidc-role security=admin --oidc-role '*=viewer'
    """
)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen.")
@click.option(
    "--port", type=click.IntRange(1, 65_535), default=8740, show_default=True, metavar="N", help="Which port."
)
@click.option("--public-url", metavar="URL", help="How browsers reach it, where that is not http://HOST:PORT.")
@click.option("--tls-cert", type=_FILE, metavar="FILE", help="Speak TLS, with this certificate and its chain.")
@click.option("--tls-key", type=_FILE, metavar="FILE", help="Its key.")
@click.option(
    "--behind-proxy", "proxies", multiple=True, metavar="ADDRESS",
    help="Believe what this proxy (an address or network) says of where requests come from; may be repeated.",
)  # fmt: skip
@click.option("--oidc-issuer", metavar="URL", help="Sign in through this OpenID Connect provider.")
@click.option("--oidc-client-id", metavar="ID", help="What we are called there.")
@click.option("--oidc-secret-file", type=_FILE, metavar="FILE", help=f"Our secret there.  [default: in ${_SECRET}]")
@click.option(
    "--oidc-role", "roles", multiple=True, metavar="GROUP=ROLE",
    help="Who is viewer, triager or admin; * is everybody whom the provider lets in. May be repeated.",
)  # fmt: skip
@click.option("--oidc-claim", default="groups", show_default=True, metavar="NAME", help="Where the groups are told.")
@click.option(
    "--oidc-name", default="email", show_default=True, metavar="NAME", help="The claim by which people are known here."
)
@shared.store_option
@options.intel_directory
def serve(
    host: str,
    port: int,
    public_url: str | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    proxies: tuple[str, ...],
    oidc_issuer: str | None,
    oidc_client_id: str | None,
    oidc_secret_file: Path | None,
    roles: tuple[str, ...],
    oidc_claim: str,
    oidc_name: str,
    store_address: str | None,
    intel_dir: Path | None,
) -> int:
    """Serve the fleet's pages and its REST API.

    Nobody gets in without signing in: with a token (`pratique fleet token add`), through a provider, or, on a machine
    for yourself and without either, by a link that is printed once. Other machines reach it only when you say --host,
    and then by TLS alone.
    """
    _needs_serve()
    from scanner.pipeline.fleet import places
    from scanner.web import serving, starting, tokens
    from scanner.web.settings import Settings

    if (tls_cert is None) != (tls_key is None):
        raise UsageError("one is of no use without the other", where="--tls-cert, --tls-key")
    provider = _provider(oidc_issuer, oidc_client_id, oidc_secret_file, roles, oidc_claim, oidc_name)
    with shared.opened(store_address) as store:
        anybody = any(one.valid(shared.now()) for one in store.people.tokens())
    settings = Settings(
        store=places.store_address(store_address, os.environ),
        intel_directory=options.directory(intel_dir),
        host=host,
        port=port,
        public_url=public_url,
        tls=tls_cert is not None,
        proxied=bool(proxies),
        oidc=provider,
        link=None if anybody or provider is not None else tokens.fresh(),
    )
    starting.checked(settings, tokens=anybody)
    if settings.exposed and not settings.tls and not proxies:
        click.echo("pratique: it speaks plain HTTP here: put TLS in front, and say --behind-proxy", err=True)
    with serving.listen(settings) as listening:
        click.echo(f"pratique fleet: {settings.url}/", err=True)
        if settings.link is not None:
            click.echo("Sign in, once, by this link:", err=True)
            click.echo(f"    {settings.url}/sign-in/once?code={settings.link}", err=True)
        serving.run(settings, listening, certificate=tls_cert, key=tls_key, proxies=proxies)
    return 0


def _needs_serve() -> None:
    from importlib.util import find_spec

    lacking = [name for name in ("authlib", "fastapi", "limits", "uvicorn") if find_spec(name) is None]
    if lacking:
        raise UsageError(f"it needs {', '.join(lacking)}", where="fleet serve", hint="pip install 'pratique[serve]'")


def _provider(
    issuer: str | None, client: str | None, secret: Path | None, roles: Sequence[str], claim: str, name: str
) -> Oidc | None:
    if issuer is None:
        if client or secret or roles:
            raise UsageError("no provider is named", where="--oidc-…", hint="--oidc-issuer URL")
        return None
    from scanner.web import oidc
    from scanner.web.access import ROLES
    from scanner.web.settings import Oidc

    oidc.trusted(issuer)
    if not client:
        raise UsageError("we have a name at the provider", where="--oidc-issuer", hint="--oidc-client-id ID")
    told = secret.read_text("utf-8").strip() if secret is not None else os.environ.get(_SECRET, "")
    if not told:
        raise UsageError("there is no secret", where="--oidc-issuer", hint=f"--oidc-secret-file FILE, or {_SECRET}")
    mapped: dict[str, str] = {}
    for one in roles:
        group, equals, role = one.rpartition("=")
        if not equals or not group or role not in ROLES:
            raise UsageError("that is no GROUP=ROLE", where=f"--oidc-role {one}", hint=f"one of {', '.join(ROLES)}")
        mapped[group] = role
    if not mapped:
        raise UsageError("nobody would have a role", where="--oidc-issuer", hint="--oidc-role security=admin")
    return Oidc(issuer=issuer, client_id=client, client_secret=told, roles=mapped, claim=claim, name=name)
