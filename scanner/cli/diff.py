"""pratique diff"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scanner.cli import options


@click.command(
    epilog="""\b
    pratique diff axios-1.13.2.tgz axios-1.14.1.tgz     two releases
    pratique diff vendor/lib upstream/lib               two folders
    pratique diff HEAD~1:vendor/lib HEAD:vendor/lib     two revisions of this repository
    """
)
@click.argument("old")
@click.argument("new")
@click.option(
    "--repository", type=click.Path(file_okay=False, path_type=Path), default=".", help="Where REV:path lies."
)
@click.option("--format", "formats", multiple=True, metavar="NAME[=FILE]", help="As for scan; may be repeated.")
@click.option("--output", "output_file", metavar="FILE", help="Write the report there instead of stdout.")
@click.option("--fail-on", metavar="CLASS:LEVEL,…", help="Change the gate, e.g. suspicious-change:medium.")
def diff(
    old: str, new: str, repository: Path, formats: tuple[str, ...], output_file: str | None, fail_on: str | None
) -> int:
    """Judge what the change from OLD to NEW brings: when it runs, what it can, how it hides, where it comes from.

    Each side is a folder, an archive (wheel, sdist, npm tarball, crate, gem, jar, zip, tar) or REV:path of a git
    repository. Nothing of either is executed.
    """
    from scanner import reports
    from scanner.pipeline.diff import Settings
    from scanner.pipeline.diff import diff as run
    from scanner.policy import gate

    options.spare_the_collector()
    chosen = options.formats(formats, tuple(reports.FORMATS), "text")
    progress = options.Progress(sys.stderr)
    report = run(old, new, Settings(gate=gate.parse(fail_on), repository=repository, progress=progress))
    progress.done()
    options.write_all(chosen, output_file, lambda name, out: reports.writer(name)(report, out))
    return report.exit_code
