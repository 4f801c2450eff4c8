"""Does a workflow trust something that it did not, or trust it less firmly than before?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.codescan.context import Context
from scanner.codescan.pairing import Kind
from scanner.model.signal import Confidence, Novelty, Provenance, Signal, Trigger
from scanner.shape import encoding

_USES = re.compile(r"^\s*-?\s*[\"']?uses[\"']?\s*:\s*[\"']?([\w.-]+/[\w./-]+)@([^\s\"'#]+)", re.MULTILINE)
_COMMIT = re.compile(r"[0-9a-f]{40}\Z")


def check(context: Context) -> Iterator[Signal]:
    """Actions that lost their pin to a commit, or moved to another ref."""
    for change in context.changes(Kind.ADDED, Kind.CHANGED):
        if context.trigger(change.path) is not Trigger.CI or not change.path.endswith((".yml", ".yaml")):
            continue
        before = dict(_USES.findall(context.old_text(change)))
        text = encoding.lenient_text(context.data(change))
        for match in _USES.finditer(text):
            action, ref = match[1], match[2]
            was = before.get(action)
            if was is None or was == ref or not _COMMIT.match(was) or _COMMIT.match(ref):
                continue
            yield Signal(
                rule="unpinned-action", says=Provenance.MOVED_PIN, trigger=Trigger.CI, confidence=Confidence.HIGH,
                novelty=Novelty.FILE, path=change.path, line=text.count("\n", 0, match.start(1)) + 1,
                excerpt=match[0].strip()[:300], old_path=change.old_path,
                message=f"{action} was pinned to commit {was[:12]} and now follows {ref[:100]}, which can be moved",
            )  # fmt: skip
