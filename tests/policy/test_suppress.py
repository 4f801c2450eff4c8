"""Suppressions: what they mean, what they never reach, when they end, and which section they hold in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.component import Location
from scanner.model.finding import Claim, Evidence, Finding, FindingClass, Severity, State
from scanner.model.purl import parse as purl
from scanner.policy import file, sections, suppress, weakening
from scanner.policy.rules import Policy, Rule
from scanner.policy.sections import Overrides
from tests import factories

TODAY = date(2026, 11, 30)
GRAVE = [FindingClass.COMPROMISE, FindingClass.SUSPICIOUS_CHANGE, FindingClass.INTEGRITY]


def finding(
    class_: FindingClass = FindingClass.VULNERABILITY, path: str = "apps/web/package-lock.json", **fields: Any
) -> Finding:
    advisory = factories.advisory("GHSA-aaaa", "leaky", aliases=("CVE-2026-1",))
    defaults: dict[str, Any] = {
        "id": "f" * 20,
        "class_": class_,
        "state": State.CERTAIN,
        "severity": Severity.HIGH,
        "title": "leaky 1.0.0",
        "reason": "so",
        "component": factories.component("pkg:npm/leaky@1.0.0", location=Location(path)),
        "claims": (Claim(feed="osv/npm", record="GHSA-aaaa", advisory=advisory),),
        "evidence": (Evidence(location=Location(path), value="leaky@1.0.0"),),
    }
    return Finding(**(defaults | fields))


def policy(text: str) -> Policy:
    read = file.parse(text.encode(), where="pratique.toml", today=TODAY)
    assert read is not None
    return read


def rule(body: str, expires: str = "2027-01-01") -> str:
    return f'[[suppress]]\nreason = "r"\nexpires = {expires}\n{body}\n'


def suppressed(one: Finding, text: str, *, today: date = TODAY, prefix: str = "") -> bool:
    return suppress.apply([one], policy(text), today=today, prefix=prefix).findings[0].suppressed is not None


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("advisory = 'ghsa-AAAA'", True),
        ("advisory = 'CVE-2026-1'", True),
        ("advisory = 'CVE-2026-2'", False),
        ("package = 'pkg:npm/leaky'", True),
        ("package = 'pkg:npm/leaky@1.0.0'", True),
        ("package = 'pkg:npm/leaky@1.0.1'", False),
        ("package = 'pkg:npm/leaky?vcs=git'", False),
        ("package = 'pkg:pypi/leaky'", False),
        ("path = 'apps'", True),
        ("path = '**/package-lock.json'", True),
        ("path = 'web'", False),
        ("finding = 'ffffffffffffffffffff'", True),
        ("finding = 'ffff'", False),
        ("path = 'apps'\nadvisory = 'CVE-2026-2'", False),
        ("path = 'apps'\nclass = 'vulnerability'", True),
        ("path = 'apps'\nclass = 'hygiene'", False),
    ],
)
def test_everything_that_is_named_must_fit(body: str, meant: bool) -> None:
    assert suppressed(finding(), rule(body)) is meant


def test_what_also_lies_elsewhere_is_not_of_one_path() -> None:
    elsewhere = Evidence(location=Location("other/package-lock.json"), value="leaky@1.0.0")
    one = finding()
    one = msgspec.structs.replace(one, evidence=(*one.evidence, elsewhere))
    assert not suppressed(one, rule("path = 'apps'"))
    assert suppressed(one, rule("path = '**/package-lock.json'"))


@pytest.mark.parametrize("class_", GRAVE)
def test_a_grave_finding_is_named(class_: FindingClass) -> None:
    one = finding(class_)
    assert suppressed(one, rule("finding = 'ffffffffffffffffffff'"))
    assert suppressed(one, rule(f"package = 'pkg:npm/leaky@1.0.0'\nclass = '{class_}'"))
    for wide in (
        "package = 'pkg:npm/leaky@1.0.0'",
        "package = 'pkg:npm/leaky'",
        "path = 'apps/web/package-lock.json'",
        "advisory = 'GHSA-aaaa'",
        "package = 'pkg:npm/leaky@1.0.0'\nclass = 'vulnerability'",
    ):
        assert not suppressed(one, rule(wide)), wide


RULES = st.builds(
    Rule,
    advisory=st.sampled_from([None, "GHSA-aaaa", "CVE-2026-1"]),
    package=st.sampled_from([None, purl("pkg:npm/leaky"), purl("pkg:npm/leaky@1.0.0")]),
    path=st.sampled_from([None, "**", "*", "apps", "**/*.json", "apps/web/package-lock.json"]),
    class_=st.sampled_from([None, *FindingClass]),
    reason=st.just("r"),
    expires=st.just(TODAY + timedelta(days=30)),
    line=st.integers(1, 99),
    file=st.just("pratique.toml"),
    number=st.integers(1, 99),
)


@settings(max_examples=300)
@given(st.lists(RULES, max_size=5, unique_by=lambda one: one.number), st.sampled_from(GRAVE))
def test_no_glob_reaches_a_grave_finding(rules: list[Rule], class_: FindingClass) -> None:
    """Even where the reading of the file let one in."""
    one = finding(class_)
    obeyed = Policy(file="pratique.toml", digest="", suppress=tuple(rules))
    told = suppress.apply([one], obeyed, today=TODAY).findings[0]
    exact = [
        rule for rule in rules if rule.class_ is class_ and rule.package is not None and rule.package.version == "1.0.0"
    ]
    if not exact:
        assert told.suppressed is None


def test_it_ends_after_its_last_day() -> None:
    text = rule("advisory = 'CVE-2026-1'", "2026-12-10")
    assert suppressed(finding(), text, today=date(2026, 12, 10))
    assert not suppressed(finding(), text, today=date(2026, 12, 11))
    applied = suppress.apply([finding()], policy(text), today=date(2026, 12, 11))
    assert [(one.where, count) for one, count in applied.expired] == [("pratique.toml:1", 1)]
    assert applied.unused == ()


def test_what_nothing_needs_is_told() -> None:
    text = rule("advisory = 'CVE-2026-1'") + rule("advisory = 'CVE-2026-7'")
    applied = suppress.apply([finding()], policy(text), today=TODAY)
    assert (applied.applied, [one.where for one in applied.unused]) == (1, ["pratique.toml:5"])
    told = applied.findings[0].suppressed
    assert told is not None
    assert (told.reason, told.expires, told.where) == ("r", "2027-01-01", "pratique.toml:1")


MONOREPO = """
[gate]
vulnerability = "critical"

[[section]]
path = "apps/*"
gate = { vulnerability = "high", compromise = "certain" }
[[section.suppress]]
advisory = "CVE-2026-1"
reason = "r"
expires = 2027-01-01

[[section]]
path = "apps/web"
gate = { vulnerability = "low" }

[[section]]
path = "apps/web/legacy"
gate = { known-exploited = true }
"""


@pytest.mark.parametrize(
    ("path", "least", "compromise", "hidden"),
    [
        ("package-lock.json", Severity.CRITICAL, State.POSSIBLE, False),
        ("apps/api/package-lock.json", Severity.HIGH, State.CERTAIN, True),
        ("apps/web/package-lock.json", Severity.LOW, State.POSSIBLE, False),
        ("apps/web/legacy/a/package-lock.json", Severity.CRITICAL, State.POSSIBLE, False),
    ],
)
def test_the_nearest_section_wins(path: str, least: Severity, compromise: State, hidden: bool) -> None:
    read = policy(MONOREPO)
    gate = sections.gate_at(read, path, Overrides())
    assert gate.severities[FindingClass.VULNERABILITY] is least
    assert gate.compromise is compromise
    assert suppressed(finding(path=path), MONOREPO) is hidden
    whole = sections.gate(read, Overrides())
    for severity in Severity:
        one = finding(path=path, severity=severity)
        assert whole.closes_on(one) is (severity >= least)


def test_the_command_line_wins_everywhere() -> None:
    gate = sections.gate(policy(MONOREPO), Overrides(fail_on="vulnerability:medium"))
    for path in ("package-lock.json", "apps/web/package-lock.json"):
        assert gate.closes_on(finding(path=path, severity=Severity.MEDIUM))
        assert not gate.closes_on(finding(path=path, severity=Severity.LOW))


def test_a_target_below_the_root() -> None:
    text = rule("path = 'apps/web'")
    assert suppressed(finding(path="package-lock.json"), text, prefix="apps/web/")
    assert not suppressed(finding(path="package-lock.json"), text)


def test_the_policy_of_a_folder_is_a_section_of_the_whole() -> None:
    outer = policy('[gate]\nvulnerability = "low"\n[registries]\ninternal = ["@a/*"]\n')
    inner = policy(
        '[gate]\nvulnerability = "high"\n[registries]\ninternal = ["@b/*"]\n[code]\nvendored = ["ext"]\n'
        + rule("path = 'tests'")
        + "[[section]]\npath = 'old'\ngate = { hygiene = 'low' }\n"
    )
    both = sections.combined(outer, inner, "apps/[x]")
    assert both is not None
    assert both.internal == ("@a/*", "@b/*")
    assert both.vendored == ("apps/[[]x]/ext",)
    levels = [sections.gate_at(both, path, Overrides()).severities for path in ("a", "apps/[x]/a", "apps/[x]/old/a")]
    assert [level[FindingClass.VULNERABILITY] for level in levels] == [Severity.LOW, Severity.HIGH, Severity.HIGH]
    assert FindingClass.HYGIENE in levels[2]
    for path, hidden in (("apps/[x]/tests/l", True), ("tests/l", False), ("apps/x/tests/l", False)):
        told = suppress.apply([finding(path=path)], both, today=TODAY).findings[0]
        assert (told.suppressed is not None) is hidden, path
    assert sections.combined(None, inner, "") is inner
    assert sections.combined(outer, None, "x") is outer


STRICT = """\
[gate]
compromise = "near-miss"
known-exploited = true
[feeds]
needed = ["osv/npm"]
max-age-days = 2
[registries]
internal = ["@corp/*"]
[code]
vendored = ["ext"]
"""


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (STRICT, STRICT.replace("near-miss", "possible"), ["the gate is loosened: compromise: near-miss → possible@2"]),
        (STRICT, STRICT.replace("true", "false"), ["the gate is loosened: known-exploited: true → false@3"]),
        ("[gate]\nvulnerability = 'low'\n", "", ["the gate is loosened: vulnerability: low → never@1"]),
        ("", "[gate]\nintegrity = 'critical'\n", ["the gate is loosened: integrity: high → critical@2"]),
        ("", "[gate]\nintegrity = 'low'\n", []),
        (STRICT, STRICT.replace('["@corp/*"]', "[]"), ["an internal scope is dropped: @corp/*@8"]),
        (STRICT, STRICT.replace('["osv/npm"]', "[]"), ["a needed feed is dropped: osv/npm@5"]),
        (STRICT, STRICT.replace("= 2", "= 30"), ["feeds may be older: 2 → 30 days@6"]),
        (STRICT, STRICT.replace('["ext"]', "[]"), ["a vendored place is no longer judged: ext@10"]),
        ("", "[code]\nautorun = ['.envrc']\n", ["a file that runs by itself is allowed: .envrc@2"]),
        ("", "[registries]\nnpm = ['https://a.invalid']\n", ["a registry is trusted for npm: https://a.invalid@2"]),
        ("", rule("path = 'a'"), ["a suppression is added: path a (until 2027-01-01: r)@1"]),
        (rule("path = 'a'"), "", []),
        (rule("path = 'a'"), rule("path = 'a'", "2027-02-01"),
         ["a suppression is prolonged: path a (2027-01-01 → 2027-02-01)@1"]),
        ("", "[[section]]\npath = 'a'\ngate = { integrity = 'critical' }\n",
         ["the gate is loosened in a: integrity: high → critical@1"]),
    ],
)  # fmt: skip
def test_what_weakens(before: str, after: str, says: list[str]) -> None:
    doors = weakening.weakened(policy(before), policy(after), default_max_age=7)
    assert [f"{door.what}@{door.line}" for door in doors] == says


def test_thousands_of_both_cost_little() -> None:
    text = "".join(rule(f"advisory = 'CVE-2026-{number}'") for number in range(10, 2000))
    read = policy(text)
    many = [finding(id=f"{number:020x}") for number in range(3000)]
    assert suppress.apply(many, read, today=TODAY).applied == 0
