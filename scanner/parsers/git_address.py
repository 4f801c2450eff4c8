"""Addresses of git repositories: what they name, and which of them are an attack.

Forms: https://git-scm.com/docs/git-clone#_git_urls. Identity: the `github` and `generic` purl types.
"""

from __future__ import annotations

import re

import msgspec

from scanner.model.purl import Purl

_SCHEME = re.compile(r"(?:git\+)?(https?|ssh|git|ftps?)(?:\+ssh)?://", re.IGNORECASE)
_TRANSPORT = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*::")
# host:path, which git takes for ssh; one letter before the colon is a drive of Windows.
_SCP = re.compile(r"(?:[^@/\\:]+@)?([^@/\\:]{2,}):(?!//)(.+)", re.DOTALL)
_HOST_ONLY = re.compile(r"((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})/(.+)", re.DOTALL)


class Remote(msgspec.Struct, frozen=True):
    """A repository on another machine."""

    host: str
    """In lower case, with its port."""
    path: str
    """Owner and repository, without `.git`."""
    scheme: str = "https"

    @property
    def address(self) -> str:
        """Its address without user name and password."""
        return f"{self.scheme}://{self.host}/{self.path}"


def remote(url: str) -> Remote | None:
    """The repository that an address names; `None` for local, relative and senseless ones."""
    url = url.strip()
    scheme = _SCHEME.match(url)
    if scheme is not None:
        authority, _, path = url[scheme.end() :].partition("/")
        host = authority.rpartition("@")[2]
        return _remote(host, path, scheme[1].lower())
    if url.startswith(("/", ".", "-")) or "://" in url or _TRANSPORT.match(url):
        return None
    match = _SCP.fullmatch(url)
    if match is not None:
        return _remote(match[1], match[2], "ssh")
    match = _HOST_ONLY.fullmatch(url)
    return None if match is None else _remote(match[1], match[2], "https")


def _remote(host: str, path: str, scheme: str) -> Remote | None:
    path = path.partition("?")[0].partition("#")[0].strip("/").removesuffix(".git").strip("/")
    return Remote(host.lower(), path, scheme) if host and path else None


def purl(found: Remote, version: str | None) -> Purl:
    """The repository as a package: `pkg:github/owner/name`, elsewhere `pkg:generic/name?vcs_url=…`."""
    owner, _, name = found.path.rpartition("/")
    if found.host in ("github.com", "www.github.com", "ssh.github.com:443") and owner and "/" not in owner:
        return Purl("github", owner.lower(), name.lower(), version)
    at = "" if version is None else f"@{version}"
    return Purl("generic", None, name, version, (("vcs_url", f"git+{found.address}{at}"),))


def pinned(url: str, commit: str | None) -> str:
    """The address as written, with the commit that it was resolved to."""
    return f"{url}#{commit}" if commit and "#" not in url else url


def hostile(url: str) -> str | None:
    """Why git should never be given this address; `None` where nothing speaks against it."""
    if url.startswith("-"):
        return "git would take it for an option"
    transport = _TRANSPORT.match(url)
    if transport is not None:
        return f"the transport {transport[0]} can run commands"
    if any(ord(char) < 0x20 or ord(char) == 0x7F for char in url):
        return "it holds control characters"
    found = remote(url)
    if found is not None and found.host.startswith("-"):
        return "ssh would take its host for an option"
    if found is not None and found.path.startswith("-") and found.scheme == "ssh":
        return "the far side would take its path for an option"
    return None
