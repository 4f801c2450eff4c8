"""Secrets that a workflow newly uses, or newly hands to code of others."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.codescan.workflows import uses
from scanner.codescan.workflows.document import Workflow
from scanner.codescan.workflows.facts import Fact, short
from scanner.codescan.workflows.known import Known
from scanner.model.signal import Capability, Confidence


def facts(workflow: Workflow, known: Known) -> Iterator[Fact]:
    """Yield each secret that is new here, and each that an action of others was not given before.

    An action that is itself new, and what it is given, is `actions`' to tell.
    """
    for use, given, _, _ in uses.handings(workflow):
        if use.foreign and use.owner in known.owners:
            for name in sorted(given):
                if (use.repository, name) not in known.given:
                    what = "all secrets" if name == "*" else f"the secret {short(name)}"
                    said = f"hands {what} to {short(use.action)}, which did not get it before"
                    yield Fact("secret-handed-on", Capability.CI_SECRETS, Confidence.MEDIUM, said, use.shown)
    for name in sorted(uses.secrets_of((workflow.text,)) - known.secrets):
        said = f"uses the secret {short(name)}, which no workflow here used"
        yield Fact("new-secret", Capability.CI_SECRETS, Confidence.LOW, said, name)
