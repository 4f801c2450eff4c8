"""Requirements in each syntax: what they admit, what they leave out, and what is refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from scanner.errors import InputError
from scanner.versions import UncomparableError, compare, constraint, scheme
from scanner.versions.constraints import SYNTAXES, Constraint

# ecosystem | requirement | admitted | left out
CASES = """
npm | ^1.2.3 | 1.2.3 1.9.0 | 1.2.2 2.0.0 1.3.0-beta 2.0.0-alpha
npm | ^0.2.3 | 0.2.3 0.2.9 | 0.3.0 0.2.2
npm | ^0.0.3 | 0.0.3 | 0.0.4
npm | ^0.0 | 0.0.9 | 0.1.0
npm | ^0 | 0.9.0 | 1.0.0
npm | ^1.2.3-beta.2 | 1.2.3-beta.2 1.2.3-beta.4 1.2.3 1.9.0 | 1.2.3-beta.1 1.2.4-beta.2
npm | ~1.2.3 | 1.2.3 1.2.9 | 1.3.0
npm | ~1 | 1.0.0 1.9.0 | 2.0.0
npm | ~> 1.2 | 1.2.0 1.2.9 | 1.3.0
npm | 1.2.x | 1.2.0 1.2.99 | 1.3.0 1.2.0-rc
npm | 1.X | 1.0.0 1.99.0 | 2.0.0
npm | * | 0.0.1 9.9.9 | 1.0.0-alpha
npm |  | 0.0.1 9.9.9 | 1.0.0-alpha
npm | latest | 1.0.0 1.0.0-alpha |
npm | next-11 | 1.0.0-alpha |
npm | 1.2.3 - 2.3 | 1.2.3 2.3.9 | 1.2.2 2.4.0
npm | 1.2.3 - 2.3.4 | 2.3.4 | 2.3.5
npm | >=1.2.3 <2 \\|\\| 3.x | 1.2.3 1.9.9 3.0.0 3.9.9 | 2.0.0 4.0.0 1.0.0
npm | > 1 | 2.0.0 | 1.9.9
npm | <=1.2 | 1.2.9 | 1.3.0
npm | <1.2 | 1.1.9 | 1.2.0 1.2.0-rc
npm | >* | | 1.0.0 2.0.0
npm | =v1.2.3 | 1.2.3 v1.2.3 | 1.2.4
npm | npm:other@^1.0.0 | 1.5.0 | 2.0.0
npm | npm:@scope/other@^1.0.0 | 1.5.0 | 2.0.0
GitHub Actions | v4 | v4 v4.1.2 4.9.9 | v3.9.9 v5
GitHub Actions | v4.1 | v4.1.7 | v4.2.0
GitHub Actions | v4.1.2 | v4.1.2 | v4.1.3
GitHub Actions | main | v4 v5.0.0 |
crates.io | 1.2.3 | 1.2.3 1.9.0 | 2.0.0 1.2.2 1.3.0-rc.1
crates.io | 0.2 | 0.2.9 | 0.3.0
crates.io | =1.2.3 | 1.2.3 | 1.2.4
crates.io | ~1.2 | 1.2.9 | 1.3.0
crates.io | 1.* | 1.9.0 | 2.0.0
crates.io | * | 0.1.0 9.0.0 | 1.0.0-rc.1
crates.io | >=1.2, <1.5 | 1.2.0 1.4.9 | 1.5.0 1.1.0
PyPI | >=1.0,<2.0 | 1.0 1.9.post1 1.0+cpu | 0.9 2.0 2.0rc1 1.5a1 legacy-thing
PyPI | >=1.0rc1 | 1.0rc1 1.1b2 2.0 | 1.0b9
PyPI | ==1.0 | 1.0.0 1.0+cpu | 1.0.post1 1.0.1 1.0rc1
PyPI | ==1.0+cpu | 1.0+cpu | 1.0 1.0+gpu
PyPI | ==1.2.* | 1.2 1.2.9 1.2.post3 | 1.3 1.20 1.2rc1
PyPI | !=1.5 | 1.4 1.6 1.5.1 | 1.5 1.5.0 1.6rc1
PyPI | !=1.5.*,>=1 | 1.4 1.6 | 1.5.3 0.9
PyPI | ~=1.4.5 | 1.4.5 1.4.9 | 1.5 1.4.4
PyPI | ~=1.4 | 1.4 1.9 | 2.0
PyPI | >1.7 | 1.8 1.7.1 | 1.7 1.7.post1 1.7+local
PyPI | ===1.0-CUSTOM | 1.0-custom | 1.0
PyPI | (>=1,<2) | 1.5 | 2.0
PyPI | 1!1.0 | 1!1.0 | 1.0
PyPI | ^1.2.3 | 1.2.3 1.9 | 2.0 1.2.2 2.0a1
PyPI | ^0.3 | 0.3.9 | 0.4
PyPI | ~1.2 | 1.2.9 | 1.3
PyPI | ^1.0 \\|\\| ^3.0 | 1.5 3.5 | 2.0
PyPI | 1.2.3 | 1.2.3 | 1.2.4
PyPI | * | 1.0 | 1.0rc1
PyPI |  | 1.0 |
RubyGems | ~> 1.2.3 | 1.2.3 1.2.9 | 1.3.0 1.2.2 1.3.0.beta
RubyGems | ~> 1.2 | 1.2 1.9 | 2.0 2.0.a
RubyGems | ~> 1 | 1.0 1.9 | 2.0
RubyGems | ~> 1.2, >= 1.2.5, != 1.3 | 1.2.5 1.4 | 1.2.4 1.3 1.3.0 2.0
RubyGems | >= 1.0.a | 1.0.a 1.0.rc1 2.0 | 0.9
RubyGems | >= 0 | 1.0 | 1.0.rc1
RubyGems | 1.5 | 1.5.0 | 1.5.1
RubyGems | (>= 1.0) | 1.0 | 0.9
CocoaPods | ~> 5.4 | 5.9 | 6.0
Packagist | ^1.2.3 | 1.2.3 v1.9.0 | 2.0.0 1.2.2 1.3.0-beta1 2.0.0-dev
Packagist | ^0.3 | 0.3.9 | 0.4.0
Packagist | ~1.2 | 1.9.0 | 2.0.0
Packagist | ~1.2.3 | 1.2.9 | 1.3.0
Packagist | 1.0.* | 1.0.9 | 1.1.0
Packagist | >=1.0 <1.1 \\|\\| >=1.2 | 1.0.5 1.2.0 2.0 | 1.1.0
Packagist | ^5.0\\|^6.0 | 5.5.0 6.1.0 | 7.0.0
Packagist | 1.0 - 2.0 | 1.0.0 2.0.9 | 2.1.0
Packagist | 1.0.0 - 2.1.0 | 2.1.0 | 2.1.1
Packagist | >=1.0,!=1.5.0 | 1.4 1.6 | 1.5 1.5.0.0
Packagist | ^1.0@beta | 1.0.0-beta1 1.2.0-RC1 1.5.0 | 2.0.0-beta1
Packagist | dev-main | dev-main | dev-other 1.0.0
Packagist | dev-main#0123456 as 1.0.x-dev | dev-main | 1.0.0
Packagist | 2.x-dev | 2.x-dev | 2.0.0
Packagist | * | 1.0 | 1.0-beta
Maven | [1.0,2.0) | 1.0 1.9 2.0-SNAPSHOT | 2.0 0.9
Maven | (,1.0] | 0.1 1.0.0 | 1.0.1
Maven | [1.5] | 1.5 1.5.0.Final | 1.5.1
Maven | (,1.0],[1.2,) | 0.9 1.2 9 | 1.1
Maven | 2.14.1 | 2.14.1 | 2.14.0 2.15
Maven | 1.2.+ | 1.2 1.2.9 | 1.3 1.1.9 1.3-beta
Maven | ]1.0,2.0[ | 1.5 | 1.0 2.0
Maven | latest.release | 1.0 |
NuGet | 1.0 | 1.0.0 2.0.0 | 0.9.0 1.0.0-beta
NuGet | [1.0.0, ) | 1.0.0 9.0.0 | 0.9.9
NuGet | [1.0,2.0) | 1.5 | 2.0 0.9
NuGet | (1.0,) | 1.0.1 | 1.0.0
NuGet | [13.0.1] | 13.0.1 | 13.0.2
NuGet | 1.* | 1.0 1.9.9 | 2.0 1.5-beta
NuGet | 1.2.* | 1.2.7 | 1.3.0
NuGet | 1.*-* | 1.5-beta 1.0-alpha | 2.0
NuGet | 1.2.3-* | 1.2.3-alpha 1.2.3 | 1.2.4
NuGet | * | 1.0 | 1.0-beta
Hex | ~> 1.2 | 1.2.0 1.9.0 | 2.0.0 1.1.0 1.5.0-rc.1
Hex | ~> 1.2.3 | 1.2.9 | 1.3.0
Hex | ~> 2.0-rc or ~> 2.0.0-rc.1 | 2.0.0-rc.1 2.0.5 | 2.0.0-beta
Hex | >= 1.0.0 and < 1.5.0 and != 1.3.0 | 1.2.0 1.4.9 | 1.3.0 1.5.0
Hex | ~> 0.4 or ~> 1.0 | 0.4.1 1.2.0 | 0.3.0 2.0.0
Hex | == 1.0.0 | 1.0.0 | 1.0.1
Terraform | ~> 3.0, != 3.5.0 | 3.1.0 | 3.5.0 4.0.0
Terraform | >= 2.0, < 3.0 | 2.9.9 | 3.0.0
Pub | ^1.2.3 | 1.2.3 1.9.0 1.3.0-dev | 2.0.0 2.0.0-dev 1.2.2
Pub | >=1.0.0 <2.0.0 | 1.0.0 1.5.0-dev | 2.0.0 2.0.0-dev
Pub | >=2.0.0-dev <2.0.0 | 2.0.0-dev 2.0.0-rc | 2.0.0
Pub | any | 1.0.0 |
Pub | 1.2.3+1 | 1.2.3+1 | 1.2.3 1.2.3+2
Go | v1.2.3 | v1.2.3 1.2.3 | v1.2.4
Go | v0.0.0-20200101000000-aaaaaaaaaaaa | v0.0.0-20200101000000-aaaaaaaaaaaa | v0.0.0
Hackage | >=1.2 && <1.3 | 1.2 1.2.9 | 1.3 1.1
Hackage | ^>=1.2.3 | 1.2.3 1.2.9 | 1.3 1.2.2
Hackage | ^>= 4 | 4.0.9 4 | 4.1
Hackage | ==1.2.* | 1.2 1.2.5 | 1.3
Hackage | (>=1 && <2) \\|\\| ==3.* | 1.5 3.1 | 2.0 4
Hackage | ==1.* && (<1.4 \\|\\| >1.6) | 1.3 1.7 | 1.5
Hackage | == {1.0, 1.2} | 1.0 1.2 | 1.1
Hackage | -any | 1 |
Hackage | -none | | 1
CRAN | (>= 3.5) | 3.5 3.5.0 4.0 | 3.4.9
CRAN | >= 1.0, < 2.0 | 1.5 | 2.0
SwiftURL | 5.4.0 | 5.4.0 | 5.4.1
SwiftURL | ^1.2.0 | 1.9.0 | 2.0.0
ConanCenter | [>=1.2 <2] | 1.2 1.9 | 2.0
ConanCenter | [~1.2] | 1.2.9 | 1.3
ConanCenter | 1.1.1 | 1.1.1 | 1.1.2
conda | >=1.2,<2 | 1.2 1.9 | 2.0
conda | =1.2 | 1.2 1.2.7 | 1.3
conda | 1.2.* | 1.2.7 | 1.3
conda | ==1.2.3 | 1.2.3 | 1.2.4
conda | 1.2.3=py39_0 | 1.2.3 | 1.2.4
conda | 1.2\\|>=2.0 | 1.2 2.5 | 1.5
conda | !=1.3.*,>=1 | 1.2 1.4 | 1.3.5
Debian:12 | >= 1.2-3 | 1.2-3 1.3 | 1.2-2 1.2-3~bpo1
Debian:12 | << 2.0 | 1.9 | 2.0
""".strip()


def rows() -> list[tuple[str, str, list[str], list[str]]]:
    out = []
    for line in CASES.splitlines():
        cells = [cell.strip() for cell in line.replace("\\|", "\x00").split("|")]
        ecosystem, wanted, admitted, refused = (cell.replace("\x00", "|") for cell in cells)
        out.append((ecosystem, wanted, admitted.split(), refused.split()))
    return out


@pytest.mark.parametrize(("ecosystem", "wanted", "admitted", "refused"), rows())
def test_admits(ecosystem: str, wanted: str, admitted: list[str], refused: list[str]) -> None:
    found = constraint(ecosystem, wanted)
    assert [version for version in admitted if not found.admits(version)] == []
    assert [version for version in refused if found.admits(version)] == []
    assert all(found.overlaps(version, True, version, True) for version in admitted)


def test_every_syntax_has_a_case() -> None:
    tried = {ecosystem for ecosystem, _, _, _ in rows()}
    assert [function for function, ecosystems in SYNTAXES.items() if not tried & set(ecosystems)] == []


@pytest.mark.parametrize(
    ("ecosystem", "wanted"),
    [
        ("npm", "workspace:^1.0.0"),
        ("npm", "file:../other"),
        ("npm", "github:user/repository#semver:^1.0"),
        ("npm", "git+ssh://git@github.com/a/b.git"),
        ("npm", ">=1.0.0 oops"),
        ("npm", "^~1.0"),
        ("npm", "||".join("1" * 101)),
        ("npm", "1" * 2_001),
        ("crates.io", "1.2 || 3"),
        ("PyPI", ">=banana"),
        ("PyPI", "~=1"),
        ("PyPI", ">=1.*"),
        ("PyPI", "==1.0rc1.*"),
        ("RubyGems", "~> x"),
        ("Packagist", "self.version"),
        ("Packagist", "^banana"),
        ("Maven", "[1.0,2.0"),
        ("Maven", "(1.0)"),
        ("Maven", "${project.version}"),
        ("NuGet", "$(Version)"),
        ("NuGet", "1.*.2"),
        ("Hex", "~> banana"),
        ("Pub", "banana"),
        ("Go", "master"),
        ("Hackage", ">=1 &&"),
        ("Hackage", "((>=1)"),
        ("Hackage", "(" * 900 + ">=1"),
        ("Hackage", "&&".join(["(==1 || ==2)"] * 20)),
        ("CRAN", "about 3"),
        ("conda", "1.*.3"),
    ],
)
def test_what_is_not_understood_is_said(ecosystem: str, wanted: str) -> None:
    with pytest.raises(InputError):
        constraint(ecosystem, wanted)


def test_without_an_order_nothing_is_understood() -> None:
    with pytest.raises(UncomparableError):
        constraint("Unheard of", ">=1")


@pytest.mark.parametrize(
    ("ecosystem", "wanted", "bounds", "answer"),
    [
        ("npm", "^1.2.0", (None, False, "1.2.0", False), False),
        ("npm", "^1.2.0", (None, False, "1.2.0", True), True),
        ("npm", "^1.2.0", ("2.0.0-alpha", True, "2.0.0", False), False),
        ("npm", "^1.2.0", ("1.9.0", True, None, False), True),
        ("npm", "^1.2.0 || ^3.0.0", ("2.0.0", True, "3.0.0", False), False),
        ("npm", ">=2.0.0 <1.0.0", (None, False, None, False), False),
        ("npm", "*", (None, False, None, False), True),
        ("PyPI", "<2.0", ("2.0rc1", True, "2.0", False), False),
        ("PyPI", "!=1.5", ("1.5", True, "1.5", True), False),
        ("PyPI", "!=1.5,!=1.6,!=1.7", ("1.6", False, "1.7", False), True),
        ("PyPI", "==1.0", ("1.0+cpu", True, "1.0+cpu", True), True),
        ("Packagist", "^2.0", (None, False, "2.0.0", False), False),
        ("Packagist", "^2.0@beta", (None, False, "2.0.0", False), True),
        ("RubyGems", "~> 1.2", ("2.0.0.rc1", True, "2.0.0", False), False),
        ("Maven", "1.0", ("1.0", False, None, False), False),
        ("NuGet", "1.0", ("3.0", True, None, False), True),
        ("Pub", "^1.0.0", ("2.0.0-dev", True, None, False), False),
    ],
)
def test_overlaps(ecosystem: str, wanted: str, bounds: tuple[str | None, bool, str | None, bool], answer: bool) -> None:
    assert constraint(ecosystem, wanted).overlaps(*bounds) is answer


def test_a_constraint_is_a_value() -> None:
    wanted = constraint("npm", "^1.2")
    assert {wanted: 1}[Constraint("npm", "^1.2", wanted.alternatives, wanted.rule)] == 1
    assert wanted != constraint("npm", "^1.3")


ECOSYSTEMS = [*(ecosystems[0] for ecosystems in SYNTAXES.values()), "CRAN", "Debian:12"]
PIECES = st.sampled_from(
    [
        *"0 1 2 10 . .* x * - ^ ~ ~> >= <= > < = == === != || | , && and or any ( ) [ ] { } @beta dev-main".split(),
        *"alpha rc1 -1 as # npm: ${ + ! ² é v".split(),
        *(" ", "1.2.3", "\x00", "9" * 400),
    ]
)
TEXTS = st.lists(PIECES, max_size=10).map("".join) | st.text(max_size=15)


@pytest.mark.parametrize("ecosystem", ECOSYSTEMS)
@settings(max_examples=60, deadline=None)
@given(text=TEXTS, version=TEXTS)
def test_any_text_is_understood_or_refused(ecosystem: str, text: str, version: str) -> None:
    try:
        found = constraint(ecosystem, text)
    except InputError:
        return
    if found.admits(version):
        assert found.overlaps(version, True, version, True)
    assert isinstance(found.overlaps("1", True, "2", False), bool)


@pytest.mark.parametrize("ecosystem", ECOSYSTEMS)
@pytest.mark.parametrize(
    "text", [" " * 1_999 + "x", "1" * 1_999 + "!", ">=1," * 499, "1." * 999, "(" * 1_999, "!=1," * 90]
)
def test_hostile_text_is_cheap(ecosystem: str, text: str) -> None:
    with contextlib.suppress(InputError):
        constraint(ecosystem, text).admits("1.0.0")


NUMBER = st.integers(0, 3).map(str)
RELEASES = st.lists(NUMBER, min_size=1, max_size=3).map(".".join)
PYTHON_VERSIONS = st.tuples(
    st.sampled_from(["", "", "", "1!"]),
    RELEASES,
    st.sampled_from(["", "", "a1", "b2", "rc1", "-ALPHA.2"]),
    st.sampled_from(["", "", "", ".post1", "-2"]),
    st.sampled_from(["", "", "", ".dev0", ".dev3"]),
).map("".join)
LOCAL_VERSIONS = st.tuples(PYTHON_VERSIONS, st.sampled_from(["", "", "+abc.1", "+abc", "+1"])).map("".join)
CLAUSES = (
    st.tuples(st.sampled_from([">=", "<=", "==", "!=", "<", ">", "~="]), PYTHON_VERSIONS).map("".join)
    | st.tuples(st.sampled_from(["==", "!="]), RELEASES, st.just(".*")).map("".join)
    | st.tuples(st.sampled_from(["==", "!="]), LOCAL_VERSIONS).map("".join)
)


@settings(max_examples=200, deadline=None)
@given(a=LOCAL_VERSIONS, b=LOCAL_VERSIONS)
def test_python_versions_sort_as_packaging_sorts_them(a: str, b: str) -> None:
    left, right = Version(a), Version(b)
    assert compare("PyPI", a, b) == (left > right) - (left < right)


@settings(max_examples=200, deadline=None)
@given(text=TEXTS | LOCAL_VERSIONS)
def test_python_versions_are_those_of_packaging(text: str) -> None:
    pep440 = scheme("PyPI")
    assert pep440 is not None
    try:
        Version(text)
    except InvalidVersion:
        assert not pep440.orders(text)
    else:
        assert pep440.orders(text)


@settings(max_examples=300, deadline=None)
@given(parts=st.lists(CLAUSES, min_size=1, max_size=3), version=LOCAL_VERSIONS)
def test_python_specifiers_admit_what_packaging_admits(parts: list[str], version: str) -> None:
    text = ",".join(parts)
    try:
        theirs = SpecifierSet(text)
    except InvalidSpecifier:
        with pytest.raises(InputError):
            constraint("PyPI", text)
        return
    ours = constraint("PyPI", text)
    # packaging alone lets a single candidate pass as the last resort; an installer has others.
    assert ours.admits(version) == theirs.contains(version, prereleases=bool(theirs.prereleases))
    if ours.admits(version):
        assert ours.overlaps(version, True, version, True)
