"""Delivered files that are not as the SBOM says → what to ask the vendor, the gravest first."""

from __future__ import annotations

from scanner.model.audit import Question
from scanner.model.delivered_files import ArtefactCheck


def questions(check: ArtefactCheck) -> tuple[Question, ...]:
    """One question for each kind of difference."""
    asked = (
        ("delivered-digest", "Some files do not have the digest that the SBOM says. Which of the two is yours, and what "
         "changed the other?", tuple(one.component for one in check.differing)),
        ("delivered-undeclared", "Some of what you deliver is not in the SBOM. What is it, where is it from, and what "
         "needs it?", tuple(one.component for one in check.undeclared)),
        ("delivered-version", "Some packages are delivered at another version than the SBOM says. Which one do you ship?",
         tuple(one.found for one in check.other_versions)),
        ("delivered-phantom", "Some of what the SBOM names is not among the files. Where is it?", check.phantom),
    )  # fmt: skip
    return tuple(
        Question(about=about, text=text, components=components) for about, text, components in asked if components
    )
