"""A worker's log on stderr: one event a line, for people or for machines."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from scanner.display import line
from scanner.pipeline.fleet.duty import Duty

_LIMIT = 500


class Log:
    """Writes events. What strangers wrote is bounded, and shown harmlessly."""

    def __init__(self, worker: str, *, machine: bool) -> None:
        """`machine`: one JSON object a line."""
        self._worker, self._machine = worker, machine

    def __call__(
        self,
        event: str,
        *,
        level: str = "info",
        target: int | None = None,
        seconds: float | None = None,
        **more: str | int | float,
    ) -> None:
        said: dict[str, str | int | float] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": level,
            "event": event,
            "worker": self._worker,
        }
        if target is not None:
            said["target"] = target
        if seconds is not None:
            said["seconds"] = round(seconds, 3)
        said |= {word: line(value, limit=_LIMIT) if isinstance(value, str) else value for word, value in more.items()}
        text = json.dumps(said, ensure_ascii=True) if self._machine else _for_people(said)
        sys.stderr.write(text + "\n")  # whole lines: two processes write here
        sys.stderr.flush()

    def aside(self, found: Duty) -> None:
        """Say which targets are let alone, and for how long."""
        for one in found.aside:
            self(
                "put aside", level="error", target=one.target.id, address=one.target.address,
                why="whoever looks at it is gone in the middle, again and again", wait=one.wait.total_seconds(),
            )  # fmt: skip


class Handler(logging.Handler):
    """What a library logs, as events of ours."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        why = "" if record.exc_info is None or record.exc_info[1] is None else f": {record.exc_info[1]}"
        self._log("queue", level=record.levelname.lower(), what=f"{record.getMessage()}{why}")


def _for_people(said: dict[str, str | int | float]) -> str:
    head = " ".join(str(said.pop(word)) for word in ("time", "level", "event"))
    del said["worker"]
    return " ".join([head, *(f"{word}={value}" for word, value in said.items())])
