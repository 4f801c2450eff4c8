"""As which language a file is read, and when it runs: what has no parser, or no ending, must not slip through."""

from __future__ import annotations

import pytest

from scanner.codescan import languages, rules
from scanner.codescan.triggers import Triggers
from scanner.errors import InputError
from scanner.model.signal import Trigger
from tests.codescan.trees import Files


@pytest.mark.parametrize(
    ("path", "text", "ending"),
    [
        ("a/Setup.command", "", ".sh"),
        ("debian/a.postinst", "", ".sh"),
        ("debian/preinst", "#!/bin/sh", ".sh"),
        ("debian/rules", "#!/usr/bin/make -f", ".mk"),
        ("a/DEBIAN/RULES.txt", "", ".txt"),
        ("PKGBUILD", "", ".sh"),
        ("arch/a.install", "", ".sh"),
        ("a.spec", "Name: a\n%post\nldconfig\n", ".sh"),
        ("a.spec", "a = Analysis(['a.py'])\n", ".txt"),
        ("m4/a.m4", "", ".m4"),
        ("configure.ac", "", ".m4"),
        ("Makefile.in", "", ".mk"),
        ("CMakeLists.txt", "", ".cmake"),
        ("config.cmake.in", "", ".cmake"),
        ("BUILD.bazel", "", ".bzl"),
        ("BUILD", "cc_library()", ".bzl"),
        ("build", "#!/bin/sh\n", ".sh"),
        ("configure", "#!/usr/bin/env python3\n", ".py"),
        ("configure", "", ".sh"),
        ("meson.build", "", ".bzl"),
        ("tools/a.psd1", "", ".ps1"),
        ("a.CMD", "", ".bat"),
        ("a.hta", "", ".vbs"),
        ("a.wsf", "", ".vbs"),
        ("a.applescript", "", ".applescript"),
        ("tool", "#!/usr/bin/osascript\n", ".applescript"),
        ("tool", "#!/usr/bin/env pwsh\n", ".ps1"),
        (".in", "", ".txt"),
    ],
)
def test_a_file_is_read_as_what_it_is(path: str, text: str, ending: str) -> None:
    assert languages.ending(path, text.encode()) == ending


@pytest.mark.parametrize(
    ("path", "text", "trigger"),
    [
        ("debian/a.postinst", "", Trigger.INSTALL),
        ("debian/prerm", "", Trigger.INSTALL),
        ("a.install", "", Trigger.INSTALL),
        ("a.spec", "%build\nmake\n", Trigger.BUILD),
        ("a.spec", "%post\nldconfig\n", Trigger.INSTALL),
        ("debian/rules", "", Trigger.BUILD),
        ("PKGBUILD", "", Trigger.BUILD),
        ("src/Makefile.in", "", Trigger.BUILD),
        ("cmake/a.cmake.in", "", Trigger.BUILD),
        ("meson.build", "", Trigger.BUILD),
        ("a/BUILD.bazel", "", Trigger.BUILD),
        ("a.c", "__attribute__((constructor)) void f(void) {}\n", Trigger.IMPORT),
        ("a.c", "__attribute__((__constructor__)) void f(void) {}\n", Trigger.IMPORT),
        ("a.c", "__attribute__((noinline)) void f(void) {}\n", Trigger.RUN),
        ("run.sh", "", Trigger.RUN),
        ("gulpfile.js", "", Trigger.RUN),
        ("web/tailwind.config.mjs", "", Trigger.BUILD),
        ("my-config.js", "", Trigger.RUN),
        ("app/A.vcxproj", "", Trigger.BUILD),
        ("A.xcodeproj/project.pbxproj", "", Trigger.BUILD),
        (".cargo/config.toml", "", Trigger.BUILD),
        ("hook/build.dart", "", Trigger.BUILD),
        (".pnpmfile.cjs", "", Trigger.INSTALL),
        ("ext/mkrf_conf.rb", "", Trigger.INSTALL),
        ("a.podspec", "", Trigger.INSTALL),
        ("all.code-workspace", "", Trigger.EDITOR),
        (".github/copilot-instructions.md", "", Trigger.EDITOR),
        ("docs/copilot.md", "", Trigger.RUN),
        (".gemini/settings.json", "", Trigger.EDITOR),
        (".gitmodules", "", Trigger.EDITOR),
    ],
)
def test_a_file_runs_when_its_place_says(path: str, text: str, trigger: Trigger) -> None:
    assert Triggers(Files({path: text})).of(path) is trigger


@pytest.mark.parametrize("step", ["$GITHUB_ACTION_PATH/run.sh", "${{ github.action_path }}/run.sh", "./run.sh -x"])
def test_what_an_action_names_runs_on_the_build_machine(step: str) -> None:
    action = f"runs:\n  using: composite\n  steps:\n    - shell: bash\n      run: {step}\n"
    triggers = Triggers(Files({"action.yml": action, "run.sh": "", "other.sh": ""}))
    assert (triggers.of("run.sh"), triggers.of("other.sh")) == (Trigger.CI, Trigger.RUN)


RULE = """rules:
  - id: sh-a
    languages: [regex]
    severity: INFO
    message: a thing
    {paths}
    metadata: {{says: network, confidence: low, literals: [curl]}}
    pattern-regex: curl
"""


def test_a_rule_over_text_may_be_confined_to_endings() -> None:
    data = RULE.format(paths="paths: {include: ['*.sh', '*.mk']}").encode()
    assert rules.parse(data, where="a", name="sh-a", technique="network").endings == {".sh", ".mk"}


@pytest.mark.parametrize("paths", ["{exclude: ['*.sh']}", "{include: ['src/*']}", "{include: []}", "[]", "{}"])
def test_a_rule_confined_in_another_way_is_refused(paths: str) -> None:
    with pytest.raises(InputError, match="only endings"):
        rules.parse(RULE.format(paths=f"paths: {paths}").encode(), where="a", name="sh-a", technique="network")
