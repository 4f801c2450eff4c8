"""Who may ask the store through the web: tokens, and the sessions of browsers.

Of a secret only its SHA-256 is kept: it has 256 random bits, so that nothing slower is needed, and a copy of the store
lets nobody in.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

import msgspec

from scanner.errors import UsageError
from scanner.fleet.store import keys
from scanner.fleet.store.database import Database, Row, first

_FRESH = timedelta(minutes=1)
"""When something was last used is noted this often at most."""


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A secret that somebody holds: in a program, or typed into the sign-in page."""

    id: int
    name: str
    role: str
    added: datetime
    expires: datetime | None
    used: datetime | None
    revoked: datetime | None

    def valid(self, now: datetime) -> bool:
        return self.revoked is None and (self.expires is None or now < self.expires)


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A browser in which somebody has signed in."""

    name: str
    role: str
    how: str


class People:
    """Tokens and sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_token(self, name: str, role: str, digest: bytes, *, now: datetime, expires: datetime | None) -> None:
        """Let somebody in. Raises `UsageError` where the name has a token that was not revoked."""
        if not self._database.run(
            "insert into web_token (name, role, digest, added, expires) values (?, ?, ?, ?, ?) on conflict do nothing",
            (name, role, digest, keys.stamp(now), None if expires is None else keys.stamp(expires)),
        ):
            raise UsageError(f"{name!r} has a token already", hint="revoke that first, or choose another name")

    def tokens(self) -> tuple[Token, ...]:
        """All that ever were, by name and age."""
        return tuple(map(_token, self._database.rows(f"select {_TOKEN} from web_token t order by t.name, t.id")))

    def token(self, digest: bytes, *, now: datetime) -> Token | None:
        """Whose secret that is, where it still counts. Notes that it was used."""
        row = first(self._database.rows(f"select {_TOKEN}, t.digest from web_token t where t.digest = ?", (digest,)))
        if row is None or not hmac.compare_digest(bytes(row[-1]), digest):
            return None
        found = _token(row)
        if not found.valid(now):
            return None
        if found.used is None or now - found.used >= _FRESH:
            self._database.run("update web_token set used = ? where id = ?", (keys.stamp(now), found.id))
        return found

    def revoke(self, name: str, *, now: datetime) -> None:
        """Let somebody in no more: the token of that name, and every session of that name, end now.

        Raises `UsageError` where there is neither.
        """
        with self._database.write():
            ended = self._database.run(
                "update web_token set revoked = ? where name = ? and revoked is null", (keys.stamp(now), name)
            )
            ended += self._database.run("delete from web_session where name = ?", (name,))
        if not ended:
            raise UsageError(f"there is neither a token nor a session of {name!r}", where=self._database.where)

    def begin(self, digest: bytes, session: Session, *, token: int | None, now: datetime, ends: datetime) -> None:
        """Somebody has signed in, with that token or otherwise. Forgets sessions that are over."""
        at = keys.stamp(now)
        with self._database.write():
            self._database.run("delete from web_session where ends <= ?", (at,))
            self._database.run(
                "insert into web_session (digest, name, role, how, token, added, used, ends)"
                " values (?, ?, ?, ?, ?, ?, ?, ?)",
                (digest, session.name, session.role, session.how, token, at, at, keys.stamp(ends)),
            )

    def session(self, digest: bytes, *, now: datetime, idle: timedelta) -> Session | None:
        """Whose browser that is, where the session and the token that began it still count. Notes that it was used."""
        row = first(
            self._database.rows(
                f"select s.digest, s.name, s.role, s.how, s.used, s.ends, s.token, {_TOKEN} from web_session s"
                " left join web_token t on t.id = s.token where s.digest = ?",
                (digest,),
            )
        )
        if row is None or not hmac.compare_digest(bytes(row[0]), digest):
            return None
        _, name, role, how, used, ends, token = row[:7]
        at = keys.stamp(now)
        if at >= ends or now >= keys.moment(used) + idle:
            return None
        if token is not None:
            began = _token(row[7:])
            if not began.valid(now):
                return None
            role = began.role
        if now - keys.moment(used) >= _FRESH:
            self._database.run("update web_session set used = ? where digest = ?", (at, digest))
        return Session(name=name, role=role, how=how)

    def end(self, digest: bytes) -> None:
        """Somebody has signed out."""
        self._database.run("delete from web_session where digest = ?", (digest,))


_TOKEN = "t.id, t.name, t.role, t.added, t.expires, t.used, t.revoked"  # noqa: S105  # columns


def _token(row: Row) -> Token:
    return Token(
        id=row[0],
        name=row[1],
        role=row[2],
        added=keys.moment(row[3]),
        expires=keys.moment_or_none(row[4]),
        used=keys.moment_or_none(row[5]),
        revoked=keys.moment_or_none(row[6]),
    )
