"""Bad input of every kind, through the pipeline, for every reader: said with file and place, and the rest goes on."""

from __future__ import annotations

import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from scanner.model.component import Problem
from scanner.model.inventory import Inventory
from scanner.model.report import Report, Verdict
from scanner.parsers import PARSERS
from scanner.pipeline import inventory as inventories
from scanner.pipeline.scan import Settings, scan
from scanner.reports import writer
from tests.conftest import ROOT
from tests.factories import NOW
from tests.hostile.samples import SAMPLES, Sample

BY_READER = {sample.reader: sample for sample in SAMPLES}
BY_CONTENT = frozenset(parser.name for parser in PARSERS if not parser.files)
NAMED = [sample for sample in SAMPLES if sample.reader not in BY_CONTENT]
"""Those that are expected under their name: of another file nobody says that it should be an SBOM."""
TEXTS = [sample for sample in SAMPLES if sample.notation != "zip"]


def each(samples: Iterable[Sample]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("sample", list(samples), ids=lambda sample: sample.reader)


GARBAGE = random.Random(2).randbytes(4096)
DEEP = 10_000
CUTS = 13

# What a person writes, line by line, may end anywhere: the text does not say how much of it there should be.
HAND_WRITTEN = {
    "compose-file": "a list of services, each whole after its image",
    "conda-environment": "a list, each line of it whole",
    "dockerfile": "a list of instructions, each line of it whole",
    "github-workflow": "jobs and steps, each whole after its uses",
    "gitmodules": "sections, each whole after its url",
    "gradle-version-catalog": "a table, each line of it whole",
    "pre-commit-config": "a list of repositories, each whole after its rev",
    "pyproject-toml": "tables, each line of them whole",
    "python-requirements": "a list, each line of it whole",
    "python-vendor-txt": "a list, each line of it whole",
}
# What tools write is noticed when it breaks off inside a line; these have no end of their own by which to notice more.
JUST_ENDS = {
    "cabal-freeze": "the fields behind the constraints are those of newer versions only",
    "conda-lock": "a list of packages, and nothing behind it",
    "gemfile-lock": "what stands behind DEPENDENCIES is optional",
    "go-mod": "a block that is closed may be the last one",
    "go-vendor-modules": "a list of modules, and nothing behind it",
    "pnpm-lock": "the section behind the packages is of this version only, and may be empty",
    "pylock-toml": "a list of packages, and nothing behind it",
    "yarn-lock": "a list of packages, and nothing behind it",
}
# Documents that no tool is known to end in one way.
NO_END = {
    "python-dist-info": "headers, of which all that is needed are the first three",
    "spdx2-tag-value": "lines, of which any may be the last; one in fourteen real ones ends without a line break",
    "spdx2-yaml": "a list of packages; one in seventeen real ones ends without a line break",
}
# An empty file is what these are when there is nothing to say.
MAY_BE_EMPTY = frozenset(("gitmodules", "pyproject-toml", "python-requirements"))
# Bytes that are no text are not noticed where nobody reads what holds them: nothing is lost by it.
UNREAD_BYTES = {
    "python-dist-info": "old metadata is in whatever encoding its author used: a remark",
    "spdx3-json": "they stand in a field that is passed over",
    "syft-json": "they stand in a field that is passed over",
}


def lay_out(folder: Path, sample: Sample, data: bytes) -> Path:
    """The spoilt document under its own path, and beside it something honest that must still be read."""
    for path, content in {**sample.beside, sample.path: data, "honest/Pipfile.lock": HONEST}.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


HONEST = b'{"_meta": {}, "default": {"honest": {"version": "==1.0.0"}}, "develop": {}}'


def told(found: Inventory, path: str) -> list[Problem]:
    """What is said of the file at `path`."""
    problems = [*found.problems, *(problem for reading in found.readings for problem in reading.problems)]
    return [problem for problem in problems if not problem.harmless and problem.where.startswith(path)]


def read(folder: Path) -> Inventory:
    """Read a folder; whatever lies there, the honest file is read and no reader fails by a fault of ours."""
    began = time.monotonic()
    found = inventories.read([folder])
    assert time.monotonic() - began < 10
    names = {component.name for reading in found.readings for component in reading.components}
    assert "honest" in names
    assert not [problem for problem in told(found, "") if "a bug of ours" in problem.what]
    return found


def test_every_reader_has_a_sample() -> None:
    assert [sample.reader for sample in SAMPLES] == [parser.name for parser in PARSERS]


@each(SAMPLES)
def test_the_samples_are_clean(sample: Sample, tmp_path: Path) -> None:
    """Else a problem in the tests below would prove nothing."""
    found = read(lay_out(tmp_path, sample, sample.data))
    assert told(found, "") == []
    (reading,) = (reading for reading in found.readings if reading.path == sample.path)
    assert reading.reader == sample.reader
    assert len(reading.components) >= (1 if sample.reader in ONE_EACH else 3)


ONE_EACH = frozenset(("npm-installed", "python-dist-info", "cargo-vendored"))


@each(SAMPLES)
def test_cut_off_anywhere(sample: Sample, tmp_path: Path) -> None:
    silent = []
    # A document is told by its content: of its first bytes nobody can say what they were.
    first = 4 if sample.reader in BY_CONTENT else 1
    for part in range(first, CUTS + 1):
        data = sample.data[: len(sample.data) * part // (CUTS + 1)]
        found = read(lay_out(tmp_path, sample, data))
        if not told(found, sample.path):
            silent.append(data)
    if sample.reader in JUST_ENDS:
        assert all(data.endswith(b"\n") for data in silent)
    elif sample.reader not in HAND_WRITTEN | NO_END:
        assert silent == []


def test_the_excuses_are_needed(tmp_path: Path) -> None:
    """A reader that has learnt to notice leaves the tables above. A cut at some end of a line shows that it has not."""
    for reader in HAND_WRITTEN | JUST_ENDS | NO_END:
        sample = BY_READER[reader]
        ends = [place + 1 for place, byte in enumerate(sample.data[:-1]) if byte == ord("\n")]
        cuts = (read(lay_out(tmp_path / reader, sample, sample.data[:end])) for end in ends)
        assert any(not told(found, sample.path) for found in cuts), f"{reader} needs no excuse"


def _garbled(sample: Sample) -> bytes:
    middle = len(sample.data) // 2
    return sample.data[:middle] + b"\xe9\xff\xfe" + sample.data[middle:]


def _zeroed(sample: Sample) -> bytes:
    middle = len(sample.data) // 2
    return sample.data[:middle] + bytes(64) + sample.data[middle:]


def _merging(sample: Sample) -> bytes:
    line = sample.data.find(b"\n", len(sample.data) // 2) + 1 or len(sample.data)
    both = sample.data[line:].partition(b"\n")[0]
    marks = b"<<<<<<< HEAD\n" + both + b"\n=======\n" + both + b"\n>>>>>>> theirs\n"
    return sample.data[:line] + marks + sample.data[line:]


@each(TEXTS)
@pytest.mark.parametrize("spoil", [_garbled, _zeroed, _merging], ids=["wrong bytes", "zero bytes", "merge conflict"])
def test_damage_in_the_middle(sample: Sample, spoil: Callable[[Sample], bytes], tmp_path: Path) -> None:
    found = read(lay_out(tmp_path, sample, spoil(sample)))
    if spoil is not _garbled or sample.reader not in UNREAD_BYTES:
        assert told(found, sample.path)


@each(NAMED)
@pytest.mark.parametrize("data", [b"", b"\n \n", GARBAGE, b"\x00" * 4096], ids=["empty", "blank", "binary", "zeros"])
def test_nothing_of_the_kind(sample: Sample, data: bytes, tmp_path: Path) -> None:
    found = read(lay_out(tmp_path, sample, data))
    if data.strip() or sample.reader not in MAY_BE_EMPTY:
        assert told(found, sample.path)


NESTED = {
    "json": b'{"packages":' * DEEP + b"1" + b"}" * DEEP,
    "yaml": b"packages: " + b"[" * DEEP + b"]" * DEEP,
    "toml": b"package = " + b"[" * DEEP + b"]" * DEEP,
    "xml": b'<?xml version="1.0"?>' + b"<packages>" * DEEP + b"</packages>" * DEEP,
}
_ENTITIES = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
BOMBS = {
    "xml": b'<?xml version="1.0"?><!DOCTYPE p [<!ENTITY a0 "ha">' + _ENTITIES + b"]><packages>&a11;</packages>",
    "yaml": b"a0: &a0 [x]\n"
    + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 12)),
    "toml": b"x = {" + b"a." * 100_000 + b"a = 1}",  # the library takes the square of a key's pieces
}  # fmt: skip


@pytest.mark.parametrize(
    ("sample", "data"),
    [
        pytest.param(sample, attack[sample.notation], id=f"{sample.reader}-{name}")
        for sample in NAMED
        for name, attack in (("nested", NESTED), ("bomb", BOMBS))
        if sample.notation in attack
    ],
)
def test_structures_that_are_attacks(sample: Sample, data: bytes, tmp_path: Path) -> None:
    began = time.process_time()
    assert told(read(lay_out(tmp_path, sample, data)), sample.path)
    assert time.process_time() - began < 5


_ARRAYS = b"[" * DEEP + b"]" * DEEP
SBOM_ATTACKS = {
    "deep CycloneDX": b'{"bomFormat":"CycloneDX","specVersion":"1.6","components":['
    + b'{"type":"library","name":"a","components":[' * DEEP + b"]}" * DEEP + b"]}",
    "deep CycloneDX XML": b'<bom xmlns="http://cyclonedx.org/schema/bom/1.5">' + b"<components><component>" * DEEP,
    "deep SPDX": b'{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","packages":' + _ARRAYS + b"}",
    "deep SPDX 3": b'{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":' + _ARRAYS + b"}",
    "deep SPDX YAML": b"spdxVersion: SPDX-2.3\npackages: " + _ARRAYS,
    "deep RDF": b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://spdx.org/rdf/terms#">'
    + b"<SpdxDocument><Package>" * DEEP,
    "bomb in CycloneDX XML": b'<!DOCTYPE bom [<!ENTITY a0 "ha">' + _ENTITIES + b"]>"
    b'<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components><component type="library"><name>&a11;</name>'
    b"</component></components></bom>",
    "bomb in RDF": b'<!DOCTYPE rdf [<!ENTITY a0 "ha">' + _ENTITIES + b"]>"
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://spdx.org/rdf/terms#">'
    b"<SpdxDocument>&a11;</SpdxDocument></rdf:RDF>",
    "bomb in SPDX YAML": b"spdxVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\n" + BOMBS["yaml"] + b"packages: *a11\n",
    "file of the system in XML": b'<!DOCTYPE bom [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b'<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components><component type="library"><name>&a;</name>'
    b"</component></components></bom>",
}  # fmt: skip


@pytest.mark.parametrize("name", SBOM_ATTACKS)
def test_sboms_that_are_attacks(name: str, tmp_path: Path) -> None:
    """Named on the command line an SBOM must be one, so that nothing is passed over because it was not recognised."""
    path = tmp_path / "bom.json"
    path.write_bytes(SBOM_ATTACKS[name])
    began = time.process_time()
    found = inventories.read([path])
    assert time.process_time() - began < 5
    assert told(found, path.as_posix())
    assert not any("root:" in str(component) for reading in found.readings for component in reading.components)


# Classic yarn.lock is no YAML: its own tests have repeated entries.
@each(one for one in SAMPLES if one.notation in ("json", "yaml") and one.reader != "yarn-lock")
def test_keys_that_stand_twice(sample: Sample, tmp_path: Path) -> None:
    """Two tools that read such a file see two different ones."""
    if sample.notation == "json":
        (key, *_) = json.loads(sample.data)
        data = sample.data.replace(b"{", b'{"%s": null, ' % key.encode(), 1)
    else:
        first = next(line for line in sample.data.split(b"\n") if line[:1].isalpha())
        data = first.partition(b":")[0] + b": {}\n" + sample.data
    found = inventories.read([lay_out(tmp_path, sample, data)])
    problems = [problem for reading in found.readings for problem in reading.problems if reading.path == sample.path]
    assert problems


ESCAPES = ("\x1b[2J", "\x9b31m", "\u202e", "\x07", "\r")


def test_names_with_terminal_escapes(tmp_path: Path, settings: Settings) -> None:
    """Wherever such a name comes out, of whichever format: nothing of it reaches the terminal as it is."""
    for number, escape in enumerate(ESCAPES):
        for sample in TEXTS:
            evil = f"one{escape}evil"
            written = json.dumps(evil)[1:-1] if sample.notation == "json" else evil
            folder = tmp_path / str(number) / sample.reader
            lay_out(folder, sample, sample.data.replace(b"one", written.encode()))
    report = scan([tmp_path], settings)
    assert len(report.coverage.problems) > 100
    assert any("evil" in item.component.name for item in report.coverage.unmatchable)
    text = said(report)
    assert "evil" in text
    assert not [char for char in text if char != "\n" and unicodedata.category(char) in ("Cc", "Cf")]


def said(report: Report) -> str:
    out = io.StringIO()
    writer("text")(report, out)
    return out.getvalue()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(intel_directory=tmp_path_factory.mktemp("intel"), now=lambda: NOW)


def test_one_bad_file_does_not_hide_a_finding(tmp_path: Path, settings: Settings) -> None:
    """Every sample spoilt at once, and a compromised package among them: 1, with all problems told."""
    for sample in SAMPLES:
        folder = tmp_path / sample.reader
        lay_out(folder, sample, _zeroed(sample))
    bad = {"lockfileVersion": 3, "packages": {"node_modules/axios": {"version": "1.14.1"}}}
    (tmp_path / "package-lock.json").write_text(json.dumps(bad))
    report = scan([tmp_path], settings)
    assert (report.verdict, report.exit_code) == (Verdict.COMPROMISED, 1)
    places = {problem.where.partition("/")[0] for problem in report.coverage.problems if not problem.harmless}
    assert places >= {sample.reader for sample in SAMPLES if sample in NAMED and sample in TEXTS}
    assert "could not be read in full" in said(report)


def test_a_reader_that_fails_by_our_fault_hides_nothing(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def boom(_: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr("scanner.parsers.cargo_lock.parse", boom)
    lay_out(tmp_path, BY_READER["cargo-lock"], BY_READER["cargo-lock"].data)
    report = scan([tmp_path], settings)
    assert report.exit_code == 3
    assert report.coverage.components_read == 1
    (problem,) = report.coverage.problems
    assert problem.where == "Cargo.lock"
    assert problem.what == "a bug of ours, the reader cargo-lock failed: ZeroDivisionError: boom"


# --- trees ---


def test_a_folder_in_the_place_of_a_lock(tmp_path: Path) -> None:
    sample = BY_READER["npm-package-lock"]
    lay_out(tmp_path, sample, sample.data)
    (tmp_path / "app" / "package-lock.json").mkdir(parents=True)
    (tmp_path / "app" / "package-lock.json" / "Cargo.lock").write_bytes(BY_READER["cargo-lock"].data)
    found = read(tmp_path)
    assert [problem.what for problem in told(found, "app/package-lock.json")] == [
        "a folder under the name of a file that would be read"
    ]
    assert {reading.reader for reading in found.readings} >= {"npm-package-lock", "cargo-lock"}
    (tmp_path / "service.war").mkdir()  # an unpacked archive is deployed like that
    assert told(read(tmp_path), "service.war") == []


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads everything: this needs a user with limits")
    lay_out(tmp_path, BY_READER["uv-lock"], b"")
    (tmp_path / "uv.lock").chmod(0)
    (problem,) = told(read(tmp_path), "uv.lock")
    assert "Permission denied" in problem.what


def test_links_in_circles_and_out_of_the_tree(tmp_path: Path) -> None:
    tree = lay_out(tmp_path / "tree", BY_READER["uv-lock"], BY_READER["uv-lock"].data)
    (tmp_path / "Cargo.lock").write_bytes(BY_READER["cargo-lock"].data)
    (tree / "Cargo.lock").symlink_to(tmp_path / "Cargo.lock")
    (tree / "yarn.lock").symlink_to("pdm.lock")
    (tree / "pdm.lock").symlink_to("yarn.lock")
    (tree / "circle").symlink_to(".")
    (tree / "poetry.lock").symlink_to("nowhere")
    (tree / "hidden.bin").write_bytes(BY_READER["gemfile-lock"].data)
    (tree / "Gemfile.lock").symlink_to("hidden.bin")
    (tree / "again").mkdir()
    (tree / "again" / "uv.lock").symlink_to("../uv.lock")
    os.mkfifo(tree / "go.mod")
    found = read(tree)
    assert {path: [problem.what for problem in told(found, path)] for path in TOLD} == TOLD
    assert len(told(found, "")) == len(TOLD)
    assert {reading.path for reading in found.readings} == {"uv.lock", "honest/Pipfile.lock"}


_OUT = "a link that leads out of the target is not followed"
_NOWHERE = "a link that leads nowhere"
TOLD = {
    "Cargo.lock": [_OUT],
    "Gemfile.lock": ["a link to a file that is not read under its own name"],
    "go.mod": ["not a regular file"],
    "pdm.lock": [_OUT] if sys.version_info < (3, 13) else [_NOWHERE],
    "poetry.lock": [_NOWHERE],
    "yarn.lock": [_OUT] if sys.version_info < (3, 13) else [_NOWHERE],
}


@pytest.fixture
def quick_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is such a thing: a hundred thousand files on a disk take a minute."""
    shm = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shm if os.access(shm, os.W_OK) else tmp_path) as folder:
        yield Path(folder)


def test_a_hundred_thousand_tiny_files(quick_folder: Path) -> None:
    tree = lay_out(quick_folder, BY_READER["uv-lock"], BY_READER["uv-lock"].data)
    for folder in range(100):
        (tree / f"{folder}").mkdir()
        descriptor = os.open(tree / f"{folder}", os.O_RDONLY)
        for number in range(1000):
            os.mknod(f"{number}.{'c' if number % 10 else 'json'}", dir_fd=descriptor)
        os.close(descriptor)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    found = inventories.read([tree])
    assert time.process_time() - began < 20
    assert found.looked_for == 100_002
    assert {reading.path for reading in found.readings} == {"uv.lock", "honest/Pipfile.lock"}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KB


# --- size ---


LARGE: Mapping[str, tuple[str, bytes, bytes]] = {
    "zeros": ("package-lock.json", b"", b"\0"),
    "one line": ("requirements.txt", b"", b"a"),
    "TOML": ("poetry.lock", b"", b'[[package]]\nname = "a"\nversion = "1"\n'),
    "an SBOM that breaks off": ("bom.json", b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "x": "', b"a"),
}


# A process is charged with the memory of the one that it was forked from, here a worker of any size: it looks itself.
WATCHED = """
import runpy, sys
from pathlib import Path
peak = Path(sys.argv.pop(1))
try:
    runpy.run_module("scanner.cli", run_name="__main__", alter_sys=True)
finally:
    peak.write_text(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""


@pytest.mark.parametrize("kind", LARGE)
def test_200_megabytes(kind: str, tmp_path: Path) -> None:
    """Refused or read to its end, and told: in little more memory than the file takes by itself, twice at most."""
    name, head, piece = LARGE[kind]
    size = 200_000_000
    tree = tmp_path / "tree"
    (tree / "honest").mkdir(parents=True)
    with (tree / name).open("wb") as file:
        if piece == b"\0":
            file.truncate(size)
        else:
            block = piece * (1_000_000 // len(piece))
            file.write(head)
            for _ in range(200):
                file.write(block)
    (tree / "honest" / "Pipfile.lock").write_bytes(HONEST)
    with subprocess.Popen(
        [sys.executable, "-c", WATCHED, str(tmp_path / "peak"), "inventory", str(tree)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        out, err = process.stdout.read(), process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    (tree / name).unlink()
    assert (process.returncode, out) == (3, "pkg:pypi/honest@1.0.0\n")
    assert err.startswith(f"pratique: {name}")
    assert "Traceback" not in err
    assert int((tmp_path / "peak").read_text()) < 500_000  # KB
    assert usage.ru_utime + usage.ru_stime < 20


def test_an_archive_that_unpacks_to_too_much(tmp_path: Path) -> None:
    sample = BY_READER["java-archive"]
    lay_out(tmp_path, sample, sample.data)
    with zipfile.ZipFile(tmp_path / sample.path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/maven/g/a/pom.properties", b"a" * 100_000_000)
    began = time.process_time()
    assert told(read(tmp_path), sample.path)
    assert time.process_time() - began < 5
