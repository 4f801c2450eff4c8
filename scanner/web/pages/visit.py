"""What every page needs: who asks, the store, the moment, and how to answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from scanner.errors import UsageError
from scanner.fleet.store import Store
from scanner.fleet.store.values import Target
from scanner.web import access, csrf, stores
from scanner.web.pages import rendering
from scanner.web.settings import Settings


class Visit:
    """One request of somebody who may look."""

    def __init__(self, request: Request, person: access.Viewer, store: stores.Borrowed) -> None:
        self.request = request
        self.person = person
        self.store: Store = store
        self.settings: Settings = request.app.state.settings
        self.now: datetime = self.settings.now()

    def page(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        told = {"person": self.person, "csrf": csrf.field(self.request), "now": self.now} | values
        return rendering.page(self.request, template, status=status, **told)

    def target(self, id_: int) -> Target:
        """Raises 404 where there is none."""
        try:
            return self.store.target(id_)
        except UsageError as error:
            raise HTTPException(404, f"There is no target {id_}.") from error


Visitor = Annotated[Visit, Depends()]


def seen(path: str) -> RedirectResponse:
    """After a form: the page that shows what came of it, which may be loaded again without harm."""
    return RedirectResponse(path, status_code=303)
