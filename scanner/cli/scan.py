"""pratique scan"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli import options
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.model.online import Asked, Wish
    from scanner.model.report import Report
    from scanner.pipeline.deep import Deep
    from scanner.pipeline.scan import Settings


@click.command(
    epilog="""\b
    pratique scan .                                          this project
    pratique scan bom.json vendor/*.spdx                     SBOMs, by content
    syft dir:. -o cyclonedx-json | pratique scan -           standard input
    pratique scan . --format text --format json=report.json  two reports at once
    pratique scan . --fail-on vulnerability:critical         fail on CVEs too
    pratique scan --base origin/main                         what does this branch bring?
    pratique scan --history 2026-03-01                       were we ever exposed, from when to when?
    pratique scan --host                                     has a campaign been on this machine?
    """
)
@click.argument("targets", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format", "formats", multiple=True, metavar="NAME[=FILE]", help="text, json, … (help lists all); may be repeated."
)
@click.option("--output", "output_file", metavar="FILE", help="Write the report there instead of stdout.")
@click.option("--policy", "policy_file", metavar="FILE", type=click.Path(path_type=Path),
              help="Obey this pratique.toml. With --base, the one of REV is obeyed without asking.")  # fmt: skip
@click.option("--vex", "vex_files", metavar="FILE", multiple=True, type=click.Path(path_type=Path),
              help="VEX statements (OpenVEX, CycloneDX, CSAF) on vulnerabilities; may be repeated.")  # fmt: skip
@click.option("--fail-on", metavar="CLASS:LEVEL,…", help="Change the gate, e.g. vulnerability:critical.")
@click.option(
    "--max-age", type=click.FloatRange(min=0), metavar="DAYS", help="A feed older than this is stale.  [default: 7]"
)
@click.option("--base", metavar="REV", help="What HEAD's commit brings since it left REV; reads git objects only.")
@click.option("--head", metavar="REV", help="With --base: another revision than HEAD.")
@click.option("--deep", is_flag=True, help="With --base: fetch and compare the releases of dependencies that change.")
@click.option(
    "--cool-down", type=click.FloatRange(min=0), default=3.0, metavar="DAYS", show_default=True,
    help="With --base: a release younger than this is told, by the lock's dates, with --deep the registry's.",
)  # fmt: skip
@click.option("--history", metavar="SINCE", help="Every commit since a date (2026-03-31, 90d), a revision, or all.")
@click.option("--this-branch", is_flag=True, help="With --history: what HEAD has behind it, not every ref.")
@click.option(
    "--host", is_flag=True, help="This machine: caches, global installs, what starts by itself, campaigns' files."
)
@click.option("--host-root", metavar="DIR", type=click.Path(path_type=Path), help="Like --host, of a mounted image.")
@click.option("--offline", is_flag=True, help="Open no connection: the natural state of a scan, said aloud.")
@click.option("--online", is_flag=True, help="Ask OSV's service as well: the names of packages leave this machine.")
@click.option("--online-url", metavar="URL", help="Ask this service instead.")
@click.option("--internal-scope", "internal", metavar="PATTERN", multiple=True,
              help="Names of ours, e.g. '@corp/*': never sent; with --base, never from a public registry.")  # fmt: skip
@click.option("--no-code", is_flag=True, help="Do not judge the code of vendored and installed packages.")
@click.option(
    "--code-limit",
    metavar="MB",
    type=click.IntRange(0),
    default=8,
    show_default=True,
    help="Of packages without a release to compare with, parse so much.",
)
@click.option(
    "--pristine",
    multiple=True,
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Releases, as files, to compare such code with; may be repeated.",
)
@options.intel_directory
def scan(
    targets: tuple[Path, ...],
    formats: tuple[str, ...],
    output_file: str | None,
    policy_file: Path | None,
    vex_files: tuple[Path, ...],
    fail_on: str | None,
    max_age: float | None,
    base: str | None,
    head: str | None,
    deep: bool,
    cool_down: float,
    history: str | None,
    this_branch: bool,
    host: bool,
    host_root: Path | None,
    offline: bool,
    online: bool,
    online_url: str | None,
    internal: tuple[str, ...],
    no_code: bool,
    code_limit: int,
    pristine: tuple[Path, ...],
    intel_dir: Path | None,
) -> int:
    """Read everything that TARGETS ship, check it, and give a verdict.

    A target is a folder, a lockfile or an SBOM of any name, or - for standard input; without one, this folder.
    """
    options.spare_the_collector()
    # Imported here so that `--version` and `--help` stay instant.
    from scanner import reports
    from scanner.intel.store import DEFAULT_MAX_AGE
    from scanner.pipeline.scan import Settings
    from scanner.pipeline.scan import scan as run
    from scanner.policy import gate
    from scanner.policy.sections import Overrides

    chosen = options.formats(formats, tuple(reports.FORMATS), "text")
    progress = options.Progress(sys.stderr)
    settings = Settings(
        intel_directory=options.directory(intel_dir),
        gate=gate.parse(fail_on),
        max_age=DEFAULT_MAX_AGE if max_age is None else max_age,
        progress=progress,
        online=_wish(offline, online, online_url, internal, base=base),
        code=not no_code,
        code_limit=code_limit * 1_000_000,
        pristine=pristine,
        overrides=Overrides(fail_on=fail_on, max_age=max_age),
        keep_inventory=any(name in reports.OF_INVENTORY for name, _ in chosen),
    )
    if policy_file is not None or vex_files:
        if host or host_root is not None or history is not None:
            raise UsageError("it goes with a scan, or with --base", where="--policy" if policy_file else "--vex")
        settings = _decisions(settings, policy_file, vex_files)
    if host or host_root is not None:
        report = _of_host(host_root or Path("/"), settings, also=bool(targets) or history is not None)
    elif base is not None:
        if history is not None:
            raise UsageError("no --history beside it", where="--base")
        wish = _deep(internal, offline=offline) if deep else None
        paths = options.targets(targets or (Path(),))
        report = _of_change(paths, base, head or "HEAD", settings, wish, internal, cool_down)
    elif head is not None or deep:
        raise UsageError("it goes with --base", where="--deep" if deep else "--head")
    elif history is not None:
        report = _of_history(options.targets(targets or (Path(),)), history, settings, this_branch=this_branch)
    else:
        report = run(options.targets(targets or (Path(),)), settings)
    progress.done()
    options.write_all(chosen, output_file, lambda name, out: reports.writer(name)(report, out))
    return report.exit_code


def _decisions(settings: Settings, policy_file: Path | None, vex_files: tuple[Path, ...]) -> Settings:
    import msgspec

    from scanner.pipeline import policed

    policy = None if policy_file is None else policed.given(policy_file, settings.now())
    return msgspec.structs.replace(settings, policy=policy, vex=tuple(map(policed.vex, vex_files)))


def _deep(internal: tuple[str, ...], *, offline: bool) -> Deep:
    from scanner.pipeline.deep import Deep

    return Deep(online=not offline, internal=internal)


def _of_change(
    paths: list[Path],
    base: str,
    head: str,
    settings: Settings,
    deep: Deep | None,
    internal: tuple[str, ...],
    cool_down: float,
) -> Report:
    if len(paths) > 1:
        raise UsageError("one repository at a time", where="--base")
    from scanner.pipeline.base import scan_base

    return scan_base(paths[0], base, settings, head=head, deep=deep, internal=internal, cool_down=cool_down)


def _of_history(paths: list[Path], since: str, settings: Settings, *, this_branch: bool) -> Report:
    if settings.online is not None:
        raise UsageError("--online asks about what is here now, not about the past", where="--history")
    if len(paths) > 1:
        raise UsageError("one repository at a time", where="--history")
    from scanner.pipeline.history import scan_history

    return scan_history(paths[0], since, settings, this_branch=this_branch)


def _of_host(root: Path, settings: Settings, *, also: bool) -> Report:
    if settings.online is not None:
        raise UsageError("--online would send the names of everything on this machine", where="--host")
    if also:
        raise UsageError("a machine is looked at by itself: no TARGETS and no --history beside it", where="--host")
    from scanner.pipeline.host import scan_host

    return scan_host(root, settings)


_NAMED = 50


def _wish(offline: bool, online: bool, url: str | None, internal: tuple[str, ...], *, base: str | None) -> Wish | None:
    if not online:
        if url is not None or (internal and base is None):
            raise UsageError("--online-url and --internal-scope go with --online, the latter also with --base")
        return None
    if offline:
        raise UsageError("--offline and --online exclude each other")
    from scanner.feeds.osv_api import PUBLIC
    from scanner.model.online import Wish

    return Wish(url=url or PUBLIC, internal=internal, announce=_announce)


def _announce(asked: Asked) -> None:
    """Say what is about to leave the machine."""
    from scanner.display import line

    kept = f"; {len(asked.withheld):,} are kept here" if asked.withheld else ""
    click.echo(f"Asking {line(asked.url)} about {len(asked.sent):,} packages, by name without version{kept}:", err=True)
    for name in asked.sent[:_NAMED]:
        click.echo(f"  {line(name)}", err=True)
    if len(asked.sent) > _NAMED:
        click.echo(f"  and {len(asked.sent) - _NAMED:,} more (--format json has all)", err=True)
