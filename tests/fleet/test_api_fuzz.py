"""The REST API asked by strangers: requests made from its own document, right ones and wrong ones mixed.

Whatever is sent, nothing is an error of ours, every status is one that the document names, and every answer is as the
document says.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote

import jsonschema_rs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.fleet.store import cursors
from scanner.web import api as api_
from tests.fleet.test_api import HIT, Api, api

__all__ = ["api"]  # the fixture

_EXAMPLES = int(os.environ.get("PRATIQUE_FUZZ", "80"))
"""Requests to each database: few in the suite, `PRATIQUE_FUZZ=5000` by hand."""
_BY_HAND = ("audit",)
"""Each starts a process."""
_PATHS = {"target": ["1", "9", "18"], "finding": ["a" * 32, "9" * 32], "campaign": ["axios-unc1069-2026-03"]}
_KNOWN = {
    "purl": ["axios", "chalk@5.6.1", "pkg:npm/axios@1.14.1", "pkg:", "pkg:npm/", "@", "pkg:deb/x?distro=%"],
    "q": ["axi", "pkg:npm/a", "%", "_"],
    "text": ["lodash", "%", "!"],
    "owner": ["team-web"],
    "label": ["pci"],
    "after": [
        cursors.written("worst", 4, "compromise", 1, "a" * 32),
        cursors.written("newest", 2**62, 1, "a"),
        cursors.written("targets", 3),
        cursors.written("sightings", -(2**62)),
        cursors.written("inventory", 2**62),
        cursors.written("packages", 1, "axios", "npm"),
        cursors.written("packages", -5, "", "\ud800"),
        cursors.written("exposures", -1),
    ],
    "at": ["2026-11-06T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-14:00", "-1", "1e300"],
}
_STRANGE = ["", "\0", "a\0b", "\ud800", "-1", "0", str(2**63), "9" * 400, "nan", "1e999", "null", "true", "../..", "%",
            "\u202e", "x" * 5000, "[]", "{}", "2026-02-30", "⁵", "pkg:npm/%00"]  # fmt: skip
_LISTS = ["pkg:npm/axios@1.14.1\n", "name,version\naxios,1.14.1\n", '{"a": "\\ud800"}', "\ufeff", "[[[[", "{}", "\0",
          '{"type": "bundle", "objects": [{}]}', '{"Event": {"Attribute": [1]}}', "a,b\n" * 50]  # fmt: skip


class Operation(NamedTuple):
    method: str
    path: str
    told: dict[str, Any]


@cache
def operations() -> list[Operation]:
    return [
        Operation(method, path, told)
        for path, methods in api_.document()["paths"].items()
        for method, told in methods.items()
        if told["operationId"] not in _BY_HAND
    ]


@cache
def validator(reference: str) -> jsonschema_rs.Validator:
    components = api_.document()["components"]
    return jsonschema_rs.validator_for(
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": reference, "components": components},
        validate_formats=True,
    )


def values(schema: dict[str, Any], name: str) -> st.SearchStrategy[Any]:
    """Values of a schema, mostly; and some that are none."""
    if "$ref" in schema:
        return values(api_.document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]], name)
    if "anyOf" in schema:
        return st.one_of(*(values(one, name) for one in schema["anyOf"]))
    right: st.SearchStrategy[Any]
    match schema.get("type"):
        case _ if "enum" in schema:
            right = st.sampled_from(schema["enum"])
        case "integer":
            right = st.integers(schema.get("minimum"), schema.get("maximum"))
        case "number":
            right = st.floats()
        case "boolean":
            right = st.booleans()
        case "null":
            right = st.none()
        case "array":
            right = st.lists(values(schema["items"], name), max_size=4)
        case "object":
            fields = {key: values(one, key) for key, one in schema.get("properties", {}).items()}
            right = st.fixed_dictionaries({}, optional=fields)
        case _:
            right = st.text(max_size=20) | st.sampled_from(["2026-12-31", *_KNOWN.get(name, ["x"])])
    return st.one_of(right, right, right, st.sampled_from(_STRANGE))


@st.composite
def asked(draw: st.DrawFn) -> tuple[Operation, str, dict[str, Any]]:
    operation = draw(st.sampled_from(operations()))
    path, query = operation.path.removeprefix(api_.PREFIX), list[str]()
    for one in operation.told.get("parameters", ()):
        name = one["name"]
        if one["in"] == "path":
            chosen = st.sampled_from(_PATHS[name])
            value = draw(st.one_of(chosen, chosen, chosen, values(one["schema"], name)))
            if operation.method == "delete":  # what the others ask for stays
                value = draw(st.sampled_from(["17", "x", "0"]))
            path = path.replace(f"{{{name}}}", quoted(value) or "x")
        elif one["required"] or draw(st.integers(0, 3)) == 0:
            query.append(f"{name}={quoted(draw(values(one['schema'], name)))}")
    content = operation.told.get("requestBody", {}).get("content", {})
    more: dict[str, Any] = {}
    if "application/json" in content:
        body = json.dumps(draw(values(content["application/json"]["schema"], "body")))
        more = {"data": body.encode(), "headers": {"Content-Type": "application/json"}}
    elif content:
        more = {"data": draw(st.sampled_from(_LISTS) | st.text(max_size=50)).encode("utf-8", "replace")}
    return operation, f"{path}?{'&'.join(query)}", more


def quoted(value: object) -> str:
    return quote(str(value).encode("utf-8", "surrogatepass"), safe="")


def test_no_request_makes_it_stumble(api: Api) -> None:
    @settings(max_examples=_EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(asked())
    def ask(given_: tuple[Operation, str, dict[str, Any]]) -> None:
        operation, path, more = given_
        answer = api.ask(operation.method.upper(), path, "admin", **more)
        what = f"{operation.method} {path} {more} → {answer.status_code} {answer.text[:300]}"
        assert answer.status_code < 500, what
        told = operation.told["responses"].get(str(answer.status_code))
        assert told is not None, what
        media = answer.headers.get("content-type", "").partition(";")[0]
        if answer.status_code == 204:
            return
        assert media in told["content"], what
        reference = told["content"][media]["schema"].get("$ref")
        if reference is not None:
            validator(reference).validate(answer.json())

    ask()
    assert api.get(HIT)["id"] == "a" * 32
