"""The one door to the network: timeouts, bounded retries, bounded bodies, conditional requests.

Of the environment only proxies and certificate bundles are obeyed, never a `.netrc`. Addresses are shown without
credentials. Bodies are asked for as they are: a compressed one is refused, so that none unpacks without measure.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import msgspec

from scanner import body_md5
from scanner.display import address
from scanner.errors import EngineError, UsageError

if TYPE_CHECKING:
    import requests

TIMEOUT = (10.0, 30.0)
"""Seconds to connect, and between two pieces of a body."""
MAX_REDIRECTS = 5
_RETRIES = 4
_BODIES = 3
"""How often a body that broke off is asked for."""
_LONGEST_WAIT = 60
"""Most seconds that a server's Retry-After is obeyed."""
_CHUNK = 256 * 1024
_SLOWEST = 10 * 1024
"""Bytes a second below which a body is given up, after a grace of a minute."""
_SECRET = ("authorization", "x-api-key", "x-amz-security-token")
"""Headers that go to the address's own server only."""

Progress = Callable[[int, int | None], None]
"""Told (bytes so far, bytes in all where known)."""


class Outcome(StrEnum):
    NEW = "new"
    UNCHANGED = "unchanged"
    """The server says that what was fetched before still holds."""
    ABSENT = "absent"


class Validators(msgspec.Struct, frozen=True, kw_only=True):
    """By which a server knows the state that was fetched before."""

    etag: str | None = None
    last_modified: str | None = None


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What came back."""

    outcome: Outcome
    data: bytes = b""
    """Empty where the body went to a file."""
    validators: Validators = Validators()
    headers: Mapping[str, str] = {}
    """Of the answer, names in lower case."""


class RefusedError(EngineError):
    """The server answered, and not with what was asked for."""

    def __init__(self, status: int, headers: Mapping[str, str], *, where: str | None, said: str = "") -> None:
        super().__init__(f"the server answers {status}{said and f': {said}'}", where=where, hint=_advice(status))
        self.status = status
        self.headers = headers
        """Names in lower case."""


class _Body(msgspec.Struct):
    """A body on its way, over as many connections as it takes."""

    sink: Callable[[bytes], object]
    asking: Mapping[str, str] = {}
    """Headers beside our own. Secrets among them go to the address's own server only, never along a redirect."""
    posted: bytes | None = None
    """What is sent; `None` where it is fetched by GET."""
    received: int = 0
    total: int | None = None
    etag: str | None = None


class Client:
    """Fetches, and asks by POST. Not for several threads at once: make one for each."""

    def __init__(
        self,
        *,
        timeout: tuple[float, float] = TIMEOUT,
        backoff: float = 0.5,
        certificates: str | None = None,
        waits: bool = True,
    ) -> None:
        """`certificates` is a file of authorities to trust instead of those of the environment.

        Unless it `waits`, "too many requests" is told at once (`RefusedError`), for who knows better when to ask again.
        """
        # Imported here: a scan never needs it, and it costs a tenth of a second.
        import requests
        from requests.adapters import HTTPAdapter
        from urllib3.util.retry import Retry

        class Patience(Retry):
            def get_retry_after(self, response: Any) -> float | None:
                wait = super().get_retry_after(response)
                return None if wait is None else min(wait, _LONGEST_WAIT)

        retry = Patience(
            total=_RETRIES,
            backoff_factor=backoff,
            status_forcelist=(429, 500, 502, 503, 504) if waits else (500, 502, 503, 504),
            respect_retry_after_header=waits,
            # What we post are questions: asking twice changes nothing.
            allowed_methods=("GET", "POST"),
            redirect=0,
            raise_on_status=False,
            raise_on_redirect=False,
        )
        self._timeout = timeout
        self._certificates = certificates
        self._backoff = backoff
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Accept-Encoding"] = "identity"
        self._session.headers["User-Agent"] = "pratique"
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry))

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._session.close()

    def fetch(
        self,
        url: str,
        *,
        limit: int,
        known: Validators | None = None,
        progress: Progress | None = None,
        headers: Mapping[str, str] = {},
        post: bytes | None = None,
    ) -> Reply:
        """The body in memory, of at most `limit` bytes, checked like that of `fetch_to`. Raises `EngineError`.

        `post` is sent as a question, where there is one.
        """
        pieces: list[bytes] = []
        body = _Body(pieces.append, headers, post)
        reply = self._get(url, body, limit, known, progress, pieces.clear, lambda: body_md5.of_pieces(pieces))
        return msgspec.structs.replace(reply, data=b"".join(pieces))

    def fetch_to(
        self,
        path: Path,
        url: str,
        *,
        limit: int,
        known: Validators | None = None,
        progress: Progress | None = None,
        headers: Mapping[str, str] = {},
    ) -> Reply:
        """The body as a file, checked against the MD5 that the server may give. Raises `EngineError`."""
        try:
            with path.open("wb") as file:

                def again() -> None:
                    file.seek(0)
                    file.truncate()

                body = _Body(file.write, headers)
                return self._get(url, body, limit, known, progress, again, lambda: body_md5.of_file(path, file.flush))
        except OSError as error:
            raise EngineError(f"cannot be written: {error.strerror}", where=path) from error

    def _get(
        self,
        url: str,
        body: _Body,
        limit: int,
        known: Validators | None,
        progress: Progress | None,
        restart: Callable[[], None],
        md5: Callable[[], bytes],
    ) -> Reply:
        import requests
        import urllib3

        for attempt in range(_BODIES):
            try:
                return self._attempt(url, body, limit, known, progress, restart, md5)
            except (
                requests.ConnectionError,
                requests.exceptions.ChunkedEncodingError,
                urllib3.exceptions.HTTPError,
            ) as error:
                # Where nothing was received, the adapter tried often enough already.
                if not body.received or attempt + 1 == _BODIES:
                    raise self._failed(url, error) from error
                time.sleep(self._backoff * 2**attempt)
            except requests.RequestException as error:
                raise self._failed(url, error) from error
        raise AssertionError("unreachable")

    def _attempt(
        self,
        url: str,
        body: _Body,
        limit: int,
        known: Validators | None,
        progress: Progress | None,
        restart: Callable[[], None],
        md5: Callable[[], bytes],
    ) -> Reply:
        headers: dict[str, str] = {}
        if known is not None and known.etag:
            headers["If-None-Match"] = known.etag
        elif known is not None and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        if body.received and body.etag:
            # Goes on where it broke off, if the server still has the same; else it sends all of it.
            headers = {"Range": f"bytes={body.received}-", "If-Range": body.etag}
        with self._open(url, {**body.asking, **headers}, body.posted) as response:
            validators = Validators(
                etag=response.headers.get("ETag"), last_modified=response.headers.get("Last-Modified")
            )
            if response.status_code == 304 and known is not None:
                return Reply(outcome=Outcome.UNCHANGED, validators=known)
            if response.status_code in (404, 410):
                return Reply(outcome=Outcome.ABSENT)
            if response.status_code not in (200, 206):
                raise RefusedError(response.status_code, _lower(response.headers), where=address(url))
            if response.headers.get("Content-Encoding", "identity").lower() not in ("identity", ""):
                raise EngineError(
                    "the server compresses the body, though asked not to", where=address(url), hint="use another mirror"
                )
            resumed = response.status_code == 206 and response.headers.get("Content-Range", "").startswith(
                f"bytes {body.received}-"
            )
            if body.received and not resumed:
                restart()
                body.received = 0
            elif response.status_code == 206 and not resumed:
                raise EngineError("the server sends a part that was not asked for", where=address(url))
            etag = validators.etag
            body.etag = etag if etag and not etag.startswith("W/") else None
            self._receive(url, response, body, limit, progress)
            expected = body_md5.published(response.headers)
            if expected and md5() != expected:
                raise EngineError("damaged on the way: wrong checksum", where=address(url), hint="try again")
            return Reply(outcome=Outcome.NEW, validators=validators, headers=_lower(response.headers))

    def _open(self, url: str, headers: Mapping[str, str], posted: bytes | None) -> requests.Response:
        """The answer after redirects, each of them checked: never from https down to http, never to another scheme."""
        from requests.utils import get_environ_proxies

        trusted = certificates(self._certificates)
        here = url
        for _ in range(MAX_REDIRECTS + 1):
            scheme = urlsplit(here).scheme.lower()
            if scheme not in ("http", "https"):
                raise UsageError("not an http or https address", where=address(here))
            if scheme == "http" and urlsplit(url).scheme.lower() == "https":
                raise EngineError("a redirect leads from https to http", where=address(url), hint="use another mirror")
            response = self._session.request(
                "GET" if posted is None else "POST",
                here,
                data=posted,
                headers={
                    name: value
                    for name, value in headers.items()
                    if name.lower() not in _SECRET or _origin(here) == _origin(url)
                },
                timeout=self._timeout,
                stream=True,
                allow_redirects=False,
                proxies=get_environ_proxies(here),
                verify=trusted,
            )
            if response.status_code not in (301, 302, 303, 307, 308):
                return response
            if posted is not None:
                # What leaves the machine goes where the user said, and nowhere else.
                response.close()
                raise EngineError("the server sends us elsewhere with what we asked", where=address(url))
            response.close()
            here = urljoin(here, response.headers.get("Location", ""))
        raise EngineError(
            f"more than {MAX_REDIRECTS} redirects", where=address(url), hint="the address or the mirror is wrong"
        )

    def _receive(
        self, url: str, response: requests.Response, body: _Body, limit: int, progress: Progress | None
    ) -> None:
        declared = response.headers.get("Content-Length", "")
        body.total = body.received + int(declared) if declared.isdigit() else None
        if body.total is not None and body.total > limit:
            raise EngineError(f"a body of {body.total} bytes", where=address(url), hint=f"at most {limit} are read")
        started = time.monotonic()
        fresh = 0
        for piece in _pieces(response):
            body.received += len(piece)
            fresh += len(piece)
            if body.received > limit:
                raise EngineError(f"a body of more than {limit} bytes", where=address(url), hint="it is not read")
            seconds = time.monotonic() - started
            if seconds > 60 and fresh < seconds * _SLOWEST:
                raise EngineError(
                    "the server sends too slowly", where=address(url), hint="try again, or another mirror"
                )
            body.sink(piece)
            if progress is not None:
                progress(body.received, body.total)

    def _failed(self, url: str, error: Exception) -> EngineError:
        return EngineError(
            reason(error), where=address(url), hint="check address, proxy and connection, then try again"
        )


def _pieces(response: requests.Response) -> Iterator[bytes]:
    """Pieces as they arrive, neither decoded nor gathered: a slow drip shows at once."""
    while piece := response.raw.read1(_CHUNK, decode_content=False):
        yield piece
    # An end that came before the announced length is an error of urllib3's, raised by the last read.
    if response.raw.length_remaining:
        from urllib3.exceptions import IncompleteRead

        raise IncompleteRead(response.raw.tell(), response.raw.length_remaining)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    try:
        return scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(scheme)
    except ValueError:  # no number, or none of a port: it will not be asked, and is nobody's
        return scheme, None, None


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses are the same server's: who may see a secret of one may see it at the other."""
    return _origin(one) == _origin(other)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def certificates(given: str | None) -> bool | str:
    """Whom to trust: those given, else of the environment. Raises `UsageError` where there is no such file."""
    import os

    found = given or os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    if found and not Path(found).exists():
        raise UsageError("there is no such file of certificates", where=found, hint="mend your client's configuration")
    return found or True


def reason(error: Exception) -> str:
    """Why nothing, or not all, came back."""
    text = str(error)
    return (
        "the server does not answer in time" if "timed out" in text else
        "the answer breaks off" if "IncompleteRead" in text or "ended prematurely" in text else
        "the certificate cannot be verified" if "CERTIFICATE" in text else
        "the address is not valid" if "Invalid URL" in text else
        "no connection"
    )  # fmt: skip


def _advice(status: int) -> str:
    if status in (401, 403):
        return "the mirror wants to be authorised, or a proxy forbids it"
    if status == 429 or status >= 500:
        return "the server is overloaded: try again later"
    return "check the address"
