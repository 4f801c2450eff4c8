"""What the text report says of vendored and installed code."""

from __future__ import annotations

from scanner.model.report import CodeState
from scanner.reports.printer import Printer


def ledger(put: Printer, code: CodeState) -> None:
    """One field: what was laid beside its release, and what there was nothing to compare with."""
    if code.switched_off:
        put.field("Code", "there is vendored or installed code, and --no-code kept it from being judged", indent=0)
        return
    packages = (
        "1 vendored or installed package"
        if code.packages == 1
        else (f"{code.packages:,} vendored or installed packages")
    )
    words = [packages]
    if code.compared:
        words.append(f"{code.compared:,} compared with the release")
    if code.whole:
        was = "was" if len(code.whole) == 1 else "were"
        words.append(f"{len(code.whole):,} {was} judged whole: nothing to compare with (--pristine, --online)")
    words.append(f"{code.files:,} files, {code.identical:,} as released, {code.judged:,} judged")
    put.field("Code", "; ".join(words), indent=0)
