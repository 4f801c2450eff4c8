"""What all answers have in common."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from scanner.fleet.store import keys
from scanner.model.component import Problem as Lost
from scanner.model.finding import Severity

Text = Annotated[str, BeforeValidator(lambda value: keys.text(str(value)))]
"""Text that strangers may have written. Half of a surrogate pair, which JSON can say and UTF-8 cannot, is replaced."""
SeverityWord = Literal["none", "low", "medium", "high", "critical"]
SEVERITIES: dict[SeverityWord, Severity] = {
    "none": Severity.NONE,
    "low": Severity.LOW,
    "medium": Severity.MEDIUM,
    "high": Severity.HIGH,
    "critical": Severity.CRITICAL,
}
WORDS: dict[Severity, SeverityWord] = {severity: word for word, severity in SEVERITIES.items()}


class Answer(BaseModel):
    """Checked as it is made; documented field by field."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Problem(BaseModel):
    """What went wrong (RFC 9457), as application/problem+json."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    type: str
    """Always `about:blank`: the status says what kind it is."""
    title: str
    """The status in words."""
    status: int
    """The HTTP status again."""
    detail: str
    """What is wrong, for people."""
    hint: str | None = None
    """What to try next."""
    errors: list[dict[str, str]] | None = None
    """Of status 422: field (`where`) and complaint (`what`), each."""


class NotChecked(Answer):
    """Something that could not be read, understood or checked."""

    where: Text
    """File or field, and the place in it."""
    line: int | None
    """Line in that file, from 1, where it is known."""
    what: Text
    """What is wrong with it."""
    hint: Text | None
    """What to try next."""
    harmless: bool
    """A remark by which nothing was lost."""

    @classmethod
    def of(cls, lost: Lost) -> NotChecked:
        return cls(where=lost.where, line=lost.line, what=lost.what, hint=lost.hint, harmless=lost.harmless)
