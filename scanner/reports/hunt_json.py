"""The JSON answer of a hunt, `pratique-hunt/1`: fields are added, never renamed or removed.

Schema: docs/schemas/pratique-hunt-1.schema.json. Findings and coverage have the shape of a scan's report.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TextIO

from scanner.model.component import Problem
from scanner.model.finding import State
from scanner.model.hunting import Hunt, ListState
from scanner.model.listing import Line, ListReading
from scanner.reports import json_output, json_v1

SCHEMA = "pratique-hunt/1"


def write(hunt: Hunt, out: TextIO) -> None:
    """Write the answer as one JSON object."""
    report = json_v1.body(hunt.report)
    findings = report["findings"]
    json_output.dump(
        {
            "schema": SCHEMA,
            "tool": report["tool"],
            "started": report["started"],
            "finished": report["finished"],
            "target": {"path": hunt.report.target},
            "exit": report["exit"],
            "lists": [_list(one) for one in hunt.lists],
            "hits": [one for one in findings if one["state"] != State.NEAR_MISS],
            "near_misses": [one for one in findings if one["state"] == State.NEAR_MISS],
            "not_looked_for": hunt.not_looked_for,
            "components_without_name": hunt.nameless,
            "files_remembered": hunt.remembered,
            "coverage": report["coverage"],
        },
        out,
    )


def write_reading(
    readings: Sequence[ListReading], states: Sequence[ListState], problems: Sequence[Problem], out: TextIO
) -> None:
    """Every line of every list, as `--dry-run` shows it."""
    json_output.dump(
        {
            "schema": SCHEMA,
            "lists": [
                _list(state) | {"said": [_said(item) for item in reading.lines()]}
                for reading, state in zip(readings, states, strict=True)
            ],
            "problems": [json_v1.problem_body(problem) for problem in problems],
        },
        out,
    )


def _list(one: ListState) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "kind": one.kind,
        "title": one.title,
        "lines": one.lines,
        "understood": one.understood,
        "not_understood": one.not_understood,
        "comments": one.comments,
        "indicators": one.indicators,
    }


def _said(item: Line | Problem) -> dict[str, Any]:
    if isinstance(item, Line):
        return {"line": item.number, "understood": item.text, "problem": None, "hint": None}
    return {"line": item.line, "understood": None, "problem": item.what, "hint": item.hint}
