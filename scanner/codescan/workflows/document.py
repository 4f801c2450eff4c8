"""GitHub workflows and composite actions as values.

Spec: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax and
https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.shape import encoding, yaml_text

_MOST_BYTES = 512 * 1024
_MOST_TEXT = 2 * 1024 * 1024
"""Aliases make one long script stand in thousands of steps: the text of all of them together is bounded."""
_WORKFLOW = re.compile(r"(?:^|/)\.github/workflows/[^/]+\.ya?ml\Z", re.IGNORECASE)
_ACTION = re.compile(r"(?:^|/)action\.ya?ml\Z")
_OTHERS = re.compile(r"(?:^|/)(?:\.gitlab-ci[^/]*|\.gitlab/.+|\.gitlab-ci/.+|\.circleci/[^/]+)\.ya?ml\Z")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a job."""

    uses: str = ""
    run: str = ""
    condition: str = ""
    inputs: Mapping[str, str] = {}
    env: Mapping[str, str] = {}
    """By names in small letters."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One job; of a composite action, all that it does."""

    uses: str = ""
    """A reusable workflow."""
    condition: str = ""
    runner: str = ""
    """Labels and groups, with what the matrix may put there."""
    permissions: Mapping[str, str] | None = None
    """What its token may do; `None` is whatever the repository's settings say. `*` stands for all."""
    secrets: Mapping[str, str] = {}
    """What is passed to a reusable workflow; `*` stands for all (`inherit`)."""
    inputs: Mapping[str, str] = {}
    env: Mapping[str, str] = {}
    """With that of the workflow."""
    images: tuple[str, ...] = ()
    """Of its container first, then of its services."""
    contained: bool = False
    """Whether the first of the images is the one that its steps run in."""
    steps: tuple[Step, ...] = ()


class Workflow(msgspec.Struct, frozen=True, kw_only=True):
    """What one file says."""

    path: str
    text: str
    events: frozenset[str]
    """None of an action, which runs at whatever calls it."""
    jobs: tuple[Job, ...]


def is_github(path: str) -> bool:
    """Whether GitHub reads this file as a workflow or an action."""
    return _WORKFLOW.search(path) is not None or _ACTION.search(path) is not None


def is_other(path: str) -> bool:
    """Whether GitLab or CircleCI reads it."""
    return _OTHERS.search(path) is not None


def read(data: bytes, path: str) -> dict[str, Any]:
    """The mapping that a file is. Raises `InputError`: what cannot be read is not judged."""
    if len(data) > _MOST_BYTES:
        raise InputError(f"{len(data)} bytes: it was not judged as a workflow", where=path)
    value = next(yaml_text.documents(data, where=path), None)
    if not isinstance(value, dict):
        raise InputError("the document is no mapping of keys to values", where=path)
    return value


def parse(data: bytes, path: str) -> Workflow:
    """Read a workflow or an action. Raises `InputError`."""
    value = read(data, path)
    texts = _Texts(path)
    events = value.get("on")
    if _WORKFLOW.search(path):
        named = events if isinstance(events, dict | list) else [events]
        jobs = tuple(_job(job, value, texts) for job in _mapping(value.get("jobs")).values())
        happens = frozenset(str(name).lower() for name in named if isinstance(name, str))
    else:
        jobs, happens = (_action(_mapping(value.get("runs")), texts),), frozenset()
    return Workflow(path=path, text=encoding.lenient_text(data), events=happens, jobs=jobs)


class _Texts:
    """Makes text of what stands in a document, and counts it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._left = _MOST_TEXT

    def of(self, value: object) -> str:
        text = (
            " ".join(self._flat(value)) if isinstance(value, dict | list) else value if isinstance(value, str) else ""
        )
        self._left -= len(text) + 1
        if self._left < 0:
            raise InputError("its aliases unfold without measure", where=self._path)
        return text

    def mapping(self, value: object) -> dict[str, str]:
        return {str(key): self.of(item) for key, item in _mapping(value).items()}

    def env(self, value: object) -> dict[str, str]:
        return {name.lower(): text for name, text in self.mapping(value).items()}

    def _flat(self, value: object) -> Iterator[str]:
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            for item in value:
                yield self.of(item)


def _job(raw: object, document: Mapping[str, Any], texts: _Texts) -> Job:
    job = _mapping(raw)
    container, services = job.get("container"), _mapping(job.get("services")).values()
    holders = [item if isinstance(item, str) else _mapping(item).get("image") for item in (container, *services)]
    secrets = job.get("secrets")
    runner = texts.of(job.get("runs-on"))
    if "matrix." in runner:
        runner += " " + texts.of(_mapping(job.get("strategy")).get("matrix"))
    return Job(
        uses=texts.of(job.get("uses")).strip(),
        condition=texts.of(job.get("if")),
        runner=runner,
        permissions=_permissions(job["permissions"] if "permissions" in job else document.get("permissions"), texts),
        secrets={"*": "inherit"} if secrets == "inherit" else texts.mapping(secrets),
        inputs=texts.mapping(job.get("with")),
        env=texts.env(document.get("env")) | texts.env(job.get("env")),
        images=tuple(image for image in map(texts.of, holders) if image),
        contained=bool(texts.of(holders[0])),
        steps=_steps(job.get("steps"), texts),
    )


def _action(runs: Mapping[str, Any], texts: _Texts) -> Job:
    image = texts.of(runs.get("image"))
    # Anything else is a Dockerfile of the repository.
    images = (image,) if image.startswith("docker://") else ()
    return Job(images=images, contained=bool(images), steps=_steps(runs.get("steps"), texts))


def _steps(raw: object, texts: _Texts) -> tuple[Step, ...]:
    return tuple(
        Step(
            uses=texts.of(step.get("uses")).strip(),
            run=texts.of(step.get("run")),
            condition=texts.of(step.get("if")),
            inputs=texts.mapping(step.get("with")),
            env=texts.env(step.get("env")),
        )
        for step in map(_mapping, raw if isinstance(raw, list) else ())
    )


def _permissions(raw: object, texts: _Texts) -> dict[str, str] | None:
    if raw is None:
        return None
    if isinstance(raw, str):
        return {"*": "write"} if raw.strip() == "write-all" else {}
    return texts.mapping(raw)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
