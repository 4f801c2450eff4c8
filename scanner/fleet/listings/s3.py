"""The objects of a bucket, of Amazon S3 or whatever speaks like it.

Spec: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html. Addresses are of the path style, which all
of them know: `s3+https://ENDPOINT/BUCKET/KEY`.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, unquote_plus

from scanner.display import address
from scanner.errors import InputError
from scanner.fleet.listings.asking import Page, Service
from scanner.fleet.listings.values import Entry, Place
from scanner.model.component import Problem
from scanner.net import Reply
from scanner.shape import xml_text

NAME = "s3"
SCHEME = "s3+"


def listed(service: Service, place: Place) -> Iterator[Entry | Problem]:
    """Every object below the prefix. Raises `EngineError`, `InputError`."""
    bucket, _, prefix = place.name.partition("/")
    base = f"{place.api}/{_quoted(bucket)}"
    first = f"{base}?encoding-type=url&list-type=2&max-keys=1000&prefix={quote(prefix, safe='-_.~')}"

    def page(reply: Reply, url: str) -> Page:
        found, token = _read(reply.data, where=address(url))
        return Page(found, None if token is None else f"{first}&continuation-token={quote(token, safe='-_.~')}")

    for objects in service.pages(first, page=page):
        for key, size in objects:
            yield _entry(key, size, base)


def _read(data: bytes, *, where: str) -> tuple[list[tuple[str, int]], str | None]:
    """(key, size) of the objects, and what asks for the next page."""
    found: list[tuple[str, int]] = []
    said: dict[str, str] = {}
    one: dict[str, str] | None = None
    for event in xml_text.events(data, where=where, skip={"Owner", "CommonPrefixes"}):
        if isinstance(event, xml_text.Start):
            if event.name == "Contents":
                one = {}
        elif event.name == "Contents" and one is not None:
            size = one.get("Size", "")
            found.append((one.get("Key", ""), int(size) if size.isascii() and size.isdigit() and len(size) < 20 else 1))
            one = None
        else:
            (said if one is None else one)[event.name] = event.text
    if "ListBucketResult" not in said:
        raise InputError("it is no list of a bucket", where=where, hint="is the endpoint right?")
    if said.get("EncodingType") == "url":
        found = [(unquote_plus(key), size) for key, size in found]
    token = said.get("NextContinuationToken") or None
    if said.get("IsTruncated") == "true" and token is None:
        raise InputError("it says that there is more, and not how to ask for it", where=where, hint="try again")
    return found, None if said.get("IsTruncated") == "false" else token


def _entry(key: str, size: int, base: str) -> Entry:
    # A client takes such parts out of an address, and would ask for another object.
    refused = "its key has . or .. as a part" if {".", ".."} & set(key.split("/")) else ""
    return Entry(
        key=key,
        name=key,
        address="" if refused else f"{SCHEME}{base}/{_quoted(key)}",
        refused=refused,
        empty=not size or not key or key.endswith("/"),
    )


def _quoted(key: str) -> str:
    return quote(key, safe="/-_.~")
