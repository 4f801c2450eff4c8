"""What the workflows of the base trust already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from scanner.codescan.workflows import uses
from scanner.codescan.workflows.document import Workflow
from scanner.codescan.workflows.uses import Use


class Known:
    """Owners, pins and secrets of all workflows before the change."""

    def __init__(self, workflows: Iterable[Workflow]) -> None:
        self.uses: dict[str, set[Use]] = defaultdict(set)
        """Path of a workflow → what it uses."""
        self.refs: set[tuple[str, str]] = set()
        """(repository, ref)."""
        self.owners: set[str] = set()
        self.repositories: dict[str, set[str]] = defaultdict(set)
        """Name of a repository → its owners."""
        self.commits: dict[tuple[str, str], set[str]] = defaultdict(set)
        """(repository, release that a comment names) → commits."""
        self.releases: dict[tuple[str, str], set[str]] = defaultdict(set)
        """(repository, commit) → releases that comments name."""
        self.secrets: set[str] = set()
        self.given: set[tuple[str, str]] = set()
        """(repository, secret that it is handed)."""
        self.images: set[str] = set()
        self._before: dict[tuple[str | None, str], frozenset[Use]] = {}
        for workflow in workflows:
            self._learn(workflow)

    def _learn(self, workflow: Workflow) -> None:
        self.secrets |= uses.secrets_of((workflow.text,))
        for job in workflow.jobs:
            self.images.update(map(bare, (*job.images, *(step.uses for step in job.steps))))
        for use, secrets, around, _ in uses.handings(workflow):
            self.uses[workflow.path].add(use)
            self.refs.add((use.repository, use.ref))
            self.owners.add(use.owner)
            self.repositories[use.repository.partition("/")[2]].add(use.owner)
            self.given.update((use.repository, secret) for secret in secrets | around)
            if use.release is not None:
                self.commits[use.repository, use.release].add(use.ref)
                self.releases[use.repository, use.ref].add(use.release)

    def before(self, path: str | None, repository: str) -> frozenset[Use]:
        """What a file used of a repository; where the file is new, what all of them did."""
        if (path, repository) not in self._before:
            own = self.uses.get(path, set()) if path is not None else set()
            here = frozenset(use for use in own if use.repository == repository)
            everywhere = (use for each in self.uses.values() for use in each if use.repository == repository)
            self._before[path, repository] = here or frozenset(everywhere)
        return self._before[path, repository]


def bare(image: str) -> str:
    """An image without tag and digest."""
    name = image.removeprefix("docker://").partition("@")[0]
    head, slash, last = name.rpartition("/")
    return head + slash + last.partition(":")[0]
