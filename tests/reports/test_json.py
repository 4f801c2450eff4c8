"""The JSON report and inventory against their published schemas: what is written is named, what is named is written."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from scanner.model.comparison import Comparison, ComponentChange, Step
from scanner.model.component import Component, Graph, Location, Origin, Scope
from scanner.model.finding import Standing
from scanner.model.history import Event, EventKind, Exposure, History, Moment
from scanner.model.inventory import Inventory, Reading
from scanner.reports import inventory_json, json_v1
from tests.conftest import ROOT, Golden
from tests.factories import component, reading
from tests.reports.html_sample import EDITED
from tests.reports.samples import CLEAR, REPORT

HERE = Path(__file__).parent / "json"
SCHEMAS = ROOT / "docs" / "schemas"


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / name).read_text(encoding="utf-8"))


def closed(node: Any) -> Any:
    """The schema, with every object shut to fields that it does not name. Published it is open: fields are added."""
    if isinstance(node, dict):
        shut = {key: closed(value) for key, value in node.items()}
        return shut | {"additionalProperties": False} if "properties" in node else shut
    return [closed(item) for item in node] if isinstance(node, list) else node


def objects(node: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every object of a schema, with where it stands."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield at, node
        for key, value in node.items():
            yield from objects(value, f"{at}/{key}")
    elif isinstance(node, list):
        for number, item in enumerate(node):
            yield from objects(item, f"{at}/{number}")


def written(report: Any) -> Any:
    out = io.StringIO()
    json_v1.write(report, out)
    return json.loads(out.getvalue())


def inventory() -> Inventory:
    """One source with everything, one with nothing."""
    first: Component = component(
        "pkg:npm/a@1", constraint="^1", scope=Scope.DEVELOPMENT, origin=Origin.URL, digests=("sha1:" + "0" * 40,),
        source_url="https://example.invalid/a.tgz", alias="b", cpes=("cpe:2.3:a:a:a:1:*:*:*:*:*:*:*",), supplier="A",
    )  # fmt: skip
    second = component("pkg:deb/debian/c@1?distro=debian-12", location=Location("bom.json"), ref="c")
    whole: Reading = reading(
        first,
        second,
        subject=component("pkg:npm/app@1"),
        subject_parts=(component("pkg:npm/part@1"),),
        graph=Graph(roots=("app",), edges=lambda: {"pkg:npm/a@1": ("c", "gone")}),
    )
    return Inventory(readings=(whole, reading()), looked_for=2, problems=REPORT.coverage.problems)


def listed() -> Any:
    out = io.StringIO()
    inventory_json.write(
        inventory(), out, located=lambda reading: [component.location for component in reading.components]
    )
    return json.loads(out.getvalue())


_COMMIT = Moment(commit="a" * 40, time=CLEAR.started, author="A", authored=CLEAR.started, subject="update")
PAST = msgspec.structs.replace(
    CLEAR,
    history=History(
        since="all",
        begins=CLEAR.started,
        refs=("main",),
        commits=2,
        versions=1,
        exposures=(
            Exposure(
                finding=REPORT.findings[0].id,
                path="package-lock.json",
                first=_COMMIT,
                last=_COMMIT,
                commits=1,
                events=(Event(kind=EventKind.INTRODUCED, at=_COMMIT),),
                still_in=(),
                reached=("main",),
            ),
        ),
    ),
)
_BAD = component("pkg:npm/a@1", constraint="^1", digests=("sha1:" + "0" * 40,))
CHANGE = msgspec.structs.replace(
    CLEAR,
    findings=(msgspec.structs.replace(REPORT.findings[0], standing=Standing.INTRODUCED), EDITED),
    comparison=Comparison(
        base="main",
        base_commit="a" * 40,
        head="HEAD",
        head_commit="b" * 40,
        begins="a" * 40,
        changes=(
            ComponentChange(step=Step.ADDED, path="package-lock.json", before=None, after=_BAD),
            ComponentChange(step=Step.REMOVED, path="package-lock.json", before=_BAD, after=None),
        ),
        gone=(msgspec.structs.replace(REPORT.findings[0], standing=Standing.GONE),),
        files_changed=1,
        sources_unchanged=2,
    ),
)
OPTIONAL = {"history", "comparison", "standing", "policy", "vex", "brings"}
"""Written only by who asks for it."""

CASES = [
    ("pratique-report-1.schema.json", lambda: [written(REPORT), written(CLEAR), written(PAST), written(CHANGE)]),
    ("pratique-inventory-1.schema.json", lambda: [listed()]),
]


def test_the_report_is_as_it_was(golden: Golden) -> None:
    golden(HERE / "everything.json", written(REPORT))


def test_the_inventory_is_as_it_was(golden: Golden) -> None:
    golden(HERE / "inventory.json", listed())


def test_what_code_brings_is_told_signal_by_signal() -> None:
    known, code = written(CHANGE)["findings"]
    assert "brings" not in known
    assert (code["brings"]["place"], code["brings"]["whole"]) == ("vendor/tiny", False)
    assert [(one["says"], one["trigger"], one["novelty"]) for one in code["brings"]["signals"]] == [
        ("process", "import", "package"), ("network", "run", "line"), ("encoded", "run", "package"),
        ("edited-in-place", "run", "package"),
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "documents"), CASES)
def test_what_is_written_is_what_is_published(name: str, documents: Any) -> None:
    validator = jsonschema_rs.validator_for(closed(schema(name)), validate_formats=True)
    for document in documents():
        assert [f"{list(error.instance_path)}: {error.message}" for error in validator.iter_errors(document)] == []
        assert not validator.is_valid(document | {"novelty": 1})


@pytest.mark.parametrize(("name", "documents"), CASES)
def test_every_field_that_is_published_is_written(name: str, documents: Any) -> None:
    """All are required but what is asked for; each object occurs in the documents, or requiring would prove nothing."""
    published = schema(name)
    for at, one in objects(published):
        assert one["required"] == [name for name in one["properties"] if name not in OPTIONAL], at
    for at, _ in objects(published):
        blind = json.loads(json.dumps(published))
        node = blind
        for step in at.split("/")[1:]:
            node = node[int(step)] if isinstance(node, list) else node[step]
        node["properties"] = dict.fromkeys(node["properties"], False)
        assert not all(map(jsonschema_rs.validator_for(blind).is_valid, documents())), f"{at} never occurs"


@pytest.mark.parametrize(("name", "documents"), CASES)
def test_a_published_schema_lets_new_fields_in(name: str, documents: Any) -> None:
    document = documents()[0] | {"novelty": 1}
    assert jsonschema_rs.is_valid(schema(name), document)
