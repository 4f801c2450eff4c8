"""`python -m scanner.web.dossier_process`: judges one SBOM within limits of memory and time, and writes its dossier.

What it is to do comes on stdin. It reads and writes in the folder in which it is started, and asks nobody.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import msgspec

DOSSIER = "dossier"
REFUSED = 2
"""Exit status where the file is no SBOM: why stands on stdout."""
_MEMORY = 2 << 30
_SECONDS = 110
_WRITTEN = 64 << 20


class Wished(msgspec.Struct, frozen=True, kw_only=True):
    sbom: str
    previous: str
    product: str
    intel: str
    format: str


def written(wished: Wished) -> bytes:
    return msgspec.json.encode(wished)


def main() -> int:
    for what, limit in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_FSIZE, _WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
    # After the limits: importing is most of what a small SBOM costs.
    from scanner.errors import PratiqueError
    from scanner.pipeline.audit import audit
    from scanner.pipeline.scan import Settings
    from scanner.reports.audit import writer

    wished = msgspec.json.decode(sys.stdin.buffer.read(), type=Wished)
    try:
        report = audit(
            Path(wished.sbom),
            Settings(intel_directory=Path(wished.intel)),
            previous=Path(wished.previous) if wished.previous else None,
            product=wished.product or None,
        )
        with Path(DOSSIER).open("w", encoding="utf-8") as out:
            writer(wished.format)(report, out)
    except PratiqueError as error:
        sys.stdout.write(str(error))
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
