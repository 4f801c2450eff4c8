"""What several commands share: options, outputs, progress."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

import click

from scanner.display import line
from scanner.errors import UsageError

intel_directory = click.option(
    "--intel-dir",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="PRATIQUE_INTEL_DIR",
    help="Where the intelligence database lies.  [default: the user's data folder]",
)


def spare_the_collector() -> None:
    """Let the cyclic garbage collector run seldom: a short-lived process that makes values by the hundred thousand.

    What we make holds no cycles, so that memory is freed all the same. Saves a fifth of a large scan. What is alive
    at the end goes with the process: Python need not search it once more.
    """
    gc.set_threshold(200_000, 20, 20)
    atexit.register(gc.freeze)


def directory(given: Path | None) -> Path:
    """The intelligence directory: as given, or the user's own."""
    from scanner.intel.store import default_directory

    return given if given is not None else default_directory(os.environ)


def targets(paths: Sequence[Path]) -> list[Path]:
    """The paths as given. Raises `UsageError` for one that is not there."""
    for path in paths:
        if str(path) != "-" and not os.path.lexists(path):
            raise UsageError("there is no such file or folder", where=path)
    return list(paths)


def ecosystem(given: str | None) -> str | None:
    """`--ecosystem NAME` as given. Raises `UsageError` where nobody knows it."""
    if given is not None:
        from scanner.feeds.lists import words

        if words.purl_type(given) is None:
            raise UsageError(f"no ecosystem {given!r}", where="--ecosystem", hint="npm, pypi, go, cargo, gem, maven, …")
    return given


@contextlib.contextmanager
def output(name: str | None) -> Iterator[TextIO]:
    """stdout, or a file that appears only when it was written whole. Raises `UsageError`."""
    if name in (None, "-"):
        if sys.stdout is None:
            raise UsageError("it is closed", where="stdout", hint="--output FILE")
        try:
            yield sys.stdout
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise UsageError(f"cannot be written: {error.strerror}", where="stdout") from error
        return
    path = Path(str(name))
    if path.exists() and not path.is_file():
        # /dev/null, /dev/stdout, a pipe: written into. Root would turn a device into a file by the rename below.
        try:
            with path.open("w", encoding="utf-8") as file:
                yield file
        except OSError as error:
            raise UsageError(f"cannot be written: {error.strerror}", where=path) from error
        return
    scratch = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with scratch.open("w", encoding="utf-8") as file:
            yield file
        scratch.replace(path)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", where=path) from error
    finally:
        scratch.unlink(missing_ok=True)


class Progress:
    """Says on stderr what is being done, once it took longer than a second, to a terminal that can take it back."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._next = clock() + 1.0
        self._shown = False
        plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        self._enabled = stream.isatty() and not plain

    def __call__(self, what: str) -> None:
        if self._enabled and self._clock() >= self._next:
            self._stream.write(f"\r\x1b[K{line(what, limit=70)}")
            self._stream.flush()
            self._next = self._clock() + 0.1
            self._shown = True

    def done(self) -> None:
        """Clear the line."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def formats(values: Sequence[str], known: Sequence[str], default: str) -> list[tuple[str, str | None]]:
    """`--format json=out.json --format text` → (format, file). Raises `UsageError`."""
    chosen: list[tuple[str, str | None]] = []
    for value in values or [default]:
        name, equals, file = value.partition("=")
        if name not in known:
            raise UsageError(f"no format {name!r}", where="--format", hint="one of " + ", ".join(known))
        if equals and not file:
            raise UsageError("no file is named behind the =", where=f"--format {value}", hint=f"--format {name}=FILE")
        chosen.append((name, file if equals else None))
    return chosen


def write_all(
    chosen: Sequence[tuple[str, str | None]], output_file: str | None, write: Callable[[str, TextIO], Any]
) -> None:
    """Write each format where it belongs. Raises `UsageError` when two would be mixed in one place."""
    places = [file or output_file or "-" for _, file in chosen]
    if len(set(places)) != len(places):
        raise UsageError("two formats would go to one place", where="--format", hint="--format json=FILE --format text")
    for (name, _), place in zip(chosen, places, strict=True):
        with output(place) as out:
            write(name, out)
