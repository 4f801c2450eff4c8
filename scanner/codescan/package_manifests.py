"""What the manifests of Rust, Ruby, PHP, Java and .NET packages have some tool run, though nobody calls it.

Sources: The Cargo Book (build scripts, procedural macros), RubyGems specification reference (`extensions`), Composer
schema (`autoload.files`, `composer-plugin`), java.util.ServiceLoader, the Maven POM and Gradle plugin references.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from scanner.errors import InputError
from scanner.model.signal import Confidence, Trigger
from scanner.model.tree import Tree
from scanner.shape import encoding, json_text, toml_text

_MOST = 1024 * 1024
_COMMENT = re.compile(r"^\s*#[^\n]*", re.MULTILINE)
_EXTENSIONS = re.compile(r"\.extensions\s*(?:=|<<|\+=|\.push)\s*(?:%w)?([^\n]*(?:\[[^\]]*\])?)")
_QUOTED = re.compile(r"[\"']([^\"'\n]+)[\"']|(?<=[\[( ])([\w./-]+/[\w.-]+)(?=[\])\s])")
_PLUGIN = re.compile(r"<(plugin|extension)>((?:(?!</\1>)[\s\S])*?)</\1>")
_ARTIFACT = re.compile(r"<artifactId>\s*([\w.${}-]+)\s*</artifactId>")
_GROUP = re.compile(r"<groupId>\s*([\w.${}-]+)\s*</groupId>")
_METHOD = re.compile(r"\"([\w\\]+)::\w+\"")
"""A method among the scripts of Composer, as its manifest writes it."""
_CLASS = re.compile(r"[\w$]+(?:\.[\w$]+)*")
_COMPILER = ("javax.annotation.processing.", "com.sun.source.util.Plugin", "org.codehaus.groovy.", "kotlin.")
"""Services that the compiler loads while it compiles whoever depends on the package."""


class Hook(NamedTuple):
    """Something that a manifest has some tool run."""

    trigger: Trigger
    named: str
    """As the manifest writes it: a path, a class, the name of a plugin."""
    why: str
    confidence: Confidence = Confidence.HIGH


def hooks(path: str, data: bytes) -> Iterator[Hook]:
    """What a manifest says; nothing, where the file is none or cannot be read: its own parser says so."""
    name = posixpath.basename(path)
    if len(data) > _MOST:
        return
    text = encoding.lenient_text(data)
    if name == "Cargo.toml":
        yield from _cargo(path, data)
    elif name.endswith(".gemspec"):
        yield from _gemspec(text)
    elif name == "composer.json":
        yield from _composer(path, data)
    elif name == "pom.xml":
        yield from _maven(text)
    elif "META-INF/services/" in f"/{path}":
        when = Trigger.BUILD if name.startswith(_COMPILER) else Trigger.IMPORT
        for class_ in _classes(text):
            yield Hook(when, class_, f"it is loaded as a provider of {name}", Confidence.MEDIUM)
    elif "META-INF/gradle-plugins/" in f"/{path}":
        for class_ in re.findall(r"^\s*implementation-class\s*[=:]\s*([\w.$]+)", text, re.MULTILINE):
            yield Hook(Trigger.BUILD, class_, "Gradle runs it in every build that applies the plugin")


def named(tree: Tree, path: str) -> Iterator[tuple[str, Trigger]]:
    """Files of the tree that a manifest has some tool run, and when."""
    folder, name = posixpath.split(path)
    if not _is_manifest(path, name):
        return
    try:
        data = tree.read(path)
    except InputError:  # who reads the file for its own sake says so
        return
    for hook in hooks(path, data):
        yield from ((file, hook.trigger) for file in _files(tree, folder, name, hook))
    if name == "composer.json":
        for class_ in _METHOD.findall(encoding.lenient_text(data[:_MOST])):
            yield from ((file, Trigger.INSTALL) for file in _classes_of(tree, class_, ".php"))
    elif name.endswith(".gemspec"):
        # `require "a-b"` loads lib/a-b.rb, and by custom lib/a/b.rb.
        gem = name.removesuffix(".gemspec")
        for file in (f"lib/{gem}.rb", f"lib/{gem.replace('-', '/')}.rb"):
            if (entry := posixpath.join(folder, file)) in tree.entries:
                yield entry, Trigger.IMPORT


def _is_manifest(path: str, name: str) -> bool:
    known = name in ("Cargo.toml", "composer.json", "pom.xml") or name.endswith(".gemspec")
    return known or "META-INF/services/" in path or "META-INF/gradle-plugins/" in path


def _files(tree: Tree, folder: str, manifest: str, hook: Hook) -> Iterator[str]:
    direct = posixpath.normpath(posixpath.join(folder, hook.named))
    if direct in tree.entries:
        yield direct
    if manifest == "Cargo.toml" and hook.named.endswith("/"):
        yield from (path for path in tree.entries if path.startswith(direct + "/") and path.endswith(".rs"))
    elif "META-INF" in folder or manifest == "composer.json":
        yield from _classes_of(tree, hook.named, ".php" if manifest == "composer.json" else ".java")


def _classes_of(tree: Tree, name: str, ending: str) -> Iterator[str]:
    """a.b.C is a/b/C.java below some source root, Vendor\\Plugin is Plugin.php below some other."""
    parts = re.split(r"[.\\$]+", name)
    wanted = parts[-1] if ending == ".php" else "/".join(parts)
    return (path for path in tree.entries if f"/{path}".endswith(f"/{wanted}{ending}"))


def _cargo(path: str, data: bytes) -> Iterator[Hook]:
    manifest = _toml(data, path)
    package, library = _mapping(manifest.get("package")), _mapping(manifest.get("lib"))
    build = package.get("build")
    for script in build if isinstance(build, list) else [build]:
        if isinstance(script, str):
            yield Hook(Trigger.BUILD, script, f"cargo runs {script} before it compiles")
    if library.get("proc-macro") is True or library.get("proc_macro") is True:
        source = library.get("path")
        folder = posixpath.dirname(source) if isinstance(source, str) else "src"
        yield Hook(Trigger.BUILD, f"{folder or '.'}/", "a procedural macro: the compiler runs it")


def _gemspec(text: str) -> Iterator[Hook]:
    for found in _EXTENSIONS.findall(_COMMENT.sub("", text)):
        for quoted, bare in _QUOTED.findall(found):
            yield Hook(Trigger.INSTALL, quoted or bare, "gem runs it when it installs, to build an extension")


def _composer(path: str, data: bytes) -> Iterator[Hook]:
    try:
        manifest = _mapping(json_text.value(data, where=path))
    except InputError:
        return
    files = _mapping(manifest.get("autoload")).get("files")
    for file in files if isinstance(files, list) else []:
        if isinstance(file, str):
            yield Hook(Trigger.IMPORT, file, "every program that loads its packages runs it", Confidence.MEDIUM)
    if manifest.get("type") in ("composer-plugin", "composer-installer"):
        classes = _mapping(manifest.get("extra")).get("class")
        for class_ in classes if isinstance(classes, list) else [classes]:
            yield Hook(Trigger.INSTALL, str(class_ or "plugin"), "a plugin: Composer runs it at every install")


def _maven(text: str) -> Iterator[Hook]:
    for kind, body in _PLUGIN.findall(text):
        artifact, group = _ARTIFACT.search(body), _GROUP.search(body)
        if artifact is not None:
            # Those of Maven itself stand in nearly every build.
            own = artifact[1].startswith("maven-") and (group is None or group[1] == "org.apache.maven.plugins")
            sure = Confidence.LOW if own else Confidence.MEDIUM
            whose = "" if group is None else f"{group[1]}:"
            yield Hook(Trigger.BUILD, f"{whose}{artifact[1]}", f"Maven runs it as a {kind} of the build", sure)


def _classes(text: str) -> list[str]:
    return [found[0] for line in text.splitlines() if (found := _CLASS.match(line.partition("#")[0].strip()))]


def _toml(data: bytes, where: str) -> dict[str, Any]:
    try:
        return _mapping(toml_text.value(data, where=where))
    except InputError:
        return {}


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
