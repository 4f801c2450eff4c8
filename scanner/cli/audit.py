"""pratique audit"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from scanner.cli import options
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.model.audit import AuditReport
    from scanner.model.component import Problem
    from scanner.pipeline.released import Sending, Wish
    from scanner.pipeline.scan import Settings
    from scanner.policy.decisions import Book

_OF_FOLDER = ("text", "json", "csv")


@click.command(
    epilog="""\b
    pratique audit vendor.cdx.json                              can it be judged, what is in it, what to ask
    pratique audit v2.cdx.json --previous v1.cdx.json           and what changed since the last delivery
    pratique audit vendor.cdx.json --format html=dossier.html   a page to send and to print
    pratique audit vendor.cdx.json --artifact shop-1.1.tgz      and is that what was delivered?
    pratique audit deliveries/                                  many SBOMs, one table
    pratique audit vendor.cdx.json --online                     and is each component what its registry says?
    pratique audit v2.cdx.json --previous v1.cdx.json --online --deep    and what can the updates do now?
    pratique audit vendor.cdx.json --decide accept-until:2027-02-01 --because "no way round" --by ada
    """
)
@click.argument("sbom", type=click.Path(path_type=Path))
@click.option("--previous", metavar="OLD_SBOM", type=click.Path(path_type=Path), help="The SBOM of the last delivery.")
@click.option("--product", metavar="NAME", help="What you bought: an SBOM of something else is told.")
@click.option("--artifact", "artefacts", multiple=True, metavar="PATH", type=click.Path(path_type=Path),
              help="What was delivered, to be laid beside it: file, folder or image; may be repeated.")  # fmt: skip
@click.option("--online", is_flag=True, help="Ask your registries about each component: names and versions are sent.")
@click.option("--deep", is_flag=True,
              help="With --previous and --online: fetch what came or was updated, and compare the code.")  # fmt: skip
@click.option("--as-of", metavar="DATE", help="Replay --online by the answers that were kept by then; asks nobody.")
@click.option("--fresh", type=click.FloatRange(min=0), metavar="HOURS", default=24.0, show_default=True,
              help="With --online: an answer younger than this is not asked for again.")  # fmt: skip
@click.option("--internal-scope", "internal", metavar="PATTERN", multiple=True,
              help="With --online: names that are never sent, e.g. '@corp/*'; may be repeated.")  # fmt: skip
@click.option("--trust-root", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="With --online: a trusted_root.json of Sigstore instead of the one that is installed.")  # fmt: skip
@options.intel_directory
@click.option(
    "--format", "formats", multiple=True, metavar="NAME[=FILE]",
    help="text, json, html, csv, or a format of scan (sarif, cyclonedx, …); may be repeated.",
)  # fmt: skip
@click.option("--output", "output_file", metavar="FILE", help="Write the dossier there instead of stdout.")
@click.option("--fail-on", metavar="CLASS:LEVEL,…", help="Change the gate, e.g. vulnerability:critical.")
@click.option("--max-age", type=click.FloatRange(min=0), metavar="DAYS", help="When a feed is stale.  [default: 7]")
@click.option("--policy", "policy_file", metavar="FILE", type=click.Path(path_type=Path), help="Obey this policy.")
@click.option("--vex", "vex_files", multiple=True, metavar="FILE", type=click.Path(path_type=Path),
              help="Statements on vulnerabilities (OpenVEX, CycloneDX, CSAF); may be repeated.")  # fmt: skip
@click.option("--decisions", "decisions_file", metavar="FILE", type=click.Path(path_type=Path),
              help="What was decided so far.  [default: pratique-decisions.toml beside --policy, or here]")  # fmt: skip
@click.option("--decide", metavar="ANSWER", help="Record it there: accept, accept-until:DATE or refuse.")
@click.option("--because", metavar="TEXT", help="Why it is decided so.")
@click.option("--by", metavar="WHO", help="Who decides.")
@click.option("--condition", "conditions", multiple=True, metavar="TEXT",
              help="What the vendor must do until that day; may be repeated.")  # fmt: skip
@click.option("--not-affected", multiple=True, metavar="ID=JUSTIFICATION",
              help="A vulnerability that does no harm, for --format openvex; may be repeated.")  # fmt: skip
def audit(
    sbom: Path,
    previous: Path | None,
    product: str | None,
    artefacts: tuple[Path, ...],
    online: bool,
    deep: bool,
    as_of: str | None,
    fresh: float,
    internal: tuple[str, ...],
    trust_root: Path | None,
    intel_dir: Path | None,
    formats: tuple[str, ...],
    output_file: str | None,
    fail_on: str | None,
    max_age: float | None,
    policy_file: Path | None,
    vex_files: tuple[Path, ...],
    decisions_file: Path | None,
    decide: str | None,
    because: str | None,
    by: str | None,
    conditions: tuple[str, ...],
    not_affected: tuple[str, ...],
) -> int:
    """Judge what somebody else delivered by its SBOM: can it be judged, is it compromised, what changed, what to ask.

    SBOM is a file of any name, - for standard input, or a folder of them. No connection is opened but with --online.
    """
    options.spare_the_collector()
    from scanner import reports
    from scanner.intel.store import DEFAULT_MAX_AGE
    from scanner.pipeline import decisions
    from scanner.pipeline.scan import Settings
    from scanner.policy import gate
    from scanner.policy.sections import Overrides
    from scanner.reports import audit as dossiers

    options.targets([sbom, *artefacts] if previous is None else [sbom, previous, *artefacts])
    of_folder = str(sbom) != "-" and sbom.is_dir()
    names = _OF_FOLDER if of_folder else tuple(dict.fromkeys((*dossiers.FORMATS, *reports.FORMATS)))
    chosen = options.formats(formats, names, "text")
    progress = options.Progress(sys.stderr)
    settings = Settings(
        intel_directory=options.directory(intel_dir),
        gate=gate.parse(fail_on),
        max_age=DEFAULT_MAX_AGE if max_age is None else max_age,
        overrides=Overrides(fail_on=fail_on, max_age=max_age),
        progress=progress,
        keep_inventory=any(name in reports.OF_INVENTORY for name, _ in chosen),
    )
    if policy_file is not None or vex_files:
        settings = _decisions(settings, policy_file, vex_files)
    of_decision = {"--because": because, "--by": by, "--condition": conditions, "--not-affected": not_affected}
    for option, value in of_decision.items():
        if value and decide is None:
            raise UsageError("it goes with --decide", where=option)
    if deep:
        needed = {"--previous OLD_SBOM": previous, "--online": online or None}
        lacks = [option for option, given in needed.items() if given is None]
        if lacks:
            raise UsageError(
                "it compares the releases of two deliveries", where="--deep", hint=f"add {' '.join(lacks)}"
            )
    asking = _wish(online, as_of, fresh, internal, trust_root)
    file = decisions.place(decisions_file, policy_file)
    known = decisions.book(file, needed=decisions_file is not None and decide is None)
    if of_folder:
        alone = {"--previous": previous, "--product": product, "--decide": decide, "--artifact": artefacts or None}
        for option, given in alone.items():
            if given is not None:
                raise UsageError("it goes with one SBOM", where=option)
        status = _folder(sbom, settings, asking, known, chosen, output_file)
        progress.done()
        return status
    from scanner.pipeline.audit import audit as run

    wished = None
    if decide is not None:
        today = settings.now().date()
        wished = decisions.wish(
            decide, because=because, by=by, conditions=conditions, not_affected=not_affected, today=today
        )
    report = run(sbom, settings, previous=previous, product=product, online=asking, artefacts=artefacts, deep=deep)
    progress.done()
    if wished is None:
        report = decisions.recall(report, known, settings.now())
    else:
        report = decisions.decide(report, file, wished, settings.now())
    options.write_all(chosen, output_file, lambda name, out: _write(name, report, out))
    return report.report.exit_code


def _wish(
    online: bool, as_of: str | None, fresh: float, internal: tuple[str, ...], trust_root: Path | None
) -> Wish | None:
    """What registries are to be asked, if anything. `--as-of` wins: the same command again, and nobody is asked."""
    if not online and as_of is None:
        for option, given in (("--internal-scope", internal), ("--trust-root", trust_root)):
            if given:
                raise UsageError("it goes with --online", where=option)
        return None
    from scanner.pipeline import released

    return released.Wish(
        internal=internal,
        fresh=timedelta(hours=fresh),
        as_of=None if as_of is None else released.moment(as_of),
        trust_root=trust_root,
        announce=_announce,
    )


def _announce(sending: Sending) -> None:
    """Say what is about to leave the machine."""
    from scanner.display import line

    asked = ", ".join(map(line, sending.hosts))
    click.echo(
        f"--online: names and versions of {sending.releases:,} releases go to {asked}; "
        f"answers at hand: {sending.known:,}, components not asked about: {sending.withheld:,}",
        err=True,
    )


def _decisions(settings: Settings, policy_file: Path | None, vex_files: tuple[Path, ...]) -> Settings:
    import msgspec

    from scanner.pipeline import policed

    policy = None if policy_file is None else policed.given(policy_file, settings.now())
    return msgspec.structs.replace(settings, policy=policy, vex=tuple(map(policed.vex, vex_files)))


def _write(name: str, report: AuditReport, out: TextIO) -> None:
    from scanner import reports
    from scanner.reports import audit as dossiers

    if name in dossiers.FORMATS:
        dossiers.writer(name)(report, out)
    else:
        reports.writer(name)(report.report, out)


class _Worst:
    """Passes dossiers on and keeps the exit status that all of them together have."""

    def __init__(self, reports: Iterable[AuditReport | Problem]) -> None:
        self._reports = reports
        self.statuses: set[int] = set()

    def __iter__(self) -> Iterator[AuditReport | Problem]:
        from scanner.model.audit import AuditReport

        for one in self._reports:
            self.statuses.add(one.report.exit_code if isinstance(one, AuditReport) else 3)
            yield one

    @property
    def status(self) -> int:
        """1 wins over 3; without any SBOM nothing was audited."""
        if not self.statuses:
            return 3
        return next((status for status in (1, 3) if status in self.statuses), 0)


def _folder(
    root: Path,
    settings: Settings,
    asking: Wish | None,
    known: Book,
    chosen: list[tuple[str, str | None]],
    output_file: str | None,
) -> int:
    from scanner.model.audit import AuditReport
    from scanner.pipeline import decisions
    from scanner.pipeline.audit import folder
    from scanner.reports.audit import csv_table, json_v1, text

    if len(chosen) > 1:
        raise UsageError("one format for a folder", where="--format")
    writers = {"text": text.table, "json": json_v1.table, "csv": csv_table.table}
    found = _Worst(
        decisions.recall(one, known, settings.now()) if isinstance(one, AuditReport) else one
        for one in folder(root, settings, asking)
    )
    options.write_all(chosen, output_file, lambda name, out: writers[name](found, out))
    if not found.statuses:
        raise UsageError("no SBOM is in it", where=root)
    return found.status
