"""What may go wrong with the store, told apart by whose move is next.

EngineError
└── StoreError            the database cannot be used as it is: an operator
    ├── StoreGoneError    it went away, is too busy or full, in the middle: nothing was written, ask again
    └── StaleLeaseError   somebody else holds the target now: throw the result away
"""

from __future__ import annotations

from scanner.errors import EngineError


class StoreError(EngineError):
    """The database of the fleet cannot be used."""


class StoreGoneError(StoreError):
    """The database went away, was held by others for too long, or has no room. The caller may simply try again."""


class StaleLeaseError(StoreError):
    """A result that comes too late: the target was leased to somebody else meanwhile."""
