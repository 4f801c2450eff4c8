"""Laws of the smaller formats, and the words that several of them share: images, git addresses, variables."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin, Problem, Scope
from scanner.parsers import by_name, conda_package, container_image, dockerfile_lines, entries, git_address, variables
from scanner.parsers.source import Source
from tests.support import fill

HERE = Path(__file__).parent
FORMATS = (
    "pubspec_lock", "mix_lock", "swift_package_resolved", "podfile_lock", "cabal_freeze", "stack_lock", "renv_lock",
    "conan_lock", "conda_environment", "conda_lock", "github_workflow", "pre_commit_config", "dockerfile",
    "compose_file", "terraform_lock", "vscode_extensions", "gitmodules",
)  # fmt: skip
SAMPLES = tuple(
    (module, fill(path.read_bytes()))
    for module in FORMATS
    for path in sorted((HERE / module).rglob("*"))
    if path.is_file() and path.name != "expected.json"
)
PLACE = Location("file")
DIGEST = "sha256:" + "ab" * 32
# Docker Hub, under the two names that people write: no file of ours holds the host of a registry.
HUB = ".".join(("docker", "io"))
HUB_INDEX = f"index.{HUB}"


def read(module: str, data: bytes, path: str = "file") -> tuple[list[Item], InputError | None]:
    """Everything that a parser yields, and what it raises at the end. Any other exception fails the test."""
    found: list[Item] = []
    try:
        for item in by_name(module.replace("_", "-")).load()(Source(path=path, data=data)):
            found.append(item)
            if isinstance(item, Graph):
                assert all(isinstance(targets, list | tuple) for targets in item.edges().values())
            elif isinstance(item, Component):
                assert item.name
                assert (item.version is None) or item.version != ""
                assert str(item.purl)
    except InputError as error:
        return found, error
    return found, None


def components(module: str, text: str) -> list[Component]:
    return [item for item in read(module, text.encode())[0] if isinstance(item, Component)]


def problems(module: str, text: str) -> list[Problem]:
    return [item for item in read(module, text.encode())[0] if isinstance(item, Problem)]


@pytest.mark.parametrize("module", FORMATS)
@settings(max_examples=40, deadline=None)
@given(data=st.binary(max_size=200))
@example(b"")
@example(b"\xff\xfe\x00")
@example(b"{}")
@example(b"null")
@example(b"[" * 100_000)
@example(b"- " * 10_000)
def test_no_bytes_crash_a_parser(module: str, data: bytes) -> None:
    read(module, data)


@pytest.mark.parametrize(("module", "data"), SAMPLES, ids=[module for module, _ in SAMPLES])
def test_a_file_cut_anywhere_is_read_or_refused(module: str, data: bytes) -> None:
    step = max(1, len(data) // 60)
    for end in range(0, len(data), step):
        read(module, data[:end])
        read(module, data[end:])


@pytest.mark.parametrize(("module", "data"), SAMPLES, ids=[module for module, _ in SAMPLES])
@settings(max_examples=25, deadline=None)
@given(choices=st.data())
def test_a_file_with_foreign_words_is_read_or_refused(module: str, data: bytes, choices: st.DataObject) -> None:
    """A line or value is replaced by one of another kind: a list for a text, a number for a mapping."""
    lines = data.split(b"\n")
    place = choices.draw(st.integers(0, len(lines) - 1))
    word = choices.draw(
        st.sampled_from([b"", b"7", b"[]", b"{}", b"null", b'"', b"- [x]", b"a: {b: c}", b"\\", b"}", b"]"])
    )
    line = lines[place]
    head, mark, _ = line.partition(b":")
    lines[place] = head + mark + b" " + word if mark and choices.draw(st.booleans()) else word
    read(module, b"\n".join(lines))


@pytest.mark.parametrize(("module", "data"), SAMPLES, ids=[module for module, _ in SAMPLES])
def test_windows_line_ends_change_nothing(module: str, data: bytes) -> None:
    def names(found: list[Item]) -> list[tuple[str, str | None, int | None]]:
        return [(item.name, item.version, item.location.line) for item in found if isinstance(item, Component)]

    assert names(read(module, data.replace(b"\n", b"\r\n"))[0]) == names(read(module, data)[0])


@pytest.mark.parametrize(("module", "data"), SAMPLES, ids=[module for module, _ in SAMPLES])
def test_a_needle_stands_in_the_file(module: str, data: bytes) -> None:
    needles = [item.location.needle for item in read(module, data)[0] if isinstance(item, Component)]
    assert all(needle.encode() in data for needle in needles)


@pytest.mark.parametrize("module", FORMATS)
def test_a_file_of_another_kind_is_refused_or_holds_nothing(module: str) -> None:
    found, error = read(module, b'{"surprise": 1}')
    assert not [item for item in found if isinstance(item, Component)]
    if module not in ("compose_file", "github_workflow", "vscode_extensions", "cabal_freeze"):
        assert error is not None or any(isinstance(item, Problem) for item in found)


@pytest.mark.parametrize(
    ("reference", "name", "version", "constraint", "purl"),
    [
        ("nginx", "nginx", None, "*", "pkg:docker/nginx"),
        ("nginx:latest", "nginx", None, "latest", "pkg:docker/nginx"),
        ("nginx:1.25", "nginx", "1.25", None, "pkg:docker/nginx@1.25"),
        ("library/nginx:1", "nginx", "1", None, "pkg:docker/nginx@1"),
        (f"{HUB}/library/nginx:1", "nginx", "1", None, "pkg:docker/nginx@1"),
        (f"{HUB_INDEX}/bitnami/redis:7", "bitnami/redis", "7", None, "pkg:docker/bitnami/redis@7"),
        (f"x/y@{DIGEST}", "x/y", DIGEST, None, f"pkg:docker/x/y@{DIGEST}"),
        (f"x/y:latest@{DIGEST}", "x/y", DIGEST, None, f"pkg:docker/x/y@{DIGEST}"),
        (
            f"h.example:5000/a/b/c:2@{DIGEST}",
            "h.example:5000/a/b/c",
            "2",
            None,
            "pkg:docker/a/b/c@2?repository_url=h.example:5000",
        ),
        ("localhost/a:1", "localhost/a", "1", None, "pkg:docker/a@1?repository_url=localhost"),
        ("python:${{ matrix.version }}", "python", None, "${{matrix.version}}", "pkg:docker/python"),
        ("a:${TAG:-}", "a", None, "${TAG:-}", "pkg:docker/a"),
    ],
)
def test_an_image_reference(reference: str, name: str, version: str | None, constraint: str | None, purl: str) -> None:
    image = container_image.component(reference, location=PLACE)
    assert (image.name, image.version, image.constraint, str(image.purl)) == (name, version, constraint, purl)
    assert image.digests == ((DIGEST,) if DIGEST in reference else ())


@pytest.mark.parametrize(
    "reference", ["", " ", "a b", ":tag", "a@sha256:short", "${A}", "http://x/y", "a" * 2000, "é:1"]
)
def test_what_is_no_image_reference(reference: str) -> None:
    with pytest.raises(InputError):
        container_image.component(reference, location=PLACE)


@pytest.mark.parametrize(
    ("url", "purl"),
    [
        ("https://github.com/Owner/Repo.git", "pkg:github/owner/repo@1"),
        ("https://user:secret@github.com/o/r/", "pkg:github/o/r@1"),
        ("git@github.com:o/r.git", "pkg:github/o/r@1"),
        ("git+ssh://git@github.com/o/r", "pkg:github/o/r@1"),
        ("github.com/o/r", "pkg:github/o/r@1"),
        ("git://GITHUB.com/o/r?x#y", "pkg:github/o/r@1"),
        (
            "https://github.com/o/r/tree/main",
            "pkg:generic/main@1?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fo%2Fr%2Ftree%2Fmain%401",
        ),
        ("https://me:secret@g.example/a/b", "pkg:generic/b@1?vcs_url=git%2Bhttps:%2F%2Fg.example%2Fa%2Fb%401"),
    ],
)
def test_a_git_address_as_a_purl(url: str, purl: str) -> None:
    found = git_address.remote(url)
    assert found is not None
    assert str(git_address.purl(found, "1")) == purl


@pytest.mark.parametrize(
    "url", ["", "../x", "./x", "/srv/x", "C:\\x", "file:///x", "ext::sh -c id", "https://", "x", "-x"]
)
def test_an_address_that_names_no_remote(url: str) -> None:
    assert git_address.remote(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "--upload-pack=id",
        "-u",
        "ext::sh",
        "fd::17",
        "ssh://-oProxyCommand=id/x",
        "-oX@h:p",
        "git@-oX:p",
        "https://a/\nb",
    ],
)
def test_a_hostile_address_is_named(url: str) -> None:
    assert git_address.hostile(url)


@pytest.mark.parametrize("url", ["https://github.com/o/r", "git@h.example:o/r", "../x", "ssh://git@h.example:22/x"])
def test_an_honest_address_is_left_alone(url: str) -> None:
    assert git_address.hostile(url) is None


@given(url=st.text(max_size=80))
def test_any_text_is_an_address_or_none(url: str) -> None:
    found = git_address.remote(url)
    git_address.hostile(url)
    if found is not None:
        assert str(git_address.purl(found, None))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:$X", "a:1"),
        ("a:${X}", "a:1"),
        ("a:${X:-2}", "a:1"),
        ("a:${Y:-2}", "a:2"),
        ("a:${Y-2}", "a:2"),
        ("a:${EMPTY:-2}", "a:2"),
        ("a:${EMPTY-2}", "a:"),
        ("a:${Y:-${X}}", "a:1"),
        ("a:${X:+set}", "a:set"),
        ("a:${Y:+set}", "a:"),
        ("a:${Y}", "a:${Y}"),
        ("a:${Y:?missing}", "a:${Y:?missing}"),
        ("a:$$X", "a:$X"),
    ],
)
def test_variables(text: str, expected: str) -> None:
    assert variables.substituted(text, {"X": "1", "EMPTY": ""}) == expected


def test_arguments_that_double_each_other_stay_small() -> None:
    text = "ARG A0=x\n" + "".join(f"ARG A{n}=$A{n - 1}$A{n - 1}\n" for n in range(1, 200)) + "FROM a:${A199}\n"
    assert components("dockerfile", text) == []
    assert len(problems("dockerfile", text)[0].what) < 300


@pytest.mark.parametrize(
    ("text", "version", "constraint"),
    [
        ("a", None, "*"),
        ("a=1.2", None, "=1.2"),
        ("a==1.2", "1.2", None),
        ("a 1.2", "1.2", None),
        ("a=1.2=py_0", "1.2", None),
        ("a==1.2=py_0", "1.2", None),
        ("a 1.2 py_0", "1.2", None),
        ("a=1.2.*", None, "=1.2.*"),
        ("a>=1,<2", None, ">=1,<2"),
        ("a 1.2|1.3", None, "1.2|1.3"),
        ("a~=1.2", None, "~=1.2"),
        ("a[version='==1.2']", "1.2", None),
        ("ch::a==1.2", "1.2", None),
    ],
)
def test_a_match_specification_of_conda(text: str, version: str | None, constraint: str | None) -> None:
    found = conda_package.component(text, location=PLACE)
    assert (found.name, found.version, found.constraint) == ("a", version, constraint)


def test_a_workflow_that_is_not_yaml_is_still_searched_by_line() -> None:
    text = "jobs:\n  a:\n    steps:\n      - uses: evil/action@v1 # x\n\t- uses: 'other/action@v2'\n  b: [\n"
    found, error = read("github_workflow", text.encode())
    assert error is not None
    assert [(item.name, item.location.line) for item in found if isinstance(item, Component)] == [
        ("evil/action", 4),
        ("other/action", 5),
    ]


@pytest.mark.parametrize(
    "step",
    [
        "{uses: evil/action@v1}",
        "{name: x, uses: 'evil/action@v1'}",
        '"uses": "evil/action@v1"',
        "uses:\n          evil/action@v1",
        "? uses\n        : evil/action@v1",
        "uses: !!str evil/action@v1",
        "uses: |-\n          evil/action@v1",
        '"\\x75ses": evil/action@v1',
    ],
)
def test_no_way_to_write_a_use_hides_it(step: str) -> None:
    (found,) = components("github_workflow", f"jobs:\n  a:\n    steps:\n      - {step}\n")
    assert str(found.purl) == "pkg:githubactions/evil/action@v1"


def test_a_comment_beside_a_commit_does_not_count() -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    (found,) = components("github_workflow", f"jobs: {{a: {{steps: [{{uses: o/r@{commit}}}]}}}} # v9\n")
    assert found.version == commit


def test_a_here_document_hides_no_later_stage() -> None:
    hidden = components("dockerfile", "FROM a:1\nRUN cat <<EOF\nFROM b:1\nEOF\nFROM c:1\n")
    unclosed = components("dockerfile", "FROM a:1\nRUN cat <<EOF\nFROM b:1\n")
    shift = components("dockerfile", "FROM a:1\nRUN echo $((1<<EOF)) '<<EOF'\nFROM b:1\nEOF\n")
    assert [[image.name for image in each] for each in (hidden, unclosed, shift)] == [
        ["a", "c"],
        ["a", "b"],
        ["a", "b"],
    ]


def test_lines_of_an_instruction_are_joined_at_its_first() -> None:
    text = "\n# c\nFROM \\\n  # inside\n\n  a:1 \\\n AS x\nRUN y"
    assert list(dockerfile_lines.instructions(text)) == [(3, "FROM a:1  AS x"), (8, "RUN y")]


def test_a_repeated_key_of_yaml_counts_with_both_values() -> None:
    text = "packages:\n  a: {source: hosted, version: '1'}\n  a: {source: hosted, version: '2'}\n"
    assert [item.version for item in components("pubspec_lock", text)] == ["1", "2"]
    assert any("'a'" in item.what for item in problems("pubspec_lock", text))


def test_a_second_document_hides_nothing() -> None:
    text = "services: {a: {image: 'a:1'}}\n---\nservices: {b: {image: 'b:2'}}\n---\n"
    assert [item.name for item in components("compose_file", text)] == ["a", "b"]


def test_an_alias_bomb_is_refused() -> None:
    rows = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
    _, error = read("compose_file", f"a0: &a0 [x]\n{rows}services: {{}}\n".encode())
    assert error is not None


def test_a_merge_key_brings_the_image() -> None:
    text = "x: &x {image: 'a:1'}\ny: &y {<<: *x}\nservices: {s: {<<: [*y]}, t: {<<: *x, image: 'b:2'}}\n"
    assert [(item.name, item.version) for item in components("compose_file", text)] == [("a", "1"), ("b", "2")]


def test_comments_inside_strings_of_jsonc_are_text() -> None:
    text = '{"recommendations": ["a.b" /*x*/, // "c.d"\n "e.f",], "//": "/*", "u": ["\\"//g.h"] }'
    assert [item.name for item in components("vscode_extensions", text)] == ["a.b", "e.f"]


def test_git_and_registry_are_told_apart() -> None:
    text = '%{"a": {:git, "https://github.com/o/a", "c0ffee", []}, "b": {:hex, :b, "1.0.0"}}'
    assert [item.origin for item in components("mix_lock", text)] == [Origin.GIT, Origin.REGISTRY]


def test_what_serves_development_only_says_so() -> None:
    assert components("vscode_extensions", '{"recommendations": ["a.b"]}')[0].scope is Scope.DEVELOPMENT
    assert components("conan_lock", '{"build_requires": ["cmake/3#r"]}')[0].scope is Scope.DEVELOPMENT


def test_one_meaning_for_each_set_of_repeated_values() -> None:
    document = entries.from_json(Source(path="x", data=b'{"e": {"n": "a", "v": "1", "v": "2", "v": "3"}}'))
    assert [entry["v"] for _, entry in entries.items(document, where="x")] == ["1", "2", "3"]
