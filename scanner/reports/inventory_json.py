"""The inventory as JSON: every component with place, scope, digests and source, by source file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TextIO

from scanner.model import ecosystem
from scanner.model.component import Component, Location
from scanner.model.inventory import Inventory, Reading
from scanner.model.purl import Purl
from scanner.reports import json_output
from scanner.reports.json_v1 import problem_body


def write(inventory: Inventory, out: TextIO, *, located: Callable[[Reading], Sequence[Location]]) -> None:
    """Write one JSON object. `root` is the subject where there is one source with one, else `null`."""
    readings = inventory.readings
    subjects = [reading for reading in readings if reading.subject is not None]
    body = {
        "schema": "pratique-inventory/1",
        "root": _root(subjects[0]) if len(subjects) == 1 else None,
        "files": [
            {
                "path": reading.path,
                "reader": reading.reader or None,
                "status": reading.status,
                "components": len(reading.components),
                "root": _root(reading),
                "reason": reading.reason,
            }
            for reading in readings
        ],
        "components": [item for reading in readings for item in _components(reading, located(reading))],
        "problems": [
            problem_body(problem)
            for problem in (*inventory.problems, *(problem for reading in readings for problem in reading.problems))
        ],
    }
    json_output.dump(body, out)


def _root(reading: Reading) -> dict[str, Any] | None:
    if reading.subject is None:
        return None
    parts = [_component(part, part.location) for part in reading.subject_parts]
    return _component(reading.subject, reading.subject.location) | {"components": parts}


def _components(reading: Reading, locations: Sequence[Location]) -> list[dict[str, Any]]:
    edges = {} if reading.graph is None else reading.graph.edges()
    labels = {component.ref: _name(component) for component in reading.components if component.ref}
    return [
        _component(component, location, sorted({labels[ref] for ref in edges.get(component.ref, ()) if ref in labels}))
        for component, location in zip(reading.components, locations, strict=True)
    ]


def _name(component: Component) -> str:
    return str(component.purl) if component.purl is not None else component.name


def _component(component: Component, location: Location, depends_on: Sequence[str] = ()) -> dict[str, Any]:
    purl = component.purl
    return {
        "purl": None if purl is None else str(purl),
        "name": component.name,
        "version": component.version,
        "constraint": component.constraint,
        "ecosystem": _ecosystem(purl),
        "scope": component.scope,
        "origin": component.origin,
        "role": component.role,
        "alias": component.alias,
        "digests": list(component.digests),
        "source_url": component.source_url,
        "supplier": component.supplier,
        "cpes": list(component.cpes),
        "location": {"path": location.path, "line": location.line},
        "depends_on": list(depends_on),
    }


def _ecosystem(purl: Purl | None) -> str | None:
    who = None if purl is None else ecosystem.identity(purl)
    return None if who is None else who.ecosystem
