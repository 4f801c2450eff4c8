"""What a workflow newly trusts: each case stands beside an honest neighbour."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.codescan.context import Context
from scanner.codescan.pairing import pair
from scanner.codescan.structure import workflows
from scanner.codescan.workflows import actions, document, expressions, uses
from scanner.errors import InputError
from scanner.model.signal import Signal
from tests.codescan.trees import Files

A, B = "a" * 40, "b" * 40
CI = ".github/workflows/ci.yml"
HEAD = "${{ github.event.pull_request.head.sha }}"
FETCH = f"{{uses: actions/checkout@v4, with: {{ref: '{HEAD}'}}}}"
MAKE = "run: make"
GUARD = "    if: github.event.pull_request.head.repo.full_name == github.repository\n"
SECRET = "{uses: %s, with: {token: '${{ secrets.T }}'}}"


def flow(*steps: str, on: str = "push", job: str = "", top: str = "") -> str:
    body = "".join(f"      - {step}\n" for step in steps)
    return f"on: {on}\n{top}jobs:\n  a:\n    runs-on: ubuntu-latest\n{job}    steps:\n{body}"


def looked(old: Mapping[str, str | bytes], new: Mapping[str, str | bytes]) -> tuple[list[Signal], Context]:
    before, after = Files(old), Files(new)
    context = Context(before, after, pair(before, after))
    return list(workflows.check(context)), context


def told(old: str, new: str, path: str = CI) -> list[tuple[str, str]]:
    assert looked({path: new}, {path: new})[0] == []
    return [(signal.rule, str(signal.confidence)) for signal in looked({path: old}, {path: new})[0]]


USED = flow(f"uses: tj/changed@{A} # v45.0.6", MAKE)


@pytest.mark.parametrize(
    ("new", "rule", "confidence"),
    [
        (f"uses: tj/changed@{B} # v45.0.6", "repointed-pin", "high"),
        (f"uses: tj/changed@{B} # tag=v45.0.6", "repointed-pin", "high"),
        (f"{{uses: 'tj/changed@{B}'}} # v45.0.6", "repointed-pin", "high"),
        (f'"uses": "TJ/changed@{B}" #v45.0.6', "repointed-pin", "high"),
        (f"uses: tj/changed/sub@{B} # v45.0.6", "repointed-pin", "high"),
        (f"uses: tj/changed@{B}", "moved-pin", "medium"),
        (f"uses: tj/changed@{B} # v44.9.9", "moved-pin", "medium"),
        (f"uses: tj/changed@{B} # v45.0.7", "moved-pin", "low"),
        (f"uses: tj/changed@{A} # v46.0.0", "relabelled-pin", "medium"),
        ("uses: tj/changed@v45", "unpinned-action", "high"),
    ],
)
def test_a_pin_that_moves(new: str, rule: str, confidence: str) -> None:
    assert told(USED, flow(new, MAKE)) == [(rule, confidence)]


def test_a_moved_pin_names_old_and_new_with_the_line() -> None:
    (found,), _ = looked({CI: USED}, {CI: flow(MAKE, f"uses: tj/changed@{B} # v45.0.6")})
    assert found.message == (
        "tj/changed moved from aaaaaaaaaaaa (45.0.6) to bbbbbbbbbbbb (45.0.6), while 45.0.6 was aaaaaaaaaaaa"
    )
    assert (found.line, found.excerpt) == (7, f"- uses: tj/changed@{B} # v45.0.6")


def test_a_moving_name_beside_a_pin_may_move() -> None:
    old, new = (flow(f"uses: tj/changed@{sha} # v45") for sha in (A, B))
    assert told(old, new) == [("moved-pin", "medium")]


def test_a_version_that_another_workflow_pins_elsewhere() -> None:
    other = ".github/workflows/b.yml"
    found, _ = looked({CI: USED}, {CI: USED, other: flow(f"uses: tj/changed@{B} # v45.0.6")})
    assert [signal.rule for signal in found] == ["repointed-pin"]
    assert looked({CI: USED}, {CI: USED, other: flow(f"uses: tj/changed@{A} # v45.0.6")})[0] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("uses: tj/changed@v44", "uses: tj/changed@v45"),
        ("uses: tj/changed@v44", "uses: tj/other@v1"),
        ("uses: ./local", "uses: ./other"),
        (MAKE, "uses: actions/setup-node@v4"),
        (MAKE, "uses: github/codeql-action/init@v3"),
        (MAKE, SECRET % "actions/setup-node@v4" + "  # ${{ secrets.T }}"),
        (MAKE, "{uses: actions/checkout@v4, with: {token: '${{ secrets.GITHUB_TOKEN }}'}}"),
        (MAKE, "run: |\n          uses: evil/x@v1"),
        (MAKE, "# - uses: evil/x@v1"),
    ],
)
def test_what_is_no_new_trust(old: str, new: str) -> None:
    before = flow(old, "run: echo '${{ secrets.T }}'")
    assert told(before, flow(new, "run: echo '${{ secrets.T }}'")) == []


@pytest.mark.parametrize(
    ("step", "job", "rule", "confidence"),
    [
        ("uses: new/x@v1", "", "new-action", "medium"),
        ("uses: new/x@main", "", "new-action", "medium"),
        (f"uses: new/x@{A} # v1.0.0", "", "new-action", "low"),
        ('"uses": "new\\u002fx@v1"', "", "new-action", "medium"),
        ("uses: action/checkout@v4", "", "look-alike-action", "high"),
        ("uses: actoins/setup-node@v4", "", "look-alike-action", "high"),
        (SECRET % f"new/x@{A}", "", "new-action-with-secrets", "high"),
        ("uses: new/x@v1", "    env: {T: '${{ secrets.T }}'}\n", "new-action-with-secrets", "high"),
        ("{uses: new/x@v1, env: {T: \"${{ secrets['T'] }}\"}}", "", "new-action-with-secrets", "high"),
        ("uses: new/x@v1", "    permissions: write-all\n", "new-action-with-rights", "high"),
        ("uses: new/x@v1", "    permissions: {id-token: write}\n", "new-action-with-rights", "high"),
        (f"uses: new/x@{A}", "    permissions: {contents: write}\n", "new-action-with-rights", "medium"),
        ("uses: new/x@v1", "    permissions: {contents: read, issues: write}\n", "new-action", "medium"),
        ("uses: docker://new/x:1", "", "new-image", "medium"),
        (f"uses: docker://new/x@sha256:{'a' * 64}", "", "new-image", "low"),
        (MAKE, "    container: {image: 'quay.invalid/x/y:latest'}\n", "new-image", "medium"),
    ],
)
def test_a_newcomer(step: str, job: str, rule: str, confidence: str) -> None:
    before = flow(MAKE, "run: echo '${{ secrets.T }}'")
    assert told(before, flow(step, "run: echo '${{ secrets.T }}'", job=job)) == [(rule, confidence)]


def test_images_that_docker_keeps_and_services_are_no_newcomers() -> None:
    job = "    container: node:22\n    services: {db: {image: 'new/db:1'}}\n"
    assert told(flow(MAKE), flow(MAKE, job=job)) == []


@pytest.mark.parametrize(
    ("uses_", "given", "found"),
    [
        ("new/w/.github/workflows/x.yml@v1", "secrets: inherit", [("new-action-with-secrets", "high")]),
        ("tj/w/.github/workflows/x.yml@v1", "secrets: inherit", [("secret-handed-on", "medium")]),
        ("tj/w/.github/workflows/x.yml@v1", "secrets: {t: '${{ secrets.T }}'}", [("secret-handed-on", "medium")]),
        ("tj/w/.github/workflows/x.yml@v1", "with: {a: b}", []),
        ("./.github/workflows/x.yml", "secrets: inherit", []),
    ],
)
def test_reusable_workflows(uses_: str, given: str, found: list[tuple[str, str]]) -> None:
    before = flow("uses: tj/changed@v1", "run: echo '${{ secrets.T }}'")
    assert told(before, f"{before}  b:\n    uses: {uses_}\n    {given}\n") == found


def test_secrets_that_nobody_used() -> None:
    assert told(flow(MAKE), flow(MAKE, "run: echo '${{ secrets.NEW }}'")) == [("new-secret", "low")]
    before = flow("uses: tj/changed@v1", "run: echo '${{ secrets.T }}'")
    assert told(before, flow(SECRET % "tj/changed@v1")) == [("secret-handed-on", "medium")]


@pytest.mark.parametrize(
    "on",
    [
        "pull_request_target", "[push, pull_request_target]", "{pull_request_target: {types: [opened]}}",
        "\n  'pull_request_target':\n  push:", "issue_comment", '"workflow_run"',
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "steps",
    [
        (FETCH, MAKE),
        (FETCH, "uses: ./.github/actions/build"),
        ("{uses: actions/checkout@v4, with: {ref: 'refs/pull/${{ github.event.number }}/merge'}}", MAKE),
        ("{uses: actions/checkout@v4, with: {repository: '${{github.event.pull_request.head.repo.full_name}}'}}", MAKE),
        ("{uses: actions/checkout@v4, with: {ref: '${{ github.event.workflow_run.head_sha }}'}}", MAKE),
        ("{uses: actions/checkout@v4, with: {ref: \"${{ github['event'].pull_request.head.sha }}\"}}", MAKE),
        (f"{{uses: actions/checkout@v4, with: {{ref: '${{{{ env.REF }}}}'}}, env: {{REF: '{HEAD}'}}}}", MAKE),
        ("run: gh pr checkout $N && make",),
        ("run: git fetch origin pull/$N/head && make",),
        (f"{{run: git checkout $SHA && make, env: {{SHA: '{HEAD}'}}}}",),
    ],
)  # fmt: skip
def test_code_of_strangers(on: str, steps: tuple[str, ...]) -> None:
    assert told(flow(MAKE), flow(*steps, on=on)) == [("checks-out-strangers-code", "high")]


@pytest.mark.parametrize(
    ("new", "found"),
    [
        (flow(FETCH, MAKE, on="pull_request"), []),
        (flow("uses: actions/checkout@v4", MAKE, on="pull_request_target"), []),
        (
            flow("{uses: actions/checkout@v4, with: {ref: '${{ github.base_ref }}'}}", MAKE, on="pull_request_target"),
            [],
        ),
        (flow(f"run: gh pr comment --body '{HEAD}'", on="pull_request_target"), []),
        (flow(FETCH, "uses: actions/labeler@v5", on="pull_request_target"), [("checks-out-strangers-code", "medium")]),
        (flow(FETCH, MAKE, on="pull_request_target", job=GUARD), [("checks-out-strangers-code", "low")]),
        (
            flow(FETCH, MAKE, on="pull_request_target", job=GUARD.replace("\n", " || true\n")),
            [("checks-out-strangers-code", "high")],
        ),
        (
            flow(FETCH, MAKE, on="pull_request_target", top="permissions: {contents: write}\n"),
            [("checks-out-strangers-code", "high"), ("secrets-beside-strangers", "high")],
        ),
    ],
)
def test_code_of_strangers_and_its_neighbours(new: str, found: list[tuple[str, str]]) -> None:
    assert told(flow(MAKE), new) == found


@pytest.mark.parametrize(
    ("step", "on", "confidence"),
    [
        ("run: echo ${{ github.event.issue.title }}", "issues", "high"),
        ("run: echo ${{ github.event.issue['title'] }}", "issues", "high"),
        ("run: echo ${{ GitHub.Event . Comment . Body || 'x' }}", "issue_comment", "high"),
        ("run: echo ${{ format('{0}', github.head_ref) }}", "pull_request_target", "high"),
        ("run: echo '${{ toJSON(github.event) }}'", "issues", "high"),
        ("run: echo ${{ join(github.event.commits.*.message) }}", "workflow_run", "high"),
        ("{run: 'echo ${{ env.T }}', env: {T: '${{ github.event.issue.title }}'}}", "issues", "high"),
        ("{uses: actions/github-script@v7, with: {script: 'a(`${{ github.event.issue.body }}`)'}}", "issues", "high"),
        ("run: echo ${{ github.event.issue.title }}", "workflow_call", "medium"),
        ("run: echo ${{ github.head_ref }}", "pull_request", "low"),
        ("{run: 'echo $T', env: {T: '${{ github.event.issue.title }}'}}", "issues", None),
        ("run: echo ${{ github.event.issue.title == 'x' }}", "issues", None),
        ("run: echo ${{ contains(github.event.issue.title, 'x') }}", "issues", None),
        ("run: echo ${{ github.event.issue.number }}", "issues", None),
        ("{uses: actions/labeler@v5, with: {title: '${{ github.event.issue.title }}'}}", "issues", None),
        ("{name: '${{ github.event.issue.title }}', run: make}", "issues", None),
    ],
)
def test_words_of_strangers(step: str, on: str, confidence: str | None) -> None:
    found = [] if confidence is None else [("strangers-text-in-script", confidence)]
    assert told(flow(MAKE, on=on), flow(step, on=on)) == found


def test_words_of_strangers_in_an_action() -> None:
    action = "runs: {using: composite, steps: [{run: %s, shell: bash}]}"
    found = told(action % "make", action % "'echo ${{ github.head_ref }}'", "action.yml")
    assert found == [("strangers-text-in-script", "medium")]


@pytest.mark.parametrize(
    ("on", "runner", "found"),
    [
        ("pull_request", "self-hosted", True), ("[push, pull_request_target]", "[self-hosted, linux]", True),
        ("issues", "{group: x, labels: [self-hosted]}", True), ("push", "self-hosted", False),
        ("pull_request", "ubuntu-latest", False), ("{schedule: [{cron: x}]}", "self-hosted", False),
        ("pull_request", "${{ matrix.os }}\n    strategy: {matrix: {os: [ubuntu-latest, self-hosted]}}", True),
    ],
)  # fmt: skip
def test_a_machine_of_ones_own(on: str, runner: str, found: bool) -> None:
    new = flow(MAKE, on=on).replace("ubuntu-latest", runner, 1)
    assert told(flow(MAKE), new) == ([("own-runner-for-strangers", "high")] if found else [])


def test_who_runs_pull_requests_on_own_machines_already_has_decided_it() -> None:
    own = flow(MAKE, on="pull_request").replace("ubuntu-latest", "self-hosted")
    found, _ = looked({CI: own}, {CI: own, ".github/workflows/b.yml": own + "\n# b\n"})
    assert [(signal.rule, signal.confidence) for signal in found] == [("own-runner-for-strangers", "low")]


def test_a_workflow_that_is_renamed_and_edited_brings_only_what_is_new() -> None:
    evil = flow(FETCH, MAKE, on="pull_request_target")
    old, new = {CI: evil}, {".github/workflows/b.yml": evil + "      - run: more\n"}
    assert looked(old, new)[0] == []
    woken, _ = looked({"docs/ci.yml": evil}, {CI: evil})
    assert [signal.rule for signal in woken] == ["checks-out-strangers-code"]


@pytest.mark.parametrize(
    ("path", "old", "new", "found"),
    [
        (".gitlab-ci.yml", "a: 1", "include: {remote: 'https://x.invalid/a.yml'}", [("new-remote-include", "medium")]),
        (".gitlab-ci.yml", "a: 1", "include: ['http://x.invalid/a.yml']", [("new-remote-include", "high")]),
        (".gitlab-ci.yml", "a: 1", "include: [{remote: 'https://x.invalid/a', integrity: sha256-x}]",
         [("new-remote-include", "low")]),
        (".gitlab-ci.yml", "a: 1", "include: [{local: a.yml}, b.yml]", []),
        (".circleci/config.yml", "orbs: {a: n/a@1.0.0}", "orbs: {a: new/a@1.0.0, b: n/b@2}", [("new-orb", "low")]),
        (".circleci/config.yml", "a: 1", "orbs: {a: new/a@volatile, c: circleci/node@5}", [("new-orb", "medium")]),
    ],
)  # fmt: skip
def test_gitlab_and_circleci(path: str, old: str, new: str, found: list[tuple[str, str]]) -> None:
    assert told(old, new, path) == found


@pytest.mark.parametrize("text", ["on: [", "- a\n", "", "a: &a [*a]", "jobs: " + "[" * 9000, b"\xff\xfe\x00"])
def test_what_is_no_workflow_is_a_problem(text: str | bytes) -> None:
    found, context = looked({CI: USED}, {CI: text})
    assert found == []
    assert [(problem.where, problem.harmless) for problem in context.problems] == [(CI, False)]
    assert all(problem.hint for problem in context.problems)


def test_a_template_of_a_workflow_is_no_loss() -> None:
    _, context = looked({}, {"template/.github/workflows/ci.yml": "{% if x %}\non: push\n"})
    assert [problem.harmless for problem in context.problems] == [True]


def test_aliases_cannot_make_one_script_a_million() -> None:
    script = "x" * 100_000
    text = f"x: &x {{run: {script}}}\njobs: {{a: {{steps: [{', '.join(['*x'] * 500)}]}}}}\n"
    with pytest.raises(InputError):
        document.parse(text.encode(), CI)


def test_the_gravest_is_told_among_thousands() -> None:
    many = [f"uses: o{number}/x@{number:040x}" for number in range(300)]
    found, context = looked({CI: flow(MAKE)}, {CI: flow(*many, "uses: last/x@v1", job="    permissions: write-all\n")})
    assert (found[0].rule, found[0].confidence) == ("new-action-with-rights", "high")
    assert [problem.what for problem in context.problems] == [
        "301 things to tell of this workflow: the gravest 200 are"
    ]


def test_a_workflow_of_many_variables_is_judged_in_a_moment() -> None:
    env = "".join(f"  E{number}: x\n" for number in range(15_000))
    steps = ["run: '${{ env.E1 }}'"] * 8_000
    started = time.process_time()
    assert looked({CI: flow(MAKE)}, {CI: flow(*steps, on="issues", top=f"env:\n{env}")})[0] == []
    assert time.process_time() - started < 10  # 41 s, when each expression looked at each variable


_words = st.sampled_from([
    "on", "jobs", "a", "steps", "uses", "run", "with", "env", "secrets", "permissions", "container", "runs", "matrix.",
    "pull_request_target", "x/y@v1", "self-hosted", "${{ secrets.T }}", HEAD,
])  # fmt: skip
_documents = st.recursive(
    _words, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_words, inner, max_size=5), max_leaves=25
)


@settings(deadline=None)  # a busy machine
@given(st.dictionaries(_words, _documents, max_size=5))
def test_nobody_stumbles_over_any_document(value: dict[str, object]) -> None:
    text = yaml.safe_dump(value)
    for path in (CI, "action.yml", ".gitlab-ci.yml"):
        looked({path: USED}, {path: text})
        assert looked({path: text}, {path: text})[0] == []


@given(st.text(max_size=60))
def test_expressions_are_cut_out_of_any_text(text: str) -> None:
    assert all(shown.startswith("${{") for shown, _ in expressions.expressions(text + "${{" + text + "}}"))
    uses.parse(text)


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [("action", "actions", True), ("actoins", "actions", True), ("actionz", "actions", True),
     ("xactions", "actions", True), ("actions", "actions", False), ("octo", "actions", False),
     ("actionsss", "actions", False)],
)  # fmt: skip
def test_names_that_are_almost_the_same(one: str, other: str, near: bool) -> None:
    assert actions._near(one, other) is near
