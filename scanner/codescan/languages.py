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
    "sh": ".sh", "bash": ".sh", "zsh": ".sh", "ksh": ".sh", "csh": ".sh", "fish": ".sh", "command": ".sh",
    "ebuild": ".sh", "preinst": ".sh", "postinst": ".sh", "prerm": ".sh", "postrm": ".sh", "install": ".sh",
    "applescript": ".applescript", "scpt": ".applescript",
    "ps1": ".ps1", "psm1": ".ps1", "psd1": ".ps1", "ps1xml": ".ps1",
    "vbs": ".vbs", "vbe": ".vbs", "wsf": ".vbs", "hta": ".vbs",
    "go": ".go", "rs": ".rs", "php": ".php", "phtml": ".php", "java": ".java", "kt": ".kt", "kts": ".kt", "cs": ".cs",
    "c": ".c", "h": ".c", "m": ".c", "cc": ".cpp", "cpp": ".cpp", "cxx": ".cpp", "hpp": ".cpp", "mm": ".cpp",
    "lua": ".lua", "swift": ".swift",
    "yml": ".yml", "yaml": ".yml", "json": ".json", "jsonc": ".json", "toml": ".toml", "xml": ".xml",
    "m4": ".m4", "ac": ".m4", "am": ".am", "cmake": ".cmake", "mk": ".mk", "mak": ".mk",
    "bzl": ".bzl", "bazel": ".bzl", "bat": ".bat", "cmd": ".bat",
    "html": ".html", "md": ".md", "gyp": ".json", "gradle": ".gradle",
    "targets": ".xml", "props": ".xml", "csproj": ".xml", "vbproj": ".xml", "fsproj": ".xml", "vcxproj": ".xml",
    "code-workspace": ".json", "podspec": ".rb", "dockerfile": ".dockerfile", "containerfile": ".dockerfile",
}  # fmt: skip
_NAMES = {
    "rakefile": ".rb", "gemfile": ".rb", "makefile": ".mk", "gnumakefile": ".mk", "configure": ".sh",
    "podfile": ".rb", "sconstruct": ".py", "sconscript": ".py", "wscript": ".py",
    "justfile": ".mk", "pkgbuild": ".sh", "apkbuild": ".sh", ".envrc": ".sh",
    "preinst": ".sh", "postinst": ".sh", "prerm": ".sh", "postrm": ".sh",
    "preinstall": ".sh", "postinstall": ".sh",  # of a macOS package
    "build": ".bzl", "workspace": ".bzl", "meson.build": ".bzl", "meson_options.txt": ".bzl",
    "cmakelists.txt": ".cmake", "dockerfile": ".dockerfile", "containerfile": ".dockerfile", "jenkinsfile": ".groovy",
}  # fmt: skip
_TEMPLATE = re.compile(r"(?<=.)\.(?:in|tmpl|template)\Z")
"""`Makefile.in` is read as what comes of it."""
_SPEC = re.compile(rb"^%(?:prep|build|install|pre|post|preun|postun|description)\b", re.MULTILINE)
"""A recipe for RPM, which is mostly shell; other things are called `.spec`, too."""
_INTERPRETERS = (
    (re.compile(rb"#!.{0,40}\bmake\b"), ".mk"),
    (re.compile(rb"#!.{0,40}\bosascript\b"), ".applescript"),
    (re.compile(rb"#!.{0,40}\bpwsh\b"), ".ps1"),
    (re.compile(rb"#!.{0,40}\b(?:ba|z|k|da)?sh\b"), ".sh"),
    (re.compile(rb"#!.{0,40}\bpython"), ".py"),
    (re.compile(rb"#!.{0,40}\bnode\b"), ".js"),
    (re.compile(rb"#!.{0,40}\bruby"), ".rb"),
    (re.compile(rb"#!.{0,40}\bphp"), ".php"),
)


def ending(path: str, data: bytes) -> str:
    """The ending under which the engine reads this file; `.txt`, which only text rules read, where nothing is known."""
    name = _TEMPLATE.sub("", path.rpartition("/")[2].lower())
    first = data[:80].partition(b"\n")[0]
    spoken = next((suffix for pattern, suffix in _INTERPRETERS if pattern.match(first)), None)
    if name in _NAMES and "." not in name and spoken is not None:
        return spoken
    if name in _NAMES:
        return _NAMES[name]
    if name.startswith(("dockerfile.", "containerfile.")):
        return ".dockerfile"
    known = _ENDINGS.get(name.rpartition(".")[2]) if "." in name else None
    if known is not None:
        return known
    if name.endswith(".spec") and _SPEC.search(data):
        return ".sh"
    if f"/{path.lower()}".endswith("/debian/rules"):
        return ".mk"
    return spoken or ".txt"


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
