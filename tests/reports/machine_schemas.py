"""What is wrong with a document of one of the formats: by its schema where there is one, and by what no schema says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import jsonschema_rs

from tests.conftest import SHARED
from tests.reports.cyclonedx_schema import validator as cyclonedx_validator


@cache
def _validator(name: str) -> jsonschema_rs.Validator:
    paths = {
        "gitlab-dependency": "gitlab/dependency-scanning-report-format-15.2.1.json",
        "openvex": "openvex/openvex_json_schema.json",
        "spdx": "spdx/spdx-2.3.1.schema.json",
    }
    if name == "cyclonedx":
        return cyclonedx_validator()
    schema = json.loads((SHARED / "schemas" / paths[name]).read_text("utf-8"))
    return jsonschema_rs.validator_for(schema, validate_formats=True)


def _quality(body: Any) -> list[str]:
    """What GitLab's page on the format asks for."""
    wrong = []
    for one in body:
        if set(one) != {"description", "check_name", "fingerprint", "severity", "location"}:
            wrong.append(f"fields: {sorted(one)}")
        if one["severity"] not in ("info", "minor", "major", "critical", "blocker"):
            wrong.append(one["severity"])
        path = one["location"]["path"]
        if not path or path.startswith("./") or one["location"]["lines"]["begin"] < 1 or not one["description"]:
            wrong.append(f"place: {one}")
    prints = [one["fingerprint"] for one in body]
    return wrong + ([] if len(set(prints)) == len(prints) else ["a fingerprint stands twice"])


_DOJO = frozenset(
    ("title", "severity", "description", "date", "cwe", "cve", "epss_score", "epss_percentile", "cvssv3",
     "mitigation", "impact", "steps_to_reproduce", "severity_justification", "references", "active", "verified",
     "false_p", "out_of_scope", "risk_accepted", "line", "file_path", "component_name", "component_version",
     "static_finding", "dynamic_finding", "unique_id_from_tool", "vuln_id_from_tool", "vulnerability_ids", "tags",
     "known_exploited", "ransomware_used")
)  # fmt: skip
"""The fields that its importer knows (dojo/tools/generic/json_parser.py); one more, and the whole import is refused."""
_COLUMNS = {"title": 511, "component_name": 500, "component_version": 100, "unique_id_from_tool": 500,
           "vuln_id_from_tool": 500, "file_path": 4_000, "cvssv3": 117}  # fmt: skip


def _dojo(body: Any) -> list[str]:
    wrong = []
    for one in body["findings"]:
        wrong += [f"field {name}" for name in set(one) - _DOJO]
        wrong += [f"no {name}" for name in ("title", "severity", "description") if not one.get(name)]
        wrong += [f"{name} is too long" for name, most in _COLUMNS.items() if len(str(one.get(name) or "")) > most]
        if one["severity"] not in ("Info", "Low", "Medium", "High", "Critical"):
            wrong.append(one["severity"])
        if not all(re.fullmatch(r"[a-z-]+", tag) for tag in one["tags"]):
            wrong.append(f"tags {one['tags']}")
    return wrong


def _spdx(body: Any) -> list[str]:
    """What the schema does not say: ids are unique and of few characters, and everything that is named is there."""
    ids = [body["SPDXID"], *(one["SPDXID"] for one in body["packages"])]
    wrong = [one for one in ids if not re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", one)]
    wrong += [] if len(set(ids)) == len(ids) else ["an id stands twice"]
    for one in body["relationships"]:
        wrong += [end for end in (one["spdxElementId"], one["relatedSpdxElement"]) if end not in ids]
    lengths = {"MD5": 32, "SHA1": 40, "SHA256": 64, "SHA384": 96, "SHA512": 128}
    for package in body["packages"]:
        for one in package.get("checksums", ()):
            if not re.fullmatch(f"[0-9a-f]{{{lengths[one['algorithm']]}}}", one["checksumValue"]):
                wrong.append(str(one))
        for one in package.get("externalRefs", ()):
            if re.search(r"\s", one["referenceLocator"]):
                wrong.append(one["referenceLocator"])
    return wrong


def _cyclonedx(body: Any) -> list[str]:
    refs = [body["metadata"]["component"]["bom-ref"], *(one["bom-ref"] for one in body["components"])]
    refs += [one["bom-ref"] for one in body["vulnerabilities"]]
    wrong = [] if len(set(refs)) == len(refs) else ["a reference stands twice"]
    wrong += [aim["ref"] for one in body["vulnerabilities"] for aim in one["affects"] if aim["ref"] not in refs]
    return wrong + [ref for one in body["dependencies"] for ref in one["dependsOn"] if ref not in refs]


_LAWS: dict[str, Callable[[Any], list[str]]] = {
    "gitlab-quality": _quality, "defectdojo": _dojo, "spdx": _spdx, "cyclonedx": _cyclonedx,
}  # fmt: skip


def wrong_with(name: str, body: Any) -> list[str]:
    """Everything that is wrong with it."""
    wrong = _LAWS[name](body) if name in _LAWS else []
    if name in ("gitlab-quality", "defectdojo"):
        return wrong
    return [*wrong, *(f"{error.instance_path}: {error.message}" for error in _validator(name).iter_errors(body))]
