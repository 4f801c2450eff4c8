"""Each protocol against a mirror that the person's own client is configured for: never the public registry."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanner.codescan import dirhash
from scanner.errors import EngineError, InputError
from scanner.model import purl as purls
from scanner.model.component import Component, Location, Problem
from scanner.model.purl import Purl
from scanner.pipeline.releases import Pristine, ReleaseFacts, asked_as, spelled
from scanner.registries import clients, protocols
from tests.registries.world import World, sha, tgz, zipped
from tests.support import registry_host

WHEN = "2026-03-01T10:00:00.000Z"
AT = datetime(2026, 3, 1, 10, tzinfo=UTC)


def npm(there: World) -> tuple[str, bytes, str]:
    data = tgz({"package/package.json": b"{}", "package/index.js": b"1\n"})
    there.configure(".npmrc", "@corp:registry={url}/npm/\n")
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
    version = {
        # A mirror that passes the public document on.
        "dist": {
            "tarball": f"https://{registry_host('npm')}/@corp/a/-/a-1.0.0.tgz",
            "integrity": integrity,
            "shasum": sha("sha1", data),
            "attestations": {"url": "x"},
        },
        "repository": {"type": "git", "url": "git+https://forge.invalid/a.git"},
        "maintainers": [{"name": "ann"}],
        "deprecated": "use b",
    }
    there.json(
        "/npm/@corp/a", {"versions": {"1.0.0": version}, "time": {"created": WHEN, "1.0.0": WHEN, "1.0.1": WHEN}}
    )
    there.files["/npm/@corp/a/-/a-1.0.0.tgz"] = data
    return "pkg:npm/%40corp/a@1.0.0", data, "sha512 published"


def pypi(there: World) -> tuple[str, bytes, str]:
    data = tgz({"my_lib-1.0/PKG-INFO": b"x", "my_lib-1.0/index.js": b"1\n"})
    there.configure(".config/pip/pip.conf", "[global]\nindex-url = {url}/root/simple\n")
    files = [
        {"filename": "my_lib-1.0-py3-none-any.whl", "url": "../../w.whl", "hashes": {"sha256": "0" * 64}},
        {
            "filename": "my_lib-1.0.tar.gz",
            "url": "../../files/my_lib-1.0.tar.gz",
            "hashes": {"sha256": sha("sha256", data)},
            "upload-time": WHEN,
            "yanked": "broken",
            "provenance": "https://x.invalid/p",
        },
        {"filename": "my-lib-extra-1.0.tar.gz", "url": "other", "hashes": {}},
    ]
    there.json("/root/simple/my-lib/", {"meta": {"api-version": "1.3"}, "files": files})
    info = {"author": "ann", "project_urls": {"Docs": "https://d.invalid", "Source": "https://forge.invalid/a"}}
    there.json("/root/pypi/my-lib/1/json", {"info": info})
    there.files["/root/files/my_lib-1.0.tar.gz"] = data
    return "pkg:pypi/My_Lib@1", data, "sha256 published"


def pypi_html(there: World) -> tuple[str, bytes, str]:
    data = tgz({"a-1.0/index.js": b"1\n"})
    there.environ["PIP_INDEX_URL"] = f"{there.url}/html"
    page = f'<a data-yanked="" href="/f/a-1.0.tar.gz#sha256={sha("sha256", data)}">a</a><a href="/f/a-0.9.zip">b</a>'
    there.files["/html/a/"] = f"<!DOCTYPE html><html><body>{page}</body></html>".encode()
    there.files["/f/a-1.0.tar.gz"] = data
    return "pkg:pypi/a@1.0", data, "sha256 published"


def cargo(there: World) -> tuple[str, bytes, str]:
    data = tgz({"Abc-1.0.0/Cargo.toml": b"x", "Abc-1.0.0/index.js": b"1\n"})
    there.configure(
        ".cargo/config.toml",
        '[source.crates-io]\nreplace-with = "m"\n[source.m]\nregistry = "sparse+{url}/index/"\n',
    )
    lines = [
        {"name": "Abc", "vers": v, "cksum": sha("sha256", data), "yanked": v == "1.0.0"} for v in ("0.9.0", "1.0.0")
    ]
    there.files["/index/3/a/abc"] = "\n".join(json.dumps(line) for line in lines).encode()
    there.json("/index/config.json", {"dl": "{url}/dl/{lowerprefix}/{crate}-{version}.crate"})
    there.files["/dl/3/a/Abc-1.0.0.crate"] = data
    return "pkg:cargo/Abc@1.0.0", data, "sha256 published"


def gem(there: World) -> tuple[str, bytes, str]:
    data = tgz({"index.js": b"1\n", "b.rb": b"2\n"})
    there.configure(".gemrc", ":sources:\n- {url}/gems-mirror\n")
    there.files["/gems-mirror/info/a"] = (
        f"---\n0.9 |checksum:{'0' * 64}\n1.0 b:>= 1|checksum:{sha('sha256', data)},ruby:>= 2\n1.0-java |x:1\n".encode()
    )
    there.json(
        "/gems-mirror/api/v2/rubygems/a/versions/1.0.json",
        {"authors": "bob, ann", "version_created_at": WHEN, "source_code_uri": "https://forge.invalid/a"},
    )
    there.files["/gems-mirror/gems/a-1.0.gem"] = data
    return "pkg:gem/a@1.0", data, "sha256 published"


def golang(there: World) -> tuple[str, bytes, str]:
    folder = "forge.invalid/Org/mod@v1.0.0"
    data = zipped({f"{folder}/go.mod": b"module x\n", f"{folder}/index.js": b"1\n"})
    there.environ["GOPROXY"] = f"{there.url}/go,direct"
    there.json(
        "/go/forge.invalid/!org/mod/@v/v1.0.0.info", {"Time": WHEN, "Origin": {"URL": "https://forge.invalid/a"}}
    )
    there.files["/go/forge.invalid/!org/mod/@v/list"] = b"v1.0.0\nv0.9.0\n"
    there.files["/go/forge.invalid/!org/mod/@v/v1.0.0.zip"] = data
    return "pkg:golang/forge.invalid/Org/mod@v1.0.0", data, "which publishes no digest"


def maven(there: World) -> tuple[str, bytes, str]:
    data = zipped({"META-INF/MANIFEST.MF": b"x", "index.js": b"1\n"})
    there.configure(
        ".m2/settings.xml",
        "<settings><mirrors>"
        "<mirror><id>blocked</id><mirrorOf>external:http:*</mirrorOf><url>http://0.0.0.0/</url></mirror>"
        "<mirror><id>corp</id><mirrorOf>*</mirrorOf><url>{url}/maven</url></mirror></mirrors></settings>",
    )
    there.files["/maven/org/forge/a/maven-metadata.xml"] = (
        b"<metadata><versioning><versions><version>1.0</version></versions></versioning></metadata>"
    )
    there.files["/maven/org/forge/a/1.0/a-1.0.jar"] = data
    there.files["/maven/org/forge/a/1.0/a-1.0.jar.sha1"] = f"{sha('sha1', data)}  a-1.0.jar\n".encode()
    there.files["/maven/org/forge/a/1.0/a-1.0.pom"] = (
        b"<project><url>no</url><scm><url>https://forge.invalid/a</url></scm></project>"
    )
    return "pkg:maven/org.forge/a@1.0", data, "sha1 published"


def nuget(there: World) -> tuple[str, bytes, str]:
    data = zipped({"a.nuspec": b"x", "index.js": b"1\n"})
    there.configure(
        ".nuget/NuGet/NuGet.Config",
        '<configuration><packageSources><clear /><add key="off" value="http://off.invalid/index.json" />'
        '<add key="m" value="{url}/nuget/index.json" protocolVersion="3" /></packageSources>'
        '<disabledPackageSources><add key="off" value="true" /></disabledPackageSources></configuration>',
    )
    there.json(
        "/nuget/index.json",
        {
            "version": "3.0.0",
            "resources": [
                {"@id": "{url}/nuget/flat/", "@type": "PackageBaseAddress/3.0.0"},
                {"@id": "{url}/nuget/reg/", "@type": "RegistrationsBaseUrl"},
            ],
        },
    )
    there.json("/nuget/flat/a.b/index.json", {"versions": ["0.9.0", "1.0.0"]})
    there.json("/nuget/reg/a.b/1.0.0.json", {"catalogEntry": "{url}/nuget/cat/1", "listed": False, "published": WHEN})
    digest = base64.b64encode(hashlib.sha512(data).digest()).decode()
    there.json(
        "/nuget/cat/1",
        {
            "packageHash": digest,
            "packageHashAlgorithm": "SHA512",
            "authors": "ann",
            "projectUrl": "https://forge.invalid/a",
        },
    )
    there.files["/nuget/flat/a.b/1.0.0/a.b.1.0.0.nupkg"] = data
    return "pkg:nuget/A.B@1.0.0", data, "sha512 published"


def composer(there: World) -> tuple[str, bytes, str]:
    data = zipped({"org-a-1234/composer.json": b"{}", "org-a-1234/index.js": b"1\n"})
    there.configure(
        ".config/composer/config.json",
        '{"repositories": {"corp": {"type": "composer", "url": "{url}/composer"}, "public.invalid": false}}',
    )
    there.json("/composer/packages.json", {"metadata-url": "/composer/p2/%package%.json", "packages": []})
    dist = {"type": "zip", "url": "{url}/composer/zip/{n}", "shasum": ""}
    versions = [
        {"version": "v1.1.0", "time": WHEN, "abandoned": "b/c", "authors": [{"name": "ann"}], "dist": dist},
        {"version": "v1.0.0", "abandoned": "__unset", "dist": {**dist, "url": "{url}/composer/zip/1"}},
    ]
    there.json("/composer/p2/org/a.json", {"minified": "composer/2.0", "packages": {"org/a": versions}})
    there.files["/composer/zip/1"] = data
    return "pkg:composer/org/a@1.0.0", data, "which publishes no digest"


Make = Callable[[World], tuple[str, bytes, str]]
KINDS: tuple[Make, ...] = (npm, pypi, pypi_html, cargo, gem, golang, maven, nuget, composer)
kinds = pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__)


def fetched(there: World, text: str, *folders: Path, online: bool = True) -> Pristine:
    problems: list[Problem] = []
    with there.releases(*folders, online=online) as releases:
        found = releases.side(text, problems)
    assert ["no digest" in problem.what for problem in problems] == ["no digest" in found.proof] * len(problems)
    assert len(problems) == ("no digest" in found.proof)
    return found


@kinds
def test_a_release_comes_from_the_configured_mirror_and_is_kept(there: World, make: Make) -> None:
    text, data, proof = make(there)
    found = fetched(there, text)
    assert proof in found.proof
    assert "127.0.0.1" in found.proof
    # Nothing is wrapped in folders that carry the version: else no file is the same in two releases.
    assert found.tree.read("index.js") == b"1\n"
    algorithm, _, value = found.digest.partition(":")
    assert value == (dirhash.of_zip(data)[3:] if algorithm == "h1" else sha(algorithm, data))
    asked = len(there.asked)
    again = fetched(there, text)
    assert again.tree.entries == found.tree.entries
    assert len(there.asked) == asked  # neither metadata nor artefact
    there.now += 86_400
    offline = fetched(there, text, online=False)
    assert offline.tree.entries == found.tree.entries
    assert "no digest" in proof or "as asked on 2026-11-" in offline.proof
    assert len(there.asked) == asked


@kinds
def test_after_some_minutes_it_is_asked_whether_the_metadata_changed(there: World, make: Make) -> None:
    text, _, proof = make(there)
    first = fetched(there, text)
    asked = len(there.asked)
    there.now += 3_600
    assert fetched(there, text).tree.entries == first.tree.entries
    questions = there.asked[asked:]
    assert questions
    if "no digest" not in proof:
        assert all("if-none-match" in question.headers for question in questions if question.path in there.files)


@kinds
def test_a_version_that_is_not_there_is_told_with_what_to_do(there: World, make: Make) -> None:
    text, _, _ = make(there)
    with pytest.raises(InputError) as raised:
        fetched(there, text.rpartition("@")[0] + "@1.0.5")
    assert raised.value.what == "the registry has no version 1.0.5"
    assert "--pristine FOLDER" in str(raised.value.hint)


@kinds
def test_a_package_that_is_not_there_is_told(there: World, make: Make) -> None:
    text, _, _ = make(there)
    name, at, version = text.rpartition("@")
    with pytest.raises(InputError) as raised:
        fetched(there, f"{name}-none{at}{version}")
    assert raised.value.what == "the registry does not know the package"


def test_a_version_that_was_removed_is_told_as_that(there: World) -> None:
    npm(there)
    with pytest.raises(InputError) as raised:
        fetched(there, "pkg:npm/%40corp/a@1.0.1")
    assert raised.value.what == "version 1.0.1 was published on 2026-03-01 and has been removed since"


FACTS: dict[Make, ReleaseFacts] = {
    npm: ReleaseFacts(
        published=AT,
        repository="git+https://forge.invalid/a.git",
        maintainers=("ann",),
        attested=True,
        withdrawn="use b",
    ),
    pypi: ReleaseFacts(
        published=AT,
        repository="https://forge.invalid/a",
        maintainers=("ann",),
        attested=True,
        withdrawn="yanked: broken",
    ),
    pypi_html: ReleaseFacts(withdrawn="yanked: no reason is given"),
    cargo: ReleaseFacts(withdrawn="yanked"),
    gem: ReleaseFacts(published=AT, repository="https://forge.invalid/a", maintainers=("ann", "bob")),
    golang: ReleaseFacts(published=AT, repository="https://forge.invalid/a"),
    maven: ReleaseFacts(repository="https://forge.invalid/a"),
    nuget: ReleaseFacts(published=AT, repository="https://forge.invalid/a", maintainers=("ann",), withdrawn="unlisted"),
    composer: ReleaseFacts(published=AT, maintainers=("ann",)),
}


@kinds
def test_the_facts_around_a_release(there: World, make: Make) -> None:
    text, _, _ = make(there)
    with there.releases() as releases:
        assert releases.facts(spelled(text)) == FACTS[make]
        assert releases.facts(spelled(text.rpartition("@")[0] + "@7.7.7")) is None


def test_a_wheel_or_a_file_can_be_chosen(there: World) -> None:
    pypi(there)
    wheel = zipped({"index.js": b"2\n"})
    document = json.loads(there.files["/root/simple/my-lib/"])
    document["files"][0]["hashes"]["sha256"] = sha("sha256", wheel)
    there.json("/root/simple/my-lib/", document)
    there.files["/root/w.whl"] = wheel
    for query in ("artifact=wheel", "file_name=my_lib-1.0-py3-none-any.whl"):
        assert fetched(there, f"pkg:pypi/my-lib@1.0?{query}").tree.read("index.js") == b"2\n"
    with pytest.raises(InputError, match="no such file"):
        fetched(there, "pkg:pypi/my-lib@1.0?file_name=other.whl")


def test_the_file_that_a_lockfile_means_is_taken(there: World) -> None:
    """uv and pip-tools write the digests of all files of a version, poetry often only those of wheels."""
    pypi(there)
    wheel = zipped({"index.js": b"2\n"})
    document = json.loads(there.files["/root/simple/my-lib/"])
    document["files"][0]["hashes"]["sha256"] = sha("sha256", wheel)
    there.json("/root/simple/my-lib/", document)
    there.files["/root/w.whl"] = wheel
    with there.releases() as releases:
        found = releases.fetched(spelled("pkg:pypi/my-lib@1.0"), [], digests=(f"sha256:{sha('sha256', wheel)}",))
    assert found.tree.read("index.js") == b"2\n"


def test_a_module_is_confirmed_by_the_h1_of_go_sum(there: World) -> None:
    text, data, _ = golang(there)
    wanted = dirhash.of_zip(data)
    with there.releases() as releases:
        assert releases.fetched(spelled(text), [], digests=(wanted,)).proof == "h1 that was given"
        with pytest.raises(EngineError, match="its h1 is not the digest that was given"):
            releases.fetched(spelled(text), [], digests=("h1:" + "A" * 43 + "=",))


def test_a_component_is_asked_for_with_its_capitals() -> None:
    """purls fold the case of Go's modules; proxies do not."""
    name = "forge.invalid/Org/mod"
    component = Component(
        name=name, version="v1.0.0", purl=purls.parse(f"pkg:golang/{name}@v1.0.0"), location=Location("go.sum")
    )
    assert component.purl is not None
    assert component.purl.namespace == "forge.invalid/org"
    assert asked_as(component) == spelled(f"pkg:golang/{name}@v1.0.0")
    assert asked_as(msgspec.structs.replace(component, name="forge.invalid/fork")) == component.purl


KEYS = """
    versions 1.0.0 time dist tarball integrity files filename url hashes sha256 name vers cksum dl resources @id @type
    catalogEntry metadata-url packages a/a version source minified maintainers Origin info yanked
""".split()
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from(["", "1.0.0", "x", "http://x.invalid/a", "//[", "a-1.0.0.zip"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(st.lists(JUNK | st.binary(max_size=40), min_size=1, max_size=4))
@example([{"resources": [{"@id": "http://x.invalid/", "@type": "PackageBaseAddress/3.0.0"}]}, {"versions": ["1.0.0"]}])
@example([{"files": [{"filename": "a-1.0.0.zip", "url": "http://["}]}])
@example([b'<a href="http://[/a-1.0.0.zip#sha256=1">'])
@example([{"info": {"project_urls": {"x": "http://["}}, "files": [{"filename": "a-1.0.0.zip", "url": "a"}]}])
@example([{"metadata-url": "/x"}, {"packages": {"a/a": [{"version": "1.0.0", "dist": {"url": 1}}]}}])
def test_no_answer_of_a_registry_breaks_us(answers: list[Any]) -> None:
    bodies = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in answers]
    for type_ in clients.TYPES:
        replies = cycle(bodies)

        def ask(url: str, *, accept: str = "", replies: Iterator[bytes] = replies) -> bytes | None:
            return next(replies)

        for call in (protocols.speaker(type_).release, protocols.speaker(type_).facts):
            with suppress(InputError):
                call(ask, "http://r.invalid/simple/", Purl(type_, "a", "a", "1.0.0"))


def test_the_sources_of_a_jar_can_be_chosen(there: World) -> None:
    maven(there)
    data = zipped({"A.java": b"class A {}"})
    there.files["/maven/org/forge/a/1.0/a-1.0-sources.jar"] = data
    there.files["/maven/org/forge/a/1.0/a-1.0-sources.jar.sha256"] = sha("sha256", data).encode()
    found = fetched(there, "pkg:maven/org.forge/a@1.0?classifier=sources")
    assert list(found.tree.entries) == ["A.java"]
    with pytest.raises(InputError, match=r"has no a-1\.0-tests\.jar"):
        fetched(there, "pkg:maven/org.forge/a@1.0?classifier=tests")
    with pytest.raises(InputError, match="snapshot"):
        fetched(there, "pkg:maven/org.forge/a@1.0-SNAPSHOT")
