"""What nobody could see: targets that were never looked at, fail, are late or were seen in part; and old feeds."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from scanner.pipeline.knowledge import open_library
from scanner.web.pages.visit import Visitor

router = APIRouter()


@router.get("/coverage")
def coverage(visit: Visitor) -> HTMLResponse:
    fresh = visit.store.freshness(now=visit.now)
    gaps = (
        (fresh.failing, "failing", "The last look failed. What is known of them is as old as the one before.", ""),
        (fresh.never, "never looked at", "Nothing is known of them.", "nobody has looked"),
        (fresh.overdue, "overdue", "Nobody has looked for longer than their own interval.", "late"),
        (fresh.incomplete, "incomplete", "The last look could not see everything. Its page says what.", "seen in part"),
    )  # fmt: skip
    with open_library(visit.settings.intel_directory, now=visit.now) as library:
        return visit.page("coverage.html", gaps=gaps, feeds=library.searched())
