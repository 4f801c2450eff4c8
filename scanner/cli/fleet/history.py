"""pratique fleet history"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

import click

from scanner.cli import options
from scanner.cli.fleet import shared
from scanner.display import line
from scanner.model.moment import rfc3339
from scanner.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scanner.fleet.store.values import Target
    from scanner.model.finding import Finding
    from scanner.pipeline.fleet.past import Step

_TITLES = 10


@click.command()
@click.argument("target", metavar="TARGET")
@click.option("--limit", type=click.IntRange(1), default=30, show_default=True, metavar="N", help="Snapshots, at most.")
@click.option("--format", "formats", multiple=True, metavar="NAME[=FILE]", help="text or json; may be repeated.")
@shared.store_option
def history(target: str, limit: int, formats: tuple[str, ...], store_address: str | None) -> int:
    """Tell what TARGET went through: each snapshot that differs from the one before, and what it brought.

    TARGET: a number, or a part of the address that means one target. A look at which nothing had changed makes no
    snapshot.
    """
    from scanner.pipeline.fleet import past, selection

    chosen = options.formats(formats, ("text", "json"), "text")
    with shared.opened(store_address) as store:
        meant = selection.one(store, target)
        steps = past.of_target(store, meant, limit=limit)
    options.write_all(chosen, None, lambda name, out: _write(meant, steps, name, out))
    return 0


def _write(target: Target, steps: Sequence[Step], name: str, out: TextIO) -> None:
    if name == "json":
        told = [_step(one) for one in steps]
        document = {"format": "pratique-fleet-history/1", "target": target.id, "address": target.address}
        shared.json_document({**document, "snapshots": told}, out)
        return
    for one in steps:
        kept = one.snapshot
        gaps = "" if kept.coverage.complete else ", something could not be checked"
        out.write(
            f"{shared.day(kept.taken)}  {line(kept.revision[:12])}  {kept.coverage.read:,} packages{gaps}"
            f"  (pratique {line(kept.tool)}, intelligence {line(kept.intelligence[:8])})\n"
        )
        for text in _brought(one):
            out.write(f"    {text}\n")
    out.write(f"{line(target.address)}: {counted(len(steps), 'snapshot')}\n")
    if target.checked is not None:
        out.write(f"Last looked at {shared.day(target.checked)}.\n")


def _brought(one: Step) -> Iterator[str]:
    for word, findings in (("new", one.introduced), ("again", one.reopened), ("gone", one.gone)):
        worst = sorted(findings, key=lambda finding: (-finding.severity, finding.title))
        for finding in worst[:_TITLES]:
            yield f"{word:<6}{finding.severity.word:<9}{line(finding.title, limit=200)}"
        if len(worst) > _TITLES:
            yield f"{word:<6}and {len(worst) - _TITLES:,} more (--format json has all)"


def _step(one: Step) -> dict[str, object]:
    kept = one.snapshot
    return {
        "number": kept.number,
        "revision": kept.revision,
        "taken": rfc3339(kept.taken),
        "tool": kept.tool,
        "intelligence": kept.intelligence,
        "complete": kept.coverage.complete,
        "components": {"read": kept.coverage.read, "checked": kept.coverage.checked},
        "problems": [{"where": problem.where, "what": problem.what} for problem in kept.coverage.problems],
        "introduced": [_brief(finding) for finding in one.introduced],
        "reopened": [_brief(finding) for finding in one.reopened],
        "gone": [_brief(finding) for finding in one.gone],
    }


def _brief(finding: Finding) -> dict[str, object]:
    return {
        "id": finding.id,
        "class": finding.class_.value,
        "state": finding.state.value,
        "severity": finding.severity.word,
        "title": finding.title,
    }
