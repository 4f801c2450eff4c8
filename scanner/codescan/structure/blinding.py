"""Things made to keep reviewers or scanners from looking."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from scanner.codescan.context import Context
from scanner.codescan.pairing import Change, Kind
from scanner.model.signal import Concealment, Confidence, Novelty, Signal
from scanner.shape import encoding

# Files that silence a scanner → whom.
_SILENCERS = {
    ".semgrepignore": "semgrep",
    ".trivyignore": "trivy",
    ".trivyignore.yaml": "trivy",
    ".grype.yaml": "grype",
    "osv-scanner.toml": "osv-scanner",
    ".snyk": "snyk",
    ".gitleaksignore": "gitleaks",
    ".bandit": "bandit",
}
_ATTRIBUTE = re.compile(r"(?:^|\s)(?:-diff|-text|linguist-generated|linguist-vendored|filter=\S+|diff=\S+)(?:\s|=|$)")
_SKIP = re.compile(r"\b(?:nosem(?:grep)?|NOSONAR|noqa:\s*S\d+|nosec|codeql\s*\[|lgtm\s*\[|checkov:skip|trivy:ignore)\b")


def check(context: Context) -> Iterator[Signal]:
    """Ignore files, diff attributes, skip comments, links out of the tree, repositories within."""
    for change in context.pairing.changes:
        if change.kind is Kind.REMOVED or change.entry is None:
            continue
        if change.entry.link is not None:
            yield from _link(change, change.entry.link)
            continue
        name = change.path.rpartition("/")[2].lower()
        if name in _SILENCERS:
            yield _signal(change, "silences-scanner", f"it tells {_SILENCERS[name]} what not to look at")
        if f"/{change.path}".find("/.git/") >= 0:
            yield _signal(change, "nested-repository", "a git repository inside the package: git shows nothing of it")
        elif name == ".gitattributes":
            yield from _lines(context, change, _ATTRIBUTE, "hides-diff", "it keeps git from showing changes")
        elif change.kind is not Kind.MODE and context.is_text(change):
            yield from _lines(context, change, _SKIP, "skip-comment", "a comment that tells a scanner to look away")


def _link(change: Change, target: str) -> Iterator[Signal]:
    place = posixpath.normpath(posixpath.join(posixpath.dirname(change.path), target))
    if target.startswith(("/", "~")) or place.startswith("../") or place == ".." or re.match(r"[A-Za-z]:[\\/]", target):
        yield _signal(change, "link-out", f"a link that leads out of the package, to {target[:200]}")


def _lines(context: Context, change: Change, pattern: re.Pattern[str], rule: str, message: str) -> Iterator[Signal]:
    if not pattern.search(
        encoding.lenient_text(context.data(change))
    ):  # nearly always, and much cheaper than each line
        return
    for number, line in context.fresh(change).items():
        if pattern.search(line):
            low = rule == "skip-comment"
            yield _signal(
                change, rule, message, line=number, excerpt=line.strip()[:300],
                confidence=Confidence.LOW if low else Confidence.MEDIUM, novelty=Novelty.LINE if low else Novelty.FILE,
            )  # fmt: skip


def _signal(
    change: Change,
    rule: str,
    message: str,
    *,
    line: int | None = None,
    excerpt: str = "",
    confidence: Confidence = Confidence.HIGH,
    novelty: Novelty = Novelty.FILE,
) -> Signal:
    return Signal(
        rule=rule, says=Concealment.BLINDING, confidence=confidence, novelty=novelty, path=change.path, line=line,
        excerpt=excerpt, message=message, old_path=change.old_path,
    )  # fmt: skip
