"""SPDX and syft documents: the shared corpus, other encodings of the golden cases, and laws that hold for any bytes."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Problem, Subject
from scanner.parsers import spdx2_json, spdx2_rdf, spdx2_tag_value, spdx2_xml, spdx2_yaml, spdx3_json, syft_json
from scanner.parsers.source import Source
from scanner.shape import json_text
from tests.support import fill

HERE = Path(__file__).parent
READERS = {
    "spdx2-json": spdx2_json,
    "spdx2-yaml": spdx2_yaml,
    "spdx2-tagvalue": spdx2_tag_value,
    "spdx2-rdfxml": spdx2_rdf,
    "spdx2-xml": spdx2_xml,
    "spdx3-jsonld": spdx3_json,
    "syft-json": syft_json,
}
MODULES = {module.__name__.rpartition(".")[2]: module for module in READERS.values()}
INPUTS = sorted(path for name in MODULES for path in (HERE / name).glob("*/input.*"))
# Files of the corpus where we read another number of packages than its counter, and why.
DEVIATIONS = {
    "powershell-2.2.6.spdx.json": (97, "a web page's footer behind the JSON: the document before it is read"),
    "missing_component_name/SPDXYamlExample.yaml": (1, "SPDX 2.0 style: the package stands in documentDescribes"),
    "2.3/examples/SPDXYAMLExample-2.2.spdx.yaml": (4, "broken YAML in `files`: the other sections are read"),
    "spdx2_2_null_package.json": (0, "`packages: [null]` is a problem, no package"),
    "spdx2_3_null_package.json": (0, "`packages: [null]` is a problem, no package"),
    "SPDXTagExample-UTF-16.spdx": (4, "the counter does not decode UTF-16"),
}


def read(module: Any, data: bytes) -> tuple[list[Item], InputError | None]:
    """What was yielded before the error, if there is one; graphs unfold."""
    items: list[Item] = []
    try:
        for item in module.parse(Source(path="f", data=data)):
            items.append(item)  # noqa: PERF402  # what came before an error counts
    except InputError as error:
        return items, error
    for item in items:
        if isinstance(item, Graph):
            item.edges()
    return items, None


def components(items: list[Item]) -> list[Component]:
    return [item for item in items if isinstance(item, Component)]


@pytest.mark.parametrize("kind", READERS)
def test_reads_as_many_packages_as_the_corpus_holds(kind: str, shared: Path) -> None:
    corpus = shared / "corpus" / "sbom"
    outcomes: Counter[str] = Counter()
    with (corpus / "EXPECTED.tsv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table, delimiter="\t") if row["format"] == kind]
    for row in rows:
        items, error = read(READERS[kind], (corpus / row["file"]).read_bytes())
        wanted = int(row["components_all"])
        deviation = next((value for name, value in DEVIATIONS.items() if row["file"].endswith(name)), None)
        expected = wanted if deviation is None else deviation[0]
        assert len(components(items)) == expected, row["file"]
        if row["expected"] in ("valid", "parses"):
            assert deviation is None, row["file"]
            assert error is None, row["file"]
        if row["expected"] == "malformed":
            assert error or any(isinstance(item, Problem) and not item.harmless for item in items), row["file"]
        outcomes["equal" if deviation is None else "deviating"] += 1
    assert outcomes["equal"] >= 4


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.parent.name}/{path.parent.name}")
def test_encodings_do_not_matter(path: Path) -> None:
    module = MODULES[path.parent.parent.name]
    text = fill(path.read_bytes()).decode()
    plain = components(read(module, text.encode())[0])
    assert plain
    # An XML document that is UTF-16 says so itself.
    wide = text.replace('encoding="UTF-8"', 'encoding="UTF-16"')
    for data in (text.encode("utf-8-sig"), wide.encode("utf-16"), text.replace("\n", "\r\n").encode()):
        found = components(read(module, data)[0])
        if module is not spdx2_yaml or b"\r" not in data:
            assert found == plain
        assert len(found) == len(plain)


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.parent.name}/{path.parent.name}")
def test_what_breaks_off_is_an_input_error_or_a_problem(path: Path) -> None:
    module = MODULES[path.parent.parent.name]
    data = fill(path.read_bytes())
    whole = len(components(read(module, data)[0]))
    for end in range(0, len(data), max(1, len(data) // 150)):
        found, _ = read(module, data[:end])
        assert len(components(found)) <= whole


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
@pytest.mark.parametrize("data", [b"", b"\n", b"\xef\xbb\xbf", b"\x00" * 9, b"\xff\xfe", b"{}", b"[]", b"<a/>", b"x"])
def test_a_file_without_a_document_is_an_input_error(module: Any, data: bytes) -> None:
    items, error = read(module, data)
    assert error is not None
    assert not components(items)


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
@pytest.mark.parametrize("opener", [b"[", b'{"packages":[', b"<a>", b"- ", b'{"a":', b'{"@graph":[{"to":['])
def test_a_hundred_thousand_levels_are_an_input_error(module: Any, opener: bytes) -> None:
    items, error = read(module, opener * 100_000)
    assert error is not None
    assert not components(items)


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
@settings(max_examples=60, deadline=None)
@given(data=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_no_bytes_crash(module: Any, data: bytes) -> None:
    read(module, data)


WORDS = st.sampled_from(
    ["packages", "SPDXID", "name", "versionInfo", "externalRefs", "referenceType", "referenceLocator", "purl",
     "checksums", "algorithm", "checksumValue", "relationships", "relationshipType", "documentDescribes", "Package",
     "sbom", "Document", "creationInfo", "creators", "@graph", "type", "@type", "software_Package", "spdxId", "to",
     "from", "rootElement", "verifiedUsing", "externalIdentifier", "suppliedBy", "locator", "artifacts", "metadata",
     "cpes", "locations", "source", "distro", "artifactRelationships", "digest", "id", "version", "SHA1", "DESCRIBES",
     "spdxElementId", "relatedSpdxElement", "pkg:npm/a@1", "NOASSERTION", "dependsOn", "target", "dist", "\ud800"]
)  # fmt: skip
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS)
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.lists(st.tuples(WORDS, inner), max_size=5).map(lambda pairs: Pairs(pairs))
    ),
    max_leaves=30,
)


class Pairs(list[tuple[str, Any]]):
    """An object that may say a key twice."""


def written(value: Any) -> str:
    if isinstance(value, Pairs):
        return "{" + ", ".join(f"{json.dumps(key)}: {written(item)}" for key, item in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value)


@pytest.mark.parametrize("module", [spdx2_json, spdx2_yaml, spdx3_json, syft_json])
@settings(max_examples=100, deadline=None)
@given(value=VALUES)
def test_no_wrong_type_crashes(module: Any, value: Any) -> None:
    inner = written(value)
    for key in ("packages", "@graph", "artifacts", "relationships"):
        # What is read can be written down again: no half characters get through.
        items, _ = read(module, f'{{"spdxVersion": "SPDX-2.3", "artifacts": [], "{key}": [{inner}]}}'.encode())
        msgspec.json.encode([item for item in items if isinstance(item, Component | Problem | Subject)])


@settings(max_examples=200, deadline=None)
@given(value=VALUES)
def test_repeated_keys_are_found_exactly(value: Any) -> None:
    repeated: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, Pairs):
            counts = Counter(key for key, _ in node)
            repeated.update(key.replace("\ud800", "?") for key, count in counts.items() if count > 1)
            node = [item for _, item in node]
        if isinstance(node, list):
            for item in node:
                walk(item)

    walk(value)
    # Colons in strings, plain and escaped, must not hide or feign a key.
    text = f'["a:b", "\\u003a\\u003A", ":", {written(value)}]'
    assert set(json_text.duplicates(text.encode(), where="f")) == repeated
    assert set(json_text.repeated_keys(json_text.value_with_repeats(text.encode(), where="f"))) == repeated


def test_an_escaped_colon_does_not_hide_a_repeated_key() -> None:
    assert json_text.duplicates(b'{"purl": "a\\u003ab", "purl": "c"}', where="f") == ("purl",)
    assert json_text.duplicates(b'{"purl": "a\\u003ab", "x": "c:d"}', where="f") == ()


def test_both_values_of_a_repeated_key_are_components() -> None:
    package = '{"name": "a", "externalRefs": [{"referenceType": "purl", "referenceLocator": "%s"%s}]}'
    twice = package % ("pkg:npm/a@6.6.6", ', "referenceLocator": "pkg:npm/a@1.0.0"')
    items, _ = read(spdx2_json, f'{{"packages": [{twice}], "packages": [{package % ("pkg:npm/b@2", "")}]}}'.encode())
    assert [str(item.purl) for item in components(items)] == ["pkg:npm/a@6.6.6", "pkg:npm/a@1.0.0", "pkg:npm/b@2"]
    assert any(isinstance(item, Problem) and "more than once" in item.what and not item.harmless for item in items)


def test_a_key_said_a_hundred_thousand_times_is_read_first_and_last() -> None:
    names = ", ".join(f'"name": "n{number}"' for number in range(100_000))
    items, _ = read(spdx2_json, f'{{"packages": [{{{names}}}]}}'.encode())
    found = [item.name for item in components(items)]
    assert (found[0], found[-1], len(found)) == ("n0", "n99999", 16)


def test_packages_beside_a_wrapper_are_not_hidden_by_it() -> None:
    data = b'{"packages": [{"name": "outer"}], "sbom": {"packages": [{"name": "inner"}]}}'
    assert {item.name for item in components(read(spdx2_json, data)[0])} == {"outer", "inner"}


def test_text_that_nobody_closes_hides_no_package() -> None:
    data = b"SPDXVersion: SPDX-2.3\nDocumentComment: <text>\nPackageName: hidden\nPackageVersion: 1\n"
    items, _ = read(spdx2_tag_value, data)
    assert [item.name for item in components(items)] == ["hidden"]
    assert any(isinstance(item, Problem) and item.line == 2 for item in items)


def test_several_described_packages_are_no_subject() -> None:
    data = (
        b'{"documentDescribes": ["a", "b"], "packages": [{"SPDXID": "a", "name": "a"}, {"SPDXID": "b", "name": "b"}]}'
    )
    items, _ = read(spdx2_json, data)
    assert not [item for item in items if isinstance(item, Subject)]
    assert [item.roots for item in items if isinstance(item, Graph)] == [("a", "b")]


def test_a_broken_rdf_document_gives_what_came_before() -> None:
    data = (HERE / "spdx2_rdf" / "nested_packages" / "input.rdf").read_bytes()
    items, error = read(spdx2_rdf, data[: data.index(b"<spdx:externalRef>")])
    assert error is not None
    assert [(item.name, item.version) for item in components(items)] == [("app", "1.0"), ("inner", "2.10")]
