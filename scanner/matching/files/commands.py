"""Does a command that runs by itself look like an attack? In words, or `None`.

What editors run for honest reasons builds, watches, lints and installs. What campaigns put there fetches something and
runs it, unwraps something, or runs a file that is no program by its name or lies where no program belongs.
"""

from __future__ import annotations

import re

MOST = 20_000
"""Characters of a command that are looked at."""

_TELLING: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "fetches something from the network",
        re.compile(
            r"\b(?:curl|wget|aria2c|certutil|bitsadmin|mshta|iwr|irm|invoke-webrequest|invoke-restmethod|"
            r"start-bitstransfer|downloadstring|downloadfile|ncat|urlretrieve|urlopen)\b|/dev/tcp/|\bfetch\s*\(",
            re.IGNORECASE,
        ),
    ),
    ("starts PowerShell", re.compile(r"\b(?:powershell|pwsh)(?:\.exe)?\b", re.IGNORECASE)),
    (
        "unwraps something that is hidden in it",
        re.compile(
            r"\bbase64\b|\batob\b|frombase64string|-e(?:nc|ncodedcommand)\b|\bxxd\s+-r|\\x[0-9a-f]{2}\\x", re.IGNORECASE
        ),
    ),
    (
        "runs a program that stands in the command itself",
        re.compile(
            r"\b(?:node|nodejs|bun|deno)\s+(?:-e|--eval|-p|eval)\b|\bpython[0-9.]*\s+-c\b|\b(?:perl|ruby)\s+-e\b"
            r"|\bosascript\s+-e\b|\biex\b|invoke-expression|\beval\b",
            re.IGNORECASE,
        ),
    ),
    (
        "runs a file that is no program by its name",
        re.compile(
            r"\b(?:node|nodejs|bun|deno\s+run|python[0-9.]*|ruby|perl|php|bash|sh|zsh)\s+(?:-\S+\s+){0,5}[\"']?[^\s\"'|;&]{1,500}"
            r"\.(?:woff2?|ttf|eot|otf|svg|png|jpe?g|gif|ico|webp|css|scss|dict|txt|log|md|json|ya?ml|map|dat|bin|pdf|"
            r"mp[34]|lock|conf|cfg|ini|xml|csv)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "runs a file from a place where no program belongs",
        re.compile(
            r"\b(?:node|nodejs|bun|deno\s+run|python[0-9.]*|ruby|perl|php|bash|sh|zsh)\s+(?:-\S+\s+){0,5}[\"']?(?:\S{0,500}/)?"
            r"(?:\.vscode|\.cursor|\.claude|\.idea|\.github|fonts?|images?|img|assets|public|static|tmp|temp|\.cache)/",
            re.IGNORECASE,
        ),
    ),
    (
        "pipes something into a shell",
        re.compile(r"\|\s*(?:sudo\s+)?(?:(?:ba|z|da|k)?sh|node|python[0-9.]*|cmd)\b", re.IGNORECASE),
    ),
)


def telling(command: str) -> str | None:
    """Why this command looks like an attack, in words that follow "it"; `None` where it does not."""
    text = command[:MOST]
    reasons = [words for words, sign in _TELLING if sign.search(text)]
    return " and ".join(reasons[:2]) or None
