"""Milder words for what is the work of the package that does it, where the code itself shows that.

A build that checks what it fetches, a client that enters its own service, a build file that asks a compiler, a
template engine that makes functions: each is told in a word of its own, so that the table of stories says what it
weighs. An excuse is about one signal, never about another: who brings a payload and an excuse has the payload still.
"""

# ruff: noqa: E501  # expressions stand a line for each kind

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

import msgspec

from scanner.codescan.addresses import Addresses, hosts
from scanner.codescan.context import Context
from scanner.codescan.pairing import Change, Kind
from scanner.errors import InputError
from scanner.model.signal import Capability, Signal, Trigger
from scanner.shape import encoding

_MANIFESTS = frozenset(
    ("package.json", "pyproject.toml", "setup.cfg", "setup.py", "pkg-info", "metadata", "cargo.toml", "composer.json",
     "go.mod", "pom.xml", "readme.md", "readme.rst")
)  # fmt: skip
_MOST_BYTES = 256 * 1024

_DIGEST = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{64,128}(?![0-9a-fA-F])|sha(?:256|384|512)-[A-Za-z0-9+/=]{43,88}")
_SUMMED = re.compile(r"(?i)sha[-_]?(?:256|384|512)|blake[23]")
_SUM = r"\b\w{0,40}(?:sum|sha|digest|hash|expected|pinned)\w{0,40}"
_CHECKED = re.compile(
    r"(?:!=|!==|==|===|\bcompare_digest\(|\btimingSafeEqual\(|\.equals\(|\bne\s*\()[^\n]{0,200}" + _SUM
    + r"|" + _SUM + r"(?:\(\))?\s*(?:!=|!==|==|===)|sha\d+sum\s+(?:-c|--check)|\bassert_eq!\([^\n]{0,200}(?i:sum|sha|digest|hash)",
    re.I,
)  # fmt: skip
_REFUSES = re.compile(
    r"\b(?:raise|throw|panic!?|abort|exit|assert\w*|die|fatal|Err|error!?|fail\w*|bail!?|process\.exit)\b|SystemExit|sha\d+sum\s+(?:-c|--check)"
)

_SERVICE = re.compile(
    r"\b([A-Z][A-Z0-9]{2,})_[A-Z0-9_]*(?:TOKEN|KEY|SECRET|PASSW|CREDENTIAL|AUTH)|[\"'~/\\]\.(aws|azure|boto|kube|docker|gcloud)\b|\b(gcloud|google)[/\\_]"
)
_SAME = {"aws": ("amazonaws",), "google": ("googleapis", "gcloud"), "gcloud": ("googleapis", "google"),
         "azure": ("windows", "microsoft", "microsoftonline"), "boto": ("amazonaws", "aws")}  # fmt: skip
_NO_NAME = frozenset(
    ("npm", "node", "github", "gitlab", "ci", "pypi", "twine", "cargo", "gem", "docker", "ssh", "git", "api", "access",
     "secret", "auth", "private")
)  # fmt: skip
"""Words before `_TOKEN` that name no service of a package, or one that worms are after."""

_TOOL = (
    r"(?:[\w/.-]*/)?(?:pkg-config|pkgconf|cc|gcc|g\+\+|clang(?:\+\+)?|c\+\+|ld|ar|rustc|cargo|cmake|ctest|make|gmake|ninja|meson|autoconf|autoreconf|automake|libtoolize"
    r"|nproc|uname|sw_vers|xcrun|xcode-select|llvm-config|python-config|python3-config|pg_config|mysql_config|mariadb_config|curl-config|xml2-config|xslt-config"
    r"|sdl2-config|freetype-config|nvcc|rocm_agent_enumerator|node-gyp|dpkg-architecture|ldconfig|swig|cython|protoc|flex|bison|yacc|tput|which|javac|go|dotnet|tsc)"
)
_ASKS = re.compile(
    rf"(?:[\"'`]|%x[({{\[]){_TOOL}(?=[\"'`\s)}}\]])|[\"']git[\"']\s*,\s*[\"'](?:describe|rev-parse|log|status|show|ls-files)[\"']|[\"'`]git (?:describe|rev-parse|log|status|ls-files)\b"
)
_STARTS = re.compile(
    r"(?:\b(?:system|exec|spawn|popen|run|call|check_call|check_output|Popen|execSync|execFileSync|execFile|spawnSync|getoutput|capture2e?|capture3|exec\.Command|Command::new|new|shell)\s*[!(]\s*[\[(]?\s*|`|%x[({\[])"
)
_LITERAL = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`")
_MORE = re.compile(r"[|;&>]\s*\w|\$\(|\bhttps?://|\bcurl\b|\bwget\b|\bbase64\b|\beval\b|\bsh\b[\"']?\s*,?\s*[\"']?-c")

_MAKERS = re.compile(
    r"\btemplat\w*|\bcompil(?:er|es|ing)\b|\bjit\b|\bcode[- ]?gen\w*|\bschema\w*|\bvalidator\w*|\bserializ\w*|\bexpression\w*|\binterpret\w*|\bmustache\b|\bhandlebars\b|\bjinja\w*|\brender\w*"
)
_FUNCTION = re.compile(
    r"\b(?:function\s*\*?\s*(\w+)|(?:const|let|var)\s+(\w+)\s*=\s*(?:async\s*)?(?:function\b|\([^)]*\)\s*=>|\w+\s*=>)|(\w+)\s*\([^()\n]*\)\s*\{)|exports\.(\w+)\s*="
)


def milder(context: Context, signals: Iterable[Signal]) -> list[Signal]:
    """The signals of a change, some of them in milder words."""
    if context.old is None:
        return list(signals)
    excuses = _Excuses(context)
    return [
        msgspec.structs.replace(one, says=word) if (word := excuses.word(one)) is not None else one for one in signals
    ]


class _Excuses:
    """What speaks for one change; files are read where a signal asks for them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._changes = {change.path: change for change in context.changes(Kind.ADDED, Kind.CHANGED)}
        self._addresses = Addresses(context)

    def word(self, signal: Signal) -> Capability | None:
        """A milder word for what a signal says, or none."""
        change = self._changes.get(signal.path)
        if change is None or signal.rule in ("encoded-literal", "decoded-literal"):
            return None
        match signal.says:
            case Capability.NETWORK if signal.trigger in (Trigger.INSTALL, Trigger.BUILD):
                return Capability.CHECKED_DOWNLOAD if self._is_checked(change) else None
            case Capability.CREDENTIALS:
                return Capability.OWN_CREDENTIALS if self._is_own(signal, change) else None
            case Capability.PROCESS | Capability.SHELL if signal.trigger in (Trigger.INSTALL, Trigger.BUILD):
                return Capability.BUILD_TOOL if self._asks_tool(signal, change) else None
            case Capability.DYNAMIC_CODE:
                return Capability.MAKES_FUNCTIONS if self._makes(signal, change) else None
            case _:
                return None

    def _is_checked(self, change: Change) -> bool:
        """It sums up what it fetches, compares that with a digest in the package, and gives up where they differ."""
        text = self._text(change)
        if not (_SUMMED.search(text) and _CHECKED.search(text) and _REFUSES.search(text)):
            return False
        if not (_DIGEST.search(text) or any(_DIGEST.search(self._text(one)) for one in self._named(text))):
            return False
        told = self._addresses.strange(self._fresh(change), change, near=self._fresh(change))
        return told is None or told.confidence != "high"

    def _named(self, text: str) -> list[Change]:
        """Small changed files of data that a text names: lists of digests."""
        return [
            change for path, change in self._changes.items()
            if (change.entry is not None and change.entry.size < _MOST_BYTES and path.rpartition("/")[2] in text)
        ]  # fmt: skip

    def _is_own(self, signal: Signal, change: Change) -> bool:
        """It reads what its own service is entered with, and names no host but that service's and those known."""
        words = {word.lower() for found in _SERVICE.findall(self._line(signal, change, 1)) for word in found if word}
        if not words or not words.isdisjoint(_NO_NAME):
            return False
        fresh = self._fresh(change)
        for word in words:
            if re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", self._purpose) is None:
                return False
        mine = {one for word in words for one in (word, *_SAME.get(word, ()))}
        return all(self._addresses.is_known(host) or host.split(".")[-2] in mine for host in hosts(fresh)) and (
            self._addresses.strange(fresh, change, near=fresh) is None or any(hosts(fresh))
        )

    def _asks_tool(self, signal: Signal, change: Change) -> bool:
        """The program that these lines start is a compiler, or one that says where libraries lie."""
        text = self._line(signal, change, 1)
        if _LITERAL.search(text) is None:  # a call whose arguments stand below
            text = self._line(signal, change, 3)
        started = _STARTS.search(text)
        if started is None or any(_MORE.search(quoted) for quoted in _LITERAL.findall(text)):
            return False
        return any(_ASKS.match(text, at) is not None for at in (started.end(), started.end() - 1))

    def _makes(self, signal: Signal, change: Change) -> bool:
        """It stands in a function that nothing here calls, in a package whose work that is."""
        if not change.path.endswith((".js", ".cjs", ".mjs", ".ts")) or signal.line is None:
            return False
        if _MAKERS.search(self._purpose) is None:
            return False
        lines = self._text(change).split("\n")
        name = _around(lines, signal.line)
        if name is None:
            return False
        calls = re.compile(
            rf"^(?:[\w.]+\s*=\s*|(?:const|let|var)\s+\w+\s*=\s*)?(?:module\.exports\.|exports\.)?{re.escape(name)}\s*\(",
            re.M,
        )
        return calls.search("\n".join(lines)) is None

    @cached_property
    def _purpose(self) -> str:
        """What the old side says of itself, in small letters: manifests and the page for readers."""
        found: list[str] = []
        old = self._context.old
        if old is None:
            return ""
        for path, entry in old.entries.items():
            if path.rpartition("/")[2].lower() in _MANIFESTS and entry.link is None and entry.size <= _MOST_BYTES:
                try:
                    found.append(encoding.lenient_text(old.read(path)).lower())
                except InputError:  # who reads the file for its own sake says so
                    continue
        return "\n".join(found)

    def _text(self, change: Change) -> str:
        return encoding.lenient_text(self._context.data(change))

    def _fresh(self, change: Change) -> str:
        return "\n".join(self._context.fresh(change).values())

    def _line(self, signal: Signal, change: Change, more: int) -> str:
        if signal.line is None:
            return signal.excerpt
        return "\n".join(self._text(change).split("\n")[signal.line - 1 : signal.line - 1 + more])


def _around(lines: list[str], number: int) -> str | None:
    """The name of the outermost function that a line lies in; none where it runs with the file."""
    depth, name, outer = 0, None, 0
    for index, line in enumerate(lines[:number], 1):
        if depth == 0:
            found = _FUNCTION.match(
                line.strip().removeprefix("export ").removeprefix("default ").removeprefix("async ")
            )
            name = next(filter(None, found.groups()), None) if found is not None else None
        if index == number:
            return name if depth > 0 else None
        depth += line.count("{") - line.count("}")
        outer = max(outer, depth)
    return None
