"""Signals of a change → findings: one a story, for each package that the change touches."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import StrEnum

from scanner.codescan.stories import Story, Told, tell
from scanner.model.component import Location
from scanner.model.finding import Evidence, Finding, FindingClass, Severity, State
from scanner.model.signal import Brought, Capability, Concealment, Confidence, Novelty, Provenance, Signal, Trigger
from scanner.model.signal_words import WORDS

_MANIFESTS = frozenset(
    ("package.json", "setup.py", "pyproject.toml", "PKG-INFO", "METADATA", "Cargo.toml", "go.mod", "composer.json",
     "pom.xml", "build.gradle")
)  # fmt: skip
_SHOWN = 12
"""Places that one finding shows."""
_KEPT = 200
"""Signals that one finding carries along for reports."""
_ADVICE = {
    Severity.CRITICAL: (
        "Do not merge or install it. Keep the file for examination, treat machines that already ran it as compromised, "
        "and ask the package's maintainers through a channel that is not the package."
    ),
    Severity.HIGH: "Do not merge it before somebody has read these lines and can say why they are needed.",
    Severity.MEDIUM: "Read these lines: does the release note explain them?",
    Severity.LOW: "Nothing to do by itself.",
}
_EDITED = (
    "Ask who edited it, and why. A patch of your own belongs into the repository as a patch; else install it anew from "
    "the lockfile."
)


def findings(
    signals: Iterable[Signal],
    stories: Sequence[Story],
    paths: Collection[str],
    *,
    root: str = "",
    whole: bool = False,
) -> Iterator[Finding]:
    """Yield the stories of each package; `paths` are all files of the new side, by which packages are told apart.

    `root` names what lies in no package of its own. `whole`: there was nothing to compare with.
    """
    roots = _roots(paths)
    by_package: dict[str, list[Signal]] = {}
    for signal in signals:
        by_package.setdefault(_root_of(signal.path, roots) or root, []).append(signal)
    for name, group in sorted(by_package.items()):
        for told in tell(group, stories, whole=whole):
            yield _finding(name, told, whole=whole)


def _finding(root: str, told: Told, *, whole: bool) -> Finding:
    first = told.signals[0]
    place = root or "the change"
    edited = any(signal.says is Provenance.EDITED_IN_PLACE for signal in told.signals)
    return Finding(
        id=_fingerprint(told, root),
        class_=FindingClass.INTEGRITY if edited else FindingClass.SUSPICIOUS_CHANGE,
        state=State.CERTAIN,
        severity=told.severity,
        title=f"{place}: {told.story.title}",
        reason=_reason(told.signals),
        component=None,
        claims=(),
        evidence=_evidence(told.signals)[:_SHOWN],
        what_to_do=(_EDITED if edited and told.severity < Severity.HIGH else _ADVICE[told.severity])
        + (f" (the first is {first.path})" if told.severity >= Severity.HIGH and root else ""),
        brings=Brought(place=root, whole=whole, signals=told.signals[:_KEPT]),
    )


def _evidence(signals: Sequence[Signal]) -> tuple[Evidence, ...]:
    """Each place once: a literal that hides three things is shown once."""
    return tuple(
        dict.fromkeys(
            Evidence(location=Location(signal.path, signal.line), value=signal.message, excerpt=signal.excerpt or None)
            for signal in signals
        )
    )


def _reason(signals: Sequence[Signal]) -> str:
    """When it runs, what it can, how it hides, where it comes from: in one sentence."""
    triggers = [WORDS[one] for one in dict.fromkeys(signal.trigger for signal in signals) if one is not Trigger.RUN]
    newest = {signal.novelty for signal in signals}
    new = "new to the package" if Novelty.PACKAGE in newest else "new to the file" if Novelty.FILE in newest else ""
    sure = "" if any(signal.confidence is not Confidence.LOW for signal in signals) else "weak signs only"
    parts = [
        f"it runs {' and '.join(triggers)}" if triggers else "",
        _said(signals, Capability, "it "),
        _said(signals, Concealment, "hidden: "),
        _said(signals, Provenance, ""),
        new,
        sure,
    ]
    return "; ".join(part for part in parts if part)


def _said(signals: Sequence[Signal], kind: type[StrEnum], begin: str) -> str:
    words = [WORDS[one] for one in dict.fromkeys(signal.says for signal in signals) if isinstance(one, kind)]
    return begin + ", ".join(words) if words else ""


def _fingerprint(told: Told, root: str) -> str:
    """The same story of the same rules in the same files, whatever the lines."""
    parts = sorted({f"{signal.rule}\0{signal.path}" for signal in told.signals})
    text = "\0\0".join((told.story.id, root, *parts))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _roots(paths: Collection[str]) -> frozenset[str]:
    return frozenset(path.rpartition("/")[0] for path in paths if path.rpartition("/")[2] in _MANIFESTS)


def _root_of(path: str, roots: frozenset[str]) -> str:
    """The nearest folder above a file that holds a manifest; "" is the whole side."""
    folder = path.rpartition("/")[0]
    while folder and folder not in roots:
        folder = folder.rpartition("/")[0]
    return folder
