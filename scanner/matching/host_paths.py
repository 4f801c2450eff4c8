"""Is a file there that a campaign's malware leaves on a machine, at the very place where it leaves it?

Of the indicators of type `path`, those that name a place on a machine; names without one are asked of every file that
is searched (see `files.names`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from scanner.matching.files import names
from scanner.matching.files.sign import Manner, Sign
from scanner.matching.knowledge import Knowledge
from scanner.model.campaign import IndicatorType
from scanner.model.component import Location

Look = Callable[[str], Iterable[str]]
"""Says which files or folders of the machine a path as a report writes it means: those that are there."""


def places(knowledge: Knowledge) -> list[str]:
    """The places to look at, in order."""
    return sorted(key for key in knowledge.keys(IndicatorType.PATH) if names.of_machine(key))


def match(knowledge: Knowledge, look: Look) -> Iterator[Sign]:
    """Yield a sign for each place at which something is. Raises what `look` raises."""
    for key in places(knowledge):
        for found in look(key):
            yield Sign(
                type=IndicatorType.PATH,
                key=key,
                manner=Manner.NAME,
                location=Location(f"/{found}"),
                value=f"/{found}",
            )
