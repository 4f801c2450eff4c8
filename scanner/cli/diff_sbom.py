"""pratique diff-sbom"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from scanner.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.model.audit import DeliveryChanges
    from scanner.model.finding import Finding


@click.command(
    name="diff-sbom",
    epilog="""\b
    pratique diff-sbom v1.cdx.json v2.spdx.json
    """,
)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--format", "formats", multiple=True, metavar="NAME[=FILE]", help="text or json; may be repeated.")
@click.option("--output", "output_file", metavar="FILE", help="Write the answer there instead of stdout.")
@click.option("--fail-on", metavar="CLASS:LEVEL,…", help="Change the gate, e.g. integrity:critical.")
def diff_sbom(old: Path, new: Path, formats: tuple[str, ...], output_file: str | None, fail_on: str | None) -> int:
    """Say what changed from the SBOM OLD to the SBOM NEW, and whose bytes are others. It needs no feeds."""
    options.spare_the_collector()
    from scanner.pipeline.audit import difference
    from scanner.policy import gate

    chosen = options.formats(formats, ("text", "json"), "text")
    options.targets([old, new])
    closes = gate.parse(fail_on)
    changes, findings, incomplete = difference(old, new)
    options.write_all(chosen, output_file, lambda name, out: _write(name, new.as_posix(), changes, findings, out))
    if any(closes.closes_on(one) for one in findings):
        return 1
    return 3 if incomplete else 0


def _write(name: str, target: str, changes: DeliveryChanges, findings: Sequence[Finding], out: TextIO) -> None:
    if name == "json":
        from scanner.reports.audit import json_v1

        json_v1.changes(target, changes, findings, out)
    else:
        from scanner.reports.audit import text

        text.only_changes(changes, findings, out)
