"""What advisories say of the past, as text, JSON or CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from scanner.cli.fleet import shared
from scanner.wording import counted

if TYPE_CHECKING:
    from scanner.pipeline.fleet.advisories import Past

_RECORDS = 4


def write(past: Past, name: str, out: TextIO) -> None:
    """`pratique-fleet-advised/1`, a table, or one line a sighting."""
    if name == "json":
        told = [
            {
                **shared.sighting(one.sighting),
                "class": one.class_.value,
                "state": one.state.value,
                "reason": one.reason,
                "records": list(one.records),
            }
            for one in past.advised
        ]
        document = {
            "format": "pratique-fleet-advised/1",
            "names": past.names,
            "records": past.records,
            "sightings": told,
            "never_seen": list(past.never_seen),
            "problems": [{"where": one.where, "what": one.what} for one in past.problems],
        }
        shared.json_document(document, out)
        return
    if name == "csv":
        from scanner.pipeline.fleet import exports

        out.writelines(exports.table(exports.ADVISED, map(exports.advised, past.advised)))
        return
    if past.advised:
        shared.table(
            ("class", "state", "records", "package", "target", "path", "seen", "owner"),
            (
                (one.class_.value, one.state.value, _some(one.records), one.sighting.component.package,
                 one.sighting.address, one.sighting.path, shared.span(one.sighting), one.sighting.owner or "-")
                for one in past.advised
            ),
            out,
        )  # fmt: skip
    targets = len({one.sighting.target for one in past.advised})
    sightings = f"{counted(len(past.advised), 'sighting')} in {counted(targets, 'target')}"
    asked = f"{counted(past.names, 'package')} ever seen, of which {past.records:,} advisories speak"
    out.write(f"{asked}: {sightings}.\n")
    shared.write_never_seen(past.never_seen, out)


def _some(records: tuple[str, ...]) -> str:
    return ", ".join(records[:_RECORDS]) + (f" and {len(records) - _RECORDS} more" if len(records) > _RECORDS else "")
