"""What holds for the readers of Maven's and Gradle's files and of jars beyond their golden cases."""

from __future__ import annotations

import hashlib
import io
import struct
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.model.component import Component, Graph, Origin, Problem, Scope
from scanner.parsers import gradle_version_catalog, jar_identity, maven
from tests.parsers.test_go_dotnet import SAMPLES, components, problems, read

HERE = Path(__file__).parent
JVM = {
    "maven_pom": ("app/pom.xml", HERE / "maven_pom/single/pom.xml"),
    "gradle_lockfile": ("gradle.lockfile", HERE / "gradle_lockfile/current/gradle.lockfile"),
    "gradle_verification": (
        "verification-metadata.xml",
        HERE / "gradle_verification/several/gradle/verification-metadata.xml",
    ),
    "gradle_version_catalog": ("libs.versions.toml", HERE / "gradle_version_catalog/rich/gradle/libs.versions.toml"),
    "java_archive": ("app.jar", HERE / "java_archive/boot/harbour-app-1.4.0.jar"),
}
SAMPLES |= JVM


@pytest.mark.parametrize("module", JVM)
@given(data=st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_bytes_crash_a_reader(module: str, data: st.DataObject) -> None:
    sample = JVM[module][1].read_bytes()
    cut = data.draw(st.integers(0, len(sample)))
    junk = data.draw(st.binary(max_size=40))
    for document in (junk, sample[:cut], sample[:cut] + junk + sample[cut + len(junk) :]):
        items, _ = read(module, document)
        assert all(str(item.purl) for item in components(items))


# --- Maven


def pom(body: str) -> str:
    return f"<project><groupId>g</groupId><artifactId>a</artifactId><version>1</version>{body}</project>"


def dependency(version: str, artifact: str = "d") -> str:
    return (
        f"<dependency><groupId>x</groupId><artifactId>{artifact}</artifactId><version>{version}</version></dependency>"
    )


def test_properties_that_double_themselves_end() -> None:
    chain = "".join(f"<p{n}>${{p{n + 1}}}${{p{n + 1}}}</p{n}>" for n in range(28))
    for last in ("<p28>1</p28>", ""):
        text = pom(f"<properties>{chain}{last}</properties><dependencies>{dependency('${p0}')}</dependencies>")
        items, _ = read("maven_pom", text)
        assert [component.constraint for component in components(items)] == ["*"]
        assert len(problems(items)) == 1


def test_parents_in_a_circle_end() -> None:
    def named(artifact: str, parent: str, path: str) -> str:
        return (
            f"<project><parent><groupId>g</groupId><artifactId>{parent}</artifactId><version>1</version>"
            f"<relativePath>{path}</relativePath></parent><groupId>g</groupId><artifactId>{artifact}</artifactId>"
            f"<version>1</version><properties><{artifact}.v>7</{artifact}.v></properties>"
            f"<dependencies>{dependency('${b.v}')}</dependencies></project>"
        )

    siblings = {"b/pom.xml": named("b", "c", "../c"), "c/pom.xml": named("c", "b", "../b")}
    items, _ = read("maven_pom", named("a", "b", "../b/pom.xml"), path="a/pom.xml", siblings=siblings)
    assert [component.version for component in components(items)] == ["7"]


@pytest.mark.parametrize(("artifact", "version"), [("other", "1"), ("parent", "2")])
def test_a_file_that_is_another_project_is_no_parent(artifact: str, version: str) -> None:
    above = (
        f"<project><groupId>g</groupId><artifactId>{artifact}</artifactId><version>{version}</version>"
        "<properties><v>3</v></properties></project>"
    )
    text = (
        "<project><parent><groupId>g</groupId><artifactId>parent</artifactId><version>1</version></parent>"
        f"<artifactId>a</artifactId><dependencies>{dependency('${v}')}</dependencies></project>"
    )
    items, _ = read("maven_pom", text, path="m/pom.xml", siblings={"pom.xml": above})
    parent, asked = components(items)
    assert (parent.name, parent.version, parent.scope) == ("g:parent", "1", Scope.DEVELOPMENT)
    assert asked.version is None


def test_a_parent_outside_of_the_target_is_not_asked_for() -> None:
    asked: list[str] = []

    class Recording(dict[str, str]):
        def __contains__(self, key: object) -> bool:
            asked.append(str(key))
            return False

    text = (
        "<project><parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version>"
        "<relativePath>../../../etc/pom.xml</relativePath></parent><artifactId>a</artifactId></project>"
    )
    read("maven_pom", text, path="m/pom.xml", siblings=Recording())
    assert asked == []


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1.2", ("1.2", None)),
        ("[1.2]", ("1.2", None)),
        ("[1.2,2.0)", (None, "[1.2,2.0)")),
        ("[1,2),[3,)", (None, "[1,2),[3,)")),
        ("LATEST", (None, "LATEST")),
        ("", (None, "*")),
        ("1.${x}", (None, "*")),
    ],
)
def test_what_a_maven_requirement_pins(written: str, expected: tuple[str | None, str | None]) -> None:
    assert maven.requirement(written) == expected


def test_a_pom_that_breaks_off_yields_what_came_before() -> None:
    items, complaint = read("maven_pom", pom(f"<dependencies>{dependency('1')}{dependency('2', 'e')}")[:-12])
    assert [component.name for component in components(items)] == ["x:d", "x:e"]
    assert complaint is not None


def test_a_document_type_is_refused() -> None:
    bomb = '<!DOCTYPE project [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + pom(dependency("&x;"))
    for module in ("maven_pom", "gradle_verification"):
        items, complaint = read(module, bomb)
        assert (items, complaint) == ([], "it declares a document type")


# --- Gradle


@pytest.mark.parametrize("data", [b"\xff\xfe\x00binary", b"{\n}\n", b"PODS:\n  - A (1.0)\n", b"a:b=c"])
def test_a_lockfile_of_another_tool_is_one_harmless_remark(data: bytes) -> None:
    items, complaint = read("gradle_lockfile", data, path="other.lockfile")
    assert complaint is None
    assert [(type(item), getattr(item, "harmless", None)) for item in items] == [(Problem, True)]


def test_a_gradle_lock_that_holds_nothing_is_no_problem() -> None:
    assert read("gradle_lockfile", b"# comment\nempty=classpath\n") == ([], None)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["[1,2["], (None, "[1,2[")),
        (["]1,2]", "1.5"], (None, "]1,2]")),
        (["1.+"], (None, "1.+")),
        (["latest.integration"], (None, "latest.integration")),
        (["1.0+build"], ("1.0+build", None)),
        (["2.0-latest.1"], ("2.0-latest.1", None)),
        ([], (None, "*")),
    ],
)
def test_what_a_catalogue_pins(words: list[str], expected: tuple[str | None, str | None]) -> None:
    assert gradle_version_catalog._decided(words) == expected


# --- jars


def jar(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content, compress_type=method)
    return buffer.getvalue()


def properties(artifact: str) -> tuple[str, bytes]:
    path = f"META-INF/maven/g/{artifact}/pom.properties"
    return path, f"groupId=g\nartifactId={artifact}\nversion=1".encode()


def test_digests_are_those_of_the_bytes() -> None:
    inner = jar(properties("in"))
    outer = jar(("lib/in-1.jar", inner), properties("out"))
    items, _ = read("java_archive", outer, path="d/out-1.jar")
    found = {component.location.path: component for component in components(items)}
    assert set(found) == {"d/out-1.jar", "d/out-1.jar!/lib/in-1.jar"}
    for path, data in (("d/out-1.jar", outer), ("d/out-1.jar!/lib/in-1.jar", inner)):
        assert found[path].digests == (
            f"sha1:{hashlib.sha1(data).hexdigest()}",
            f"sha256:{hashlib.sha256(data).hexdigest()}",
        )
    (graph,) = (item for item in items if isinstance(item, Graph))
    assert graph.edges()["d/out-1.jar"] == ["d/out-1.jar!/lib/in-1.jar"]


def test_the_only_pom_properties_of_a_jar_of_another_name_and_version_is_a_shaded_one() -> None:
    items, _ = read("java_archive", jar(properties("lib")), path="server-2.5.jar")
    assert [(item.name, item.version, bool(item.digests)) for item in components(items)] == [
        ("server", "2.5", True),
        ("g:lib", "1", False),
    ]


def test_a_launcher_script_may_stand_before_the_archive() -> None:
    items, complaint = read("java_archive", b"#!/bin/sh\nexec java -jar $0\n" + jar(properties("app")))
    assert complaint is None
    assert [item.name for item in components(items)] == ["g:app"]


def test_what_is_no_archive_still_has_its_digests() -> None:
    items, complaint = read("java_archive", b"not a zip", path="lib/evil-1.0.jar")
    (component,) = components(items)
    assert (component.name, component.version, len(component.digests)) == ("evil", "1.0", 2)
    assert complaint is not None


def test_archives_are_opened_four_deep() -> None:
    data = jar(properties("core"))
    for depth in range(6):
        data = jar((f"n{depth}.jar", data), method=zipfile.ZIP_STORED)
    items, _ = read("java_archive", data)
    assert len(components(items)) == 5
    assert ["deep" in problem.what for problem in problems(items)] == [True]


def test_a_member_that_unfolds_without_measure_is_refused_quickly() -> None:
    bomb = jar(("lib/bomb.jar", b"\0" * (80 << 20)), properties("app"))
    before = time.process_time()
    items, _ = read("java_archive", bomb)
    assert time.process_time() - before < 0.5
    assert [problem.where for problem in problems(items)] == ["app.jar!/lib/bomb.jar"]
    assert [item.name for item in components(items)] == ["g:app"]


def test_many_members_that_unfold_a_little_are_refused_in_the_end() -> None:
    zeros = b"\0" * (1 << 20)
    data = jar(*((f"{n}.jar", zeros) for n in range(120)))
    items, _ = read("java_archive", data)
    assert len(components(items)) < 80
    assert any("unfold" in problem.what for problem in problems(items))


def test_members_that_lie_over_each_other_are_refused() -> None:
    data = bytearray(jar(("a.jar", b"x" * 100), ("b.jar", b"y" * 100), method=zipfile.ZIP_STORED))
    second = data.rindex(b"PK\x01\x02")
    struct.pack_into("<L", data, second + 42, 0)
    items, complaint = read("java_archive", bytes(data))
    assert complaint == "its members lie over each other"
    assert len(components(items)) == 1


def test_a_member_that_the_end_record_does_not_count_is_read() -> None:
    data = bytearray(jar(properties("seen"), ("lib/hidden-1.jar", jar(properties("hidden")))))
    struct.pack_into("<HH", data, len(data) - 14, 1, 1)
    items, _ = read("java_archive", bytes(data), path="seen-1.jar")
    assert [item.name for item in components(items)] == ["g:seen", "g:hidden"]


def test_a_name_that_stands_twice_is_reported_and_both_are_read() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = jar(("lib/a-1.jar", jar(properties("first"))), ("lib/a-1.jar", jar(properties("second"))))
    items, _ = read("java_archive", data)
    assert {"g:first", "g:second"} <= {item.name for item in components(items)}
    assert ["more than once" in problem.what for problem in problems(items)] == [True]


@pytest.mark.parametrize(
    ("offset", "value", "complaint"),
    [
        (8, 1, "encrypted"),
        (10, 14, "method 14"),
        (16, 0xDEAD, "CRC"),
    ],
)
def test_a_member_that_cannot_be_trusted_is_a_problem(offset: int, value: int, complaint: str) -> None:
    data = bytearray(jar(("lib/a.jar", jar(properties("a")))))
    struct.pack_into("<H", data, data.rindex(b"PK\x01\x02") + offset, value)
    items, _ = read("java_archive", bytes(data))
    assert len(components(items)) == 1
    assert [complaint in problem.what for problem in problems(items)] == [True]


def test_a_name_that_differs_between_directory_and_member_is_a_problem() -> None:
    data = bytearray(jar(("lib/a.jar", jar(properties("a"), method=zipfile.ZIP_STORED)), method=zipfile.ZIP_STORED))
    data[data.index(b"lib/a.jar")] = ord("L")
    items, _ = read("java_archive", bytes(data))
    assert ["another name" in problem.what for problem in problems(items)] == [True]


def test_a_directory_with_a_million_claimed_members_is_refused() -> None:
    members = 250_000
    record = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, members * len(record), 0, 0)
    items, complaint = read("java_archive", record * members + end)
    assert complaint == "too many members: no further archive is opened"
    assert len(items) == 1


def test_a_group_is_never_guessed() -> None:
    identity = jar_identity.from_manifest({"bundle-symbolicname": "com.sun.jna"}, "jna-5.13.0.jar")
    assert identity.group == ""
    items, _ = read("java_archive", jar(("META-INF/MANIFEST.MF", b"Bundle-SymbolicName: com.sun.jna\n")))
    component = items[0]
    assert isinstance(component, Component)
    assert (component.purl, component.origin) == (None, Origin.REGISTRY)
    assert [type(item) for item in items] == [Component, Graph]
