"""Which folders of a tree are whose copies, and what no manifest can make us believe."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.tree import Entry
from scanner.targets import vendored
from tests.codescan.trees import Files

SITE = "lib/python3.11/site-packages"


def npm(name: str, version: str = "1.0.0") -> str:
    return json.dumps({"name": name, "version": version})


def found(files: Mapping[str, str | bytes]) -> list[tuple[str, str, str | None, int]]:
    return [
        (
            one.vendored.root,
            one.vendored.kind,
            None if one.vendored.purl is None else str(one.vendored.purl),
            len(one.paths),
        )
        for one in vendored.packages(Files(files))
    ]


CASES: list[tuple[str, dict[str, str | bytes], list[tuple[str, str, str | None, int]]]] = [
    (
        "npm, nested and scoped",
        {
            "node_modules/a/package.json": npm("a"),
            "node_modules/a/x.js": "",
            "node_modules/a/node_modules/b/package.json": npm("b", "2.0.0"),
            "node_modules/@s/c/package.json": npm("@s/c"),
            "src/node.js": "",
        },
        [
            ("node_modules/@s/c", "npm", "pkg:npm/%40s/c@1.0.0", 1),
            ("node_modules/a", "npm", "pkg:npm/a@1.0.0", 2),
            ("node_modules/a/node_modules/b", "npm", "pkg:npm/b@2.0.0", 1),
        ],
    ),
    (
        "pnpm's store",
        {"node_modules/.pnpm/a@1.0.0/node_modules/a/package.json": npm("a"), "node_modules/a": "-> .pnpm/a"},
        [
            ("node_modules", "loose", None, 1),
            ("node_modules/.pnpm/a@1.0.0/node_modules/a", "npm", "pkg:npm/a@1.0.0", 1),
        ],
    ),
    (
        "installed distributions that share a folder",
        {
            f"{SITE}/a/__init__.py": "",
            f"{SITE}/a/unknown.py": "",
            f"{SITE}/a-1.0.dist-info/METADATA": "",
            f"{SITE}/a-1.0.dist-info/RECORD": "a/__init__.py,,\n../../../bin/a,,\n/etc/passwd,,\n",
            f"{SITE}/b.py": "",
            f"{SITE}/b_c-2.dist-info/METADATA": "",
            f"{SITE}/b_c-2.dist-info/RECORD": "b.py,,\n",
            f"{SITE}/evil.pth": "",
        },
        [
            (SITE, "python", "pkg:pypi/a@1.0", 4),
            (SITE, "python", "pkg:pypi/b-c@2", 3),
            (SITE, "loose", None, 1),
        ],
    ),
    (
        "pip's own copies",
        {
            "x/_vendor/vendor.txt": "six==1.16\n# a\nmsgpack == 1.0 ; x\n",
            "x/_vendor/six.py": "",
            "x/_vendor/msgpack/a.py": "",
        },
        [
            ("x/_vendor", "loose", None, 1),
            ("x/_vendor/msgpack", "python", "pkg:pypi/msgpack@1.0", 1),
            ("x/_vendor/six.py", "python", "pkg:pypi/six@1.16", 1),
        ],
    ),
    (
        "Go, replaced and not",
        {
            "vendor/modules.txt": "# example.invalid/a/b v1.2.3\n## explicit\nexample.invalid/a/b\n"
            "# example.invalid/c v1.0.0 => example.invalid/fork v1.1.0\nexample.invalid/c\n"
            "# example.invalid/d v1.0.0 => ../d\n# ../../evil v1.0.0\n",
            "vendor/example.invalid/a/b/x.go": "",
            "vendor/example.invalid/c/x.go": "",
        },
        [
            ("vendor", "loose", None, 1),
            ("vendor/example.invalid/a/b", "go", "pkg:golang/example.invalid/a/b@v1.2.3", 1),
            ("vendor/example.invalid/c", "go", "pkg:golang/example.invalid/fork@v1.1.0", 1),
        ],
    ),
    (
        "a crate",
        {"vendor/a/.cargo-checksum.json": "{}", "vendor/a/Cargo.toml": '[package]\nname = "a"\nversion = "1.0.0"\n'},
        [("vendor/a", "cargo", "pkg:cargo/a@1.0.0", 2)],
    ),
    (
        "Composer",
        {
            "vendor/composer/installed.json": json.dumps(
                {"packages": [{"name": "a/b", "version": "v1.0", "install-path": "../a/b"}, {"name": "x/y",
                 "install-path": "../../../etc"}, 7]}
            ),
            "vendor/a/b/x.php": "",
        },
        [("vendor/a/b", "composer", "pkg:composer/a/b@1.0", 1), ("vendor/composer", "folder", None, 1)],
    ),
    (
        "gems, NuGet packages, submodules, folders and archives",
        {
            "vendor/bundle/ruby/3.2.0/gems/left-pad-1.0.2/lib/a.rb": "",
            "packages/Left.Pad.1.2.3/Left.Pad.1.2.3.nupkg": "",
            "packages/Left.Pad.1.2.3/lib/a.dll": "",
            "packages/own/src/a.js": "",
            ".gitmodules": '[submodule "x"]\n\tpath = libs/x\n\turl = y\n[submodule "z"]\n\tpath = ../../z\n',
            "libs/x/a.c": "",
            "third_party/zlib/a.c": "",
            "lib/a.jar": "",
            "data/a.tgz": "",
            "vendor/cache/a.tgz": "",
        },
        [
            ("lib/a.jar", "archive", None, 1),
            ("libs/x", "submodule", None, 1),
            ("packages/Left.Pad.1.2.3", "nuget", "pkg:nuget/Left.Pad@1.2.3", 2),
            ("third_party/zlib", "folder", None, 1),
            ("vendor/bundle/ruby/3.2.0/gems/left-pad-1.0.2", "gem", "pkg:gem/left-pad@1.0.2", 1),
            ("vendor/cache/a.tgz", "archive", None, 1),
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_copy_is_found(files: dict[str, str | bytes], expected: list[Any]) -> None:
    assert sorted(found(files), key=str) == sorted(expected, key=str)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"name": 7, "version": {}}', '{"name": "' + "a" * 5_000 + '"}', "\xff"]
)
def test_a_manifest_that_makes_no_sense_leaves_its_folders_name(text: str) -> None:
    (one,) = found({"node_modules/a/package.json": text})
    assert one == ("node_modules/a", "npm", "pkg:npm/a", 1)


def test_a_manifest_of_a_hundred_megabytes_is_not_read() -> None:
    class Huge(Files):
        def read(self, path: str) -> bytes:
            raise AssertionError("it was read")

    tree = Huge({"node_modules/a/package.json": ""})
    tree.entries["node_modules/a/package.json"] = Entry(100 << 20)
    (one,) = vendored.packages(tree)
    assert one.vendored.root == "node_modules/a"


def test_a_hundred_thousand_packages_take_seconds() -> None:
    files = {f"node_modules/p{number}/package.json": "{}" for number in range(100_000)}
    tree = Files(files)
    begun = time.process_time()
    assert len(vendored.packages(tree)) == 100_000
    assert time.process_time() - begun < 15


def test_folders_a_thousand_deep_are_no_recursion() -> None:
    assert len(found({"vendor/" + "a/" * 2_000 + "x.c": ""})) == 1


_PART = st.sampled_from(
    ["node_modules", "vendor", "_vendor", "site-packages", "a", "@s", "gems", "b-1.0", "..", "\x1b[2J", ""]
)
_NAME = st.sampled_from(["package.json", "modules.txt", "vendor.txt", ".gitmodules", "x.jar", "RECORD", "METADATA",
                         "a.py", "installed.json", ".cargo-checksum.json"])  # fmt: skip


@given(st.dictionaries(st.builds(lambda parts, name: "/".join((*parts, name)), st.lists(_PART, max_size=5), _NAME),
                       st.text(max_size=80), max_size=8))  # fmt: skip
def test_no_file_belongs_to_two_and_none_is_made_up(files: dict[str, str]) -> None:
    tree = Files({path: text for path, text in files.items() if not text.startswith("-> ")})
    packages = vendored.packages(tree)
    paths = [path for package in packages for path in package.paths]
    assert len(paths) == len(set(paths))
    assert set(paths) <= set(tree.entries)
    assert all(
        vendored.hint(path) or "packages/" in path or any(".gitmodules" in one for one in files) for path in paths
    )
