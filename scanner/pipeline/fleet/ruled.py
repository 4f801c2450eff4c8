"""What policies and VEX change in the fleet: whose they are, what they may say, and how they are named.

docs/decisions/0009-fleet-policy.md: the security team's own policy holds everywhere; those of repositories are written
by the people who are scanned. They hold only where somebody says so, set aside vulnerabilities and hygiene and nothing
graver, and change neither gate, nor feeds, nor registries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from scanner.errors import InputError, UsageError
from scanner.model.component import Problem
from scanner.model.finding import Finding
from scanner.model.inventory import Inventory
from scanner.pipeline import base_policy, policed, scan
from scanner.policy import file
from scanner.policy.rules import Levels, Policy
from scanner.targets.git_objects import Repository

_HINT = "pratique policy check says what is wrong with it"


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What a look obeys."""

    policy: Policy | None = None
    vex: tuple[policed.Vex, ...] = ()
    repositories: bool = False
    """Policies of repositories, too."""

    @property
    def rereads(self) -> bool:
        """Whether what the store has of a target is not enough to match it again: who says so stands in its files."""
        statements = (statement for one in self.vex for statement in one.document.statements)
        return self.repositories or any(product.parts for one in statements for product in one.products)


def given(policy: Path | None, vex: Sequence[Path], *, repositories: bool, now: datetime) -> Rules:
    """Raises `UsageError` and `InputError` for a file that cannot be obeyed."""
    return Rules(
        policy=None if policy is None else policed.given(policy, now),
        vex=tuple(map(policed.vex, vex)),
        repositories=repositories,
    )


def name(rules: Rules, *, now: datetime) -> str:
    """Another one where a look would decide otherwise: other files, or an entry that has run out since; "" for none."""
    if rules == Rules():
        return ""
    today = now.astimezone(UTC).date()
    over = () if rules.policy is None else tuple(one.key for one in rules.policy.rules if one.expires < today)
    said = (
        None if rules.policy is None else (rules.policy.digest, rules.policy.beside),
        tuple(one.digest for one in rules.vex),
        # An entry of a repository may run out on any day.
        today.isoformat() if rules.repositories else "",
        over,
    )
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


def under(settings: scan.Settings, rules: Rules) -> scan.Settings:
    """The settings of a scan, under the fleet's policy."""
    return policed.under(msgspec.structs.replace(settings, policy=rules.policy, vex=rules.vex))


def of_commit(
    repository: Repository, commit: str, fetch: Callable[[Iterable[str]], None], *, now: datetime
) -> Policy | Problem | None:
    """The policy at the root of a commit; a problem where it cannot be obeyed."""
    tree = repository.root(commit)
    try:
        entries = [repository.stands(tree, one) for one in (file.NAME, file.PYPROJECT)]
        fetch([one.blob for one in entries if one is not None and one.regular])
        if (no_file := base_policy.no_file_at(repository, commit, "")) is not None:
            path, what = no_file
            return Problem(where=path, what=f"{what}: no policy there is obeyed", hint="commit the file itself")
        return base_policy.of_folder(repository, commit, "", None, now.astimezone(UTC).date())
    except (UsageError, InputError) as error:
        return Problem(
            where=error.where or file.NAME, what=f"its policy is obeyed in nothing: {error.what}", hint=_HINT
        )


def decide(
    findings: tuple[Finding, ...],
    settings: scan.Settings,
    own: Policy | None,
    inventory: Inventory,
    *,
    now: datetime,
    whole: bool,
) -> tuple[Finding, ...]:
    """The findings with what the fleet's policy and VEX set aside, then the repository's `own` policy.

    `whole`: all of the target was looked at.
    """
    told = policed.decide(findings, settings, inventory, started=now, whole=False, shared=True).findings
    if own is None:
        return told
    limited = msgspec.structs.replace(settings, policy=_limited(own), vex=())
    mild = tuple(one for one in told if one.class_ not in file.GRAVE)
    grave = tuple(one for one in told if one.class_ in file.GRAVE)
    return (*grave, *policed.decide(mild, limited, inventory, started=now, whole=whole).findings)


def _limited(own: Policy) -> Policy:
    """What a repository may say: its suppressions, and nothing else."""
    sections = tuple(msgspec.structs.replace(one, gate=Levels()) for one in own.sections)
    return Policy(file=own.file, digest=own.digest, suppress=own.suppress, sections=sections, lines=own.lines)
