"""How far each campaign reached: by findings, near misses left out, and by what it struck in the past.

What a target held before a campaign was known, and holds no more, is no finding, but an exposure (exposures.py). Where
there are findings as well, they say what is there now.
"""

from __future__ import annotations

from datetime import timedelta

import msgspec

from scanner.errors import UsageError
from scanner.fleet.store import keys
from scanner.fleet.store.database import Database, Row
from scanner.fleet.store.exposures import ADVISORY
from scanner.fleet.store.summaries import Day, Exposure, Outbreak, Outbroken
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


_STRUCK = f"""select e.record, e.target, max(case when e.gone is null then 1 else 0 end) as held, min(e.first) as first,
 max(case when e.gone is null then t.checked else e.last end) as last,
 max(case when exists (select 1 from finding f where f.target = e.target and f.campaign = e.record and f.state <> ?)
 then 1 else 0 end) as found, max(e.alone) as alone
 from exposure e join target t on t.id = e.target where e.source <> '{ADVISORY}' and {{which}}
 group by e.record, e.target"""
_STRUCK_BY_CAMPAIGN = """select s.record, sum(case when s.found = 0 and s.held = 1 then 1 else 0 end),
 sum(1 - s.found), sum((1 - s.found) * s.alone), min(s.first), max(s.last) from ({struck}) s group by s.record"""


def outbreaks(database: Database) -> tuple[Outbreak, ...]:
    """Every campaign that somebody has or had something of, those that reach the most targets now first."""
    with database.read():
        found = _outbreaks(database, "f.campaign is not null", "e.record <> ''", ())
    return tuple(sorted(found, key=lambda one: (-one.exposed, -one.ever, one.campaign)))


def outbroken(database: Database, campaign: str, *, after: int, limit: int) -> Outbroken:
    """One campaign. Raises `UsageError` where nobody has or had anything of it."""
    with database.read():
        found = _outbreaks(database, "f.campaign = ?", "e.record = ?", (campaign,))
        if not found:
            raise UsageError(f"nothing was ever found of a campaign {campaign!r}", where=database.where)
        exposures = _exposures(database, campaign, after, limit)
        days = _days(database, campaign)
    return Outbroken(outbreak=found[0], exposures=exposures, days=days)


def _outbreaks(database: Database, findings: str, struck: str, values: tuple[str, ...]) -> list[Outbreak]:
    found = {row[0]: _outbreak(row) for row in database.rows(_OUTBREAKS.format(which=findings), (_NEAR, *values))}
    past = _STRUCK_BY_CAMPAIGN.format(struck=_STRUCK.format(which=struck))
    for campaign, held, ever, alone, first, last in database.rows(past, (_NEAR, *values)):
        one = found.get(campaign) or _outbreak((campaign, 0, 0, 0, first, last))
        found[campaign] = msgspec.structs.replace(
            one,
            exposed=one.exposed + int(held),
            ever=one.ever + int(ever),
            before_known=int(alone),
            first=min(one.first, keys.moment(first)),
            last=max(one.last, keys.moment(last)),
        )
    return list(found.values())


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


_BOTH = f"""select f.target, f.package, case when f.state = ? then 1 else 0 end as certain, 1 as found,
 case when f.gone is null then 1 else 0 end as held, f.first, coalesce(f.last, t.checked) as last, f.gone
 from finding f join target t on t.id = f.target where f.campaign = ? and f.state <> ? and {{findings}}
 union all select e.target, e.package, case when e.state = ? then 1 else 0 end, 0,
 case when e.gone is null then 1 else 0 end, e.first, case when e.gone is null then t.checked else e.last end, e.gone
 from exposure e join target t on t.id = e.target where e.record = ? and e.source <> '{ADVISORY}' and {{exposures}}"""


def _exposures(database: Database, campaign: str, after: int, limit: int) -> tuple[Exposure, ...]:
    values = (State.CERTAIN.value, campaign, _NEAR, State.CERTAIN.value, campaign)

    def both(*bounds: int) -> tuple[str, tuple[object, ...]]:
        where = " and ".join(f"{{0}}.target {sign} ?" for sign in (">", "<=")[: len(bounds)])
        text = _BOTH.format(findings=where.format("f"), exposures=where.format("e"))
        return text, (*values[:3], *bounds, *values[3:], *bounds)

    text, asked = both(after)
    rows = database.rows(
        "select b.target, t.address, t.owner, max(b.certain), sum(b.found * b.held), sum(b.found), max(b.held),"
        f" min(b.first), max(b.last), max(b.gone) from ({text}) b join target t on t.id = b.target"
        " group by b.target, t.address, t.owner order by b.target limit ?",
        (*asked, limit),
    )
    packages: dict[int, list[str]] = {}
    if rows:
        text, asked = both(after, rows[-1][0])
        for target, package in database.rows(
            f"select distinct b.target, b.package from ({text}) b where b.package is not null"
            " order by b.target, b.package",
            asked,
        ):
            packages.setdefault(target, []).append(package)
    return tuple(
        Exposure(
            target=target,
            address=address,
            owner=owner,
            certain=bool(certain),
            open=int(open_),
            findings=int(count),
            packages=tuple(packages.get(target, ())[:_PACKAGES]),
            first=keys.moment(first),
            last=keys.moment(last),
            # Only where there is no finding an exposure says that it is there still.
            gone=None if open_ or (held and not count) else keys.moment_or_none(gone),
        )
        for target, address, owner, certain, open_, count, held, first, last, gone in rows
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
