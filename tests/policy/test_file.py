"""pratique.toml: everything that is accepted, everything that is refused and at which line, and any bytes at all."""

from __future__ import annotations

import json
import tomllib
from datetime import date, timedelta
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.model.finding import FindingClass
from scanner.policy import file, gate, globs
from scanner.policy.lines import Lines
from scanner.policy.rules import Policy
from tests.conftest import ROOT

TODAY = date(2026, 11, 30)
SCHEMA = json.loads((ROOT / "docs/schemas/pratique-policy-1.schema.json").read_text(encoding="utf-8"))

FULL = """\
# everything at once
[gate]
compromise = "near-miss"
vulnerability = "critical"
hygiene = "high"
known-exploited = true

[feeds]
max-age-days = 3
needed = ["osv/npm", "kev"]

[registries]
npm = ["https://npm.corp.invalid/repository/all/"]
internal = ["@corp/*", "pkg:pypi/corp-*"]

[code]
vendored = ["libs/external", "apps/*/thirdparty"]
autorun = [".vscode/tasks.json"]

[[suppress]]
advisory = "CVE-2026-0001"
package = "pkg:npm/leaky"
reason = "the header is cut at the proxy"
expires = 2027-02-01
by = "alice"

[[suppress]]
finding = "c614a3f0996a69bc1d91"
reason = "an inert copy"
expires = "2026-12-31"

[[suppress]]
package = "pkg:npm/%40corp/tool@1.0.0"
class = "compromise"
reason = "a false report"
expires = 2026-12-01

[[section]]
path = "apps/web"
gate = { vulnerability = "low" }

[[section.suppress]]
path = "apps/web/tests/**"
class = "vulnerability"
reason = "fixtures"
expires = 2027-01-01
"""

RULE = '[[suppress]]\nreason = "r"\nexpires = 2027-01-01\n'


def read(text: str, where: str = "pratique.toml") -> Policy:
    policy = file.parse(text.encode(), where=where, today=TODAY)
    assert policy is not None
    return policy


def fits_the_schema(text: str) -> bool:
    # Editors hand a date to the schema as text.
    document = json.loads(json.dumps(tomllib.loads(text), default=str))
    return jsonschema_rs.validator_for(SCHEMA, validate_formats=True).is_valid(document)


def test_everything_that_may_be_said() -> None:
    policy = read(FULL)
    assert fits_the_schema(FULL)
    assert policy.gate.classes[FindingClass.COMPROMISE] == "near-miss"
    assert policy.gate.known_exploited
    assert (policy.max_age, policy.needed) == (3, ("osv/npm", "kev"))
    assert policy.registries["npm"] == ("https://npm.corp.invalid/repository/all/",)
    assert policy.internal == ("@corp/*", "pkg:pypi/corp-*")
    assert (policy.vendored[1], policy.autorun) == ("apps/*/thirdparty", (".vscode/tasks.json",))
    assert [rule.where for rule in policy.rules] == [
        "pratique.toml:20", "pratique.toml:27", "pratique.toml:32", "pratique.toml:42",
    ]  # fmt: skip
    assert policy.rules[0].means == "advisory CVE-2026-0001, package pkg:npm/leaky"
    assert policy.rules[1].expires == date(2026, 12, 31)


def test_in_pyproject() -> None:
    text = '[project]\nname = "x"\n\n[tool.pratique.gate]\nintegrity = "low"\n'
    assert read(text, "sub/pyproject.toml").gate.classes == {FindingClass.INTEGRITY: "low"}
    assert file.parse(b'[project]\nname = "x"\n', where="pyproject.toml", today=TODAY) is None
    with pytest.raises(UsageError, match=r"pyproject\.toml:5: unknown key 'gaet'"):
        read('[project]\nname = "x"\n\n[tool.pratique]\ngaet = 1\n', "pyproject.toml")


REFUSED = [
    # text, line, what it says, whether an editor with the schema shows it too
    ("x = 1\n", 1, "unknown key 'x'", True),
    ("[gate]\n\ncompromised = 'certain'\n", 3, "unknown key 'compromised'", True),
    ("[gate]\ncompromise = 'high'\n", 2, "compromise: 'high' is no level of it", True),
    ("[gate]\nvulnerability = 'never'\n", 2, "vulnerability: 'never' is no level of it", True),
    ("[gate]\nvulnerability = 3\n", 2, "vulnerability: 3 is no level of it", True),
    ("[gate]\nvulnerability = ['low']\n", 2, "vulnerability: ['low'] is no level of it", True),
    ("[gate]\nknown-exploited = 'yes'\n", 2, "known-exploited must be true or false", True),
    ("gate = 1\n", 1, "gate must be a table", True),
    ("[feeds]\nmax-age-days = 0\n", 2, "max-age-days must be a number of days", True),
    ("[feeds]\nmax-age-days = true\n", 2, "max-age-days must be a number of days", True),
    ("[feeds]\nmax-age-days = nan\n", 2, "max-age-days must be a number of days", True),
    ("[feeds]\nneeded = 'osv/npm'\n", 2, "needed must be a list of strings", True),
    ("[feeds]\nneeded = [\n 'osv/npm',\n 'osv npm',\n]\n", 4, "no name of a feed", True),
    ("[registries]\nrubygems = []\n", 2, "unknown key 'rubygems'", True),
    ("[registries]\nnpm = ['npm.corp.invalid']\n", 2, "no address of a registry", True),
    ("[registries]\nnpm = ['https://me:secret@npm.corp.invalid/']\n", 2, "without a user name", True),
    ("[registries]\ninternal = ['@corp/*', '*']\n", 2, "it means every package", True),
    ("[registries]\ninternal = ['pkg:npm/*']\n", 2, "it means every package", False),
    ("[code]\nvendored = ['**']\n", 2, "it means everything", True),
    ("[code]\nautorun = ['/etc/x']\n", 2, "without a / before it", True),
    ("[code]\nautorun = ['../x']\n", 2, "no . and no ..", True),
    ("[code]\nautorun = [1]\n", 2, "must be a string", True),
    ("suppress = 1\n", 1, "suppress must be written [[suppress]]", True),
    (f"{RULE}", 1, "a suppression of everything", True),
    (f"{RULE}class = 'vulnerability'\n", 1, "a suppression of everything", True),
    ("[[suppress]]\nadvisory = 'CVE-1'\nexpires = 2027-01-01\n", 1, "a suppression without a reason", True),
    ("[[suppress]]\nadvisory = 'CVE-1'\nexpires = 2027-01-01\nreason = ' '\n", 4, "reason must be text", True),
    ("\n\n[[suppress]]\nadvisory = 'CVE-1'\nreason = 'r'\n", 3, "a suppression without an end", True),
    ("[[suppress]]\nadvisory = 'CVE-1'\nreason = 'r'\nexpires = 2027-12-02\n", 4, "more than a year ahead", False),
    ("[[suppress]]\nadvisory = 'CVE-1'\nreason = 'r'\nexpires = 'soon'\n", 4, "expires must be a day", True),
    ("[[suppress]]\nadvisory = 'CVE-1'\nreason = 'r'\nexpires = 2027-01-01T00:00:00Z\n", 4, "must be a day", True),
    (f"{RULE}path = '*'\n", 4, "it means everything", True),
    (f"{RULE}path = '**/*'\n", 4, "it means everything", True),
    (f"{RULE}path = '*/**'\nadvisory = 'CVE-1'\n", 4, "it means everything", True),
    (f"{RULE}package = 'pkg:npm/*'\n", 4, "without a wildcard", True),
    (f"{RULE}package = 'left-pad'\n", 4, "package: not a purl", True),
    (f"{RULE}advisory = 'CVE-*'\n", 4, "is no id", True),
    (f"{RULE}finding = '*'\n", 4, "is no id", True),
    (f"{RULE}advisory = 'CVE-1'\nclass = 'malware'\n", 5, "no findings are of class 'malware'", True),
    (f"{RULE}advisory = 'CVE-1'\nuntil = 2027-01-01\n", 5, "unknown key 'until'", True),
    (f"{RULE}path = 'tests'\nclass = 'compromise'\n", 1, "suppressed by its id, or by one package", True),
    (f"{RULE}package = 'pkg:npm/x'\nclass = 'integrity'\n", 1, "suppressed by its id, or by one package", True),
    (f"{RULE}advisory = 'MAL-1'\nclass = 'compromise'\n", 1, "suppressed by its id, or by one package", True),
    ("[[section]]\ngate = {}\n", 1, "a section without a path", True),
    ("[[section]]\npath = '**'\n", 2, "it means everything", True),
    ("[[section]]\npath = 'a'\n[[section.suppress]]\npath = 'a/b'\n", 3, "a suppression without a", True),
    ("[[section]]\npath = 'a'\nregistries = {}\n", 3, "unknown key 'registries'", True),
]


@pytest.mark.parametrize(("text", "number", "says", "in_schema"), REFUSED)
def test_what_is_refused_and_at_which_line(text: str, number: int, says: str, in_schema: bool) -> None:
    with pytest.raises(UsageError) as raised:
        read(text)
    assert says in raised.value.what
    assert raised.value.where == f"pratique.toml:{number}"
    assert fits_the_schema(text) is not in_schema


def test_the_example_of_the_guide_is_one() -> None:
    guide = (ROOT / "docs/policy.md").read_text(encoding="utf-8")
    text = guide.partition("```toml\n")[2].partition("```")[0]
    assert len(read(text).rules) == 2
    assert fits_the_schema(text)


def test_broken_toml_is_led_to_its_line() -> None:
    with pytest.raises(UsageError, match=r"pratique.toml:2: not TOML"):
        read("[gate]\ncompromise\n")
    with pytest.raises(UsageError, match="not text"):
        file.parse(b"\xff\xfe\xfd", where="pratique.toml", today=TODAY)
    with pytest.raises(UsageError, match="at most 1048576"):
        file.parse(b"#" * (file.MOST_BYTES + 1), where="pratique.toml", today=TODAY)


def test_every_mistake_is_told_at_once() -> None:
    _, problems = file.read(b"[gate]\nx = 1\ny = 2\n[code]\nz = 3\n", where="p.toml", today=TODAY)
    assert [problem.line for problem in problems] == [2, 3, 5]


def test_a_year_is_counted_from_today() -> None:
    text = f"{RULE}advisory = 'CVE-1'\n"
    assert file.parse(text.encode(), where="p.toml", today=date(2026, 1, 1)) is not None
    with pytest.raises(UsageError, match="more than a year ahead"):
        file.parse(text.encode(), where="p.toml", today=date(2025, 12, 30))
    # What has ended is no mistake: it is told by the scan.
    assert file.parse(text.encode(), where="p.toml", today=date(2030, 1, 1)) is not None


@settings(max_examples=300, deadline=timedelta(seconds=5))
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_are_a_policy_or_a_refusal(data: bytes) -> None:
    policy, problems = file.read(data, where="pratique.toml", today=TODAY)
    assert policy is not None or problems
    assert all(problem.where == "pratique.toml" and problem.what for problem in problems)
    if problems:
        with pytest.raises(UsageError):
            file.parse(data, where="pratique.toml", today=TODAY)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    text = FULL
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(text)))
        end = min(len(text), begin + draw(st.integers(0, 12)))
        put = draw(
            st.sampled_from(['"', "'", "[", "]", "{", "}", "=", "\n", "#", "1", '"""', "'''", ",", "*", "x.y", ""])
        )
        text = text[:begin] + put + text[end:]
    return text


@settings(max_examples=300, deadline=timedelta(seconds=5))
@given(mutated())
def test_a_spoilt_policy_is_read_or_refused_at_a_line_of_it(text: str) -> None:
    _, problems = file.read(text.encode(), where="pratique.toml", today=TODAY)
    for problem in problems:
        assert problem.line is None or 1 <= problem.line <= text.count("\n") + 1


@settings(max_examples=100)
@given(mutated())
def test_what_the_schema_refuses_we_refuse(text: str) -> None:
    _, problems = file.read(text.encode(), where="pratique.toml", today=TODAY)
    if not problems:
        assert fits_the_schema(text)


def test_lines_of_odd_but_valid_toml() -> None:
    text = 'a = """\n[b]\n"""\n"q.r" . s = [ # c\n  1,\n  [2, 3],\n\n  "]",\n]\n[[t]]\nx=1\n[[t]]\n[t.u]\ny = {z = 1}\n'
    lines = Lines(text)
    places: list[tuple[tuple[str | int, ...], int]] = [
        (("a",), 1), (("q.r", "s"), 4), (("q.r", "s", 1), 6), (("q.r", "s", 2), 8), (("t", 0, "x"), 11),
        (("t", 1), 12), (("t", 1, "u", "y"), 14), (("t", 1, "u", "y", "z"), 14), (("nowhere",), 1),
    ]  # fmt: skip
    assert [(place, lines.of(place)) for place, _ in places] == places


GLOBS: list[tuple[str, str, bool]] = [
    ("vendor", "vendor/a/b.js", True),
    ("vendor", "src/vendor/a.js", False),
    ("**/vendor", "src/vendor/a.js", True),
    ("**/vendor", "vendor/a.js", True),
    ("*.json", "package.json", True),
    ("*.json", "a/package.json", False),
    ("**/*.json", "a/b/package.json", True),
    ("a/**", "a", False),
    ("a/**", "a/b/c", True),
    ("a/*/c", "a/b/c/d", True),
    ("a/*/c", "a/b/b/c", False),
    ("A/b", "a/b", False),
    ("a/", "a/b", True),
    ("a/[*]", "a/*", True),
    ("a/[*]", "a/b", False),
]


@pytest.mark.parametrize(("glob", "path", "meant"), GLOBS)
def test_globs(glob: str, path: str, meant: bool) -> None:
    assert globs.matches(glob, path) is meant


def test_a_glob_of_stars_costs_little() -> None:
    assert not globs.matches("/".join(["**", "*a*a*a*b"] * 20), "/".join(["a" * 200] * 200))


@given(st.text(alphabet="ab*?/[", min_size=1, max_size=12), st.text(alphabet="ab/", min_size=1, max_size=12))
def test_a_folder_is_meant_with_all_in_it(glob: str, path: str) -> None:
    if globs.complaint(glob) is None and globs.complaint(path) is None and globs.matches(glob, path.removesuffix("/")):
        assert globs.matches(glob, f"{path.removesuffix('/')}/more")


def test_the_default_gate_is_what_a_policy_begins_from() -> None:
    assert gate.changed(gate.DEFAULT, {}, None) == gate.DEFAULT
    assert gate.loosened(gate.DEFAULT, gate.DEFAULT) == ()


def table(schema: Any, *steps: str) -> set[str]:
    for step in steps:
        schema = schema[step]
    return set(schema["properties"])


def test_the_schema_names_what_we_name() -> None:
    assert table(SCHEMA, "$defs", "gate") == {*FindingClass, gate.KNOWN_EXPLOITED}
    assert table(SCHEMA, "properties", "registries") == {*file.TYPES, "internal"}
    for class_ in FindingClass:
        assert set(SCHEMA["$defs"]["gate"]["properties"][class_]["enum"]) == set(gate.words(class_))
