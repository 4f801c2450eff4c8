"""Laws of the Python readers, and what their golden cases cannot show."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Reference

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin, Problem, Scope
from scanner.parsers import PARSERS, python, python_requirements, requirement_lines
from scanner.parsers.source import Source

HERE = Path(__file__).parent
MODULES = (
    "python_requirements",
    "poetry_lock",
    "uv_lock",
    "pdm_lock",
    "pipfile_lock",
    "pylock_toml",
    "pyproject_toml",
    "python_dist_info",
    "python_vendor_txt",
)
READERS = {parser.module: parser for parser in PARSERS}
NAMES = {"python_dist_info": "x.dist-info/METADATA", "python_requirements": "requirements.txt"}


def read(module: str, data: bytes, sibling: bytes | None = None) -> list[Item]:
    """Everything that the reader yields before it gives up; its graph is asked for, too."""
    items: list[Item] = []
    source = Source(path=NAMES.get(module, module), data=data, sibling=lambda _: sibling)
    try:
        for item in READERS[module].load()(source):
            items.append(item)  # noqa: PERF402  # what came before an error counts
    except InputError:
        pass
    for item in items:
        if isinstance(item, Graph):
            item.edges()
        elif isinstance(item, Component):
            str(item.purl)
    return items


def samples(module: str) -> list[bytes]:
    files = (path for path in sorted((HERE / module).rglob("*")) if path.is_file() and path.name != "expected.json")
    return [path.read_bytes() for path in files if "RECORD" not in path.name][:6]


@pytest.mark.parametrize("module", MODULES)
@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=200), beside=st.none() | st.binary(max_size=60))
def test_no_bytes_crash_a_reader(module: str, data: bytes, beside: bytes | None) -> None:
    read(module, data, beside)


@pytest.mark.parametrize("module", MODULES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_damage_to_a_real_file_crashes_a_reader(module: str, data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(samples(module)))
    begin = data.draw(st.integers(0, len(sample)))
    end = data.draw(st.integers(begin, min(len(sample), begin + 40)))
    damage = data.draw(st.sampled_from([b"", b"\x00", b'"', b"[[package]]\n", b"= 3", b"{", b"\xff", b"null"]))
    read(module, sample[:begin] + damage + sample[end:], sample)
    read(module, sample[:begin], sample[:end])


ALPHABET = "abz019._-[]()=<>!~,;@ \t'\"#/:+*"


@settings(max_examples=300, deadline=None)
@given(
    text=st.text(ALPHABET, max_size=30) | st.from_regex(r"[a-z]{1,3}(\[x\])? ?(==|>=|~=|!=)1\.[0-9](,<2)? ?(; a=='b')?")
)
def test_what_the_standard_reads_is_read_alike(text: str) -> None:
    try:
        expected = Reference(text)
    except InvalidRequirement:
        return  # pip's older forms are ours to judge
    if python.looks_like_address(text.strip()) or expected.name.endswith(("_", ".", "-")):
        return  # `packaging` takes `0_`, which the standard does not
    got = python.requirement(text)
    assert got.name == expected.name
    assert set(got.extras) == expected.extras
    assert (got.address is None) == (expected.url is None)
    assert {clause.replace(" ", "") for clause in got.specifier.rstrip(",").split(",") if clause} == {
        str(clause) for clause in expected.specifier
    }


@pytest.mark.parametrize(
    ("text", "version", "constraint"),
    [
        ("a==1.2.3", "1.2.3", None),
        ("a === 1.2", "1.2", None),
        ("a==1.*", None, "==1.*"),
        ("a==1.2,!=1.2.post1", "1.2", None),
        ("a==1,==2", None, "==1,==2"),
        ("a (>=1)", None, ">=1"),
        ("a", None, "*"),
        ("a==${V}", None, "==${V}"),
    ],
)
def test_only_an_exact_version_is_one(text: str, version: str | None, constraint: str | None) -> None:
    component = python.component(python.requirement(text), Location("r"))
    assert (component.version, component.constraint) == (version, constraint)


def test_a_line_separator_in_a_comment_hides_nothing_from_us_that_pip_installs() -> None:
    lines = list(requirement_lines.lines("# harmless\u2028evil==1\nnext==2"))
    assert [(line.number, line.requirement) for line in lines] == [(1, "evil==1"), (2, "next==2")]


def test_an_abbreviated_option_still_includes() -> None:
    (line,) = requirement_lines.lines("--requirem=more.txt")
    assert line.options == (("--requirement", "more.txt"),)


def test_including_itself_and_each_other_ends() -> None:
    files = {"requirements/a.txt": b"-r b.txt\na==1", "requirements/b.txt": b"-r a.txt\n-r b.txt\nb==1"}
    source = Source(path="requirements/a.txt", data=files["requirements/a.txt"], sibling=files.get)
    got = list(python_requirements.parse(source))
    assert [(item.name, item.location.path) for item in got if isinstance(item, Component)] == [
        ("b", "requirements/b.txt"),
        ("a", "requirements/a.txt"),
    ]
    assert len(got) == 2


def test_a_chain_of_includes_is_bounded() -> None:
    def sibling(path: str) -> bytes:
        return f"-r {int(path) + 1}\n-r {int(path) + 1000}\n".encode()

    got = list(python_requirements.parse(Source(path="0", data=sibling("0"), sibling=sibling)))
    assert any(isinstance(item, Problem) and "too many files" in item.what for item in got)


def test_a_secret_in_an_index_address_is_not_repeated() -> None:
    (problem,) = read("python_requirements", b"--index-url https://user:secret@mirror.example/simple")
    assert isinstance(problem, Problem)
    assert problem.harmless
    assert "secret" not in problem.what


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("requirements.txt", Scope.RUNTIME),
        ("requirements-latest.txt", Scope.RUNTIME),
        ("requirements-dev.txt", Scope.DEVELOPMENT),
        ("test_requirements.txt", Scope.DEVELOPMENT),
        ("requirements/lint.txt", Scope.DEVELOPMENT),
        ("docs/requirements.txt", Scope.DEVELOPMENT),
        ("docs/requirements-prod.txt", Scope.RUNTIME),
    ],
)
def test_the_file_name_says_what_it_is_for(path: str, scope: Scope) -> None:
    assert python_requirements.scope_of(path) is scope


def test_complaints_about_a_file_that_is_something_else_are_few() -> None:
    got = read("python_requirements", b"neither this\n" * 1000 + b"six==1.0\n")
    assert len(got) == 100 + 2
    assert [item.name for item in got if isinstance(item, Component)] == ["six"]


def test_two_tables_for_a_root_leave_each_its_own_ref() -> None:
    data = b'[[package]]\nname="a"\nsource={virtual="."}\n[[package]]\nname="b"\nsource={editable="."}\n'
    got = [item for item in read("uv_lock", data) if isinstance(item, Component)]
    assert [(item.name, item.origin, item.ref) for item in got] == [("b", Origin.WORKSPACE, "b")]


@pytest.mark.parametrize("module", ["poetry_lock", "uv_lock", "pdm_lock"])
def test_a_name_repeated_without_measure_costs_no_square(module: str) -> None:
    source = '\nsource = {registry = "r"}' if module == "uv_lock" else ""
    needs = {"uv_lock": '[{name="a"}]', "pdm_lock": '["a"]'}.get(module, '{a = "*"}')
    table = f'[[package]]\nname = "a"\nversion = "1"\ndependencies = {needs}{source}\n'
    got = read(module, (table * 2000).encode())
    (graph,) = (item for item in got if isinstance(item, Graph))
    assert sum(map(len, graph.edges().values())) < 2000 * 20
    refs = [item.ref for item in got if isinstance(item, Component)]
    assert len(refs) == len(set(refs)) == 2000


@pytest.mark.parametrize(
    ("module", "case"),
    [
        ("poetry_lock", "groups/poetry.lock"),
        ("uv_lock", "project/uv.lock"),
        ("pdm_lock", "groups/pdm.lock"),
        ("pylock_toml", "uv_export/pylock.toml"),
    ],
)
def test_a_lock_that_breaks_off_gives_what_stands_before_it(module: str, case: str) -> None:
    whole = (HERE / module / case).read_bytes()
    names = [(item.name, item.location.line) for item in read(module, whole) if isinstance(item, Component)]
    cut = whole[: whole.rindex(b"version =") + 5]
    got = [(item.name, item.location.line) for item in read(module, cut) if isinstance(item, Component)]
    assert got == names[:-1]
    with pytest.raises(InputError):
        list(READERS[module].load()(Source(path=module, data=cut)))


def test_metadata_in_an_old_encoding_is_read() -> None:
    data = "Metadata-Version: 1.0\nName: old\nVersion: 1.0\nAuthor: J\xe9r\xf4me\n".encode("latin-1")
    got = read("python_dist_info", data)
    assert [item.name for item in got if isinstance(item, Component)] == ["old"]
    assert all(item.harmless for item in got if isinstance(item, Problem))
