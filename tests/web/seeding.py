"""A fleet as it might be on a bad night: a compromise here now, one that was, suspicious code, noise, and gaps.

Names are realistic; addresses end in `.example` and `.invalid`. Nothing of it is a payload.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from scanner.feeds import campaign_toml
from scanner.fleet.store import Store
from scanner.fleet.store.exposures import Match, Seen
from scanner.fleet.store.values import Covered, Decision, Held, Snapshot, Target
from scanner.model.advisory import Advisory, AdvisoryKind, Reference
from scanner.model.campaign import Campaign
from scanner.model.component import Component, Location, Problem, Scope
from scanner.model.finding import Claim, Evidence, Finding, FindingClass, Severity, State
from scanner.model.signal import Brought, Capability, Concealment, Novelty, Provenance, Signal, Trigger
from scanner.pipeline import rulebook
from tests.fleet.samples import component, held

NOW = datetime.fromisoformat("2026-11-30T03:00:00+00:00")
DAY = timedelta(days=1)
FORGE = "https://git.example"
REPOSITORIES: tuple[tuple[str, str | None, tuple[str, ...]], ...] = (
    ("web/shop", "team-web", ("web", "production", "internet-facing")),
    ("web/storefront", "team-web", ("web", "production")),
    ("web/design-system", "team-web", ("web",)),
    ("payments/checkout-api", "team-payments", ("production", "pci")),
    ("payments/ledger", "team-payments", ("production", "pci")),
    ("payments/fraud-model", "data-science", ("ml",)),
    ("mobile/app-android", "team-mobile", ("mobile",)),
    ("mobile/app-ios", "team-mobile", ("mobile",)),
    ("platform/ci-images", "platform", ("ci", "containers")),
    ("platform/terraform-modules", "platform", ("infrastructure",)),
    ("platform/edge-proxy", "platform", ("production", "internet-facing")),
    ("data/warehouse-jobs", "data-science", ("batch",)),
    ("data/notebooks", None, ("ml",)),
    ("tools/release-bot", "platform", ("ci",)),
    ("tools/chat-bridge", None, ()),
    ("legacy/intranet", None, ("legacy",)),
    ("vendor/acme-erp", "procurement", ("vendor",)),
)
HONEST = (
    "lodash@4.17.21",
    "react@18.3.1",
    "express@4.19.2",
    "chalk@5.3.0",
    "debug@4.3.7",
    "semver@7.6.3",
    "zod@3.23.8",
)


def campaign(id_: str) -> Campaign:
    """One of ours, as its file tells it."""
    rules = rulebook.directory()
    actors = campaign_toml.parse_actors((rules / "actors.toml").read_bytes(), where="actors.toml")
    path = rules / "campaigns" / f"{id_}.toml"
    return campaign_toml.parse(path.read_bytes(), where=path.name, actors=actors)


def compromise(id_: str, bad: Component, of: Campaign, **fields: Any) -> Finding:
    defaults: dict[str, Any] = {
        "id": id_,
        "class_": FindingClass.COMPROMISE,
        "state": State.CERTAIN,
        "severity": Severity.CRITICAL,
        "title": f"{bad.name} {bad.version}: {of.name}",
        "reason": "this very version is named as compromised",
        "component": bad,
        "claims": (Claim(feed="pratique/campaigns", record=of.id), Claim(feed="osv/npm", record="MAL-2026-2307")),
        "campaign": of,
        "evidence": (
            Evidence(
                location=Location(bad.location.path, 214),
                value=f"{bad.name} {bad.version}",
                excerpt=f'    "node_modules/{bad.name}": {{\n      "version": "{bad.version}",',
            ),
        ),
        "introduced_through": (("shop", "@shop/api-client@3.2.0", f"{bad.name}@{bad.version}"),),
        "what_to_do": of.what_to_do,
    }
    return Finding(**(defaults | fields))


def vulnerable(number: int, name: str, severity: Severity, path: str = "package-lock.json") -> Finding:
    found = component(f"pkg:npm/{name.replace('@', '@', 1)}", location=Location(path))
    record = f"GHSA-{number:04x}-2f5x-q3wc"
    return Finding(
        id=f"{number:032x}",
        class_=FindingClass.VULNERABILITY,
        state=State.CERTAIN,
        severity=severity,
        title=f"{found.name} {found.version}: prototype pollution in deep merge ({record})",
        reason="the version lies in the affected range",
        component=found,
        claims=(
            Claim(
                feed="osv/npm", record=record,
                advisory=Advisory(
                    id=record, kind=AdvisoryKind.VULNERABILITY, modified="2026-09-01T00:00:00Z",
                    summary="Prototype pollution", severity_word=severity.word.upper(),
                    references=(Reference(url=f"https://advisories.example/{record}"),),
                ),
            ),
        ),
        evidence=(Evidence(location=Location(path, 40 + number), value=f"{found.name} {found.version}"),),
        what_to_do="Update to 5.0.1 or newer.",
    )  # fmt: skip


def suspicious(id_: str, place: str) -> Finding:
    def signal(says: Any, **more: Any) -> Signal:
        fields: dict[str, Any] = {
            "rule": "js-fetch-run",
            "path": f"{place}/lib/telemetry.js",
            "line": 88,
            "message": "x",
        }
        return Signal(says=says, **(fields | {"novelty": Novelty.PACKAGE} | more))

    return Finding(
        id=id_,
        class_=FindingClass.SUSPICIOUS_CHANGE,
        state=State.CERTAIN,
        severity=Severity.HIGH,
        title=f"{place}: reads credentials and sends them, when it is imported",
        reason="at import time; credentials, network; new to the package",
        component=None,
        claims=(),
        evidence=(
            Evidence(
                location=Location(f"{place}/lib/telemetry.js", 88),
                value="reads credentials of the cloud, and sends them",
                excerpt="@@ -86,3 +86,5 @@\n const opts = merge(defaults, given);\n-send(opts.url, usage());\n"
                '+const found = readIfThere(home(".aws", "credentials"));\n+send(opts.url, usage(), found);\n'
                " return opts;\n",
            ),
        ),
        what_to_do="Do not merge or install it before somebody has read the lines and can say why they are there.",
        brings=Brought(
            place=place,
            whole=False,
            signals=(
                signal(Capability.CREDENTIALS, trigger=Trigger.IMPORT),
                signal(Capability.NETWORK),
                signal(Concealment.ENCODED),
                signal(Provenance.EDITED_IN_PLACE),
            ),
        ),
    )


def seed(store: Store, *, now: datetime = NOW) -> dict[str, Target]:
    """Fill a store; the targets by the end of their address."""
    axios, chalk = campaign("axios-unc1069-2026-03"), campaign("chalk-debug-2025")
    targets = {
        name: store.add(
            f"{FORGE}/{name}.git", kind="remote", now=now - 40 * DAY, owner=owner, every=20 * 3600, labels=labels
        )
        for name, owner, labels in REPOSITORIES
    }
    honest = _components(HONEST)
    bad = component("pkg:npm/axios@1.14.1", location=Location("package-lock.json"))
    bad_too = component("pkg:npm/axios@1.14.1", location=Location("services/api/package-lock.json"))
    old = component("pkg:npm/chalk@5.6.1", location=Location("package-lock.json"))
    hit = compromise("a" * 32, bad, axios)
    hit_too = compromise("b" * 32, bad_too, axios, introduced_through=())
    near = compromise("c" * 32, bad, axios, state=State.NEAR_MISS, severity=Severity.LOW, id="c" * 32)
    possible = compromise(
        "d" * 32,
        component("pkg:npm/axios", version=None, constraint="^1.14.0", location=Location("package.json")), axios,
        state=State.POSSIBLE, severity=Severity.HIGH, title="axios ^1.14.0 admits 1.14.1: axios npm compromise",
        reason="the requirement admits a bad version, and no lock says which one was taken",
    )  # fmt: skip
    gone = compromise("e" * 32, old, chalk)
    noise = [vulnerable(n, HONEST[n % len(HONEST)], Severity(1 + n % 4)) for n in range(60)]

    for name in ("web/storefront", "mobile/app-ios", "platform/edge-proxy", "data/warehouse-jobs", "payments/ledger"):
        _night(store, targets[name], now - 30 * DAY, honest, noise[:20])
        _night(store, targets[name], now - 12 * DAY, honest[1:], noise[4:17])
        _night(store, targets[name], now - 2 * 3_600 * timedelta(seconds=1), honest[1:], noise[4:15])
    _night(store, targets["web/shop"], now - 25 * DAY, (*honest, old), [*noise[:30], gone])
    _night(store, targets["web/shop"], now - 20 * DAY, honest, noise[:28])
    _night(store, targets["web/shop"], now - timedelta(hours=1), (*honest, bad), [*noise[:26], hit])
    _night(store, targets["payments/checkout-api"], now - 28 * DAY, honest, noise[10:40])
    _night(
        store, targets["payments/checkout-api"], now - timedelta(hours=1), (*honest, bad_too), [*noise[10:35], hit_too]
    )
    _night(store, targets["web/design-system"], now - 9 * DAY, honest, [possible, near])
    _night(store, targets["web/design-system"], now - timedelta(hours=3), honest, [possible, near, *noise[50:53]])
    _night(store, targets["tools/release-bot"], now - 3 * DAY, honest, [suspicious("f" * 32, "vendor/metrics-client")])
    _night(
        store,
        targets["tools/release-bot"],
        now - timedelta(hours=5),
        honest,
        [suspicious("f" * 32, "vendor/metrics-client")],
    )
    for days in (18, 15, 6):  # came, went, came back
        _night(store, targets["platform/ci-images"], now - days * DAY, honest, noise[:8] if days != 15 else noise[3:8])
    _night(store, targets["platform/ci-images"], now - timedelta(hours=2), honest, noise[:9], complete=False)
    _night(store, targets["mobile/app-android"], now - 33 * DAY, honest, [gone, *noise[:3]])
    _night(store, targets["mobile/app-android"], now - 27 * DAY, honest, noise[:3])
    _night(store, targets["mobile/app-android"], now - 26 * timedelta(hours=1), honest, noise[:2])
    for name in ("payments/fraud-model", "platform/terraform-modules", "vendor/acme-erp"):
        _night(store, targets[name], now - timedelta(hours=4), honest, [])
    _night(store, targets["legacy/intranet"], now - 11 * DAY, honest[:3], noise[40:58])
    for number in range(3):
        lease = store.lease(targets["data/notebooks"].id, "night-1", until=now, now=now - timedelta(hours=9 - number))
        assert lease is not None
        what = "git fetch: could not read from remote repository (exit status 128)"
        store.failed(lease, what, again=now + timedelta(hours=4))
    store.decide(
        Decision(
            target=targets["web/shop"].id, finding=noise[3].id, at=now - 6 * DAY, by="ada@corp.example",
            what="accepted", reason="only in the build, TICKET-4711", expires=now + 60 * DAY,
        )
    )  # fmt: skip
    store.decide(
        Decision(
            target=targets["tools/release-bot"].id, finding="f" * 32, at=now - 2 * DAY, by="grace@corp.example",
            what="under-investigation", reason="asked the vendor what line 88 is for",
        )
    )  # fmt: skip
    store.assign(targets["tools/release-bot"].id, "f" * 32, "grace@corp.example")
    spring = Seen(
        target=targets["web/storefront"].id, path="package-lock.json", package="pkg:npm/ua-parser-js@0.7.29",
        version="0.7.29", state=State.CERTAIN, reason="this very version is named", first=now - 200 * DAY,
        last=now - 190 * DAY, gone=now - 189 * DAY,
    )  # fmt: skip
    store.exposures.replace([Match("list", "known-later", "Known later", "1", (spring,))], now=now - DAY)
    return targets


def _components(names: Iterable[str]) -> tuple[Component, ...]:
    return tuple(
        component(f"pkg:npm/{one}", location=Location("package-lock.json"), scope=Scope.RUNTIME) for one in names
    )


def _night(
    store: Store,
    target: Target,
    at: datetime,
    components: Sequence[Component],
    findings: Iterable[Finding],
    *,
    complete: bool = True,
) -> None:
    """One look that found something new to say."""
    paths = dict.fromkeys(one.location.path for one in components)
    sources: tuple[Held, ...] = tuple(
        held(path, *(one for one in components if one.location.path == path)) for path in paths
    )
    problems: tuple[Problem, ...] = (
        Problem(where="fleet", what="components only: the code of packages is not judged", hint="pratique scan does",
                harmless=True),
    )  # fmt: skip
    if not complete:
        problems += (Problem(where="images/base/packages.lock", what="it ends in the middle", line=1204),)
    lease = store.lease(target.id, "night-1", until=at + DAY, now=at + 2 * DAY)
    assert lease is not None
    store.record(
        lease,
        Snapshot(
            revision=f"{int(at.timestamp()):040x}",
            taken=at,
            tool="0.7.0",
            intelligence=f"{int(at.timestamp()):032x}",
            sources=sources,
            findings=tuple(findings),
            coverage=Covered(complete=complete, read=len(components), checked=len(components), problems=problems),
        ),
    )
    store.release(lease)


def hostile(store: Store, text: str, *, now: datetime = NOW) -> Target:
    """A target in which everything that a stranger may name is called `text`."""
    target = store.add(f"{FORGE}/evil/{text}", kind="remote", now=now - DAY, owner=text, every=3600, labels=(text,))
    bad = component("pkg:npm/evil@1.0.0", name=text, version=text, location=Location(f"{text}/package-lock.json"))
    of = Campaign(
        id=text.replace("\n", ""), name=text, aliases=(text,), summary=text, what_to_do=text, vector=text,
        ecosystems=(text,), references=(Reference(url="javascript:alert(1)"), Reference(url=f"https://x.example/{text}")),
    )  # fmt: skip
    finding = compromise("9" * 32, bad, of, title=text, reason=text, introduced_through=((text, text),), evidence=(
        Evidence(location=Location(f"{text}/package-lock.json", 3), value=text, excerpt=text),))  # fmt: skip
    vulnerability = vulnerable(999, "evil@1.0.0", Severity.CRITICAL)
    _night(store, target, now - timedelta(hours=1), (bad,), [finding, vulnerability])
    lease = store.lease(target.id, text, until=now + DAY, now=now + 2 * DAY)
    assert lease is not None
    store.failed(lease, text, again=now + DAY)
    store.decide(Decision(target=target.id, finding="9" * 32, at=now, by=text, what=text, reason=text))
    return target
