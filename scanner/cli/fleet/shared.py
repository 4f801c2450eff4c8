"""What the commands of the fleet share: its store, tables, times."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO, TypeVar

import click

from scanner.cli import options
from scanner.display import line
from scanner.wording import counted

if TYPE_CHECKING:
    from scanner.fleet.store import Store
    from scanner.fleet.store.values import Sighting, Stored
    from scanner.model.component import Problem
    from scanner.pipeline.fleet.looking import Settings
    from scanner.pipeline.fleet.questions import Answer

F = TypeVar("F", bound=Callable[..., object])
_MEGABYTE = 1_000_000

store_option = click.option(
    "--store",
    "store_address",
    metavar="FILE|URL",
    help="The fleet's store: a file, or postgresql://…  [default: $PRATIQUE_FLEET, or the user's data folder]",
)


class Looks(NamedTuple):
    """What every look at targets is told, as the command line says it."""

    timeout: float
    target_size: int
    cache_size: int
    cache_dir: Path | None
    policy_file: Path | None
    vex_files: tuple[Path, ...]
    repository_policies: bool

    @property
    def cache_bytes(self) -> int:
        return self.cache_size * _MEGABYTE

    def settings(self, intel_dir: Path | None) -> Settings:
        """The same, as looks want it."""
        from scanner.pipeline.fleet import intelligence, places, ruled
        from scanner.pipeline.fleet.looking import Settings

        directory = options.directory(intel_dir)
        rules = ruled.given(self.policy_file, self.vex_files, repositories=self.repository_policies, now=now())
        return Settings(
            intel_directory=directory,
            intelligence=intelligence.name(directory, now=now(), rules=rules),
            rules=rules,
            copies=(self.cache_dir or places.copies(os.environ)).absolute(),
            seconds=self.timeout,
            most_bytes=self.target_size * _MEGABYTE,
            now=now,
            environ=dict(os.environ),
            home=Path.home(),
        )


def look_options(command: Callable[..., int]) -> Callable[..., int]:
    """`--jobs`, and what becomes the argument `looks`."""

    @wraps(command)
    def told(**given: Any) -> int:
        looks = Looks(**{name: given.pop(name) for name in Looks._fields})
        return command(looks=looks, **given)

    jobs = click.option(
        "--jobs", type=click.IntRange(1, 256), default=2, show_default=True, metavar="N", help="Processes."
    )
    timeout = click.option(
        "--timeout", type=click.FloatRange(min=1), default=600, show_default=True, metavar="SECONDS",
        help="One target may take so long.",
    )  # fmt: skip
    target_size = click.option(
        "--target-size", type=click.IntRange(1), default=1000, show_default=True, metavar="MB",
        help="The copy of one repository may take so much.",
    )  # fmt: skip
    cache_size = click.option(
        "--cache-size", type=click.IntRange(0), default=5000, show_default=True, metavar="MB",
        help="All copies may take so much, between runs; those used longest ago give way.",
    )  # fmt: skip
    cache_dir = click.option(
        "--cache-dir",
        type=click.Path(file_okay=False, path_type=Path),
        envvar="PRATIQUE_CACHE_DIR",
        help="Where the copies of repositories lie.  [default: the user's cache folder]",
    )
    return jobs(timeout(target_size(cache_size(cache_dir(rule_options(told))))))


def rule_options(command: F) -> F:
    """Whose decisions a look obeys."""
    policy = click.option(
        "--policy", "policy_file", metavar="FILE", type=click.Path(path_type=Path), envvar="PRATIQUE_FLEET_POLICY",
        help="Obey this pratique.toml for every target.  [default: $PRATIQUE_FLEET_POLICY, or none]",
    )  # fmt: skip
    vex = click.option(
        "--vex", "vex_files", metavar="FILE", multiple=True, type=click.Path(path_type=Path),
        help="VEX statements (OpenVEX, CycloneDX, CSAF) on vulnerabilities; may be repeated.",
    )  # fmt: skip
    repositories = click.option(
        "--repository-policies", is_flag=True, envvar="PRATIQUE_FLEET_REPOSITORY_POLICIES",
        help="Suppressions of repositories' own pratique.toml hold for vulnerabilities and hygiene.",
    )  # fmt: skip
    return policy(vex(repositories(command)))


def opened(store_address: str | None) -> Store:
    """The store that is meant."""
    from scanner.pipeline.fleet import places

    return places.opened(store_address, os.environ)


def now() -> datetime:
    return datetime.now(UTC)


def user() -> str:
    """Who is at work, by the system and not by the environment, which anybody may set."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's number without a name
        return f"user {os.getuid()}"


def day(time: datetime | None) -> str:
    """A time as people read it; `-` where there is none."""
    return "-" if time is None else time.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def table(head: Sequence[str], rows: Iterable[Sequence[str]], out: TextIO) -> None:
    """Columns as wide as what stands in them; strangers' text made harmless."""
    cells = [list(head), *([line(cell, limit=200) for cell in row] for row in rows)]
    widths = [max(len(row[number]) for row in cells) for number in range(len(head))]
    for row in cells:
        out.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n")


def json_document(value: object, out: TextIO) -> None:
    import json

    json.dump(value, out, indent=1, ensure_ascii=True)
    out.write("\n")


def span(one: Sighting) -> str:
    """From when to when it was seen."""
    until = "still there" if one.gone is None else f"last seen {day(one.last)}"
    return f"{day(one.first)}, {until}"


ANSWERS = ("text", "json", "csv")
"""Formats of answers to questions about the past."""


def sighting(one: Sighting) -> dict[str, object]:
    """For JSON."""
    from scanner.pipeline.fleet import exports

    return dict(zip(exports.SIGHTINGS, exports.sighting(one), strict=True))


def write_answer(answer: Answer, name: str, out: TextIO) -> None:
    """Whom somebody's indicators mean, as text, JSON or CSV."""
    if name == "csv":
        from scanner.pipeline.fleet import exports

        out.writelines(exports.table(exports.HITS, map(exports.hit, answer.struck)))
        return
    if name == "json":
        struck: list[object] = [
            {
                **sighting(one.sighting),
                "state": one.state.value,
                "reason": one.reason,
                "list": one.indicator.campaign,
                "indicator": {"type": one.indicator.type.value, "value": one.indicator.value},
            }
            for one in answer.struck
        ]
        told = [{"where": one.where, "line": one.line, "what": one.what} for one in answer.problems]
        json_document(
            {
                "format": "pratique-fleet-hits/1",
                "indicators": answer.indicators,
                "hits": struck,
                "not_looked_for": dict(answer.not_looked_for),
                "never_seen": list(answer.never_seen),
                "problems": told,
            },
            out,
        )
        return
    if answer.struck:
        table(
            ("state", "list", "package", "target", "path", "seen", "owner"),
            (
                (one.state.value, one.indicator.campaign, one.sighting.component.package, one.sighting.address,
                 one.sighting.path, span(one.sighting), one.sighting.owner or "-")
                for one in answer.struck
            ),
            out,
        )  # fmt: skip
    targets = len({one.sighting.target for one in answer.struck})
    sightings = f"{counted(len(answer.struck), 'sighting')} in {counted(targets, 'target')}"
    out.write(f"{counted(answer.indicators, 'indicator')}: {sightings}.\n")
    for type_, count in answer.not_looked_for.items():
        out.write(f"Not looked for: {count:,} of type {line(type_)}, which the store does not keep.\n")
    write_never_seen(answer.never_seen, out)


def write_never_seen(addresses: Sequence[str], out: TextIO) -> None:
    """That nobody knows what these have."""
    if addresses:
        out.write(f"Never looked at: {counted(len(addresses), 'target')}, {line(addresses[0])} among them.\n")


def complain(problems: Iterable[Problem]) -> None:
    """What could not be asked goes to stderr."""
    for problem in problems:
        where = line(problem.where) + ("" if problem.line is None else f":{problem.line}")
        hint = f" ({line(problem.hint)})" if problem.hint else ""
        click.echo(f"pratique: {where}: {line(problem.what)}{hint}", err=True)


def preview(found: Sequence[Stored], now: datetime) -> None:
    """The findings on which something is about to be done."""
    from scanner.pipeline.fleet import standing

    if found:
        table(
            ("id", "target", "class", "state", "severity", "title", "decision"),
            (
                (one.finding.id, one.address, one.finding.class_.value, one.finding.state.value,
                 one.finding.severity.word, one.finding.title, standing.decision(one, now))
                for one in found
            ),
            sys.stdout,
        )  # fmt: skip


def refuse(refused: Sequence[tuple[Stored, str]]) -> None:
    """What cannot be done goes to stderr."""
    for one, why in refused:
        click.echo(f"pratique: {one.finding.id} {line(one.finding.title)}: {why}", err=True)


def conclude(count: int, done_what: str, *, done: bool) -> None:
    """What was done, or what would be."""
    if done:
        click.echo(f"{counted(count, 'finding')}: {line(done_what)}")
    elif count:
        click.echo(f"{counted(count, 'finding')} would be {line(done_what)}. Nothing was done: --yes")
    else:
        click.echo("no finding is meant")
