"""One report in which everything happens, for the golden files and the laws of all formats."""

from __future__ import annotations

from typing import Any

import msgspec

from scanner.model.advisory import Advisory, AdvisoryKind, Reference
from scanner.model.campaign import Actor, Attribution, Campaign, Confidence, IndicatorType, Role
from scanner.model.comparison import Comparison, ComponentChange, Step
from scanner.model.component import Component, Location, Origin, Problem, Scope
from scanner.model.exploitation import Exploitation, Exploited, Likelihood
from scanner.model.finding import Claim, Evidence, Finding, FindingClass, Severity, Standing, State, Suppression
from scanner.model.history import Event, EventKind, Exposure, History, Moment
from scanner.model.inventory import ReadStatus
from scanner.model.online import Asked
from scanner.model.report import (
    CodeState,
    Coverage,
    FeedState,
    FileState,
    PolicyEntry,
    PolicyState,
    Report,
    Unmatchable,
    Verdict,
    VexState,
)
from tests import factories

CAMPAIGN = Campaign(
    id="example-2026",
    name="the example compromise",
    aliases=("another name",),
    actor=Actor(
        id="example-sleet",
        name="Example Sleet",
        nation="KP",
        aliases=("Example Sleet", "UNC0000", "TA-EXAMPLE", "EXAMPLE CHOLLIMA", "Third", "Fourth", "Fifth", "Sixth"),
    ),
    nation="KP",
    kind="state",
    attribution=(
        Attribution(
            by="A vendor",
            name="UNC0000",
            confidence=Confidence.CONFIRMED,
            reference="https://vendor.invalid/blog/a-long-address/that-is-copied-from-the-terminal/and-never-broken-in-two",
        ),
        Attribution(
            by="Another", confidence=Confidence.SUSPECTED, reference="https://reader:secret@other.invalid/post"
        ),
    ),
    first_seen="2026-03-30",
    last_seen="2026-03-31",
    summary="A maintainer was talked into something, and two releases went out with a dependency that nobody had asked "
    "for; it ran when it was installed and erased itself.",
    references=(Reference(url="https://vendor.invalid/blog"),),
)
SCORED = Advisory(
    id="GHSA-aaaa-bbbb-cccc",
    kind=AdvisoryKind.VULNERABILITY,
    modified="2026-10-01T12:00:00Z",
    aliases=("CVE-2026-0001",),
    summary="Anybody may read everything when a header is longer than the author ever thought that a header might be",
    severity=(("CVSS_V3", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),),
    references=(Reference(url="https://advisories.invalid/GHSA-aaaa-bbbb-cccc"),),
)
UNSCORED = Advisory(id="PYSEC-2026-1", kind=AdvisoryKind.VULNERABILITY, modified="2026-10-02T12:00:00Z")
MALICIOUS = Advisory(
    id="MAL-2026-1",
    kind=AdvisoryKind.MALICIOUS,
    modified="2026-11-20T08:00:00Z",
    aliases=("GHSA-mmmm-aaaa-llll",),
    summary="Malicious code in good (npm)",
    references=(Reference(url="https://advisories.invalid/MAL-2026-1"),),
)
_GOOD = factories.indicator(
    IndicatorType.PACKAGE, "pkg:npm/good", versions=("1.4.1", "0.30.4"), range="2.0.0..2.0.3", role=Role.COMPROMISED,
    campaign="example-2026", note="released between two honest ones", references=("https://vendor.invalid/indicators",),
)  # fmt: skip
_DIGEST = factories.indicator(IndicatorType.DIGEST, "ab" * 32, campaign="example-2026", algorithm="sha256")


def component(text: str, path: str = "package-lock.json", line: int | None = 7, **fields: Any) -> Component:
    return factories.component(text, location=Location(path, line), **fields)


def _finding(number: int, **fields: Any) -> Finding:
    found = fields["component"]
    defaults: dict[str, Any] = {
        "id": f"{number:020x}",
        "class_": FindingClass.COMPROMISE,
        "state": State.CERTAIN,
        "severity": Severity.CRITICAL,
        "reason": "this very version is bad",
        "evidence": (Evidence(location=found.location, value=f"{found.name}@{found.version or found.constraint}"),),
        "what_to_do": "Remove it, and rotate every credential that the machine could read.",
    }
    return Finding(**(defaults | fields))


CERTAIN = _finding(
    1,
    title="good 1.4.1 is a compromised release: the example compromise",
    component=component(
        "pkg:npm/good@1.4.1?vcs=git", alias="trusted", scope=Scope.DEVELOPMENT, digests=("sha512-" + "A" * 86 + "==",),
        source_url="https://reader:secret@mirror.invalid/good/-/good-1.4.1.tgz",
    ),
    claims=(
        Claim(feed="pratique/campaigns", record="example-2026", indicator=_GOOD),
        Claim(feed="pratique/campaigns", record="example-2026", indicator=_DIGEST),
        Claim(feed="osv/npm", record="MAL-2026-1", advisory=MALICIOUS),
        Claim(feed="my-list", record="line 7"),
    ),
    campaign=CAMPAIGN,
    introduced_through=(
        ("pkg:npm/app@1.0.0", "pkg:npm/good@1.4.1"),
        ("the project", *(f"pkg:npm/%40scope/step-{n}@1.0.{n}" for n in range(9)), "pkg:npm/good@1.4.1"),
    ),
)  # fmt: skip
POSSIBLE = _finding(
    2,
    state=State.POSSIBLE,
    severity=Severity.HIGH,
    title="good ^1 may be a part of the example compromise",
    reason="the range admits 1.4.1, and no version is pinned; it comes from a repository, not from the registry",
    component=component("pkg:npm/good", "package.json", None, constraint="^1", origin=Origin.GIT, scope=Scope.OPTIONAL),
    claims=(Claim(feed="pratique/campaigns", record="example-2026", indicator=_GOOD),),
    campaign=Campaign(id="nobodys-2026", name="an attack of nobody's"),
)  # fmt: skip
CHANGED = _finding(
    3,
    class_=FindingClass.SUSPICIOUS_CHANGE,
    severity=Severity.HIGH,
    title="vendor/lib/setup.py starts a shell when it is imported",
    reason="the pristine copy does not",
    component=component("pkg:pypi/lib@1.0", "vendor/lib/setup.py", 3),
    claims=(Claim(feed="rules/code", record="starts-a-shell"),),
    evidence=(
        Evidence(location=Location("vendor/lib/setup.py", 3), value="os.system", excerpt="    os.system(decode(BLOB))"),
    ),
)
SEVERE = _finding(
    4,
    class_=FindingClass.VULNERABILITY,
    title=f"leaky 1.0.0: CVE-2026-0001 {SCORED.summary}",
    reason="introduced in 0, fixed in 1.0.1",
    component=component("pkg:npm/leaky@1.0.0", "apps/web/package-lock.json", 4411),
    claims=(Claim(feed="osv/npm", record=SCORED.id, advisory=SCORED),),
    what_to_do="Update leaky: fixed in 1.0.1.",
    exploitation=Exploitation(
        known_exploited=Exploited(
            cve="CVE-2026-0001", since="2026-10-03", due="2026-10-24", ransomware=True, name="Leaky Header Weakness"
        ),
        likelihood=Likelihood(cve="CVE-2026-0001", probability=0.94358, percentile=0.99957),
    ),
)
NOBODY_SCORED = _finding(
    5,
    class_=FindingClass.VULNERABILITY,
    state=State.POSSIBLE,
    severity=Severity.MEDIUM,
    title="dusty >=1: PYSEC-2026-1",
    reason="the range admits 1.0; the record gives no severity",
    component=component("pkg:pypi/dusty", "requirements.txt", 2, constraint=">=1", scope=Scope.DEVELOPMENT),
    claims=(Claim(feed="osv/pypi", record=UNSCORED.id, advisory=UNSCORED),),
    what_to_do="No record names a fixed version of dusty.",
)
NEAR = _finding(
    6,
    state=State.NEAR_MISS,
    severity=Severity.LOW,
    title="good 1.4.0 is a near miss of the example compromise",
    reason="the package, at another version",
    component=component("pkg:npm/good@1.4.0", "old/package-lock.json", 9, scope=Scope.DEVELOPMENT),
    claims=(Claim(feed="pratique/campaigns", record="example-2026", indicator=_GOOD),),
    campaign=CAMPAIGN,
)
SUPPRESSED = _finding(
    7,
    title="evil 1.0.0 is malicious: MAL-2026-1",
    component=component("pkg:npm/evil@1.0.0", "fixtures/package-lock.json", 5),
    claims=(Claim(feed="osv/npm", record="MAL-2026-1", advisory=MALICIOUS),),
    suppressed=Suppression(
        reason="an inert copy for tests", expires="2026-12-31", by="alice", where=".pratique/suppressions.toml"
    ),
)
WITHOUT_COMPONENT = Finding(
    id=f"{8:020x}",
    class_=FindingClass.HYGIENE,
    state=State.CERTAIN,
    severity=Severity.LOW,
    title="an action is named by a tag, which can be moved",
    reason="uses: example/action@v1",
    component=None,
    claims=(),
)
_VENDORS = component("pkg:generic/codec@3.1", "appliance.spdx3.json", None, purl=None)

REPORT = Report(
    target="shop",
    base=None,
    started="2026-11-29T12:00:00Z",
    finished="2026-11-29T12:00:01Z",
    verdict=Verdict.COMPROMISED,
    exit_code=1,
    reasons=("1 certain compromise", "1 possible compromise", "1 file could not be read in full"),
    findings=(CERTAIN, POSSIBLE, CHANGED, SEVERE, NOBODY_SCORED, NEAR, WITHOUT_COMPONENT, SUPPRESSED),
    policy=PolicyState(
        obeyed=(("origin/main:pratique.toml", "cd" * 32), ("origin/main:shop/pyproject.toml", "ef" * 32)),
        left_alone=("shop/pratique.toml",),
        suppressed=1,
        expired=(
            PolicyEntry(
                where="origin/main:pratique.toml:14", means="advisory GHSA-aaaa-bbbb-cccc, path apps/\x1b[2J*",
                reason="not reachable", expires="2026-10-31", by="bob",
            ),
        ),
        unused=(
            PolicyEntry(
                where="origin/main:pratique.toml:21", means="package pkg:npm/gone@1.0.0", reason="waits for a release",
                expires="2027-01-31",
            ),
        ),
    ),
    vex=(
        VexState(
            path="vendor.openvex.json", format="OpenVEX", digest="ab" * 32, statements=12, used=1,
            notes=(
                Problem(
                    where="vendor.openvex.json: statements/3", harmless=True,
                    what="CVE-2026-0001: it is about pkg:npm/leaky and names no version",
                ),
            ),
        ),
    ),
    coverage=Coverage(
        files=(
            FileState(path="package-lock.json", reader="npm-package-lock", status=ReadStatus.READ, components=812),
            FileState(path="package.json", reader="npm-package-json", status=ReadStatus.READ, components=1),
            FileState(path="yarn.lock", reader="yarn-lock", status=ReadStatus.FAILED, components=0, reason="not text"),
        ),
        code=CodeState(
            packages=412, compared=410, whole=("third_party/zlib", "node_modules/a\x1b[2Jb"), files=9_120,
            identical=9_001, judged=14,
        ),
        online=Asked(
            url="https://osv.invalid",
            sent=("npm/axios", "npm/bad\u202ename"),
            known=810,
            withheld=("npm/@corp/a",),
            records=3,
        ),
        components_read=1_813,
        components_checked=1_812,
        unmatchable=(Unmatchable(component=_VENDORS, reason="no package URL"),),
        feeds=(
            FeedState(
                name="pratique/campaigns", records=7_337, newest=None, fetched=None, age_hours=None, status="embedded"
            ),
            FeedState(
                name="osv/npm", records=230_100, newest="2026-11-29T08:00:00Z", fetched="2026-11-29T09:00:00Z",
                age_hours=3.2, status="fresh",
            ),
            FeedState(
                name="osv/pypi", records=20_000, newest="2026-11-01T08:00:00Z", fetched="2026-11-01T09:00:00Z",
                age_hours=675.0, status="stale",
            ),
            FeedState(name="osv/debian", records=0, newest=None, fetched=None, age_hours=None, status="missing"),
            FeedState(name="osv/go", records=0, newest=None, fetched=None, age_hours=None, status="broken"),
        ),
        problems=(
            Problem(where="yarn.lock", what="not text: byte 12 is not utf-8"),
            Problem(
                where="package-lock.json", line=40, hint="see which of the two your client installs",
                what="the key 'version' stands twice in packages/node_modules/good, and only one can be meant",
            ),
            Problem(where="bom.json", what="not valid by the official schema", harmless=True),
        ),
    ),
)  # fmt: skip
CLEAR = Report(
    target="billing.cdx.xml",
    base="origin/main",
    started="2026-11-29T12:00:00Z",
    finished="2026-11-29T12:00:01Z",
    verdict=Verdict.CLEAR,
    exit_code=0,
    reasons=(),
    findings=(),
    coverage=Coverage(
        files=(FileState(path="billing.cdx.xml", reader="cyclonedx-xml", status=ReadStatus.READ, components=1),),
        components_read=1,
        components_checked=1,
        unmatchable=(),
        feeds=REPORT.coverage.feeds[:2],
        problems=(),
    ),
)


def _change(step: Step, before: str | None, after: str | None, **fields: Any) -> ComponentChange:
    sides = [None if text is None else component(text, **fields) for text in (before, after)]
    return ComponentChange(step=step, path="package-lock.json", before=sides[0], after=sides[1])


_STOOD = msgspec.structs.replace(SEVERE, standing=Standing.STILL)
_HOOK = msgspec.structs.replace(
    CHANGED,
    id=f"{9:020x}",
    title="node_modules/good: runs code that it fetches, before anybody calls it",
    severity=Severity.CRITICAL,
    component=None,
    claims=(),
    evidence=(
        Evidence(
            location=Location("node_modules/good/setup.js", 2),
            value="starts a program of the system",
            excerpt="const run = require('child_process')\n  run.execSync(`${decode(BLOB)} | sh`)  // a `mark`\n",
        ),
        Evidence(location=Location("dist/good.tgz!/package/setup.js", 2), value="the same in what is packed"),
    ),
    standing=Standing.INTRODUCED,
)
_MERGED = Moment(
    commit="c" * 40, time="2026-03-30T10:00:00Z", author="Ann", authored="2026-03-30T09:00:00Z", subject="Update good"
)
CHANGE = msgspec.structs.replace(
    REPORT,
    base="origin/main",
    findings=(
        msgspec.structs.replace(CERTAIN, standing=Standing.INTRODUCED),
        msgspec.structs.replace(POSSIBLE, standing=Standing.STILL),
        _HOOK,
        _STOOD,
        msgspec.structs.replace(NOBODY_SCORED, standing=Standing.INTRODUCED),
        msgspec.structs.replace(NEAR, standing=Standing.INTRODUCED),
        msgspec.structs.replace(WITHOUT_COMPONENT, standing=Standing.INTRODUCED),
        msgspec.structs.replace(SUPPRESSED, standing=Standing.INTRODUCED),
    ),
    closing=(CERTAIN.id, POSSIBLE.id, _HOOK.id),
    coverage=msgspec.structs.replace(REPORT.coverage, changes_judged=214),
    comparison=Comparison(
        base="origin/main",
        base_commit="a" * 40,
        head="feature/good",
        head_commit="b" * 40,
        begins="a" * 40,
        changes=(
            _change(Step.UPDATED, "pkg:npm/good@1.4.0", "pkg:npm/good@1.4.1"),
            _change(Step.ADDED, None, "pkg:npm/%40scope/new@1.0.0"),
            _change(Step.REMOVED, "pkg:npm/old@0.1.0", None),
            _change(Step.DOWNGRADED, "pkg:npm/back@2.0.0", "pkg:npm/back@1.9.9"),
            _change(Step.REDIGESTED, "pkg:npm/swapped@3.0.0", "pkg:npm/swapped@3.0.0"),
            ComponentChange(
                step=Step.MOVED,
                path="package-lock.json",
                before=component("pkg:npm/far@1.0.0"),
                after=component(
                    "pkg:npm/far@1.0.0", origin=Origin.URL, source_url="https://reader:secret@mirror.invalid/far.tgz"
                ),
            ),
        ),
        gone=(
            msgspec.structs.replace(SEVERE, id=f"{10:020x}", title="fixed 1.0.0: CVE-2026-9", standing=Standing.GONE),
        ),
        files_changed=214,
        sources_unchanged=9,
    ),
    history=History(
        since="2026-03-01",
        begins="2026-03-02T08:00:00Z",
        refs=("refs/heads/main", "refs/tags/v1"),
        commits=120,
        versions=14,
        exposures=(
            Exposure(
                finding=CERTAIN.id,
                path="package-lock.json",
                first=_MERGED,
                last=_MERGED,
                commits=1,
                in_window=True,
                window=("2026-03-30", "2026-03-31"),
                events=(Event(kind=EventKind.INTRODUCED, at=_MERGED),),
                still_in=("refs/heads/main",),
                reached=("refs/heads/main", "refs/tags/v1"),
            ),
        ),
    ),
)
"""What a change brings to it, and what became of a finding over time."""
