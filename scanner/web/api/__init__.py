"""The REST API, below /api/v1: what pages show, for programs. docs/api.md."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter

from scanner.web.api import dossiers, exports, findings, openapi, overview, spread, targets

PREFIX = "/api/v1"
router = APIRouter()
for _routes in (
    overview.routes,
    targets.routes,
    # Before what takes any path for a campaign's id.
    exports.routes,
    exports.hunts,
    findings.routes,
    spread.components,
    spread.campaigns,
    spread.hunts,
    dossiers.routes,
):
    router.include_router(_routes)


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document, made once."""
    return openapi.document(router, PREFIX)
