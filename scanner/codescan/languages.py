"""Under which name a file is shown to the rule engine, so that it is read as the language that it is.

The engine goes by endings, and knows few: a `.pth` is Python, a `.gemspec` Ruby, `configure` a shell script; it skips
`*.min.js`, tests and vendored folders. Files are therefore staged under neutral names with the right ending.
"""

from __future__ import annotations

import re

_ENDINGS = {
    "py": ".py", "pyw": ".py", "pyi": ".py", "pth": ".py", "pyx": ".py",
    "js": ".js", "cjs": ".js", "mjs": ".js", "jsx": ".js", "es6": ".js",
    "ts": ".ts", "tsx": ".tsx", "mts": ".ts", "cts": ".ts",
    "rb": ".rb", "gemspec": ".rb", "rake": ".rb",
    "sh": ".sh", "bash": ".sh", "zsh": ".sh", "ksh": ".sh",
    "ps1": ".ps1", "psm1": ".ps1", "psd1": ".ps1",
    "go": ".go", "rs": ".rs", "php": ".php", "phtml": ".php", "java": ".java", "kt": ".kt", "kts": ".kt", "cs": ".cs",
    "c": ".c", "h": ".c", "cc": ".cpp", "cpp": ".cpp", "hpp": ".cpp", "lua": ".lua", "swift": ".swift",
    "yml": ".yml", "yaml": ".yml", "json": ".json", "jsonc": ".json", "toml": ".toml", "xml": ".xml",
    "m4": ".m4", "ac": ".m4", "am": ".am", "cmake": ".cmake", "mk": ".mk", "bat": ".bat", "cmd": ".bat",
    "html": ".html", "md": ".md", "gyp": ".json", "gradle": ".gradle",
    "targets": ".xml", "props": ".xml", "csproj": ".xml", "dockerfile": ".dockerfile", "containerfile": ".dockerfile",
}  # fmt: skip
_NAMES = {
    "rakefile": ".rb", "gemfile": ".rb", "makefile": ".mk", "gnumakefile": ".mk", "configure": ".sh",
    "cmakelists.txt": ".cmake", "dockerfile": ".dockerfile", "containerfile": ".dockerfile", "jenkinsfile": ".groovy",
}  # fmt: skip
_INTERPRETERS = (
    (re.compile(rb"#!.{0,40}\b(?:ba|z|k|da)?sh\b"), ".sh"),
    (re.compile(rb"#!.{0,40}\bpython"), ".py"),
    (re.compile(rb"#!.{0,40}\bnode\b"), ".js"),
    (re.compile(rb"#!.{0,40}\bruby"), ".rb"),
    (re.compile(rb"#!.{0,40}\bphp"), ".php"),
)


def ending(path: str, data: bytes) -> str:
    """The ending under which the engine reads this file; `.txt`, which only text rules read, where nothing is known."""
    name = path.rpartition("/")[2].lower()
    if name in _NAMES:
        return _NAMES[name]
    if name.startswith(("dockerfile.", "containerfile.")):
        return ".dockerfile"
    known = _ENDINGS.get(name.rpartition(".")[2]) if "." in name else None
    if known is not None:
        return known
    first = data[:80].partition(b"\n")[0]
    return next((suffix for pattern, suffix in _INTERPRETERS if pattern.match(first)), ".txt")


_SPOKEN: dict[str, tuple[str, ...]] = {
    ".py": ("python", "py", "python2", "python3"), ".js": ("javascript", "js"), ".ts": ("typescript", "ts"),
    ".tsx": ("typescript", "ts"), ".rb": ("ruby", "rb"), ".sh": ("bash", "sh"), ".ps1": ("powershell",),
    ".go": ("go", "golang"), ".rs": ("rust",), ".php": ("php",), ".java": ("java",), ".kt": ("kotlin", "kt"),
    ".cs": ("csharp", "c#"), ".c": ("c", "cpp", "c++"), ".cpp": ("cpp", "c++"), ".lua": ("lua",), ".swift": ("swift",),
    ".yml": ("yaml",), ".json": ("json",), ".xml": ("xml",), ".html": ("html",),
    ".dockerfile": ("dockerfile", "docker"),
}  # fmt: skip
_ANY = frozenset(("regex", "generic"))


def speaks(ending: str, languages: tuple[str, ...]) -> bool:
    """Whether a rule for these languages is run on a file that is staged with this ending."""
    return not _ANY.isdisjoint(languages) or not frozenset(languages).isdisjoint(_SPOKEN.get(ending, ()))


_PROSE = re.compile(
    r"\.(?:md|mdx|markdown|rst|adoc)\Z|(?:^|/)(?:readme|changelog|changes|history|licen[cs]e)(?:\.txt)?\Z", re.I
)


def is_prose(path: str) -> bool:
    """Whether a file is for readers: what it names, it cannot do. What it tells an agent, or hides, still counts."""
    return _PROSE.search(path) is not None
