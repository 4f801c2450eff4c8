"""Literals that say something else than they show."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.codescan.context import Context
from scanner.codescan.literals import MOST_TEXT, Hidden, fold, hidden, in_pieces
from scanner.codescan.pairing import Change, Kind
from scanner.model.component import Problem
from scanner.model.signal import Capability, Concealment, Confidence, Novelty, Signal

# What a hidden text gives away → the capability that it hides.
_MEANS: tuple[tuple[re.Pattern[str], Capability], ...] = (
    (re.compile(r"https?://|fetch|urlopen|socket|curl|wget|Net::HTTP|file_get_contents"), Capability.NETWORK),
    (re.compile(r"child_process|subprocess|os\.system|exec"), Capability.PROCESS),
    (re.compile(r"/bin/|\|\s*(?:ba|z)?sh\b|powershell|cmd\.exe|chmod"), Capability.SHELL),
    (re.compile(r"eval|Function|__import__|require|import"), Capability.DYNAMIC_CODE),
    (re.compile(r"\.ssh|\.npmrc|\.aws|process\.env"), Capability.CREDENTIALS),
    (re.compile(r"crontab|LaunchAgents|CurrentVersion|\.(?:bash|zsh)"), Capability.PERSISTENCE),
    (re.compile(r"pyperclip"), Capability.CLIPBOARD),
    (re.compile(r"bc1|\[13\]|0x\[|T\[A-Z"), Capability.WALLET),
)


def check(context: Context) -> Iterator[Signal]:
    """Fresh lines whose literals decode to addresses, module names, shell or code."""
    for change in context.changes(Kind.ADDED, Kind.CHANGED):
        if not context.is_text(change):
            continue
        lines = context.fresh(change)
        if sum(map(len, lines.values())) > MOST_TEXT:
            what = f"its literals were decoded in the first {MOST_TEXT} new characters only"
            context.problems.append(Problem(where=change.path, what=what))
        numbers = list(lines)
        before: set[str] | None = None
        text = "\n".join(lines.values())
        for found in (*hidden(fold(text)), *in_pieces(text)):
            if before is None:
                old = context.old_text(change)
                before = {one.says for one in (*hidden(fold(old)), *in_pieces(old))}
            if found.says in before:
                continue
            # Folding never takes a line away before the literal it joins, but may join two lines: stay in range.
            number = numbers[min(found.line, len(numbers)) - 1] if numbers else None
            yield from _signals(context, change, number, found)


def _signals(context: Context, change: Change, line: int | None, found: Hidden) -> Iterator[Signal]:
    telling = " ".join(found.telling)
    trigger = context.trigger(change.path, line)

    def signal(says: Capability | Concealment, message: str) -> Signal:
        return Signal(
            rule="encoded-literal", says=says, trigger=trigger, confidence=Confidence.HIGH, novelty=Novelty.FILE,
            path=change.path, line=line, excerpt=f"{found.shown} → {found.says[:200]}", message=message,
            old_path=change.old_path,
        )  # fmt: skip

    yield signal(Concealment.ENCODED, f"a literal ({found.encoding}) hides {telling[:100]}")
    for pattern, capability in _MEANS:
        if pattern.search(telling):
            yield signal(capability, f"a literal ({found.encoding}) hides {telling[:100]}")
