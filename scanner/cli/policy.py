"""pratique policy"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli import options
from scanner.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from scanner.model.component import Problem
    from scanner.model.finding import Finding
    from scanner.policy.rules import Policy


@click.group()
def policy() -> None:
    """The policy of a project, pratique.toml: check it, and see what it says on a finding."""


@policy.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
def check(file: Path | None) -> int:
    """Read FILE (this folder's pratique.toml, or its pyproject.toml) and say what is wrong with it, line by line."""
    from scanner.display import line

    path = _found(file)
    read, problems = _read(path)
    for problem in problems:
        at = f"{line(problem.where)}:{problem.line}" if problem.line else line(problem.where)
        hint = f" ({line(problem.hint)})" if problem.hint else ""
        click.echo(f"{at}: {line(problem.what)}{hint}", err=True)
    if problems:
        return 2
    if read is None:
        raise UsageError("it holds no [tool.pratique]", where=path)
    _tell(read)
    return 0


@policy.command(
    epilog="""\b
    pratique policy explain c614a3f0996a69bc1d91
    pratique policy explain c614a3f0 apps/web --policy pratique.toml
    """
)
@click.argument("finding_id")
@click.argument("targets", nargs=-1, type=click.Path(path_type=Path))
@click.option("--policy", "file", metavar="FILE", type=click.Path(path_type=Path),
              help="Ask this one.  [default: this folder's]")  # fmt: skip
@options.intel_directory
def explain(finding_id: str, targets: tuple[Path, ...], file: Path | None, intel_dir: Path | None) -> int:
    """Scan TARGETS (or this folder) and say which suppression of the policy is about FINDING_ID, or why none is.

    FINDING_ID stands in the report of a scan; its first eight characters or more are enough. Nothing is suppressed by
    asking.
    """
    options.spare_the_collector()
    from scanner.pipeline import policed
    from scanner.pipeline.scan import Settings
    from scanner.pipeline.scan import scan as run

    progress = options.Progress(sys.stderr)
    settings = Settings(intel_directory=options.directory(intel_dir), progress=progress)
    asked = policed.given(_found(file), settings.now())
    report = run(options.targets(targets or (Path(),)), settings)
    progress.done()
    for finding in _meant(finding_id, report.findings):
        _explain(finding, asked, settings.now())
    return 0


def _explain(finding: Finding, policy: Policy, now: datetime) -> None:
    from scanner.display import line
    from scanner.pipeline import policed

    click.echo(f"{finding.id}  {finding.class_}, {finding.severity.word}: {line(finding.title, limit=200)}")
    for path in dict.fromkeys(evidence.location.path for evidence in finding.evidence):
        click.echo(f"  lies in {line(path)}")
    rows = list(policed.explained(finding, policy, now))
    for rule, why in sorted(rows, key=lambda row: row[1] is not None):
        what = f"suppresses it until {rule.expires}: {line(rule.reason)}" if why is None else f"does not: {line(why)}"
        click.echo(f"  {line(rule.where)} ({line(rule.means, limit=200)}) {what}")
    if any(why is None for _, why in rows):
        return
    click.echo("  Nothing in the policy suppresses it." if rows else "  The policy holds no suppression.")
    closes = policed.gate_at(finding, policy).closes_on(finding)
    click.echo(f"  The gate that the policy sets there {'closes' if closes else 'does not close'} on it.")


def _meant(finding_id: str, findings: tuple[Finding, ...]) -> list[Finding]:
    from scanner.display import line

    found = [one for one in findings if one.id == finding_id]
    if not found and len(finding_id) >= 8:
        found = [one for one in findings if one.id.startswith(finding_id)]
    if not found:
        raise UsageError(
            f"no finding of these targets has the id {line(finding_id, limit=80)}",
            where="FINDING_ID",
            hint="name the targets that the report was made of; --format json has all ids",
        )
    return found


def _found(file: Path | None) -> Path:
    from scanner.pipeline import policed

    found = file if file is not None else policed.own(Path())
    if found is None:
        raise UsageError("there is neither a pratique.toml nor a [tool.pratique] in pyproject.toml", where=".")
    return found


def _read(path: Path) -> tuple[Policy | None, tuple[Problem, ...]]:
    from datetime import UTC, datetime

    from scanner.pipeline import policed
    from scanner.policy import file

    return file.read(policed.read(path, "FILE"), where=path.as_posix(), today=datetime.now(UTC).date())


def _tell(read: Policy) -> None:
    from datetime import UTC, datetime

    from scanner.display import line

    today = datetime.now(UTC).date()
    counts = ((len(read.rules), "suppression"), (len(read.sections), "section"))
    said = ", ".join(f"{count} {noun if count == 1 else noun + 's'}" for count, noun in counts)
    click.echo(f"{line(read.file)}: {said}; sha256 {read.digest}")
    for rule in read.rules:
        ended = "ended on" if rule.expires < today else "until"
        click.echo(f"  {line(rule.where)}: {line(rule.means, limit=200)} ({ended} {rule.expires}: {line(rule.reason)})")
