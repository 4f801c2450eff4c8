"""What a release holds that its tagged source does not: real repositories and folders."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import pytest

from scanner.codescan import source as check
from scanner.codescan.context import Context
from scanner.codescan.pairing import pair
from scanner.errors import InputError, UsageError
from scanner.model.signal import Confidence, Trigger
from scanner.pipeline import source as sources
from scanner.targets.trees import FolderTree
from tests.targets.repositories import Git

CODE = "module.exports = text => text.trim();\n"
MANIFEST = json.dumps({"name": "tiny", "version": "1.2.3"})


@pytest.fixture
def git(tmp_path: Path) -> Git:
    git = Git(tmp_path / "source")
    git.commit_files("one", {"package.json": MANIFEST, "src/index.js": CODE, "m4/host.m4": "dnl honest\n"})
    git("tag", "v1.2.3")
    git.commit_files("two", {"src/index.js": CODE + "// later\n"})
    return git


def release(folder: Path, files: dict[str, str]) -> FolderTree:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, newline="")
    return FolderTree(folder, [])


def told(text: str, new: FolderTree) -> list[tuple[str, Confidence, Trigger, str]]:
    context = Context(None, new, pair(None, new))
    with ExitStack() as stack:
        source = sources.open_source(text, new, stack, context.problems)
        found = list(check.signals(context, source))
    assert context.problems == []
    return [(one.path, one.confidence, one.trigger, one.message) for one in found]


def test_a_release_that_is_its_source_says_nothing(git: Git, tmp_path: Path) -> None:
    files = {"package.json": MANIFEST, "src/index.js": CODE.replace("\n", "\r\n"), "m4/host.m4": "dnl honest\n"}
    assert told(str(git.root), release(tmp_path / "r", files)) == []


def test_what_is_in_the_release_only_and_what_reads_otherwise(git: Git, tmp_path: Path) -> None:
    new = release(
        tmp_path / "r",
        {
            "package.json": MANIFEST,
            "m4/host.m4": "eval $gl_path_map\n",
            "src/index.js": CODE,
            "src/extra.js": "1;\n",
            "dist/bundle.js": "1;\n",
        },
    )
    assert told(str(git.root), new) == [
        ("dist/bundle.js", Confidence.LOW, Trigger.RUN, "refs/tags/v1.2.3 has no file of this name"),
        ("m4/host.m4", Confidence.MEDIUM, Trigger.BUILD, "it reads otherwise than m4/host.m4 in refs/tags/v1.2.3"),
        ("src/extra.js", Confidence.MEDIUM, Trigger.RUN, "refs/tags/v1.2.3 has no file of this name"),
    ]


def test_a_revision_or_a_folder_of_ones_own(git: Git, tmp_path: Path) -> None:
    new = release(tmp_path / "r", {"package.json": MANIFEST, "src/index.js": CODE + "// later\n"})
    assert told(f"{git.root}:main", new) == []
    assert [path for path, *_ in told(f"{git.root}:v1.2.3", new)] == ["src/index.js"]
    copy = release(tmp_path / "copy", {"lib/package.json": MANIFEST, "lib/src/index.js": CODE + "// later\n"})
    assert told(copy.name, new) == []


def test_a_source_without_such_a_tag(git: Git, tmp_path: Path) -> None:
    new = release(tmp_path / "r", {"package.json": MANIFEST.replace("1.2.3", "1.2.4")})
    with pytest.raises(InputError, match=r"no tag is called after version 1\.2\.4"):
        told(str(git.root), new)
    with pytest.raises(UsageError, match="neither a folder nor a repository"):
        told("https://example.invalid/x.git", new)


@pytest.mark.parametrize(
    ("tag", "fits"),
    [
        ("1.2.3", True), ("v1.2.3", True), ("tiny-1.2.3", True), ("tiny@1.2.3", True), ("release/v1.2.3", True),
        ("REL_1_2_3", True), ("11.2.3", False), ("1.2.3-rc1", False), ("v0.1.2.3", False),
    ],
)  # fmt: skip
def test_tags(tag: str, fits: bool) -> None:
    assert sources._fits(tag, "1.2.3") is fits
