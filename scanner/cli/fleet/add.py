"""pratique fleet add"""

from __future__ import annotations

import os
from pathlib import Path

import click

from scanner.cli.fleet import shared
from scanner.errors import UsageError
from scanner.wording import counted


@click.command(
    epilog="""\b
    pratique fleet add https://git.example/team/shop --label web --owner team-web
    pratique fleet add git@git.example:team/api.git ~/src/local-project
    pratique fleet add --from-file repositories.txt --label nightly
    pratique fleet add /srv/sboms --every 1
    pratique fleet add --github-org acme --owner-from topic:team-
    pratique fleet add --gitlab-group acme/platform --api https://gitlab.example/api/v4
    pratique fleet add --s3 s3://sboms/releases/ --endpoint https://minio.example
    pratique fleet add --dependency-track https://dtrack.example
    """
)
@click.argument("addresses", nargs=-1, metavar="URL_OR_PATH...")
@click.option(
    "--from-file",
    "files",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Addresses, one a line; # begins a comment. May be repeated.",
)
@click.option("--github-org", metavar="NAME", help="All repositories of an organisation; token in GITHUB_TOKEN.")
@click.option("--gitlab-group", metavar="PATH", help="All projects of a group and below it; token in GITLAB_TOKEN.")
@click.option("--s3", metavar="s3://BUCKET/PREFIX", help="All SBOMs and lockfiles of a bucket; keys in AWS_….")
@click.option(
    "--dependency-track", metavar="URL", help="All projects of a Dependency-Track; key in DEPENDENCY_TRACK_API_KEY."
)
@click.option(
    "--api", "--endpoint", metavar="URL",
    help="Another server: https://HOST/api/v3 (GitHub Enterprise), …/api/v4 (GitLab), or what speaks S3.",
)  # fmt: skip
@click.option("--ssh", is_flag=True, help="Fetch what these list over ssh instead of https.")
@click.option("--forks", is_flag=True, help="Forks, too.")
@click.option("--archived", is_flag=True, help="Archived and inactive ones, too.")
@click.option("--label", "labels", multiple=True, metavar="L", help="A word to choose targets by; may be repeated.")
@click.option("--owner", metavar="O", help="Who answers for them.")
@click.option("--owner-from", metavar="topic:PREFIX", help="The owner is what follows PREFIX in a topic; else --owner.")
@click.option(
    "--every",
    type=click.FloatRange(min=0, min_open=True),
    default=20,
    show_default=True,
    metavar="HOURS",
    help="When `scan --due` looks, or asks for the list, again; 20 makes each due for every nightly run.",
)
@shared.store_option
def add(
    addresses: tuple[str, ...],
    files: tuple[Path, ...],
    github_org: str | None,
    gitlab_group: str | None,
    s3: str | None,
    dependency_track: str | None,
    api: str | None,
    ssh: bool,
    forks: bool,
    archived: bool,
    labels: tuple[str, ...],
    owner: str | None,
    owner_from: str | None,
    every: float,
    store_address: str | None,
) -> int:
    """Add targets: git repositories (https, ssh, or on this disk), folders of SBOMs and lockfiles, single files.

    One that is there already gets the further labels, and the owner and hours that are said here. Nothing is added
    where one address makes no sense.

    Organisations, groups and drop folders (buckets, Dependency-Track) are remembered, and asked again by
    `fleet scan --due` and `fleet refresh`: what is new there is added, and what is gone is told.
    """
    from scanner.cli.fleet import listings
    from scanner.fleet.store.values import Target
    from scanner.pipeline.fleet import addresses as understanding

    given = [*addresses, *(line for file in files for line in understanding.lines(file))]
    understood = list(dict.fromkeys(map(understanding.understood, given)))
    wanted = {"github": github_org, "gitlab": gitlab_group, "s3": s3, "dependency-track": dependency_track}
    asked = [(kind, name) for kind, name in wanted.items() if name is not None]
    if not given and not asked:
        raise UsageError("no address is given", where="fleet add", hint="URL_OR_PATH, --from-file or --github-org")
    if len(asked) > 1:
        raise UsageError("one listing at a time", where="fleet add", hint="--api would be for both")
    if not asked and (api or ssh or forks or archived or owner_from):
        raise UsageError("that is for --github-org, --gitlab-group and drop folders", where="fleet add")
    seconds = round(every * 3600)
    status = 0
    with shared.opened(store_address) as store:
        if asked:
            # Imported here: who adds an address needs no network.
            from scanner.pipeline.fleet import listing

            ((kind, name),) = asked
            how = listing.asked(
                kind, name, api=api, environ=os.environ, ssh=ssh, forks=forks, archived=archived, owner=owner,
                owner_from=owner_from, labels=labels,
            )  # fmt: skip
            settings = listing.Settings(environ=os.environ, now=shared.now)
            listed = listing.add(store, how, every=seconds, settings=settings)
            listings.tell(listed)
            status = listed.status
        for one in understood:
            target: Target = store.add(
                one.text, kind=one.kind, now=shared.now(), owner=owner, every=seconds, labels=labels
            )
            if (owner is not None and target.owner != owner) or target.every != seconds:
                store.change(target.id, owner=owner or target.owner, every=seconds)
    if understood:
        click.echo(f"{counted(len(understood), 'target')}: pratique fleet scan --due")
    return status
