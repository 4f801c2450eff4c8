"""An SBOM that somebody sends → its dossier, as `pratique audit` writes it."""

from __future__ import annotations

from typing import IO, Annotated, Any

from fastapi import Depends, Query
from fastapi.responses import Response

from scanner.errors import InputError
from scanner.web import access, bodies, noting
from scanner.web.api.asking import NO_NUL, Visitor, router
from scanner.web.api.spread import BODY
from scanner.web.dossiers import Desk, Sent

routes = router("audit")
_DOSSIER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The dossier: `docs/schemas/pratique-audit-1.schema.json`.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


@routes.post("/audit", response_class=Response, responses=_DOSSIER, openapi_extra=BODY)
def audit(
    visit: Visitor,
    person: access.Triager,
    body: Annotated[IO[bytes], Depends(bodies.spooled)],
    name: Annotated[
        str, Query(min_length=1, max_length=200, pattern=NO_NUL, description="File name: it may tell the format.")
    ] = "sbom.json",
    product: Annotated[str, Query(max_length=200, pattern=NO_NUL, description="What you bought.")] = "",
) -> Response:
    """Judge somebody's SBOM: can it be judged, is it compromised, what to ask. Asks nobody, and keeps nothing.

    The SBOM is the body of the request, as it is.
    """
    if not body.read(1):
        raise InputError("the body is empty", hint="send the SBOM as the body of the request")
    sent = Sent(name, body)
    noting.note(visit.request, visit.store, person, "audited", target=sent.plain)
    desk: Desk = visit.request.app.state.desk
    dossier = desk.judge(sent, previous=None, product=product, intel=visit.settings.intel_directory, format_="json")
    return Response(dossier, media_type="application/json")
