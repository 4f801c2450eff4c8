"""Delivered files that are not as the SBOM says → what to ask the vendor, the gravest first."""

from __future__ import annotations

from scanner.model.audit import Question
from scanner.model.delivered_files import ArtefactCheck

_OTHER_BYTES = "Some files do not have the digest that the SBOM says. Which of the two is yours, and what changed it?"
_HIDDEN = "Some of what you deliver is not in the SBOM. What is it, where is it from, and what needs it?"
_OTHER_VERSION = "Some packages are delivered at another version than the SBOM says. Which one do you ship?"
_ABSENT = "Some of what the SBOM names is not among the files. Where is it?"


def questions(check: ArtefactCheck) -> tuple[Question, ...]:
    """One question for each kind of difference."""
    asked = (
        ("delivered-digest", _OTHER_BYTES, tuple(one.component for one in check.differing)),
        ("delivered-undeclared", _HIDDEN, tuple(one.component for one in check.undeclared)),
        ("delivered-version", _OTHER_VERSION, tuple(one.found for one in check.other_versions)),
        ("delivered-phantom", _ABSENT, check.phantom),
    )
    return tuple(Question(about=about, text=text, components=there) for about, text, there in asked if there)
