"""Files in a tree whose commands run by themselves: what an editor, an agent or git starts when the folder is used.

VS Code tasks: https://code.visualstudio.com/docs/debugtest/tasks#_run-behavior (`runOptions.runOn`)
Dev containers: https://containers.dev/implementors/json_reference/#lifecycle-scripts
Claude Code: https://code.claude.com/docs/en/hooks · Cursor: https://cursor.com/docs/agent/hooks
MCP: https://modelcontextprotocol.io/docs/develop/connect-local-servers · git: https://git-scm.com/docs/githooks
direnv: https://direnv.net/#how-it-works
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.matching.files.commands import telling
from scanner.matching.files.sign import Command
from scanner.shape import encoding

MOST_BYTES = 8 << 20
TOO_LARGE = Command("when the folder is used", "", unasked=True, telling="is far too large to be honest settings")
_MOST_COMMANDS = 200
_MOST_DEPTH = 60
_COMMENT = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING = re.compile(r'"(?:\\.|[^"\\])*"|,(?=\s*[}\]])')
_LIFECYCLE = (
    ("initializeCommand", "on the machine itself before the container is made"),
    ("onCreateCommand", "when the container is made"),
    ("updateContentCommand", "when the container is made"),
    ("postCreateCommand", "when the container is made"),
    ("postStartCommand", "whenever the container starts"),
    ("postAttachCommand", "whenever an editor attaches to the container"),
)
_OPENED = "when the folder is opened"

Found = tuple[str, str, bool]
"""(when, command, unasked)."""


def reader(path: str) -> Callable[[str], Iterator[Found]] | None:
    """What reads the commands of a file of this name; `None` where nothing runs it by itself."""
    parent, _, name = path.lower().rpartition("/")
    if name not in _NAMES and not name.endswith(".code-workspace") and not parent.endswith(_FOLDERS):
        return None
    lowered = f"{parent}/{name}".replace("!/", "/")
    return next((read for pattern, read in _READERS if pattern.search(lowered)), None)


def commands(path: str, data: bytes) -> tuple[Command, ...]:
    """What the file makes somebody's tools run by themselves."""
    read = reader(path)
    if read is None:
        return ()
    try:
        text = encoding.text(data, where=path)
    except InputError:
        text = data.decode("utf-8", "replace")
    found: dict[Command, None] = {}
    for when, command, unasked in read(text):
        found[Command(when, command, unasked, telling(command))] = None
        if len(found) >= _MOST_COMMANDS:
            break
    return tuple(found)


def _tasks(text: str) -> Iterator[Found]:
    document = _json(text)
    if document is None:
        # Not even VS Code's tolerant reader could be followed: what it may still run is the whole text.
        if re.search(r"[\"']?runOn[\"']?\s*:\s*[\"']folderOpen", text):
            yield _OPENED, text, True
        return
    for task in _objects(document, "tasks"):
        options = task.get("runOptions")
        if isinstance(options, dict) and options.get("runOn") == "folderOpen":
            parts = [_command(task), *(_command(task.get(system)) for system in ("windows", "osx", "linux"))]
            yield _OPENED, " ; ".join(dict.fromkeys(part for part in parts if part)) or str(task.get("label", "")), True


def _workspace(text: str) -> Iterator[Found]:
    document = _json(text)
    if isinstance(document, dict) and isinstance(document.get("tasks"), dict):
        yield from _tasks(msgspec.json.encode(document["tasks"]).decode())


def _container(text: str) -> Iterator[Found]:
    document = _json(text)
    if not isinstance(document, dict):
        return
    for key, when in _LIFECYCLE:
        value = document.get(key)
        for one in value.values() if isinstance(value, dict) else [value]:
            command = _line(one)
            if command:
                yield when, command, True


def _agent(text: str) -> Iterator[Found]:
    """Settings of agents: hooks, and the MCP servers that they start."""
    document = _json(text)
    if not isinstance(document, dict):
        return
    hooks = document.get("hooks")
    for event, entries in hooks.items() if isinstance(hooks, dict) else ():
        for command in _all_commands(entries):
            yield (
                f"at the agent's {event}",
                command,
                str(event).lower() in ("sessionstart", "setup", "beforesubmitprompt"),
            )
    for key in ("apiKeyHelper", "awsAuthRefresh", "awsCredentialExport", "otelHeadersHelper", "install", "start"):
        command = _line(document.get(key))
        if command:
            yield "when the agent starts", command, True
    for key, unasked in (("statusLine", True), ("terminals", True), ("mcpServers", False), ("servers", False)):
        for command in _all_commands(document.get(key)):
            yield "when the agent starts", command, unasked


def _script(when: str) -> Callable[[str], Iterator[Found]]:
    def read(text: str) -> Iterator[Found]:
        lines = (line.strip() for line in text.splitlines())
        body = "\n".join(line for line in lines if line and not line.startswith("#"))
        if body:
            yield when, body, False

    return read


_PLACES: tuple[tuple[str, Callable[[str], Iterator[Found]]], ...] = (
    (r"\.vscode/tasks\.json", _tasks),
    (r"[^/]+\.code-workspace", _workspace),
    (r"(?:\.devcontainer/(?:[^/]+/)?devcontainer|\.devcontainer)\.json", _container),
    (r"\.claude/settings(?:\.local)?\.json", _agent),
    (r"\.gemini/settings\.json", _agent),
    (r"\.cursor/(?:mcp|hooks|environment)\.json", _agent),
    (r"\.(?:vscode|roo|kiro/settings|amazonq|windsurf|zed)/mcp(?:_config)?\.json", _agent),
    (r"\.?mcp\.json", _agent),
    (r"\.git/hooks/(?!.*\.sample)[^/]+", _script("at a step of git")),
    (r"\.(?:husky|githooks)/[a-z][a-z-]*", _script("at a step of git, once the hooks are installed")),
    (r"\.envrc", _script("when somebody enters the folder, once it is allowed")),
)
_READERS = tuple((re.compile(rf"(?:\A|/){place}\Z"), read) for place, read in _PLACES)
# What the last parts of such a path are: refuses nearly every path of a tree at once.
_NAMES = frozenset(
    "tasks.json devcontainer.json .devcontainer.json settings.json settings.local.json mcp.json .mcp.json hooks.json "
    "environment.json mcp_config.json .envrc".split()
)
_FOLDERS = (".git/hooks", ".husky", ".githooks")


def _json(text: str) -> Any:
    """JSON with comments and trailing commas, as these tools take it; `None` where it is not even that."""
    bare = _COMMENT.sub(lambda found: found[0] if found[0].startswith('"') else " ", text)
    bare = _TRAILING.sub(lambda found: found[0] if found[0].startswith('"') else "", bare)
    try:
        return msgspec.json.decode(bare)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None


def _objects(document: Any, key: str) -> Iterator[dict[str, Any]]:
    entries = document.get(key) if isinstance(document, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            yield entry


def _line(value: Any) -> str:
    """A command as text: a string, or a list of words."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return " ".join(
            word if isinstance(word, str) else str(word.get("value", ""))
            for word in value
            if isinstance(word, str | dict)
        )
    return ""


def _command(entry: Any) -> str:
    """`command` with its `args`; VS Code also writes either as `{value, quoting}`."""
    if not isinstance(entry, dict):
        return ""
    command = entry.get("command")
    if isinstance(command, dict):
        command = command.get("value")
    return f"{_line(command)} {_line(entry.get('args'))}".strip()


def _all_commands(value: Any, depth: int = 0) -> Iterator[str]:
    """Every `command` below this value."""
    if depth > _MOST_DEPTH:
        return
    if isinstance(value, dict):
        command = _command(value)
        if command:
            yield command
        for one in value.values():
            yield from _all_commands(one, depth + 1)
    elif isinstance(value, list):
        for one in value:
            yield from _all_commands(one, depth + 1)
