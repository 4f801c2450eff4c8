"""`python -m scripts.openapi`: writes docs/schemas/fleet-openapi.json anew from the routes of the API."""

from __future__ import annotations

import json
from pathlib import Path

from scanner.web import api

KEPT = Path(__file__).parents[1] / "docs/schemas/fleet-openapi.json"


def told() -> str:
    """The document as it is kept."""
    return json.dumps(api.document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    KEPT.write_text(told(), "utf-8")
