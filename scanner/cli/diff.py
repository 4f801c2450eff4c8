"""pratique diff"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli import options
from scanner.display import line

if TYPE_CHECKING:
    from scanner.model.component import Problem
    from scanner.model.tree import Tree


@click.command(
    epilog="""\b
    pratique diff axios-1.13.2.tgz axios-1.14.1.tgz     two releases
    pratique diff vendor/lib upstream/lib               two folders
    pratique diff HEAD~1:vendor/lib HEAD:vendor/lib     two revisions of this repository
    pratique diff pkg:npm/axios@1.13.1 pkg:npm/axios@1.13.2
    pratique diff xz-5.4.6.tar.gz xz-5.6.1.tar.gz --source ./xz
    """
)
@click.argument("old")
@click.argument("new")
@click.option(
    "--repository", type=click.Path(file_okay=False, path_type=Path), default=".", help="Where REV:path lies."
)
@click.option(
    "--pristine",
    "folders",
    multiple=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where releases lie that a purl may name; may be repeated.",
)
@click.option(
    "--source", metavar="REPO[:REV]", help="What NEW claims to be made of: a folder, or a repository that has its tag."
)
@click.option("--offline", is_flag=True, help="Fetch no purl: only what the caches and --pristine hold.")
@click.option(
    "--format", "formats", multiple=True, metavar="NAME[=FILE]", help="As for scan (help lists all); may be repeated."
)
@click.option("--output", "output_file", metavar="FILE", help="Write the report there instead of stdout.")
@click.option("--fail-on", metavar="CLASS:LEVEL,…", help="Change the gate, e.g. suspicious-change:medium.")
@options.intel_directory
def diff(
    old: str,
    new: str,
    repository: Path,
    folders: tuple[Path, ...],
    source: str | None,
    offline: bool,
    formats: tuple[str, ...],
    output_file: str | None,
    fail_on: str | None,
    intel_dir: Path | None,
) -> int:
    """Judge what the change from OLD to NEW brings: when it runs, what it can, how it hides, where it comes from.

    Each side is a folder, an archive (wheel, sdist, npm tarball, crate, gem, jar, zip, tar), REV:path of a git
    repository, or a purl: that release is fetched from the registry that your own client is configured for, and kept.
    Nothing of either is executed.
    """
    from scanner import reports
    from scanner.pipeline import sides
    from scanner.policy import gate

    options.spare_the_collector()
    chosen = options.formats(formats, reports.OF_DIFF, "text")
    progress = options.Progress(sys.stderr)
    with _releases(folders, online=not offline) as release:
        settings = sides.Settings(
            intel_directory=options.directory(intel_dir),
            gate=gate.parse(fail_on),
            repository=repository,
            progress=progress,
            release=release,
            source=source,
        )
        report = sides.judge(old, new, settings)
    progress.done()
    options.write_all(chosen, output_file, lambda name, out: reports.writer(name)(report, out))
    return report.exit_code


@contextlib.contextmanager
def _releases(folders: Sequence[Path], *, online: bool) -> Iterator[Callable[..., Tree]]:
    """What gives the tree of a purl. Whom we ask for what, and why it is believed, is said on stderr."""
    from scanner.pipeline import cache_folder
    from scanner.pipeline.releases import Releases

    def say(text: str) -> None:
        click.echo(f"pratique: {line(text)}", err=True)

    with contextlib.ExitStack() as stack:

        @cache
        def opened() -> Releases:
            # When the first purl is named: other sides need no cache.
            where = cache_folder.default(os.environ)
            return stack.enter_context(
                Releases(folders=folders, cache=where, online=online, environ=os.environ, say=say)
            )

        def release(text: str, *, problems: list[Problem]) -> Tree:
            found = opened().side(text, problems)
            say(f"{found.tree.name}: {found.proof}")
            return found.tree

        yield release
