"""What two other scorers of SBOMs say of the same files, beside `pratique audit`: element by element of NTIA's list.

    python -m venv /tmp/peers && /tmp/peers/bin/pip install ntia-conformance-checker sbomaudit
    python -m benchmarks.audit_peers CORPUS --peers /tmp/peers/bin [--json FILE]

CORPUS is a folder of SBOMs with an EXPECTED.tsv; of each format a few valid and broken files of some size are taken,
of as many sources as there are. Both peers run offline. Results: docs/audit-measured.md.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from scanner.errors import PratiqueError
from scanner.matching.quality import requirement
from scanner.pipeline.audit import audit
from scanner.pipeline.scan import Settings

Answers = Mapping[str, int | None]
"""Element → of how many components it is missing (of the document: 0 or 1); `None`: it does not say."""

OF_DOCUMENT = ("author", "timestamp")
OF_COMPONENTS = ("supplier", "name", "version", "identifier", "relationships")
ELEMENTS = (*OF_DOCUMENT, *OF_COMPONENTS)
_TAKEN = {"cyclonedx-json": 12, "cyclonedx-xml": 6, "spdx2-json": 10, "spdx2-tagvalue": 5, "spdx2-yaml": 3,
         "spdx3-jsonld": 3}  # fmt: skip
"""Files of each format, one in four of them broken."""
_TIMEOUT = 120
_SBOMAUDIT = {
    "SBOM Creator identified": "author",
    "SBOM Creation time defined": "timestamp",
    "Supplier included for package": "supplier",
    "Package name missing": "name",
    "Version included for package": "version",
    "PURL included for package": "identifier",
    "Dependency relationship found for": "relationships",
}
_CHECKER = {
    "supplier": "componentSuppliers",
    "name": "componentNames",
    "version": "componentVersions",
    "identifier": "componentIdentifiers",
}


class Row(NamedTuple):
    """One file, and what each says of it; `None` where it gave up."""

    file: str
    format: str
    expected: str
    components: int
    ours: Answers | None
    checker: Answers | None
    sbomaudit: Answers | None


def chosen(corpus: Path) -> Iterator[tuple[str, str, str]]:
    """(file, format, expected) of what is compared: by size and name, so that every run takes the same."""
    with (corpus / "EXPECTED.tsv").open(encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened, delimiter="\t"))
    for format_, count in _TAKEN.items():
        for words, most in ((("valid", "parses"), count - count // 4), (("invalid", "rejected"), count // 4)):
            seen: set[str] = set()
            for row in rows:
                size = int(row["components_all"] or 0)
                source = row["file"].partition("/")[0]
                if row["format"] != format_ or row["expected"] not in words or source in seen or not 3 <= size <= 400:
                    continue
                if len(seen) < most:
                    seen.add(source)
                    yield row["file"], format_, row["expected"]


def ours(path: Path) -> tuple[Answers | None, int]:
    """What we say."""
    try:
        report = audit(path, Settings(intel_directory=path.parent / "none"))
    except PratiqueError:
        return None, 0
    if not report.standards:
        return None, 0
    said: dict[str, int | None] = {}
    for element in ELEMENTS:
        asked = requirement(report.standards, "ntia-2021", element)
        assert asked is not None
        said[element] = len(asked.concerned) if element in OF_COMPONENTS else int(not asked.met)
    return said, len(report.components)


def checker(path: Path, format_: str, peers: Path) -> Answers | None:
    """What ntia-conformance-checker says. It reads SPDX only."""
    if not format_.startswith("spdx"):
        return None
    spec = "spdx3" if format_.startswith("spdx3") else "spdx2"
    ran = _run([peers / "sbomcheck", "-q", "-k", "-s", spec, "-c", "ntia", "-r", "json", path])
    begin = ran.find("{")
    if begin < 0:
        return None
    try:
        said: dict[str, Any] = json.loads(ran[begin:])
    except ValueError:
        return None
    if said.get("parsingError"):
        return None
    evaluated = said.get("componentsEvaluated", True)
    found: dict[str, int | None] = {
        "author": int(not said["authorNameProvided"]),
        "timestamp": int(not said["timestampProvided"]),
    }
    for element, key in _CHECKER.items():
        lacking = said.get(key, {}).get("nonconformantComponents", [])
        found[element] = len(lacking) if evaluated else None
    floating = said.get("graphValidation", {}).get("floatingComponents", {})
    found["relationships"] = floating.get("floatingComponentCount")
    return found


def sbomaudit(path: Path, peers: Path) -> Answers | None:
    """What sbomaudit says."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        _run([peers / "sbomaudit", "--offline", "--purlcheck", "-i", path, "-o", out])
        try:
            said = json.loads(out.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
    found: dict[str, int | None] = dict.fromkeys(ELEMENTS, 0)
    reports = [*said.get("metadata", ()), *said.get("relationships", ())]
    reports += [one for package in said.get("packages", ()) for one in package["reports"]]
    if any(one["text"].startswith("SBOM Format") and one["state"] == "Fail" for one in reports):
        return None
    for one in reports:
        for begin, element in _SBOMAUDIT.items():
            if one["state"] == "Fail" and one["text"].startswith(begin):
                found[element] = (found[element] or 0) + 1
    return found


def _run(command: list[Path | str]) -> str:
    try:
        return subprocess.run(
            list(map(str, command)), capture_output=True, text=True, timeout=_TIMEOUT, check=False
        ).stdout
    except subprocess.TimeoutExpired:
        return ""


def _told(rows: list[Row]) -> None:
    for name in ("checker", "sbomaudit"):
        print(
            f"\n{name}: files compared {sum(row.ours is not None and getattr(row, name) is not None for row in rows)}"
        )
        print("| element | same | the product too | otherwise | not said |\n|---|---|---|---|---|")
        for element in ELEMENTS:
            counts = Counter(how for row in rows if (how := _how(row, getattr(row, name), element)))
            print(f"| {element} | " + " | ".join(str(counts[how]) for how in ("same", "one", "other", "silent")) + " |")
    print("\n| file | components | element | ours | checker | sbomaudit |\n|---|---|---|---|---|---|")
    for row in rows:
        for element in ELEMENTS:
            sides = [_how(row, side, element) for side in (row.checker, row.sbomaudit)]
            if "other" in sides:
                shown = [_shown(side, element) for side in (row.ours, row.checker, row.sbomaudit)]
                print(f"| `{row.file}` | {row.components} | {element} | " + " | ".join(shown) + " |")
    for row in rows:
        gave_up = [name for name in ("ours", "checker", "sbomaudit") if getattr(row, name) is None]
        if gave_up and not (gave_up == ["checker"] and row.format.startswith("cyclonedx")):
            print(f"read by no {', no '.join(gave_up)}: {row.file} ({row.format}, {row.expected})")


def _how(row: Row, said: Answers | None, element: str) -> str | None:
    if row.ours is None or said is None:
        return None
    mine, theirs = row.ours[element], said.get(element)
    if theirs is None or mine is None:
        return "silent"
    if mine == theirs:
        return "same"
    return "one" if element in OF_COMPONENTS and theirs == mine + 1 else "other"


def _shown(said: Answers | None, element: str) -> str:
    value = None if said is None else said.get(element)
    return "-" if value is None else str(value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--peers", type=Path, required=True, help="the bin folder of their environment")
    parser.add_argument("--json", type=Path, help="write the rows there")
    options = parser.parse_args()
    rows: list[Row] = []
    for file, format_, expected in chosen(options.corpus):
        path = options.corpus / file
        mine, count = ours(path)
        rows.append(
            Row(file, format_, expected, count, mine, checker(path, format_, options.peers),
                sbomaudit(path, options.peers))
        )  # fmt: skip
    if options.json:
        options.json.write_text(json.dumps([row._asdict() for row in rows], indent=1))
    print(f"{len(rows)} files")
    _told(rows)


if __name__ == "__main__":
    main()
