"""The pages, asked as a browser asks them, over a real store."""

from __future__ import annotations

import csv
import re
from html import unescape
from pathlib import Path

import pytest

from scanner.fleet.store import open_store
from scanner.fleet.store.summaries import Freshness, Lagging, Reach
from scanner.fleet.store.values import Question
from scanner.web.pages import overview, rendering, trend
from scanner.web.pages.overview import Counts
from tests.web.conftest import Fleet
from tests.web.running import csrf
from tests.web.seeding import NOW

AXIOS = "a" * 32
CODE = "f" * 32
PAGES = {
    "/": ("3 targets are compromised", "exposed to 1 campaign before", "web/shop", "never looked at", "In 30 days"),
    "/targets": ("18 targets", "payments/checkout-api", "3× failed"),
    "/targets?verdict=compromised": ("web/shop", "payments/checkout-api"),
    "/targets/1": ("axios 1.14.1", "What each look brought", "internet-facing", "1 came"),
    "/targets/9": ("came back", "images/base/packages.lock:1204", "Not everything could be checked"),
    "/targets/13": ("failed 3 times in a row", "could not read from remote repository", "Nobody has looked yet"),
    "/findings": ("axios 1.14.1", "gravest first", "in 13 targets"),
    f"/findings/1/{AXIOS}": ("package-lock.json:214", "UNC1069", "@shop/api-client@3.2.0", "MAL-2026-2307", "sfrclak"),
    f"/findings/14/{CODE}": ("reads credentials", "As it is here", "asked the vendor", "grace@corp.example"),
    "/campaigns": ("axios npm compromise", "XZ Utils", "1 before it was known"),
    "/campaigns/known-later": ("Was here", "1 target had it", "1 before it was known", "web/storefront", "2026-05-25"),
    "/campaigns/axios-unc1069-2026-03": ("3 targets have it now", "web/design-system", "Google GTIG", "possible"),
    "/campaigns/chalk-debug-2025": ("2 targets had it", "Was here"),
    "/campaigns/xz-utils-2024": ("No look ever found anything of it",),
    "/search?q=axios": ("2 targets have", "pkg:npm/axios@1.14.1", "services/api/package-lock.json"),
    "/search?q=chalk@5.6.1": ("0 targets have", "1 target ever did", "2026-11-05"),
    "/search?q=left-pad": ("Nobody has it, and nobody ever had it",),
    "/hunt": ("Hunting needs the role triager",),
    "/coverage": ("data/notebooks", "legacy/intranet", "pratique/campaigns"),
    "/audit": ("Auditing needs the role triager",),
}  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_what_it_is_for(fleet: Fleet, path: str) -> None:
    answer = fleet.get(path)
    assert answer.status_code == 200
    shown = unescape(re.sub(r"<[^>]*>", "", answer.text))
    missing = [said for said in PAGES[path] if said not in shown]
    assert not missing
    assert "undefined" not in shown


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/targets/999", 404), ("/targets/x", 422), ("/findings/1/none", 404), ("/findings?after=rubbish", 400),
        ("/findings?class=odd", 422), ("/campaigns/nobody-knows", 404), ("/search?q=pkg:", 400), ("/static/x", 404),
        ("/static/..%2fpages%2fvisit.py", 404), ("/log", 403), ("/targets?after=99999999999999999999", 422),
        (f"/findings?q={'x' * 500}", 422), ("/findings?owner=%00", 422), ("/targets/99999999999999999999", 422),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_said(fleet: Fleet, path: str, status: int) -> None:
    answer = fleet.get(path)
    assert answer.status_code == status
    assert "<h1" in answer.text


def test_nobody_sees_anything_without_signing_in(fleet: Fleet) -> None:
    import requests

    for path in (*PAGES, "/log"):
        answer = requests.get(fleet.server.url + path, allow_redirects=False)
        assert (answer.status_code, answer.text.count("axios")) == (303, 0)


def test_the_api_tells_who_had_it_before_it_was_known(fleet: Fleet) -> None:
    one = fleet.get("/api/v1/campaigns/known-later").json()
    assert (one["targets_ever"], one["targets_before_known"], one["targets_exposed"]) == (1, 1, 0)
    (had,) = one["exposures"]
    assert (had["findings"], had["certain"], had["packages"], had["first"][:10], had["gone"][:10]) == (
        0, True, ["pkg:npm/ua-parser-js@0.7.29"], "2026-05-14", "2026-05-25",
    )  # fmt: skip
    assert one["id"] in [each["id"] for each in fleet.get("/api/v1/campaigns").json()["campaigns"]]
    told = fleet.get("/api/v1/overview").json()
    assert (told["exposed_before_known"], told["campaigns_before_known"]) == (1, 1)
    (row,) = csv.DictReader(fleet.get("/api/v1/campaigns/known-later/exposures.csv").text.splitlines())
    assert (row["findings"], row["gone"][:10]) == ("0", "2026-05-25")


def rows(text: str) -> list[tuple[int, str]]:
    found = re.findall(r'<th scope="row"><a href="/findings/(\d+)/([0-9a-f]+)">', text)
    return [(int(target), id_) for target, id_ in found]


@pytest.mark.parametrize(
    ("asked", "question"),
    [
        ("class=compromise", {"class_": "compromise"}),
        ("severity=critical", {"least": 4}),
        ("owner=team-mobile", {"owner": "team-mobile"}),
        ("label=pci&class=vulnerability", {"label": "pci", "class_": "vulnerability"}),
        ("campaign=axios-unc1069-2026-03", {"campaign": "axios-unc1069-2026-03"}),
        ("stands=gone&class=compromise", {"open": False, "class_": "compromise"}),
        ("decision=decided", {"decided": True}),
        ("decision=silenced", {"silenced": True}),
        ("state=near-miss", {"state": "near-miss", "near_misses": True}),
        ("q=TELEMETRY+", {"text": "TELEMETRY "}),
        ("q=metrics-client", {"text": "metrics-client"}),
        ("target=1", {"target": 1}),
        ("package=pkg:npm/axios@1.14.1", {"package": "pkg:npm/axios@1.14.1"}),
    ],
)
def test_filters_stand_in_the_address(fleet: Fleet, asked: str, question: dict[str, object]) -> None:
    import msgspec

    defaults: dict[str, object] = {"now": NOW, "near_misses": False}
    wanted = msgspec.convert(msgspec.to_builtins(defaults | question), Question)
    with open_store(fleet.server.settings.store) as store:
        expected = [(one.target, one.finding.id) for one in store.findings_page(wanted, limit=1_000).findings]
    met: list[tuple[int, str]] = []
    path: str | None = f"/findings?{asked}"
    while path is not None:
        answer = fleet.get(path)
        met += rows(answer.text)
        following = re.search(r'rel="next" href="([^"]+)"', answer.text)
        path = None if following is None else unescape(following[1])
    assert met == expected


def test_findings_are_narrowed_by_age(fleet: Fleet) -> None:
    young, old = (rows(fleet.get(f"/findings?class=compromise&age={age}").text) for age in ("1", "old"))
    assert young == [(1, AXIOS), (4, "b" * 32), (fleet.hostile.id, "9" * 32)]
    assert old == []
    assert len(rows(fleet.get("/findings?class=compromise&age=30").text)) == 4


@pytest.mark.parametrize(
    "asked", ["class=compromise&age=1", "q=metrics-client", "decision=decided", "state=possible&owner=team-web"]
)
def test_exports_hold_what_the_page_lists(fleet: Fleet, asked: str) -> None:
    page = fleet.get(f"/findings?{asked}").text
    links = {kind: unescape(found) for found, kind in re.findall(r'href="(/api/v1/findings\.(\w+)[^"]*)"', page)}
    assert set(links) == {"csv", "json", "sarif"}
    found = fleet.get(links["json"]).json()["findings"]
    assert [(one["target"], one["id"]) for one in found] == rows(page)
    assert fleet.get(links["csv"]).status_code == fleet.get(links["sarif"]).status_code == 200


def test_what_else_can_be_saved(fleet: Fleet) -> None:
    for path in ("/search?q=axios", "/campaigns/axios-unc1069-2026-03"):
        links = re.findall(r'href="(/api/v1/[^"]+)"', fleet.get(path).text)
        assert len(links) == 2
        for link in links:
            assert "checkout-api" in fleet.get(unescape(link)).text


def test_a_viewer_sees_no_form_and_may_send_none(fleet: Fleet) -> None:
    page = fleet.get(f"/findings/1/{AXIOS}")
    assert "/decide" not in page.text
    form = {"what": "fixing", "reason": "mine", "csrf": csrf(page)}
    answer = fleet.browser().post(f"{fleet.server.url}/findings/1/{AXIOS}/decide", form)
    assert answer.status_code == 403


def test_a_triager_decides_and_everybody_sees_it(fleet: Fleet) -> None:
    url = f"{fleet.server.url}/findings/4/{'b' * 32}"
    browser = fleet.browser("triager")
    page = browser.get(url)
    assert browser.post(f"{url}/decide", {"what": "fixing", "reason": "mine"}).status_code == 403  # not from our page
    refused = browser.post(f"{url}/decide", {"what": "accepted", "reason": "<b>known</b>", "csrf": csrf(page)})
    assert refused.status_code == 400
    assert "Last day: what silences a finding ends on a day" in refused.text
    assert 'value="&lt;b&gt;known&lt;/b&gt;"' in refused.text
    assert browser.post(f"{url}/decide", {"what": "not-affected", "reason": "x", "csrf": csrf(page)}).status_code == 400
    done = browser.post(f"{url}/decide", {"what": "fixing", "reason": "TICKET-1 is open", "csrf": csrf(page)})
    assert done.status_code == 200
    assert browser.post(f"{url}/assign", {"owner": "linus@corp.example", "csrf": csrf(page)}).status_code == 200
    seen = fleet.get(f"/findings/4/{'b' * 32}").text
    assert "TICKET-1 is open" in seen
    assert "linus@corp.example" in seen
    log = fleet.get("/log?who=triager@corp.example", "admin").text
    assert "decided" in log
    assert "assigned" in log
    with open_store(fleet.server.settings.store) as store:
        store.assign(4, "b" * 32, None)


def hunted(
    fleet: Fleet, list_: str = "", *, file: tuple[str, bytes] | None = None, as_: str = "page", ecosystem: str = ""
) -> tuple[int, str]:
    browser = fleet.browser("triager")
    form = {"list": list_, "as": as_, "ecosystem": ecosystem, "csrf": csrf(browser.get(f"{fleet.server.url}/hunt"))}
    answer = browser.post(f"{fleet.server.url}/hunt", form, files=[] if file is None else [("file", file)])
    return answer.status_code, answer.text


def test_a_pasted_list_is_asked_of_everything(fleet: Fleet) -> None:
    status, page = hunted(fleet, "axios@1.14.1\r\nno thing at all\r\n", ecosystem="npm")
    assert status == 200
    assert "2 targets have it now" in page
    assert "services/api/package-lock.json" in page
    assert "line 2" in page
    assert ">axios@1.14.1\nno thing at all</textarea>" in page
    status, page = hunted(fleet, file=("iocs.csv", b"package,version\npkg:npm/chalk,5.6.1\n"))
    assert "1 target had it; none has it now" in page
    status, table = hunted(fleet, "pkg:npm/axios@1.14.1", as_="csv")
    assert [row[1] for row in csv.reader(table.splitlines()[1:])] == [
        "https://git.example/web/shop.git", "https://git.example/payments/checkout-api.git",
    ]  # fmt: skip
    status, page = hunted(fleet, "pkg:npm/left-pad@1.0.0")
    assert "not everything could be asked" in page  # some targets were never looked at
    assert hunted(fleet)[0] == 400


SBOM = b"""{"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
 "metadata": {"component": {"type": "application", "name": "<i>erp</i>", "version": "4"}},
 "components": [{"type": "library", "name": "axios", "version": "1.14.1", "purl": "pkg:npm/axios@1.14.1"}]}"""

LOCK = b"""{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0"}}}"""


def test_an_uploaded_sbom_gets_its_dossier(fleet: Fleet) -> None:
    browser, url = fleet.browser("triager"), f"{fleet.server.url}/audit"
    form = {"csrf": csrf(browser.get(url))}
    answer = browser.post(url, form, files={"sbom": ("../../erp.cdx.json", SBOM)})
    assert answer.status_code == 200
    assert "axios npm compromise" in answer.text
    assert "now/erp.cdx.json" in answer.text
    assert "<i>erp" not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-same-origin" not in policy
    refused = browser.post(url, form, files={"sbom": ("package-lock.json", LOCK)})
    assert refused.status_code == 400
    assert "no SBOM: npm-package-lock reads it" in unescape(refused.text)
    assert browser.post(url, form).status_code == 400


def test_strangers_names_are_shown_and_harmless(fleet: Fleet) -> None:
    here, campaign = fleet.hostile.id, rendering.segment(_hostile(fleet))
    paths = [
        "/", "/targets", f"/targets/{here}", "/findings", f"/findings/{here}/{'9' * 32}", "/campaigns",
        f"/campaigns/{campaign}", "/coverage", f"/search?q={campaign}", f"/findings?q={campaign[:300]}",
    ]  # fmt: skip
    for path in paths:
        answer = fleet.get(path)
        assert answer.status_code == 200
        text = answer.text
        assert "<img" not in text
        assert len(re.findall("<script", text)) == 1
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text)
        assert 'href="javascript' not in text
        assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', '""', text))


def _hostile(fleet: Fleet) -> str:
    """What everything of it is called."""
    (label,) = fleet.hostile.labels
    return label.replace("\n", "")


@pytest.mark.parametrize("template", sorted(rendering.TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_templates_ask_for_nothing_that_the_policy_refuses(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son\w+=\"|\|\s*safe|autoescape|<script(?! src=\"/static/)|https?://", text)
    rendering.environment().get_template(template.name)


def _counts(**some: int) -> Counts:
    certain, possible, changes, integrity = (
        Reach(findings=some.get(name, 0), targets=some.get(name, 0))
        for name in ("certain", "possible", "changes", "integrity")
    )
    return Counts(certain, possible, changes, integrity, some.get("vulnerable", 0))


def _fresh(targets: int = 3, **some: int) -> Freshness:
    lagging = {
        name: Lagging(count=some.get(name, 0), first=()) for name in ("never", "failing", "overdue", "incomplete")
    }
    return Freshness(targets=targets, **lagging)


@pytest.mark.parametrize(
    ("counts", "fresh", "word"),
    [
        (_counts(certain=1, possible=5), _fresh(never=1), "Compromised"),
        (_counts(possible=1, vulnerable=9), _fresh(), "Suspicious"),
        (_counts(changes=1), _fresh(never=1), "Suspicious"),
        (_counts(vulnerable=9), _fresh(failing=1), "Incomplete"),
        (_counts(vulnerable=9), _fresh(), "Vulnerable"),
        (_counts(), _fresh(), "Clear"),
        (_counts(), _fresh(targets=0), "Incomplete"),
    ],
)
def test_clear_is_earned(counts: Counts, fresh: Freshness, word: str) -> None:
    assert overview.standing(counts, fresh, []).word == word


def test_a_stale_feed_is_not_clear() -> None:
    from scanner.model.report import FeedState

    late = FeedState(name="osv/npm", records=1, newest=None, fetched=None, age_hours=400.0, status="stale")
    assert overview.standing(_counts(), _fresh(), [late]).word == "Incomplete"


def test_a_picture_of_no_days_and_of_one() -> None:
    from scanner.fleet.store.summaries import Day

    assert "Nothing happened yet" in trend.draw([])
    one = trend.draw([Day(day="2026-11-30", introduced=3, gone=1, reopened=0, open=1_234)])
    assert "1,234 stand open now" in one
    assert ">2,000<" in one
