"""Each scheme against versions in ascending order: one version a line, in as many spellings as stand there."""

from __future__ import annotations

import itertools
import subprocess
import sys
from importlib.util import find_spec

import pytest

from scanner.errors import InputError
from scanner.versions import SCHEMES, UncomparableError, compare, equal, scheme

ASCENDING: dict[str, str] = {
    "npm": """
        latest
        0.0.0-0
        0.0.0
        0.9.9
        1.0.0-1
        1.0.0-1.1
        1.0.0-2
        1.0.0-10
        1.0.0--
        1.0.0-RC
        1.0.0-alpha
        1.0.0-alpha.1
        1.0.0-alpha.beta
        1.0.0-beta
        1.0.0-beta.2
        1.0.0-beta.11  v1.0.0-beta.11+build
        1.0.0-rc.1
        1.0.0rc1  1.0.0-rc1  1.0.0.rc1
        1.0.0  v1.0.0  =1.0.0  1  1.0  1.0.0+20130313144700  1.0.0+21AF26D3  01.00.000
        1.0.0.1
        1.0.0.2
        1.0.0.10
        1.0.1
        1.2.0
        1.10.0
        2.0.0
        10.0.0
        99999999999999999999999.0.0
        100000000000000000000000.0.0
    """,
    "Go": """
        v0.0.0-20190101000000-aaaaaaaaaaaa
        v0.0.0-20200101000000-000000000000
        v0.0.0
        v1.2.3-pre.0.20200101000000-aaaaaaaaaaaa
        v1.2.3  1.2.3  v1.2.3+incompatible
        v1.2.4-0.20200101000000-aaaaaaaaaaaa
        1.20.0-rc.1  go1.20rc1
        1.20.0-rc.2  go1.20rc2
        1.20.0  go1.20
        go1.20.14  1.20.14  go1.20.14-fips
        go1.21.0
    """,
    "GitHub Actions": """
        11bd71901bbe5b1630ceea73d27597364c9af683
        main
        v3.6.0
        v4  v4.0  4.0.0
        v4.0.1
        v4.1
        v10
    """,
    "Pub": """
        1.0.0-alpha
        1.0.0-alpha+1
        1.0.0-rc.1
        1.0.0
        1.0.0+1
        1.0.0+1.5
        1.0.0+2
        1.0.0+10
        1.0.0+build
        1.0.1
    """,
    "NuGet": """
        1.0.0-alpha  1.0-ALPHA  1.0.0-Alpha+x
        1.0.0-beta.2
        1.0.0-BETA.10
        1.0.0-rc
        1.0.0  1  1.0  1.0.0.0  1.0.0+meta
        1.0.0.1-pre
        1.0.0.1
        1.0.1
        1.0.10
    """,
    "PyPI": """
        1.0-foo
        2004d
        2011k
        0.0.dev1
        0
        1.dev0  1.0.0.dev
        1.0.dev456
        1.0a1.dev1
        1.0a1  1.0.0-alpha.1  1.0_ALPHA1  1A1
        1.0a2.dev456
        1.0a12.dev456
        1.0a12
        1.0b1.dev456
        1.0b2  1.0beta2
        1.0b2.post345.dev456
        1.0b2.post345  1.0b2-345
        1.0rc1.dev456
        1.0rc1  1.0c1  1.0pre1  1.0.preview.1
        1.0rc2
        1.0  1  v1.0  1.0.0  0!1  01.0
        1.0+abc.5
        1.0+abc.7  1.0+ABC-7  1.0+abc_7
        1.0+5
        1.0.post456.dev34
        1.0.post456  1.0-456  1.0rev456  1.0.r456
        1.0.15
        1.1.dev1
        2016.11.1
        1!0.1
        2!0
    """,
    "Maven": """
        1-alpha
        1-alpha-1  1-a1  1alpha1  1.0.0-ALPHA1  1.a1
        1-alpha-2
        1-alpha-10
        1-alpha.1  1.alpha.1-0
        1-beta
        1-milestone-1  1-m1  1.M1
        1-rc  1-cr  1.0.RC  1-CR-0
        1-rc-1
        1-SNAPSHOT  1.0.snapshot
        1  1.0  1.0.0  1-0  1-ga  1.Final  1.0.RELEASE  1-final-0
        1-sp
        1-sp-1
        1-abc
        1-android
        1-jre
        1-xyz
        1-1-snapshot
        1-1
        1-1-abc
        1-2
        1-123
        1.1-alpha
        1.1
        1.2
        1.10
        1.99999999999999999999
        2-alpha
        2
        2.0.1
    """,
    "RubyGems": """
        master
        1.a
        1.0.0.a.1  1.0.a.1  1.a.1.0
        1.0.0.beta
        1.0.0.beta.2
        1.0.0.beta.10
        1.0.0-1  1.0.0.pre.1
        1.0.0.pre2
        1.0.0.rc1
        1.0.0  1  1.0  1.0.0.0
        1.0.0.0.1
        1.0.1.a
        1.0.1
        1.0.10
        1.1.z
        1.1
    """,
    "Packagist": """
        dev-main
        dev-main-fix
        1.0.0-dev  1.0-dev
        1.0.0-alpha1  v1.0.0a1  1.0.0-ALPHA.1
        1.0.0-alpha2
        1.0.0-beta1-dev
        1.0.0-beta1  1.0b1
        1.0.0-beta2
        1.0.0-RC1  1.0-rc1
        1.0.0  v1.0.0  1.0  1  1.0.0.0  1.0.0-stable  1.0.0+abc
        1.0.0-patch1  1.0.0-p1  1.0-pl1
        1.0.0.1
        1.0.1
        1.0.x-dev
        1.1.0
        1.x-dev
        2.0.0-dev
        2.0.0
        2010.01.02  2010-01-02
        20100101
    """,
    "Debian:12": """
        ~~
        ~~a
        ~
        0  0-0  0:0
        0a
        0+
        0.1~rc1-1
        0.1
        0.1-1~bpo1
        0.1-1
        0.1-1+b1
        0.1-1.1
        0.1.1-1
        1.0~~
        1.0~~a
        1.0~
        1.0  1.0-0  1.00
        1.0a
        1.0+b
        1.0-1-1
        1.2.3
        1.10
        1:0.1
        2:0
        10:0
    """,
    "Alpine:v3.18": """
        unknown
        0.1
        1.01
        1.05
        1.5_alpha
        1.5_alpha2
        1.5_beta
        1.5_pre1
        1.5_pre2
        1.5_rc
        1.5_rc2-r1
        1.5
        1.5-r0
        1.5-r1
        1.5-r10
        1.5~abcdef
        1.5_cvs
        1.5_svn
        1.5_git20200101
        1.5_git20200102
        1.5_hg
        1.5_p1-r0
        1.5_p2
        1.5a
        1.5b_rc1
        1.5b
        1.5.0
        1.5.1
        1.10
        2
        006_1  6_1
    """,
    "Red Hat:enterprise_linux:9": """
        1.0~
        1.0~alpha-1
        1.0~beta
        1.0  1_0  0:1.0  1.0.  01.00
        1.0-0.1.rc1.el9
        1.0-1.el9
        1.0-1.el9_2
        1.0-1.el10
        1.0^
        1.0^20200101
        1.0^20200101.git
        1.0.a
        1.0.b
        1.0.0
        1.0.1
        1.10
        1:0.1
        2:0
    """,
    "CRAN": """
        trunk
        0.9
        1.0
        1.0.0  1.0-0
        1.0.0.1
        1.0-1
        1.2.3
        1.2-10
        2
        10
    """,
    "Hackage": """
        0.1
        1
        1.0
        1.0.0.0
        1.0.1
        1.10
    """,
    "opam": """
        ~
        0.1~beta
        0.1
        0.1-1
        0.1-1.1
        0.1+ocaml5
        0.1+ocaml5-1
        0.1.1  0.1.1-0
        v0.9.1
        v0.14
        v0.14.0
    """,
}


def classes(ecosystem: str) -> list[list[str]]:
    return [line.split("  ") for line in map(str.strip, ASCENDING[ecosystem].splitlines()) if line]


@pytest.mark.parametrize("ecosystem", ASCENDING)
def test_row_is_ascending(ecosystem: str) -> None:
    rows = classes(ecosystem)
    wrong = [
        f"{a} against {b}: {compare(ecosystem, a, b)}"
        for (i, left), (j, right) in itertools.product(enumerate(rows), repeat=2)
        for a, b in itertools.product(left, right)
        if compare(ecosystem, a, b) != (i > j) - (i < j)
    ]
    assert not wrong


def test_every_scheme_has_a_row() -> None:
    assert {found.name for found in map(scheme, ASCENDING) if found} == set(SCHEMES)


def test_every_scheme_is_a_module() -> None:
    assert all(find_spec(f"scanner.versions.{module}") for module in SCHEMES)


@pytest.mark.parametrize(
    ("ecosystem", "a", "b", "same"),
    [
        ("PyPI", "1.0", "1.0.0", True),
        ("npm", "v1.0.0", "1.0.0", True),
        ("CRAN", "1.0", "1.0.0", False),
        ("Packagist:https://packages.example", "v1.0", "1.0.0.0", True),
        ("npm", "main", "main", True),
        ("npm", "main", "Main", False),
        ("no such ecosystem", "1.0", "1.0", True),
        ("no such ecosystem", "1.0", "1.0.0", False),
    ],
)
def test_equality(ecosystem: str, a: str, b: str, same: bool) -> None:
    assert equal(ecosystem, a, b) is same


def test_an_ecosystem_without_an_order_says_so() -> None:
    assert scheme("OSS-Fuzz") is None
    with pytest.raises(UncomparableError) as caught:
        compare("OSS-Fuzz", "1", "2")
    assert isinstance(caught.value, InputError)


def test_branches_and_commits_are_no_versions() -> None:
    actions = scheme("GitHub Actions")
    assert actions
    assert actions.orders("v4")
    assert not actions.orders("main")
    assert not actions.orders("11bd71901bbe5b1630ceea73d27597364c9af683")


def test_only_the_scheme_asked_for_is_imported() -> None:
    program = (
        "import sys; from scanner import versions; versions.compare('npm', '1.0.0', '1.0.1');"
        "print(*sorted(name for name in sys.modules if name.startswith(('scanner.versions.', 'packaging'))))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["scanner.versions.scheme", "scanner.versions.semver"]
