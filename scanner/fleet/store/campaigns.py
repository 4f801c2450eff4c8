"""How far each campaign reached: from the findings of all targets, near misses left out.

What a target held before a campaign was known, and holds no more, is no finding: `Store.retro_match` asks for that.
"""

from __future__ import annotations

from datetime import timedelta

from scanner.errors import UsageError
from scanner.fleet.store import keys
from scanner.fleet.store.database import Database, Row
from scanner.fleet.store.values import Day, Exposure, Outbreak, Outbroken
from scanner.model.finding import State

_NEAR = State.NEAR_MISS.value
_DAY = 86_400_000_000
_DAYS = 1000
_PACKAGES = 20
_OUTBREAKS = """select f.campaign, count(case when f.gone is null then 1 end),
 count(distinct case when f.gone is null then f.target end), count(distinct f.target), min(f.first),
 max(coalesce(f.last, t.checked))
 from finding f join target t on t.id = f.target where f.state <> ? and {which}
 group by f.campaign order by f.campaign"""


def outbreaks(database: Database) -> tuple[Outbreak, ...]:
    """Every campaign that something was found of, those that reach the most targets now first."""
    rows = database.rows(_OUTBREAKS.format(which="f.campaign is not null"), (_NEAR,))
    return tuple(sorted(map(_outbreak, rows), key=lambda one: (-one.exposed, -one.ever, one.campaign)))


def outbroken(database: Database, campaign: str, *, after: int, limit: int) -> Outbroken:
    """One campaign. Raises `UsageError` where nothing was found of it."""
    with database.read():
        rows = database.rows(_OUTBREAKS.format(which="f.campaign = ?"), (_NEAR, campaign))
        if not rows:
            raise UsageError(f"nothing was ever found of a campaign {campaign!r}", where=database.where)
        exposures = _exposures(database, campaign, after, limit)
        days = _days(database, campaign)
    return Outbroken(outbreak=_outbreak(rows[0]), exposures=exposures, days=days)


def _outbreak(row: Row) -> Outbreak:
    campaign, open_, exposed, ever, first, last = row
    return Outbreak(
        campaign=campaign,
        open=open_,
        exposed=exposed,
        ever=ever,
        first=keys.moment(first),
        last=keys.moment(last),
    )


def _exposures(database: Database, campaign: str, after: int, limit: int) -> tuple[Exposure, ...]:
    rows = database.rows(
        "select f.target, t.address, t.owner, max(case when f.state = ? then 1 else 0 end),"
        " count(case when f.gone is null then 1 end), count(*), min(f.first), max(coalesce(f.last, t.checked)),"
        " max(f.gone) from finding f join target t on t.id = f.target"
        " where f.campaign = ? and f.state <> ? and f.target > ?"
        " group by f.target, t.address, t.owner order by f.target limit ?",
        (State.CERTAIN.value, campaign, _NEAR, after, limit),
    )
    packages: dict[int, list[str]] = {}
    if rows:
        for target, package in database.rows(
            "select distinct target, package from finding where campaign = ? and state <> ? and target between ? and ?"
            " and package is not null order by target, package",
            (campaign, _NEAR, rows[0][0], rows[-1][0]),
        ):
            packages.setdefault(target, []).append(package)
    return tuple(
        Exposure(
            target=target,
            address=address,
            owner=owner,
            certain=bool(certain),
            open=open_,
            findings=count,
            packages=tuple(packages.get(target, ())[:_PACKAGES]),
            first=keys.moment(first),
            last=keys.moment(last),
            gone=None if open_ else keys.moment_or_none(gone),
        )
        for target, address, owner, certain, open_, count, first, last, gone in rows
    )


def _days(database: Database, campaign: str) -> tuple[Day, ...]:
    rows = database.rows(
        f"select e.at / {_DAY}, e.what, count(*) from finding f join event e on e.target = f.target"
        " and e.finding = f.id where f.campaign = ? and f.state <> ?"
        f" group by e.at / {_DAY}, e.what order by 1",
        (campaign, _NEAR),
    )
    by_day: dict[int, dict[str, int]] = {}
    for day, what, number in rows:
        by_day.setdefault(int(day), {})[what] = number
    told: list[Day] = []
    open_ = 0
    for day, counts in by_day.items():
        came, went, back = (counts.get(what, 0) for what in ("introduced", "gone", "reopened"))
        open_ += came + back - went
        date = (keys.moment(0) + timedelta(days=day)).date().isoformat()
        told.append(Day(day=date, introduced=came, gone=went, reopened=back, open=open_))
    return tuple(told[-_DAYS:])
