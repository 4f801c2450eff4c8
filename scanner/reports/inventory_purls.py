"""The plain list: one purl a line, sorted, nothing else."""

from __future__ import annotations

from typing import TextIO

from scanner.model.inventory import Inventory


def write(inventory: Inventory, out: TextIO) -> None:
    """Write each distinct purl once; what has no purl stands in the other formats and among the problems."""
    purls = {
        str(component.purl)
        for reading in inventory.readings
        for component in (*reading.components, *reading.subject_parts)
        if component.purl is not None
    }
    out.writelines(f"{purl}\n" for purl in sorted(purls))
