"""Honest updates that look near to attacks."""
# ruff: noqa: E501  # files stand as they were written

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping

from tests.codescan.variations import packages
from tests.codescan.variations.packages import manifest
from tests.codescan.variations.update import Update, noise, sides

_TEST = {"test": "node test/format.js"}
_INDEX = str(packages.npm()["index.js"])
_INIT = '"""Text in tables."""\n\nfrom tabletext.layout import align_0\n\n__version__ = "1.3.1"\n'
_SHA = "8f4b7f84864484a7bf31766abe9204da3cbe65b3"
_SUM = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def _native(version: str = "5.0.0") -> Mapping[str, str | bytes]:
    return {
        "package.json": manifest(version, name="left-native", scripts={**_TEST, "postinstall": "node install.js"}),
        "index.js": 'module.exports = require("./build/native.node");\n',
        "install.js": 'const { existsSync } = require("fs");\nif (!existsSync("build/native.node")) console.log("left-native: run npm run build");\n',
        "README.md": "# left-native\n",
    }


UPDATES: tuple[Update, ...] = (
    Update("rust-checked-toolchain", *sides(packages.rust, "0.3.2", {
        "Cargo.toml": str(packages.rust("0.3.2")["Cargo.toml"]) + '\n[build-dependencies]\nsha2 = "0.10"\nureq = "2"\n',
        "build.rs": f"""//! Fetches the tables of the Unicode release that this crate names, and refuses others.
use sha2::{{Digest, Sha256}};
use std::{{env, fs, io::Read, path::PathBuf}};

const FROM: &str = "https://unicode-tables.invalid/16.0.0/EastAsianWidth.txt";
const SHA256: &str = "{_SUM}";

fn main() {{
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var("OUT_DIR").unwrap()).join("widths.txt");
    let mut data = Vec::new();
    ureq::get(FROM).call().expect("download").into_reader().read_to_end(&mut data).unwrap();
    assert_eq!(format!("{{:x}}", Sha256::digest(&data)), SHA256, "{{FROM}} is another file");
    fs::write(out, data).unwrap();
}}
""",
    })),
    Update("npm-prebuilt-checked", *sides(_native, "5.1.0", {
        "install.js": """// Fetches the prebuilt addon for this platform. Set LEFT_NATIVE_BUILD=1 to build from source instead.
const { createHash } = require("crypto");
const { mkdirSync, writeFileSync } = require("fs");
const sums = require("./checksums.json");
const name = `native-${process.platform}-${process.arch}.node`;

async function main() {
  if (process.env.LEFT_NATIVE_BUILD || !sums[name]) return console.log("left-native: run npm run build");
  const answer = await fetch(`https://downloads.left-native.invalid/v5.1.0/${name}`);
  if (!answer.ok) throw new Error(`left-native: ${answer.status} for ${name}`);
  const data = Buffer.from(await answer.arrayBuffer());
  if (createHash("sha256").update(data).digest("hex") !== sums[name]) throw new Error("left-native: wrong checksum");
  mkdirSync("build", { recursive: true });
  writeFileSync("build/native.node", data);
}
main().catch((error) => { console.error(error.message); process.exitCode = 1; });
""",
        "checksums.json": json.dumps({f"native-{name}.node": _SUM for name in ("linux-x64", "darwin-arm64", "win32-x64")}, indent=2),
        "README.md": "# left-native\n\nThe addon is fetched at install; its checksum stands in the package.\n",
    })),
    Update("npm-telemetry-documented", *sides(packages.npm, "2.5.0", {
        "bin/columns.js": '#!/usr/bin/env node\nconst { format } = require("..");\nrequire("../lib/telemetry").count("format");\nconsole.log(format("a", 10));\n',
        "lib/telemetry.js": """// Counts how often each command is used: see "Telemetry" in the README.
const os = require("os");
const { version } = require("../package.json");
exports.count = (command) => {
  if (process.env.DO_NOT_TRACK || process.env.COLUMNS_TELEMETRY === "0" || process.env.CI) return;
  const body = JSON.stringify({ command, version, node: process.version, platform: os.platform() });
  fetch("https://telemetry.left-columns.invalid/v1/count", { method: "POST", body, signal: AbortSignal.timeout(500) }).catch(() => {});
};
""",
        "README.md": "# left-columns\n\nText in columns.\n\n## Telemetry\n\nThe command counts its uses: name, version, platform. `COLUMNS_TELEMETRY=0` or `DO_NOT_TRACK=1` switches it off.\n",
    })),
    Update("npm-banner", *sides(packages.npm, "2.4.2", {
        "package.json": manifest("2.4.2", scripts={**_TEST, "postinstall": "node scripts/thanks.js"}),
        "scripts/thanks.js": 'if (!process.env.CI && process.env.npm_config_loglevel !== "silent") {\n  console.log("\\u001b[36mThank you for using left-columns!\\u001b[0m");\n  console.log("Support its work: https://left-columns.invalid/sponsor");\n}\n',
    })),
    Update("py-icon", *sides(packages.python, "1.3.1", {
        "src/tabletext/icon.py": '"""The icon of the viewer, so that no file is looked for."""\nimport base64\n\nICON = base64.b64decode(\n'
        + "".join(f'    "{line}"\n' for line in base64.encodebytes(b"\x89PNG\r\n\x1a\n" + noise("icon", 1500)).decode().split()) + ")\n",
    })),
    Update("py-plugins", *sides(packages.python, "1.4.0", {
        "src/tabletext/plugins.py": """
\"\"\"Formats that other packages bring, and modules that the user names.\"\"\"
import importlib
from importlib.metadata import entry_points


def formats():
    found = {entry.name: entry.load() for entry in entry_points(group="tabletext.formats")}
    return dict(sorted(found.items()))


def named(name):
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute or "FORMAT")
""",
        "src/tabletext/__init__.py": _INIT + "from tabletext.plugins import formats\n",
    })),
    Update("npm-cli-git", *sides(packages.npm, "2.5.0", {
        "bin/columns.js": """#!/usr/bin/env node
const { execFileSync } = require("child_process");
const { format } = require("..");
if (process.argv.includes("--changed")) {
  const names = execFileSync("git", ["diff", "--name-only", "HEAD"], { encoding: "utf8" }).split("\\n").filter(Boolean);
  for (const name of names) console.log(format(name, 40));
} else {
  console.log(format("a", 10));
}
""",
    })),
    Update("py-binary-fixtures", *sides(packages.python, "1.3.1", {
        "tests/data/table.csv.gz": gzip.compress(b"a,b\n1,2\n" * 400, mtime=0),
        "tests/data/broken.zip": b"PK\x03\x04" + noise("zip", 3000),
        "tests/data/latin.bin": bytes(range(256)) * 4,
        "tests/test_read.py": 'import gzip\nimport pathlib\n\nDATA = pathlib.Path(__file__).parent / "data"\n\n\ndef test_rows():\n    with gzip.open(DATA / "table.csv.gz", "rt") as rows:\n        assert next(rows) == "a,b\\n"\n',
    })),
    Update("py-version-file", *sides(packages.python, "1.3.1", {
        "setup.py": 'import pathlib\n\nfrom setuptools import find_packages, setup\n\nabout = {}\nexec(pathlib.Path("src/tabletext/version.py").read_text(), about)\n\nsetup(\n    name="tabletext",\n    version=about["__version__"],\n    packages=find_packages("src"),\n    package_dir={"": "src"},\n)\n',
        "src/tabletext/version.py": '__version__ = "1.3.1"\n',
    })),
    Update("py-cloud-storage", *sides(packages.python, "1.4.0", {
        "src/tabletext/storage.py": """
\"\"\"Tables in buckets. Who asks for one is logged in as the command line of the cloud is.\"\"\"
import configparser
import os
import pathlib

import requests


def credentials(profile="default"):
    if "AWS_ACCESS_KEY_ID" in os.environ:
        return os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
    file = configparser.ConfigParser()
    file.read(os.environ.get("AWS_SHARED_CREDENTIALS_FILE", pathlib.Path.home() / ".aws" / "credentials"))
    return file[profile]["aws_access_key_id"], file[profile]["aws_secret_access_key"]


def read(address, sign):
    key, secret = credentials()
    answer = requests.get(address, headers=sign(address, key, secret), timeout=30)
    answer.raise_for_status()
    return answer.text
""",
    })),
    Update("npm-template-compiler", *sides(packages.npm, "2.5.0", {
        "lib/template.js": r"""// Templates are compiled once: ten times as fast as replacing at each call.
const known = new Map();
module.exports = function template(text) {
  if (!known.has(text)) {
    const parts = text.split(/\{(\w+)\}/).map((part, at) => (at % 2 ? `it[${JSON.stringify(part)}]` : JSON.stringify(part)));
    known.set(text, new Function("it", `return ${parts.join(" + ")};`));
  }
  return known.get(text);
};
""",
        "index.js": _INDEX.replace("module.exports = {", 'module.exports = { template: require("./lib/template"),'),
    })),
    Update("go-embed-and-run", *sides(packages.go, "1.3.0", {
        "editor.go": """package columns

import (
	_ "embed"
	"os"
	"os/exec"
)

//go:embed help.txt
var help string

// Edit opens a file in the editor of the user.
func Edit(path string) error {
	editor := os.Getenv("EDITOR")
	if editor == "" {
		editor = "vi"
	}
	command := exec.Command(editor, path)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	return command.Run()
}
""",
        "help.txt": "columns FILE\n",
    })),
    Update("gem-needs-icu", *sides(packages.ruby, "1.7.0", {
        "columns.gemspec": str(packages.ruby("1.7.0")["columns.gemspec"]).replace("  s.files", '  s.extensions = ["ext/columns/extconf.rb"]\n  s.files'),
        "ext/columns/extconf.rb": 'require "mkmf"\n\nunless pkg_config("icu-uc") || have_library("icuuc")\n  abort "columns needs ICU: install libicu-dev"\nend\nversion = `pkg-config --modversion icu-uc`.strip\n$CFLAGS << " -DICU_MAJOR=#{version.split(".").first}"\ncreate_makefile("columns/columns")\n',
    })),
    Update("make-checked-corpus", *sides(packages.autotools, "5.4.7", {
        "Makefile": str(packages.autotools()["Makefile"]) + f"""
CORPUS = https://corpora.colz.invalid/silesia-2.tar.gz
tests/silesia-2.tar.gz:
	curl -fsSL -o $@.part $(CORPUS)
	echo "{_SUM}  $@.part" | sha256sum -c -
	mv $@.part $@

check-corpus: all tests/silesia-2.tar.gz
	tar -xzf tests/silesia-2.tar.gz -C tests
	./align_0 tests/silesia-2
""",
    })),
    Update("gha-release", *sides(packages.npm, "2.4.2", {
        ".github/workflows/release.yml": f"""name: release
on:
  release:
    types: [published]
permissions:
  contents: read
jobs:
  publish:
    runs-on: ubuntu-latest
    environment: release
    permissions:
      contents: read
      id-token: write
    steps:
      - uses: actions/checkout@{_SHA}
        with:
          persist-credentials: false
      - uses: actions/setup-node@{_SHA}
        with:
          node-version: 24
      - run: npm ci --ignore-scripts
      - run: npm test
      - run: npm publish --provenance --access public
""",
    })),
    Update("docker-checked-tool", *sides(packages.autotools, "5.4.7", {
        "Dockerfile": f"""FROM debian:bookworm
ARG NINJA=1.12.1
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl gcc make unzip && rm -rf /var/lib/apt/lists/*
RUN curl -fsSL -o /tmp/ninja.zip https://ninja-builds.invalid/v$NINJA/ninja-linux.zip \\
 && echo "{_SUM}  /tmp/ninja.zip" | sha256sum -c - \\
 && unzip /tmp/ninja.zip -d /usr/local/bin && rm /tmp/ninja.zip
RUN make
""",
    })),
    Update("editor-plain-tasks", *sides(packages.npm, "2.4.2", {
        ".vscode/tasks.json": json.dumps({"version": "2.0.0", "tasks": [{"label": "test", "type": "npm", "script": "test", "group": {"kind": "test", "isDefault": True}}, {"label": "lint", "type": "shell", "command": "npx eslint ."}]}, indent=2),
        ".vscode/extensions.json": '{ "recommendations": ["dbaeumer.vscode-eslint"] }\n',
        "AGENTS.md": "# For assistants\n\n- Run `npm test` before you say that you are done, and show what it printed.\n- Never commit `.env` or anything that looks like a token.\n- Ask before you add a dependency.\n",
    })),
    Update("cmake-fetch-content", *sides(packages.autotools, "5.4.7", {
        "CMakeLists.txt": f"cmake_minimum_required(VERSION 3.24)\nproject(colz VERSION 5.4.7 LANGUAGES C)\ninclude(FetchContent)\nFetchContent_Declare(unity\n  URL https://unity-tests.invalid/v2.6.0.tar.gz\n  URL_HASH SHA256={_SUM})\nif(BUILD_TESTING)\n  FetchContent_MakeAvailable(unity)\nendif()\nexecute_process(COMMAND git describe --tags OUTPUT_VARIABLE described ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)\nadd_library(colz src/colz.c)\n",
    })),
    Update("npm-husky", *sides(packages.npm, "2.4.2", {
        "package.json": manifest("2.4.2", scripts={**_TEST, "prepare": "husky"}, devDependencies={"husky": "^9.1.7", "lint-staged": "^15.5.0"}),
        ".husky/pre-commit": "npx lint-staged\n",
    })),
    Update("npm-minified-build", *sides(packages.npm, "2.4.2", {
        "package.json": manifest("2.4.2", browser="dist/columns.min.js"),
        "dist/columns.min.js": '!function(e,n){"object"==typeof exports&&"undefined"!=typeof module?module.exports=n():"function"==typeof define&&define.amd?define(n):(e=e||self).columns=n()}(this,function(){"use strict";'
        + "".join(f'function a{n}(e,n){{const t=String(null==e?"":e);return t.length>=n?t.slice(0,n):t.padEnd(t.length+(n-t.length+{n})%7," ")}}' for n in range(30)) + "return{align:a0,pad:a1}});\n//# sourceMappingURL=columns.min.js.map\n",
        "dist/columns.min.js.map": json.dumps({"version": 3, "file": "columns.min.js", "sources": ["../index.js"], "names": [], "mappings": "AAAA,SAASA"}),
    })),
    Update("npm-newest-version", *sides(packages.npm, "2.5.0", {
        "bin/columns.js": """#!/usr/bin/env node
const fs = require("fs");
const os = require("os");
const path = require("path");
const { format } = require("..");
const { version } = require("../package.json");
console.log(format("a", 10));

// Once a day it is told that a newer release exists. NO_UPDATE_NOTIFIER switches it off.
const file = path.join(os.homedir(), ".config", "left-columns.json");
async function newest() {
  let seen = { at: 0 };
  try { seen = JSON.parse(fs.readFileSync(file, "utf8")); } catch {}
  if (process.env.NO_UPDATE_NOTIFIER || Date.now() - seen.at < 864e5) return;
  const answer = await fetch("https://left-columns.invalid/newest.json");
  const { newest } = await answer.json();
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify({ at: Date.now(), newest }));
  if (newest !== version) console.error(`left-columns ${newest} is out: npm install -g left-columns`);
}
newest().catch(() => {});
""",
    })),
    Update("php-cache-script", *sides(packages.php, "2.1.1", {
        "composer.json": json.dumps({"name": "text/columns", "version": "2.1.1", "autoload": {"files": ["src/columns.php"]}, "scripts": {"post-autoload-dump": ["php scripts/clear-cache.php"], "test": "phpunit"}}, indent=4),
        "scripts/clear-cache.php": "<?php\n\n// The tables of the release before would be read otherwise.\nforeach (glob(__DIR__ . '/../var/cache/*.php') ?: [] as $file) {\n    unlink($file);\n}\necho \"columns: cache cleared\\n\";\n",
    })),
)  # fmt: skip
