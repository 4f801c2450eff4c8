"""Laws of the parsers for npm and its relatives, and what is too fine for a golden case."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Origin, Problem
from scanner.parsers import by_name, npm, npm_json, pnpm_layout, pnpm_lock
from scanner.parsers.bun_lock import plain_json
from scanner.parsers.source import Source
from scanner.shape import encoding, yaml_text
from tests.support import fill, plain

HERE = Path(__file__).parent
NAMES = {
    "npm-package-lock": "package-lock.json",
    "yarn-lock": "yarn.lock",
    "pnpm-lock": "pnpm-lock.yaml",
    "bun-lock": "bun.lock",
    "npm-package-json": "package.json",
    "npm-installed": "node_modules/axios/package.json",
}
SAMPLES = [
    (name, fill(path.read_bytes()))
    for name in NAMES
    for path in sorted((HERE / name.replace("-", "_")).rglob("*"))
    if path.is_file() and path.name != "expected.json"
]
words = st.sampled_from(
    [
        "",
        "axios",
        "@a/b",
        "1.0.0",
        "npm:x@1",
        "link:..",
        "node_modules/x",
        "packages",
        "dependencies",
        "a>b@1",
        "\\",
        '"',
    ]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            words | st.sampled_from(["version", "resolved", "name", "link", "workspaces", "overrides", "importers"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


def read(name: str, data: bytes) -> list[Item]:
    """All that the parser yields before it gives up; the graph is asked, too."""
    items: list[Item] = []
    parser: Iterator[Item] = by_name(name).load()(Source(path=NAMES[name], data=data))
    try:
        for item in parser:
            items.append(item)  # noqa: PERF402  # what came before an error counts
    except InputError:
        pass
    for item in items:
        if isinstance(item, Graph):
            item.edges()
        if isinstance(item, Component):
            str(item.purl)
    return items


def check(name: str, data: bytes) -> None:
    text = encoding.lenient_text(data)
    lines = text.count("\n") + 1
    for item in read(name, data):
        if isinstance(item, Component):
            assert item.location.needle in text
            assert item.name
            assert item.location.line is None or 1 <= item.location.line <= lines


@pytest.mark.parametrize("name", NAMES)
@given(data=st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_no_bytes_crash_a_parser(name: str, data: bytes) -> None:
    check(name, data)


@pytest.mark.parametrize("name", NAMES)
@given(cut=st.integers(0, 10_000), junk=st.binary(max_size=6), sample=st.integers(0, 100))
@settings(max_examples=60, deadline=None)
def test_no_damage_crashes_a_parser(name: str, cut: int, junk: bytes, sample: int) -> None:
    mine = [data for owner, data in SAMPLES if owner == name]
    data = mine[sample % len(mine)]
    cut %= len(data) + 1
    check(name, data[:cut])
    check(name, data[:cut] + junk + data[cut + len(junk) :])


@pytest.mark.parametrize("name", [name for name in NAMES if name != "yarn-lock"])
@given(value=json_values, key=st.sampled_from(["packages", "dependencies", "importers", "workspaces", "overrides"]))
@settings(max_examples=80, deadline=None)
def test_no_shape_crashes_a_parser(name: str, value: Any, key: str) -> None:
    document = json.dumps({"lockfileVersion": "9.0", "packages": {}, key: value, "name": "x"}).encode()
    check(name, document)
    # The same key twice, once with each value.
    check(name, document[:-1] + b', "' + key.encode() + b'": {"axios": {"version": "1"}}}')


yarn_lines = st.sampled_from(
    [
        "",
        "# c",
        "a@^1:",
        '"@a/b@npm:^1, x@npm:y@2":',
        '  version "1.0.0"',
        "  version: 1.0.0",
        '  resolution: "a@npm:1.0.0"',
        '  resolution: "@"',
        "  dependencies:",
        '    b "^1"',
        '    "@a/b": "npm:^1"',
        "    ?",
        "  integrity",
        "? x",
        ":",
        "<<<<<<< a",
        "=======",
        "\t",
        '"',
        '  "',
        "__metadata:",
        "\\",
    ]
)


@given(st.lists(yarn_lines, max_size=14))
@settings(max_examples=250, deadline=None)
def test_no_order_of_lines_crashes_the_yarn_parser(lines: list[str]) -> None:
    check("yarn-lock", "\n".join(lines).encode())


pnpm_lines = st.sampled_from(
    [
        "",
        "lockfileVersion: '9.0'",
        "lockfileVersion: 5.4",
        "packages:",
        "snapshots:",
        "importers:",
        "  .:",
        "dependencies:",
        "    dependencies:",
        "  a@1.0.0:",
        "  '@s/b@2.0.0(a@1.0.0)':",
        "  /c/1.0.0_x:",
        "  /d@1.0.0: {}",
        "  /e@1: {dev: true, cpu: [x64, 'y']}",
        "    resolution: {integrity: sha512-AA==}",
        "    resolution: {tarball: https://h.test/x.tgz, integrity: 'x'}",
        "    resolution:",
        "      integrity: sha1-B",
        "    dev: true",
        "    deprecated: >-",
        "      folded text: x",
        "      a: 1.0.0",
        "      '@s/b': 2.0.0(a@1.0.0)",
        "      b:",
        "        version: link:../x",
        "      - item",
        "    engines: {node: '>= 1 || ^2'}",
        '    deprecated: "a: b"',
        "    deprecated: it's a #1: x",
        "    deprecated: a #comment",
        "    x: 'it''s'",
        "    key: &a value",
        "   odd: 1",
        "  <<: x",
        "---",
        "    version: 1.10",
        "    version: ~",
        "    hasBin: true ",
    ]
)


@given(st.lists(pnpm_lines, min_size=1, max_size=14))
@settings(max_examples=500, deadline=None)
def test_the_fast_reader_of_pnpm_agrees_with_the_loader(lines: list[str]) -> None:
    agrees("\n".join(lines))


@pytest.mark.parametrize("data", [data for name, data in SAMPLES if name == "pnpm-lock"])
def test_the_fast_reader_of_pnpm_agrees_on_the_samples(data: bytes) -> None:
    agrees(data.decode())


def agrees(text: str) -> None:
    quick = pnpm_layout.read(text)
    if quick is None:
        return
    source = Source(path="pnpm-lock.yaml", data=text.encode())
    try:
        list(yaml_text.documents(source.data, where=""))
        slow = pnpm_lock._load(source, text)
    except InputError:
        return  # more tolerant than YAML is fine
    assert [said(document) for document in quick] == [said(document) for document in slow]


def said(document: pnpm_layout.Document) -> Any:
    """What the packages of a document come to, without lines: the loader has none."""
    try:
        data = plain(pnpm_lock._document(pnpm_layout.Document(document.value, {}, []), "x"))
    except InputError as error:
        return str(error)
    for problem in data["problems"]:
        problem.pop("line", None)
    return data


@pytest.mark.parametrize("case", ["v5", "v6", "v9", "v9_odd_entries", "v5_old", "repeated_keys"])
def test_what_pnpm_writes_is_read_the_fast_way(case: str) -> None:
    data = fill((HERE / "pnpm_lock" / case / "pnpm-lock.yaml").read_bytes())
    assert pnpm_layout.read(data.decode()) is not None


@given(json_values)
@settings(max_examples=150, deadline=None)
def test_comments_and_commas_leave_the_value_alone(value: Any) -> None:
    text = json.dumps(value, indent=1).replace("\n", ' // no, "}\n /* ] */ ').encode()
    assert json.loads(plain_json(text, "x")) == value


def test_trailing_commas_go_and_strings_stay() -> None:
    assert json.loads(plain_json(b'{"a": ["x,]", "//y",], /* , */ "b": "\\",}",}', "x")) == {
        "a": ["x,]", "//y"],
        "b": '",}',
    }


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("1.2.3", ("x", Origin.REGISTRY, "1.2.3", None)),
        ("=v1.2.3-rc.1", ("x", Origin.REGISTRY, "1.2.3-rc.1", None)),
        ("1.2", ("x", Origin.REGISTRY, None, "1.2")),
        ("", ("x", Origin.REGISTRY, None, "*")),
        ("npm:y@^2", ("y", Origin.REGISTRY, None, "^2")),
        ("npm:@s/y@2.0.0", ("@s/y", Origin.REGISTRY, "2.0.0", None)),
        ("npm:@s/y", ("@s/y", Origin.REGISTRY, None, "*")),
        ("npm:^2.0.0", ("x", Origin.REGISTRY, None, "^2.0.0")),
        ("npm:latest", ("x", Origin.REGISTRY, None, "latest")),
        ("npm:2.0.0", ("x", Origin.REGISTRY, "2.0.0", None)),
        ("workspace:*", ("x", Origin.WORKSPACE, None, None)),
        ("workspace:y@*", ("y", Origin.WORKSPACE, None, None)),
        ("owner/repository", ("x", Origin.GIT, None, None)),
        ("owner/repository#semver:^1", ("x", Origin.GIT, None, "^1")),
        ("https://github.com/owner/repository.git#v1", ("x", Origin.GIT, None, None)),
        ("https://github.com/owner/repository/archive/v1.tar.gz", ("x", Origin.GIT, None, None)),
        ("gist:0123", ("x", Origin.GIT, None, None)),
        ("git@host.test:a/b.git", ("x", Origin.GIT, None, None)),
        ("ssh://git@host.test/a/b", ("x", Origin.GIT, None, None)),
        ("https://host.test/x.tgz", ("x", Origin.URL, None, None)),
        ("~/x", ("x", Origin.PATH, None, None)),
        ("./x.tgz", ("x", Origin.PATH, None, None)),
        ("portal:../x", ("x", Origin.PATH, None, None)),
        ("patch:patch%3A" * 30, None),
    ],
)
def test_what_a_requirement_asks_for(spec: str, expected: tuple[str, Origin, str | None, str | None] | None) -> None:
    asked = npm.wanted("x", spec)
    if expected is not None:
        assert (asked.name, asked.origin, asked.version, asked.constraint) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://h.test/axios/-/axios-1.0.0.tgz", ("axios", "1.0.0")),
        ("https://h.test/a/b/@s/x/-/x-1.0.0-rc.1.tgz?y#z", ("@s/x", "1.0.0-rc.1")),
        ("https://h.test/@s%2fx/-/x-1.0.0.tgz", ("@s/x", "1.0.0")),
        ("https://h.test/%40s%2Fx/-/x-1.0.0.tgz", ("@s/x", "1.0.0")),
        ("https://h.test/@s/x/-/@s/x-1.0.0.tgz", ("@s/x", "1.0.0")),
        ("https://gitlab.com/a/b/-/archive/v1/b-v1.tar.gz", None),
        ("https://h.test/axios/-/other-1.0.0.tgz", None),
        ("ftp://h.test/axios/-/axios-1.0.0.tgz", None),
        ("https://h.test/axios-1.0.0.tgz", None),
    ],
)
def test_what_an_address_serves(address: str, expected: tuple[str, str] | None) -> None:
    assert npm.served(address) == expected


def test_repeated_keys_are_all_read() -> None:
    value, problems = npm_json.decode(b'{"a": {"b": 1, "c": 2, "b": 3}, "a": 4}', "x")
    assert len(problems) == 1
    assert [item for _, item in npm_json.pairs(value)][1] == 4
    first = npm_json.each(value["a"])[0]
    assert npm_json.readings(first) == [{"b": 1, "c": 2}, {"b": 3, "c": 2}]


def hostile(name: str) -> Iterator[bytes]:
    yield (
        b'{"packages": {"": {}, "node_modules/' + b"a/node_modules/" * 40_000 + b'a": {"version": "1", "dependencies":'
    )
    deep = "/".join(["node_modules/a"] * 3_000)
    wants = ", ".join(f'"d{i}": "1"' for i in range(3_000))
    yield f'{{"packages": {{"{deep}": {{"version": "1", "dependencies": {{{wants}}}}}}}}}'.encode()
    yield b'{"dependencies": ' + b'{"a": {"version": "1", "dependencies": ' * 900 + b"{}" + b"}}" * 900 + b"}"
    yield b'{"packages": {' + b'"a": {"version": "1"}, ' * 6_000 + b'"b": 1}}'
    yield b'{"packages": {"a": {' + b'"version": "1", ' * 6_000 + b'"b": 1}}}'
    yield b'"\\"' * 100_000
    yield b"/*" * 100_000
    yield b"," * 200_000
    yield b"a@^1" + b", a@^1" * 50_000 + b':\n  version "1"\n'
    yield b"a@^1:\n" + b'  version "1"\n' * 6_000
    yield b"x\n" * 100_000
    yield b"  " * 200_000 + b"\n? " + b'"' * 100_000
    yield b"packages:\n" + b"  a@1.0.0:\n    dev: true\n" * 10_000
    yield b"packages:\n  a@1: {" + b"a: b, " * 50_000
    yield b"packages:\n  a@1: '" + b"''" * 100_000
    yield b"a: " + b"b " * 100_000 + b"\n" + b"[" * 5_000
    yield b'{"overrides": ' + b'{"a": ' * 900 + b'"1.0.0"' + b"}" * 900 + b"}"
    yield b'{"author": "' + b"<" * 200_000 + b'", "version": "1", "name": "' + b"@" * 100_000 + b'"}'


@pytest.mark.parametrize("name", NAMES)
def test_hostile_documents_cost_little(name: str) -> None:
    for data in hostile(name):
        start = time.process_time()
        read(name, data)
        assert time.process_time() - start < 5, data[:60]


def test_a_lock_that_tells_two_stories_says_so() -> None:
    lock = {
        "lockfileVersion": 2,
        "packages": {"node_modules/axios": {"version": "1.6.8"}},
        "dependencies": {"axios": {"version": "1.6.7"}},
    }
    items = read("npm-package-lock", json.dumps(lock).encode())
    assert {item.version for item in items if isinstance(item, Component)} == {"1.6.8", "1.6.7"}
    assert [item.harmless for item in items if isinstance(item, Problem)] == [False, False]


@pytest.mark.parametrize("target", ["node_modules/axios", "node_modules/b"])
def test_links_that_lead_nowhere_hide_nothing(target: str) -> None:
    packages = {
        "node_modules/axios": {"link": True, "resolved": target, "version": "1.6.8"},
        "node_modules/b": {"link": True, "resolved": "node_modules/axios"},
    }
    items = read("npm-package-lock", json.dumps({"packages": packages}).encode())
    assert [item.name for item in items if isinstance(item, Component)] == ["axios", "b"]


@pytest.mark.parametrize("tail", ["#/axios/-/axios-1.6.8.tgz", "?/axios/-/axios-1.6.8.tgz"])
def test_what_stands_behind_an_address_does_not_disguise_it(tail: str) -> None:
    entry = {"version": "1.6.8", "resolved": "https://h.test/evil/-/evil-6.6.6.tgz" + tail}
    items = read("npm-package-lock", json.dumps({"packages": {"node_modules/axios": entry}}).encode())
    assert ("evil", "6.6.6") in {(item.name, item.version) for item in items if isinstance(item, Component)}
