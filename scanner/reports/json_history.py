"""The `history` part of the JSON report: each exposure beside the finding that says what it is.

Schema: docs/schemas/pratique-report-1.schema.json, `$defs/history`.
"""

from __future__ import annotations

from typing import Any

from scanner.model.history import Exposure, History, Moment


def body(history: History) -> dict[str, Any]:
    """The history as plain data, in the order of the schema."""
    return {
        "since": history.since,
        "begins": history.begins,
        "refs": list(history.refs),
        "commits": history.commits,
        "versions": history.versions,
        "exposures": [_exposure(exposure) for exposure in history.exposures],
    }


def _exposure(exposure: Exposure) -> dict[str, Any]:
    return {
        "finding": exposure.finding,
        "path": exposure.path,
        "first": _moment(exposure.first),
        "last": _moment(exposure.last),
        "commits": exposure.commits,
        "events": [{"kind": event.kind, **_moment(event.at), "moved": event.moved} for event in exposure.events],
        "still_in": list(exposure.still_in),
        "reached": list(exposure.reached),
        "window": {
            "first_seen": exposure.window[0],
            "last_seen": exposure.window[1],
            "overlaps": exposure.in_window,
        },
    }


def _moment(moment: Moment) -> dict[str, Any]:
    return {
        "commit": moment.commit,
        "time": moment.time,
        "author": moment.author,
        "authored": moment.authored,
        "subject": moment.subject,
    }
