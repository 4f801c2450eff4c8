"""Code inside text: what a program writes into a file, or hands to a shell, can do what that text says.

To a parser it is a string. It is judged by the words that mean something in the language that it will run as, where it
stands beside something that writes or starts programs: a page of help that names a command is neither.
"""

# ruff: noqa: E501  # expressions stand a line for each kind

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from scanner.codescan import languages
from scanner.codescan.context import Context
from scanner.codescan.pairing import Change, Kind
from scanner.model.signal import Capability, Confidence, Novelty, Signal

_MOST = 1_000_000
_NEAR = 500
"""Characters between a text and what writes or runs it."""
_CODE = frozenset(
    (".py", ".js", ".ts", ".rb", ".php", ".go", ".rs", ".java", ".kt", ".cs", ".sh", ".ps1", ".lua", ".mk", ".yml")
)
_TEXT = re.compile(
    r"\"\"\"(.{12,4000}?)\"\"\"|'''(.{12,4000}?)'''|`([^`]{12,4000})`|<<[-~]?\s*[\"']?(\w+)[\"']?[^\n]*\n(.{12,4000}?)\n\s*\4\b"
    r"|\"((?:[^\"\\\n]|\\.){12,2000})\"|'((?:[^'\\\n]|\\.){12,2000})'",
    re.DOTALL,
)
_KEPT = re.compile(
    r"\bwrite(?:_text|_bytes|lines|File(?:Sync)?|Sync|All(?:Text|Lines))?\s*\(|\bappendFile(?:Sync)?\(|\bopen\([^)\n]{0,200}[\"'][wa]b?[\"']|>>|\bcat\s*>|\btee\b|\bWriteFile\(|\bfile_put_contents\(|\bFile\.(?:write|open)\b|\bSet-Content\b|\bAdd-Content\b|\bfs::write\b"
    r"|\b(?:system|popen|exec|execSync|spawn|spawnSync|run|check_call|check_output|call|Popen|shell_exec|passthru|exec\.Command|Command::new|getoutput)\s*\(|\bsh\s+-c\b|\bcrontab\b"
)
_SAYS: tuple[tuple[Capability, re.Pattern[str]], ...] = (
    (Capability.NETWORK, re.compile(
        r"\b(?:curl|wget|Invoke-WebRequest|iwr|irm)\b[^\n]{0,200}(?:https?://|\$)|\burlopen\s*\(|\brequests\.(?:get|post|put)\s*\(|\bfetch\s*\(\s*[\\\"']*https?:|\bhttps?\.(?:get|request)\s*\(|/dev/tcp/|\bNet::HTTP\b|\bDownloadString\b|\bnc\s+-\w|\bgit\s+push\b"
    )),
    (Capability.SHELL, re.compile(r"\|\s*(?:sudo\s+)?(?:/bin/)?(?:ba|z|da)?sh\b|\b(?:ba|z)?sh\s+-c\b|\bpowershell\b|\biex\b", re.I)),
    (Capability.DYNAMIC_CODE, re.compile(r"(?<![\w.])(?:exec|eval)\s*\(|\bnew Function\s*\(|\b__import__\s*\(|\bpython3?\s+-c\b|\bnode\s+-e\b")),
    (Capability.PROCESS, re.compile(r"\bsubprocess\.\w|\bos\.system\s*\(|\bchild_process\b|\bExec(?:Start)?=")),
    (Capability.CREDENTIALS, re.compile(
        r"~/\.(?:ssh|aws|kube|npmrc|pypirc|netrc|docker|gnupg)\b|\bid_(?:rsa|ed25519)\b|\bprintenv\b|\bprocess\.env\b(?![.\[])|\bos\.environ\b(?!\[|\.get)|\$\{?\w*(?:TOKEN|SECRET|PASSWORD)\b|\bsecrets\.\w+|toJSON\(secrets"
    )),
)  # fmt: skip
"""Capability → words by which code in some language has it."""


def check(context: Context) -> Iterator[Signal]:
    """What new texts can do that are written or run nearby, each capability once in a file."""
    if context.old is None:
        return
    for change in context.changes(Kind.ADDED, Kind.CHANGED):
        if languages.ending(change.path, b"") in _CODE and context.is_text(change):
            yield from _file(context, change)


def _file(context: Context, change: Change) -> Iterator[Signal]:
    fresh = context.fresh(change)
    text = "\n".join(fresh.values())
    if len(text) > _MOST or _KEPT.search(text) is None:
        return
    numbers, told = list(fresh), set[Capability]()
    keeps = [kept.start() for kept in _KEPT.finditer(text)]
    old: str | None = None
    for found in _TEXT.finditer(text):
        next_ = bisect_left(keeps, found.start() - _NEAR)
        if next_ == len(keeps) or keeps[next_] > found.end() + _NEAR:
            continue
        for says, words in _SAYS:
            said = words.search(found[0]) if says not in told else None
            if said is None:
                continue
            old = context.old_text(change) if old is None else old
            if said[0] in old:
                continue
            told.add(says)
            line = numbers[min(text.count("\n", 0, found.start() + said.start()), len(numbers) - 1)]
            yield Signal(
                rule="code-in-text", says=says, trigger=context.trigger(change.path, line), confidence=Confidence.LOW,
                novelty=Novelty.FILE, path=change.path, line=line, excerpt=fresh[line].strip()[:300],
                message="writes or runs a text that does so", old_path=change.old_path,
            )  # fmt: skip
