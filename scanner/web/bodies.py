"""Bodies of requests: how much, how fast, in which letters; and forms with files, read once it is known whose they are.

What an endpoint declares as a form of its own, FastAPI reads before anybody was asked who they are: hence small bodies
everywhere but at the few addresses that take lists and SBOMs, whose endpoints read theirs by `form` and `spooled`.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from typing import IO, Annotated

from fastapi import Depends, HTTPException, Request
from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from scanner.web.settings import Settings

_LISTS = ("/hunt", "/api/v1/hunt", "/api/v1/hunt.csv")
_SBOMS = ("/audit", "/api/v1/audit")
_FILES, _FIELDS = 2, 20
_PATIENCE, _SLOWEST = 30, 100_000
"""Seconds that any body may take, and bytes that it has to bring in each second above that."""
_IN_MEMORY = 1_000_000


def most(settings: Settings, path: str) -> int:
    """Bytes that may be sent to an address."""
    return settings.lists if path in _LISTS else settings.sboms if path in _SBOMS else settings.largest


def odd(content_type: str) -> bool:
    """Whether somebody chose letters for a form: browsers send UTF-8, and some codecs of Python take minutes.

    Read as Starlette reads it, by which a form is taken apart: of two, another reader may take the other one.
    """
    _, told = parse_options_header(content_type)
    return told.get(b"charset", b"utf-8").lower() not in (b"utf-8", b"utf8")


def bounded(receive: Receive, limit: int) -> Receive:
    """A body that does not say how long it is may not be longer either; and it may not take for ever."""
    seen, whole = 0, False
    ends: float | None = None

    async def counted() -> Message:
        nonlocal seen, whole, ends
        if whole:  # what comes now is that they went away
            return await receive()
        if ends is None:
            ends = asyncio.get_running_loop().time() + _PATIENCE + limit / _SLOWEST
        try:
            async with asyncio.timeout_at(ends):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(408, "the body came too slowly") from error
        seen += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if seen > limit:
            raise too_large(limit)
        return message

    return counted


def too_large(limit: int) -> HTTPException:
    return HTTPException(413, f"more than {limit:,} bytes")


async def parsed(request: Request) -> FormData:
    """The form of a request, the same one however often it is asked for. For those who know whose it is."""
    settings: Settings = request.app.state.settings
    limit = most(settings, request.url.path)
    try:
        return await request.form(max_files=_FILES, max_fields=_FIELDS, max_part_size=limit)
    except ClientDisconnect as error:
        raise _broken_off() from error


async def form(request: Request) -> AsyncIterator[FormData]:
    """A dependency, behind the one on a role."""
    told = await parsed(request)
    try:
        yield told
    finally:
        await told.close()


async def spooled(request: Request) -> AsyncIterator[IO[bytes]]:
    """The body as it is, in a file: a dependency, behind the one on a role."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        try:
            async for chunk in request.stream():
                await run_in_threadpool(file.write, chunk)
        except ClientDisconnect as error:
            raise _broken_off() from error
        file.seek(0)
        yield file


async def whole(file: Annotated[IO[bytes], Depends(spooled)]) -> bytes:
    """The same in memory."""
    return await run_in_threadpool(file.read)


def word(form: FormData, name: str, *, longest: int) -> str:
    """A field of text; empty where there is none. Raises 422 for one that is too long, or a file."""
    value = form.get(name, "")
    if isinstance(value, str) and len(value) <= longest:
        return value
    raise HTTPException(422, f"{name}: text of at most {longest:,} characters")


def upload(form: FormData, name: str) -> UploadFile | None:
    """A file that was chosen, if one was."""
    value = form.get(name)
    return value if isinstance(value, UploadFile) and value.filename else None


def _broken_off() -> HTTPException:
    return HTTPException(400, "the body broke off")
