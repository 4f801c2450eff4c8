"""Go's h1, against coreutils: the specification itself gives it as a line of shell."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest

from scanner.codescan import dirhash
from scanner.errors import InputError
from scanner.targets.trees import MemoryTree
from tests.registries.world import zipped

FILES = {"m@v1/a.go": b"package a\n", "m@v1/A/B.go": b"", "m@v1/a b.txt": b"\xff\0", "m@v1/é.go": b"x", "m@v1/Z": b"1"}


def oracle(folder: Path) -> str:
    """`sha256sum $(find . -type f | sort) | sha256sum`"""
    line = "find . -type f -printf '%P\\0' | sort -z | xargs -0 sha256sum | sha256sum"
    environ = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
    run = subprocess.run(["sh", "-c", line], cwd=folder, capture_output=True, check=True, env=environ)
    return "h1:" + base64.b64encode(bytes.fromhex(run.stdout.split()[0].decode())).decode()


def test_zip_and_folder_have_the_hash_that_coreutils_give(tmp_path: Path) -> None:
    for path, data in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    expected = oracle(tmp_path)
    assert dirhash.of_zip(zipped(FILES)) == expected
    assert dirhash.of_zip(zipped(dict(reversed(FILES.items())))) == expected
    inside = {f"vendor/m/{path.removeprefix('m@v1/')}": data for path, data in FILES.items()}
    tree = MemoryTree("t", {**inside, "vendor/modules.txt": b"", "go.mod": b""})
    assert dirhash.of_tree(tree, "vendor/m", "m@v1") == expected
    assert dirhash.of_tree(tree, "vendor/m", "m@v2") != expected


def test_a_known_vector() -> None:
    # printf 'data for abc' | sha256sum; the lines of both files | sha256sum | xxd -r -p | base64
    files = {"xyz": b"data for xyz", "abc": b"data for abc"}
    assert dirhash.of_zip(zipped(files)) == VECTOR


VECTOR = "h1:EP6WfDoQTSk9klnxcjriWJOGztueJUywHNmWeq+efB8="


@pytest.mark.parametrize("names", [["a\nb"], ["a", "a"]])
def test_names_without_a_hash_are_refused(names: list[str]) -> None:
    with pytest.raises(InputError):
        dirhash.hash1((name, "0" * 64) for name in names)
