"""--source: the source that a release claims to be made of, a folder or a tag of a repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from scanner.errors import InputError, UsageError
from scanner.model.component import Problem
from scanner.model.tree import Tree
from scanner.shape import encoding, json_text
from scanner.targets import git_objects, trees

_VERSION = re.compile(r"^(?:Version:\s*|version\s*=\s*[\"'])([\w.+!-]{1,80})", re.MULTILINE)
_MANIFESTS = ("package.json", "PKG-INFO", "Cargo.toml", "pyproject.toml")


def open_source(text: str, release: Tree, stack: ExitStack, problems: list[Problem]) -> Tree:
    """The tree that `--source` means: a folder, `REPOSITORY:REV`, or a repository, whose tag of the release's version
    is looked for. Raises `InputError` when it is none of these. `stack` closes what must be closed.
    """
    path, colon, revision = text.rpartition(":")
    folder = Path(path) if colon and Path(path).is_dir() else Path(text)
    if not folder.is_dir():
        raise UsageError("neither a folder nor a repository", where=f"--source {text}", hint="clone it first")
    if folder == Path(text):
        if not _is_repository(folder):
            return trees.FolderTree(folder, problems)
        revision = ""
    repository = stack.enter_context(git_objects.open_repository(folder))
    return trees.GitTree(repository, revision or _tag(repository, release, folder))


def _is_repository(folder: Path) -> bool:
    return (folder / ".git").exists() or ((folder / "HEAD").is_file() and (folder / "objects").is_dir())


def _tag(repository: git_objects.Repository, release: Tree, folder: Path) -> str:
    versions = dict.fromkeys(_versions(release))
    tags = {name.removeprefix("refs/tags/") for name in repository.refs.ids if name.startswith("refs/tags/")}
    for version in versions:
        fitting = sorted((tag for tag in tags if _fits(tag, version)), key=len)
        if fitting:
            return f"refs/tags/{fitting[0]}"
    said = f"version {', '.join(versions)}" if versions else "a version, which its manifests do not say"
    raise InputError(f"no tag is called after {said}", where=folder, hint="--source REPOSITORY:REV")


def _fits(tag: str, version: str) -> bool:
    """`1.2.3`, `v1.2.3`, `name-1.2.3`, `name@1.2.3`, `release/1.2.3`, `REL_1_2_3`."""
    spelled = tag.replace("_", ".")
    if not spelled.endswith(version):
        return False
    return re.search(r"(?:\A|[^\d.]|[^\d][._])v?\Z", spelled[: -len(version)], re.IGNORECASE) is not None


def _versions(release: Tree) -> Iterator[str]:
    for name in _MANIFESTS:
        for path in sorted((path for path in release.entries if path.rpartition("/")[2] == name), key=len)[:1]:
            try:
                data = release.read(path)
                value = json_text.value(data, where=path).get("version") if name == "package.json" else None
            except (InputError, AttributeError):
                continue
            if isinstance(value, str):
                yield value
            elif (found := _VERSION.search(encoding.lenient_text(data))) is not None:
                yield found[1]
    if (
        named := re.search(r"[-@](\d[\w.+!-]*?)(?:\.(?:tgz|tar\.\w+|zip|crate|gem|jar)|-py\d.*)?\Z", release.name)
    ) is not None:
        yield named[1]
