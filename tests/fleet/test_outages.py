"""The store goes away under the web server, and comes back."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import requests

from tests.fleet import postgres
from tests.web.running import running


def test_while_postgresql_is_away_it_says_so_and_then_goes_on(server: postgres.Server, tmp_path: Path) -> None:
    with running(tmp_path, store=server.database()) as web:
        browser = web.sign_in(web.token("ann", "admin"))
        at = f"{web.url}/api/v1/probe/viewer"
        assert browser.get(at).status_code == 200
        with web.app.state.stores.one() as one, web.app.state.stores.one() as other:  # two connections are open
            assert one is not other
        for how in (signal.SIGINT, signal.SIGQUIT):
            server.stop(how)
            try:
                assert requests.get(f"{web.url}/healthz").status_code == 200
                for path in ("/readyz", "/api/v1/probe/viewer", "/hunt"):
                    answer = browser.get(web.url + path)
                    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
                    assert "postgres" not in answer.text.lower()
            finally:
                server.start()
            assert browser.get(at).status_code == 200
            assert browser.get(f"{web.url}/readyz").status_code == 200


def test_more_ask_at_once_than_there_are_connections(where: str, tmp_path: Path) -> None:
    with running(tmp_path, store=where, connections=2) as web:
        bearer = {"Authorization": f"Bearer {web.token('ann')}"}
        got: list[int] = []

        def ask() -> None:
            with requests.Session() as session:
                got.extend(session.get(f"{web.url}/api/v1/probe/viewer", headers=bearer).status_code for _ in range(5))

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert got == [200] * 40
