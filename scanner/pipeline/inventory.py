"""Targets × parsers → inventory."""

from __future__ import annotations

import posixpath
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import msgspec

from scanner import parsers, shape
from scanner.errors import InputError
from scanner.model.component import Component, Graph, Location, Problem, Subject
from scanner.model.inventory import Inventory, Reading, ReadStatus
from scanner.parsers import Parser, damage
from scanner.parsers.source import Source
from scanner.targets import locate, walk

STDIN = "-"
# Files under other names are not opened to see whether they might be an SBOM.
_MAYBE_SBOM = (".json", ".xml", ".spdx", ".yaml", ".yml", ".txt", ".rdf", ".tag", ".cdx", ".bom", ".sbom", ".jsonld")
# Of a file larger than this that no name claims, the beginning must already tell that it is an SBOM.
MAX_SNIFFED = 64 * 1024 * 1024
_BEGINNING = 1024 * 1024
# Of one file. Whoever claims more wants to see us out of memory: what was read by then counts, and the rest is told.
MOST_COMPONENTS, MOST_PROBLEMS = 1_000_000, 10_000

Progress = Callable[[str], None]
Parse = Callable[[Parser, Source, Callable[[], bytes]], Reading]
"""What makes a reading of a source; the last argument reads its bytes once more."""


def read(paths: Iterable[Path], *, progress: Progress = lambda _: None, parse: Parse | None = None) -> Inventory:
    """Read everything that the paths ship: folders are walked, files are read whatever their name, `-` is stdin.

    Several paths make one inventory; with more than one, each reading's path begins with the path as given. `parse`
    stands in for `parse_source`, for who keeps less than all of each source.
    """
    parse = parse or parse_source
    readings: list[Reading] = []
    problems: list[Problem] = []
    looked_at = 0
    given = list(paths)
    for path in given:
        prefix = "" if len(given) == 1 else f"{path.as_posix().rstrip('/')}/"
        if str(path) != STDIN and path.is_dir():
            files = known = 0
            for item in _folder(path, prefix, progress, parse):
                if isinstance(item, Problem):
                    problems.append(item)
                elif isinstance(item, Reading):
                    known += 1
                    readings.append(item)
                else:
                    files += item
            looked_at += files
            if not known:
                problems.append(_nothing(path, files))
        else:
            looked_at += 1
            reading = _named(path, parse, alone=len(given) == 1)
            inside = () if reading.components or str(path) == STDIN else _archive(path, parse)
            for item in inside:
                if isinstance(item, Problem):
                    problems.append(item)
                else:
                    readings.append(item)
            if not any(isinstance(item, Reading) for item in inside):
                readings.append(reading)
    return Inventory(readings=tuple(readings), problems=tuple(problems), looked_for=looked_at)


def _nothing(root: Path, files: int) -> Problem:
    return Problem(
        where=root.as_posix(),
        what=f"no SBOM, lockfile, manifest or installed package among {files:,} file{'' if files == 1 else 's'}",
        hint="pratique inventory --formats lists what is looked for",
    )


def _folder(root: Path, prefix: str, progress: Progress, parse: Parse) -> Iterator[Reading | Problem | int]:
    sibling = _under(prefix, walk.sibling_reader(root))

    def wanted(path: str) -> bool:
        return parsers.claim(path) is not None

    for item in walk.walk(root, wanted=wanted):
        if isinstance(item, Problem):
            yield msgspec.structs.replace(item, where=prefix + item.where)
            continue
        yield 1
        if not worth_reading(item.path):
            continue
        progress(item.path)
        if item.size > MAX_SNIFFED and parsers.claim(item.path) is None and not _begins_like_an_sbom(root, item.path):
            continue
        path = prefix + item.path
        reading = read_source(path, partial(walk.read, root, item.path), sibling, parse)
        if reading is not None:
            yield reading


def _begins_like_an_sbom(root: Path, path: str) -> bool:
    from scanner.parsers.sniff import sniff

    try:
        return sniff(walk.read(root, path, first=_BEGINNING)) is not None
    except InputError:
        return True  # whoever reads it whole meets the same trouble, and says so


def worth_reading(path: str) -> bool:
    """Whether a reader claims the file at `path`, or its name allows for an SBOM."""
    return parsers.claim(path) is not None or path.lower().endswith(_MAYBE_SBOM)


def read_source(
    path: str, load: Callable[[], bytes], sibling: Callable[[str], bytes | None], parse: Parse | None = None
) -> Reading | None:
    """What the file at `path` says, whichever way its bytes are come by; `None` where it is nothing that we read.

    `load` gives the bytes, again for lines, or raises `InputError`.
    """
    parse = parse or parse_source
    parser = parsers.claim(path)
    try:
        data = load()
    except InputError as error:
        return _failed(path, "" if parser is None else parser.name, error)
    if parser is None:
        return _sniffed(data, path, load, parse)
    return parse(parser, Source(path=path, data=data, sibling=sibling), load)


def _named(path: Path, parse: Parse, *, alone: bool) -> Reading:
    """One file that the user named: it must be of some kind, by its name or else by its content.

    What is `alone` is kept for the search of lines: reading it again would cost more.
    """
    name = "<stdin>" if str(path) == STDIN else path.as_posix()
    try:
        data = sys.stdin.buffer.read(shape.MAX_BYTES + 1) if str(path) == STDIN else _unpacked(path)
    except InputError as error:
        return _failed(name, "", error)
    again = (lambda: data) if alone or str(path) == STDIN else (lambda: _unpacked(path))
    parser = None if str(path) == STDIN else parsers.claim(path.resolve().as_posix().lstrip("/"))
    by_name: Reading | None = None
    if parser is not None:
        # The siblings of a file named alone are the files of its folder.
        folder = name.removesuffix(path.name)
        source = Source(path=name, data=data, sibling=_under(folder, walk.sibling_reader(path.parent)))
        by_name = parse(parser, source, again)
        if by_name.components:
            return by_name
    reading = _sniffed(data, name, again, parse) or by_name
    if reading is not None:
        return reading
    if not data.strip():
        return _failed(name, "", InputError("the file is empty"))
    return _failed(
        name,
        "",
        InputError(
            "neither an SBOM nor a lockfile that we know", hint="pratique inventory --formats lists what is read"
        ),
    )


def _archive(path: Path, parse: Parse) -> tuple[Reading | Problem, ...]:
    """What lies inside a named archive; nothing where the file is none."""
    # Archives' readers: for who names one.
    from scanner.pipeline import packed

    of = packed.kind(path)
    if of is None:
        return ()
    read = partial(read_source, parse=parse)
    return tuple(packed.sources(path, of, wanted=worth_reading, read=read))


def _under(prefix: str, sibling: Callable[[str], bytes | None]) -> Callable[[str], bytes | None]:
    """Siblings for a source whose path is shown with `prefix`: what does not begin with it lies outside."""
    if not prefix:
        return sibling

    def inside(path: str) -> bytes | None:
        shown = posixpath.normpath(path)
        return sibling(shown.removeprefix(prefix)) if shown.startswith(prefix) else None

    return inside


def _unpacked(path: Path) -> bytes:
    data = walk.read(path.resolve(), "")
    return _gunzip(data, path.as_posix()) if data[:2] == b"\x1f\x8b" else data


def _gunzip(data: bytes, name: str) -> bytes:
    import gzip
    import io
    import zlib

    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            unpacked = stream.read(shape.MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"not a whole gzip file: {error}", where=name) from error
    if len(unpacked) > shape.MAX_BYTES:
        raise InputError("it unpacks to too much", where=name, hint=f"at most {shape.MAX_BYTES} bytes are read")
    return unpacked


def _sniffed(data: bytes, path: str, again: Callable[[], bytes], parse: Parse) -> Reading | None:
    # A dozen patterns to compile: imported when a file has to be told by its content.
    from scanner.parsers.sniff import kind_we_cannot_read, sniff

    name = sniff(data)
    if name is not None:
        return parse(parsers.by_name(name), Source(path=path, data=data), again)
    unreadable = kind_we_cannot_read(data)
    if unreadable is not None:
        return _failed(path, "", InputError(f"{unreadable} is not read", hint="export it as JSON"))
    return None


def _failed(path: str, reader: str, error: InputError) -> Reading:
    problem = Problem(where=path, what=error.what, hint=error.hint)
    return Reading(path=path, reader=reader, status=ReadStatus.FAILED, problems=(problem,), reason=error.what)


def parse_source(parser: Parser, source: Source, again: Callable[[], bytes]) -> Reading:
    components: list[Component] = []
    problems: list[Problem] = []
    subject: Component | None = None
    parts: tuple[Component, ...] = ()
    graph: Graph | None = None
    failure: str | None = None
    try:
        for item in parser.load()(source):
            match item:
                case Component():
                    if len(components) == MOST_COMPONENTS:
                        raise InputError(
                            f"it lists more than {MOST_COMPONENTS:,} components, and the rest was not read"
                        )
                    components.append(item)
                case Problem():
                    if len(problems) == MOST_PROBLEMS:
                        raise InputError(
                            f"more than {MOST_PROBLEMS:,} things are wrong with it: it was read no further"
                        )
                    problems.append(item)
                case Subject():
                    subject, parts = item.component, item.parts
                case Graph():
                    graph = item
    except InputError as error:
        failure = error.what
        problems.append(Problem(where=error.where or source.path, what=error.what, hint=error.hint))
    except (RecursionError, MemoryError) as error:
        failure = f"too much for us: {type(error).__name__}"
        problems.append(Problem(where=source.path, what=failure))
    except Exception as error:  # the boundary between files: one that trips a reader must not hide the others
        failure = f"a bug of ours, the reader {parser.name} failed: {type(error).__name__}: {error}"
        problems.append(Problem(where=source.path, what=failure, hint="please report it, with the file if you may"))
    said = {problem.what for problem in problems}
    problems.extend(sign for sign in damage.signs(parser.name, source) if sign.what not in said)
    lost = any(not problem.harmless for problem in problems)
    if failure is not None and not components:
        status = ReadStatus.FAILED
    else:
        status = ReadStatus.PARTIAL if lost else ReadStatus.READ
    return Reading(
        path=source.path,
        reader=parser.name,
        status=status,
        again=again,
        components=tuple(components),
        subject=subject,
        subject_parts=parts,
        graph=graph,
        problems=tuple(problems),
        reason=failure or next((problem.what for problem in problems if not problem.harmless), None),
    )


def lines(reading: Reading) -> Sequence[Location]:
    """Where each component of a reading stands, with lines, for which its file is read once more."""
    as_read = [component.location for component in reading.components]
    if all(location.line is not None for location in as_read):
        return as_read
    try:
        data = reading.again()
    except InputError:  # gone since: the lines stay unknown
        return as_read
    return locate.Locations(data, reading.components)
