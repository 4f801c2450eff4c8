"""Which actions a workflow uses, at which ref, and which version the comment beside a pin claims."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from scanner.codescan.workflows.document import Job, Step, Workflow
from scanner.codescan.workflows.expressions import secrets

_USES = re.compile(r"([A-Za-z0-9][\w.-]*)/([\w.-]+)((?:/[^@\s]+)?)@(\S+)\Z")
_COMMIT = re.compile(r"[0-9a-f]{40}\Z|[0-9a-f]{64}\Z")
_BESIDE = re.compile(r"@[0-9a-f]{40,64}[\s\"'}\],]*#(.{1,80})")
_CLAIMED = re.compile(r"(?<![\w.])v?(\d{1,9}(?:\.\d{1,9}){0,3})(?![\w.-])")
_BEFORE = re.compile(r"[\s\"'{\[,]")
_VERSION = re.compile(r"v?\d+(?:\.\d+)*(?:[-+.]\w+)*\Z")
_FIRST_PARTY = frozenset(("actions", "github"))
"""Owners that whoever runs on GitHub trusts already."""


class Use(NamedTuple):
    """One action or reusable workflow at one ref."""

    action: str
    """`owner/repository`, with a path below it, in small letters: GitHub does not tell them apart."""
    ref: str
    shown: str
    """As it stands in the file."""
    version: str | None = None
    """What the comment behind a commit says, without its `v`."""

    @property
    def owner(self) -> str:
        return self.action.partition("/")[0]

    @property
    def repository(self) -> str:
        """The pin of a repository holds for every action in it."""
        return "/".join(self.action.split("/", 2)[:2])

    @property
    def pinned(self) -> bool:
        return _COMMIT.match(self.ref) is not None

    @property
    def versioned(self) -> bool:
        """Whether the ref is called like a version."""
        return _VERSION.match(self.ref) is not None

    @property
    def release(self) -> str | None:
        """The version, where it is one release and no moving name such as `v4`."""
        return self.version if self.version is not None and self.version.count(".") >= 2 else None

    @property
    def foreign(self) -> bool:
        return self.owner not in _FIRST_PARTY


class Handing(NamedTuple):
    """A use, with what it is given."""

    use: Use
    secrets: frozenset[str]
    """By its inputs and variables; `*` is all of them."""
    around: frozenset[str]
    """That the whole job holds."""
    job: Job


def parse(value: str, comments: Mapping[str, str] | None = None) -> Use | None:
    """A `uses` of somebody else's repository, with what the comment beside its commit says."""
    match = _USES.match(value)
    if match is None or value.startswith("docker://"):
        return None
    owner, name, path, ref = match.groups()
    use = Use(f"{owner}/{name}{path}".lower(), ref, value)
    return use._replace(version=(comments or {}).get(value)) if use.pinned else use


def comments(text: str) -> dict[str, str]:
    """`owner/repository@commit` → version behind the `#` on its line: `# v4.1.1`, `# tag=v4.1.1`, `# pin@v4`."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        beside = _BESIDE.search(line)
        claimed = None if beside is None else _CLAIMED.search(beside[1])
        if beside is not None and claimed is not None:
            name = _BEFORE.split(line[: beside.start()])[-1]
            commit = beside[0][1:].partition("#")[0].rstrip(" \t\"'}],")
            found.setdefault(f"{name}@{commit}", claimed[1])
    return found


def handings(workflow: Workflow) -> Iterator[Handing]:
    """Each use of a workflow, step by step."""
    beside = comments(workflow.text)
    for job in workflow.jobs:
        around = secrets_of(job.env.values())
        whole = parse(job.uses, beside)
        if whole is not None:
            given = frozenset("*") if "*" in job.secrets else secrets_of((*job.secrets.values(), *job.inputs.values()))
            yield Handing(whole, given, frozenset(), job)
        for step in job.steps:
            use = parse(step.uses, beside)
            if use is not None:
                yield Handing(use, handed(step), around, job)


def handed(step: Step) -> frozenset[str]:
    """The secrets that a step is given."""
    return secrets_of((*step.inputs.values(), *step.env.values()))


def secrets_of(texts: Iterable[str]) -> frozenset[str]:
    """The secrets that any of these texts puts in."""
    return frozenset().union(*map(secrets, texts))
