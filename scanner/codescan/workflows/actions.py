"""Actions, reusable workflows and images: whom does a workflow trust that nobody here did, and which pins moved?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scanner.codescan.workflows import uses
from scanner.codescan.workflows.document import Job, Workflow
from scanner.codescan.workflows.facts import Fact, short
from scanner.codescan.workflows.known import Known, bare
from scanner.codescan.workflows.uses import Use
from scanner.model.signal import Confidence, Provenance

_RIGHTS = frozenset(("*", "contents", "id-token", "packages", "actions", "pages", "deployments", "attestations"))
_SHORTEST = 5
"""Shorter names lie near each other by chance."""


def facts(workflow: Workflow, old_path: str | None, known: Known) -> Iterator[Fact]:
    """Yield what is new of the actions and images that a workflow uses."""
    found = list(uses.handings(workflow))
    now = {handing.use for handing in found}
    seen: set[tuple[Use, frozenset[str]]] = set()
    for handing in found:
        use, given = handing.use, handing.secrets | handing.around
        if (use, given) in seen:
            continue
        seen.add((use, given))
        if use.foreign and use.owner not in known.owners:
            yield _newcomer(use, given, handing.job, known)
        else:
            before = known.before(old_path, use.repository)
            yield from _repinned(use, before, before - now or before, known)
    for job in workflow.jobs:
        yield from _images(job, known)


def _newcomer(use: Use, given: frozenset[str], job: Job, known: Known) -> Fact:
    follows = f"pinned to {use.ref[:12]}" if use.pinned else f"by {short(use.ref)}, which can be moved"
    said = f"runs {short(use.action)}, {follows}; nothing here used anything of {short(use.owner)}"
    like = _look_alike(use, known)
    rights = _rights(job.permissions)
    confidence = Confidence.LOW if use.pinned else Confidence.MEDIUM
    rule = "new-action"
    if like is not None:
        rule, confidence = "look-alike-action", Confidence.HIGH
        said += f", whose name is almost {short(like)}"
    if given:
        rule, confidence = "new-action-with-secrets", Confidence.HIGH
        said += f", and is given {_named(given)}"
    elif rights:
        confidence = max(confidence, Confidence.MEDIUM if use.pinned else Confidence.HIGH, key=list(Confidence).index)
        rule = rule if like else "new-action-with-rights"
        said += f", and its token may write ({', '.join(rights)})"
    return Fact(rule, Provenance.NEW_ACTION, confidence, said, use.shown)


def _repinned(use: Use, before: frozenset[Use], gone: frozenset[Use], known: Known) -> Iterator[Fact]:
    """An action that is known, at a ref that the file did not use."""
    if not before or any(each.ref == use.ref for each in before):
        yield from _relabelled(use, known)
        return
    was = min(gone, key=lambda each: (not each.pinned, each.ref))
    there = (use.repository, use.ref) in known.refs
    if not use.pinned:
        name, ref = short(use.action), short(use.ref)
        if all(each.pinned for each in before):
            said = f"{name} was pinned to commit {was.ref[:12]} and now follows {ref}, which can be moved"
            yield Fact("unpinned-action", Provenance.MOVED_PIN, Confidence.HIGH, said, use.shown)
        elif was.versioned and not use.versioned and not there:
            said = f"{name} was used at {short(was.ref)} and now follows {ref}, which is no version"
            yield Fact("moved-pin", Provenance.MOVED_PIN, Confidence.MEDIUM, said, use.shown)
        return
    if there:
        yield from _relabelled(use, known)
        return
    said = f"{short(use.action)} moved from {_called(was)} to {_called(use)}"
    others = known.commits.get((use.repository, use.release or ""), set())
    if others:
        said += f", while {use.release} was {min(others)[:12]}"
        yield Fact("repointed-pin", Provenance.REPOINTED, Confidence.HIGH, said, use.shown)
    elif was.pinned and (use.version is None or use.version == was.version):
        said += ", and nothing says to which version"
        yield Fact("moved-pin", Provenance.MOVED_PIN, Confidence.MEDIUM, said, use.shown)
    elif was.version is not None and use.version is not None and _numbers(use.version) < _numbers(was.version):
        yield Fact("moved-pin", Provenance.MOVED_PIN, Confidence.MEDIUM, f"{said}, an older version", use.shown)
    else:
        yield Fact("moved-pin", Provenance.MOVED_PIN, Confidence.LOW, said, use.shown)


def _relabelled(use: Use, known: Known) -> Iterator[Fact]:
    """The commit is known, and its comment names another release than it did."""
    said_before = known.releases.get((use.repository, use.ref), set())
    if use.release is not None and said_before and use.release not in said_before:
        said = f"{short(use.action)} at {use.ref[:12]} is called {use.release}, and was called {min(said_before)}"
        yield Fact("relabelled-pin", Provenance.MOVED_PIN, Confidence.MEDIUM, said, use.shown)


def _images(job: Job, known: Known) -> Iterator[Fact]:
    """Images that steps run in, or that are a step: a service beside them sees no secrets."""
    images = [
        *job.images[: int(job.contained)],
        *(each.uses for each in job.steps if each.uses.startswith("docker://")),
    ]
    for image in images:
        name = bare(image)
        # One without a slash is kept by Docker itself.
        if "/" not in name or name in known.images or "${{" in image:
            continue
        pinned = "@sha256:" in image
        said = f"runs in the image {short(image)}, which nothing here used" + (
            "" if pinned else ", by a tag that can be moved"
        )
        yield Fact("new-image", Provenance.NEW_ACTION, Confidence.LOW if pinned else Confidence.MEDIUM, said, image)


def _look_alike(use: Use, known: Known) -> str | None:
    """An owner of a repository of the same name who is called almost the same."""
    name = use.repository.partition("/")[2]
    owners = known.repositories.get(name, set()) | {"actions", "github"}
    return next(
        (f"{each}/{name}" for each in sorted(owners) if len(each) >= _SHORTEST and _near(use.owner, each)), None
    )


def _near(one: str, other: str) -> bool:
    """Whether one letter was changed, added, left out, or swapped with its neighbour."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[at:], other[at:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _rights(permissions: Mapping[str, str] | None) -> list[str]:
    held = [name for name, level in (permissions or {}).items() if level == "write" and name in _RIGHTS]
    return ["everything"] if "*" in held else sorted(held)


def _named(secrets: frozenset[str]) -> str:
    return "all secrets" if "*" in secrets else "the secret " + ", ".join(map(short, sorted(secrets)[:4]))


def _called(use: Use) -> str:
    ref = use.ref[:12] if use.pinned else short(use.ref)
    return f"{ref} ({use.version})" if use.version else ref


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
