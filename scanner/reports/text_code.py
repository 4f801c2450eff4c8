"""What the text report says of vendored and installed code."""

from __future__ import annotations

from scanner.display import line
from scanner.model.report import CodeState
from scanner.reports.printer import Printer


def ledger(put: Printer, code: CodeState, base: str | None) -> None:
    """One field: what was laid beside its release, or its `base`, and what there was nothing to compare with."""
    if code.switched_off:
        what = "there is vendored or installed code" if base is None else "the change may bring code"
        put.field("Code", f"{what}, and --no-code kept it from being judged", indent=0)
        return
    one, many = ("vendored or installed package", "vendored or installed packages")
    if base is not None:
        one, many = ("place with code that the change touches", "places with code that the change touches")
    words = [f"{code.packages:,} {one if code.packages == 1 else many}"]
    if code.compared:
        words.append(f"{code.compared:,} compared with {'the release' if base is None else line(base, limit=80)}")
    if code.whole:
        was = "was" if len(code.whole) == 1 else "were"
        words.append(f"{len(code.whole):,} {was} judged whole: nothing to compare with (--pristine, --online)")
    if base is None:
        words.append(f"{code.files:,} files, {code.identical:,} as released, {code.judged:,} judged")
    else:
        words.append(f"{code.judged:,} {'file' if code.judged == 1 else 'files'} judged")
    put.field("Code", "; ".join(words), indent=0)
