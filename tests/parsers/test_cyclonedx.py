"""CycloneDX in both notations: the real documents of the shared corpus, what hides components, what breaks readers."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Problem, Scope, Subject
from scanner.parsers import cyclonedx_json, cyclonedx_xml
from scanner.parsers.source import Source

HERE = Path(__file__).parent
PARSE: dict[str, Callable[[Source], Iterator[Item]]] = {
    "cyclonedx-json": cyclonedx_json.parse,
    "cyclonedx-xml": cyclonedx_xml.parse,
}
JSON_INPUT = (HERE / "cyclonedx_json/oddities/input.json").read_bytes()
XML_INPUT = (HERE / "cyclonedx_xml/oddities/input.xml").read_bytes()
NS = 'xmlns="http://cyclonedx.org/schema/bom/1.6"'


def items(data: bytes, kind: str = "cyclonedx-json") -> tuple[list[Item], InputError | None]:
    """What the parser yields, and the error that it ends with."""
    found: list[Item] = []
    try:
        found.extend(PARSE[kind](Source(path="bom", data=data)))
    except InputError as error:
        # `extend` keeps what came before the error.
        return found, error
    return found, None


def components(data: bytes, kind: str = "cyclonedx-json") -> list[Component]:
    return [item for item in items(data, kind)[0] if isinstance(item, Component)]


def problems(data: bytes, kind: str = "cyclonedx-json", *, harmless: bool = False) -> list[str]:
    found = items(data, kind)[0]
    return [item.what for item in found if isinstance(item, Problem) and item.harmless == harmless]


def purls(data: bytes, kind: str = "cyclonedx-json") -> list[str]:
    return [str(component.purl) for component in components(data, kind)]


def bom(*entries: Any, **more: Any) -> bytes:
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": entries} | more).encode()


def xml(body: str) -> bytes:
    return f"<bom {NS}><components>{body}</components></bom>".encode()


def library(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "library", "name": name, "version": "1", "purl": f"pkg:npm/{name}@1"} | more


# Real documents


def corpus(shared: Path, kind: str) -> Iterator[tuple[dict[str, str], bytes]]:
    folder = shared / "corpus" / "sbom"
    with (folder / "EXPECTED.tsv").open(newline="") as table:
        for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["format"] == kind:
                yield row, (folder / row["file"]).read_bytes()


@pytest.mark.parametrize("kind", PARSE)
def test_every_real_document_gives_all_its_components(shared: Path, kind: str) -> None:
    wrong, count = [], 0
    for row, data in corpus(shared, kind):
        found, error = items(data, kind)
        number = sum(isinstance(item, Component) for item in found)
        subjects = sum(isinstance(item, Subject) for item in found)
        count += 1
        # Invalid ones, too: what the schema does not like has never cost a component.
        if number != int(row["components_all"]) or subjects != int(row["has_root"]):
            wrong.append(f"{row['file']}: {number} instead of {row['components_all']}, {subjects} subjects")
        if (error is not None) != (row["expected"] == "malformed"):
            wrong.append(f"{row['file']}: {error}")
    assert not wrong
    assert count > 300


@pytest.mark.parametrize("kind", PARSE)
def test_nothing_is_lost_in_a_valid_document_but_purls_that_are_none(shared: Path, kind: str) -> None:
    lost = [
        problem
        for row, data in corpus(shared, kind)
        if row["expected"] == "valid"
        for problem in problems(data, kind)
        if not (problem.startswith("purl ") and "cannot be read" in problem)
    ]
    assert not lost


def test_a_syntax_error_is_told_with_its_line() -> None:
    error = items(b'{"bomFormat": "CycloneDX",\n "components": [\n {"name" "x"}]}')[1]
    assert error is not None
    assert "line 3" in error.what


# Two notations, one meaning


def test_both_notations_give_the_same_components() -> None:
    entry = library("axios", group="@scope", purl="pkg:npm/%40scope/axios@1", scope="excluded", publisher="P")
    entry |= {"hashes": [{"alg": "MD5", "content": "0" * 32}], "cpe": "cpe:2.3:a:b:c:1:*:*:*:*:*:*:*", "bom-ref": "r"}
    entry |= {"externalReferences": [{"type": "distribution", "url": "file:///x.tgz"}, {"type": "vcs", "url": "v"}]}
    as_xml = (
        '<component type="library" bom-ref="r"><publisher>P</publisher><group>@scope</group><name>axios</name>'
        "<version>1</version><scope>excluded</scope>"
        f'<hashes><hash alg="MD5">{"0" * 32}</hash></hashes><cpe>cpe:2.3:a:b:c:1:*:*:*:*:*:*:*</cpe>'
        "<purl>pkg:npm/%40scope/axios@1</purl><externalReferences>"
        '<reference type="distribution"><url>file:///x.tgz</url></reference>'
        '<reference type="vcs"><url>v</url></reference></externalReferences></component>'
    )
    (one,), (other,) = components(bom(entry)), components(xml(as_xml), "cyclonedx-xml")
    fields = [name for name in one.__struct_fields__ if name != "location"]
    assert [getattr(one, name) for name in fields] == [getattr(other, name) for name in fields]
    assert one.name == "@scope/axios"
    assert one.scope is Scope.DEVELOPMENT
    assert one.origin == "path"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_json_is_read_in_every_encoding(encoding: str) -> None:
    text = bom(library("käse")).decode()
    assert purls(text.encode(encoding)) == ["pkg:npm/k%C3%A4se@1"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_xml_is_read_in_other_encodings(encoding: str) -> None:
    text = f'<bom {NS}><components><component type="library"><name>käse</name></component></components></bom>'
    assert [item.name for item in components(text.encode(encoding), "cyclonedx-xml")] == ["käse"]


# Hiding a component


@pytest.mark.parametrize(
    "document",
    [
        '{"components": [{"name": "a", "purl": "pkg:npm/evil@1", "purl": "pkg:npm/good@1"}]}',
        '{"components": [{"name": "a", "purl": "pkg:npm/good@1", "p\\u0075rl": "pkg:npm/evil@1"}]}',
        '{"components": [{"name": "evil", "name": "a", "version": "1", "purl": "pkg:npm/evil@1"}]}',
        '{"components": [{"name": "a", "purl": "pkg:npm/evil@1"}], "components": []}',
        '{"components": [{"purl": "pkg:npm/evil@1"}], "c\\u003ax": 1, "components": [{"name": "\\u003a\\u003a"}]}',
        '{"components": [{"name": "o", "components": [{"purl": "pkg:npm/evil@1"}], "components": null}]}',
        '{"components": [], "metadata": {"component": {"name": "a"}, "component": {"purl": "pkg:npm/evil@1"}}}',
        '{"components": [{"name": "a", "purl": null, "unknown": 1, "purl": "pkg:npm/evil@1"}], "x": {"y": 1, "y": 2}}',
        '{"components": [{"purl": "pkg:npm/evil@1"}]} {"bomFormat": "CycloneDX"}',
    ],
)
def test_a_repeated_key_hides_nothing(document: str) -> None:
    data = document.encode()
    assert "pkg:npm/evil@1" in purls(data)
    if "}]} {" not in document:
        assert any("more than once" in problem for problem in problems(data))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["name", "purl", "version", "group", "type", "x"]), max_size=12), st.randoms())
def test_every_purl_of_an_object_counts_wherever_it_stands(keys: list[str], random: Any) -> None:
    pairs = [(key, f"pkg:npm/p{number}@1" if key == "purl" else f"v{number}") for number, key in enumerate(keys)]
    random.shuffle(pairs)
    body = ", ".join(f'"{key}": "{value}"' for key, value in pairs)
    data = f'{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{{{body}}}]}}'.encode()
    assert {value for key, value in pairs if key == "purl"} <= set(purls(data))
    repeated = len({key for key, _ in pairs}) != len(pairs)
    assert any("more than once" in problem for problem in problems(data)) == repeated


def test_a_key_that_we_do_not_know_is_no_repetition() -> None:
    data = bom(library("a", unknown={"a": 1}), extra={"b": [1]})
    assert purls(data) == ["pkg:npm/a@1"]
    assert problems(data) == []
    assert problems(data, harmless=True) == []


def test_a_repeated_element_hides_nothing() -> None:
    body = "<component type='library'><name>a</name><purl>pkg:npm/good@1</purl><purl>pkg:npm/evil@1</purl></component>"
    assert purls(xml(body), "cyclonedx-xml") == ["pkg:npm/good@1", "pkg:npm/evil@1"]
    nested = f"<component type='library'><name>o</name><components>{body}</components></component>"
    assert "pkg:npm/evil@1" in purls(xml(nested), "cyclonedx-xml")
    subject = f"<bom {NS}><metadata>{body}</metadata></bom>".encode()
    assert purls(subject, "cyclonedx-xml") == ["pkg:npm/evil@1"]


# One bad entry costs itself


def test_what_is_not_a_component_is_named_and_the_rest_is_read() -> None:
    data = bom(library("a"), None, 5, ["x"], library("b", hashes=[7, {"alg": "MD5", "content": "0" * 32}]))
    assert purls(data) == ["pkg:npm/a@1", "pkg:npm/b@1"]
    assert components(data)[1].digests == ("md5:" + "0" * 32,)
    assert len(problems(data)) == 4


def test_a_purl_that_is_none_leaves_name_cpe_and_digests() -> None:
    entry = {"type": "library", "group": "g", "name": "n", "version": "1", "purl": "invalid", "cpe": "cpe:/a:g:n:1"}
    (component,) = components(bom(entry | {"hashes": [{"alg": "SHA-1", "content": "a" * 40}]}))
    assert (component.name, component.version, component.purl) == ("g/n", "1", None)
    assert (component.cpes, component.digests) == (("cpe:/a:g:n:1",), ("sha1:" + "a" * 40,))
    assert len(problems(bom(entry))) == 1


def test_a_version_that_is_a_number_is_read_as_it_is_written() -> None:
    data = b'{"components": [{"type": "library", "name": "a", "version": 1.10, "purl": "pkg:npm/a"}]}'
    assert purls(data) == ["pkg:npm/a@1.10"]


def test_an_encoded_at_sign_of_an_old_generator_is_repaired() -> None:
    assert purls(bom(library("a", version="1.2.3", purl="pkg:npm/a%401.2.3"))) == ["pkg:npm/a@1.2.3"]


def test_a_document_that_does_not_say_what_it_is_is_read() -> None:
    data = b'{"components": [{"type": "library", "name": "a", "purl": "pkg:npm/a@1"}]}'
    assert purls(data) == ["pkg:npm/a@1"]
    assert problems(data) == []
    assert len(problems(data, harmless=True)) == 2


def test_the_same_remark_is_made_once() -> None:
    data = bom(*(library(f"p{number}", type="gadget") for number in range(50)))
    assert len(problems(data, harmless=True)) == 1


# The graph


def graph(data: bytes, kind: str = "cyclonedx-json") -> Graph:
    (found,) = (item for item in items(data, kind)[0] if isinstance(item, Graph))
    return found


def test_refs_are_unique_and_a_repeated_one_is_still_reached() -> None:
    data = bom(library("a", **{"bom-ref": "r"}), library("b", **{"bom-ref": "r"}), dependencies=[{"ref": "app"}])
    first, second = components(data)
    assert first.ref == "r" != second.ref
    assert second.ref in graph(data).edges()["r"]


def test_without_a_subject_paths_begin_at_what_nothing_pulls_in() -> None:
    data = bom(library("a"), dependencies=[{"ref": "x", "dependsOn": ["y"]}, {"ref": "y"}, {"ref": "z"}])
    assert graph(data).roots == ("x", "z")


def test_nested_components_hang_on_their_holder() -> None:
    inner = library("inner", **{"bom-ref": "i"})
    data = bom(library("outer", **{"bom-ref": "o"}, components=[inner]))
    assert graph(data).edges() == {"o": ["i"]}


# Hostile documents


def test_nesting_is_followed_without_recursion() -> None:
    entry = library("p0")
    for number in range(1, 150):
        entry = library(f"p{number}", components=[entry])
    assert len(components(bom(entry))) == 150
    deep = b'{"components": [' * 20_000
    assert items(deep)[1] is not None
    body = "<component type='library'><name>a</name><components>"
    whole = body * 90 + "</components></component>" * 90
    assert len(components(xml(whole), "cyclonedx-xml")) == 90
    error = items(xml(body * 20_000), "cyclonedx-xml")[1]
    assert error is not None
    assert "deep" in error.what


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE bom [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE bom [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE bom SYSTEM "http://evil.example/bom.dtd">',
    ],
)
def test_a_document_type_is_refused(declaration: str) -> None:
    data = (declaration + xml("<component><name>&b;</name></component>").decode()).encode()
    found, error = items(data, "cyclonedx-xml")
    assert error is not None
    assert "document type" in error.what
    assert not [item for item in found if isinstance(item, Component)]


def test_many_equal_refs_and_repeated_elements_stay_linear() -> None:
    many = 20_000
    data = bom(
        *({"type": "library", "name": "a", "bom-ref": "r"} for _ in range(many)),
        dependencies=[{"ref": str(number), "dependsOn": ["r"]} for number in range(many)],
    )
    assert len({component.ref for component in components(data)}) == many
    assert sum(map(len, graph(data).edges().values())) == 2 * many - 1
    body = "<component type='library'><name>a</name>" + "<purl>pkg:npm/a@1</purl>" * many + "</component>"
    assert len(components(xml(body), "cyclonedx-xml")) == many


@pytest.mark.parametrize("kind", PARSE)
def test_a_document_cut_short_anywhere_gives_what_stands_before(kind: str) -> None:
    whole = JSON_INPUT if kind == "cyclonedx-json" else XML_INPUT
    known = set(purls(whole, kind))
    seen = 0
    for cut in range(0, len(whole.rstrip()), 37):
        found = purls(whole[:cut], kind)
        assert set(found) <= known
        assert items(whole[:cut], kind)[1] is not None
        assert kind == "cyclonedx-json" or len(found) >= seen
        seen = len(found)


@pytest.mark.parametrize("kind", PARSE)
@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 3000), st.integers(0, 40))
def test_no_bytes_crash_it(kind: str, noise: bytes, place: int, length: int) -> None:
    whole = JSON_INPUT if kind == "cyclonedx-json" else XML_INPUT
    for data in (noise, whole[:place] + noise + whole[place + length :]):
        for item in items(data, kind)[0]:
            if isinstance(item, Graph):
                item.edges()


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["pkg:npm/a@1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["name", "purl", "version", "hashes", "alg", "content", "components", "supplier", "externalReferences", "url",
         "type", "bom-ref", "evidence", "identity", "cpe", "ref", "dependsOn", "pedigree", "scope", "versionRange"]
    ), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.dictionaries(st.sampled_from(["components", "metadata", "dependencies", "specVersion"]), _VALUES))
def test_no_shape_crashes_it(document: dict[str, Any]) -> None:
    for item in items(json.dumps(document).encode())[0]:
        if isinstance(item, Graph):
            item.edges()
        elif isinstance(item, Component):
            item.name.encode()
