"""The code rules: `rules/code/<technique>/<id>.yaml`, each beside a sample that it must catch and lines it must spare.

A rule is a semgrep rule whose metadata say what it means to us:

    metadata:
      says: network            # a capability or a concealment (scanner.model.signal)
      confidence: medium       # low, medium, high
      literals: [requests]     # one of these must stand in a file that the rule can match: a fast filter looks first
    words: [nc]              # or one of these, with no letter, digit or _ beside it; may be left out
    beside: [base64]         # and one of these as well, anywhere in the file; may be left out
    case: any                # all of these are written small here, and stand in any case there; may be left out
    needs: ['exec *[(]']     # and each of these regular expressions, anywhere in the file; may be left out

A regular expression over shell, batch, CMake and the like, which no parser reads, is confined to the endings under
which such files are staged (scanner.codescan.languages):

    languages: [regex]
    paths: {include: ['*.sh', '*.mk']}

Rule syntax: https://semgrep.dev/docs/writing-rules/rule-syntax
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.model.signal import Capability, Concealment, Confidence
from scanner.shape import yaml_text

_ID = re.compile(r"[a-z0-9][a-z0-9-]{2,60}\Z")
_INCLUDED = re.compile(r"\*(\.[a-z0-9]+)\Z")
_BARE = re.compile(r"\$[A-Z_0-9]+\Z|\.\.\.\Z")
_PATTERNS = frozenset(("pattern", "patterns", "pattern-either", "pattern-regex"))


class _Metadata(msgspec.Struct, forbid_unknown_fields=True):
    says: str
    literals: list[str]
    words: list[str] = []
    beside: list[str] = []
    case: Literal["any", "as-written"] = "as-written"
    needs: list[str] = []
    confidence: Confidence = Confidence.MEDIUM
    references: list[str] = []


class CodeRule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule, as we need it; `source` is what the engine is given."""

    id: str
    technique: str
    languages: tuple[str, ...]
    says: Capability | Concealment
    confidence: Confidence
    literals: tuple[bytes, ...]
    """One of these, or of the words, must stand in a file that it matches, and one of `beside`, where there are any."""
    message: str
    source: Mapping[str, Any]
    endings: frozenset[str] = frozenset()
    """Endings of the only files that it is run on; empty where its languages decide alone."""
    words: tuple[bytes, ...] = ()
    beside: tuple[bytes, ...] = ()
    any_case: bool = False
    needs: tuple[re.Pattern[bytes], ...] = ()
    """Each of these stands in a file that it matches; looked for where a literal was found."""
    is_cheap: bool = False
    """Regular expressions only: no file is parsed for it, which costs the engine twenty times as much."""

    @property
    def any_language(self) -> bool:
        """A regular expression over text: it is run on files that are too large, or too strange, to be parsed."""
        return set(self.languages) <= {"regex", "generic"}

    def is_met(self, readings: Sequence[bytes]) -> bool:
        """Whether all that it needs stands in some reading of a file that holds its literals."""
        return all(any(need.search(reading) for reading in readings) for need in self.needs)


def load(folder: Path) -> Iterator[CodeRule | Problem]:
    """Every rule below `rules/code`; a broken one is a problem and costs itself only."""
    for path in sorted(folder.glob("*/*.yaml")):
        where = path.relative_to(folder).as_posix()
        try:
            yield parse(path.read_bytes(), where=where, name=path.stem, technique=path.parent.name)
        except InputError as error:
            yield Problem(where=error.where or where, what=error.what, hint=error.hint)


def parse(data: bytes, *, where: str, name: str, technique: str) -> CodeRule:
    """One rule file. Raises `InputError` that says what is wrong with it."""
    document = yaml_text.value(data, where=where)
    rules = document.get("rules") if isinstance(document, dict) else None
    if not isinstance(rules, list) or len(rules) != 1 or not isinstance(rules[0], dict):
        raise InputError("a file holds one rule, under `rules:`", where=where)
    rule: dict[str, Any] = rules[0]
    try:
        metadata = msgspec.convert(rule.get("metadata"), _Metadata)
    except msgspec.ValidationError as error:
        raise InputError(f"metadata: {error}", where=where) from error
    languages, message, id_ = rule.get("languages"), rule.get("message"), rule.get("id")
    if id_ != name or not _ID.match(name):
        raise InputError(f"its id is {id_!r}", where=where, hint="name the file after its id, in lower case and dashes")
    if not isinstance(languages, list) or not languages or not isinstance(message, str) or not message.strip():
        raise InputError("it needs languages and a message", where=where)
    if message.strip().endswith("."):
        raise InputError("its message ends with a full stop", where=where, hint="it stands inside a sentence")
    _lean(rule, metadata, where)
    return CodeRule(
        id=name,
        technique=technique,
        languages=tuple(str(language) for language in languages),
        says=_word(metadata.says, where),
        confidence=metadata.confidence,
        literals=tuple(literal.encode() for literal in metadata.literals),
        message=" ".join(message.split()),
        source=rule,
        endings=_endings(rule.get("paths"), where),
        words=tuple(word.encode() for word in metadata.words),
        beside=tuple(literal.encode() for literal in metadata.beside),
        any_case=metadata.case == "any",
        needs=_needs(metadata.needs, where),
        is_cheap=set(languages) <= {"regex", "generic"} or not any(True for _ in _all_patterns(rule)),
    )


def _word(text: str, where: str) -> Capability | Concealment:
    capability, concealment = {str(word): word for word in Capability}, {str(word): word for word in Concealment}
    if text in capability:
        return capability[text]
    if text in concealment:
        return concealment[text]
    known = ", ".join((*Capability, *Concealment))
    raise InputError(f"metadata.says: {text!r} is neither a capability nor a concealment", where=where, hint=known)


def _needs(patterns: Sequence[str], where: str) -> tuple[re.Pattern[bytes], ...]:
    try:
        return tuple(re.compile(pattern.encode()) for pattern in patterns)
    except re.error as error:
        raise InputError(f"metadata.needs: {error}", where=where) from error


def _endings(paths: object, where: str) -> frozenset[str]:
    if paths is None:
        return frozenset()
    included = paths.get("include") if isinstance(paths, dict) and len(paths) == 1 else None
    found = [_INCLUDED.match(str(path)) for path in included] if isinstance(included, list) else []
    if not found or None in found:
        raise InputError("paths: only endings to include are known", where=where, hint="paths: {include: ['*.sh']}")
    return frozenset(match[1] for match in found if match is not None)


def _lean(rule: Mapping[str, Any], metadata: _Metadata, where: str) -> None:
    """Refuse what makes one rule cost more than all others together (measured: one took 30 s of 30.4 on 43 KB)."""
    if rule.get("mode") == "taint":
        raise InputError("a taint rule costs ten others and follows no helper", where=where, hint="use co-occurrence")
    said = (*metadata.literals, *metadata.words, *metadata.beside)
    if not (metadata.literals or metadata.words) or any(len(literal) < 2 for literal in said):
        raise InputError("it has no literals for the filter", where=where, hint="metadata.literals: what it must hold")
    if metadata.case == "any" and any(literal != literal.lower() for literal in said):
        raise InputError("a literal in capitals is found nowhere with `case: any`", where=where)
    if not _PATTERNS & rule.keys():
        raise InputError("it has no pattern", where=where)
    for pattern in _all_patterns(rule):
        if _BARE.match(pattern.strip()):
            raise InputError(f"the pattern {pattern.strip()!r} matches every expression", where=where)


def _all_patterns(node: object) -> Iterator[str]:
    """Patterns that select by themselves; those that only narrow another are no burden."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("pattern", "pattern-inside") and isinstance(value, str):
                yield value
            elif key in ("patterns", "pattern-either"):
                yield from _all_patterns(value)
    elif isinstance(node, list):
        for item in node:
            yield from _all_patterns(item)
