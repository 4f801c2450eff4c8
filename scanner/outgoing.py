"""Messages that leave for addresses which an operator gave: the half of the door that sends.

Nothing is redirected. Unless it is allowed, an address inside of somebody's network is refused, and what was checked
is what is connected to: a name that resolves otherwise the next moment (DNS rebinding) gains nothing. A proxy of the
environment resolves for itself; names that resolve here are checked before it is asked.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scanner import net
from scanner.display import line
from scanner.errors import EngineError, UsageError

if TYPE_CHECKING:
    import requests

_TRIES = 4
_LONGEST_WAIT = 30.0
"""Most seconds that a server's Retry-After is obeyed in one run."""
_LONGEST_ANSWER = 60.0
"""Seconds that an answer may take once it has begun."""
_SAID = 200
"""Characters of a server's refusal that are told."""
_OTHERS = (
    "168.63.129.16/32",  # Azure's host services answer here, on every virtual machine
    "64:ff9b::/96",  # IPv4 behind a translator: https://www.rfc-editor.org/rfc/rfc6052
    "2002::/16",  # 6to4
    "2001::/32",  # Teredo
    "192.0.0.0/24",  # of protocols; a cloud's metadata service answers at .192
    "192.88.99.0/24",  # relays of 6to4
    "64:ff9b:1::/48",  # IPv4 behind a translator of one's own: https://www.rfc-editor.org/rfc/rfc8215
    "::/96",  # IPv4 in IPv6, as it was once written
    "fec0::/10",  # private networks, as they were once written: https://www.rfc-editor.org/rfc/rfc3879
    "5f00::/16",  # segment routing, inside of one network
)


def is_public(address: str) -> bool:
    """Whether an IP address is everybody's: not private, loopback, link-local, metadata, multicast or reserved."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return ip.is_global and not ip.is_multicast and not any(ip in ipaddress.ip_network(one) for one in _OTHERS)


def resolved(host: str, port: int, *, private: bool) -> list[str]:
    """The IP addresses of a host. Raises `UsageError` where one of them is not public, `EngineError` for none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise EngineError("the name of the server is not known", hint="check the address") from error
    addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
    if not private:
        for one in addresses:
            if not is_public(one):
                raise UsageError(
                    "the server's address is private, or of this very machine",
                    hint="allow_private = true, where that is meant",
                )
    return addresses


def connected(host: str, port: int, timeout: float | None, *, private: bool) -> socket.socket:
    """A connection to an address that was checked. Raises `OSError` where none of them answers."""
    failed: OSError | None = None
    for one in resolved(host, port, private=private):
        try:
            return socket.create_connection((one, port), timeout)
        except OSError as error:
            failed = error
    assert failed is not None
    raise failed


class Sender:
    """Sends by HTTP. Not for several threads at once."""

    def __init__(
        self,
        *,
        private: bool = False,
        plain: bool = False,
        certificates: str | None = None,
        timeout: tuple[float, float] = net.TIMEOUT,
        backoff: float = 0.5,
    ) -> None:
        """`private`: addresses inside of networks are allowed; `plain`: so is http."""
        import requests

        self._private, self._plain = private, plain
        self._certificates, self._timeout, self._backoff = certificates, timeout, backoff
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Accept-Encoding"] = "identity"
        self._session.headers["User-Agent"] = "pratique"
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, _adapter(private=private))

    def __enter__(self) -> Sender:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._session.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        data: bytes | None = None,
        headers: Mapping[str, str] = {},
        limit: int = 1_000_000,
        known: bool = False,
    ) -> bytes:
        """What the server says to it. Raises `net.RefusedError` for an answer that is no success, else `EngineError`.

        Tried again at once only where the server surely did not take it; where it knows what it has had already
        (`known`), also where nobody can tell. Addresses may hold secrets: no error tells one.
        """
        scheme, host = urlsplit(url).scheme.lower(), urlsplit(url).hostname
        if not host or scheme not in ("https", "http"):
            raise UsageError("not an https address")
        if scheme == "http" and not self._plain:
            raise UsageError("not an https address", hint="allow_http = true, where that is meant")
        for attempt in range(1, _TRIES + 1):
            try:
                return self._attempt(method, url, data, headers, limit)
            except net.RefusedError as error:
                again = error.status in (429, 503) or (known and error.status >= 500)
                if not again or attempt == _TRIES:
                    raise
                wait = error.headers.get("retry-after", "")
                time.sleep(min(float(wait), _LONGEST_WAIT) if wait.isdigit() else self._backoff * 2**attempt)
            except _LostError as error:
                if not (known or error.before) or attempt == _TRIES:
                    raise
                time.sleep(self._backoff * 2**attempt)
        raise AssertionError("unreachable")

    def _attempt(self, method: str, url: str, data: bytes | None, headers: Mapping[str, str], limit: int) -> bytes:
        import requests
        import urllib3
        from requests.utils import get_environ_proxies, select_proxy

        proxies = get_environ_proxies(url)
        if select_proxy(url, proxies) is not None:
            self._check_for_proxy(url)
        try:
            with self._session.request(
                method,
                url,
                data=data,
                headers=dict(headers),
                timeout=self._timeout,
                stream=True,
                allow_redirects=False,
                proxies=proxies,
                verify=net.certificates(self._certificates),
            ) as response:
                return _answer(response, limit)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise _LostError(error) from error

    def _check_for_proxy(self, url: str) -> None:
        """The proxy connects for us: what this machine knows of the name is all that can be checked."""
        parts = urlsplit(url)
        try:
            resolved(parts.hostname or "", parts.port or 443, private=self._private)
        except EngineError:
            return  # only the proxy knows the name


class _LostError(EngineError):
    """Nobody answered, or not to the end."""

    def __init__(self, error: Exception) -> None:
        super().__init__(net.reason(error), hint="check address, proxy and connection, then try again")
        import requests

        cause = getattr(error.args[0] if error.args else None, "reason", None)
        self.before = isinstance(error, requests.ConnectTimeout) or type(cause).__name__ in (
            "NewConnectionError",
            "NameResolutionError",
            "ConnectTimeoutError",
            "ProxyError",
        )
        """There was no connection, so that nothing can have arrived."""


def _answer(response: requests.Response, limit: int) -> bytes:
    status = response.status_code
    if 300 <= status < 400:
        raise EngineError("the server sends us elsewhere", hint="give the address to which it leads")
    data = b""
    started = time.monotonic()
    while piece := response.raw.read1(limit + 1 - len(data), decode_content=False):
        data += piece
        if time.monotonic() - started > _LONGEST_ANSWER:
            raise EngineError("the server sends too slowly")
        if len(data) > limit:
            raise EngineError(f"an answer of more than {limit} bytes")
    if not 200 <= status < 300:
        headers = {name.lower(): value for name, value in response.headers.items()}
        said = line(data.decode("utf-8", "replace").strip(), limit=_SAID)
        raise net.RefusedError(status, headers, where=None, said=said)
    return data


def _adapter(*, private: bool) -> Any:
    """One that connects to the very address that it has checked. Nothing is tried again here."""
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    def connect(connection: HTTPConnection) -> socket.socket:
        timeout = connection.timeout if isinstance(connection.timeout, int | float) else None
        try:
            found = connected(connection.host, connection.port, timeout, private=private)
        except TimeoutError as error:
            raise ConnectTimeoutError(connection, "the server does not answer in time") from error
        except OSError as error:
            raise NewConnectionError(connection, str(error)) from error
        for option in connection.socket_options or ():
            found.setsockopt(*option)
        return found

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **options: Any) -> None:
            super().init_poolmanager(*args, **options)
            self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

    return Adapter(max_retries=0)
