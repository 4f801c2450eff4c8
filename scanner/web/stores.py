"""Connections to the store, kept open and lent to one request at a time.

A request has one store, in whatever thread it goes on. Who waits for one waits without holding a thread: those that
have one could not give it back otherwise.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from scanner.fleet.store import Store, StoreError, StoreGoneError, open_store

_PATIENCE = 10.0
"""Seconds that a request waits for a connection."""


class Stores:
    """The pool."""

    def __init__(self, address: str, *, most: int = 16) -> None:
        self._address = address
        self._free: list[Store] = []
        self._lock = threading.Lock()
        self._places = asyncio.Semaphore(most)

    @contextmanager
    def one(self) -> Iterator[Store]:
        """A store for this thread, outside of requests."""
        store = self._take()
        try:
            yield store
        except StoreError:
            # Whatever is wrong with the connection, nobody else should get it; and where the database went away, those
            # that wait here are as dead.
            store.close()
            self.close()
            raise
        except BaseException:
            self._give(store)
            raise
        self._give(store)

    async def wait(self) -> None:
        """Wait for one's turn. Raises `StoreGoneError` where it does not come."""
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._places.acquire()
        except TimeoutError as error:
            raise StoreGoneError("too many ask at once", hint="try again") from error

    def leave(self) -> None:
        self._places.release()

    def close(self) -> None:
        """Close those that nobody uses."""
        with self._lock:
            free, self._free = self._free, []
        for store in free:
            store.close()

    def _take(self) -> Store:
        with self._lock:
            if self._free:
                return self._free.pop()
        return open_store(self._address)

    def _give(self, store: Store) -> None:
        with self._lock:
            self._free.append(store)


async def borrowed(request: Request) -> AsyncIterator[Store]:
    """The store of this request: a dependency. All who depend on it in one request have the same."""
    stores: Stores = request.app.state.stores
    await stores.wait()
    try:
        lent = stores.one()
        store = await run_in_threadpool(lent.__enter__)
        try:
            yield store
        except BaseException as error:
            if not await run_in_threadpool(lent.__exit__, type(error), error, error.__traceback__):
                raise
        else:
            await run_in_threadpool(lent.__exit__, None, None, None)
    finally:
        stores.leave()


Borrowed = Annotated[Store, Depends(borrowed)]
"""`store: Borrowed` in an endpoint."""
