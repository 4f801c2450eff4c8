"""Options that say which findings are meant, for whatever is done with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from scanner.pipeline.fleet.triage import Filter

_CLASSES = ("compromise", "suspicious-change", "integrity", "vulnerability", "hygiene")
_SEVERITIES = ("low", "medium", "high", "critical")
F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--class", "class_", type=click.Choice(_CLASSES), help="Only this class."),
    click.option("--severity", type=click.Choice(_SEVERITIES), help="Only what is at least so grave."),
    click.option("--owner", metavar="O", help="Only what this owner answers for."),
    click.option("--label", metavar="L", help="Only in targets with this label."),
    click.option("--campaign", metavar="ID", help="Only of this campaign."),
    click.option("--package", metavar="PURL", help="Only of this package, at its version where one is named."),
    click.option("--advisory", metavar="ID", help="Only by this record, or one that has this alias."),
)
_NAMES = ("class_", "severity", "owner", "label", "campaign", "package", "advisory")


def filters(command: F) -> F:
    """Give a command the options; they come as the keywords that `read` takes."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read(
    values: dict[str, str | None], *, selectors: tuple[str, ...] = (), ids: tuple[str, ...] = (), open_: bool | None
) -> Filter:
    """What the options say. Raises `UsageError` for a package URL that is none."""
    from scanner.errors import InputError, UsageError
    from scanner.model import purl as purls
    from scanner.model.finding import FindingClass, Severity
    from scanner.pipeline.fleet.triage import Filter

    class_, severity, owner, label, campaign, package, advisory = (values[name] for name in _NAMES)
    try:
        purl = None if package is None else purls.parse(package)
    except InputError as error:
        raise UsageError(error.what, where=f"--package {package}", hint=error.hint) from error
    return Filter(
        selectors=selectors,
        ids=ids,
        class_=None if class_ is None else FindingClass(class_),
        least=None if severity is None else Severity[severity.upper()],
        owner=owner,
        label=label,
        campaign=campaign,
        package=purl,
        advisory=advisory,
        open=open_,
    )
