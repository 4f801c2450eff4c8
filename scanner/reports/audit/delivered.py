"""How the formats of an audit put the delivered files beside the SBOM."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from scanner.display import line
from scanner.model.component import Component
from scanner.model.delivered_files import ArtefactCheck
from scanner.reports import json_v1, telling
from scanner.reports.audit import words

TITLE = "Is it what was delivered?"


class Group(NamedTuple):
    """What became of some of it: (what, where) each."""

    title: str
    odd: bool
    """Whether each is worth a line."""
    rows: list[tuple[str, str]]


def headline(check: ArtefactCheck) -> tuple[str, bool]:
    """The answer, and whether it is a good one."""
    if check.differing:
        return "No: bytes differ", False
    if not check.clean:
        return "Not all of it", False
    if any(not one.harmless for one in check.problems):
        return "As far as it could be opened", False
    if not check.agreed:
        return "Nobody can tell: nothing in it is named by the SBOM", False
    return "Yes, as far as that can be seen", True


def opened(check: ArtefactCheck) -> str:
    """How much was looked at."""
    names = ", ".join(line(name, limit=200) for name in check.artefacts[:5])
    files = telling.number(check.files, "file", "files")
    packages = telling.number(check.packages, "package", "packages")
    return f"{names}: {files}, {check.bytes:,} bytes; {packages} recognised"


def groups(check: ArtefactCheck) -> list[Group]:
    """What became of everything, the gravest first."""
    by = Counter(one.by for one in check.agreed)
    return [
        Group("other bytes than the SBOM says", True,
              [(words.called(one.component), line(one.path)) for one in check.differing]),
        Group("delivered and not in the SBOM", True,
              [(f"{words.called(one.component)} ({one.nature})", line(one.component.location.path))
               for one in check.undeclared]),
        Group("delivered at another version", True,
              [(f"{words.called(one.found)}, named is {_versions(one.declared)}", line(one.found.location.path))
               for one in check.other_versions]),
        Group("in the SBOM and not delivered", True, [(words.called(one), "") for one in check.phantom]),
        Group(f"as the SBOM says, {by['digest']:,} of them by digest", False,
              [(words.called(one.component), line(one.path)) for one in check.agreed]),
        Group("of which these files cannot tell", False,
              [(words.called(one.component), "") for one in check.unknowable]),
    ]  # fmt: skip


def reasons(check: ArtefactCheck) -> list[tuple[str, int]]:
    """Why nothing can be told of some, the commonest first."""
    return Counter(line(one.reason, limit=200) for one in check.unknowable).most_common()


def _versions(declared: tuple[Component, ...]) -> str:
    return ", ".join(dict.fromkeys(line(one.version or "none", limit=60) for one in declared[:5]))


def state(check: ArtefactCheck) -> dict[int, str]:
    """For a table of components: what became of each, by identity."""
    found = {id(one): "not delivered" for one in check.phantom}
    found |= {id(one.component): "cannot be told" for one in check.unknowable}
    found |= {id(declared): "another version" for one in check.other_versions for declared in one.declared}
    found |= {id(one.component): f"same {one.by}" for one in check.agreed}
    return found | {id(one.component): "other bytes" for one in check.differing}


def body(check: ArtefactCheck) -> dict[str, Any]:
    """As the JSON dossier has it."""
    return {
        "paths": list(check.artefacts),
        "files": check.files,
        "bytes": check.bytes,
        "packages": check.packages,
        "claims": check.claims,
        "agreed": [{**_component(one.component), "path": one.path, "by": one.by} for one in check.agreed],
        "differing": [
            {
                **_component(one.component),
                "path": one.path,
                "claimed": list(one.component.digests),
                "digests": list(one.digests),
            }
            for one in check.differing
        ],
        "undeclared": [
            {
                **_component(one.component),
                "kind": one.nature,
                "path": one.component.location.path,
                "digests": list(one.component.digests),
            }
            for one in check.undeclared
        ],
        "other_versions": [
            {
                **_component(one.found),
                "path": one.found.location.path,
                "named": [declared.version for declared in one.declared],
            }
            for one in check.other_versions
        ],
        "phantom": [_component(one) for one in check.phantom],
        "unknowable": [{**_component(one.component), "reason": one.reason} for one in check.unknowable],
        "problems": [json_v1.problem_body(one) for one in check.problems],
    }


def _component(component: Component) -> dict[str, Any]:
    purl = None if component.purl is None else str(component.purl)
    return {"name": component.name, "version": component.version, "purl": purl, "ref": component.ref or None}
