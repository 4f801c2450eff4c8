"""Where a report is written to."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from scanner.cli import options
from scanner.errors import UsageError


def test_a_pipe_is_written_into_and_not_replaced_by_a_file(tmp_path: Path) -> None:
    """As root, `--output /dev/null` made a file of the device, for everybody on the machine."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_text()))
    reader.start()
    with options.output(str(pipe)) as out:
        out.write("report\n")
    reader.join(10)
    assert got == ["report\n"]
    assert stat.S_ISFIFO(pipe.lstat().st_mode)


def test_a_folder_is_no_place_for_a_report(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="directory"), options.output(str(tmp_path)):
        pass


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    with pytest.raises(ZeroDivisionError), options.output(str(target)) as out:
        out.write("half" * (1 // 0))
    assert list(tmp_path.iterdir()) == []
    with options.output(str(target)) as out:
        out.write("whole")
    assert target.read_text() == "whole"
