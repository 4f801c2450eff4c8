"""One inventory and finding store for the fleet: plain SQL, on SQLite for one machine and PostgreSQL for many.

`open_store` is the door, `Store` all that there is to do, `values` what goes in and comes out.
"""

from __future__ import annotations

from scanner.fleet.store.errors import StaleLeaseError, StoreError, StoreGoneError
from scanner.fleet.store.store import Store, open_store

__all__ = ["StaleLeaseError", "Store", "StoreError", "StoreGoneError", "open_store"]
