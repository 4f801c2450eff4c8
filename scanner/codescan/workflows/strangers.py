"""Does a workflow let people in who may not write here: by code that they propose, or by words that they write?

See https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/ and
https://docs.github.com/en/actions/reference/security/secure-use
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator, Mapping
from typing import cast

from scanner.codescan.workflows import expressions, uses
from scanner.codescan.workflows.document import Job, Step, Workflow
from scanner.codescan.workflows.facts import Fact, short
from scanner.model.signal import Capability, Confidence, Provenance

_CHECKS_OUT = frozenset(("pull_request_target", "workflow_run", "issue_comment"))
"""Events that strangers cause, and that run with secrets and a token that may write."""
_SPEAKS = _CHECKS_OUT | {"issues", "discussion", "discussion_comment", "gollum", "fork", "watch"}
_PROPOSES = frozenset(("pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"))
_ON_OWN_RUNNER = _PROPOSES | _SPEAKS
_CALLED = frozenset(("workflow_call",))
_FETCHES = re.compile(
    r"\bgit\s+(?:-\S+\s+){0,4}(?:checkout|fetch|pull|clone|switch|reset|merge|worktree)\b|\bgh\s+repo\s+clone\b"
)
_CHECKS_OUT_BY_NUMBER = re.compile(r"\bgh\s+pr\s+checkout\b")
_VARIABLE = re.compile(r"\$(?:env:|\{)?(\w+)", re.IGNORECASE)
_SELF_HOSTED = re.compile(r"\bself-hosted\b", re.IGNORECASE)
_OWN_BRANCHES = re.compile(
    r"head\.repo\.full_name==github\.repository\b|github\.repository==\S*head\.repo\.full_name\b"
    r"|head_repository\.full_name==github\.repository\b|head\.repo\.fork==false|!github\.event\.pull_request\.head\.repo\.fork"
)
_TRUSTED_PEOPLE = re.compile(r"author_association|github\.(?:actor|triggering_actor)==|github\.event\.sender\.login==")
_BRINGS = re.compile(r"\bgh\s+run\s+download\b")
_INTO_ENVIRONMENT = re.compile(
    r">>\s*[\"']?(?:\$\{?GITHUB_(?:ENV|PATH)\b|\$env:GITHUB_(?:ENV|PATH)\b|%GITHUB_(?:ENV|PATH)%)"
)
_READS = re.compile(r"\b(?:cat|type|Get-Content|sed|grep|head|tail|tee|jq|awk|unzip\s+-p)\b|\$\(<")
_SCRIPTS = ("script", "inlinescript", "run", "command", "cmd")
"""Inputs that actions run as code."""


def facts(workflow: Workflow) -> Iterator[Fact]:
    """Yield each way in."""
    for job in workflow.jobs:
        found = [*_checkouts(workflow, job), *_artefacts(workflow, job), *_words(workflow, job)]
        yield from found
        if any(fact.confidence is Confidence.HIGH for fact in found) and (beside := _beside(job)):
            said = f"a job that strangers can reach {beside}"
            yield Fact("secrets-beside-strangers", Capability.CI_SECRETS, Confidence.HIGH, said, found[0].needle)
        yield from _own_runner(workflow, job)


def _checkouts(workflow: Workflow, job: Job) -> Iterator[Fact]:
    events = sorted(workflow.events & _CHECKS_OUT)
    if not events:
        return
    last = max((number for number, step in enumerate(job.steps) if _runs(step)), default=-1)
    for number, step in enumerate(job.steps):
        place = _fetched(job, step)
        if place is None:
            continue
        runs = bool(step.run) or number < last
        confidence = _guarded(Confidence.HIGH if runs else Confidence.MEDIUM, job, step)
        said = f"on {' and '.join(events)}, checks out what strangers propose" + (
            " and runs commands there" if runs else ""
        )
        yield Fact("checks-out-strangers-code", Provenance.STRANGERS, confidence, said, place)


def _artefacts(workflow: Workflow, job: Job) -> Iterator[Fact]:
    """What the run of a stranger's pull request left behind becomes variables of this job: any program obeys some."""
    if "workflow_run" not in workflow.events:
        return
    brought = False
    for step in job.steps:
        named = step.uses.partition("@")[0].rpartition("/")[2].lower()
        brought = brought or "download-artifact" in named or _BRINGS.search(step.run) is not None
        into = _INTO_ENVIRONMENT.search(step.run)
        if brought and into is not None and _READS.search(step.run):
            said = "on workflow_run, makes variables of what the run of a stranger left in its artefacts"
            yield Fact("artefact-into-environment", Provenance.STRANGERS, _guarded(Confidence.HIGH, job, step), said,
                       into[0])  # fmt: skip


def _fetched(job: Job, step: Step) -> str | None:
    """Where a step gets what a pull request proposes, or `None`."""
    env = _env(job, step)
    if step.uses.partition("@")[0].rpartition("/")[2].lower() == "checkout":
        given = (value for key, value in step.inputs.items() if key.lower() in ("ref", "repository"))
        return next((value for value in given if expressions.proposed_by_strangers(value, env)), None)
    if by_number := _CHECKS_OUT_BY_NUMBER.search(step.run):
        return by_number[0]
    fetches = _FETCHES.search(step.run)
    if fetches is None:
        return None
    reached = (step.run, *(env[name] for name in map(str.lower, _VARIABLE.findall(step.run)) if name in env))
    return fetches[0] if any(expressions.proposed_by_strangers(text, env) for text in reached) else None


def _env(job: Job, step: Step) -> Mapping[str, str]:
    """The variables of a step; not as one mapping, which would copy those of the job for each."""
    return ChainMap(cast("dict[str, str]", step.env), cast("dict[str, str]", job.env))


def _runs(step: Step) -> bool:
    return bool(step.run) or step.uses.startswith("./")


def _words(workflow: Workflow, job: Job) -> Iterator[Fact]:
    """Text of strangers that becomes part of a script."""
    events = sorted(workflow.events & _SPEAKS)
    unknown = not workflow.events or workflow.events & _CALLED
    for step in job.steps:
        scripts = [step.run, *(text for key, text in step.inputs.items() if step.uses and key.lower() in _SCRIPTS)]
        env = _env(job, step)
        for shown in dict.fromkeys(each for text in scripts for each in expressions.written_by_strangers(text, env)):
            if events:
                confidence, when = Confidence.HIGH, f"on {' and '.join(events)}, "
            else:
                confidence, when = Confidence.MEDIUM if unknown else Confidence.LOW, ""
            said = f"{when}puts text that strangers write into a script: {short(shown)}"
            yield Fact("strangers-text-in-script", Provenance.STRANGERS, _guarded(confidence, job, step), said, shown)


def _own_runner(workflow: Workflow, job: Job) -> Iterator[Fact]:
    events = sorted(workflow.events & _ON_OWN_RUNNER)
    if events and _SELF_HOSTED.search(job.runner):
        said = f"on {' and '.join(events)}, runs on a machine of one's own (self-hosted)"
        confidence = _guarded(Confidence.HIGH, job, Step())
        yield Fact("own-runner-for-strangers", Provenance.STRANGERS, confidence, said, "self-hosted")


def _guarded(confidence: Confidence, job: Job, step: Step) -> Confidence:
    """Less sure where a condition keeps strangers out: none of its parts may be an alternative."""
    conditions = [each for each in map(expressions.plain, (job.condition, step.condition)) if "||" not in each]
    if any(map(_OWN_BRANCHES.search, conditions)):
        return Confidence.LOW
    if any(map(_TRUSTED_PEOPLE.search, conditions)) and confidence is Confidence.HIGH:
        return Confidence.MEDIUM
    return confidence


def _beside(job: Job) -> str:
    """What a job holds that strangers should not get, in words."""
    texts = (text for step in job.steps for text in (step.run, *step.inputs.values(), *step.env.values()))
    held = uses.secrets_of((*texts, *job.env.values()))
    if held:
        return "holds the secret " + ", ".join(map(short, sorted(held)[:4]))
    return "holds a token that may write" if _writes(job.permissions) else ""


def _writes(permissions: Mapping[str, str] | None) -> bool:
    return any(level == "write" for level in (permissions or {}).values())
