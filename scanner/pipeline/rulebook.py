"""The campaigns that travel with pratique: found, read, and compiled on first use."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import scanner
from scanner.errors import InputError, PratiqueError
from scanner.intel import indicators
from scanner.intel.indicators import IndicatorStore
from scanner.model.campaign import Actor, Campaign
from scanner.model.component import Problem
from scanner.model.report import FeedState

FEED = "pratique/campaigns"


def directory() -> Path:
    """`rules/`: inside the installed package, or beside it in a checkout."""
    package = Path(scanner.__file__).parent
    installed = package / "_rules"
    return installed if installed.is_dir() else package.parent / "rules"


def state(feed: str, indicators: int) -> FeedState:
    """How reports name a store of indicators: it is as old as what it travels in."""
    return FeedState(name=feed, records=indicators, newest=None, fetched=None, age_hours=None, status="embedded")


def files(rules: Path) -> list[Path]:
    """actors.toml and every campaign file."""
    return [rules / "actors.toml", *sorted((rules / "campaigns").glob("*.toml"))]


def digest(rules: Path) -> str:
    """Names the present text of the campaigns, for the compiled copy."""
    total = hashlib.sha256(f"{scanner.__version__}/{indicators.SCHEMA}".encode())
    for path in files(rules):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def actors(rules: Path) -> tuple[Actor, ...]:
    """Every actor, also those to whom no campaign is attributed."""
    from scanner.feeds import campaign_toml

    path = rules / "actors.toml"
    return tuple(campaign_toml.parse_actors(path.read_bytes(), where=path.name).values())


def read(rules: Path) -> Iterator[Campaign | Problem]:
    """Every campaign; one that is broken is a problem and costs itself only."""
    # Imported when campaigns are compiled: a scan finds them compiled already.
    from scanner.feeds import campaign_toml

    actors_file, *campaign_files = files(rules)
    actors = campaign_toml.parse_actors(actors_file.read_bytes(), where=actors_file.name)
    for path in campaign_files:
        try:
            campaign = campaign_toml.parse(path.read_bytes(), where=path.name, actors=actors)
            if campaign.id != path.stem:
                raise InputError(f"its id is {campaign.id!r}", where=path.name, hint="name the file after its id")
        except InputError as error:
            yield Problem(where=error.where or path.name, what=error.what, hint=error.hint)
        else:
            yield campaign


def open_campaigns(rules: Path, intel_directory: Path) -> IndicatorStore:
    """The compiled campaigns, from `intel_directory` when they are there and current, else compiled now.

    Where the directory cannot be written (a read-only mount) they are compiled in memory.
    Raises `InputError` when a campaign file is broken: a scan without it would be silently blind.
    """
    name = digest(rules)
    path = intel_directory / "campaigns.sqlite"
    store = indicators.open_store(path, digest=name)
    if store is not None:
        return store
    campaigns = []
    for item in read(rules):
        if isinstance(item, Problem):
            raise InputError(item.what, where=item.where, hint="pratique rules check")
        campaigns.append(item)
    try:
        intel_directory.mkdir(parents=True, exist_ok=True)
        return indicators.build(campaigns, path, digest=name)
    except (OSError, PratiqueError):
        return indicators.build(campaigns, None, digest=name)
