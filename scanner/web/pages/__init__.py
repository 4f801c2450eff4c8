"""The pages: written on the server, complete without script, and harmless whatever strangers call their packages."""

from __future__ import annotations

from fastapi import APIRouter

from scanner.web.pages import (
    assets,
    campaigns,
    coverage,
    deciding,
    dossiers,
    findings,
    hunting,
    log,
    overview,
    search,
    targets,
)
from scanner.web.pages.rendering import page

__all__ = ["page", "router"]

router = APIRouter(include_in_schema=False)
for _one in (assets, overview, targets, findings, deciding, campaigns, search, hunting, coverage, dossiers, log):
    router.include_router(_one.router)
