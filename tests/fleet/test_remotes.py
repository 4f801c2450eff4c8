"""What stands for git here does what a hostile server would have the real one do."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from scanner.errors import InputError
from scanner.pipeline.fleet import remotes

ENDLESS = """import sys
while True:
    sys.stderr.write("remote: and one more thing\\n" * 10_000)
"""
GREEDY = """import sys, time
time.sleep(0.2)
try:
    bytearray(600 << 20)
except MemoryError:
    sys.exit("fatal: out of memory")
print("0" * 40 + "\\tHEAD")
"""


@pytest.mark.parametrize(
    ("does", "says"),
    [
        (ENDLESS, "more than anybody reads"),
        pytest.param(
            GREEDY,
            "out of memory",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds another process"),
        ),
    ],
    ids=["endless", "greedy"],
)
def test_what_a_server_makes_of_git_is_bounded(
    does: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remotes, "_MOST_MEMORY", 500 << 20)
    git = tmp_path / "git"
    git.write_text(f"#!{sys.executable} -I\n{does}")
    git.chmod(0o700)
    remote = remotes.Remote("https://host.invalid/x", tmp_path / "copies", {"PATH": "/usr/bin:/bin"}, most_bytes=1)
    monkeypatch.setattr(remote, "_git", str(git))
    with pytest.raises(InputError, match=says):
        remote.head()
