"""The pages: written on the server, complete without script, and harmless whatever strangers call their packages."""

from __future__ import annotations

from fastapi import APIRouter

from scanner.web.pages import assets
from scanner.web.pages.rendering import page

__all__ = ["page", "router"]

router = APIRouter(include_in_schema=False)
router.include_router(assets.router)
