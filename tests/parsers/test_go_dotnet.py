"""What holds for the readers of Go's and .NET's files beyond their golden cases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.errors import InputError
from scanner.model.component import Component, Item, Problem, Scope
from scanner.parsers import PARSERS, nuget
from scanner.parsers.source import Source

HERE = Path(__file__).parent
SAMPLES = {
    "go_mod": ("go.mod", HERE / "go_mod/full/go.mod"),
    "go_vendor_modules": ("vendor/modules.txt", HERE / "go_vendor_modules/replaced/vendor/modules.txt"),
    "nuget_packages_lock": ("packages.lock.json", HERE / "nuget_packages_lock/two_frameworks/packages.lock.json"),
    "nuget_packages_config": ("packages.config", HERE / "nuget_packages_config/plain/packages.config"),
    "dotnet_project": ("a/App.csproj", HERE / "dotnet_project/plain/Harbour.Core.fsproj"),
    "dotnet_deps_json": ("App.deps.json", HERE / "dotnet_deps_json/app/Harbour.App.deps.json"),
    "nuget_project_assets": ("project.assets.json", HERE / "nuget_project_assets/restored/obj/project.assets.json"),
}


def read(
    module: str, data: bytes | str, path: str = "", siblings: dict[str, str] | None = None
) -> tuple[list[Item], str | None]:
    """What the parser yields, and its complaint where it gives up."""
    beside = siblings or {}

    def sibling(name: str) -> bytes | None:
        return beside[name].encode() if name in beside else None

    raw = data.encode() if isinstance(data, str) else data
    source = Source(path=path or SAMPLES[module][0], data=raw, sibling=sibling)
    parse = next(parser for parser in PARSERS if parser.module == module).load()
    items: list[Item] = []
    try:
        items.extend(parse(source))
    except InputError as error:
        return items, error.what
    return items, None


def components(items: list[Item]) -> list[Component]:
    return [item for item in items if isinstance(item, Component)]


def problems(items: list[Item]) -> list[Problem]:
    return [item for item in items if isinstance(item, Problem)]


@pytest.mark.parametrize("module", SAMPLES)
@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_bytes_crash_a_reader(module: str, data: st.DataObject) -> None:
    sample = SAMPLES[module][1].read_bytes()
    cut = data.draw(st.integers(0, len(sample)))
    junk = data.draw(st.binary(max_size=40))
    for document in (junk, sample[:cut], sample[:cut] + junk + sample[cut + len(junk) :]):
        read(module, document)


@given(document=st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(("a/1", "targets", "type", "dependencies", "resolved", "")), inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
@settings(max_examples=150, deadline=None)
@pytest.mark.parametrize(
    ("module", "key"),
    [
        ("nuget_packages_lock", "dependencies"),
        ("dotnet_deps_json", "libraries"),
        ("nuget_project_assets", "libraries"),
        ("nuget_project_assets", "project"),
    ],
)
def test_no_json_crashes_a_reader(module: str, key: str, document: object) -> None:
    read(module, json.dumps({"libraries": {}, "targets": document, key: document}))


def test_a_broken_go_sum_costs_only_the_hashes() -> None:
    items, _ = read("go_mod", "module a\nrequire b.c/d v1.0.0\n", siblings={"go.sum": "\x00\ud7ff torn"})
    assert [component.version for component in components(items)] == ["v1.0.0"]
    assert [problem.where for problem in problems(items)] == ["go.sum"]


def test_without_go_sum_a_remark_is_made_only_where_something_is_required() -> None:
    assert [problem.harmless for problem in problems(read("go_mod", "module a\nrequire b.c/d v1.0.0\n")[0])] == [True]
    assert problems(read("go_mod", "module a\n")[0]) == []


def test_a_replacement_of_one_version_goes_before_one_of_all() -> None:
    text = "module a\nrequire x.y/z v1.0.0\nreplace x.y/z => all.of/it v9.0.0\n"
    text += "replace x.y/z v1.0.0 => just.this/one v1.0.1\n"
    (component,) = components(read("go_mod", text)[0])
    assert (component.name, component.version, component.alias) == ("just.this/one", "v1.0.1", "x.y/z")


def test_a_block_that_is_never_closed_is_read_and_reported() -> None:
    items, _ = read("go_mod", "module a\nrequire (\n\tb.c/d v1.0.0\n", siblings={"go.sum": ""})
    assert [component.name for component in components(items)] == ["b.c/d"]
    assert [(problem.line, problem.harmless) for problem in problems(items)] == [(2, False)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1.2.3", ("1.2.3", None)),
        ("[1.2.3]", ("1.2.3", None)),
        ("[1.2.3, 1.2.3]", ("1.2.3", None)),
        ("1.0.0-beta.1+build", ("1.0.0-beta.1+build", None)),
        ("[1.2.3,)", (None, "[1.2.3,)")),
        ("(1.2.3]", (None, "(1.2.3]")),
        ("[1.2.3, 1.2.4]", (None, "[1.2.3, 1.2.4]")),
        ("1.*", (None, "1.*")),
        ("*", (None, "*")),
        ("", (None, "*")),
        (None, (None, "*")),
    ],
)
def test_what_a_nuget_requirement_pins(written: str | None, expected: tuple[str | None, str | None]) -> None:
    assert nuget.requirement(written) == expected


def test_a_document_type_is_refused_and_what_came_before_is_kept() -> None:
    bomb = '<!DOCTYPE packages [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    bomb += '<packages><package id="&a;" version="1"/></packages>'
    for module in ("nuget_packages_config", "dotnet_project"):
        items, complaint = read(module, bomb)
        assert complaint == "it declares a document type"
        assert components(items) == []
    items, complaint = read("nuget_packages_config", '<packages><package id="A" version="1.0"/><pack')
    assert [component.name for component in components(items)] == ["A"]
    assert complaint is not None


def test_properties_that_double_themselves_end() -> None:
    settings_ = "".join(f"<P{n + 1}>$(P{n})$(P{n})</P{n + 1}>" for n in range(60))
    text = (
        f"<Project><PropertyGroup><P0>1</P0>{settings_}</PropertyGroup>"
        '<ItemGroup><PackageReference Include="A" Version="$(P60)"/></ItemGroup></Project>'
    )
    items, _ = read("dotnet_project", text)
    assert [component.constraint for component in components(items)] == ["*"]


def test_imports_that_import_each_other_end_and_stay_inside_the_target() -> None:
    siblings = {
        "a/one.props": '<Project><Import Project="two.props"/></Project>',
        "a/two.props": '<Project><Import Project="one.props"/><Import Project="../../../etc/passwd"/>'
        '<ItemGroup><PackageReference Include="Deep" Version="2.0"/></ItemGroup></Project>',
    }
    items, _ = read("dotnet_project", '<Project><Import Project="one.props"/></Project>', siblings=siblings)
    assert [(item.name, item.location.path) for item in components(items)] == [("Deep", "a/two.props")]


def test_a_package_update_says_the_version_of_what_is_included_above() -> None:
    siblings = {"Directory.Build.props": '<Project><ItemGroup><PackageReference Include="A"/></ItemGroup></Project>'}
    text = (
        '<Project><ItemGroup><PackageReference Update="A" Version="1.5.0" PrivateAssets="all"/></ItemGroup></Project>'
    )
    (component,) = components(read("dotnet_project", text, siblings=siblings)[0])
    assert (component.version, component.scope) == ("1.5.0", Scope.DEVELOPMENT)


def test_many_packages_with_many_central_versions_stay_cheap() -> None:
    many = "".join(f'<PackageVersion Include="A" Version="1.{n}"/>' for n in range(5_000))
    used = '<PackageReference Include="A"/>' * 5_000
    siblings = {"Directory.Packages.props": f"<Project><ItemGroup>{many}</ItemGroup></Project>"}
    items, _ = read("dotnet_project", f"<Project><ItemGroup>{used}</ItemGroup></Project>", siblings=siblings)
    assert len(components(items)) == 5_000 * 8


@pytest.mark.parametrize("module", SAMPLES)
def test_deep_nesting_is_one_complaint(module: str) -> None:

    for document in (b'{"libraries":' + b"[" * 100_000, b"<a>" * 10_000, b"(" * 10_000):
        items, complaint = read(module, document)
        assert complaint is not None or problems(items)
