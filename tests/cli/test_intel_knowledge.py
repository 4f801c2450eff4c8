"""What is known, asked from the command line: golden answers of a small library, and the real campaigns by name."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from scanner.intel import exploited
from scanner.intel.attack import AttackStore
from scanner.model.advisory import AdvisoryKind, EventKind, Reference
from scanner.model.campaign import Actor, Attribution, Campaign, Confidence, IndicatorType, Role, VendorNames
from scanner.model.exploitation import Exploited
from scanner.model.knowledge import Answer, Explanation
from scanner.pipeline import attack, explain, knowledge, rulebook
from scanner.pipeline.knowledge import Library
from scanner.reports import knowledge_explain, knowledge_json, knowledge_show, knowledge_text
from tests.cli.conftest import Run
from tests.conftest import Golden
from tests.factories import NOW, advisory, indicator
from tests.factories import knowledge as stores
from tests.feeds.test_attack import EVERYTHING
from tests.reports.test_json import closed, objects, schema

HERE = Path(__file__).parent / "knowledge"
SLEET = Actor(
    id="example-sleet",
    name="Example Sleet",
    nation="KP",
    attack_id="G0000",
    names=(VendorNames("A vendor", ("Example Sleet",)), VendorNames("Another", ("UNC0000", "EXAMPLE CHOLLIMA"))),
    aliases=("UNC0000", "EXAMPLE CHOLLIMA"),
    sectors=("finance",),
)
IDLE = Actor(id="idle", name="Idle Sleet", nation="RU")
BLOG = "https://vendor.invalid/blog"
TAKEOVER = Campaign(
    id="takeover-2026",
    name="the example takeover",
    aliases=("TAKE/OVER",),
    actor=SLEET,
    nation="KP",
    kind="state",
    attribution=(
        Attribution(
            by="Another", name="UNC0000", confidence=Confidence.LIKELY, reference=BLOG, wording="with some confidence"
        ),
    ),
    first_seen="2026-03-30",
    last_seen="2026-04",
    ecosystems=("npm",),
    vector="an account was taken over",
    summary="Two releases of good went out with a dependency that stole credentials.",
    what_to_do="Look for good 1.4.1 in lockfiles and caches.",
    techniques=("C0000", "Wrench", "Wrench (S0000)", "UNHEARD-OF"),
    references=(Reference(url=BLOG, title="A takeover", publisher="A vendor", date="2026-03-31"),),
    indicators=(
        indicator(IndicatorType.PACKAGE, "pkg:npm/good", campaign="takeover-2026", versions=("1.4.1",),
                  role=Role.COMPROMISED, references=(BLOG,)),
        indicator(IndicatorType.DOMAIN, "evil.invalid", campaign="takeover-2026", references=(BLOG,),
                  first_seen="2026-03-30"),
        indicator(IndicatorType.URL, "https://drop.invalid/a/b", campaign="takeover-2026", references=(BLOG,)),
        indicator(IndicatorType.IP, "8.8.4.4:443", campaign="takeover-2026", references=(BLOG,)),
        indicator(IndicatorType.DIGEST, "sha256:" + "ab" * 32, campaign="takeover-2026", references=(BLOG,)),
        indicator(IndicatorType.COMMIT, "0123456789abcdef" * 2 + "01234567", campaign="takeover-2026",
                  references=(BLOG,)),
        indicator(IndicatorType.EMAIL, "who@mail.invalid", campaign="takeover-2026", references=(BLOG,)),
        indicator(IndicatorType.ACCOUNT, "npm:who", campaign="takeover-2026", alone=False, references=(BLOG,),
                  note="the maintainer, whose account it was"),
        indicator(IndicatorType.PRODUCT, "example desktop", campaign="takeover-2026", vendor="Example",
                  versions=("7.1",), role=Role.COMPROMISED, references=(BLOG,)),
    ),
)  # fmt: skip
OLDER = Campaign(
    id="older-2024",
    name="an older campaign",
    nation="CN",
    kind="criminal",
    first_seen="2024",
    last_seen="2025-02",
    ecosystems=("pypi",),
    references=(Reference(url="https://other.invalid/post", publisher="Other"),),
    indicators=(
        indicator(IndicatorType.PACKAGE, "pkg:pypi/evil-name", campaign="older-2024",
                  references=("https://other.invalid/post",)),
    ),
)  # fmt: skip
RECORDS = [
    advisory("MAL-2026-1", "good", versions=["1.4.1"], aliases=("GHSA-mmmm-aaaa-llll",), origins=("checkmarx",),
             summary="Malicious code in good (npm)"),
    advisory("GHSA-vvvv-uuuu-llll", "good", kind=AdvisoryKind.VULNERABILITY, aliases=("CVE-2026-0001",),
             events=[(EventKind.INTRODUCED, "0"), (EventKind.FIXED, "1.4.0")]),
    advisory("MAL-2026-2", "taken-back", withdrawn="2026-11-02T00:00:00Z"),
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    directory = tmp_path_factory.mktemp("intel")
    bundle = directory / "bundle.json"
    bundle.write_bytes(EVERYTHING)
    attack.read_into(str(bundle), directory, now=NOW)
    known = stores(directory, RECORDS, (TAKEOVER, OLDER), kept=True)
    with AttackStore(directory, now=NOW) as objects:
        ours = rulebook.state("pratique/campaigns", 10)
        yield Library(directory=directory, knowledge=known, attack=objects, lists=(ours,))
    known.advisories.close()
    for _, store in known.indicators:
        store.close()


@pytest.fixture(autouse=True)
def _nobodys_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)


def said(write: Callable[..., None], answer: Any) -> str:
    out = io.StringIO()
    write(answer, out)
    return out.getvalue()


ASKED = {
    "bad-version": "pkg:npm/good@1.4.1",
    "good-version": "pkg:npm/good@1.5.0",
    "vulnerable-version": "pkg:npm/good@1.3.0",
    "any-version": "pkg:npm/good",
    "domain": "cdn.evil[.]invalid",
    "record": "CVE-2026-0001",
    "alias-of-a-malicious-one": "ghsa-mmmm-aaaa-llll",
    "withdrawn": "MAL-2026-2",
    "unknown": "pkg:npm/goood",
    "shared": "github.com",
}


@pytest.mark.parametrize("case", ASKED)
def test_explain(golden: Golden, library: Library, case: str) -> None:
    answer = explain.explain(library, ASKED[case])
    golden(HERE / f"explain-{case}.txt", said(knowledge_explain.explanation, answer))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("pkg:npm/good@1.4.1", Answer.MALICIOUS),
        ("good@1.4.1", Answer.MALICIOUS),
        ("pkg:npm/good@1.5.0", Answer.OTHER_VERSION),
        ("pkg:npm/good@1.3.0", Answer.VULNERABLE),
        ("pkg:npm/good", Answer.POSSIBLE),
        ("pkg:pypi/Evil_Name@7", Answer.MALICIOUS),
        ("pkg:pypi/evil-name", Answer.MALICIOUS),
        ("pkg:pypi/good@1.4.1", Answer.UNKNOWN),
        ("EVIL.invalid", Answer.MALICIOUS),
        ("deep.below.evil.invalid", Answer.MALICIOUS),
        ("notevil.invalid", Answer.UNKNOWN),
        ("hxxps://drop[.]invalid/a/b/c?d", Answer.MALICIOUS),
        ("https://drop.invalid/a", Answer.UNKNOWN),
        ("8.8.4.4", Answer.MALICIOUS),
        ("8.8.8.8", Answer.UNKNOWN),
        ("AB" * 32, Answer.MALICIOUS),
        ("sha256-" + "q6ur" * 10 + "q6s=", Answer.MALICIOUS),
        ("0123456789abcdef" * 2 + "01234567", Answer.MALICIOUS),
        ("who@mail.invalid", Answer.MALICIOUS),
        ("who@evil.invalid", Answer.MALICIOUS),
        ("npm:who", Answer.WEAK),
        ("Example Desktop", Answer.POSSIBLE),
        ("MAL-2026-1", Answer.MALICIOUS),
        ("mal-2026-1", Answer.MALICIOUS),
        ("cve-2026-0001", Answer.VULNERABLE),
        ("MAL-2026-2", Answer.WITHDRAWN),
        ("MAL-2026-3", Answer.UNKNOWN),
    ],
)
def test_answers(library: Library, asked: str, expected: Answer) -> None:
    assert explain.explain(library, asked).answer is expected


def test_exploitation_is_told_with_the_cve_that_it_is_known_by(library: Library) -> None:
    rows = [Exploited(cve=cve, since="2026-01-02", due="2026-02-03", ransomware=False, name="x")
            for cve in ("CVE-2026-0001", "CVE-2026-0009")]  # fmt: skip
    facts = exploited.Facts(source="tests", fetched=NOW, newest="2026-11-01")
    exploited.write(library.directory / "kev.sqlite", rows, facts, least=0)
    try:
        for asked, answer in (
            ("pkg:npm/good@1.3.0", Answer.VULNERABLE),
            ("GHSA-vvvv-uuuu-llll", Answer.VULNERABLE),
            ("cve-2026-0009", Answer.VULNERABLE),  # no record names a package
        ):
            explained = explain.explain(library, asked)
            assert explained.answer is answer
            assert "known exploited since 2026-01-02" in said(knowledge_explain.explanation, explained)
        assert explain.explain(library, "pkg:npm/good@1.5.0").exploitation == ()
    finally:
        (library.directory / "kev.sqlite").unlink()


def test_sources_are_counted_once(library: Library) -> None:
    assert explain.explain(library, "pkg:npm/good@1.4.1").sources == ("A vendor", "Checkmarx")
    assert explain.explain(library, "pkg:npm/good@1.5.0").sources == ()


@pytest.mark.parametrize("slip", ["goo", "godo", "goodd", "gxod", "g00d"])
def test_one_slip_is_forgiven(library: Library, slip: str) -> None:
    near = explain.explain(library, f"pkg:npm/{slip}").near
    assert ("pkg:npm/good" in near) is (slip != "g00d")


def test_the_same_name_elsewhere_is_said(library: Library) -> None:
    assert explain.explain(library, "pkg:pypi/good").near == ("pkg:npm/good",)


def test_unknown_says_what_was_searched_and_how_old(library: Library) -> None:
    answer: Explanation = explain.explain(library, "nothing.invalid")
    assert [(state.name, state.status) for state in answer.searched] == [
        ("pratique/campaigns", "embedded"),
        ("osv/npm", "fresh"),
        ("mitre/attack", "fresh"),
    ]
    assert "searched" in said(knowledge_explain.explanation, answer)


@pytest.mark.parametrize("name", ["Example Sleet", "unc0000", "take/over", "idle sleet", "Example Slet"])
def test_show(golden: Golden, library: Library, name: str) -> None:
    shown = knowledge.show(library, name, [SLEET, IDLE])
    file = name.lower().replace(" ", "-").replace("/", "-")
    golden(HERE / f"show-{file}.txt", said(knowledge_show.shown, shown))


def test_search(golden: Golden, library: Library) -> None:
    found = knowledge.search(library, "EXAMPLE", [SLEET, IDLE])
    golden(HERE / "search-example.txt", said(knowledge_text.found, found))


def test_campaigns(golden: Golden, library: Library) -> None:
    golden(HERE / "campaigns.txt", said(knowledge_text.campaigns, knowledge.campaigns(library)))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["older-2024", "takeover-2026"]),
        ({"actor": "unc0000"}, ["takeover-2026"]),
        ({"nation": "cn"}, ["older-2024"]),
        ({"since": "2025"}, ["older-2024", "takeover-2026"]),
        ({"since": "2025-03"}, ["takeover-2026"]),
        ({"since": "2026-04-15"}, ["takeover-2026"]),
        ({"since": "2026-05"}, []),
        ({"ecosystem": "PyPI"}, ["older-2024"]),
        ({"nation": "KP", "ecosystem": "pypi"}, []),
    ],
)
def test_filters(library: Library, filters: dict[str, str], expected: list[str]) -> None:
    assert [one.id for one in knowledge.campaigns(library, **filters).campaigns] == expected


def test_json(golden: Golden, library: Library) -> None:
    answers = {
        "explain": said(knowledge_json.explanation, explain.explain(library, "pkg:npm/good@1.4.1")),
        "show": said(knowledge_json.shown, knowledge.show(library, "unc0000", [SLEET])),
        "campaign": said(knowledge_json.shown, knowledge.show(library, "takeover-2026", [SLEET])),
        "search": said(knowledge_json.found, knowledge.search(library, "example", [SLEET])),
        "campaigns": said(knowledge_json.campaigns, knowledge.campaigns(library, nation="KP")),
    }
    for name, text in answers.items():
        golden(HERE / f"{name}.json", text)


def test_json_keeps_its_schema(library: Library) -> None:
    """Every kind of answer, with and without something known; what is written is named, what is named is written."""
    published = schema("pratique-knowledge-1.schema.json")
    validator = jsonschema_rs.validator_for(closed(published), validate_formats=True)
    exploited.write(
        library.directory / "kev.sqlite",
        [Exploited(cve="CVE-2026-0001", since="2026-01-02", due="2026-02-03", ransomware=False, name="x")],
        exploited.Facts(source="tests", fetched=NOW, newest="2026-11-01"),
        least=0,
    )
    try:
        texts = [said(knowledge_json.explanation, explain.explain(library, asked)) for asked in ASKED.values()]
    finally:
        (library.directory / "kev.sqlite").unlink()
    names = ("unc0000", "takeover-2026", "idle", "nobody")
    texts += [said(knowledge_json.shown, knowledge.show(library, name, [SLEET, IDLE])) for name in names]
    texts.append(said(knowledge_json.found, knowledge.search(library, "example", [SLEET])))
    texts.append(said(knowledge_json.campaigns, knowledge.campaigns(library)))
    for body in map(json.loads, texts):
        assert [f"{list(error.instance_path)}: {error.message}" for error in validator.iter_errors(body)] == []
        assert not validator.is_valid(body | {"novelty": 1})
        assert jsonschema_rs.is_valid(published, body | {"novelty": 1})
    for at, one in objects(published):
        assert one["required"] == list(one["properties"]), at


def test_one_actor_under_three_names(tmp_path: Path) -> None:
    actors = rulebook.actors(rulebook.directory())
    with knowledge.open_library(tmp_path, now=NOW) as real:
        for name in ("Sapphire Sleet", "BlueNoroff", "UNC1069"):
            (actor,) = knowledge.show(real, name, actors).actors
            assert actor.actor.id == "sapphire-sleet"
            assert "axios-unc1069-2026-03" in [one.id for one in actor.campaigns]


def test_the_commands_end_well_whatever_they_find(run: Run) -> None:
    for arguments in (
        ("explain", "pkg:npm/axios@1.14.1"),
        ("explain", "pkg:npm/nothing-of-the-kind@1"),
        ("show", "nobody"),
        ("search", "nothing of the kind"),
        ("campaigns", "--nation", "KP", "--ecosystem", "npm"),
    ):
        ran = run("intel", *arguments)
        assert (ran.status, ran.err) == (0, ""), arguments
        assert "searched" in ran.out
    assert "nothing known" in run("intel", "show", "nobody").out


@pytest.mark.parametrize(
    "arguments", [("campaigns", "--since", "yesterday"), ("explain", "pkg:"), ("search", "x"), ("show",)]
)
def test_what_cannot_be_asked_is_said(run: Run, arguments: tuple[str, ...]) -> None:
    ran = run("intel", *arguments)
    assert ran.status == 2
    assert ran.err
    assert not ran.out


def test_attack_is_read_and_linked(run: Run, tmp_path: Path, shared: Path) -> None:
    (bundle,) = (shared / "feeds" / "attack").glob("*.json")
    ran = run("intel", "attack", bundle, "--intel-dir", tmp_path)
    assert ran.status == 0, ran.err
    assert "The MITRE Corporation" in ran.out
    shown = run("intel", "show", "3cx-2023", "--intel-dir", tmp_path).out
    assert "https://attack.mitre.org/campaigns/C0057" in shown
    assert "MITRE attributes it to G1049" in shown
