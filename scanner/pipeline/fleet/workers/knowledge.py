"""The name of what is known, asked for again every few seconds: a new synchronisation makes targets due."""

from __future__ import annotations

import time

from scanner.pipeline.fleet import intelligence
from scanner.pipeline.fleet.looking import Settings

_EVERY = 8.0


class Knowledge:
    """Remembers the name for a moment: to find it costs as much as a small look."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._name = settings.intelligence
        self._asked = time.monotonic()

    def name(self) -> str:
        """Raises `IntelError` where it cannot be told just now."""
        if time.monotonic() > self._asked + _EVERY:
            self._name = intelligence.name(
                self._settings.intel_directory, now=self._settings.now(), rules=self._settings.rules
            )
            self._asked = time.monotonic()
        return self._name
