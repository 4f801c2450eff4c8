"""`pratique intel explain`"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scanner.cli import options


@click.command(
    epilog="""\b
    pratique intel explain pkg:npm/axios@1.14.1       a package: is this version bad, and who says so?
    pratique intel explain axios@1.14.1               the same in every ecosystem
    pratique intel explain hxxp://evil[.]example/a    addresses may be defanged
    pratique intel explain GHSA-xxxx-xxxx-xxxx        a record, and the campaigns it belongs to
    """
)
@click.argument("observable")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@options.intel_directory
def explain(observable: str, as_json: bool, intel_dir: Path | None) -> int:
    """Tell everything known on one OBSERVABLE, with sources.

    A purl, name@version, digest, domain, URL, IP or e-mail address, git commit, or the id of an advisory.
    Ends with 0 whatever the answer is: this asks, and `pratique scan` judges.
    """
    from datetime import UTC, datetime

    from scanner.pipeline import explain as explaining
    from scanner.pipeline import knowledge

    with knowledge.open_library(options.directory(intel_dir), now=datetime.now(UTC)) as library:
        answer = explaining.explain(library, observable)
    if as_json:
        from scanner.reports import knowledge_json

        knowledge_json.explanation(answer, sys.stdout)
    else:
        from scanner.reports import knowledge_explain

        knowledge_explain.explanation(answer, sys.stdout)
    return 0
