"""What is compared: apart, so that a comparison without code imports nothing of its judgement."""

from __future__ import annotations

import msgspec

from scanner.targets.git_objects import Repository
from scanner.targets.vendored_places import Further, nowhere


class Sides(msgspec.Struct, frozen=True, kw_only=True):
    """Two revisions of a repository."""

    repository: Repository
    begins: str
    tip: str
    folder: str
    """The target in it, or ""."""
    base: str
    """What people call the first."""
    changed: frozenset[str]
    """Paths, as the target calls them, at which something else stands now."""
    further: Further = nowhere
    """Folders of others that nothing tells by their name."""
