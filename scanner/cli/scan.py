"""pratique scan"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scanner.cli import options
from scanner.errors import UsageError


@click.command(
    epilog="""\b
    pratique scan .                                          this project
    pratique scan bom.json vendor/*.spdx                     SBOMs, by content
    syft dir:. -o cyclonedx-json | pratique scan -           standard input
    pratique scan . --format text --format json=report.json  two reports at once
    pratique scan . --fail-on vulnerability:critical         fail on CVEs too
    pratique scan --history 2026-03-01                       were we ever exposed, from when to when?
    """
)
@click.argument("targets", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format", "formats", multiple=True, metavar="NAME[=FILE]", help="text, json, stix or misp; may be repeated."
)
@click.option("--output", "output_file", metavar="FILE", help="Write the report there instead of stdout.")
@click.option("--fail-on", metavar="CLASS:LEVEL,…", help="Change the gate, e.g. vulnerability:critical.")
@click.option(
    "--max-age", type=click.FloatRange(min=0), metavar="DAYS", help="A feed older than this is stale.  [default: 7]"
)
@click.option("--history", metavar="SINCE", help="Every commit since a date (2026-03-31, 90d), a revision, or all.")
@click.option("--this-branch", is_flag=True, help="With --history: what HEAD has behind it, not every ref.")
@click.option("--offline", is_flag=True, help="Open no connection: the natural state of a scan, said aloud.")
@options.intel_directory
def scan(
    targets: tuple[Path, ...],
    formats: tuple[str, ...],
    output_file: str | None,
    fail_on: str | None,
    max_age: float | None,
    history: str | None,
    this_branch: bool,
    offline: bool,  # noqa: ARG001  # a scan never opens a connection; the flag lets scripts say so
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

    chosen = options.formats(formats, tuple(reports.FORMATS), "text")
    progress = options.Progress(sys.stderr)
    settings = Settings(
        intel_directory=options.directory(intel_dir),
        gate=gate.parse(fail_on),
        max_age=DEFAULT_MAX_AGE if max_age is None else max_age,
        progress=progress,
    )
    paths = options.targets(targets or (Path(),))
    if history is not None:
        from scanner.pipeline.history import scan_history

        if len(paths) > 1:
            raise UsageError("one repository at a time", where="--history")
        report = scan_history(paths[0], history, settings, this_branch=this_branch)
    else:
        report = run(paths, settings)
    progress.done()
    options.write_all(chosen, output_file, lambda name, out: reports.writer(name)(report, out))
    return report.exit_code
