"""Where a payload is put: the update that carries it, its hook, and the time at which it runs."""
# ruff: noqa: E501  # files stand as they were written

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from tests.codescan.variations import packages
from tests.codescan.variations.packages import long_file, manifest

Sides = tuple[dict[str, str | bytes], dict[str, str | bytes]]
MOVED = ("inline", "moved", "moved-twice", "middle")
"""In the hook's own file, in a file that it requires, in one that this requires, in the middle of a long old file."""

TRIGGERS: Mapping[str, str] = {
    "preinstall": "install", "install": "install", "postinstall": "install", "prepare": "install",
    "dependency": "install", "main": "import", "bin": "", "action": "ci", "init": "import", "pth": "import",
    "setup": "install", "cmdclass": "install", "backend": "install", "m4": "build", "configure": "build",
    "makefile": "build", "dockerfile": "build", "npm-sh": "install", "npm-inline": "install", "workflow": "ci",
    "workflow-run": "ci", "go-init": "import", "build.rs": "build", "rb-lib": "", "extconf": "install",
    "gemspec": "install", "composer": "install", "php-lib": "", "tasks.json": "editor", "claude-settings": "editor",
    "AGENTS.md": "editor", "CLAUDE.md": "editor", ".cursorrules": "editor",
}  # fmt: skip
"""Hook → when its code runs; "" where only a caller gets there."""
_NPM = ("preinstall", "install", "postinstall", "prepare")


def put(payload: str, language: str, hook: str, moved: str) -> Sides:
    """The package before and after an update that carries the payload."""
    if language == "js":
        return _npm(payload, hook, moved)
    if language == "py":
        return _python(payload, hook, moved)
    return _OTHERS[hook](payload, moved)


def places(language: str, hook: str) -> tuple[str, ...]:
    """The ways in which a payload can be moved away from its hook."""
    if language in ("js", "py"):
        return MOVED if hook not in ("bin", "pth") else MOVED[:3]
    return {"configure": ("inline", "moved", "middle"), "npm-sh": ("inline", "moved"), "go-init": ("inline", "middle"),
            "rb-lib": ("inline", "middle"), "php-lib": ("inline", "middle"), "makefile": ("inline", "middle"),
            "extconf": ("inline", "moved"), "composer": ("inline", "moved")}.get(hook, ("inline",))  # fmt: skip


def _npm(payload: str, hook: str, moved: str) -> Sides:
    old, new = packages.npm(), packages.npm("2.4.2")
    new["CHANGELOG.md"] = "## 2.4.2\n\n- Wide characters.\n\n" + str(old["CHANGELOG.md"])
    if hook == "dependency":
        new["package.json"] = manifest("2.4.2", dependencies={"string-width": "^4.2.3", "plain-columns": "^1.0.1"})
        folder, file = "node_modules/plain-columns/", "setup.js"
        body = {
            "name": "plain-columns",
            "version": "1.0.1",
            "main": "index.js",
            "scripts": {"postinstall": "node setup.js"},
        }
        new[folder + "package.json"] = json.dumps(body, indent=2) + "\n"
        new[folder + "index.js"] = "module.exports = (text) => text;\n"
    elif hook in _NPM:
        folder, file = "", "scripts/setup.js"
        if moved == "middle":
            file = "lib/format.js"
        new["package.json"] = manifest("2.4.2", scripts={"test": "node test/format.js", hook: f"node {file}"})
    elif hook == "action":
        folder, file = "", "dist/index.js"
        old["action.yml"] = new["action.yml"] = "name: columns\nruns:\n  using: node20\n  main: dist/index.js\n"
        old[file] = "const core = { info: console.log };\ncore.info('ok');\n"
    else:
        folder, file = "", {"main": "index.js", "bin": "bin/columns.js"}[hook]
    if moved == "middle":
        if hook == "main":
            file = "lib/format.js"
        old.setdefault(folder + file, long_file("js"))
        new[folder + file] = long_file("js", payload) + str(old[folder + file]).removeprefix(long_file("js"))
        return old, new
    above, depth = str(old.get(folder + file, "")), folder + file.rpartition("/")[0]
    depth = f"{depth}/" if depth and not depth.endswith("/") else depth
    if moved == "inline":
        new[folder + file] = above + payload
    else:
        new[folder + file] = above + 'require("./internal/detect");\n'
        new[depth + "internal/detect.js"] = payload if moved == "moved" else 'module.exports = require("./probe");\n'
        if moved == "moved-twice":
            new[depth + "internal/probe.js"] = payload
    return old, new


def _python(payload: str, hook: str, moved: str) -> Sides:
    old, new = packages.python(), packages.python("1.3.1")
    root = "src/tabletext/"
    if hook == "pth":
        if moved == "inline":
            lines = [line for line in payload.splitlines() if line.strip()]
            one = (
                "; ".join(lines)
                if not any(line.startswith((" ", "\t")) or line.endswith(":") for line in lines)
                else ""
            )
            new["tabletext_init.pth"] = f"import os; {one}\n" if one else f"import os; exec({payload!r})\n"
        else:
            new["tabletext_init.pth"] = "import tabletext.probe\n"
            new[root + "probe.py"] = payload if moved == "moved" else "from tabletext import wrap2\n"
            if moved == "moved-twice":
                new[root + "wrap2.py"] = payload
        return old, new
    if hook == "backend":
        file = "backend/build_tools.py"
        new["pyproject.toml"] = (
            '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "build_tools"\nbackend-path = ["backend"]\n'
        )
        above = "from setuptools.build_meta import *\n"
        name, where = "detect", "backend/"
    elif hook == "init":
        file, above, name, where = root + "__init__.py", str(new[root + "__init__.py"]), "tabletext.probe", root
    else:
        file, above, name, where = "setup.py", "", "detect", ""
    carried = {"inline": payload, "moved": f"import {name}\n", "moved-twice": f"import {name}\n"}
    if moved == "middle":
        file = root + "layout.py" if hook == "init" else file
        text = long_file("py", payload)
        old[file] = long_file("py") if hook == "init" else long_file("py") + str(old.get(file, ""))
        new[file] = text + ("" if hook == "init" else str(new.get(file, "")) or above)
        return old, new
    if hook == "cmdclass":
        body = "".join(f"        {line}\n" if line else "\n" for line in carried[moved].strip().splitlines())
        head = "from setuptools.command.install import install\n\n\nclass AfterInstall(install):\n    def run(self):\n        install.run(self)\n"
        setup = str(new["setup.py"]).replace(
            'package_dir={"": "src"},', 'package_dir={"": "src"},\n    cmdclass={"install": AfterInstall},'
        )
        new["setup.py"] = head + body + "\n\n" + setup
    else:
        new[file] = carried[moved] + str(new["setup.py"]) if file == "setup.py" else above + carried[moved]
    leaf = name.rpartition(".")[2]
    if moved == "moved":
        new[f"{where}{leaf}.py"] = payload
    elif moved == "moved-twice":
        inner = "tabletext.inner" if hook == "init" else "inner"
        new[f"{where}{leaf}.py"] = f"import {inner}\n"
        new[f"{where}inner.py"] = payload
    return old, new


def _configure(payload: str, moved: str) -> Sides:
    old, new = packages.autotools(), packages.autotools("5.4.7")
    head = "#! /bin/sh\n# Generated by GNU Autoconf.\n"
    if moved == "middle":
        new["configure"] = head + long_file("sh", payload)
    elif moved == "moved":
        new["configure"] = str(old["configure"]) + ". ./build-aux/detect.sh\n"
        new["build-aux/detect.sh"] = payload
    else:
        new["configure"] = str(old["configure"]) + payload
    return old, new


def _makefile(payload: str, moved: str) -> Sides:
    old, new = packages.autotools(), packages.autotools("5.4.7")
    rule = "\nprobe:\n" + "".join(f"\t{line}\n" for line in payload.strip().splitlines())
    pieces = packages.functions("mk", 20)
    if moved == "middle":
        new["Makefile"] = "all: align_0 probe\n\n" + "\n".join((*pieces[:10], rule, *pieces[10:]))
    else:
        new["Makefile"] = str(old["Makefile"]).replace("all: align_0", "all: align_0 probe") + rule
    return old, new


def _dockerfile(payload: str, moved: str) -> Sides:
    old, new = packages.autotools(), packages.autotools("5.4.7")
    new["Dockerfile"] = str(old["Dockerfile"]) + f"RUN {payload.strip()}\n"
    return old, new


def _m4(payload: str, moved: str) -> Sides:
    old, new = packages.autotools(), packages.autotools("5.4.7")
    new["m4/build-to-host.m4"] = str(old["m4/build-to-host.m4"]).replace("])\n", payload + "])\n")
    return old, new


def _npm_shell(payload: str, moved: str) -> Sides:
    old, new = packages.npm(), packages.npm("2.4.2")
    new["package.json"] = manifest(
        "2.4.2", scripts={"test": "node test/format.js", "postinstall": "sh scripts/setup.sh"}
    )
    new["scripts/setup.sh"] = "#!/bin/sh\n" + (payload if moved == "inline" else ". ./scripts/probe.sh\n")
    if moved == "moved":
        new["scripts/probe.sh"] = payload
    return old, new


def _npm_inline(payload: str, moved: str) -> Sides:
    old, new = packages.npm(), packages.npm("2.4.2")
    command = "; ".join(line for line in payload.strip().splitlines() if not line.startswith("#"))
    new["package.json"] = manifest("2.4.2", scripts={"test": "node test/format.js", "preinstall": command})
    return old, new


def _file(
    base: Callable[..., dict[str, str | bytes]], version: str, path: str, head: str = ""
) -> Callable[[str, str], Sides]:
    """A new or changed file of a package."""

    def put_there(payload: str, moved: str) -> Sides:
        old, new = base(), base(version)
        new[path] = str(old.get(path, head)) + payload
        return old, new

    return put_there


def _workflow_run(payload: str, moved: str) -> Sides:
    body = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          npm test\n"
    old, new = packages.npm(), packages.npm("2.4.2")
    old[".github/workflows/test.yml"] = body
    new[".github/workflows/test.yml"] = body + "".join(f"          {line}\n" for line in payload.strip().splitlines())
    return old, new


def _go(payload: str, moved: str) -> Sides:
    old, new = packages.go(), packages.go("1.2.1")
    names = (
        "bytes",
        "encoding/base64",
        "encoding/hex",
        "encoding/json",
        "io",
        "net/http",
        "os",
        "os/exec",
        "runtime",
        "strings",
    )
    last = {name: name.rpartition("/")[2] for name in names}
    used = [name for name in names if f"{last[name]}." in payload or name == "strings"]
    head = "package columns\n\nimport (\n" + "".join(f'\t"{name}"\n' for name in used) + ")\n\n"
    file = "layout.go" if moved == "middle" else "columns.go"
    body = long_file("go", payload) if moved == "middle" else "\n".join(packages.functions("go", 6)) + payload
    new[file] = head + body
    return old, new


def _library(
    base: Callable[..., dict[str, str | bytes]], version: str, path: str, language: str, head: str
) -> Callable[[str, str], Sides]:
    def put_there(payload: str, moved: str) -> Sides:
        old, new = base(), base(version)
        new[path] = head + (long_file(language, payload) if moved == "middle" else payload + long_file(language))
        return old, new

    return put_there


def _extconf(payload: str, moved: str) -> Sides:
    old, new = packages.ruby(), packages.ruby("1.6.13")
    head = 'require "mkmf"\ncreate_makefile("columns/columns")\n'
    old["ext/columns/extconf.rb"] = head
    new["ext/columns/extconf.rb"] = head + (payload if moved == "inline" else 'require_relative "detect"\n')
    if moved == "moved":
        new["ext/columns/detect.rb"] = payload
    return old, new


def _composer(payload: str, moved: str) -> Sides:
    old, new = packages.php(), packages.php("2.1.1")
    body = json.loads(str(new["composer.json"]))
    new["composer.json"] = json.dumps({**body, "scripts": {"post-install-cmd": ["php scripts/setup.php"]}}, indent=4)
    new["scripts/setup.php"] = "<?php\n" + (payload if moved == "inline" else 'require __DIR__ . "/detect.php";\n')
    if moved == "moved":
        new["scripts/detect.php"] = "<?php\n" + payload
    return old, new


_OTHERS: Mapping[str, Callable[[str, str], Sides]] = {
    "configure": _configure,
    "makefile": _makefile,
    "dockerfile": _dockerfile,
    "m4": _m4,
    "npm-sh": _npm_shell,
    "npm-inline": _npm_inline,
    "workflow": _file(packages.npm, "2.4.2", ".github/workflows/format.yml"),
    "workflow-run": _workflow_run,
    "go-init": _go,
    "build.rs": _file(packages.rust, "0.3.2", "build.rs"),
    "rb-lib": _library(packages.ruby, "1.6.13", "lib/columns/layout.rb", "rb", ""),
    "extconf": _extconf,
    "gemspec": _file(packages.ruby, "1.6.13", "columns.gemspec"),
    "composer": _composer,
    "php-lib": _library(packages.php, "2.1.1", "src/columns.php", "php", "<?php\n"),
    "tasks.json": _file(packages.npm, "2.4.2", ".vscode/tasks.json"),
    "claude-settings": _file(packages.npm, "2.4.2", ".claude/settings.json"),
    "AGENTS.md": _file(packages.npm, "2.4.2", "AGENTS.md"),
    "CLAUDE.md": _file(packages.npm, "2.4.2", "CLAUDE.md"),
    ".cursorrules": _file(packages.npm, "2.4.2", ".cursorrules"),
}
