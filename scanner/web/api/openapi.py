"""The document that describes the API: made from the routes, kept as docs/schemas/fleet-openapi.json."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi

import scanner
from scanner.web import access
from scanner.web.api.answers.base import Problem

_SAYS = """What `pratique fleet` knows, as JSON. Read-only for viewers; triagers decide, assign, hunt and audit; admins
add and remove targets. Lists are paged: `next` of one page is `after` of the next. Errors are problem+json (RFC 9457).
Fields are added, never renamed or removed."""
_TAGS = {
    "overview": "The fleet at a glance, and what it is checked against.",
    "targets": "What is looked at, and what it holds or held.",
    "findings": "What was found, and what people make of it.",
    "components": "Who has a package, or ever had it.",
    "campaigns": "How far an attack reached.",
    "hunt": "Whom anyone's list means.",
    "audit": "Dossiers of somebody else's SBOMs.",
    "exports": "Everything that fits, as CSV, JSON or SARIF.",
}


def document(router: APIRouter, prefix: str) -> dict[str, Any]:
    """The document of the routes of a router."""
    outer = APIRouter()
    outer.include_router(router, prefix=prefix)
    told = get_openapi(
        title="pratique fleet",
        version=scanner.__version__,
        description=_SAYS,
        routes=outer.routes,
        tags=[{"name": name, "description": said} for name, said in _TAGS.items()],
    )
    components = told["components"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    components["schemas"]["Problem"] = problem
    components["securitySchemes"]["session"] = {
        "type": "apiKey",
        "in": "cookie",
        "name": "pratique",
        "description": "A browser that has signed in (`__Host-pratique` behind TLS). Changes need `x-csrf-token` then.",
    }
    for path, methods, role in access.declared(router.routes):
        for method in methods:
            operation = told["paths"][f"{prefix}{path}".replace(":path}", "}")][method.lower()]
            operation["security"] = [{"HTTPBearer": []}, {"session": []}]
            needs = f"Needs the role {'-' if role is None else role.word}."
            operation["description"] = f"{operation.get('description', '')}\n\n{needs}".strip()
    return told
