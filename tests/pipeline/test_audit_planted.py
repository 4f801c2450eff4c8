"""One delivery with every fault that a vendor, or whoever sits in his build, may leave in it; and its clean twin.

The whole of it by the command line: two SBOMs, the delivered files, a registry and a Sigstore on this machine.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scanner.intel import build, publish
from scanner.model.advisory import AdvisoryKind
from scanner.pipeline import audit
from scanner.pipeline.released import Wish
from scanner.pipeline.scan import Settings
from tests import delivered_files as built
from tests.deliveries import Document, written
from tests.factories import advisory
from tests.registries.signing import Sigstore, npm_document, provenance
from tests.registries.test_released import AFTER, BEFORE, configure
from tests.registries.world import World, sha, world
from tests.reports.test_audit import valid
from tests.warm import Warm

FORGE = "https://github.com/makers/lib"
SETTINGS = (
    "<settings><mirrors><mirror><id>m</id><mirrorOf>*</mirrorOf><url>{url}/maven</url></mirror></mirrors></settings>"
)
JAR = built.jar("org.good", "core", "1.2.0")
PROGRAM = built.ELF + b"tool"
RELEASES = {
    name: {version: built.npm(name, version) for version in versions}
    for name, versions in {
        "steady": ("2.0.0",), "quiet": ("1.0.0",), "lib": ("1.0.0", "1.1.0"), "fresh": ("3.0.0",),
        "spare": ("0.9.0",), "helper": ("1.14.1",),
    }.items()
}  # fmt: skip


class Delivered(msgspec.Struct):
    """What the vendor hands over, and what npm's registry says of it, by package."""

    before: list[Document]
    now: list[Document]
    files: dict[str, bytes]
    registry: dict[str, Any]

    def component(self, name: str) -> Document:
        return next(one for one in self.now if one["name"] == name)


def listed(purl: str, data: bytes) -> Document:
    return built.named(purl) | {"hashes": [{"alg": "SHA-512", "content": sha("sha512", data)}]}


def of(name: str, version: str) -> Document:
    return listed(f"pkg:npm/{name}@{version}", RELEASES[name][version])


def document(name: str) -> dict[str, Any]:
    """A package as npm's registry has it; lib's releases with provenance."""
    versions: dict[str, Any] = {}
    for version, data in RELEASES[name].items():
        dist = {
            "tarball": f"{{url}}/npm/{name}/-/{name}-{version}.tgz",
            "integrity": f"sha512-{base64.b64encode(hashlib.sha512(data).digest()).decode()}",
        }
        attested = {"attestations": {"url": f"{{url}}/npm/-/attestations/{name}@{version}"}} if name == "lib" else {}
        versions[version] = {
            "dist": dist | attested, "maintainers": [{"name": "ann"}], "repository": {"url": FORGE},
        }  # fmt: skip
    return {"versions": versions, "time": {"created": BEFORE, **dict.fromkeys(versions, BEFORE)}}


def clean() -> Delivered:
    core = listed("pkg:maven/org.good/core@1.2.0", JAR) | {"group": "org.good"}
    same = [core, *(of(*one) for one in (("steady", "2.0.0"), ("quiet", "1.0.0"), ("fresh", "3.0.0"),
            ("spare", "0.9.0"), ("helper", "1.14.1"))), built.file("bin/tool", PROGRAM)]  # fmt: skip
    files = {f"lib/{name}-{version}.tgz": RELEASES[name][version]
             for name, version in (("steady", "2.0.0"), ("quiet", "1.0.0"), ("fresh", "3.0.0"),
                                   ("spare", "0.9.0"), ("lib", "1.1.0"))}  # fmt: skip
    files |= {
        "lib/core-1.2.0.jar": JAR,
        "node_modules/helper/package.json": built.manifest("helper", "1.14.1"),
        "bin/tool": PROGRAM,
        "README": b"hello\n",
    }
    return Delivered(
        before=[*same, of("lib", "1.0.0")],
        now=[json.loads(json.dumps(one)) for one in (*same, of("lib", "1.1.0"))],
        files=files,
        registry={name: document(name) for name in RELEASES},
    )


def tampered_jar(one: Delivered) -> None:
    one.files["lib/core-1.2.0.jar"] = built.jar("org.good", "core", "1.2.0", **{"Evil.class": b"inert"})


def undeclared_binary(one: Delivered) -> None:
    one.files["bin/.updater"] = built.ELF + b"stowed away"


def phantom(one: Delivered) -> None:
    del one.files["lib/spare-0.9.0.tgz"]


def never_published(one: Delivered) -> None:
    data = built.npm("quiet", "6.6.6")
    one.now[one.now.index(one.component("quiet"))] = listed("pkg:npm/quiet@6.6.6", data)
    del one.files["lib/quiet-1.0.0.tgz"]
    one.files["lib/quiet-6.6.6.tgz"] = data


def swapped(one: Delivered) -> None:
    data = built.npm("steady", "2.0.0") + bytes(8)
    one.component("steady").update(listed("pkg:npm/steady@2.0.0", data))
    one.files["lib/steady-2.0.0.tgz"] = data


def provenance_lost(one: Delivered) -> None:
    del one.registry["lib"]["versions"]["1.1.0"]["dist"]["attestations"]


def newer(one: Delivered) -> None:
    one.registry["fresh"]["time"]["3.0.0"] = AFTER


def alias(one: Delivered) -> None:
    """What the SBOM calls helper lies in helper's folder and is axios."""
    one.files["node_modules/helper/package.json"] = built.manifest("axios", "1.14.1")


OTHER, PHANTOM = "other bytes than", " is in the SBOM, and not in what was delivered"
FAULTS: dict[Callable[[Delivered], None], set[tuple[str, str, str, str]]] = {
    tampered_jar: {("integrity", "high", "certain", f"org.good:core 1.2.0 was delivered with {OTHER} the SBOM says")},
    undeclared_binary: {("integrity", "medium", "certain", ".updater was delivered, and the SBOM does not name it")},
    phantom: {("integrity", "low", "certain", f"spare 0.9.0{PHANTOM}")},
    never_published: {("integrity", "high", "certain", "quiet 6.6.6 was never published")},
    swapped: {
        ("integrity", "high", "certain", f"steady 2.0.0 has {OTHER} in the last delivery, under the same version"),
        ("integrity", "high", "certain", f"steady 2.0.0 has {OTHER} its registry publishes"),
    },
    provenance_lost: {("integrity", "medium", "possible", "lib 1.1.0 lost its provenance")},
    newer: {("integrity", "high", "certain", "fresh 3.0.0 was published after the SBOM was made")},
    alias: {
        ("compromise", "critical", "certain", "axios 1.14.1 is a compromised release"),
        ("integrity", "medium", "certain", "axios 1.14.1 was delivered, and the SBOM does not name it"),
        ("integrity", "low", "certain", f"helper 1.14.1{PHANTOM}"),
    },
}  # fmt: skip
"""What is planted → class, severity, state and words of all that it must show."""
GATE = {tampered_jar, never_published, swapped, newer, alias}
"""Those that alone refuse the delivery."""


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fresh feeds of the ecosystems that are delivered, about other packages."""
    directory = tmp_path_factory.mktemp("feeds")
    for family in ("npm", "maven"):
        path = directory / "osv" / f"{family}.sqlite"
        records = [advisory("GHSA-1", "leaky", kind=AdvisoryKind.VULNERABILITY, versions=("1.0.0",))]
        with publish.writing(path):
            build.build(path, records, build.Facts(family=family, source="tests", fetched=datetime.now(UTC)))
    return directory


@pytest.fixture(scope="module")
def ours() -> Sigstore:
    return Sigstore()


def serve(there: World, one: Delivered, ours: Sigstore) -> dict[str, str]:
    environ = configure(there)
    there.configure(".m2/settings.xml", SETTINGS)
    there.files["/maven/org/good/core/1.2.0/core-1.2.0.jar.sha512"] = sha("sha512", JAR).encode()
    for name, told in one.registry.items():
        there.json(f"/npm/{name}", told)
    for version, data in RELEASES["lib"].items():
        statement = provenance(f"pkg:npm/lib@{version}", {"sha512": sha("sha512", data)}, FORGE)
        there.json(f"/npm/-/attestations/lib@{version}", npm_document(ours.bundle(statement, repository=FORGE)))
    return environ


def laid(folder: Path, one: Delivered, ours: Sigstore) -> tuple[Path, Path, Path, Path]:
    """SBOM, the one before, the delivered files and the trust root."""
    folder.mkdir(exist_ok=True)
    trust = folder / "trusted_root.json"
    trust.write_bytes(ours.trust_root())
    before = built.sbom(*one.before)
    before["metadata"]["timestamp"] = "2026-09-10T08:00:00Z"
    ship = built.laid(folder / "ship", one.files)
    return written(folder, "v2.json", built.sbom(*one.now)), written(folder, "v1.json", before), ship, trust


def audited(
    folder: Path, one: Delivered, feeds: Path, ours: Sigstore, warm: Warm, *formats: str
) -> tuple[int, dict[str, Any], str, str]:
    """Exit status, dossier as JSON, as text, and what went to stderr."""
    file = folder / "dossier.json"
    sbom, previous, ship, trust = laid(folder, one, ours)
    with world(folder) as there:
        environ = serve(there, one, ours)
        ran = warm(
            "audit", sbom, "--previous", previous, "--artifact", ship, "--online", "--trust-root", trust,
            "--intel-dir", feeds, "--format", "text", "--format", f"json={file}", *formats, environ=environ,
        )  # fmt: skip
    assert "Traceback" not in ran.err
    body: dict[str, Any] = json.loads(file.read_text())
    valid(body)
    return ran.status, body, ran.out, ran.err


def told(findings: Iterable[tuple[str, str, str, str]]) -> set[tuple[str, str, str, str]]:
    """Titles without the name of the campaign."""
    return {
        (class_, severity, state, title.partition(":")[0] if "release:" in title else title)
        for class_, severity, state, title in findings
    }


def of_body(body: dict[str, Any]) -> set[tuple[str, str, str, str]]:
    found = body["scan"]["findings"]
    return told((one["class"], one["severity"], one["state"], one["title"]) for one in found)


def test_the_clean_twin_has_no_finding(tmp_path: Path, feeds: Path, ours: Sigstore, warm: Warm) -> None:
    status, body, text, err = audited(tmp_path, clean(), feeds, ours, warm)
    assert body["scan"]["findings"] == []
    assert (status, body["scan"]["verdict"]) == (0, "clear"), text
    assert {one["state"] for one in body["released"]} == {"present", "not-asked"}
    attested = {one["name"]: one["attestation"]["state"] for one in body["released"] if one["attestation"]}
    assert (attested["lib"], attested["steady"]) == ("verified", "absent")
    assert "releases go to 127.0.0.1" in err


def test_all_faults_at_once_are_found_and_hide_none(tmp_path: Path, feeds: Path, ours: Sigstore, warm: Warm) -> None:
    one = clean()
    for plant in FAULTS:
        plant(one)
    page, bom = tmp_path / "dossier.html", tmp_path / "findings.json"
    formats = ("--format", f"html={page}", "--format", f"cyclonedx={bom}")
    status, body, text, _ = audited(tmp_path, one, feeds, ours, warm, *formats)
    expected = set().union(*FAULTS.values())
    assert of_body(body) == expected
    assert (status, body["scan"]["verdict"]) == (1, "compromised")
    assert text.startswith("COMPROMISED")
    for *_, title in expected:
        assert title in " ".join(text.split())
        assert title in page.read_text()
    marked = json.loads(bom.read_text())
    assert len(marked["vulnerabilities"]) + len(marked["annotations"]) == len(expected)
    names = {one["bom-ref"]: one["name"] for one in marked["components"]}
    swap = [one for one in marked["annotations"] if "in the last delivery" in one["text"]]
    assert [names[ref] for one in swap for ref in one["subjects"]] == ["steady"]
    about = {question["about"] for question in body["questions"]}
    assert {"compromise", "never-published", "younger", "digest", "integrity"} <= about


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_each_fault_is_found_and_nothing_else_is(
    tmp_path: Path, feeds: Path, ours: Sigstore, plant: Callable[[Delivered], None]
) -> None:
    one = clean()
    plant(one)
    sbom, previous, ship, trust = laid(tmp_path, one, ours)
    with world(tmp_path) as there:
        environ = serve(there, one, ours)
        settings = Settings(intel_directory=feeds, environ=environ, home=there.home)
        report = audit.audit(sbom, settings, previous=previous, online=Wish(trust_root=trust), artefacts=[ship]).report
    found = {(str(one.class_), one.severity.word, str(one.state), one.title) for one in report.findings}
    assert told(found) == FAULTS[plant]
    assert report.exit_code == (1 if plant in GATE else 0)
