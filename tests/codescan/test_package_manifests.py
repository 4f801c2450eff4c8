"""What the manifests of crates, gems, Composer packages, jars and NuGet packages have some tool run."""

from __future__ import annotations

import json

import pytest

from scanner.codescan import structure
from scanner.codescan.context import Context
from scanner.codescan.pairing import pair
from scanner.codescan.triggers import Triggers
from scanner.model.signal import Signal, Trigger
from tests.codescan.trees import Files

CARGO = '[package]\nname = "a"\n'
GEM = 'Gem::Specification.new do |s|\n  s.name = "a"\nend\n'
POM = "<project><build><plugins></plugins></build></project>"
PLUGIN = "<plugin><groupId>org.acme</groupId><artifactId>runner</artifactId></plugin>"


@pytest.mark.parametrize(
    ("path", "trigger", "files"),
    [
        ("build.rs", Trigger.BUILD, {"Cargo.toml": CARGO}),
        ("tools/probe.rs", Trigger.BUILD, {"Cargo.toml": f'{CARGO}build = "tools/probe.rs"\n'}),
        ("src/parse.rs", Trigger.BUILD, {"Cargo.toml": f"{CARGO}[lib]\nproc-macro = true\n"}),
        ("src/parse.rs", Trigger.RUN, {"Cargo.toml": CARGO}),
        ("ext/a/extconf.rb", Trigger.INSTALL, {"a.gemspec": GEM}),
        ("ext/a/make.rb", Trigger.INSTALL, {"a.gemspec": GEM.replace("end", "s.extensions = ['ext/a/make.rb']\nend")}),
        ("ext/a/make.rb", Trigger.RUN, {"a.gemspec": GEM}),
        ("lib/a.rb", Trigger.IMPORT, {"a.gemspec": GEM}),
        ("lib/a/b.rb", Trigger.IMPORT, {"a-b.gemspec": GEM}),
        ("lib/rubygems_plugin.rb", Trigger.INSTALL, {}),
        ("src/boot.php", Trigger.IMPORT, {"composer.json": json.dumps({"autoload": {"files": ["src/boot.php"]}})}),
        ("src/boot.php", Trigger.RUN, {"composer.json": json.dumps({"autoload": {"psr-4": {"A\\": "src/"}}})}),
        (
            "src/Setup.php",
            Trigger.INSTALL,
            {"composer.json": json.dumps({"type": "composer-plugin", "extra": {"class": "Acme\\Setup"}})},
        ),
        (
            "src/Hooks.php",
            Trigger.INSTALL,
            {"composer.json": json.dumps({"scripts": {"post-install-cmd": "Acme\\Hooks::run"}})},
        ),
        (
            "src/main/java/a/B.java",
            Trigger.IMPORT,
            {"src/main/resources/META-INF/services/x.Y": "a.B # the only one\n"},
        ),
        (
            "src/main/java/a/B.java",
            Trigger.BUILD,
            {"META-INF/services/javax.annotation.processing.Processor": "a.B\n"},
        ),
        ("src/a/B.java", Trigger.BUILD, {"META-INF/gradle-plugins/x.properties": "implementation-class=a.B\n"}),
        ("gradle/extra.gradle", Trigger.BUILD, {}),
        ("buildSrc/src/main/java/A.java", Trigger.BUILD, {}),
        ("pom.xml", Trigger.BUILD, {}),
        ("build/a.targets", Trigger.BUILD, {}),
        ("tools/init.ps1", Trigger.INSTALL, {}),
    ],
)
def test_when_a_file_runs(path: str, trigger: Trigger, files: dict[str, str]) -> None:
    assert Triggers(Files({path: "x\n", **files})).of(path) is trigger


def signals(old: dict[str, str], new: dict[str, str]) -> list[Signal]:
    before, after = Files(old), Files(new)
    return list(structure.signals(Context(before, after, pair(before, after))))


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("manifest-hook", {"Cargo.toml": CARGO}, {"Cargo.toml": f'{CARGO}build = "x.rs"\n'}),
        ("manifest-hook", {"Cargo.toml": CARGO}, {"Cargo.toml": f"{CARGO}[lib]\nproc-macro = true\n"}),
        ("manifest-hook", {"a.gemspec": GEM}, {"a.gemspec": GEM.replace("end", "s.extensions << 'ext/a/x.rb'\nend")}),
        ("manifest-hook", {"composer.json": "{}"}, {"composer.json": '{"autoload": {"files": ["a.php"]}}'}),
        ("manifest-hook", {"composer.json": "{}"}, {"composer.json": '{"type": "composer-plugin"}'}),
        ("manifest-hook", {"pom.xml": POM}, {"pom.xml": POM.replace("</plugins>", f"{PLUGIN}</plugins>")}),
        ("manifest-hook", {}, {"META-INF/services/a.B": "c.D\n"}),
        ("hook-file", {}, {"build/Acme.targets": "<Project/>"}),
        ("hook-file", {}, {"buildTransitive/net8.0/Acme.props": "<Project/>"}),
        ("hook-file", {}, {".mvn/extensions.xml": "<extensions/>"}),
        ("hook-file", {}, {"lib/rubygems_plugin.rb": "x\n"}),
        ("go-init", {"a.go": "package a\n"}, {"a.go": "package a\n\nfunc init() {\n}\n"}),
    ],
)
def test_a_new_hook_is_a_signal(rule: str, old: dict[str, str], new: dict[str, str]) -> None:
    found = [signal for signal in signals(old, new) if signal.rule == rule]
    assert found
    assert all(signal.says is signal.trigger for signal in found)
    assert [signal for signal in signals(new, new) if signal.rule == rule] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"Cargo.toml": CARGO}, {"Cargo.toml": f'{CARGO}version = "2"\n'}),
        ({"a.gemspec": GEM}, {"a.gemspec": GEM.replace("end", "# s.extensions = ['x.rb']\nend")}),
        ({"composer.json": "{}"}, {"composer.json": '{"autoload": {"psr-4": {"A": "src"}}}'}),
        ({"composer.json": "{}"}, {"composer.json": "no JSON"}),
        ({"pom.xml": f"<a>{PLUGIN}</a>"}, {"pom.xml": f"<a>\n{PLUGIN}</a>"}),
        ({}, {"src/Acme.targets.md": "# targets\n"}),
        ({}, {"conf/extensions.xml": "<a/>"}),
        ({"a_test.go": "package a\n"}, {"a_test.go": "package a\n\nfunc init() {\n}\n"}),
    ],
)
def test_an_honest_manifest_is_spared(old: dict[str, str], new: dict[str, str]) -> None:
    assert [signal.rule for signal in signals(old, new)] == []
