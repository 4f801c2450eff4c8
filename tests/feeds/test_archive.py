"""The zip reader: the same as the standard library's, and nothing but `InputError` for what does not fit together."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from scanner.errors import InputError
from scanner.feeds.archive import Archive, read_members


def _zip(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


MEMBERS = {f"{n}.json": (f'{{"id": "{n}"}}' * (n + 1)).encode() for n in range(50)} | {
    "empty.json": b"",
    "ü.json": b"x",
}


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_reads_what_the_standard_library_wrote(tmp_path: Path, method: int) -> None:
    assert dict(read_members(_zip(tmp_path / "a.zip", MEMBERS, method))) == MEMBERS


def test_reads_streamed_members_and_more_than_65535_of_them(tmp_path: Path) -> None:
    class Pipe(io.RawIOBase):
        """Cannot be wound back: sizes then stand behind the data, as Go's writer does it."""

        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, piece: object) -> int:
            self.data += bytes(piece)  # type: ignore[call-overload]  # any buffer
            return len(bytes(piece))  # type: ignore[call-overload]  # any buffer

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:
        for number in range(66_000):
            archive.writestr(zipfile.ZipInfo(f"{number}.json"), b"{}")
    path = tmp_path / "many.zip"
    path.write_bytes(pipe.data)
    with Archive(path) as many:
        assert len(many.entries) == 66_000
        assert many.read(many.entries[65_999]) == b"{}"


def test_any_cut_is_noticed(tmp_path: Path) -> None:
    whole = _zip(tmp_path / "a.zip", MEMBERS).read_bytes()
    cut = tmp_path / "cut.zip"
    for length in range(0, len(whole), 37):
        cut.write_bytes(whole[:length])
        with pytest.raises(InputError):
            list(read_members(cut))


def test_any_damage_is_noticed_or_harmless(tmp_path: Path) -> None:
    whole = _zip(tmp_path / "a.zip", MEMBERS).read_bytes()
    path = tmp_path / "bad.zip"
    chance = random.Random(5)
    noticed = 0
    for _ in range(400):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        try:
            got = list(read_members(path))
        except InputError:
            noticed += 1
        else:  # a name, a time or a comment changed
            assert [data for _, data in got] == list(MEMBERS.values())
    assert noticed > 100


def test_a_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unpacks"):
        Archive(_zip(tmp_path / "bomb.zip", {"a.json": bytes(30_000_000)}))


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "bomb.zip", {"a.json": bytes(60_000_000)})
    data = bytearray(path.read_bytes())
    entry = data.rfind(b"PK\x01\x02")
    struct.pack_into("<L", data, entry + 24, 1000)
    path.write_bytes(data)
    with Archive(path) as archive, pytest.raises(InputError, match="damaged"):
        archive.read(archive.entries[0])


def test_members_that_share_their_data_are_refused(tmp_path: Path) -> None:
    data = zlib.compress(b"a" * 50_000, 9)[2:-4]
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(data), 50_000, 0, 0)
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(data), 50_000, 0, 0, 0, 0, 0, 0, 0)
    count = 1000
    directory = entry * count
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(local) + len(data), 0)
    path = tmp_path / "overlap.zip"
    # Room for the claim that all of them lie before the directory, not for all of them.
    path.write_bytes(local + data + directory + end)
    if len(data) * count > path.stat().st_size:
        with pytest.raises(InputError, match="overlap"):
            Archive(path)
    else:
        pytest.fail("the sample is too small")


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06", bytes(100_000)])
def test_what_is_no_zip_is_said_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not a zip"):
        Archive(path)


def test_a_missing_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be opened"):
        Archive(tmp_path / "none.zip")
