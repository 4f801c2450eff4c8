"""The REST API over a real server, on both databases: what it answers, to whom, and that nothing makes it stumble."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests

from scanner.fleet.store import open_store
from scanner.model.finding import Severity
from scanner.web import api as api_
from scanner.web.access import ROLES
from scripts import openapi
from tests.web import running, seeding

HIT = f"/findings/1/{'a' * 32}"
HOSTILE = '=cmd|x <b>\u202e"\n\x1b[31m,;\u2028'
SBOM = json.dumps({
    "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
    "components": [{"type": "library", "name": "left-pad", "version": "1.3.0", "purl": "pkg:npm/left-pad@1.3.0"}],
})  # fmt: skip


class Api(NamedTuple):
    server: running.Running
    tokens: dict[str, str]

    def ask(self, method: str, path: str, role: str = "viewer", **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.tokens[role]}"} | more.pop("headers", {})
        return requests.request(method, f"{self.server.url}{api_.PREFIX}{path}", headers=headers, timeout=60, **more)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.ask("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def api(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, campaigns: Path) -> Iterator[Api]:
    """A server with a fleet on a bad night. Tests leave what they find."""
    folder = tmp_path_factory.mktemp("api")
    where = str(folder / "fleet.sqlite")
    if request.param == "postgres":
        where = request.getfixturevalue("server").database()
    with open_store(where) as store:
        seeding.seed(store)
        seeding.hostile(store, HOSTILE)
    with running.running(folder, store=where, intel_directory=campaigns, requests=10**6) as server:
        yield Api(server, {role: server.token(role, role) for role in ROLES})


def test_the_overview_counts_what_the_lists_show(api: Api) -> None:
    told = api.get("/overview")
    targets = api.get("/targets", limit=1000)["targets"]
    for verdict, count in told["verdicts"].items():
        assert count == sum((one["verdict"] or "unseen") == verdict for one in targets), verdict
    assert told["targets"] == len(targets) == sum(told["verdicts"].values())
    for class_, count in told["open_findings"].items():
        assert count == api.get("/findings", **{"class": class_, "silenced": "false"})["count"], class_
    assert told["silenced_findings"] == api.get("/findings", silenced="true")["count"] == 1
    assert told["freshness"]["failing"]["count"] == 2
    assert len(told["trend"]) == 30
    assert told["trend"][-1]["introduced"] > 0


def test_findings_are_paged_the_gravest_first_and_filters_narrow_them(api: Api) -> None:
    seen, after = [], None
    while True:
        page = api.get(
            "/findings", limit=7, stands="all", near_misses=True, **({} if after is None else {"after": after})
        )
        assert (page["count"] is None) == (after is not None)
        seen += page["findings"]
        after = page["next"]
        if after is None:
            break
    assert len({(one["target"], one["id"]) for one in seen}) == len(seen)
    assert len(seen) == api.get("/findings", stands="all", near_misses=True)["count"]
    grades = [Severity[one["severity"].upper()] for one in seen]
    assert grades == sorted(grades, reverse=True)
    assert {one["class"] for one in seen[:4]} == {"compromise"}
    ledger = api.get("/findings", owner="team-payments", severity="high", label="pci", text="LODASH")["findings"]
    assert ledger
    assert all(one["owner"] == "team-payments" and "lodash" in one["title"] for one in ledger)
    (near,) = api.get("/findings", state="near-miss")["findings"]
    assert near["state"] == "near-miss"
    assert api.get("/targets/1/findings", **{"class": "compromise"})["findings"][0]["target"] == 1


def test_a_finding_is_told_whole_decided_on_and_given_to_somebody(api: Api) -> None:
    told = api.get(HIT)
    assert (told["version"], told["evidence"][0]["line"], told["attack"]["id"]) == (
        "1.14.1", 214, "axios-unc1069-2026-03",
    )  # fmt: skip
    assert [one["what"] for one in told["events"]] == ["introduced"]
    accepted = {"decision": "accepted", "reason": "known", "expires": "2026-12-31"}
    try:
        answer = api.ask("POST", f"{HIT}/decisions", "triager", json=accepted)
        assert answer.status_code == 201, answer.text
        decided = answer.json()
        assert (decided["silenced"], decided["decided_by"], decided["decision"]) == (True, "triager", "accepted")
        assert api.ask("PUT", f"{HIT}/owner", "triager", json={"owner": "ann"}).json()["owner"] == "ann"
        log = api.server.audited()
        assert [what for _, _, what in log[-2:]] == ["decided", "assigned"]
    finally:
        api.server.clock.forward(seconds=1)
        withdrawn = {"decision": "withdrawn", "reason": "no"}
        undone = api.ask("POST", f"{HIT}/decisions", "triager", json=withdrawn).json()
        api.ask("PUT", f"{HIT}/owner", "triager", json={"owner": None})
    assert (undone["silenced"], [one["decision"] for one in undone["decisions"]]) == (False, ["withdrawn", "accepted"])


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        (HIT, {"decision": "accepted", "reason": "no end"}, "ends on a day"),
        (HIT, {"decision": "accepted", "reason": "r", "expires": "2020-01-01"}, ""),
        (HIT, {"decision": "not-affected", "reason": "r", "expires": "2026-12-31",
               "justification": "component_not_present"}, "no vulnerability"),
        (HIT, {"decision": "not-affected", "reason": "r", "expires": "2026-12-31"}, "VEX"),
    ],
)  # fmt: skip
def test_a_decision_that_makes_no_sense_is_refused(api: Api, path: str, body: dict[str, str], said: str) -> None:
    answer = api.ask("POST", f"{path}/decisions", "triager", json=body)
    assert answer.status_code == 400
    assert said in answer.json()["detail"]
    assert api.get(path)["decisions"] == [] or api.get(path)["decision"] == "withdrawn"


def test_targets_come_change_and_go(api: Api) -> None:
    wanted = {"address": "https://git.example.invalid/new", "labels": ["x", "y"], "owner": "ann", "every_hours": 2}
    answer = api.ask("POST", "/targets", "admin", json=wanted)
    assert answer.status_code == 201
    path = f"/targets/{answer.json()['id']}"
    try:
        assert api.get(path)["verdict"] is None
        changed = api.ask("PATCH", path, "admin", json={"labels": ["z"], "every_hours": None}).json()
        assert (changed["owner"], changed["labels"], changed["every_hours"]) == ("ann", ["z"], None)
        assert api.get("/targets", text="INVALID/NEW")["targets"] == [api.get(path)]
        assert api.ask("GET", f"{path}/coverage").status_code == 404
    finally:
        assert api.ask("DELETE", path, "admin").status_code == 204
    assert api.ask("GET", path).status_code == 404
    for bad in ("/etc", "file:///etc", "http://git.example/x", "https://a:b@git.example/x", "ext::sh -c x", "--upload"):
        refused = api.ask("POST", "/targets", "admin", json={"address": bad})
        assert refused.status_code == 400, bad


def test_what_a_target_held_is_told_for_any_moment(api: Api) -> None:
    now, then = api.get("/targets/1/inventory"), api.get("/targets/1/inventory", at="2026-11-06T00:00:00Z")
    names = [{one["name"] for one in held["components"]} for held in (now, then)]
    assert names[0] - names[1] == {"axios"}
    assert now["count"] == len(now["components"])
    first = api.get("/targets/1/inventory", limit=3)
    rest = api.get("/targets/1/inventory", after=first["next"])
    assert first["components"] + rest["components"] == now["components"]
    assert [one["number"] for one in api.get("/targets/1/snapshots")["snapshots"]] == [3, 2, 1]
    incomplete = api.get("/targets/9/coverage")
    assert (incomplete["complete"], incomplete["problems"][1]["line"]) == (False, 1204)


def test_who_has_it_and_whom_a_list_means(api: Api) -> None:
    (axios,) = api.get("/components", q="axi")["packages"]
    assert (axios["versions"], axios["targets_now"], axios["targets_ever"]) == (["1.14.1"], 2, 2)
    who = api.get("/components/who", purl="pkg:npm/chalk@5.6.1")
    assert (who["count"], who["targets_now"], who["sightings"][0]["gone"] is None) == (1, 0, False)
    hunted = api.ask("POST", "/hunt", "triager", data="pkg:npm/chalk@5.6.1\nwhat is this?\n", params={"name": "mine"})
    told = hunted.json()
    assert (told["verdict"], told["hits_in_all"], told["hits"][0]["list"]) == ("hit", 1, "list:mine")
    assert told["problems"]
    assert [(who, what) for who, _, what in api.server.audited()][-1] == ("triager", "hunted")
    torn = api.ask("POST", "/hunt", "triager", data="pkg:npm/chalk@5.6.1\n\x00").json()
    assert (torn["verdict"], len(torn["problems"])) == ("incomplete", 1)
    assert api.ask("POST", "/hunt", "triager", data="x", params={"ecosystem": "no such"}).status_code == 400
    assert api.ask("POST", "/hunt", "triager", data='{"a": "\\ud800"}').status_code == 200


def test_a_campaign_tells_exposures_and_what_was_held_before_it_was_known(api: Api) -> None:
    one = api.get("/campaigns")["campaigns"][0]
    assert (one["id"], one["targets_exposed"]) == ("axios-unc1069-2026-03", 3)
    first = api.get(f"/campaigns/{one['id']}", limit=1)
    rest = api.get(f"/campaigns/{one['id']}", after=first["next"])
    assert [exposure["target"] for exposure in first["exposures"] + rest["exposures"]] == [1, 3, 4]
    assert sum(day["introduced"] - day["gone"] for day in first["days"]) == first["open_findings"]
    held = api.get("/campaigns/chalk-debug-2025/sightings")
    assert (held["verdict"], held["hits"][0]["gone"] is None) == ("hit", False)


def test_an_sbom_is_judged_by_a_process_of_its_own(api: Api) -> None:
    if "postgres" in str(api.server.settings.store):
        pytest.skip("the store has no part in it")
    answer = api.ask("POST", "/audit", "triager", data=SBOM, params={"name": "../../vendor.cdx.json"})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["schema"], answer.json()["sbom"]["path"]) == ("pratique-audit/1", "now/vendor.cdx.json")
    assert api.ask("POST", "/audit", "triager", data=b"").status_code == 400


def test_exports_hold_all_that_the_lists_hold_and_start_no_formula(api: Api) -> None:
    listed = api.get("/findings", limit=1000, stands="all")
    asked = "?stands=all"
    table = list(csv.DictReader(io.StringIO(api.ask("GET", f"/findings.csv{asked}").text, newline="")))
    whole = api.get(f"/findings.json{asked}")["findings"]
    assert [one["id"] for one in table] == [one["id"] for one in whole] == [one["id"] for one in listed["findings"]]
    assert not any(field.startswith(("=", "+", "-", "@")) or "\x1b" in field for one in table for field in one.values())
    assert any(field.startswith("'=cmd") for one in table for field in one.values())
    runs = api.get(f"/findings.sarif{asked}")["runs"]
    assert sum(len(run["results"]) for run in runs) == len(whole)
    assert len(runs) == len({one["target"] for one in whole})
    for path in ("/components/who.csv?purl=axios", "/campaigns/axios-unc1069-2026-03/exposures.csv"):
        assert len(api.ask("GET", path).text.splitlines()) in (3, 4)
    assert len(api.get("/components/who.json", purl="axios")["sightings"]) == 2
    assert len(api.get("/campaigns/axios-unc1069-2026-03/exposures.json")["exposures"]) == 3
    before = len(api.server.audited())
    assert api.ask("POST", "/hunt.csv", "viewer", data="pkg:npm/axios@1.14.1\n").status_code == 403
    assert len(api.server.audited()) == before  # what was refused was not done
    hunted = api.ask("POST", "/hunt.csv", "triager", data="pkg:npm/axios@1.14.1\n")
    assert api.server.audited()[-1][2] == "hunted"
    assert len(hunted.text.splitlines()) == 3


def test_every_role_may_what_the_document_says_and_no_more(api: Api) -> None:
    for path, operations in api_.document()["paths"].items():
        for method, operation in operations.items():
            needed = operation["description"].rpartition("Needs the role ")[2].rstrip(".")
            where = path.removeprefix(api_.PREFIX).replace("{target}", "1").replace("{finding}", "x")
            assert requests.request(method, api.server.url + api_.PREFIX + where).status_code == 401, path
            for role in ROLES[: ROLES.index(needed)]:
                assert api.ask(method, where, role).status_code == 403, (path, role)
            reads = method == "get"
            assert needed == ("viewer" if reads else "admin" if "/targets" in path else "triager")


def test_the_kept_document_is_what_the_routes_say() -> None:
    assert openapi.KEPT.read_text("utf-8") == openapi.told(), "python -m scripts.openapi writes it anew"


def test_every_field_and_parameter_is_documented() -> None:
    document = api_.document()
    for name, schema in document["components"]["schemas"].items():
        for field, told in schema.get("properties", {}).items():
            assert told.get("description") or "$ref" in told, f"{name}.{field}"
    ids = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(set(ids)) == len(ids)
